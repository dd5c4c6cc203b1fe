"""An anchor is found again, or said to be lost; it is never guessed."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.anchors import anchor_line, find, quote
from app.text.folding import fold, folded

TEXT = (
    "Conduct training for labour inspectors on forced labour indicators in 2026. "
    "Conduct training for employers on forced labour indicators in 2027. "
    "The Ministry of Human Resources shall report on the results to the Steering Committee every year. "
    "Majikan hendaklah menyimpan rekod pekerja selama enam tahun. "
    "Conduct training for recruiters. Publish the results within one month. "
    "A hotline in eight languages shall take complaints “at any time” — also from domestic workers."
)
READABLE = st.text(st.sampled_from("abc de.,\n“”'’–-é\u00ad\u0301 ß"), min_size=1, max_size=80)


@settings(deadline=None, max_examples=150)
@given(READABLE, st.data())
def test_a_quote_with_its_surroundings_and_position_comes_back_to_its_place_or_to_its_twin(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    told = quote(text, start, end)
    found = find(text, told.exact, told.prefix, told.suffix, told.start)
    if told.exact.strip():
        assert found.start is not None
        assert found.exact == told.exact == text[found.start : found.end]
        assert found.start == start or found.how in {"exact", "context", "position"}
    else:
        assert found.how == "orphan"


@settings(deadline=None, max_examples=100)
@given(READABLE)
def test_a_folded_text_leads_back_to_what_was_typed(text):
    plain = folded(text)
    assert plain.text == fold(text)
    assert len(plain.lower) == len(plain.text)
    for at in range(len(plain.text)):
        start, end = plain.typed(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert plain.text[at] in fold(text[start:end])


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=60), st.text(max_size=20), st.text(max_size=9), st.text(max_size=9), st.integers(-5, 99)
)
def test_any_line_is_answered_with_a_true_range_or_an_orphan(text, exact, prefix, suffix, start):
    answer = anchor_line({"text": text, "exact": exact, "prefix": prefix, "suffix": suffix, "start": start})
    if answer["start"] is None:
        assert answer["how"] == "orphan"
    else:
        assert answer["exact"] == text[answer["start"] : answer["end"]]
        assert 0 < answer["score"] <= 1


@pytest.mark.parametrize(
    ("exact", "prefix", "suffix", "start", "how", "expected"),
    [
        ("hotline in eight languages", "", "", None, "exact", "hotline in eight languages"),
        ("forced labour indicators", "inspectors on ", "", None, "context", "forced labour indicators"),
        ("forced labour indicators", "", " in 2027", None, "context", "forced labour indicators"),
        (
            "forced labour indicators",
            "",
            "",
            TEXT.rindex("forced labour ind"),
            "position",
            "forced labour indicators",
        ),
        ("forced labour indicators", "", "", None, "orphan", ""),
        ('complaints "at any time" - also', "", "", None, "exact", "complaints “at any time” — also"),
        ("Ministry  of\nHuman Resources", "", "", None, "exact", "Ministry of Human Resources"),
        ("MINISTRY OF HUMAN RESOURCES", "", "", None, "exact", "Ministry of Human Resources"),
        ("shall report on results to the Steering Comittee", "", "", None, "fuzzy", None),
        ("Majikan hendaklah simpan rekod pekerja selama enam tahun", "", "", None, "fuzzy", None),
        ("Conduct training for divers on forced labour indicators", "", "", None, "orphan", ""),
        ("within one year", "", "", None, "orphan", ""),
        ("The Cabinet approves the budget of the council", "", "", None, "orphan", ""),
        ("   ", "", "", 3, "orphan", ""),
    ],
)
def test_a_quote_is_found_in_this_way(exact, prefix, suffix, start, how, expected):
    found = find(TEXT, exact, prefix, suffix, start)
    assert found.how == how
    if expected is not None:
        assert found.exact == expected


def test_an_ambiguous_quote_is_an_orphan_with_its_candidates():
    found = find(TEXT, "Conduct training for")
    assert found.how == "orphan"
    assert [one.start for one in found.candidates] == [
        at for at in range(len(TEXT)) if TEXT.startswith("Conduct tr", at)
    ]


def test_a_sentence_taken_out_does_not_land_on_the_one_that_looks_like_it():
    start = TEXT.index("Conduct training for employers")
    told = quote(TEXT, start, TEXT.index(" The Ministry"))
    without = TEXT[:start] + TEXT[TEXT.index("The Ministry") :]
    assert find(without, told.exact, told.prefix, told.suffix, told.start).how == "orphan"


def test_a_word_is_not_found_inside_another_where_it_stood_alone():
    assert find("The activity ends.", "act", "the ", " on labour").how == "orphan"
    assert find("The activity ends.", "act", "The ", "ivity").how == "exact"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_quote_is_found_in_either_form_of_its_accents(form):
    text = unicodedata.normalize(form, "Un café à Kuala Lumpur, déjà vu.")
    other = unicodedata.normalize("NFD" if form == "NFC" else "NFC", "café à Kuala")
    found = find(text, other)
    assert found.exact == unicodedata.normalize(form, "café à Kuala")
    assert found.how == "exact"


def test_soft_hyphens_and_offsets_beyond_the_basic_plane_are_counted_in_code_points():
    text = "𝔸 😀 for\u00adced lab\u00ad\nour"
    found = find(text, "forced labour")
    assert (found.start, found.end) == (4, len(text))


@pytest.mark.parametrize(
    ("text", "exact", "prefix"),
    [
        ("a" * 1_000_000, "a" * 20, "aaab"),
        ("a" * 1_000_000, "a" * 30 + "b" + "a" * 30, ""),
        ("the plan of the " * 62_500, "the plan off the minister of the plan", "x"),
        ("word other " * 90_000, "word othr " * 30_000, "x"),
        ("\u00ad" * 1_000_000, "e\u0301" * 500, ""),
    ],
)
def test_a_hostile_megabyte_is_answered_with_an_orphan(text, exact, prefix):
    assert find(text, exact, prefix).how == "orphan"
