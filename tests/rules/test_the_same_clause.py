"""Which clauses of a new text are those of an old one, and what hinders freezing."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.checks import Hindrance, hindrances
from app.plans.rules import Kind
from app.plans.sameness import Said, new_wid, same

words = st.sampled_from(["", "Conduct training.", "Publish data.", "Review the law.", "Fund it."])
texts = st.lists(st.builds(Said, st.sampled_from(["para", "item"]), words, st.just(()), words), max_size=25)


def test_the_same_text_is_itself():
    text = [Said("para", "A."), Said("para", "B.", (), "A.")]
    assert same(text, text) == {0: 0, 1: 1}


def test_a_clause_that_moved_is_known_where_its_words_stand_once():
    old = [Said("para", "A.", (), "Chapter 1"), Said("para", "B.", (), "Chapter 1")]
    new = [Said("para", "B.", (), "Chapter 2"), Said("para", "A.", (), "Chapter 1")]
    assert same(old, new) == {0: 1, 1: 0}


def test_one_look_alike_more_makes_all_of_them_new():
    old = [Said("para", "Train.", (), "Goal 1")]
    new = [Said("para", "Train.", (), "Goal 1"), Said("para", "Train.", (), "Goal 1")]
    assert same(old, new) == {}


def test_words_that_changed_are_a_new_clause():
    assert same([Said("para", "Within three days.")], [Said("para", "Within ten days.")]) == {}


def test_a_new_id_is_one_that_nobody_has():
    assert new_wid("c1", {"c1", "c1-2"}) == "c1-3"
    assert new_wid("c2", {"c1"}) == "c2"


@settings(deadline=None, max_examples=100)
@given(texts, texts)
def test_pairs_are_one_to_one_and_say_the_same(old: list[Said], new: list[Said]):
    found = same(old, new)
    assert len(set(found.values())) == len(found)
    assert all(
        (new[here].kind, new[here].text) == (old[there].kind, old[there].text)
        for here, there in found.items()
    )


@dataclass
class One:
    label: str
    text: str = "Words."
    kind: Kind = Kind.PARAGRAPH
    fields: dict[str, str] = field(default_factory=dict)
    wid: str = "w"
    version: int = 1


def test_a_clause_without_text_hinders_unless_its_fields_say_something():
    found = hindrances([One("1", text=" "), One("2", text="", fields={"Timeline": "2027"})])
    assert [(one.label, one.why) for one in found] == [("1", Hindrance.EMPTY)]


def test_every_label_offered_instead_is_free():
    found = hindrances([One("1"), One("1"), One("1 (2)"), One("1"), One(""), One("")])
    assert [one.suggestion for one in found] == ["1 (3)", "1 (4)"]


def test_a_line_of_contents_hinders_nothing():
    assert hindrances([One("1"), One("1", kind=Kind.TOC)]) == []
