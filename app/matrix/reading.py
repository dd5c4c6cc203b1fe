"""Rows of the matrix: a comment as its reader may see it, with its clause, its point and what others say to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Executable, Select, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments import stances
from app.comments.reading import CommentView, views
from app.comments.stances import NOTHING, Stances
from app.matrix.cosigning import REMEMBERED, Behind, behind
from app.matrix.points import PointView, points_of
from app.people.rules import SEATS, Viewer
from app.plans.models import Clause
from app.plans.rules import Kind
from app.prepared import Prepared
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Head:
    """What a group of rows stands under: a clause by its label, and the heading it is read under."""

    clause_id: int | None = None
    eid: str = ""
    section_eid: str = ""
    label: str = ""
    heading: str = ""
    heading_ms: str = ""

    def in_language(self, language: str) -> str:
        """The heading as its reader reads it, where the draft has it in that language."""
        return self.heading_ms if language == "ms" and self.heading_ms else self.heading


#: Over the comments on the plan as a whole.
WHOLE_PLAN = Head()


@dataclass(frozen=True, slots=True)
class Row:
    """A comment of the matrix; `points` are those it makes, none where its reader may not see them.

    `behind` is who stands behind them; only what goes out whole has it.
    """

    comment: CommentView
    head: Head
    points: tuple[PointView, ...]
    stances: Stances
    behind: tuple[Behind, ...] = ()

    @property
    def balance(self) -> tuple[int, ...]:
        """How many organisations support and object, of each of the four in turn."""
        said = self.stances
        if said is NOTHING:
            return _SILENCE
        return tuple(n for side in SEATS for n in (said.support.get(side, 0), said.object.get(side, 0)))


_SILENCE = (0,) * 2 * len(SEATS)


@dataclass(frozen=True, slots=True)
class Issue:
    """A point with the rows that show it; without a point where its reader may not see one.

    `more` says how many further comments make it, `whole` that it stands over its rows as one of its own.
    """

    point: PointView | None
    head: Head
    rows: list[Row]
    more: int = 0
    whole: bool = False


def _heads(*, some: bool) -> Executable:
    section = aliased(Clause)
    statement: Any = select(
        col(Clause.id),
        col(Clause.eid),
        col(Clause.label),
        col(Clause.number),
        col(Clause.kind),
        col(Clause.text),
        col(Clause.text_ms),
        col(section.eid),
        col(section.text),
        col(section.text_ms),
    ).outerjoin(section, col(section.id) == col(Clause.section_id))
    if some:
        statement = statement.where(col(Clause.id).in_(bindparam("ids", expanding=True)))
    else:
        statement = statement.where(col(Clause.draft_id) == bindparam("draft_id"))
    made: Executable = statement
    return made


_of_some = Prepared(lambda: _heads(some=True))
_of_all = Prepared(lambda: _heads(some=False))


def heads(session: Session, draft_id: int, clause_ids: Iterable[int] | None = None) -> dict[int, Head]:
    """Clauses of a draft, or only those of some ids, each with the heading it is read under."""
    if clause_ids is None:
        rows = _of_all(session, {"draft_id": draft_id})
    else:
        rows = _of_some(session, {"ids": list(clause_ids)})
    found: dict[int, Head] = {}
    for id_, eid, label, number, kind, text, text_ms, in_eid, in_text, in_text_ms in rows:
        own = kind is Kind.HEADING or in_text is None
        found[id_] = Head(
            clause_id=id_,
            eid=eid,
            section_eid=in_eid or eid,
            label=label or number,
            heading=text if own else in_text,
            heading_ms=(text_ms if own else in_text_ms) or "",
        )
    return found


def rows(
    session: Session, viewer: Viewer, round_: Round, comments: Sequence[CommentView], under: dict[int, Head]
) -> list[Row]:
    """Comments as rows; points and stances come in a fixed number of statements."""
    ids = [comment.id for comment in comments]
    made = points_of(session, viewer, round_, ids)
    said = stances.of(session, viewer, ids)
    return [
        Row(
            comment=comment,
            head=under.get(comment.clause_id, WHOLE_PLAN) if comment.clause_id else WHOLE_PLAN,
            points=tuple(made.get(comment.id, ())),
            stances=said.get(comment.id, NOTHING),
        )
        for comment in comments
    ]


def issues(rows: Sequence[Row]) -> list[Issue]:
    """Comments in their order, those of one point that stand beside each other under it."""
    found: list[Issue] = []
    for key, together in groupby(rows, key=lambda row: (row.points[0].id if row.points else None, row.head)):
        some = list(together)
        point = some[0].points[0] if key[0] is not None else None
        if point is not None and (point.grouped or len(some) > 1):
            found.append(Issue(point, some[0].head, some, whole=True))
        else:
            found += [Issue(point, row.head, [row]) for row in some]
    return found


def every_row(session: Session, viewer: Viewer, round_: Round, statement: Select[Any]) -> Iterator[Row]:
    """All rows of a statement over `COLUMNS`, read as they are asked for, five hundred at a time."""
    under = heads(session, round_.draft_id)
    found = iter(views(session.execute(statement.execution_options(yield_per=500)), viewer, round_))
    known: dict[int, Behind] = {}
    while some := list(islice(found, 500)):
        made = rows(session, viewer, round_, some, under)
        if len(known) > REMEMBERED:
            known.clear()
        shared = {point.id for row in made for point in row.points if point.standing != 1}
        known |= behind(session, viewer, round_, shared - known.keys())
        for row in made:
            stand = tuple(known[p.id] for p in row.points if p.id in known)
            yield replace(row, behind=stand) if stand else row
