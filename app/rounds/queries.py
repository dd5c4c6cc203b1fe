"""Reading rounds: which there are, what they ask about, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, bindparam, case, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.people.rules import Constituency
from app.plans.models import Clause, Draft
from app.plans.rules import DraftStatus
from app.rounds.models import Round, RoundQuestion, RoundScope, RoundWindow
from app.rounds.rules import Isolation, Phase, Window, closing_time


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as the list shows it; `comments` were received, withdrawn ones among them."""

    id: int
    number: int
    name: str
    draft_id: int
    draft: str
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    isolation: Isolation
    comments: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a draft: the clause that heads it, and the positions it reaches over.

    `depth` counts the sections around it, from 0.
    """

    id: int
    wid: str
    eid: str
    label: str
    text: str
    text_ms: str
    depth: int
    start: int
    until: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to everyone, or beside a section."""

    id: int
    section_id: int | None
    text: str
    text_ms: str


@dataclass(frozen=True, slots=True)
class WindowRow:
    """An own closing time, with the label and heading of its section."""

    id: int
    constituency: Constituency | None
    section_id: int | None
    label: str
    heading: str
    start: int | None
    until: int | None
    closes_at: datetime


def current_round(session: Session, plan_id: int) -> Round | None:
    """The round that a plan's pages are about: the one that is open or paused, else the last to open."""
    urgency = case(
        (col(Round.phase).in_([Phase.OPEN, Phase.PAUSED]), 0),
        (col(Round.phase) == Phase.SCHEDULED, 2),
        else_=1,
    )
    return session.scalars(
        select(Round)
        .where(col(Round.plan_id) == plan_id)
        .order_by(urgency, col(Round.number).desc())
        .limit(1)
    ).first()


def rounds_of(session: Session, plan_id: int) -> list[RoundRow]:
    """A plan's rounds, the newest first."""
    rows = session.execute(
        select(
            col(Round.id),
            col(Round.number),
            col(Round.name),
            col(Round.draft_id),
            col(Draft.name),
            col(Round.phase),
            col(Round.opens_at),
            col(Round.closes_at),
            col(Round.closed_at),
            col(Round.isolation),
            col(Round.last_number),
        )
        .join(Draft, col(Draft.id) == col(Round.draft_id))
        .where(col(Round.plan_id) == plan_id)
        .order_by(col(Round.number).desc())
    )
    return [RoundRow(*row) for row in rows]


def drafts_to_consult_on(session: Session, plan_id: int) -> list[tuple[int, str]]:
    """The frozen drafts of a plan, the newest first: id and name."""
    rows = session.execute(
        select(col(Draft.id), col(Draft.name))
        .where(col(Draft.plan_id) == plan_id, col(Draft.status) == DraftStatus.FROZEN)
        .order_by(col(Draft.frozen_at).desc(), col(Draft.id).desc())
    )
    return [(row[0], row[1]) for row in rows]


def sections(session: Session, draft_id: int) -> list[Section]:
    """A draft's sections in document order."""
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.wid),
            col(Clause.eid),
            col(Clause.label),
            col(Clause.text),
            col(Clause.text_ms),
            col(Clause.position),
            col(Clause.until),
        )
        .where(col(Clause.draft_id) == draft_id, col(Clause.section_id) == col(Clause.id))
        .order_by(col(Clause.position))
    )
    found: list[Section] = []
    around: list[int] = []
    for clause_id, wid, eid, label, text, text_ms, start, until in rows:
        while around and around[-1] < start:
            around.pop()
        found.append(Section(clause_id, wid, eid, label, text, text_ms, len(around), start, until))
        around.append(until)
    return found


def scope_of(session: Session, round_: Round) -> list[int]:
    """The ids of the sections a round asks about; none for the whole draft."""
    return list(
        session.scalars(select(col(RoundScope.clause_id)).where(col(RoundScope.round_id) == round_.id))
    )


def sections_in_scope(session: Session, round_: Round) -> list[Section]:
    """The sections a round asks about, those within them included, in document order."""
    found, chosen = sections(session, round_.draft_id), set(scope_of(session, round_))
    if not chosen:
        return found
    reach = [(section.start, section.until) for section in found if section.id in chosen]
    return [s for s in found if any(start <= s.start <= until for start, until in reach)]


_SCOPED = (
    select(RoundScope)
    .join(Clause, col(Clause.id) == col(RoundScope.clause_id))
    .where(col(RoundScope.round_id) == bindparam("round_id"))
)
#: Whether a round has a scope, and whether a position lies in it; built once, for every submission asks.
_IN_SCOPE = select(
    _SCOPED.exists(),
    _SCOPED.where(
        col(Clause.position) <= bindparam("position"), col(Clause.until) >= bindparam("position")
    ).exists(),
)
_HAS_WINDOWS = select(select(RoundWindow).where(col(RoundWindow.round_id) == bindparam("round_id")).exists())


class Placed(Protocol):
    """Where a clause stands."""

    @property
    def draft_id(self) -> int: ...
    @property
    def position(self) -> int: ...


def in_scope(session: Session, round_: Round, clause: Placed) -> bool:
    """Whether a round asks about a clause."""
    row = session.execute(_IN_SCOPE, {"round_id": round_.id, "position": clause.position}).one()
    return clause.draft_id == round_.draft_id and (not row[0] or row[1])


def asked_about(round_: Round) -> ColumnElement[bool]:
    """Which clauses of its draft a round asks about, as a condition on `Clause`."""
    head = aliased(Clause)
    scope = select(RoundScope).where(col(RoundScope.round_id) == round_.id)
    around = scope.join(head, col(head.id) == col(RoundScope.clause_id)).where(
        col(head.position) <= col(Clause.position), col(head.until) >= col(Clause.position)
    )
    return or_(~scope.exists(), around.correlate(Clause).exists())


def questions(session: Session, round_: Round) -> list[Question]:
    """A round's questions in their order; those to everyone and those beside a section."""
    rows = session.execute(
        select(
            col(RoundQuestion.id),
            col(RoundQuestion.clause_id),
            col(RoundQuestion.text),
            col(RoundQuestion.text_ms),
        )
        .where(col(RoundQuestion.round_id) == round_.id)
        .order_by(col(RoundQuestion.position), col(RoundQuestion.id))
    )
    return [Question(*row) for row in rows]


def windows_of(session: Session, round_ids: list[int]) -> dict[int, list[WindowRow]]:
    """The own closing times of rounds, the earliest first."""
    found: dict[int, list[WindowRow]] = {round_id: [] for round_id in round_ids}
    rows = session.execute(
        select(
            col(RoundWindow.round_id),
            col(RoundWindow.id),
            col(RoundWindow.constituency),
            col(RoundWindow.section_id),
            col(Clause.label),
            col(Clause.text),
            col(Clause.position),
            col(Clause.until),
            col(RoundWindow.closes_at),
        )
        .outerjoin(Clause, col(Clause.id) == col(RoundWindow.section_id))
        .where(col(RoundWindow.round_id).in_(round_ids))
        .order_by(col(RoundWindow.closes_at), col(RoundWindow.id))
    )
    for round_id, window_id, constituency, section_id, label, text, start, until, closes_at in rows:
        found[round_id].append(
            WindowRow(window_id, constituency, section_id, label or "", text or "", start, until, closes_at)
        )
    return found


def windows(session: Session, round_: Round) -> list[WindowRow]:
    """A round's own closing times, the earliest first."""
    return windows_of(session, [round_.id or 0])[round_.id or 0]


def window_for(
    session: Session, round_: Round, constituency: Constituency | None, section_id: int | None
) -> datetime:
    """When a constituency's comments on a section are due; without a section, those on the whole plan."""
    if not session.scalar(_HAS_WINDOWS, {"round_id": round_.id}):
        return round_.closes_at
    position = None
    if section_id is not None:
        position = session.scalar(select(col(Clause.position)).where(col(Clause.id) == section_id))
    return due(round_.closes_at, windows(session, round_), constituency, position)


def due(
    closes_at: datetime, own: list[WindowRow], constituency: Constituency | None, position: int | None = None
) -> datetime:
    """The closing time that a round's own windows leave to a constituency at a clause's position."""
    found = [Window(w.closes_at, w.constituency, w.start, w.until) for w in own]
    return closing_time(closes_at, found, constituency, position)
