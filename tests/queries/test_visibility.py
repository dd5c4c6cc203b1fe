"""What each person sees of a round: the rule and the query agree, in every role, phase and isolation."""

import itertools
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from app.comments import tallies
from app.comments.models import Comment, CommentTally
from app.comments.queries import (
    from_constituency,
    from_organisation,
    from_seat,
    sight_of,
    visible,
)
from app.comments.reading import reading, views
from app.comments.rules import SHOWS, Attribution, Reach, Shown, Status
from app.people.models import Seat
from app.people.rules import Capacity, Constituency, Role
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase
from tests.factories import (
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


class Table:
    """Two workers' bodies (one with two people), an employers' body, and the people who run the plan."""

    def __init__(self, session: Session) -> None:
        plan = make_plan(session)
        self.plan = plan
        draft = make_draft(session, plan)
        self.round = make_round(session, plan, draft)
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
        self.comments: list[Comment] = [
            make_comment(
                session,
                self.round,
                self.seats[who],
                attribution=attribution,
                status=status,
                capacity=capacity,
            )
            for who, attribution, status, capacity in itertools.product(
                ("author", "employer"),
                Attribution,
                Status,
                (Capacity.ORGANISATION, Capacity.PERSONAL),
            )
        ]
        session.commit()


@pytest.fixture
def table(session: Session) -> Table:
    return Table(session)


def expected(comment: Comment, seat: Seat, round_: Round) -> bool:
    """The rule in plain words, written without a look at the query."""
    if comment.status is Status.DRAFT:
        return False
    if comment.seat_id == seat.id:
        return True
    if seat.role is Role.SECRETARIAT:
        return True
    if seat.role in {Role.DRAFTER, Role.REVIEWER}:
        return True
    if comment.status is Status.WITHDRAWN or comment.attribution is Attribution.SECRETARIAT:
        return False
    if seat.role is Role.FACILITATOR or round_.phase in {Phase.CLOSED, Phase.PUBLISHED}:
        return True
    if round_.isolation is Isolation.EVERYONE:
        return True
    if round_.isolation is Isolation.CONSTITUENCY:
        return comment.constituency is seat.constituency
    # Who sees only the own organisation's knows whose each one is; so it must show its organisation.
    return (
        comment.organisation_id == seat.organisation_id
        and comment.capacity is not Capacity.PERSONAL
        and comment.attribution in {Attribution.NAMED, Attribution.ORGANISATION}
    )


def test_query_and_rule_agree_for_everybody_in_every_phase_and_isolation(session: Session, table: Table):
    for phase, isolation in itertools.product(Phase, Isolation):
        table.round.phase, table.round.isolation = phase, isolation
        for who, seat in table.seats.items():
            found = {c.id for c in session.scalars(visible(viewer_of(seat), table.round))}
            wanted = {c.id for c in table.comments if expected(c, seat, table.round)}
            assert found == wanted, (phase, isolation, who)


def test_what_is_withheld_is_in_no_view(session: Session, table: Table):
    for who, seat in table.seats.items():
        viewer = viewer_of(seat)
        by_id = {c.id: c for c in table.comments}
        for view in views(session.execute(reading(viewer, table.round)), viewer, table.round):
            comment = by_id[view.id]
            told = (
                set(Shown) if view.own or seat.role is Role.SECRETARIAT else set(SHOWS[comment.attribution])
            )
            if comment.capacity is Capacity.PERSONAL and not (view.own or seat.role is Role.SECRETARIAT):
                told -= {Shown.ORGANISATION}
            assert (view.person is not None) == (Shown.PERSON in told), who
            assert (view.organisation is not None) == (Shown.ORGANISATION in told), who
            assert (view.region is not None) == (Shown.ORGANISATION in told), who
            assert (view.constituency is not None) == (Shown.CONSTITUENCY in told), who
            if Shown.ORGANISATION not in told:
                assert view.submitted_at is not None
                assert (view.submitted_at.hour, view.submitted_at.minute) == (0, 0)


def test_no_filter_finds_a_comment_by_what_attribution_hides(session: Session, table: Table):
    author = table.seats["author"]
    for who, seat in table.seats.items():
        viewer = viewer_of(seat)
        shown: dict[int, Any] = {
            view.id: view
            for view in views(session.execute(reading(viewer, table.round)), viewer, table.round)
        }
        for part, conditions in (
            ("constituency", from_constituency(W, viewer, table.round)),
            ("organisation", from_organisation(author.organisation_id or 0, viewer, table.round)),
            ("person", from_seat(author.id or 0, viewer, table.round)),
        ):
            found = set(session.scalars(visible(viewer, table.round, Comment.id).where(*conditions)))
            telling = {
                id_
                for id_, view in shown.items()
                if getattr(view, part) is not None
                and next(c for c in table.comments if c.id == id_).seat_id == author.id
            }
            assert found == telling, (who, part)


def test_the_numbers_shown_are_the_comments_that_can_be_seen(session: Session, table: Table):
    for phase, isolation in itertools.product((Phase.OPEN, Phase.CLOSED), Isolation):
        table.round.phase, table.round.isolation = phase, isolation
        for who, seat in table.seats.items():
            viewer = viewer_of(seat)
            seen = [
                view
                for view in views(session.execute(reading(viewer, table.round)), viewer, table.round)
                if view.status is Status.SUBMITTED
            ]
            if sight_of(viewer, table.round).reach is not Reach.ORGANISATION:
                # One's own confidential comment is in the staff's numbers only.
                seen = [
                    v
                    for v in seen
                    if v.attribution is not Attribution.SECRETARIAT
                    or seat.role in {Role.SECRETARIAT, Role.DRAFTER, Role.REVIEWER}
                ]
            counted = tallies.tally(session, viewer, table.round, "constituency")
            assert sum(counted.values()) == len(seen), (phase, isolation, who)
            assert counted.get("W", 0) == sum(v.constituency is W for v in seen), (phase, isolation, who)


def numbers(session: Session) -> dict[Any, int]:
    session.expire_all()
    return {(row.audience, row.dimension, row.value): row.n for row in session.scalars(select(CommentTally))}


def test_the_numbers_kept_are_the_numbers_counted(session: Session, table: Table):
    kept = numbers(session)
    assert kept == dict(tallies.recounted(session, table.round.id or 0))
    tallies.recount(session, table.round.id or 0)
    again = numbers(session)
    assert again == kept
