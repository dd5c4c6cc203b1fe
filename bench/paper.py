"""The matrix on paper: seconds and peak memory of Word files and PDFs of 1,000 and of 10,000 rows.

    python -m bench.paper [--rows 10000]

Each file is made in a process of its own. Its peak is that of the process and of those it starts, which set a
PDF's pages part by part; bounded means that ten times the rows do not take ten times the memory.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.comments.reading import CommentView
from app.comments.rules import Attribution, CommentType, Priority, Scope, Status
from app.comments.stances import NOTHING
from app.documents.matrix_layouts import Layout, matrix_blocks
from app.documents.matrix_table import Frame
from app.documents.pdf.document import Document, Paper
from app.documents.pdf.writing import write_pdf
from app.documents.word.blocks import write_docx
from app.matrix.reading import Head, Row
from app.people.rules import Constituency, Region

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIDES = list(Constituency)


def rows(count: int) -> Iterator[Row]:
    """Rows such as a round has: a few sentences each, half of them with a proposal, fifty to a clause."""
    for n in range(count):
        base = (
            f"Employers with fifty or more workers shall set up grievance mechanism {n} within twelve months."
        )
        comment = CommentView(
            id=n, client_uuid="", ref=f"R2-{n + 1:04d}", status=Status.SUBMITTED, scope=Scope.PASSAGE,
            clause_id=n // 50 + 1, section_id=1, position=n // 50, wid="w", eid="e", label="", field=None,
            exact="fifty or more workers", start=15, end=36, constituency=SIDES[n % 5],
            organisation=f"Organisation {n % 300}", person=None, region=Region.NATIONAL, capacity="organisation",
            channel="web", attribution=Attribution.ORGANISATION, type=CommentType.SUBSTANTIVE,
            priority=Priority.MAJOR, ground="", language="en",
            text=f"Two thirds of the cases our members bring, in year {n}, come from workplaces below fifty. " * 3,
            base=base, proposed=base.replace("fifty", "twenty") if n % 2 else None,
            proposed_verb="REPLACE" if n % 2 else None, rationale="", standard="", submitted_at=NOW, saved_at=NOW,
            late=False, own=False, version=1,
        )  # fmt: skip
        head = Head(
            clause_id=n // 50 + 1, eid="e", section_eid="s", label=f"2.{n // 50}", heading="Mechanisms"
        )
        yield Row(comment, head, (), NOTHING)


def one(kind: str, layout: Layout, count: int) -> dict[str, float]:
    """Make one file: seconds, and megabytes at the peak of this process and of the largest that it started."""
    frame = Frame("Round 2", "Draft 1", UTC, str)
    document = Document(
        title="Comment matrix",
        language="en",
        blocks=matrix_blocks(rows(count), frame, [], layout),
        made=NOW,
        paper=Paper(landscape=layout is not Layout.GROUPED),
    )
    before = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        if kind == "pdf":
            write_pdf(document, file)
        else:
            write_docx(document, file)
        size = file.tell()
    return {
        "seconds": time.perf_counter() - before,
        "own": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "started": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "size": size / 1024,
    }


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--rows", type=int, default=10_000)
    read.add_argument("--one", nargs=3, metavar=("KIND", "LAYOUT", "ROWS"))
    asked = read.parse_args()
    if asked.one:
        kind, layout, count = asked.one
        print(json.dumps(one(kind, Layout(layout), int(count))))
        return
    for kind in ("docx", "pdf"):
        for layout in Layout:
            found = []
            for count in (asked.rows // 10, asked.rows):
                done = subprocess.run(
                    [sys.executable, "-m", "bench.paper", "--one", kind, layout, str(count)],
                    check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent,
                )  # fmt: skip
                made = json.loads(done.stdout.splitlines()[-1])
                found.append(max(made["own"], made["started"]))
                print(
                    f"  {kind} {layout:<8}{count:>7,} rows: {made['seconds']:6.1f} s, {made['own']:5.0f} MB here,"
                    f" {made['started']:5.0f} MB in what it started, {made['size']:7,.0f} KB",
                    flush=True,
                )
            print(
                f"  {kind} {layout:<8}peak, ten times the rows: {found[1] / found[0]:.2f} times", flush=True
            )


if __name__ == "__main__":
    main()
