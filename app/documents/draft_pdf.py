"""A draft as blocks for the PDF: the same headings, numbers, lists and tables that the Word file has."""

from collections.abc import Iterator

from app.documents.pdf.document import Block, Cell, Heading, Look, Paragraph, Run, Table
from app.documents.printed import Grid, GridCell, Line, Printed, PrintedClause, Said, numbered

_LOOKS = {
    "title": Look.TITLE,
    "quote": Look.QUOTE,
    "caption": Look.CAPTION,
    "note": Look.NOTE,
    "footnote": Look.NOTE,
    "toc": Look.SMALL,
}
BULLET = "•"


def draft_blocks(printed: Printed, *, notes: str = "") -> Iterator[Block]:
    """The draft's blocks in order; its footnotes at the end, under the heading `notes` where one is given."""
    hung: list[PrintedClause] = []
    for block in printed.blocks:
        if isinstance(block, Line):
            yield line(block.said, printed, hung)
        else:
            yield table(block, printed, hung)
    if hung and notes:
        yield Heading(1, notes)
    for n, note in enumerate(hung, 1):
        yield Paragraph(note.text, note.number or str(n), look=Look.NOTE)


def line(said: Said, printed: Printed, hung: list[PrintedClause]) -> Block:
    """A clause that stands by itself."""
    clause = said.clause
    words = _words(said, printed, hung)
    if said.field:
        return Paragraph([Run(f"{said.field}: ", bold=True), *words])
    number = numbered(said)
    if clause.kind == "heading":
        return Heading(max(clause.level, 1), words, number)
    if clause.kind == "item":
        return Paragraph(words, number or BULLET, indent=said.depth + 1)
    if clause.kind == "caption" and number:
        return Paragraph([Run(f"{number} "), *words], look=Look.CAPTION)
    return Paragraph(words, number, look=_LOOKS.get(clause.kind, Look.TEXT))


def table(grid: Grid, printed: Printed, hung: list[PrintedClause]) -> Table:
    """A table with the cells' spans as in the draft."""
    rows = [
        [
            Cell(
                [_in_cell(part, row, printed, hung) for part in one.parts],
                across=one.across,
                down=one.down,
                shaded=one.head,
            )
            for one in row
        ]
        for row in grid.rows
    ]
    return Table(grid.shares(), rows[: grid.heads], rows[grid.heads :])


def _in_cell(
    said: Said, row: list[GridCell], printed: Printed, hung: list[PrintedClause]
) -> Paragraph | Heading:
    words = _words(said, printed, hung)
    number = numbered(said, row)
    clause = said.clause
    if said.field:
        return Paragraph(words)
    if clause.kind == "heading":
        return Heading(max(clause.level, 1), words, number)
    if clause.kind == "item":
        return Paragraph(words, number or BULLET, indent=said.depth)
    return Paragraph([Run(f"{number} "), *words] if number else words)


def _words(said: Said, printed: Printed, hung: list[PrintedClause]) -> list[Run]:
    """The words, and the signs of the footnotes that hang on them."""
    runs = [Run(said.text)] if said.text else []
    for note in () if said.field else printed.notes.get(said.clause.id, ()):
        hung.append(note)
        runs.append(Run(f" [{note.number or len(hung)}]", faint=True))
    return runs
