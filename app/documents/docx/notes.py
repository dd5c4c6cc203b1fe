"""Footnotes and endnotes: each becomes a clause behind the words that refer to it."""

from dataclasses import dataclass, field

from lxml import etree

from app.documents.docx.names import ID, VAL, W
from app.documents.docx.nodes import Node, pieces_of, said
from app.documents.docx.runs import NoteMark
from app.documents.docx.story import Paragraph, Story
from app.documents.docx.styles import whole
from app.documents.drafts import Location
from app.text.numerals import written


@dataclass(slots=True)
class NoteStory:
    """The notes of one kind: their elements by id, how they are numbered, and how many have been met."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    number_format: str = "decimal"
    count: int = 0
    story: Story | None = None


@dataclass(slots=True)
class Notes:
    """All notes of a file, given out as their marks are met."""

    stories: dict[str, NoteStory] = field(default_factory=dict)
    missing: int = 0

    def load(self, kind: str, root: etree._Element, settings: etree._Element | None, story: Story) -> None:
        """Take the notes part of a kind (`footnote`, `endnote`)."""
        notes = NoteStory(number_format="decimal" if kind == "footnote" else "lowerRoman", story=story)
        for one in root.iterchildren(f"{W}{kind}"):
            if one.get(f"{W}type", "normal") == "normal":
                notes.elements[one.get(ID, "")] = one
        properties = None if settings is None else settings.find(f"{W}{kind}Pr")
        if properties is not None:
            form, start = properties.find(f"{W}numFmt"), properties.find(f"{W}numStart")
            if form is not None:
                notes.number_format = form.get(VAL, "decimal")
            if start is not None:
                notes.count = (whole(start.get(VAL)) or 1) - 1
        self.stories[kind] = notes

    def add(self, mark: NoteMark, node: Node | None, location: Location, nodes: list[Node]) -> None:
        """Append the clause of the note that a mark refers to."""
        notes = self.stories.get(mark.kind)
        element = None if notes is None else notes.elements.pop(mark.note_id, None)
        if notes is None or element is None or notes.story is None:
            self.missing += 1
            return
        number = mark.mark
        if not number:
            notes.count += 1
            number = written(notes.count, notes.number_format)
        place = Location(location.paragraph, location.table, footnote=number, nested=location.nested)
        note = Node("footnote", "", place, node, number, table=location.table)
        lines: list[str] = []
        for block in notes.story.read(element, place):
            paragraphs = [block] if isinstance(block, Paragraph) else _of_table(block)
            for paragraph in paragraphs:
                one = said(paragraph, None)
                if not one.text:
                    continue
                text = f"{one.number} {one.text}" if one.number else one.text
                at = sum(len(line) + 1 for line in lines) + len(text) - len(one.text)
                note.pieces.extend(pieces_of(paragraph, one, at))
                lines.append(text)
        note.text = "\n".join(lines)
        if note.text:
            nodes.append(note)
            if node is not None:
                node.footnotes.append(note)


def _of_table(table: object) -> list[Paragraph]:
    cells = getattr(table, "cells", [])
    return [block for cell in cells for block in cell.blocks if isinstance(block, Paragraph)]
