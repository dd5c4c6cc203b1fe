from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlmodel import Session, col

from app.comments.models import Stance
from app.comments.rules import StanceKind, Status
from app.mail.models import OutgoingMail
from app.people.rules import Constituency, Role
from app.plans.models import Clause
from app.plans.rules import DraftStatus
from app.positions.models import SectionRead
from app.rounds.models import Round, RoundScope, RoundWindow
from app.rounds.rules import Phase
from tests.factories import make_comment, make_draft, make_plan, make_round, make_seat
from tests.web.browsing import signed_in

NOW = datetime.now(UTC)


class World:
    """A plan with an open round of two sections, and somebody of every role."""

    def __init__(self, engine: Engine, **values: Any) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            self.plan = make_plan(session)
            self.draft = make_draft(session, self.plan)
            opens, closes = NOW - timedelta(days=10), NOW + timedelta(days=6)
            self.round: Round = make_round(
                session, self.plan, self.draft, **({"opens_at": opens, "closes_at": closes} | values)
            )
            self.seats = {role: make_seat(session, self.plan, role) for role in Role}
            self.clauses = list(
                session.scalars(
                    select(Clause).where(col(Clause.draft_id) == self.draft.id).order_by(col(Clause.position))
                )
            )
            session.commit()

    def open(self, role: Role = Role.PARTICIPANT) -> str:
        answer = signed_in(self.engine, self.seats[role].person_id).get(f"/plans/{self.plan.slug}")
        assert answer.status_code == 200
        return answer.text

    def add(self, *rows: Any) -> None:
        with Session(self.engine, expire_on_commit=False) as session:
            session.add_all(rows)
            session.commit()

    def comment(self, clause: Clause, role: Role = Role.PARTICIPANT, **values: Any) -> int:
        with Session(self.engine, expire_on_commit=False) as session:
            round_ = session.get_one(Round, self.round.id)
            made = make_comment(session, round_, self.seats[role], clause, **values)
            session.commit()
            return made.id or 0


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_a_participant_is_led_to_the_first_section_not_yet_opened(world: World):
    first, second = world.clauses[0], world.clauses[4]
    page = world.open()
    assert "8 clauses unread." in page
    assert f'href="/rounds/{world.round.id}/read/{first.eid}"' in page
    seat = world.seats[Role.PARTICIPANT]
    world.add(
        SectionRead(round_id=world.round.id or 0, seat_id=seat.id or 0, section_id=first.id or 0, at=NOW)
    )
    page = world.open()
    assert "4 clauses unread." in page
    assert f'href="/rounds/{world.round.id}/read/{second.eid}">Continue at 2<' in page
    world.add(
        SectionRead(round_id=world.round.id or 0, seat_id=seat.id or 0, section_id=second.id or 0, at=NOW)
    )
    assert "You have opened every section." in world.open()


def test_only_what_the_round_asks_about_is_counted_as_unread(world: World):
    second = world.clauses[4]
    world.add(RoundScope(round_id=world.round.id or 0, clause_id=second.id or 0))
    page = world.open()
    assert "4 clauses unread." in page
    assert f'href="/rounds/{world.round.id}/read/{second.eid}"' in page


def test_what_one_sent_kept_supported_and_objected_to_is_counted(world: World):
    for clause in world.clauses[1:3]:
        world.comment(clause)
    world.comment(world.clauses[1], status=Status.DRAFT)
    world.comment(world.clauses[3], status=Status.DRAFT)
    theirs = world.comment(world.clauses[5], Role.FOCAL_POINT)
    seat = world.seats[Role.PARTICIPANT]
    world.add(
        Stance(
            comment_id=theirs,
            organisation_id=seat.organisation_id or 0,
            constituency=Constituency.WORKERS,
            seat_id=seat.id or 0,
            kind=StanceKind.SUPPORT,
            at=NOW,
        )
    )
    page = world.open()
    assert "2 comments not sent" in page
    assert "On 1.1, 1.3. Only you can see them." in page
    assert ">2 comments</a>" in page
    assert "1 by others" in page


def test_the_closing_time_is_the_readers_own(world: World):
    assert "Closing soon" not in world.open()
    world.add(
        RoundWindow(
            round_id=world.round.id or 0,
            constituency=Constituency.WORKERS,
            closes_at=NOW + timedelta(days=1),
        )
    )
    assert "Closing soon" in world.open()
    assert "Closing soon" not in world.open(Role.SECRETARIAT)


def test_after_the_closing_time_one_is_told_that_a_comment_is_late(engine: Engine):
    world = World(engine, closes_at=NOW - timedelta(hours=1))
    assert "What you send now is marked late." in world.open()


def test_the_reason_of_a_pause_is_said(engine: Engine):
    world = World(engine, phase=Phase.PAUSED, paused_because="The hall has no power.")
    assert "The hall has no power." in world.open()


@pytest.mark.parametrize("phase", list(Phase))
def test_the_page_opens_for_every_role_in_every_phase(engine: Engine, phase: Phase):
    world = World(engine, phase=phase)
    for role in Role:
        page = world.open(role)
        assert "What needs you" in page
        assert ('id="h-mine"' in page) == (role in {Role.PARTICIPANT, Role.FOCAL_POINT, Role.OBSERVER})


def test_the_secretariat_is_told_what_to_close_to_open_to_freeze_and_whom_to_look_after(engine: Engine):
    world = World(engine, closes_at=NOW - timedelta(hours=1))
    with Session(engine) as session:
        make_round(
            session,
            world.plan,
            world.draft,
            number=3,
            name="Round 3",
            phase=Phase.SCHEDULED,
            opens_at=NOW + timedelta(days=1),
            closes_at=NOW + timedelta(days=30),
        )
        make_draft(session, world.plan, name="Draft 2", status=DraftStatus.BEING_EDITED)
        session.add(
            OutgoingMail(
                key="x",
                plan_id=world.plan.id,
                recipient="a@contoh.example",
                subject="s",
                text="t",
                created_at=NOW,
                due_at=NOW,
                given_up_at=NOW,
                problem="no such mailbox",
            )
        )
        session.commit()
    page = world.open(Role.SECRETARIAT)
    for words in (
        "Comments are marked late until you close it.",
        "Round 3",
        "Draft 2",
        "7 people have not signed in yet",
        "1 mail did not go out",
    ):
        assert words in page
    drafter = world.open(Role.DRAFTER)
    assert "Draft 2" in drafter
    assert "did not go out" not in drafter
    assert "not signed in" not in drafter
    assert "Draft 2" not in world.open(Role.PARTICIPANT)


def test_an_empty_plan_says_where_to_begin(engine: Engine):
    with Session(engine, expire_on_commit=False) as session:
        plan = make_plan(session)
        secretariat, participant = make_seat(session, plan, Role.SECRETARIAT), make_seat(session, plan)
        session.commit()
    page = signed_in(engine, secretariat.person_id).get(f"/plans/{plan.slug}").text
    assert "Import the first draft" in page
    page = signed_in(engine, participant.person_id).get(f"/plans/{plan.slug}").text
    assert "Nothing needs you now" in page


def test_the_page_costs_the_same_with_a_hundred_comments_as_with_one(world: World):
    def statements() -> int:
        count = 0

        def counted(*_args: Any) -> None:
            nonlocal count
            count += 1

        event.listen(world.engine, "before_cursor_execute", counted)
        world.open()
        event.remove(world.engine, "before_cursor_execute", counted)
        return count

    world.comment(world.clauses[1])
    few = statements()
    with Session(world.engine) as session:
        round_ = session.get_one(Round, world.round.id)
        for n in range(100):
            make_comment(
                session,
                round_,
                world.seats[Role.PARTICIPANT],
                world.clauses[1 + n % 3],
                status=Status.DRAFT if n % 2 else Status.SUBMITTED,
            )
        session.commit()
    assert statements() == few
    assert few < 30


def test_a_second_open_round_has_its_own_line_for_who_comments_and_for_who_reads_the_matrix(
    engine: Engine,
) -> None:
    world = World(engine)
    with Session(engine, expire_on_commit=False) as session:
        other = make_round(
            session,
            world.plan,
            make_draft(session, world.plan),
            number=3,
            name="Round on the annex",
            opens_at=NOW - timedelta(days=1),
            closes_at=NOW + timedelta(days=30),
        )
        session.commit()

    assert f'href="/rounds/{other.id}/read"' in world.open()
    assert f'href="/rounds/{other.id}/matrix"' in world.open(Role.SECRETARIAT)


def test_who_comments_comes_to_the_own_comments_the_rounds_and_the_drafts_from_home(engine: Engine) -> None:
    world = World(engine)

    page = world.open()

    for address in (
        f"/rounds/{world.round.id}/mine",
        f"{world.plan.slug}/rounds",
        f"{world.plan.slug}/drafts",
    ):
        assert f'{address}"' in page
