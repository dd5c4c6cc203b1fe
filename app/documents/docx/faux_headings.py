"""Headings of a draft that was written without heading styles: short lines set in bold."""

from app.documents.docx.story import Block, Paragraph
from app.text.typed_numbers import split_number

LONGEST = 120
FEWEST = 2


def mark_bold_lines(blocks: list[Block]) -> int:
    """Make bold lines headings where the draft has none; give how many there are.

    A line counts when all of it is bold, it is short and does not end like a sentence, and such lines are
    the smaller part of the draft. Its level is that of its number: 3.1 is of level 2.
    """
    paragraphs = [block for block in blocks if isinstance(block, Paragraph) and block.text.strip()]
    if any(one.outline for one in paragraphs):
        return 0
    bold = [one for one in paragraphs if _reads_like_one(one)]
    if len(bold) < FEWEST or len(bold) * 2 > len(paragraphs):
        return 0
    for one in bold:
        one.outline = _level(one)
    return len(bold)


def _reads_like_one(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    if not paragraph.words.bold or paragraph.hint or len(text) > LONGEST or "\n" in text:
        return False
    if paragraph.label is not None and paragraph.label.bullet:
        return False
    return not text.endswith((".", ";", ",", ":")) and any(sign.isalpha() for sign in text)


def _level(paragraph: Paragraph) -> int:
    label = paragraph.label
    found = split_number(paragraph.text.strip(), "heading")
    number = label.text if label is not None else found.number if found is not None else ""
    parts = [part for part in number.strip("().: ").split(".") if part]
    return min(max(len(parts), 1), 9)
