"""Opens a returned sheet by what it is, never by its name, and refuses what is none."""

from app.documents.package import OLE, open_package, open_zip
from app.documents.sheets.grid import Book
from app.documents.sheets.ods import read_ods
from app.documents.sheets.separated import NO_SHEET, read_separated
from app.documents.sheets.word import read_word
from app.documents.sheets.xlsx import read_xlsx
from app.errors import Invalid
from app.words import N_

WEB_PAGE = N_(
    "This is a web page or an XML file with the name of a sheet. Save it as .xlsx, .docx, .ods or CSV."
)


def open_sheet(data: bytes) -> Book:
    """Give the grids of an XLSX, DOCX, ODS or CSV file; Invalid says what is wrong with it."""
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start and not data.strip():
        raise Invalid(N_("This file is empty."))
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")):
        raise Invalid(WEB_PAGE)
    if start.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8")):
        raise Invalid(NO_SHEET)
    if not data.startswith((b"PK", OLE)):
        return read_separated(data)
    zipped = open_zip(data)
    if "mimetype" in zipped and zipped.sizes["mimetype"] < 200:
        kind = zipped.read("mimetype").decode("ascii", "replace")
        if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
            return read_ods(zipped)
        raise Invalid(NO_SHEET)
    package = open_package(data)
    main = package.linked("", "officeDocument") or ""
    kind = package.content_type(main)
    if "spreadsheetml" in kind or package.typed("sheet.main+xml"):
        return read_xlsx(package)
    if "wordprocessingml" in kind or package.typed("document.main+xml"):
        return read_word(data)
    raise Invalid(NO_SHEET)
