"""As many requests at once as the database takes; the others wait their turn, in the order they came.

A request keeps its connection while it waits for a thread, and would wait for ever where every thread waits for a
connection: eighty people who open a page in one second did that. A turn is not for who sends slowly, so what is
sent is read before it begins, and it ends where the answer begins, for then the connection is given back.
"""

import asyncio
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: So many bytes of what is sent are read before the turn; of a longer file, the turn begins after its end.
FORM = 1024 * 1024


class Turns:
    """Lets `at_once` requests through at a time, in each event loop; files of the pages do not count."""

    def __init__(self, app: ASGIApp, *, at_once: int) -> None:
        self.app = app
        self.at_once = at_once
        self.turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        names = {name for name, _ in scope["headers"]}
        read: list[Message] = []
        if b"content-length" in names or b"transfer-encoding" in names:
            read = await _begun(receive)
        if read and read[-1]["type"] == "http.disconnect":
            return
        turns = self.turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self.at_once))
        turn = Turn(turns)
        if not read or _is_last(read[-1]):
            await turn.begin()

        async def given() -> Message:
            message = read.pop(0) if read else await receive()
            if _is_last(message):
                await turn.begin()
            return message

        async def answer(message: Message) -> None:
            turn.end()
            await send(message)

        try:
            await self.app(scope, given, answer)
        finally:
            turn.end()


class Turn:
    """One request's turn; it has only one."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self.turns = turns
        self.state = "before"

    async def begin(self) -> None:
        if self.state == "before":
            await self.turns.acquire()
            self.state = "now"

    def end(self) -> None:
        if self.state == "now":
            self.turns.release()
        self.state = "after"


async def _begun(receive: Receive) -> list[Message]:
    """What is sent, to its end or so far that it is no form."""
    read: list[Message] = []
    size = 0
    while size <= FORM:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or _is_last(message):
            break
    return read


def _is_last(message: Message) -> bool:
    return message["type"] == "http.request" and not message.get("more_body", False)
