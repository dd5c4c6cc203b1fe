"""The matrix as a workbook that is worked on and comes back: who may write where, and what was written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import tee
from typing import Any

from app.documents.matrix_table import Frame, cells, matrix_table
from app.documents.sheets.grid import Grid, Line
from app.documents.sheets.opening import open_sheet
from app.documents.tables import Column, Table
from app.errors import Invalid
from app.matrix.reading import Row
from app.matrix.rules import COLUMNS, Owner
from app.words import N_
from app.writing_back.rules import EDITABLE, Returned, read_stamp, stamp

#: The title of the hidden column; no language has another.
STAMP = "_runding"
#: What is frozen at submission and stands as text in a cell.
FROZEN = tuple(column.key for column in COLUMNS if column.owner is Owner.FROZEN and column.kind == "text")

_AT = {column.key: n for n, column in enumerate(COLUMNS)}
#: A row in which a long text goes on says the ref again and which part it is (workbook.py).
_GOES_ON = re.compile(r"^(.+) \((\d+)\)$")

NO_MATRIX = N_(
    "This is no comment matrix that was taken from here: it lacks the hidden column. Take the workbook from"
    " the matrix page, write in that, and send it back."
)


def matrix_workbook(
    rows: Iterable[Row],
    frame: Frame,
    about: Sequence[tuple[str, str]],
    marking: str,
    choices: Mapping[str, Sequence[str]],
) -> Table:
    """The whole matrix with the columns of `choices` open to be written in, each row stamped.

    `choices` offers values by column in the words of the frame; an empty list leaves a column to free text.
    Rows are read as they are written.
    """
    table = matrix_table((), frame, about, marking)
    columns = [
        replace(column, editable=column.key in choices, choices=tuple(choices.get(column.key, ())))
        for column in table.columns
    ]
    return replace(
        table,
        columns=[*columns, Column(STAMP, STAMP, 4, hidden=True)],
        rows=_stamped(rows, frame),
    )


def _stamped(rows: Iterable[Row], frame: Frame) -> Iterator[list[Any]]:
    held, shown = tee(rows)
    for row, said in zip(held, cells(shown, frame), strict=True):
        yield [*said, mark(row, said)]


def mark(row: Row, said: Sequence[Any]) -> str:
    """The stamp of a row whose cells say `said`; none for a comment that makes two points, or none."""
    if len(row.points) != 1:
        return ""
    frozen = [said[_AT[key]] for key in FROZEN]
    editable = [said[_AT[key]] for key in EDITABLE]
    return stamp(row.comment.id, row.points[0].id, frozen, editable).written()


def theirs(said: Sequence[Any]) -> dict[str, str]:
    """What the books say of a row now, by column, as a workbook would."""
    return {
        key: "" if said[at] is None else str(said[at])
        for key, at in _AT.items()
        if key in {*FROZEN, *EDITABLE}
    }


def read_matrix(data: bytes, titles: Mapping[str, str]) -> list[Returned]:
    """The rows of a workbook that came back; `titles` gives the column that a title (folded) names.

    Raises Invalid for a file that is no workbook, or none that was taken from here.
    """
    found: list[Returned] = []
    stamped = False
    for grid in open_sheet(data).grids:
        head = _head(grid, titles)
        if head is None:
            continue
        stamped = True
        found += _rows(grid, *head)
    if not stamped:
        raise Invalid(NO_MATRIX)
    return found


def folded(title: str) -> str:
    """A title without what does not tell titles apart."""
    return " ".join(title.split()).casefold()


def _head(grid: Grid, titles: Mapping[str, str]) -> tuple[Line, dict[int, str]] | None:
    """The row of titles of a sheet, and which column of the matrix each of its columns is."""
    for line in grid.lines[:20]:
        named = {
            at: STAMP if folded(cell.text) == STAMP else titles.get(folded(cell.text), "")
            for at, cell in line.cells.items()
        }
        if STAMP in named.values():
            return line, {at: key for at, key in named.items() if key}
    return None


def _rows(grid: Grid, head: Line, columns: Mapping[int, str]) -> Iterator[Returned]:
    held: Returned | None = None
    for line in grid.lines:
        if line.number <= head.number:
            continue
        said = {key: line.text(at) for at, key in columns.items() if key != STAMP}
        written = next((line.text(at) for at, key in columns.items() if key == STAMP), "")
        if not any(said.values()) and not written:
            continue
        more = _GOES_ON.match(said.get("ref", ""))
        if more and not written and held is not None and held.ref == more[1]:
            joined = {key: value + said.get(key, "") for key, value in held.cells.items() if key != "ref"}
            held = replace(held, cells=joined | {"ref": held.ref})
            continue
        if held is not None:
            yield held
        held = Returned(line.number, read_stamp(written), said, said.get("ref", ""))
    if held is not None:
        yield held
