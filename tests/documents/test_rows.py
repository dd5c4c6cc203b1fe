"""Lists as people keep them: any separator, any encoding, and hostile ones."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.rows import MOST_ROWS, read_rows
from app.errors import Invalid

TABLE = [
    ["Nama", "E-mel", "Catatan"],
    ["Siti Nur", "siti@contoh.example", "“ya”; tidak"],
    ["Tan, W. L.", "tan@contoh.example", ""],
]


def joined(separator: str) -> str:
    def cell(words: str) -> str:
        return f'"{words}"' if separator in words else words

    return "\r\n".join(separator.join(cell(words) for words in line) for line in TABLE) + "\r\n"


def cells(data: bytes) -> list[list[str]]:
    return [row.cells for row in read_rows(data)]


def workbook(rows: list[list[object]], **first: object) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        if first:
            hidden = book.add_worksheet("Rujukan")
            hidden.write(0, 0, "jangan baca")
            hidden.hide()
        sheet = book.add_worksheet("Orang")
        for at, line in enumerate(rows):
            for column, value in enumerate(line):
                if value != "":
                    sheet.write(at, column, value)
        sheet.activate()
        sheet.set_first_sheet()
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_file_is_read_whatever_its_separator_and_encoding(separator, encoding):
    assert cells(joined(separator).encode(encoding)) == TABLE


def test_excel_tells_its_separator_in_a_line_of_its_own():
    rows = read_rows(b"sep=;\r\nnama;e-mel\r\nSiti;siti@contoh.example\r\n")
    assert [(row.number, row.cells) for row in rows] == [
        (2, ["nama", "e-mel"]),
        (3, ["Siti", "siti@contoh.example"]),
    ]


def test_row_numbers_are_those_a_spreadsheet_shows():
    rows = read_rows(b'nama,e-mel\n\n"Siti\nNur",siti@contoh.example\n,\nTan,tan@contoh.example\n')
    assert [row.number for row in rows] == [1, 3, 5]
    book = read_rows(workbook([["Senarai jemputan"], [], ["nama", "e-mel"], ["Siti", 12.0]], hidden=True))
    assert [(row.number, row.cells[:2]) for row in book] == [
        (1, ["Senarai jemputan", ""]),
        (3, ["nama", "e-mel"]),
        (4, ["Siti", "12"]),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n\n",
        b"\x00\x01\x02\x03" * 100,
        b"%PDF-1.7\n\x01\x02\x03",
        b"PK\x03\x04 not a zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "nama;e-mel".encode("utf-16")[:-1],
        b",,,\n,,\n",
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data):
    with pytest.raises(Invalid) as refused:
        read_rows(data)
    assert refused.value.sentence


def test_a_list_that_is_too_long_or_too_wide_is_refused():
    with pytest.raises(Invalid):
        read_rows(b"a,b\n" * (MOST_ROWS + 5))
    with pytest.raises(Invalid):
        read_rows(b"," * 500 + b"x\n")


def test_a_workbook_with_one_cell_at_the_far_corner_is_refused_before_it_fills_the_memory():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "nama")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(Invalid):
        read_rows(out.getvalue())


def test_a_workbook_that_claims_rows_without_cells_is_refused():
    whole = zipfile.ZipFile(io.BytesIO(workbook([["nama", "e-mel"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in whole.namelist():
            part = whole.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(
                    b"</sheetData>", b'<row r="999999"><c r="A999999" t="n"><v>1</v></c></row></sheetData>'
                )
            made.writestr(name, part)
    with pytest.raises(Invalid):
        read_rows(out.getvalue())


def test_a_word_document_is_no_list():
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    with pytest.raises(Invalid):
        read_rows(out.getvalue())


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_rows_or_are_refused(data):
    try:
        rows = read_rows(data)
    except Invalid:
        return
    assert rows
    assert all(any(row.cells) for row in rows)
