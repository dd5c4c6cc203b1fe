"""Reactions to answers, and the reviewer's sign-off."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.answers.rules import Opinion, ReactionKind
from app.db import one_of
from app.matrix.dispositions import Disposition
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


class Settled(SQLModel, table=True):
    """That its author says of an earlier comment, in a later round, that it is settled."""

    __table_args__ = (UniqueConstraint("round_id", "comment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    comment_id: int = Field(foreign_key="comment.id", index=True)
    seat_id: int = Field(foreign_key="seat.id")
    at: datetime


class AnswerTally(SQLModel, table=True):
    """How many answers of each kind were published; counted once, for a published answer stays.

    `whose` is "all", a constituency's letter, or "o" and an organisation's id: only comments that show it
    are counted there, and those for the secretariat only nowhere.
    """

    __tablename__ = "answer_tally"

    round_id: int = Field(foreign_key="round.id", primary_key=True)
    whose: str = Field(max_length=24, primary_key=True)
    disposition: Disposition = Field(sa_type=one_of(Disposition), primary_key=True)
    n: int = 0


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
