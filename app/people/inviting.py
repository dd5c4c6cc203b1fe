"""Giving a person a seat in a plan."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.config import Settings
from app.errors import Conflict, Invalid
from app.history.actions import record
from app.people.identity import email_of, name_of
from app.people.invitation_mails import Letter, ToPlan, send
from app.people.models import Organisation, Person, Seat
from app.people.organisations import Described, body_of
from app.people.rules import Capacity, Language, Role, Viewer
from app.people.seating import HAS_ENDED, kept, of_plan, side_of
from app.policy import May, may, require
from app.words import N_

HAS_A_SEAT = N_("This person has a seat in the plan already.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite, and to which seat; `organisation` is one of the plan's (by id) or described anew."""

    name: str
    email: str
    role: Role
    organisation: int | Described | None = None
    capacity: Capacity = Capacity.ORGANISATION
    language: Language = Language.ENGLISH


def invite(
    session: Session,
    wish: Invitation,
    *,
    to: ToPlan,
    by: Viewer,
    settings: Settings,
    at: datetime,
    mail: bool = True,
) -> Seat:
    """Give a person a seat and mail them a link that signs them in once.

    Somebody known under this e-mail keeps their name and language; an ended seat is given back. Invalid
    when a field cannot be used or the person has a seat.
    """
    require(may(by.role, May.INVITE))
    email = email_of(wish.email)
    name = name_of(wish.name)
    body = body_of(session, wish.organisation, by=by, at=at)
    side = side_of(wish.role, body.constituency if body else None)
    person = session.scalars(select(Person).where(col(Person.email) == email).with_for_update()).first()
    if person is None:
        person = Person(email=email, name=name, language=wish.language, created_at=at)
        session.add(person)
        session.flush()
        record(
            session,
            at=at,
            by=by.person_id,
            verb="enter",
            subject="person",
            subject_id=person.id or 0,
            plan_id=by.plan_id,
            first=True,
        )
    elif not person.name:
        person.name = name
    seat = session.scalars(
        select(Seat)
        .where(col(Seat.plan_id) == by.plan_id, col(Seat.person_id) == person.id)
        .with_for_update()
    ).first()
    if seat is not None and seat.ended_at is None:
        raise Invalid(HAS_A_SEAT, fields={"email": HAS_A_SEAT})
    again = seat is not None
    if seat is None:
        seat = Seat(plan_id=by.plan_id, person_id=person.id or 0, role=wish.role, invited_at=at)
        session.add(seat)
    else:
        seat.version += 1
    seat.organisation_id = body.id if body else None
    seat.role, seat.constituency, seat.capacity = wish.role, side, wish.capacity
    seat.invited_at, seat.invited_by, seat.ended_at = at, by.person_id, None
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="invite again" if again else "invite",
        subject="seat",
        subject_id=seat.id or 0,
        after=kept(seat),
        plan_id=by.plan_id,
        first=not again,
    )
    if mail:
        one = Letter(
            seat.id or 0,
            person.id or 0,
            email,
            person.name,
            person.language,
            seat.role,
            body.name if body else "",
        )
        send(session, [one], to=to, by=by, settings=settings, at=at)
    return seat


def send_again(
    session: Session, seat_id: int, *, to: ToPlan, by: Viewer, settings: Settings, at: datetime
) -> None:
    """Mail a seat's invitation with a new link."""
    require(may(by.role, May.INVITE))
    seat = of_plan(session, seat_id, by)
    if seat.ended_at is not None:
        raise Conflict(HAS_ENDED)
    person = session.get_one(Person, seat.person_id)
    body = session.get(Organisation, seat.organisation_id) if seat.organisation_id else None
    one = Letter(
        seat_id,
        seat.person_id,
        person.email or "",
        person.name,
        person.language,
        seat.role,
        body.name if body else "",
    )
    send(session, [one], to=to, by=by, settings=settings, at=at)
    record(
        session,
        at=at,
        by=by.person_id,
        verb="send invitation",
        subject="seat",
        subject_id=seat_id,
        plan_id=by.plan_id,
    )
