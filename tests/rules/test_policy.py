"""Every right, in one table: role by role, phase by phase."""

import itertools

import pytest

from app.comments.rules import Status
from app.errors import Conflict, Forbidden
from app.people.rules import Role
from app.policy import (
    AUTHOR_ONLY,
    IN_A_ROUND,
    PHASE_ALLOWS,
    PHASE_SAYS,
    ROLE_MAY,
    May,
    Relation,
    may,
    require,
)
from app.rounds.rules import Phase

SPEAKERS = {Role.PARTICIPANT, Role.FOCAL_POINT, Role.OBSERVER}
RESOLVERS = {Role.SECRETARIAT, Role.DRAFTER, Role.REVIEWER}
#: While answers are written.
RESOLVING = {Phase.OPEN, Phase.PAUSED, Phase.CLOSED}


@pytest.mark.parametrize(
    ("what", "roles", "sentence"),
    [
        (May.SEE_PLAN, set(Role), "everyone with a seat sees the plan"),
        (May.READ, set(Role), "everyone with a seat reads the draft"),
        (May.SEE_MATRIX, set(Role), "everyone sees the matrix, of what they may see"),
        (May.COMMENT, SPEAKERS, "whoever speaks for a body comments"),
        (May.SAVE_DRAFT, SPEAKERS, "and keeps comments unsent"),
        (May.EDIT_COMMENT, SPEAKERS, "and changes them"),
        (May.WITHDRAW_COMMENT, SPEAKERS, "and withdraws them"),
        (May.TAKE_STANCE, SPEAKERS, "and supports or objects to others'"),
        (May.ANSWER, SPEAKERS, "and supports a clause as drafted"),
        (
            May.SEE_PEOPLE,
            set(Role) - {Role.PARTICIPANT, Role.OBSERVER},
            "who works on the plan sees who sits",
        ),
        (May.PREPARE_DRAFT, {Role.SECRETARIAT, Role.DRAFTER}, "drafters prepare drafts"),
        (May.SEE_UNFROZEN, {Role.SECRETARIAT, Role.DRAFTER}, "and alone see them before they stand"),
        (May.EDIT_PLAN, {Role.SECRETARIAT}, "the secretariat runs the plan"),
        (May.INVITE, {Role.SECRETARIAT}, "and invites"),
        (May.RUN_ROUND, {Role.SECRETARIAT}, "and opens and closes rounds"),
        (May.EDIT_ROADMAP, {Role.SECRETARIAT}, "and keeps the roadmap"),
        (May.SEE_MAILS, {Role.SECRETARIAT}, "and sees the mails"),
        (May.SEE_PROGRESS, {Role.SECRETARIAT, Role.REVIEWER}, "and with the reviewer sees who has answered"),
        (May.CONSOLIDATE, {Role.SECRETARIAT}, "the secretariat groups comments into points"),
        (May.ASSIGN, {Role.SECRETARIAT}, "and assigns them"),
        (May.DECIDE, {Role.SECRETARIAT}, "and keys in what was decided"),
        (May.PUBLISH, {Role.SECRETARIAT}, "and publishes the answers"),
        (May.PROPOSE, {Role.SECRETARIAT, Role.DRAFTER}, "drafters propose answers"),
        (May.WRITE_RESULT, {Role.SECRETARIAT, Role.DRAFTER}, "and write the resulting texts"),
        (May.SEE_PROPOSALS, RESOLVERS, "who resolves sees answers before they are published"),
        (May.SEE_GATE, RESOLVERS, "and what blocks closing the books"),
        (May.PREPARE_REPORT, RESOLVERS, "and the report as it comes"),
        (May.SEE_ANSWERS, set(Role), "everyone sees the answers that were published"),
        (May.SEE_REPORT, set(Role), "and the report"),
        (May.REACT, SPEAKERS, "whoever speaks for a body reacts to the answer"),
        (May.SIGN_OFF, {Role.REVIEWER}, "the reviewer alone signs off"),
        (May.IMPORT_RETURNED, {Role.SECRETARIAT}, "the secretariat takes in what comes back in files"),
        (May.ENTER_FOR, {Role.SECRETARIAT, Role.FACILITATOR}, "and with facilitators enters for others"),
    ],
)
def test_who_may_do_what(what, roles, sentence):
    assert {role for role in Role if may(role, what)} == roles, sentence


def test_the_table_above_leaves_no_right_out():
    rows = test_who_may_do_what.pytestmark[0].args[1]
    assert {row[0] for row in rows} == set(May)


@pytest.mark.parametrize(
    ("what", "phases"),
    [
        (May.READ, set(Phase) - {Phase.SCHEDULED}),
        (May.COMMENT, {Phase.OPEN, Phase.CLOSED}),
        (May.SAVE_DRAFT, {Phase.OPEN, Phase.PAUSED, Phase.CLOSED}),
        (May.EDIT_COMMENT, {Phase.OPEN}),
        (May.WITHDRAW_COMMENT, {Phase.OPEN, Phase.PAUSED, Phase.CLOSED}),
        (May.TAKE_STANCE, {Phase.OPEN}),
        (May.ANSWER, {Phase.OPEN}),
        (May.SEE_MATRIX, set(Phase)),
        (May.CONSOLIDATE, RESOLVING),
        (May.ASSIGN, RESOLVING),
        (May.PROPOSE, RESOLVING),
        (May.DECIDE, RESOLVING),
        (May.WRITE_RESULT, RESOLVING),
        (May.SEE_PROPOSALS, RESOLVING | {Phase.PUBLISHED}),
        (May.SEE_GATE, RESOLVING | {Phase.PUBLISHED}),
        (May.PUBLISH, {Phase.CLOSED}),
        (May.PREPARE_REPORT, {Phase.CLOSED, Phase.PUBLISHED}),
        (May.SIGN_OFF, {Phase.CLOSED, Phase.PUBLISHED}),
        (May.SEE_ANSWERS, {Phase.PUBLISHED}),
        (May.SEE_REPORT, {Phase.PUBLISHED}),
        (May.REACT, {Phase.PUBLISHED}),
        (May.IMPORT_RETURNED, {Phase.OPEN, Phase.CLOSED}),
        (May.ENTER_FOR, {Phase.OPEN, Phase.CLOSED}),
    ],
)
def test_when_it_may_be_done(what, phases):
    role = next(role for role in Role if may(role, what))
    assert {phase for phase in Phase if may(role, what, phase=phase)} == phases


def test_every_verb_of_a_round_has_its_phases_and_every_phase_its_sentence():
    rows = test_when_it_may_be_done.pytestmark[0].args[1]
    assert {row[0] for row in rows} == IN_A_ROUND
    assert set(PHASE_ALLOWS) == set(PHASE_SAYS) == set(Phase)
    assert set(ROLE_MAY) == set(Role)


@pytest.mark.parametrize("what", sorted(AUTHOR_ONLY))
def test_only_the_author_changes_a_comment_and_only_in_its_state(what):
    phase = next(phase for phase in Phase if what in PHASE_ALLOWS[phase])
    for relation, status in itertools.product(Relation, Status):
        allowed = bool(may(Role.PARTICIPANT, what, phase=phase, relation=relation, status=status))
        assert allowed == (relation is Relation.AUTHOR and status in AUTHOR_ONLY[what])


def test_nobody_supports_their_own_comment():
    assert not may(Role.PARTICIPANT, May.TAKE_STANCE, phase=Phase.OPEN, relation=Relation.AUTHOR)
    assert may(Role.PARTICIPANT, May.TAKE_STANCE, phase=Phase.OPEN, relation=Relation.OTHER)


def test_a_person_without_a_seat_may_nothing():
    assert not any(may(None, what) for what in May)


def test_a_refusal_says_why_and_whether_it_is_the_moment_or_the_person():
    with pytest.raises(Forbidden, match="Your role"):
        require(may(Role.SECRETARIAT, May.COMMENT, phase=Phase.OPEN))
    with pytest.raises(Conflict, match="paused"):
        require(may(Role.PARTICIPANT, May.COMMENT, phase=Phase.PAUSED))
    require(may(Role.PARTICIPANT, May.COMMENT, phase=Phase.OPEN))
