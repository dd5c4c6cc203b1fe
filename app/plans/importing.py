"""A file's text becomes a draft, and another file's takes its place until the first comment."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, func, insert, literal, select, update
from sqlmodel import Session, col

from app.documents.drafts import ClauseText, DraftText
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Language, Viewer
from app.plans.editable import (
    EID,
    LABEL,
    NUMBER,
    fitting,
    forget,
    leave_lineage,
    pointed_at,
    set_in_order,
    take_up,
)
from app.plans.freezing import freeze_now
from app.plans.models import Clause, Draft, DraftFile, Plan
from app.plans.queries import NO_DRAFT
from app.plans.rules import AFTER, KIND_READ, MOVED_MEANWHILE, DraftVerb, Kind
from app.plans.sameness import Said, new_wid, same
from app.policy import May, may, require
from app.words import N_

NOTHING_READ = N_("The file holds no text that could become a clause.")
NOT_READY = N_(
    "A round has opened on this draft, so the new text is frozen at once, and it cannot be: a clause has no text,"
    " or two have one label. Mend the file and send it again."
)
NAME_IT = N_("Give the draft a name.")
NAME_TAKEN = N_("This plan already has a draft of this name. Choose another.")


def import_draft(
    session: Session,
    *,
    by: Viewer,
    plan: Plan,
    name: str,
    marking: str,
    language: Language,
    text: DraftText,
    file: bytes | None,
    file_name: str,
    at: datetime,
    follows: int | None = None,
) -> Draft:
    """A new draft, being edited, with all clauses of `text`.

    A clause that stands word for word in the draft it follows, else in the plan's newest, keeps its
    permanent id.
    """
    require(may(by.role, May.PREPARE_DRAFT))
    if plan.id is None or plan.id != by.plan_id:
        raise NotFound(NO_DRAFT)
    # One import at a time in a plan, so that two cannot take one name or one permanent id.
    session.execute(select(col(Plan.id)).where(col(Plan.id) == plan.id).with_for_update())
    draft = Draft(
        plan_id=plan.id,
        name=_name(session, plan.id, name),
        marking=" ".join(marking.split())[:120],
        language=language,
        created_at=at,
    )
    earlier = select(col(Draft.id)).where(col(Draft.plan_id) == plan.id)
    if follows is not None:
        earlier = earlier.where(col(Draft.id) == follows)
    newest = session.scalar(earlier.order_by(col(Draft.id).desc()).limit(1))
    session.add(draft)
    session.flush()
    _note_source(session, draft, text, file, file_name)
    pairs = _same(session, newest, text)
    taken = _wids(session, plan.id)
    wids: dict[str, str] = {}
    for at_index, clause in enumerate(text.clauses):
        kept = pairs.get(at_index)
        wids[clause.wid] = kept.wid if kept else new_wid(clause.wid, taken)
        taken.add(wids[clause.wid])
    count = add_clauses(session, draft, text.clauses, wids)
    record(
        session,
        at=at,
        by=by.person_id,
        verb="imported",
        subject="draft",
        subject_id=draft.id or 0,
        after={
            "name": draft.name,
            "marking": draft.marking,
            "language": draft.language,
            "file": draft.source_name,
            "sha256": draft.source_sha256,
            "clauses": count,
        },
        plan_id=plan.id,
        first=True,
    )
    return draft


def add_clauses(
    session: Session, draft: Draft, clauses: Sequence[ClauseText], wids: dict[str, str] | None = None
) -> int:
    """Put a text's clauses into an empty draft, in order, with parents and sections; gives their number.

    `wids` says the permanent ids where they differ from the ones the clauses came with.
    """
    if not clauses:
        raise Invalid(NOTHING_READ, fields={"file": NOTHING_READ})
    wids = wids or {}
    rows = [
        _values(one, position) | {"draft_id": draft.id, "wid": wids.get(one.wid, one.wid)}
        for position, one in enumerate(clauses)
    ]
    _insert(session, clauses, rows)
    return set_in_order(session, draft.id or 0, rename=any(not one.eid for one in clauses))


def put_in_place(
    session: Session,
    *,
    by: Viewer,
    draft_id: int,
    version: int,
    text: DraftText,
    file: bytes | None,
    file_name: str,
    at: datetime,
    freeze_again: bool,
) -> Draft:
    """Another file's text in a draft's place; whether it still may be asks `rounds/replacing.py`.

    Clauses that are word for word the same stay the clauses they were, with their ids, their Malay text
    and what points at them. With `freeze_again` the draft is frozen at once, or the file refused.
    """
    draft = take_up(session, by=by, draft_id=draft_id, verb=DraftVerb.REPLACE)
    if draft.version != version:
        raise Conflict(MOVED_MEANWHILE)
    if not text.clauses:
        raise Invalid(NOTHING_READ, fields={"file": NOTHING_READ})
    before = {"file": draft.source_name, "sha256": draft.source_sha256}
    pairs = _same(session, draft_id, text)
    kept = {row.id for row in pairs.values()}
    gone = {
        row.id: row
        for row in session.execute(
            select(col(Clause.id), col(Clause.wid), col(Clause.text)).where(
                col(Clause.draft_id) == draft_id, col(Clause.id).not_in(kept)
            )
        )
    }
    _let_go(session, draft_id, list(gone))
    taken = _wids(session, draft.plan_id)
    added: list[tuple[ClauseText, dict[str, Any]]] = []
    stayed: list[dict[str, Any]] = []
    for position, one in enumerate(text.clauses):
        values = _values(one, position)
        old = pairs.get(position)
        if old:
            stayed.append(values | {"id": old.id, "section_id": None, "until": position})
        else:
            wid = new_wid(one.wid, taken)
            taken.add(wid)
            added.append((one, values | {"draft_id": draft_id, "wid": wid}))
    if stayed:
        session.execute(update(Clause), stayed)
    ids = {text.clauses[at_index].wid: row.id for at_index, row in pairs.items()}
    _insert(session, [one for one, _ in added], [values for _, values in added], ids, text.clauses)
    forget(session)
    count = set_in_order(session, draft_id, rename=False)
    _note_source(session, draft, text, file, file_name)
    draft.status = AFTER[draft.status, DraftVerb.REPLACE]
    draft.frozen_at = None
    draft.version += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="replaced",
        subject="draft",
        subject_id=draft_id,
        before=before | {"gone": {row.wid: row.text for row in gone.values()}},
        after={
            "file": draft.source_name,
            "sha256": draft.source_sha256,
            "clauses": count,
            "kept": len(stayed),
            "new": len(added),
            "gone": len(gone),
        },
        plan_id=draft.plan_id,
    )
    if freeze_again:
        try:
            freeze_now(session, draft, by=by, at=at)
        except Invalid as hindered:
            raise Conflict(NOT_READY) from hindered
    return draft


def call_draft(
    session: Session, *, by: Viewer, draft_id: int, version: int, name: str, marking: str, at: datetime
) -> Draft:
    """Give a draft that is being edited another name or marking."""
    draft = take_up(session, by=by, draft_id=draft_id, verb=DraftVerb.CORRECT)
    if draft.version != version:
        raise Conflict(MOVED_MEANWHILE)
    before = {"name": draft.name, "marking": draft.marking}
    draft.name = _name(session, draft.plan_id, name, own=draft_id)
    draft.marking = " ".join(marking.split())[:120]
    draft.version += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="named",
        subject="draft",
        subject_id=draft_id,
        before=before,
        after={"name": draft.name, "marking": draft.marking},
        plan_id=draft.plan_id,
    )
    return draft


def _name(session: Session, plan_id: int, name: str, own: int = 0) -> str:
    name = " ".join(name.split())[:120]
    if not name:
        raise Invalid(NAME_IT, fields={"name": NAME_IT})
    if session.scalar(
        select(col(Draft.id)).where(
            col(Draft.id) != own, col(Draft.plan_id) == plan_id, func.lower(col(Draft.name)) == name.lower()
        )
    ):
        raise Invalid(NAME_TAKEN, fields={"name": NAME_TAKEN})
    return name


def _note_source(session: Session, draft: Draft, text: DraftText, file: bytes | None, file_name: str) -> None:
    draft.warnings = [{"where": one.where, "what": one.what, "values": one.values} for one in text.warnings]
    session.execute(delete(DraftFile).where(col(DraftFile.draft_id) == draft.id))
    draft.source_name = file_name[-255:] if file is not None else ""
    draft.source_sha256 = hashlib.sha256(file).hexdigest() if file is not None else ""
    if file is not None:
        session.execute(insert(DraftFile).values(draft_id=draft.id, content=file))


def _wids(session: Session, plan_id: int) -> set[str]:
    return set(
        session.scalars(
            select(col(Clause.wid))
            .join(Draft, col(Draft.id) == col(Clause.draft_id))
            .where(col(Draft.plan_id) == plan_id)
        )
    )


def _same(session: Session, draft_id: int | None, text: DraftText) -> dict[int, Any]:
    """For each clause of `text` that stands in a draft already: that row (id, wid)."""
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.wid),
            col(Clause.kind),
            col(Clause.text),
            col(Clause.fields),
            col(Clause.parent_id),
        )
        .where(col(Clause.draft_id) == draft_id)
        .order_by(col(Clause.position))
    ).all()
    words = {row.id: row.text for row in rows}
    old = [Said(row.kind, row.text, _fields(row.fields), words.get(row.parent_id, "")) for row in rows]
    said = {one.wid: one.text for one in text.clauses}
    new = [
        Said(kind_read(one.kind), one.text, _fields(one.fields), said.get(one.parent or "", ""))
        for one in text.clauses
    ]
    return {here: rows[there] for here, there in same(old, new).items()}


def _fields(fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(fields.items()))


def kind_read(kind: str) -> Kind:
    """The kind of clause that a reader's word means; a plain paragraph where it means none of ours."""
    return KIND_READ.get(kind) or (Kind(kind) if kind in set(Kind) else Kind.PARAGRAPH)


def _values(one: ClauseText, position: int) -> dict[str, Any]:
    long = len(one.number) > NUMBER  # no number then: it stays in front of the text, as printed
    return {
        "eid": fitting(one.eid, EID) or f"~at-{position}",  # set_in_order parks rows at ~id on the way
        "label": fitting(one.label, LABEL),
        "own_label": False,
        "number": "" if long else one.number,
        "kind": kind_read(one.kind),
        "level": one.level,
        "text": f"{one.number} {one.text}" if long else one.text,
        "fields": one.fields,
        "parent_id": None,
        "position": position,
        "location": one.location.as_json(),
    }


def _insert(
    session: Session,
    clauses: Iterable[ClauseText],
    rows: list[dict[str, Any]],
    ids: dict[str, int] | None = None,
    hung: Sequence[ClauseText] | None = None,
) -> None:
    """Insert rows and hang every clause of `hung` under its parent; `ids` are rows that stand already."""
    clauses = list(clauses)
    ids = dict(ids or {})
    if rows:
        defaults = {"text_ms": "", "fields_ms": {}, "until": 0, "version": 1}
        session.execute(insert(Clause), [defaults | row for row in rows])
        made = {
            row.wid: row.id
            for row in session.execute(
                select(col(Clause.wid), col(Clause.id)).where(col(Clause.draft_id) == rows[0]["draft_id"])
            )
        }
        ids |= {one.wid: made[row["wid"]] for one, row in zip(clauses, rows, strict=True)}
    parents = [
        {"id": ids[one.wid], "parent_id": ids[one.parent]}
        for one in (hung if hung is not None else clauses)
        if one.parent in ids
    ]
    if parents:
        session.execute(update(Clause), parents)


def _let_go(session: Session, draft_id: int, gone: list[int]) -> None:
    """Delete clauses that the new text does not have, and free the numbers of those that stay."""
    if pointed_at(session, gone):
        raise Conflict(
            N_(
                "The round on this draft, or an answer that somebody began, points at text that the new file"
                " does not have. Import the file as a new draft."
            )
        )
    session.execute(
        update(Clause)
        .where(col(Clause.draft_id) == draft_id)
        .values(
            parent_id=None,
            section_id=None,
            eid=literal("~") + cast(col(Clause.id), String),
            version=col(Clause.version) + 1,
        )
    )
    if gone:
        leave_lineage(session, gone)
        session.execute(delete(Clause).where(col(Clause.id).in_(gone)))
