"""A draft as a Word file: its headings, numbers, lists and tables, with comments and changes where asked.

Numbers are typed, so that they stand as they stand in the draft whatever reads the file; only one that would
not be told from the words behind it ("a Train inspectors") is a list label that says just this.
"""

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from app.documents.printed import Grid, GridCell, Line, Printed, PrintedClause, Said, lines, numbered
from app.documents.word import parts
from app.documents.word.comments import Margin
from app.documents.word.marks import Tracked, dressed, struck
from app.documents.word.markup import (
    BOLD,
    RELATIONS,
    WORD,
    XML,
    cell,
    moment,
    paragraph,
    run,
)
from app.text.typed_numbers import Place, split_number

#: The key of a clause's own words, or of a field's, among changes.
Where = tuple[int, str]

_STYLES = {
    "title": "Title",
    "quote": "Quote",
    "caption": "Caption",
    "item": "ListParagraph",
    "footnote": "FootnoteText",
}
_HEADINGS = 9
#: Where a number stands, for telling whether it will be known as one.
_PLACES: dict[str, Place] = {"heading": "heading", "caption": "caption"}


@dataclass(slots=True)
class Writing:
    """What goes into the file beside the draft's own words: comments, changes, and the notes met so far."""

    printed: Printed
    margin: Margin | None = None
    tracked: dict[Where, list[Tracked]] = field(default_factory=lambda: defaultdict(list))
    notes: list[PrintedClause] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    general: bool = True

    def words(self, said: Said, look: str = "") -> str:
        """What a clause or field says, with what was said of it, and with its footnotes."""
        text = said.text
        spots = []
        if self.margin is not None:
            spots = self.margin.spots(said.clause.id, said.field, len(text))
            if self.general:  # the plan as a whole is commented on at its first words
                self.general = False
                spots += self.margin.spots(None, "", len(text))
        runs = dressed(text, spots, self.tracked.get((said.clause.id, said.field), ()), look)
        for note in () if said.field else self.printed.notes.get(said.clause.id, ()):
            self.notes.append(note)
            runs += (
                '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
                f'<w:footnoteReference w:id="{len(self.notes)}"/></w:r>'
            )
        return runs

    def lead(self, said: Said, number: str, place: Place, *, look: str = "") -> tuple[str, str]:
        """A clause's number: as runs before its words, or as a property where typed it would not be known as one."""
        if not number:
            return "", ""
        for gap in ("\t", " ") if place not in {"cell", "caption"} else (" ", "\t"):
            found = split_number(f"{number}{gap}{said.text}", place)
            if not said.text or (found is not None and (found.number, found.text) == (number, said.text)):
                return run(number + gap, look), ""
        label = self.labels.setdefault(number, parts.BULLETS + 1 + len(self.labels))
        return "", f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{label}"/></w:numPr>'

    def goes(self, said: Said) -> Tracked | None:
        """The change that strikes all of a clause, if one does: its number and its end go too."""
        changes = self.tracked.get((said.clause.id, said.field), ())
        whole = (0, len(said.text), "")
        return next(
            (one for one in changes if said.text and (one.edit.start, one.edit.end, one.edit.new) == whole),
            None,
        )


def write_draft(writing: Writing, sheet: parts.Sheet, made: datetime, file: IO[bytes]) -> None:
    """Write the draft of `writing` into `file` as a Word document."""
    if writing.margin is not None:
        known = {said.clause.id for said in lines(writing.printed)}
        writing.margin.left(known | {one.id for held in writing.printed.notes.values() for one in held})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        with into.open("word/document.xml", "w", force_zip64=True) as document:
            document.write(f'{XML}<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:body>'.encode())
            for block in body(writing):
                document.write(block.encode())
            document.write(f"{parts.section()}</w:body></w:document>".encode())
        names = ["styles", "numbering", "settings", "header1", "footer1"]
        held = {
            "styles": parts.styles(sheet.language),
            "numbering": parts.numbering(list(writing.labels)),
            "settings": parts.settings(),
            "header1": parts.header(sheet),
            "footer1": parts.footer(sheet),
        }
        if writing.notes:
            names.append("footnotes")
            held["footnotes"] = footnotes(writing)
        for name, content in held.items():
            into.writestr(f"word/{name}.xml", content)
        if writing.margin is not None:
            names += ["comments", "commentsExtended"]
            for name, part in zip(names[-2:], writing.margin.parts(), strict=True):
                with into.open(f"word/{name}.xml", "w", force_zip64=True) as comments:
                    while piece := part.read(256 * 1024):
                        comments.write(piece)
        into.writestr("docProps/core.xml", parts.core(sheet, moment(made)))
        for name, content in parts.links(names).items():
            into.writestr(name, content)


def body(writing: Writing) -> Iterator[str]:
    """The blocks of the draft as WordprocessingML, one at a time."""
    for block in writing.printed.blocks:
        if isinstance(block, Line):
            yield line(writing, block.said)
        else:
            yield from table(writing, block)


def line(writing: Writing, said: Said) -> str:
    """A clause that stands by itself."""
    clause = said.clause
    if said.field:
        return paragraph(run(f"{said.field}: ", BOLD) + writing.words(said))
    number = numbered(said)
    lead, label = writing.lead(said, number, _PLACES.get(clause.kind, "body"))
    ending = ""
    gone = writing.goes(said)
    if gone is not None:
        lead = (
            struck(gone, lead.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>"))
            if lead
            else ""
        )
        ending = f"<w:rPr>{struck(gone)}</w:rPr>"
    level = min(max(clause.level, 1), _HEADINGS)
    style, more = _STYLES.get(clause.kind, ""), ""
    if clause.kind == "heading":
        style = f"Heading{level}"
    elif clause.kind == "toc":
        style = f"TOC{level}"
    elif clause.kind == "item" and not number:
        more = bulleted(said.depth)
    elif number and clause.kind != "caption":
        hanging = max(680, 120 * len(number) + 160)
        left = hanging + (425 * (said.depth + 1) if clause.kind == "item" else 0)
        more = f'<w:ind w:left="{left}" w:hanging="{hanging}"/>'
    return paragraph(lead + writing.words(said), style, label + more + ending)


def bulleted(depth: int) -> str:
    """The properties of a bullet, `depth` lists deep."""
    return f'<w:numPr><w:ilvl w:val="{min(depth, 8)}"/><w:numId w:val="{parts.BULLETS}"/></w:numPr>'


def table(writing: Writing, grid: Grid) -> Iterator[str]:
    """A table, a row at a time; its head is repeated on every page."""
    widths = column_widths(grid)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7C898B"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )
    below: dict[int, tuple[int, int]] = {}  # by column: rows that a cell still reaches over, its columns
    for n, row in enumerate(grid.rows):
        yield f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if n < grid.heads else ''}"
        starting = {one.col: one for one in row}
        col = 0
        while col < grid.columns:
            if col in below:
                left, across = below.pop(col)
                yield cell(sum(widths[col : col + across]), across=across, merge="continue")
                if left > 1:
                    below[col] = (left - 1, across)
            else:
                one = starting.get(col, GridCell(col, []))
                across = one.across
                said = [in_cell(writing, part, row) for part in one.parts]
                yield cell(
                    sum(widths[col : col + across]),
                    *said,
                    across=across,
                    merge="restart" if one.down > 1 else "",
                    shade="E7EDEE" if one.head else "",
                )
                if one.down > 1:
                    below[col] = (one.down - 1, across)
            col += across
        yield "</w:tr>"
    yield "</w:tbl><w:p/>"


def in_cell(writing: Writing, said: Said, row: list[GridCell]) -> str:
    """A clause or field in a cell."""
    clause = said.clause
    look = BOLD if clause.kind in {"header", "heading"} else ""
    number = numbered(said, row)
    if clause.kind == "heading" and not said.field:
        lead, label = writing.lead(said, number, "heading")
        level = min(max(clause.level, 1), _HEADINGS)
        return paragraph(lead + writing.words(said), f"Heading{level}", label)
    if clause.kind == "item" and not said.field and not number:
        return paragraph(writing.words(said), "Cell", bulleted(said.depth))
    lead, label = writing.lead(said, number, "cell", look=look)
    return paragraph(lead + writing.words(said, look), "Cell", label)


def column_widths(grid: Grid) -> list[int]:
    """How wide each column is, in twentieths of a point; together the page's width."""
    shares = grid.shares()
    widths = [int(parts.WIDE * share) for share in shares]
    widths[-1] += parts.WIDE - sum(widths)
    return widths


def footnotes(writing: Writing) -> str:
    """The footnotes part; the two separators that Word asks for come first."""
    held = "".join(
        f'<w:footnote w:type="{kind}" w:id="{n}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
        for n, kind, tag in (
            (-1, "separator", "separator"),
            (0, "continuationSeparator", "continuationSeparator"),
        )
    )
    reference = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    for n, note in enumerate(writing.notes, 1):
        words = reference + run(" ") + writing.words(Said(note))
        held += f'<w:footnote w:id="{n}">{paragraph(words, "FootnoteText")}</w:footnote>'
    return f'{XML}<w:footnotes xmlns:w="{WORD}">{held}</w:footnotes>'
