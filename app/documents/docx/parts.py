"""The parts of a Word file that a draft is read from, whatever their names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.documents.docx.names import VAL, W
from app.documents.package import Package, open_package
from app.errors import Invalid
from app.words import N_

WORD = "wordprocessingml"
DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(slots=True)
class Parts:
    """The body and what explains it: styles, numbering, notes, settings."""

    package: Package
    main: str
    body: etree._Element
    styles: etree._Element | None = None
    numbering: etree._Element | None = None
    settings: etree._Element | None = None
    notes: dict[str, etree._Element] = field(default_factory=dict)
    comments: int = 0

    @property
    def title(self) -> str:
        """The title in the file's properties."""
        name = self.package.linked("", "core-properties")
        if name is None:
            return ""
        found = self.package.xml(name).find(f"{DC}title")
        return "" if found is None else (found.text or "").strip()

    def related(self, link: str) -> etree._Element | None:
        """Give the root of the part that the body names by the id of a link (a diagram's words)."""
        found = self.package.links(self.main).get(link)
        if found is None or found.external or found.target not in self.package:
            return None
        return self.package.xml(found.target)

    def languages(self, default: str) -> tuple[str, str]:
        """Give the languages the file declares: for Latin letters, and for other scripts."""
        found = None if self.settings is None else self.settings.find(f"{W}themeFontLang")
        if found is None:
            return default, ""
        other = found.get(f"{W}bidi") or found.get(f"{W}eastAsia") or ""
        return default or found.get(VAL, ""), other

    def running_heads(self) -> Iterator[str]:
        """Give the words of the pages' heads and feet, each once."""
        seen: set[str] = set()
        for link in self.package.links(self.main).values():
            if link.kind not in {"header", "footer"} or link.target not in self.package:
                continue
            words = "".join(one.text or "" for one in self.package.xml(link.target).iter(f"{W}t")).strip()
            if words and words not in seen:
                seen.add(words)
                yield words


def open_document(data: bytes) -> Parts:
    """Open a Word file's bytes; Invalid with one sentence when it is anything else."""
    _refuse_others(data)
    package = open_package(data)
    main = package.linked("", "officeDocument") or package.typed("document.main+xml")
    if main is None:
        raise Invalid(N_("This is not a Word document (.docx). Save it as one and send it again."))
    kind = package.content_type(main)
    if "spreadsheetml" in kind:
        raise Invalid(N_("This is an Excel workbook. A draft is read from a Word document (.docx)."))
    if "presentationml" in kind:
        raise Invalid(N_("This is a PowerPoint file. A draft is read from a Word document (.docx)."))
    root = package.xml(main)
    body = root.find(f"{W}body")
    if body is None:
        raise Invalid(N_("This is not a Word document (.docx). Save it as one and send it again."))
    parts = Parts(package, main, body)

    def linked(kind: str) -> etree._Element | None:
        name = package.linked(main, kind)
        return None if name is None else package.xml(name)

    parts.styles, parts.numbering, parts.settings = linked("styles"), linked("numbering"), linked("settings")
    for kind in ("footnote", "endnote"):
        notes = linked(f"{kind}s")
        if notes is not None:
            parts.notes[kind] = notes
    comments = linked("comments")
    parts.comments = 0 if comments is None else sum(1 for _ in comments.iterchildren(f"{W}comment"))
    return parts


def _refuse_others(data: bytes) -> None:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data.strip():
        raise Invalid(N_("This file is empty."))
    if start.startswith(b"%pdf"):
        raise Invalid(N_("This is a PDF. A draft is read from a Word document (.docx)."))
    if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise Invalid(
            N_("This is a web page or an XML file with the name of a Word document. Save it as .docx.")
        )
    if start.startswith(b"{\\rtf"):
        raise Invalid(N_("This is a Rich Text file (.rtf). Save it as .docx and send it again."))
    if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise Invalid(N_("This is not a Word document (.docx). Save it as one and send it again."))
