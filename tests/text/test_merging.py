"""Proposed changes come together word by word, and nobody's words are lost to another's."""

import difflib
import json
import random
import re
from itertools import permutations
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.merging import Change, merge, merge_json

NAPFL = Path(__file__).parents[3] / "shared" / "data" / "napfl"
BASE = "The Ministry shall report within one year to the Committee. It shall publish the results."


def changed(*pairs):
    return [Change(chr(ord("A") + n), BASE.replace(old, new)) for n, (old, new) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("changes", "text", "colliding", "because"),
    [
        (
            [("one year", "two years"), ("the results", "all results")],
            "The Ministry shall report within two years to the Committee. It shall publish all results.",
            [],
            "different words",
        ),
        ([("one year", "two years")] * 2, BASE.replace("one year", "two years"), [], "the same change twice"),
        (
            [("one year", "two years"), ("one year", "six months")],
            BASE,
            [("A", "B")],
            "the same words, two ways",
        ),
        (
            [("one year", "two years"), ("one year", "six months"), ("results", "findings")],
            BASE.replace("results", "findings"),
            [("A", "B")],
            "what collides with nothing is merged at once",
        ),
        (
            [("results.", "results. More."), ("results.", "results. Other.")],
            BASE,
            [("A", "B")],
            "two insertions differ",
        ),
        (
            [("results.", "results. More."), ("results.", "results. More.")],
            BASE + " More.",
            [],
            "two insertions agree",
        ),
        (
            [(" It shall publish the results.", ""), ("results.", "results. It shall translate them.")],
            "The Ministry shall report within one year to the Committee. It shall translate them.",
            [],
            "a sentence goes, another comes after it",
        ),
        (
            [("shall report within one year", "reports"), ("one year", "one calendar year")],
            BASE,
            [("A", "B")],
            "a word is put among words that go",
        ),
        (
            [("year", "calendar year"), ("year", "calendar month")],
            BASE,
            [("A", "B")],
            "both bring the same word to one place",
        ),
        (
            [("one", "two"), ("year", "months")],
            BASE.replace("one year", "two months"),
            [],
            "neighbouring words",
        ),
        (
            [("shall report", "shall not report"), ("shall report", "report")],
            BASE,
            [("A", "B")],
            "a word is put beside one that goes",
        ),
        (
            [("to the Committee.", "to the Committee. Later it speaks."), (" to the Committee.", ".")],
            "The Ministry shall report within one year. Later it speaks. It shall publish the results.",
            [],
            "a sentence of its own stands wherever the words before it end",
        ),
        (
            [("Ministry", "Minister"), ("x", "y")],
            BASE.replace("Ministry", "Minister"),
            [],
            "no change changes nothing",
        ),
    ],
)
def test_changes_merge_like_this(changes, text, colliding, because):
    merged = merge(BASE, changed(*changes))
    assert merged.text == text, because
    assert [collision.ids for collision in merged.collisions] == colliding, because
    assert set(merged.applied) == {chr(ord("A") + n) for n in range(len(changes))} - {
        one for collision in merged.collisions for one in collision.ids
    }


def test_a_collision_shows_the_words_and_how_each_would_have_them_read():
    (collision,) = merge(BASE, changed(("one year", "two years"), ("one year", "six months"))).collisions
    assert collision.base == "one year"
    assert [(one.id, one.text) for one in collision.readings] == [("A", "two years"), ("B", "six months")]


def test_a_change_that_collides_is_left_out_whole_or_only_where_it_collides():
    changes = [
        Change("A", BASE.replace("one year", "two years").replace("results", "findings")),
        Change("B", BASE.replace("one year", "six months")),
    ]
    assert merge(BASE, changes).text == BASE
    assert merge(BASE, changes, in_part=True).text == BASE.replace("results", "findings")


def test_paragraphs_come_and_go_side_by_side():
    base = "First one.\n\nSecond one.\n\nThird one."
    changes = [
        Change("gone", "First one.\n\nThird one."),
        Change("new", "First one.\n\nSecond one.\n\nA new one.\n\nThird one."),
    ]
    assert merge(base, changes).text == "First one.\n\nA new one.\n\nThird one."


WORDS = st.lists(
    st.sampled_from(["labour", "forced", "the", "of", "plan", "year", ".", ",", "\n\n", "hotline"]),
    max_size=14,
).map(" ".join)


@settings(deadline=None, max_examples=120)
@given(WORDS, st.lists(WORDS, max_size=3))
def test_the_order_of_the_changes_does_not_matter_and_every_change_is_accounted_for(base, texts):
    changes = [Change(str(n), text) for n, text in enumerate(texts)]
    results = [merge(base, list(order)) for order in permutations(changes)]
    for result in results:
        colliding = {one for collision in result.collisions for one in collision.ids}
        assert set(result.applied) | colliding == {change.id for change in changes}
        assert not set(result.applied) & colliding
        assert (result.text, set(result.applied), result.collisions) == (
            results[0].text,
            set(results[0].applied),
            results[0].collisions,
        )


@settings(deadline=None, max_examples=120)
@given(WORDS, WORDS)
def test_one_change_alone_is_the_text_it_proposes(base, text):
    merged = merge(base, [Change("only", text)])
    assert merged.applied == ("only",)
    assert merged.text.split() == text.split()


@settings(deadline=None, max_examples=120)
@given(st.data())
def test_edits_of_different_words_all_arrive_and_edits_of_one_word_collide(data):
    words = [f"word{n}" for n in range(20)]
    places = data.draw(st.lists(st.integers(0, 19), min_size=2, max_size=5))
    changes = [
        Change(str(n), " ".join([*words[:place], f"new{n}", *words[place + 1 :]]))
        for n, place in enumerate(places)
    ]
    merged = merge(" ".join(words), changes)
    for n, place in enumerate(places):
        alone = places.count(place) == 1
        assert (str(n) in merged.applied) == alone
        assert (f"new{n}" in merged.text.split()) == alone


@pytest.mark.parametrize("struck", ["basis of the ", "the basis of "])
def test_what_can_be_struck_out_in_two_ways_collides_with_what_rewords_either_end(struck):
    base = "It is the basis of the plan."
    goes = Change("goes", base.replace(struck, ""))
    assert goes.text == "It is the plan."
    for old, new in (("the basis", "a basis"), ("of the plan", "of our plan")):
        (collision,) = merge(base, [goes, Change("reworded", base.replace(old, new))]).collisions
        assert collision.ids == ("goes", "reworded")


def test_two_insertions_of_one_change_that_meet_keep_their_order():
    base = "Review it every 60 days.\n\nThe entity complains."
    text = "Review it every 60 days. Private Key: The key of a pair.\n\nThe entity complains."
    assert merge(base, [Change("only", text)]).text == text


def test_the_command_answers_in_the_shape_of_the_contract():
    asked = {
        "base": "a b c",
        "changes": [{"id": 1, "text": "a x c"}, {"id": 2, "text": "a y c"}, {"id": 3, "text": "a b d"}],
    }
    assert merge_json(asked) == {
        "text": "a b d",
        "applied": [3],
        "collisions": [
            {"ids": [1, 2], "base": "b", "readings": [{"id": 1, "text": "x"}, {"id": 2, "text": "y"}]}
        ],
    }


@pytest.mark.skipif(not NAPFL.exists(), reason="the sample drafts are not here")
@pytest.mark.parametrize("pieces", [r"\S+\s*", r"[^.!?]+[.!?]*\s*", r".+?(?:\n\n|$)"])
def test_the_sample_plans_edits_taken_apart_and_accepted_make_its_redraft(pieces):
    told = json.loads((NAPFL / "napfl-v2-truth.json").read_text())["paragraphs"]
    before, after = (
        "\n\n".join(
            one[v]["text"] for one in sorted((one for one in told if one[v]), key=lambda one: one[v]["ord"])
        )
        for v in ("v1", "v2")
    )
    old, new = re.findall(pieces, before, re.DOTALL), re.findall(pieces, after, re.DOTALL)
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changes = [
        Change(str(n), "".join(old[:i]) + "".join(new[j:next_j]) + "".join(old[next_i:]))
        for n, (tag, i, next_i, j, next_j) in enumerate(steps)
        if tag != "equal"
    ]
    merged = merge(before, changes)
    assert len(changes) > 25
    assert not merged.collisions
    assert merged.text == after


def paragraphs():
    for name in ("uspki/policy_draft_2017-09.docx", "napfl/napfl.docx"):
        texts = (one.text.strip() for one in docx.Document(str(NAPFL.parent / name)).paragraphs)
        yield from (text for text in texts if len(text.split()) >= 8)


def reworked(chance, texts, words):
    """A next version: words change, come, go and are doubled; paragraphs come, go, split, join and change places."""
    texts = list(texts)
    for _ in range(chance.randint(2, 8)):
        n = chance.randrange(len(texts))
        here = texts[n].split(" ")
        at = chance.randrange(len(here))
        what = chance.choice(
            ["word", "word", "sign", "sentence", "go", "twice", "case", "split", "join", "swap"]
        )
        if what == "word":
            here[at] = chance.choice(words)
        elif what == "sign":
            here[at] = here[at].rstrip(".,;:") + chance.choice([",", ";", ".", ":", ""])
        elif what == "sentence":
            here[at:at] = ["It", *chance.sample(words, 4), "again."]
        elif what == "go":
            del here[at : at + chance.randint(1, 6)]
        elif what == "twice":
            here[at:at] = [here[at]]
        elif what == "case":
            here[at] = here[at].swapcase()
        texts[n : n + 1] = [" ".join(here)]
        if what == "split" and len(here) > 4:
            texts[n : n + 1] = [" ".join(here[:at]), " ".join(here[at:])]
        elif what == "join" and n + 1 < len(texts):
            texts[n : n + 2] = [f"{texts[n]} {texts[n + 1]}"]
        elif what == "swap":
            texts[0], texts[-1] = texts[-1], texts[0]
        texts = [text for text in texts if text.strip()] or ["Nothing."]
    return texts


@pytest.mark.skipif(not NAPFL.exists(), reason="the sample drafts are not here")
@pytest.mark.parametrize("pieces", [r"\S+\s*", r"\w+|\s+|[^\w\s]", r"[^.!?]+[.!?]*\s*", r".+?(?:\n\n|$)"])
def test_next_versions_of_real_paragraphs_taken_apart_and_accepted_come_together_again(pieces):
    chance = random.Random(20)
    texts = list(paragraphs())
    words = [word for text in texts for word in text.split()]
    parts = in_vain = 0
    for _ in range(60):
        old_texts = chance.sample(texts, chance.randint(1, 5))
        before, after = "\n\n".join(old_texts), "\n\n".join(reworked(chance, old_texts, words))
        old, new = re.findall(pieces, before, re.DOTALL), re.findall(pieces, after, re.DOTALL)
        steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        changes = [
            Change(str(n), "".join(old[:i]) + "".join(new[j:next_j]) + "".join(old[next_i:]))
            for n, (tag, i, next_i, j, next_j) in enumerate(steps)
            if tag != "equal"
        ]
        merged = merge(before, changes)
        parts += len(changes)
        in_vain += len({one for collision in merged.collisions for one in collision.ids})
        if not merged.collisions:
            assert merged.text == after
    assert parts > 60
    assert in_vain <= 0.03 * parts


@pytest.mark.skipif(not NAPFL.exists(), reason="the sample drafts are not here")
def test_of_edits_of_real_paragraphs_those_of_other_words_arrive_and_those_of_the_same_collide():
    chance = random.Random(7)
    texts = [text for text in paragraphs() if len(text.split()) >= 12]
    words = [word for text in texts for word in re.findall("[a-z]{4,}", text)]
    apart = in_vain = 0
    for _ in range(300):
        text = chance.choice(texts)
        here = text.split(" ")
        at = chance.randint(0, len(here) - 6)

        def put(start, end, new, here=here):
            return " ".join([*here[:start], *new, *here[end:]])

        fresh = [f"{chance.choice(words)}{n}" for n in range(4)]
        first = put(at, at + 2, chance.choice([[], fresh[:1], fresh[:2]]))
        far = put(at + 3, at + chance.choice([3, 4, 5]), fresh[2:])
        merged = merge(text, [Change("first", first), Change("far", far)])
        apart += 1
        in_vain += bool(merged.collisions)
        same = [put(at, at + 2, fresh[:1]), put(at + 1, at + 3, fresh[1:2]), put(at, at + 1, [])]
        one, other = chance.sample(same, 2)
        assert {one, other} == {same[1], same[2]} or merge(
            text, [Change("one", one), Change("other", other)]
        ).collisions, (text, one, other)
    assert in_vain <= 0.03 * apart
