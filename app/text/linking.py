"""Two versions cut into sentences, and which became which: paragraphs first, then sentences in and across them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.text.aligning import Pair, Piece, align, likeness, piece
from app.text.nearly import words_changed
from app.text.tokens import sentences

_SURE = 0.62
"""Likeness from which a piece in its order is the same piece edited."""
_MARGIN = 0.08

Known = Sequence[tuple[Sequence[int], Sequence[int]]]
"""Paragraphs that became others, by their indexes before and after."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a version: its paragraph and code points there."""

    p: int
    start: int
    end: int
    piece: Piece


@dataclass(slots=True)
class Link:
    """Sentences that became others: runs of neighbours, first and last index on each side."""

    before: tuple[int, int]
    after: tuple[int, int]
    likeness: float
    moved: bool
    sure: bool


@dataclass(slots=True)
class Versions:
    """Two versions cut into sentences and linked."""

    texts: tuple[list[str], list[str]]
    before: list[Sentence]
    after: list[Sentence]
    first_before: list[int]
    first_after: list[int]
    unchanged: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))
    links: dict[int, Link] = field(default_factory=dict)


def linked(before: list[str], after: list[str], known: Known | None) -> Versions:
    old, first_old = _cut(before)
    new, first_new = _cut(after)
    versions = Versions((before, after), old, new, first_old, first_new)
    for ours, theirs in known or ():
        here = [i for p in ours for i in range(first_old[p], first_old[p + 1])]
        there = [j for p in theirs for j in range(first_new[p], first_new[p + 1])]
        _link(versions, here, there, moved=False, sure=True)
    if known is None:
        _link_paragraphs(versions)
    taken = {j for link in versions.links.values() for j in range(link.after[0], link.after[1] + 1)}
    here_left = [i for i in range(len(old)) if i not in versions.links]
    there_left = [j for j in range(len(new)) if j not in taken]
    placed = {i: link.after for i, link in versions.links.items() if link.sure}
    guessed = known is None  # else what is alike in another clause is only suggested
    _link(versions, here_left, there_left, moved=not guessed, sure=guessed, equal=guessed)
    _doubt_strays(versions, here_left, placed)
    for i, link in versions.links.items():
        if link.likeness == 1.0 and link.sure:
            versions.unchanged[0].add(i)
            versions.unchanged[1].add(link.after[0])
    _grow(versions)
    return versions


def _link_paragraphs(versions: Versions) -> None:
    """Align the paragraphs, and the sentences within each pair of them."""
    before, after = ([piece(text) for text in side] for side in versions.texts)
    pairs = align(before, after)
    held = Counter(one.plain for one in before), Counter(one.plain for one in after)
    stands = {(pair.before, pair.after) for pair in pairs}
    for pair in pairs:
        here = list(range(versions.first_before[pair.before], versions.first_before[pair.before + 1]))
        there = list(range(versions.first_after[pair.after], versions.first_after[pair.after + 1]))
        if pair.likeness == 1.0 and len(here) == len(there):
            # of several equal ones some went or came: only a neighbour that stayed tells which is which
            plain = before[pair.before].plain
            sure = held[0][plain] == held[1][plain] or any(
                (pair.before + step, pair.after + step) in stands for step in (-1, 1)
            )
            for i, j in zip(here, there, strict=True):
                versions.links[i] = Link((i, i), (j, j), 1.0, pair.moved, sure=sure)
        else:
            sure = pair.likeness - pair.rival >= _MARGIN and (pair.likeness >= _SURE or not pair.moved)
            _link(versions, here, there, moved=pair.moved, sure=sure)


def _doubt_strays(versions: Versions, left: list[int], placed: dict[int, tuple[int, int]]) -> None:
    """Leave to a person what is only alike and stands elsewhere than between its neighbours' successors."""
    order = sorted(placed)
    for i in left:
        link = versions.links.get(i)
        if link is None or link.likeness == 1.0:
            continue
        at = bisect_left(order, i)
        low = placed[order[at - 1]][1] if at else -1
        high = placed[order[at]][0] if at < len(order) else len(versions.after)
        if not low <= link.after[0] <= high:
            link.sure = False


def _cut(texts: list[str]) -> tuple[list[Sentence], list[int]]:
    """Cut paragraphs into sentences; also give the index of each paragraph's first, and one past the last."""
    cut: list[Sentence] = []
    first: list[int] = []
    for p, text in enumerate(texts):
        first.append(len(cut))
        start = 0
        for sentence in sentences(text):
            cut.append(Sentence(p, start, start + len(sentence), piece(sentence)))
            start += len(sentence)
    first.append(len(cut))
    return cut, first


def _link(
    versions: Versions, here: list[int], there: list[int], *, moved: bool, sure: bool, equal: bool = True
) -> None:
    if not here or not there:
        return
    before = [versions.before[i].piece for i in here]
    after = [versions.after[j].piece for j in there]
    for pair in align(before, after):
        i, j = here[pair.before], there[pair.after]
        certain = (equal or pair.likeness < 1.0) and _is_certain(
            pair, before[pair.before], after[pair.after], sure=sure
        )
        versions.links[i] = Link((i, i), (j, j), pair.likeness, moved or pair.moved, sure=certain)


def _is_certain(pair: Pair, before: Piece, after: Piece, *, sure: bool) -> bool:
    """Say whether two sentences are surely one: alike enough, and no other could be meant as well."""
    if pair.likeness == 1.0:
        return True
    if not sure or pair.likeness < _SURE or pair.likeness - pair.rival < _MARGIN:
        return False
    changed = words_changed(before.plain, after.plain)
    if not pair.moved:
        return pair.likeness >= 0.8 or changed.exchanged <= 0.45
    return pair.likeness >= 0.8 and not changed.telling and changed.exchanged <= 0.1


def _grow(versions: Versions) -> None:
    """Let a sentence cut in two, or two made one, be whole in its link."""
    taken = {j for link in versions.links.values() for j in range(link.after[0], link.after[1] + 1)}
    for link in list(versions.links.values()):
        if link.likeness >= 0.97:
            continue
        for step in (1, -1):
            j = link.after[1] + 1 if step == 1 else link.after[0] - 1
            if (
                0 <= j < len(versions.after)
                and j not in taken
                and versions.after[j].p == versions.after[link.after[0]].p
            ):
                wider = (min(link.after[0], j), max(link.after[1], j))
                if _gain(versions, link, link.before, wider):
                    taken.add(j)
                    link.after = wider
            i = link.before[1] + 1 if step == 1 else link.before[0] - 1
            if (
                0 <= i < len(versions.before)
                and i not in versions.links
                and versions.before[i].p == versions.before[link.before[0]].p
            ):
                wider = (min(link.before[0], i), max(link.before[1], i))
                if _gain(versions, link, wider, link.after):
                    versions.links[i] = link
                    link.before = wider


def _gain(versions: Versions, link: Link, before: tuple[int, int], after: tuple[int, int]) -> bool:
    wider = likeness(piece(_text(versions, 0, before)), piece(_text(versions, 1, after)))
    if wider < link.likeness + 0.05:
        return False
    link.likeness = wider
    link.sure = link.sure or (wider >= _SURE and not link.moved)
    return True


def _text(versions: Versions, side: int, run: tuple[int, int]) -> str:
    cut = versions.before if side == 0 else versions.after
    return versions.texts[side][cut[run[0]].p][cut[run[0]].start : cut[run[1]].end]
