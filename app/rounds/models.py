"""A consultation on one frozen draft: its dates, scope, questions and phase."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import Json, one_of
from app.people.rules import Constituency
from app.rounds.rules import Isolation, Phase


class Round(SQLModel, table=True):
    """A round; refs are given by counting up `last_number`, the number of the comment submitted last.

    `days_accepted` is the number of working days that the secretariat accepted although fewer are left
    than asked for; `reminded_for` the closing time that people were last reminded of. Answers are
    published at `publish_at` when one is chosen, and can be reacted to until `reactions_until`.
    """

    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    draft_id: int = Field(foreign_key="draft.id", index=True)
    number: int
    name: str = Field(max_length=160)
    about: str = ""
    about_ms: str = ""
    phase: Phase = Field(default=Phase.SCHEDULED, sa_type=one_of(Phase))
    opens_at: datetime
    closes_at: datetime
    isolation: Isolation = Field(default=Isolation.EVERYONE, sa_type=one_of(Isolation))
    attributions: list[str] = Field(default_factory=list, sa_type=Json)
    last_number: int = 0
    paused_because: str = Field(default="", max_length=400)
    days_accepted: int | None = None
    reminded_for: datetime | None = None
    closed_at: datetime | None = None
    published_at: datetime | None = None
    publish_at: datetime | None = None
    reactions_until: datetime | None = None
    reactions_reminded_for: datetime | None = None
    created_at: datetime
    changed_at: datetime | None = None
    version: int = 1


class RoundScope(SQLModel, table=True):
    """A section that the round asks about; a round with none asks about the whole draft."""

    __tablename__ = "round_scope"

    round_id: int = Field(foreign_key="round.id", primary_key=True)
    clause_id: int = Field(foreign_key="clause.id", primary_key=True)


class RoundQuestion(SQLModel, table=True):
    """A question put to everyone; with `clause_id`, beside that section."""

    __tablename__ = "round_question"

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id", index=True)
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    position: int = 0
    text: str
    text_ms: str = ""


class RoundWindow(SQLModel, table=True):
    """An own closing time for a constituency, a section, or both; it goes before the round's."""

    __tablename__ = "round_window"

    __table_args__ = (UniqueConstraint("round_id", "constituency", "section_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    constituency: Constituency | None = Field(default=None, sa_type=one_of(Constituency))
    section_id: int | None = Field(default=None, foreign_key="clause.id")
    closes_at: datetime
    reminded_for: datetime | None = None
