"""How many organisations each constituency has at the table."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.people.models import Seat
from app.people.rules import Constituency


def seated(session: Session, plan_id: int) -> dict[Constituency, int]:
    """Organisations with a living seat in a plan, by constituency."""
    rows = session.execute(
        select(col(Seat.constituency), func.count(func.distinct(col(Seat.organisation_id))))
        .where(
            col(Seat.plan_id) == plan_id, col(Seat.ended_at).is_(None), col(Seat.constituency).is_not(None)
        )
        .group_by(col(Seat.constituency))
    )
    return dict(rows.all())
