"""Each changed run of a result is somebody's or nobody's, and each proposal knows what became of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.backing import Became, became, runs

BASE = (
    "Employers with fifty or more workers shall set up a workplace grievance mechanism within twelve months "
    "of the adoption of this Plan."
)


def edited(*pairs):
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


ASKED = {
    "twenty": edited(("fifty", "twenty")),
    "average": edited(("workers", "workers, counted as a yearly average,")),
    "eighteen": edited(("twelve", "eighteen")),
    "free": edited(("Plan.", "Plan. It is free of charge. It is quick.")),
    "shorter": edited((" workplace", "")),
    "states": edited(("Plan.", "Plan, in all states.")),
}


def told(result):
    return [(BASE[run.start : run.end], run.text, run.ids) for run in runs(BASE, result, ASKED)]


@pytest.mark.parametrize(
    ("result", "expected", "because"),
    [
        (BASE, [], "nothing changed"),
        (ASKED["twenty"], [("fifty", "twenty", ("twenty",))], "just what one asks"),
        (
            edited(("fifty", "twenty"), (" workplace", "")),
            [("fifty", "twenty", ("twenty",)), ("workplace", "", ("shorter",))],
            "words that come, and words that go",
        ),
        (edited(("twelve", "nine")), [("twelve", "nine", ())], "words nobody asked for"),
        (
            edited(("workers", "workers, counted as a careful yearly average,")),
            [
                ("", ", counted as a", ("average",)),
                ("", "careful", ()),
                ("", "yearly average,", ("average",)),
            ],
            "one word of one's own among a proposal's",
        ),
        (
            edited((" workplace grievance", "")),
            [("workplace", "", ("shorter",)), ("grievance", "", ())],
            "more goes than was asked",
        ),
        (
            edited(("this Plan.", "this plan. It is free of charge.")),
            [("Plan", "plan.", ()), ("", "It is free of charge", ("free",))],
            "a sentence beside a word that was changed by hand",
        ),
        (
            edited(("Plan.", "Plan, in all states. It is free of charge. It is quick.")),
            [("", ", in all states.", ("states",)), ("", "It is free of charge. It is quick", ("free",))],
            "the sign between the words of two is nobody's own",
        ),
        (edited((" workers", "; workers")), [("", ";", ())], "a sign alone is, where nobody asked for it"),
    ],
)
def test_runs_are_told_like_this(result, expected, because):
    assert told(result) == expected, because


def test_own_words_say_which_proposals_touch_the_same_place():
    (run,) = runs(BASE, edited(("twelve", "nine")), ASKED)
    assert run.own
    assert run.near == ("eighteen",)


@pytest.mark.parametrize(
    ("result", "proposal", "what"),
    [
        (ASKED["twenty"], "twenty", Became.WHOLLY),
        (edited(("fifty", "twenty"), ("twelve", "nine")), "twenty", Became.WHOLLY),
        (edited(("twelve", "nine")), "eighteen", Became.NOT_AT_ALL),
        (BASE, "average", Became.NOT_AT_ALL),
        (edited(("workers", "workers, counted as an average,")), "average", Became.REWORDED),
        (edited(("Plan.", "Plan. It is quick.")), "free", Became.REWORDED),
    ],
)
def test_what_became_of_a_proposal(result, proposal, what):
    assert became(BASE, result, ASKED[proposal]) is what


def test_a_proposal_of_two_changes_of_which_one_came_is_in_partly():
    asked = edited(("fifty", "twenty"), ("twelve", "eighteen"))
    assert became(BASE, ASKED["twenty"], asked) is Became.PARTLY


WORDS = st.lists(
    st.sampled_from(["labour", "forced", "the", "of", "plan", "year", ".", ",", "\n\n", "hotline", "2027"]),
    max_size=12,
).map(" ".join)


@settings(deadline=None, max_examples=150)
@given(WORDS, WORDS, st.lists(WORDS, max_size=3))
def test_runs_rise_stand_where_they_say_and_a_text_taken_whole_is_its_authors(base, result, others):
    proposals = {str(n): text for n, text in enumerate(others)}
    at = 0
    for run in runs(base, result, proposals):
        assert 0 <= run.start <= run.end <= len(base)
        assert at <= run.at <= run.until <= len(result)
        assert result[run.at : run.until].split() == run.text.split()
        assert run.own == (not run.ids)
        at = run.at
    proposals["all"] = result
    assert all("all" in run.ids for run in runs(base, result, proposals))
    assert became(base, result, result) is Became.WHOLLY
