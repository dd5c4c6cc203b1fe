"""A table's cells on its grid: what they span, and which rows are its head."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from app.documents.docx import names as n
from app.documents.docx.names import MC, VAL, W
from app.documents.docx.runs import choice
from app.documents.docx.styles import whole
from app.documents.drafts import Location
from app.text.column_names import known_heading

if TYPE_CHECKING:
    from app.documents.docx.story import Block

MOST_COLUMNS = 200


@dataclass(slots=True)
class Cell:
    """One cell: its first row and column, how many rows and columns it takes, and what it holds."""

    row: int
    col: int
    rows: int = 1
    cols: int = 1
    blocks: list["Block"] = field(default_factory=list)
    elements: list[etree._Element] = field(default_factory=list)
    location: Location = field(default_factory=lambda: Location(0))
    shaded: bool = False

    @property
    def paragraphs(self) -> list["Block"]:
        return self.blocks

    @property
    def text(self) -> str:
        """The words of the cell's own paragraphs, a line each."""
        lines = (block.text.strip() for block in self.blocks if not isinstance(block, Table))
        return "\n".join(line for line in lines if line)

    @property
    def bold(self) -> bool:
        """Whether all that the cell says is bold."""
        said = [block for block in self.blocks if not isinstance(block, Table) and block.text.strip()]
        return bool(said) and all(block.words.bold for block in said)


@dataclass(slots=True)
class Table:
    """A table: its cells in reading order, its size, and its head rows."""

    cells: list[Cell]
    rows: int
    cols: int
    headers: set[int] = field(default_factory=set)
    index: int | None = None

    def by_row(self) -> list[list[Cell]]:
        """Give, for each row, the cells that begin in it."""
        found: list[list[Cell]] = [[] for _ in range(self.rows)]
        for cell in self.cells:
            found[cell.row].append(cell)
        return found

    def mark_headers(self) -> None:
        """Decide which rows are the head: those marked so, or a first row that looks like one."""
        rows = self.by_row()
        marked = 0
        while marked in self.headers:
            marked += 1
        if marked == self.rows and marked > 1:
            marked = 1
        head = set(range(marked))
        if not head and self.rows > 1 and self.cols > 1 and _looks_like_head(rows):
            head = {0}
        if head:
            last = _texts(rows[max(head)])
            head |= {index for index in range(len(head), self.rows) if _texts(rows[index]) == last}
        self.headers = head


def read_grid(element: etree._Element, removed: Callable[[etree._Element | None], bool]) -> Table:
    """Lay a table's cells on its grid in one pass; rows and cells that the view leaves out are gone."""
    cells: list[Cell] = []
    headers: set[int] = set()
    above: dict[int, Cell] = {}
    columns = row_index = 0
    for row in _parts(element, n.TR):
        properties = row.find(n.TRPR)
        if removed(properties):
            continue
        if properties is not None and _is_on(properties.find(f"{W}tblHeader")):
            headers.add(row_index)
        col = _count(properties, "gridBefore", 0)
        merged: Cell | None = None
        here: dict[int, Cell] = {}
        for one in _parts(row, n.TC):
            own = one.find(n.TCPR)
            if removed(own):
                continue
            width = min(_count(own, "gridSpan", 1), MOST_COLUMNS)
            down, across = _merge(own, "vMerge"), _merge(own, "hMerge")
            if across == "continue" and merged is not None:
                merged.cols += width
                merged.elements.append(one)
            elif down == "continue" and col in above:
                merged = above[col]
                merged.rows = row_index - merged.row + 1
                merged.elements.append(one)
                here[col] = merged
            else:
                merged = Cell(row_index, col, cols=width, elements=[one], shaded=_shaded(own))
                cells.append(merged)
                if down:
                    here[col] = merged
            col += width
        above = here
        columns = max(columns, col)
        row_index += 1
    return Table(cells, row_index, columns, headers)


def _parts(parent: etree._Element, tag: str) -> list[etree._Element]:
    found: list[etree._Element] = []
    for child in parent.iterchildren("*"):
        if child.tag == tag:
            found.append(child)
        elif child.tag == n.SDT:
            content = child.find(n.SDT_CONTENT)
            found.extend(_parts(content, tag) if content is not None else [])
        elif child.tag in n.TRANSPARENT or child.tag in n.INSERTED or child.tag in n.DELETED:
            found.extend(_parts(child, tag))
        elif child.tag == f"{MC}AlternateContent":
            chosen = choice(child)
            found.extend(_parts(chosen, tag) if chosen is not None else [])
    return found


def _count(properties: etree._Element | None, name: str, otherwise: int) -> int:
    found = None if properties is None else properties.find(f"{W}{name}")
    value = None if found is None else whole(found.get(VAL))
    return otherwise if value is None or value < 0 else min(value, MOST_COLUMNS)


def _merge(properties: etree._Element | None, name: str) -> str:
    found = None if properties is None else properties.find(f"{W}{name}")
    return "" if found is None else found.get(VAL, "continue")


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(VAL, "1") not in {"0", "false", "off"}


def _shaded(properties: etree._Element | None) -> bool:
    shade = None if properties is None else properties.find(f"{W}shd")
    return shade is not None and shade.get(f"{W}fill", "auto").lower() not in {"auto", "ffffff"}


def _texts(cells: list[Cell]) -> list[str]:
    return [cell.text for cell in cells]


def _looks_like_head(rows: list[list[Cell]]) -> bool:
    first = rows[0]
    texts = _texts(first)
    if len(first) < 2 or sum(1 for text in texts if text) < max(2, len(texts) - 1):
        return False
    if any(len(text) > 80 or text.endswith((".", ";")) for text in texts):
        return False
    if sum(1 for text in texts if known_heading(text)) * 2 >= len(texts):
        return True
    below = [cell for row in rows[1:4] for cell in row if cell.text]
    if not below:
        return False
    bold = all(cell.bold for cell in first if cell.text) and not all(cell.bold for cell in below)
    shaded = all(cell.shaded for cell in first) and not any(cell.shaded for cell in below)
    return bold or shaded
