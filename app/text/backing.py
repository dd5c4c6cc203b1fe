"""Who stands behind the words of a result: each changed run by the proposals that ask for it, and what each got."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.text.hunks import Base, Hunk, based, told, units_of
from app.text.tokens import matches


@dataclass(frozen=True, slots=True)
class Run:
    """A changed run: the base's code points `start` to `end` read `text`; in the result it stands `at` to `until`.

    `ids` are the proposals that ask for just this; `own` says that none does, and `near` which touch its words.
    """

    start: int
    end: int
    text: str
    at: int
    until: int
    ids: tuple[str, ...]
    own: bool = False
    near: tuple[str, ...] = ()


class Became(StrEnum):
    """What became of a proposal in the result."""

    WHOLLY = "wholly"
    REWORDED = "reworded"
    PARTLY = "partly"
    NOT_AT_ALL = "not_at_all"


def runs(base: str, result: str, proposals: Mapping[str, str]) -> list[Run]:
    """The changed runs of a result in order, each with the proposals (id to whole text) behind it.

    A word that came is a proposal's where that proposal brings the same word to the same place; small words
    alone make nobody its author.
    """
    cut = based(base)
    done = {one: told(base, text) for one, text in proposals.items()}
    places = _places(result)
    found: list[Run] = []
    shift = 0
    for hunk in told(base, result):
        first = hunk.start + shift
        shift += len(hunk.new) - (hunk.end - hunk.start)
        if hunk.new or hunk.end > hunk.start:
            found += _runs_of(cut, hunk, first, places, done)
    return found


def became(base: str, result: str, proposal: str) -> Became:
    """What became of a proposal in a result, change by change."""
    cut = based(base)
    asked = [hunk for hunk in told(base, proposal) if hunk.new or hunk.end > hunk.start]
    got = told(base, result)
    shares = [_share(cut, hunk, got) for hunk in asked]
    if all(share >= 1 for share in shares):
        return Became.WHOLLY
    if not any(shares):
        return Became.NOT_AT_ALL
    return Became.REWORDED if all(shares) else Became.PARTLY


def _places(text: str) -> list[tuple[int, int]]:
    """Where each word or sign of a text stands."""
    units, _ = units_of(text)
    places = []
    at = 0
    for gap, word in units:
        places.append((at + len(gap), at + len(gap) + len(word)))
        at += len(gap) + len(word)
    return places


def _says(word: str) -> bool:
    """Whether a word alone says something: short ones and signs stand in every sentence."""
    return len(word) > 3 or word[0].isdigit()


def _over(cut: Base, its: Sequence[Hunk], low: int, high: int) -> tuple[list[str], list[bool], set[int]]:
    """How words `low` to `high` read after some hunks, which of them came, and which words of the base went."""
    words: list[str] = []
    came: list[bool] = []
    gone: set[int] = set()
    at = low
    for hunk in its:
        if hunk.end < low or hunk.start > high:
            continue
        for n in range(at, max(at, min(hunk.start, high))):
            words.append(cut.units[n][1])
            came.append(False)
        for _, word in hunk.new:
            words.append(word)
            came.append(True)
        gone.update(range(max(low, hunk.start), min(high, hunk.end)))
        at = max(at, min(hunk.end, high))
    for n in range(at, high):
        words.append(cut.units[n][1])
        came.append(False)
    return words, came, gone


def _widened(cut: Base, hunk: Hunk) -> tuple[int, int]:
    """A hunk's words with one more on each side: what comes in beside a word can be told in two ways."""
    return max(0, hunk.start - 1), min(len(cut.units), hunk.end + 1)


def _runs_of(
    cut: Base, hunk: Hunk, first: int, places: Sequence[tuple[int, int]], done: Mapping[str, Sequence[Hunk]]
) -> list[Run]:
    """Cut a hunk of the result where those behind it change."""
    exact = tuple(one for one, its in done.items() if hunk in its)
    if exact:
        return [_run(cut, hunk.start, hunk.end, hunk, 0, len(hunk.new), first, places, exact)]
    new = [word for _, word in hunk.new]
    stayed = {j for _, j in matches([word for _, word in cut.units[hunk.start : hunk.end]], new)}
    brings: list[set[str]] = [set() for _ in new]
    takes: list[set[str]] = [set() for _ in range(hunk.start, hunk.end)]
    near: list[str] = []
    low, high = _widened(cut, hunk)
    lead = hunk.start - low
    around = [cut.units[n][1] for n in range(low, hunk.start)] + new
    around += [cut.units[n][1] for n in range(hunk.end, high)]
    for one, its in done.items():
        words, came, gone = _over(cut, its, low, high)
        gone = {n for n in gone if hunk.start <= n < hunk.end}
        if not (any(came) or gone):
            continue
        near.append(one)
        pairs = {i: j - lead for i, j in matches(words, around)}
        brought = [j for i, j in pairs.items() if came[i] and 0 <= j < len(new)]
        # Of two alignments as long as each other the other may be meant: what says something is not lost by it.
        left = Counter(word for i, word in enumerate(words) if came[i] and i not in pairs and _says(word))
        for j, word in enumerate(new):
            if left[word] and j not in brought:
                left[word] -= 1
                brought.append(j)
        if any(_says(new[j]) for j in brought) or (brought and len(brought) == len(new)):
            for j in brought:
                brings[j].add(one)
        for n in gone:
            takes[n - hunk.start].add(one)
    if not new:
        return _deletions(cut, hunk, first, places, takes, near)
    found: list[Run] = []
    # A sign between the words of two proposals comes with either.
    neutral = stayed | {j for j, word in enumerate(new) if not word[0].isalnum()}
    cuts = _cuts(brings, neutral)
    for n, (low, high, ids) in enumerate(cuts):
        start, end = (hunk.start, hunk.end) if n == 0 else (hunk.end, hunk.end)
        mine = tuple(sorted(ids, key=list(done).index))
        found.append(_run(cut, start, end, hunk, low, high, first, places, mine, near))
    return found


def _cuts(brings: Sequence[set[str]], neutral: set[int]) -> list[tuple[int, int, frozenset[str]]]:
    """Stretches of new words with the same proposals behind; what is neutral goes with either."""
    found: list[tuple[int, int, frozenset[str]]] = []
    for j, ids in enumerate(brings):
        passes = not ids and j in neutral
        if found and (passes or frozenset(ids) == found[-1][2]):
            found[-1] = (found[-1][0], j + 1, found[-1][2])
        elif found and all(n in neutral and not brings[n] for n in range(found[-1][0], j)):
            found[-1] = (found[-1][0], j + 1, frozenset(ids))
        else:
            found.append((j, j + 1, frozenset(ids)))
    return found


def _deletions(
    cut: Base,
    hunk: Hunk,
    first: int,
    places: Sequence[tuple[int, int]],
    takes: Sequence[set[str]],
    near: Sequence[str],
) -> list[Run]:
    found: list[tuple[int, int, frozenset[str]]] = []
    for n, ids in enumerate(takes):
        if found and found[-1][2] == frozenset(ids):
            found[-1] = (found[-1][0], n + 1, found[-1][2])
        else:
            found.append((n, n + 1, frozenset(ids)))
    return [
        _run(
            cut,
            hunk.start + low,
            hunk.start + high,
            hunk,
            0,
            0,
            first,
            places,
            tuple(one for one in near if one in ids),
            near,
        )
        for low, high, ids in found
    ]


def _run(
    cut: Base,
    start: int,
    end: int,
    hunk: Hunk,
    low: int,
    high: int,
    first: int,
    places: Sequence[tuple[int, int]],
    ids: tuple[str, ...],
    near: Sequence[str] = (),
) -> Run:
    """Words `low` to `high` of a hunk of the result, whose first new word is word `first` of the result."""
    text = "".join(gap + word for gap, word in hunk.new[low:high]).strip(" ")
    if high > low:
        at, until = places[first + low][0], places[first + high - 1][1]
    else:
        at = until = places[first - 1][1] if 0 < first <= len(places) else 0
    from_, to = cut.span(start, end)
    return Run(from_, to, text, at, until, ids, own=not ids, near=() if ids else tuple(near))


def _share(cut: Base, asked: Hunk, got: Sequence[Hunk]) -> float:
    """How much of what a hunk asks for the result has: 1 all, 0 nothing that says something."""
    if asked in got:
        return 1.0
    words, came, gone = _over(cut, got, *_widened(cut, asked))
    new = [word for _, word in asked.new]
    brought = list((Counter(word for i, word in enumerate(words) if came[i]) & Counter(new)).elements())
    went = [n for n in range(asked.start, asked.end) if n in gone]
    wanted = len(new) + asked.end - asked.start
    if new and not any(map(_says, brought)) and any(map(_says, new)):
        return 0.0
    if not new and not any(_says(cut.units[n][1]) for n in went) and len(went) < asked.end - asked.start:
        return 0.0
    return (len(brought) + len(went)) / wanted
