"""The next draft's text: what goes, what comes, what hangs where, and how it is numbered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.drafting.next_text import Base, Result, next_text
from app.plans.rules import Kind

H, P, I = Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM  # noqa: E741 (read as a column below)

#: kind, number, text, place of the parent, place of the last clause below.
PLAN = [
    (H, "1.", "Background", None, 5),
    (P, "1.1", "Forced labour is hidden.", 0, 3),
    (I, "(a)", "in homes;", 1, 2),
    (I, "(b)", "at sea.", 1, 3),
    (P, "1.2", "The Ministry reports every year.", 0, 4),
    (P, "1.3", "Results are published. They are free.", 0, 5),
    (H, "2.", "Governance", None, 9),
    (P, "2.1", "The Committee meets.", 6, 7),
    (P, "", "A line without a number.", 6, 8),
    (P, "2.2", "It has a secretariat.", 6, 9),
]


def base(rows=PLAN):
    return [
        Base(n, f"w{n}", kind, 1 if kind is H else 0, number, text, f"ms {text}", {}, {}, parent, until)
        for n, (kind, number, text, parent, until) in enumerate(rows)
    ]


def told(results, rows=PLAN):
    made = next_text(base(rows), {(n, ""): Result(text) for n, text in results.items()})
    return [(one.number, one.text, one.parent) for one in made.clauses]


def same(*places):
    return [PLAN[n][1:3] for n in places]


@pytest.mark.parametrize(
    ("results", "expected", "because"),
    [
        ({}, same(*range(10)), "nothing was decided"),
        (
            {4: None},
            [*same(0, 1, 2, 3), ("1.2", PLAN[5][2]), *same(6, 7, 8, 9)],
            "a clause goes and the next takes its number",
        ),
        (
            {2: None},
            [*same(0, 1), ("(a)", "at sea."), *same(4, 5, 6, 7, 8, 9)],
            "letters count on too",
        ),
        (
            {0: None},
            [*same(1, 2, 3, 4, 5), ("1.", "Governance"), ("1.1", PLAN[7][2]), PLAN[8][1:3], ("1.2", PLAN[9][2])],
            "numbers that begin with a heading's follow it",
        ),
        (
            {1: "Forced labour is hidden.\n\nIt has two places."},
            [*same(0, 1, 2, 3), ("1.2", "It has two places."), ("1.3", PLAN[4][2]), ("1.4", PLAN[5][2]), *same(6, 7, 8, 9)],
            "a further clause comes behind all below, and counts",
        ),
        (
            {6: "Governance\n\nThis chapter says who decides."},
            [*same(0, 1, 2, 3, 4, 5, 6), ("", "This chapter says who decides."), *same(7, 8, 9)],
            "behind a heading it is a paragraph right there",
        ),
        (
            {8: "A line without a number.\n\nAnd another."},
            [*same(*range(9)), ("", "And another."), PLAN[9][1:3]],
            "beside what is not counted, nothing is",
        ),
    ],
)  # fmt: skip
def test_the_next_text_reads_so(results, expected, because):
    assert [one[:2] for one in told(results)] == [tuple(one) for one in expected], because


def test_what_stood_below_a_clause_that_goes_stands_under_its_parent():
    assert [parent for _, _, parent in told({1: None})][1:3] == [0, 0]


def test_a_part_of_the_old_words_is_declared_a_part_and_other_words_are_new():
    made = next_text(
        base(), {(5, ""): Result("Results are published.\n\nThey are free.\n\nA hotline is opened.")}
    )
    assert [(one.own, one.part) for one in made.clauses if one.base == 5] == [
        (True, True),
        (False, True),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("malay", "expected", "lost"),
    [("", "", True), ("Baharu.", "Baharu.", False), ("ms The Committee meets.", "", True)],
)
def test_malay_that_says_what_the_english_no_longer_says_is_left_out(malay, expected, lost):
    made = next_text(base(), {(7, ""): Result("The Committee meets twice.", malay)})
    one = next(one for one in made.clauses if one.base == 7)
    assert (one.text_ms, one.lost_malay) == (expected, lost)


def test_a_field_changes_and_its_column_stays():
    entry = Base(
        0, "w", Kind.ACTIVITY, 0, "", "Train.", "", {"Timeline": "2024", "Lead": "MOHR"}, {}, None, 0
    )
    made = next_text([entry], {(0, "Timeline"): Result("2025"), (0, "Lead"): Result(None)}).clauses[0]
    assert made.fields == {"Timeline": "2025", "Lead": ""}
    assert made.changed


RESULTS = st.dictionaries(
    st.integers(0, 9),
    st.sampled_from([None, "Other words.", "One.\n\nTwo.", "Results are published.\n\n\nFree."]),
)


@settings(max_examples=200, deadline=None)
@given(RESULTS)
def test_every_clause_is_kept_once_or_gone_and_no_parent_comes_after_its_child(results):
    made = next_text(base(), {(n, ""): Result(text) for n, text in results.items()})
    own = [one.base for one in made.clauses if one.own]
    assert sorted(own + made.gone) == list(range(10))
    assert own == sorted(own)
    for n, one in enumerate(made.clauses):
        assert one.parent is None or one.parent < n
        assert one.text == PLAN[one.base][2] or one.changed
