"""The next draft, built from what was decided: looked at first, then made."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from app.drafting.lineage_of import declare, next_draft_of
from app.drafting.models import ResultingText, ResultPoint
from app.drafting.next_text import Base, Made, NextText, Result, next_text
from app.drafting.results import resulting
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.matrix.dispositions import CHANGES_TEXT, Disposition
from app.matrix.models import Point
from app.people.rules import Viewer
from app.plans.editable import set_in_order
from app.plans.importing import NAME_IT, NAME_TAKEN
from app.plans.models import Clause, Draft, Plan, Succession
from app.plans.queries import ClauseView, clauses
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.words import N_

#: Phases in which no further comment changes what was decided.
ENDED = frozenset({Phase.CLOSED, Phase.PUBLISHED})

NOT_YET = N_("The next draft is built once the round is closed: until then, comments still come.")
NOTHING_DECIDED = N_("No resulting text has been decided yet, so the next draft would be the same text.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A resulting text that is left out, since a point behind it is not decided, or was not accepted."""

    clause_id: int
    label: str
    wid: str
    field: str
    undecided: int
    refused: int


@dataclass(frozen=True, slots=True)
class Untouched:
    """An accepted point that no resulting text of the next draft carries out."""

    point_id: int
    title: str
    disposition: Disposition
    label: str
    clause_id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class Changing:
    """A clause as it stands and as it will: nothing after where it goes, nothing before where it comes."""

    label: str
    number: str
    kind: str
    before: str
    after: str | None
    fields: list[tuple[str, str, str]]
    came: bool
    lost_malay: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next draft would be; `changing` are the clauses that differ, in document order."""

    changed: int
    gone: int
    added: int
    renumbered: int
    malay: int
    changing: list[Changing]
    waiting: list[Waiting]
    untouched: list[Untouched]
    built: Succession | None
    name: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that building needs: the clauses, what they become, and which points are behind it."""

    base: list[ClauseView]
    text: NextText
    points: set[int]
    waiting: list[Waiting]


def preview(session: Session, viewer: Viewer, round_: Round) -> Preview:
    """What would change if the next draft were built now."""
    require(may(viewer.role, May.PREPARE_DRAFT))
    planned = _planned(session, round_)
    base = planned.base
    changing: list[Changing] = []
    made_of: dict[int, list[Made]] = {}
    for made in planned.text.clauses:
        made_of.setdefault(made.base, []).append(made)
    for n, one in enumerate(base):
        changing += _changing(one, made_of.get(n, []))
    return Preview(
        changed=sum(one.own and one.changed for one in planned.text.clauses),
        gone=len(planned.text.gone),
        added=sum(not one.own for one in planned.text.clauses),
        renumbered=sum(one.own and one.number != base[one.base].number for one in planned.text.clauses),
        malay=sum(one.lost_malay for one in planned.text.clauses),
        changing=changing,
        waiting=planned.waiting,
        untouched=_untouched(session, round_, planned.points),
        built=next_draft_of(session, round_.draft_id),
        name=next_name(session, round_),
    )


def _changing(one: ClauseView, made: Sequence[Made]) -> list[Changing]:
    if not made:
        return [Changing(one.label, one.number, one.kind, one.text, None, [], came=False, lost_malay=False)]
    found = []
    for new in made:
        if not new.own:
            found.append(
                Changing(one.label, new.number, new.kind, "", new.text, [], came=True, lost_malay=False)
            )
        elif new.changed:
            fields = [
                (name, one.fields[name], text)
                for name, text in new.fields.items()
                if text != one.fields.get(name, "")
            ]
            found.append(
                Changing(
                    one.label,
                    new.number,
                    one.kind,
                    one.text,
                    new.text,
                    fields,
                    came=False,
                    lost_malay=new.lost_malay,
                )
            )
    return found


def next_name(session: Session, round_: Round) -> str:
    """The name a next draft is offered: the draft's own with its number counted up, or "Draft n"."""
    names = {
        name.casefold()
        for name in session.scalars(select(col(Draft.name)).where(col(Draft.plan_id) == round_.plan_id))
    }
    own = session.scalar(select(col(Draft.name)).where(col(Draft.id) == round_.draft_id)) or ""
    stem, _, last = own.rpartition(" ")
    stem, n = (
        (stem, int(last) + 1) if stem and last.isdecimal() and len(last) < 6 else ("Draft", len(names) + 1)
    )
    while f"{stem} {n}".casefold() in names:
        n += 1
    return f"{stem} {n}"


def build(session: Session, *, by: Viewer, round_: Round, name: str, marking: str, at: datetime) -> Draft:
    """A new draft, being edited: every clause with its permanent id, the decided texts in, numbers counted anew.

    Its lineage is declared, not guessed. The accepted points whose words are in are noted as implemented.
    """
    require(may(by.role, May.PREPARE_DRAFT))
    if round_.plan_id != by.plan_id:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    if round_.phase not in ENDED:
        raise Conflict(NOT_YET)
    # One at a time in a plan, as with imports, so that two cannot take one name.
    session.execute(select(col(Plan.id)).where(col(Plan.id) == by.plan_id).with_for_update())
    planned = _planned(session, round_)
    if not any(one.changed for one in planned.text.clauses) and not planned.text.gone:
        raise Conflict(NOTHING_DECIDED)
    draft = _new_draft(session, round_, name=name, marking=marking, at=at)
    ids = _insert(session, draft, planned)
    count = set_in_order(session, draft.id or 0)
    succession = Succession(
        plan_id=by.plan_id,
        from_draft_id=round_.draft_id,
        to_draft_id=draft.id or 0,
        round_id=round_.id,
        computed_at=at,
        confirmed_at=at,
        confirmed_by_person_id=by.person_id,
    )
    session.add(succession)
    session.flush()
    declare(session, succession, _links(planned, ids))
    record(
        session,
        at=at,
        by=by.person_id,
        verb="built",
        subject="draft",
        subject_id=draft.id or 0,
        after={
            "name": draft.name,
            "marking": draft.marking,
            "from": round_.draft_id,
            "round": round_.id,
            "clauses": count,
            "gone": len(planned.text.gone),
        },
        plan_id=by.plan_id,
        first=True,
    )
    implemented(session, by=by, round_=round_, point_ids=planned.points, draft_id=draft.id or 0, at=at)
    return draft


def _planned(session: Session, round_: Round) -> _Plan:
    base = clauses(session, round_.draft_id)
    rows = resulting(session, round_.id or 0)
    behind = _behind(session, rows)
    labels = {one.clause_id: one for one in base}
    results: dict[tuple[int, str], Result] = {}
    points: set[int] = set()
    waiting: list[Waiting] = []
    for key, row in rows.items():
        answers = behind.get(row.id or 0, {})
        undecided = sum(one is None for one in answers.values())
        refused = sum(one is not None and one not in CHANGES_TEXT for one in answers.values())
        if undecided or refused:
            clause = labels[key[0]]
            waiting.append(Waiting(key[0], clause.label, clause.wid, key[1], undecided, refused))
            continue
        results[key] = Result(row.text, row.text_ms)
        points |= set(answers)
    places = {one.clause_id: n for n, one in enumerate(base)}
    text = next_text(
        [
            Base(
                one.clause_id,
                one.wid,
                one.kind,
                one.level,
                one.number,
                one.text,
                one.text_ms,
                one.fields,
                one.fields_ms,
                places.get(one.parent_id) if one.parent_id else None,
                one.until,
            )
            for one in base
        ],
        results,
    )
    return _Plan(base, text, points, waiting)


def _behind(
    session: Session, rows: Mapping[tuple[int, str], ResultingText]
) -> dict[int, dict[int, Disposition | None]]:
    """The points behind each resulting text, with the answer to each."""
    found: dict[int, dict[int, Disposition | None]] = {}
    for text_id, point_id, disposition in session.execute(
        select(col(ResultPoint.resulting_text_id), col(Point.id), col(Point.disposition))
        .join(Point, col(Point.id) == col(ResultPoint.point_id))
        .where(col(ResultPoint.resulting_text_id).in_([row.id for row in rows.values()]))
    ):
        found.setdefault(text_id, {})[point_id] = disposition
    return found


def _untouched(session: Session, round_: Round, carried_out: set[int]) -> list[Untouched]:
    rows = session.execute(
        select(
            col(Point.id),
            col(Point.title),
            col(Point.disposition),
            col(Clause.label),
            col(Point.clause_id),
            col(Point.version),
        )
        .outerjoin(Clause, col(Clause.id) == col(Point.clause_id))
        .where(
            col(Point.round_id) == round_.id,
            col(Point.disposition).in_(CHANGES_TEXT),
            col(Point.members) > 0,
            col(Point.implemented_draft_id).is_(None),
        )
        .order_by(col(Point.position), col(Point.id))
    )
    return [
        Untouched(id_, title, disposition, label or "", clause_id, version)
        for id_, title, disposition, label, clause_id, version in rows
        if id_ not in carried_out
    ]


def _new_draft(session: Session, round_: Round, *, name: str, marking: str, at: datetime) -> Draft:
    name = " ".join(name.split())[:120]
    if not name:
        raise Invalid(NAME_IT, fields={"name": NAME_IT})
    taken = {
        one.casefold()
        for one in session.scalars(select(col(Draft.name)).where(col(Draft.plan_id) == round_.plan_id))
    }
    if name.casefold() in taken:
        raise Invalid(NAME_TAKEN, fields={"name": NAME_TAKEN})
    before = session.get(Draft, round_.draft_id)
    if before is None:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    draft = Draft(
        plan_id=round_.plan_id,
        name=name,
        marking=" ".join(marking.split())[:120],
        language=before.language,
        created_at=at,
    )
    session.add(draft)
    session.flush()
    return draft


def _insert(session: Session, draft: Draft, planned: _Plan) -> list[int]:
    """The clauses' rows; gives their ids in document order."""
    rows: list[dict[str, Any]] = []
    for n, made in enumerate(planned.text.clauses):
        base = planned.base[made.base]
        rows.append(
            {
                "draft_id": draft.id,
                "wid": base.wid if made.own else f"n{secrets.token_hex(6)}",
                "eid": f"~at-{n}",
                "label": base.label if made.own else "",
                "own_label": False,
                "number": made.number,
                "kind": made.kind,
                "level": made.level,
                "text": made.text,
                "text_ms": made.text_ms,
                "fields": made.fields,
                "fields_ms": made.fields_ms,
                "parent_id": None,
                "position": n,
                "until": n,
                "location": {},
                "version": 1,
            }
        )
    session.execute(insert(Clause), rows)
    ids = dict(
        session.execute(
            select(col(Clause.position), col(Clause.id)).where(col(Clause.draft_id) == draft.id)
        ).all()
    )
    hung = [
        {"id": ids[n], "parent_id": ids[made.parent]}
        for n, made in enumerate(planned.text.clauses)
        if made.parent is not None
    ]
    if hung:
        session.execute(update(Clause), hung)
    own = _own_labels(session, planned)
    labelled = [
        {"id": ids[n], "label": own[base_id], "own_label": True}
        for n, made in enumerate(planned.text.clauses)
        if made.own and (base_id := planned.base[made.base].clause_id) in own
    ]
    if labelled:
        session.execute(update(Clause), labelled)
    return [ids[n] for n in range(len(rows))]


def _own_labels(session: Session, planned: _Plan) -> dict[int, str]:
    """Labels that a person gave in the earlier draft, by clause id: they stay."""
    if not planned.base:
        return {}
    draft_id = session.scalar(select(col(Clause.draft_id)).where(col(Clause.id) == planned.base[0].clause_id))
    return dict(
        session.execute(
            select(col(Clause.id), col(Clause.label)).where(
                col(Clause.draft_id) == draft_id, col(Clause.own_label).is_(True)
            )
        ).all()
    )


def _links(planned: _Plan, ids: Sequence[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Which clause became which, as declared: itself, and the parts its own words went into."""
    parts: dict[int, list[int]] = {}
    for n, made in enumerate(planned.text.clauses):
        if made.part:
            parts.setdefault(made.base, []).append(ids[n])
    return [((planned.base[base].clause_id,), tuple(found)) for base, found in parts.items()]


def implemented(
    session: Session, *, by: Viewer, round_: Round, point_ids: set[int], draft_id: int, at: datetime
) -> int:
    """Note that accepted points' words are in a draft; gives how many."""
    rows = session.execute(
        select(col(Point.id), col(Point.implemented_draft_id))
        .where(
            col(Point.id).in_(point_ids),
            col(Point.round_id) == round_.id,
            col(Point.disposition).in_(CHANGES_TEXT),
        )
        .order_by(col(Point.id))
        .with_for_update()
    ).all()
    for point_id, before in rows:
        session.execute(
            update(Point)
            .where(col(Point.id) == point_id)
            .values(implemented_draft_id=draft_id, version=col(Point.version) + 1)
        )
        record(
            session,
            at=at,
            by=by.person_id,
            verb="implemented",
            subject="point",
            subject_id=point_id,
            before={"draft": before},
            after={"draft": draft_id},
            plan_id=by.plan_id,
            round_id=round_.id,
        )
    return len(rows)
