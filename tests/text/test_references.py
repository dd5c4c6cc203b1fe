"""References are read as people write them; what can be read two ways is left to a person."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.places import Placed
from app.text.references import References, refer_json


def plan():
    """Make a small plan in which, as in real ones, numbers stand twice."""
    clauses = [Placed("c-toc", "Contents 1", "", "toc", "tocitem_1", "1. Introduction", None)]

    def add(key, label, number, kind, eid, text, parent=None):
        clauses.append(Placed(key, label, number, kind, eid, text, parent))

    add("fwd", "Foreword", "", "heading", "hcontainer_1", "Foreword from the Secretary General")
    add("glo", "Glossary", "", "heading", "hcontainer_2", "Glossary")
    for chapter, name in (("1", "Introduction"), ("2", "Institutional Framework")):
        add(f"c{chapter}", chapter, f"{chapter}.", "heading", f"chp_{chapter}", name)
    for section, name in (("1", "Background"), ("2", "Situation Analysis"), ("3", "National Response")):
        add(f"s1.{section}", f"1.{section}", f"1.{section}", "heading", f"chp_1__sec_{section}", name, "c1")
        for para in range(1, 6):
            number = f"1.{section}.{para}"
            add(
                f"p{number}",
                number,
                number,
                "para",
                f"chp_1__sec_{section}__para_{para}",
                "Words.",
                f"s1.{section}",
            )
    for letter in "abcd":
        add(f"p1.2.4{letter}", f"1.2.4 ({letter})", f"({letter})", "item", "x", "words", "p1.2.4")
    for para in range(1, 4):
        add(f"p2.{para}", f"2.{para}", f"2.{para}", "para", f"chp_2__para_{para}", "Words.", "c2")
    for annex in ("1", "2"):
        add(f"a{annex}", f"Annex {annex}", f"Annex {annex}:", "heading", f"annex_{annex}", f"Matrix {annex}")
    for goal in ("1", "2"):
        add(f"g{goal}", f"Goal {goal}", goal, "goal", f"annex_1__goal_{goal}", "By then.", "a1")
        for n in range(1, 4):
            outcome = f"{goal}.{n}"
            add(
                f"o{outcome}",
                f"Outcome {outcome}",
                f"{outcome}.",
                "outcome",
                f"annex_1__o{outcome}",
                "It is.",
                f"g{goal}",
            )
            for m in range(1, 4):
                add(
                    f"t{outcome}.{m}",
                    f"Activity {outcome}.{m}",
                    "",
                    "activity",
                    "annex_1__a",
                    "Do.",
                    f"o{outcome}",
                )
    add("sg2", "Goal SG2", "", "goal", "annex_2__goal_2", "SG2: better law.", "a2")
    add("i2.1", "Indicator SG2.1", "", "indicator", "annex_2__goal_2__indicator_1", "Number of cases.", "sg2")
    add("tab", "Table 1", "Table 1:", "caption", "chp_1__table_1", "Complaints", "s1.2")
    return References(clauses)


PLAN = plan()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.1.3", ["p1.1.3"]),
        ("para. 1.1.3 (p. 10)", ["p1.1.3"]),
        ("§ 1.1.3", ["p1.1.3"]),
        ("Section 1.2", ["s1.2"]),
        ("Seksyen 1.3", ["s1.3"]),
        ("Perkara 2.3", ["p2.3"]),
        ("Outcome 2.3", ["o2.3"]),
        ("Hasil 2.3", ["o2.3"]),
        ("Annex 1 / 1.3", ["o1.3"]),
        ("Lampiran 1, Hasil 2.2", ["o2.2"]),
        ("row 1.3", ["o1.3"]),
        ("Activity 1.1.3", ["t1.1.3"]),
        ("aktiviti 1.1.3", ["t1.1.3"]),
        ("Annex 1, 1.1.3", ["t1.1.3"]),
        ("Annex 1 / 1.3 / b", ["t1.3.2"]),
        ("Outcome 1.3, activity 2", ["t1.3.2"]),
        ("Activity 2 of Outcome 1.3", ["t1.3.2"]),
        ("second activity of outcome 1.3", ["t1.3.2"]),
        ("Annex 1, Goal 2", ["g2"]),
        ("Annex 2, SG2", ["sg2"]),
        ("Indicator SG2.1", ["i2.1"]),
        ("Annex 2", ["a2"]),
        ("Annex I", ["a1"]),
        ("Chapter 2", ["c2"]),
        ("Bab Dua", ["c2"]),
        ("2.0", ["c2"]),
        ("Chapter 2, 2.3", ["p2.3"]),
        ("Section 1.1 para 3", ["p1.1.3"]),
        ("perenggan 3 seksyen 1.1", ["p1.1.3"]),
        ("1.2 Situation Analysis", ["s1.2"]),
        ("1.2.4 (b)", ["p1.2.4b"]),
        ("1.2.4.b", ["p1.2.4b"]),
        ("1.2.4 (a) dan (c)", ["p1.2.4a", "p1.2.4c"]),
        ("1.2.4 (a)-(c)", ["p1.2.4a", "p1.2.4b", "p1.2.4c"]),
        ("1.1.2 & 1.1.4", ["p1.1.2", "p1.1.4"]),
        ("1.1.2 hingga 1.1.4", ["p1.1.2", "p1.1.3", "p1.1.4"]),
        ("Sections 1.1 and 1.2", ["s1.1", "s1.2"]),
        ("Chapters 1 and 2", ["c1", "c2"]),
        ("Table 1", ["tab"]),
        ("Jadual 1", ["tab"]),
        ("Glosari", ["glo"]),
        ("Foreword", ["fwd"]),
        ("background", ["s1.1"]),
    ],
)
def test_a_reference_means_these_clauses(written, expected):
    referred = PLAN.refer(written)
    assert list(referred.clauses) == expected
    assert not referred.candidates


@pytest.mark.parametrize(
    ("written", "candidate", "because"),
    [
        ("1.3", "o1.3", "a section and an outcome"),
        ("2.3", "p2.3", "a paragraph and an outcome"),
        ("Goal 2", "sg2", "a goal in two annexes"),
        ("1.2 Background", "s1.2", "the number says one place, the words another"),
        ("1.10", "s1.3", "1.10 is not 1.1"),
        ("1.1.99", "p1.1.5", "there is no such paragraph"),
        ("2.1.3", "t2.1.3", "activities carry no printed number"),
        ("Activity 1.9.1", "o1.3", "there is no such outcome"),
        ("Chapter 1, 2.3", "p2.3", "another chapter's number"),
        ("1.1.3 and 9.9.9", "p1.1.3", "one of the two is not there"),
        ("1.2.4 (x)", "p1.2.4", "there is no such item"),
    ],
)
def test_what_is_not_certain_is_asked_with_its_candidates(written, candidate, because):
    referred = PLAN.refer(written)
    assert referred.clauses == (), because
    assert candidate in referred.candidates, because


@pytest.mark.parametrize(
    "written", ["General", "Umum", "General comments", "Ulasan umum", "whole document", "Overall"]
)
def test_a_general_reference_is_general(written):
    assert PLAN.refer(written).is_general


@pytest.mark.parametrize("written", ["", "n/a", "-", "page 12", "Tiada"])
def test_no_reference_means_nothing(written):
    assert PLAN.refer(written) == PLAN.refer("")


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                "1.1.3",
                "1.3",
                "2",
                "(b)",
                "b",
                "-",
                "and",
                ",",
                "/",
                "Annex 1",
                "Outcome",
                "Activity",
                "para",
                "Bab",
            ]
        )
    ).map(" ".join)
    | st.text(max_size=30)
)
def test_any_words_are_answered_with_clauses_of_the_draft_or_with_a_question(written):
    referred = PLAN.refer(written)
    assert not (referred.clauses and referred.candidates)
    assert not (referred.is_general and referred.clauses)
    assert len(set(referred.clauses)) == len(referred.clauses)


def test_the_command_answers_with_permanent_ids():
    clauses: list[dict[str, object]] = [
        {
            "wid": "w1",
            "eid": "chp_1",
            "label": "1",
            "number": "1.",
            "kind": "heading",
            "text": "Introduction",
            "parent": None,
        },
        {
            "wid": "w2",
            "eid": "chp_1__para_1",
            "label": "1.1",
            "number": "1.1",
            "kind": "para",
            "text": "A.",
            "parent": "w1",
        },
    ]
    assert refer_json(clauses, "1.1") == {"clauses": ["w2"]}
    assert refer_json(clauses, "Umum") == {"general": True}
    assert refer_json(clauses, "1.2") == {"clauses": [], "candidates": ["w1", "w2"]}
