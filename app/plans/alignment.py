"""Which clause of a Malay text says what which clause of the English one says, by their structure.

Numbers and order decide, never the words: both texts are the same plan, so clause 2.4 is clause 2.4.
Headings come first, where both texts have the same ones; then numbers that stand once between two headings;
what lies between those is compared in order, and a pair that only its place speaks for is not sure.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.plans.rules import Kind

_WORD = re.compile(r"^[^\W\d_]{3,}[ \u00a0]+")
_EDGES = " .:;()[]-–—\t"


Key = tuple[Kind, str]
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is compared of a clause; `level` matters for headings."""

    kind: Kind
    number: str
    level: int = 0

    @property
    def key(self) -> Key:
        """Kind and bare number: "Annex 1:" and "Lampiran 1" are both 1."""
        return self.kind, _WORD.sub("", self.number.strip(_EDGES)).lower()


@dataclass(frozen=True, slots=True)
class Pair:
    """Indexes of two clauses that say the same; one is None where the other text has no such clause."""

    ours: int | None
    theirs: int | None
    sure: bool = True


def aligned(ours: Sequence[Shape], theirs: Sequence[Shape]) -> list[Pair]:
    """Every clause of both texts once, in document order."""
    a, b = [one.key for one in ours], [one.key for one in theirs]
    found: list[Pair] = []
    for in_a, in_b in _gaps(_headings(ours, theirs), (0, len(a)), (0, len(b))):
        for gap_a, gap_b in _gaps(_numbers(a, b, in_a, in_b), in_a, in_b):
            found += _between(a, b, gap_a, gap_b)
            if gap_a[1] < in_a[1]:
                found.append(Pair(gap_a[1], gap_b[1]))
        if in_a[1] < len(a):
            found.append(Pair(in_a[1], in_b[1]))
    return found


def _gaps(fixed: list[tuple[int, int]], in_a: Stretch, in_b: Stretch) -> Iterator[tuple[Stretch, Stretch]]:
    """The stretches before, between and behind pairs that are sure."""
    from_a, from_b = in_a[0], in_b[0]
    for here, there in [*fixed, (in_a[1], in_b[1])]:
        yield (from_a, here), (from_b, there)
        from_a, from_b = here + 1, there + 1


def _headings(ours: Sequence[Shape], theirs: Sequence[Shape]) -> list[tuple[int, int]]:
    """All headings, where both texts have the same ones: as many, of the same levels and numbers."""
    a = [at for at, one in enumerate(ours) if one.kind is Kind.HEADING]
    b = [at for at, one in enumerate(theirs) if one.kind is Kind.HEADING]
    shapes_a = [(ours[at].level, ours[at].key) for at in a]
    shapes_b = [(theirs[at].level, theirs[at].key) for at in b]
    return list(zip(a, b, strict=True)) if shapes_a == shapes_b else []


def _numbers(a: Sequence[Key], b: Sequence[Key], in_a: Stretch, in_b: Stretch) -> list[tuple[int, int]]:
    """Numbers that stand once in each stretch, in one order."""
    once = {key for key, n in Counter(a[slice(*in_a)]).items() if n == 1 and key[1]}
    once &= {key for key, n in Counter(b[slice(*in_b)]).items() if n == 1}
    fixed_a = [at for at in range(*in_a) if a[at] in once]
    fixed_b = [at for at in range(*in_b) if b[at] in once]
    matcher = SequenceMatcher(None, [a[at] for at in fixed_a], [b[at] for at in fixed_b], autojunk=False)
    return [
        (fixed_a[block.a + n], fixed_b[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]


def _between(a: Sequence[Key], b: Sequence[Key], in_a: Stretch, in_b: Stretch) -> list[Pair]:
    found: list[Pair] = []
    part_a, part_b = a[in_a[0] : in_a[1]], b[in_b[0] : in_b[1]]
    even = Counter(part_a) == Counter(part_b)
    codes = SequenceMatcher(None, part_a, part_b, autojunk=False).get_opcodes()
    for what, a1, a2, b1, b2 in codes:
        pairs = min(a2 - a1, b2 - b1) if what == "equal" or a2 - a1 == b2 - b1 else 0
        found += [
            Pair(in_a[0] + a1 + n, in_b[0] + b1 + n, sure=what == "equal" and even) for n in range(pairs)
        ]
        found += [Pair(in_a[0] + at, None) for at in range(a1 + pairs, a2)]
        found += [Pair(None, in_b[0] + at) for at in range(b1 + pairs, b2)]
    return found


def fields_by_place(english: dict[str, str], malay: dict[str, str]) -> dict[str, str]:
    """Malay field texts under their English names; columns are paired by their place in the row."""
    if len(english) == len(malay):
        return dict(zip(english, malay.values(), strict=True))
    return {name: malay[name] for name in english if name in malay}
