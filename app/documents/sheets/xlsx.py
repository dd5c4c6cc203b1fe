"""Reads a workbook row by row: merged cells, hidden rows and columns, and numbers as they are shown."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from lxml import etree

from app.documents.package import DAMAGED, TOO_LARGE, Package, guarded
from app.documents.sheets.grid import MOST_COLUMNS, MOST_LETTERS, MOST_ROWS, Book, Cell, Grid, Line
from app.documents.sheets.numbers import (
    BUILT_IN,
    date_of,
    date_readings,
    date_shown,
    is_date_format,
    number_readings,
    number_shown,
)
from app.errors import Invalid
from app.words import N_

TOO_MANY = N_("This sheet is longer than %(rows)s rows or wider than %(columns)s columns.")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LARGE = 2 * 1024 * 1024
#: Cells and rows that hold nothing: a large sheet is mostly these, and they need no parser.
_EMPTY = (
    re.compile(rb'<c\s[^<>]*?\br="[A-Z]+\d+"[^<>]*/>'),
    re.compile(rb'<row\s[^<>]*?\br="\d+"[^<>]*(?:/>|>\s*</row>)'),
)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(slots=True)
class _Workbook:
    package: Package
    shared: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    since_1904: bool = False


def read_xlsx(package: Package) -> Book:
    """Read the visible sheets of a workbook; Invalid when it is damaged or too large."""
    main = package.linked("", "officeDocument")
    if main is None:
        raise Invalid(DAMAGED)
    root = package.xml(main)
    links = package.links(main)
    book = _Workbook(package)
    book.since_1904 = any(one.get("date1904") in {"1", "true"} for one in root.iter("{*}workbookPr"))
    shared = package.linked(main, "sharedStrings")
    if shared is not None:
        book.shared = list(_strings(package.read(shared)))
    styles = package.linked(main, "styles")
    if styles is not None:
        book.formats = _formats(package.xml(styles))
    found = Book()
    for one in root.iter("{*}sheet"):
        link = next(
            (
                links[value]
                for name, value in one.attrib.items()
                if str(name).endswith("}id") and value in links
            ),
            None,
        )
        if link is None or link.external or link.kind != "worksheet":
            continue
        name = one.get("name", "")
        if one.get("state", "visible") != "visible":
            found.hidden.append(name)
            continue
        if link.target not in package:
            raise Invalid(DAMAGED)
        found.grids.append(_sheet(book, name, package.read(link.target)))
        if (notes := package.linked(link.target, "comments")) is not None:
            found.notes += sum(1 for _ in package.xml(notes).iter("{*}comment"))
    return found


def parts(data: bytes, *tags: str) -> Iterator[etree._Element]:
    """Give the elements of these names as they end, each forgotten after it was looked at."""
    source = io.BytesIO(guarded(data))
    try:
        for _, element in etree.iterparse(
            source,
            events=("end",),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            yield element
            element.clear()
            above = element.getparent()
            while above is not None and element.getprevious() is not None:
                del above[0]
    except etree.XMLSyntaxError as error:
        raise Invalid(TOO_LARGE if "huge" in str(error) or "limit" in str(error) else DAMAGED) from error


def _strings(data: bytes) -> Iterator[str]:
    letters = 0
    for one in parts(data, "si"):
        text = _words(one)
        letters += len(text)
        if letters > MOST_LETTERS:
            raise Invalid(TOO_LARGE)
        yield text


def _words(element: etree._Element) -> str:
    """The text of a string: its runs, without the reading aids of East Asian text."""
    found = [
        one.text or "" for one in element.iter("{*}t")
        if next((not str(above.tag).endswith("}rPh") for above in one.iterancestors()), True)
    ]  # fmt: skip
    text = _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), "".join(found))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _formats(root: etree._Element) -> list[str]:
    codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter("{*}numFmt")}
    found = []
    for every in root.iter("{*}cellXfs"):
        for one in every.iterchildren("{*}xf"):
            number = one.get("numFmtId", "0")
            found.append(codes.get(number) or BUILT_IN.get(int(number) if number.isdigit() else 0, ""))
    return found


def _sheet(book: _Workbook, name: str, data: bytes) -> Grid:
    grid = Grid(name)
    last = letters = 0
    filtered = False
    hidden: dict[int, Line] = {}
    merged: list[tuple[int, int, int, int]] = []
    for element in parts(_filled(data), "row", "col", "mergeCell", "autoFilter"):
        tag = str(element.tag).rpartition("}")[2]
        if tag == "row":
            last = _whole(element.get("r"), last + 1)
            line = _line(book, element, last)
            if line is None:
                continue
            grid.lines.append(line)
            letters += sum(len(cell.text) for cell in line.cells.values())
            if line.hidden:
                hidden[last] = line
            if len(grid.lines) > MOST_ROWS or max(line.cells) >= MOST_COLUMNS or letters > MOST_LETTERS:
                raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
        elif tag == "col" and (element.get("hidden") in {"1", "true"} or element.get("width") == "0"):
            first = _whole(element.get("min"), 1)
            grid.hidden_columns.update(range(first - 1, min(_whole(element.get("max"), first), MOST_COLUMNS)))
        elif tag == "mergeCell":
            ends = _PLACE.findall(element.get("ref", ""))
            if len(ends) == 2:
                (left, top), (right, bottom) = ends
                merged.append((int(top), _column(left), int(bottom), min(_column(right), MOST_COLUMNS)))
        elif tag == "autoFilter":
            filtered = filtered or len(element) > 0
    if filtered:
        for line in hidden.values():
            line.hidden = "filtered"
    _spread(grid, merged)
    return grid


def _filled(data: bytes) -> bytes:
    """A large sheet without its empty cells and rows."""
    if len(data) > _LARGE:
        for emptiness in _EMPTY:
            data = emptiness.sub(b"", data)
    return data


def _line(book: _Workbook, row: etree._Element, number: int) -> Line | None:
    cells: dict[int, Cell] = {}
    column = -1
    for one in row.iterchildren("{*}c"):
        place = _PLACE.fullmatch(one.get("r") or "")
        column = _column(place[1]) if place else column + 1
        if len(one) and (cell := _cell(book, one)) is not None:
            cells[column] = cell
    if not cells:
        return None
    unseen = row.get("hidden") in {"1", "true"} or row.get("ht") == "0"
    return Line(number, cells, "hidden" if unseen else "")


def _cell(book: _Workbook, one: etree._Element) -> Cell | None:
    kind = one.get("t", "n")
    formula = one.find("{*}f")
    value = one.findtext("{*}v") or ""
    if kind == "inlineStr":
        return _text(_words(one))
    if kind == "s":
        at = int(value) if value.strip().isdigit() else -1
        if not 0 <= at < len(book.shared):
            raise Invalid(DAMAGED)
        return _text(book.shared[at])
    if kind == "e" and formula is not None and formula.text:
        return Cell(f"={formula.text}", "formula")
    if kind in {"str", "e", "b"}:
        text = {"0": "FALSE", "1": "TRUE"}.get(value, value) if kind == "b" else _unescaped(value)
        found = _text(text)
        return None if found is None else replace(found, sort="formula" if formula is not None else "text")
    if kind == "d":
        day = re.match(r"\d{4}-\d{2}-\d{2}", value)
        return Cell(value[:10], "date", date_readings(date.fromisoformat(day[0]))) if day else _text(value)
    return _numeric(book, one, value)


def _numeric(book: _Workbook, one: etree._Element, value: str) -> Cell | None:
    try:
        number = float(value)
    except ValueError:
        return _text(value)
    style = _whole(one.get("s"), 0)
    code = book.formats[style] if style < len(book.formats) else ""
    if is_date_format(code) and (day := date_of(number, since_1904=book.since_1904)) is not None:
        return Cell(date_shown(day, code), "date", date_readings(day))
    shown = number_shown(number, code)
    return Cell(shown, "number", number_readings(number, shown))


def _text(text: str) -> Cell | None:
    stripped = text.strip()
    return Cell(stripped) if stripped else None


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), value)


def _spread(grid: Grid, merged: list[tuple[int, int, int, int]]) -> None:
    """Give every place under a merged cell its words."""
    if len(merged) > MOST_ROWS * 4:
        raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
    by_number = {line.number: line for line in grid.lines}
    for top, left, bottom, right in merged:
        first = by_number.get(top)
        cell = None if first is None else first.cells.get(left)
        if first is None or cell is None:
            continue
        first.cells[left] = replace(cell, across=right - left + 1)
        shadow = replace(cell, own=False, across=right - left + 1)
        for number in range(top, min(bottom, top + MOST_ROWS) + 1):
            line = by_number.get(number)
            if line is None:
                continue
            for column in range(left, right + 1):
                if (number, column) != (top, left):
                    line.cells[column] = shadow


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdigit() and len(value) < 9 else otherwise


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1
