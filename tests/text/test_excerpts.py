from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.excerpts import around, beginning, ending
from app.text.redline import redline

words = st.lists(
    st.sampled_from(["workers", "may", "lodge", "a", "complaint", "in", "time"]), max_size=60
).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.integers(1, 100))
def test_a_beginning_is_of_the_text_and_no_longer_than_asked(text: str, most: int):
    found = beginning(text, most)
    assert text.startswith(found.removesuffix("…")) or found == text
    assert len(found) <= most + 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.integers(1, 100))
def test_an_ending_is_of_the_text_and_no_longer_than_asked(text: str, most: int):
    found = ending(text, most)
    assert text.endswith(found.removeprefix("…")) or found == text
    assert len(found) <= most + 1


@settings(max_examples=50, deadline=None)
@given(words, words)
def test_a_redline_in_brief_keeps_every_change_and_their_order(before: str, after: str):
    whole = redline(before, after)
    brief = around(whole, 200)
    assert [run.kind for run in brief] == [run.kind for run in whole]
    assert [run for run in brief if run.kind != "equal"] == [run for run in whole if run.kind != "equal"]


def test_what_stayed_is_cut_on_the_far_side_of_a_change():
    before = "one two three four five six seven eight nine ten"
    brief = around(redline(before, before.replace("five", "5")), 12)
    assert "".join(run.text for run in brief if run.kind == "equal") == "…three four  six seven…"
