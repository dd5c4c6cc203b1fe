"""Sign-in links for the demo: one person of every role, as long as the plan is a sample."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.people.models import Person, Seat
from app.people.rules import CONSTITUENCY_NAMES, ROLE_NAMES, Constituency, Role
from app.people.signing_in import sign_in_link
from app.plans.models import Plan

#: A day: whoever tries the demo need not hurry.
MINUTES = 24 * 60


def demo_links(session: Session, *, base_url: str, now: datetime) -> Iterator[tuple[str, str]]:
    """For one person of every role and constituency: who they are, and a link that signs them in once."""
    rows = session.execute(
        select(Seat, col(Person.email), col(Person.name))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .join(Plan, col(Plan.id) == col(Seat.plan_id))
        .where(col(Plan.sample), col(Seat.ended_at).is_(None))
        .order_by(col(Seat.id))
    ).all()
    shown: set[tuple[Role, Constituency | None]] = set()
    order = {role: n for n, role in enumerate((Role.SECRETARIAT, Role.DRAFTER, *Role))}
    for seat, email, name in sorted(rows, key=lambda row: order[row[0].role]):
        kind = (seat.role, seat.constituency if seat.role is Role.PARTICIPANT else None)
        if kind in shown:
            continue
        shown.add(kind)
        link = sign_in_link(session, email, base_url=base_url, minutes=MINUTES, now=now)
        side = f", {CONSTITUENCY_NAMES[seat.constituency]}" if seat.constituency else ""
        if link:
            yield f"{name} ({ROLE_NAMES[seat.role]}{side})", link
