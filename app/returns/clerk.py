"""The clerk: a thread that reads the files that came and imports those that were approved, one after another.

Any number of processes may have one. A clerk claims a file in a short transaction (SQLite's write lock, or
PostgreSQL's FOR UPDATE SKIP LOCKED, keeps two from claiming one), reads it outside of any transaction in a
process that a hostile file may kill, and notes what it says. One that dies in between leaves its file to be
claimed again when the claim runs out.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, event, or_, select
from sqlmodel import Session, col

from app.documents.apart import TOO_MUCH, Reader
from app.errors import Invalid, Problem
from app.people.models import Seat
from app.plans.models import Draft
from app.returns.importing import import_file
from app.returns.models import ReturnedContent, ReturnedFile
from app.returns.previewing import keep_reading, refuse
from app.returns.queries import base_clauses, mapping
from app.returns.rules import BUSY, State, Step, after
from app.returns.voices import as_author
from app.returns.waiting import WAITING
from app.rounds.models import Round

log = logging.getLogger(__name__)

#: Seconds between looks when nothing wakes the clerk.
LOOKS_EVERY = 3.0
#: How long a claim holds, and how often a file is tried before it is refused.
CLAIM = timedelta(minutes=3)
TRIES = 3


class Clerk:
    """Reads and imports what waits; `wake()` spares it its wait, `work_through(now)` is one round of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reader = Reader()
        self.bases: dict[tuple[int, int], list[dict[str, Any]]] = {}
        self.woken = threading.Event()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work, in a thread of its own."""
        self.stopping.clear()
        event.listen(Session, "after_commit", self._after_commit)
        self.thread = threading.Thread(target=self._work, name="clerk", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Put down what is in hand, for the next clerk, and end."""
        if self.thread is None:
            return
        self.stopping.set()
        self.woken.set()
        event.remove(Session, "after_commit", self._after_commit)
        self.reader.kill()
        self.thread.join()
        self.reader.close()
        self.thread = None

    def wake(self) -> None:
        """Look now; called after a commit that left work."""
        self.woken.set()

    def _after_commit(self, session: Session) -> None:
        if session.info.pop(WAITING, False):
            self.wake()

    def _work(self) -> None:
        while not self.stopping.is_set():
            self.woken.clear()
            try:
                self.work_through()
            except Exception:
                # A database that is away for a moment must not end the work of this process.
                log.exception("Returned files could not be worked through; it is tried again.")
            self.reader.close()
            self.woken.wait(LOOKS_EVERY)

    def work_through(self, now: datetime | None = None) -> int:
        """Read and import all that waits; gives how many files were worked on."""
        done = 0
        while not self.stopping.is_set():
            at = now or datetime.now(UTC)
            file_id, state = self._claim(at)
            if file_id is None:
                break
            if state is State.APPROVED:
                self._import(file_id, at)
            else:
                self._read(file_id, at)
            done += 1
        return done

    def _claim(self, now: datetime) -> tuple[int | None, State | None]:
        with Session(self.engine.execution_options(writes=False)) as session:
            if session.scalar(_due(now).limit(1)) is None:
                return None, None
        with Session(self.engine, expire_on_commit=False) as session:
            one = session.scalars(
                select(ReturnedFile).where(
                    col(ReturnedFile.id).in_(_due(now).limit(1).with_for_update(skip_locked=True))
                )
            ).first()
            if one is None:
                return None, None
            one.claimed_until, one.tries = now + CLAIM, one.tries + 1
            if one.tries > TRIES:
                if one.state is State.RECEIVED:
                    refuse(one, Invalid(TOO_MUCH), at=now)
                else:
                    one.state, one.claimed_until = after(one.state, Step.HAND_BACK), None
            session.commit()
            return one.id, one.state

    def _read(self, file_id: int, now: datetime) -> None:
        with Session(self.engine.execution_options(writes=False)) as session:
            one = session.get(ReturnedFile, file_id)
            held = session.get(ReturnedContent, file_id)
            if one is None or held is None or one.state is not State.RECEIVED:
                return
            clauses = self._base(session, one.round_id)
            told = mapping(session, one.plan_id, one.organisation_id)
            data, name, read_as, version = held.content, one.name, one.read_as, one.version
        answer: Mapping[str, Any] | None = None
        problem: Problem | None = None
        try:
            answer = self.reader.read(data, name=name, clauses=clauses, read_as=read_as, mapping=told)
        except Problem as refused:
            problem = refused
        if self.stopping.is_set() and problem is not None:
            self._hand_back(file_id)
            return
        self._note(file_id, version, answer, problem, clauses, now)

    def _note(
        self,
        file_id: int,
        version: int,
        answer: Mapping[str, Any] | None,
        problem: Problem | None,
        clauses: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> None:
        with Session(self.engine, expire_on_commit=False) as session:
            one = session.get(ReturnedFile, file_id, with_for_update=True)
            if one is None or one.state is not State.RECEIVED or one.version != version:
                return
            if answer is not None:
                try:
                    keep_reading(session, one, answer, clauses, at=now)
                except Invalid as refused:
                    problem = refused
            if problem is not None:
                refuse(one, problem, at=now)
            session.commit()

    def _hand_back(self, file_id: int) -> None:
        with Session(self.engine) as session:
            one = session.get(ReturnedFile, file_id, with_for_update=True)
            if one is not None:
                one.claimed_until, one.tries = None, max(one.tries - 1, 0)
                session.commit()

    def _import(self, file_id: int, now: datetime) -> None:
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                one = session.get_one(ReturnedFile, file_id)
                seat = session.get_one(Seat, one.approved_by)
                round_ = session.get_one(Round, one.round_id)
                import_file(session, by=as_author(seat), round_=round_, file_id=file_id, at=now)
                session.commit()
        except Problem as problem:
            with Session(self.engine) as session:
                one = session.get_one(ReturnedFile, file_id, with_for_update=True)
                if one.state is State.APPROVED:
                    one.state, one.claimed_until = after(one.state, Step.HAND_BACK), None
                    one.problem, one.problem_values = problem.sentence, problem.values
                    one.version += 1
                session.commit()

    def _base(self, session: Session, round_id: int) -> list[dict[str, Any]]:
        """The clauses of a round's draft; read once for all the files on it, while it stays as it is."""
        draft_id, version = session.execute(
            select(col(Draft.id), col(Draft.version))
            .join(Round, col(Round.draft_id) == col(Draft.id))
            .where(col(Round.id) == round_id)
        ).one()
        if (draft_id, version) not in self.bases:
            self.bases = {(draft_id, version): base_clauses(session, draft_id)}
        return self.bases[draft_id, version]


def _due(now: datetime) -> Select[int | None]:
    return (
        select(col(ReturnedFile.id))
        .where(
            col(ReturnedFile.state).in_(BUSY),
            or_(col(ReturnedFile.claimed_until).is_(None), col(ReturnedFile.claimed_until) <= now),
        )
        .order_by(col(ReturnedFile.id))
    )
