"""A text as words, spaces and punctuation, losing nothing."""

import re
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

_MARKS = "\u0300-\u036f\u00ad\u200c\u200d\u2060"
_TOKEN = re.compile(rf"(?:\w[{_MARKS}]*)+(?:['’](?:\w[{_MARKS}]*)+)*|\s+|.", re.DOTALL)
_SENTENCE = re.compile(
    r"(?:\s*\(?(?:\d[\d.]*|[a-zA-Z]|[ivx]{2,4})[.)]\s+)?.+?(?:[.!?;:]['\"”’)\]]*\s+|\n+|$)|\s+", re.DOTALL
)
_TABLE_LIMIT = 400_000_000
"""Cells of the alignment table (one bit each, so 50 MB) above which a text is cut at its sentences first."""


class Token(NamedTuple):
    """A word, a run of spaces or one sign, and where it stands (code points, end excluded)."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum() or self.text[0] == "_"

    @property
    def is_space(self) -> bool:
        return self.text[0].isspace()


def tokens(text: str) -> list[Token]:
    """Cut a text into words (accents inside), spaces and single signs; joined, they are the text."""
    return [Token(found[0], *found.span()) for found in _TOKEN.finditer(text)]


def words(text: str) -> list[str]:
    """Give the words of a text, casefolded, in order; spaces and signs are left out."""
    return [word for word in _TOKEN.findall(text.casefold()) if word[0].isalnum() or word[0] == "_"]


def sentences(text: str) -> list[str]:
    """Cut a text at the ends of its sentences and lines; joined, they are the text."""
    return [found.group() for found in _SENTENCE.finditer(text) if found.group()]


def matches(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pair what stands in both sequences in the same order: index before, index after, both rising.

    A longest common subsequence by the bit-parallel method of Hyyrö (rapidfuzz). A pair too large for
    one table is answered with its common head and tail only.
    """
    head = 0
    shorter = min(len(before), len(after))
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[len(before) - 1 - tail] == after[len(after) - 1 - tail]:
        tail += 1
    pairs = [(i, i) for i in range(head)]
    middle_before = before[head : len(before) - tail]
    middle_after = after[head : len(after) - tail]
    if middle_before and middle_after and len(middle_before) * len(middle_after) <= _TABLE_LIMIT:
        for block in LCSseq.opcodes(middle_before, middle_after):
            if block.tag == "equal":
                pairs.extend(
                    (head + i, head + j)
                    for i, j in zip(
                        range(block.src_start, block.src_end),
                        range(block.dest_start, block.dest_end),
                        strict=True,
                    )
                )
    pairs.extend((len(before) - tail + i, len(after) - tail + i) for i in range(tail))
    return pairs


def between(pairs: list[tuple[int, int]], before: int, after: int) -> list[tuple[int, int, int, int]]:
    """Give the stretches that no pair covers: before from, before to, after from, after to."""
    edges = [(-1, -1), *pairs, (before, after)]
    return [
        (i + 1, next_i, j + 1, next_j)
        for (i, j), (next_i, next_j) in pairwise(edges)
        if next_i > i + 1 or next_j > j + 1
    ]
