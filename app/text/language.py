"""Which language a text is in: English or Malay where the letters are Latin, else what the file declares."""

import functools
import unicodedata
from collections import Counter
from typing import Any

#: Indonesian is folded into Malay: the two cannot be told apart on a page of officials' prose.
FOLDED = {"id": "ms", "in": "ms", "zsm": "ms"}
ENOUGH = 40
SAMPLE = 20_000
SURE = 20
ENGLISH = ("the", "of", "and", "to", "in", "for", "is", "are", "by", "that")
MALAY = ("dan", "yang", "di", "untuk", "dalam", "dengan", "kepada", "oleh", "ini", "akan", "bagi", "pada")


def language_of(text: str, declared: str = "", other: str = "") -> str:
    """Give `en`, `ms` or another ISO 639 code; `declared` and `other` are what the file says of itself.

    `other` is the file's language for complex scripts and East Asian text.
    """
    sample = text[:SAMPLE]
    letters = [sign for sign in sample if sign.isalpha()]
    latin = sum(1 for sign in letters if "LATIN" in unicodedata.name(sign, ""))
    own = _code(declared)
    if letters and latin * 2 < len(letters):
        return _code(other) or own or "und"
    if own and own not in {"en", "ms"}:
        return own
    if latin < ENOUGH:
        return own or "en"
    common = _by_common_words(sample)
    if common:
        return common
    code = str(_classifier().classify(sample)[0])
    return FOLDED.get(code, code)


def _by_common_words(text: str) -> str:
    """Decide by the commonest words where they leave no doubt, for the classifier takes half a second to load."""
    words = Counter(text.lower().split())
    english = sum(words[word] for word in ENGLISH)
    malay = sum(words[word] for word in MALAY)
    if max(english, malay) < SURE or min(english, malay) * 5 > max(english, malay):
        return ""
    return "en" if english > malay else "ms"


def _code(tag: str) -> str:
    code = tag.replace("_", "-").partition("-")[0].lower()
    return FOLDED.get(code, code) if code not in {"x", "none"} else ""


@functools.cache
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    classifier.set_languages(["en", "ms", "id"])
    return classifier
