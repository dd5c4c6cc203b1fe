"""A table as an XLSX workbook, streamed: Office Open XML written straight into the standard zip file.

Every text is an inline string and no cell is ever a formula. Where a text is longer than a cell may be,
it goes on in a row below that repeats the first column as "R2-0147 (2)"; where a sheet is full, the
table goes on in the next one. Where some columns are editable, the others are locked (without a password:
it is to prevent slips), and an editable column with choices offers them from a hidden sheet. (ECMA-376
part 1, 18.3, 18.3.1.33, 18.3.1.85, and 22.9.2.19 for what text may hold.)
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import IO, Any

from app.documents.tables import RUNS, Table

CELL_LIMIT = 32_767  # UTF-16 units in a cell
ROW_LIMIT = 1_048_576
SHEET_BYTES = 1_500_000_000  # below what a zip entry holds without the extension Excel refuses

_TOP = '<alignment vertical="top" wrapText="1"/>'
_OPEN = _TOP + '<protection locked="0"/>'
_PLAIN = '<xf numFmtId="{}" fontId="{}" fillId="{}" borderId="{}" xfId="0"{}>{}</xf>'
_ALL = ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
_CELLS = (  # number format, font, fill, border, and how it stands
    (0, 0, 0, 0, "", ""),
    (49, 1, 2, 1, _ALL, '<alignment vertical="center" wrapText="1"/>'),
    (0, 0, 0, 0, _ALL, _TOP),
    (0, 0, 0, 0, ' quotePrefix="1"' + _ALL, _TOP),
    (164, 0, 0, 0, _ALL, '<alignment horizontal="left" vertical="top"/>'),
    (0, 1, 0, 0, _ALL, _TOP),
    (0, 0, 3, 2, _ALL + ' applyProtection="1"', _OPEN),
    (0, 0, 3, 2, ' quotePrefix="1"' + _ALL + ' applyProtection="1"', _OPEN),
)
_NO_LINES = "<left/><right/><top/>"
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="10"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="10"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
    '<fgColor rgb="FFECF1F2"/><bgColor indexed="64"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFDF8E6"/><bgColor indexed="64"/></patternFill></fill>'
    "</fills>"
    f'<borders count="3"><border>{_NO_LINES}<bottom/><diagonal/></border><border>{_NO_LINES}'
    '<bottom style="thin"><color rgb="FF7C898B"/></bottom><diagonal/></border>'
    '<border><left style="hair"><color rgb="FFB9C2C4"/></left><right style="hair"><color rgb="FFB9C2C4"/></right>'
    '<top style="hair"><color rgb="FFB9C2C4"/></top><bottom style="hair"><color rgb="FFB9C2C4"/></bottom><diagonal/>'
    "</border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_CELLS)}">{"".join(_PLAIN.format(*cell) for cell in _CELLS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

HEAD, WRAPPED, QUOTED, MOMENT, LABEL, EDITED, EDITED_QUOTED = range(1, 8)

#: What people may still do to a sheet whose frozen columns are locked. (ECMA-376: 0 lets them.)
PROTECTED = (
    '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" insertRows="0" sort="0"'
    ' autoFilter="0"/>'
)
#: The hidden sheet that holds the choices, each column of it one list.
LISTS = "_lists"
#: So far down choices are offered at least, so that rows added below get them too.
OFFERED = 1000

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# What XML cannot hold, and what would be read as the escape of such a character: both as _xHHHH_.
_HELD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKS = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_A_NAME = re.compile(r"""[\[\]:*?/\\&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]""")
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet's days have no zone)
_DAY = timedelta(days=1)


def escaped(text: str) -> str:
    """Text as a cell's XML holds it; line ends become line feeds, half a surrogate pair a question mark."""
    if not _MARKS.search(text):
        return text
    text = _SURROGATE.sub("?", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _HELD.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(text: str) -> list[str]:
    """A text in pieces that each fit a cell; never inside a character, and none of them lost."""
    if len(text) * 2 <= CELL_LIMIT:
        return [text]
    found, start, units = [], 0, 0
    for at, character in enumerate(text):
        units += 1 if character <= "\uffff" else 2
        if units > CELL_LIMIT:
            found.append(text[start:at])
            start, units = at, 1 if character <= "\uffff" else 2
    return [*found, text[start:]]


def letters(column: int) -> str:
    """The name of a column counted from 0: A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def serial(moment: datetime) -> float:
    """A moment as a spreadsheet counts it: days, by the clock of the zone that it carries."""
    return (moment.replace(tzinfo=None) - _FIRST) / _DAY


def text_cell(where: str, text: str, style: int) -> str:
    return (
        f'<c r="{where}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'
    )


def rows_that_fit(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Each row, followed by the rows in which its longest texts go on."""
    for row in rows:
        if not any(isinstance(value, str) and len(value) * 2 > CELL_LIMIT for value in row):
            yield row
            continue
        split = [pieces(value) if isinstance(value, str) else [value] for value in row]
        for part in range(max(map(len, split))):
            again = [cell[part] if part < len(cell) else None for cell in split]
            if part and again[0] is None:
                again[0] = f"{row[0]} ({part + 1})"
            yield again


class _Sheets:
    """The sheets of a table, one after the other, each closed when it is full."""

    def __init__(self, into: zipfile.ZipFile, table: Table) -> None:
        self.zip = into
        self.table = table
        self.names = [letters(n) for n in range(len(table.columns))]
        self.styles = [(EDITED, EDITED_QUOTED) if c.editable else (WRAPPED, QUOTED) for c in table.columns]
        self.protected = any(column.editable for column in table.columns)
        self.last_rows: list[int] = []

    def write(self) -> None:
        rows = rows_that_fit(self.table.rows)
        more = True
        while more:
            with self.zip.open(f"xl/worksheets/sheet{len(self.last_rows) + 1}.xml", "w") as sheet:
                more = self._fill(sheet, rows)

    def _fill(self, sheet: IO[bytes], rows: Iterator[Sequence[Any]]) -> bool:
        """Write one sheet; true when rows are left."""
        sheet.write(self._head().encode())
        number, size, full = 1, 0, False
        waiting: list[str] = []
        for row in rows:
            number += 1
            waiting.append(self._row(number, row))
            full = number == ROW_LIMIT or size > SHEET_BYTES
            if len(waiting) == 200 or full:
                size += sheet.write("".join(waiting).encode())
                waiting.clear()
            if full:
                break
        sheet.write("".join(waiting).encode())
        self.last_rows.append(number)
        sheet.write(self._foot(number).encode())
        return full

    def _row(self, number: int, row: Sequence[Any]) -> str:
        parts = [f'<row r="{number}">']
        for name, value, (wrapped, quoted) in zip(self.names, row, self.styles, strict=True):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                parts.append(text_cell(f"{name}{number}", value, quoted if RUNS.match(value) else wrapped))
            elif isinstance(value, bool):
                parts.append(f'<c r="{name}{number}" s="{WRAPPED}" t="b"><v>{int(value)}</v></c>')
            elif isinstance(value, (int, float, Decimal)):
                parts.append(f'<c r="{name}{number}" s="{WRAPPED}"><v>{value}</v></c>')
            elif isinstance(value, datetime):
                parts.append(f'<c r="{name}{number}" s="{MOMENT}"><v>{serial(value):.8f}</v></c>')
            else:
                parts.append(text_cell(f"{name}{number}", str(value), WRAPPED))
        parts.append("</row>")
        return "".join(parts)

    def _head(self) -> str:
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{min(column.width, 255)}" customWidth="1"'
            + (f' style="{EDITED}"' if column.editable else "")
            + (' hidden="1"' if column.hidden else "")
            + "/>"
            for n, column in enumerate(self.table.columns, 1)
        )
        titles = "".join(
            text_cell(f"{name}1", column.title, HEAD)
            for name, column in zip(self.names, self.table.columns, strict=True)
        )
        selected = "" if self.last_rows else ' tabSelected="1"'
        return (
            f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView{selected} workbookViewId="0">'
            '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
            '<selection pane="bottomRight" activeCell="B2" sqref="B2"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="13.5"/><cols>{widths}</cols>'
            f'<sheetData><row r="1" ht="28" customHeight="1">{titles}</row>'
        )

    def _foot(self, last: int) -> str:
        marking = escaped(self.table.marking.replace("&", "&&"))
        header = f"<oddHeader>&amp;C{marking}</oddHeader>" if marking else ""
        protection = PROTECTED if self.protected else ""
        return (
            f'</sheetData>{protection}<autoFilter ref="A1:{self.names[-1]}{last}"/>{self._choices(last)}'
            '<pageMargins left="0.4" right="0.4" top="0.7" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            f"<headerFooter>{header}<oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
        )

    def _choices(self, last: int) -> str:
        """What the columns with choices take, each from its list."""
        down = max(last, OFFERED)
        columns = zip(self.names, self.table.columns, strict=True)
        listed = [(name, len(column.choices)) for name, column in columns if column.choices]
        offered = [
            f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="{name}2:{name}{down}">'
            f"<formula1>{LISTS}!${letters(n)}$1:${letters(n)}${many}</formula1></dataValidation>"
            for n, (name, many) in enumerate(listed)
        ]
        if not offered:
            return ""
        return f'<dataValidations count="{len(offered)}">{"".join(offered)}</dataValidations>'


def as_xlsx(table: Table, file: IO[bytes], *, about: str = "About") -> None:
    """Write the workbook into `file`: the table's sheets, then one called `about` that says what it holds."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        sheets = _Sheets(into, table)
        sheets.write()
        count = len(sheets.last_rows)
        names = [sheet_name(table.title, n) for n in range(1, count + 1)]
        if about.casefold() == names[0].casefold():
            about = f"{about} 0"
        into.writestr(f"xl/worksheets/sheet{count + 1}.xml", _about(table))
        into.writestr("xl/styles.xml", XML + STYLES)
        lists = [column.choices for column in table.columns if column.choices]
        if lists:
            into.writestr(f"xl/worksheets/sheet{count + 2}.xml", _lists(lists))
        last = count + (2 if lists else 1)
        into.writestr("xl/workbook.xml", _workbook(names, about, sheets, lists=bool(lists)))
        sheet_parts = "".join(
            f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, last + 1)
        )
        into.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{sheet_parts}'
            f'<Relationship Id="rId{last + 1}" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        into.writestr(
            "_rels/.rels",
            f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        into.writestr("[Content_Types].xml", _content_types(last))


def sheet_name(title: str, number: int) -> str:
    """A name Excel takes: no more than 31 characters, none of those it forbids."""
    plain = " ".join(_NOT_IN_A_NAME.sub(" ", title).split())[:27].strip(" '") or "1"
    return plain if number == 1 else f"{plain} {number}"


def _about(table: Table) -> str:
    rows = "".join(
        f'<row r="{n}">{text_cell(f"A{n}", label, LABEL)}{text_cell(f"B{n}", part, WRAPPED)}</row>'
        for n, (label, part) in enumerate(
            ((label, part) for label, value in table.about for part in pieces(value)), 1
        )
    )
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><cols><col min="1" max="1" width="22" customWidth="1"/>'
        f'<col min="2" max="2" width="80" customWidth="1"/></cols><sheetData>{rows}</sheetData></worksheet>'
    )


def _lists(lists: Sequence[Sequence[str]]) -> str:
    """The choices, one list a column."""
    rows = "".join(
        f'<row r="{n}">'
        + "".join(
            text_cell(f"{letters(at)}{n}", str(one[n - 1]), WRAPPED)
            for at, one in enumerate(lists)
            if n <= len(one)
        )
        + "</row>"
        for n in range(1, max(map(len, lists)) + 1)
    )
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _workbook(names: Sequence[str], about: str, sheets: _Sheets, *, lists: bool) -> str:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate([*names, sheet_name(about, 1)], 1)
    )
    if lists:
        n = len(names) + 2
        listed += f'<sheet name="{LISTS}" sheetId="{n}" state="hidden" r:id="rId{n}"/>'
    end = sheets.names[-1]
    defined = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">'
        f"{quoted}!$A$1:${end}${last}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{quoted}!$1:$1</definedName>'
        for n, (quoted, last) in enumerate(
            zip((f"'{name.replace(chr(39), chr(39) * 2)}'" for name in names), sheets.last_rows, strict=True)
        )
    )
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets>'
        f"<definedNames>{defined}</definedNames></workbook>"
    )


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{parts}</Types>'
    )
