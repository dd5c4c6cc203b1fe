"""The matrix as a walk of points: which it shows, in which order, to whom, and at what cost."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text, update
from sqlmodel import Session, col, select

from app.comments.rules import CommentType
from app.errors import Forbidden
from app.matrix import grouping, queries
from app.matrix.dispositions import CHANGES_TEXT, Controversy, Disposition, PointState, Walk, state
from app.matrix.models import Point, Theme
from app.matrix.points import Sees, one, sees
from app.matrix.rules import ALL, KIDS, PAGE, Cursor, Filters, Grouping
from app.matrix.submitting import make_point
from app.rounds.rules import Phase
from tests.factories import NOW, make_comment, viewer_of
from tests.queries.test_matrix import Matrix, many_comments, plan_of, statements

#: What is written on every tenth point, in turn.
WRITTEN: tuple[dict[str, Any], ...] = (
    {},
    {"proposed_disposition": Disposition.ACCEPTED},
    {"disposition": Disposition.ACCEPTED},
    {"disposition": Disposition.NOT_ACCEPTED, "reason": "So."},
    {"disposition": Disposition.PARTLY, "reason": "So.", "implemented_draft_id": 1},
    {"drafter_seat_id": "drafter"},
    {"theme_id": 1, "proposed_disposition": Disposition.NOTED},
    {"controversy": 2},
    {"controversy": 3, "disposition": Disposition.OUT_OF_SCOPE, "reason": "So."},
    {"controversy": 1, "drafter_seat_id": "secretariat", "theme_id": 1},
)


@pytest.fixture
def matrix(session: Session) -> Matrix:
    """Two hundred points in all states, some of them of several comments, one of 150."""
    made = Matrix(session)
    session.add(Theme(id=1, plan_id=made.round.plan_id, name="Remedy", created_at=NOW))
    session.flush()
    seats = list(made.seats.values())[:4]
    for n in range(360):
        comment = make_comment(
            session, made.round, seats[n % 4], made.clauses[n % len(made.clauses)],
            text=f"Ask {n}.", type=list(CommentType)[n % 3],
        )  # fmt: skip
        make_point(session, comment, NOW)
    secretariat = viewer_of(made.seats["secretariat"])
    ids = [id_ for id_ in session.scalars(select(col(Point.id)).order_by(col(Point.id))) if id_]
    own = ids[-360:]
    for some in (own[:150], own[150:155], own[160:162], own[170:174]):
        grouping.group(session, by=secretariat, round_=made.round, points=some, at=NOW)
    for n, id_ in enumerate(own):
        values = {
            name: made.seats[value].id if name == "drafter_seat_id" else value
            for name, value in WRITTEN[n % len(WRITTEN)].items()
        }
        if values:
            session.execute(update(Point).where(col(Point.id) == id_).values(**values))
    session.commit()
    return made


def all_issues(
    session: Session, viewer: Any, matrix: Matrix, filters: Filters, *, back: bool = False
) -> list[int]:
    """The points of all pages, from the first on or from the last back."""
    found: list[int] = []
    cursor: Cursor | None = Cursor(2**30, 2**30, back=True, level=0) if back else None
    while True:
        page = queries.page(session, viewer, matrix.round, filters, cursor)
        assert len(page.rows) <= PAGE + KIDS
        ids = [issue.point.id for issue in page.issues if issue.point]
        found = ids + found if back else found + ids
        cursor = page.before if back else page.after
        if cursor is None or not page.issues:
            return found


Wanted = Callable[[Point, Matrix], bool]


def in_state(which: PointState) -> Wanted:
    return lambda p, _: state(p.disposition, p.proposed_disposition, p.implemented_draft_id) is which


def at_level(level: Controversy) -> Wanted:
    return lambda p, _: p.controversy == level


ASKED: dict[str, tuple[Filters, Wanted]] = {
    "all": (ALL, lambda *_: True),
    **{f"state {which}": (Filters(state=which), in_state(which)) for which in PointState},
    "answer": (Filters(disposition=Disposition.NOT_ACCEPTED), lambda p, _: p.disposition is Disposition.NOT_ACCEPTED),
    "promised": (Filters(promised=True),
                 lambda p, _: p.disposition in CHANGES_TEXT and p.implemented_draft_id is None),
    "mine": (Filters(drafter="me"), lambda p, m: p.drafter_seat_id == m.seats["secretariat"].id),
    "nobody's": (Filters(drafter="nobody"), lambda p, _: p.drafter_seat_id is None),
    "theme": (Filters(theme=1), lambda p, _: p.theme_id == 1),
    **{f"level {level}": (Filters(controversy=level), at_level(level)) for level in Controversy},
    "grouped": (Filters(grouping=Grouping.GROUPED), lambda p, _: p.standing > 1),
    "alone": (Filters(grouping=Grouping.ALONE), lambda p, _: p.standing == 1),
    "two at once": (Filters(state=PointState.OPEN, theme=1), lambda p, _: p.theme_id == 1
                    and p.disposition is None and p.proposed_disposition is None),
    "in a section": (Filters(section="c_0", grouping=Grouping.ALONE),
                     lambda p, m: p.standing == 1 and 0 <= p.position <= m.clauses[0].until),
}  # fmt: skip


def test_each_filter_shows_the_points_it_asks_for_in_the_order_of_the_draft_both_ways(
    session: Session, matrix: Matrix
):
    viewer = viewer_of(matrix.seats["secretariat"])
    points = sorted(
        (p for p in session.scalars(select(Point)) if p.standing), key=lambda p: (p.position, p.id or 0)
    )
    for case, (filters, wanted) in ASKED.items():
        expected = [p.id for p in points if wanted(p, matrix)]
        assert expected, case
        assert all_issues(session, viewer, matrix, filters) == expected, case
        assert all_issues(session, viewer, matrix, filters, back=True) == expected, case
        assert queries.page(session, viewer, matrix.round, filters).count == len(expected), case


def test_the_most_contested_come_first_and_each_level_in_the_order_of_the_draft(
    session: Session, matrix: Matrix
):
    viewer = viewer_of(matrix.seats["secretariat"])
    points = [p for p in session.scalars(select(Point)) if p.standing]
    for extra, wanted in (
        (ALL, points),
        (Filters(drafter="nobody"), [p for p in points if not p.drafter_seat_id]),
    ):
        filters = Filters(drafter=extra.drafter, order=Walk.CONTROVERSY)
        expected = [p.id for p in sorted(wanted, key=lambda p: (-p.controversy, p.position, p.id or 0))]
        assert all_issues(session, viewer, matrix, filters) == expected
        assert all_issues(session, viewer, matrix, filters, back=True) == expected


def test_comment_filters_and_point_filters_work_together(session: Session, matrix: Matrix):
    viewer = viewer_of(matrix.seats["secretariat"])
    filters = Filters(type=list(CommentType)[1], grouping=Grouping.GROUPED)
    page = queries.page(session, viewer, matrix.round, filters)
    assert page.rows
    assert {row.comment.type for row in page.rows} == {filters.type}
    assert all(row.points[0].standing > 1 for row in page.rows)
    assert not page.walks_points


def test_a_point_of_many_shows_a_few_and_leads_to_all(session: Session, matrix: Matrix):
    viewer = viewer_of(matrix.seats["secretariat"])
    page = queries.page(session, viewer, matrix.round, Filters(grouping=Grouping.GROUPED))
    issue = next(issue for issue in page.issues if issue.point and issue.point.standing == 150)
    assert issue.point
    assert (len(issue.rows), issue.more, issue.whole) == (KIDS, 147, True)
    assert issue.point.organisations == 3
    found: list[int] = []
    cursor: Cursor | None = None
    while True:
        every = queries.page(session, viewer, matrix.round, Filters(point=issue.point.id), cursor)
        found += [row.comment.id for row in every.rows]
        cursor = every.after
        if not every.rows or cursor is None:
            break
    assert len(found) == len(set(found)) == 150
    assert found == sorted(found)


def test_who_does_not_see_points_cannot_ask_for_them(session: Session, matrix: Matrix):
    asked = [filters for filters, _ in ASKED.values() if filters != ALL]
    for who, seat in matrix.seats.items():
        viewer = viewer_of(seat)
        whole = sees(viewer, matrix.round) is Sees.ALL
        assert whole is (who in {"secretariat", "drafter", "reviewer"})
        for filters in asked:
            if whole:
                queries.page(session, viewer, matrix.round, filters)
            else:
                with pytest.raises(Forbidden):
                    queries.page(session, viewer, matrix.round, filters)


def test_what_is_published_is_shown_and_what_is_not_stays_hidden(session: Session, matrix: Matrix):
    author = viewer_of(matrix.seats["author"])
    page = queries.page(session, author, matrix.round, ALL)
    assert not any(row.points for row in page.rows)
    point_id = session.scalars(
        select(col(Point.id)).where(
            col(Point.disposition) == Disposition.NOT_ACCEPTED, col(Point.standing) == 1
        )
    ).first()
    session.execute(
        update(Point).where(col(Point.id) == point_id).values(
            voices={"W": 1, "-": 2}, proposed_reason="Hidden", drafter_seat_id=matrix.seats["drafter"].id,
            controversy=3, support={"W": 1},
        )
    )  # fmt: skip
    assert one(session, author, matrix.round, point_id or 0) is None
    matrix.round.phase = Phase.PUBLISHED
    session.commit()
    shown = one(session, author, matrix.round, point_id or 0)
    assert shown is not None
    assert (shown.disposition, shown.reason) == (Disposition.NOT_ACCEPTED, "So.")
    assert (shown.voices, shown.organisations) == ({"W": 1}, 1)
    assert not any(
        (shown.proposed_reason, shown.drafter, shown.drafter_seat_id, shown.controversy, shown.support,
         shown.standing, shown.decided_by, shown.proposed_disposition)
    )  # fmt: skip
    found = queries.page(session, author, matrix.round, Filters(disposition=Disposition.NOT_ACCEPTED))
    assert found.rows
    with pytest.raises(Forbidden):
        queries.page(session, author, matrix.round, Filters(drafter="me"))


def test_a_page_of_points_takes_as_many_statements_however_many_comments_make_them(
    engine: Engine, session: Session, matrix: Matrix
):
    viewer = viewer_of(matrix.seats["secretariat"])
    queries.page(session, viewer, matrix.round, ALL)
    with statements(engine) as few:
        queries.page(session, viewer, matrix.round, Filters(grouping=Grouping.ALONE))
    with statements(engine) as many:
        queries.page(session, viewer, matrix.round, Filters(grouping=Grouping.GROUPED))
    assert len(many) == len(few) <= 6


def test_a_walk_of_points_stays_on_an_index_of_those_asked_for(
    engine: Engine, session: Session, matrix: Matrix
):
    many_comments(session, matrix, 4000)
    if engine.dialect.name == "postgresql":
        session.execute(text("ANALYZE"))
    viewer = viewer_of(matrix.seats["secretariat"])
    for (case, (filters, _)), cursor in itertools.product(
        ASKED.items(), (None, Cursor(3, 200), Cursor(3, 200, back=True))
    ):
        statement = queries.page_statement(session, viewer, matrix.round, filters, cursor)
        plan = plan_of(engine, session, statement)
        assert "ix_point_" in plan, (case, plan)
        assert "SCAN point" not in plan, (case, plan)
        assert "Seq Scan on point " not in plan, (case, plan)
        assert "TEMP B-TREE FOR ORDER BY" not in plan, (case, plan)


def test_the_comments_of_a_page_are_looked_up_one_by_one(engine: Engine, session: Session, matrix: Matrix):
    many_comments(session, matrix, 4000)
    if engine.dialect.name == "postgresql":
        session.execute(text("ANALYZE"))
    viewer = viewer_of(matrix.seats["secretariat"])
    statement = queries.comments_statement(viewer, matrix.round, list(range(1, 49)))
    plan = plan_of(engine, session, statement)
    assert "INTEGER PRIMARY KEY (rowid=?)" in plan.split("\n")[0] or "pk_comment" in plan, plan
