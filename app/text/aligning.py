"""Which piece of one version became which piece of the next: order first, likeness second."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from app.text.folding import fold, lower
from app.text.tokens import matches, words

_ALL_PAIRS = 3_000
"""Pairs of pieces under which every pair is compared; above, only those with rare words in common."""
_CANDIDATES = 8
_LEAST = 0.45
_MOVED = 0.72


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, sentence or clause made ready for comparing: `plain` is folded and in small letters."""

    plain: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces taken for one, by their places in the lists; likeness 0 to 1.

    `rival` is the likeness of the best piece left over that either could have gone with instead;
    `moved` says that it stands out of order.
    """

    before: int
    after: int
    likeness: float
    rival: float
    moved: bool


def piece(text: str) -> Piece:
    """Make a text ready for comparing."""
    plain = lower(fold(text)).strip()
    return Piece(plain, tuple(words(plain)))


def likeness(one: Piece, other: Piece) -> float:
    """Say from 0 to 1 how alike two pieces are: the mean of their letters' and words' Indel similarity."""
    if one.plain == other.plain:
        return 1.0
    by_words = Indel.normalized_similarity(one.words, other.words)
    if by_words < 0.2:
        return by_words
    return (by_words + Indel.normalized_similarity(one.plain, other.plain)) / 2


def align(before: Sequence[Piece], after: Sequence[Piece], *, least: float = _LEAST) -> list[Pair]:
    """Pair the pieces of two versions; a piece stands in one pair at most, some in none.

    Equal pieces in order (longest common subsequence), then equal ones that moved, then alike ones in
    order between those (heaviest increasing chain), then alike ones that moved. Near linear in practice.
    """
    pairs = [
        Pair(i, j, 1.0, 0.0, moved=False)
        for i, j in matches([one.plain for one in before], [one.plain for one in after])
        if before[i].plain
    ]
    gaps = _gaps(pairs, len(before), len(after))
    pairs.extend(_equal_moved(before, after, pairs))
    taken_before = {pair.before for pair in pairs}
    taken_after = {pair.after for pair in pairs}
    for i_from, i_to, j_from, j_to in gaps:
        here = [i for i in range(i_from, i_to) if i not in taken_before and before[i].plain]
        there = [j for j in range(j_from, j_to) if j not in taken_after and after[j].plain]
        found = _in_order(before, after, here, there, least)
        pairs.extend(found)
        taken_before.update(pair.before for pair in found)
        taken_after.update(pair.after for pair in found)
    here = [i for i in range(len(before)) if i not in taken_before and before[i].plain]
    there = [j for j in range(len(after)) if j not in taken_after and after[j].plain]
    pairs.extend(_alike_moved(before, after, here, there))
    return sorted(pairs, key=lambda pair: pair.before)


def _gaps(pairs: list[Pair], before: int, after: int) -> list[tuple[int, int, int, int]]:
    gaps: list[tuple[int, int, int, int]] = []
    i = j = 0
    for next_i, next_j in [*((pair.before, pair.after) for pair in pairs), (before, after)]:
        if next_i > i and next_j > j:
            gaps.append((i, next_i, j, next_j))
        i, j = next_i + 1, next_j + 1
    return gaps


def _equal_moved(before: Sequence[Piece], after: Sequence[Piece], pairs: list[Pair]) -> list[Pair]:
    """Pair equal pieces left out of the order, where there is one on each side."""
    left: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    taken = {pair.before for pair in pairs}, {pair.after for pair in pairs}
    for side, pieces in enumerate((before, after)):
        for n, one in enumerate(pieces):
            if n not in taken[side] and len(one.words) >= 2:
                left[one.plain][side].append(n)
    return [
        Pair(here[0], there[0], 1.0, 0.0, moved=True)
        for here, there in left.values()
        if len(here) == 1 and len(there) == 1
    ]


def _scores(
    before: Sequence[Piece], after: Sequence[Piece], here: list[int], there: list[int], least: float
) -> dict[tuple[int, int], float]:
    """Compare the pieces that may be alike."""
    scores: dict[tuple[int, int], float] = {}
    for i, candidates in _candidates(before, after, here, there):
        for j in candidates:
            score = likeness(before[i], after[j])
            if score >= least:
                scores[i, j] = score
    return scores


def _candidates(
    before: Sequence[Piece], after: Sequence[Piece], here: list[int], there: list[int]
) -> list[tuple[int, list[int]]]:
    if len(here) * len(there) <= _ALL_PAIRS:
        return [(i, there) for i in here]
    holders: dict[str, list[int]] = defaultdict(list)
    for j in there:
        for word in set(after[j].words):
            holders[word].append(j)
    found: list[tuple[int, list[int]]] = []
    for i in here:
        weights: dict[int, float] = defaultdict(float)
        held = sorted(
            (word for word in set(before[i].words) if word in holders), key=lambda one: len(holders[one])
        )
        for word in held[:12]:
            if len(holders[word]) <= max(30, len(there) // 20):
                for j in holders[word]:
                    weights[j] += 1.0 / len(holders[word])
        found.append((i, sorted(weights, key=lambda j: (-weights[j], j))[:_CANDIDATES]))
    return found


def _in_order(
    before: Sequence[Piece], after: Sequence[Piece], here: list[int], there: list[int], least: float
) -> list[Pair]:
    scores = _scores(before, after, here, there, least)
    chain = _heaviest_chain(scores, least - 0.1)
    return [
        Pair(i, j, scores[i, j], rival, moved=False)
        for (i, j), rival in zip(chain, _rivals(scores, chain), strict=True)
    ]


def _heaviest_chain(scores: dict[tuple[int, int], float], floor: float) -> list[tuple[int, int]]:
    """Give the chain of pairs, rising on both sides, whose likeness above the floor sums to most."""
    tails: list[int] = []  # rising ends of the best chains so far, with rising weights
    weights: list[float] = []
    last: list[tuple[int, int]] = []
    came_from: dict[tuple[int, int], tuple[int, int] | None] = {}
    for i, j in sorted(scores, key=lambda pair: (pair[0], -pair[1])):
        at = bisect_left(tails, j)
        weight = scores[i, j] - floor + (weights[at - 1] if at else 0.0)
        came_from[i, j] = last[at - 1] if at else None
        end = at
        while end < len(tails) and weights[end] <= weight:
            end += 1
        if end == at < len(tails) and tails[at] == j:
            continue  # a heavier chain already ends there
        tails[at:end], weights[at:end], last[at:end] = [j], [weight], [(i, j)]
    chain: list[tuple[int, int]] = []
    step = last[-1] if last else None
    while step is not None:
        chain.append(step)
        step = came_from[step]
    return chain[::-1]


def _rivals(scores: dict[tuple[int, int], float], chosen: list[tuple[int, int]]) -> list[float]:
    """Give for each chosen pair the likeness of the best one left over for either side."""
    taken_before = {i for i, _ in chosen}
    taken_after = {j for _, j in chosen}
    best_before: dict[int, float] = defaultdict(float)
    best_after: dict[int, float] = defaultdict(float)
    for (i, j), score in scores.items():
        if j not in taken_after:
            best_before[i] = max(best_before[i], score)
        if i not in taken_before:
            best_after[j] = max(best_after[j], score)
    return [max(best_before[i], best_after[j]) for i, j in chosen]


def _alike_moved(
    before: Sequence[Piece], after: Sequence[Piece], here: list[int], there: list[int]
) -> list[Pair]:
    """Pair pieces left over that are each other's likest."""
    scores = _scores(before, after, here, there, _LEAST)
    chosen: list[tuple[int, int]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for i, j in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if scores[i, j] >= _MOVED and i not in taken[0] and j not in taken[1] and len(before[i].words) >= 3:
            chosen.append((i, j))
            taken[0].add(i)
            taken[1].add(j)
    return [
        Pair(i, j, scores[i, j], rival, moved=True)
        for (i, j), rival in zip(chosen, _rivals(scores, chosen), strict=True)
    ]
