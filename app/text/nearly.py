"""Where a text holds nearly the same words as a quote, in bounded time."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from app.text.tokens import between, matches

_LONG = 1_500
"""Characters above which only a quote's head and tail are searched, and its words compared."""
_ENDS = 400
_PLACES = 6
_LEAST = 0.5
_SLIP = 72
"""Likeness, of 100, from which two words are one word and a slip of the pen."""
_NEGATIONS = frozenset({"not", "no", "never", "nor", "tidak", "bukan", "tiada", "jangan", "tanpa", "without"})
_EDGE = re.compile(r"(?<!\w)(?=\w)|(?<=\w)(?!\w)|(?<=[.;:!?)])(?=\s|$)|(?<=\s)(?=\S)")
_WORD = re.compile(r"\w+(?:'\w+)*")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """
        the and for with that this from into onto which who whom whose are was were been being have has had
        not will shall should must may might can could would their there these those its his her our your any
        all each such than then also upon under over between within without through during about
        yang dan atau bagi untuk dengan kepada daripada dari pada dalam oleh ini itu akan telah adalah ialah
        tidak boleh hendaklah perlu serta sebagai antara setiap para secara juga lain
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of the text (code points, end excluded) and its likeness to the quote, 0 to 1."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between a quote and a stretch, in content words as shares of the quote's.

    `moved`: words that only went or came. `exchanged`: words that stand where others stood, `words`.
    `telling`: whether numbers or negations differ.
    """

    moved: float
    exchanged: float
    words: tuple[str, ...]
    telling: bool


def nearest(text: str, wanted: str) -> list[Near]:
    """Give up to six stretches of `text` most like `wanted`, the likest first.

    Both are folded and in small letters. Places are proposed by votes of shared character n-grams for
    a diagonal, and their ends fitted to word ends by Indel similarity: about linear in the text.
    """
    if len(wanted) < 4 or not text:
        return []
    if len(wanted) > _LONG:
        return _long(text, wanted)
    best: dict[tuple[int, int], float] = {}
    for place in _voted(text, wanted):
        start, end, score = _fitted(text, wanted, place)
        if score >= _LEAST:
            best[start, end] = score
    chosen: list[Near] = []
    for (start, end), score in sorted(best.items(), key=lambda item: -item[1]):
        if all(_apart(start, end, one) for one in chosen):
            chosen.append(Near(start, end, score))
    return chosen


def words_changed(wanted: str, there: str) -> Changed:
    """Compare two stretches word by word; a slip of the pen in a word is no change, another number or a "not" is."""
    old, new = _WORD.findall(wanted), _WORD.findall(there)
    content = sum(map(_is_content, old)) or 1
    moved = 0.0
    exchanged: list[str] = []
    telling = False
    for i, next_i, j, next_j in between(matches(old, new), len(old), len(new)):
        gone = [word for word in old[i:next_i] if _is_content(word)]
        come = [word for word in new[j:next_j] if _is_content(word)]
        telling = telling or sorted(filter(_is_telling, old[i:next_i])) != sorted(
            filter(_is_telling, new[j:next_j])
        )
        if fuzz.ratio("".join(old[i:next_i]), "".join(new[j:next_j])) >= _SLIP:
            continue  # a word written as two
        for word in tuple(gone):
            slip = max(come, key=partial(fuzz.ratio, word), default="")
            if slip and not _has_digit(word) and fuzz.ratio(word, slip) >= _SLIP:
                gone.remove(word)
                come.remove(slip)
        both = min(len(gone), len(come))
        exchanged.extend(gone[:both])
        moved += (len(gone) - both) + 0.5 * (len(come) - both)
    return Changed(moved / content, len(exchanged) / content, tuple(exchanged), telling)


def _voted(text: str, wanted: str) -> list[int]:
    """Propose where `wanted` may begin, by n-grams in common."""
    size = 3 if len(wanted) < 24 else 5
    grams: dict[str, list[int]] = defaultdict(list)
    for at in range(len(wanted) - size + 1):
        places = grams[wanted[at : at + size]]
        if len(places) < 3:
            places.append(at)
    width = max(12, len(wanted) // 4)
    votes: dict[int, int] = defaultdict(int)
    for at in range(len(text) - size + 1):
        gram = text[at : at + size]
        if gram in grams:
            for place in grams[gram]:
                votes[(at - place) // width] += 1
    smooth = {bin_: count + votes.get(bin_ + 1, 0) for bin_, count in list(votes.items())}
    least = max(2, (len(wanted) - size + 1) // 8)
    chosen: list[int] = []
    for bin_ in sorted(smooth, key=lambda one: -smooth[one]):
        if smooth[bin_] < least or len(chosen) == _PLACES:
            break
        if all(abs(bin_ - other) > 1 for other in chosen):
            chosen.append(bin_)
    return [bin_ * width for bin_ in chosen]


def _fitted(text: str, wanted: str, place: int) -> tuple[int, int, float]:
    """Fit the ends of the stretch that begins near `place`."""
    size = len(wanted)
    slack = max(24, size // 2)
    low, high = max(0, place - slack), min(len(text), place + size + 2 * slack)
    window = text[low:high]
    found = fuzz.partial_ratio_alignment(wanted, window)
    if found is None:
        return place, place, 0.0
    if len(window) >= size:
        start, end = found.dest_start, found.dest_end
    else:
        start, end = 0, len(window)
    edges = [edge.start() for edge in _EDGE.finditer(window)]
    near = max(20, size // 4)
    for _ in range(2):
        starts = [start, *(edge for edge in edges if abs(edge - start) <= near and edge < end)]
        start = max(starts, key=lambda one: Indel.normalized_similarity(wanted, window[one:end]))
        ends = [end, *(edge for edge in edges if abs(edge - end) <= near and edge > start)]
        end = max(ends, key=lambda one: Indel.normalized_similarity(wanted, window[start:one]))
    while start < end and window[start].isspace():
        start += 1
    while end > start and window[end - 1].isspace():
        end -= 1
    if start >= end:
        return place, place, 0.0
    return low + start, low + end, Indel.normalized_similarity(wanted, window[start:end])


def _long(text: str, wanted: str) -> list[Near]:
    """Find a long quote by its two ends, and compare its words."""
    heads = nearest(text, wanted[:_ENDS])
    tails = nearest(text, wanted[-_ENDS:])
    old = _WORD.findall(wanted)
    chosen: list[Near] = []
    for head in heads:
        for tail in tails:
            size = tail.end - head.start
            if 0.6 * len(wanted) <= size <= 1.6 * len(wanted):
                new = _WORD.findall(text[head.start : tail.end])
                if len(old) * len(new) <= 100_000_000:
                    chosen.append(Near(head.start, tail.end, Indel.normalized_similarity(old, new)))
    return sorted((one for one in chosen if one.score >= _LEAST), key=lambda one: -one.score)[:_PLACES]


def _apart(start: int, end: int, other: Near) -> bool:
    shared = min(end, other.end) - max(start, other.start)
    return shared * 2 < min(end - start, other.end - other.start)


def _is_telling(word: str) -> bool:
    return word in _NEGATIONS or _has_digit(word)


def _is_content(word: str) -> bool:
    return (len(word) >= 4 and word not in _SMALL) or _has_digit(word)


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)
