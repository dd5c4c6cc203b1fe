"""From one point to the next in the order of the draft, and the words for what history keeps by id."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from app.matrix.models import Point, Theme
from app.matrix.points import shown
from app.matrix.written import refs_of
from app.people.models import Person, Seat
from app.plans.models import Draft
from app.rounds.models import Round


def around(session: Session, round_: Round, position: int, point_id: int) -> tuple[int | None, int | None]:
    """The points before and after one."""
    order = (col(Point.position), col(Point.id))
    standing = (col(Point.round_id) == round_.id, shown())
    here: Any = tuple_(*order)
    there = (position, point_id)
    before = session.execute(
        select(col(Point.id))
        .where(*standing, here < there)
        .order_by(*(column.desc() for column in order))
        .limit(1)
    ).scalar()
    after = session.execute(
        select(col(Point.id)).where(*standing, here > there).order_by(*order).limit(1)
    ).scalar()
    return before, after


def in_words(session: Session, round_: Round) -> Callable[[str, Any], str]:
    """What a value that history keeps of a point is called; ids become names, as they are now."""
    known: dict[tuple[str, Any], str] = {}

    def said(name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if (name, value) not in known:
            known[name, value] = _named(session, round_, name, value)
        return known[name, value]

    return said


def _named(session: Session, round_: Round, name: str, value: Any) -> str:
    if name == "drafter_seat_id":
        found = session.execute(
            select(col(Person.name))
            .join(Seat, col(Seat.person_id) == col(Person.id))
            .where(col(Seat.id) == value)
        ).scalar()
    elif name == "theme_id":
        found = session.execute(select(col(Theme.name)).where(col(Theme.id) == value)).scalar()
    elif name.endswith("duplicate_of_id"):
        found = refs_of(session, round_, [value]).get(value, f"P{value}")
    elif name == "implemented_draft_id":
        found = session.execute(select(col(Draft.name)).where(col(Draft.id) == value)).scalar()
    else:
        found = str(value)
    return found or "–"
