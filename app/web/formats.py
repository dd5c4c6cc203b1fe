"""The same list as a file: the suffix is the format, the query string and the policy are the page's."""

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse

from app.documents.tables import Table, as_csv, as_json
from app.documents.workbook import as_xlsx
from app.errors import NotFound
from app.web.language import in_language, language_of
from app.words import N_

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "jsonld": 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
    "akn.xml": "application/akn+xml",
}

MARKING = N_("Marking")
ABOUT = N_("About")

IN_MEMORY = 1024 * 1024
CHUNK = 256 * 1024


def answer(request: Request, table: Table, suffix: str, filename: str) -> StreamingResponse:
    """`table` as the file that `suffix` names, or 404; titles and labels in the asker's language."""
    return download(writer(table, suffix, language_of(request)), suffix, filename)


def writer(table: Table, suffix: str, language: str) -> Callable[[IO[bytes]], None]:
    """What writes `table` in the format of `suffix`; for programs, JSON keeps its labels in English."""

    def said(words: str) -> str:
        return in_language(language, words, {})

    about = [(MARKING, table.marking), *table.about] if table.marking else list(table.about)
    shown = replace(
        table,
        title=said(table.title),
        columns=[replace(column, title=said(column.title)) for column in table.columns],
        about=about if suffix == "json" else [(said(label), value) for label, value in about],
    )
    writers: dict[str, Callable[[IO[bytes]], None]] = {
        "csv": lambda file: file.writelines(as_csv(shown)),
        "json": lambda file: file.writelines(as_json(shown)),
        "xlsx": lambda file: as_xlsx(shown, file, about=said(ABOUT)),
    }
    if suffix not in writers:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    return writers[suffix]


def download(write: Callable[[IO[bytes]], None], suffix: str, filename: str) -> StreamingResponse:
    """A file that `write` makes, sent from the disk.

    It is whole before the first byte leaves: a slow network holds no database connection, and what
    goes wrong half-way is an error page, never half a file.
    """
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed when it has been sent)
    try:
        write(made)
        size = made.tell()
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return StreamingResponse(
        _sent(made),
        media_type=CONTENT_TYPES[suffix],
        headers={"Content-Length": str(size), "Content-Disposition": disposition(f"{filename}.{suffix}")},
    )


def _sent(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while part := made.read(CHUNK):
            yield part


def disposition(name: str) -> str:
    """A Content-Disposition that saves as `name`: ASCII for old clients, the true name for others (RFC 6266)."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+', " ", name)
    name = re.sub(r"\s+", "-", name.strip(" .")) or "runding"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-") or "runding"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
