"""A thread that looks for what has become due; any number of processes may run one.

It looks every half minute, and a moment after a commit that owes somebody a receipt.
"""

import logging
import threading
import time
from datetime import UTC, datetime

from sqlalchemy import Engine, event
from sqlmodel import Session

from app.comments import receipts
from app.config import Settings
from app.config import settings as the_settings
from app.home.actions import is_due, turn
from app.matrix.suggesting import compare_some, rounds_waiting
from app.rounds.models import Round

log = logging.getLogger(__name__)

#: Seconds between two looks when nothing wakes the clock.
LOOKS_EVERY = 30.0

#: Seconds for which comparing may hold the one writer's place at a time.
SLICE = 0.2
#: Seconds that what is sent in one go is waited for, so that it becomes one receipt.
GATHERS = 1.0


class Clock:
    """Opens rounds, writes reminders when their time comes, and receipts when comments have come.

    Comments are compared with those before them, so that suggested groups lie ready.
    """

    def __init__(self, engine: Engine, settings: Settings | None = None) -> None:
        self.engine = engine
        self.settings = settings or the_settings()
        self.woken = threading.Event()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Look now and from now on; a second call changes nothing."""
        if self.thread is None:
            self.stopping.clear()
            event.listen(Session, "after_commit", self._after_commit)
            self.thread = threading.Thread(target=self._work, name="clock", daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """Look no more; what is being done is finished first."""
        if self.thread is not None:
            event.remove(Session, "after_commit", self._after_commit)
            self.stopping.set()
            self.woken.set()
            self.thread.join()
            self.thread = None

    def look(self, now: datetime) -> int:
        """Do what is due at `now`; gives how many rounds were touched. Without anything due, nothing is locked."""
        with Session(self.engine.execution_options(writes=False)) as session:
            if not is_due(session, now):
                return 0
        with Session(self.engine, expire_on_commit=False) as session:
            done = turn(session, now)
            session.commit()
        self.write_receipts(now)
        return done

    def write_receipts(self, now: datetime) -> int:
        """Put the receipts that are due into the outbox; gives of how many comments."""
        written = 0
        while not self.stopping.is_set():
            with Session(self.engine, expire_on_commit=False) as session:
                of = receipts.write(
                    session, at=now, base_url=self.settings.base_url, zone=self.settings.time_zone
                )
                session.commit()
            written += of
            if of < receipts.AT_A_TIME:
                break
        return written

    def compare(self, now: datetime) -> None:
        """Compare comments that came, a few at a time: who writes meanwhile waits for no more than that."""
        with Session(self.engine.execution_options(writes=False)) as session:
            waiting = rounds_waiting(session)
        for round_id in waiting:
            before, more = 0, 1
            # As long as they get fewer: another process may be at it.
            while more and more != before and not self.stopping.is_set():
                before = more
                with Session(self.engine) as session:
                    more = compare_some(session, session.get_one(Round, round_id), now, seconds=SLICE)
                    session.commit()

    def _after_commit(self, session: Session) -> None:
        if session.info.pop(receipts.OWED, False):
            self.woken.set()

    def _work(self) -> None:
        next_look = 0.0
        while not self.stopping.is_set():
            try:
                # However many wake it, rounds open in time.
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + LOOKS_EVERY
                    self.look(datetime.now(UTC))
                    self.compare(datetime.now(UTC))
                else:
                    self.write_receipts(datetime.now(UTC))
            except Exception:
                # A database that is away for a moment must not stop the clock of this process.
                log.exception("What is due could not be done; it is tried again.")
            if self.woken.wait(max(0.0, next_look - time.monotonic())):
                self.stopping.wait(GATHERS)
            self.woken.clear()
