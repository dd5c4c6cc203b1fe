"""Paragraphs and tables in document order become clauses: which is a heading, and what belongs to what."""

import re
from dataclasses import dataclass, field

from app.documents.docx.entries import table_nodes
from app.documents.docx.grid import Table
from app.documents.docx.nodes import BULLETS, Node, Said, pieces_of, said
from app.documents.docx.notes import Notes
from app.documents.docx.story import Block, Paragraph
from app.text.numerals import from_roman
from app.text.typed_numbers import Place

_SOURCE = re.compile(r"(?:source|sources|sumber|note|notes|nota|catatan)\s*:|\*+ ?\w", re.IGNORECASE)
_BULLET = re.compile(rf"[{re.escape(BULLETS)}]\s+(?=\S)")
_COMPONENTS = re.compile(r"[A-Za-z]?\d+(?:\.\w+)*")
_CAPTION = re.compile(r"(?:table|figure|box|chart|jadual|rajah|kotak|carta|gambar)\s?\w", re.IGNORECASE)


#: Lists nest a few deep; what is further out cannot go on any more.
MOST_OPEN = 60


@dataclass(slots=True)
class Open:
    """A clause that list items can still belong to: how it is numbered, and how far it is indented."""

    node: Node
    signature: tuple[object, ...] = ()
    value: int = 0
    indent: int | None = None


@dataclass(slots=True)
class Flow:
    """Reads the blocks of a story into nodes, keeping open what later paragraphs can belong to."""

    notes: Notes
    nodes: list[Node] = field(default_factory=list)
    headings: list[Node] = field(default_factory=list)
    lists: list[Open] = field(default_factory=list)
    resumable: dict[tuple[object, ...], tuple[Open, Node | None]] = field(default_factory=dict)
    caption: Node | None = None
    after_table: bool = False

    def read(self, blocks: list[Block]) -> None:
        """Read blocks in order, appending a node for each that says something."""
        for block in blocks:
            if isinstance(block, Table):
                self.table(block)
            else:
                self.paragraph(block)

    @property
    def section(self) -> Node | None:
        """The heading that what follows stands under."""
        return self.headings[-1] if self.headings else None

    @property
    def section_number(self) -> str:
        """The number of the nearest numbered heading."""
        return next((one.number for one in reversed(self.headings) if one.number), "")

    def add(self, node: Node, paragraph: Paragraph, one: Said) -> Node:
        """Append a node made from a paragraph, its notes and text boxes behind it."""
        node.pieces = pieces_of(paragraph, one)
        if paragraph.location.table is not None:
            node.table = paragraph.location.table
        self.nodes.append(node)
        self.behind(node, paragraph)
        return node

    def behind(self, node: Node | None, paragraph: Paragraph) -> None:
        for mark in paragraph.words.notes:
            self.notes.add(mark, node, paragraph.location, self.nodes)
        if paragraph.boxes:
            inner = Flow(self.notes, nodes=self.nodes, headings=[node] if node else list(self.headings))
            inner.read(paragraph.boxes)

    def paragraph(self, paragraph: Paragraph) -> None:
        if not paragraph.text.strip():
            self.behind(self.section, paragraph)
            return
        after_table, self.after_table = self.after_table, False
        caption, self.caption = self.caption, None
        if paragraph.hint == "toc" or (paragraph.words.contents and not paragraph.outline):
            self.plain(paragraph, "toc", None)
        elif paragraph.hint == "title":
            self.plain(paragraph, "title", None)
        elif paragraph.outline:
            self.heading(paragraph)
        elif self.is_caption(paragraph):
            self.caption = self.plain(paragraph, "caption", self.section, "caption")
        elif paragraph.hint == "quote":
            self.plain(paragraph, "quote", self.lists[0].node if self.lists else self.section)
        elif (after_table or caption) and _SOURCE.match(paragraph.text.strip()):
            self.plain(paragraph, "note", self.section)
        else:
            self.body(paragraph)

    def is_caption(self, paragraph: Paragraph) -> bool:
        text = paragraph.text.strip()
        if paragraph.hint == "caption":
            return True
        if len(text) > 250 or _CAPTION.match(text) is None or paragraph.label is not None:
            return False
        return paragraph.words.captioned or (
            said(paragraph, "body").number.endswith(":") and not text.endswith((".", ";"))
        )

    def plain(self, paragraph: Paragraph, kind: str, parent: Node | None, place: Place | None = None) -> Node:
        one = said(paragraph, place)
        node = Node(kind, one.text, paragraph.location, parent, one.number, one.separator, one.bullet)
        return self.add(node, paragraph, one)

    def heading(self, paragraph: Paragraph) -> None:
        level = paragraph.outline
        while self.headings and self.headings[-1].outline >= level:
            self.headings.pop()
        one = said(paragraph, "heading", self.section_number)
        node = Node("heading", one.text, paragraph.location, self.section, one.number, one.separator)
        node.outline = level
        self.add(node, paragraph, one)
        self.headings.append(node)
        self.lists.clear()
        self.resumable.clear()

    def body(self, paragraph: Paragraph) -> None:
        one = said(paragraph, "body", self.section_number)
        listed = bool(one.number or one.bullet)
        if not listed and (match := _BULLET.match(one.text)):
            listed, one.bullet = True, match[0].strip()
        if not listed:
            self.unnumbered(paragraph, one)
            return
        signature, value = self.signature(paragraph, one)
        indent = paragraph.indent or None
        multiple = _COMPONENTS.fullmatch(one.number.strip("().: ")) is not None and "." in one.number.strip(
            ". "
        )
        if multiple:
            opened = self.by_number(one.number)
            parent = opened if opened is not None else self.section
            kind = "para"
            kept = next((i for i, had in enumerate(self.lists) if had.node is parent), -1)
            del self.lists[kept + 1 :]
        else:
            parent = self.list_parent(signature, value, indent, one)
            kind = self.kind_of(one, parent)
        node = Node(kind, one.text, paragraph.location, parent, one.number, one.separator, one.bullet)
        node.value = value
        self.add(node, paragraph, one)
        opened_now = Open(node, signature, value, indent)
        self.lists.append(opened_now)
        del self.lists[:-MOST_OPEN]
        self.resumable[signature] = (opened_now, parent)

    def unnumbered(self, paragraph: Paragraph, one: Said) -> None:
        parent = self.section
        continued = next(
            (
                had
                for had in reversed(self.lists)
                if had.signature and had.indent and paragraph.indent >= had.indent and had.node.kind == "item"
            ),
            None,
        )
        if continued is not None and not one.text.endswith(":"):
            parent = continued.node
        node = Node("para", one.text, paragraph.location, parent)
        self.add(node, paragraph, one)
        if parent is self.section:
            self.lists = [Open(node)]

    def by_number(self, number: str) -> Node | None:
        """Give the open clause whose number this one's begins with."""
        parts = number.strip("().: ").split(".")
        candidates = [had.node for had in reversed(self.lists)] + list(reversed(self.headings))
        for node in candidates:
            own = node.number.strip("().: ").split(".")
            if node.number and len(own) < len(parts) and parts[: len(own)] == own:
                return node
        return None

    def list_parent(
        self, signature: tuple[object, ...], value: int, indent: int | None, one: Said
    ) -> Node | None:
        for index in range(len(self.lists) - 1, -1, -1):
            if self.lists[index].signature == signature:
                parent = self.lists[index].node.parent
                del self.lists[index:]
                return parent
        resumed = self.resumable.get(signature)
        if resumed is not None and one.number and value == resumed[0].value + 1:
            self.lists = [Open(resumed[1])] if resumed[1] is not None else []
            return resumed[1]
        while self.lists and self.lists[-1].signature and self.closes(self.lists[-1], signature, indent):
            self.lists.pop()
        return self.lists[-1].node if self.lists else self.section

    def closes(self, had: Open, signature: tuple[object, ...], indent: int | None) -> bool:
        if signature[0] == had.signature[0] == "list" and signature[1] == had.signature[1]:
            return int(str(had.signature[2])) >= int(str(signature[2]))
        if had.node.kind != "item" or had.node.text.endswith(":"):
            return False
        return indent is not None and had.indent is not None and indent <= had.indent

    def kind_of(self, one: Said, parent: Node | None) -> str:
        """Say whether a numbered paragraph is one in its own right, or an item of a list."""
        bare = one.number.strip("().:- ")
        if not bare.isdigit() or one.bullet or one.number.startswith("("):
            return "item" if not re.match(r"\w{3,} ", one.number) else "para"
        return "item" if parent is not None and parent.kind in {"para", "item"} else "para"

    def signature(self, paragraph: Paragraph, one: Said) -> tuple[tuple[object, ...], int]:
        """Say which list a paragraph continues, and its place in it."""
        label = paragraph.label
        if label is not None and not one.typed:
            return ("list", label.list_id, label.level), label.value
        if not one.number:
            return ("bullet", one.bullet), 0
        bare = one.number.strip("().:-[] ")
        shape = one.number.replace(bare, "#", 1)
        if bare.isdigit():
            return ("typed", shape, "digit"), int(bare)
        if len(bare) == 1 and bare.isalpha():
            value = ord(bare.lower()) - ord("a") + 1
            letters = ("typed", shape, "letter", bare.islower())
            had = self.resumable.get(letters)
            if from_roman(bare) is None or (had is not None and had[0].value == value - 1):
                return letters, value
        roman = from_roman(bare)
        if roman is not None:
            return ("typed", shape, "roman", bare.islower()), roman
        return ("typed", re.sub(r"\d+", "#", one.number)), int((re.findall(r"\d+", bare) or ["0"])[-1])

    def table(self, table: Table) -> None:
        parent = self.caption or self.section
        self.caption = None
        table_nodes(table, parent, self)
        self.after_table = True
