"""What a file says as a draft: clauses in document order, and what the reader had to note."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table entry stands: table of the body, row and grid column, all from 0."""

    table: int
    row: int
    col: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where words stand in the file; `footnote`, `textbox` and `nested` say what hangs on that place."""

    paragraph: int
    table: TablePlace | None = None
    footnote: str = ""
    textbox: int | None = None
    nested: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the contract's shape: `{paragraph}` or `{table, row, col, paragraph}`."""
        shape: dict[str, Any] = {}
        if self.table is not None:
            shape |= {"table": self.table.table, "row": self.table.row, "col": self.table.col}
        shape["paragraph"] = self.paragraph
        if self.footnote:
            shape["footnote"] = self.footnote
        if self.textbox is not None:
            shape["textbox"] = self.textbox
        if self.nested:
            shape["nested"] = list(self.nested)
        return shape


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clause's text that came from one paragraph of the file.

    `order` counts every paragraph element of the main part from 0, tables and text boxes included
    (negative: a note's); `at` is where the stretch starts in the clause's text, or in the field's where
    `field` is named; `skipped` is how many characters of the paragraph stand before it (a typed number);
    `length` is in code points.
    """

    order: int
    at: int
    skipped: int
    length: int
    location: Location
    field: str = ""


@dataclass(slots=True)
class ClauseText:
    """One clause as read: `number` as printed and never part of `text`; offsets count code points of `text`.

    `separator` is what stood between a typed number and the text; `label` is what people cite;
    `within` names the column of an entry whose own list this item belongs to; `footnotes` are wids.
    """

    wid: str
    eid: str
    number: str
    kind: str
    level: int
    heading: str
    text: str
    parent: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    table: TablePlace | None = None
    location: Location = field(default_factory=lambda: Location(0))
    footnotes: list[str] = field(default_factory=list)
    label: str = ""
    separator: str = ""
    bullet: str = ""
    within: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something a person should know about the reading; `what` is a catalogue key filled with `values`."""

    where: str
    what: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Say it in English."""
        return self.what % self.values if self.values else self.what


@dataclass(slots=True)
class DraftText:
    """A draft as read from a file: its title, its language (`en`, `ms` or another code), its clauses."""

    title: str
    language: str
    clauses: list[ClauseText]
    warnings: list[ReadWarning] = field(default_factory=list)


def as_json(draft: DraftText) -> dict[str, Any]:
    """Give the one JSON document of `runding draft read`."""
    return {
        "title": draft.title,
        "language": draft.language,
        "clauses": [_clause(clause) for clause in draft.clauses],
        "warnings": [{"where": one.where, "what": one.sentence} for one in draft.warnings],
    }


def _clause(clause: ClauseText) -> dict[str, Any]:
    place = clause.table
    return {
        "wid": clause.wid,
        "eid": clause.eid,
        "number": clause.number,
        "label": clause.label,
        "kind": clause.kind,
        "level": clause.level,
        "heading": clause.heading,
        "text": clause.text,
        "parent": clause.parent,
        "fields": clause.fields,
        "table": None if place is None else {"table": place.table, "row": place.row, "col": place.col},
        "location": clause.location.as_json(),
        "separator": clause.separator,
        "bullet": clause.bullet,
        "within": clause.within,
        "footnotes": clause.footnotes,
    }
