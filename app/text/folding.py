"""A text folded for comparing, with the way back to what was typed."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SPECIAL = re.compile(
    rf"""[\s{_UNSEEN}]{{2,}} | [^\S\ ] | [{_UNSEEN}]
    | [^\s{_UNSEEN}{_MARKS}][{_MARKS}]+ | -{{2,}} | ["`] | [^\x00-\x7e]""",
    re.VERBOSE,
)
_SIGNS = str.maketrans(
    dict.fromkeys('‘’‚‛′‵`´“”„‟″‶«»‹›"', "'") | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-") | {"…": "..."}  # noqa: RUF001, RUF100 (the signs people paste)
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with spaces, quotation marks, dashes, hidden characters and accents' forms made alike.

    `text` keeps its capitals, `lower` is the same length without them. Between the special places
    listed in `_at` the folded text runs parallel to the typed one.
    """

    text: str
    lower: str
    _at: tuple[int, ...]
    _folded_ends: tuple[int, ...]
    _typed: tuple[tuple[int, int], ...]

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Give the typed range (code points) of a folded range that is not empty."""
        return self._where(start)[0], self._where(end - 1)[1]

    def _where(self, place: int) -> tuple[int, int]:
        n = bisect_right(self._at, place) - 1
        if n < 0:
            return place, place + 1
        if place < self._folded_ends[n]:
            return self._typed[n]
        typed = self._typed[n][1] + place - self._folded_ends[n]
        return typed, typed + 1


def fold(text: str) -> str:
    """Give a text as it is compared: see `Folded`."""
    return _SPECIAL.sub(lambda found: _plain(found.group()), text)


@lru_cache(maxsize=64)
def folded(text: str) -> Folded:
    """Fold a text and remember where everything stood; linear in its length."""
    at: list[int] = []
    ends: list[int] = []
    typed: list[tuple[int, int]] = []
    parts: list[str] = []
    size = done = 0
    for found in _SPECIAL.finditer(text):
        start, end = found.span()
        plain = _plain(found.group())
        parts.append(text[done:start])
        size += start - done
        at.append(size)
        parts.append(plain)
        size += len(plain)
        ends.append(size)
        typed.append((start, end))
        done = end
    parts.append(text[done:])
    joined = "".join(parts)
    return Folded(joined, lower(joined), tuple(at), tuple(ends), tuple(typed))


def lower(text: str) -> str:
    """Take the capitals from a text without changing its length."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def without_accents(text: str) -> str:
    """Take the accents from letters: the base letters of the compatibility decomposition."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _plain(special: str) -> str:
    if special[0] == "\u00ad":
        return ""  # a word broken over two lines
    if any(char.isspace() for char in special):
        return " "
    if special[0] in _UNSEEN:
        return ""
    if special[0] == "-":
        return "-"
    return unicodedata.normalize("NFKC", special).translate(_SIGNS)
