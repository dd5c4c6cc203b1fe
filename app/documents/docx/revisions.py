"""The words of a returned copy with what was done to them: every paragraph before and after its changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from app.documents.docx import names as n
from app.documents.docx.draft import note_orders
from app.documents.docx.names import MC, VAL, W
from app.documents.docx.parts import Parts
from app.documents.docx.runs import ParagraphReading, RunReader, choice
from app.documents.docx.styles import Styles, whole

_MARKED = {
    **dict.fromkeys(("ins", "cellIns", "moveTo"), "ins"),
    **dict.fromkeys(("del", "cellDel", "moveFrom"), "del"),
}
_RANGES = {f"{W}moveFromRangeStart": "del", f"{W}moveToRangeStart": "ins"}
_RANGE_ENDS = {f"{W}moveFromRangeEnd", f"{W}moveToRangeEnd"}
_START, _END, _POINT = f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"


@dataclass(frozen=True, slots=True)
class Mark:
    """That words (or a paragraph's end, a row) were put in or taken out: by whom, when, in which move."""

    kind: str
    author: str
    date: str | None
    move: str | None = None


@dataclass(slots=True)
class Atom:
    """A stretch of words with one fate."""

    text: str
    inserted: Mark | None = None
    deleted: Mark | None = None


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The cell a paragraph stands in: its table and row (counted through the part), its grid column."""

    table: int
    row: int
    col: int


@dataclass(slots=True)
class Passage:
    """A paragraph of the file: `order` as in `Piece.order`; its words with their fates, its end, its row.

    `original` is what it says with every change rejected, `accepted` with every change accepted.
    """

    order: int
    atoms: list[Atom] = field(default_factory=list)
    end_inserted: Mark | None = None
    end_deleted: Mark | None = None
    row_mark: Mark | None = None
    cell: CellPlace | None = None
    container: int = 0
    original: str = ""
    accepted: str = ""
    starts: list[int] = field(default_factory=list)

    def close(self) -> None:
        """Say what the atoms make together, once all have been read."""
        self.original = "".join(one.text for one in self.atoms if one.inserted is None)
        self.accepted = "".join(one.text for one in self.atoms if one.deleted is None)

    def before(self, count: int) -> int:
        """Give how many characters of the original stand before the atom of this number."""
        if len(self.starts) <= len(self.atoms):
            lengths = (0 if one.inserted else len(one.text) for one in self.atoms)
            self.starts = list(accumulate(lengths, initial=0))
        return self.starts[count]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place between atoms: which passage (by its place in the list), and how many atoms stand before."""

    passage: int
    atoms: int


@dataclass(slots=True)
class Span:
    """What a comment is fixed to: a range, or only the spot where it is referred to."""

    start: Spot | None = None
    end: Spot | None = None
    point: Spot | None = None


@dataclass(slots=True)
class Revised:
    """A copy's passages in document order (the notes' behind the body's), and the comments' places."""

    passages: list[Passage] = field(default_factory=list)
    spans: dict[str, Span] = field(default_factory=dict)


class _Revising(ParagraphReading):
    """Reads a paragraph in both views at once, cutting it where the fate of its words changes."""

    def __init__(self, walk: "_Walk", passage: Passage, *, hidden: bool) -> None:
        super().__init__(walk.reader, hidden=hidden)
        self.walk = walk
        self.passage = passage
        self.marks: list[Mark] = []

    def cut(self) -> None:
        """Close the stretch read so far."""
        text = "".join(self.out)
        self.out.clear()
        if text:
            inserted = next((one for one in self.marks if one.kind == "ins"), None)
            deleted = next((one for one in reversed(self.marks) if one.kind == "del"), None)
            row = self.passage.row_mark
            if row is not None and row.kind == "ins":
                inserted = inserted or row
            elif row is not None:
                deleted = deleted or row
            self.passage.atoms.append(Atom(text, inserted, deleted))

    def child(self, child: etree._Element) -> None:
        tag = child.tag
        if tag in n.INSERTED or tag in n.DELETED:
            self.cut()
            self.marks.append(self.walk.mark(child))
            self.children(child)
            self.cut()
            self.marks.pop()
        elif tag in {_START, _END}:
            self.cut()
            self.walk.place(child, self.spot())
        elif tag in _RANGES or tag in _RANGE_ENDS:
            self.walk.move(child)
        elif tag == _POINT:
            self.cut()
            self.walk.place(child, self.spot())
        else:
            super().child(child)

    def run(self, run: etree._Element) -> None:
        referred = run.find(_POINT)
        if referred is not None:
            self.cut()
            self.walk.place(referred, self.spot())
        super().run(run)

    def spot(self) -> Spot:
        return Spot(len(self.walk.revised.passages), len(self.passage.atoms))


class _Walk:
    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.reader = RunReader("original", styles)
        self.revised = Revised()
        self.moves: dict[str, dict[str, str]] = {"ins": {}, "del": {}}
        self.cells: dict[etree._Element, tuple[CellPlace, Mark | None]] = {}
        self.tables: dict[etree._Element, int] = {}
        self.rows = 0
        self.places: dict[etree._Element, int] = {}
        self.waiting: list[etree._Element] = []
        self.containers: dict[etree._Element, int] = {}

    def part(self, root: etree._Element, orders: dict[etree._Element, int]) -> None:
        """Walk a part's paragraphs in order, and the marks that stand between them."""
        shadows = [one for one in root.iter(f"{MC}Fallback") if choice(_parent(one)) is not one]
        shadowed = {inner for one in shadows for inner in one.iter(n.P, _START, _END, _POINT)}
        for element in root.iter(n.P, _START, _END, *_RANGES, *_RANGE_ENDS):
            if element in shadowed:
                continue
            if element.tag == n.P:
                self.paragraph(element, orders[element])
            elif next(element.iterancestors(n.P), None) is None:
                self.between(element)
        for one in self.waiting:  # ranges that open behind the last paragraph
            self.place(one, Spot(max(len(self.revised.passages) - 1, 0), 0))
        self.waiting.clear()
        for element in root.iter(_START, _END, _POINT):  # those in markup that says nothing to a reader
            inside = next((one for one in element.iterancestors(n.P) if one in self.places), None)
            if inside is not None and element not in shadowed:
                index = self.places[inside]
                last = 0 if element.tag == _START else len(self.revised.passages[index].atoms)
                self.place(element, Spot(index, last))

    def between(self, element: etree._Element) -> None:
        if element.tag == _START:
            self.waiting.append(element)
        elif element.tag == _END:
            last = len(self.revised.passages) - 1
            if any(one.get(n.ID) == element.get(n.ID) for one in self.waiting) or last < 0:
                self.waiting.append(element)  # nothing stands between its start and its end
            else:
                self.place(element, Spot(last, len(self.revised.passages[last].atoms)))
        else:
            self.move(element)

    def paragraph(self, element: etree._Element, order: int) -> None:
        cell, row_mark = self.cell_of(element)
        passage = Passage(order, row_mark=row_mark, cell=cell)
        parent = _parent(element)
        while parent.tag not in {n.TC, f"{W}body", f"{W}txbxContent", f"{W}footnote", f"{W}endnote"}:
            above = parent.getparent()
            if above is None:
                break
            parent = above
        passage.container = self.containers.setdefault(parent, len(self.containers))
        for one in self.waiting:
            self.place(one, Spot(len(self.revised.passages), 0))
        self.waiting.clear()
        mark = element.find(f"{n.PPR}/{n.RPR}")
        for one in () if mark is None else mark.iterchildren("*"):
            kind = _MARKED.get(one.tag.removeprefix(W))
            if kind == "ins":
                passage.end_inserted = self.mark(one)
            elif kind == "del":
                passage.end_deleted = self.mark(one)
        style = element.find(f"{n.PPR}/{W}pStyle")
        facts = self.styles.facts((style.get(VAL, "") if style is not None else "") or self.styles.default)
        reading = _Revising(self, passage, hidden=facts.hidden)
        reading.children(element)
        reading.cut()
        passage.close()
        self.reader.end_of_paragraph()
        self.places[element] = len(self.revised.passages)
        self.revised.passages.append(passage)

    def mark(self, element: etree._Element) -> Mark:
        name = element.tag.removeprefix(W)
        kind = _MARKED[name]
        move = None
        if name in {"moveFrom", "moveTo"}:
            move = next(reversed(self.moves[kind].values()), "")
        author = element.get(n.AUTHOR, "").strip()
        return Mark(kind, author, element.get(f"{W}date") or None, move)

    def move(self, element: etree._Element) -> None:
        kind = _RANGES.get(element.tag)
        key = element.get(n.ID, "")
        if kind is not None:
            self.moves[kind][key] = element.get(f"{W}name", "")
            return
        self.moves["del" if element.tag == f"{W}moveFromRangeEnd" else "ins"].pop(key, None)

    def place(self, element: etree._Element, spot: Spot) -> None:
        span = self.revised.spans.setdefault(element.get(n.ID, ""), Span())
        if element.tag == _START:
            span.start = span.start or spot
        elif element.tag == _END:
            span.end = span.end or spot
        else:
            span.point = span.point or spot

    def cell_of(self, element: etree._Element) -> tuple[CellPlace | None, Mark | None]:
        """Say which cell a paragraph stands in, and whether its row or cell was put in or taken out."""
        cell = next(element.iterancestors(n.TC, f"{W}txbxContent"), None)
        if cell is None or cell.tag != n.TC:
            return None, None
        if cell not in self.cells:
            row = next(cell.iterancestors(n.TR), None)
            if row is None:
                return None, None
            table = self.tables.setdefault(next(row.iterancestors(n.TBL), row), len(self.tables))
            properties = row.find(n.TRPR)
            above = self.cell_of(row)[1]
            own = self.marked(properties) or above
            col = _number(properties, "gridBefore", 0)
            self.rows += 1
            for one in row.iter(n.TC):
                if next(one.iterancestors(n.TR), None) is row:
                    marked = self.marked(one.find(n.TCPR)) or own
                    self.cells[one] = (CellPlace(table, self.rows, col), marked)
                    col += _number(one.find(n.TCPR), "gridSpan", 1)
        return self.cells[cell]

    def marked(self, properties: etree._Element | None) -> Mark | None:
        for one in () if properties is None else properties.iterchildren("*"):
            if one.tag.removeprefix(W) in _MARKED:
                return self.mark(one)
        return None


def read_revised(parts: Parts, styles: Styles) -> Revised:
    """Read every paragraph of a copy with the fates of its words, and where its comments are fixed."""
    walk = _Walk(styles)
    walk.reader.related = parts.related
    walk.part(parts.body, {element: order for order, element in enumerate(parts.body.iter(n.P))})
    orders = note_orders(parts)
    for root in parts.notes.values():
        walk.part(root, orders)
    return walk.revised


def words_of(passage: Passage, start: int, end: int | None, *, accepted: bool = False) -> str:
    """Give the words between two atoms of a passage, its changes rejected or accepted."""
    atoms: Iterator[Atom] = iter(passage.atoms[start:end])
    return "".join(one.text for one in atoms if (one.deleted if accepted else one.inserted) is None)


def _parent(element: etree._Element) -> etree._Element:
    above = element.getparent()
    return element if above is None else above


def _number(properties: etree._Element | None, name: str, otherwise: int) -> int:
    found = None if properties is None else properties.find(f"{W}{name}")
    value = None if found is None else whole(found.get(VAL))
    return otherwise if value is None or value < 0 else value
