"""Clauses while they are being read: a tree of nodes in document order, before they have ids."""

from dataclasses import dataclass, field

from app.documents.docx.runs import NoteMark
from app.documents.docx.story import Paragraph, Source
from app.documents.drafts import Location, Piece, TablePlace
from app.text.typed_numbers import Place, split_number

BULLETS = "•●○■□▪◦‣–—-*·➢✓\uf0b7"


@dataclass(slots=True, eq=False)
class Node:
    """A clause to be: what it says, whose child it is, and where it came from."""

    kind: str
    text: str
    location: Location
    parent: "Node | None" = None
    number: str = ""
    separator: str = ""
    bullet: str = ""
    outline: int = 0
    value: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    table: TablePlace | None = None
    within: str = ""
    pieces: list[Piece] = field(default_factory=list)
    footnotes: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Said:
    """A paragraph's words, its number taken off: computed, or typed at its start."""

    text: str
    number: str = ""
    separator: str = ""
    bullet: str = ""
    skipped: int = 0
    typed: bool = False
    notes: list[NoteMark] = field(default_factory=list)


def said(paragraph: Paragraph, place: Place | None, after: str = "") -> Said:
    """Take the number off a paragraph; `place` None leaves typed numbers in the text."""
    whole = paragraph.text
    text = whole.strip()
    skipped = len(whole) - len(whole.lstrip())
    notes = paragraph.words.notes
    label = paragraph.label
    if label is not None and label.text:
        return Said(text, label.text, skipped=skipped, notes=notes)
    bulleted = label is not None and bool(label.bullet)
    found = split_number(text, place, after=after) if place is not None and not bulleted else None
    if found is not None:
        rest = found.text.lstrip()
        separator = found.separator + found.text[: len(found.text) - len(rest)]
        skipped += len(text) - len(rest)
        return Said(rest, found.number, separator, "", skipped, typed=True, notes=notes)
    if label is not None and bulleted:
        return Said(text, bullet=label.bullet, skipped=skipped, notes=notes)
    return Said(text, skipped=skipped, notes=notes)


def pieces_of(paragraph: Paragraph, one: Said, at: int = 0, name: str = "") -> list[Piece]:
    """Say which stretches of a clause's (or field's) text came from which paragraph of the file."""
    found: list[Piece] = []
    end = one.skipped + len(one.text)
    sources: list[Source] = paragraph.sources
    for source in sources:
        start, stop = max(source.start, one.skipped), min(source.start + source.length, end)
        if stop > start or len(sources) == 1:
            found.append(
                Piece(
                    order=source.order,
                    at=at + start - one.skipped,
                    skipped=start - source.start,
                    length=max(stop - start, 0),
                    location=source.location,
                    field=name,
                )
            )
    return found
