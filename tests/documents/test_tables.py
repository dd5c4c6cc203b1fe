import csv
import io
import json
import re
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from app.documents.tables import RUNS, Cells, Column, Table, as_csv, as_json, for_csv
from app.documents.workbook import CELL_LIMIT, as_xlsx, letters, pieces, sheet_name
from tests.databases import has_program

COLUMNS = [Column("ref", "Ref", 10), Column("text", "Comment", 40)]
DANGEROUS = ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "=cmd|' /C calc'!A0", '=HYPERLINK("x")']

#: Any text, with what spreadsheets and XML trip over made likely.
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="=+-@'\t\r\n\",;_x0041_\x00\x08\x1b\ufffe\uffff<>&] ", max_size=30),
    st.sampled_from(DANGEROUS),
)


def table(*rows: tuple[str, str], **more: Any) -> Table:
    return Table("Matrix", COLUMNS, iter(rows), about=[("Round", "Round 2")], **more)


def workbook(made: Table) -> bytes:
    file = io.BytesIO()
    as_xlsx(made, file)
    return file.getvalue()


def opened(made: bytes) -> Any:
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(made))


def as_read(text: str) -> str:
    """What a spreadsheet can hold of a text: one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_any_text_comes_back_from_a_csv_and_no_cell_begins_as_a_formula(rows):
    read = b"".join(as_csv(table(*rows))).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(read, newline=""), strict=True))[1:]
    assert [[cell[1:] if RUNS.match(cell) else cell for cell in row] for row in found] == [
        [text.encode(errors="replace").decode() for text in row] for row in rows
    ]
    assert not [cell for row in found for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_any_text_comes_back_from_json(rows):
    read = json.loads(b"".join(as_json(table(*rows))))
    assert [(row["ref"], row["text"]) for row in read["rows"]] == [
        tuple(text.encode(errors="replace").decode() for text in row) for row in rows
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_any_text_comes_back_from_a_workbook_and_nothing_is_a_formula(rows):
    made = workbook(table(*rows))
    for sheet in opened(made)["Matrix"].iter_rows(min_row=2):
        assert all(cell.data_type != "f" for cell in sheet)
    read = opened(made)["Matrix"].iter_rows(min_row=2, values_only=True)
    kept = [tuple(re.sub("[\ud800-\udfff]", "?", as_read(text)) for text in row) for row in rows]
    found = [tuple(unescape(cell or "") for cell in row) for row in read]
    found += [("", "")] * (len(kept) - len(found))
    assert found == kept
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml")


def test_another_reader_finds_the_same_texts():
    rows = [(text, "Akta Kerja 1955 – 雇 🙂\nbaris kedua") for text in DANGEROUS]
    read = CalamineWorkbook.from_filelike(io.BytesIO(workbook(table(*rows))))
    assert read.get_sheet_by_name("Matrix").to_python()[1:] == [list(map(as_read, row)) for row in rows]


def test_numbers_stay_numbers_and_text_that_looks_like_one_stays_text():
    columns = [Column(key, key, 8, Cells.NUMBER) for key in "abcd"]
    row = (-5, 2.5, Decimal(7), "-5")
    assert [for_csv(value) for value in row] == ["-5", "2.5", "7", "'-5"]
    made = workbook(Table("T", columns, [row]))
    assert [*opened(made)["T"].values][1] == (-5, 2.5, 7, "-5")
    assert json.loads(b"".join(as_json(Table("T", columns, [row]))))["rows"] == [
        {"a": -5, "b": 2.5, "c": 7, "d": "-5"}
    ]


def test_a_moment_is_a_date_in_its_own_zone():
    at = datetime(2026, 11, 24, 16, 5, tzinfo=UTC).astimezone(timezone(timedelta(hours=8)))
    made = Table("T", [Column("at", "At", 16, Cells.MOMENT)], [(at,), (None,)])
    cell = opened(workbook(made))["T"]["A2"]
    assert cell.value == datetime(2026, 11, 25, 0, 5)
    assert cell.is_date
    assert "2026-11-25 00:05:00+08:00" in b"".join(as_csv(made)).decode("utf-8-sig")
    assert json.loads(b"".join(as_json(made)))["rows"][0]["at"] == "2026-11-25T00:05:00+08:00"


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 3),
    st.integers(-3, 3),
    st.sampled_from(["a", "é", "🙂", "\n", "=", "&"]),
)
def test_a_text_longer_than_a_cell_goes_on_below_and_nothing_is_lost(times, more, character):
    long = character * max(0, CELL_LIMIT * times + more)
    assert "".join(pieces(long)) == long
    assert all(len(part.encode("utf-16-le")) // 2 <= CELL_LIMIT for part in pieces(long))


def test_the_rows_below_a_long_text_say_whose_they_are():
    long = "x" * CELL_LIMIT + "end"
    made = workbook(table(("R2-0147", long), ("R2-0148", "short")))
    read = [*opened(made)["Matrix"].values][1:]
    assert [row[0] for row in read] == ["R2-0147", "R2-0147 (2)", "R2-0148"]
    assert (read[0][1] or "") + (read[1][1] or "") == long


def test_a_workbook_has_a_frozen_head_a_filter_and_says_what_it_holds():
    made = workbook(table(("R2-0147", "x"), marking="Restricted & more"))
    book = opened(made)
    sheet = book["Matrix"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B2"
    assert sheet.column_dimensions["B"].width == 40
    assert sheet["B2"].alignment.wrap_text
    assert sheet.oddHeader.center.text == "Restricted && more"
    assert sheet.print_title_rows == "$1:$1"
    assert [*book["About"].values] == [("Round", "Round 2")]


@pytest.mark.parametrize("title", ["", "a/b[c]:*?\\", "'", "x" * 40, "History", '<&>"'])
def test_any_title_becomes_a_sheet_that_opens(title: str):
    made = workbook(Table(title, COLUMNS, [("a", "b")]))
    names = opened(made).sheetnames
    assert names == [sheet_name(title, 1), "About"]
    assert all(0 < len(name) <= 31 for name in names)


def test_columns_are_named_as_spreadsheets_name_them():
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_memory_does_not_grow_with_rows():
    def peak(rows: int) -> int:
        made = Table("M", COLUMNS, ((f"R2-{n}", "Two thirds of the cases " * 8) for n in range(rows)))
        tracemalloc.start()
        with Path("/dev/null").open("wb") as nowhere:
            nowhere.writelines(as_csv(made))
        made = Table("M", COLUMNS, ((f"R2-{n}", "Two thirds of the cases " * 8) for n in range(rows)))
        with Path("/dev/null").open("wb") as nowhere:
            as_xlsx(made, nowhere)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(8000) < peak(1000) * 1.3


@pytest.mark.skipif(not has_program("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_reads_the_same_texts(tmp_path: Path):
    rows = [(text, "Akta & <b> “petikan”") for text in DANGEROUS] + [("_x0041_", "\x08ctl")]
    (tmp_path / "m.xlsx").write_bytes(workbook(table(*rows)))
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", tmp_path, tmp_path / "m.xlsx",
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    read = list(csv.reader(io.StringIO((tmp_path / "m.csv").read_text(encoding="utf-8"), newline="")))[1:]
    assert [row[0] for row in read] == [as_read(row[0]) for row in rows]
    assert read[0][1] == "Akta & <b> “petikan”"
