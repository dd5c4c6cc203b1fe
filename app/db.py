"""The database: engine, naming convention, column types, and one session a request.

SQLite by the recipe that loses nothing (docs/decisions/sqlite.md): the driver starts no
transactions of its own; a writer takes its lock when it begins, a reader never waits.
"""

import enum
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Engine, Enum, create_engine, event
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from app.config import settings

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(members: type[enum.Enum], name: str = "") -> Enum:
    """The column type of an enum: its values as text, held to them by a CHECK.

    `name` is the check's, for a table's second column of the same enum.
    """
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or members.__name__.lower(),
        values_callable=lambda found: [member.value for member in found],
    )


#: The column type of a list or a mapping.
Json = JSON(none_as_null=True)


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for `url`, a SQLAlchemy database address; SQLite's folder is made if it is missing.

    Twice `pool_size` connections at most: a request may need a second one for a moment (web/turns.py).
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            address, pool_size=pool_size, max_overflow=pool_size, connect_args={"timeout": 30}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@cache
def engine() -> Engine:
    """The engine of this process."""
    return make_engine(settings().database_url, pool_size=settings().pool_size)
