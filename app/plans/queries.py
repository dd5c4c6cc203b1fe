"""Reading plans, drafts and their clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound
from app.people.rules import Language, Viewer
from app.plans.models import Clause, Draft, DraftFile
from app.plans.rules import NOT_CONSULTED, DraftStatus, Kind
from app.policy import May, may
from app.prepared import Prepared
from app.words import N_

NO_DRAFT = N_("There is no such draft, or it is still being edited.")


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A section of a draft: the clause that heads it, and how many clauses are read under it.

    `depth` counts the headings it lies under, from 0, as lists are indented.
    """

    clause_id: int
    wid: str
    eid: str
    label: str
    number: str
    kind: Kind
    text: str
    text_ms: str
    level: int
    parent_id: int | None
    position: int
    until: int
    clauses: int
    depth: int


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause as it is read."""

    clause_id: int
    wid: str
    eid: str
    label: str
    number: str
    kind: Kind
    level: int
    text: str
    text_ms: str
    fields: dict[str, str]
    fields_ms: dict[str, str]
    parent_id: int | None
    section_id: int | None
    position: int
    until: int
    version: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft without its text."""

    draft_id: int
    plan_id: int
    name: str
    marking: str
    language: Language
    status: DraftStatus
    source_name: str
    has_file: bool
    warnings: list[dict[str, Any]]
    clauses: int
    created_at: datetime
    frozen_at: datetime | None
    version: int

    @property
    def frozen(self) -> bool:
        """Whether its text stands for ever."""
        return self.status is DraftStatus.FROZEN


def _drafts(plan_id: int) -> Select[Any]:
    clauses = (
        select(func.count())
        .select_from(Clause)
        .where(col(Clause.draft_id) == col(Draft.id), col(Clause.kind).not_in(NOT_CONSULTED))
        .correlate(Draft)
        .scalar_subquery()
    )
    has_file = (
        select(col(DraftFile.draft_id))
        .where(col(DraftFile.draft_id) == col(Draft.id))
        .correlate(Draft)
        .exists()
    )
    return select(
        col(Draft.id),
        col(Draft.plan_id),
        col(Draft.name),
        col(Draft.marking),
        col(Draft.language),
        col(Draft.status),
        col(Draft.source_name),
        has_file,
        col(Draft.warnings),
        clauses,
        col(Draft.created_at),
        col(Draft.frozen_at),
        col(Draft.version),
    ).where(col(Draft.plan_id) == plan_id)


def visible_drafts(session: Session, viewer: Viewer) -> list[DraftView]:
    """A plan's drafts that a person may know of, newest first."""
    statement = _drafts(viewer.plan_id).order_by(col(Draft.created_at).desc(), col(Draft.id).desc())
    if not may(viewer.role, May.SEE_UNFROZEN):
        statement = statement.where(col(Draft.status) == DraftStatus.FROZEN)
    if not may(viewer.role, May.SEE_PLAN):
        return []
    return [DraftView(*row) for row in session.execute(statement)]


def draft(session: Session, viewer: Viewer, draft_id: int) -> DraftView:
    """A draft that a person may know of, or NotFound."""
    row = session.execute(_drafts(viewer.plan_id).where(col(Draft.id) == draft_id)).first()
    found = DraftView(*row) if row else None
    needed = May.SEE_PLAN if found and found.frozen else May.SEE_UNFROZEN
    if found is None or not may(viewer.role, needed):
        raise NotFound(NO_DRAFT)
    return found


def source_file(session: Session, draft_id: int) -> bytes | None:
    """The file a draft was read from, as it came."""
    return session.scalar(select(col(DraftFile.content)).where(col(DraftFile.draft_id) == draft_id))


def _sections() -> Any:
    held = aliased(Clause)
    return (
        select(
            col(Clause.id),
            col(Clause.wid),
            col(Clause.eid),
            col(Clause.label),
            col(Clause.number),
            col(Clause.kind),
            col(Clause.text),
            col(Clause.text_ms),
            col(Clause.level),
            col(Clause.parent_id),
            col(Clause.position),
            col(Clause.until),
            func.count(col(held.id)),
        )
        .join(held, col(held.section_id) == col(Clause.id))
        .where(col(Clause.draft_id) == bindparam("draft_id"))
        .group_by(col(Clause.id))
        .order_by(col(Clause.position))
    )


_outline = Prepared(_sections)


def outline(session: Session, draft_id: int) -> list[OutlineItem]:
    """The sections of a draft in document order, each with how many clauses it holds."""
    rows: Sequence[Any] = _outline(session, {"draft_id": draft_id}).all()
    found: list[OutlineItem] = []
    above: list[int] = []  # levels of the headings that this one may lie under
    for row in rows:
        if row.kind is Kind.HEADING:
            while above and above[-1] >= row.level:
                above.pop()
        found.append(OutlineItem(*(*row, len(above))))
        if row.kind is Kind.HEADING:
            above.append(row.level)
    return found


_COLUMNS = (
    col(Clause.id),
    col(Clause.wid),
    col(Clause.eid),
    col(Clause.label),
    col(Clause.number),
    col(Clause.kind),
    col(Clause.level),
    col(Clause.text),
    col(Clause.text_ms),
    col(Clause.fields),
    col(Clause.fields_ms),
    col(Clause.parent_id),
    col(Clause.section_id),
    col(Clause.position),
    col(Clause.until),
    col(Clause.version),
)


def _views(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[ClauseView]:
    return [ClauseView(*row) for row in rows]


_section = Prepared(
    lambda: (
        select(*_COLUMNS)
        .where(
            col(Clause.section_id)
            == select(col(Clause.id))
            .where(col(Clause.draft_id) == bindparam("draft_id"), col(Clause.eid) == bindparam("eid"))
            .scalar_subquery()
        )
        .order_by(col(Clause.position))
    )
)


def section(session: Session, draft_id: int, eid: str) -> list[ClauseView]:
    """The clauses of the section that the clause `eid` heads, in document order; none if it heads none."""
    return _views(_section(session, {"draft_id": draft_id, "eid": eid}).all())


def clause(session: Session, draft_id: int, wid: str) -> ClauseView | None:
    """A clause of a draft by its permanent id."""
    row = session.execute(
        select(*_COLUMNS).where(col(Clause.draft_id) == draft_id, col(Clause.wid) == wid)
    ).first()
    return _views([row])[0] if row else None


def clauses(session: Session, draft_id: int) -> list[ClauseView]:
    """All clauses of a draft in document order."""
    return _views(
        session.execute(
            select(*_COLUMNS).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
        ).all()
    )


def contents_lines(session: Session, draft_id: int) -> list[ClauseView]:
    """What stands in no section: the lines of the draft's own table of contents."""
    return _views(
        session.execute(
            select(*_COLUMNS)
            .where(col(Clause.draft_id) == draft_id, col(Clause.section_id).is_(None))
            .order_by(col(Clause.position))
        ).all()
    )


def doubtful(session: Session, draft_id: int) -> list[ClauseView]:
    """Clauses without text, and clauses whose label another one has: what `checks` looks at."""
    twice = (
        select(col(Clause.label))
        .where(
            col(Clause.draft_id) == draft_id, col(Clause.label) != "", col(Clause.kind).not_in(NOT_CONSULTED)
        )
        .group_by(col(Clause.label))
        .having(func.count() > 1)
    )
    return _views(
        session.execute(
            select(*_COLUMNS)
            .where(
                col(Clause.draft_id) == draft_id,
                or_(func.trim(col(Clause.text)) == "", col(Clause.label).in_(twice)),
            )
            .order_by(col(Clause.position))
        ).all()
    )


def section_of(session: Session, draft_id: int, wid: str) -> str:
    """The eid of the section that a clause is read in; nothing for a line of contents."""
    head = aliased(Clause)
    return (
        session.scalar(
            select(col(head.eid))
            .join(Clause, col(Clause.section_id) == col(head.id))
            .where(col(Clause.draft_id) == draft_id, col(Clause.wid) == wid)
        )
        or ""
    )


def without_malay(session: Session, draft_id: int) -> dict[int, int]:
    """How many clauses of each section (by the id of its head) have no Malay text yet."""
    rows = session.execute(
        select(col(Clause.section_id), func.count())
        .where(
            col(Clause.draft_id) == draft_id,
            col(Clause.section_id).is_not(None),
            col(Clause.text_ms) == "",
            col(Clause.text) != "",
        )
        .group_by(col(Clause.section_id))
    )
    return {row[0]: row[1] for row in rows}
