"""What a drafter mends in a draft that is being edited, one clause at a time."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.editable import leave_lineage, part_lineage, pointed_at, set_in_order, take_up
from app.plans.models import Clause, Draft
from app.plans.rules import CHANGED_MEANWHILE, MOVED_MEANWHILE, DraftVerb, Kind
from app.words import N_

NO_CLAUSE = N_("There is no such clause in this draft. It may have been joined or deleted meanwhile.")


@dataclass(frozen=True, slots=True)
class Correction:
    """A clause as it should be; `label` is what people cite."""

    kind: Kind
    level: int
    number: str
    label: str
    text: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mending:
    """A correction under way: the locked draft, its clause, and who mends it when."""

    session: Session
    by: Viewer
    draft: Draft
    clause: Clause
    at: datetime

    @property
    def draft_id(self) -> int:
        return self.draft.id or 0

    def done(self, verb: str, subject: Clause, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Set the draft in order and write the change into the clause's history."""
        self.draft.version += 1
        set_in_order(self.session, self.draft_id)
        record(
            self.session,
            at=self.at,
            by=self.by.person_id,
            verb=verb,
            subject="clause",
            subject_id=subject.id or 0,
            before=before,
            after={"draft": self.draft_id, "wid": subject.wid} | after,
            plan_id=self.draft.plan_id,
        )


def _mending(session: Session, by: Viewer, draft_id: int, wid: str, at: datetime) -> Mending:
    draft = take_up(session, by=by, draft_id=draft_id, verb=DraftVerb.CORRECT)
    clause = session.scalars(
        select(Clause)
        .where(col(Clause.draft_id) == draft_id, col(Clause.wid) == wid)
        .execution_options(populate_existing=True)
    ).first()
    if clause is None:
        raise NotFound(NO_CLAUSE)
    return Mending(session, by, draft, clause, at)


def _as_read(clause: Clause) -> dict[str, Any]:
    return asdict(
        Correction(clause.kind, clause.level, clause.number, clause.label, clause.text, dict(clause.fields))
    )


def _unchanged(clause: Clause, version: int, mine: dict[str, Any]) -> None:
    if clause.version != version:
        theirs = _as_read(clause)
        says = CHANGED_MEANWHILE if mine else MOVED_MEANWHILE
        raise Conflict(says, theirs={key: theirs[key] for key in mine}, mine=mine)


def correct(
    session: Session,
    *,
    by: Viewer,
    draft_id: int,
    wid: str,
    version: int,
    change: Correction,
    at: datetime,
) -> Clause:
    """Mend a clause's kind, level, number, label, text and fields."""
    now = _mending(session, by, draft_id, wid, at)
    clause = now.clause
    _unchanged(clause, version, asdict(change))
    before = _as_read(clause)
    wanted = asdict(_checked(change, clause))
    changed = {key: value for key, value in wanted.items() if value != before[key]}
    if not changed:
        return clause
    for key, value in changed.items():
        setattr(clause, key, value)
    if "label" in changed:
        clause.own_label = bool(clause.label)
    clause.version += 1
    if "kind" in changed or ("level" in changed and clause.kind is Kind.HEADING):
        _let_hang(now, was_heading=before["kind"] is Kind.HEADING)
    now.done("corrected", clause, {key: before[key] for key in changed}, changed)
    return clause


def relabel(
    session: Session, *, by: Viewer, draft_id: int, wid: str, version: int, label: str, at: datetime
) -> Clause:
    """Give a clause another label, and leave the rest as it is."""
    now = _mending(session, by, draft_id, wid, at)
    change = Correction(**(_as_read(now.clause) | {"label": label}))
    return correct(session, by=by, draft_id=draft_id, wid=wid, version=version, change=change, at=at)


def _checked(change: Correction, clause: Clause) -> Correction:
    fields: dict[str, str] = {}
    if not 0 <= change.level <= 9:
        fields["level"] = N_("A level is a number from 0 to 9.")
    if change.kind is Kind.HEADING and change.level < 1:
        fields["level"] = N_("A heading has a level from 1 to 9.")
    if len(change.number) > 60:
        fields["number"] = N_("This is longer than a number can be.")
    if len(change.label) > 120:
        fields["label"] = N_("This is longer than a label can be.")
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    return Correction(
        kind=change.kind,
        level=change.level,
        number=change.number.strip(),
        label=" ".join(change.label.split()),
        text=change.text.strip(),
        fields={name: change.fields.get(name, value).strip() for name, value in clause.fields.items()},
    )


def _let_hang(now: Mending, *, was_heading: bool) -> None:
    """Free a clause that became a heading, or what hung under one that is none any more."""
    now.session.flush()
    if was_heading:
        now.session.execute(
            update(Clause)
            .where(col(Clause.parent_id) == now.clause.id)
            .values(parent_id=now.clause.parent_id)
        )
    else:
        now.clause.parent_id = None
    now.session.flush()


def indent(session: Session, *, by: Viewer, draft_id: int, wid: str, version: int, at: datetime) -> Clause:
    """Put a clause under the one before it that stands on its own step."""
    now = _mending(session, by, draft_id, wid, at)
    clause = now.clause
    _unchanged(clause, version, {})
    before = session.scalars(
        select(Clause)
        .where(
            col(Clause.draft_id) == draft_id,
            col(Clause.parent_id).is_not_distinct_from(clause.parent_id),
            col(Clause.position) < clause.position,
            col(Clause.kind) != Kind.HEADING,
        )
        .order_by(col(Clause.position).desc())
        .limit(1)
    ).first()
    if before is None or clause.kind is Kind.HEADING:
        raise Invalid(N_("There is no clause before this one that it could stand under."))
    return _moved_under(now, before.id, "indented", 1)


def outdent(session: Session, *, by: Viewer, draft_id: int, wid: str, version: int, at: datetime) -> Clause:
    """Take a clause out from under its parent; its later siblings stay behind it, under it."""
    now = _mending(session, by, draft_id, wid, at)
    clause = now.clause
    _unchanged(clause, version, {})
    parent = session.get(Clause, clause.parent_id) if clause.parent_id else None
    if parent is None or parent.kind is Kind.HEADING:
        raise Invalid(
            N_("This clause stands directly under its heading. Change the heading's level instead.")
        )
    session.execute(
        update(Clause)
        .where(col(Clause.parent_id) == parent.id, col(Clause.position) > clause.position)
        .values(parent_id=clause.id)
    )
    return _moved_under(now, parent.parent_id, "outdented", -1)


def _moved_under(now: Mending, parent_id: int | None, verb: str, step: int) -> Clause:
    clause = now.clause
    before = {"parent": clause.parent_id, "level": clause.level}
    clause.parent_id = parent_id
    clause.level = min(9, max(0, clause.level + step))
    clause.version += 1
    now.done(verb, clause, before, {"parent": parent_id, "level": clause.level})
    return clause


def split(
    session: Session, *, by: Viewer, draft_id: int, wid: str, version: int, second: str, at: datetime
) -> Clause:
    """Part a clause in two; `second` is how the second part begins, and stands once in the text.

    What stood below the clause stands below the second part, which it followed. Gives the new clause.
    """
    now = _mending(session, by, draft_id, wid, at)
    clause = now.clause
    _unchanged(clause, version, {})
    cut = _place_of(clause.text, second)
    before = clause.text
    kind = Kind.PARAGRAPH if clause.kind is Kind.HEADING else clause.kind
    made = _new(now, clause, kind=kind, text=clause.text[cut:].lstrip(), position=clause.position + 1)
    made.parent_id = clause.id if clause.kind is Kind.HEADING else clause.parent_id
    session.flush()
    if clause.kind is not Kind.HEADING:
        session.execute(
            update(Clause)
            .where(col(Clause.parent_id) == clause.id, col(Clause.id) != made.id)
            .values(parent_id=made.id)
        )
    clause.text = clause.text[:cut].rstrip()
    clause.version += 1
    part_lineage(session, clause.id or 0, made.id or 0)
    now.done("split", clause, {"text": before}, {"text": clause.text, "into": made.wid})
    record(
        session,
        at=at,
        by=by.person_id,
        verb="split from",
        subject="clause",
        subject_id=made.id or 0,
        after={"draft": draft_id, "wid": made.wid, "from": clause.wid, "text": made.text},
        plan_id=now.draft.plan_id,
        first=True,
    )
    return made


def _place_of(text: str, second: str) -> int:
    second = second.strip()
    places = text.count(second) if second else 0
    at = text.find(second) if second else -1
    if at > 0 and text.find(second, at + 1) < 0:
        return at
    says = (
        N_("Type the words that begin the second part.")
        if not second
        else N_("The clause begins with these words, so nothing would be left before them.")
        if at == 0 and places == 1
        else N_("These words are not in the clause. Copy them from its text.")
        if at < 0
        else N_("These words stand more than once in the clause. Copy a few more.")
    )
    raise Invalid(says, fields={"second": says})


def join(
    session: Session, *, by: Viewer, draft_id: int, wid: str, version: int, following: str, at: datetime
) -> Clause:
    """Join a clause with the one that follows it, whose permanent id `following` the person saw.

    The following clause's number stays in the text, so that no printed character is lost; its fields and
    what stands below it become this clause's.
    """
    now = _mending(session, by, draft_id, wid, at)
    clause = now.clause
    _unchanged(clause, version, {})
    after = session.scalars(
        select(Clause)
        .where(col(Clause.draft_id) == draft_id, col(Clause.position) > clause.position)
        .order_by(col(Clause.position))
        .limit(1)
    ).first()
    if after is None or after.wid != following:
        raise Conflict(MOVED_MEANWHILE)
    before = _as_read(clause)
    _must_be_free(session, after)
    clause.text = _joined(clause.text, " ".join(part for part in (after.number, after.text) if part), " ")
    clause.text_ms = _joined(clause.text_ms, after.text_ms, " ")
    clause.fields = _joined_fields(clause.fields, after.fields)
    clause.fields_ms = _joined_fields(clause.fields_ms, after.fields_ms)
    clause.version += 1
    gone = _as_read(after)
    _take_away(now, after, clause.id, joined=True)
    now.done(
        "joined",
        clause,
        {"text": before["text"], "fields": before["fields"]},
        {"text": clause.text, "fields": dict(clause.fields), "with": following, "was": gone},
    )
    return clause


def _joined(first: str, second: str, between: str) -> str:
    return between.join(part for part in (first.rstrip(), second.lstrip()) if part)


def _joined_fields(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    return first | {name: _joined(first.get(name, ""), value, "\n") for name, value in second.items()}


def insert_clause(
    session: Session,
    *,
    by: Viewer,
    draft_id: int,
    wid: str,
    before: bool,
    kind: Kind,
    text: str,
    at: datetime,
) -> Clause:
    """Put a new clause before or after one, on the same step; after it means after all below it."""
    now = _mending(session, by, draft_id, wid, at)
    near = now.clause
    text = text.strip()
    if not text:
        says = N_("Write the new clause's text.")
        raise Invalid(says, fields={"text": says})
    below = near.position if near.kind is Kind.HEADING else near.until
    made = _new(now, near, kind=kind, text=text, position=near.position if before else below + 1)
    made.parent_id = near.id if near.kind is Kind.HEADING and not before else near.parent_id
    if kind is Kind.HEADING:
        made.parent_id = None
        made.level = near.level if near.kind is Kind.HEADING else _level_above(session, near) + 1
    session.flush()
    now.done("inserted", made, None, {"text": text, "kind": kind, "before" if before else "after": near.wid})
    return made


def _level_above(session: Session, clause: Clause) -> int:
    parent = session.get(Clause, clause.parent_id) if clause.parent_id else None
    while parent is not None and parent.kind is not Kind.HEADING:
        parent = session.get(Clause, parent.parent_id) if parent.parent_id else None
    return min(8, parent.level) if parent else 0


def delete_clause(
    session: Session, *, by: Viewer, draft_id: int, wid: str, version: int, at: datetime
) -> None:
    """Take a clause out of the text; what stood below it goes to its parent, its words stay in history."""
    now = _mending(session, by, draft_id, wid, at)
    clause = now.clause
    _unchanged(clause, version, {})
    _must_be_free(session, clause)
    before = _as_read(clause) | {"text_ms": clause.text_ms}
    kept = Clause(id=clause.id, wid=clause.wid, draft_id=draft_id, eid="", kind=clause.kind, position=0)
    _take_away(now, clause, clause.parent_id)
    now.done("deleted", kept, before, {})


def _must_be_free(session: Session, clause: Clause) -> None:
    if pointed_at(session, [clause.id or 0]):
        raise Conflict(
            N_(
                "A round points at this clause, so it cannot go. Change the round's sections or questions first."
            )
        )


def _take_away(now: Mending, clause: Clause, heir: int | None, *, joined: bool = False) -> None:
    now.session.flush()
    below: Callable[..., Any] = update(Clause).where
    now.session.execute(below(col(Clause.parent_id) == clause.id).values(parent_id=heir))
    now.session.execute(below(col(Clause.section_id) == clause.id).values(section_id=None))
    leave_lineage(now.session, [clause.id or 0], heir if joined else None)
    now.session.delete(clause)
    now.session.flush()


def _new(now: Mending, near: Clause, *, kind: Kind, text: str, position: int) -> Clause:
    """A clause that was not there, with ids of its own, at a position from which the others make way."""
    now.session.flush()
    now.session.execute(
        update(Clause)
        .where(col(Clause.draft_id) == near.draft_id, col(Clause.position) >= position)
        .values(position=col(Clause.position) + 1)
    )
    now.session.refresh(near)
    taken = now.session.scalar(
        select(func.count()).where(
            col(Clause.draft_id) == near.draft_id,
            col(Clause.eid).startswith(near.eid + "__", autoescape=True),
        )
    )
    made = Clause(
        draft_id=near.draft_id,
        wid=f"n{secrets.token_hex(6)}",
        eid=f"{near.eid[:180]}__{(taken or 0) + 1}-{secrets.token_hex(2)}",
        kind=kind,
        level=near.level,
        text=text,
        position=position,
    )
    now.session.add(made)
    now.session.flush()
    return made
