"""`make bench`: what pages, submissions and exports cost, as ratios beside the bars they are to meet.

    python -m bench.run [--small 1000] [--large 100000] [--only sqlite|postgresql] [--keep FOLDER]

All in one run, on both databases, processor time only: what else the machine does then matters little.
`--keep` leaves the databases in a folder, and uses them again when they are there.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session, delete

from app.config import Settings
from app.db import make_engine
from app.main import create_app
from app.migrating import migrate
from app.people.models import SignedIn
from app.people.tokens import hashed
from bench import export, pages, submission
from bench.data import Made, make
from bench.measure import watch

SECRETARIAT, WRITER = "runding=secretariat", "runding=writer"


def line(what: str, database: str, value: float, bar: float | None, unit: str = "") -> None:
    verdict = "" if bar is None else ("within" if value <= bar else "MISSES")
    held = "" if bar is None else f"bar {bar:g}"
    print(f"  {what:<58}{database:<12}{value:>9.2f}{unit:<4}{held:<10}{verdict}", flush=True)


def filled(address: str, comments: int, *, made: bool) -> tuple[Engine, Made]:
    """A migrated database with a round of so many comments, and two people signed in."""
    engine = make_engine(address)
    if made:
        found = Made(1, "bench", "s_1", secretariat=1, writer=2, wid="w1")
    else:
        began = time.perf_counter()
        migrate(engine)
        found = make(engine, comments)
        print(f"  made {comments:,} comments in {time.perf_counter() - began:.0f} s", flush=True)
    now = datetime.now(UTC)
    with Session(engine) as session:
        session.execute(delete(SignedIn))
        for person, token in ((found.secretariat, "secretariat"), (found.writer, "writer")):
            session.add(
                SignedIn(person_id=person, token_hash=hashed(token), device="", created_at=now, seen_at=now,
                         expires_at=now + timedelta(days=1))
            )  # fmt: skip
        session.commit()
    return engine, found


@contextmanager
def addresses(kind: str, folder: Path, sizes: list[int]) -> Iterator[list[tuple[str, bool]]]:
    """A database address for each size, and whether it is filled already."""
    if kind == "sqlite":
        paths = [folder / f"{size}.db" for size in sizes]
        yield [(f"sqlite:///{path}", path.exists()) for path in paths]
        return
    import psycopg

    from tests.databases import start_postgresql

    server = start_postgresql(folder / "postgresql")
    found = []
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        there = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
        for size in sizes:
            if f"bench{size}" not in there:
                admin.execute(f"CREATE DATABASE bench{size}")
            url = make_url(server.get_uri()).set(drivername="postgresql", database=f"bench{size}")
            found.append((url.render_as_string(hide_password=False), f"bench{size}" in there))
    yield found
    server.cleanup()


async def compare(kind: str, small: tuple[Any, Engine, Made], large: tuple[Any, Engine, Made]) -> None:
    """Pages and submission at both sizes."""
    for what, measure, cookie in (
        ("matrix, 50 rows", pages.matrix, SECRETARIAT),
        ("reading, a section with 200 comments", pages.reading, WRITER),
    ):
        less = await measure(*small, cookie)
        more = await measure(*large, cookie)
        print(
            f"  {what}: {less.ms:.1f} ms and {more.ms:.1f} ms, {less.queries} and {more.queries} statements,"
            f" {more.size / 1024:.0f} KB; bare {less.bare:.1f} and {more.bare:.1f} ms,"
            f" prefabricated {less.least:.1f} and {more.least:.1f} ms"
        )
        line(f"{what}: large round / small round", kind, more.ms / less.ms, 1.3)
        line(f"{what}: / bare page, small round", kind, less.ms / less.bare, 3)
        line(f"{what}: / bare page, large round", kind, more.ms / more.bare, 3)
    for size, where in (("small", small), ("large", large)):
        app, engine, made = where
        sent = await submission.measured(app, engine, app.state.settings, made, WRITER)
        print(
            f"  submission: {sent.ms:.1f} ms, {sent.queries} statements; bare insert request {sent.bare:.1f} ms,"
            f" the driver's {sent.driver:.1f} ms; its receipt, by the clock, {sent.receipt:.1f} ms alone,"
            f" {sent.of_fifty:.1f} ms each of fifty"
        )
        line(f"submission: / bare insert request, {size} round", kind, sent.ms / sent.bare, 2)
        for what, receipt in (("alone", sent.receipt), ("one of fifty", sent.of_fifty)):
            line(f"  with its receipt by the clock, {what}", kind, (sent.ms + receipt) / sent.bare, None)


def exported(kind: str, small: str, large: str) -> None:
    """The workbook of the large round, its time beside the bare writer's and its memory beside the small one's."""
    less, more = export.alone("whole", small, SECRETARIAT), export.alone("whole", large, SECRETARIAT)
    writer = export.alone("bare", large)
    print(
        f"  XLSX of {writer['rows']:,.0f} rows: {more['seconds']:.1f} s, {more['size'] / 1e6:.1f} MB;"
        f" bare writer {writer['seconds']:.1f} s; peak memory {less['megabytes']:.0f} and"
        f" {more['megabytes']:.0f} MB"
    )
    line("XLSX: / bare writer given the same rows", kind, more["seconds"] / writer["seconds"], 1.5)
    line("XLSX: peak memory, large round / small round", kind, more["megabytes"] / less["megabytes"], 1.3)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for kind in [asked.only] if asked.only else ["sqlite", "postgresql"]:
            print(f"{kind}: rounds of {asked.small:,} and {asked.large:,} comments")
            with addresses(kind, folder, [asked.small, asked.large]) as found:
                places = []
                for (address, made), size in zip(found, (asked.small, asked.large), strict=True):
                    engine, what = filled(address, size, made=made)
                    app = create_app(
                        engine, Settings(base_url="http://bench", secret_key="bench", mail_folder=folder)
                    )
                    places.append((app, engine, what))
                watch(places[0][1])
                exported(kind, found[0][0], found[1][0])
                asyncio.run(compare(kind, places[0], places[1]))
                for _, engine, _ in places:
                    engine.dispose()


if __name__ == "__main__":
    main()
