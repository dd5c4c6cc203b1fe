"""Tables become clauses: a cell over several rows is the parent of what stands in them to its right.

A cell of the same rows is its field, named by the head of its column. Where the head names goals, outcomes
or activities, each of these is a clause of its own whatever it spans.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.documents.docx.cells import cell_nodes, field_nodes
from app.documents.docx.columns import RANK, Columns, columns_of, is_number, number_in
from app.documents.docx.grid import MOST_COLUMNS, Cell, Table
from app.documents.docx.nodes import Node
from app.documents.docx.story import Paragraph

if TYPE_CHECKING:
    from app.documents.docx.clauses import Flow

_BAND = (
    (
        re.compile(
            r"(?:strategic )?(?:goals?|objectives?|pillars?|thrusts?)\b|matlamat|objektif|teras|tonggak",
            re.IGNORECASE,
        ),
        "goal",
    ),
    (re.compile(r"(?:expected )?outcomes?\b|hasil\b|keberhasilan", re.IGNORECASE), "outcome"),
    (re.compile(r"outputs?\b|keluaran", re.IGNORECASE), "output"),
)
_NOTE = re.compile(r"(?:sources?|sumber|notes?|nota|catatan)\b\s*:|\*", re.IGNORECASE)


@dataclass(slots=True)
class Anchor:
    """A cell that is a clause: its node (and those beside it in the cell), its column and its rows."""

    cell: Cell
    nodes: list[Node]
    col: int

    @property
    def node(self) -> Node:
        return self.nodes[0]

    @property
    def span(self) -> tuple[int, int]:
        return self.cell.row, self.cell.rows


@dataclass(slots=True)
class Body:
    """What is known while a table's rows are read, top to bottom."""

    table: Table
    columns: Columns
    parent: Node | None
    flow: "Flow"
    anchors: dict[int, Anchor] = field(default_factory=dict)
    fields: dict[int, Anchor] = field(default_factory=dict)
    last: dict[int, Anchor] = field(default_factory=dict)
    took: dict[int, Anchor] = field(default_factory=dict)
    bands: list[tuple[int, Node]] = field(default_factory=list)


def table_nodes(table: Table, parent: Node | None, flow: "Flow") -> None:
    """Append a node for each entry of a table, and for its head; a table for layout is read as text."""
    rows = table.by_row()
    if _is_layout(table, rows):
        for cell in table.cells:
            flow.read(cell.blocks)
        return
    body = Body(table, columns_of(table, rows), parent, flow)
    covering: list[Cell] = []
    for index in range(table.rows):
        covering = [cell for cell in covering if cell.row + cell.rows > index] + rows[index]
        covering.sort(key=lambda cell: cell.col)
        if index in table.headers:
            _head(body, rows[index])
        elif len(covering) == 1 and covering[0].cols >= table.cols and covering[0].rows == 1:
            _band(body, covering[0])
        else:
            _row(body, index, covering)


def _is_layout(table: Table, rows: list[list[Cell]]) -> bool:
    if table.cols < 2 or table.cols > MOST_COLUMNS or max((len(row) for row in rows), default=0) < 2:
        return True
    if table.rows == 1 and not table.headers:
        return any(len([one for one in cell.blocks if _says(one)]) > 1 for cell in table.cells)
    return False


def _says(block: object) -> bool:
    return not isinstance(block, Paragraph) or bool(block.text.strip())


def _head(body: Body, cells: list[Cell]) -> None:
    said = [cell for cell in cells if cell.text]
    if not said:
        return
    lead = Anchor(said[0], cell_nodes(said[0], "header", body.parent, body.flow, head=True), said[0].col)
    for cell in said[1:]:
        name = body.columns.names[cell.col] if cell.col < len(body.columns.names) else cell.text
        field_nodes(cell, name, [lead.node], body.flow, head=True)


def _band(body: Body, cell: Cell) -> None:
    if not any(_says(block) for block in cell.blocks):
        return
    if any(isinstance(block, Paragraph) and block.outline for block in cell.blocks):
        body.flow.read(cell.blocks)
        body.bands.clear()
        body.parent = body.flow.section
        return
    if _NOTE.match(cell.text):
        cell_nodes(cell, "note", body.parent, body.flow)
        return
    kind = next((kind for pattern, kind in _BAND if pattern.match(cell.text)), "entry")
    rank = RANK.get(kind, len(RANK))
    while body.bands and body.bands[-1][0] >= rank:
        body.bands.pop()
    nodes = cell_nodes(cell, kind, body.bands[-1][1] if body.bands else body.parent, body.flow)
    if nodes:
        body.bands.append((rank, nodes[0]))
    body.last.clear()


def _row(body: Body, index: int, covering: list[Cell]) -> None:
    chain: list[Anchor] = []
    waiting: list[Cell] = []
    numbers: list[Cell] = []
    filled = {cell.col for cell in covering if any(_says(block) for block in cell.blocks)}
    for cell in covering:
        known = body.anchors.get(id(cell))
        if known is not None:
            chain.append(known)
            continue
        if cell.col == body.columns.numbers and (cell.col in filled or number_in(cell)):
            numbers.append(cell)
            continue
        level = body.columns.levels.get(cell.col)
        if cell.col not in filled:
            carried = body.last.get(cell.col)
            if level and cell.rows == 1 and carried is not None and _goes_on(body, carried, cell, filled):
                chain.append(carried)
            continue
        if level or _opens(body, cell, chain, covering, filled):
            chain.append(_open(body, cell, level or "entry", chain, numbers))
        else:
            waiting.append(cell)
    if not chain and (waiting or numbers):
        _only_fields(body, waiting, numbers, index)
        return
    for cell in waiting:
        _attach(body, cell, chain)
    for cell in numbers:
        if cell.row == index:
            _attach(body, cell, [body.took[id(cell)]] if id(cell) in body.took else chain)


def _goes_on(body: Body, carried: Anchor, cell: Cell, filled: set[int]) -> bool:
    """Say whether an empty cell means "as above": something to its right goes on, nothing above it changed."""
    higher = [col for col in body.columns.levels if col < carried.col]
    return not any(col in filled for col in higher) and any(col > cell.col for col in filled)


def _opens(body: Body, cell: Cell, chain: list[Anchor], covering: list[Cell], filled: set[int]) -> bool:
    """Say whether a cell of a column without a level is a clause of its own."""
    span = (cell.row, cell.rows)
    right = [one for one in covering if one.col > cell.col and one.col in filled]
    if body.columns.levels:
        deepest = body.columns.deepest
        if deepest is not None and deepest not in filled and not chain and not body.last:
            return not any(one.col in body.columns.levels for one in right)
        before = cell.col < min(body.columns.levels)
        return before and cell.rows > 1 and any(one.rows < cell.rows for one in right)
    return not any(anchor.span == span or anchor.cell.rows < cell.rows for anchor in chain)


def _open(body: Body, cell: Cell, kind: str, chain: list[Anchor], numbers: list[Cell]) -> Anchor:
    parent = chain[-1].node if chain else body.bands[-1][1] if body.bands else body.parent
    nodes = cell_nodes(cell, kind, parent, body.flow)
    anchor = Anchor(cell, nodes, cell.col)
    own = next((one for one in numbers if (one.row, one.rows) == anchor.span), None)
    if own is not None and id(own) not in body.took:
        body.took[id(own)] = anchor
        if not anchor.node.number and not anchor.node.bullet:
            anchor.node.number = number_in(own)
    body.anchors[id(cell)] = anchor
    body.last = {col: one for col, one in body.last.items() if col < cell.col} | {cell.col: anchor}
    return anchor


def _attach(body: Body, cell: Cell, chain: list[Anchor]) -> None:
    """Give a cell to the clause of its rows as a field; one that spans several clauses goes to each."""
    if not chain:
        return
    again = id(cell) in body.fields
    same = [one for one in chain if one.span == (cell.row, cell.rows)]
    followed = body.columns.follows.get(cell.col)
    chosen = next((one for one in chain if one.col == followed and one.cell.rows >= cell.rows), None)
    if again and (chosen is not None or same):
        return
    if chosen is None:
        chosen = same[-1] if same else chain[-1]
    if again and chosen is body.fields[id(cell)]:
        return
    nodes = chosen.nodes if chosen.node.kind in RANK else [chosen.node]
    field_nodes(cell, body.columns.names[cell.col], nodes, body.flow, again=again)
    body.fields[id(cell)] = chosen


def _only_fields(body: Body, waiting: list[Cell], numbers: list[Cell], index: int) -> None:
    """Read a row that opens no clause: it goes on with the one above, or its first cell is the clause."""
    deepest = body.columns.deepest
    above = body.last.get(deepest) if deepest is not None else None
    fresh = [cell for cell in [*numbers, *waiting] if cell.row == index]
    if above is not None and not numbers:
        for cell in fresh:
            field_nodes(cell, body.columns.names[cell.col], [above.node], body.flow)
        return
    candidates = [cell for cell in waiting if cell.row == index and not is_number(cell.text)]
    first = (candidates or fresh)[0] if fresh else None
    if first is None:
        return
    anchor = _open(body, first, "entry", [], [one for one in numbers if one is not first])
    for cell in fresh:
        if cell is not first:
            _attach(body, cell, [anchor])
