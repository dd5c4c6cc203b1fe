"""What the matrix shows, in which order, to whom, and at what cost."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlmodel import Session, col, select

from app.comments import tallies
from app.comments.models import Comment
from app.comments.queries import visible
from app.comments.reading import reading, views
from app.comments.rules import Attribution, CommentType, Priority, Scope, Shown, Status, shown
from app.errors import Invalid
from app.matrix import queries
from app.matrix.chips import DIMENSIONS
from app.matrix.keeping import refresh
from app.matrix.models import Point, PointComment
from app.matrix.reading import Row, every_row
from app.matrix.rules import ALL, PAGE, Cursor, Filters, Withdrawn
from app.matrix.submitting import make_point
from app.people.models import Seat
from app.people.rules import Capacity, Constituency, Language, Role, Viewer
from app.plans.models import Clause
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase
from app.text.searching import index_words
from tests.factories import (
    NOW,
    make_comment,
    make_draft,
    make_organisation,
    make_person,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)

W, E = Constituency.WORKERS, Constituency.EMPLOYERS


def clauses_of(session: Session, round_: Round) -> list[Clause]:
    return list(
        session.scalars(
            select(Clause).where(Clause.draft_id == round_.draft_id).order_by(Clause.position)  # type: ignore[arg-type]
        )
    )


class Matrix:
    """Comments of every attribution and capacity by two bodies, and people of every role who look at them."""

    def __init__(self, session: Session) -> None:
        plan = make_plan(session)
        self.round = make_round(session, plan, make_draft(session, plan))
        self.clauses = clauses_of(session, self.round)
        union = make_organisation(session, plan, name="Kesatuan Contoh", constituency=W)
        self.seats: dict[str, Seat] = {
            "author": make_seat(session, plan, organisation=union, person=make_person(session, name="Ainon")),
            "colleague": make_seat(session, plan, organisation=union),
            "other worker": make_seat(session, plan),
            "employer": make_seat(session, plan, constituency=E),
            "observer": make_seat(session, plan, Role.OBSERVER, Constituency.OBSERVER),
            **{
                role.value: make_seat(session, plan, role)
                for role in (Role.SECRETARIAT, Role.DRAFTER, Role.REVIEWER, Role.FACILITATOR)
            },
        }
        cases = itertools.product(
            ("author", "employer"),
            Attribution,
            (Status.SUBMITTED, Status.WITHDRAWN, Status.DRAFT),
            (Capacity.ORGANISATION, Capacity.PERSONAL),
        )
        self.comments: list[Comment] = []
        for n, (who, attribution, status, capacity) in enumerate(cases):
            said = f"Notice to workers, number {n}, aduan pekerja"
            comment = make_comment(
                session,
                self.round,
                self.seats[who],
                None if n % 7 == 0 else self.clauses[n % len(self.clauses)],
                attribution=attribution,
                status=status,
                capacity=capacity,
                text=said,
                words=index_words(said),
                type=list(CommentType)[n % 5],
                priority=list(Priority)[n % 3],
                language=Language.MALAY if n % 2 else Language.ENGLISH,
                proposed="New text." if n % 3 == 0 else None,
                late=n % 4 == 0,
                withdrawn_at=NOW if status is Status.WITHDRAWN else None,
            )
            if status is not Status.DRAFT:
                make_point(session, comment, NOW)
            self.comments.append(comment)
        refresh(session, list(session.scalars(select(Point.id))))
        session.commit()


@pytest.fixture
def matrix(session: Session) -> Matrix:
    return Matrix(session)


def all_pages(session: Session, viewer: Viewer, round_: Round, filters: Filters = ALL) -> list[Row]:
    found: list[Row] = []
    cursor: Cursor | None = None
    while True:
        page = queries.page(session, viewer, round_, filters, cursor)
        found += page.rows
        cursor = page.after
        if cursor is None:
            return found


def asked_for(comment: Any, view: Any, filters: Filters, until: dict[str, tuple[int, int]]) -> bool:
    """Whether a comment as it is SHOWN is one that the filters ask for, in plain Python."""
    if filters.section:
        first, last = until[filters.section]
        if not first <= view.position <= last:
            return False
    statuses = {
        Withdrawn.WITHOUT: {Status.SUBMITTED},
        Withdrawn.WITH: {Status.SUBMITTED, Status.WITHDRAWN},
        Withdrawn.ONLY: {Status.WITHDRAWN},
    }[filters.withdrawn]
    return (
        view.status in statuses
        and (filters.constituency is None or view.constituency == filters.constituency)
        and (filters.organisation is None or (view.organisation is not None and comment.organisation_id == filters.organisation))
        and (filters.person is None or (view.person is not None and comment.seat_id == filters.person))
        and (filters.type is None or view.type == filters.type)
        and (filters.priority is None or view.priority == filters.priority)
        and (filters.attribution is None or view.attribution == filters.attribution)
        and (filters.language is None or view.language == filters.language)
        and (not filters.proposed or view.proposed is not None)
        and (not filters.late or view.late)
        and (not filters.q or set(filters.q.split()) <= set(comment.words.split()))
    )  # fmt: skip


def every_filter(matrix: Matrix) -> Iterator[Filters]:
    one = matrix.seats["author"]
    two = matrix.seats["employer"]
    yield ALL
    yield Filters(section=matrix.clauses[0].eid)
    yield from (Filters(constituency=c, withdrawn=Withdrawn.WITH) for c in Constituency)
    for seat in (one, two):
        yield Filters(organisation=seat.organisation_id, withdrawn=Withdrawn.WITH)
        yield Filters(person=seat.id, withdrawn=Withdrawn.WITH)
        yield Filters(person=seat.id, organisation=two.organisation_id)
    yield from (Filters(attribution=a, withdrawn=Withdrawn.WITH) for a in Attribution)
    yield from (Filters(withdrawn=w) for w in Withdrawn)
    yield Filters(type=CommentType.SUBSTANTIVE, priority=Priority.MAJOR)
    yield Filters(language=Language.MALAY, late=True)
    yield Filters(proposed=True)
    yield Filters(q="pekerja")
    yield Filters(q="number 9")
    yield Filters(q="pekerja", organisation=one.organisation_id)


def test_no_filter_or_search_tells_what_attribution_withholds(session: Session, matrix: Matrix):
    """As an attacker would: every filter, every role, every phase and isolation, against what is shown."""
    by_id = {comment.id: comment for comment in matrix.comments}
    until = {clause.eid: (clause.position, clause.until) for clause in matrix.clauses}
    for phase, isolation in ((Phase.OPEN, i) for i in Isolation):
        matrix.round.phase, matrix.round.isolation = phase, isolation
        for who, seat in matrix.seats.items():
            viewer = viewer_of(seat)
            seen = list(views(session.execute(reading(viewer, matrix.round)), viewer, matrix.round))
            for filters in every_filter(matrix):
                wanted = {view.id for view in seen if asked_for(by_id[view.id], view, filters, until)}
                page = queries.page(session, viewer, matrix.round, filters)
                assert {row.comment.id for row in page.rows} == wanted, (isolation, who, filters)
                assert page.count == len(wanted)


def test_choices_name_only_those_whom_some_comment_shows(session: Session, matrix: Matrix):
    for who, seat in matrix.seats.items():
        viewer = viewer_of(seat)
        seen = list(views(session.execute(reading(viewer, matrix.round)), viewer, matrix.round))
        organisations = {choice.words for choice in queries.organisations(session, viewer, matrix.round)}
        people = {choice.words for choice in queries.people(session, viewer, matrix.round)}
        assert organisations == {view.organisation for view in seen if view.organisation}, who
        assert people == {view.person for view in seen if view.person}, who


def test_a_hidden_author_chosen_by_hand_is_not_named_back(session: Session, matrix: Matrix):
    viewer = viewer_of(matrix.seats["observer"])
    unseen = matrix.seats["other worker"]
    named = queries.words_for(
        session, viewer, matrix.round, Filters(organisation=unseen.organisation_id, person=unseen.id)
    )
    assert named == {"organisation": "–", "person": "–"}


def test_pages_follow_the_draft_with_the_whole_plan_first_and_meet_both_ways(
    session: Session, matrix: Matrix
):
    seat = matrix.seats["author"]
    for n in range(2 * PAGE):
        made = make_comment(session, matrix.round, seat, matrix.clauses[-1 - n % 8], text=f"more {n}")
        make_point(session, made, NOW)
    session.commit()
    viewer = viewer_of(matrix.seats["secretariat"])
    forward = all_pages(session, viewer, matrix.round)
    order = [(row.comment.position, row.comment.id) for row in forward]
    assert order == sorted(order)
    assert order[0][0] == -1
    assert len(order) == len(set(order)) == queries.counted(session, viewer, matrix.round, ALL)
    exported = every_row(
        session, viewer, matrix.round, queries.everything(session, viewer, matrix.round, ALL)
    )
    assert [row.comment.id for row in exported] == [row.comment.id for row in forward]
    second = queries.page(
        session, viewer, matrix.round, ALL, queries.page(session, viewer, matrix.round, ALL).after
    )
    assert second.before is not None
    first = queries.page(session, viewer, matrix.round, ALL, second.before)
    assert [row.comment.id for row in first.rows] == [row.comment.id for row in forward[:PAGE]]
    assert first.before is None
    assert first.after is not None


def test_a_comment_on_a_section_stands_before_those_on_its_clauses(session: Session, matrix: Matrix):
    head = matrix.clauses[4]
    late = make_comment(session, matrix.round, matrix.seats["author"], head, scope=Scope.SECTION)
    make_point(session, late, NOW)
    session.commit()
    rows = all_pages(session, viewer_of(matrix.seats["secretariat"]), matrix.round, Filters(section=head.eid))
    assert rows[0].comment.position == head.position
    assert late.id in {row.comment.id for row in rows if row.comment.position == head.position}
    assert rows[0].head.heading == "Chapter 2"


def test_a_row_has_its_point_and_what_organisations_say_to_it(session: Session, matrix: Matrix):
    rows = all_pages(session, viewer_of(matrix.seats["secretariat"]), matrix.round)
    assert all(len(row.points) == 1 for row in rows)


def test_what_is_said_on_the_whole_plan_can_be_asked_for_alone(session: Session, matrix: Matrix):
    whole = make_comment(session, matrix.round, matrix.seats["author"], text="The plan is silent on cost.")
    make_point(session, whole, NOW)
    session.commit()
    rows = all_pages(session, viewer_of(matrix.seats["secretariat"]), matrix.round, Filters(section="plan"))
    assert whole.id in {row.comment.id for row in rows}
    assert {row.head.clause_id for row in rows} == {None}


def test_a_section_that_the_draft_has_not_is_refused(session: Session, matrix: Matrix):
    with pytest.raises(Invalid):
        queries.page(session, viewer_of(matrix.seats["secretariat"]), matrix.round, Filters(section="chp_99"))


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE comment; --", '" OR 1=1 --', "a* b^ NEAR(c)", "words:x", "{a} : b", "!a & | (", "\\", "\\'",
        "NOT AND OR", "***", "\x00", "é ü ñ 雇", "<-> :*", '"unclosed phrase', '""', "a" * 5000, "%s %(x)s", "$1",
    ],
)  # fmt: skip
def test_whatever_is_typed_searches_and_never_commands(session: Session, matrix: Matrix, typed: str):
    viewer = viewer_of(matrix.seats["secretariat"])
    page = queries.page(session, viewer, matrix.round, Filters(q=typed))
    assert page.count <= len(matrix.comments)
    assert session.scalar(text("SELECT count(*) FROM comment")) == len(matrix.comments)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("pekerja", True),
        ("PEKERJA workers", True),
        ("pekerj", True),
        ('"aduan pekerja"', True),
        ('"pekerja aduan"', False),
        ("worker", True),
        ("pekerja nowhere", False),
        ("Kesatuan", False),
        ("Ainon", False),
        ("§", False),
    ],
)
def test_search_finds_words_in_both_languages_and_never_authors(
    session: Session, matrix: Matrix, typed: str, found: bool
):
    viewer = viewer_of(matrix.seats["author"])
    assert bool(queries.page(session, viewer, matrix.round, Filters(q=typed)).rows) is found


def test_the_count_is_cut_where_counting_would_cost(session: Session, matrix: Matrix, monkeypatch: Any):
    monkeypatch.setattr(queries, "COUNTED", 5)
    page = queries.page(session, viewer_of(matrix.seats["secretariat"]), matrix.round, ALL)
    assert (page.count, page.more) == (5, True)


def test_the_numbers_on_chips_are_those_that_a_count_gives(session: Session, matrix: Matrix):
    for who, seat in matrix.seats.items():
        viewer = viewer_of(seat)
        found = tallies.several(session, viewer, matrix.round, DIMENSIONS)
        for dimension in DIMENSIONS:
            assert found[dimension] == tallies.tally(session, viewer, matrix.round, dimension), (
                who,
                dimension,
            )


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_takes_as_many_statements_however_many_rows_it_shows(
    engine: Engine, session: Session, matrix: Matrix
):
    viewer = viewer_of(matrix.seats["secretariat"])
    with statements(engine) as few:
        queries.page(session, viewer, matrix.round, Filters(person=matrix.seats["author"].id))
    for n in range(3 * PAGE):
        make_comment(session, matrix.round, matrix.seats["author"], matrix.clauses[n % 8])
    session.commit()
    with statements(engine) as many:
        queries.page(session, viewer, matrix.round, Filters(person=matrix.seats["author"].id))
    assert len(many) == len(few) <= 6


def many_comments(session: Session, matrix: Matrix, times: int) -> None:
    seats = list(matrix.seats.values())[:4]
    rows = [
        {
            "client_uuid": f"many-{n}", "plan_id": matrix.round.plan_id, "round_id": matrix.round.id,
            "number": 10_000 + n, "status": Status.SUBMITTED, "scope": Scope.CLAUSE,
            "clause_id": matrix.clauses[n % 8].id, "section_id": matrix.clauses[n % 8].section_id,
            "position": matrix.clauses[n % 8].position, "prefix": "", "suffix": "",
            "seat_id": seats[n % 4].id, "person_id": seats[n % 4].person_id,
            "organisation_id": seats[n % 4].organisation_id, "constituency": seats[n % 4].constituency,
            "capacity": Capacity.ORGANISATION, "channel": "web", "attribution": Attribution.ORGANISATION,
            "type": list(CommentType)[n % 5], "priority": list(Priority)[n % 3], "ground": "",
            "language": Language.ENGLISH, "text": "Say who decides.", "rationale": "", "standard": "",
            "created_at": NOW, "saved_at": NOW, "submitted_at": NOW + timedelta(seconds=n), "late": n % 500 == 0,
            "words": "say who decides", "version": 1,
        }
        for n in range(times)
    ]  # fmt: skip
    session.execute(insert(Comment), rows)
    ids = list(
        session.scalars(select(Comment.id).where(col(Comment.number) >= 10_000).order_by(col(Comment.id)))
    )
    session.execute(
        insert(Point),
        [
            {"id": id_, "round_id": matrix.round.id, "clause_id": row["clause_id"], "position": row["position"],
             "created_at": NOW}
            for id_, row in zip(ids, rows, strict=True)
        ],
    )  # fmt: skip
    session.execute(insert(PointComment), [{"point_id": id_, "comment_id": id_} for id_ in ids])
    session.commit()


PLANNED = [
    ALL,
    Filters(section="c_4"),
    Filters(constituency=W),
    Filters(type=CommentType.SUBSTANTIVE),
    Filters(priority=Priority.MAJOR),
    Filters(late=True),
    Filters(withdrawn=Withdrawn.ONLY),
]


def plan_of(engine: Engine, session: Session, statement: Any) -> str:
    compiled = str(statement.compile(engine, compile_kwargs={"literal_binds": True})).replace("%", "%%")
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row) for row in session.connection().exec_driver_sql(explain + compiled))


def test_a_page_walks_an_index_in_order_and_sorts_nothing(engine: Engine, session: Session, matrix: Matrix):
    many_comments(session, matrix, 4000)
    if engine.dialect.name == "postgresql":
        session.execute(text("ANALYZE"))
    people = [viewer_of(matrix.seats[who]) for who in ("secretariat", "observer", "author")]
    for filters, viewer, isolation, cursor in itertools.product(
        PLANNED, people, Isolation, (None, Cursor(3, 200), Cursor(3, 200, back=True))
    ):
        matrix.round.isolation = isolation
        statement = queries.page_statement(session, viewer, matrix.round, filters, cursor)
        plan = plan_of(engine, session, statement)
        case = (filters, viewer.role, isolation, cursor, plan)
        if "One-Time Filter: false" in plan:  # the own constituency is not the one asked for
            continue
        walked = "point" if queries.walks_points(viewer, matrix.round, filters) else "comment"
        assert f"ix_{walked}_" in plan, case
        assert "TEMP B-TREE" not in plan, case
        assert f"SCAN {walked}" not in plan, case
        assert f"Seq Scan on {walked} " not in plan, case
        if filters in {ALL, Filters(constituency=W)}:
            assert "Sort" not in plan, case


def test_what_is_visible_and_what_the_matrix_shows_are_the_same(session: Session, matrix: Matrix):
    for who, seat in matrix.seats.items():
        viewer = viewer_of(seat)
        seen = {comment.id for comment in session.scalars(visible(viewer, matrix.round))}
        shown_rows = all_pages(session, viewer, matrix.round, Filters(withdrawn=Withdrawn.WITH))
        assert {row.comment.id for row in shown_rows} == seen, who
        for row in shown_rows:
            comment = next(c for c in matrix.comments if c.id == row.comment.id)
            parts = shown(
                comment.attribution,
                comment.capacity,
                names=seat.role is Role.SECRETARIAT,
                own=comment.seat_id == seat.id,
            )
            assert (row.comment.organisation is not None) <= (Shown.ORGANISATION in parts)
