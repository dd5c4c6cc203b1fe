"""The comment matrix as a document for Word and print, in the layouts people know.

Each layout is a table of columns that say what they hold of a row; a document is made of blocks, which
`word/blocks.py` and `pdf/writing.py` write alike. Rows are read once, a clause's at a time.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.comments.rules import CommentType
from app.documents.matrix_table import CELLS, TITLE, WHOLE, Frame, named
from app.documents.pdf.document import Block, Cell, Facts, Heading, Look, Paragraph, Run, Table
from app.matrix.reading import Head, Row
from app.matrix.rules import COLUMNS
from app.people.rules import CONSTITUENCY_NAMES, Constituency
from app.text.redline import redline
from app.words import N_


class Layout(enum.StrEnum):
    """How the matrix is laid out on paper."""

    PLAIN = "plain"
    ISO = "iso"
    GROUPED = "grouped"


LAYOUT_NAMES = {
    Layout.PLAIN: N_("As on the page"),
    Layout.ISO: N_("ISO commenting template"),
    Layout.GROUPED: N_("By constituency, with commentary"),
}

#: ISO's three types of comment: general, technical, editorial (ISO/IEC Directives, the commenting template).
ISO_TYPES = dict.fromkeys(CommentType, "te") | {
    CommentType.GENERAL: "ge",
    CommentType.QUESTION: "ge",
    CommentType.EDITORIAL: "ed",
    CommentType.TRANSLATION: "ed",
}

_NAMES = {column.key: column.names or {} for column in COLUMNS}

Says = Callable[[Row, "Teller"], list[Paragraph]]


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what a row holds in the reader's words."""

    frame: Frame

    def words(self, row: Row, key: str) -> str:
        """What column `key` of the matrix holds of a row, in words."""
        value: Any = CELLS[key](row, self.frame)
        if value is None or value == "":
            return ""
        said = {code: self.frame.said(words) for code, words in _NAMES[key].items()}
        return str(named(value, said))

    def lines(self, row: Row, *keys: str, bold: bool = False) -> list[Paragraph]:
        """A paragraph for each column that holds something."""
        found = [text for key in keys if (text := self.words(row, key))]
        return [Paragraph([Run(text, bold=bold)]) for text in found]

    def labelled(self, row: Row, *columns: tuple[str, str]) -> list[Paragraph]:
        """A paragraph for each (label, column) that holds something, the label before it."""
        return [
            Paragraph([Run(f"{self.frame.said(label)}: ", bold=True), Run(text)])
            for label, key in columns
            if (text := self.words(row, key))
        ]

    def quoted(self, row: Row, first: str, then: str) -> list[Paragraph]:
        """The passage or the table cell that a comment is on, whichever of the two there is first."""
        said = getattr(row.comment, first) or getattr(row.comment, then)
        return [Paragraph([Run(said, italic=True)])] if said else []

    def change(self, row: Row) -> list[Paragraph]:
        """The proposed change: its verb, and the clause with what goes struck and what comes underlined."""
        comment = row.comment
        if comment.proposed is None:
            return []
        verb = f"{comment.proposed_verb or ''} "
        return [Paragraph([Run(verb, bold=True), *changed(comment.base, comment.proposed)])]

    def answer(self, row: Row) -> list[Paragraph]:
        """The final disposition and its reason."""
        return [
            *self.lines(row, "disposition", "points_to", bold=True),
            *self.lines(row, "reason", "reason_ms"),
        ]


def changed(base: str, proposed: str) -> list[Run]:
    """A text with what goes struck and what comes underlined."""
    return [
        Run(part.text, inserted=part.kind == "insert", deleted=part.kind == "delete")
        for part in redline(base, proposed)
    ]


_WHY = ((N_("Rationale"), "rationale"), (N_("Standard cited"), "standard"), (N_("Ground"), "ground"))

#: Titles, shares of the page, and what each column holds.
PLAIN: tuple[tuple[str, int, Says], ...] = (
    (N_("Ref"), 120, lambda row, t: t.lines(row, "ref", "late", bold=True)),
    (N_("Clause text quoted"), 200, lambda row, t: t.quoted(row, "exact", "field")),
    (N_("From"), 165, lambda row, t: t.lines(row, "constituency", "organisation", "person")),
    (N_("Type"), 120, lambda row, t: t.lines(row, "type", "priority")),
    (N_("Comment"), 360, lambda row, t: [Paragraph(row.comment.text), *t.labelled(row, *_WHY)]),
    (N_("Proposed change"), 320, lambda row, t: t.change(row)),
    (N_("Final disposition"), 120, lambda row, t: t.lines(row, "disposition", "points_to")),
    (N_("Reason"), 200, lambda row, t: t.lines(row, "reason", "reason_ms")),
)

ISO: tuple[tuple[str, int, Says], ...] = (
    (N_("Ref"), 120, lambda row, t: t.lines(row, "ref", "late", bold=True)),
    (N_("MB/NC"), 145, lambda row, t: t.lines(row, "organisation", "constituency")),
    (N_("Line number"), 65, lambda *_: []),
    (N_("Clause/Subclause"), 110, lambda row, t: t.lines(row, "clause")),
    (N_("Paragraph/Figure/Table"), 150, lambda row, t: t.quoted(row, "field", "exact")),
    (N_("Type of comment"), 80, lambda row, _: [Paragraph(ISO_TYPES[row.comment.type])]),
    (N_("Comments"), 360, lambda row, t: [Paragraph(row.comment.text), *t.labelled(row, *_WHY)]),
    (N_("Proposed change"), 320, lambda row, t: t.change(row)),
    (N_("Observations of the secretariat"), 260, lambda row, t: t.answer(row)),
)

_COLUMNS = {Layout.PLAIN: PLAIN, Layout.ISO: ISO}

#: Who commented where attribution withholds even the constituency.
WITHHELD = N_("Constituency withheld")
COMMENTARY = N_("Commentary")


def matrix_blocks(
    rows: Iterable[Row], frame: Frame, about: Sequence[tuple[str, str]], layout: Layout
) -> Iterator[Block]:
    """The matrix as blocks: its title, what it holds, and its rows in this layout."""
    yield Paragraph(frame.said(TITLE), look=Look.TITLE)
    yield Facts(list(about))
    teller = Teller(frame)
    if layout is Layout.GROUPED:
        yield from _grouped(rows, teller)
        return
    columns = _COLUMNS[layout]
    head = [Cell([Paragraph([Run(frame.said(title), bold=True)])], shaded=True) for title, _, _ in columns]
    yield Table(
        widths=[share for _, share, _ in columns],
        head=[head],
        rows=_rows(rows, teller, layout),
        small=True,
    )


def _rows(rows: Iterable[Row], teller: Teller, layout: Layout) -> Iterator[list[Cell]]:
    """A row for each comment; on paper as on the page, each clause's under its heading."""
    columns = _COLUMNS[layout]
    for head, under in groupby(rows, key=lambda row: row.head):
        if layout is Layout.PLAIN:
            yield [Cell([Paragraph(_heading(head, teller.frame))], across=len(columns), shaded=True)]
        for row in under:
            yield [Cell(says(row, teller)) for _, _, says in columns]


def _heading(head: Head, frame: Frame) -> list[Run]:
    label = head.label or (frame.said(WHOLE) if head.clause_id is None else "")
    heading = head.in_language(frame.language)
    return [Run(label, bold=True), *([Run(f"  {heading}")] if heading else [])]


def _grouped(rows: Iterable[Row], teller: Teller) -> Iterator[Block]:
    """Clause by clause, what each constituency said, then the commentary: the form of the ILO's reports."""
    frame = teller.frame
    sides: list[Constituency | None] = [*Constituency, None]
    for head, under in groupby(rows, key=lambda row: row.head):
        yield Heading(1, _heading(head, frame))
        said: dict[Constituency | None, list[Row]] = {}
        answers: dict[tuple[str, str], list[str]] = {}
        for row in under:
            said.setdefault(row.comment.constituency, []).append(row)
            answer = (teller.words(row, "disposition"), teller.words(row, "reason"))
            if answer[0]:
                answers.setdefault(answer, []).append(row.comment.ref)
        for side in sides:
            if side not in said:
                continue
            yield Heading(2, frame.said(CONSTITUENCY_NAMES[side] if side else WITHHELD))
            for row in said[side]:
                yield from _said(row, teller)
        if answers:
            yield Heading(2, frame.said(COMMENTARY))
            for (disposition, reason), refs in answers.items():
                yield Paragraph(
                    [
                        Run(f"{disposition}. ", bold=True),
                        Run(f"{reason} " if reason else ""),
                        Run(f"({', '.join(refs)})", faint=True),
                    ]
                )


def _said(row: Row, teller: Teller) -> Iterator[Paragraph]:
    who = ", ".join(filter(None, (teller.words(row, "person"), teller.words(row, "organisation"))))
    lead = [Run(row.comment.ref, bold=True), Run(f" {who}: " if who else ": ", bold=True)]
    quoted = row.comment.exact or row.comment.field
    if quoted:
        lead.append(Run(f"“{quoted}” ", italic=True))
    yield Paragraph([*lead, Run(row.comment.text)])
    for block in (*teller.change(row), *teller.labelled(row, *_WHY)):
        yield Paragraph(block.words, indent=1, look=Look.SMALL)
