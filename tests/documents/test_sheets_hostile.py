"""Sheets made to fill the memory or the day are read or refused in one sentence, small and quick."""

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.documents.sheets.reading import read_sheet
from app.errors import Invalid

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def cell(place: str, text: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def xlsx(
    rows: Iterable[bytes], *, kind: str = KIND, before: bytes = b"", parts: dict[str, bytes] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        )
        links = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{REL}/'
        file.writestr("_rels/.rels", f'{links}officeDocument" Target="xl/workbook.xml"/></Relationships>')
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels", f'{links}worksheet" Target="sheet1.xml"/></Relationships>'
        )
        with file.open("xl/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(before + f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            sheet.write(b'<row r="1">' + cell("A1", "Clause") + cell("B1", "Comments") + b"</row>")
            sheet.write(b'<row r="2">' + cell("A2", "1.1") + cell("B2", "Too short.") + b"</row>")
            for row in rows:
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
        for name, part in (parts or {}).items():
            file.writestr(name, part)
    return out.getvalue()


def ods(rows: Iterable[bytes], *, parts: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with file.open("content.xml", "w", force_zip64=True) as content:
            content.write(
                f'<o:document-content xmlns:o="{ODF}:office:1.0" xmlns:t="{ODF}:table:1.0" xmlns:x="{ODF}:text:1.0">'
                '<o:body><o:spreadsheet><t:table t:name="S"><t:table-row><t:table-cell><x:p>Clause</x:p>'
                "</t:table-cell><t:table-cell><x:p>Comments</x:p></t:table-cell></t:table-row>".encode()
            )
            for row in rows:
                content.write(row)
            content.write(b"</t:table></o:spreadsheet></o:body></o:document-content>")
        for name, part in (parts or {}).items():
            file.writestr(name, part)
    return out.getvalue()


MILLION = 1_000_000
EMPTY_ROWS = b"".join(b'<row r="%d"/>' % n for n in range(3, MILLION))
REPEATED = (
    b'<t:table-row t:number-rows-repeated="1000000"><t:table-cell t:number-columns-repeated="16384"><x:p>a</x:p>'
    b"</t:table-cell></t:table-row>"
)
HUGE = [
    ("a million empty rows", lambda: xlsx([EMPTY_ROWS])),
    (
        "empty cells with a style",
        lambda: xlsx(b'<row r="%d">' % n + b'<c s="1"/>' * 20 + b"</row>" for n in range(3, 80_000)),
    ),
    (
        "a cell of 200 MB",
        lambda: xlsx([b'<row r="3"><c r="B3" t="inlineStr"><is><t>', *[b"words " * 170_000] * 200]),
    ),
    (
        "a cell at the end of the world",
        lambda: xlsx([b'<row r="1048576">' + cell("XFD1048576", "far") + b"</row>"]),
    ),
    ("a CSV file of 200 MB", lambda: b"Clause,Comments\n1.1,hi\n" + b"1.1,words\n" * 20_000_000),
    ("a CSV cell of 12 MB", lambda: b'Clause,Comments\n1.1,"' + b"words " * 2_000_000 + b'"\n'),
    ("a million lines of nothing", lambda: b"Clause,Comments\n1.1,hi\n" + b",\n" * MILLION),
    ("a line of ten million commas", lambda: b"Clause,Comments\n1.1,hi\n" + b"," * 10 * MILLION),
    (
        "a row said a million times, sixteen thousand wide",
        lambda: ods([REPEATED]),
    ),
    (
        "an ODS cell of 200 MB",
        lambda: ods([b"<t:table-row><t:table-cell><x:p>", *[b"words " * 170_000] * 200]),
    ),
]
CHILD = """
import sys
from pathlib import Path
from app.documents.sheets.reading import read_sheet
from app.errors import Invalid
try:
    print(len(read_sheet(Path(sys.argv[1]).read_bytes(), []).rows), "rows")
except Invalid as refused:
    print(refused)
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read where Linux tells it")
@pytest.mark.parametrize(("_what", "made"), HUGE, ids=[case[0] for case in HUGE])
def test_memory_stays_under_300_mb(_what, made, tmp_path):
    file = tmp_path / "huge"
    file.write_bytes(made())
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file)],
        cwd=Path(__file__).resolve().parent.parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, peak = done.stdout.strip().rsplit("\n", 1)
    assert said
    assert int(peak) // 1024 < 300


def test_a_million_empty_rows_take_less_than_ten_seconds():
    data = xlsx([EMPTY_ROWS])
    began = time.process_time()
    assert len(read_sheet(data, []).rows) == 1
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("sentence", "data"),
    [
        ("empty", b" \n"),
        ("web page", b"\xef\xbb\xbf  <html><table><tr><td>Clause</td></tr></table></html>"),
        ("web page", b'<?xml version="1.0"?><Workbook/>'),
        ("no comment sheet", b"%PDF-1.7 something"),
        ("no comment sheet", b"Clause,Comments\x01\x02\x03\n1.1,hi"),
        ("damaged", xlsx([])[:-400]),
        ("damaged", xlsx([b"<row"])),
        ("damaged", xlsx([b'<row r="3"><c t="s"><v>99</v></c></row>'])),
        ("macros", xlsx([], kind="application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
        ("macros", xlsx([], parts={"xl/vbaProject.bin": b"x"})),
        ("entities", xlsx([], before=b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>')),
        ("password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40),
        ("password", ods([], parts={"META-INF/manifest.xml": b"<manifest:encryption-data/>"})),
        ("macros", ods([], parts={"Basic/Standard/Module1.xml": b"<a/>"})),
        ("damaged", ods([b"<t:table-row>"])),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(sentence, data):
    with pytest.raises(Invalid, match=sentence) as refused:
        read_sheet(data, [])
    assert "\n" not in str(refused.value)
