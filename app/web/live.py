"""Streams of what happens in a round, to the pages that are open on it; each process tells its own.

A thread hears of what was committed, by whatever process on whatever machine: PostgreSQL says so (a trigger on
history, LISTEN), SQLite is asked twice a second. It reads history from where it was, asks for each reader what they
may know (matrix/news.py), and hands that to their streams. Nothing is asked while no page is open.
"""

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType

import psycopg
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.matrix import news
from app.people.models import Seat, SignedIn
from app.people.rules import Viewer
from app.rounds.models import Round

log = logging.getLogger(__name__)

#: What PostgreSQL calls when history has grown; the trigger of migrations says it.
CHANNEL = "runding_history"
#: Seconds between two looks where the database does not call, and the longest that stopping takes.
LOOKS_EVERY = 0.5
#: Seconds for which more is waited after something was told.
GATHERS = 0.2
#: Seconds between two looks at whose sessions and seats still live; what happens meanwhile asks as well.
CHECKS_EVERY = 15.0
#: Streams of one person in one process; who opens more loses the oldest.
AT_MOST = 4
#: What waits for a page that does not take it; one that lags further is closed, and asks again from where it was.
WAITING = 100
#: Changes are read in such parts.
PART = 1000
#: For so many seconds an id that is missing may still be committed by a slow writer.
SLOW = 120.0
#: How many missing ids are waited for.
MISSING = 5000


@dataclass(eq=False)
class Stream:
    """What waits for one open page. It ends when `None` is taken; `because` says to the page why, or nothing."""

    viewer: Viewer
    round_id: int
    signed_in_id: int
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[news.News | None]" = field(default_factory=lambda: asyncio.Queue(WAITING + 1))
    because: str = ""
    ended: bool = False

    def offer(self, told: list[news.News]) -> None:
        """Hand over what is told, from any thread."""
        self._call(self._put, told)

    def end(self, because: str = "") -> None:
        """End the stream after what waits, from any thread."""
        self._call(self._end, because)

    def _call(self, what: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # its loop is closed: nobody listens any more
            self.loop.call_soon_threadsafe(what, *arguments)

    def _put(self, told: list[news.News]) -> None:
        for one in told:
            if self.ended:
                return
            if self.queue.qsize() >= WAITING:
                self._end("")
            else:
                self.queue.put_nowait(one)

    def _end(self, because: str) -> None:
        if not self.ended:
            self.ended, self.because = True, because
            self.queue.put_nowait(None)


class Live:
    """The streams of this process, and the thread that feeds them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.streams: dict[int, list[Stream]] = defaultdict(list)
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None
        self.newest = 0
        self.missing: dict[int, float] = {}

    def start(self) -> None:
        """Be ready for streams; a signal that ends the process ends them first, or it would wait for them."""
        self.stopping.clear()
        self.thread = threading.Thread(target=self._work, name="live", daemon=True)
        self.thread.start()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before(number)

    def stop(self) -> None:
        """End all streams and the thread."""
        self._let_go()
        if self.thread is not None:
            self.thread.join()
            self.thread = None

    def open(self, viewer: Viewer, round_id: int, signed_in_id: int) -> Stream:
        """A stream to whoever asks, in the running event loop; `close` it."""
        stream = Stream(viewer, round_id, signed_in_id, asyncio.get_running_loop())
        with self.changed:
            if self.stopping.is_set():
                stream.end()
                return stream
            theirs = self.streams[_whose(stream)]
            for oldest in theirs[: max(0, len(theirs) - AT_MOST + 1)]:
                oldest.end("enough")
                theirs.remove(oldest)
            theirs.append(stream)
            self.changed.notify()
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream whose page has gone."""
        with self.changed:
            theirs = self.streams.get(_whose(stream), [])
            if stream in theirs:
                theirs.remove(stream)
            if not theirs:
                self.streams.pop(_whose(stream), None)

    def ready(self, session: Session) -> None:
        """Hear from this moment on; called when a stream is open and before what it has missed is looked for."""
        with self.changed:
            self.newest = self.newest or news.newest(session)

    def open_now(self) -> list[Stream]:
        """The streams that are open in this process."""
        with self.changed:
            return [stream for theirs in self.streams.values() for stream in theirs]

    def look(self, now: datetime) -> None:
        """Tell every stream what has been committed since the last look."""
        streams = self.open_now()
        with Session(self.engine.execution_options(writes=False)) as session:
            happened = self._happened(session)
            of_round: dict[int, list[news.Change]] = defaultdict(list)
            for one in happened:
                if one.round_id is not None:
                    of_round[one.round_id].append(one)
            concerned = [stream for stream in streams if stream.round_id in of_round]
            alive = self._alive(session, concerned, now)
            told: dict[tuple[Viewer, int], list[news.News]] = {}
            for stream, viewer in alive.items():
                key = (viewer, stream.round_id)
                if key not in told:
                    round_ = session.get_one(Round, stream.round_id)
                    told[key] = news.told(session, viewer, round_, of_round[stream.round_id])
                if told[key]:
                    stream.offer(told[key])

    def check(self, now: datetime) -> None:
        """End the streams of those whose session or seat has ended."""
        with Session(self.engine.execution_options(writes=False)) as session:
            self._alive(session, self.open_now(), now)

    def _happened(self, session: Session) -> list[news.Change]:
        """What was committed since the last look, late comers among it: ids are given before they are committed."""
        found = news.those(session, sorted(self.missing)) if self.missing else []
        for one in found:
            del self.missing[one.id]
        while part := news.changes(session, self.newest, PART):
            found += part
            if self.engine.dialect.name == "postgresql":
                gaps = set(range(self.newest + 1, part[-1].id)) - {one.id for one in part}
                self.missing |= dict.fromkeys(sorted(gaps)[-MISSING:], time.monotonic() + SLOW)
            self.newest = part[-1].id
            if len(part) < PART:
                break
        for id_ in [id_ for id_, until in self.missing.items() if until < time.monotonic()]:
            del self.missing[id_]
        for id_ in list(self.missing)[: max(0, len(self.missing) - MISSING)]:
            del self.missing[id_]
        return found

    def _alive(self, session: Session, streams: list[Stream], now: datetime) -> dict[Stream, Viewer]:
        """Each stream whose session and seat live, with who its reader is now; the others are ended."""
        if not streams:
            return {}
        rows = session.execute(
            select(col(SignedIn.id), Seat)
            .join(Seat, col(Seat.person_id) == col(SignedIn.person_id))
            .where(
                col(SignedIn.id).in_({stream.signed_in_id for stream in streams}),
                col(Seat.id).in_({stream.viewer.seat_id for stream in streams}),
                col(SignedIn.ended_at).is_(None),
                col(SignedIn.expires_at) > now,
                col(Seat.ended_at).is_(None),
            )
        )
        living = {(signed_in_id, seat.id): seat for signed_in_id, seat in rows}
        found: dict[Stream, Viewer] = {}
        for stream in streams:
            seat = living.get((stream.signed_in_id, stream.viewer.seat_id))
            if seat is None:
                stream.end("ended")
                self.close(stream)
                continue
            found[stream] = Viewer(
                person_id=seat.person_id,
                seat_id=seat.id,
                plan_id=seat.plan_id,
                role=seat.role,
                constituency=seat.constituency,
                organisation_id=seat.organisation_id,
            )
        return found

    def _work(self) -> None:
        while not self.stopping.is_set():
            with self.changed:
                self.changed.wait_for(lambda: self.streams or self.stopping.is_set())
            try:
                with self._hearing() as hears:
                    self._feed(hears)
            except Exception:
                # The database may be away for a moment: what is committed meanwhile is told afterwards.
                log.exception("What happens could not be told; it is tried again.")
                self.stopping.wait(2)
        for stream in self.open_now():
            stream.end()

    def _feed(self, hears: Callable[[], bool]) -> None:
        """Tell what happens while there is anybody to tell it to."""
        with Session(self.engine.execution_options(writes=False)) as session:
            self.ready(session)
        check_at = time.monotonic() + CHECKS_EVERY
        while self.streams and not self.stopping.is_set():
            if hears():
                self.look(datetime.now(UTC))
                self.stopping.wait(GATHERS)
            if time.monotonic() >= check_at:
                check_at = time.monotonic() + CHECKS_EVERY
                self.check(datetime.now(UTC))
        with self.changed:
            if not self.streams:
                self.newest = 0
                self.missing.clear()

    @contextlib.contextmanager
    def _hearing(self) -> Iterator[Callable[[], bool]]:
        """Gives what waits half a second at most, and says whether there may be something new."""
        if self.engine.dialect.name != "postgresql":
            yield lambda: not self.stopping.wait(LOOKS_EVERY)
            return
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, application_name="runding live") as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            heard = True  # what was committed until now was not called out to us

            def hears() -> bool:
                nonlocal heard
                before, heard = heard, False
                return before or any(True for _ in connection.notifies(timeout=LOOKS_EVERY, stop_after=1))

            yield hears

    def _before(self, number: signal.Signals) -> None:
        """Let the streams go when a signal comes, and then do what was done before."""
        before = signal.getsignal(number)

        def let_go(signum: int, frame: FrameType | None) -> None:
            threading.Thread(target=self._let_go, daemon=True).start()
            if callable(before):
                before(signum, frame)

        if callable(before):
            signal.signal(number, let_go)

    def _let_go(self) -> None:
        self.stopping.set()
        with self.changed:
            self.changed.notify_all()
        for stream in self.open_now():
            stream.end()


def _whose(stream: Stream) -> int:
    return stream.viewer.person_id or 0
