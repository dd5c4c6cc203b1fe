"""Makes a PDF of a document, a part at a time, each in a process of its own, so that memory stays bounded.

Typst sets the pages; it takes more memory with each, so a long document is cut between blocks or rows, and the
parts are bound together again with their tags and bookmarks (`binding.py`).
"""

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any

import pikepdf

from app.documents.pdf.binding import MOST_TAGGED
from app.documents.pdf.data import as_data, cell_data, plain, weight_of
from app.documents.pdf.document import Block, Document, Heading, Paragraph, Table
from app.errors import Problem, TooMany
from app.words import N_

log = logging.getLogger(__name__)

HERE = Path(__file__).parent

#: A part holds about so many letters, a cell counting for some of its own: some 60 pages, 130 MB while they are set.
PART = 400_000
CELL = 12
#: What one part may take; it is refused rather than the machine's memory spent.
MEGABYTES = 1600
SECONDS = 120

#: One part at a time: two long documents at once would take twice the memory.
_PRESS = BoundedSemaphore()
#: So many documents may wait for it; each holds a thread, which pages need too.
WAITING = 6
_QUEUE = BoundedSemaphore(WAITING)

BUSY = N_("Other PDFs are being made just now. Try again in a minute.")
NOT_MADE = N_("The PDF could not be made. Take the Word file instead, and tell the secretariat.")


def write_pdf(document: Document, file: IO[bytes]) -> int:
    """Write `document` into `file` as a PDF, and give the number of its pages.

    Blocks, and the rows of tables, are read once as they come. A document of one part meets PDF/UA-1, a
    longer one is tagged too, up to `MOST_TAGGED` parts. Raises Problem when a part cannot be set within its
    time and memory, TooMany when others wait for theirs already.
    """
    if not _QUEUE.acquire(blocking=False):
        raise TooMany(BUSY)
    try:
        return _written(document, file)
    finally:
        _QUEUE.release()


def _written(document: Document, file: IO[bytes]) -> int:
    with tempfile.TemporaryDirectory(prefix="runding-pdf-") as name:
        folder = Path(name)
        shutil.copyfile(HERE / "page.typ", folder / "page.typ")
        parts: list[Path] = []
        pages = 0
        coming = _parts(document.blocks)
        blocks: list[dict[str, Any]] | None = next(coming, [])
        while blocks is not None:
            following = next(coming, None)
            whole = following is None and not parts
            tagged = len(parts) < MOST_TAGGED
            _set(document, blocks, folder, first=pages + 1, whole=whole, tagged=tagged)
            parts.append((folder / "part.pdf").rename(folder / f"part-{len(parts)}.pdf"))
            with pikepdf.open(parts[-1]) as made:
                pages += len(made.pages)
            blocks = following
        if len(parts) > 1:
            _run("binding.py", folder / "whole.pdf", *parts)
        with (folder / "whole.pdf" if len(parts) > 1 else parts[0]).open("rb") as finished:
            shutil.copyfileobj(finished, file)
    return pages


def _run(program: str, *arguments: object) -> None:
    command = [sys.executable, "-I", str(HERE / program), *map(str, arguments)]
    if not _PRESS.acquire(timeout=SECONDS):
        raise TooMany(BUSY)
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603 (own program)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as broken:
        log.exception("no PDF: %s", (broken.stderr or b"").decode(errors="replace")[-2000:])
        raise Problem(NOT_MADE) from broken
    finally:
        _PRESS.release()


def _set(
    document: Document,
    blocks: list[dict[str, Any]],
    folder: Path,
    *,
    first: int,
    whole: bool,
    tagged: bool,
) -> None:
    moment = zip(
        ("year", "month", "day", "hour", "minute", "second"), document.made.timetuple(), strict=False
    )
    part = {
        "title": plain(document.title),
        "language": document.language,
        "made": dict(moment),
        "marking": plain(document.marking),
        "head": plain(document.head),
        "foot": plain(document.foot),
        "page": document.page,
        "page_of": document.page_of,
        "landscape": document.paper.landscape,
        "notes": document.paper.notes,
        "first": first,
        "whole": whole,
        "blocks": blocks,
    }
    with (folder / "part.json").open("w", encoding="utf-8") as data:
        json.dump(part, data, ensure_ascii=False)
    _run("press.py", folder, HERE / "fonts", MEGABYTES, "ua-1" if whole else "tagged" if tagged else "plain")


def _parts(blocks: Iterable[Block]) -> Iterator[list[dict[str, Any]]]:
    """The document in stretches that are set one by one, as data."""
    held: list[dict[str, Any]] = []
    weight = 0
    for block in _in_steps(blocks):
        if isinstance(block, Table):
            for stretch, heavy, more in _stretches(block, weight):
                held.append(stretch)
                weight += heavy
                if more:
                    yield held
                    held, weight = [], 0
        else:
            held.append(as_data(block))
            weight += weight_of(block)
        if weight > PART:
            yield held
            held, weight = [], 0
    if held:
        yield held


def _in_steps(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings that never skip a level (PDF/UA-1 asks it); one without words is no heading."""
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            words = block.words if isinstance(block.words, str) else "".join(one.text for one in block.words)
            if not words.strip() and not block.number.strip():
                yield Paragraph(block.words)
                continue
            level = min(max(block.level, 1), level + 1)
            yield replace(block, level=level)
        else:
            yield block


def _stretches(table: Table, weight: int) -> Iterator[tuple[dict[str, Any], int, bool]]:
    """A table in pieces that fit, each with its weight and whether more of it comes.

    Rows that a cell joins stay together.
    """
    head = [cell_data(row) for row in table.head]
    shape = {"kind": "table", "widths": list(table.widths), "head": head, "small": table.small}
    rows: list[list[dict[str, Any]]] = []
    own = joined = 0
    for row in table.rows:
        if rows and not joined and weight + own > PART:
            yield {**shape, "rows": rows}, own, True
            rows, own, weight = [], 0, 0
        rows.append(cell_data(row))
        own += sum(CELL + sum(weight_of(inner) for inner in one.blocks) for one in row)
        joined = max([joined - 1, *(one.down - 1 for one in row)], default=0)
    yield {**shape, "rows": rows}, own, False
