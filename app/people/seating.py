"""A seat's role, organisation and end."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.models import Seat
from app.people.organisations import Described, body_of
from app.people.queries import NO_SEAT
from app.people.rules import ROLE_NAMES, SPEAKS_FOR_A_BODY, Capacity, Constituency, Role, Viewer
from app.policy import May, may, require
from app.words import N_

NEEDS_A_BODY = N_("This role speaks for an organisation. Choose one, or describe a new one.")
OBSERVER_BODY = N_("People of an observer organisation have the role Observer.")
NOT_AN_OBSERVER = N_("An observer comes from an organisation that is entered under Observers.")
CHANGED = N_("Somebody changed this seat after you opened it.")
HAS_ENDED = N_("This seat has ended. Invite the person again to give it back.")
LAST_SECRETARIAT = N_("This is the plan's only secretariat seat. Give another person that role first.")


def side_of(role: Role, body: Constituency | None) -> Constituency | None:
    """The constituency a seat of `role` is counted in, given its organisation's; Invalid when they do not fit.

    The secretariat, drafters, facilitators and reviewers are counted in none.
    """
    if role not in SPEAKS_FOR_A_BODY:
        return None
    if body is None:
        raise Invalid(NEEDS_A_BODY, fields={"organisation": NEEDS_A_BODY})
    if role is Role.OBSERVER and body is not Constituency.OBSERVER:
        raise Invalid(NOT_AN_OBSERVER, fields={"role": NOT_AN_OBSERVER})
    if role is not Role.OBSERVER and body is Constituency.OBSERVER:
        raise Invalid(OBSERVER_BODY, fields={"role": OBSERVER_BODY})
    return body


def change(
    session: Session,
    seat_id: int,
    *,
    role: Role,
    organisation: int | Described | None,
    capacity: Capacity,
    version: int,
    by: Viewer,
    at: datetime,
) -> None:
    """Change a seat's role, organisation or capacity; what was written from it stays as it was."""
    require(may(by.role, May.INVITE))
    seat = of_plan(session, seat_id, by)
    if seat.version != version:
        raise Conflict(CHANGED, theirs={"role": ROLE_NAMES[seat.role]}, mine={"role": ROLE_NAMES[role]})
    if seat.ended_at is not None:
        raise Conflict(HAS_ENDED)
    if role is not Role.SECRETARIAT:
        _keep_a_secretariat(session, seat)
    body = body_of(session, organisation, by=by, at=at)
    side = side_of(role, body.constituency if body else None)
    before = kept(seat)
    seat.role, seat.constituency, seat.capacity = role, side, capacity
    seat.organisation_id = body.id if body else None
    seat.version += 1
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="change",
        subject="seat",
        subject_id=seat_id,
        before=before,
        after=kept(seat),
        plan_id=by.plan_id,
    )


def end(session: Session, seat_id: int, *, by: Viewer, at: datetime) -> None:
    """End a seat: the person no longer sees the plan; what they wrote stays."""
    require(may(by.role, May.INVITE))
    seat = of_plan(session, seat_id, by)
    if seat.ended_at is not None:
        return
    _keep_a_secretariat(session, seat)
    seat.ended_at = at
    seat.version += 1
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="end",
        subject="seat",
        subject_id=seat_id,
        plan_id=by.plan_id,
    )


def of_plan(session: Session, seat_id: int, by: Viewer) -> Seat:
    seat = session.get(Seat, seat_id, with_for_update=True)
    if seat is None or seat.plan_id != by.plan_id:
        raise NotFound(NO_SEAT)
    return seat


def _keep_a_secretariat(session: Session, seat: Seat) -> None:
    if seat.role is not Role.SECRETARIAT:
        return
    held = session.scalars(
        select(col(Seat.id))
        .where(
            col(Seat.plan_id) == seat.plan_id,
            col(Seat.role) == Role.SECRETARIAT,
            col(Seat.ended_at).is_(None),
        )
        .order_by(col(Seat.id))
        .with_for_update()
    ).all()
    if len(held) < 2:
        raise Conflict(LAST_SECRETARIAT)


def kept(seat: Seat) -> dict[str, object]:
    """A seat as history keeps it: ids, never a name."""
    return {
        "person": seat.person_id,
        "organisation": seat.organisation_id,
        "role": seat.role,
        "constituency": seat.constituency,
        "capacity": seat.capacity,
    }
