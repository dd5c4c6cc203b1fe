"""Sentences in the languages of the interface: English is the key itself, Malay is looked up."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent / "locales"

#: English is the key itself; Malay is looked up.
LANGUAGES = ("en", "ms")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence in `language` by its English; a plural stands under its one and under its many.

    Malay has one form for any number, so the two keys hold the same words. English has no catalogue.
    """
    found: dict[str, str] = {}
    for file in sorted((LOCALES / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if not message.id or message.fuzzy:
                    continue
                keys = [message.id] if isinstance(message.id, str) else list(message.id)
                forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
                if forms and forms[0]:
                    found.update(dict.fromkeys(keys, forms[0]))
    return found


def in_language(language: str, sentence: str, values: Mapping[str, Any] | None = None) -> str:
    """A sentence in `language`, its `%(name)s` places filled from `values`; unknown ones stay English."""
    words = catalogue(language).get(sentence, sentence)
    return words % values if values else words


def of_number(language: str, one: str, many: str, count: int, values: Mapping[str, Any] | None = None) -> str:
    """The sentence for `count` things, `%(n)s` being the count itself unless `values` says otherwise."""
    return in_language(language, one if count == 1 else many, {"n": count, **(values or {})})
