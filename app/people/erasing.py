"""A person's data: a copy of it, and its erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from app.errors import Conflict, Invalid
from app.history.actions import record
from app.mail.models import OutgoingMail
from app.people.account import places_of
from app.people.models import ApiToken, InvitationList, Person, Seat, SignedIn, SignInLink
from app.people.rules import Role
from app.words import N_

NOT_YOUR_EMAIL = N_("This is not your e-mail address. Type it as it stands above.")
ONLY_SECRETARIAT = N_("You are the only secretariat of a plan. Give somebody else that seat first.")


def data_of(session: Session, person: Person) -> dict[str, Any]:
    """What is kept about a person, apart from what they wrote; secrets are not in it, only their hashes exist."""
    seats = places_of(session, person.id or 0)
    return {
        "person": {
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "since": person.created_at,
        },
        "seats": [
            {
                "organisation": organisation.name if organisation else None,
                "constituency": seat.constituency,
                "role": seat.role,
                "capacity": seat.capacity,
                "invited_at": seat.invited_at,
                "first_signed_in_at": seat.first_signed_in_at,
                "ended_at": seat.ended_at,
            }
            for seat, organisation in seats
        ],
        "sessions": [
            dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for a row as a mapping)
            for row in session.execute(
                select(
                    col(SignedIn.device),
                    col(SignedIn.address),
                    col(SignedIn.created_at),
                    col(SignedIn.seen_at),
                    col(SignedIn.ended_at),
                )
                .where(col(SignedIn.person_id) == person.id)
                .order_by(col(SignedIn.id))
            )
        ],
        "tokens": [
            {"name": name, "created_at": made, "used_at": used, "ended_at": ended}
            for name, made, used, ended in session.execute(
                select(
                    col(ApiToken.name),
                    col(ApiToken.created_at),
                    col(ApiToken.used_at),
                    col(ApiToken.ended_at),
                )
                .where(col(ApiToken.person_id) == person.id)
                .order_by(col(ApiToken.id))
            )
        ],
        "mails": [
            {"subject": subject, "text": text, "written_at": written, "sent_at": sent}
            for subject, text, written, sent in session.execute(
                select(
                    col(OutgoingMail.subject),
                    col(OutgoingMail.text),
                    col(OutgoingMail.created_at),
                    col(OutgoingMail.sent_at),
                )
                .where(col(OutgoingMail.person_id) == person.id)
                .order_by(col(OutgoingMail.id))
            )
        ],
    }


def erase(session: Session, person_id: int, typed: str, *, at: datetime) -> None:
    """Take a person's name, e-mail, sessions, tokens and mails away and end their seats.

    `typed` must be their e-mail address. What they wrote is kept by comments/personal.py, which the same
    transaction calls; history keeps a number, and no name.
    """
    person = session.get_one(Person, person_id, with_for_update=True)
    if typed.strip().lower() != person.email:
        raise Invalid(NOT_YOUR_EMAIL, fields={"email": NOT_YOUR_EMAIL})
    if _leaves_a_plan_without_secretariat(session, person_id):
        raise Conflict(ONLY_SECRETARIAT)
    session.execute(
        delete(OutgoingMail).where(
            or_(col(OutgoingMail.person_id) == person_id, col(OutgoingMail.recipient) == person.email)
        )
    )
    session.execute(delete(SignInLink).where(col(SignInLink.person_id) == person_id))
    session.execute(delete(SignedIn).where(col(SignedIn.person_id) == person_id))
    session.execute(delete(ApiToken).where(col(ApiToken.person_id) == person_id))
    session.execute(delete(InvitationList).where(col(InvitationList.person_id) == person_id))
    seats = session.execute(
        update(Seat)
        .where(col(Seat.person_id) == person_id, col(Seat.ended_at).is_(None))
        .values(ended_at=at, version=col(Seat.version) + 1)
        .returning(col(Seat.id), col(Seat.plan_id))
    ).all()
    person.name = ""
    person.email = None
    person.calendar_secret = None
    person.erased_at = at
    for seat_id, plan_id in seats:
        record(session, at=at, by=person_id, verb="end", subject="seat", subject_id=seat_id, plan_id=plan_id)
    record(session, at=at, by=person_id, verb="erase", subject="person", subject_id=person_id)


def _leaves_a_plan_without_secretariat(session: Session, person_id: int) -> bool:
    secretariat = (col(Seat.role) == Role.SECRETARIAT, col(Seat.ended_at).is_(None))
    theirs = select(col(Seat.plan_id)).where(*secretariat, col(Seat.person_id) == person_id)
    held = session.execute(
        select(col(Seat.plan_id), func.count())
        .where(*secretariat, col(Seat.plan_id).in_(theirs))
        .group_by(col(Seat.plan_id))
    )
    return any(seats == 1 for _, seats in held)
