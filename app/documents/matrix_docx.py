"""The comment matrix as a Word table: A4 landscape, rows streamed, redlines one can read in black and white.

The parts are written as XML straight into the zip file (ECMA-376 part 1, 17.4): a row is a row of text
from the start, so ten thousand of them need no more memory than one.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import IO

from app.documents.matrix_table import TITLE, WHOLE, Frame
from app.matrix.reading import Head, Row
from app.matrix.rules import COLUMNS
from app.text.redline import redline
from app.words import N_

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

#: Titles and widths in twentieths of a point; together they fill the page between its margins.
HEADS = (
    (N_("Ref"), 1050),
    (N_("Clause text quoted"), 2100),
    (N_("From"), 1700),
    (N_("Type"), 1250),
    (N_("Comment"), 3700),
    (N_("Proposed change"), 3300),
    (N_("Final disposition"), 1200),
    (N_("Reason"), 1500),
)
WIDTH = sum(width for _, width in HEADS)

PAGE_OF = N_("Page %(page)s of %(pages)s")

_NAMES = {column.key: column.names or {} for column in COLUMNS}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"(\r\n|\r|\n|\t)")


def plain(text: str) -> str:
    """Text as XML may hold it: what it may not becomes the sign for it."""
    text = _CONTROL.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def run(text: str, properties: str = "") -> str:
    """A run of text; line ends and tabs are Word's own."""
    if not text:
        return ""
    parts = [
        ("<w:tab/>" if part == "\t" else "<w:br/>")
        if _BREAKS.fullmatch(part)
        else f'<w:t xml:space="preserve">{plain(part)}</w:t>'
        for part in _BREAKS.split(text)
        if part
    ]
    held = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{held}{''.join(parts)}</w:r>"


def paragraph(runs: str, style: str = "") -> str:
    held = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{held}{runs}</w:p>"


def cell(width: int, *paragraphs: str, span: int = 1, shade: str = "") -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    if shade:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs) or paragraph('')}</w:tc>"


INSERTED = '<w:b/><w:color w:val="115629"/><w:u w:val="single"/>'
DELETED = '<w:strike/><w:color w:val="9E2320"/>'
QUOTED = "<w:i/>"
BOLD = "<w:b/>"


def change(base: str, proposed: str) -> str:
    """A proposal as runs: what comes is underlined and bold, what goes is struck."""
    looks = {"equal": "", "insert": INSERTED, "delete": DELETED}
    return "".join(run(part.text, looks[part.kind]) for part in redline(base, proposed))


def _row(row: Row, frame: Frame) -> str:
    comment = row.comment
    said = frame.said

    def words(key: str, value: object) -> str:
        return said(_NAMES[key].get(value, str(value))) if value else ""

    notes = [comment.ref, said(N_("Late")) if comment.late else ""]
    author = [words("constituency", comment.constituency), comment.organisation or "", comment.person or ""]
    why = [
        paragraph(run(f"{said(label)}: ", BOLD) + run(value))
        for label, value in (
            (N_("Rationale"), comment.rationale),
            (N_("Standard cited"), comment.standard),
            (N_("Ground"), comment.ground),
        )
        if value
    ]
    proposal = ""
    if comment.proposed is not None:
        proposal = run(f"{comment.proposed_verb or ''} ", BOLD) + change(comment.base, comment.proposed)
    widths = [width for _, width in HEADS]
    held: tuple[list[str], ...] = (
        [paragraph(run(part, BOLD)) for part in notes if part],
        [paragraph(run(comment.exact or comment.field or "", QUOTED))],
        [paragraph(run(part)) for part in author if part],
        [paragraph(run(part)) for part in (words("type", comment.type), words("priority", comment.priority))],
        [paragraph(run(comment.text)), *why],
        [paragraph(proposal)],
        [],
        [],
    )
    return f"<w:tr>{''.join(cell(w, *parts) for w, parts in zip(widths, held, strict=True))}</w:tr>"


def _head(head: Head, frame: Frame) -> str:
    label = head.label or (frame.said(WHOLE) if head.clause_id is None else "")
    heading = head.in_language(frame.language)
    words = run(label, BOLD) + (run(f"  {heading}") if heading else "")
    across = cell(WIDTH, paragraph(words, "Clause"), span=len(HEADS), shade="ECF1F2")
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{across}</w:tr>"


def table(rows: Iterable[Row], frame: Frame) -> Iterator[str]:
    """The table's XML, a row at a time; its head repeats on every page."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for _, width in HEADS)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7C898B"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/>'
        f'<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )
    heads = "".join(
        cell(width, paragraph(run(frame.said(title), BOLD)), shade="D7DEDF") for title, width in HEADS
    )
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    for head, under in groupby(rows, key=lambda row: row.head):
        yield _head(head, frame)
        for row in under:
            yield _row(row, frame)
    yield "</w:tbl>"


def as_docx(
    rows: Iterable[Row], frame: Frame, about: Sequence[tuple[str, str]], marking: str, file: IO[bytes]
) -> None:
    """Write the matrix into `file`; `about` says in the reader's words what it holds, `marking` heads every page."""
    language = "ms-MY" if frame.language == "ms" else "en-GB"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        with into.open("word/document.xml", "w") as document:
            document.write(f'{XML}<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:body>'.encode())
            opening = paragraph(run(frame.said(TITLE)), "Title") + "".join(
                paragraph(run(f"{label}: ", BOLD) + run(value)) for label, value in about
            )
            document.write(opening.encode())
            for part in table(rows, frame):
                document.write(part.encode())
            document.write(f"{paragraph('')}{_SECTION}</w:body></w:document>".encode())
        into.writestr("word/header1.xml", _part("hdr", _marked(marking, frame)))
        into.writestr("word/footer1.xml", _part("ftr", _numbered(frame)))
        into.writestr("word/styles.xml", _styles(language))
        for name, content in _FIXED.items():
            into.writestr(name, XML + content)


_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
    '<w:footerReference w:type="default" r:id="rId3"/>'
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="900" w:right="510" w:bottom="760" w:left="510" w:header="400" w:footer="360" w:gutter="0"/>'
    "</w:sectPr>"
)


def _part(name: str, content: str) -> str:
    return f'{XML}<w:{name} xmlns:w="{WORD}">{content}</w:{name}>'


def _marked(marking: str, frame: Frame) -> str:
    words = run(marking, BOLD) + run(f"{'  ·  ' if marking else ''}{frame.round_name}  ·  {frame.draft_name}")
    return paragraph(words, "Header")


def _numbered(frame: Frame) -> str:
    fields = {"%(page)s": "PAGE", "%(pages)s": "NUMPAGES"}
    parts = re.split(r"(%\(pages?\)s)", frame.said(PAGE_OF))
    words = "".join(
        f'<w:fldSimple w:instr="{fields[part]}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        if part in fields
        else run(part)
        for part in parts
    )
    return paragraph(words, "Footer")


def _style(name: str, title: str, more: str, *, default: bool = False) -> str:
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    mark = ' w:default="1"' if default else ""
    return f'<w:style w:type="paragraph"{mark} w:styleId="{name}"><w:name w:val="{title}"/>{based}{more}</w:style>'


def _styles(language: str) -> str:
    middle = '<w:pPr><w:jc w:val="center"/></w:pPr>'
    return (
        f'{XML}<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="17"/><w:szCs w:val="17"/>'
        f'<w:lang w:val="{language}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:before="0" w:after="40"/></w:pPr></w:pPrDefault></w:docDefaults>'
        + _style("Normal", "Normal", "", default=True)
        + _style("Title", "Title", '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>')
        + _style("Header", "header", middle)
        + _style("Footer", "footer", middle)
        + _style("Clause", "Clause", '<w:pPr><w:keepNext/></w:pPr><w:rPr><w:sz w:val="19"/></w:rPr>')
        + "</w:styles>"
    )


_FIXED = {
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}.xml"/>'
            for n, (kind, target) in enumerate(
                (("styles", "styles"), ("header", "header1"), ("footer", "footer1")), 1
            )
        )
        + "</Relationships>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/word/{part}.xml" ContentType="{KIND}.{kind}+xml"/>'
            for part, kind in (
                ("document", "document.main"),
                ("styles", "styles"),
                ("header1", "header"),
                ("footer1", "footer"),
            )
        )
        + "</Types>"
    ),
}
