"""Merging proposed changes over one wording, word by word."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.text.hunks import Base, Hunk, hunks, reach, written


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


def merge(base: str, changes: Sequence[Change], *, in_part: bool = False) -> Merged:
    """Merge changes that touch different words; name the collisions of the others.

    Changes that do the same agree. Two insertions at one place collide if they differ; one inside words
    that another change replaces collides, and one beside them if both bring the same word there, or if
    they go altogether, unless what is inserted are sentences of their own.
    A change that collides anywhere is left out whole, or, `in_part`, only where it collides.
    The order of the changes does not matter.
    """
    based = Base(base)
    done = {change.id: hunks(based, change.text) for change in changes}
    clashing = clashes(based, done)
    withheld = {pair for clash in clashing for pair in clash.members}
    colliding = {one for one, _ in withheld}
    applied = [change.id for change in changes if change.id not in colliding]
    kept = [
        hunk
        for one, found in done.items()
        for hunk in found
        if ((one, hunk) not in withheld if in_part else one not in colliding)
    ]
    text = written(based, kept, 0, len(based.units))
    return Merged(text, tuple(applied), tuple(_collision(based, done, clash) for clash in clashing))


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


@dataclass(frozen=True, slots=True)
class Clash:
    """Hunks that collide, directly or through others, by whose they are; they cover words `low` to `high`."""

    members: tuple[tuple[str, Hunk], ...]
    low: int
    high: int


def clashes(base: Base, done: dict[str, list[Hunk]]) -> list[Clash]:
    """Gather the hunks of several changes that collide; `done` gives each change's, by its id.

    What many do alike is looked at once, so that a campaign costs no more than what it asks for.
    """
    whose: dict[Hunk, list[str]] = defaultdict(list)
    for one, found in done.items():
        for hunk in found:
            whose[hunk].append(one)
    placed = sorted(
        (*reach(base, hunk), hunk.start, hunk.end, hunk.new, hunk.gap, hunk, ids)
        for hunk, ids in whose.items()
    )
    every = [(low, high, hunk, ids) for low, high, *_, hunk, ids in placed]
    leader = list(range(len(every)))

    def head(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    open_: list[int] = []
    for n, (low, _, hunk, ids) in enumerate(every):
        open_ = [m for m in open_ if every[m][1] >= low]
        for m in open_:
            by_others = len(ids) > 1 or every[m][3] != ids
            if by_others and head(m) != head(n) and collide(base, every[m][2], hunk):
                leader[head(n)] = head(m)
        open_.append(n)
    groups: dict[int, list[int]] = defaultdict(list)
    for n in range(len(every)):
        groups[head(n)].append(n)
    gathered = [
        Clash(
            tuple((one, every[n][2]) for n in members for one in sorted(every[n][3])),
            min(every[n][2].start for n in members),
            max(every[n][2].end for n in members),
        )
        for members in groups.values()
        if len(members) > 1
    ]
    return sorted(gathered, key=lambda clash: (clash.low, clash.high))


def collide(base: Base, one: Hunk, other: Hunk) -> bool:
    """Whether two hunks of different changes exclude each other."""
    if (one.start, one.end, one.new) == (other.start, other.end, other.new):
        return one.gap != other.gap and one.start == one.end and not one.new  # other spaces at one place
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    if one.start == one.end:
        return _comes_between(base, one, other)
    if other.start == other.end:
        return _comes_between(base, other, one)
    (low, high), (other_low, other_high) = reach(base, one), reach(base, other)
    if not one.new and not other.new:
        return one.start < other.end and other.start < one.end
    return low < other_high and other_low < high


def _comes_between(base: Base, inserted: Hunk, reworded: Hunk) -> bool:
    """Say whether what is inserted comes in among, or against, words that give way."""
    if reworded.start < inserted.start < reworded.end:
        return True
    if not inserted.new:
        return inserted.start == reworded.start
    if inserted.start not in {reworded.start, reworded.end} or _stands_alone(base, inserted):
        return False
    if not reworded.new:
        # What it was put beside is gone, unless it can as well be told to stand elsewhere.
        return reach(base, inserted) == (inserted.start, inserted.end)
    return bool(_spoken(inserted) & _spoken(reworded))  # both bring the same word to one place


def _spoken(hunk: Hunk) -> set[str]:
    return {word.casefold() for _, word in hunk.new if word[0].isalnum()}


def _stands_alone(base: Base, hunk: Hunk) -> bool:
    """Say whether what is inserted is whole sentences between sentences."""
    if not hunk.new:
        return False
    begins = (
        hunk.start == 0
        or "\n" in hunk.new[0][0]
        or base.units[hunk.start - 1][1] in {".", "!", "?", ";", ":"}
    )
    ends = hunk.new[-1][1] in {".", "!", "?", ";", ":"} or "\n" in hunk.gap or hunk.start == len(base.units)
    return begins and ends


def _collision(base: Base, done: dict[str, list[Hunk]], clash: Clash) -> Collision:
    low, high = clash.low, clash.high
    ids = tuple(sorted({one for one, _ in clash.members}))
    readings = tuple(
        Reading(
            one,
            written(
                base, [hunk for hunk in done[one] if low <= hunk.start and hunk.end <= high], low, high
            ).strip(),
        )
        for one in ids
    )
    return Collision(ids, written(base, [], low, high).strip(), readings, low, high)
