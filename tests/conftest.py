import os
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
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgresql]:
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Postgresql(named)
        return
    server = start_postgresql(tmp_path_factory.mktemp("postgresql"))
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
