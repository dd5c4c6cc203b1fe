"""What the styles of a Word file say of a paragraph: heading, title, caption, list, hidden."""

import re
from dataclasses import dataclass

from lxml import etree

from app.documents.docx.names import PPR, RPR, VAL, W

_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
#: English names, which Word writes in every language, and those that LibreOffice writes.
_HINTS = (
    (
        re.compile(r"(?:toc|contents|index) ?(?:[1-9]|heading)|table of figures|toa heading", re.IGNORECASE),
        "toc",
    ),
    (re.compile(r"(?:sub)?title(?: cover| page)?|document title|cover title", re.IGNORECASE), "title"),
    (re.compile(r"captions?|table caption|figure caption|illustration", re.IGNORECASE), "caption"),
    (re.compile(r"(?:intense |block )?quot(?:e|ation)s?|block text", re.IGNORECASE), "quote"),
    (re.compile(r"(?:foot|end)note text|footnote|endnote", re.IGNORECASE), "note"),
    (re.compile(r"list(?: (?:paragraph|bullet|number|continue))?(?: [1-5])?", re.IGNORECASE), "list"),
)
BODY = 9


@dataclass(frozen=True, slots=True)
class StyleFacts:
    """What a style and all it is based on say; `outline` is 1 to 9, 0 for body text said outright."""

    names: tuple[str, ...] = ()
    hint: str = ""
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    numbered_by: str = ""
    indent: int | None = None
    hidden: bool = False
    bold: bool = False


class Styles:
    """The styles part, resolved once a style."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._facts: dict[str, StyleFacts] = {}
        self.default = ""
        self.language = ""
        if root is None:
            return
        for style in root.iterchildren(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._elements.setdefault(name, style)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}:
                self.default = name
        language = root.find(f"{W}docDefaults/{W}rPrDefault/{RPR}/{W}lang")
        if language is not None:
            self.language = language.get(VAL, "")

    def facts(self, style_id: str) -> StyleFacts:
        """Give what a style says, its ancestors included; an unknown one is known by its id alone."""
        known = self._facts.get(style_id)
        if known is None:
            known = self._facts[style_id] = self._resolve(style_id)
        return known

    def list_of(self, style_id: str) -> str | None:
        """Give the list that a numbering style stands for."""
        style = self._elements.get(style_id)
        found = style.find(f"{PPR}/{W}numPr/{W}numId") if style is not None else None
        return None if found is None else found.get(VAL)

    def _chain(self, style_id: str) -> list[tuple[str, etree._Element]]:
        chain: list[tuple[str, etree._Element]] = []
        seen: set[str] = set()
        while style_id in self._elements and style_id not in seen:
            seen.add(style_id)
            element = self._elements[style_id]
            chain.append((style_id, element))
            based = element.find(f"{W}basedOn")
            style_id = "" if based is None else based.get(VAL, "")
        return chain

    def _resolve(self, style_id: str) -> StyleFacts:
        chain = self._chain(style_id)
        if not chain:
            match = _HEADING.fullmatch(style_id)
            return StyleFacts((style_id,), hint=_hint(style_id), outline=int(match[1]) if match else None)
        names = tuple(_name(element) for _, element in chain)
        list_id = list_level = indent = outline = None
        numbered_by = ""
        hidden = bold = None
        for (one, element), name in zip(chain, names, strict=True):
            paragraph, run = element.find(PPR), element.find(RPR)
            if outline is None:
                outline = _outline(paragraph, name)
            if paragraph is not None:
                number = paragraph.find(f"{W}numPr")
                if number is not None:
                    if list_id is None and (found := number.find(f"{W}numId")) is not None:
                        list_id, numbered_by = found.get(VAL), one
                    if list_level is None and (found := number.find(f"{W}ilvl")) is not None:
                        list_level = whole(found.get(VAL))
                if indent is None:
                    indent = left_indent(paragraph)
            hidden = _on(run, "vanish") if hidden is None else hidden
            bold = _on(run, "b") if bold is None else bold
        return StyleFacts(
            names=names,
            hint=next((hint for name in names if (hint := _hint(name))), ""),
            outline=outline,
            list_id=list_id,
            list_level=list_level,
            numbered_by=numbered_by,
            indent=indent,
            hidden=bool(hidden),
            bold=bool(bold),
        )


def _name(style: etree._Element) -> str:
    name = style.find(f"{W}name")
    return "" if name is None else name.get(VAL, "")


def _hint(name: str) -> str:
    return next((hint for pattern, hint in _HINTS if pattern.fullmatch(name.strip())), "")


def _outline(paragraph: etree._Element | None, name: str) -> int | None:
    own = outline_level(paragraph)
    if own is not None:
        return own
    match = _HEADING.fullmatch(name.strip())
    return int(match[1]) if match else None


def outline_level(paragraph: etree._Element | None) -> int | None:
    """Give 1 to 9 for a heading's level, 0 for body text, None where the properties do not say."""
    found = None if paragraph is None else paragraph.find(f"{W}outlineLvl")
    if found is None:
        return None
    level = whole(found.get(VAL))
    return 0 if level is None or not 0 <= level < BODY else level + 1


def left_indent(paragraph: etree._Element) -> int | None:
    """Give the indent of a paragraph's text in twentieths of a point, or None where it does not say."""
    indent = paragraph.find(f"{W}ind")
    if indent is None:
        return None
    value = indent.get(f"{W}left") or indent.get(f"{W}start")
    return None if value is None else whole(value)


def whole(value: str | None) -> int | None:
    """Read a whole number as files hold them; None where it is none."""
    try:
        return int(float(value)) if value is not None else None
    except (ValueError, OverflowError):
        return None


def switched(properties: etree._Element | None, name: str) -> bool | None:
    """Say whether a property is switched on or off, or None where it is not named."""
    found = None if properties is None else properties.find(f"{W}{name}")
    return None if found is None else found.get(VAL, "1") not in {"0", "false", "off"}


_on = switched
