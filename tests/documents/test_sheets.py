"""Comment sheets as people make them: any order of columns, two languages, what spreadsheets do to numbers."""

import io
from datetime import datetime
from typing import Any

import docx as word
import pytest
import xlsxwriter
from docx.shared import Inches
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.drafts import ClauseText
from app.documents.sheets.columns import role_of
from app.documents.sheets.reading import read_sheet
from app.documents.sheets.sheet import SheetRow, SheetText, as_json
from app.documents.sheets.wording import side_of, type_of
from app.errors import Invalid


def clause(number: str, kind: str = "para", parent: str | None = None, label: str = "") -> ClauseText:
    key = f"w-{label or number}"
    return ClauseText(key, key, number, kind, 1, "", f"Words of {number}.", parent, label=label or number)


DRAFT = [
    clause("1.", "heading"),
    clause("1.2", parent="w-1."),
    clause("2.", "heading"),
    clause("2.1", parent="w-2."),
    clause("2.3", parent="w-2."),
    clause("4.", "heading"),
    clause("4.1", parent="w-4."),
    clause("4.10", parent="w-4."),
    clause("(a)", "item", "w-4.1", "4.1 (a)"),
    clause("5.6", parent="w-4."),
]


def workbook(*lines: list[Any], edit: Any = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Comments")
        for at, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, str) and value:
                    sheet.write_string(at, column, value)
                elif value != "":
                    sheet.write(at, column, value)
        if edit is not None:
            edit(book, sheet)
    return out.getvalue()


def read(data: bytes, **told: Any) -> SheetText:
    return read_sheet(data, DRAFT, **told)


def rows(*lines: list[Any], edit: Any = None) -> list[SheetRow]:
    return read(workbook(*lines, edit=edit)).rows


def said(row: SheetRow) -> str:
    return " ".join(one.sentence for one in row.warnings)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("MB/NC¹", "organisation"),
        ("MB/NC1", "organisation"),
        ("Line number (e.g. 17)", "line"),
        ("Clause/ Subclause (e.g. 3.1)", "clause"),
        ("Paragraph/ Figure/ Table/ (e.g. Table 1)", "paragraph"),
        ("Type of comment2", "type"),
        ("Jenis ulasan", "type"),
        ("Comments", "comment"),
        ("Comments (justification for change)", "comment"),
        ("Comment (Include rationale for comment)", "comment"),
        ("Observation", "comment"),
        ("Ulasan / Comments", "comment"),
        ("Proposed change", "proposed"),
        ("Cadangan pindaan", "proposed"),
        ("Suggested wording", "proposed"),
        ("Observations of the secretariat", "observation"),
        ("Ulasan urus setia", "observation"),
        ("Maklum balas sekretariat", "observation"),
        ("Fasal", "clause"),
        ("Perkara", "clause"),
        ("Perenggan/Rajah/Jadual", "paragraph"),
        ("Kementerian/Agensi", "organisation"),
        ("Agency or Organization ", "organisation"),
        ("Konstituensi", "constituency"),
        ("Muka surat", "page"),
        ("Page #", "page"),
        ("Bil.", "number"),
        ("#", "number"),
        ("Internal remarks (not for circulation)", "internal"),
        ("Catatan dalaman", "internal"),
        ("E-mel", "internal"),
        ("Perkara/Muka surat", "clause"),
        ("Bahagian draf", "clause"),
        ("What change do you propose?", "proposed"),
        ("Respons KSM", "observation"),
        ("Item", "number"),
    ],
)
def test_a_column_is_known_by_its_title(title, role):
    found = role_of(title)
    assert found is not None
    assert found[0] == role


def test_titles_may_stand_below_other_lines_and_in_any_order():
    found = rows(
        ["COMPILED COMMENTS ON THE DRAFT"],
        [""],
        ["Please do not add rows above this line."],
        ["Bil.", "Cadangan pindaan", "Ulasan", "Jenis", "Fasal", "Agensi"],
        [1, "Tambah tarikh.", "Tarikh tiada.", "teknikal", "Perkara 2.3", "Kementerian Rekaan"],
    )
    assert [(one.row, one.comment, one.proposed, one.type, one.organisation) for one in found] == [
        (5, "Tarikh tiada.", "Tambah tarikh.", "te", "Kementerian Rekaan")
    ]
    assert found[0].meant.clauses == ("w-2.3",)
    assert found[0].language == "ms"


def test_a_table_that_is_none_is_refused_in_one_sentence():
    with pytest.raises(Invalid, match="No column titles"):
        read(workbook(["Name", "Date"], ["Siti", "today"]))


def test_what_rows_are_no_comments_is_said():
    found = read(
        workbook(
            ["Clause", "Type", "Comments", "Proposed change"],
            ["CHAPTER 2"],
            ["2.1", "te", "Too short.", ""],
            ["2.3", "te", "", ""],
            ["2.1", "", "No comment", ""],
            ["Clause", "Type", "Comments", "Proposed change"],
            ["", "", "End of comments (1).", ""],
            ["1.2", "ed", "", "Delete."],
        )
    )
    assert [one.row for one in found.rows] == [3, 8]
    assert [one.row for one in found.refused] == [4]
    assert [one.row for one in found.others] == [1, 2, 5, 6, 7]


def test_a_number_whose_nought_may_be_lost_is_a_question():
    one, other = rows(["Clause", "Comments"], [4.1, "Four point one, or ten?"], [2.3, "Only one reading."])
    assert one.meant.candidates == ("w-4.1", "w-4.10")
    assert "a final 0" in said(one)
    assert other.meant.clauses == ("w-2.3",)
    assert other.clause_as_written == "2.3"


def test_a_date_is_read_as_the_number_it_was():
    def dates(book: Any, sheet: Any) -> None:
        shown = book.add_format({"num_format": "d-mmm"})
        sheet.write_datetime(1, 0, datetime(2026, 1, 2), shown)
        sheet.write_datetime(2, 0, datetime(2026, 6, 5), shown)

    one, other = rows(["Clause", "Comments"], ["", "1.2 or 2.1"], ["", "5.6 alone"], edit=dates)
    assert one.clause_as_written == "2-Jan"
    assert one.meant.candidates == ("w-1.2", "w-2.1")
    assert other.meant.clauses == ("w-5.6",)
    assert "a date" in said(one)
    assert "a date" in said(other)


def test_hidden_and_filtered_rows_are_taken_and_flagged():
    hidden = rows(
        ["Clause", "Comments"], ["2.1", "Seen"], ["2.3", "Unseen"],
        edit=lambda _, sheet: sheet.set_row(2, None, None, {"hidden": True}),
    )  # fmt: skip
    assert [one.hidden for one in hidden] == ["", "hidden"]
    assert "hidden" in said(hidden[1])

    def filter_(_: Any, sheet: Any) -> None:
        sheet.autofilter(0, 0, 2, 1)
        sheet.filter_column(0, "x == 2.1")
        sheet.set_row(2, None, None, {"hidden": True})

    filtered = rows(["Clause", "Comments"], ["2.1", "Seen"], ["2.3", "Unseen"], edit=filter_)
    assert [one.hidden for one in filtered] == ["", "filtered"]


def test_hidden_and_internal_columns_and_sheets_reach_no_field():
    def hide(book: Any, sheet: Any) -> None:
        sheet.set_column(3, 3, None, None, {"hidden": True})
        sheet.write_comment(1, 1, "SECRET margin")
        other = book.add_worksheet("Old")
        other.write_row(0, 0, ["Clause", "Comments"])
        other.write_row(1, 0, ["2.1", "SECRET sheet"])
        other.hide()

    found = read(
        workbook(
            ["Clause", "Comments", "Internal remarks", "Notes", "Priority"],
            ["2.1", "Open", "SECRET column", "SECRET hidden", "High"],
            edit=hide,
        )
    )
    assert "SECRET" not in str(as_json(found))
    assert found.rows[0].extra == {"Priority": "High"}
    sentences = " ".join(one.sentence for one in found.warnings)
    assert "Internal remarks, Notes" in sentences
    assert "Old" in sentences


def test_text_that_looks_like_a_formula_stays_text():
    words = ["=SUM is no word", "+ add a date", "- delete", "@ the ministry"]
    assert [one.comment for one in rows(["Clause", "Comments"], *(["2.1", each] for each in words))] == words


def test_a_formula_says_what_it_last_showed():
    def formula(_: Any, sheet: Any) -> None:
        sheet.write_formula(1, 1, '="Add "&"a date"', None, "Add a date")

    (one,) = rows(["Clause", "Comments"], ["2.1", ""], edit=formula)
    assert one.comment == "Add a date"
    assert "formula" in said(one)


def test_merged_cells_count_for_every_row_they_cover():
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 2, 0, "2.3")
        sheet.merge_range(3, 0, 3, 2, "CHAPTER 4")

    found = rows(["Clause", "Comments", "Type"], ["", "First", "te"], ["", "Second", "ed"], edit=merge)
    assert [(one.clause_as_written, one.comment) for one in found] == [("2.3", "First"), ("2.3", "Second")]


def test_a_row_without_a_place_is_taken_and_asked_about():
    (_, one) = rows(["Clause", "Comments"], ["2.3", "First"], ["", "Second"])
    assert one.meant.clauses == ()
    assert one.meant.candidates == ("w-2.3",)
    assert as_json(read(workbook(["Clause", "Comments"], ["", "Alone"])))["rows"][0]["clauses"] is None


def test_ditto_says_what_stands_above():
    found = rows(["Clause", "Comments"], ["2.3", "First"], ["ditto", "Second"], ["-do-", "Third"])
    assert [one.meant.clauses for one in found] == [("w-2.3",)] * 3


def test_long_text_is_kept_whole_and_doubles_are_told():
    text = "word " * 6_000
    one, other = rows(["Clause", "Comments"], ["2.1", text], ["2.1", text])
    assert one.comment == text.strip()
    assert "row 2" in said(other)


def test_a_person_can_say_what_a_column_is():
    data = workbook(["Where", "What we think"], ["2.3", "Too short."])
    with pytest.raises(Invalid):
        read(data)
    (one,) = read(data, mapping={"Where": "clause", "What we think": "comment"}).rows
    assert (one.comment, one.meant.clauses) == ("Too short.", ("w-2.3",))


def test_titles_in_the_pages_header_are_those_of_the_table():
    document = word.Document()
    titles = ["MB/NC", "Clause", "Paragraph", "Type of comment", "Comments", "Proposed change"]
    head = document.sections[0].header.add_table(1, len(titles), Inches(10))
    for cell, title in zip(head.rows[0].cells, titles, strict=True):
        cell.text = title
    body = document.add_table(2, len(titles))
    for row, words in zip(
        body.rows,
        [["MY", "2.3", "", "te", "One.\nTwo.", "Add."], ["MY", "4.1", "(a)", "ed", "Three.", ""]],
        strict=True,
    ):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    found = read(out.getvalue())
    assert [(one.table, one.row, one.comment, one.meant.clauses) for one in found.rows] == [
        (1, 1, "One.\nTwo.", ("w-2.3",)),
        (1, 2, "Three.", ("w-4.1 (a)",)),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_file_is_read_whatever_its_separator_and_encoding(separator, encoding):
    text = f'Komen{separator}Perkara\r\n"Satu, dua; tiga|“empat”\r\nbaris dua"{separator}2.3\r\n'
    (one,) = read(text.encode(encoding)).rows
    assert (one.row, one.comment) == (2, "Satu, dua; tiga|“empat”\nbaris dua")
    assert one.meant.clauses == ("w-2.3",)


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("TE", "te"),
        ("ge/te", None),
        ("Editorial", "ed"),
        ("Umum", "ge"),
        ("ed - suntingan", "ed"),
        ("?", None),
    ],
)
def test_the_type_is_isos(written, type_):
    assert type_of(written) == type_


@pytest.mark.parametrize(
    ("written", "side"),
    [
        ("Pekerja", "workers"),
        ("Majikan", "employers"),
        ("G", "government"),
        ("NGO", "civil society"),
        ("", None),
    ],
)
def test_whose_side_somebody_is_on_is_said_in_one_word(written, side):
    assert side_of(written) == side


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2.1", "2.3", "General", "", "4.1 (a)", "9.9", "4.1 and 4.10"]),
            st.text(
                st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=3, max_size=40
            ).filter(lambda text: any(sign.isalnum() for sign in text)),
        ),
        max_size=8,
    )
)
def test_every_row_with_words_is_somewhere_in_the_report(lines):
    made = workbook(["Clause", "Type", "Comments"], *([place, "te", words] for place, words in lines))
    if not lines:
        assert read(made).rows == []
        return
    found = read(made)
    reported = [one.row for one in found.rows]
    reported += [one.row for one in [*found.refused, *found.others]]
    assert sorted(reported) == list(range(1, len(lines) + 2))
    keys = {one.wid for one in DRAFT}
    for one in found.rows:
        assert {*one.meant.clauses, *one.meant.candidates} <= keys
        assert not (one.meant.clauses and one.meant.candidates)
