"""How a person comes in: a link that works once, and the session it makes.

Whoever asks learns nothing of whether an address is known: the same rows are written, the same words
answered; a link asked for by an unknown address belongs to nobody, and its mail never leaves.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, text, update
from sqlmodel import Session, col

from app.config import Settings
from app.errors import TooMany
from app.history.actions import record
from app.mail.actions import queue
from app.mail.letters import letter
from app.mail.models import OutgoingMail
from app.mail.rules import SECRET
from app.people.identity import email_of, network_of
from app.people.models import Person, Seat, SignedIn, SignInAttempt, SignInLink
from app.people.rules import Language
from app.people.tokens import hashed, new_secret
from app.words import N_

#: How many links may be asked for in `WINDOW`: for one person, and from one network.
WINDOW = timedelta(minutes=15)
FOR_A_PERSON = 5
FROM_A_NETWORK = 30
#: Links are kept this long after their end, so that a late click is told why it does not work.
REMEMBERED = timedelta(days=30)

TOO_MANY = N_("Too many sign-in links were asked for. Try again after %(time)s.")


class LinkState:
    """What a link is good for when it is opened."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link as it is when somebody opens it: its state, and whose name it signs in."""

    state: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CameIn:
    """Who signed in, with the token their browser keeps, and where they wanted to go."""

    person_id: int
    token: str
    next_path: str


def ask_for_link(
    session: Session,
    typed: str,
    *,
    address: str,
    next_path: str,
    language: Language,
    settings: Settings,
    at: datetime,
) -> None:
    """Mail a sign-in link to whoever has this e-mail address; nothing tells whether anybody has.

    `address` is the network address the request came from. Invalid when `typed` is no e-mail address,
    TooMany when links were asked for too often.
    """
    email = email_of(typed)
    count(session, email, address, settings=settings, at=at)
    person = session.scalars(select(Person).where(col(Person.email) == email)).first()
    if person is not None:
        language = person.language
    secret = make_link(
        session,
        person.id if person else None,
        next_path=next_path,
        lasts=timedelta(minutes=settings.sign_in_minutes),
        at=at,
    )
    subject, words = letter(
        "sign_in",
        language,
        name=person.name if person else "",
        link=f"{settings.base_url.rstrip('/')}/sign-in/{SECRET}",
        minutes=settings.sign_in_minutes,
    )
    mail_id = queue(
        session,
        key=f"sign-in {hashed(secret)}",
        to=email if person else "",
        subject=subject,
        text=words,
        at=at,
        secret=secret,
        language=language,
        person_id=person.id if person else None,
    )
    # The same statement for both: a mail to nobody is given up before the postman sees it.
    session.execute(
        update(OutgoingMail)
        .where(col(OutgoingMail.id) == mail_id)
        .values(given_up_at=None if person else at, secret=secret if person else "")
    )


def count(session: Session, email: str, address: str, *, settings: Settings, at: datetime) -> None:
    """Count one request by person and by network; TooMany says when to ask again."""
    limits = {
        _key(settings, "person", email): FOR_A_PERSON,
        _key(settings, "network", network_of(address)): FROM_A_NETWORK,
    }
    _one_at_a_time(session, list(limits))
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.at) <= at - WINDOW))
    session.execute(
        delete(OutgoingMail).where(
            col(OutgoingMail.recipient) == "", col(OutgoingMail.created_at) <= at - WINDOW
        )
    )
    session.execute(delete(SignInLink).where(col(SignInLink.expires_at) <= at - REMEMBERED))
    counted = {
        key: (n, oldest)
        for key, n, oldest in session.execute(
            select(col(SignInAttempt.key), func.count(), func.min(col(SignInAttempt.at)))
            .where(col(SignInAttempt.key).in_(limits))
            .group_by(col(SignInAttempt.key))
        )
    }
    over = [oldest for key, (n, oldest) in counted.items() if n >= limits[key]]
    if over:
        again = (max(over) + WINDOW).astimezone(ZoneInfo(settings.time_zone)) + timedelta(minutes=1)
        raise TooMany(TOO_MANY, time=f"{again:%H:%M}")
    session.add_all([SignInAttempt(key=key, at=at) for key in limits])


def _key(settings: Settings, what: str, value: str) -> str:
    return hmac.new(settings.secret, f"{what} {value}".encode(), hashlib.sha256).hexdigest()


def _one_at_a_time(session: Session, keys: list[str]) -> None:
    """Let two requests for one person or from one network count one after the other.

    SQLite has one writer at any time; PostgreSQL is asked for a lock of the transaction.
    """
    if session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(key[:15], 16)})


def make_link(
    session: Session, person_id: int | None, *, next_path: str, lasts: timedelta, at: datetime
) -> str:
    """Write a link that signs a person in once, and give its secret, which is kept nowhere."""
    secret = new_secret()
    session.add(
        SignInLink(
            person_id=person_id,
            secret_hash=hashed(secret),
            next_path=next_path,
            created_at=at,
            expires_at=at + lasts,
        )
    )
    return secret


def sign_in_link(
    session: Session, email: str, *, base_url: str, minutes: int, now: datetime, next_path: str = "/"
) -> str | None:
    """An address that signs a person in once, for who runs the machine; None when nobody has this e-mail."""
    person_id = session.scalar(select(col(Person.id)).where(col(Person.email) == email.strip().lower()))
    if person_id is None:
        return None
    secret = make_link(session, person_id, next_path=next_path, lasts=timedelta(minutes=minutes), at=now)
    return f"{base_url.rstrip('/')}/sign-in/{secret}"


def open_link(session: Session, secret: str, *, now: datetime) -> Opened:
    """What a link is good for; opening it changes nothing, since mail scanners open links too."""
    row = session.execute(
        select(col(SignInLink.used_at), col(SignInLink.expires_at), col(Person.name))
        .join(Person, col(Person.id) == col(SignInLink.person_id))
        .where(col(SignInLink.secret_hash) == hashed(secret), col(Person.erased_at).is_(None))
    ).first()
    if row is None:
        return Opened(LinkState.UNKNOWN)
    used_at, expires_at, name = row
    if used_at is not None:
        return Opened(LinkState.USED)
    if expires_at <= now:
        return Opened(LinkState.EXPIRED)
    return Opened(LinkState.GOOD, name)


def use_link(
    session: Session, secret: str, *, device: str, address: str, settings: Settings, at: datetime
) -> CameIn | None:
    """Sign in by a link and make a session; None when it does not work (any more).

    The link is used up in one statement, so that of two who press at once one comes in.
    """
    used = session.execute(
        update(SignInLink)
        .where(
            col(SignInLink.secret_hash) == hashed(secret),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > at,
            col(SignInLink.person_id).is_not(None),
        )
        .values(used_at=at)
        .returning(col(SignInLink.person_id), col(SignInLink.next_path))
    ).first()
    if used is None:
        return None
    person_id, next_path = used
    token = new_secret()
    signed_in = SignedIn(
        person_id=person_id,
        token_hash=hashed(token),
        device=device[:200],
        address=address[:64],
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(days=settings.session_days),
    )
    session.add(signed_in)
    session.flush()
    session.execute(
        update(Seat)
        .where(
            col(Seat.person_id) == person_id,
            col(Seat.first_signed_in_at).is_(None),
            col(Seat.ended_at).is_(None),
        )
        .values(first_signed_in_at=at)
    )
    record(
        session,
        at=at,
        by=person_id,
        verb="sign in",
        subject="session",
        subject_id=signed_in.id or 0,
        after={"person": person_id},
        first=True,
    )
    return CameIn(person_id=person_id, token=token, next_path=next_path)


def end_session(session: Session, person_id: int, session_id: int, *, at: datetime) -> bool:
    """End one of a person's sessions; False when it is not theirs or has ended."""
    ended = session.execute(
        update(SignedIn)
        .where(
            col(SignedIn.id) == session_id,
            col(SignedIn.person_id) == person_id,
            col(SignedIn.ended_at).is_(None),
        )
        .values(ended_at=at)
        .returning(col(SignedIn.id))
    ).first()
    if ended is None:
        return False
    record(session, at=at, by=person_id, verb="sign out", subject="session", subject_id=session_id)
    return True


def end_other_sessions(session: Session, person_id: int, *, but: int | None, at: datetime) -> int:
    """End all of a person's sessions except `but`; how many there were."""
    ids = session.scalars(
        select(col(SignedIn.id)).where(
            col(SignedIn.person_id) == person_id,
            col(SignedIn.ended_at).is_(None),
            col(SignedIn.expires_at) > at,
            col(SignedIn.id) != (but or 0),
        )
    ).all()
    return sum(end_session(session, person_id, found or 0, at=at) for found in ids)
