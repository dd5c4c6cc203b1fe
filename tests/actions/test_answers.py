"""What blocks the books, publishing answers, reacting to them, and what still stands in the next round."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlmodel import Session, col

from app.answers.counting import by_constituency, tally
from app.answers.objections import maintained
from app.answers.publishing import Wish, publish
from app.answers.queries import books, to_read
from app.answers.reacting import react
from app.answers.reading import Asked, answers_page
from app.answers.rules import LEFT_OPEN, ReactionKind, can_react, is_left_open
from app.answers.standing import offered, rebased, settle, still_stands, waiting
from app.comments.models import Comment
from app.comments.rules import Attribution
from app.drafting.backing import back
from app.drafting.gate import RULES, Blocker, following, gate, lines, mark_implemented
from app.drafting.gate import Asked as AskedOfGate
from app.drafting.models import CarriedAnchor
from app.drafting.rules import Carried
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.history import queries as history
from app.home.actions import is_due, turn
from app.mail.models import OutgoingMail
from app.matrix.deciding import save
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.matrix.submitting import make_point
from app.people.rules import Constituency, Language, Role, Viewer
from app.plans.models import Clause, Lineage, Succession
from app.plans.rules import LineageKind
from app.rounds.models import Round
from app.rounds.rules import Phase
from tests.factories import (
    NOW,
    make_comment,
    make_draft,
    make_person,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)

UNTIL = NOW + timedelta(days=30)
BEFORE = (
    "Every worker may lodge a complaint.",
    "Employers set up a grievance mechanism.",
    "Each complaint is acknowledged.",
)
AFTER = (
    "Every worker may lodge a complaint, free of charge.",
    "Employers set up a grievance mechanism.",
    "Each complaint is acknowledged in three days.",
)


class World:
    """A closed round on one draft, the next draft with its confirmed lineage, and who sits at the table."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.plan = make_plan(session, title="The Plan", title_ms="Pelan")
        self.draft = make_draft(session, self.plan, list(BEFORE))
        self.round = make_round(session, self.plan, self.draft, number=1, phase=Phase.CLOSED)
        self.by = viewer_of(make_seat(session, self.plan, Role.SECRETARIAT))
        self.drafter = viewer_of(make_seat(session, self.plan, Role.DRAFTER))
        self.worker_seat = make_seat(session, self.plan, person=make_person(session, language=Language.MALAY))
        self.worker = viewer_of(self.worker_seat)
        self.employer_seat = make_seat(session, self.plan, constituency=Constituency.EMPLOYERS)
        self.employer = viewer_of(self.employer_seat)

    def clause(self, number: str, draft_id: int | None = None) -> Clause:
        return self.session.scalars(
            select(Clause).where(
                col(Clause.draft_id) == (draft_id or self.draft.id), col(Clause.number) == number
            )
        ).one()

    def comment(self, seat, number: str | None = "1.1", **values) -> Comment:
        clause = self.clause(number) if number else None
        made = make_comment(self.session, self.round, seat, clause, **values)
        make_point(self.session, made, NOW)
        return made

    def point(self, comment: Comment) -> Point:
        return self.session.scalars(
            select(Point)
            .join(PointComment, col(PointComment.point_id) == col(Point.id))
            .where(col(PointComment.comment_id) == comment.id)
            .execution_options(populate_existing=True)
        ).one()

    def decide(self, comment: Comment, disposition: Disposition, reason: str = "", **more: str) -> Point:
        point = self.point(comment)
        fields = {"disposition": disposition.value, "reason": reason} | more
        save(
            self.session,
            by=self.by,
            round_=self.round,
            point_id=point.id or 0,
            version=point.version,
            was={},
            mine=fields,
            at=NOW,
        )
        return self.point(comment)

    def redraft(self, changed: tuple[str, ...] = AFTER) -> Succession:
        """The next draft, frozen, its lineage confirmed and its anchors carried."""
        later = make_draft(self.session, self.plan, list(changed))
        made = Succession(
            plan_id=self.plan.id or 0,
            from_draft_id=self.draft.id or 0,
            to_draft_id=later.id or 0,
            round_id=self.round.id,
            computed_at=NOW,
            confirmed_at=NOW,
            carried_at=NOW,
        )
        self.session.add(made)
        self.session.flush()
        pairs = zip(self._clauses(self.draft.id), self._clauses(later.id), strict=True)
        for one, other in pairs:
            kind = LineageKind.KEPT if one.text == other.text else LineageKind.EDITED
            self.session.add(
                Lineage(succession_id=made.id or 0, from_clause_id=one.id, to_clause_id=other.id, kind=kind)
            )
            other.wid = one.wid if kind is LineageKind.KEPT else other.wid
        self.session.flush()
        return made

    def _clauses(self, draft_id: int | None) -> list[Clause]:
        return list(
            self.session.scalars(
                select(Clause).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
            )
        )

    def left(self) -> dict[Blocker, int]:
        found = gate(self.session, self.round)
        return {one: found.counts[one].left for one in found.counts if found.counts[one].left} | (
            {Blocker.DRAFT: 1} if found.draft else {}
        )

    def publish(self, **wish) -> Round:
        asked = {"at": None, "reactions_until": UNTIL} | wish
        return publish(
            self.session,
            by=self.by,
            round_id=self.round.id or 0,
            version=self.round.version,
            wish=Wish(**asked),
            at=NOW,
        )

    def react(self, comment: Comment, kind: ReactionKind, note: str = "", by: Viewer | None = None, at=NOW):
        return react(
            self.session,
            by=by or self.worker,
            round_=self.round,
            comment_id=comment.id or 0,
            point_id=self.point(comment).id or 0,
            kind=kind,
            note=note,
            at=at,
        )

    def mails(self) -> list[OutgoingMail]:
        return list(self.session.scalars(select(OutgoingMail).order_by(col(OutgoingMail.id))))

    def answered(self) -> tuple[Comment, Comment]:
        """A worker's comment that was accepted and an employer's that was not, published."""
        mine, theirs = self.comment(self.worker_seat, "1.1"), self.comment(self.employer_seat, "1.2")
        self.decide(mine, Disposition.ACCEPTED)
        self.decide(
            theirs, Disposition.NOT_ACCEPTED, "The law asks for it.", reason_ms="Undang-undang memintanya."
        )
        made = self.redraft((AFTER[0], BEFORE[1], BEFORE[2]))
        again = self.clause("2.1", made.to_draft_id).id
        link = self.session.scalars(select(col(Lineage.id)).where(col(Lineage.to_clause_id) == again)).one()
        back(self.session, by=self.by, round_=self.round, links=[link or 0], ref=str(mine.number), at=NOW)
        self.publish()
        return mine, theirs


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_what_blocks_is_listed_by_name_until_nothing_does(world: World):
    one, other = world.comment(world.worker_seat, "1.1"), world.comment(world.employer_seat, "1.2")
    assert world.left() == {Blocker.UNDECIDED: 2}
    found, further = lines(world.session, world.round, Blocker.UNDECIDED, most=1)
    assert [(line.ref, line.label) for line in found] == [("R1-0001", "1.1")]
    assert [line.ref for line in lines(world.session, world.round, Blocker.UNDECIDED, after=further)[0]] == [
        "R1-0002"
    ]
    world.decide(one, Disposition.ACCEPTED)
    world.decide(other, Disposition.NOTED, "It is being done.")
    assert world.left() == {Blocker.UNIMPLEMENTED: 1, Blocker.DRAFT: 1}, "accepted, and nothing follows yet"

    made = world.redraft()
    changed = {Blocker.UNBACKED: 3}
    assert world.left() == changed, "1.1 has its point; 1.3, 2.1 and 2.3 changed and nobody asked"
    named = [line.label for line in lines(world.session, world.round, Blocker.UNBACKED)[0]]
    assert named == ["1.3", "2.1", "2.3"]
    links = [line.key for line in lines(world.session, world.round, Blocker.UNBACKED)[0]]
    with pytest.raises(Invalid):
        back(world.session, by=world.drafter, round_=world.round, links=links, ref="R1-0002", at=NOW)
    assert world.left() == changed, "a point that was not accepted is behind nothing"
    back(world.session, by=world.drafter, round_=world.round, links=links[:2], ref="R1-0001", at=NOW)
    back(world.session, by=world.drafter, round_=world.round, links=links[2:], note="A number.", at=NOW)
    assert world.left() == {}

    row = world.session.scalars(select(Lineage).where(col(Lineage.id) == links[0])).one()
    row.certain = False
    anchor = CarriedAnchor(
        succession_id=made.id or 0, comment_id=other.id or 0, how=Carried.ORPHAN, settled_at=None
    )
    world.session.add(anchor)
    world.decide(other, Disposition.DEFERRED, "It is for round 2.")
    draft = world.clause("1.1", made.to_draft_id)
    world.session.flush()
    assert world.left() == {Blocker.LINEAGE: 1, Blocker.ORPHANS: 1}
    row.confirmed_at = anchor.settled_at = NOW
    made.carried_at = None
    world.session.flush()
    assert world.left() == {Blocker.DRAFT: 1}, f"anchors on {draft.label} were not carried over"
    made.carried_at = NOW
    world.session.flush()
    assert gate(world.session, world.round).open


def test_an_answer_without_its_reason_blocks(world: World):
    one = world.comment(world.worker_seat, "1.2")
    point = world.decide(one, Disposition.NOT_ACCEPTED, "The law asks for it.")
    point.reason = ""
    world.session.flush()
    assert world.left() == {Blocker.UNREASONED: 1}


def test_what_was_accepted_and_changed_nothing_blocks(world: World):
    world.decide(world.comment(world.worker_seat, "1.2"), Disposition.PARTLY, "Half of it.")
    world.redraft(BEFORE)
    assert world.left() == {Blocker.UNIMPLEMENTED: 1}
    assert mark_implemented(world.session, world.round, by=None, at=NOW) == 0


def test_a_change_of_mind_takes_the_change_off_the_books(world: World):
    one = world.comment(world.worker_seat, "1.1")
    world.decide(one, Disposition.ACCEPTED)
    world.redraft((AFTER[0], BEFORE[1], BEFORE[2]))
    assert mark_implemented(world.session, world.round, by=None, at=NOW) == 1
    world.decide(one, Disposition.NOT_ACCEPTED, "It costs too much.")
    mark_implemented(world.session, world.round, by=None, at=NOW)
    assert world.point(one).implemented_draft_id is None
    assert world.left() == {Blocker.UNBACKED: 2}, "the changed text is left without an answer behind it"


def test_a_page_of_the_gate_costs_the_same_however_much_blocks(world: World, engine):
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for n in (1, 40):
        for _ in range(n):
            world.comment(world.worker_seat, "1.2")
        world.session.flush()
        asked.clear()
        gate(world.session, world.round)
        lines(world.session, world.round, Blocker.UNDECIDED)
        assert len(asked) == 7, asked


def test_nothing_is_published_while_something_blocks(world: World):
    world.comment(world.worker_seat)
    with pytest.raises(Conflict):
        world.publish()
    assert world.round.phase is Phase.CLOSED
    assert world.mails() == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"reactions_until": None}, "reactions_until"),
        ({"reactions_until": NOW - timedelta(days=1)}, "reactions_until"),
        ({"reactions_until": NOW + timedelta(days=4000)}, "reactions_until"),
        ({"reactions_until": NOW + timedelta(days=3)}, "accepts_few_days"),
        ({"at": NOW - timedelta(hours=1)}, "publish_at"),
    ],
)
def test_dates_that_cannot_be_are_refused_beside_their_field(world: World, wish, field):
    with pytest.raises(Invalid) as refused:
        world.publish(**wish)
    assert field in refused.value.fields
    assert world.round.phase is Phase.CLOSED


def test_answers_come_out_together_and_everyone_is_told_in_their_language(world: World):
    hidden = world.comment(world.employer_seat, "1.3", attribution=Attribution.SECRETARIAT)
    world.decide(hidden, Disposition.NOTED, "Seen.")
    mine, _theirs = world.answered()
    assert world.round.phase is Phase.PUBLISHED
    assert world.round.reactions_until == UNTIL
    assert world.point(mine).implemented_draft_id is not None
    by_person = {mail.person_id: mail for mail in world.mails()}
    assert len(by_person) == len(world.mails()) == 4, "one mail for each person"
    to_worker = by_person[world.worker.person_id]
    assert to_worker.language == "ms"
    assert "R1-0002" in to_worker.text
    assert "R1-0003" not in to_worker.text
    assert "R1-0001" not in to_worker.text
    assert f"/rounds/{world.round.id}/answers" in to_worker.text
    assert "R1-0001, R1-0003" in by_person[world.employer.person_id].text
    assert "R1-" not in by_person[world.drafter.person_id].text
    told = [row.verb for row in history.of(world.session, "round", world.round.id or 0)]
    assert told[-1] == "published"
    assert list(history.broken_links(world.session)) == []
    everyone = tally(world.session, world.worker, world.round, Asked())
    assert everyone == {Disposition.ACCEPTED: 1, Disposition.NOT_ACCEPTED: 1}, (
        "what is confidential is not counted"
    )
    assert by_constituency(world.session, world.round)[Constituency.EMPLOYERS] == {
        Disposition.NOT_ACCEPTED: 1
    }


def test_a_commenter_reads_what_was_done_why_and_the_words_before_and_after(world: World):
    mine, theirs = world.answered()
    found = answers_page(world.session, world.worker, world.round, Asked(mine=True), now=NOW).answers
    assert [(one.comment.id, one.disposition, one.open) for one in found] == [
        (mine.id, Disposition.ACCEPTED, True)
    ]
    assert (found[0].clauses[-1].before, found[0].clauses[-1].after) == (BEFORE[0], AFTER[0])
    reader = Viewer(
        world.worker.person_id,
        world.worker.seat_id,
        world.plan.id or 0,
        Role.PARTICIPANT,
        world.worker.constituency,
        world.worker.organisation_id,
        Language.MALAY,
    )
    every = answers_page(world.session, reader, world.round, Asked(), now=NOW).answers
    other = next(one for one in every if one.comment.id == theirs.id)
    assert (other.reason, other.reason_language) == ("Undang-undang memintanya.", "ms")
    assert other.open is False
    refused = Asked(disposition=Disposition.NOT_ACCEPTED)
    assert [
        one.comment.id
        for one in answers_page(world.session, world.worker, world.round, refused, now=NOW).answers
    ] == [theirs.id]


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.PUBLISHED])
def test_nobody_reads_an_answer_before_it_is_published(world: World, phase):
    world.decide(world.comment(world.worker_seat, "1.2"), Disposition.NOTED, "Seen.")
    world.round.phase = phase
    with pytest.raises(Conflict):
        answers_page(world.session, world.worker, world.round, Asked(mine=True), now=NOW)
    with pytest.raises(Conflict):
        tally(world.session, world.worker, world.round, Asked(mine=True))


def test_one_reacts_in_one_press_and_can_change_it_until_the_date(world: World):
    mine, theirs = world.answered()
    assert world.react(mine, ReactionKind.ACCEPTS)[1] is True
    assert world.react(mine, ReactionKind.ACCEPTS)[1] is False, "pressed twice, it is the same"
    with pytest.raises(Invalid):
        world.react(mine, ReactionKind.MAINTAINS, "  ")
    world.react(mine, ReactionKind.MAINTAINS, "It names no year.")
    assert [(one.constituency, one.note) for one in maintained(world.session, world.round.id or 0)] == [
        (Constituency.WORKERS, "It names no year.")
    ]
    with pytest.raises(Conflict):
        world.react(mine, ReactionKind.ACCEPTS, at=UNTIL + timedelta(seconds=1))
    with pytest.raises(NotFound):
        world.react(theirs, ReactionKind.ACCEPTS)
    with pytest.raises(Forbidden):
        world.react(mine, ReactionKind.ACCEPTS, by=world.by)
    rows = history.of(world.session, "reaction", 1)
    assert [row.after["kind"] for row in rows if row.after] == ["accepts", "maintains_objection"]


def test_a_maintained_objection_for_the_secretariat_only_names_no_constituency(world: World):
    one = world.comment(world.worker_seat, "1.2", attribution=Attribution.SECRETARIAT)
    world.decide(one, Disposition.NOT_ACCEPTED, "It is in the law.")
    world.publish()
    world.react(one, ReactionKind.MAINTAINS, "It is not.")
    assert [(m.constituency, m.organisation) for m in maintained(world.session, world.round.id or 0)] == [
        (None, None)
    ]


def test_the_clock_publishes_at_the_chosen_time_once(world: World):
    world.decide(world.comment(world.worker_seat, "1.2"), Disposition.NOTED, "Seen.")
    at = NOW + timedelta(days=1)
    world.publish(at=at)
    world.session.flush()
    assert world.round.phase is Phase.CLOSED
    assert not is_due(world.session, NOW)
    assert is_due(world.session, at)
    assert turn(world.session, at) == 1
    assert (world.round.phase, world.round.published_at) == (Phase.PUBLISHED, at)
    assert not is_due(world.session, at)
    assert turn(world.session, at) == 0


def test_a_timed_publication_that_something_blocks_does_not_happen_and_the_secretariat_is_told(world: World):
    at = NOW + timedelta(days=1)
    world.publish(at=at)
    world.comment(world.worker_seat, "1.2")
    turn(world.session, at)
    assert (world.round.phase, world.round.publish_at) == (Phase.CLOSED, None)
    assert [(mail.person_id, "Without a disposition" in mail.text) for mail in world.mails()] == [
        (world.by.person_id, True)
    ]


def test_whoever_has_not_reacted_is_reminded_once(world: World):
    mine, _theirs = world.answered()
    before = len(world.mails())
    world.react(mine, ReactionKind.ACCEPTS)
    soon = UNTIL - timedelta(days=2)
    assert [row.due for row in to_read(world.session, world.employer, world.plan.id or 0, NOW)] == [1]
    assert turn(world.session, soon) == 1
    assert [mail.person_id for mail in world.mails()[before:]] == [world.employer.person_id]
    assert "R1-0002" in world.mails()[-1].text
    assert turn(world.session, soon) == 0
    assert to_read(world.session, world.worker, world.plan.id or 0, NOW) == []


def test_a_comment_that_still_stands_goes_into_the_next_round_once(world: World):
    mine, theirs = world.answered()
    later = world.session.scalars(select(Succession)).one().to_draft_id
    next_ = make_round(world.session, world.plan, world.session.get_one(type(world.draft), later), number=2)
    assert waiting(world.session, world.worker, next_) == 0, "an accepted comment is not asked about"
    assert [one.comment.id for one in offered(world.session, world.employer, next_)] == [theirs.id]
    with pytest.raises(NotFound):
        still_stands(world.session, by=world.worker, round_=next_, comment_id=theirs.id or 0, at=NOW)
    with pytest.raises(NotFound):
        still_stands(world.session, by=world.worker, round_=next_, comment_id=mine.id or 0, at=NOW)
    stands = still_stands(world.session, by=world.employer, round_=next_, comment_id=theirs.id or 0, at=NOW)
    again = still_stands(world.session, by=world.employer, round_=next_, comment_id=theirs.id or 0, at=NOW)
    assert (stands.new, again.new, again.comment.id) == (True, False, stands.comment.id)
    assert (stands.comment.stands_from_id, stands.comment.text) == (theirs.id, theirs.text)
    assert stands.comment.clause_id == world.clause("1.2", later).id
    assert world.point(stands.comment).disposition is None
    assert offered(world.session, world.employer, next_) == []


def test_settled_is_settled(world: World):
    _, theirs = world.answered()
    later = world.session.scalars(select(Succession)).one().to_draft_id
    next_ = make_round(world.session, world.plan, world.session.get_one(type(world.draft), later), number=2)
    assert settle(world.session, by=world.employer, round_=next_, comment_id=theirs.id or 0, at=NOW)
    assert not settle(world.session, by=world.employer, round_=next_, comment_id=theirs.id or 0, at=NOW)
    with pytest.raises(NotFound):
        still_stands(world.session, by=world.employer, round_=next_, comment_id=theirs.id or 0, at=NOW)


@pytest.mark.parametrize(
    ("base", "proposed", "now", "expected"),
    [
        ("A visit a year.", "A visit a month.", "A visit a year.", ("A visit a month.", True)),
        (
            "A committee meets once a year.",
            "A committee meets twice a year.",
            "A small committee meets once a year.",
            ("A small committee meets twice a year.", True),
        ),
        ("Meets once a year.", "Meets twice a year.", "Meets four times a year.", (None, False)),
        ("Meets once a year.", "Meets twice a year.", "Meets twice a year.", (None, True)),
        ("Meets once a year.", None, "Meets.", (None, True)),
        ("Meets once a year.", "", "Meets twice a year.", ("", True)),
    ],
)
def test_a_proposed_wording_goes_along_where_it_still_fits(base, proposed, now, expected):
    assert rebased(base, proposed, now) == expected


@pytest.mark.parametrize("disposition", list(Disposition))
@pytest.mark.parametrize("reaction", [None, *ReactionKind])
def test_what_is_offered_again_is_what_was_not_taken_up_and_not_accepted(disposition, reaction):
    offered_ = is_left_open(disposition, reaction)
    if reaction is ReactionKind.MAINTAINS or disposition is Disposition.DEFERRED:
        assert offered_
    elif reaction is ReactionKind.ACCEPTS:
        assert not offered_
    else:
        assert offered_ is (disposition in LEFT_OPEN)


def test_an_answer_that_the_commenter_gave_is_not_reacted_to():
    assert not can_react(Disposition.WITHDRAWN, None, NOW)
    assert can_react(Disposition.NOTED, None, NOW)
    assert can_react(Disposition.NOTED, NOW, NOW)
    assert not can_react(Disposition.NOTED, NOW, NOW + timedelta(seconds=1))


def test_home_says_how_many_points_wait(world: World):
    world.comment(world.worker_seat)
    assert [(row.undecided, row.assigned) for row in books(world.session, world.by, world.plan.id or 0)] == [
        (1, 0)
    ]
    assert books(world.session, world.worker, world.plan.id or 0) == []


def test_ids_of_another_round_or_plan_lead_nowhere(world: World):
    mine, _ = world.answered()
    other = World(world.session)
    other.round.phase = Phase.PUBLISHED
    with pytest.raises(NotFound):
        react(
            world.session,
            by=other.worker,
            round_=other.round,
            comment_id=mine.id or 0,
            point_id=world.point(mine).id or 0,
            kind=ReactionKind.ACCEPTS,
            at=NOW,
        )
    with pytest.raises(NotFound):
        publish(
            world.session,
            by=other.by,
            round_id=world.round.id or 0,
            version=world.round.version,
            wish=Wish(None, UNTIL),
            at=NOW,
        )
    links = list(world.session.scalars(select(col(Lineage.id))))
    other.round.phase = Phase.CLOSED
    made = other.redraft()
    with pytest.raises(Invalid):
        back(world.session, by=other.by, round_=other.round, links=[links[0] or 0], note="x", at=NOW)
    assert made.id


def test_what_blocks_is_found_by_the_indexes_of_the_few(world: World, engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("so few rows PostgreSQL reads as they lie")
    asked = AskedOfGate(world.round, following(world.session, world.round))
    for blocker, index in (
        (Blocker.UNDECIDED, "ix_point_open"),
        (Blocker.UNREASONED, "ix_point_unreasoned"),
        (Blocker.UNIMPLEMENTED, "ix_point_owed"),
    ):
        statement = RULES[blocker].left(asked)
        words = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))
        plan = str(world.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}").all())
        assert index in plan, (blocker, plan)
        ordered = f"EXPLAIN QUERY PLAN {words} ORDER BY point.position, point.id"
        assert "TEMP B-TREE" not in str(world.session.connection().exec_driver_sql(ordered).all())
