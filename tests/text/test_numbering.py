"""Automatic numbers, counted from definitions alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.numbering import Counters, Level, ListDefinition
from app.text.numerals import FORMATS, from_roman, letters_of, roman, written

LEGAL = {
    0: Level(text="%1."),
    1: Level(text="%1.%2"),
    2: Level(text="%1.%2.%3"),
    3: Level(number_format="lowerLetter", text="(%4)"),
}


def numbers(lists: dict[str, ListDefinition], *paragraphs: tuple[str, int]) -> list[str]:
    counters = Counters(lists)
    labels = (counters.next(name, level) for name, level in paragraphs)
    return ["" if label is None else label.text or label.bullet for label in labels]


CASES: list[tuple[str, dict[str, ListDefinition], list[tuple[str, int]], list[str]]] = [
    (
        "deeper levels start again after a higher one",
        {"1": ListDefinition("a", LEGAL)},
        [("1", 0), ("1", 1), ("1", 1), ("1", 2), ("1", 3), ("1", 3), ("1", 2), ("1", 3), ("1", 0), ("1", 1)],
        ["1.", "1.1", "1.2", "1.2.1", "(a)", "(b)", "1.2.2", "(a)", "2.", "2.1"],
    ),
    (
        "lists that share a definition share its counters",
        {"1": ListDefinition("a", LEGAL), "2": ListDefinition("a", LEGAL)},
        [("1", 0), ("2", 0), ("1", 0)],
        ["1.", "2.", "3."],
    ),
    (
        "a start override counts once, and the shared counter goes on from it",
        {"1": ListDefinition("a", LEGAL), "2": ListDefinition("a", LEGAL, {0: 4})},
        [("1", 0), ("2", 0), ("2", 1), ("1", 1), ("2", 0), ("1", 0)],
        ["1.", "4.", "4.1", "4.2", "5.", "6."],
    ),
    (
        "lists with definitions of their own do not touch each other",
        {"1": ListDefinition("a", LEGAL), "2": ListDefinition("b", LEGAL)},
        [("1", 0), ("2", 0), ("1", 0), ("2", 1)],
        ["1.", "1.", "2.", "1.1"],
    ),
    (
        "a level that never restarts goes on through the chapters",
        {"1": ListDefinition("a", {0: Level(text="%1."), 1: Level(text="%2)", restart_after=0)})},
        [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1)],
        ["1.", "1)", "2)", "2.", "3)"],
    ),
    (
        "a level can restart after one particular level only",
        {"1": ListDefinition("a", {**LEGAL, 2: Level(text="%3)", restart_after=1)})},
        [("1", 0), ("1", 1), ("1", 2), ("1", 1), ("1", 2), ("1", 0), ("1", 2)],
        ["1.", "1.1", "1)", "1.2", "2)", "2.", "1)"],
    ),
    (
        "legal style shows every level in digits",
        {
            "1": ListDefinition(
                "a", {0: Level(number_format="upperRoman", text="%1."), 1: Level(text="%1.%2", legal=True)}
            )
        },
        [("1", 0), ("1", 0), ("1", 1)],
        ["I.", "II.", "2.1"],
    ),
    (
        "a level that was skipped shows where it starts",
        {"1": ListDefinition("a", LEGAL)},
        [("1", 1), ("1", 1), ("1", 0), ("1", 1)],
        ["1.1", "1.2", "1.", "1.1"],
    ),
    (
        "a list can start anywhere, with words around the number",
        {"1": ListDefinition("a", {0: Level(start=3, number_format="decimalZero", text="Artikel %1 –")})},
        [("1", 0), ("1", 0)],
        ["Artikel 03 –", "Artikel 04 –"],
    ),
    (
        "bullets are shown and not counted as numbers",
        {"1": ListDefinition("a", {0: Level(number_format="bullet", bullet="▪")})},
        [("1", 0), ("1", 0)],
        ["▪", "▪"],
    ),
    (
        "a level without a format shows only its words",
        {"1": ListDefinition("a", {0: Level(number_format="none", text="Note%1")})},
        [("1", 0)],
        ["Note"],
    ),
    ("an unknown list numbers nothing", {}, [("9", 0)], [""]),
]


@pytest.mark.parametrize(("rule", "lists", "paragraphs", "shown"), CASES, ids=[case[0] for case in CASES])
def test_numbers_are_those_a_word_processor_shows(rule, lists, paragraphs, shown):
    assert numbers(lists, *paragraphs) == shown, rule


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", ["1", "4", "27"]),
        ("decimalZero", ["01", "04", "27"]),
        ("lowerLetter", ["a", "d", "aa"]),
        ("upperLetter", ["A", "D", "AA"]),
        ("lowerRoman", ["i", "iv", "xxvii"]),
        ("upperRoman", ["I", "IV", "XXVII"]),
        ("ordinal", ["1st", "4th", "27th"]),
        ("cardinalText", ["One", "Four", "Twenty-seven"]),
        ("ordinalText", ["First", "Fourth", "Twenty-seventh"]),
        ("numberInDash", ["- 1 -", "- 4 -", "- 27 -"]),
        ("arabicAlpha", ["أ", "ث", "و"]),
        ("none", ["", "", ""]),
        ("a format nobody knows", ["1", "4", "27"]),
    ],
)
def test_each_format_writes_its_numerals(form, shown):
    assert [written(value, form) for value in (1, 4, 27)] == shown


def test_ordinals_of_the_teens_end_in_th():
    assert [written(value, "ordinal") for value in (2, 3, 11, 12, 13, 21, 112)] == [
        "2nd", "3rd", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip


@given(st.integers(1, 3999))
@settings(deadline=None, max_examples=60)
def test_roman_numerals_read_back_as_they_were_written(value):
    assert from_roman(roman(value)) == value


@given(st.integers(1, 700))
@settings(deadline=None, max_examples=60)
def test_letters_repeat_after_z(value):
    letters = letters_of(value)
    assert set(letters) == {letters[0]}
    assert (len(letters) - 1) * 26 + ord(letters[0]) - ord("a") + 1 == value


@given(st.lists(st.tuples(st.sampled_from(["1", "2"]), st.integers(0, 3)), max_size=40))
@settings(deadline=None, max_examples=60)
def test_a_level_counts_up_by_one_until_a_higher_one_comes(paragraphs):
    counters = Counters({"1": ListDefinition("a", LEGAL), "2": ListDefinition("a", LEGAL)})
    expected: dict[int, int] = {}
    for name, level in paragraphs:
        label = counters.next(name, level)
        assert label is not None
        expected[level] = expected.get(level, 0) + 1
        for deeper in range(level + 1, 4):
            expected.pop(deeper, None)
        assert label.value == expected[level]
        assert label.text.strip("().").split(".")[-1] == (
            letters_of(label.value) if level == 3 else str(label.value)
        )


@given(st.integers(-5, 5000), st.sampled_from(sorted(FORMATS)))
@settings(deadline=None, max_examples=100)
def test_no_value_and_no_format_is_beyond_writing(value, form):
    assert isinstance(written(value, form), str)
