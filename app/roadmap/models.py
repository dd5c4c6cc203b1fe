from datetime import date, datetime

from sqlmodel import Field, SQLModel

from app.db import one_of
from app.roadmap.rules import MilestoneKind


class Milestone(SQLModel, table=True):
    """A stage or date on a plan's roadmap; with `round_id`, the dates are the round's own."""

    # The id of a deleted milestone is never given again: its history stays its own.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    name: str = Field(max_length=160)
    name_ms: str = Field(default="", max_length=160)
    kind: MilestoneKind = Field(default=MilestoneKind.STAGE, sa_type=one_of(MilestoneKind))
    starts_on: date
    ends_on: date
    done_on: date | None = None
    note: str = Field(default="", max_length=300)
    round_id: int | None = Field(default=None, foreign_key="round.id")
    created_at: datetime
    changed_at: datetime | None = None
    version: int = 1
