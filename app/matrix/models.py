"""Points, which are the rows of the comment matrix, and the views people keep of it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
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

    `members` counts the comments that make it, withdrawn ones too, `standing` those that were not: a point
    that grouping has emptied has none, is shown nowhere and stays, so that what was done can be undone.
    `voices` counts the organisations behind it by constituency, "-" for those whose constituency is told to
    nobody but the secretariat; `support` and `objections` those that said so to a comment of it.
    `proposed_*` is a drafter's proposal, `disposition` and what follows the decision: two things.
    """

    __table_args__ = (
        Index(None, "round_id", "position", "id"),
        # A new point stands in as few indexes as can be; what is written on it later brings it into others.
        _some("shown", "position", where="standing > 0"),
        _some("open", "position", where="disposition IS NULL AND standing > 0"),
        _some("grouped", "position", where="standing > 1"),
        _some("proposed", "position", where="proposed_disposition IS NOT NULL AND disposition IS NULL"),
        _some("decided", "disposition", "position", where="disposition IS NOT NULL"),
        _some("drafter", "drafter_seat_id", "position", where="drafter_seat_id IS NOT NULL"),
        _some("theme", "theme_id", "position", where="theme_id IS NOT NULL"),
        # Not "> 0", which SQLite would take for the range to walk and sort what it finds.
        _some("controversy", "controversy", "position", where="controversy <> 0"),
        # What blocks the books is found without a walk past all that does not.
        # A second column that is the same in all of them makes it the index that is taken.
        _some(
            "owed",
            "implemented_draft_id",
            "position",
            where="disposition IN ('accepted', 'accepted_with_modification', 'partly_accepted')"
            " AND implemented_draft_id IS NULL",
        ),
        _some("unreasoned", "reason", "position", where="disposition IS NOT NULL AND reason = ''"),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    position: int = -1
    title: str = Field(default="", max_length=300)
    theme_id: int | None = Field(default=None, foreign_key="theme.id")
    members: int = 1
    standing: int = 1
    voices: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    support: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    objections: dict[str, int] = Field(default_factory=dict, sa_type=Json)
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
    """That a comment makes a point; a comment can make two, and `words` says which of it makes this one."""

    __tablename__ = "point_comment"

    point_id: int = Field(foreign_key="point.id", primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", primary_key=True, index=True)
    words: str = ""


class Regrouping(SQLModel, table=True):
    """One act of grouping, ungrouping or splitting, with all it moved, so that it can be undone.

    `links` are [comment_id, from point_id or null, to point_id or null, words before, words after], in the
    order they were made; undone from the last. `into_id` is the point that gained.
    """

    __table_args__ = (Index(None, "round_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    kind: str = Field(max_length=20)
    links: list[list[int | str | None]] = Field(default_factory=list, sa_type=Json)
    into_id: int | None = Field(default=None, foreign_key="point.id")
    by_person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
    undone_at: datetime | None = None


class Suggestion(SQLModel, table=True):
    """Comments that look like one point; a person accepts or dismisses it. `size` is how many they are."""

    __table_args__ = (Index(None, "round_id", "answered_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    size: int = 0
    made_at: datetime
    answered_at: datetime | None = None
    accepted: bool | None = None
    by_person_id: int | None = Field(default=None, foreign_key="person.id")


class Suggested(SQLModel, table=True):
    """That a comment is in a suggestion, as which other one, with why and how sure (0 to 1)."""

    suggestion_id: int = Field(foreign_key="suggestion.id", primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", primary_key=True, index=True)
    like_comment_id: int | None = Field(default=None, foreign_key="comment.id")
    why: str = Field(default="", max_length=40)
    score: float = 0.0


class Trace(SQLModel, table=True):
    """What a comment can be found by among those that say the same: its words, change, sentences, as numbers."""

    round_id: int = Field(foreign_key="round.id", primary_key=True)
    sign: int = Field(sa_type=BigInteger, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", primary_key=True, index=True)


class Compared(SQLModel, table=True):
    """Up to which number the comments of a round were compared with those before them."""

    round_id: int = Field(foreign_key="round.id", primary_key=True)
    number: int = 0


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
