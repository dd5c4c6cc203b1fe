"""What is taken away of a round: seconds and peak memory of its files with 1,000 and with 10,000 comments.

    python -m bench.taking_away [--comments 10000]

Each file is made in a process of its own, from an embedded database filled for this run. Bounded means that
ten times the comments do not take ten times the memory.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from app.db import make_engine
from app.migrating import migrate
from app.people.rules import Role, Viewer
from app.plans.models import Plan
from app.rounds.models import Round
from app.web.exports import export
from bench.data import make

KINDS = ("draft-comments", "draft-changes", "jsonld", "draft-docx", "draft-pdf", "print", "akn")


def one(address: str, kind: str) -> dict[str, float]:
    """Make one file as the secretariat: seconds, and megabytes at the peak here and in what was started."""
    viewer = Viewer(1, 1, 1, Role.SECRETARIAT, None, None)
    before = time.perf_counter()
    with Session(make_engine(address)) as session, tempfile.TemporaryFile() as file:
        round_ = session.get_one(Round, 1)
        plan = session.get_one(Plan, round_.plan_id)
        write, _ = export(session, by=viewer, plan=plan, round_=round_, kind=kind, at=datetime.now(UTC))
        write(file)
        size = file.seek(0, 2)
    return {
        "seconds": time.perf_counter() - before,
        "own": peak(),
        "started": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "size": size / 1024,
    }


def peak() -> float:
    """The most memory this process had, in megabytes; getrusage would tell its parent's where that was more."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--comments", type=int, default=10_000)
    read.add_argument("--one", nargs=2, metavar=("DATABASE", "KIND"))
    asked = read.parse_args()
    if asked.one:
        print(json.dumps(one(*asked.one)))
        return
    with tempfile.TemporaryDirectory() as folder:
        sizes = (asked.comments // 10, asked.comments)
        for size in sizes:
            engine = make_engine(f"sqlite:///{folder}/{size}.db")
            migrate(engine)
            make(engine, size)
            engine.dispose()
        for kind in KINDS:
            peaks = []
            for size in sizes:
                done = subprocess.run(
                    [sys.executable, "-m", "bench.taking_away", "--one", f"sqlite:///{folder}/{size}.db", kind],
                    check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent,
                )  # fmt: skip
                made = json.loads(done.stdout.splitlines()[-1])
                peaks.append(max(made["own"], made["started"]))
                print(
                    f"  {kind:<15}{size:>7,} comments: {made['seconds']:5.1f} s, {made['own']:4.0f} MB here,"
                    f" {made['started']:4.0f} MB in what it started, {made['size']:7,.0f} KB",
                    flush=True,
                )
            print(f"  {kind:<15}peak, ten times the comments: {peaks[1] / peaks[0]:.2f} times", flush=True)


if __name__ == "__main__":
    main()
