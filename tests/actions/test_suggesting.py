"""Suggested groups: found as comments come, with their reasons; accepted, in part, or dismissed for good."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.forms import Said
from app.errors import Conflict, Forbidden, NotFound
from app.matrix import suggestions
from app.matrix.models import Point, PointComment, Suggested, Suggestion, Trace
from app.matrix.submitting import edit, make_point, withdraw
from app.matrix.suggesting import compare_some, left, rounds_waiting
from app.people.models import Seat
from app.people.rules import Constituency, Language, Role
from app.plans.models import Clause
from app.rounds.models import Round
from app.text.similarity import Said as Spoken
from app.text.similarity import similar
from tests.factories import NOW, make_comment, make_draft, make_plan, make_round, make_seat, viewer_of

LETTER = (
    "We are writing about the complaint mechanism. Employers with twenty or more workers should set up a "
    "grievance mechanism within six months of the launch of the plan. Estates on remote sites need a visiting "
    "officer, and the officer must speak the languages of the workers there."
)
MALAY = (
    "Kami menulis tentang mekanisme aduan. Majikan yang mempunyai dua puluh pekerja atau lebih hendaklah "
    "menubuhkan mekanisme rungutan dalam tempoh enam bulan selepas pelan ini dilancarkan. Ladang di tapak "
    "terpencil memerlukan pegawai pelawat, dan pegawai itu mesti bertutur dalam bahasa pekerja di situ."
)
OWN = "Our members on two estates waited eight months for an answer last year."
OTHER = "The indicator for remedy counts cases closed, which says nothing of what workers received."


class Campaign:
    """A round of two clauses where comments come as a test says."""

    def __init__(self, session: Session) -> None:
        self.session = session
        plan = make_plan(session)
        self.round: Round = make_round(session, plan, make_draft(session, plan))
        self.clauses = list(
            session.scalars(
                select(Clause)
                .where(col(Clause.draft_id) == self.round.draft_id)
                .order_by(col(Clause.position))
            )
        )
        self.seats: list[Seat] = [
            make_seat(session, plan, constituency=side) for side in (*Constituency, *Constituency)
        ]
        self.secretariat = viewer_of(make_seat(session, plan, Role.SECRETARIAT))
        self.drafter = viewer_of(make_seat(session, plan, Role.DRAFTER))
        self.n = 0

    def say(self, text: str, clause: int = 1, **more: object) -> int:
        seat = self.seats[self.n % len(self.seats)]
        self.n += 1
        comment = make_comment(self.session, self.round, seat, self.clauses[clause], text=text, **more)
        make_point(self.session, comment, NOW)
        self.session.flush()
        return comment.id or 0

    def compare(self) -> None:
        assert compare_some(self.session, self.round, NOW, seconds=60) == 0

    def open(self) -> list[set[int]]:
        """The suggestions nobody answered, each as the comments in it."""
        self.session.expire_all()
        found: dict[int, set[int]] = {}
        for suggestion_id, comment_id in self.session.execute(
            select(col(Suggested.suggestion_id), col(Suggested.comment_id))
            .join(Suggestion, col(Suggestion.id) == col(Suggested.suggestion_id))
            .where(col(Suggestion.answered_at).is_(None))
        ):
            found.setdefault(suggestion_id, set()).add(comment_id)
        return [found[key] for key in sorted(found)]

    def shown(self) -> list[suggestions.Proposed]:
        return suggestions.open_ones(self.session, self.secretariat, self.round)[0]

    def accept(self, suggestion_id: int, without: tuple[int, ...] = ()) -> int:
        done = suggestions.accept(
            self.session, by=self.secretariat, round_=self.round, suggestion_id=suggestion_id,
            without=without, at=NOW,
        )  # fmt: skip
        return done.into_id or 0

    def dismiss(self, suggestion_id: int) -> None:
        suggestions.dismiss(
            self.session, by=self.secretariat, round_=self.round, suggestion_id=suggestion_id, at=NOW
        )


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return Campaign(session)


def test_what_comes_one_by_one_is_grouped_as_what_comes_together(session: Session, campaign: Campaign):
    texts = [
        (LETTER, 1), (f"{OWN} {LETTER}", 1), (LETTER.upper(), 1), (OTHER, 1), (MALAY, 1), (f"{MALAY} {OWN}", 1),
        (LETTER, 2), (LETTER.replace(",", " ").replace(".", "!"), 2), ("Keep this clause.", 1),
        ("keep this clause", 1), ("Keep this clause.", 3), (OTHER.replace("says", "tells"), 2),
    ]  # fmt: skip
    said = []
    for text, clause in texts:
        said.append(campaign.say(text, clause))
        campaign.compare()
    together = similar(
        Spoken(str(id_), text, "", str(clause)) for id_, (text, clause) in zip(said, texts, strict=True)
    )
    assert sorted(campaign.open(), key=min) == [{int(one) for one in group} for group in together.groups()]
    assert {said[0], said[1], said[2]} in campaign.open()
    assert {said[4], said[5]} in campaign.open()
    assert {said[6], said[7]} in campaign.open()
    assert not any(said[3] in group for group in campaign.open())
    assert left(session, campaign.round) == 0
    assert campaign.round.id not in rounds_waiting(session)


def test_a_suggestion_says_why_how_sure_and_counts_organisations(session: Session, campaign: Campaign):
    seat = campaign.seats[0]
    for text in (LETTER, f"{LETTER} {OWN}"):
        comment = make_comment(session, campaign.round, seat, campaign.clauses[1], text=text)
        make_point(session, comment, NOW)
    campaign.n = 1
    campaign.say(LETTER)
    campaign.compare()
    (found,) = campaign.shown()
    assert (found.size, found.organisations, found.letters) == (3, 2, "GE")
    assert [member.why for member in found.members] == ["", "same letter", "same words"]
    assert 0.6 <= found.least <= 1.0


def test_accepting_groups_and_leaving_some_out_is_remembered(session: Session, campaign: Campaign):
    a, b, c = (campaign.say(text) for text in (LETTER, LETTER, f"{LETTER} {OWN}"))
    campaign.compare()
    (found,) = campaign.shown()
    into = campaign.accept(found.id, without=(c,))
    linked = set(
        session.scalars(select(col(PointComment.comment_id)).where(col(PointComment.point_id) == into))
    )
    assert linked == {a, b}
    assert campaign.shown() == []
    with pytest.raises(Conflict):
        campaign.accept(found.id)
    d = campaign.say(LETTER)
    campaign.compare()
    (again,) = campaign.open()
    assert d in again
    assert c not in again
    (more,) = campaign.shown()
    assert campaign.accept(more.id) == into
    assert session.get_one(Point, into).standing == 3


def test_what_was_dismissed_does_not_come_back_with_the_next_letter(session: Session, campaign: Campaign):
    a, b = campaign.say(LETTER), campaign.say(f"{OWN} {LETTER}")
    campaign.compare()
    (found,) = campaign.shown()
    campaign.dismiss(found.id)
    assert campaign.shown() == []
    for _ in range(3):
        campaign.say(LETTER)
        campaign.compare()
        assert not any({a, b} <= group for group in campaign.open())
    assert len(campaign.open()[0]) == 4


def test_comments_that_are_one_point_already_are_not_suggested(campaign: Campaign):
    campaign.say(LETTER)
    campaign.say(LETTER)
    campaign.compare()
    (found,) = campaign.shown()
    campaign.accept(found.id)
    for suggestion in campaign.session.scalars(select(Suggestion)):
        suggestion.answered_at = suggestion.accepted = None
    campaign.session.flush()
    assert campaign.shown() == []


def test_an_edited_comment_is_compared_anew_and_a_withdrawn_one_is_out(session: Session, campaign: Campaign):
    a, b = campaign.say(LETTER), campaign.say(LETTER)
    campaign.compare()
    assert campaign.open() == [{a, b}]
    said = Said(text=OTHER)
    edit(
        session,
        by=viewer_of(campaign.seats[1]),
        round_=campaign.round,
        comment_id=b,
        version=1,
        said=said,
        at=NOW,
    )
    assert campaign.open() == []
    c = campaign.say(OTHER)
    campaign.compare()
    assert campaign.open() == [{b, c}]
    withdraw(session, by=viewer_of(campaign.seats[2]), round_=campaign.round, comment_id=c, at=NOW)
    assert campaign.shown() == []


def test_a_letter_by_hundreds_keeps_few_traces(session: Session, campaign: Campaign):
    for n in range(60):
        campaign.say(f"{LETTER} We are branch {n}." if n % 2 else LETTER)
    campaign.compare()
    assert len(campaign.open()) == 1
    assert len(campaign.open()[0]) == 60
    most = max(
        (len(list(ones)) for ones in [session.scalars(select(Trace).where(col(Trace.sign) == sign)).all()
                                      for sign in session.scalars(select(col(Trace.sign)).distinct())]),
    )  # fmt: skip
    assert most <= 12
    (found,) = campaign.shown()
    assert (found.size, len(found.members), found.organisations) == (
        60,
        suggestions.SHOWN,
        len(campaign.seats),
    )


def test_the_same_change_is_suggested_across_languages(campaign: Campaign):
    change = "Employers with twenty or more workers shall set up a grievance mechanism within six months."
    a = campaign.say("Lower the threshold.", 2, proposed=change)
    b = campaign.say("Rendahkan ambang itu.", 2, proposed=change, language=Language.MALAY)
    campaign.compare()
    assert campaign.open() == [{a, b}]
    assert campaign.shown()[0].whys == ["same change"]


def test_only_the_secretariat_answers_suggestions_and_of_its_own_round(session: Session, campaign: Campaign):
    campaign.say(LETTER)
    campaign.say(LETTER)
    campaign.compare()
    (found,) = campaign.shown()
    for act in (suggestions.accept, suggestions.dismiss):
        with pytest.raises(Forbidden):
            act(session, by=campaign.drafter, round_=campaign.round, suggestion_id=found.id, at=NOW)
        with pytest.raises(NotFound):
            act(
                session,
                by=campaign.secretariat,
                round_=Campaign(session).round,
                suggestion_id=found.id,
                at=NOW,
            )
    with pytest.raises(Forbidden):
        suggestions.open_ones(session, viewer_of(campaign.seats[0]), campaign.round)
