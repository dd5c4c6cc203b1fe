"""Grouping, taking apart, splitting and undoing: links move, nothing is lost, and two at once lose nothing either."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, update
from sqlmodel import Session, col

from app.comments.models import Comment
from app.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from app.history.models import History
from app.matrix import grouping
from app.matrix.dispositions import Disposition
from app.matrix.keeping import miscounted
from app.matrix.models import Point, PointComment, Regrouping
from app.matrix.submitting import make_point, withdraw
from app.people.models import Seat
from app.people.rules import Constituency, Role
from app.rounds.models import Round
from app.rounds.rules import Phase
from tests.factories import (
    NOW,
    make_comment,
    make_draft,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)

Link = tuple[int, int]


class Table:
    """Six comments of three constituencies, each its own point, and the secretariat."""

    def __init__(self, session: Session, comments: int = 6) -> None:
        self.session = session
        plan = make_plan(session)
        self.round: Round = make_round(session, plan, make_draft(session, plan))
        sides = (Constituency.WORKERS, Constituency.EMPLOYERS, Constituency.GOVERNMENT)
        self.seats: list[Seat] = [make_seat(session, plan, constituency=side) for side in sides]
        self.secretariat = viewer_of(make_seat(session, plan, Role.SECRETARIAT))
        self.drafter = viewer_of(make_seat(session, plan, Role.DRAFTER))
        self.comments: list[int] = []
        for n in range(comments):
            said = make_comment(
                session, self.round, self.seats[n % 3], text=f"First ask {n}. Second ask {n}.",
                proposed="New words." if n == 5 else None,
            )  # fmt: skip
            make_point(session, said, NOW)
            self.comments.append(said.id or 0)
        session.commit()
        self.points = [self.point_of(comment) for comment in self.comments]

    def point_of(self, comment_id: int) -> int:
        return next(point for point, comment in self.links() if comment == comment_id)

    def links(self) -> list[Link]:
        return [(point, comment) for point, comment, _ in self._words()]

    def _words(self) -> list[tuple[int, int, str]]:
        rows = self.session.execute(
            select(col(PointComment.point_id), col(PointComment.comment_id), col(PointComment.words))
            .join(Point, col(Point.id) == col(PointComment.point_id))
            .where(col(Point.round_id) == self.round.id)
            .order_by(col(PointComment.point_id), col(PointComment.comment_id))
        )
        return [(point, comment, words) for point, comment, words in rows]

    def standing(self) -> list[tuple[Any, ...]]:
        """Every link with its words, and all that is kept of every point that shows."""
        kept = self.session.execute(
            select(
                col(Point.id), col(Point.members), col(Point.standing), col(Point.voices), col(Point.title),
                col(Point.disposition), col(Point.proposed_disposition), col(Point.proposes),
            ).where(col(Point.members) > 0, col(Point.round_id) == self.round.id).order_by(col(Point.id))
        )  # fmt: skip
        return [*self._words(), *(tuple(row) for row in kept)]

    def group(self, *which: int, **more: Any) -> Regrouping:
        links = grouping.links_of(self.session, self.round, [self.comments[n] for n in which])
        return grouping.group(
            self.session, by=self.secretariat, round_=self.round, links=links, at=NOW, **more
        )

    def undo(self, done: Regrouping) -> None:
        grouping.undo(
            self.session, by=self.secretariat, round_=self.round, regrouping_id=done.id or 0, at=NOW
        )

    def decide(self, point_id: int, disposition: Disposition, reason: str = "So.") -> None:
        self.session.execute(
            update(Point)
            .where(col(Point.id) == point_id)
            .values(disposition=disposition, reason=reason, decided_at=NOW)
        )


@pytest.fixture
def table(session: Session) -> Table:
    return Table(session)


def test_grouped_comments_are_one_point_that_counts_organisations(session: Session, table: Table):
    done = table.group(0, 3, 1)
    point = session.get_one(Point, done.into_id)
    assert done.into_id == table.points[0]
    assert (point.members, point.standing, point.voices) == (3, 3, {"E": 1, "W": 1})
    emptied = session.get_one(Point, table.points[3])
    assert (emptied.members, emptied.standing) == (0, 0)
    assert miscounted(session, table.round.id or 0) == 0


def test_undo_puts_back_everything_and_history_tells_of_both(session: Session, table: Table):
    session.execute(update(Point).where(col(Point.id) == table.points[3]).values(title="Kept title"))
    before = table.standing()
    done = table.group(0, 3, 4)
    table.undo(done)
    assert table.standing() == before
    told = session.scalars(
        select(col(History.verb)).where(
            col(History.subject) == "point", col(History.subject_id) == table.points[3]
        ).order_by(col(History.seq))
    ).all()  # fmt: skip
    assert told == ["grouped", "regrouping undone"]
    with pytest.raises(Conflict):
        table.undo(done)


def test_what_later_regroupings_stand_on_is_not_undone_and_they_are_named(session: Session, table: Table):
    first = table.group(0, 1)
    second = table.group(1, 2, into=table.points[2])
    with pytest.raises(Conflict) as refused:
        table.undo(first)
    assert f"P{table.points[2]}" in str(refused.value)
    table.undo(second)
    table.undo(first)
    assert table.points == [table.point_of(comment) for comment in table.comments]


def test_acts_on_other_comments_are_undone_in_any_order(table: Table):
    before = table.standing()
    first, second = table.group(0, 1), table.group(2, 3)
    table.undo(first)
    table.undo(second)
    assert table.standing() == before


def test_ungrouped_comments_have_points_of_their_own_and_the_first_keeps_the_point(
    session: Session, table: Table
):
    done = table.group(0, 1, 2)
    session.execute(update(Point).where(col(Point.id) == done.into_id).values(title="Threshold"))
    grouped = table.standing()
    apart = grouping.ungroup(
        session, by=table.secretariat, round_=table.round, points=[done.into_id or 0], at=NOW
    )
    assert len({table.point_of(comment) for comment in table.comments[:3]}) == 3
    assert table.point_of(table.comments[0]) == done.into_id
    table.undo(apart)
    assert table.standing() == grouped
    with pytest.raises(Invalid):
        grouping.ungroup(session, by=table.secretariat, round_=table.round, points=[table.points[5]], at=NOW)


def test_one_of_a_group_can_be_taken_out(session: Session, table: Table):
    done = table.group(0, 1, 2)
    into = done.into_id or 0
    link = (into, table.comments[1])
    grouping.ungroup(session, by=table.secretariat, round_=table.round, links=[link], at=NOW)
    assert session.get_one(Point, into).members == 2
    assert table.point_of(table.comments[1]) != into


def test_a_comment_makes_two_points_each_with_its_words(session: Session, table: Table):
    before = table.standing()
    link = (table.points[0], table.comments[0])
    done = grouping.split(
        session, by=table.secretariat, round_=table.round, link=link, kept="First ask 0.",
        words="Second ask 0.", title="Second", at=NOW,
    )  # fmt: skip
    made = session.scalars(
        select(PointComment).where(col(PointComment.comment_id) == table.comments[0]).order_by(col(PointComment.point_id))
    ).all()  # fmt: skip
    assert [(one.point_id, one.words) for one in made] == [
        (table.points[0], "First ask 0."),
        (done.into_id, "Second ask 0."),
    ]
    assert session.get_one(Point, done.into_id).title == "Second"
    session.expire_all()
    table.undo(done)
    assert table.standing() == before


def test_the_points_of_a_split_comment_grouped_again_hold_it_once_and_undo_gives_its_words_back(
    session: Session, table: Table
):
    link = (table.points[0], table.comments[0])
    done = grouping.split(
        session, by=table.secretariat, round_=table.round, link=link, words="Second ask 0.", at=NOW
    )
    session.expire_all()
    apart = table.standing()
    again = grouping.group(
        session, by=table.secretariat, round_=table.round,
        points=[table.points[0], table.points[1], done.into_id or 0], at=NOW,
    )  # fmt: skip
    session.expire_all()
    assert [comment for _, comment in table.links()].count(table.comments[0]) == 1
    with pytest.raises(Conflict):
        table.undo(done)
    table.undo(again)
    session.expire_all()
    assert table.standing() == apart


def test_words_that_the_comment_does_not_hold_split_nothing(session: Session, table: Table):
    with pytest.raises(Invalid):
        grouping.split(
            session, by=table.secretariat, round_=table.round,
            link=(table.points[0], table.comments[0]), words="Something else", at=NOW,
        )  # fmt: skip


def test_comments_that_join_a_decided_point_are_answered_by_it(session: Session, table: Table):
    table.decide(table.points[2], Disposition.NOT_ACCEPTED)
    done = table.group(0, 1, 2)
    assert done.into_id == table.points[2]
    assert session.get_one(Point, done.into_id).disposition is Disposition.NOT_ACCEPTED


#: What is decided of the first two points, what is grouped, and into which.
REFUSED: dict[str, tuple[list[Disposition], tuple[int, ...], int | None]] = {
    "two that are decided otherwise": ([Disposition.ACCEPTED, Disposition.NOT_ACCEPTED], (0, 1), None),
    "a decided one into an open one": ([Disposition.ACCEPTED], (0,), 1),
    "a proposal under noted": ([Disposition.NOTED], (0, 5), None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_no_comment_loses_an_answer_or_gets_one_that_is_none(table: Table, case: str):
    decisions, which, into = REFUSED[case]
    for point_id, disposition in zip(table.points, decisions, strict=False):
        table.decide(point_id, disposition)
    with pytest.raises(Conflict):
        table.group(*which, into=None if into is None else table.points[into])


def test_points_decided_alike_may_become_one(session: Session, table: Table):
    for n in (0, 1):
        table.decide(table.points[n], Disposition.OUT_OF_SCOPE, "Another act.")
    assert table.group(0, 1).into_id == table.points[0]


def test_who_may_not_and_when_it_may_not(session: Session, table: Table):
    links = grouping.links_of(session, table.round, table.comments[:2])
    for who, phase, error in (
        (table.drafter, Phase.OPEN, Forbidden),
        (viewer_of(table.seats[0]), Phase.CLOSED, Forbidden),
        (table.secretariat, Phase.PUBLISHED, Conflict),
    ):
        table.round.phase = phase
        with pytest.raises(error):
            grouping.group(session, by=who, round_=table.round, links=links, at=NOW)


def test_points_and_comments_of_another_round_are_not_there(session: Session, table: Table):
    other = Table(session)
    for links, points in (([(other.points[0], other.comments[0]), (table.points[0], table.comments[0])], []),
                          ([], [other.points[0], table.points[0]])):  # fmt: skip
        with pytest.raises(NotFound):
            grouping.group(
                session, by=table.secretariat, round_=table.round, links=links, points=points, at=NOW
            )
    done = other.group(0, 1)
    with pytest.raises(NotFound):
        table.undo(done)


def test_a_withdrawn_comment_of_a_group_stays_a_member_and_speaks_no_more(session: Session, table: Table):
    done = table.group(0, 1)
    withdraw(
        session, by=viewer_of(table.seats[0]), round_=table.round, comment_id=table.comments[0],
        at=NOW + timedelta(hours=1),
    )  # fmt: skip
    session.expire_all()
    point = session.get_one(Point, done.into_id)
    assert (point.members, point.standing, point.voices, point.disposition) == (2, 1, {"E": 1}, None)


acts = st.lists(
    st.tuples(
        st.sampled_from(["group", "ungroup", "split"]), st.sets(st.integers(0, 5), min_size=1, max_size=4)
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_whatever_is_done_loses_no_comment_and_is_undone_from_the_last(engine: Engine, wished: Any):
    if engine.dialect.name != "sqlite":
        return
    with Session(engine) as session:
        table = Table(session)
        stands = [table.standing()]
        done: list[Regrouping] = []
        for kind, which in wished:
            links = grouping.links_of(session, table.round, [table.comments[n] for n in which])
            try:
                if kind == "split":
                    made = grouping.split(
                        session, by=table.secretariat, round_=table.round, link=links[0], at=NOW
                    )
                else:
                    act = grouping.group if kind == "group" else grouping.ungroup
                    made = act(session, by=table.secretariat, round_=table.round, links=links, at=NOW)
            except Problem:
                continue
            session.expire_all()
            done.append(made)
            stands.append(table.standing())
            assert {comment for _, comment in table.links()} == set(table.comments)
            assert miscounted(session, table.round.id or 0) == 0
        for made in reversed(done):
            stands.pop()
            table.undo(made)
            session.expire_all()
            assert table.standing() == stands[-1]
        session.rollback()


def test_two_secretaries_who_group_the_same_comments_at_once_lose_none(engine: Engine, session: Session):
    table = Table(session, comments=12)
    together = threading.Barrier(4)
    wished = [(0, 1, 2, 3), (3, 2, 4, 5), (5, 4, 0, 6), (7, 0, 8, 3)]
    links = [grouping.links_of(session, table.round, [table.comments[n] for n in which]) for which in wished]
    round_id = table.round.id
    session.rollback()
    refused: list[Problem] = []

    def act(mine: list[Link]) -> None:
        with Session(engine) as own:
            together.wait()
            round_ = own.get_one(Round, round_id)
            try:
                grouping.group(own, by=table.secretariat, round_=round_, links=mine, at=NOW)
                own.commit()
            except Conflict as problem:
                own.rollback()
                refused.append(problem)

    threads = [threading.Thread(target=act, args=(mine,)) for mine in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()
    assert sorted(comment for _, comment in table.links()) == table.comments
    assert miscounted(session, table.round.id or 0) == 0
    made = session.scalar(select(func.count()).select_from(Regrouping))
    assert made == 4 - len(refused) >= 1
    assert session.scalar(select(func.count()).select_from(Comment)) == 12
