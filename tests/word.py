"""Small Word files, made as Word makes them."""

import io

import docx


def word_file(*lines: str | tuple[str, int], table: list[list[str]] | None = None) -> bytes:
    """A .docx of paragraphs; a pair of text and level is a heading. `table`'s first row is its head."""
    document = docx.Document()
    for line in lines:
        if isinstance(line, tuple):
            document.add_heading(line[0], level=line[1])
        else:
            document.add_paragraph(line)
    if table:
        made = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, words in zip(made.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PLAN = word_file(
    ("Introduction", 1),
    "This Plan says what is to be done.",
    "It is reviewed every year. The review is published.",
    ("Complaints", 1),
    "Every worker may lodge a complaint.",
    "The Department answers within three days.",
)
