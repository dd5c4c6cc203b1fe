"""What goes together is woven in, what does not is a choice, and half a proposal goes in nowhere by itself."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.merging import Change, merge
from app.text.weaving import KEEP, OWN, Woven

BASE = (
    "Employers with fifty or more workers shall set up a workplace grievance mechanism within twelve months "
    "of the adoption of this Plan."
)


def change(id_, *pairs):
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return Change(id_, text)


def options(choice):
    return {option.ids: option.text for option in choice.options}


def key(choice, *ids):
    return next(option.key for option in choice.options if option.ids == ids)


def test_changes_of_other_words_are_woven_in_at_once_and_know_whose_they_are():
    woven = Woven(BASE, [change("a", ("fifty", "twenty")), change("b", ("twelve", "six"))])
    assert woven.choices == ()
    assert woven.text({}) == BASE.replace("fifty", "twenty").replace("twelve", "six")
    changed = [(one.old, one.new, one.ids) for one in woven.stretches() if one.kind == "change"]
    assert changed == [("fifty", "twenty", ("a",)), ("twelve", "six", ("b",))]


def test_the_same_words_in_two_ways_are_a_choice_and_those_who_read_alike_stand_together():
    woven = Woven(
        BASE,
        [change("a", ("fifty", "twenty")), change("b", ("fifty", "ten")), change("c", ("fifty", "twenty"))],
    )
    (choice,) = woven.choices
    assert choice.old == "fifty"
    assert options(choice) == {("a", "c"): "twenty", ("b",): "ten"}
    assert woven.text({}) == BASE  # nothing is chosen for anybody
    assert woven.text({choice.key: key(choice, "b")}) == BASE.replace("fifty", "ten")
    assert woven.text({choice.key: KEEP}) == BASE
    assert woven.text({choice.key: OWN}, {choice.key: "thirty"}) == BASE.replace("fifty", "thirty")
    assert woven.text({choice.key: "something unknown"}) == BASE


def test_readings_that_do_not_exclude_each_other_are_offered_joined():
    whole = change("whole", ("fifty or more workers", "ten staff"))
    woven = Woven(BASE, [whole, change("a", ("fifty", "twenty")), change("b", ("workers", "employees"))])
    (choice,) = woven.choices
    joined = [option for option in choice.options if option.joins]
    assert [(option.ids, option.text) for option in joined] == [(("a", "b"), "twenty or more employees")]


def test_the_rest_of_a_proposal_goes_in_with_its_other_words_or_when_somebody_says_so():
    woven = Woven(
        BASE, [change("a", ("fifty", "twenty"), ("twelve", "eighteen")), change("b", ("fifty", "ten"))]
    )
    choice, rest = woven.choices
    assert rest.rest
    assert rest.old == "twelve"
    assert woven.text({}) == BASE
    assert woven.text({choice.key: key(choice, "b")}) == BASE.replace("fifty", "ten")
    with_it = woven.text({choice.key: key(choice, "a")})
    assert with_it == BASE.replace("fifty", "twenty").replace("twelve", "eighteen")
    only_rest = woven.text({choice.key: key(choice, "b"), rest.key: rest.options[0].key})
    assert only_rest == BASE.replace("fifty", "ten").replace("twelve", "eighteen")
    assert woven.text({choice.key: key(choice, "a"), rest.key: KEEP}) == BASE.replace("fifty", "twenty")


def test_a_campaign_of_one_text_is_one_reading():
    same = [change(str(n), ("fifty", "twenty")) for n in range(500)]
    woven = Woven(BASE, [*same, change("other", ("fifty", "ten"))])
    (choice,) = woven.choices
    assert [len(option.ids) for option in choice.options] == [500, 1]


WORDS = st.lists(
    st.sampled_from(["labour", "forced", "the", "of", "plan", "year", ".", ",", "\n\n", "hotline"]),
    max_size=12,
).map(" ".join)


@settings(deadline=None, max_examples=150)
@given(WORDS, st.lists(WORDS, max_size=4))
def test_nothing_of_the_base_is_lost_in_showing_it_and_keys_are_never_shared(base, texts):
    woven = Woven(base, [Change(str(n), text) for n, text in enumerate(texts)])
    assert "".join(stretch.old for stretch in woven.stretches()) == base
    assert len({choice.key for choice in woven.choices}) == len(woven.choices)


@settings(deadline=None, max_examples=150)
@given(WORDS, st.lists(WORDS, min_size=1, max_size=4))
def test_to_pick_one_proposal_everywhere_brings_in_all_that_it_asks(base, texts):
    changes = [Change(str(n), text) for n, text in enumerate(texts)]
    woven = Woven(base, changes)
    for change_ in changes:
        picks = {
            choice.key: option.key
            for choice in woven.choices
            for option in choice.options
            if change_.id in option.ids and not option.joins
        }
        made = woven.text(picks)
        others = [one for one in woven.free if change_.id not in woven.free[one]]
        if not others:
            assert made.split() == change_.text.split()


@settings(deadline=None, max_examples=100)
@given(WORDS, st.lists(WORDS, max_size=4))
def test_what_merging_applies_is_free_and_the_order_does_not_matter(base, texts):
    changes = [Change(str(n), text) for n, text in enumerate(texts)]
    merged = merge(base, changes)
    for order in itertools.islice(itertools.permutations(changes), 6):
        woven = Woven(base, list(order))
        assert woven.text({}).split() == merged.text.split()
