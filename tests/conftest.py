import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.databases import Postgresql, Sqlite, start_postgresql

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real drafts and sheets beside the project."""
    if not SHARED.exists():
        pytest.skip("the real drafts are not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Sqlite]:
    with tempfile.TemporaryDirectory(prefix="runding-sqlite-") as folder:
        yield Sqlite(Path(folder))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Postgresql(named)
        return
    # Not below pytest's own folder, whose oldest runs are swept away while this one may still be going.
    with tempfile.TemporaryDirectory(prefix="runding-pg-", ignore_cleanup_errors=True) as folder:
        server = start_postgresql(Path(folder))
        yield Postgresql(server.get_uri())
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty, migrated database of a test's own; every test that asks for it runs on both kinds."""
    server: Any = request.getfixturevalue(request.param)
    with server.database() as engine:
        yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session
