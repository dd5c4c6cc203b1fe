"""The matrix in Word: what it says, that others open it, and that it stays small while it is made."""

import io
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest

from app.comments.reading import CommentView
from app.comments.rules import Attribution, CommentType, Priority, Scope, Status
from app.comments.stances import NOTHING
from app.documents.matrix_layouts import ISO, PLAIN, Layout, matrix_blocks
from app.documents.matrix_table import Frame
from app.documents.pdf.document import Document, Paper
from app.documents.pdf.writing import write_pdf
from app.documents.word.blocks import write_docx
from app.matrix.reading import Head, Row
from app.people.rules import Constituency, Region
from app.web.language import in_language
from tests.databases import has_program

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CLAUSE = Head(clause_id=1, eid="c_1", section_eid="s_1", label="2.2.2", heading="Grievance mechanism")

COMMENT = CommentView(
    id=1, client_uuid="", ref="R2-0001", status=Status.SUBMITTED, scope=Scope.PASSAGE, clause_id=1, section_id=1,
    position=3, wid="w1", eid="c_1", label="2.2.2", field=None, exact="fifty or more", start=0, end=5,
    constituency=Constituency.WORKERS, organisation="Kongres <Contoh> & rakan", person=None,
    region=Region.NATIONAL, capacity="organisation", channel="web", attribution=Attribution.ORGANISATION,
    type=CommentType.SUBSTANTIVE, priority=Priority.MAJOR, ground="", language="en",
    text="First line.\nSecond\tline \x07.", base="Employers with fifty or more workers shall act.",
    proposed="Employers with twenty or more workers shall act.", proposed_verb="REPLACE", rationale="They said so.",
    standard="ILO C029", submitted_at=NOW, saved_at=NOW, late=True, own=False, version=1,
)  # fmt: skip


def rows(count: int = 1, **changes: Any) -> Iterator[Row]:
    for n in range(count):
        comment = replace(COMMENT, id=n, ref=f"R2-{n + 1:04d}", **changes)
        yield Row(comment, replace(CLAUSE, clause_id=n // 50 + 1, label=f"2.{n // 50}"), (), NOTHING)


def frame(language: str = "en") -> Frame:
    return Frame("Round 2", "Draft 1", UTC, lambda words: in_language(language, words), language)


def document(found: Iterator[Row], language: str = "en", layout: Layout = Layout.PLAIN) -> Document:
    return Document(
        title="Comment matrix",
        language=language,
        blocks=matrix_blocks(found, frame(language), [("Filter", "Workers & others")], layout),
        made=NOW,
        marking="Restricted",
        paper=Paper(landscape=layout is not Layout.GROUPED),
    )


def made(found: Iterator[Row], language: str = "en", layout: Layout = Layout.PLAIN) -> bytes:
    file = io.BytesIO()
    write_docx(document(found, language, layout), file, lambda words: in_language(language, words))
    return file.getvalue()


def test_it_holds_the_comment_the_clause_and_a_redline_that_needs_no_colour():
    word: Any = docx.Document(io.BytesIO(made(rows())))
    table = word.tables[1]
    head, group, row = table.rows
    assert [cell.text for cell in head.cells] == [title for title, _, _ in PLAIN]
    assert group.cells[0].text == "2.0  Grievance mechanism"
    said = [cell.text for cell in row.cells]
    assert said[0] == "R2-0001\nLate"
    assert said[1] == "fifty or more"
    assert said[2] == "Workers\nKongres <Contoh> & rakan"
    assert said[4].startswith("First line.\nSecond\tline ␇.")
    assert "ILO C029" in said[4]
    runs = [run for part in row.cells[5].paragraphs for run in part.runs]
    assert [run.text for run in runs if run.font.strike] == ["fifty"]
    assert [run.text for run in runs if run.font.underline] == ["twenty"]
    assert "".join(run.text for run in runs if not run.font.strike) == f"REPLACE {COMMENT.proposed}"


def test_every_page_is_landscape_marked_numbered_and_has_the_tables_head():
    word: Any = docx.Document(io.BytesIO(made(rows())))
    section = word.sections[0]
    assert section.page_width > section.page_height
    assert section.header.paragraphs[0].text.startswith("Restricted")
    footer = section.footer._element.xml
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    assert "w:tblHeader" in word.tables[1].rows[0]._tr.xml


def test_the_iso_template_says_where_what_kind_and_what_is_observed():
    word: Any = docx.Document(io.BytesIO(made(rows(), layout=Layout.ISO)))
    head, row = word.tables[1].rows
    assert [cell.text for cell in head.cells] == [title for title, _, _ in ISO]
    said = [cell.text for cell in row.cells]
    assert said[1] == "Kongres <Contoh> & rakan\nWorkers"
    assert said[3:6] == ["2.0", "fifty or more", "te"]


def test_by_constituency_each_side_has_its_heading_under_the_clause():
    found = [
        *rows(1),
        *rows(1, constituency=Constituency.EMPLOYERS, organisation="Persatuan Contoh"),
        *rows(1, constituency=None, organisation=None),
    ]
    word: Any = docx.Document(io.BytesIO(made(iter(found), layout=Layout.GROUPED)))
    said = [(part.style.name, part.text) for part in word.paragraphs]
    heads = [text for style, text in said if style.startswith("Heading")]
    assert heads == ["2.0  Grievance mechanism", "Employers", "Workers", "Constituency withheld"]
    assert any(text.startswith("R2-0001 Persatuan Contoh: “fifty or more” First line.") for _, text in said)


def test_the_same_blocks_make_a_pdf():
    file = io.BytesIO()
    assert write_pdf(document(rows(60), layout=Layout.ISO), file) > 1
    assert file.getvalue().startswith(b"%PDF-")


def test_it_speaks_malay():
    word: Any = docx.Document(io.BytesIO(made(rows(), "ms")))
    assert word.tables[1].rows[0].cells[4].text == "Ulasan"
    assert word.paragraphs[0].text == "Matriks ulasan"
    assert "Halaman" in word.sections[0].footer.paragraphs[0].text


def test_memory_does_not_grow_with_rows():
    def peak(count: int) -> int:
        tracemalloc.start()
        with Path("/dev/null").open("wb") as nowhere:
            write_docx(document(rows(count)), nowhere)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(2000) < peak(200) * 1.3


@pytest.mark.skipif(not has_program("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_it(tmp_path: Path):
    (tmp_path / "m.docx").write_bytes(made(rows(60)))
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "odt",
            "--outdir", tmp_path, tmp_path / "m.docx",
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    content = zipfile.ZipFile(tmp_path / "m.odt").read("content.xml").decode()
    assert content.count("<table:table-header-rows>") == 1
    assert "R2-0060" in content
    assert "Restricted" in zipfile.ZipFile(tmp_path / "m.odt").read("styles.xml").decode()
