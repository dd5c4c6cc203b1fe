"""The comments in a Word file: who said what when, in which thread, and whether it is resolved."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from lxml import etree

from app.documents.docx import names as n
from app.documents.docx.names import W
from app.documents.docx.parts import Parts
from app.documents.docx.runs import RunReader
from app.documents.docx.styles import Styles
from app.text.typed_language import language

PARA_ID = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"


@dataclass(slots=True)
class WordComment:
    """A comment as the file holds it; `key` is the id its anchor in the text names."""

    key: str
    author: str
    initials: str
    date: str | None
    language: str
    text: str
    parent: str | None = None
    resolved: bool = False


def read_comments(parts: Parts, styles: Styles) -> list[WordComment]:
    """Give the comments of a file in the order of its comments part, whatever that part is called."""
    name = parts.package.linked(parts.main, "comments")
    if name is None:
        return []
    found: list[WordComment] = []
    para_ids: dict[str, WordComment] = {}
    for element in parts.package.xml(name).iter(f"{W}comment"):
        text = _text(element, styles)
        one = WordComment(
            key=element.get(n.ID, ""),
            author=element.get(n.AUTHOR, "").strip(),
            initials=element.get(f"{W}initials", ""),
            date=element.get(f"{W}date") or None,
            language=language(text),
            text=text,
        )
        found.append(one)
        for paragraph in element.iter(n.P):
            if paragraph.get(PARA_ID):
                para_ids[paragraph.get(PARA_ID, "").upper()] = one
    _thread(parts, para_ids)
    _resolve(found)
    _speak_as_usual(found)
    return found


def _speak_as_usual(comments: list[WordComment]) -> None:
    """Take a comment too short to tell its language for what its author writes otherwise."""
    usual: dict[str, Counter[str]] = defaultdict(Counter)
    for one in comments:
        if len(one.text.split()) > 3:
            usual[one.author][one.language] += 1
    for one in comments:
        if one.author in usual and usual[one.author]["ms"] > usual[one.author]["en"]:
            one.language = language(one.text, otherwise="ms")


def _text(element: etree._Element, styles: Styles) -> str:
    reader = RunReader("accepted", styles)
    lines = [reader.read(one, styles.default).text for one in element.iter(n.P)]
    return "\n".join(lines).strip()


def _thread(parts: Parts, para_ids: dict[str, WordComment]) -> None:
    """Take from the extended part whose reply a comment is, and whether it is done."""
    name = parts.package.linked(parts.main, "commentsExtended")
    if name is None:
        return
    for one in parts.package.xml(name).iter(f"{W15}commentEx"):
        comment = para_ids.get(one.get(f"{W15}paraId", "").upper())
        if comment is None:
            continue
        comment.resolved = one.get(f"{W15}done", "0") in {"1", "true", "on"}
        parent = para_ids.get(one.get(f"{W15}paraIdParent", "").upper())
        if parent is not None and parent is not comment:
            comment.parent = parent.key


def _resolve(comments: list[WordComment]) -> None:
    """A thread is resolved as a whole, by its first comment."""
    by_key = {one.key: one for one in comments}
    for one in comments:
        above, seen = one, {one.key}
        while above.parent in by_key and above.parent not in seen:
            seen.add(above.parent)
            above = by_key[above.parent]
        one.resolved = one.resolved or above.resolved
