"""The algorithms on text, each at a size and at twice that size: seconds of CPU, and their ratio.

Run it with `python -m bench.text`.
"""

import random
import time
from collections.abc import Callable
from typing import Any

from app.text.anchors import find
from app.text.carrying import Place, carry
from app.text.lineage import Node, lineage
from app.text.merging import Change, merge
from app.text.redline import redline
from app.text.similarity import Said, similar

SYLLABLES = [
    f"{a}{b}" for a in ("ka", "le", "mi", "no", "pu", "ra") for b in ("tan", "sel", "dor", "bik", "gum")
]
RANDOM = random.Random(7)


def said(words: int) -> str:
    return " ".join(RANDOM.choices(SYLLABLES, k=words)).capitalize() + "."


def redlined(size: int) -> Callable[[], Any]:
    before = said(size)
    after = " ".join(word if n % 7 else "other" for n, word in enumerate(before.split()))
    return lambda: redline(before, after)


def anchored(size: int) -> Callable[[], Any]:
    text = " ".join(said(12) for _ in range(size // 80))
    return lambda: find(text, "conduct training for inspectors in all states", "before it ", " after it")


def carried(size: int) -> Callable[[], Any]:
    before = [" ".join(said(12) for _ in range(7)) for _ in range(size // 7)]
    after = [
        text.replace("katan", "katan baru", 1) if n % 3 else text for n, text in enumerate(before) if n % 11
    ]
    anchors = [Place(p, 80 * n, 80 * n + 60) for p in range(len(before)) for n in range(7)]
    return lambda: carry(before, after, anchors)


def merged(size: int) -> Callable[[], Any]:
    words = said(20 * size).split()
    changes = [
        Change(str(n), " ".join([*words[: 20 * n], f"new{n}", *words[20 * n + 1 :]])) for n in range(size)
    ]
    return lambda: merge(" ".join(words), changes)


def grouped(size: int) -> Callable[[], Any]:
    letter = " ".join(said(14) for _ in range(6)) + " We ask that " + said(10).lower()
    comments = [
        Said(str(n), f"{letter} {said(12)}" if n % 2 else " ".join(said(14) for _ in range(3)))
        for n in range(size)
    ]
    return lambda: similar(comments)


def compared(size: int) -> Callable[[], Any]:
    before = [Node(str(n), said(25), number=str(n)) for n in range(size)]
    after = [
        Node(one.key, one.text.replace("katan", "katan baru", 1)) for n, one in enumerate(before) if n % 13
    ]
    return lambda: lineage(before, after)


WORK: list[tuple[str, Callable[[int], Callable[[], Any]], int]] = [
    ("redline, words", redlined, 10_000),
    ("anchor that is absent, characters", anchored, 500_000),
    ("carry, anchors", carried, 10_000),
    ("merge, changes", merged, 200),
    ("similar, comments", grouped, 10_000),
    ("lineage, clauses", compared, 1_500),
]


def seconds(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    for name, made, size in WORK:
        once, twice = seconds(made(size)), seconds(made(2 * size))
        print(
            f"{name:<36} {size:>8,}: {once:6.2f} s   {2 * size:>8,}: {twice:6.2f} s   ratio {twice / once:4.1f}"
        )


if __name__ == "__main__":
    main()
