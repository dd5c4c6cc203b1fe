"""What a returned sheet says: its comments as typed, what their places mean, and the rows that are no comments."""

from dataclasses import dataclass, field
from typing import Any

from app.documents.drafts import ReadWarning
from app.documents.sheets.titles import Role
from app.text.references import Referred


@dataclass(slots=True)
class SheetRow:
    """One comment of a sheet: where it stands, what it says as typed, and what its place means in the draft."""

    row: int
    sheet: str
    table: int
    organisation: str
    constituency: str | None
    constituency_as_written: str
    clause_as_written: str
    paragraph_as_written: str
    line: str
    page: str
    meant: Referred
    type: str | None
    type_as_written: str
    comment: str
    proposed: str
    observation: str
    language: str
    hidden: str
    number: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    warnings: list[ReadWarning] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A filled row that is no comment, and why; `why` is a catalogue key."""

    row: int
    sheet: str
    table: int
    why: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column as found: its title, and what it was taken for."""

    sheet: str
    table: int
    column: int
    title: str
    role: Role


@dataclass(slots=True)
class SheetText:
    """A returned sheet as read: its comments, the rows to look at, the rows that are no comments, its columns."""

    rows: list[SheetRow] = field(default_factory=list)
    refused: list[OtherRow] = field(default_factory=list)
    others: list[OtherRow] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def as_json(sheet: SheetText) -> dict[str, Any]:
    """Give the one JSON document of `runding sheet read`."""
    return {
        "rows": [_row_json(one) for one in sheet.rows],
        "refused": [_other_json(one) for one in sheet.refused],
        "not_rows": [_other_json(one) for one in sheet.others],
        "columns": [
            _place(one.sheet, one.table) | {"column": one.column, "title": one.title, "role": one.role}
            for one in sheet.columns
        ],
        "warnings": [{"where": one.where, "what": one.sentence} for one in sheet.warnings],
    }


def _place(sheet: str, table: int) -> dict[str, Any]:
    return ({"sheet": sheet} if sheet else {}) | ({"table": table} if table else {})


def _other_json(one: OtherRow) -> dict[str, Any]:
    return {"row": one.row} | _place(one.sheet, one.table) | {"why": one.why}


def _row_json(one: SheetRow) -> dict[str, Any]:
    shape: dict[str, Any] = {"row": one.row} | _place(one.sheet, one.table)
    shape |= {
        "organisation": one.organisation or None,
        "constituency": one.constituency,
        "constituency_as_written": one.constituency_as_written or None,
        "clause_as_written": one.clause_as_written or None,
        "paragraph_as_written": one.paragraph_as_written or None,
        "line": one.line or None,
        "page": one.page or None,
        "clauses": list(one.meant.clauses) if one.meant.clauses or one.meant.is_general else None,
    }
    if one.meant.is_general:
        shape["general"] = True
    elif not one.meant.clauses:
        shape["candidates"] = list(one.meant.candidates)
    return shape | {
        "type": one.type,
        "type_as_written": one.type_as_written or None,
        "comment": one.comment,
        "proposed": one.proposed or None,
        "observation": one.observation or None,
        "language": one.language,
        "hidden": one.hidden or None,
        "extra": one.extra,
        "warnings": [warning.sentence for warning in one.warnings],
    }
