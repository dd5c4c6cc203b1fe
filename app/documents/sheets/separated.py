"""Reads a CSV file: any usual separator and encoding, long cells whole."""

import csv
import io
import re

from app.documents.package import TOO_LARGE
from app.documents.rows import SEPARATORS, decoded, separator_of
from app.documents.sheets.columns import likeness
from app.documents.sheets.grid import MOST_COLUMNS, MOST_ROWS, Book, Cell, Grid, Line
from app.documents.sheets.xlsx import TOO_MANY
from app.errors import Invalid
from app.words import N_

MOST_BYTES = 16 * 1024 * 1024
NO_SHEET = N_(
    "This is no comment sheet that can be read. Save it as .xlsx, .docx, .ods or CSV and send it again."
)


def read_separated(data: bytes) -> Book:
    """Read a CSV file as one grid; Invalid when it is no text, or too large."""
    if len(data) > MOST_BYTES:
        raise Invalid(TOO_LARGE)
    text = decoded(data)
    if re.search(r"[\x00-\x08\x0e-\x1f]", text[:4000]):
        raise Invalid(NO_SHEET)
    told = re.match(r"\s*sep=(.)\r?\n", text)
    source = text[told.end() :] if told else text
    separator = told[1] if told else _separator(source)
    grid = Grid("")
    csv.field_size_limit(MOST_BYTES)
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(source, newline=""), delimiter=separator), 2 if told else 1
        ):
            held = {column: Cell(_plain(cell)) for column, cell in enumerate(cells) if cell.strip()}
            if not held:
                continue
            if len(grid.lines) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise Invalid(TOO_MANY, rows=MOST_ROWS, columns=MOST_COLUMNS)
            grid.lines.append(Line(number, held))
    except csv.Error as error:
        raise Invalid(NO_SHEET) from error
    return Book([grid])


def _plain(cell: str) -> str:
    return cell.strip().replace("\r\n", "\n").replace("\r", "\n")


def _separator(text: str) -> str:
    """The sign under which the column titles are found; else the one that cuts most evenly."""
    csv.field_size_limit(MOST_BYTES)

    def titles(sign: str) -> int:
        best = 0
        try:
            for at, cells in enumerate(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=sign)):
                best = max(best, likeness(cells))
                if at > 60:
                    break
        except csv.Error:
            return best
        return best

    found = {sign: titles(sign) for sign in SEPARATORS}
    best = max(found.values())
    signs = [sign for sign in SEPARATORS if found[sign] == best]
    return signs[0] if best and len(signs) == 1 else separator_of(text)
