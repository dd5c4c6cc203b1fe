from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.history import queries as history
from app.mail.models import OutgoingMail
from app.people.rules import Constituency, Language, Role
from app.plans.models import Clause
from app.plans.rules import DraftStatus
from app.policy import ROLE_MAY, May
from app.rounds import actions, queries
from app.rounds.models import Round
from app.rounds.moving import Move, move, open_due, publish
from app.rounds.rules import Isolation, Phase, RoundVerb
from app.rounds.settings import Ask, OwnWindow, RoundSettings
from tests.factories import (
    make_draft,
    make_person,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

ASKED = RoundSettings(
    name="Round 1 on Draft 1",
    opens_at=NOW + timedelta(days=1),
    closes_at=NOW + timedelta(days=40),
    attributions=("named", "organisation"),
)


class World:
    """A plan with a frozen draft and a secretariat."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.plan = make_plan(session)
        self.draft = make_draft(session, self.plan)
        self.by = viewer_of(make_seat(session, self.plan, Role.SECRETARIAT))
        self.sections = queries.sections(session, self.draft.id or 0)

    def create(self, **changes) -> Round:
        return actions.create(
            self.session,
            by=self.by,
            at=NOW,
            draft_id=self.draft.id or 0,
            settings=replace(ASKED, **changes),
        )

    def change(self, round_: Round, **changes) -> Round:
        now = actions.settings_of(self.session, round_)
        return actions.change(
            self.session,
            by=self.by,
            at=NOW,
            round_id=round_.id or 0,
            version=round_.version,
            settings=replace(now, **changes),
        )

    def move(self, round_: Round, verb: RoundVerb, at: datetime = NOW, **given) -> Round:
        return move(
            self.session,
            verb,
            by=self.by,
            at=at,
            round_id=round_.id or 0,
            version=round_.version,
            given=Move(**given),
        )

    def mails(self) -> list[OutgoingMail]:
        return list(self.session.scalars(select(OutgoingMail).order_by(col(OutgoingMail.id))))


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_rounds_are_numbered_within_their_plan(world: World):
    assert [world.create().number for _ in range(2)] == [1, 2]
    assert World(world.session).create().number == 1
    assert [row.number for row in queries.rounds_of(world.session, world.plan.id or 0)] == [2, 1]


def test_a_round_keeps_what_was_asked(world: World):
    first, second = world.sections
    made = world.create(
        scope=(second.id,),
        questions=(Ask("Is the lead agency right?", "Betulkah agensi peneraju?", second.id), Ask("And?")),
        windows=(OwnWindow(ASKED.closes_at + timedelta(days=2), Constituency.WORKERS),),
        isolation=Isolation.ORGANISATION,
    )
    assert made.phase is Phase.SCHEDULED
    assert [s.id for s in queries.sections_in_scope(world.session, made)] == [second.id]
    asked = queries.questions(world.session, made)
    assert [(q.text, q.section_id) for q in asked] == [
        ("Is the lead agency right?", second.id),
        ("And?", None),
    ]
    due = {
        c: queries.window_for(world.session, made, c, first.id)
        for c in (Constituency.WORKERS, Constituency.EMPLOYERS)
    }
    assert due[Constituency.WORKERS] - due[Constituency.EMPLOYERS] == timedelta(days=2)
    assert [row.verb for row in history.of(world.session, "round", made.id or 0)] == ["created"]


def test_a_clause_is_in_scope_when_its_section_is(world: World):
    _first, second = world.sections
    clauses = list(
        world.session.scalars(
            select(Clause).where(col(Clause.draft_id) == world.draft.id).order_by(col(Clause.position))
        )
    )
    whole, part = world.create(), world.create(scope=(second.id,))
    assert all(queries.in_scope(world.session, whole, clause) for clause in clauses)
    inside = [clause.position for clause in clauses if queries.in_scope(world.session, part, clause)]
    assert inside == list(range(second.start, second.until + 1))
    other = make_draft(world.session, world.plan)
    stranger = world.session.scalars(select(Clause).where(col(Clause.draft_id) == other.id)).first()
    assert stranger is not None
    assert not queries.in_scope(world.session, whole, stranger)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"closes_at": ASKED.opens_at}, "closes_at"),
        ({"closes_at": ASKED.opens_at + timedelta(days=3650)}, "closes_at"),
        ({"attributions": ()}, "attributions"),
        ({"scope": (999_999,)}, "scope"),
        ({"questions": (Ask("", "Hanya Melayu"),)}, "questions"),
        ({"questions": (Ask("Where?", section_id=999_999),)}, "questions"),
        ({"windows": (OwnWindow(ASKED.closes_at),)}, "windows"),
        ({"windows": (OwnWindow(ASKED.opens_at, Constituency.WORKERS),)}, "windows"),
        ({"windows": (OwnWindow(ASKED.closes_at, Constituency.WORKERS),) * 2}, "windows"),
        ({"closes_at": ASKED.opens_at + timedelta(days=7)}, "accepts_few_days"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(world: World, changes, field):
    with pytest.raises(Invalid) as refused:
        world.create(**changes)
    assert set(refused.value.fields) == {field}


def test_few_working_days_can_be_accepted_once(world: World):
    made = world.create(closes_at=ASKED.opens_at + timedelta(days=7), accepts_few_days=True)
    assert made.days_accepted is not None
    assert made.days_accepted < 14
    world.change(made, name="Another name")
    with pytest.raises(Invalid):
        world.change(made, closes_at=ASKED.opens_at + timedelta(days=3))


def test_a_round_needs_a_frozen_draft_of_its_plan(world: World):
    world.draft.status = DraftStatus.BEING_EDITED
    world.session.flush()
    with pytest.raises(Invalid):
        world.create()
    elsewhere = World(world.session)
    with pytest.raises(Invalid):
        actions.create(world.session, by=world.by, at=NOW, draft_id=elsewhere.draft.id or 0, settings=ASKED)


@pytest.mark.parametrize("role", [role for role in Role if May.RUN_ROUND not in ROLE_MAY[role]])
def test_only_those_who_run_rounds_do(world: World, role: Role):
    made = world.create()
    world.by = viewer_of(make_seat(world.session, world.plan, role))
    with pytest.raises(Forbidden):
        world.create()
    with pytest.raises(Forbidden):
        world.change(made, name="Mine")
    for verb in RoundVerb:
        with pytest.raises(Forbidden):
            world.move(made, verb)


def test_another_plans_secretariat_does_not_know_of_the_round(world: World):
    made = world.create()
    world.by = World(world.session).by
    with pytest.raises(NotFound):
        world.move(made, RoundVerb.OPEN)


def test_a_stale_page_changes_nothing_and_shows_both(world: World):
    made = world.create()
    seen = made.version
    world.change(made, name="Theirs")
    with pytest.raises(Conflict) as refused:
        actions.change(
            world.session,
            by=world.by,
            at=NOW,
            round_id=made.id or 0,
            version=seen,
            settings=replace(ASKED, name="Mine"),
        )
    assert refused.value.theirs["name"] == "Theirs"
    assert refused.value.mine["name"] == "Mine"
    with pytest.raises(Conflict):
        move(world.session, RoundVerb.OPEN, by=world.by, at=NOW, round_id=made.id or 0, version=seen)


def test_a_question_keeps_its_row_when_its_words_change(world: World):
    made = world.create(questions=(Ask("One?"), Ask("Two?")))
    one, two = queries.questions(world.session, made)
    world.change(made, questions=(Ask("Two, then?", id=two.id),))
    assert [(q.id, q.text) for q in queries.questions(world.session, made)] == [(two.id, "Two, then?")]
    assert one.id != two.id


def test_after_the_first_comment_the_scope_widens_but_does_not_narrow_and_isolation_stays(world: World):
    first, second = world.sections
    made = world.create(scope=(first.id,))
    world.move(made, RoundVerb.OPEN)
    made.last_number = 1
    world.session.flush()
    with pytest.raises(Invalid) as refused:
        world.change(made, scope=(second.id,))
    assert set(refused.value.fields) == {"scope"}
    world.change(made, scope=(first.id, second.id))
    world.change(made, scope=())
    with pytest.raises(Invalid):
        world.change(made, scope=(first.id,))
    world.change(made, scope=(first.id, second.id))
    with pytest.raises(Invalid) as refused:
        world.change(made, isolation=Isolation.ORGANISATION)
    assert set(refused.value.fields) == {"isolation"}


def test_an_open_round_keeps_its_dates_when_its_settings_are_saved(world: World):
    made = world.create()
    world.move(made, RoundVerb.OPEN, ASKED.opens_at)
    world.change(made, name="New name", opens_at=NOW, closes_at=NOW + timedelta(days=90))
    assert (made.name, made.opens_at, made.closes_at) == ("New name", ASKED.opens_at, ASKED.closes_at)


def test_a_closed_round_keeps_its_questions(world: World):
    made = world.create()
    world.move(made, RoundVerb.OPEN)
    world.move(made, RoundVerb.CLOSE)
    with pytest.raises(Invalid) as refused:
        world.change(made, questions=(Ask("Late?"),))
    assert set(refused.value.fields) == {"questions"}
    assert world.change(made, name="Still mine").name == "Still mine"


def test_a_round_lives_through_its_phases_and_history_tells_it(world: World):
    made = world.create()
    world.move(made, RoundVerb.OPEN, NOW)
    assert made.opens_at == NOW, "opened before its time, it opens now"
    world.move(made, RoundVerb.PAUSE, because="The power is out")
    assert made.paused_because == "The power is out"
    world.move(made, RoundVerb.RESUME)
    assert made.paused_because == ""
    world.move(made, RoundVerb.EXTEND, closes_at=ASKED.closes_at + timedelta(days=7))
    closed = NOW + timedelta(days=20)
    world.move(made, RoundVerb.CLOSE, closed)
    assert made.closed_at == closed
    world.move(made, RoundVerb.REOPEN, closed)
    assert made.closed_at is None
    world.move(made, RoundVerb.CLOSE, closed)
    with pytest.raises(Conflict):
        world.move(made, RoundVerb.PUBLISH, closed)
    publish(world.session, made, by=world.by, at=closed)
    assert made.phase is Phase.PUBLISHED
    verbs = [row.verb for row in history.of(world.session, "round", made.id or 0)]
    told = "created opened paused resumed extended closed reopened closed published"
    assert verbs == told.split()
    assert made.version == len(verbs)
    assert list(history.broken_links(world.session)) == []


def test_a_round_is_reopened_only_with_a_closing_date_ahead(world: World):
    made = world.create()
    world.move(made, RoundVerb.OPEN)
    world.move(made, RoundVerb.CLOSE)
    later = ASKED.closes_at + timedelta(days=1)
    with pytest.raises(Invalid):
        world.move(made, RoundVerb.REOPEN, later)
    world.move(made, RoundVerb.REOPEN, later, closes_at=later + timedelta(days=5))
    assert (made.phase, made.closes_at) == (Phase.OPEN, later + timedelta(days=5))


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        (RoundVerb.PAUSE, {"because": " "}),
        (RoundVerb.PAUSE, {"because": "x" * 401}),
        (RoundVerb.EXTEND, {}),
        (RoundVerb.EXTEND, {"closes_at": NOW - timedelta(days=1)}),
        (RoundVerb.EXTEND, {"closes_at": NOW + timedelta(days=3650)}),
        (RoundVerb.EXTEND, {"closes_at": NOW + timedelta(days=5)}),
    ],
)
def test_a_verb_without_what_it_needs_is_refused(world: World, verb, given):
    made = world.create()
    world.move(made, RoundVerb.OPEN)
    with pytest.raises(Invalid):
        world.move(made, verb, **given)


def test_a_round_opens_by_itself_when_its_time_has_come(world: World):
    made, later = world.create(), world.create(opens_at=NOW + timedelta(days=9))
    assert open_due(world.session, NOW) == []
    assert open_due(world.session, ASKED.opens_at) == [made.id]
    assert (made.phase, made.opens_at) == (Phase.OPEN, ASKED.opens_at)
    assert later.phase is Phase.SCHEDULED
    assert history.of(world.session, "round", made.id or 0)[-1].by_person_id is None
    assert open_due(world.session, ASKED.opens_at) == [], "once"


def test_a_round_whose_time_is_over_or_whose_draft_is_edited_waits_for_a_person(world: World):
    world.create()
    assert open_due(world.session, ASKED.closes_at) == []
    world.draft.status = DraftStatus.BEING_EDITED
    world.session.flush()
    assert open_due(world.session, ASKED.opens_at) == []


def test_everyone_who_may_comment_is_told_in_their_language_and_with_their_own_closing_time(world: World):
    session, plan = world.session, world.plan
    malay = make_person(session, language=Language.MALAY)
    make_seat(session, plan, Role.PARTICIPANT, Constituency.WORKERS, person=malay)
    employer = make_seat(session, plan, Role.FOCAL_POINT, Constituency.EMPLOYERS)
    make_seat(session, plan, Role.DRAFTER)
    ended = make_seat(session, plan)
    ended.ended_at = NOW
    made = world.create(windows=(OwnWindow(datetime(2027, 1, 8, 9, tzinfo=UTC), Constituency.WORKERS),))
    world.move(made, RoundVerb.OPEN)
    mails = {mail.person_id: mail for mail in world.mails()}
    assert set(mails) == {malay.id, employer.person_id}
    assert "Sunday, 3 January 2027" in mails[employer.person_id].text
    assert "8 Januari 2027" in mails[malay.id].text
    assert f"/rounds/{made.id}/read" in mails[malay.id].text
    world.move(made, RoundVerb.PAUSE, because="The hall has no power.")
    assert "The hall has no power." in world.mails()[-1].text


def test_a_closing_date_that_moves_before_anybody_was_told_is_moved_quietly(world: World):
    make_seat(world.session, world.plan)
    made = world.create()
    world.move(made, RoundVerb.EXTEND, closes_at=ASKED.closes_at + timedelta(days=1))
    assert world.mails() == []


def test_hundreds_are_told_in_as_many_statements_as_one(world: World):
    session = world.session

    def statements(round_: Round) -> int:
        count = 0

        def counted(*_args):
            nonlocal count
            count += 1

        event.listen(session.get_bind(), "before_cursor_execute", counted)
        world.move(round_, RoundVerb.OPEN)
        event.remove(session.get_bind(), "before_cursor_execute", counted)
        return count

    make_seat(session, world.plan)
    few = statements(world.create())
    organisation = make_seat(session, world.plan).organisation_id
    assert organisation
    for _ in range(300):
        make_seat(session, world.plan)
    many = statements(world.create())
    assert len(world.mails()) > 300
    assert many <= few + 2


def test_a_round_made_elsewhere_can_be_listed(world: World):
    made = make_round(world.session, world.plan, world.draft, last_number=12)
    row = queries.rounds_of(world.session, world.plan.id or 0)[0]
    assert (row.id, row.comments, row.draft) == (made.id, 12, world.draft.name)
