import threading
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.history import queries
from app.history.actions import record
from app.history.models import History
from app.migrating import config, is_migrated
from app.people.models import Person

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_migrations_make_the_tables_that_the_models_say(engine: Engine):
    assert is_migrated(engine)
    command.check(config(engine))


def test_migrations_can_be_taken_back_and_made_again(engine: Engine):
    command.downgrade(config(engine), "base")
    command.upgrade(config(engine), "head")
    assert is_migrated(engine)


def test_many_people_at_once_lose_no_update(engine: Engine):
    with Session(engine) as session:
        session.add(Person(id=1, email="a@example.example", name="0", created_at=NOW))
        session.commit()

    def count_up():
        for _ in range(10):
            with Session(engine) as session:
                row = session.get(Person, 1, with_for_update=True)
                assert row is not None
                row.name = str(int(row.name) + 1)
                session.commit()

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        row = session.get(Person, 1)
        assert row is not None
        assert row.name == "80"


def test_history_cannot_be_altered_or_deleted(session: Session):
    record(session, at=NOW, by=None, verb="made", subject="thing", subject_id=7, after={"a": 1})
    session.commit()
    for statement in ("UPDATE history SET verb = 'x'", "DELETE FROM history"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
    assert [row.verb for row in queries.of(session, "thing", 7)] == ["made"]


def test_a_row_put_into_history_by_hand_is_found(session: Session):
    for n in range(3):
        record(
            session, at=NOW, by=None, verb=f"v{n}", subject="thing", subject_id=7, after={"n": n, "é": "ü"}
        )
    session.commit()
    assert list(queries.broken_links(session)) == []
    session.add(
        History(at=NOW, subject="thing", subject_id=7, seq=4, verb="forged", digest="0" * 64, after={"n": 9})
    )
    session.commit()
    assert list(queries.broken_links(session)) == ["history of thing 7: row 4 was altered"]
