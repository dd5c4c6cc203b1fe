"""Sending a comment, beside a request that does nothing but insert one."""

import uuid
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.config import Settings
from bench import bare
from bench.data import Made
from bench.measure import ask, cost, counting

SAID = "The agency decides, and says so within ten working days. Pekerja diberitahu secara bertulis."


def form(made: Made) -> bytes:
    return urlencode(
        {
            "client_uuid": str(uuid.uuid4()), "wid": made.wid, "text": SAID, "type": "substantive",
            "priority": "major", "attribution": "organisation", "do": "send",
        }
    ).encode()  # fmt: skip


async def measured(
    app: Any, engine: Engine, settings: Settings, made: Made, cookie: str
) -> tuple[float, float, float, int]:
    """Milliseconds of a submission, of a bare insert request, of the driver's; the submission's statements."""
    address = f"/rounds/{made.round_id}/comments"
    answer = await ask(app, address, cookie=cookie, body=form(made))
    if answer.status != 303:
        raise RuntimeError(f"a submission answered {answer.status}: {answer.body[:300]!r}")
    with counting(engine) as statements:
        await ask(app, address, cookie=cookie, body=form(made))
    ms = await cost(lambda _: ask(app, address, cookie=cookie, body=form(made)))
    with Session(engine) as session:
        table: Any = Comment
        row = (
            session.execute(select(table.__table__).order_by(col(Comment.id).desc()).limit(1))
            .mappings()
            .one()
        )
    ready = {
        name: value
        for name, value in row.items()
        if name not in {"id", "client_uuid", "text", "words", "person_id", "number"}
    }
    columns = {
        name: value for name, value in row.items() if name not in {"id", "client_uuid", "text", "words"}
    }
    columns = {name: getattr(value, "value", value) for name, value in columns.items()} | {"number": None}
    if engine.dialect.name == "sqlite":
        columns = {name: str(v) if hasattr(v, "isoformat") else v for name, v in columns.items()}
    plain = bare.taking(bare.Driver(engine), columns)

    bare_ = bare.inserting(engine, settings, ready)

    async def insert(into: Any) -> None:
        body = urlencode({"client_uuid": str(uuid.uuid4()), "text": SAID}).encode()
        answered = await ask(into, "/", cookie=cookie, body=body)
        if answered.status != 303:
            raise RuntimeError(f"the bare insert answered {answered.status}: {answered.body[:300]!r}")

    return ms, await cost(lambda _: insert(bare_)), await cost(lambda _: insert(plain)), len(statements)
