"""The numbering part of a Word file as the definitions that `text.numbering` counts with."""

from dataclasses import replace

from lxml import etree

from app.documents.docx.names import PPR, RPR, VAL, W
from app.documents.docx.styles import Styles, left_indent, whole
from app.documents.docx.symbols import bullet
from app.text.numbering import Level, ListDefinition


class Lists:
    """All lists of a file, by the id that paragraphs name; and which level a style is linked to."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self.definitions: dict[str, ListDefinition] = {}
        self._linked: dict[tuple[str, str], int] = {}
        if root is None:
            return
        abstracts = {one.get(f"{W}abstractNumId", ""): one for one in root.iterchildren(f"{W}abstractNum")}
        lists = {one.get(f"{W}numId", ""): one for one in root.iterchildren(f"{W}num")}
        for list_id, element in lists.items():
            abstract = _abstract(element, abstracts, lists, styles)
            if abstract is not None:
                self._add(list_id, element, abstract)

    def level_of_style(self, list_id: str, style_id: str) -> int | None:
        """Give the level that a list links to a paragraph style, if it links one."""
        return self._linked.get((list_id, style_id))

    def _add(self, list_id: str, element: etree._Element, abstract: etree._Element) -> None:
        levels: dict[int, Level] = {}
        starts: dict[int, int] = {}
        for one in abstract.iterchildren(f"{W}lvl"):
            self._level(list_id, one, levels)
        for override in element.iterchildren(f"{W}lvlOverride"):
            index = whole(override.get(f"{W}ilvl")) or 0
            own = override.find(f"{W}lvl")
            if own is not None:
                self._level(list_id, own, levels, index)
            start = override.find(f"{W}startOverride")
            value = None if start is None else whole(start.get(VAL))
            if value is not None:
                starts[index] = value
        self.definitions[list_id] = ListDefinition(abstract.get(f"{W}abstractNumId", ""), levels, starts)

    def _level(
        self, list_id: str, element: etree._Element, levels: dict[int, Level], index: int | None = None
    ) -> None:
        if index is None:
            index = whole(element.get(f"{W}ilvl")) or 0
        levels[index] = _level(element)
        style = element.find(f"{W}pStyle")
        if style is not None:
            self._linked.setdefault((list_id, style.get(VAL, "")), index)


def _abstract(
    element: etree._Element,
    abstracts: dict[str, etree._Element],
    lists: dict[str, etree._Element],
    styles: Styles,
) -> etree._Element | None:
    abstract = None
    for _ in range(8):  # a chain of linked numbering styles; longer ones go in circles
        found = element.find(f"{W}abstractNumId")
        abstract = None if found is None else abstracts.get(found.get(VAL, ""))
        link = None if abstract is None else abstract.find(f"{W}numStyleLink")
        if link is None or abstract is None or abstract.find(f"{W}lvl") is not None:
            return abstract
        following = lists.get(styles.list_of(link.get(VAL, "")) or "")
        if following is None or following is element:
            owner = _style_owner(link.get(VAL, ""), abstracts)
            return abstract if owner is None else owner
        element = following
    return abstract


def _style_owner(style: str, abstracts: dict[str, etree._Element]) -> etree._Element | None:
    for one in abstracts.values():
        link = one.find(f"{W}styleLink")
        if link is not None and link.get(VAL) == style:
            return one
    return None


def _level(element: etree._Element) -> Level:
    def value(name: str) -> str | None:
        found = element.find(f"{W}{name}")
        return None if found is None else found.get(VAL, "")

    number_format = value("numFmt")
    if number_format is None:
        custom = element.find(f"{{*}}AlternateContent//{W}numFmt")
        number_format = "decimal" if custom is None else custom.get(VAL, "decimal")
    if number_format == "custom":
        number_format = _custom(element)
    fonts = element.find(f"{RPR}/{W}rFonts")
    font = "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""
    properties = element.find(PPR)
    text = value("lvlText") or ""
    legal = value("isLgl")
    level = Level(
        start=_or(whole(value("start")), 0 if value("start") is None else 1),
        number_format=number_format,
        text=text,
        restart_after=whole(value("lvlRestart")),
        legal=legal is not None and legal not in {"0", "false", "off"},
        indent=None if properties is None else left_indent(properties),
    )
    if number_format == "bullet":
        return replace(level, bullet=bullet(text, font))
    return level


def _custom(element: etree._Element) -> str:
    pattern = next((one.get(f"{W}format", "") for one in element.iter(f"{W}numFmt")), "")
    return "decimalZero" if pattern.startswith("0") else "decimal"


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
