"""How a plan begins: with its first secretariat. And which plans a person sits in."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Invalid
from app.history.actions import record
from app.people.identity import clean, email_of, name_of
from app.people.models import Person, Seat
from app.people.rules import ROLE_NAMES, Role
from app.plans.models import Plan
from app.words import N_

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
BAD_SLUG = N_("An address is made of small letters, digits and single hyphens, such as plan-2026-2030.")
TAKEN = N_("There is a plan at this address already.")


@dataclass(frozen=True, slots=True)
class PlanOfMine:
    """A plan where a person has a seat, and what that seat is for."""

    slug: str
    title: str
    title_ms: str
    role_name: str
    sample: bool


def found(
    session: Session, *, title: str, slug: str, email: str, name: str, at: datetime
) -> tuple[Plan, Person]:
    """Begin a plan and give its first seat, the secretariat's, to the person with this e-mail.

    A person who is known keeps the name they have. Invalid when a field cannot be used, Conflict when the
    address is taken.
    """
    titled = name_of(title, most=300, field="title")
    address = slug.strip().lower()
    if len(address) > 60 or not SLUG.fullmatch(address):
        raise Invalid(BAD_SLUG, fields={"slug": BAD_SLUG})
    reached = email_of(email)
    if session.scalar(select(col(Plan.id)).where(col(Plan.slug) == address)) is not None:
        raise Conflict(TAKEN)
    person = session.scalars(select(Person).where(col(Person.email) == reached)).first()
    if person is None:
        person = Person(email=reached, name=clean(name)[:120], created_at=at)
        session.add(person)
    plan = Plan(slug=address, title=titled, created_at=at)
    session.add(plan)
    session.flush()
    seat = Seat(plan_id=plan.id or 0, person_id=person.id or 0, role=Role.SECRETARIAT, invited_at=at)
    session.add(seat)
    session.flush()
    for subject, made, after in (
        ("plan", plan.id, {"slug": address, "title": titled}),
        ("seat", seat.id, {"person": person.id, "role": Role.SECRETARIAT}),
    ):
        record(
            session,
            at=at,
            by=None,
            verb="found",
            subject=subject,
            subject_id=made or 0,
            after=after,
            plan_id=plan.id,
            first=True,
        )
    return plan, person


def plans_of(session: Session, person_id: int) -> list[PlanOfMine]:
    """The plans where a person has a living seat, the newest first."""
    rows = session.execute(
        select(col(Plan.slug), col(Plan.title), col(Plan.title_ms), col(Seat.role), col(Plan.sample))
        .join(Seat, col(Seat.plan_id) == col(Plan.id))
        .where(col(Seat.person_id) == person_id, col(Seat.ended_at).is_(None))
        .order_by(col(Plan.id).desc())
    )
    return [
        PlanOfMine(slug, title, title_ms or title, ROLE_NAMES[role], sample)
        for slug, title, title_ms, role, sample in rows
    ]
