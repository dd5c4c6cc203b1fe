from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.marks import Stretch, heat, stretches

TEXT = st.text(max_size=60)
PASSAGES = st.lists(st.tuples(st.integers(-2, 62), st.integers(-2, 62), st.integers(0, 4)), max_size=8)


def test_two_passages_that_overlap_add_their_heat_where_they_do():
    found = stretches("fifty or more workers", [(0, 13, 2), (9, 21, 3)])
    assert [(s.text, s.n) for s in found] == [("fifty or ", 2), ("more", 5), (" workers", 3)]
    assert [s.last for s in found] == [False, True, True]


def test_a_text_nobody_quoted_is_one_stretch():
    assert stretches("Every worker", []) == [Stretch("Every worker")]
    assert stretches("", [(0, 1, 1)]) == []


@given(TEXT, PASSAGES)
@settings(deadline=None, max_examples=80)
def test_stretches_joined_are_the_text_and_each_counts_what_covers_it(text, passages):
    found = stretches(text, passages)
    assert "".join(s.text for s in found) == text
    at = 0
    for stretch in found:
        for offset in range(at, at + len(stretch.text)):
            assert stretch.n == sum(
                n for start, end, n in passages if 0 <= start <= offset < end <= len(text) and start < end
            )
        at += len(stretch.text)


def test_heat_has_the_four_steps_of_the_scale():
    assert [heat(n) for n in (0, 1, 2, 3, 5, 6, 9, 10, 400)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]
