"""In whose name a comment stands that somebody else takes in: a living seat, or a voice without one."""

from datetime import datetime

from sqlalchemy import case, select
from sqlmodel import Session, col

from app.errors import Invalid
from app.history.actions import record
from app.people.models import Organisation, Person, Seat
from app.people.rules import Capacity, Constituency, Role, Viewer
from app.words import N_

NOT_THEIRS = N_("This person does not speak for that organisation. Choose another.")

SPEAKS = (Role.FOCAL_POINT, Role.PARTICIPANT, Role.OBSERVER)


def as_author(seat: Seat) -> Viewer:
    """The way of looking of who holds a seat."""
    return Viewer(
        person_id=seat.person_id,
        seat_id=seat.id,
        plan_id=seat.plan_id,
        role=seat.role,
        constituency=seat.constituency,
        organisation_id=seat.organisation_id,
    )


def living_seat(session: Session, plan_id: int, seat_id: int, organisation_id: int | None = None) -> Seat:
    """A living seat that speaks at the plan's table; Invalid when there is none, or it is another body's."""
    seat = session.get(Seat, seat_id)
    fits = seat is not None and seat.plan_id == plan_id and seat.ended_at is None and seat.role in SPEAKS
    if seat is None or not fits or (organisation_id and seat.organisation_id != organisation_id):
        raise Invalid(NOT_THEIRS, fields={"seat": NOT_THEIRS})
    return seat


def voice_of(session: Session, organisation: Organisation, *, by: Viewer, at: datetime) -> Seat:
    """An organisation's voice: its focal point, else who was seated first, else a voice without a person."""
    seat = session.scalars(
        select(Seat)
        .where(
            col(Seat.plan_id) == organisation.plan_id,
            col(Seat.organisation_id) == organisation.id,
            col(Seat.ended_at).is_(None),
            col(Seat.role).in_(SPEAKS),
        )
        .order_by(case((col(Seat.role) == Role.FOCAL_POINT, 0), else_=1), col(Seat.id))
        .limit(1)
    ).first()
    return seat or without_a_seat(session, organisation.plan_id, organisation, None, "", by=by, at=at)


def without_a_seat(
    session: Session,
    plan_id: int,
    organisation: Organisation | None,
    constituency: Constituency | None,
    name: str,
    *,
    by: Viewer,
    at: datetime,
) -> Seat:
    """The voice of somebody who has no seat: found again by name and organisation, or made.

    It is a seat that ended when it began, of a person without an address: nobody can sign in to it, it is
    counted at no table, and no mail goes to it.
    """
    side = organisation.constituency if organisation else constituency
    found = session.scalars(
        select(Seat)
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(
            col(Seat.plan_id) == plan_id,
            col(Seat.organisation_id) == organisation.id
            if organisation
            else col(Seat.organisation_id).is_(None),
            col(Seat.constituency) == side if side else col(Seat.constituency).is_(None),
            col(Seat.ended_at) == col(Seat.invited_at),
            col(Person.email).is_(None),
            col(Person.erased_at).is_(None),
            col(Person.name) == name,
        )
        .order_by(col(Seat.id))
        .limit(1)
    ).first()
    if found is not None:
        return found
    person = Person(name=name, email=None, created_at=at)
    session.add(person)
    session.flush()
    seat = Seat(
        plan_id=plan_id,
        person_id=person.id or 0,
        organisation_id=organisation.id if organisation else None,
        role=Role.OBSERVER if side is Constituency.OBSERVER else Role.PARTICIPANT,
        constituency=side,
        capacity=Capacity.ORGANISATION if organisation else Capacity.PERSONAL,
        invited_at=at,
        invited_by=by.person_id,
        ended_at=at,
    )
    session.add(seat)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="voice without a seat",
        subject="seat",
        subject_id=seat.id or 0,
        after={"organisation": seat.organisation_id, "constituency": seat.constituency},
        plan_id=plan_id,
        first=True,
    )
    return seat
