"""The chips above the matrix: a press asks for more or less, and each says how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.comments.rules import TYPE_NAMES, CommentType, Priority
from app.matrix.dispositions import POINT_STATE_NAMES, WALK_NAMES, PointState, Walk
from app.matrix.rules import ALL, FILTERS, GROUPING_NAMES, ME, NOBODY, Filters, Grouping, written
from app.people.rules import Constituency
from app.words import N_

#: What `comments/tallies.py` counts, as the chips need it.
DIMENSIONS = ("constituency", "type", "priority", "with")

CRITICAL = N_("Critical")
WITH_CHANGE = N_("With proposed change")
LATE = N_("Late")

PROMISED = N_("Accepted, not in text")

#: What is said of who drafts a point, where it is no seat.
DRAFTER_NAMES = {ME: N_("My points"), NOBODY: N_("Without a drafter")}

#: Filters that have a chip of their own at all times, at least for one value.
_ALWAYS = frozenset({"constituency", "type", "proposed", "late"})

#: Chips that ask for points, before those that ask for comments: filter, value, words.
_OF_POINTS: tuple[tuple[str, Any, str], ...] = (
    ("state", PointState.OPEN, POINT_STATE_NAMES[PointState.OPEN]),
    ("state", PointState.PROPOSED, POINT_STATE_NAMES[PointState.PROPOSED]),
    ("state", PointState.DECIDED, POINT_STATE_NAMES[PointState.DECIDED]),
    ("promised", True, PROMISED),
    ("drafter", ME, DRAFTER_NAMES[ME]),
    ("grouping", Grouping.GROUPED, GROUPING_NAMES[Grouping.GROUPED]),
    ("order", Walk.CONTROVERSY, WALK_NAMES[Walk.CONTROVERSY]),
)


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip: its words, the query string it leads to, whether it is pressed; `letter` shows a badge instead.

    `count` is None where nothing is counted; `value` are words that are nobody's to translate.
    """

    words: str
    query: str
    on: bool
    count: int | None = None
    letter: str = ""
    value: str = ""


def chips(
    filters: Filters,
    counts: Mapping[str, Mapping[str, int]],
    named: Mapping[str, str],
    *,
    points: bool = False,
) -> list[Chip]:
    """The chips for `filters`; `counts` by dimension and value, `named` what a chosen id is called.

    `points` says that their reader sees points, and has chips that ask for some.
    """

    def toggle(name: str, value: Any, words: str, count: int | None, letter: str = "") -> Chip:
        on = getattr(filters, name) == value
        query = written(filters, **{name: getattr(ALL, name) if on else value})
        return Chip(words, query, on, count, letter)

    sides, types = counts.get("constituency", {}), counts.get("type", {})
    of_points = _OF_POINTS if points else ()
    found = [toggle(name, value, words, None) for name, value, words in of_points]
    found += [toggle("constituency", side, "", sides.get(side, 0), side.value) for side in Constituency]
    found += [
        toggle("type", kind, TYPE_NAMES[kind], types.get(kind, 0))
        for kind in CommentType
        if types.get(kind) or filters.type is kind
    ]
    proposals = counts.get("with", {}).get("proposal", 0)
    late = counts.get("with", {}).get("late", 0)
    if proposals or filters.proposed:
        found.append(toggle("proposed", True, WITH_CHANGE, proposals))
    critical = counts.get("priority", {}).get(Priority.CRITICAL, 0)
    if critical or filters.priority is Priority.CRITICAL:
        found.append(toggle("priority", Priority.CRITICAL, CRITICAL, critical))
    if late or filters.late:
        found.append(toggle("late", True, LATE, late))
    shown = {(name, value) for name, value, _ in of_points}
    return found + [chip for name, value, chip in asked(filters, named) if (name, value) not in shown]


def asked(filters: Filters, named: Mapping[str, str]) -> list[tuple[str, Any, Chip]]:
    """Chips for what is asked and has none of its own, each with its filter and value; a press takes it off."""
    found: list[tuple[str, Any, Chip]] = []
    for one in FILTERS:
        value = getattr(filters, one.name)
        if one.name in _ALWAYS or value == getattr(ALL, one.name):
            continue
        if one.name == "priority" and value is Priority.CRITICAL:
            continue
        off = written(replace(filters, **{one.name: getattr(ALL, one.name)}))
        names = DRAFTER_NAMES if one.name == "drafter" else one.names or {}
        told = "" if value in names or value is True else named.get(one.name, str(value))
        found.append((one.name, value, Chip(names.get(value, one.title), off, on=True, value=told)))
    return found


def in_words(filters: Filters, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is asked as (title, value), both in words, for the documents that say what they hold."""
    found: list[tuple[str, str]] = []
    for one in FILTERS:
        value = getattr(filters, one.name)
        if value == getattr(ALL, one.name):
            continue
        names = DRAFTER_NAMES if one.name == "drafter" else one.names or {}
        told = "" if value is True else str(value)
        words = names[value] if value in names else named.get(one.name, told)
        found.append((one.title, words))
    return found
