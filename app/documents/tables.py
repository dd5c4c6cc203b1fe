"""A table that goes out of the house: its columns, its rows as they come, and what it is a table of.

Here the two plain formats; `workbook.py` writes the spreadsheet. Rows are read once and never held, so
memory does not grow with them. Cells are text, numbers, truth, moments, or None for nothing.
"""

import csv
import enum
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


class Cells(enum.StrEnum):
    """What a column's cells hold."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is what programs call it and never changes, `title` what people read, `width` in letters.

    In a workbook, where some columns are `editable` all others are locked; `choices` are the values that an
    editable one takes; a `hidden` one is for programs.
    """

    key: str
    title: str
    width: int = 16
    kind: Cells = Cells.TEXT
    editable: bool = False
    choices: Sequence[str] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `about` says what it holds as (label, value): draft, round, filter, made when, by whom.

    `marking` is the draft's, such as "Restricted"; it is printed wherever the table goes. A title or label
    that is a catalogue key is translated on the way out (web/formats.py).
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    about: Sequence[tuple[str, str]] = ()
    marking: str = ""


#: What a spreadsheet would run instead of showing. Apostrophes before it are counted in, so that taking
#: one apostrophe off what matches gives back every text exactly.
RUNS = re.compile(r"'*[=+\-@\t\r]")

#: A CSV or JSON is handed on in pieces of about this many characters.
PIECE = 64 * 1024


def for_csv(value: Any) -> str:
    """A cell as CSV holds it: text that a spreadsheet would run gets an apostrophe, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if RUNS.match(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def as_csv(table: Table) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a byte-order mark, so that Excel reads it as such; the first row is titles."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    write = csv.writer(out, lineterminator="\r\n").writerow
    write([for_csv(column.title) for column in table.columns])
    for row in table.rows:
        write([for_csv(value) for value in row])
        if out.tell() > PIECE:
            yield out.getvalue().encode(errors="replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode(errors="replace")


def as_json(table: Table) -> Iterator[bytes]:
    """One document: `about`, `columns` with key, title and kind, and `rows`, each an object by column key."""
    keys = [column.key for column in table.columns]
    head = {
        "title": table.title,
        "marking": table.marking,
        "about": dict(table.about),
        "columns": [{"key": c.key, "title": c.title, "kind": c.kind} for c in table.columns],
    }
    dump = json.JSONEncoder(ensure_ascii=False, default=_for_json).encode
    pieces = [dump(head)[:-1], ', "rows": [']
    size, between = 0, "\n"
    for row in table.rows:
        piece = dump(dict(zip(keys, row, strict=True)))
        pieces += (between, piece)
        between = ",\n"
        size += len(piece)
        if size > PIECE:
            yield "".join(pieces).encode(errors="replace")
            pieces, size = [], 0
    pieces.append("\n]}\n")
    yield "".join(pieces).encode(errors="replace")


def _for_json(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"a cell cannot be a {type(value).__name__}")
