"""The redline shows what changed and loses nothing."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.redline import Run, redline, verb
from app.text.tokens import sentences, tokens

WORDING = st.one_of(
    st.lists(
        st.sampled_from(["labour ", "forced ", "the ", "of ", ", ", ". ", "\n\n", "(a) ", "buruh-paksa "])
    ).map("".join),
    st.text(max_size=60),
)


@settings(deadline=None, max_examples=150)
@given(WORDING, WORDING)
def test_the_kept_and_struck_words_are_the_text_before_and_the_kept_and_new_ones_the_text_after(
    before, after
):
    runs = redline(before, after)
    assert "".join(run.text for run in runs if run.kind != "insert") == before
    assert "".join(run.text for run in runs if run.kind != "delete") == after
    assert all(run.text for run in runs)
    assert all(one.kind != other.kind for one, other in pairwise(runs))


@settings(deadline=None, max_examples=100)
@given(WORDING, WORDING)
def test_a_verb_is_named_exactly_when_words_or_signs_differ(before, after):
    assert (verb(before, after) is None) == (before.split() == after.split())


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80))
def test_cutting_a_text_loses_nothing(text):
    assert "".join(token.text for token in tokens(text)) == text
    assert all(text[token.start : token.end] == token.text for token in tokens(text))
    assert "".join(sentences(text)) == text


def shown(runs: list[Run]) -> str:
    marks = {"equal": "{}", "insert": "[+{}]", "delete": "[-{}]"}
    return "".join(marks[run.kind].format(run.text) for run in runs)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("within a year", "within two years", "within [-a year][+two years]"),
        (
            "employers, workers and others",
            "firms, unions and others",
            "[-employers, workers][+firms, unions] and others",
        ),
        ("the ministry acts", "the ministry never acts", "the ministry [+never ]acts"),
        ("a report.", "a report in Malay.", "a report[+ in Malay]."),
        ("a, b", "a and c, d and b", "a[+ and c], [+d and ]b"),
        ("2021-2025", "2021-2026", "2021-[-2025][+2026]"),
        ("the worker's pay", "the workers’ pay", "the [-worker's][+workers’] pay"),
        (
            "It is hoped that this document will guide and bring",
            "This document is meant to guide and bring",
            "[-It is hoped that this document will][+This document is meant to] guide and bring",
        ),
        ("", "all new", "[+all new]"),
        ("all gone", "", "[-all gone]"),
        ("same", "same", "same"),
    ],
)
def test_a_redline_reads_like_one_made_by_hand(before, after, expected):
    assert shown(redline(before, after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected", "because"),
    [
        ("Conduct training.", "", "DELETE", "nothing is left"),
        ("Conduct yearly training.", "Conduct training.", "DELETE", "words only went"),
        ("Conduct training.", "Conduct yearly training.", "INSERT", "words came inside"),
        ("Conduct training.", "Conduct training. Publish it.", "ADD", "a sentence came after the end"),
        ("Conduct training", "Conduct training, yearly", "ADD", "words came after the end"),
        ("train", "trainers", "REPLACE", "another word, not one more"),
        ("", "Conduct training.", "ADD", "there was nothing"),
        ("Conduct training.", "Conduct inspection.", "REPLACE", "one word for another"),
        (
            "One thing. Another thing. The last.",
            "Another thing. One thing. The last.",
            "MOVE",
            "a sentence moved",
        ),
        (
            "workers, employers and others",
            "employers, workers and others",
            "MOVE",
            "two words changed places",
        ),
        ("workers pay the employers", "employers pay the workers", "REPLACE", "two things changed at once"),
        ("Conduct  training.", "Conduct training. ", None, "only spaces differ"),
        ("Conduct training.", "Conduct training.", None, "nothing differs"),
        ("The Ministry", "The ministry", "REPLACE", "a capital is a change of wording"),
    ],
)
def test_a_change_has_the_verb_a_drafting_committee_gives_it(before, after, expected, because):
    assert verb(before, after) == expected, because


def test_ten_thousand_words_are_compared_without_loss():
    before = " ".join(f"word{n % 977}" for n in range(10_000))
    after = " ".join(f"word{n % 977}" if n % 7 else "other" for n in range(10_000))
    runs = redline(before, after)
    assert "".join(run.text for run in runs if run.kind != "insert") == before


def test_a_very_long_text_is_compared_by_sentences_first_and_still_loses_nothing():
    before = "".join(f"Sentence {n} of the plan stands here. " for n in range(8_000))
    after = before.replace("Sentence 4000 of", "Sentence 4000, changed, of")
    assert shown(redline(before, after)).count("[") == 1
