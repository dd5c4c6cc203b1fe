"""Texts in brief: a beginning, or a change with a little of what stands around it."""

from collections.abc import Sequence
from functools import lru_cache

from app.text.redline import Run, redline


def beginning(text: str, most: int) -> str:
    """A text, or its first `most` characters up to the end of a word and an ellipsis."""
    if len(text) <= most:
        return text
    head = text[:most]
    at = max(head.rfind(" "), head.rfind("\n"))
    return head[: at if at > most // 2 else most].rstrip() + "…"


def ending(text: str, most: int) -> str:
    """A text, or an ellipsis and its last `most` characters from the beginning of a word."""
    if len(text) <= most:
        return text
    tail = text[-most:]
    at = tail.find(" ")
    return "…" + tail[at if 0 <= at < most // 2 else 0 :].lstrip()


def around(runs: Sequence[Run], most: int = 48) -> list[Run]:
    """A redline in brief: what stayed is kept for `most` characters on each side of what came or went."""
    found: list[Run] = []
    for n, run in enumerate(runs):
        if run.kind != "equal":
            found.append(Run(run.kind, beginning(run.text, most * 5)))
            continue
        first, last = n == 0, n == len(runs) - 1
        if first and last:
            found.append(Run("equal", beginning(run.text, most * 3)))
        elif first:
            found.append(Run("equal", ending(run.text, most)))
        elif last:
            found.append(Run("equal", beginning(run.text, most)))
        elif len(run.text) > most * 2 + 3:
            found.append(
                Run(
                    "equal", f"{beginning(run.text, most).rstrip('…')} … {ending(run.text, most).lstrip('…')}"
                )
            )
        else:
            found.append(run)
    return found


@lru_cache(maxsize=4096)
def full(base: str, proposed: str) -> tuple[Run, ...]:
    """A proposal's redline; the same two texts have the same."""
    return tuple(redline(base, proposed))


@lru_cache(maxsize=4096)
def brief(base: str, proposed: str) -> tuple[Run, ...]:
    """A proposal's redline with a little of what stands around it."""
    return tuple(around(full(base, proposed)))
