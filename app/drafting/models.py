"""The text that decisions result in, clause by clause, and the anchors carried to the next draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import Json, one_of
from app.drafting.rules import Carried


class ResultingText(SQLModel, table=True):
    """What a clause, or a field of it, will read in the next draft.

    `text` is None where the clause goes; blank lines divide it where it becomes several. `runs` ties each
    changed run to the points behind it: {start, end, text, points, own, tied, note}, `start` and `end` in
    code points of the base text, `own` where nobody proposed these words, `tied` the points that a drafter
    put behind them by hand, `note` what they say instead. `choices` keeps which reading was chosen at each
    collision; `own_words` says that some run is the drafter's own.
    """

    __tablename__ = "resulting_text"
    __table_args__ = (UniqueConstraint("round_id", "clause_id", "field"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    clause_id: int = Field(foreign_key="clause.id", index=True)
    field: str = Field(default="", max_length=120)
    text: str | None = None
    text_ms: str = ""
    runs: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    choices: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    own_words: bool = False
    by_person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
    version: int = 1


class ResultPoint(SQLModel, table=True):
    """That a point stands behind words of a resulting text; what its `runs` say, to be found by point."""

    __tablename__ = "result_point"

    resulting_text_id: int = Field(foreign_key="resulting_text.id", primary_key=True)
    point_id: int = Field(foreign_key="point.id", primary_key=True, index=True)


class CarriedAnchor(SQLModel, table=True):
    """Where the anchor of a comment stands in the next draft.

    `clause_id`, `field`, `start` and `end` are in the later draft; all None for an orphan. `candidates` are
    places a person can choose from, each {clause_id, field, start, end, score}. `settled_at` is when a
    person decided what was uncertain; `fell` that they decided that its text is gone.
    """

    __tablename__ = "carried_anchor"
    __table_args__ = (
        UniqueConstraint("succession_id", "comment_id"),
        Index(None, "succession_id", "how", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    succession_id: int = Field(foreign_key="succession.id")
    comment_id: int = Field(foreign_key="comment.id", index=True)
    how: Carried = Field(sa_type=one_of(Carried))
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    field: str | None = Field(default=None, max_length=120)
    start: int | None = None
    end: int | None = None
    score: float = 0.0
    candidates: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    fell: bool = False
    settled_at: datetime | None = None
    settled_by_person_id: int | None = Field(default=None, foreign_key="person.id")
    version: int = 1


class Backing(SQLModel, table=True):
    """What is behind a change of the next draft where its clause and the resulting texts do not say so already.

    `clause_id` is the changed or new clause in the later draft, or the earlier one that was deleted. Behind
    it is a point, or a `note` that says what else.
    """

    __table_args__ = (UniqueConstraint("succession_id", "clause_id", "point_id"),)

    id: int | None = Field(default=None, primary_key=True)
    succession_id: int = Field(foreign_key="succession.id")
    clause_id: int = Field(foreign_key="clause.id", index=True)
    point_id: int | None = Field(default=None, foreign_key="point.id", index=True)
    note: str = Field(default="", max_length=400)
    by_person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
