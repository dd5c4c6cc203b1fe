"""A page of points in the order of the draft, or the most contested first.

A page stays on an index of just those points that are asked for, and begins where the last one ended.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func, literal_column, select, tuple_
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.rules import Status
from app.errors import Forbidden
from app.matrix.dispositions import CHANGES_TEXT, Controversy, PointState, Walk
from app.matrix.models import Point, PointComment
from app.matrix.points import Sees, shown
from app.matrix.rules import (
    COUNTED,
    KIDS,
    ME,
    NOBODY,
    OF_ANSWERS,
    PAGE,
    Cursor,
    Filters,
    Grouping,
    asked_of_points,
)
from app.people.rules import Viewer
from app.prepared import Prepared

ORDER = (col(Point.position), col(Point.id))

_UNDECIDED = col(Point.disposition).is_(None)
_PROMISED: Any = literal_column(
    "point.disposition IN (" + ", ".join(f"'{one}'" for one in sorted(CHANGES_TEXT)) + ")"
)

#: What each state is, in the words that the indexes of such points know.
_STATES: dict[PointState, list[ColumnElement[bool]]] = {
    PointState.OPEN: [_UNDECIDED, col(Point.proposed_disposition).is_(None)],
    PointState.PROPOSED: [_UNDECIDED, col(Point.proposed_disposition).is_not(None)],
    PointState.DECIDED: [col(Point.disposition).is_not(None), col(Point.implemented_draft_id).is_(None)],
    PointState.IMPLEMENTED: [
        col(Point.disposition).is_not(None),
        col(Point.implemented_draft_id).is_not(None),
    ],
}

_GROUPINGS: dict[Grouping, ColumnElement[bool]] = {
    Grouping.GROUPED: col(Point.standing) > literal_column("1"),
    Grouping.ALONE: col(Point.standing) == literal_column("1"),
}


def _at_level(level: int | None) -> list[ColumnElement[bool]]:
    """That a point is so contested, in the words that the index of contested points knows."""
    if level is None:
        return []
    equal = col(Point.controversy) == literal_column(str(int(level)))
    return [equal, col(Point.controversy) != literal_column("0")] if level else [equal]


#: What each filter asks of a point; values that shape the statement are part of `Asked`.
_ASKS: dict[str, Callable[["Asked"], list[ColumnElement[bool]]]] = {
    "state": lambda asked: _STATES[asked.state] if asked.state else [],
    "disposition": lambda _: [col(Point.disposition) == bindparam("asked_disposition")],
    "promised": lambda _: [_PROMISED, col(Point.implemented_draft_id).is_(None)],
    "drafter": lambda asked: [
        col(Point.drafter_seat_id).is_(None)
        if asked.undrafted
        else col(Point.drafter_seat_id) == bindparam("asked_drafter")
    ],
    "theme": lambda _: [col(Point.theme_id) == bindparam("asked_theme")],
    "controversy": lambda asked: _at_level(asked.level),
    "grouping": lambda asked: [_GROUPINGS[asked.grouping]] if asked.grouping else [],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of points, by shape: which filters, and those whose value shapes the statement."""

    named: tuple[str, ...] = ()
    state: PointState | None = None
    grouping: Grouping | None = None
    undrafted: bool = False
    level: Controversy | None = None

    @property
    def point(self) -> bool:
        """Whether one point's comments are asked for: those stand in an index of their own."""
        return "point" in self.named

    def conditions(self) -> list[ColumnElement[bool]]:
        """What else holds of each point that is asked for."""
        return [condition for name in self.named if name in _ASKS for condition in _ASKS[name](self)]


#: Nothing is asked.
NOTHING = Asked()


def asked(viewer: Viewer, seen: Sees, filters: Filters) -> tuple[Asked, dict[str, Any]]:
    """What `filters` ask of points, and the values to fill it with; refused who may not see it."""
    named = asked_of_points(filters)
    if named and (seen is Sees.NOTHING or (seen is Sees.ANSWERS and not OF_ANSWERS.issuperset(named))):
        raise Forbidden("What is proposed and decided is shown when the answers are published.")
    values: dict[str, Any] = {
        f"asked_{name}": getattr(filters, name) for name in ("point", "disposition", "theme") if name in named
    }
    undrafted = filters.drafter == NOBODY
    if "drafter" in named and not undrafted:
        values["asked_drafter"] = viewer.seat_id if filters.drafter == ME else int(filters.drafter)
    return Asked(named, filters.state, filters.grouping, undrafted, filters.controversy), values


def makes(wanted: Asked) -> ColumnElement[bool]:
    """That a comment makes a point that is asked for."""
    return (
        select(col(PointComment.point_id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(col(PointComment.comment_id) == col(Comment.id), *wanted.conditions())
        .exists()
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one statement differ from another: what is asked, in a section or not, where it begins."""

    asked: Asked
    section: bool = False
    way: str = ""
    level: Controversy | None = None


def _kid(n: int) -> Any:
    """The id of a point's n-th comment of those that stand."""
    found = (
        select(col(PointComment.comment_id))
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(col(PointComment.point_id) == col(Point.id), col(Comment.status) == Status.SUBMITTED)
        .order_by(col(PointComment.comment_id))
        .limit(1)
        .offset(n)
        .correlate(Point)
        .scalar_subquery()
    )
    return found if n == 0 else case((col(Point.standing) > literal_column(str(n)), found))


def _matching(shape: Shape, *columns: Any) -> Select[Any]:
    statement = select(*columns).where(
        col(Point.round_id) == bindparam("round_id"), shown(), *shape.asked.conditions()
    )
    if shape.section:
        statement = statement.where(col(Point.position).between(bindparam("first"), bindparam("last")))
    return statement.where(*_at_level(shape.level))


def which(shape: Shape, values: dict[str, Any]) -> Select[Any]:
    """The ids of all points that are asked for, in the order of the draft."""
    return _matching(shape, col(Point.id)).order_by(*ORDER).params(values)


def _page(shape: Shape) -> Select[Any]:
    statement = _matching(
        shape,
        col(Point.id),
        col(Point.clause_id),
        col(Point.position),
        col(Point.controversy),
        col(Point.standing),
        *(_kid(n) for n in range(KIDS)),
    ).limit(PAGE + 1)
    here = tuple_(bindparam("at_position", type_=Integer), bindparam("at_id", type_=Integer))
    if shape.way == "before":
        return statement.where(tuple_(*ORDER) < here).order_by(*(column.desc() for column in ORDER))
    if shape.way == "after":
        statement = statement.where(tuple_(*ORDER) > here)
    return statement.order_by(*ORDER)


def _count(shape: Shape) -> Select[Any]:
    some = _matching(shape, col(Point.id)).limit(bindparam("most", type_=Integer)).subquery()
    return select(func.count()).select_from(some)


_stops = Prepared(_page)
_counted = Prepared(_count)


@dataclass(frozen=True, slots=True)
class Stop:
    """A point of a page: where it stands, how many comments stand behind it, and the first of them by id."""

    id: int
    clause_id: int | None
    position: int
    controversy: int
    standing: int
    comments: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many rows it takes on a page."""
        return 1 if self.standing == 1 else 1 + len(self.comments) + (self.standing > KIDS)


def _read(rows: Iterable[Sequence[Any]]) -> list[Stop]:
    return [
        Stop(id_, clause_id, position, controversy, standing, tuple(kid for kid in kids if kid is not None))
        for id_, clause_id, position, controversy, standing, *kids in rows
    ]


def stops(
    session: Session, shape: Shape, values: dict[str, Any], cursor: Cursor | None, order: Walk
) -> tuple[list[Stop], bool]:
    """The points of the page that begins at a cursor, in their order, and whether there are more that way.

    In document order it is one statement; the most contested first, one for each level that is reached.
    """
    back = cursor is not None and cursor.back
    if order is Walk.DOCUMENT:
        return _cut(_on_level(session, shape, values, cursor), back=back)
    found: list[Stop] = []
    for level in sorted(Controversy, reverse=not back):
        if cursor is not None and (level < cursor.level if back else level > cursor.level):
            continue
        here = cursor if cursor is not None and cursor.level == level else None
        at_level = Shape(shape.asked, shape.section, level=level)
        found += _on_level(session, at_level, values, here, back=back)
        if len(found) > PAGE:
            break
    return _cut(found, back=back)


def _on_level(
    session: Session, shape: Shape, values: dict[str, Any], cursor: Cursor | None, *, back: bool = False
) -> list[Stop]:
    way = ""
    if cursor is not None:
        way = "before" if cursor.back else "after"
        values = values | {"at_position": cursor.position, "at_id": cursor.id}
    elif back:  # from the end of this level
        way = "before"
        values = values | {"at_position": 2**31 - 1, "at_id": 2**31 - 1}
    return _read(_stops(session, values, Shape(shape.asked, shape.section, way, shape.level)))


def _cut(found: list[Stop], *, back: bool) -> tuple[list[Stop], bool]:
    """As many points as fill a page with rows, at least one; back from the end they come in reverse."""
    taken, rows = 0, 0
    for stop in found[:PAGE]:
        rows += stop.rows
        if taken and rows > PAGE:
            break
        taken += 1
    page = found[:taken]
    return (page[::-1] if back else page), taken < len(found)


def count(session: Session, shape: Shape, values: dict[str, Any]) -> int:
    """How many points there are, counted to one more than `COUNTED` at most."""
    return int(_counted(session, values | {"most": COUNTED + 1}, shape).scalar() or 0)


def page_statement(shape: Shape, values: dict[str, Any], cursor: Cursor | None) -> Select[Any]:
    """The statement of a page in document order, with its values."""
    way = "" if cursor is None else "before" if cursor.back else "after"
    if cursor is not None:
        values = values | {"at_position": cursor.position, "at_id": cursor.id}
    return _page(Shape(shape.asked, shape.section, way)).params(values)
