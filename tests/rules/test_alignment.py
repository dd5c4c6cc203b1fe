"""Two languages of one plan, paired by structure."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.alignment import Pair, Shape, aligned, fields_by_place
from app.plans.rules import Kind

H, P, I = Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM  # noqa: E741 (a heading, a paragraph, an item)

shapes = st.lists(
    st.builds(
        Shape,
        st.sampled_from([H, P, P, I, Kind.ACTIVITY]),
        st.sampled_from(["", "", "1.", "2.", "1.1", "(a)", "Annex 1:", "Lampiran 1"]),
        st.integers(1, 3),
    ),
    max_size=40,
)


def test_the_same_structure_is_paired_whole():
    english = [Shape(H, "1.", 1), Shape(P, "1.1"), Shape(I, "(a)"), Shape(I, "(b)"), Shape(P, "")]
    assert aligned(english, english) == [Pair(n, n) for n in range(5)]


def test_words_in_front_of_a_number_do_not_part_the_languages():
    assert aligned([Shape(H, "Annex 1:", 1)], [Shape(H, "Lampiran 1:", 1)]) == [Pair(0, 0)]


def test_a_clause_too_many_spoils_only_what_stands_beside_it():
    english = [Shape(H, "1.", 1), Shape(P, ""), Shape(H, "2.", 1), Shape(P, "")]
    malay = [Shape(H, "1.", 1), Shape(P, ""), Shape(H, "2.", 1), Shape(P, ""), Shape(P, "")]
    found = aligned(english, malay)
    assert [pair for pair in found if pair.sure and None not in {pair.ours, pair.theirs}] == [
        Pair(0, 0),
        Pair(1, 1),
        Pair(2, 2),
    ]
    assert Pair(None, 4) in found


def test_fields_are_paired_by_their_place_in_the_row():
    english = {"Timeline": "2027", "Lead": "Ministry"}
    assert fields_by_place(english, {"Garis masa": "2027", "Peneraju": "Kementerian"}) == {
        "Timeline": "2027",
        "Lead": "Kementerian",
    }
    assert fields_by_place(english, {"Lead": "Kementerian", "A": "", "B": ""}) == {"Lead": "Kementerian"}


@settings(deadline=None, max_examples=150)
@given(shapes, shapes)
def test_every_clause_of_both_texts_is_there_once_and_in_order(ours: list[Shape], theirs: list[Shape]):
    found = aligned(ours, theirs)
    assert [pair.ours for pair in found if pair.ours is not None] == list(range(len(ours)))
    assert [pair.theirs for pair in found if pair.theirs is not None] == list(range(len(theirs)))
    assert all(
        ours[pair.ours].kind == theirs[pair.theirs].kind
        for pair in found
        if pair.sure and pair.ours is not None and pair.theirs is not None
    )
