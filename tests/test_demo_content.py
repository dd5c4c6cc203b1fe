"""The demo's content holds together, is in both languages, and puts no word in a real body's mouth."""

import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from app.comments.rules import Attribution, CommentType, Priority, Scope, StanceKind
from app.demo.content import HERE, load
from app.demo.shapes import Clause, Comment, DemoContent
from app.people.rules import SEATS, Constituency, Language, Role
from app.plans.rules import Kind

#: Bodies and officials that exist, as words that would name them. Laws, conventions and the ILO as their source may be named.
REAL = re.compile(
    r"\b(MEF|MTUC|CUEPACS|SUHAKAM|Tenaganita|FGV|Sime Darby|IOI|Felda|Top Glove|MAPO|MOHR|KESUMA|JTKSM|JTK|KDN"
    r"|Bar Council|Majlis Peguam|Migrant Care|Global Shepherds?|Liber8|PUSMA|MPOA|FMM|SOPPOA|WAO|NSI|UNHCR|IOM"
    r"|Ministry of|Kementerian (?:Sumber|Dalam)|Malaysian (?:Employers|Trades))\b"
)


@pytest.fixture(scope="module")
def content() -> DemoContent:
    return load()


def spoken(content: DemoContent) -> list[Comment]:
    return [c for c in content.comments if not c.draft]


def constituency_of(content: DemoContent) -> dict[str, Constituency | None]:
    of_body = {o.key: o.constituency for o in content.organisations}
    return {s.key: of_body[s.organisation] if s.organisation else None for s in content.seats}


def under(clause: str | None, heading: str) -> bool:
    return clause is not None and f"{clause}.".startswith(f"{heading}.")


def test_every_side_of_the_table_has_at_least_seven_bodies_and_observers_three(content: DemoContent) -> None:
    bodies = Counter(o.constituency for o in content.organisations)
    assert all(bodies[side] >= 7 for side in SEATS)
    assert bodies[Constituency.OBSERVER] in {3, 4}


def test_fifty_people_hold_seats_in_every_role_and_both_languages(content: DemoContent) -> None:
    assert len(content.seats) == 50
    assert {s.role for s in content.seats} == set(Role)
    assert {s.language for s in content.seats} == set(Language)
    assert {o.key for o in content.organisations} == {s.organisation for s in content.seats} - {None}


def test_no_mail_can_reach_a_real_address(content: DemoContent) -> None:
    assert all(re.fullmatch(r"[a-z.]+@[a-z-]+\.example", s.email) for s in content.seats)


def test_every_body_says_by_its_name_that_it_is_invented(content: DemoContent) -> None:
    assert all(re.search(r"\b(Contoh|Example)\b", o.name) for o in content.organisations)


def test_no_real_body_is_named_anywhere() -> None:
    for file in sorted(HERE.glob("*.json")):
        found = REAL.search(file.read_text(encoding="utf-8"))
        assert found is None, f"{file.name}: {found}"


def test_the_plan_has_its_clauses_in_both_languages(content: DemoContent) -> None:
    kinds = Counter(c.kind for c in content.draft1.clauses)
    assert len(content.draft1.clauses) >= 120
    assert kinds[Kind.GOAL] == 4
    assert kinds[Kind.OUTCOME] >= 10
    assert kinds[Kind.ACTIVITY] >= 30
    assert kinds[Kind.INDICATOR] >= 10
    for clause in (*content.draft0.clauses, *content.draft1.clauses):
        assert clause.text.strip(), clause.key
        assert clause.text_ms.strip(), clause.key
        assert clause.text != clause.text_ms, clause.key
        assert all(words.en and words.ms for words in clause.fields.values()), clause.key


def test_a_clause_stands_one_level_under_its_parent(content: DemoContent) -> None:
    for draft in (content.draft0, content.draft1):
        level = {c.key: c.level for c in draft.clauses}
        assert all(c.level == (level[c.parent] + 1 if c.parent else 1) for c in draft.clauses)


def test_numbers_of_paragraphs_are_unique_and_follow_their_section(content: DemoContent) -> None:
    for draft in (content.draft0, content.draft1):
        by_key = {c.key: c for c in draft.clauses}
        numbered = [c.number for c in draft.clauses if c.kind is Kind.PARAGRAPH and c.number]
        assert len(numbered) == len(set(numbered))
        for clause in draft.clauses:
            if clause.kind is Kind.PARAGRAPH and clause.number and clause.parent:
                assert clause.number.startswith(f"{by_key[clause.parent].number}.")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.ACTIVITY, {"timeline", "lead agency", "supporting agencies"}),
        (Kind.INDICATOR, {"means of verification", "who monitors", "frequency", "baseline", "target"}),
    ],
)
def test_rows_of_the_annexes_of_draft_1_are_complete(
    content: DemoContent, kind: Kind, fields: set[str]
) -> None:
    assert all(set(c.fields) == fields for c in content.draft1.clauses if c.kind is kind)


def test_every_activity_of_draft_1_has_exactly_one_lead_which_is_a_body_of_the_demo(
    content: DemoContent,
) -> None:
    government = {o.name for o in content.organisations if o.constituency is Constituency.GOVERNMENT}
    leads = {c.fields["lead agency"].en for c in content.draft1.clauses if c.kind is Kind.ACTIVITY}
    assert leads <= government


def test_the_zero_draft_is_shorter_and_its_wording_earlier(content: DemoContent) -> None:
    later = {c.key: c.text for c in content.draft1.clauses}
    assert len(content.draft0.clauses) < len(content.draft1.clauses) * 2 / 3
    assert sum(later.get(c.key) != c.text for c in content.draft0.clauses) >= 20


def test_both_rounds_have_their_comments(content: DemoContent) -> None:
    made = Counter(c.round for c in content.comments)
    assert 60 <= made[1] <= 90
    assert 170 <= made[2] <= 230


def test_every_kind_priority_scope_and_attribution_occurs(content: DemoContent) -> None:
    for n in (1, 2):
        of_round = [c for c in spoken(content) if c.round == n]
        assert {c.priority for c in of_round} == set(Priority)
        assert {c.attribution for c in of_round} == set(Attribution)
    assert {c.scope for c in spoken(content)} == set(Scope)
    assert {c.type for c in spoken(content)} == set(CommentType)


def test_about_a_third_is_in_malay_and_many_propose_wording(content: DemoContent) -> None:
    comments = content.comments
    assert 0.3 < sum(c.language is Language.MALAY for c in comments) / len(comments) < 0.5
    assert sum(c.proposed is not None for c in comments) / len(comments) > 0.4


def test_three_are_withdrawn_several_late_and_some_not_sent(content: DemoContent) -> None:
    assert sum(c.withdrawn for c in content.comments) == 3
    assert sum(c.late for c in content.comments) >= 3
    assert sum(c.draft for c in content.comments) >= 3
    assert all(c.round == 1 for c in content.comments if c.late)


def test_comments_are_made_in_their_round_and_only_late_ones_after_it(content: DemoContent) -> None:
    rounds = {r.key: r for r in content.rounds}
    for comment in content.comments:
        round_ = rounds[comment.round]
        assert round_.opens < comment.at, comment.key
        assert (comment.at > round_.closes) is comment.late, comment.key
        assert comment.at < min(0, round_.published or 0), comment.key


def test_no_two_comments_are_the_same(content: DemoContent) -> None:
    texts = Counter(re.sub(r"\W+", " ", c.text.lower()).strip() for c in content.comments)
    assert [text for text, n in texts.items() if n > 1] == []


def test_a_proposal_is_the_whole_text_of_its_clause(content: DemoContent) -> None:
    for comment in content.comments:
        if not comment.proposed or comment.clause is None or comment.field:
            continue
        clause: Clause = next(c for c in content.draft(comment.round).clauses if c.key == comment.clause)
        assert comment.proposed[-1] in ".;:" or clause.text[-1] not in ".;:", comment.key
        assert "->" not in comment.proposed, comment.key


def test_stances_are_taken_by_every_side_and_by_some_against_others(content: DemoContent) -> None:
    of_seat = constituency_of(content)
    assert len(content.stances) >= 120
    assert {of_seat[s.seat] for s in content.stances} >= set(SEATS)
    assert sum(s.kind is StanceKind.OBJECT for s in content.stances) >= 25
    rounds = {r.key: r for r in content.rounds}
    of_comment = {c.key: c.round for c in content.comments}
    for stance in content.stances:
        assert stance.at < min(0, rounds[of_comment[stance.comment]].closes), stance


def test_words_are_contested_by_rival_proposals(content: DemoContent) -> None:
    of_seat = constituency_of(content)
    rivals: dict[tuple[str, str], set[Constituency | None]] = {}
    for c in spoken(content):
        if c.clause and c.exact and c.round == 2:
            rivals.setdefault((c.clause, c.exact), set()).add(of_seat[c.seat])
    assert sum(len(sides) > 1 for sides in rivals.values()) >= 5


def test_every_body_that_is_counted_answers_clauses(content: DemoContent) -> None:
    answering = {a.organisation for a in content.answers}
    counted = {o.key for o in content.organisations if o.constituency is not Constituency.OBSERVER}
    assert answering == counted
    assert sum(len(a.as_drafted) + len(a.nothing) for a in content.answers) >= 180


def test_who_is_silent_on_purpose_has_said_nothing(content: DemoContent) -> None:
    of_seat = constituency_of(content)
    clause_of = {c.key: c.clause for c in content.comments if c.round == 2}
    assert len(content.silences) >= 2
    for silence in content.silences:
        heard = [(c.seat, c.clause) for c in content.comments if c.round == silence.round]
        heard += [(s.seat, clause_of[s.comment]) for s in content.stances if s.comment in clause_of]
        heard += [(a.seat, k) for a in content.answers for k in (*a.as_drafted, *a.nothing)]
        assert not [h for h in heard if under(h[1], silence.clause) and of_seat[h[0]] is silence.constituency]
        assert any(under(clause, silence.clause) for _, clause in heard), "others have spoken there"


def test_today_is_inside_round_2_with_six_days_left(content: DemoContent) -> None:
    first, second = content.rounds
    assert first.opens < first.closes < (first.published or 0) < second.opens < 0
    assert second.published is None
    assert int(second.closes) == 6


def test_the_roadmap_runs_about_five_months_in_order(content: DemoContent) -> None:
    milestones = content.milestones
    assert 140 <= milestones[-1].ends - milestones[0].starts <= 170
    assert all(m.starts <= m.ends for m in milestones)
    assert all(a.ends < b.starts for a, b in pairwise(milestones))
    assert all((m.done is not None) is (m.ends < 0) for m in milestones)
    for milestone in milestones:
        for round_ in content.rounds:
            if round_.key == milestone.round:
                assert (milestone.starts, milestone.ends) == (round_.opens // 1, round_.closes // 1)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "says"),
    [
        ("comments_round1.json", '"seat": "c1a"', '"seat": "nobody"', "is not there or speaks for nobody"),
        ("comments_round2.json", '"clause": "t.e5"', '"clause": "t.e99"', "is not in that draft"),
        ("comments_round2.json", '"exact": "excessive overtime"', '"exact": "no such words"', "do not stand"),
        ("people.json", '"key": "g2"', '"key": "g1"', "is there twice"),
        ("stances.json", '"comment": "r2-', '"comment": "r9-', "leads nowhere"),
    ],
)
def test_content_that_does_not_hold_together_is_refused(
    tmp_path: Path, file: str, right: str, wrong: str, says: str
) -> None:
    for source in HERE.glob("*.json"):
        shutil.copy(source, tmp_path)
    whole = (tmp_path / file).read_text(encoding="utf-8")
    assert right in whole
    (tmp_path / file).write_text(whole.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        load(tmp_path)
