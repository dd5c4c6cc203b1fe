"""Two edits of the same fields: nobody's words are lost, whoever comes second."""

from hypothesis import given
from hypothesis import strategies as st

from app.text.three_ways import merge

NAMES = ("disposition", "reason", "theme")
fields = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", "c"]) for name in NAMES})


@given(fields, fields, fields)
def test_what_only_one_of_two_changed_stands_as_that_one_wrote_it(
    was: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
):
    merged = merge(was, mine, theirs)
    for name in NAMES:
        if mine[name] == was[name]:
            assert merged.values[name] == theirs[name]
        elif theirs[name] in {was[name], mine[name]}:
            assert merged.values[name] == mine[name]
            assert name not in merged.clashes
        else:
            assert name in merged.clashes
            assert merged.values[name] == mine[name]


@given(fields, fields)
def test_nobody_else_came_between_so_nothing_is_taken_and_nothing_clashes(
    was: dict[str, str], mine: dict[str, str]
):
    merged = merge(was, mine, was)
    assert merged.values == mine
    assert not merged.taken
    assert not merged.clashes


def test_what_a_form_did_not_know_clashes_rather_than_being_written_over():
    merged = merge({}, {"reason": "mine"}, {"reason": "theirs", "theme": "7"})
    assert merged.clashes == {"reason"}
    assert merged.values["theme"] == "7"
