"""A document's blocks as the data that page.typ reads, and how much each weighs."""

import re
from collections.abc import Sequence
from typing import Any

from app.documents.pdf.document import (
    Beside,
    Block,
    Cell,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Words,
)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Text without the signs that no font shows."""
    return _CONTROL.sub("\ufffd", text)


def weight_of(block: Block) -> int:
    """About how many letters' room a block takes; a table's rows are weighed one by one."""
    match block:
        case Heading() | Paragraph():
            return 60 + len(block.number) + _letters(block.words)
        case Facts():
            return sum(60 + len(label) + _letters(words) for label, words in block.pairs)
        case Picture():
            return len(block.svg) // 10
        case Beside():
            return weight_of(block.picture) + sum(weight_of(inner) for inner in block.blocks)
    return 0


def _letters(words: Words) -> int:
    return len(words) if isinstance(words, str) else sum(len(one.text) for one in words)


def as_data(block: Block) -> dict[str, Any]:
    """A block other than a table."""
    match block:
        case Heading():
            level = max(block.level, 1)
            return {
                "kind": "heading",
                "level": level,
                "number": plain(block.number),
                "words": _words(block.words),
            }
        case Paragraph():
            return {
                "kind": "paragraph",
                "look": block.look.value,
                "number": plain(block.number),
                "indent": block.indent,
                "words": _words(block.words),
            }
        case Facts():
            return {"kind": "facts", "pairs": [(plain(label), _words(words)) for label, words in block.pairs]}
        case Picture():
            return {"kind": "picture", "svg": block.svg, "shows": plain(block.shows), "width": block.width}
        case Beside():
            blocks = [as_data(inner) for inner in block.blocks]
            return {"kind": "beside", "blocks": blocks, "picture": as_data(block.picture)}
        case PageBreak():
            return {"kind": "break"}
    raise TypeError(type(block).__name__)


def cell_data(row: Sequence[Cell]) -> list[dict[str, Any]]:
    """A row's cells."""
    return [
        {
            "across": one.across,
            "down": one.down,
            "shaded": one.shaded,
            "blocks": [as_data(inner) for inner in one.blocks],
        }
        for one in row
    ]


def _words(words: Words) -> str | list[dict[str, Any]]:
    return plain(words) if isinstance(words, str) else [_run(one) for one in words]


def _run(run: Run) -> dict[str, Any]:
    looks = ("bold", "italic", "inserted", "deleted", "faint")
    found: dict[str, Any] = {"text": plain(run.text)} | {name: True for name in looks if getattr(run, name)}
    return found | ({"link": run.link} if run.link else {})
