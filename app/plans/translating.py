"""Malay text beside the English, clause by clause.

Both are consulted on, so both are frozen. What may still come afterwards is a translation that is missing;
that it came later is in the history.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.documents.drafts import DraftText
from app.errors import Conflict, NotFound
from app.history.actions import record
from app.people.rules import Language, Viewer
from app.plans.alignment import Pair, Shape, aligned, fields_by_place
from app.plans.importing import NOTHING_READ, kind_read
from app.plans.models import Clause, Draft, MalayCopy
from app.plans.queries import NO_DRAFT, ClauseView, clauses
from app.plans.rules import CHANGED_MEANWHILE, MOVED_MEANWHILE, NOT_CONSULTED, DraftStatus
from app.policy import May, may, require
from app.words import N_

MALAY_ALREADY = N_("This draft is written in Malay, so there is no second text to enter.")
ONLY_MISSING = N_(
    "This draft is frozen. A Malay text that stands can no longer be changed; one that is missing can be added."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """The Malay of one clause; `version` is the one the person saw, None where nobody looked at a page."""

    wid: str
    text: str
    fields: dict[str, str]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A clause and the Malay that would stand beside it; one is None where the other text lacks it.

    `at` is the Malay clause's index in the upload.
    """

    clause: ClauseView | None
    at: int | None
    number: str
    text: str
    fields: dict[str, str]
    sure: bool


def _take_up(session: Session, by: Viewer, draft_id: int) -> Draft:
    require(may(by.role, May.PREPARE_DRAFT))
    draft = session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or draft.plan_id != by.plan_id:
        raise NotFound(NO_DRAFT)
    if draft.language is Language.MALAY:
        raise Conflict(MALAY_ALREADY)
    return draft


def enter_malay(session: Session, *, by: Viewer, draft_id: int, entries: list[Entry], at: datetime) -> int:
    """Write the Malay of clauses; gives how many changed, each with a row in its history."""
    draft = _take_up(session, by, draft_id)
    changed = _changes(session, draft, entries)
    for row, values in changed:
        record(
            session,
            at=at,
            by=by.person_id,
            verb="translated",
            subject="clause",
            subject_id=row.id,
            before={"text_ms": row.text_ms, "fields_ms": row.fields_ms},
            after=values | {"draft": draft_id, "wid": row.wid, "frozen": draft.status is DraftStatus.FROZEN},
            plan_id=draft.plan_id,
        )
    return len(changed)


def take_malay(session: Session, *, by: Viewer, draft_id: int, entries: list[Entry], at: datetime) -> int:
    """Write the Malay of many clauses at once, with one row in the draft's history."""
    draft = _take_up(session, by, draft_id)
    changed = _changes(session, draft, entries)
    if changed:
        record(
            session,
            at=at,
            by=by.person_id,
            verb="translated",
            subject="draft",
            subject_id=draft_id,
            before={row.wid: [row.text_ms, row.fields_ms] for row, _ in changed},
            after={row.wid: [values["text_ms"], values["fields_ms"]] for row, values in changed},
            plan_id=draft.plan_id,
        )
    return len(changed)


def _changes(session: Session, draft: Draft, entries: list[Entry]) -> list[tuple[Any, dict[str, Any]]]:
    wanted = {one.wid: one for one in entries}
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.wid),
            col(Clause.fields),
            col(Clause.text_ms),
            col(Clause.fields_ms),
            col(Clause.version),
        ).where(col(Clause.draft_id) == draft.id, col(Clause.wid).in_(wanted))
    ).all()
    changed: list[tuple[Any, dict[str, Any]]] = []
    for row in rows:
        one = wanted[row.wid]
        fields = {name: one.fields[name].strip() for name in row.fields if one.fields.get(name, "").strip()}
        values = {"text_ms": one.text.strip(), "fields_ms": fields}
        if values == {"text_ms": row.text_ms, "fields_ms": row.fields_ms}:
            continue
        if one.version is not None and one.version != row.version:
            raise Conflict(CHANGED_MEANWHILE, theirs={row.wid: row.text_ms}, mine={row.wid: one.text})
        if draft.status is DraftStatus.FROZEN and not _only_adds(row, values):
            raise Conflict(ONLY_MISSING, theirs={row.wid: row.text_ms}, mine={row.wid: one.text})
        changed.append((row, values))
    if changed:
        session.execute(
            update(Clause), [values | {"id": row.id, "version": row.version + 1} for row, values in changed]
        )
    return changed


def _only_adds(row: Any, values: dict[str, Any]) -> bool:
    return (not row.text_ms or values["text_ms"] == row.text_ms) and all(
        values["fields_ms"].get(name) == text for name, text in row.fields_ms.items() if text
    )


def keep_copy(
    session: Session, *, by: Viewer, draft_id: int, text: DraftText, file_name: str, at: datetime
) -> None:
    """Keep an uploaded Malay text to be looked at; it takes the place of one kept before."""
    draft = _take_up(session, by, draft_id)
    if not text.clauses:
        raise Conflict(NOTHING_READ)
    pieces = [
        {
            "kind": kind_read(one.kind),
            "number": one.number,
            "level": one.level,
            "text": one.text,
            "fields": one.fields,
        }
        for one in text.clauses
        if kind_read(one.kind) not in NOT_CONSULTED
    ]
    copy = session.get(MalayCopy, draft_id) or MalayCopy(draft_id=draft_id, at=at)
    copy.file_name, copy.pieces, copy.by_person_id, copy.at = file_name[-255:], pieces, by.person_id, at
    session.add(copy)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="uploaded Malay",
        subject="draft",
        subject_id=draft_id,
        after={"file": copy.file_name, "clauses": len(pieces)},
        plan_id=draft.plan_id,
    )


def beside(session: Session, draft_id: int, copy: MalayCopy) -> list[Beside]:
    """The draft and the upload side by side, every clause of both once."""
    ours = [one for one in clauses(session, draft_id) if one.kind not in NOT_CONSULTED]
    theirs = copy.pieces
    pairs: list[Pair] = aligned(
        [Shape(one.kind, one.number, one.level) for one in ours],
        [Shape(kind_read(piece["kind"]), piece["number"], piece["level"]) for piece in theirs],
    )
    found = []
    for pair in pairs:
        one = None if pair.ours is None else ours[pair.ours]
        piece = {} if pair.theirs is None else theirs[pair.theirs]
        found.append(
            Beside(
                clause=one,
                at=pair.theirs,
                number=piece.get("number", ""),
                text=piece.get("text", ""),
                fields=fields_by_place(one.fields if one else {}, piece.get("fields", {})),
                sure=pair.sure and one is not None and pair.theirs is not None,
            )
        )
    return found


def confirm_copy(
    session: Session, *, by: Viewer, draft_id: int, seen: str, also: set[int], at: datetime
) -> int:
    """Take the pairs that are sure, and of the others those a person ticked (`also`, indexes in the upload).

    `seen` is the upload's moment as the page said it. In a frozen draft only what is missing is taken.
    Gives how many clauses changed.
    """
    draft = _take_up(session, by, draft_id)
    copy = session.get(MalayCopy, draft_id)
    if copy is None or copy.at.isoformat() != seen:
        raise Conflict(MOVED_MEANWHILE)
    entries = []
    for one in beside(session, draft_id, copy):
        if one.clause is None or one.at is None or not (one.sure or one.at in also):
            continue
        text, fields = one.text, one.fields
        if draft.status is DraftStatus.FROZEN:
            text = one.clause.text_ms or text
            fields = fields | {name: value for name, value in one.clause.fields_ms.items() if value}
        entries.append(Entry(one.clause.wid, text, fields))
    count = take_malay(session, by=by, draft_id=draft_id, entries=entries, at=at)
    session.delete(copy)
    session.flush()
    return count


def discard_copy(session: Session, *, by: Viewer, draft_id: int, at: datetime) -> None:
    """Throw an upload away; nothing of it is in the draft."""
    draft = _take_up(session, by, draft_id)
    copy = session.get(MalayCopy, draft_id)
    if copy is None:
        return
    session.delete(copy)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="discarded Malay",
        subject="draft",
        subject_id=draft_id,
        before={"file": copy.file_name},
        plan_id=draft.plan_id,
    )


def malay_copy(session: Session, draft_id: int) -> MalayCopy | None:
    """The upload that waits to be looked at."""
    return session.get(MalayCopy, draft_id)
