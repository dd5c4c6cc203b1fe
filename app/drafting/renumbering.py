"""Numbers of a text from which clauses went and into which others came: they count on as they did before."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from app.text.numerals import from_roman, roman

_COUNTER = re.compile(r"(?P<before>.*?)(?P<value>\d+|[A-Za-z]{1,6})(?P<after>[^\w]*)", re.DOTALL)

#: Kinds that are counted through the whole text, not below what they stand under.
_THROUGHOUT = frozenset({"caption", "footnote"})


@dataclass(frozen=True, slots=True)
class Numbered:
    """A clause of the new text in document order; `number` is what it had, `parent` its parent's index.

    `before` is its index in the earlier text; None for a clause that came, which counts on behind the
    clause `beside` (an index of the new text) where that one is counted.
    """

    kind: str
    level: int
    number: str
    parent: int | None
    before: int | None
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Had:
    """A clause of the earlier text, as far as its number goes."""

    kind: str
    level: int
    number: str
    parent: int | None


@dataclass(slots=True)
class _Run:
    """Numbers that count up by one, such as 2.1, 2.2, 2.3: what stands around the counter, its style and start."""

    before: str
    after: str
    start: int
    styles: list[tuple[str, int]]
    length: int = 1
    used: int = 0


def renumbered(earlier: Sequence[Had], now: Sequence[Numbered]) -> list[str]:
    """Give each clause of the new text its number.

    Only what was counted one by one is counted again; a number that stood alone stays as it was. Where a
    number begins with its parent's ("2.3.1" below "2.3"), it follows the parent's new one.
    """
    run_of = _runs(earlier)
    numbers: list[str] = []
    shared: list[_Run | None] = []
    for one in now:
        run = run_of[one.before] if one.before is not None else None
        if one.before is None and one.beside is not None and now[one.beside].kind == one.kind:
            run = shared[one.beside]
            run = run if run is not None and run.length > 1 else None
        shared.append(run)
        if run is None:
            numbers.append(one.number if one.before is not None else "")
            continue
        own = _written(run, run.start + run.used)
        run.used += 1
        numbers.append(_below(own, one, earlier, now, numbers))
    return numbers


def _runs(earlier: Sequence[Had]) -> list[_Run | None]:
    last: dict[Hashable, _Run] = {}
    found: list[_Run | None] = []
    for one in earlier:
        read = _read(one.number)
        if read is None:
            found.append(None)
            continue
        before, after, styles = read
        group = (
            (one.kind, before)
            if one.kind in _THROUGHOUT
            else (one.parent, one.kind, one.level if one.kind == "heading" else 0)
        )
        run = last.get(group)
        if run is not None and (run.before, run.after) == (before, after):
            both = [(style, value) for style, value in styles if (style, value - run.length) in run.styles]
            if both:
                starts = [(style, value - run.length) for style, value in both]
                run.styles = starts
                run.start = starts[0][1]
                run.length += 1
                found.append(run)
                continue
        run = last[group] = _Run(before, after, styles[0][1], styles)
        found.append(run)
    return found


def _read(number: str) -> tuple[str, str, list[tuple[str, int]]] | None:
    """Read a number as printed: what stands before and after its counter, and how that can be understood."""
    found = _COUNTER.fullmatch(number.strip())
    if found is None:
        return None
    value = found["value"]
    styles: list[tuple[str, int]] = []
    if value.isdecimal():
        styles = [("decimal", int(value))]
    else:
        case = "upper" if value.isupper() else "lower"
        if len(value) == 1:
            styles.append((f"{case} letter", ord(value.lower()) - ord("a") + 1))
        if (counted := from_roman(value)) is not None and (value.isupper() or value.islower()):
            styles.insert(0 if value.lower() == "i" else len(styles), (f"{case} roman", counted))
    if not styles:
        return None
    return found["before"], found["after"], styles


def _written(run: _Run, value: int) -> str:
    style = run.styles[0][0]
    if style.endswith("letter"):
        shown = chr(ord("a") + (value - 1) % 26) * (1 + (value - 1) // 26)
    else:
        shown = roman(value) if style.endswith("roman") else str(value)
    return run.before + (shown.upper() if style.startswith("upper") else shown) + run.after


def _below(
    own: str, one: Numbered, earlier: Sequence[Had], now: Sequence[Numbered], numbers: Sequence[str]
) -> str:
    """Let a number begin with the new number of the nearest clause above whose old one it began with."""
    above = one.parent
    while above is not None:
        origin = now[above].before
        old = _bare(earlier[origin].number) if origin is not None else ""
        if old and own.startswith(f"{old}."):
            return _bare(numbers[above]) + own[len(old) :]
        above = now[above].parent
    return own


def _bare(number: str) -> str:
    return number.strip(" .:;()[]-–—\t")
