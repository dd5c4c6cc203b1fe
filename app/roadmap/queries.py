"""Reading the roadmap."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.config import settings
from app.roadmap.models import Milestone
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone as the strip and the time line show it; a round's dates are the round's own.

    `state` is "done", "now" or "next" on the day that was asked about.
    """

    id: int
    name: str
    name_ms: str
    kind: str
    starts_on: date
    ends_on: date
    state: str
    note: str
    round_id: int | None


def steps(session: Session, plan_id: int, now: datetime) -> list[Step]:
    """A plan's milestones in the order of their dates, as they stand at `now`."""
    zone = ZoneInfo(settings().time_zone)
    today = now.astimezone(zone).date()
    rows = session.execute(
        select(Milestone, col(Round.opens_at), func.coalesce(col(Round.closed_at), col(Round.closes_at)))
        .outerjoin(Round, col(Round.id) == col(Milestone.round_id))
        .where(col(Milestone.plan_id) == plan_id)
    )
    found = []
    for milestone, opens_at, closes_at in rows:
        starts = opens_at.astimezone(zone).date() if opens_at else milestone.starts_on
        ends = closes_at.astimezone(zone).date() if closes_at else milestone.ends_on
        done = milestone.done_on is not None or ends < today
        found.append(
            Step(
                id=milestone.id,
                name=milestone.name,
                name_ms=milestone.name_ms or milestone.name,
                kind=milestone.kind,
                starts_on=starts,
                ends_on=ends,
                state="done" if done else "now" if starts <= today else "next",
                note=milestone.note,
                round_id=milestone.round_id,
            )
        )
    return sorted(found, key=lambda step: (step.starts_on, step.ends_on, step.id))
