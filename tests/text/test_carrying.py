"""Anchors go with their words into the next draft, and nowhere else."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.carrying import Place, carry, carry_json
from app.text.tokens import sentences
from bench.carrying import judged, redraft

NAPFL = Path(__file__).parents[3] / "shared" / "data" / "napfl"
BASE = [
    "Forced labour is a serious problem. The Ministry reports on it every year.",
    "Conduct training for labour inspectors.",
    "Conduct training for employers.",
    "Conduct training for recruiters.",
    "A hotline in eight languages takes complaints at any time, also from domestic workers.",
    "The Steering Committee meets twice a year. Its minutes are published within one month.",
]


def anchored(texts, passage):
    p = next(n for n, text in enumerate(texts) if passage in text)
    return Place(p, texts[p].index(passage), texts[p].index(passage) + len(passage))


def shown(before, after, passage):
    (carried,) = carry(before, after, [anchored(before, passage)])
    place = carried.place
    return carried.how, after[place.p][place.start : place.end] if place else None


@pytest.mark.parametrize(
    ("passage", "change", "expected", "because"),
    [
        ("The Ministry reports on it every year.", {}, ("exact", None), "nothing changed"),
        (
            "The Ministry reports on it every year.",
            {0: "The Ministry reports on it every second year. Forced labour is a serious problem."},
            ("moved", "The Ministry reports on it every second year."),
            "a sentence moved inside its paragraph with a word more",
        ),
        ("Conduct training for employers.", {2: None}, ("orphan", None), "its look-alikes are not it"),
        ("training for employers", {2: None}, ("orphan", None), "nor for a part of it"),
        (
            "eight languages",
            {4: "A hotline in twelve languages takes complaints at any time, also from domestic workers."},
            ("edited", "twelve languages"),
            "the words around hold the place",
        ),
        (
            "also from domestic workers",
            {4: "A hotline in eight languages takes complaints at any time."},
            ("orphan", None),
            "the passage went, though its sentence stands",
        ),
        (
            "Its minutes are published within one month.",
            {
                5: "The Steering Committee meets twice a year.",
                0: "Its minutes are published within one month.",
            },
            ("exact", "Its minutes are published within one month."),
            "it stands once, elsewhere",
        ),
        (
            "The Steering Committee meets twice a year.",
            {
                5: "The Steering Committee meets four times a year, and its minutes are published within a month."
            },
            ("edited", "The Steering Committee meets four times a year, and"),
            "two sentences became one",
        ),
    ],
)
def test_a_passage_is_carried_like_this(passage, change, expected, because):
    after = [change.get(n, text) for n, text in enumerate(BASE)]
    after = [text for text in after if text is not None]
    how, words = shown(BASE, after, passage)
    assert (how, words) == (expected[0], passage if expected[0] == "exact" else expected[1]), because


def test_a_look_alike_with_two_possible_successors_is_left_to_a_person():
    before = [
        "Intro words stand here.",
        "Conduct training for labour inspectors in Sabah.",
        "The end of it all.",
    ]
    after = [
        before[0],
        "Conduct training for labour officers in Sabah.",
        "Conduct training for police inspectors in Sabah.",
        before[2],
    ]
    how, words = shown(before, after, before[1])
    assert how == "suggested"
    assert words is None


PARAGRAPHS = st.lists(
    st.lists(
        st.sampled_from(
            ["Conduct training. ", "Report each year. ", "The plan ends. ", "2023 ", "a b", "é “x” "]
        )
    ).map("".join),
    max_size=6,
)


@settings(deadline=None, max_examples=100)
@given(PARAGRAPHS, PARAGRAPHS, st.data())
def test_every_answer_is_a_true_place_or_none(before, after, data):
    anchors = data.draw(
        st.lists(st.builds(Place, st.integers(0, 6), st.integers(0, 30), st.integers(0, 40)), max_size=4)
    )
    answers = carry(before, after, anchors)
    assert len(answers) == len(anchors)
    for answer in answers:
        assert (answer.place is None) == (answer.how in {"orphan", "suggested"})
        for place in (answer.place, *answer.candidates):
            if place is not None:
                assert 0 <= place.start < place.end <= len(after[place.p])


@settings(deadline=None, max_examples=60)
@given(PARAGRAPHS, st.data())
def test_in_an_unchanged_draft_every_anchor_stays_where_it_is(texts, data):
    anchors = [
        Place(p, start, start + len(sentence.rstrip()))
        for p, text in enumerate(texts)
        for start, sentence in placed(text)
        if sentence.strip()
    ]
    for anchor, answer in zip(anchors, carry(texts, list(texts), anchors), strict=True):
        assert answer.how == "exact"
        assert answer.place is not None
        assert (answer.place.p, answer.place.start, answer.place.end) == (anchor.p, anchor.start, anchor.end)


def placed(text):
    start = 0
    for sentence in sentences(text):
        yield start + len(sentence) - len(sentence.lstrip()), sentence.strip()
        start += len(sentence)


def test_the_command_answers_every_anchor_in_the_shape_of_the_contract():
    answers = carry_json(
        {
            "from": BASE,
            "to": BASE[:2] + BASE[3:],
            "anchors": [{"p": 0, "start": 0, "end": 13}, {"p": 2, "start": 0, "end": 31}],
        }
    )
    assert answers[0] == {"p": 0, "start": 0, "end": 13, "score": 1.0, "how": "exact"}
    assert answers[1]["p"] is None
    assert answers[1]["how"] == "orphan"


@pytest.mark.skipif(not NAPFL.exists(), reason="the sample drafts are not here")
def test_between_the_sample_plan_and_its_redraft_no_anchor_lands_on_another_paragraph():
    told = json.loads((NAPFL / "napfl-v2-truth.json").read_text())["paragraphs"]
    old = sorted((one for one in told if one["v1"]), key=lambda one: one["v1"]["ord"])
    new = sorted((one for one in told if one["v2"]), key=lambda one: one["v2"]["ord"])
    place_of = {one["id"]: n for n, one in enumerate(new)}
    before, after = [one["v1"]["text"] for one in old], [one["v2"]["text"] for one in new]
    anchors = [
        Place(p, start, start + len(words)) for p, text in enumerate(before) for start, words in placed(text)
    ]
    outcomes = carry(before, after, anchors)
    edited = [0, 0]
    for anchor, answer in zip(anchors, outcomes, strict=True):
        one = old[anchor.p]
        if one["v2"] is None:
            assert answer.how == "orphan"
        elif answer.place is not None:
            assert answer.place.p == place_of[one["id"]]
        if one["status"] in {"unchanged", "moved", "renumbered"}:
            assert answer.place is not None
        if one["status"] == "edited":
            edited[answer.place is not None] += 1
    assert edited[1] >= 0.85 * sum(edited)  # some of its edits replace a whole sentence or cell


def test_where_people_said_what_became_of_a_paragraph_its_anchors_follow_and_look_alikes_are_only_suggested():
    after = ["Conduct training for employers and their agents.", *BASE[:2], *BASE[3:]]
    gone, new = 2, 0
    known = [([n], [n + 1]) for n in (0, 1)] + [([n], [n]) for n in (3, 4, 5)]
    (guessed,) = carry(BASE, after, [anchored(BASE, BASE[gone])], known)
    assert guessed.how == "suggested"
    assert [one.p for one in guessed.candidates] == [new]
    (told,) = carry(BASE, after, [anchored(BASE, BASE[gone])], [*known, ([gone], [new])])
    assert (told.how, told.place and told.place.p) == ("edited", new)
    (stays,) = carry(BASE, after, [anchored(BASE, "at any time")], known)
    assert stays.how == "exact"


def test_of_equal_paragraphs_of_which_one_went_only_a_neighbour_that_stayed_tells_which():
    same = "Not allowed under this policy."
    before = ["The first part begins.", same, "The second part begins here.", same, "The end."]
    after = ["Quite other words open it now.", same, "Others follow those, of a new kind.", "Fin."]
    answers = carry(before, after, [Place(1, 0, len(same)), Place(3, 0, len(same))])
    assert all(one.place is None for one in answers)
    stood = carry(before, before[:2] + before[3:], [Place(1, 0, len(same)), Place(3, 0, len(same))])
    assert [one.how for one in stood] == ["exact", "exact"]


@pytest.mark.skipif(not NAPFL.exists(), reason="the sample drafts are not here")
@pytest.mark.parametrize("copies", [False, True])
def test_in_redrafts_made_at_random_anchors_keep_to_the_bars(copies):
    """The whole measure is `python -m bench.carrying`; here a few redrafts of the sample plan."""
    rows = json.loads((NAPFL / "napfl-v2-truth.json").read_text())["paragraphs"]
    before = [one["v1"]["text"] for one in rows if one["v1"] and one["kind"] != "toc"]
    counted: Counter[str] = Counter()
    for seed in range(3):
        after, anchors, fate, places = redraft(before, random.Random(seed), 1.0, copies=copies)
        counted += judged(before, after, anchors, fate, places, carry(before, after, anchors), [])
    total = sum(n for what, n in counted.items() if ":" not in what and what != "wrong")
    assert total > 1_000
    assert counted["kept: right"] == counted["kept"]
    assert counted["kept: not to the letter"] == 0
    assert counted["edited: right"] >= 0.95 * counted["edited"]
    assert counted["wrong"] <= 0.005 * total
    if not copies:
        assert counted["deleted: orphan"] + counted["deleted: suggested"] == counted["deleted"]


def test_ten_thousand_anchors_are_carried_and_those_of_deleted_paragraphs_are_orphans():
    rng = random.Random(8)
    words = [
        f"{a}{b}" for a in ("ka", "le", "mi", "no", "pu", "ra") for b in ("tan", "sel", "dor", "bik", "gum")
    ]
    before = [
        " ".join(" ".join(rng.choices(words, k=12)).capitalize() + "." for _ in range(7))
        for _ in range(1_500)
    ]
    after = [
        text.replace("katan", "katan baru", 1) if n % 3 else text for n, text in enumerate(before) if n % 11
    ]
    anchors = [
        Place(p, start, start + len(one)) for p, text in enumerate(before) for start, one in placed(text)
    ][:10_000]
    answers = carry(before, after, anchors)
    assert all(
        answer.how == "orphan" for answer, anchor in zip(answers, anchors, strict=True) if anchor.p % 11 == 0
    )
