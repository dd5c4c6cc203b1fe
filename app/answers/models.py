"""Reactions to answers, and the reviewer's sign-off."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.answers.rules import Opinion, ReactionKind
from app.db import one_of
from app.people.rules import Constituency


class Reaction(SQLModel, table=True):
    """What a commenter says to the answer to their comment; one each, the last one stands."""

    __table_args__ = (
        UniqueConstraint("comment_id", "point_id"),
        Index(None, "point_id"),
        Index(None, "round_id", "kind", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    point_id: int = Field(foreign_key="point.id")
    comment_id: int = Field(foreign_key="comment.id")
    kind: ReactionKind = Field(sa_type=one_of(ReactionKind))
    note: str = ""
    seat_id: int | None = Field(default=None, foreign_key="seat.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    constituency: Constituency | None = Field(default=None, sa_type=one_of(Constituency))
    at: datetime
    version: int = 1


class SignOff(SQLModel, table=True):
    """The reviewer's word on a round's report; `digest` says which state of the books it was given on."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("round_id", "seat_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    seat_id: int = Field(foreign_key="seat.id")
    person_id: int = Field(foreign_key="person.id")
    opinion: Opinion = Field(sa_type=one_of(Opinion))
    note: str = ""
    digest: str = Field(default="", max_length=64)
    at: datetime
    version: int = 1
