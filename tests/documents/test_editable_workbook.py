"""A workbook that goes out to be worked on and comes back: locked where frozen, with choices where there are some."""

import io

import openpyxl

from app.documents.tables import Column, Table
from app.documents.workbook import LISTS, as_xlsx

CHOICES = ("Accepted", "Not accepted", "Accepted with modification")


def book(*rows, **more):
    file = io.BytesIO()
    columns = (
        Column("ref", "Ref"),
        Column("answer", "Answer", editable=True, choices=CHOICES),
        Column("reason", "Reason", editable=True),
        Column("who", "Who", editable=True, choices=("A & B", "=C")),
        Column("state", "", hidden=True),
    )
    as_xlsx(Table("Matrix", columns, rows, **more), file)
    return openpyxl.load_workbook(file)


def test_only_the_editable_columns_can_be_written_in():
    sheet = book(("R1-0001", "Accepted", "=1+1", None, "12.3"))["Matrix"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet["A2"].protection.locked
    assert not sheet["B2"].protection.locked
    assert not sheet["C2"].protection.locked
    assert sheet["C2"].value == "=1+1"
    assert sheet["C2"].data_type != "f"
    assert sheet["C2"].quotePrefix
    assert sheet.column_dimensions["E"].hidden
    # A cell that holds nothing yet takes its column's style.
    assert not sheet.column_dimensions["D"].protection.locked


def test_choices_are_offered_from_a_hidden_sheet():
    whole = book(("R1-0001", None, None, None, "12.3"))
    lists = whole[LISTS]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in lists["A"]] == list(CHOICES)
    assert [cell.value for cell in lists["B"] if cell.value] == ["A & B", "=C"]
    offered = {str(one.sqref): one.formula1 for one in whole["Matrix"].data_validations.dataValidation}
    assert offered == {"B2:B1000": "_lists!$A$1:$A$3", "D2:D1000": "_lists!$B$1:$B$2"}


def test_a_table_without_editable_columns_is_not_locked():
    file = io.BytesIO()
    as_xlsx(Table("Matrix", (Column("ref", "Ref"),), [("R1-0001",)]), file)
    whole = openpyxl.load_workbook(file)
    assert not whole["Matrix"].protection.sheet
    assert LISTS not in whole.sheetnames
