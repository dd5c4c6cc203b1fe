"""A real server on a real port, and pages that listen to its live streams."""

import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx2
import uvicorn
from sqlalchemy import Engine
from sqlmodel import Session

from app.main import create_app
from app.people.models import SignedIn
from app.people.tokens import hashed, new_secret
from tests.web.browsing import SETTINGS


@contextmanager
def process(engine: Engine) -> Iterator[str]:
    """The application as a process of its own would run it, as long as the block lasts; gives its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = create_app(engine, SETTINGS)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        app.state.live.stop()  # as a signal does, where the server has the process's main thread
        server.should_exit = True
        thread.join(10)
        listening.close()
        assert not thread.is_alive(), "the server did not stop"


def session_of(engine: Engine, person_id: int) -> tuple[int, str]:
    """Sign a person in; gives the session's id, and its token."""
    token, now = new_secret(), datetime.now(UTC)
    with Session(engine) as session:
        made = SignedIn(
            person_id=person_id,
            token_hash=hashed(token),
            device="",
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=1),
        )
        session.add(made)
        session.commit()
        return made.id or 0, token


@dataclass
class Told:
    """One event of a stream."""

    id: int
    event: str
    data: Any


class Listener:
    """A page that listens: `next` gives what it is told, `nothing` that it is told nothing."""

    def __init__(self, address: str, path: str, token: str, last: int | None = None) -> None:
        self.heard: queue.Queue[Told | None] = queue.Queue()
        headers = {"cookie": f"runding={token}"} | ({"last-event-id": str(last)} if last is not None else {})
        self.client = httpx2.Client(base_url=address, headers=headers, timeout=httpx2.Timeout(5, read=30))
        self.stream = self.client.stream("GET", path)
        self.response = self.stream.__enter__()
        assert self.response.status_code == 200, self.response.read()
        self.lines = self.response.iter_lines()
        assert next(self.lines).startswith("retry:")
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        part: dict[str, str] = {}
        try:
            for line in self.lines:
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    part[name] = value
                elif part:
                    event = part.get("event", "")
                    self.heard.put(Told(int(part.get("id", 0)), event, json.loads(part["data"])))
                    part = {}
        except httpx2.HTTPError:
            pass
        self.heard.put(None)

    def next(self) -> Told:
        """What it is told next, within a few seconds."""
        told = self.heard.get(timeout=5)
        assert told is not None, "the stream has ended"
        return told

    def nothing(self) -> bool:
        """Whether it was told nothing until now."""
        return self.heard.empty()

    def has_ended(self) -> bool:
        """Whether the stream ends within a few seconds, with nothing more to tell."""
        return self.heard.get(timeout=5) is None

    def leave(self) -> None:
        self.response.close()
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
