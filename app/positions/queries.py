"""Reading who has read and answered what."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.people.rules import Viewer
from app.plans.models import Clause
from app.plans.rules import NOT_CONSULTED
from app.positions.models import SectionRead
from app.rounds.models import Round
from app.rounds.queries import asked_about


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a seat has come: clauses in sections it opened, of all clauses consulted on."""

    done: int
    total: int


def progress(session: Session, viewer: Viewer, round_: Round) -> Progress:
    """A seat's way through what a round asks about."""
    consulted = (
        col(Clause.draft_id) == round_.draft_id,
        col(Clause.kind).not_in(NOT_CONSULTED),
        asked_about(round_),
    )
    total = session.scalar(select(func.count()).select_from(Clause).where(*consulted)) or 0
    done = session.scalar(
        select(func.count())
        .select_from(SectionRead)
        .join(Clause, col(Clause.section_id) == col(SectionRead.section_id))
        .where(col(SectionRead.round_id) == round_.id, col(SectionRead.seat_id) == viewer.seat_id, *consulted)
    )
    return Progress(done=done or 0, total=total)
