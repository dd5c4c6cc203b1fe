"""A plan, its drafts, and the clauses of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import Json, one_of
from app.people.rules import Language
from app.plans.rules import DraftStatus, Kind, LineageKind


class Plan(SQLModel, table=True):
    """The policy document being drafted."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    title: str = Field(max_length=300)
    title_ms: str = Field(default="", max_length=300)
    about: str = ""
    about_ms: str = ""
    sample: bool = False
    created_at: datetime
    version: int = 1


class Draft(SQLModel, table=True):
    """One version of the plan's text."""

    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    name: str = Field(max_length=120)
    marking: str = Field(default="", max_length=120)
    language: Language = Field(default=Language.ENGLISH, sa_type=one_of(Language))
    status: DraftStatus = Field(default=DraftStatus.BEING_EDITED, sa_type=one_of(DraftStatus))
    source_name: str = Field(default="", max_length=255)
    source_sha256: str = Field(default="", max_length=64)
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    created_at: datetime
    frozen_at: datetime | None = None
    version: int = 1


class DraftFile(SQLModel, table=True):
    """The file a draft was read from, kept as it came."""

    __tablename__ = "draft_file"

    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class MalayCopy(SQLModel, table=True):
    """A Malay text of a draft that was uploaded and is being looked at, before a person confirms it.

    `pieces` are its clauses in order, each with kind, number, text and fields.
    """

    __tablename__ = "malay_copy"

    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    file_name: str = Field(default="", max_length=255)
    pieces: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    by_person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


class Clause(SQLModel, table=True):
    """The smallest thing people cite.

    `position` is document order in the draft, from 0. `section_id` is the outline heading it is read
    under (itself, for that heading), `until` the position of the last clause below it in the tree.
    `fields` maps a field's name to its text; `fields_ms` the same in Malay. `own_label`: a person gave the
    label; else it follows from the number and from what the clause stands under.
    """

    __table_args__ = (
        UniqueConstraint("draft_id", "wid"),
        UniqueConstraint("draft_id", "eid"),
        Index(None, "draft_id", "position"),
        Index(None, "section_id", "position"),
        # The id of a deleted clause is never given again: its history stays its own.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id")
    wid: str = Field(max_length=80)
    eid: str = Field(max_length=200)
    label: str = Field(default="", max_length=120)
    own_label: bool = False
    number: str = Field(default="", max_length=60)
    kind: Kind = Field(sa_type=one_of(Kind))
    level: int = 0
    text: str = ""
    text_ms: str = ""
    fields: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    fields_ms: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    parent_id: int | None = Field(default=None, foreign_key="clause.id")
    section_id: int | None = Field(default=None, foreign_key="clause.id")
    position: int
    until: int = 0
    location: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    version: int = 1


class Succession(SQLModel, table=True):
    """That one draft follows another: how it was made, and whether a person has confirmed its lineage.

    `round_id` is the round on the earlier draft whose decisions the later one carries out. `computed_at`
    is when lineage was worked out, `confirmed_at` when the last uncertain line of it was confirmed,
    `carried_at` when anchors were carried over.
    """

    __table_args__ = (UniqueConstraint("from_draft_id", "to_draft_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    from_draft_id: int = Field(foreign_key="draft.id")
    to_draft_id: int = Field(foreign_key="draft.id", index=True)
    round_id: int | None = Field(default=None, foreign_key="round.id")
    computed_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_by_person_id: int | None = Field(default=None, foreign_key="person.id")
    carried_at: datetime | None = None
    version: int = 1


class Lineage(SQLModel, table=True):
    """One link of a succession: a clause and what it became.

    A split has several links from one clause, a merge several to one; a deleted clause has no `to`, a new
    one no `from`. `certain` says that nobody needs to look at it; `confirmed_at` that somebody has.
    """

    __table_args__ = (
        Index(None, "succession_id", "certain", "id"),
        Index(None, "from_clause_id"),
        Index(None, "to_clause_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    succession_id: int = Field(foreign_key="succession.id")
    from_clause_id: int | None = Field(default=None, foreign_key="clause.id")
    to_clause_id: int | None = Field(default=None, foreign_key="clause.id")
    kind: LineageKind = Field(sa_type=one_of(LineageKind))
    similarity: float = 0.0
    certain: bool = True
    confirmed_at: datetime | None = None
    confirmed_by_person_id: int | None = Field(default=None, foreign_key="person.id")
