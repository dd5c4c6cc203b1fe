"""A list somebody keeps in a spreadsheet or as CSV, as rows of text: any usual separator and encoding.

Row numbers are those the file's own program shows, from 1.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from app.documents.package import DAMAGED, Package, open_package
from app.errors import Invalid
from app.words import N_

#: Bounds for a list of people: far above any real one, far below what would fill the memory.
MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELL = 10_000

SEPARATORS = (",", ";", "\t", "|")

EMPTY = N_("This file is empty.")
NOT_A_LIST = N_("This is neither a CSV file nor an Excel workbook (.xlsx).")
TOO_MANY = N_("This list is longer than %(rows)s rows or wider than %(columns)s columns.")
NO_TEXT = N_(
    "This file is not text in a usual encoding. Save it as CSV (UTF-8) or as .xlsx and send it again."
)

CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,9})"')
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something: its number in the file, and its cells as text."""

    number: int
    cells: list[str]


def read_rows(data: bytes) -> list[Row]:
    """The rows of a CSV file or of a workbook's first sheet that holds any; Invalid says what is wrong with it."""
    if not data.strip():
        raise Invalid(EMPTY)
    if len(data) > MOST_BYTES:
        raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _workbook(data)
    return _separated(decoded(data))


def _workbook(data: bytes) -> list[Row]:
    package = open_package(data)
    if not any(kind.startswith(WORKBOOK) for kind in package.overrides.values()):
        raise Invalid(NOT_A_LIST)
    for name in package.sizes:
        if "worksheets/" in name and name.endswith(".xml"):
            _bound(package, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for about in book.sheets_metadata:
                if about.visible is not SheetVisibleEnum.Visible:
                    continue
                table = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
                rows = _rows(
                    (number, [_words(cell) for cell in line]) for number, line in enumerate(table, 1)
                )
                if rows:
                    return rows
    except (CalamineError, ValueError, OSError) as error:
        raise Invalid(DAMAGED) from error
    raise Invalid(EMPTY)


def _bound(package: Package, name: str) -> None:
    """Refuse a sheet whose cells lie far apart: read as a table it would be mostly emptiness."""
    part = package.read(name)
    lowest = max((int(row) for row in ROW.findall(part)), default=0)
    widest = 0
    for letters, row in CELL.findall(part):
        lowest = max(lowest, int(row))
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        widest = max(widest, column)
    if lowest > MOST_ROWS or widest > MOST_COLUMNS:
        raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)


def _words(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return str(cell)


def decoded(data: bytes) -> str:
    """A CSV file's text: by its byte-order mark, else UTF-16 by its zeros, UTF-8 if it is that, else Windows-1252."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _as(data, encoding)
    if b"\0" in data[:200]:
        even, odd = data[:200:2].count(0), data[1:200:2].count(0)
        return _as(data, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _as(data, "cp1252")


def _as(data: bytes, encoding: str) -> str:
    try:
        found = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(NO_TEXT) from error
    if "\0" in found:
        raise Invalid(NO_TEXT)
    return found


def _separated(text: str) -> list[Row]:
    if re.search(r"[\x00-\x08\x0e-\x1f]", text[:4000]):
        raise Invalid(NOT_A_LIST)
    told = re.match(r"\s*sep=(.)\r?\n", text)
    separator = told[1] if told else separator_of(text)
    skipped = 1 if told else 0
    source = text[told.end() :] if told else text
    csv.field_size_limit(MOST_CELL * 10)
    try:
        lines = csv.reader(io.StringIO(source, newline=""), delimiter=separator)
        rows = _rows(enumerate(lines, 1 + skipped))
    except csv.Error as error:
        raise Invalid(NOT_A_LIST) from error
    if not rows:
        raise Invalid(EMPTY)
    return rows


def separator_of(text: str) -> str:
    """What stands between the cells: the sign that cuts the first lines into the most, and the same, pieces."""
    head = [line for line in text.splitlines()[:20] if line.strip()]

    def fit(sign: str) -> tuple[int, int]:
        try:
            counts = [len(line) for line in csv.reader(head, delimiter=sign)]
        except csv.Error:
            return (0, 0)
        if not counts:
            return (0, 0)
        usual = max(set(counts), key=counts.count)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(SEPARATORS, key=fit)


def _rows(lines: Iterable[tuple[int, list[str]]]) -> list[Row]:
    found: list[Row] = []
    for number, line in lines:
        if number > MOST_ROWS + 1 or len(line) > MOST_COLUMNS:
            raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
        cells = [cell.strip()[:MOST_CELL] for cell in line]
        if any(cells):
            found.append(Row(number, cells))
    return found
