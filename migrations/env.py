"""Runs migrations on SQLite and PostgreSQL.

SQLite alters a table by copying it; with foreign keys on, that would delete the rows that point to it.
So they are off while migrating, and checked before it is done.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine

from app.db import engine
from app.models import metadata

#: What the second migration makes by hand in each database's own words.
BY_HAND = ("comment_search", "ix_comment_search")


def ours(_thing: Any, name: str | None, _kind: str, _reflected: bool, _compare_to: Any) -> bool:  # noqa: FBT001 (alembic's signature)
    return not (name or "").startswith(BY_HAND)


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    driver: Any = connection.connection.driver_connection
    if sqlite:  # the pragma is deaf inside a transaction, so it is said before one begins
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        include_object=ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")
    connection.commit()
    if sqlite:
        driver.execute("PRAGMA foreign_keys=ON")


bound: Connection | Engine | None = context.config.attributes.get("connection")
if isinstance(bound, Connection):
    migrate(bound)
else:
    with (bound or engine()).connect() as opened:
        migrate(opened)
