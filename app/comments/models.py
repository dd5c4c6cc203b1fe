"""A comment with its anchor and proposed change, the stances on it, and the counts kept of all."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.comments.rules import (
    Attribution,
    Channel,
    CommentType,
    Priority,
    Scope,
    StanceKind,
    Status,
    Verb,
    Way,
)
from app.db import Json, one_of
from app.people.rules import Capacity, Constituency, Language, Region


class Comment(SQLModel, table=True):
    """One point made on one anchor by one seat.

    The anchor is `clause_id` (None for the whole plan), `field`, and within it a W3C text quote and
    position: `exact`, `prefix`, `suffix`, `start`, `end` in code points. `position` is the clause's own
    in its draft (-1 for the whole plan): the matrix is read in that order. `proposed` is the clause's or
    field's whole new text; None proposes nothing, an empty text proposes to delete. `client_uuid` is
    made by the form, so that what is sent twice is one comment. `stands_from_id` is the comment of an earlier
    round that its author says still stands. What an author's seat said at submission
    stays, even when the seat changes. `receipt_due` until its receipt is in the outbox (comments/receipts.py).
    """

    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        Index(None, "round_id", "position", "id"),
        Index(None, "round_id", "constituency", "position", "id"),
        Index(None, "round_id", "organisation_id", "position", "id"),
        Index(None, "round_id", "type", "position", "id"),
        Index(None, "round_id", "priority", "position", "id"),
        Index(None, "round_id", "seat_id", "position", "id"),
        Index(None, "clause_id", "status", "id"),
        Index(None, "seat_id", "status"),
        # What is rare is found without a walk past all that is not.
        Index(
            "ix_comment_late",
            "round_id",
            "position",
            "id",
            sqlite_where=text("late IS 1"),
            postgresql_where=text("late IS true"),
        ),
        Index(
            "ix_comment_withdrawn",
            "round_id",
            "position",
            "id",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
        Index(
            "ix_comment_receipt_due",
            "id",
            sqlite_where=text("receipt_due IS 1"),
            postgresql_where=text("receipt_due IS true"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_uuid: str = Field(max_length=36, unique=True)
    plan_id: int = Field(foreign_key="plan.id")
    round_id: int = Field(foreign_key="round.id")
    number: int | None = None
    status: Status = Field(default=Status.DRAFT, sa_type=one_of(Status))

    scope: Scope = Field(sa_type=one_of(Scope))
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    section_id: int | None = Field(default=None, foreign_key="clause.id")
    position: int = -1
    field: str | None = Field(default=None, max_length=120)
    exact: str | None = None
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None

    seat_id: int = Field(foreign_key="seat.id")
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    constituency: Constituency | None = Field(default=None, sa_type=one_of(Constituency))
    region: Region | None = Field(default=None, sa_type=one_of(Region))
    capacity: Capacity = Field(default=Capacity.ORGANISATION, sa_type=one_of(Capacity))
    channel: Channel = Field(default=Channel.WEB, sa_type=one_of(Channel))
    attribution: Attribution = Field(default=Attribution.ORGANISATION, sa_type=one_of(Attribution))

    type: CommentType = Field(default=CommentType.SUBSTANTIVE, sa_type=one_of(CommentType))
    priority: Priority = Field(default=Priority.MAJOR, sa_type=one_of(Priority))
    ground: str = ""
    language: Language = Field(default=Language.ENGLISH, sa_type=one_of(Language))
    text: str = ""
    proposed: str | None = None
    proposed_verb: Verb | None = Field(default=None, sa_type=one_of(Verb))
    rationale: str = ""
    standard: str = Field(default="", max_length=300)

    created_at: datetime
    saved_at: datetime
    submitted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    late: bool = False
    split_from_id: int | None = Field(default=None, foreign_key="comment.id")
    stands_from_id: int | None = Field(default=None, foreign_key="comment.id")
    words: str = ""
    version: int = 1
    receipt_due: bool = False


class Origin(SQLModel, table=True):
    """How a comment came that its author did not send here: in a file, or entered by somebody for them.

    `author` is the name as the file or the person who entered it wrote it, `written_at` when they wrote it
    by the file's own word, `resolved` whether the file says that it is. `also` are the permanent ids of
    further clauses that it names. `taken_by_person_id` took it in; `way` and `note` say how it had come.
    """

    comment_id: int = Field(foreign_key="comment.id", primary_key=True)
    author: str = Field(default="", max_length=300)
    written_at: datetime | None = None
    resolved: bool = False
    also: list[str] = Field(default_factory=list, sa_type=Json)
    taken_by_person_id: int | None = Field(default=None, foreign_key="person.id")
    way: Way | None = Field(default=None, sa_type=one_of(Way))
    note: str = Field(default="", max_length=300)


class Stance(SQLModel, table=True):
    """An organisation's support, or objection with a reason, on somebody's comment; one each, the last one stands."""

    __table_args__ = (UniqueConstraint("comment_id", "organisation_id"), Index(None, "seat_id"))

    id: int | None = Field(default=None, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    constituency: Constituency = Field(sa_type=one_of(Constituency))
    seat_id: int = Field(foreign_key="seat.id")
    kind: StanceKind = Field(sa_type=one_of(StanceKind))
    reason: str = ""
    at: datetime
    version: int = 1


class CommentTally(SQLModel, table=True):
    """How many submitted comments there are, kept as they come so that no page counts them.

    `audience` is who the number is for (comments/tallies.py), `dimension` and `value` what is counted.
    """

    __tablename__ = "comment_tally"

    round_id: int = Field(foreign_key="round.id", primary_key=True)
    audience: str = Field(max_length=12, primary_key=True)
    dimension: str = Field(max_length=24, primary_key=True)
    value: str = Field(max_length=40, primary_key=True)
    n: int = 0
