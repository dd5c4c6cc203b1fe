"""Reading rounds."""

from sqlalchemy import case, select
from sqlmodel import Session, col

from app.rounds.models import Round
from app.rounds.rules import Phase


def current_round(session: Session, plan_id: int) -> Round | None:
    """The round that a plan's pages are about: the one that is open or paused, else the last to open."""
    urgency = case(
        (col(Round.phase).in_([Phase.OPEN, Phase.PAUSED]), 0),
        (col(Round.phase) == Phase.SCHEDULED, 2),
        else_=1,
    )
    return session.scalars(
        select(Round)
        .where(col(Round.plan_id) == plan_id)
        .order_by(urgency, col(Round.number).desc())
        .limit(1)
    ).first()
