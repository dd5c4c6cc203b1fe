"""Blank comment sheets: filled in and returned, every row finds the clause that it was printed for."""

import io

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from app.documents.comment_sheet import sheet_docx, sheet_xlsx
from app.documents.docx.draft import read_draft
from app.documents.drafts import DraftText
from app.documents.printed import PrintedClause
from app.documents.sheets.reading import read_sheet
from app.documents.sheets.sheet import SheetText
from app.documents.word.parts import Sheet
from app.web.language import in_language
from tests.documents.printing import AT, clauses_of, small

ASKED = {"toc", "header", "title"}


def workbook(clauses: list[PrintedClause], language: str = "en") -> bytes:
    file = io.BytesIO()
    sheet_xlsx(
        clauses,
        clauses,
        section="1 Introduction",
        organisation="Kesatuan Contoh",
        about=[("Plan", "The plan")],
        marking="Restricted",
        said=lambda words: in_language(language, words),
        file=file,
    )
    return file.getvalue()


def table(clauses: list[PrintedClause], language: str = "en") -> bytes:
    file = io.BytesIO()
    frame = Sheet("t", "en-GB", "Restricted", "h", "f", lambda words: in_language(language, words))
    sheet_docx(clauses, clauses, sheet=frame, section="1", organisation="Kesatuan Contoh", made=AT, file=file)
    return file.getvalue()


def filled_workbook(clauses: list[PrintedClause], language: str = "en", instead: str = "") -> bytes:
    """Filled as somebody does in a spreadsheet program; `instead`: another reference in every clause cell."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(clauses, language)))
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[7].value:
            row[1].value = instead or row[1].value
            row[4].value = f"About {row[7].value}"
            row[5].value = "=better"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled_table(clauses: list[PrintedClause], language: str = "en") -> bytes:
    document = docx.Document(io.BytesIO(table(clauses, language)))
    for row in document.tables[0]._tbl.tr_lst[1:]:
        wid = "".join(one.text or "" for one in row.tc_lst[7].iter(qn("w:t")))
        if wid:
            row.tc_lst[4].p_lst[0].add_r().text = f"About {wid}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def found(sheet: SheetText) -> list[tuple[str, str]]:
    return [(one.comment, ",".join(one.meant.clauses)) for one in sheet.rows]


def every(clauses: list[PrintedClause]) -> list[tuple[str, str]]:
    return [(f"About {one.wid}", one.wid) for one in clauses if one.kind not in ASKED]


@pytest.mark.parametrize("language", ["en", "ms"])
@pytest.mark.parametrize("filled", [filled_workbook, filled_table])
def test_every_row_of_a_returned_sheet_finds_its_clause(filled, language):
    draft, clauses = small()
    sheet = read_sheet(filled(clauses, language), draft.clauses)
    assert found(sheet) == every(clauses)
    assert {one.organisation for one in sheet.rows} == {"Kesatuan Contoh"}
    assert not sheet.refused


@pytest.mark.parametrize("name", ["napfl/napfl", "uspki/policy_draft_2017-09"])
def test_every_row_of_a_sheet_on_a_real_draft_finds_its_clause(shared, name):
    draft: DraftText = read_draft((shared / f"data/{name}.docx").read_bytes())
    clauses = clauses_of(draft)
    assert found(read_sheet(filled_workbook(clauses), draft.clauses)) == every(clauses)


@pytest.mark.parametrize("blank", [workbook, table])
def test_a_sheet_that_nobody_filled_says_nothing(blank):
    draft, clauses = small()
    sheet = read_sheet(blank(clauses), draft.clauses)
    assert (sheet.rows, sheet.refused) == ([], [])


def test_a_reference_written_over_ours_goes_before_the_hidden_id():
    draft, clauses = small()
    sheet = read_sheet(filled_workbook(clauses, instead="1.2"), draft.clauses)
    meant = {tuple(one.meant.clauses) for one in sheet.rows if "1.2" in one.clause_as_written}
    wid = next(one.wid for one in draft.clauses if one.number == "1.2" and one.kind == "para")
    outcome = next(one.wid for one in draft.clauses if one.number == "1.2.")
    assert meant <= {(wid,), (outcome,), ()}
    assert sum(1 for one in sheet.rows if one.meant.clauses) <= 2


def test_words_that_a_spreadsheet_would_run_stay_words():
    draft, clauses = small()
    assert {one.proposed for one in read_sheet(filled_workbook(clauses), draft.clauses).rows} <= {
        "=better",
        "",
    }
    book = openpyxl.load_workbook(io.BytesIO(workbook([*clauses, clauses[2]])))
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)
