"""The words of one cell: the clause it is, the list items and tables in it, or the field it fills."""

import re
from typing import TYPE_CHECKING

from app.documents.docx.grid import Cell, Table
from app.documents.docx.nodes import BULLETS, Node, Said, pieces_of, said
from app.documents.docx.story import Paragraph

if TYPE_CHECKING:
    from app.documents.docx.clauses import Flow

_BULLET = re.compile(rf"[{re.escape(BULLETS)}]\s+(?=\S)")


def cell_nodes(cell: Cell, kind: str, parent: Node | None, flow: "Flow", *, head: bool = False) -> list[Node]:
    """Append the clause that a cell is, then the items in it; give back the clause and its equals."""
    from app.documents.docx.entries import table_nodes

    place = cell.location.table
    main = Node(kind, "", cell.location, parent, table=place)
    flow.nodes.append(main)
    equals = [main]
    opened: list[tuple[Node, tuple[object, ...]]] = [(main, ())]
    shape: tuple[object, ...] = ()
    begun = False
    for block in cell.blocks:
        if isinstance(block, Table):
            table_nodes(block, equals[-1], flow)
            continue
        one = said(block, None if head else "cell", flow.section_number)
        if not one.text:
            flow.behind(equals[-1], block)
            continue
        own = _shape(block, one)
        if not begun:
            begun, shape = True, own
            _start(main, block, one)
            if block.outline and kind == "entry":
                main.kind, main.outline = "heading", block.outline
            node = main
        elif own and not head:
            node = _item(main, block, one, own, shape, opened, equals, flow)
        elif len(opened) == 1 and len(equals) == 1:
            _go_on(main, block, one)
            node = main
        else:
            node = opened[-1][0]
            _go_on(node, block, one)
        flow.behind(node, block)
    return equals


def field_nodes(
    cell: Cell,
    name: str,
    nodes: list[Node],
    flow: "Flow",
    *,
    head: bool = False,
    again: bool = False,
) -> None:
    """Fill a field of one or several clauses from a cell; numbered lines in it become clauses of their own.

    `again`: the cell was read before, only its words go to these clauses too. What a field already holds stays.
    """
    from app.documents.docx.entries import table_nodes

    main = nodes[0]
    lines: list[str] = [main.fields[name]] if name in main.fields else []
    for block in cell.blocks:
        if isinstance(block, Table):
            if not again:
                table_nodes(block, main, flow)
            continue
        one = said(block, None)
        if not one.text:
            if not again:
                flow.behind(main, block)
            continue
        if (one.number or block.outline) and not head:
            if not again:
                _own(main, block, one, name, flow)
            continue
        at = sum(len(line) + 1 for line in lines)
        if not again:
            main.pieces.extend(pieces_of(block, one, at, name))
            flow.behind(main, block)
        lines.append(one.text)
    if lines:
        for node in nodes:
            node.fields[name] = "\n".join(lines)


def _shape(block: Paragraph, one: Said) -> tuple[object, ...]:
    if one.number and not one.typed and block.label is not None:
        return ("list", block.label.list_id, block.label.level)
    if one.number:
        kind = re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "1", one.number))
        return ("typed", kind)
    if one.bullet:
        return ("bullet", block.label.level if block.label is not None else one.bullet)
    match = _BULLET.match(one.text)
    return ("bullet", match[0].strip()) if match else ()


def _start(node: Node, block: Paragraph, one: Said) -> None:
    node.text, node.number, node.separator, node.bullet = one.text, one.number, one.separator, one.bullet
    node.location = block.location
    node.pieces.extend(pieces_of(block, one))


def _go_on(node: Node, block: Paragraph, one: Said) -> None:
    """Add a further paragraph of the cell, a line below."""
    text = f"{one.number}{one.separator or ' '}{one.text}" if one.number else one.text
    at = len(node.text) + 1 + len(text) - len(one.text)
    node.text = f"{node.text}\n{text}"
    node.pieces.extend(pieces_of(block, one, at))


def _item(
    main: Node,
    block: Paragraph,
    one: Said,
    own: tuple[object, ...],
    shape: tuple[object, ...],
    opened: list[tuple[Node, tuple[object, ...]]],
    equals: list[Node],
    flow: "Flow",
) -> Node:
    if own == shape:
        node = Node(main.kind, "", block.location, main.parent, table=main.table)
        equals.append(node)
        opened[:] = [(node, own)]
    else:
        known = next((at for at, (_, had) in enumerate(opened) if at and had == own), None)
        if known is not None:
            del opened[known:]
        node = Node("item", "", block.location, opened[-1][0], table=main.table)
        opened.append((node, own))
    _start(node, block, one)
    flow.nodes.append(node)
    return node


def _own(main: Node, block: Paragraph, one: Said, name: str, flow: "Flow") -> None:
    kind = "heading" if block.outline else "item"
    node = Node(
        kind, "", block.location, main, table=block.location.table, within=name, outline=block.outline
    )
    _start(node, block, one)
    flow.nodes.append(node)
    flow.behind(node, block)
