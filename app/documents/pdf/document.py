"""What a PDF is made of: paper, headings, paragraphs, tables and pictures. `writing.py` makes the file.

Words are data all the way: nothing that anybody typed is ever markup.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.words import N_

#: What stands at the foot of a page; a document of many parts says only `PAGE`.
PAGE = N_("Page %(page)s")
PAGE_OF = N_("Page %(page)s of %(pages)s")


class Look(enum.StrEnum):
    """How a paragraph is set."""

    TEXT = "text"
    SMALL = "small"
    QUOTE = "quote"
    NOTE = "note"
    CAPTION = "caption"
    TITLE = "title"
    SUBTITLE = "subtitle"


@dataclass(frozen=True, slots=True)
class Run:
    """Words set alike. `inserted` is underlined and bold, `deleted` struck: legible in black and white."""

    text: str
    bold: bool = False
    italic: bool = False
    inserted: bool = False
    deleted: bool = False
    faint: bool = False
    link: str = ""


Words = str | Sequence[Run]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` from 1, `number` as it is printed before it. It gets a bookmark."""

    level: int
    words: Words
    number: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; with `number` (or a bullet) it hangs behind it, `indent` steps to the right."""

    words: Words
    number: str = ""
    indent: int = 0
    look: Look = Look.TEXT


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what they say, in two columns."""

    pairs: Sequence[tuple[str, Words]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing (SVG) and what it shows in words; width in millimetres."""

    svg: str
    shows: str
    width: float


@dataclass(frozen=True, slots=True)
class Beside:
    """Blocks on the left, a picture at the right edge."""

    blocks: Sequence["Heading | Paragraph | Facts"]
    picture: Picture


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its paragraphs, over how many columns and rows it reaches, and whether it is shaded."""

    blocks: Sequence[Paragraph | Heading] = ()
    across: int = 1
    down: int = 1
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are shares of the page. `head` is repeated on every page. `rows` are read once.

    A cell that reaches down stands in its first row alone, as in HTML.
    """

    widths: Sequence[float]
    head: Sequence[Sequence[Cell]]
    rows: Iterable[Sequence[Cell]]
    small: bool = False


Block = Heading | Paragraph | Facts | Picture | Beside | PageBreak | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """A4, upright or on its side; `notes` millimetres at the right edge stay free for handwriting."""

    landscape: bool = False
    notes: float = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document to print. `blocks` are read once, so a long one never stands in memory whole.

    `marking` (the draft's) stands bold at the head of every page, `head` and `foot` beside it and below;
    `page` and `page_of` are `PAGE` and `PAGE_OF` in the reader's language.
    `language` is `en` or `ms`.
    """

    title: str
    language: str
    blocks: Iterable[Block]
    made: datetime
    marking: str = ""
    head: str = ""
    foot: str = ""
    page_of: str = PAGE_OF
    page: str = PAGE
    paper: Paper = field(default_factory=Paper)
