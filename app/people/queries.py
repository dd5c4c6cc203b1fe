"""Reading who has a seat in a plan, and the organisations they come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.people.identity import clean
from app.people.models import Organisation, Person, Seat
from app.people.rules import Capacity, Constituency, Language, Region, Role, Viewer
from app.policy import May, may, require
from app.words import N_

PAGE = 100

NO_SEAT = N_("There is no such seat in this plan.")
NO_ORGANISATION = N_("There is no such organisation in this plan.")

#: G E W C O, and behind them those who hold no seat of a constituency.
SIDES = case({side: place for place, side in enumerate(Constituency)}, value=col(Seat.constituency), else_=9)


@dataclass(frozen=True, slots=True)
class Sift:
    """What a list of seats is limited to; `state` is "waiting" (never signed in), "ended", or "" for living."""

    constituency: Constituency | None = None
    no_constituency: bool = False
    role: Role | None = None
    organisation_id: int | None = None
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SeatView:
    """A seat with its person and organisation; `email` is empty for who may not invite."""

    seat_id: int
    person_id: int
    name: str
    email: str
    language: Language
    organisation_id: int | None
    organisation: str
    short_name: str
    constituency: Constituency | None
    region: Region | None
    role: Role
    capacity: Capacity
    invited_at: datetime
    first_signed_in_at: datetime | None
    ended_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class SideView:
    """How many organisations and seats a constituency has."""

    organisations: int
    seats: int


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation with how many living seats it has."""

    organisation_id: int
    name: str
    short_name: str
    constituency: Constituency
    region: Region
    version: int
    seats: int


def _seats(plan_id: int) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        select(
            col(Seat.id),
            col(Seat.person_id),
            col(Person.name),
            func.coalesce(col(Person.email), ""),
            col(Person.language),
            col(Seat.organisation_id),
            func.coalesce(col(Organisation.name), ""),
            func.coalesce(col(Organisation.short_name), ""),
            col(Seat.constituency),
            col(Organisation.region),
            col(Seat.role),
            col(Seat.capacity),
            col(Seat.invited_at),
            col(Seat.first_signed_in_at),
            col(Seat.ended_at),
            col(Seat.version),
        )
        .join(Person, col(Person.id) == col(Seat.person_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .where(col(Seat.plan_id) == plan_id)
    )
    return found


def _limits(by: Viewer, sift: Sift) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = [
        col(Seat.ended_at).is_not(None) if sift.state == "ended" else col(Seat.ended_at).is_(None)
    ]
    if sift.state == "waiting":
        limits.append(col(Seat.first_signed_in_at).is_(None))
    if sift.constituency is not None:
        limits.append(col(Seat.constituency) == sift.constituency)
    if sift.no_constituency:
        limits.append(col(Seat.constituency).is_(None))
    if sift.role is not None:
        limits.append(col(Seat.role) == sift.role)
    if sift.organisation_id is not None:
        limits.append(col(Seat.organisation_id) == sift.organisation_id)
    searched: list[Any] = [col(Person.name), col(Organisation.name), col(Organisation.short_name)]
    if may(by.role, May.INVITE):
        searched.append(col(Person.email))
    words = clean(sift.words).lower().split()[:8]
    limits += [
        or_(*(func.lower(column).contains(word, autoescape=True) for column in searched)) for word in words
    ]
    return limits


def seats(
    session: Session, by: Viewer, sift: Sift = Sift(), *, page: int = 1, size: int = PAGE
) -> tuple[list[SeatView], int]:
    """A page of the seats of a plan, by constituency, organisation and name; and how many there are in all."""
    require(may(by.role, May.SEE_PEOPLE))
    limits = _limits(by, sift)
    total = session.scalar(
        select(func.count())
        .select_from(Seat)
        .join(Person, col(Person.id) == col(Seat.person_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .where(col(Seat.plan_id) == by.plan_id, *limits)
    )
    rows = session.execute(
        _ordered(_seats(by.plan_id).where(*limits)).limit(size).offset((max(page, 1) - 1) * size)
    )
    return [_view(row, by) for row in rows], total or 0


def every_seat(session: Session, by: Viewer, sift: Sift = Sift()) -> Iterator[SeatView]:
    """All of them, as they are read, for a file."""
    require(may(by.role, May.SEE_PEOPLE))
    rows = session.execute(
        _ordered(_seats(by.plan_id).where(*_limits(by, sift))).execution_options(yield_per=500)
    )
    return (_view(row, by) for row in rows)


def _ordered(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.order_by(
        SIDES, func.lower(col(Organisation.name)), func.lower(col(Person.name)), col(Seat.id)
    )


def _view(row: Any, by: Viewer) -> SeatView:
    values = list(row)
    if not may(by.role, May.INVITE):
        values[3] = ""
    return SeatView(*values)


def seat(session: Session, by: Viewer, seat_id: int) -> SeatView:
    """One seat of the plan, living or ended; NotFound when it is another plan's."""
    require(may(by.role, May.SEE_PEOPLE))
    row = session.execute(_seats(by.plan_id).where(col(Seat.id) == seat_id)).first()
    if row is None:
        raise NotFound(NO_SEAT)
    return _view(row, by)


def sides(session: Session, by: Viewer) -> dict[Constituency | None, SideView]:
    """Every constituency with its organisations and living seats, also the empty ones; None are those without."""
    require(may(by.role, May.SEE_PEOPLE))
    rows = session.execute(
        select(col(Seat.constituency), func.count(func.distinct(col(Seat.organisation_id))), func.count())
        .where(col(Seat.plan_id) == by.plan_id, col(Seat.ended_at).is_(None))
        .group_by(col(Seat.constituency))
    )
    found: dict[Constituency | None, SideView] = {
        side: SideView(organisations, held) for side, organisations, held in rows
    }
    return {side: found.get(side, SideView(0, 0)) for side in (*Constituency, None)}


def organisations(session: Session, by: Viewer) -> list[OrganisationView]:
    """The organisations of a plan, by constituency and name."""
    require(may(by.role, May.SEE_PEOPLE))
    living = (
        select(func.count())
        .select_from(Seat)
        .where(col(Seat.organisation_id) == col(Organisation.id), col(Seat.ended_at).is_(None))
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            col(Organisation.id),
            col(Organisation.name),
            col(Organisation.short_name),
            col(Organisation.constituency),
            col(Organisation.region),
            col(Organisation.version),
            living,
        )
        .where(col(Organisation.plan_id) == by.plan_id)
        .order_by(
            case({side: n for n, side in enumerate(Constituency)}, value=col(Organisation.constituency)),
            func.lower(col(Organisation.name)),
        )
    )
    return [OrganisationView(*row) for row in rows]


def organisation(session: Session, by: Viewer, organisation_id: int) -> OrganisationView:
    """One organisation of the plan, or NotFound."""
    for found in organisations(session, by):
        if found.organisation_id == organisation_id:
            return found
    raise NotFound(NO_ORGANISATION)
