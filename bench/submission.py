"""Sending a comment, beside a request that does nothing but insert one; and its receipt, which the clock writes."""

import statistics
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine, delete, func, select, update
from sqlmodel import Session, col

from app.comments.models import Comment
from app.config import Settings
from app.home.clock import Clock
from app.mail.models import OutgoingMail
from bench import bare
from bench.data import Made
from bench.measure import ask, costs, counting, server_cpu

SAID = "The agency decides, and says so within ten working days. Pekerja diberitahu secara bertulis."


@dataclass(frozen=True, slots=True)
class Submission:
    """Milliseconds of processor time: of the request; of the receipt that the clock writes after it, for one
    comment alone, and for each of fifty people who have sent one; of a bare insert request, and of one by the
    driver alone. And the request's number of statements."""

    ms: float
    receipt: float
    of_fifty: float
    bare: float
    driver: float
    queries: int


def form(made: Made) -> bytes:
    return urlencode(
        {
            "client_uuid": str(uuid.uuid4()), "wid": made.wid, "text": SAID, "type": "substantive",
            "priority": "major", "attribution": "organisation", "do": "send",
        }
    ).encode()  # fmt: skip


async def measured(app: Any, engine: Engine, settings: Settings, made: Made, cookie: str) -> Submission:
    """What it costs to send a comment."""
    address = f"/rounds/{made.round_id}/comments"
    answer = await ask(app, address, cookie=cookie, body=form(made))
    if answer.status != 303:
        raise RuntimeError(f"a submission answered {answer.status}: {answer.body[:300]!r}")
    with counting(engine) as statements:
        await ask(app, address, cookie=cookie, body=form(made))
    with Session(engine) as session:
        table: Any = Comment
        row = dict(
            session.execute(select(table.__table__).order_by(col(Comment.id).desc()).limit(1))
            .mappings()
            .one()
        )
    # What a bare insert writes owes nobody a receipt.
    row["receipt_due"] = False
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

    ms, bare_ms, driver_ms = await costs(
        lambda: ask(app, address, cookie=cookie, body=form(made)),
        lambda: insert(bare_),
        lambda: insert(plain),
        batches=25,
    )
    await ask(app, address, cookie=cookie, body=form(made))
    alone, of_fifty = receipts(Clock(engine, settings), engine)
    return Submission(ms, alone, of_fifty, bare_ms, driver_ms, len(statements))


def receipts(clock: Clock, engine: Engine) -> tuple[float, float]:
    """Milliseconds that the clock needs for a receipt: for one comment alone, for each of fifty people's."""
    clock.write_receipts(datetime.now(UTC))
    comments: Any = Comment
    some = select(func.max(col(Comment.id))).group_by(col(Comment.person_id)).limit(50)
    found: dict[int, list[float]] = {1: [], 50: []}
    for n in [1, 50] * 15:
        with Session(engine) as session:
            due = update(comments).where(col(Comment.id).in_(some.limit(n))).values(receipt_due=True)
            session.execute(due, execution_options={"synchronize_session": False})
            # Each gets a letter anew, as if it had just been sent.
            session.execute(delete(OutgoingMail))
            session.commit()
        server, own = server_cpu(), time.process_time()
        if clock.write_receipts(datetime.now(UTC)) != n:
            raise RuntimeError("the clock did not write the receipts that are due")
        found[n].append((time.process_time() - own + server_cpu() - server) / n * 1000)
    return statistics.median(found[1]), statistics.median(found[50])
