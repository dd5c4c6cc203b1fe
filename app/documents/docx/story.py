"""One story of a Word file (its body, a note) as paragraphs and tables, in the chosen view."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from app.documents.docx import names as n
from app.documents.docx.grid import Cell, Table, read_grid
from app.documents.docx.lists import Lists
from app.documents.docx.names import MC, VAL, A, W
from app.documents.docx.runs import RunReader, View, Words, choice
from app.documents.docx.styles import Styles, left_indent, outline_level, switched, whole
from app.documents.drafts import Location, TablePlace
from app.text.numbering import Counters, Label


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of a paragraph's text by the paragraph element it came from (joined ones have several)."""

    order: int
    start: int
    length: int
    location: Location


@dataclass(slots=True)
class Paragraph:
    """A paragraph as it stands: words, what its style says, its computed number, and where it stands."""

    words: Words
    location: Location
    sources: list[Source]
    hint: str = ""
    outline: int = 0
    label: Label | None = None
    indent: int = 0
    style: str = ""
    page_break: bool = False
    boxes: list["Block"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.words.text


Block = Paragraph | Table


@dataclass(slots=True)
class Held:
    """A paragraph whose end mark the view leaves out, waiting for the one it joins."""

    paragraph: Paragraph
    properties: etree._Element | None
    style_id: str


@dataclass(slots=True)
class Story:
    """What it takes to read a story: the definitions, the view, and counters that go through it."""

    styles: Styles
    lists: Lists
    view: View
    orders: dict[etree._Element, int] = field(default_factory=dict)
    runs: RunReader = field(init=False)
    counters: Counters = field(init=False)
    tables: int = 0
    outside: int = 0

    def __post_init__(self) -> None:
        self.runs = RunReader(self.view, self.styles)
        self.counters = Counters(self.lists.definitions)

    def read(self, container: etree._Element, at: Location | None = None) -> list["Block"]:
        """Read a body, a cell, a note or a text box; `at` is the place that holds it (None: the body)."""
        return _Container(self, at).read(container)

    def removed(self, properties: etree._Element | None) -> bool:
        """Say whether the view leaves out what these properties mark (a row, a cell, a paragraph's end)."""
        if properties is None:
            return False
        marks = ("del", "moveFrom", "cellDel") if self.view == "accepted" else ("ins", "moveTo", "cellIns")
        return any(properties.find(f"{W}{mark}") is not None for mark in marks)


class _Container:
    """Reads the paragraphs and tables of one container, joining those whose end mark is gone."""

    def __init__(self, story: Story, at: Location | None) -> None:
        self.story = story
        self.at = at
        self.blocks: list[Block] = []
        self.count = 0
        self.tables = 0
        self.held: list[Held] = []

    def read(self, container: etree._Element) -> list[Block]:
        for element in flat(container):
            if element.tag == n.P:
                self.paragraph(element)
            elif element.tag == n.TBL:
                self.flush()
                self.table(element)
            elif element.tag == f"{W}altChunk":
                self.story.outside += 1
        self.flush()
        return self.blocks

    def place(self) -> Location:
        place = Location(self.count) if self.at is None else replace(self.at, paragraph=self.count)
        self.count += 1
        return place

    def paragraph(self, element: etree._Element) -> None:
        story, location = self.story, self.place()
        properties = self.properties(element)
        style_id = _style(properties) or story.styles.default
        facts = story.styles.facts(style_id)
        own = outline_level(properties)
        outline = own if own is not None else facts.outline or 0
        words = story.runs.read(element, style_id, heading=outline > 0)
        words.bold = words.bold or facts.bold
        one = Paragraph(
            words=words,
            location=location,
            sources=[Source(story.orders.get(element, -1), 0, len(words.text), location)],
            hint=facts.hint,
            outline=outline,
            style=facts.names[0] if facts.names else "",
            page_break=_breaks_page(element, properties),
            boxes=self.boxes(words, location),
        )
        mark = element.find(f"{n.PPR}/{n.RPR}")
        if story.removed(mark):
            self.held.append(Held(one, properties, style_id))
            return
        if self.held:
            joined([*(had.paragraph for had in self.held), one])
            self.held = []
        self.finish(one, properties, style_id, gone=not words.text and bool(switched(mark, "vanish")))

    def finish(
        self, one: Paragraph, properties: etree._Element | None, style_id: str, *, gone: bool = False
    ) -> None:
        """Count the paragraph in its list and take it up."""
        one.label = None if gone else self.label(properties, style_id)
        indent = None if properties is None else left_indent(properties)
        if indent is None and one.label is not None:
            indent = one.label.indent
        one.indent = (self.story.styles.facts(style_id).indent if indent is None else indent) or 0
        self.blocks.append(one)

    def properties(self, element: etree._Element) -> etree._Element | None:
        properties = element.find(n.PPR)
        if properties is not None and self.story.view == "original":
            before = properties.find(f"{W}pPrChange/{n.PPR}")
            return properties if before is None else before
        return properties

    def label(self, properties: etree._Element | None, style_id: str) -> Label | None:
        facts = self.story.styles.facts(style_id)
        list_id, level = facts.list_id, facts.list_level
        number = None if properties is None else properties.find(f"{W}numPr")
        direct = direct_level = None
        if number is not None:
            direct, direct_level = number.find(f"{W}numId"), number.find(f"{W}ilvl")
        if direct is not None:
            list_id = direct.get(VAL)
        if direct_level is not None:
            level = whole(direct_level.get(VAL))
        elif list_id is not None and direct is None:
            linked = self.story.lists.level_of_style(list_id, style_id)
            if linked is None and facts.list_level is None:
                linked = self.story.lists.level_of_style(list_id, facts.numbered_by)
            level = linked if linked is not None else level
        if list_id is None or list_id == "0":
            return None
        return self.story.counters.next(list_id, level or 0)

    def flush(self) -> None:
        held, self.held = self.held, []
        if held:
            one = held[-1].paragraph
            joined([had.paragraph for had in held])
            if one.text.strip() or one.boxes:
                self.finish(one, held[-1].properties, held[-1].style_id)

    def boxes(self, words: Words, location: Location) -> list[Block]:
        found: list[Block] = []
        for index, box in enumerate(words.boxes):
            place = replace(location, textbox=index)
            found.extend(self.story.read(box, place))
            for drawn in box.iterchildren(f"{A}p"):
                text = "".join(one.text or "" for one in drawn.iter(f"{A}t"))
                found.append(Paragraph(Words(text), place, [Source(-1, 0, len(text), place)]))
        words.boxes = []
        return found

    def table(self, element: etree._Element) -> None:
        if self.at is None:
            index = self.story.tables
            self.story.tables += 1
        else:
            index = self.tables
            self.tables += 1

        def cell_place(row: int, col: int) -> Location:
            if self.at is None:
                return Location(0, TablePlace(index, row, col))
            return replace(self.at, paragraph=0, nested=(*self.at.nested, index, row, col))

        table = read_grid(element, self.story.removed)
        table.index = index if self.at is None else None
        for cell in table.cells:
            at = cell_place(cell.row, cell.col)
            cell.location = at
            for content in cell.elements:
                cell.blocks.extend(self.story.read(content, at))
            cell.elements = []
        table.mark_headers()
        self.blocks.append(table)


def joined(held: list[Paragraph]) -> None:
    """Join paragraphs whose end marks are gone into the last one, whose properties hold for all."""
    last, start = held[-1], 0
    place = next((one.location for one in held if one.text), last.location)
    sources: list[Source] = []
    for one in held:
        kept = (had for had in one.sources if had.length or one is last)
        sources.extend(replace(had, start=had.start + start) for had in kept)
        start += len(one.text)
    last.words = Words(
        "".join(one.text for one in held),
        [note for one in held for note in one.words.notes],
        contents=last.words.contents,
        captioned=any(one.words.captioned for one in held),
        bold=last.words.bold,
    )
    last.sources, last.location = sources, place
    last.boxes = [box for one in held for box in one.boxes]


def flat(container: etree._Element) -> Iterator[etree._Element]:
    """Give a container's blocks, those inside content controls and other wrappers in their place."""
    for child in container.iterchildren("*"):
        tag = child.tag
        if tag == n.SDT:
            content = child.find(n.SDT_CONTENT)
            if content is not None:
                yield from flat(content)
        elif tag in n.TRANSPARENT or tag in n.INSERTED or tag in n.DELETED:
            yield from flat(child)
        elif tag == f"{MC}AlternateContent":
            chosen = choice(child)
            if chosen is not None:
                yield from flat(chosen)
        else:
            yield child


def _style(properties: etree._Element | None) -> str:
    found = None if properties is None else properties.find(f"{W}pStyle")
    return "" if found is None else found.get(VAL, "")


def _breaks_page(element: etree._Element, properties: etree._Element | None) -> bool:
    ends = properties is not None and properties.find(f"{W}sectPr") is not None
    if ends or switched(properties, "pageBreakBefore"):
        return True
    return any(one.get(f"{W}type") == "page" for one in element.iterfind(f"{W}r/{W}br"))


__all__ = ["Block", "Cell", "Paragraph", "Source", "Story", "Table", "flat"]
