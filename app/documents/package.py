"""Opens any Office Open XML file (docx, xlsx) without trusting it: every reader starts here."""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from lxml import etree

from app.errors import Invalid
from app.words import N_

#: Bounds that keep a reading under 300 MB and ten seconds; real drafts stay far below them.
MOST_ENTRIES = 5_000
MOST_UPLOADED = 100 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_IN_A_PART = 48 * 1024 * 1024
MOST_RATIO = 100
SMALL = 32 * 1024 * 1024
#: What libxml2 keeps for an element, an attribute and a text, in bytes, measured with lxml 6.
ELEMENT, ATTRIBUTE, TEXT = 130, 230, 140
MOST_TREE = 140 * 1024 * 1024

#: All that zipfile raises on a damaged archive; a name that is no UTF-8 is a ValueError.
UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError, struct.error)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRICT = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/",
        b"http://schemas.openxmlformats.org/drawingml/2006/",
    ),
)
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
ENCODING = re.compile(rb'^\s*<\?xml[^>]*?encoding\s*=\s*["\']([A-Za-z0-9._-]+)["\']')
SAFE_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252", b"utf-16"}

DAMAGED = N_("This file is damaged or incomplete. Open it in Word, save it again, and send that copy.")
ENCRYPTED = N_("This file is protected with a password. Remove the password and send it again.")
MACROS = N_(
    "This file holds macros. Save it as a document without macros (.docx or .xlsx) and send it again."
)
BOMB = N_("This file unpacks to far more than its size. It was refused.")
TOO_LARGE = N_("This file is too large to read. Remove pictures or split it, and send it again.")
ENTITIES = N_("This file defines or fetches outside content (entities). It was refused.")
TRICKS = N_("This file holds names that point outside of it or twice to the same place. It was refused.")


@dataclass(frozen=True, slots=True)
class Relationship:
    """A part's link to another: the last word of its type, and where it leads."""

    kind: str
    target: str
    external: bool


@dataclass(slots=True)
class Package:
    """An opened file: its part names, safe access to each, and the links between them."""

    archive: zipfile.ZipFile
    sizes: dict[str, int]
    defaults: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.sizes

    def content_type(self, name: str) -> str:
        """Say what a part declares to be."""
        extension = name.rpartition(".")[2].lower()
        return self.overrides.get(name.lower(), self.defaults.get(extension, ""))

    def read(self, name: str) -> bytes:
        """Give a part's bytes; Invalid when it is missing, damaged or larger than it may be."""
        if name not in self.sizes:
            raise Invalid(DAMAGED)
        if self.sizes[name] > MOST_IN_A_PART:
            raise Invalid(TOO_LARGE)
        try:
            return self.archive.read(name)
        except UNREADABLE as error:
            raise Invalid(DAMAGED) from error

    def xml(self, name: str) -> etree._Element:
        """Give a part's root element, strict namespaces turned into the usual ones."""
        return parse(self.read(name))

    def links(self, name: str = "") -> dict[str, Relationship]:
        """Give the relationships of a part (of the package where no name is given) by their ids."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self.sizes:
            return {}
        found: dict[str, Relationship] = {}
        for one in self.xml(rels).iter(f"{RELATIONSHIPS}Relationship"):
            external = one.get("TargetMode") == "External"
            target = one.get("Target", "")
            if not external:
                target = _resolve(folder, target)
            found[one.get("Id", "")] = Relationship(one.get("Type", "").rpartition("/")[2], target, external)
        return found

    def linked(self, name: str, kind: str) -> str | None:
        """Give the first part of a kind that a part links to, or None."""
        for link in self.links(name).values():
            if link.kind == kind and not link.external and link.target in self.sizes:
                return link.target
        return None

    def typed(self, ending: str) -> str | None:
        """Give the first part that declares a content type with this ending, or None."""
        return next((name for name in self.sizes if self.content_type(name).endswith(ending)), None)


def open_zip(data: bytes) -> Package:
    """Open a zip of parts, of any kind; Invalid when it is damaged, protected or hostile."""
    if data[:8] == OLE:
        raise Invalid(_what_ole_is(data))
    if len(data) > MOST_UPLOADED:
        raise Invalid(TOO_LARGE)
    if b"PK\x05\x06" not in data[-70_000:] or not data.startswith(b"PK"):
        raise Invalid(DAMAGED)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as error:
        raise Invalid(DAMAGED) from error
    entries = archive.infolist()
    _refuse_hostile(entries, len(data))
    return Package(archive, {one.filename: one.file_size for one in entries if not one.is_dir()})


def open_package(data: bytes) -> Package:
    """Open a file's bytes; Invalid with one sentence when it is damaged, protected, hostile, or has macros."""
    package = open_zip(data)
    if "[Content_Types].xml" not in package:
        raise Invalid(DAMAGED)
    for one in package.xml("[Content_Types].xml"):
        if one.tag == f"{TYPES}Default":
            package.defaults[one.get("Extension", "").lower()] = one.get("ContentType", "")
        elif one.tag == f"{TYPES}Override":
            package.overrides[one.get("PartName", "").lstrip("/").lower()] = one.get("ContentType", "")
    _refuse_macros(package)
    return package


def parse(data: bytes) -> etree._Element:
    """Parse one part: no entities, no document type, no network, and a tree that fits in memory."""
    data = guarded(data)
    closing = data.count(b"</")
    elements = data.count(b"<") - closing
    weight = len(data) + elements * ELEMENT + data.count(b'="') * ATTRIBUTE + closing * TEXT
    if weight > MOST_TREE:
        raise Invalid(TOO_LARGE)
    if b"purl.oclc.org" in data:
        for strict, usual in STRICT:
            data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(DAMAGED) from error
    if root is None:
        raise Invalid(DAMAGED)
    return root


def guarded(data: bytes) -> bytes:
    """Give a part's bytes in an encoding that is safe to parse; Invalid when it defines or fetches entities."""
    data = _as_utf8(data)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Invalid(ENTITIES)
    return data


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Invalid(DAMAGED) from error
        return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()
    declared = ENCODING.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in data[:64] or (declared and declared[1].lower() not in SAFE_ENCODINGS):
        raise Invalid(DAMAGED)
    return data


def _resolve(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    whole = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(whole).lstrip("/")


def _what_ole_is(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ENCRYPTED
    if "WordDocument".encode("utf-16-le") in data:
        return N_("This is a file of an older Word (.doc). Save it as .docx and send it again.")
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return N_("This is a file of an older Excel (.xls). Save it as .xlsx and send it again.")
    return N_("This is not a Word or Excel file of today (.docx, .xlsx). Save it as one and send it again.")


def _refuse_hostile(entries: list[zipfile.ZipInfo], uploaded: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Invalid(BOMB)
    seen: set[str] = set()
    total = 0
    for one in entries:
        if one.flag_bits & 0x1:
            raise Invalid(ENCRYPTED)
        name = one.orig_filename
        bad = "\\" in name or "\0" in name or name.startswith("/") or ":" in name[:3]
        if bad or ".." in name.split("/") or name.lower() in seen:
            raise Invalid(TRICKS)
        seen.add(name.lower())
        total += one.file_size
        if one.file_size > SMALL and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise Invalid(BOMB)
    if total > MOST_UNPACKED or (total > 2 * SMALL and total > MOST_RATIO * uploaded):
        raise Invalid(BOMB)


def _refuse_macros(package: Package) -> None:
    types = [*package.defaults.values(), *package.overrides.values()]
    names = (name.lower().rpartition("/")[2] for name in package.sizes)
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in types):
        raise Invalid(MACROS)
    if any(name.startswith("vbaproject") and name.endswith(".bin") for name in names):
        raise Invalid(MACROS)
