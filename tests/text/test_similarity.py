"""Comments that make the same request are suggested as one point; others never are."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.similarity import Said, similar, similar_json

LETTER = (
    "We write as workers who live from day to day on what the plantations pay us. "
    "The plan should name one agency that answers for the hotline, in every language that workers speak. "
    "Complaints have been lost between two departments for years, and nobody had to answer for it. "
    "We ask the Ministry to publish every quarter how many complaints came and how they ended."
)
SURAT = (
    "Kami menulis sebagai pekerja yang bergantung pada gaji harian di ladang. "
    "Pelan ini hendaklah menamakan satu agensi yang bertanggungjawab ke atas talian aduan dalam semua bahasa pekerja. "
    "Aduan telah hilang antara dua jabatan selama bertahun-tahun dan tiada siapa yang perlu menjawab. "
    "Kami meminta Kementerian menerbitkan setiap suku tahun bilangan aduan dan keputusannya."
)
THANKS = "We thank the Ministry for the chance to comment on this draft, which we have read with interest. "
OWN = "My sister left the estate last year after her passport was taken and nobody called her back."


def groups(*texts):
    return similar(
        Said(str(n), *(text if isinstance(text, tuple) else (text,))) for n, text in enumerate(texts)
    ).groups()


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        ("Name the lead agency.", "name the LEAD agency", "case and punctuation"),
        ("Please name the lead agency!", "Name lead agency", "politeness and articles"),
        ("Résumé of the plan", "Resume of the plan", "accents"),
        (LETTER, LETTER.upper(), "a whole letter in capitals"),
        (LETTER, OWN + " " + LETTER, "a letter with an own sentence before"),
        (
            LETTER + " " + OWN,
            LETTER.replace(" Complaints", " We are twelve in one room. Complaints"),
            "own sentences",
        ),
        (SURAT, SURAT + " Saya bekerja di Sabah sejak 2015.", "a Malay letter"),
        (
            ("", "within six months of the report", "c1"),
            ("", "Within six months of the report.", "c1"),
            "one change",
        ),
        (("Too long.", "x", "c1"), ("too long", "x", "c1"), "one text and change on one clause"),
    ],
)
def test_these_two_are_suggested_as_one_point(one, other, because):
    assert groups(one, other) == [["0", "1"]], because


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        ("Add MEF as lead agency.", "Add MTUC as lead agency.", "another body"),
        ("Conduct training for employers.", "Conduct training for employees.", "nearly the same word"),
        ("Finish by 2026.", "Finish by 2027.", "another number"),
        ("We support the hotline.", "We do not support the hotline.", "a negation"),
        ("Prohibit fees.", "Fees: prohibit, in law.", "other words"),
        (
            LETTER,
            LETTER.replace("The plan should", "The plan should not"),
            "a letter with its request turned round",
        ),
        (LETTER, LETTER.replace("every quarter", "every 2 years"), "a letter with another number"),
        (("Delete this.", "", "c1"), ("Delete this.", "", "c2"), "another clause"),
        (("Too long.", "six months", "c1"), ("Too long.", "two months", "c1"), "another proposal"),
        (
            ("Unclear.", "Revise per comment", "c1"),
            ("Too broad.", "Revise per comment", "c1"),
            "no wording proposed",
        ),
        (
            THANKS + "Add banks.",
            THANKS + "Delete the second goal, which repeats the first.",
            "thanks in the same words ask for nothing",
        ),
        ("", "", "nothing said"),
    ],
)
def test_these_two_stay_apart(one, other, because):
    assert groups(one, other) == [], because


def test_a_new_comment_is_compared_as_it_comes_and_tells_its_pairs():
    found = similar([Said("a", LETTER)])
    (pair,) = found.add(Said("b", LETTER + " " + OWN))
    assert (pair.a, pair.b, pair.why) == ("a", "b", "same letter")
    assert found.add(Said("c", "Something else entirely, about the budget of the plan.")) == []


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([LETTER, SURAT, OWN, "Agreed.", "agreed", "", "Add MEF.", "Add MTUC."]), max_size=8
    )
)
def test_every_comment_is_in_one_group_at_most_and_equal_words_are_in_one(texts):
    found = similar_json([{"id": n, "text": text} for n, text in enumerate(texts)])
    members = [one for group in found["groups"] for one in group]
    assert len(members) == len(set(members))
    for n, text in enumerate(texts):
        for m in range(n):
            if text and text == texts[m]:
                assert any({n, m} <= set(group) for group in found["groups"])


def invented(rng, words):
    return " ".join(rng.choices(words, k=rng.randint(8, 20))).capitalize() + "."


def test_thousands_of_comments_of_campaigns_and_strangers_are_told_apart():
    rng = random.Random(5)
    words = [
        f"{a}{b}{c}"
        for a in ("ka", "le", "mi", "no")
        for b in ("tan", "sel", "dor")
        for c in ("", "an", "i", "kah")
    ]
    comments, campaign = [], {}
    for n in range(20):
        letter = [invented(rng, words) for _ in range(5)] + ["We ask that " + invented(rng, words).lower()]
        for m in range(100):
            body = list(letter)
            for _ in range(m % 3):
                body.insert(rng.randrange(len(body)), invented(rng, words))
            comments.append(Said(f"{n}-{m}", " ".join(body)))
            campaign[f"{n}-{m}"] = n
    comments += [Said(f"s{n}", " ".join(invented(rng, words) for _ in range(3))) for n in range(2_000)]
    rng.shuffle(comments)
    found = similar(comments).groups()
    assert len(found) == 20
    assert all(len(group) == 100 and len({campaign[one] for one in group}) == 1 for group in found)


SHEET = Path(__file__).parents[3] / "shared" / "data" / "uspki" / "consolidated_comments.xlsx"


@pytest.mark.skipif(not SHEET.exists(), reason="the sample comments are not here")
def test_of_the_real_comments_only_those_with_the_same_sentences_are_suggested():
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(str(SHEET)).get_sheet_by_index(0).to_python()[1:]
    said = {str(n): Said(str(n), str(row[5]), "", "") for n, row in enumerate(rows)}
    found = similar(said.values())
    in_group = {one for group in found.groups() for one in group}
    plain = {one: re.sub(r"\W", "", text.text.casefold()) for one, text in said.items()}
    twice = [one for one in plain if plain[one] and list(plain.values()).count(plain[one]) > 1]
    assert set(twice) <= in_group
    for pair in found.pairs:
        one, other = (set(re.findall(r"\w+", said[side].text.casefold())) for side in (pair.a, pair.b))
        assert len(one & other) >= 0.6 * min(len(one), len(other))
