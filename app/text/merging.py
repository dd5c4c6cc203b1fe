"""Merging proposed changes over one wording, word by word."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from app.text.tokens import between, matches, tokens

Unit = tuple[str, str]
"""The space before a word or sign, and the word or sign."""


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed change: its id, and the whole text as it would read."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the words of a collision would read by one change."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Collision:
    """Words that several changes touch differently; `start` and `end` count words and signs of the base."""

    ids: tuple[str, ...]
    base: str
    readings: tuple[Reading, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with every change that collides with none; the others are in the collisions."""

    text: str
    applied: tuple[str, ...]
    collisions: tuple[Collision, ...]


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Words `start` to `end` of the base give way to `new`; `gap` is the space then before the next word."""

    start: int
    end: int
    new: tuple[Unit, ...]
    gap: str


class _Base:
    """The text that the changes were made on, as words and signs with the space before each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.units, self.end_gap = _units(text)
        self.starts = [0, *accumulate(len(gap) + len(word) for gap, word in self.units)]

    def gap(self, at: int) -> str:
        return self.units[at][0] if at < len(self.units) else self.end_gap

    def differing(self, text: str) -> tuple[int, int, str]:
        """Give the words between which a change lies, with one more on each side, and what it has there."""
        head = _common_head(self.text, text)
        tail = _common_head(self.text[head:][::-1], text[head:][::-1])
        low = max(0, bisect_right(self.starts, head) - 3)
        high = min(len(self.units), bisect_left(self.starts, len(self.text) - tail) + 2)
        if high == len(self.units):
            return low, high, text[self.starts[low] :]
        return low, high, text[self.starts[low] : len(text) - (len(self.text) - self.starts[high])]


def merge(base: str, changes: Sequence[Change], *, in_part: bool = False) -> Merged:
    """Merge changes that touch different words; name the collisions of the others.

    Changes that do the same agree. Two insertions at one place collide if they differ; one inside words
    that another change replaces collides, and one beside them if both bring the same word there.
    A change that collides anywhere is left out whole, or, `in_part`, only where it collides.
    The order of the changes does not matter.
    """
    based = _Base(base)
    hunks = {change.id: _hunks(based, change.text) for change in changes}
    regions = _regions(based.units, hunks)
    colliding = {one for ids, _ in regions for one, _ in ids}
    applied = [change.id for change in changes if change.id not in colliding]
    withheld = {(one, hunk) for ids, _ in regions for one, hunk in ids}
    kept = [
        hunk
        for one, found in hunks.items()
        for hunk in found
        if ((one, hunk) not in withheld if in_part else one not in colliding)
    ]
    text = _written(based, kept, 0, len(based.units))
    return Merged(text, tuple(applied), tuple(_collision(based, hunks, *region) for region in regions))


def merge_json(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer `runding merge`: `{base, changes:[{id, text}]}` in, `{text, applied, collisions}` out."""
    changes = [Change(str(one["id"]), str(one["text"])) for one in asked["changes"]]
    original = {str(one["id"]): one["id"] for one in asked["changes"]}
    merged = merge(str(asked["base"]), changes)
    return {
        "text": merged.text,
        "applied": [original[one] for one in merged.applied],
        "collisions": [
            {
                "ids": [original[one] for one in collision.ids],
                "base": collision.base,
                "readings": [{"id": original[one.id], "text": one.text} for one in collision.readings],
            }
            for collision in merged.collisions
        ],
    }


def _units(text: str) -> tuple[list[Unit], str]:
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


def _hunks(base: "_Base", text: str) -> list[_Hunk]:
    """Say what a change does to the base, in hunks that rise and do not touch."""
    low, high, middle = base.differing(text)
    new, new_end = _units(middle)
    units = base.units
    if high < len(units):
        new_end = base.gap(high)
    inner = matches([unit[1] for unit in units[low:high]], [unit[1] for unit in new])
    hunks = [
        _Hunk(low + i, low + next_i, tuple(new[j:next_j]), new[next_j][0] if next_j < len(new) else new_end)
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
    hunks.extend(_Hunk(i, i, (), gap) for i, gap in respaced if i not in covered)
    hunks.sort(key=lambda hunk: (hunk.start, hunk.end))
    return [_slid(base, hunks, n) for n in range(len(hunks))]


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


def _gathered(base: list[Unit], hunks: list[_Hunk]) -> list[_Hunk]:
    """Join the hunks of a change that only a sign or a small word keeps apart: they are one rewording."""
    gathered: list[_Hunk] = []
    for hunk in hunks:
        last = gathered[-1] if gathered else None
        if last is not None and _is_one(base[last.end : hunk.start], last, hunk):
            kept = base[last.end : hunk.start]
            kept = [(last.gap, kept[0][1]), *kept[1:]]
            gathered[-1] = _Hunk(last.start, hunk.end, (*last.new, *kept, *hunk.new), hunk.gap)
        else:
            gathered.append(hunk)
    return gathered


def _is_one(island: list[Unit], last: _Hunk, hunk: _Hunk) -> bool:
    only_come = last.start == last.end and hunk.start == hunk.end
    only_go = not last.new and not hunk.new
    if only_come or only_go:
        return False
    held = [word for _, word in island if word[0].isalnum()]
    if not held:
        return all(one.new and one.end > one.start for one in (last, hunk))
    return len(held) <= 2 and sum(map(len, held)) <= 6


def _slid(base: _Base, hunks: list[_Hunk], n: int) -> _Hunk:
    """Let what only comes or only goes begin at the end of a sentence or paragraph, where it could as well."""
    hunk = hunks[n]
    if bool(hunk.new) == (hunk.end > hunk.start):
        return hunk
    low = hunks[n - 1].end if n else 0
    high = hunks[n + 1].start if n + 1 < len(hunks) else len(base.units)
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


def _step_back(base: _Base, hunk: _Hunk) -> _Hunk | None:
    if hunk.start == 0 or hunk.gap != base.gap(hunk.end):
        return None
    before = base.units[hunk.start - 1]
    if hunk.new:
        if hunk.new[-1][1] != before[1] or hunk.new[-1][0] != before[0]:
            return None
        return _Hunk(hunk.start - 1, hunk.end - 1, (before, *hunk.new[:-1]), before[0])
    if base.units[hunk.end - 1] != before:
        return None
    return _Hunk(hunk.start - 1, hunk.end - 1, (), before[0])


def _step_on(base: _Base, hunk: _Hunk) -> _Hunk | None:
    if hunk.end >= len(base.units) or hunk.gap != base.gap(hunk.end):
        return None
    after = base.units[hunk.end]
    following = base.gap(hunk.end + 1)
    if hunk.new:
        if hunk.new[0] != after:
            return None
        return _Hunk(hunk.start + 1, hunk.end + 1, (*hunk.new[1:], after), following)
    if base.units[hunk.start] != after:
        return None
    return _Hunk(hunk.start + 1, hunk.end + 1, (), following)


def _rank(base: list[Unit], hunk: _Hunk) -> int:
    """Say how good a place is to begin: a paragraph, a sentence, a part of one, or in the middle."""
    first = hunk.new[0] if hunk.new else base[hunk.start]
    if hunk.start == 0 or "\n" in first[0]:
        return 4
    return {".": 3, "!": 3, "?": 3, ";": 2, ":": 2, ",": 1}.get(base[hunk.start - 1][1], 0)


def _regions(
    base: list[Unit], hunks: dict[str, list[_Hunk]]
) -> list[tuple[list[tuple[str, _Hunk]], tuple[int, int]]]:
    """Gather the hunks that collide, directly or through others, with the words they cover together."""
    every = sorted(
        ((hunk, one) for one, found in hunks.items() for hunk in found),
        key=lambda item: (item[0].start, item[0].end, item[0].new, item[0].gap, item[1]),
    )
    leader = list(range(len(every)))

    def head(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    open_: list[int] = []
    for n, (hunk, one) in enumerate(every):
        open_ = [m for m in open_ if every[m][0].end >= hunk.start]
        for m in open_:
            if every[m][1] != one and _collide(base, every[m][0], hunk):
                leader[head(n)] = head(m)
        open_.append(n)
    groups: dict[int, list[int]] = defaultdict(list)
    for n in range(len(every)):
        groups[head(n)].append(n)
    regions = []
    for members in groups.values():
        if len(members) < 2:
            continue
        ids = [(every[m][1], every[m][0]) for m in members]
        if len({one for one, _ in ids}) < 2:
            continue
        regions.append((ids, (min(hunk.start for _, hunk in ids), max(hunk.end for _, hunk in ids))))
    return sorted(regions, key=lambda region: region[1])


def _collide(base: list[Unit], one: _Hunk, other: _Hunk) -> bool:
    if (one.start, one.end, one.new) == (other.start, other.end, other.new):
        return one.gap != other.gap and one.start == one.end and not one.new  # other spaces at one place
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    if one.start == one.end:
        return _comes_between(base, one, other)
    if other.start == other.end:
        return _comes_between(base, other, one)
    return one.start < other.end and other.start < one.end


def _comes_between(base: list[Unit], inserted: _Hunk, reworded: _Hunk) -> bool:
    """Say whether what is inserted comes in among, or against, words that give way."""
    if reworded.start < inserted.start < reworded.end:
        return True
    if not inserted.new:
        return inserted.start == reworded.start
    if inserted.start not in {reworded.start, reworded.end} or _stands_alone(base, inserted):
        return False
    return bool(_spoken(inserted) & _spoken(reworded))  # both bring the same word to one place


def _spoken(hunk: _Hunk) -> set[str]:
    return {word.casefold() for _, word in hunk.new if word[0].isalnum()}


def _stands_alone(base: list[Unit], hunk: _Hunk) -> bool:
    """Say whether what is inserted is whole sentences between sentences."""
    if not hunk.new:
        return False
    begins = hunk.start == 0 or "\n" in hunk.new[0][0] or base[hunk.start - 1][1] in {".", "!", "?", ";", ":"}
    ends = hunk.new[-1][1] in {".", "!", "?", ";", ":"} or "\n" in hunk.gap or hunk.start == len(base)
    return begins and ends


def _written(base: _Base, hunks: Iterable[_Hunk], low: int, high: int) -> str:
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


def _collision(
    base: _Base,
    hunks: dict[str, list[_Hunk]],
    members: list[tuple[str, _Hunk]],
    region: tuple[int, int],
) -> Collision:
    low, high = region
    ids = tuple(sorted({one for one, _ in members}))
    readings = tuple(
        Reading(
            one,
            _written(
                base,
                [hunk for hunk in hunks[one] if low <= hunk.start and hunk.end <= high],
                low,
                high,
            ).strip(),
        )
        for one in ids
    )
    return Collision(ids, _written(base, [], low, high).strip(), readings, low, high)
