"""A row of the matrix that comes back: three versions of each cell, and what becomes of the one that was written.

The row carries, in a hidden cell, digests of what it said when it went out. So what was changed in the
workbook and what was changed in the books since are told apart without keeping a copy of either: a
three-way merge, cell by cell.
"""

import enum
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.words import N_

#: What may be written in a workbook that goes out, in the order of its columns.
EDITABLE = (
    "theme",
    "drafter",
    "proposed_disposition",
    "proposed_reason",
    "disposition",
    "points_to",
    "reason",
    "reason_ms",
)

#: Letters of a digest: told apart are the few versions of one cell, not all texts there are.
DIGEST = 10

_STATE = re.compile(r"^r1:(\d{1,15}):(\d{1,15}):([0-9a-f]{10}):((?:[0-9a-f]{10}\.)*[0-9a-f]{10})$")


def normal(text: Any) -> str:
    """A cell's text without what spreadsheets change by themselves: line ends, and blanks at the ends."""
    words = "" if text is None else str(text)
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def digest(text: Any) -> str:
    """A cell's digest."""
    return hashlib.sha256(normal(text).encode(errors="replace")).hexdigest()[:DIGEST]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The hidden cell of a row: its comment and point, and digests of what it said when it went out."""

    comment_id: int
    point_id: int
    frozen: str
    cells: tuple[str, ...]

    def written(self) -> str:
        return f"r1:{self.comment_id}:{self.point_id}:{self.frozen}:{'.'.join(self.cells)}"


def stamp(comment_id: int, point_id: int, frozen: Sequence[Any], editable: Sequence[Any]) -> Stamp:
    """What a row is marked with; `frozen` and `editable` are its cells in the order of the columns."""
    whole = "\x1f".join(normal(cell) for cell in frozen)
    return Stamp(comment_id, point_id, digest(whole), tuple(map(digest, editable)))


def read_stamp(text: str) -> Stamp | None:
    """The stamp that a hidden cell holds; None where it holds none, or one that was tampered with."""
    found = _STATE.match(text.strip())
    if found is None:
        return None
    cells = tuple(found[4].split("."))
    if len(cells) != len(EDITABLE):
        return None
    return Stamp(int(found[1]), int(found[2]), found[3], cells)


class Outcome(enum.StrEnum):
    """What becomes of something that was written in the workbook."""

    APPLIED = "applied"
    CONFLICT = "conflict"
    REFUSED = "refused"
    NEW = "new"


OUTCOME_NAMES = {
    Outcome.APPLIED: N_("Will be applied"),
    Outcome.CONFLICT: N_("Changed on both sides"),
    Outcome.REFUSED: N_("Refused"),
    Outcome.NEW: N_("New row"),
}


@dataclass(frozen=True, slots=True)
class Returned:
    """A row as it came back: its number in the sheet, its stamp, its cells by column."""

    row: int
    stamp: Stamp | None
    cells: Mapping[str, str]
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that was written: what it says now in the workbook and in the books."""

    row: int
    ref: str
    point_id: int
    key: str
    mine: str
    theirs: str
    outcome: Outcome
    why: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


#: Why something is refused; said to the person as it stands.
POINTS_NOWHERE = N_("This column goes with the answers “Duplicate” and “Referred”.")
UNKNOWN = N_("The matrix has no such row in this round.")
NO_STAMP = N_("The hidden cell of this row is missing or was changed, so it cannot be said what was changed.")
FROZEN = N_("“%(column)s” is frozen at submission. What you wrote there was not taken.")
TWICE = N_("Two rows of the same point say different things here. Make them agree.")
REGROUPED = N_("This comment was put under another point after the workbook was made.")


def merged(
    row: Returned, theirs: Mapping[str, str], editable: Sequence[str] = EDITABLE
) -> list[tuple[str, Outcome]]:
    """The cells that were written in a row, each with what becomes of it.

    `theirs` is what the books say now, as the workbook would say it. A cell that says what it said when it
    went out was not written; one that says what the books say meanwhile needs nothing.
    """
    if row.stamp is None:
        return []
    base = dict(zip(EDITABLE, row.stamp.cells, strict=True))
    found: list[tuple[str, Outcome]] = []
    for key in editable:
        if key not in row.cells:
            continue  # its column was taken out of the workbook
        mine, now = digest(row.cells[key]), digest(theirs.get(key, ""))
        if mine in {base[key], now}:
            continue
        found.append((key, Outcome.APPLIED if now == base[key] else Outcome.CONFLICT))
    return found


def touched(row: Returned, frozen: Sequence[str], theirs: Mapping[str, str]) -> list[str]:
    """The frozen columns that were written in: those that differ from the books, if any was written at all.

    A column that was taken out of the workbook says nothing; where some were, each cell that is left is
    held against the books.
    """
    if row.stamp is None:
        return []
    if all(key in row.cells for key in frozen):
        whole = "\x1f".join(normal(row.cells[key]) for key in frozen)
        if digest(whole) == row.stamp.frozen:
            return []
    return [key for key in frozen if key in row.cells and normal(row.cells[key]) != normal(theirs.get(key))]


def settled(changes: Iterable[Change]) -> list[Change]:
    """Changes with one said once for each point: rows of a point that agree are one, that differ are refused."""
    said: dict[tuple[int, str], list[Change]] = {}
    for change in changes:
        said.setdefault((change.point_id, change.key), []).append(change)
    found: list[Change] = []
    for some in said.values():
        first = some[0]
        if len({normal(change.mine) for change in some}) > 1:
            found += [
                Change(one.row, one.ref, one.point_id, one.key, one.mine, one.theirs, Outcome.REFUSED, TWICE)
                for one in some
            ]
        else:
            found.append(first)
    return sorted(found, key=lambda change: change.row)
