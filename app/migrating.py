"""Bringing a database to the tables of this version, and asking whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

ROOT = Path(__file__).resolve().parent.parent


def config(engine: Engine) -> Config:
    """Alembic's configuration, bound to `engine`."""
    found = Config(str(ROOT / "alembic.ini"))
    found.set_main_option("script_location", str(ROOT / "migrations"))
    found.attributes["connection"] = engine
    return found


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision."""
    command.upgrade(config(engine), "head")


def is_migrated(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.connect() as connection:
        stands = MigrationContext.configure(connection).get_current_revision()
    return stands == ScriptDirectory.from_config(config(engine)).get_current_head()
