"""Passages drawn on a text: where many quote the same words, they are one stretch, and the heat adds up."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of a text with how often it was quoted; `n` is 0 between the passages.

    `passages` are the (start, end) that cover it, in code points; `last` says that the first of them ends
    here, which is where its number is written.
    """

    text: str
    n: int = 0
    passages: tuple[tuple[int, int], ...] = ()
    last: bool = False


def stretches(text: str, passages: Iterable[tuple[int, int, int]]) -> list[Stretch]:
    """Cut `text` wherever a passage (start, end, times quoted) begins or ends; joined again it is the text.

    Passages that are empty or lie outside the text are left out. Time grows with text plus passages
    squared at worst, for passages that all overlap.
    """
    kept = sorted((start, end, n) for start, end, n in passages if 0 <= start < end <= len(text) and n > 0)
    if not kept:
        return [Stretch(text)] if text else []
    cuts = sorted({0, len(text), *(start for start, _, _ in kept), *(end for _, end, _ in kept)})
    found: list[Stretch] = []
    active: list[tuple[int, int, int]] = []
    waiting = iter(kept)
    coming = next(waiting, None)
    for begin, stop in itertools.pairwise(cuts):
        active = [passage for passage in active if passage[1] > begin]
        while coming is not None and coming[0] <= begin:
            active.append(coming)
            coming = next(waiting, None)
        covering = tuple((start, end) for start, end, _ in active)
        found.append(
            Stretch(
                text[begin:stop],
                sum(n for _, _, n in active),
                covering,
                last=bool(covering) and covering[0][1] == stop,
            )
        )
    return found


def heat(n: int) -> int:
    """The step of the four-step scale that so many quotes have; 0 for none."""
    return 0 if n <= 0 else 1 if n <= 2 else 2 if n <= 5 else 3 if n <= 9 else 4
