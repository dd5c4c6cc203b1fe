"""A succession's lineage as a list, in document order of the later draft.

Contents lines follow the headings they repeat: the page neither shows nor counts them, the data has all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.plans.models import Clause, Lineage, Succession
from app.plans.rules import NOT_CONSULTED, LineageKind

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A clause of one of the two drafts."""

    id: int
    wid: str
    label: str
    number: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a clause: nothing before where it is new, nothing after where it went."""

    id: int
    kind: LineageKind
    similarity: float
    certain: bool
    confirmed: bool
    before: Place | None
    after: Place | None

    @property
    def renumbered(self) -> bool:
        """Whether a clause that stayed has another number."""
        return bool(
            self.before and self.after and self.before.number.strip(" .)(") != self.after.number.strip(" .)(")
        )


def counts(session: Session, succession_id: int) -> dict[LineageKind, int]:
    """How many rows there are of each kind."""
    here, there = aliased(Clause), aliased(Clause)
    rows = session.execute(
        select(col(Lineage.kind), func.count())
        .outerjoin(here, col(here.id) == col(Lineage.from_clause_id))
        .outerjoin(there, col(there.id) == col(Lineage.to_clause_id))
        .where(col(Lineage.succession_id) == succession_id)
        .where(func.coalesce(col(there.kind), col(here.kind)).not_in(NOT_CONSULTED))
        .group_by(col(Lineage.kind))
    )
    return {row[0]: row[1] for row in rows}


def _statement(succession: Succession, kind: LineageKind | None, *, contents: bool) -> Select[Any]:
    here, there = aliased(Clause), aliased(Clause)
    columns = [
        column
        for side in (here, there)
        for column in (
            col(side.id),
            col(side.wid),
            col(side.label),
            col(side.number),
            col(side.text),
            col(side.position),
        )
    ]
    statement: Any = (
        select(
            col(Lineage.id),
            col(Lineage.kind),
            col(Lineage.similarity),
            col(Lineage.certain),
            col(Lineage.confirmed_at).is_not(None),
            *columns,
        )
        .outerjoin(here, col(here.id) == col(Lineage.from_clause_id))
        .outerjoin(there, col(there.id) == col(Lineage.to_clause_id))
        .where(col(Lineage.succession_id) == succession.id)
        .order_by(func.coalesce(col(there.position), col(here.position)), col(Lineage.id))
    )
    if not contents:
        statement = statement.where(func.coalesce(col(there.kind), col(here.kind)).not_in(NOT_CONSULTED))
    found: Select[Any] = statement.where(col(Lineage.kind) == kind) if kind else statement
    return found


def _row(row: Any) -> Row:
    id_, kind, similarity, certain, confirmed, *places = row
    before, after = places[:6], places[6:]
    return Row(
        id_,
        kind,
        similarity,
        certain,
        bool(confirmed),
        Place(*before) if before[0] else None,
        Place(*after) if after[0] else None,
    )


def page(
    session: Session, succession: Succession, *, kind: LineageKind | None, after: int
) -> tuple[list[Row], int | None]:
    """A page of rows from the `after`th, and from where the next page goes on; None at the end.

    A draft's lineage is as long as the draft, so a page is found by its place and not by a key.
    """
    rows = session.execute(
        _statement(succession, kind, contents=False).offset(after).limit(PER_PAGE + 1)
    ).all()
    return [_row(row) for row in rows[:PER_PAGE]], after + PER_PAGE if len(rows) > PER_PAGE else None


def every(session: Session, succession: Succession, *, kind: LineageKind | None) -> Iterator[Row]:
    """All rows, those of contents lines too, one at a time."""
    for row in session.execute(_statement(succession, kind, contents=True)).yield_per(500):
        yield _row(row)
