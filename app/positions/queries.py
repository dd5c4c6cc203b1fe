"""Reading who has read and answered what."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlmodel import Session, col

from app.people.rules import Viewer
from app.plans.models import Clause
from app.plans.rules import NOT_CONSULTED
from app.positions.models import SectionRead
from app.prepared import Prepared
from app.rounds.models import Round
from app.rounds.queries import asked_about


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a seat has come: clauses in sections it opened, of all clauses consulted on."""

    done: int
    total: int


def _counted() -> Select[int, int]:
    """Clauses in the sections a seat opened, and all that are asked about, in one look at the draft."""
    round_: Any = SimpleNamespace(id=bindparam("round_id"))
    opened = select(SectionRead).where(
        col(SectionRead.round_id) == bindparam("round_id"),
        col(SectionRead.seat_id) == bindparam("seat_id"),
        col(SectionRead.section_id) == col(Clause.section_id),
    )
    return (
        select(func.count(case((opened.exists(), 1))), func.count())
        .select_from(Clause)
        .where(
            col(Clause.draft_id) == bindparam("draft_id"),
            col(Clause.kind).not_in(NOT_CONSULTED),
            asked_about(round_),
        )
    )


_progress = Prepared(_counted)


def progress(session: Session, viewer: Viewer, round_: Round) -> Progress:
    """A seat's way through what a round asks about."""
    values = {"round_id": round_.id, "seat_id": viewer.seat_id, "draft_id": round_.draft_id}
    return Progress(*_progress(session, values).one())
