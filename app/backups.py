"""Copying the database away while people work, and putting a copy in its place."""

import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from app.config import settings
from app.errors import Invalid


def backup(file: Path) -> None:
    """Write a consistent copy of the whole database to `file`, which must not be there yet.

    SQLite by its own online backup; PostgreSQL by `pg_dump` in its custom format.
    """
    if file.exists():
        raise Invalid("%(file)s is there already. Name a new file.", file=str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    url = make_url(settings().database_url)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(_sqlite_path(url)) as source, sqlite3.connect(file) as target:
            source.backup(target, pages=1000)
        return
    _run("pg_dump", "--format=custom", f"--file={file}", _libpq(url))


def restore(file: Path) -> Path | None:
    """Put the copy in `file` in the database's place; gives where the former SQLite database is kept."""
    if not file.exists():
        raise Invalid("There is no file %(file)s.", file=str(file))
    url = make_url(settings().database_url)
    if url.get_backend_name() != "sqlite":
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={_libpq(url)}",
            str(file),
        )
        return None
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as copy:
        try:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            ours = copy.execute(
                "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchone()[0]
        except sqlite3.DatabaseError:
            sound, ours = False, 0
    if not sound or not ours:
        raise Invalid("%(file)s is no sound backup of this software.", file=str(file))
    place = _sqlite_path(url)
    kept: Path | None = None
    if place.exists():
        kept = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        with sqlite3.connect(place) as current:  # what still stands in the log is written into the file first
            current.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        place.rename(kept)
        for left in ("-wal", "-shm"):
            place.with_name(place.name + left).unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, place)
    return kept


def _sqlite_path(url: URL) -> Path:
    return Path(url.database or "runding.db")


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Invalid(
            "%(program)s is not on this machine. Install PostgreSQL's client programs.", program=program
        )
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 (our own arguments)
    if done.returncode:
        raise Invalid(
            "%(program)s failed: %(why)s", program=program, why=done.stderr.strip().splitlines()[-1]
        )
