"""Automatic numbers as a word processor counts them, from the numbering definitions alone.

The rules are those of ECMA-376 part 1, 17.9: lists that share an abstract definition share its counters, a
start override counts once, a level starts again after a higher one unless it says otherwise.
"""

import re
from dataclasses import dataclass, field

from app.text.numerals import written

_PLACE = re.compile(r"%([1-9])")
MOST_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and prints; `restart_after` 0 means never, None after any higher level."""

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restart_after: int | None = None
    legal: bool = False
    bullet: str = ""
    indent: int | None = None


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """One list of a document: the counters it shares (`shared`), its levels, and where it starts anew."""

    shared: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """The number a paragraph shows: as printed, its place in its own level, and the level from 0."""

    text: str
    value: int
    level: int
    list_id: str
    bullet: str = ""
    indent: int | None = None


class Counters:
    """Counts through one story of a document, in order."""

    def __init__(self, lists: dict[str, ListDefinition]) -> None:
        self._lists = lists
        self._counts: dict[str, list[int | None]] = {}
        self._overridden: set[tuple[str, int]] = set()

    def next(self, list_id: str, level: int) -> Label | None:
        """Count one paragraph of a list at a level from 0 and give its label; None where no such list is."""
        definition = self._lists.get(list_id)
        if definition is None:
            return None
        level = min(max(level, 0), MOST_LEVELS - 1)
        own = definition.levels.get(level)
        if own is None:
            return None
        counts = self._counts.setdefault(definition.shared, [None] * MOST_LEVELS)
        value = self._advance(counts, definition, list_id, level, own)
        for deeper in range(level + 1, MOST_LEVELS):
            after = definition.levels.get(deeper, Level()).restart_after
            if after is None or (after and level < after):
                counts[deeper] = None
        if own.number_format == "bullet":
            return Label("", value, level, list_id, own.bullet, indent=own.indent)
        text = _printed(own, definition, counts)
        return Label(text, value, level, list_id, indent=own.indent)

    def _advance(
        self, counts: list[int | None], definition: ListDefinition, list_id: str, level: int, own: Level
    ) -> int:
        current = counts[level]
        if level in definition.starts and (list_id, level) not in self._overridden:
            self._overridden.add((list_id, level))
            value = definition.starts[level]
        elif current is None:
            value = definition.starts.get(level, own.start)
        else:
            value = current + 1
        counts[level] = value
        return value


def _printed(own: Level, definition: ListDefinition, counts: list[int | None]) -> str:
    def place(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        level = definition.levels.get(index, Level())
        value = counts[index]
        if value is None:
            value = definition.starts.get(index, level.start)
        number_format = level.number_format
        if own.legal and number_format not in {"none", "bullet", "decimalZero"}:
            number_format = "decimal"
        return written(value, number_format)

    return _PLACE.sub(place, own.text).strip()
