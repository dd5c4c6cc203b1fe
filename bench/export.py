"""The whole matrix as a workbook, beside the bare writer library given the same rows.

`python -m bench.export DATABASE` is run by itself for each measure, so that its peak memory is its own.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlmodel import Session

from app.config import Settings
from app.db import make_engine
from app.documents.matrix_table import Frame, cells
from app.main import create_app
from app.matrix.queries import everything
from app.matrix.reading import every_row
from app.matrix.rules import ALL, COLUMNS
from app.people.rules import Role, Viewer
from app.rounds.models import Round
from bench.measure import ask, server_cpu, watch


def whole(address: str, cookie: str) -> dict[str, float]:
    """A request for the workbook: processor seconds, peak memory in megabytes, and its size."""
    engine = make_engine(address)
    watch(engine)
    app = create_app(engine, Settings(base_url="http://bench", secret_key="bench"))
    size = 0

    def count(part: bytes) -> None:
        nonlocal size
        size += len(part)

    before, server = time.process_time(), server_cpu()
    answer = asyncio.run(ask(app, "/rounds/1/matrix.xlsx", cookie=cookie, into=count))
    took = time.process_time() - before + server_cpu() - server
    if answer.status != 200:
        raise RuntimeError(f"the workbook answered {answer.status}")
    return {
        "seconds": took,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size": size,
    }


def bare(address: str) -> dict[str, float]:
    """XlsxWriter in constant memory, given the same rows from a list: processor seconds of the writing alone."""
    viewer = Viewer(1, 1, 1, Role.SECRETARIAT, None, None)
    with Session(make_engine(address)) as session:
        round_ = session.get_one(Round, 1)
        frame = Frame("Round 2", "Draft 1", ZoneInfo("Asia/Kuala_Lumpur"), str)
        rows: list[list[Any]] = list(
            cells(every_row(session, viewer, round_, everything(session, viewer, round_, ALL)), frame)
        )
    before = time.process_time()
    book = xlsxwriter.Workbook("/dev/null", {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [column.title for column in COLUMNS])
    for n, row in enumerate(rows, 1):
        for m, value in enumerate(row):
            if isinstance(value, (int, float)):
                sheet.write_number(n, m, value)
            elif value is not None:
                sheet.write_string(n, m, str(value))
    book.close()
    return {"seconds": time.process_time() - before, "rows": len(rows)}


def alone(*arguments: str) -> dict[str, float]:
    """One measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.export", *arguments],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(whole(*sys.argv[2:]) if sys.argv[1] == "whole" else bare(*sys.argv[2:])))
