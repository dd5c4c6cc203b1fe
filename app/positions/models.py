from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import one_of
from app.people.rules import Constituency
from app.positions.rules import AnswerKind


class Answer(SQLModel, table=True):
    """What an organisation says to a clause as drafted; one each, and it can be taken back."""

    __table_args__ = (
        UniqueConstraint("round_id", "clause_id", "organisation_id"),
        Index(None, "round_id", "organisation_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    clause_id: int = Field(foreign_key="clause.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    constituency: Constituency = Field(sa_type=one_of(Constituency))
    seat_id: int = Field(foreign_key="seat.id")
    kind: AnswerKind = Field(sa_type=one_of(AnswerKind))
    at: datetime


class SectionRead(SQLModel, table=True):
    """A section that a seat has opened, for its progress through the draft."""

    __tablename__ = "section_read"
    __table_args__ = (UniqueConstraint("round_id", "seat_id", "section_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    seat_id: int = Field(foreign_key="seat.id")
    # Having been read is no reason for a clause to stay in a draft that is being edited.
    section_id: int = Field(foreign_key="clause.id", ondelete="CASCADE")
    at: datetime
