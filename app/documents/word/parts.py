"""The fixed parts of a Word file that we write: styles, lists, header and footer, and what leads to them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.documents.pdf.document import PAGE_OF
from app.documents.word.markup import BOLD, RELATIONS, WORD, XML, attribute, paragraph, plain, run

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
EXTENDED = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"

#: The numbering definition of a bulleted list, by depth from 0.
BULLETS = 1
#: A4 upright, margins an inch less a little: what a table can fill, in twentieths of a point.
WIDE = 9638


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around the text: title, marking, head and foot, in words that `said` translates."""

    title: str
    language: str
    marking: str
    head: str
    foot: str
    said: Callable[[str], str]


def header(sheet: Sheet) -> str:
    """The head of every page."""
    between = "  ·  " if sheet.marking and sheet.head else ""
    words = run(sheet.marking, BOLD) + run(between + sheet.head)
    return f'{XML}<w:hdr xmlns:w="{WORD}">{paragraph(words, "Header")}</w:hdr>'


def footer(sheet: Sheet) -> str:
    """The foot of every page, with its number."""
    fields = {"%(page)s": "PAGE", "%(pages)s": "NUMPAGES"}
    words = "".join(
        f'<w:fldSimple w:instr="{fields[part]}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        if part in fields
        else run(part)
        for part in re.split(r"(%\(pages?\)s)", sheet.said(PAGE_OF))
    )
    lead = run(f"{sheet.foot}  ·  ") if sheet.foot else ""
    return f'{XML}<w:ftr xmlns:w="{WORD}">{paragraph(lead + words, "Footer")}</w:ftr>'


def section(*, landscape: bool = False) -> str:
    """The page's size and margins, and what stands at its head and foot."""
    size = (
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="900" w:right="510" w:bottom="760" w:left="510" w:header="400" w:footer="360" w:gutter="0"/>'
        if landscape
        else '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1300" w:right="1134" w:bottom="1134" w:left="1134" w:header="600" w:footer="500"'
        ' w:gutter="0"/>'
    )
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
        f'<w:footerReference w:type="default" r:id="rIdFooter"/>{size}</w:sectPr>'
    )


def _style(name: str, title: str, more: str, *, kind: str = "paragraph", default: bool = False) -> str:
    based = "" if default or kind == "character" else '<w:basedOn w:val="Normal"/>'
    mark = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="{kind}"{mark} w:styleId="{name}"><w:name w:val="{title}"/>{based}{more}</w:style>'
    )


def styles(language: str) -> str:
    """The styles part: Word's own names, so that its navigation and ours read headings as such."""
    sizes = (32, 27, 24, 22, 21, 21, 21, 21, 21)
    headings = "".join(
        _style(
            f"Heading{n}",
            f"heading {n}",
            '<w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="280" w:after="100"/>'
            f'<w:outlineLvl w:val="{n - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr>',
        )
        for n, size in enumerate(sizes, 1)
    )
    small = '<w:rPr><w:sz w:val="18"/></w:rPr>'
    middle = '<w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="17"/></w:rPr>'
    return (
        f'{XML}<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        f'<w:lang w:val="{language}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:before="0" w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        + _style("Normal", "Normal", "", default=True)
        + headings
        + _style("Title", "Title", '<w:qFormat/><w:rPr><w:b/><w:sz w:val="40"/></w:rPr>')
        + _style("Subtitle", "Subtitle", '<w:qFormat/><w:rPr><w:sz w:val="26"/></w:rPr>')
        + _style("ListParagraph", "List Paragraph", '<w:pPr><w:spacing w:after="60"/></w:pPr>')
        + _style("Quote", "Quote", '<w:pPr><w:ind w:left="567"/></w:pPr><w:rPr><w:i/></w:rPr>')
        + _style("Caption", "caption", '<w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/><w:sz w:val="19"/></w:rPr>')
        + _style("Cell", "Cell", f'<w:pPr><w:spacing w:before="0" w:after="40"/></w:pPr>{small}')
        + "".join(
            _style(f"TOC{n}", f"toc {n}", f'<w:pPr><w:ind w:left="{(n - 1) * 220}"/></w:pPr>')
            for n in range(1, 10)
        )
        + _style("Header", "header", middle)
        + _style("Footer", "footer", middle)
        + _style("FootnoteText", "footnote text", small)
        + _style("CommentText", "annotation text", '<w:rPr><w:sz w:val="20"/></w:rPr>')
        + _style(
            "FootnoteReference",
            "footnote reference",
            '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>',
            kind="character",
        )
        + _style(
            "CommentReference", "annotation reference", '<w:rPr><w:sz w:val="16"/></w:rPr>', kind="character"
        )
        + "</w:styles>"
    )


def numbering(labels: Sequence[str] = ()) -> str:
    """One list of bullets, nine deep; and a list for each of `labels`, whose every item bears just that label."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="{"•–▪"[n % 3]}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{(n + 1) * 425}" w:hanging="425"/></w:pPr></w:lvl>'
        for n in range(9)
    )
    own = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="none"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{attribute(label)}"/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        for n, label in enumerate(labels, 1)
    )
    nums = "".join(
        f'<w:num w:numId="{BULLETS + n}"><w:abstractNumId w:val="{n}"/></w:num>'
        for n in range(1, len(labels) + 1)
    )
    return (
        f'{XML}<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0">'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>{own}'
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>{nums}</w:numbering>'
    )


def settings() -> str:
    """What keeps Word from showing the file in compatibility mode."""
    return (
        f'{XML}<w:settings xmlns:w="{WORD}"><w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def core(sheet: Sheet, made: str) -> str:
    """The file's properties."""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{plain(sheet.title)}</dc:title><dc:creator>Runding</dc:creator>"
        f"<dc:language>{attribute(sheet.language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created></cp:coreProperties>'
    )


#: Each part by its name: the relation that leads to it, its id, and its content type.
_PARTS = {
    "styles": (f"{RELATIONS}/styles", "rIdStyles", f"{KIND}.styles+xml"),
    "numbering": (f"{RELATIONS}/numbering", "rIdNumbering", f"{KIND}.numbering+xml"),
    "settings": (f"{RELATIONS}/settings", "rIdSettings", f"{KIND}.settings+xml"),
    "header1": (f"{RELATIONS}/header", "rIdHeader", f"{KIND}.header+xml"),
    "footer1": (f"{RELATIONS}/footer", "rIdFooter", f"{KIND}.footer+xml"),
    "footnotes": (f"{RELATIONS}/footnotes", "rIdFootnotes", f"{KIND}.footnotes+xml"),
    "comments": (f"{RELATIONS}/comments", "rIdComments", f"{KIND}.comments+xml"),
    "commentsExtended": (EXTENDED, "rIdExtended", f"{KIND}.commentsExtended+xml"),
}


def links(names: list[str], *, pictures: int = 0) -> dict[str, str]:
    """The parts that lead to the named ones: relationships and content types, by their names in the file.

    `pictures` says how many there are in `word/media`.
    """
    relations = "".join(
        f'<Relationship Id="{_PARTS[name][1]}" Type="{_PARTS[name][0]}" Target="{name}.xml"/>'
        for name in names
    ) + "".join(
        f'<Relationship Id="rIdPicture{n}" Type="{RELATIONS}/image" Target="media/picture{n}.png"/>'
        for n in range(1, pictures + 1)
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_PARTS[name][2]}"/>' for name in names
    )
    return {
        "word/_rels/document.xml.rels": (
            f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
        ),
        "_rels/.rels": (
            f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties"'
            ' Target="docProps/core.xml"/></Relationships>'
        ),
        "[Content_Types].xml": (
            f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
            '<Override PartName="/docProps/core.xml"'
            ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            f"{types}</Types>"
        ),
    }
