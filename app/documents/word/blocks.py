"""A document's blocks as a Word file, written as they come: the same blocks that `pdf/writing.py` prints.

A row of a table is a row of text from the start, so ten thousand of them need no more memory than one.
(ECMA-376 part 1: 17.4 for tables, 20.4.2.8 for pictures in a line.)
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from app.documents.pdf.document import (
    Beside,
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
    Words,
)
from app.documents.word import parts
from app.documents.word.markup import BOLD, ITALIC, RELATIONS, WORD, XML, attribute, cell, paragraph, run
from app.documents.word.pictures import as_png, drawing, size_of

#: What a table can fill of a page on its side, in twentieths of a point.
WIDE_ON_ITS_SIDE = 15818
#: The step of an indent, and the room for a number that a paragraph hangs behind.
STEP, NUMBER = 425, 567
SHADE = "ECF1F2"

INSERTED = '<w:b/><w:color w:val="115629"/><w:u w:val="single"/>'
DELETED = '<w:strike/><w:color w:val="9E2320"/>'
FAINT = '<w:color w:val="5A6769"/>'

_STYLES = {
    Look.TEXT: "",
    Look.SMALL: "Cell",
    Look.QUOTE: "Quote",
    Look.NOTE: "Cell",
    Look.CAPTION: "Caption",
    Look.TITLE: "Title",
    Look.SUBTITLE: "Subtitle",
}
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def words(said: Words, more: str = "") -> str:
    """Words as runs; what is inserted is underlined and bold, what is deleted struck."""
    if isinstance(said, str):
        return run(said, more)
    return "".join(_run(one, more) for one in said)


def _run(one: Run, more: str) -> str:
    looks = (
        (one.bold and not one.inserted, BOLD),
        (one.italic, ITALIC),
        (one.inserted, INSERTED),
        (one.deleted, DELETED),
        (one.faint, FAINT),
    )
    set_ = run(one.text, more + "".join(properties for on, properties in looks if on))
    if not one.link:
        return set_
    return f'<w:fldSimple w:instr=" HYPERLINK &quot;{attribute(one.link)}&quot; ">{set_}</w:fldSimple>'


def write_docx(document: Document, file: IO[bytes], said: Callable[[str], str] = str) -> None:
    """Write `document` into `file` as a Word file; `said` translates the words of its foot."""
    language = "ms-MY" if document.language == "ms" else "en-GB"
    sheet = parts.Sheet(document.title, language, document.marking, document.head, document.foot, said)
    landscape = document.paper.landscape
    body = Body(WIDE_ON_ITS_SIDE if landscape else parts.WIDE)
    named = ["styles", "numbering", "settings", "header1", "footer1"]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        with into.open("word/document.xml", "w") as out:
            out.write(f'{XML}<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:body>'.encode())
            for block in document.blocks:
                for part in body.block(block):
                    out.write(part.encode())
            out.write(f"{parts.section(landscape=landscape)}</w:body></w:document>".encode())
        into.writestr("word/styles.xml", parts.styles(language))
        into.writestr("word/numbering.xml", parts.numbering())
        into.writestr("word/settings.xml", parts.settings())
        into.writestr("word/header1.xml", parts.header(sheet))
        into.writestr("word/footer1.xml", parts.footer(sheet))
        into.writestr("docProps/core.xml", parts.core(sheet, document.made.strftime("%Y-%m-%dT%H:%M:%SZ")))
        for n, picture in enumerate(body.pictures, 1):
            into.writestr(f"word/media/picture{n}.png", picture)
        for name, content in parts.links(named, pictures=len(body.pictures)).items():
            into.writestr(name, content)


@dataclass(slots=True)
class Body:
    """The text between the file's head and foot; `wide` is what a table can fill. Pictures gather here."""

    wide: int
    pictures: list[bytes] = field(default_factory=list)

    def block(self, block: Block) -> Iterator[str]:
        """A block as the XML of its paragraphs or of its table, in pieces."""
        match block:
            case Table():
                yield from self._table(block)
            case Beside():
                for inner in (*block.blocks, block.picture):
                    yield from self.block(inner)
            case Facts():
                yield self._facts(block)
            case _:
                yield self.paragraph(block)

    def paragraph(self, block: Heading | Paragraph | Picture | PageBreak) -> str:
        """A block that is one paragraph."""
        match block:
            case Heading():
                lead = run(f"{block.number}\t") if block.number else ""
                return paragraph(lead + words(block.words), f"Heading{min(max(block.level, 1), 9)}")
            case Picture():
                return paragraph(self._picture(block))
            case PageBreak():
                return paragraph('<w:r><w:br w:type="page"/></w:r>')
        left = block.indent * STEP
        indent = f'<w:ind w:left="{left}"/>' if left else ""
        lead = ""
        if block.number:
            tab = f'<w:tabs><w:tab w:val="left" w:pos="{left + NUMBER}"/></w:tabs>'
            indent = f'{tab}<w:ind w:left="{left + NUMBER}" w:hanging="{NUMBER}"/>'
            lead = run(f"{block.number}\t")
        faint = FAINT if block.look is Look.NOTE else ""
        return paragraph(lead + words(block.words, faint), _STYLES[block.look], indent)

    def _picture(self, block: Picture) -> str:
        self.pictures.append(as_png(block.svg, block.width))
        n = len(self.pictures)
        return drawing(n, f"rIdPicture{n}", block.shows, size_of(block.svg, block.width))

    def _facts(self, block: Facts) -> str:
        first = self.wide // 4
        rows = "".join(
            "<w:tr>"
            + cell(first, paragraph(run(label, BOLD), "Cell"))
            + cell(self.wide - first, paragraph(words(value), "Cell"))
            + "</w:tr>"
            for label, value in block.pairs
        )
        grid = f'<w:gridCol w:w="{first}"/><w:gridCol w:w="{self.wide - first}"/>'
        return f"{_table_properties(self.wide, ruled=False)}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{paragraph('')}"

    def _table(self, block: Table) -> Iterator[str]:
        total = sum(block.widths) or 1
        widths = [round(self.wide * share / total) for share in block.widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        yield f"{_table_properties(self.wide, ruled=True)}<w:tblGrid>{grid}</w:tblGrid>"
        for row in _laid_out(block.head, widths):
            yield self._row(row, head=True)
        any_row = bool(block.head)
        for row in _laid_out(block.rows, widths):
            any_row = True
            yield self._row(row)
        if not any_row:  # a table without a row is none
            yield self._row([Laid(Cell(across=len(widths)), self.wide)])
        yield f"</w:tbl>{paragraph('')}"

    def _row(self, row: Sequence["Laid"], *, head: bool = False) -> str:
        properties = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else ""
        return f"<w:tr>{properties}{''.join(self._cell(one) for one in row)}</w:tr>"

    def _cell(self, laid: "Laid") -> str:
        held = laid.cell
        if laid.merge == "continue":
            return cell(laid.width, paragraph("", "Cell"), across=held.across, merge="continue")
        inner = [
            self.paragraph(replace_look(block)) if isinstance(block, Paragraph) else self.paragraph(block)
            for block in held.blocks
        ]
        shade = SHADE if held.shaded else ""
        return cell(
            laid.width, *(inner or [paragraph("", "Cell")]), across=held.across, merge=laid.merge, shade=shade
        )


def replace_look(block: Paragraph) -> Paragraph:
    """A cell's plain paragraph, set small."""
    return (
        Paragraph(block.words, block.number, block.indent, Look.SMALL) if block.look is Look.TEXT else block
    )


@dataclass(frozen=True, slots=True)
class Laid:
    """A cell where it stands in its row; `merge` as Word says that it reaches down."""

    cell: Cell
    width: int
    merge: str = ""


def _laid_out(rows: Iterable[Sequence[Cell]], widths: Sequence[int]) -> Iterator[list[Laid]]:
    """Rows with the cells that reach into them from above put in, as Word wants them."""
    open_: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        found: list[Laid] = []
        at = 0
        cells = iter(row)
        while at < len(widths):
            if at in open_:
                above, left = open_.pop(at)
                if left > 1:
                    open_[at] = (above, left - 1)
                found.append(Laid(above, sum(widths[at : at + above.across]), "continue"))
                at += above.across
                continue
            held = next(cells, None) or Cell()
            across = min(held.across, len(widths) - at)
            if held.down > 1:
                open_[at] = (held, held.down - 1)
            found.append(Laid(held, sum(widths[at : at + across]), "restart" if held.down > 1 else ""))
            at += across
        yield found


def _table_properties(wide: int, *, ruled: bool) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7C898B"/>' for side in _SIDES if ruled
    )
    borders = f"<w:tblBorders>{sides}</w:tblBorders>" if sides else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{wide}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )
