"""Asking an application without a network in between, and the processor time that it takes.

On PostgreSQL the server's own processor time is counted with it.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

#: The PostgreSQL server that is measured, by its process id; 0 for none.
POSTMASTER = 0


def watch(engine: Engine) -> None:
    """Count the processor time of the server behind an engine from now on; SQLite has none."""
    global POSTMASTER  # noqa: PLW0603 (one server is measured at a time)
    POSTMASTER = 0
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
        POSTMASTER = int(Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[1])


def server_cpu() -> float:
    """Seconds of processor time that the watched server's processes have used so far."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat") if POSTMASTER else ():
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == POSTMASTER:
                # In nanoseconds; the times in `stat` itself are counted in hundredths of a second.
                total += int((stat.parent / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    app: Any,
    path: str,
    *,
    cookie: str = "",
    body: bytes | None = None,
    into: Callable[[bytes], Any] | None = None,
) -> Answer:
    """One request, straight into the application; `into` takes the body's parts instead of keeping them."""
    target, _, query = path.partition("?")
    headers = [(b"host", b"bench"), (b"accept", b"text/html")]
    if cookie:
        headers.append((b"cookie", cookie.encode()))
    if body is not None:
        headers += [
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(body)).encode()),
            (b"sec-fetch-site", b"same-origin"),
        ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "path": target,
        "raw_path": target.encode(), "query_string": query.encode(), "root_path": "", "headers": headers,
        "method": "POST" if body is not None else "GET", "client": ("127.0.0.1", 1), "server": ("bench", 80),
        "state": {},
    }  # fmt: skip
    parts: list[bytes] = []
    keep = into or parts.append
    got: dict[str, Any] = {}
    waiting = asyncio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await waiting.wait()
        asked = True
        return {"type": "http.request", "body": body or b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            got["status"] = message["status"]
            got["headers"] = {key.decode().lower(): value.decode() for key, value in message["headers"]}
        elif message["type"] == "http.response.body":
            keep(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(got["status"], got["headers"], b"".join(parts))


async def costs(
    *make_requests: Callable[[], Any], batches: int = 7, each: int = 12, warm: int = 8
) -> list[float]:
    """Milliseconds of processor time for one request of each kind.

    They are measured by turns, for a machine has its moods, and each is the first one's median times what it
    cost beside the first in the same turn: so two of them can be compared whatever else the machine does.
    """
    found: list[list[float]] = [[] for _ in make_requests]
    for make_request in make_requests:
        for _ in range(warm):
            await make_request()
    for _ in range(batches):
        for times, make_request in zip(found, make_requests, strict=True):
            server, own = server_cpu(), time.process_time()
            for _ in range(each):
                await make_request()
            times.append((time.process_time() - own + server_cpu() - server) / each * 1000)
    first = statistics.median(found[0])
    beside = [[one / other for one, other in zip(times, found[0], strict=True)] for times in found]
    return [first * statistics.median(ratios) for ratios in beside]


@contextmanager
def counting(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that an engine runs meanwhile, each with its values as the driver gets them."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
