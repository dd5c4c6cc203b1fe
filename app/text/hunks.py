"""What a change does to a text: hunks of words that give way to others."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from app.text.tokens import between, matches, tokens

Unit = tuple[str, str]
"""The space before a word or sign, and the word or sign."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Words `start` to `end` of the base give way to `new`; `gap` is the space then before the next word."""

    start: int
    end: int
    new: tuple[Unit, ...]
    gap: str


class Base:
    """The text that the changes were made on, as words and signs with the space before each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.units, self.end_gap = units_of(text)
        self.starts = [0, *accumulate(len(gap) + len(word) for gap, word in self.units)]

    def gap(self, at: int) -> str:
        """The space before word `at`, or at the end."""
        return self.units[at][0] if at < len(self.units) else self.end_gap

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where words `start` to `end` stand in the text; for none, behind the word before."""
        if start == end:
            return self.starts[start], self.starts[start]
        return self.starts[start] + len(self.units[start][0]), self.starts[end]

    def differing(self, text: str) -> tuple[int, int, str]:
        """Give the words between which a change lies, with one more on each side, and what it has there."""
        head = _common_head(self.text, text)
        tail = _common_head(self.text[head:][::-1], text[head:][::-1])
        low = max(0, bisect_right(self.starts, head) - 3)
        high = min(len(self.units), bisect_left(self.starts, len(self.text) - tail) + 2)
        if high == len(self.units):
            return low, high, text[self.starts[low] :]
        return low, high, text[self.starts[low] : len(text) - (len(self.text) - self.starts[high])]


def units_of(text: str) -> tuple[list[Unit], str]:
    """Cut a text into words and signs, each with the space before it; also give the space at the end."""
    units: list[Unit] = []
    gap = ""
    for token in tokens(text):
        if token.is_space:
            gap += token.text
        else:
            units.append((gap, token.text))
            gap = ""
    return units, gap


def hunks(base: Base, text: str) -> list[Hunk]:
    """Say what a change does to the base, in hunks that rise and do not touch."""
    low, high, middle = base.differing(text)
    new, new_end = units_of(middle)
    units = base.units
    if high < len(units):
        new_end = base.gap(high)
    inner = matches([unit[1] for unit in units[low:high]], [unit[1] for unit in new])
    hunks = [
        Hunk(low + i, low + next_i, tuple(new[j:next_j]), new[next_j][0] if next_j < len(new) else new_end)
        for i, next_i, j, next_j in between(inner, high - low, len(new))
    ]
    edges = {hunk.end for hunk in hunks}
    respaced = [
        (low + i, new[j][0]) for i, j in inner if units[low + i][0] != new[j][0] and low + i not in edges
    ]
    if base.gap(high) != new_end and high not in edges:
        respaced.append((high, new_end))
    hunks = _gathered(units, hunks)
    covered = {i for hunk in hunks for i in range(hunk.start + 1, hunk.end + 1)}
    hunks.extend(Hunk(i, i, (), gap) for i, gap in respaced if i not in covered)
    hunks.sort(key=lambda hunk: (hunk.start, hunk.end))
    found: list[Hunk] = []
    for n in range(len(hunks)):
        _add(found, _slid(base, hunks, n, found[-1].end if found else 0))
    return found


@lru_cache(maxsize=2048)
def based(text: str) -> Base:
    """A text cut once, for those who come back to it."""
    return Base(text)


@lru_cache(maxsize=2048)
def told(base: str, text: str) -> tuple[Hunk, ...]:
    """What a change does to a base, told once for those who ask again."""
    return tuple(hunks(based(base), text))


def _add(found: list[Hunk], hunk: Hunk) -> None:
    """Put a hunk behind the others; where it was let slide against the last one, the two are told as they read."""
    last = found[-1] if found else None
    if last is None or last.end != hunk.start or not hunk.new:
        found.append(hunk)
        return
    new = ((last.gap, hunk.new[0][1]), *hunk.new[1:])
    if last.start == last.end == hunk.end:
        found[-1] = Hunk(hunk.start, hunk.end, (*last.new, *new), hunk.gap)
    else:
        found.append(Hunk(hunk.start, hunk.end, new, hunk.gap))


def _common_head(one: str, other: str) -> int:
    """Count the characters that two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _gathered(base: list[Unit], hunks: list[Hunk]) -> list[Hunk]:
    """Join the hunks of a change that only a sign or a small word keeps apart: they are one rewording."""
    gathered: list[Hunk] = []
    for hunk in hunks:
        last = gathered[-1] if gathered else None
        if last is not None and _is_one(base[last.end : hunk.start], last, hunk):
            kept = base[last.end : hunk.start]
            kept = [(last.gap, kept[0][1]), *kept[1:]]
            gathered[-1] = Hunk(last.start, hunk.end, (*last.new, *kept, *hunk.new), hunk.gap)
        else:
            gathered.append(hunk)
    return gathered


def _is_one(island: list[Unit], last: Hunk, hunk: Hunk) -> bool:
    only_come = last.start == last.end and hunk.start == hunk.end
    only_go = not last.new and not hunk.new
    if only_come or only_go:
        return False
    held = [word for _, word in island if word[0].isalnum()]
    if not held:
        return all(one.new and one.end > one.start for one in (last, hunk))
    return len(held) <= 2 and sum(map(len, held)) <= 6


def _slid(base: Base, hunks: list[Hunk], n: int, low: int) -> Hunk:
    """Let what only comes or only goes begin at the end of a sentence or paragraph, where it could as well.

    It slides back to word `low` at most, and on to the next hunk, but never against one that is put in.
    """
    hunk = hunks[n]
    if bool(hunk.new) == (hunk.end > hunk.start):
        return hunk
    high = len(base.units)
    if n + 1 < len(hunks):
        high = hunks[n + 1].start - (hunks[n + 1].start == hunks[n + 1].end)
    best, current = hunk, hunk
    while (earlier := _step_back(base, current)) is not None and earlier.start >= low:
        current = earlier
        if _rank(base.units, current) >= _rank(base.units, best):
            best = current
    current = hunk
    while (later := _step_on(base, current)) is not None and later.end <= high:
        current = later
        if _rank(base.units, current) > _rank(base.units, best):
            best = current
    return best


def reach(base: Base, hunk: Hunk) -> tuple[int, int]:
    """The words over which a hunk can be told: to strike out “the basis of” or “basis of the” is the same."""
    low, high = hunk.start, hunk.end
    if bool(hunk.new) == (hunk.end > hunk.start):
        return low, high
    current = hunk
    while (earlier := _step_back(base, current)) is not None:
        current, low = earlier, earlier.start
    current = hunk
    while (later := _step_on(base, current)) is not None:
        current, high = later, later.end
    return low, high


def _step_back(base: Base, hunk: Hunk) -> Hunk | None:
    if hunk.start == 0 or hunk.gap != base.gap(hunk.end):
        return None
    before = base.units[hunk.start - 1]
    if hunk.new:
        if hunk.new[-1][1] != before[1] or hunk.new[-1][0] != before[0]:
            return None
        return Hunk(hunk.start - 1, hunk.end - 1, (before, *hunk.new[:-1]), before[0])
    if base.units[hunk.end - 1] != before:
        return None
    return Hunk(hunk.start - 1, hunk.end - 1, (), before[0])


def _step_on(base: Base, hunk: Hunk) -> Hunk | None:
    if hunk.end >= len(base.units) or hunk.gap != base.gap(hunk.end):
        return None
    after = base.units[hunk.end]
    following = base.gap(hunk.end + 1)
    if hunk.new:
        if hunk.new[0] != after:
            return None
        return Hunk(hunk.start + 1, hunk.end + 1, (*hunk.new[1:], after), following)
    if base.units[hunk.start] != after:
        return None
    return Hunk(hunk.start + 1, hunk.end + 1, (), following)


def _rank(base: list[Unit], hunk: Hunk) -> int:
    """Say how good a place is to begin: a paragraph, a sentence, a part of one, or in the middle."""
    first = hunk.new[0] if hunk.new else base[hunk.start]
    if hunk.start == 0 or "\n" in first[0]:
        return 4
    return {".": 3, "!": 3, "?": 3, ";": 2, ":": 2, ",": 1}.get(base[hunk.start - 1][1], 0)


def written(base: Base, hunks: Iterable[Hunk], low: int, high: int) -> str:
    """Write the base's words `low` to `high` with the hunks done, and, for the whole text, the space at the end."""
    ordered = sorted(set(hunks), key=lambda hunk: (hunk.start, hunk.end, hunk.new, hunk.gap))
    parts: list[str] = []
    at = low
    pending: str | None = None

    def put(gap: str, word: str) -> None:
        first_gap = base.units[0][0] if base.units and low == 0 else ""
        if not parts:
            gap = first_gap if gap else ""
        elif not gap and parts[-1][-1].isalnum() and word[0].isalnum():
            gap = " "
        parts.append(gap + word)

    for hunk in ordered:
        for gap, word in base.units[at : hunk.start]:
            put(gap if pending is None else pending, word)
            pending = None
        at = max(at, hunk.start)
        for gap, word in hunk.new:
            put(gap, word)
        at = max(at, hunk.end)
        pending = hunk.gap
    for gap, word in base.units[at:high]:
        put(gap if pending is None else pending, word)
        pending = None
    whole = low == 0 and high == len(base.units)
    return "".join(parts) + ((base.end_gap if pending is None else pending) if whole else "")
