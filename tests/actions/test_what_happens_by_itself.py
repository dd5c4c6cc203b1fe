import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.history import queries as history
from app.home.actions import BEFORE, is_due, turn
from app.home.clock import Clock
from app.mail.models import OutgoingMail
from app.people.rules import Constituency, Role
from app.plans.models import Clause
from app.positions.models import Answer
from app.positions.rules import AnswerKind
from app.rounds.models import Round, RoundWindow
from app.rounds.rules import Phase
from tests.factories import make_comment, make_draft, make_plan, make_round, make_seat

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
E, W, C, G = (
    Constituency.EMPLOYERS,
    Constituency.WORKERS,
    Constituency.CIVIL_SOCIETY,
    Constituency.GOVERNMENT,
)


class World:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.plan = make_plan(session)
        self.draft = make_draft(session, self.plan)
        self.round = make_round(
            session,
            self.plan,
            self.draft,
            opens_at=NOW - timedelta(days=20),
            closes_at=NOW + timedelta(days=10),
        )
        self.seats = {c: make_seat(session, self.plan, Role.PARTICIPANT, c) for c in (G, E, W, C)}

    def written_to(self) -> set[Constituency]:
        people = set(self.session.scalars(select(col(OutgoingMail.person_id))))
        return {c for c, seat in self.seats.items() if seat.person_id in people}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_nothing_is_due_long_before(world: World):
    assert not is_due(world.session, NOW)
    assert turn(world.session, NOW) == 0


def test_those_who_have_said_nothing_are_reminded_once(world: World):
    session, at = world.session, world.round.closes_at - BEFORE
    clause = session.scalars(select(Clause).where(col(Clause.position) == 1)).first()
    assert clause is not None
    make_comment(session, world.round, world.seats[E], clause)
    session.add(
        Answer(
            round_id=world.round.id or 0,
            clause_id=clause.id or 0,
            organisation_id=world.seats[W].organisation_id or 0,
            constituency=W,
            seat_id=world.seats[W].id or 0,
            kind=AnswerKind.NOTHING,
            at=NOW,
        )
    )
    session.flush()
    assert is_due(session, at)
    assert turn(session, at) == 1
    assert world.written_to() == {G, C}
    assert not is_due(session, at)
    assert turn(session, at + timedelta(hours=1)) == 0


def test_a_colleague_of_someone_who_commented_is_not_reminded(world: World):
    from app.people.models import Organisation

    session = world.session
    organisation = session.get(Organisation, world.seats[E].organisation_id)
    colleague = make_seat(session, world.plan, Role.PARTICIPANT, E, organisation=organisation)
    make_comment(session, world.round, world.seats[E])
    turn(session, world.round.closes_at - BEFORE)
    people = set(session.scalars(select(col(OutgoingMail.person_id))))
    assert colleague.person_id not in people
    assert world.seats[W].person_id in people


def test_a_constituency_with_its_own_closing_time_is_reminded_of_that_one(world: World):
    session = world.session
    session.add(RoundWindow(round_id=world.round.id or 0, constituency=W, closes_at=NOW + timedelta(days=2)))
    session.flush()
    assert is_due(session, NOW)
    turn(session, NOW)
    assert world.written_to() == {W}
    turn(session, world.round.closes_at - BEFORE)
    assert world.written_to() == {G, E, W, C}
    mails = session.scalars(
        select(OutgoingMail).where(col(OutgoingMail.person_id) == world.seats[W].person_id)
    ).all()
    assert len(mails) == 1


def test_a_closing_date_that_moves_is_reminded_of_again(world: World):
    session = world.session
    turn(session, world.round.closes_at - BEFORE)
    first = len(session.scalars(select(OutgoingMail)).all())
    world.round.closes_at += timedelta(days=7)
    world.round.version += 1
    session.flush()
    turn(session, world.round.closes_at - BEFORE)
    assert len(session.scalars(select(OutgoingMail)).all()) == 2 * first


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.CLOSED, Phase.PUBLISHED])
def test_a_round_that_is_not_open_reminds_nobody(world: World, phase):
    world.round.phase = phase
    world.session.flush()
    assert not is_due(world.session, world.round.closes_at - BEFORE)
    assert turn(world.session, world.round.closes_at - BEFORE) == 0


def test_a_short_round_does_not_remind_on_the_day_it_opens(world: World):
    world.round.opens_at = world.round.closes_at - timedelta(days=2)
    world.session.flush()
    turn(world.session, world.round.opens_at)
    assert world.written_to() == set()


def test_after_the_closing_time_nobody_is_reminded_any_more(world: World):
    assert turn(world.session, world.round.closes_at) == 0


def test_a_scheduled_round_opens_and_everyone_is_told(world: World):
    world.round.phase = Phase.SCHEDULED
    world.round.opens_at = NOW
    world.session.flush()
    assert is_due(world.session, NOW)
    assert turn(world.session, NOW) == 1
    assert world.round.phase is Phase.OPEN
    assert world.written_to() == {G, E, W, C}
    assert not is_due(world.session, NOW)


def test_several_clocks_open_a_round_once(engine: Engine):
    with Session(engine) as session:
        world = World(session)
        world.round.phase = Phase.SCHEDULED
        world.round.opens_at = NOW
        round_id = world.round.id
        session.commit()
    done: list[int] = []
    clocks = [threading.Thread(target=lambda: done.append(Clock(engine).look(NOW))) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert sum(done) == 1
    with Session(engine) as session:
        assert [row.verb for row in history.of(session, "round", round_id or 0)] == ["opened"]
        assert len(session.scalars(select(OutgoingMail)).all()) == 4


def test_a_clock_that_runs_does_what_is_due_and_stops(engine: Engine):
    with Session(engine) as session:
        world = World(session)
        world.round.phase = Phase.SCHEDULED
        world.round.opens_at, world.round.closes_at = (
            datetime.now(UTC) - timedelta(minutes=1),
            datetime.now(UTC) + timedelta(days=30),
        )
        round_id = world.round.id
        session.commit()
    clock = Clock(engine)
    clock.start()
    for _ in range(100):
        with Session(engine.execution_options(writes=False)) as session:
            if session.get_one(Round, round_id).phase is Phase.OPEN:
                break
        time.sleep(0.05)
    clock.stop()
    with Session(engine) as session:
        assert session.get_one(Round, round_id).phase is Phase.OPEN
