"""The languages of the interface: which one a request is answered in, and a sentence in it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from fastapi import Request

LOCALES = Path(__file__).resolve().parent.parent / "locales"

#: English is the key itself; Malay is looked up.
LANGUAGES = ("en", "ms")
COOKIE = "language"


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


def language_of(request: Request) -> str:
    """The person's own choice, else this browser's cookie, else what the browser prefers, else English."""
    chosen = getattr(request.state, "language", None) or request.cookies.get(COOKIE)
    return str(chosen) if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def preferred(accepts: str) -> str:
    """The language of ours that stands highest in an `Accept-Language` header, else English."""
    ranked = []
    for part in accepts.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    # Indonesian readers read Malay more easily than English.
    known = [(weight, {"id": "ms"}.get(tag, tag)) for weight, tag in ranked if weight > 0]
    known = [(weight, tag) for weight, tag in known if tag in LANGUAGES]
    return max(known, key=lambda pair: pair[0])[1] if known else "en"
