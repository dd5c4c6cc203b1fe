"""Which clause of a Malay text says what which clause of the English one says, by their structure.

Numbers and order decide, never the words: both texts are the same plan, so clause 2.4 is clause 2.4.
Numbers that stand once in each text are found first; what lies between them is compared in order, and a
pair that only its place speaks for is not sure.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.plans.rules import Kind

_WORD = re.compile(r"^[^\W\d_]{3,}[ \u00a0]+")
_EDGES = " .:;()[]-–—\t"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is compared of a clause."""

    kind: Kind
    number: str

    @property
    def key(self) -> tuple[Kind, str]:
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
    once = {key for key, n in Counter(a).items() if n == 1 and key[1]}
    once &= {key for key, n in Counter(b).items() if n == 1}
    fixed_a = [at for at, key in enumerate(a) if key in once]
    fixed_b = [at for at, key in enumerate(b) if key in once]
    matcher = SequenceMatcher(None, [a[at] for at in fixed_a], [b[at] for at in fixed_b], autojunk=False)
    found: list[Pair] = []
    at_a = at_b = 0
    fixed = [
        (fixed_a[block.a + n], fixed_b[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]
    for here, there in [*fixed, (len(a), len(b))]:
        found += _between(a, b, (at_a, here), (at_b, there))
        if here < len(a):
            found.append(Pair(here, there))
        at_a, at_b = here + 1, there + 1
    return found


def _between(
    a: Sequence[tuple[Kind, str]], b: Sequence[tuple[Kind, str]], in_a: tuple[int, int], in_b: tuple[int, int]
) -> list[Pair]:
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
