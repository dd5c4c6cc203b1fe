"""What people search for is found however it is inflected, accented or numbered, in both languages."""

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.searching import index_words, language, phrases, query_terms

TEXTS = [
    "Conduct training for labour inspectors in Sabah, as in Outcome 1.3.",
    "Majikan hendaklah melaporkan aduan pekerja kepada Jabatan Tenaga Kerja.",
    "The worker's complaint (see R2-0147) was received at the café.",
    "NAPTIP 2.0 and 1.13 overlap; the forced-labour indicators differ.",
]


def found(query: str) -> list[int]:
    """Ask SQLite's own full-text index, as the application does."""
    index = sqlite3.connect(":memory:")
    index.execute("create virtual table texts using fts5(words)")
    for n, text in enumerate(TEXTS):
        index.execute("insert into texts(rowid, words) values (?, ?)", (n, index_words(text)))
    groups = [
        "(" + " OR ".join(f'"{one[:-1]}"*' if one.endswith("*") else f'"{one}"' for one in term) + ")"
        for term in query_terms(query)
    ]
    groups += ['"' + " ".join(phrase) + '"' for phrase in phrases(query)]
    rows = index.execute(
        "select rowid from texts where words match ? order by rowid", (" AND ".join(groups),)
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("query", "expected", "because"),
    [
        ("training", [0], "the word itself"),
        ("train inspector", [0], "English stems"),
        ("inspections sabah", [], "an inspection is no inspector"),
        ("lapor", [1], "the Malay stem"),
        ("melapor pekerja", [1], "Malay prefixes and suffixes"),
        ("cafe", [2], "no accent typed"),
        ("CAFÉ", [2], "capitals and accents typed"),
        ("workers", [2], "the possessive is the word"),
        ("R2-0147", [2], "a comment's number is one word"),
        ("1.3", [0], "1.3 is not 1.13"),
        ('"forced labour"', [3], "a phrase over a hyphen"),
        ('"labour forced"', [], "a phrase has an order"),
        ("insp", [0], "a word still being typed"),
        ("compl* received", [2], "a star inside the query"),
        ("compl received", [], "without a star the word is whole"),
    ],
)
def test_a_search_finds_these_texts(query, expected, because):
    assert found(query) == expected, because


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80))
def test_every_word_of_a_text_finds_it_and_only_letters_and_digits_are_stored(text):
    stored = index_words(text).split()
    assert all(re.fullmatch(r"[^\W_]+", word) for word in stored)
    for term in query_terms(text):
        assert any(
            (word.startswith(one[:-1]) if one.endswith("*") else word == one)
            for one in term
            for word in stored
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kementerian hendaklah melaporkan setiap tahun.", "ms"),
        ("The Ministry shall report every year.", "en"),
        ("Setuju.", "ms"),
        ("Siapa yang bayar?", "ms"),
        ("The term 'buruh paksa' should be defined", "en"),
        ("Indikator kurang memadai berkaitan perumahan", "ms"),
        ("JTK, MEF, MTUC", "en"),
        ("2026", "en"),
        ("", "en"),
    ],
)
def test_a_text_is_in_this_language(text, expected):
    assert language(text) == expected
