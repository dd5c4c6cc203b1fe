"""Files that are no draft, or want to do harm: one clear sentence each, and little memory."""

import contextlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.docx.draft import read_draft
from app.documents.package import open_package
from app.errors import Invalid
from tests.documents.docx_builder import SPACES, docx, p, r, tbl, tr, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
HEAD = f"<w:document {SPACES}><w:body>".encode()
FOOT = b"</w:body></w:document>"


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx(p("Vision")))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(name: str, data: bytes) -> bytes:
    return zipped(parts() | {name: data})


def encrypted_entry() -> bytes:
    data = bytearray(docx(p("Vision")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def twice() -> bytes:
    held = io.BytesIO(docx(p("Vision")))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(held, "a") as archive:
        archive.writestr("word/document.xml", b"<x/>")
    return held.getvalue()


def content_type(kind: str) -> bytes:
    return docx(p("Vision"), main_type=kind)


MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
XXE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + b"<w:p/>" + FOOT
LAUGHS = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + HEAD + b"<w:p/>" + FOOT

REFUSED = [
    ("nothing", lambda: b"", "This file is empty."),
    ("a PDF", lambda: b"%PDF-1.7 ...", "This is a PDF. A draft is read from a Word document (.docx)."),
    (
        "a web page",
        lambda: b"<!DOCTYPE html><html></html>",
        "This is a web page or an XML file with the name of a Word document. Save it as .docx.",
    ),
    ("rich text", lambda: b"{\\rtf1 x}", "This is a Rich Text file (.rtf). Save it as .docx and send it again."),
    ("a picture", lambda: b"\x89PNG....", "This is not a Word document (.docx). Save it as one and send it again."),
    (
        "an older Word file",
        lambda: OLE + "WordDocument".encode("utf-16-le"),
        "This is a file of an older Word (.doc). Save it as .docx and send it again.",
    ),
    (
        "an encrypted file",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        "This file is protected with a password. Remove the password and send it again.",
    ),
    (
        "an encrypted archive",
        encrypted_entry,
        "This file is protected with a password. Remove the password and send it again.",
    ),
    (
        "a workbook",
        lambda: content_type(SHEET),
        "This is an Excel workbook. A draft is read from a Word document (.docx).",
    ),
    (
        "macros by what it declares",
        lambda: content_type(MACRO),
        "This file holds macros. Save it as a document without macros (.docx or .xlsx) and send it again.",
    ),
    (
        "macros by what it holds",
        lambda: with_part("word/vbaProject.bin", b"x"),
        "This file holds macros. Save it as a document without macros (.docx or .xlsx) and send it again.",
    ),
    (
        "a truncated file",
        lambda: docx(p("Vision"))[:-200],
        "This file is damaged or incomplete. Open it in Word, save it again, and send that copy.",
    ),
    (
        "half a file",
        lambda: docx(p("Vision"))[:600],
        "This file is damaged or incomplete. Open it in Word, save it again, and send that copy.",
    ),
    (
        "broken XML",
        lambda: with_part("word/document.xml", HEAD + b"<w:p>"),
        "This file is damaged or incomplete. Open it in Word, save it again, and send that copy.",
    ),
    (
        "an archive of something else",
        lambda: zipped({"readme.txt": b"hello"}),
        "This file is damaged or incomplete. Open it in Word, save it again, and send that copy.",
    ),
    (
        "an outside entity",
        lambda: with_part("word/document.xml", XXE),
        "This file defines or fetches outside content (entities). It was refused.",
    ),
    (
        "entities in another encoding",
        lambda: with_part("word/document.xml", XXE.decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")),
        "This file defines or fetches outside content (entities). It was refused.",
    ),
    (
        "entities in a part that explains",
        lambda: with_part("word/_rels/document.xml.rels", LAUGHS),
        "This file defines or fetches outside content (entities). It was refused.",
    ),
    (
        "a part that unpacks a thousandfold",
        lambda: with_part("word/media/x.bin", b"\0" * 60_000_000),
        "This file unpacks to far more than its size. It was refused.",
    ),
    (
        "thousands of parts",
        lambda: zipped(parts() | {f"x/{n}.xml": b"" for n in range(6000)}),
        "This file unpacks to far more than its size. It was refused.",
    ),
    (
        "a name that climbs out",
        lambda: with_part("../../evil.xml", b"x"),
        "This file holds names that point outside of it or twice to the same place. It was refused.",
    ),
    (
        "a name from the root",
        lambda: with_part("/word/evil.xml", b"x"),
        "This file holds names that point outside of it or twice to the same place. It was refused.",
    ),
    (
        "a part given twice",
        twice,
        "This file holds names that point outside of it or twice to the same place. It was refused.",
    ),
    (
        "a tree that would not fit",
        lambda: with_part("word/document.xml", HEAD + b"<w:p/>" * 1_200_000 + FOOT),
        "This file is too large to read. Remove pictures or split it, and send it again.",
    ),
    (
        "too many paragraphs",
        lambda: with_part("word/document.xml", HEAD + b"<w:p/>" * 31_000 + FOOT),
        "This document has more paragraphs than can be read. Split it and send the parts.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "make", "sentence"), REFUSED, ids=[case[0] for case in REFUSED])
def test_it_is_refused_in_one_sentence(_what, make, sentence):
    with pytest.raises(Invalid) as refused:
        read_draft(make())
    assert str(refused.value) == sentence


def test_the_guard_opens_any_package_and_refuses_the_same_files():
    assert "word/document.xml" in open_package(docx(p("Vision")))
    with pytest.raises(Invalid):
        open_package(docx(p("Vision"))[:-200])


@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6), st.floats(0, 1))
@settings(deadline=None, max_examples=150)
def test_a_file_damaged_anywhere_is_read_or_refused_and_never_breaks(flips, kept):
    data = bytearray(docx(p("Vision"), tbl(tr("a", "b"))))
    for at, value in flips:
        data[int(at * len(data))] = value
    with contextlib.suppress(Invalid):
        read_draft(bytes(data))
    with contextlib.suppress(Invalid):
        read_draft(bytes(data[: int(kept * len(data))]))


def test_a_name_that_is_damaged_in_one_place_is_refused():
    data = bytearray(docx(p("Vision")).replace(b"word/document.xml", b"word/docum\xadnt.xml", 1))
    data[7] |= 0x08  # the part's own head says that its name is UTF-8, which it is not
    with pytest.raises(Invalid, match="damaged or incomplete"):
        read_draft(bytes(data))


CHILD = """
import sys
from app.documents.docx.draft import read_draft
from app.errors import Invalid
try:
    print(len(read_draft(open(sys.argv[1], "rb").read()).clauses))
except Invalid as refusal:
    print(refusal)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

HUGE: list[tuple[str, Callable[[], bytes]]] = [
    ("one paragraph of 200 MB", lambda: b"<w:p><w:r><w:t>" + b"a" * 200_000_000 + b"</w:t></w:r></w:p>"),
    ("one paragraph of 9 MB", lambda: b"<w:p><w:r><w:t>" + b"a b " * 2_200_000 + b"</w:t></w:r></w:p>"),
    (
        "a million empty rows",
        lambda: b"<w:tbl>" + b"<w:tr><w:tc><w:p/></w:tc></w:tr>" * 1_000_000 + b"</w:tbl>",
    ),
    (
        "ten thousand rows of words",
        lambda: tbl(*[tr(f"row {n}", "words of the row " * 4) for n in range(10_000)]).encode(),
    ),
    (
        "fields that never end",
        lambda: (
            b"<w:p>" + b'<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 60_000 + r("x").encode() + b"</w:p>"
        ),
    ),
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read where Linux tells it")
@pytest.mark.parametrize(("_what", "body"), HUGE, ids=[case[0] for case in HUGE])
def test_memory_stays_under_300_mb(_what, body, tmp_path):
    file = tmp_path / "huge.docx"
    file.write_bytes(with_part("word/document.xml", HEAD + body() + FOOT))
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, peak = done.stdout.strip().rsplit("\n", 1)
    assert said
    assert int(peak) // 1024 < 300
