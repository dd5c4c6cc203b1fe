"""Points, which are the rows of the comment matrix, and the views people keep of it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Point(SQLModel, table=True):
    """One thing to be decided, made by one or more comments; every submitted comment has one at once."""

    __table_args__ = (Index(None, "round_id", "position", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    position: int = -1
    title: str = Field(default="", max_length=300)
    created_at: datetime
    version: int = 1


class PointComment(SQLModel, table=True):
    """That a comment makes a point; a comment can make two."""

    __tablename__ = "point_comment"

    point_id: int = Field(foreign_key="point.id", primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", primary_key=True, index=True)


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
