"""Every sentence a person can read has its Malay, and no Malay stands for a sentence nobody says."""

import re
from collections import defaultdict

import pytest

from app.web.catalogues import (
    Entry,
    entries,
    missing,
    places,
    said,
    said_in_python,
    said_in_template,
    unused,
)
from app.web.language import LANGUAGES, LOCALES, catalogue, in_language, of_number, preferred

MALAY = entries("ms")
STRAY_PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")


def forms(entry: Entry) -> list[str]:
    return [entry.key] if isinstance(entry.key, str) else list(entry.key)


def test_every_language_but_english_has_a_catalogue():
    assert [language for language in LANGUAGES if (LOCALES / language).is_dir()] == ["ms"]


def test_the_extractor_finds_what_is_said():
    keys = {one.key for one in said()}
    assert len(keys) > 100
    assert "There is no such page, or you have no seat in its plan." in keys  # an error raised in a module
    assert "Civil society" in keys  # a table of names
    assert "Skip to the text" in keys  # a template


def test_every_sentence_has_its_malay():
    lacking = [f"{one.path}:{one.line} {one.key!r}" for one in missing("ms")]
    assert not lacking, "fill what `python -m app.web.catalogues missing` prints:\n" + "\n".join(lacking)


def test_no_malay_is_only_a_guess():
    assert [entry for entry in MALAY if entry.fuzzy] == []


def test_no_malay_stands_for_a_sentence_that_nobody_says():
    assert [f"{entry.path}:{entry.line} {entry.key!r}" for entry in unused("ms")] == []


def test_the_places_in_a_sentence_are_the_places_in_its_malay():
    wrong = [
        (entry.path, entry.line, entry.key)
        for entry in MALAY
        for words in entry.words
        if words and places(words) != places(forms(entry)[-1])
    ]
    assert wrong == []


def test_a_percent_sign_beside_places_is_written_twice():
    wrong = [
        (words, entry.path)
        for entry in MALAY
        for words in [*entry.words, *forms(entry)]
        if places(words) and STRAY_PERCENT.search(words)
    ]
    assert wrong == []


def test_a_sentence_has_one_malay_wherever_it_is_kept():
    found: dict[str, set[str]] = defaultdict(set)
    for entry in MALAY:
        for form in forms(entry):
            found[form] |= {words for words in entry.words if words}
    assert {form: words for form, words in found.items() if len(words) > 1} == {}


def test_a_plural_has_one_form_in_malay():
    assert [entry.key for entry in MALAY if len(entry.words) != 1] == []


def test_sentences_are_found_in_python_and_in_templates(tmp_path):
    module = tmp_path / "some.py"
    module.write_text(
        'raise Conflict("One " "thing.", mine={"a": N_("Two")})\nof_number(l, "one", "many", 2)\nN_(name)\n'
    )
    assert {one.key for one in said_in_python(module)} == {"One thing.", "Two", ("one", "many")}
    template = tmp_path / "some.html"
    template.write_text(
        '{{ _("Three") }}{% trans n=2 %}Four <b>{{ n }}</b>{% endtrans %}'
        '{{ ngettext("%(n)s row", "%(n)s rows", n, n=n) }}{{ _(name) }}'
    )
    assert [one.key for one in said_in_template(template)] == [
        "Three",
        "Four <b>%(n)s</b>",
        ("%(n)s row", "%(n)s rows"),
    ]


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("", "en"),
        ("ms", "ms"),
        ("ms-MY,ms;q=0.9,en;q=0.8", "ms"),
        ("en-GB,en;q=0.9,ms;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,ms;q=0.5,en;q=0.3", "ms"),
        ("id-ID,id;q=0.9,en;q=0.4", "ms"),
        ("ms;q=0,en", "en"),
        ("nonsense;q=x", "en"),
        ("fr", "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_prefers(accepts, language):
    assert preferred(accepts) == language


def test_a_sentence_is_said_in_the_language_asked_for():
    assert in_language("ms", "Copied") == "Disalin"
    assert in_language("en", "Copied") == "Copied"
    assert in_language("ms", "%(time)s ago", {"time": "5 minit"}) == "5 minit lalu"
    assert in_language("ms", "Nobody ever says this") == "Nobody ever says this"


def test_malay_counts_without_a_plural():
    assert of_number("en", "%(n)s day", "%(n)s days", 1) == "1 day"
    assert of_number("en", "%(n)s day", "%(n)s days", 6) == "6 days"
    assert of_number("ms", "%(n)s day", "%(n)s days", 6) == "6 hari"
    assert of_number("ms", "%(n)s day", "%(n)s days", 1) == "1 hari"


def test_english_needs_no_catalogue():
    assert catalogue("en") == {}
