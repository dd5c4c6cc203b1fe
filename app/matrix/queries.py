"""Reading the comment matrix: one page of it, all of it, and what it can be narrowed by.

A page walks an index in document order and stops when it is full, so it costs what it shows. Filters by
author ask what a comment shows to this reader: what attribution withholds cannot be found by filtering.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, func, select, tuple_
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import (
    SeenAs,
    from_constituency,
    from_organisation,
    from_seat,
    places,
    seen,
    seen_as,
    shows,
    stand_ins,
)
from app.comments.reading import COLUMNS, views, with_names
from app.comments.rules import Shown, Status
from app.errors import Invalid
from app.matrix import paging
from app.matrix.dispositions import Walk
from app.matrix.models import Point, PointComment, SavedView, Theme
from app.matrix.points import Sees, sees
from app.matrix.reading import WHOLE_PLAN as THE_PLAN
from app.matrix.reading import Head, Issue, Row, heads, issues, rows
from app.matrix.rules import COUNTED, PAGE, Cursor, Filters, Withdrawn, asks_of_comments
from app.matrix.searching import Search, how, searched
from app.people.models import Organisation, Person, Seat
from app.people.rules import Viewer
from app.plans.models import Clause
from app.plans.rules import Kind
from app.prepared import Prepared
from app.rounds.models import Round

#: The order in which resolution meetings read: by place in the draft, what concerns a whole section first.
ORDER = (col(Comment.position), col(Comment.id))

_STATUSES = {
    Withdrawn.WITHOUT: [Status.SUBMITTED],
    Withdrawn.WITH: [Status.SUBMITTED, Status.WITHDRAWN],
    Withdrawn.ONLY: [Status.WITHDRAWN],
}


#: What a section filter says for the comments on the whole plan; no heading has this for its eid.
WHOLE_PLAN = "plan"


def section_of(session: Session, round_: Round, eid: str) -> Clause:
    """The heading that a section filter names; refused when the draft has none such."""
    found = session.scalars(
        select(Clause).where(col(Clause.draft_id) == round_.draft_id, col(Clause.eid) == eid)
    ).first()
    if found is None:
        raise Invalid("This draft has no section “%(section)s”.", section=eid[:60])
    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one statement of the matrix differ from another, apart from values.

    `seen_as` is the reader's role and the round's phase and isolation, `named` the filters that are set,
    `search` how words are looked for, `way` where the page begins, `points` what is asked of points.
    """

    seen_as: SeenAs
    named: tuple[str, ...]
    withdrawn: Withdrawn
    search: Search
    way: str = ""
    points: paging.Asked = paging.NOTHING


#: What each filter asks of a comment, its value being bound under the filter's name; author filters act on
#: what the comment shows to the reader.
_ASKS: dict[str, Callable[[Viewer, Round], list[ColumnElement[bool]]]] = {
    "section": lambda *_: [col(Comment.position).between(bindparam("first"), bindparam("last"))],
    "constituency": lambda viewer, round_: from_constituency(_bound("constituency"), viewer, round_),
    "organisation": lambda viewer, round_: from_organisation(_bound("organisation"), viewer, round_),
    "person": lambda viewer, round_: from_seat(_bound("person"), viewer, round_),
    "type": lambda *_: [col(Comment.type) == _bound("type")],
    "priority": lambda *_: [col(Comment.priority) == _bound("priority")],
    "attribution": lambda *_: [col(Comment.attribution) == _bound("attribution")],
    "language": lambda *_: [col(Comment.language) == _bound("language")],
    "proposed": lambda *_: [col(Comment.proposed).is_not(None)],
    "late": lambda *_: [col(Comment.late).is_(True)],
}


def _bound(name: str) -> Any:
    return bindparam(f"asked_{name}")


def _matching(shape: Shape, *columns: Any) -> Select[Any]:
    viewer, round_ = stand_ins(shape.seen_as)
    found = seen(viewer, round_)
    found.append(col(Comment.status).in_(_STATUSES[shape.withdrawn]))
    if shape.withdrawn is Withdrawn.ONLY:
        found.append(
            col(Comment.withdrawn_at).is_not(None)
        )  # says the same; the index of the few knows it so
    for name in shape.named:
        found += _ASKS[name](viewer, round_)
    if shape.points.point:
        found.append(col(PointComment.point_id) == _bound("point"))
        found.append(col(PointComment.comment_id) == col(Comment.id))
    if shape.points.conditions():
        found.append(paging.makes(shape.points))
    return searched(select(*columns).where(*found), shape.search)


def _rows(shape: Shape) -> Select[Any]:
    """The comments in the order of the draft from where a page begins; going back in reverse."""
    statement = with_names(_matching(shape, *COLUMNS))
    order: tuple[Any, ...] = ORDER
    place: Any = tuple_(*ORDER)
    here: Any = tuple_(bindparam("at_position", type_=Integer), bindparam("at_id", type_=Integer))
    if shape.points.point:  # by the point's own index, in the order the comments came
        place, here = col(PointComment.comment_id), bindparam("at_id", type_=Integer)
        order = (place,)
    if shape.way == "before":
        return statement.where(place < here).order_by(*(column.desc() for column in order))
    if shape.way == "after":
        statement = statement.where(place > here)
    return statement.order_by(*order)


def _count(shape: Shape) -> Select[Any]:
    some = _matching(shape, col(Comment.id)).limit(bindparam("most", type_=Integer)).subquery()
    return select(func.count()).select_from(some)


def _by_id(shape: SeenAs) -> Select[Any]:
    """Comments by their ids."""
    wanted = col(Comment.id).in_(bindparam("ids", expanding=True))
    return with_names(select(*COLUMNS).where(*seen(*stand_ins(shape), by_id=True), wanted))


_some_comments = Prepared(_by_id)
_page_rows = Prepared(lambda shape: _rows(shape).limit(PAGE + 1))
_counted = Prepared(_count)


def _between(session: Session, round_: Round, filters: Filters) -> dict[str, int]:
    """The first and the last place of the section that is asked for."""
    if filters.section == WHOLE_PLAN:
        return {"first": -1, "last": -1}  # it stands before every clause
    if filters.section:
        section = section_of(session, round_, filters.section)
        return {"first": section.position, "last": section.until}
    return {}


def shaped(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None = None
) -> tuple[Shape, dict[str, Any]]:
    """The shape of the statement for what is asked, and the values to fill it with."""
    values = places(viewer, round_)
    named = tuple(name for name in _ASKS if getattr(filters, name))
    values |= {f"asked_{name}": getattr(filters, name) for name in named}
    values |= _between(session, round_, filters)
    search, words = how(session, filters.q)
    way = ""
    if cursor is not None:
        way = "before" if cursor.back else "after"
        values |= {"at_position": cursor.position, "at_id": cursor.id}
    points, of_points = paging.asked(viewer, sees(viewer, round_), filters)
    shape = Shape(seen_as(viewer, round_), named, filters.withdrawn, search, way, points)
    return shape, values | words | of_points


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the matrix; `before` and `after` lead to what stands before and after it, None at an end.

    `count` is how many points there are where it walks points, or else comments, counted no further than
    `more` says.
    """

    issues: list[Issue]
    before: Cursor | None
    after: Cursor | None
    count: int
    more: bool
    walks_points: bool

    @property
    def rows(self) -> list[Row]:
        """The comments it shows, in their order."""
        return [row for issue in self.issues for row in issue.rows]


def walks_points(viewer: Viewer, round_: Round, filters: Filters) -> bool:
    """Whether the page is one of points: for who sees them, unless something is asked that only comments answer."""
    return sees(viewer, round_) is Sees.ALL and filters.point is None and not asks_of_comments(filters)


def page(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None = None
) -> Page:
    """The page that begins at a cursor, in a fixed number of statements."""
    if walks_points(viewer, round_, filters):
        return _page_of_points(session, viewer, round_, filters, cursor)
    return _page_of_comments(session, viewer, round_, filters, cursor)


def _page_of_points(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None
) -> Page:
    shape, values = walked(session, viewer, round_, filters)
    stops, more_that_way = paging.stops(session, shape, values, cursor, filters.order)
    back = cursor is not None and cursor.back
    first, last = (stops[0], stops[-1]) if stops else (None, None)
    before = more_that_way if back else cursor is not None
    after = more_that_way if not back else True
    count = paging.count(session, shape, values)
    found = list(
        views(
            _some_comments(
                session,
                places(viewer, round_) | {"ids": [id_ for stop in stops for id_ in stop.comments]},
                seen_as(viewer, round_),
            ),
            viewer,
            round_,
        )
        if stops
        else ()
    )
    clauses = {c.clause_id for c in found if c.clause_id} | {s.clause_id for s in stops if s.clause_id}
    under = heads(session, round_.draft_id, clauses)
    of_comments = {row.comment.id: row for row in rows(session, viewer, round_, found, under)}
    leveled = filters.order is Walk.CONTROVERSY

    def at(stop: paging.Stop, *, back: bool = False) -> Cursor:
        return Cursor(stop.position, stop.id, back, stop.controversy if leveled else 0)

    return Page(
        issues=[issue for stop in stops if (issue := _issue(stop, of_comments, under))],
        before=at(first, back=True) if first and before else None,
        after=at(last) if last and after else None,
        count=min(count, COUNTED),
        more=count > COUNTED,
        walks_points=True,
    )


def _issue(stop: paging.Stop, of_comments: dict[int, Row], under: dict[int, Head]) -> Issue | None:
    """A point of the walk with its rows; each row's first point is the one it stands under here."""
    made: list[Row] = []
    for id_ in stop.comments:
        row = of_comments.get(id_)
        if row is None or stop.id not in (ids := [point.id for point in row.points]):
            continue  # regrouped between two statements
        at = ids.index(stop.id)
        made.append(replace(row, points=(row.points[at], *row.points[:at], *row.points[at + 1 :])))
    if not made:
        return None
    head = under.get(stop.clause_id, THE_PLAN) if stop.clause_id else THE_PLAN
    return Issue(made[0].points[0], head, made, stop.standing - len(made), whole=stop.standing > 1)


def _all_of_one(made: Sequence[Row], point_id: int) -> list[Issue]:
    """The comments of the one point that is asked for, under it."""
    under = [replace(row, points=tuple(sorted(row.points, key=lambda p: p.id != point_id))) for row in made]
    return [Issue(under[0].points[0], under[0].head, under, whole=True)] if under else []


def _page_of_comments(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None
) -> Page:
    shape, values = shaped(session, viewer, round_, filters, cursor)
    found = list(views(_page_rows(session, values, shape), viewer, round_))
    more_that_way = len(found) > PAGE
    found = found[:PAGE]
    back = cursor is not None and cursor.back
    if back:
        found.reverse()
    first, last = (found[0], found[-1]) if found else (None, None)
    before = more_that_way if back else cursor is not None
    after = more_that_way if not back else True
    count = int(_counted(session, values | {"most": COUNTED + 1}, replace(shape, way="")).scalar() or 0)
    under = heads(session, round_.draft_id, {c.clause_id for c in found if c.clause_id})
    made = rows(session, viewer, round_, found, under)
    return Page(
        issues=_all_of_one(made, filters.point) if filters.point is not None else issues(made),
        before=Cursor(first.position, first.id, back=True) if first and before else None,
        after=Cursor(last.position, last.id) if last and after else None,
        count=min(count, COUNTED),
        more=count > COUNTED,
        walks_points=False,
    )


def walked(
    session: Session, viewer: Viewer, round_: Round, filters: Filters
) -> tuple[paging.Shape, dict[str, Any]]:
    """The shape of the walk of points for what is asked, and the values to fill it with."""
    points, values = paging.asked(viewer, sees(viewer, round_), filters)
    values["round_id"] = round_.id
    values |= _between(session, round_, filters)
    return paging.Shape(points, section=bool(filters.section)), values


def page_statement(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None
) -> Select[Any]:
    """The statement that finds what stands on a page, with its values: one more than the page holds."""
    if walks_points(viewer, round_, filters):
        return paging.page_statement(*walked(session, viewer, round_, filters), cursor)
    shape, values = shaped(session, viewer, round_, filters, cursor)
    return _rows(shape).limit(PAGE + 1).params(values)


def comments_statement(viewer: Viewer, round_: Round, ids: Sequence[int]) -> Select[Any]:
    """The statement of the comments of a page of points, with its values."""
    return _by_id(seen_as(viewer, round_)).params(places(viewer, round_) | {"ids": list(ids)})


def counted(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> int:
    """How many comments there are, counted to one more than `COUNTED` at most."""
    shape, values = shaped(session, viewer, round_, filters)
    return int(_counted(session, values | {"most": COUNTED + 1}, shape).scalar() or 0)


def everything(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> Select[Any]:
    """The statement of all that a page shows a part of, in the same order."""
    shape, values = shaped(session, viewer, round_, filters)
    return _rows(shape).params(values)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter can take, and what people call it."""

    value: str
    words: str


def organisations(session: Session, viewer: Viewer, round_: Round) -> list[Choice]:
    """Organisations that some comment shows to this person, by name; one look into an index for each."""
    shown = exists().where(
        *seen(viewer, round_),
        col(Comment.organisation_id) == col(Organisation.id),
        shows(Shown.ORGANISATION, viewer, round_),
    )
    found = session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .where(col(Organisation.plan_id) == round_.plan_id, shown)
        .order_by(col(Organisation.name))
    )
    return [Choice(str(id_), name) for id_, name in found]


def people(session: Session, viewer: Viewer, round_: Round) -> list[Choice]:
    """Seats whose person some comment shows to this one, by name."""
    shown = exists().where(
        *seen(viewer, round_),
        col(Comment.seat_id) == col(Seat.id),
        shows(Shown.PERSON, viewer, round_),
    )
    found = session.execute(
        select(col(Seat.id), col(Person.name))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(col(Seat.plan_id) == round_.plan_id, shown)
        .order_by(col(Person.name))
    )
    return [Choice(str(id_), name) for id_, name in found if name]


def themes(session: Session, round_: Round) -> list[Choice]:
    """The themes of the round's plan, as people choose among them."""
    found = session.execute(
        select(col(Theme.id), col(Theme.name))
        .where(col(Theme.plan_id) == round_.plan_id)
        .order_by(func.lower(Theme.name))
    )
    return [Choice(str(id_), name) for id_, name in found]


def drafters(session: Session, round_: Round) -> list[Choice]:
    """The seats that points of this round were given to, by name."""
    given = exists().where(col(Point.round_id) == round_.id, col(Point.drafter_seat_id) == col(Seat.id))
    found = session.execute(
        select(col(Seat.id), col(Person.name))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(col(Seat.plan_id) == round_.plan_id, given)
        .order_by(col(Person.name))
    )
    return [Choice(str(id_), name) for id_, name in found if name]


def sections(session: Session, round_: Round, language: str) -> list[Choice]:
    """The headings of the round's draft, as people choose among them."""
    found = session.execute(
        select(col(Clause.eid), col(Clause.label), col(Clause.number), col(Clause.text), col(Clause.text_ms))
        .where(
            col(Clause.draft_id) == round_.draft_id,
            col(Clause.kind).in_([Kind.HEADING, Kind.GOAL]),
        )
        .order_by(col(Clause.position))
    )
    return [
        # A heading without a number is its own label, and is said once.
        Choice(eid, " ".join(filter(None, ("" if label == text else label or number, said))))
        for eid, label, number, text, text_ms in found
        for said in [(text_ms if language == "ms" else "") or text]
    ]


def words_for(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> dict[str, str]:
    """What the chosen section, organisation and person are called, where this reader may know."""
    found: dict[str, str] = {}
    if filters.section and filters.section != WHOLE_PLAN:
        head = heads(session, round_.draft_id, [section_of(session, round_, filters.section).id or 0])
        found["section"] = " ".join(
            part for h in head.values() for part in (h.label, h.in_language(viewer.language)) if part
        )
    if filters.organisation:
        wanted = str(filters.organisation)
        found["organisation"] = _chosen(organisations(session, viewer, round_), wanted)
    if filters.person:
        found["person"] = _chosen(people(session, viewer, round_), str(filters.person))
    return found | _words_for_points(session, viewer, round_, filters)


def _words_for_points(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> dict[str, str]:
    """What the chosen point, theme and drafter are called, where this reader may know."""
    found: dict[str, str] = {}
    seen = sees(viewer, round_)
    if filters.point is not None:
        found["point"] = f"P{filters.point}"
    if filters.theme is not None:
        theme = session.get(Theme, filters.theme) if seen is not Sees.NOTHING else None
        found["theme"] = theme.name if theme is not None and theme.plan_id == round_.plan_id else "–"
    if filters.drafter.isdigit():
        name = session.scalar(
            select(col(Person.name))
            .join(Seat, col(Seat.person_id) == col(Person.id))
            .where(col(Seat.id) == int(filters.drafter), col(Seat.plan_id) == round_.plan_id)
        )
        found["drafter"] = (name or "–") if seen is Sees.ALL else "–"
    return found


def _chosen(choices: Iterable[Choice], value: str) -> str:
    return next((choice.words for choice in choices if choice.value == value), "–")


def saved_views(session: Session, viewer: Viewer, round_: Round) -> Sequence[SavedView]:
    """The views that this person keeps of a round, by name."""
    return session.scalars(
        select(SavedView)
        .where(col(SavedView.round_id) == round_.id, col(SavedView.person_id) == viewer.person_id)
        .order_by(col(SavedView.name))
    ).all()
