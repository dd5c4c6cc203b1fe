"""Returned files, what each says item by item, and what columns of a body's sheets are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.comments.rules import Attribution, CommentType
from app.db import Json, one_of
from app.returns.rules import Choice, FileKind, Sort, State


class ReturnedFile(SQLModel, table=True):
    """A file that came back, or that is the source of what was entered for somebody.

    `batch` and `place` are the form's mark and the file's place in it, so that what is sent twice is taken
    once. `seat_id` is whose voice it is, chosen by a person; None: the organisation's focal point.
    `read_as` is word or sheet where a person said so. `claimed_until` is set while a process works on it,
    `tries` how often one began to. `problem` is a sentence with its values. `columns`, `warnings` and
    `lines` (filled lines that are no comments) are what the reader says of the file itself; `bodies` maps
    the organisations that rows name to the plan's, by id.
    """

    __tablename__ = "returned_file"
    __table_args__ = (UniqueConstraint("batch", "place"), Index(None, "round_id", "state"))

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    round_id: int = Field(foreign_key="round.id")
    batch: str = Field(max_length=36)
    place: int = 0
    name: str = Field(max_length=255)
    sha256: str = Field(max_length=64, index=True)
    size: int
    kind: FileKind = Field(default=FileKind.UNKNOWN, sa_type=one_of(FileKind))
    read_as: str = Field(default="", max_length=10)
    state: State = Field(default=State.RECEIVED, sa_type=one_of(State))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    seat_id: int | None = Field(default=None, foreign_key="seat.id")
    attribution: Attribution = Field(default=Attribution.ORGANISATION, sa_type=one_of(Attribution))
    problem: str = ""
    problem_values: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    columns: list[Any] = Field(default_factory=list, sa_type=Json)
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    bodies: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    claimed_until: datetime | None = None
    tries: int = 0
    received_at: datetime
    received_by: int = Field(foreign_key="person.id")
    read_at: datetime | None = None
    approved_by: int | None = Field(default=None, foreign_key="seat.id")
    imported_at: datetime | None = None
    new_comments: int = 0
    known_comments: int = 0
    version: int = 1


class ReturnedContent(SQLModel, table=True):
    """A returned file's bytes, as they came."""

    __tablename__ = "returned_content"

    file_id: int = Field(foreign_key="returned_file.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class ReturnedItem(SQLModel, table=True):
    """One thing that a returned file says: see `rules.Found`, whose names these are.

    `parent` is the position of the comment that a reply answers. `key` is the same whenever the same body
    says the same in the same place. What a person chose stands in `choice`, and the place they chose in
    `chosen_wid`. `comment_id` is the comment it became, or that it is a reply to.
    """

    __tablename__ = "returned_item"
    __table_args__ = (
        UniqueConstraint("file_id", "position"),
        Index(None, "round_id", "key"),
        Index(None, "comment_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(foreign_key="returned_file.id")
    round_id: int = Field(foreign_key="round.id")
    position: int
    parent: int | None = None
    sort: Sort = Field(sa_type=one_of(Sort))
    source: str = Field(default="", max_length=200)
    key: str = Field(max_length=64)
    author: str = Field(default="", max_length=300)
    written_at: datetime | None = None
    text: str = ""
    proposed: str | None = None
    added: bool = False
    removed: str = ""
    inserted: str = ""
    quote: str = ""
    around: str = ""
    wid: str = Field(default="", max_length=80)
    field: str = Field(default="", max_length=120)
    start: int | None = None
    end: int | None = None
    general: bool = False
    wids: list[str] = Field(default_factory=list, sa_type=Json)
    to_wid: str = Field(default="", max_length=80)
    candidates: list[str] = Field(default_factory=list, sa_type=Json)
    how: str = Field(default="", max_length=20)
    resolved: bool = False
    organisation: str = Field(default="", max_length=300)
    type: CommentType | None = Field(default=None, sa_type=one_of(CommentType))
    written_place: str = ""
    idle: bool = False
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    extra: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    choice: Choice = Field(default=Choice.AS_READ, sa_type=one_of(Choice))
    chosen_wid: str = Field(default="", max_length=80)
    comment_id: int | None = Field(default=None, foreign_key="comment.id")


class SheetMapping(SQLModel, table=True):
    """What a column of an organisation's sheets is, by its title; told once, and remembered."""

    __tablename__ = "sheet_mapping"
    __table_args__ = (UniqueConstraint("plan_id", "organisation_id", "title"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    title: str = Field(max_length=200)
    role: str = Field(max_length=20)
