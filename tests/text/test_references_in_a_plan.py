"""References of every kind against the plan they were written on: certain and right, or a question."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.docx.draft import read_draft
from app.text.dates_undone import readings_of
from app.text.references import References, references

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared files are not here")
DRAFTS = ["napfl/napfl.docx", "uspki/policy_draft_2017-09.docx"]


@cache
def read(name: str) -> tuple[References, dict[str, str], list[tuple[str, str]]]:
    """The draft to refer to, the labels by permanent id, and what may be cited: id and label."""
    clauses = read_draft((SHARED / name).read_bytes()).clauses
    cited = [(one.wid, one.label) for one in clauses if one.kind not in {"toc", "header"}]
    return references(clauses), {one.wid: one.label for one in clauses}, cited


def means(written: str) -> list[str]:
    places, label, _ = read(DRAFTS[0])
    return [label[wid] for wid in places.refer(written).clauses]


def asks(written: str) -> list[str]:
    places, label, _ = read(DRAFTS[0])
    found = places.refer(written)
    assert found.clauses == ()
    assert not found.is_general
    return [label[wid] for wid in found.candidates]


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        ("Outcome 1.3, second activity", "Activity 1.3.2"),
        ("LAMPIRAN 1: HASIL 2.4: AKTIVITI KEDUA", "Activity 2.4.2"),
        ("Lampiran 1, Matlamat 2, Hasil 2.4, Aktiviti (b)", "Activity 2.4.2"),
        ("Hasil 1.2 (Aktiviti 4)", "Activity 1.2.4"),
        ("last activity under Outcome 1.1", "Activity 1.1.5"),
        ("Annex 1 / 1.3, activity 4", "Activity 1.3.4"),
        ("Annex 1 / 1.3 / b", "Activity 1.3.2"),
        ("Annex 1, SG2", "Goal 2"),
        ("Annex 1, 1.3 and 2.1", "Outcome 1.3|Outcome 2.1"),
        ("Annex 2, SG2, first indicator", "Indicator SG2.1"),
        ("Indikator pertama SG2, Lampiran 2", "Indicator SG2.1"),
        ("Lampiran 2, petunjuk kedua bagi SG4", "Indicator SG4.2"),
        ("Lampiran 1, baris 1.3", "Outcome 1.3"),
        ("Perkara 4.2", "4.2"),
        ("perenggan 2.3", "2.3"),
        ("Fasal 3.1.4 dan 3.1.5", "3.1.4|3.1.5"),
        ("paras 2.1-2.3", "2.1|2.2|2.3"),
        ("perenggan 1.1.3 hingga 1.1.5", "1.1.3|1.1.4|1.1.5"),
        ("sections 4.1, 4.2 and 5", "4.1|4.2|5"),
        ("Chapter 2, 2.3", "2.3"),
        ("1.1.3", "1.1.3"),
        ("1. 3. 3", "1.3.3"),
        ("１.１.３", "1.1.3"),
        ("3.1.9 (b) & (d)", "3.1.9 (b)|3.1.9 (d)"),
        ("3.1.9 (a) to (c)", "3.1.9 (a)|3.1.9 (b)|3.1.9 (c)"),
        ("sub-para (b) of 3.1.9", "3.1.9 (b)"),
        ("1.3.3a", "1.3.3 (a)"),
        ("1.1 para 3", "1.1.3"),
        ("1.1.3 (see also 3.1.2)", "1.1.3"),
        ("para. 3.1.4 line 3", "3.1.4"),
        ("1.4.4, ayat kedua", "1.4.4"),
        ("Section 1.1, Outcome 2.5", "1.1|Outcome 2.5"),
        ("1.1.3; Outcome 1.3, activity 2", "1.1.3|Activity 1.3.2"),
        ("1.2.3, Table 1", "Table 1"),
        ("Rajah 2", "Figure 2"),
        ("Table 1, row Others", "Table 1 row 3"),
        ("Glosari, Forced labour", "Glossary row 3"),
        ("Acronyms: MSPO", "Acronyms and Abbreviation row 10"),
        ("Prakata, perenggan 2", "Foreword from the Secretary General of Ministry of Human… ¶2"),
        ("Monitoring and Evaluation", "5"),
        ("General - Chapter 3", "3"),
        ("Chapter IV", "4"),
        ("Bab dua", "2"),
    ],
)
def test_what_can_be_read_one_way_is_certain(written, labels):
    assert means(written) == labels.split("|")


@pytest.mark.parametrize(
    "number", ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "4.1", "4.2"]
)
def test_a_number_that_stands_twice_is_a_question_unless_a_word_decides(number):
    assert asks(number) == [number, f"Outcome {number}"]
    for word in ("Section", "Clause", "Seksyen", "Perkara", "Fasal", "perenggan"):
        assert means(f"{word} {number}") == [number]
    for word in ("Outcome", "Hasil", "Annex 1,", "Lampiran 1 /", "row", "Annex 1 row"):
        assert means(f"{word} {number}") == [f"Outcome {number}"]


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("1.10", ["1", "1.4", "Goal 1"]),
        ("1.1.15", ["1.1", "1.1.14", "Outcome 1.1"]),
        ("Section 3.3", ["3", "3.2"]),
        ("Annex 1, Outcome 2.6, activity 9", ["Outcome 2.6"]),
        ("Strategic Goal 2", ["4.4.2 (b)", "Goal 2", "Goal SG2"]),
        ("1.3 (b)", ["1.3.3 (b)", "Activity 1.3.2"]),
        ("1.2 Background", ["1.1", "1.2", "Outcome 1.2"]),
        ("Outcomes 2.1 and 2.2, activity 1", ["Outcome 2.1", "Activity 2.2.1"]),
        ("2-Jan", ["1.2", "2.1", "Outcome 1.2", "Outcome 2.1"]),
        ("3.1.9 (z)", ["3.1.9"]),
        ("Forced labour", ["Glossary row 3"]),
        ("4,2", ["2", "4", "4.2", "Goal 2", "Goal 4", "Outcome 4.2"]),
        ("p. 12 para 3", []),
        ("throughout", []),
    ],
)
def test_what_can_be_read_two_ways_or_not_at_all_is_a_question(written, candidates):
    assert sorted(asks(written)) == sorted(candidates)


@pytest.mark.parametrize(
    ("date", "numbers"),
    [
        ("2-jan", ["2.1", "1.2"]),
        ("01-feb", ["1.2", "2.1"]),
        ("3 mac 2003", ["3.3.3"]),
        ("2026-02-01 00:00:00", ["1.2", "2.1", "1.2.26", "2.1.26", "2.26"]),
        ("1.2.3", []),
        ("31 chapters", []),
    ],
)
def test_a_date_may_have_been_these_numbers(date, numbers):
    assert readings_of(date) == numbers


@pytest.mark.parametrize("name", DRAFTS)
def test_the_label_of_a_clause_never_means_another(name):
    places, _, cited = read(name)
    right = 0
    for wid, label in cited:
        found = places.refer(label)
        assert found.clauses in {(), (wid,)}, label
        right += found.clauses == (wid,)
    assert right >= 0.9 * len(cited)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                "1.1",
                "1.1.3",
                "2",
                "4.2",
                "(a)",
                "b",
                "and",
                ",",
                ";",
                "-",
                "/",
                "to",
                "of",
                "Annex",
                "Lampiran",
                "1",
                "Outcome",
                "Hasil",
                "activity",
                "second",
                "Section",
                "para",
                "p.",
                "12",
                "Table",
                "Goal",
                "SG2",
                "Glossary",
                "general",
                "ditto",
                "ke-2",
                "#",
                "1.10",
                "\n",
                "2-Jan",
            ]
        ),
        max_size=9,
    ).map(" ".join)
    | st.text(max_size=40)
)
def test_any_words_are_answered_with_clauses_of_the_draft(written):
    places, label, _ = read(DRAFTS[0])
    found = places.refer(written)
    assert {*found.clauses, *found.candidates} <= set(label)
    assert not (found.clauses and found.candidates)
    assert not (found.is_general and found.clauses)
    assert len(set(found.clauses)) == len(found.clauses)
