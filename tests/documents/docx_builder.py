"""Makes small Word files for the tests: only the parts a test speaks of."""

import io
import zipfile
from collections.abc import Iterable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_R = "http://purl.oclc.org/ooxml/officeDocument/relationships"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def r(text: str, properties: str = "") -> str:
    """A run of text; `properties` is the inside of its w:rPr."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(
    content: str = "",
    *,
    style: str = "",
    num: tuple[str, int] | None = None,
    outline: int | None = None,
    mark: str = "",
    extra: str = "",
) -> str:
    """A paragraph: plain text, or runs where `content` begins with a tag."""
    inner = content if content.startswith("<") else (r(content) if content else "")
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        properties += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    properties += extra
    if outline is not None:
        properties += f'<w:outlineLvl w:val="{outline}"/>'
    if mark:
        properties += f"<w:rPr>{mark}</w:rPr>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def ins(inner: str, author: str = "Aminah (invented)") -> str:
    return f'<w:ins w:id="1" w:author="{author}" w:date="2026-01-01T00:00:00Z">{inner}</w:ins>'


def deleted(text: str, author: str = "Aminah (invented)") -> str:
    run = f'<w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="{author}" w:date="2026-01-01T00:00:00Z">{run}</w:del>'


def tc(content: str = "", *, span: int = 1, down: str = "", extra: str = "") -> str:
    """A cell: text or paragraphs; `down` is "restart" or "continue" for cells merged over rows."""
    inner = content if content.startswith(("<w:p", "<w:tbl")) else p(content)
    merge = f'<w:vMerge w:val="{down}"/>' if down else ""
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{grid}{merge}{extra}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, header: bool = False, extra: str = "") -> str:
    head = "<w:tblHeader/>" if header else ""
    made = (cell if cell.startswith("<w:tc") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{head}{extra}</w:trPr>{''.join(made)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def style(
    name: str,
    *,
    style_id: str = "",
    based: str = "",
    paragraph: str = "",
    run: str = "",
    kind: str = "paragraph",
) -> str:
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{style_id or name}"><w:name w:val="{name}"/>{parent}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def lvl(level: int, form: str, text: str, *, start: int = 1, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(name: str, *levels: str, extra: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{extra}{"".join(levels)}</w:abstractNum>'


def num(name: str, of: str, overrides: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


HEADINGS = "".join(
    style(f"heading {level}", style_id=f"Heading{level}", paragraph=f'<w:outlineLvl w:val="{level - 1}"/>')
    for level in (1, 2, 3)
)


def part(root: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {SPACES}>{inner}</w:{root}>'


def docx(
    *body: str,
    styles: str = HEADINGS,
    numbering: str = "",
    footnotes: Iterable[tuple[str, str]] = (),
    endnotes: Iterable[tuple[str, str]] = (),
    settings: str = "",
    main: str = "word/document.xml",
    strict: bool = False,
    files: dict[str, bytes] | None = None,
    main_type: str = MAIN,
    rels: str = "",
) -> bytes:
    """A whole file; `footnotes` are pairs of id and paragraphs; `files` are further parts as they are.

    `rels` are the relationships of the main part that lead to those.
    """
    folder = main.rpartition("/")[0]
    parts = {main: part("document", f"<w:body>{''.join(body)}<w:sectPr/></w:body>")}
    links = {"styles": styles, "numbering": numbering, "settings": settings}
    for name, inner in links.items():
        if inner:
            parts[f"{folder}/{name}.xml"] = part(name, inner)
            rels += f'<Relationship Id="{name}" Type="{R}/{name}" Target="{name}.xml"/>'
    for name, notes in (("footnote", footnotes), ("endnote", endnotes)):
        made = "".join(f'<w:{name} w:id="{key}">{text}</w:{name}>' for key, text in notes)
        if made:
            parts[f"{folder}/{name}s.xml"] = part(f"{name}s", made)
            rels += f'<Relationship Id="{name}" Type="{R}/{name}s" Target="{name}s.xml"/>'
    head = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts[f"{folder}/_rels/{main.rpartition('/')[2]}.rels"] = f"<Relationships {head}>{rels}</Relationships>"
    parts["_rels/.rels"] = (
        f'<Relationships {head}><Relationship Id="m" Type="{R}/officeDocument" Target="{main}"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type}"/></Types>'
    )
    whole = {name: text.encode() for name, text in parts.items()} | (files or {})
    if strict:
        whole = {
            name: data.replace(R.encode(), STRICT_R.encode()).replace(W.encode(), STRICT_W.encode())
            for name, data in whole.items()
        }
    return zipped(whole)


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()
