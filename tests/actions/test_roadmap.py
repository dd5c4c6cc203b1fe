from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.history import queries as history
from app.people.rules import Constituency, Role
from app.policy import ROLE_MAY, May
from app.roadmap import actions
from app.roadmap.queries import deadlines, moments, steps
from app.roadmap.rules import MilestoneKind, MilestoneSettings
from app.rounds.models import RoundWindow
from app.rounds.rules import Phase
from tests.factories import make_draft, make_plan, make_round, make_seat, viewer_of

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
W, E = Constituency.WORKERS, Constituency.EMPLOYERS

ASKED = MilestoneSettings(
    "Assessment", TODAY, TODAY + timedelta(days=9), name_ms="Penilaian", note="31 interviews"
)


class World:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.plan = make_plan(session)
        self.by = viewer_of(make_seat(session, self.plan, Role.SECRETARIAT))

    def add(self, **changes):
        return actions.add_milestone(self.session, by=self.by, at=NOW, settings=replace(ASKED, **changes))

    def change(self, milestone, version=None, **changes):
        return actions.change_milestone(
            self.session,
            by=self.by,
            at=NOW + timedelta(hours=1),
            milestone_id=milestone.id,
            version=version or milestone.version,
            settings=replace(actions.settings_of(milestone), **changes),
        )

    def round(self, **values):
        draft = make_draft(self.session, self.plan)
        return make_round(self.session, self.plan, draft, **values)

    def steps(self):
        return steps(self.session, self.plan.id or 0, NOW)


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_a_milestone_is_added_changed_and_removed_and_history_tells_it(world: World):
    made = world.add()
    world.change(made, note="40 interviews")
    made_id = made.id or 0
    actions.remove_milestone(world.session, by=world.by, at=NOW, milestone_id=made_id, version=made.version)
    assert world.steps() == []
    rows = history.of(world.session, "milestone", made_id)
    assert [row.verb for row in rows] == ["added", "changed", "removed"]
    assert rows[1].before == {"note": "31 interviews"}
    assert rows[1].after == {"note": "40 interviews"}


def test_a_stale_change_shows_both(world: World):
    made = world.add()
    world.change(made, note="theirs")
    with pytest.raises(Conflict) as refused:
        world.change(made, version=1, note="mine")
    assert refused.value.theirs == {"note": "theirs"}
    assert refused.value.mine == {"note": "mine"}
    with pytest.raises(Conflict):
        actions.remove_milestone(world.session, by=world.by, at=NOW, milestone_id=made.id or 0, version=1)


@pytest.mark.parametrize("role", [role for role in Role if May.EDIT_ROADMAP not in ROLE_MAY[role]])
def test_only_those_who_edit_the_roadmap_do(world: World, role: Role):
    made = world.add()
    world.by = viewer_of(make_seat(world.session, world.plan, role))
    with pytest.raises(Forbidden):
        world.add()
    with pytest.raises(Forbidden):
        world.change(made, note="x")


def test_another_plans_secretariat_does_not_know_of_the_milestone(world: World):
    made = world.add()
    world.by = World(world.session).by
    with pytest.raises(NotFound):
        world.change(made, note="x")


def test_a_milestone_can_only_stand_for_a_round_of_its_plan(world: World):
    foreign = World(world.session).round()
    with pytest.raises(Invalid):
        world.add(round_id=foreign.id)


def test_a_milestone_that_stands_for_a_round_has_the_rounds_dates_and_phase(world: World):
    round_ = world.round(phase=Phase.OPEN, closes_at=NOW - timedelta(days=1))
    world.add(round_id=round_.id, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 1))
    (step,) = world.steps()
    assert (step.round_id, step.state, step.name) == (round_.id, "now", "Assessment")
    assert step.ends_on == date(2026, 11, 23)


def test_a_round_without_a_milestone_stands_on_the_roadmap_by_itself(world: World):
    round_ = world.round(phase=Phase.SCHEDULED, opens_at=NOW + timedelta(days=1))
    (step,) = world.steps()
    assert (step.id, step.round_id, step.kind, step.state) == (None, round_.id, "round", "next")


def test_steps_stand_in_the_order_of_their_dates_with_done_now_and_next(world: World):
    for name, start in (("Later", 20), ("Earlier", -20), ("Running", -2)):
        world.add(
            name=name, starts_on=TODAY + timedelta(days=start), ends_on=TODAY + timedelta(days=start + 5)
        )
    early = world.add(
        name="Done early", starts_on=TODAY + timedelta(days=40), ends_on=TODAY + timedelta(days=41)
    )
    world.change(early, done_on=TODAY)
    assert [(step.name, step.state) for step in world.steps()] == [
        ("Earlier", "done"),
        ("Running", "now"),
        ("Later", "next"),
        ("Done early", "done"),
    ]


def test_everyone_sees_the_closing_time_that_is_theirs(world: World):
    round_ = world.round(closes_at=NOW + timedelta(days=6))
    section = round_.draft_id and make_section(world, round_.draft_id)
    world.session.add_all(
        [
            RoundWindow(round_id=round_.id, constituency=W, closes_at=NOW + timedelta(days=8)),
            RoundWindow(round_id=round_.id, section_id=section, closes_at=NOW + timedelta(days=3)),
        ]
    )
    world.session.flush()

    def closings(constituency):
        return [
            ((moment.starts - NOW).days, moment.who, moment.section)
            for moment in moments(world.session, {world.plan.id or 0: constituency})
            if moment.words.startswith("%(name)s closes") and isinstance(moment.starts, datetime)
        ]

    assert closings(E) == [(3, None, "1"), (6, None, "")]
    assert closings(W) == [(3, None, "1"), (8, None, "")]
    assert closings(None) == [(3, None, "1"), (6, None, ""), (8, W, "")]


def make_section(world: World, draft_id: int) -> int:
    from app.rounds.queries import sections

    return sections(world.session, draft_id)[0].id


def test_the_next_deadlines_are_what_lies_ahead(world: World):
    world.add(name="Over", starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1))
    world.add(name="Ends soon", starts_on=TODAY - timedelta(days=9), ends_on=TODAY + timedelta(days=1))
    world.add(
        name="Sitting",
        starts_on=TODAY + timedelta(days=30),
        ends_on=TODAY + timedelta(days=30),
        kind=MilestoneKind.FIXED,
    )
    round_ = world.round(name="R2", closes_at=NOW + timedelta(days=6))
    found = deadlines(world.session, world.plan.id or 0, E, NOW)
    assert [moment.name for moment in found] == ["Ends soon", "R2", "Sitting"]
    round_.closed_at, round_.phase = NOW, Phase.CLOSED
    world.session.flush()
    assert [m.name for m in deadlines(world.session, world.plan.id or 0, E, NOW)] == ["Ends soon", "Sitting"]
    assert len(deadlines(world.session, world.plan.id or 0, E, NOW, limit=1)) == 1


def test_a_date_that_moves_keeps_its_uid_and_counts_up(world: World):
    made = world.add()
    (before,) = moments(world.session, {world.plan.id or 0: E})
    world.change(made, ends_on=TODAY + timedelta(days=12))
    (after,) = moments(world.session, {world.plan.id or 0: E})
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
    assert after.changed_at > before.changed_at
