"""The postman: sends what is due in the outbox, each mail once, whatever process or server fails.

A process claims mails by moving `due_at` ahead, in a short transaction (SQLite's write lock, or
PostgreSQL's FOR UPDATE SKIP LOCKED, keeps two from claiming one), sends them outside of any transaction,
and notes each as sent. One that dies in between leaves its mails to be due again when the claim runs out.
"""

import logging
import smtplib
import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, Select, event, select, update
from sqlmodel import Session, col

from app.config import Settings
from app.mail.actions import QUEUED
from app.mail.carriers import Carrier, Folder, Refused, Smtp, Unreachable, said
from app.mail.envelopes import message
from app.mail.models import OutgoingMail

log = logging.getLogger(__name__)

#: Seconds between looks at the outbox when nothing wakes the postman.
LOOKS_EVERY = 2.0
#: How long a claim holds, and how long its owner works on it at most.
CLAIM = timedelta(minutes=15)
WORK = timedelta(minutes=8)
AT_A_TIME = 50
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=2)
GIVES_UP_AFTER = timedelta(days=1)


def delay(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4, 8 … minutes, two hours at most."""
    return min(FIRST_DELAY * (1 << min(tries - 1, 16)), LONGEST_DELAY)


class Postman:
    """A thread that delivers; `wake()` spares it its wait, `deliver_due(now)` is one round of it."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.woken = threading.Event()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver, in a thread of its own."""
        self.stopping.clear()
        event.listen(Session, "after_commit", self._after_commit)
        self.thread = threading.Thread(target=self._work, name="postman", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Finish the mail in hand, hand back the others, and end."""
        if self.thread is None:
            return
        self.stopping.set()
        self.woken.set()
        event.remove(Session, "after_commit", self._after_commit)
        self.thread.join()
        self.thread = None

    def wake(self) -> None:
        """Look at the outbox now; called after a commit that put a mail there."""
        self.woken.set()

    def _after_commit(self, session: Session) -> None:
        if session.info.pop(QUEUED, False):
            self.wake()

    def _work(self) -> None:
        while not self.stopping.is_set():
            self.woken.clear()
            try:
                self.deliver_due(datetime.now(UTC))
            except Exception:
                # A database that is away for a moment must not end the deliveries of this process.
                log.exception("The outbox could not be delivered; it is tried again.")
            self.woken.wait(LOOKS_EVERY)

    def deliver_due(self, now: datetime) -> int:
        """Send what is due at `now`; gives how many mails left."""
        left = 0
        while self._is_any_due(now):
            mails = self._claim(now)
            if not mails:
                break
            sent, go_on = self._send(mails, now)
            left += sent
            if not go_on:
                break
        return left

    def _is_any_due(self, now: datetime) -> bool:
        with Session(self.engine.execution_options(writes=False)) as session:
            return session.scalar(_due(now).limit(1)) is not None

    def _claim(self, now: datetime) -> list[OutgoingMail]:
        with Session(self.engine, expire_on_commit=False) as session:
            ids = list(
                session.scalars(
                    _due(now)
                    .order_by(col(OutgoingMail.due_at), col(OutgoingMail.id))
                    .limit(AT_A_TIME)
                    .with_for_update(skip_locked=True)
                )
            )
            if not ids:
                return []
            session.execute(
                update(OutgoingMail)
                .where(col(OutgoingMail.id).in_(ids))
                .values(due_at=now + CLAIM, tries=col(OutgoingMail.tries) + 1)
            )
            mails = list(
                session.scalars(
                    select(OutgoingMail).where(col(OutgoingMail.id).in_(ids)).order_by(col(OutgoingMail.id))
                )
            )
            session.commit()
        return mails

    def _carrier(self) -> Carrier:
        if self.settings.smtp_url:
            return Smtp(self.settings.smtp_url)
        return Folder(self.settings.mail_folder)

    def _send(self, mails: list[OutgoingMail], now: datetime) -> tuple[int, bool]:
        """Send claimed mails; how many left, and whether it makes sense to go on with others."""
        ends = time.monotonic() + WORK.total_seconds()
        left = 0
        waiting = list(mails)
        try:
            with self._carrier() as carrier:
                while waiting:
                    if self.stopping.is_set() or time.monotonic() > ends:
                        self._hand_back(waiting, now)
                        return left, False
                    left += self._send_one(carrier, waiting[0], now)
                    waiting.pop(0)
        except (Unreachable, ValueError) as problem:
            for mail in waiting:
                self._postpone(mail, str(problem), now)
            return left, False
        return left, True

    def _send_one(self, carrier: Carrier, mail: OutgoingMail, now: datetime) -> int:
        try:
            made = message(mail, self.settings.mail_from, now, secret=mail.secret)
        except (ValueError, IndexError) as problem:
            self._give_up(mail, f"This address cannot be written to: {problem}", now)
            return 0
        try:
            carrier.carry(mail.id or 0, made)
        except Refused as problem:
            self._give_up(mail, str(problem), now)
            return 0
        except (OSError, smtplib.SMTPException) as problem:
            self._postpone(mail, said(problem), now)
            return 0
        self._note(mail, sent_at=now, secret="", problem="")
        return 1

    def _postpone(self, mail: OutgoingMail, problem: str, now: datetime) -> None:
        if now - mail.created_at >= GIVES_UP_AFTER:
            self._give_up(mail, problem, now)
        else:
            self._note(mail, due_at=now + delay(mail.tries), problem=problem[:500])

    def _give_up(self, mail: OutgoingMail, problem: str, now: datetime) -> None:
        log.warning("Mail %s was given up: %s", mail.id, problem)
        self._note(mail, given_up_at=now, problem=problem[:500])

    def _hand_back(self, mails: list[OutgoingMail], now: datetime) -> None:
        for mail in mails:
            self._note(mail, due_at=now, tries=mail.tries - 1)

    def _note(self, mail: OutgoingMail, **values: object) -> None:
        with Session(self.engine) as session:
            session.execute(update(OutgoingMail).where(col(OutgoingMail.id) == mail.id).values(**values))
            session.commit()


def _due(now: datetime) -> Select[int | None]:
    return select(col(OutgoingMail.id)).where(
        col(OutgoingMail.sent_at).is_(None),
        col(OutgoingMail.given_up_at).is_(None),
        col(OutgoingMail.due_at) <= now,
    )
