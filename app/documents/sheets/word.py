"""Reads the tables of a Word document as grids; column titles may stand in the page's header."""

from app.documents.docx import names as n
from app.documents.docx.grid import Table
from app.documents.docx.lists import Lists
from app.documents.docx.parts import open_document
from app.documents.docx.story import Block, Paragraph, Story
from app.documents.docx.styles import Styles
from app.documents.package import TOO_LARGE
from app.documents.sheets.grid import MOST_ROWS, Book, Cell, Grid, Line
from app.errors import Invalid

MOST_PARAGRAPHS = 60_000


def read_word(data: bytes) -> Book:
    """Read the tables of a document as a reader sees them, tracked changes accepted."""
    document = open_document(data)
    orders = {element: order for order, element in enumerate(document.body.iter(n.P))}
    if len(orders) > MOST_PARAGRAPHS:
        raise Invalid(TOO_LARGE)
    styles = Styles(document.styles)
    lists = Lists(document.numbering, styles)
    story = Story(styles, lists, "accepted", orders)
    heads: list[Line] = []
    for link in document.package.links(document.main).values():
        if link.kind == "header" and not link.external and link.target in document.package:
            for table in _tables(Story(styles, lists, "accepted").read(document.package.xml(link.target))):
                heads += _lines(table)
    book = Book(notes=document.comments)
    for at, table in enumerate(_tables(story.read(document.body)), 1):
        lines = _lines(table)
        if len(lines) > MOST_ROWS:
            raise Invalid(TOO_LARGE)
        book.grids.append(Grid("", lines, at, heads=heads, columns=table.cols))
    return book


def _tables(blocks: list[Block]) -> list[Table]:
    """The tables of a story in reading order, those inside cells after the one that holds them."""
    found: list[Table] = []
    for block in blocks:
        if isinstance(block, Table):
            found.append(block)
            for cell in block.cells:
                found += _tables(cell.blocks)
        else:
            found += _tables(block.boxes)
    return found


def _lines(table: Table) -> list[Line]:
    lines = [Line(number) for number in range(1, table.rows + 1)]
    for cell in table.cells:
        text = "\n".join(_said(block) for block in cell.blocks if isinstance(block, Paragraph)).strip()
        if not text:
            continue
        whole = Cell(text, across=cell.cols)
        shadow = Cell(text, own=False, across=cell.cols)
        for row in range(cell.row, min(cell.row + cell.rows, table.rows)):
            for column in range(cell.col, cell.col + cell.cols):
                lines[row].cells[column] = whole if (row, column) == (cell.row, cell.col) else shadow
    return [line for line in lines if line.cells]


def _said(paragraph: Paragraph) -> str:
    text = paragraph.text.rstrip()
    label = paragraph.label
    if label is not None and label.text and text.strip():
        return f"{label.text} {text}"
    return text or (label.text if label is not None else "")
