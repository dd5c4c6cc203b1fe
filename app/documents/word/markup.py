"""WordprocessingML as text: runs, paragraphs and cells, for files that are written as they come (ECMA-376, 17)."""

import re
from datetime import datetime

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD14 = "http://schemas.microsoft.com/office/word/2010/wordml"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WORD15 = "http://schemas.microsoft.com/office/word/2012/wordml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

BOLD = "<w:b/>"
ITALIC = "<w:i/>"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"(\r\n|\r|\n|\t)")


def plain(text: str) -> str:
    """Text as XML may hold it: what it may not becomes the sign for it."""
    text = _CONTROL.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Text as an attribute's value."""
    return plain(" ".join(text.split())).replace('"', "&quot;")


def moment(at: datetime) -> str:
    """A time as Word writes it, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def run(text: str, properties: str = "", *, gone: bool = False) -> str:
    """A run of text; line ends and tabs are Word's own. `gone`: it stands in a deletion."""
    if not text:
        return ""
    tag = "w:delText" if gone else "w:t"
    parts = [
        ("<w:tab/>" if part == "\t" else "<w:br/>")
        if _BREAKS.fullmatch(part)
        else f'<{tag} xml:space="preserve">{plain(part)}</{tag}>'
        for part in _BREAKS.split(text)
        if part
    ]
    held = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{held}{''.join(parts)}</w:r>"


def paragraph(runs: str, style: str = "", more: str = "", *, attributes: str = "") -> str:
    """A paragraph; `more` are further properties, in the schema's order behind the style."""
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + more
    held = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p{attributes}>{held}{runs}</w:p>"


def cell(width: int, *paragraphs: str, across: int = 1, merge: str = "", shade: str = "") -> str:
    """A cell, `width` in twentieths of a point; `merge` is restart, continue or nothing."""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if across > 1:
        properties += f'<w:gridSpan w:val="{across}"/>'
    if merge:
        properties += f'<w:vMerge w:val="{merge}"/>'
    if shade:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs) or '<w:p/>'}</w:tc>"
