"""The words of one paragraph as a reader sees them in the chosen view, and what hangs on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from app.documents.docx import names as n
from app.documents.docx.names import DGM, MC, VAL, A, M, R, W
from app.documents.docx.styles import Styles, switched, whole
from app.documents.docx.symbols import symbol

View = Literal["accepted", "original"]

#: Fields nest a few deep; a file that opens more never closes them.
MOST_FIELDS = 12
#: Markup that Word itself understands in a Choice; anything else is shown by its Fallback.
UNDERSTOOD = frozenset(
    (
        "wps",
        "wpg",
        "wpc",
        "wpi",
        "wp14",
        "w14",
        "w15",
        "w16",
        "w16se",
        "w16cid",
        "v",
        "am3d",
        "cx1",
        "a14",
        "pic14",
    )
)


@dataclass(slots=True)
class NoteMark:
    """A reference to a footnote or endnote; `mark` where the author chose the sign."""

    kind: Literal["footnote", "endnote"]
    note_id: str
    mark: str = ""


@dataclass(slots=True)
class Words:
    """A paragraph's visible text, its notes, its text boxes, and whether it stands in a table of contents."""

    text: str = ""
    notes: list[NoteMark] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    contents: bool = False
    captioned: bool = False
    bold: bool = False


@dataclass(slots=True)
class _Field:
    code: str = ""
    shown: bool = False
    contents: bool = False


class RunReader:
    """Reads paragraphs one after the other, for fields reach over several of them."""

    def __init__(self, view: View, styles: Styles) -> None:
        self.view = view
        self._skip = n.DELETED if view == "accepted" else n.INSERTED
        self._styles = styles
        self._fields: list[_Field] = []
        self.related: Callable[[str], etree._Element | None] = lambda _: None
        self.hidden = 0
        self.pictures = 0
        self.equations = 0

    def read(self, paragraph: etree._Element, style_id: str, *, heading: bool = False) -> Words:
        """Give a paragraph's words; `heading` ends a table of contents that was never closed."""
        if heading:
            self._fields = [one for one in self._fields if not one.contents]
        reading = ParagraphReading(self, hidden=self._styles.facts(style_id).hidden)
        before = any(one.contents for one in self._fields)
        reading.children(paragraph)
        words = reading.words
        words.text = "".join(reading.out)
        words.contents = words.contents or before
        words.bold = reading.letters > 0 and reading.bold_letters == reading.letters
        self.end_of_paragraph()
        return words

    def end_of_paragraph(self) -> None:
        """Close open instructions of fields: they never reach over a paragraph's end."""
        for one in self._fields:
            one.shown = True


class ParagraphReading:
    """One paragraph while it is read."""

    def __init__(self, reader: RunReader, *, hidden: bool) -> None:
        self.reader = reader
        self.paragraph_hidden = hidden
        self.out: list[str] = []
        self.words = Words()
        self.letters = 0
        self.bold_letters = 0
        self._mark: NoteMark | None = None

    def children(self, parent: etree._Element) -> None:
        for child in parent.iterchildren("*"):
            self.child(child)

    def child(self, child: etree._Element) -> None:
        tag = child.tag
        if tag == f"{W}r":
            self.run(child)
        elif tag in n.INSERTED or tag in n.DELETED:
            if tag not in self.reader._skip:  # noqa: SLF001 (one reader in two classes)
                self.children(child)
        elif tag in n.TRANSPARENT:
            self.children(child)
        elif tag == f"{W}fldSimple":
            self.simple_field(child)
        elif tag == n.SDT:
            content = child.find(n.SDT_CONTENT)
            if content is not None:
                self.children(content)
        elif tag == f"{MC}AlternateContent":
            chosen = choice(child)
            if chosen is not None:
                self.children(chosen)
        elif tag in {f"{M}oMath", f"{M}oMathPara"}:
            self.math(child)

    def simple_field(self, element: etree._Element) -> None:
        frame = _Field(element.get(f"{W}instr", ""), shown=True)
        self._note_field(frame)
        self.reader._fields.append(frame)
        self.children(element)
        self.reader._fields.pop()

    def math(self, element: etree._Element) -> None:
        self.reader.equations += 1
        for one in element.iter(f"{M}t", f"{W}t"):
            self.put(one.text or "")

    def run(self, run: etree._Element) -> None:
        properties = run.find(n.RPR)
        hidden = switched(properties, "vanish")
        bold = switched(properties, "b")
        style = None if properties is None else properties.find(f"{W}rStyle")
        if style is not None and hidden is None:
            hidden = self.reader._styles.facts(style.get(VAL, "")).hidden or None  # noqa: SLF001 (as above)
        if hidden if hidden is not None else self.paragraph_hidden:
            self.reader.hidden += sum(len(one.text or "") for one in run.iter(f"{W}t"))
            self._fields_of(run)
            return
        start = len(self.out)
        self.content(run)
        count = sum(len(part.strip()) for part in self.out[start:])
        self.letters += count
        self.bold_letters += count if bold else 0

    def content(self, run: etree._Element) -> None:
        for child in run.iterchildren("*"):
            tag = child.tag
            if tag == f"{W}t" or (tag == f"{W}delText" and self.reader.view == "original"):
                self.put(child.text or "")
            elif tag in _SIGNS:
                self.put(_SIGNS[tag])
            elif tag == f"{W}br":
                if child.get(f"{W}type") not in {"page", "column"}:
                    self.put("\n")
            elif tag == f"{W}sym":
                code = child.get(f"{W}char", "")
                self.put(symbol(int(code, 16), child.get(f"{W}font", "")) if _is_hex(code) else "")
            elif tag in {f"{W}fldChar", f"{W}instrText"}:
                self.field(child)
            elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                self.note(child)
            elif tag == f"{W}ruby":
                self.ruby(child)
            elif tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
                self.drawing(child)
            elif tag == f"{MC}AlternateContent" and (chosen := choice(child)) is not None:
                self.content(chosen)

    def put(self, text: str) -> None:
        if not text or not all(one.shown for one in self.reader._fields):
            return
        if self._mark is not None:
            self._mark.mark, self._mark = text.strip(), None
            return
        self.out.append(text)

    def drawing(self, child: etree._Element) -> None:
        found = text_boxes(child)
        for diagram in child.iter(f"{DGM}relIds"):
            data = self.reader.related(diagram.get(f"{R}dm", ""))
            if data is not None:
                found.extend(one for one in data.iter(f"{DGM}t") if next(one.iter(f"{A}t"), None) is not None)
        self.words.boxes.extend(found)
        self.reader.pictures += not found

    def note(self, child: etree._Element) -> None:
        kind: Literal["footnote", "endnote"] = (
            "footnote" if child.tag == f"{W}footnoteReference" else "endnote"
        )
        mark = NoteMark(kind, child.get(n.ID, ""))
        self.words.notes.append(mark)
        if child.get(f"{W}customMarkFollows", "0") in {"1", "true", "on"}:
            self._mark = mark

    def ruby(self, child: etree._Element) -> None:
        for part, opening, closing in (("rubyBase", "", ""), ("rt", "(", ")")):
            element = child.find(f"{W}{part}")
            if element is not None and any((one.text or "").strip() for one in element.iter(f"{W}t")):
                self.put(opening)
                self.children(element)
                self.put(closing)

    def field(self, child: etree._Element) -> None:
        fields = self.reader._fields
        if child.tag == f"{W}instrText":
            if fields and not fields[-1].shown:
                fields[-1].code += child.text or ""
            return
        kind = child.get(f"{W}fldCharType")
        if kind == "begin":
            fields.append(_Field())
            del fields[:-MOST_FIELDS]
            chosen = _chosen_of_list(child)
            if chosen:
                self.out.append(chosen)
        elif kind == "separate" and fields:
            fields[-1].shown = True
            self._note_field(fields[-1])
        elif kind == "end" and fields:
            self._note_field(fields.pop())

    def _fields_of(self, run: etree._Element) -> None:
        for child in run.iterchildren(f"{W}fldChar", f"{W}instrText"):
            self.field(child)

    def _note_field(self, frame: _Field) -> None:
        words = frame.code.split()
        if words and words[0].upper() == "SEQ":
            self.words.captioned = True
        if words and words[0].upper() == "TOC":
            frame.contents = self.words.contents = True


_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}


def _is_hex(code: str) -> bool:
    return 0 < len(code) < 7 and all(sign in "0123456789abcdefABCDEF" for sign in code)


def _chosen_of_list(begin: etree._Element) -> str:
    entries = begin.findall(f"{W}ffData/{W}ddList/{W}listEntry")
    if not entries:
        return ""
    result = begin.find(f"{W}ffData/{W}ddList/{W}result")
    index = (whole(result.get(VAL)) if result is not None else 0) or 0
    return entries[index].get(VAL, "") if 0 <= index < len(entries) else ""


def choice(alternate: etree._Element) -> etree._Element | None:
    """Give the one branch that is shown: an understood Choice, or else the Fallback; never both."""
    fallback = alternate.find(f"{MC}Fallback")
    for one in alternate.iterchildren(f"{MC}Choice"):
        needs = one.get("Requires", "").split()
        if set(needs) <= UNDERSTOOD or fallback is None:
            return one
    return fallback


def text_boxes(element: etree._Element) -> list[etree._Element]:
    """Give the text boxes and drawn texts in a drawing, each once."""
    found: list[etree._Element] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if one.tag in {f"{W}txbxContent", f"{A}txBody"}:
            found.append(one)
        elif one.tag == f"{MC}AlternateContent":
            chosen = choice(one)
            if chosen is not None:
                waiting.append(chosen)
        else:
            waiting.extend(reversed(list(one.iterchildren("*"))))
    return found
