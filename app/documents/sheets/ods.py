"""Reads an OpenDocument spreadsheet: repeated rows and cells are told, not spelled out."""

import re
from dataclasses import replace
from datetime import date

from lxml import etree

from app.documents.package import DAMAGED, ENCRYPTED, MACROS, Package
from app.documents.sheets.grid import MOST_COLUMNS, MOST_ROWS, Book, Cell, Grid, Line
from app.documents.sheets.numbers import date_readings, number_readings
from app.documents.sheets.xlsx import TOO_MANY
from app.errors import Invalid

T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"  # noqa: E741 (office, as in the format)
X = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
S = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def read_ods(package: Package) -> Book:
    """Read the visible tables of a spreadsheet; Invalid when it is protected, holds macros, or is damaged."""
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Invalid(ENCRYPTED)
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in package.sizes):
        raise Invalid(MACROS)
    if "content.xml" not in package:
        raise Invalid(DAMAGED)
    root = package.xml("content.xml")
    sheet = root.find(f"{O}body/{O}spreadsheet")
    if sheet is None:
        raise Invalid(DAMAGED)
    unseen = {
        style.get(f"{S}name") for style in root.iter(f"{S}style")
        for one in style.iterchildren(f"{S}table-properties") if one.get(f"{T}display") == "false"
    }  # fmt: skip
    found = Book(notes=sum(1 for _ in sheet.iter(f"{O}annotation")))
    for table in sheet.iterchildren(f"{T}table"):
        name = table.get(f"{T}name", "")
        if table.get(f"{T}style-name") in unseen:
            found.hidden.append(name)
        else:
            found.grids.append(_table(name, table))
    return found


def _table(name: str, table: etree._Element) -> Grid:
    grid = Grid(name)
    column = 0
    for one in table.iter(f"{T}table-column"):
        times = _times(one, "number-columns-repeated")
        if one.get(f"{T}visibility") in {"collapse", "filter"}:
            grid.hidden_columns.update(range(column, min(column + times, MOST_COLUMNS)))
        column += times
    number = 1
    spans: dict[int, tuple[int, Cell]] = {}
    for row in table.iter(f"{T}table-row"):
        times = _times(row, "number-rows-repeated")
        cells = _cells(row, spans)
        if any(cell.own and cell.text for cell in cells.values()):
            if len(grid.lines) + times > MOST_ROWS or max(cells) >= MOST_COLUMNS:
                raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
            seen = {"collapse": "hidden", "filter": "filtered"}.get(row.get(f"{T}visibility", ""), "")
            grid.lines += [Line(number + at, cells, seen) for at in range(times)]  # type: ignore[arg-type]
        number += times
    return grid


def _cells(row: etree._Element, spans: dict[int, tuple[int, Cell]]) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    column = 0
    for one in row.iterchildren(f"{T}table-cell", f"{T}covered-table-cell"):
        times = _times(one, "number-columns-repeated")
        cell = _cell(one)
        if one.tag == f"{T}covered-table-cell" and cell is None:
            for at in range(column, min(column + times, MOST_COLUMNS)):
                left, above = spans.get(at, (0, None))
                if above is not None and left:
                    cells[at] = above
        elif cell is not None:
            across, down = _times(one, "number-columns-spanned"), _times(one, "number-rows-spanned")
            if column + times > MOST_COLUMNS:
                raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
            cell = replace(cell, across=across)
            for at in range(column, column + times):
                cells[at] = cell
            for at in range(column, min(column + across, MOST_COLUMNS)):
                spans[at] = (down, replace(cell, own=False))
        column += times
    for at in list(spans):
        left, cell = spans[at]
        if left <= 1:
            del spans[at]
        else:
            spans[at] = (left - 1, cell)
    return cells


def _cell(one: etree._Element) -> Cell | None:
    lines = [_words(part).strip("\n") for part in one.iterchildren(f"{X}p", f"{X}h")]
    text = "\n".join(lines).strip()
    if not text:
        return None
    kind, value = one.get(f"{O}value-type", "string"), one.get(f"{O}value", "")
    if kind == "date" and (day := re.match(r"\d{4}-\d{2}-\d{2}", one.get(f"{O}date-value", ""))):
        return Cell(text, "date", date_readings(date.fromisoformat(day[0])))
    if kind == "float" and re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        return Cell(text, "number", number_readings(float(value), text))
    return Cell(text, "formula" if one.get(f"{T}formula") else "text")


def _words(part: etree._Element) -> str:
    """The words of a paragraph: spaces and tabs spelled out, notes left out."""
    found = [part.text or ""]
    for one in part:
        if one.tag == f"{X}s":
            found.append(" " * min(_whole(one.get(f"{X}c"), 1), 1000))
        elif one.tag == f"{X}tab":
            found.append("\t")
        elif one.tag == f"{X}line-break":
            found.append("\n")
        elif one.tag not in {f"{O}annotation", f"{O}annotation-end", f"{X}ruby-text", f"{X}note"}:
            found.append(_words(one))
        found.append(one.tail or "")
    return "".join(found)


def _times(one: etree._Element, name: str) -> int:
    return max(_whole(one.get(f"{T}{name}"), 1), 1)


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdigit() and len(value) < 9 else otherwise
