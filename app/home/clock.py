"""A thread that looks every half minute for what has become due; any number of processes may run one."""

import logging
import threading
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from app.home.actions import is_due, turn

log = logging.getLogger(__name__)

#: Seconds between two looks.
LOOKS_EVERY = 30.0


class Clock:
    """Opens rounds and writes reminders when their time comes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Look now and from now on; a second call changes nothing."""
        if self.thread is None:
            self.stopping.clear()
            self.thread = threading.Thread(target=self._work, name="clock", daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """Look no more; what is being done is finished first."""
        if self.thread is not None:
            self.stopping.set()
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
        return done

    def _work(self) -> None:
        while not self.stopping.is_set():
            try:
                self.look(datetime.now(UTC))
            except Exception:
                # A database that is away for a moment must not stop the clock of this process.
                log.exception("What is due could not be done; it is tried again.")
            self.stopping.wait(LOOKS_EVERY)
