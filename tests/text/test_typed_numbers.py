"""Numbers that people typed, told from years, sums, amounts and names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.typed_numbers import split_number

TAKEN = [
    ("3. Legislative Framework", "heading", "3.", "Legislative Framework"),
    ("3.1 National Legal Framework", "heading", "3.1", "National Legal Framework"),
    ("1.2.1.Revisions", "heading", "1.2.1.", "Revisions"),
    ("3.2.2.4.10. TLS Using a Random Number", "heading", "3.2.2.4.10.", "TLS Using a Random Number"),
    ("1 Introduction", "heading", "1", "Introduction"),
    ("I. Background", "heading", "I.", "Background"),
    ("A. Introduction", "heading", "A.", "Introduction"),
    ("Annex 1: NAPFL Results Matrix", "heading", "Annex 1:", "NAPFL Results Matrix"),
    ("Annex 1 – Results", "heading", "Annex 1", "Results"),
    ("Lampiran 2: Matriks", "heading", "Lampiran 2:", "Matriks"),
    ("Bab 2 Pengenalan", "heading", "Bab 2", "Pengenalan"),
    ("BAHAGIAN II Penguatkuasaan", "heading", "BAHAGIAN II", "Penguatkuasaan"),
    ("Section I Overview", "heading", "Section I", "Overview"),
    ("3.1.1\tDomestic law", "body", "3.1.1", "Domestic law"),
    ("1.1 The Plan", "body", "1.1", "The Plan"),
    ("(a)\tlimited awareness", "body", "(a)", "limited awareness"),
    ("(ii) the second", "body", "(ii)", "the second"),
    ("a) compliance", "body", "a)", "compliance"),
    ("1) C87, on freedom", "body", "1)", "C87, on freedom"),
    ("Artikel 4. Kerajaan hendaklah", "body", "Artikel 4.", "Kerajaan hendaklah"),
    ("Strategic Goal 1: better knowledge", "body", "Strategic Goal 1:", "better knowledge"),
    ("أ) النص", "body", "أ)", "النص"),
    ("1.1. Workers and employers", "cell", "1.1.", "Workers and employers"),
    ("Activity 1.3.2: Collect the data", "cell", "Activity 1.3.2:", "Collect the data"),
    ("Table 1: Forced labour complaints", "caption", "Table 1:", "Forced labour complaints"),
    ("Jadual 2 Aduan", "caption", "Jadual 2", "Aduan"),
]
LEFT = [
    ("2021 was a hard year", "body"),
    ("40.3 million people", "body"),
    ("5 years", "cell"),
    ("12 December 2019", "cell"),
    ("12. June 2020", "body"),
    ("18.6.2025 workshop", "body"),
    ("10.30 a.m. Tea", "body"),
    ("1st quarter 2019", "cell"),
    ("2023 (partially), 2025", "cell"),
    ("1.5 Million", "cell"),
    ("2.16.840.1.101.3.2.1", "cell"),
    ("2025 Targets", "heading"),
    ("Article 4 of the Convention applies", "body"),
    ("Section 3 shall apply", "body"),
    ("Table 1 shows that", "body"),
    ("Part of the plan", "heading"),
    ("Lampiran 1", "heading"),
    ("A. Samad said", "body"),
    ("e.g. training", "body"),
    ("i.e. the Act", "body"),
    ("(NAPTIP) activities", "body"),
    ("(in) force", "body"),
    ("(c) 2021 The Ministry", "body"),
    ("4Ps strategy", "body"),
    ("% increase in respondents", "cell"),
    ("No. 5 of the list", "body"),
]


@pytest.mark.parametrize(("text", "place", "number", "words"), TAKEN, ids=[case[0] for case in TAKEN])
def test_a_typed_number_is_taken_off(text, place, number, words):
    found = split_number(text, place)
    assert found is not None
    assert (found.number, found.text) == (number, words)


@pytest.mark.parametrize(("text", "place"), LEFT, ids=[case[0] for case in LEFT])
def test_years_sums_and_names_are_no_numbers(text, place):
    assert split_number(text, place) is None


def test_a_doubtful_number_is_one_under_its_own_section():
    assert split_number("41.2 the agencies report", "body") is None
    found = split_number("41.2 the agencies report", "body", after="41.")
    assert found is not None
    assert found.number == "41.2"


@given(
    st.text(alphabet="12a.():\t -–ABix", max_size=8),
    st.text(alphabet="abc xyz12.", max_size=12),
    st.sampled_from(["heading", "body", "cell", "caption"]),
)
@settings(deadline=None, max_examples=200)
def test_number_separator_and_words_make_up_the_paragraph(start, rest, place):
    text = (start + rest).strip()
    found = split_number(text, place)
    if found is not None:
        assert found.number + found.separator + found.text == text
        assert found.text.strip()
