"""Points, which are the rows of the comment matrix, and the views people keep of it."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.db import Json, one_of
from app.matrix.dispositions import Disposition, OtherPlan, Walk


def _some(name: str, *columns: str, where: str) -> Index:
    """An index of the points of which `where` holds, in document order within what else is asked."""
    return Index(
        f"ix_point_{name}",
        "round_id",
        *columns,
        "id",
        sqlite_where=text(where),
        postgresql_where=text(where),
    )


class Theme(SQLModel, table=True):
    """A subject that points over the whole plan have in common."""

    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    name: str = Field(max_length=120)
    created_at: datetime
    version: int = 1


class Point(SQLModel, table=True):
    """One thing to be decided, made by one or more comments; every submitted comment has one at once.

    `members` counts the comments that make it, withdrawn ones too: a point that grouping has emptied has
    none, is shown nowhere and stays, so that what was done can be undone. `voices` counts the organisations
    behind it by constituency, "-" for those whose constituency is told to nobody but the secretariat.
    `proposed_*` is a drafter's proposal, `disposition` and what follows the decision: two things.
    """

    __table_args__ = (
        Index(None, "round_id", "position", "id"),
        # A new point stands in as few indexes as can be; what is written on it later brings it into others.
        _some("open", "position", where="disposition IS NULL"),
        _some("decided", "disposition", "position", where="disposition IS NOT NULL"),
        _some("drafter", "drafter_seat_id", "position", where="drafter_seat_id IS NOT NULL"),
        _some("theme", "theme_id", "position", where="theme_id IS NOT NULL"),
        _some("controversy", "controversy", "position", where="controversy > 0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    position: int = -1
    title: str = Field(default="", max_length=300)
    theme_id: int | None = Field(default=None, foreign_key="theme.id")
    members: int = 1
    voices: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    proposes: bool = False
    controversy: int = 0

    drafter_seat_id: int | None = Field(default=None, foreign_key="seat.id")
    overlap_plan: OtherPlan | None = Field(default=None, sa_type=one_of(OtherPlan))
    overlap_clause: str = Field(default="", max_length=120)

    proposed_disposition: Disposition | None = Field(
        default=None, sa_type=one_of(Disposition, "proposed_disposition")
    )
    proposed_reason: str = ""
    proposed_reason_ms: str = ""
    proposed_duplicate_of_id: int | None = Field(default=None, foreign_key="point.id")
    proposed_referred_to: str = Field(default="", max_length=200)
    proposed_by_person_id: int | None = Field(default=None, foreign_key="person.id")
    proposed_at: datetime | None = None

    disposition: Disposition | None = Field(default=None, sa_type=one_of(Disposition))
    reason: str = ""
    reason_ms: str = ""
    duplicate_of_id: int | None = Field(default=None, foreign_key="point.id")
    referred_to: str = Field(default="", max_length=200)
    decided_by_person_id: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    decided_meeting: str = Field(default="", max_length=200)
    implemented_draft_id: int | None = Field(default=None, foreign_key="draft.id")

    created_at: datetime
    version: int = 1


class Meeting(SQLModel, table=True):
    """A resolution meeting: what it is called, its day, and how it walks through the points.

    `at_point_id` is the point it decided last: there it goes on. `proposals` says whether drafters'
    proposals are shown on its screen.
    """

    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    name: str = Field(max_length=200)
    held_on: date
    walk: Walk = Field(default=Walk.DOCUMENT, sa_type=one_of(Walk))
    proposals: bool = False
    at_point_id: int | None = Field(default=None, foreign_key="point.id")
    begun_by_person_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime


class PointComment(SQLModel, table=True):
    """That a comment makes a point; a comment can make two."""

    __tablename__ = "point_comment"

    point_id: int = Field(foreign_key="point.id", primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", primary_key=True, index=True)


class Regrouping(SQLModel, table=True):
    """One act of grouping, ungrouping or splitting, with all it moved, so that it can be undone.

    `links` are [comment_id, from point_id or null, to point_id or null], in the order they were made;
    undone from the last.
    """

    __table_args__ = (Index(None, "round_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    kind: str = Field(max_length=20)
    links: list[list[int | None]] = Field(default_factory=list, sa_type=Json)
    by_person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
    undone_at: datetime | None = None


class Suggestion(SQLModel, table=True):
    """Comments that look like one point, with why and how much; a person accepts or dismisses it.

    `comments` are their ids; `key` says which comments, so that what was dismissed is not suggested again.
    """

    __table_args__ = (UniqueConstraint("round_id", "key"), Index(None, "round_id", "answered_at", "id"))

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    key: str = Field(max_length=64)
    comments: list[int] = Field(default_factory=list, sa_type=Json)
    why: str = Field(default="", max_length=40)
    score: float = 0.0
    made_at: datetime
    answered_at: datetime | None = None
    accepted: bool | None = None
    by_person_id: int | None = Field(default=None, foreign_key="person.id")


class SavedView(SQLModel, table=True):
    """Filters of the matrix that a person keeps under a name; `query` is the page's query string."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("round_id", "person_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    person_id: int = Field(foreign_key="person.id")
    name: str = Field(max_length=60)
    query: str = Field(max_length=600)
    created_at: datetime
