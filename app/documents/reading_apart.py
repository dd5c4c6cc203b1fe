"""A process that reads returned files one after another and can be lost without harm: `python -m` runs it.

It takes jobs on standard input and answers on standard output, each message a length (8 bytes, big end
first) and as many bytes; a job is one of JSON and then one of the file. Each reading may take so much
processor time, all of them so much memory; what goes over ends the process, and the file is refused.
"""

import dataclasses
import json
import os
import resource
import struct
import sys
from collections.abc import Mapping
from typing import IO, Any

from app.documents.docx.returned import ReturnedCopy, read_returned
from app.documents.drafts import ClauseText, DraftText, TablePlace
from app.documents.package import OLE, TOO_LARGE
from app.documents.sheets.opening import open_sheet
from app.documents.sheets.reading import NO_TITLES, read_sheet
from app.errors import Invalid

#: Processor seconds that one file may take, and bytes that the process may hold.
SECONDS = 8
BYTES = 300 * 1024 * 1024
#: Of the draft's clauses a returned copy holds at least this share; a Word file with fewer may be a sheet.
SHARE = 0.3
#: Lines of a sheet without known titles that are shown, for a person to say what its columns are.
SHOWN = 15


def main() -> None:
    """Answer jobs until the input ends."""
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    _limit(resource.RLIMIT_DATA, BYTES)
    while (head := _message(source)) is not None:
        data = _message(source) or b""
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + SECONDS)
        try:
            answer = read(json.loads(head), data)
        except MemoryError:
            answer = {"refused": {"sentence": TOO_LARGE, "values": {}}}
        packed = json.dumps(answer, ensure_ascii=True, default=str).encode()
        answers.write(struct.pack(">Q", len(packed)) + packed)
        answers.flush()
        if "refused" in answer:
            os._exit(0)  # a fresh process for the next file: whatever was left behind is gone


def _limit(what: int, most: int) -> None:
    """Bound a resource of this process, where the system knows it."""
    _, hard = resource.getrlimit(what)
    try:
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    except (ValueError, OSError):
        return


def _message(source: IO[bytes]) -> bytes | None:
    head = source.read(8)
    return source.read(struct.unpack(">Q", head)[0]) if len(head) == 8 else None


def read(job: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """Read a file as a job asks: `as` is word, sheet, or empty for what the file is."""
    clauses = [_clause(one) for one in job["clauses"]]
    try:
        if job["as"] == "sheet" or (job["as"] != "word" and not _is_word(job["name"])):
            return _sheet(data, clauses, job["mapping"])
        copy = read_returned(data, DraftText("", "", clauses), filename=job["name"])
        if job["as"] != "word" and _strange(copy, len(clauses)):
            try:
                return _sheet(data, clauses, job["mapping"])
            except Invalid:
                pass
        return {"kind": "word", "copy": dataclasses.asdict(copy)}
    except Invalid as refused:
        if refused.sentence == NO_TITLES and (rows := _first_lines(data)):
            return {"kind": "columns", "rows": rows}
        return {"refused": {"sentence": refused.sentence, "values": refused.values}}


def _is_word(name: str) -> bool:
    return name.lower().endswith((".docx", ".docm", ".dotx", ".doc"))


def _strange(copy: ReturnedCopy, clauses: int) -> bool:
    """Say whether so little of the draft stands in a file that it may be no copy of it."""
    missing = sum(1 for one in copy.untracked if one.clause is not None and not one.after and not one.field)
    return clauses > 0 and clauses - missing < SHARE * clauses


def _sheet(data: bytes, clauses: list[ClauseText], mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "sheet", "sheet": dataclasses.asdict(read_sheet(data, clauses, mapping=mapping))}


def _first_lines(data: bytes) -> list[list[str]]:
    """Give the first filled lines of a sheet's largest grid; none for a Word file, which is rather no sheet."""
    if data.startswith(OLE):
        return []
    grids = [one for one in open_sheet(data).grids if one.lines and not one.table]
    if not grids:
        return []
    grid = max(grids, key=lambda one: len(one.lines))
    width = min(max((max(line.cells, default=0) for line in grid.lines[:SHOWN]), default=0) + 1, 40)
    return [
        [line.cells[n].text[:200] if n in line.cells else "" for n in range(width)]
        for line in grid.lines[:SHOWN]
    ]


def _clause(given: Mapping[str, Any]) -> ClauseText:
    table = given.get("table")
    return ClauseText(
        wid=given["wid"],
        eid=given["eid"],
        number=given["number"],
        kind=given["kind"],
        level=given["level"],
        heading="",
        text=given["text"],
        parent=given["parent"],
        fields=given["fields"],
        table=None if table is None else TablePlace(table["table"], table["row"], table["col"]),
        label=given["label"],
    )


if __name__ == "__main__":
    main()
