"""What a person does with what is theirs: name, language, programs' tokens, the calendar's secret address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.errors import Conflict, Invalid
from app.history.actions import record
from app.people.identity import clean, name_of
from app.people.models import ApiToken, Organisation, Person, Seat, SignedIn
from app.people.rules import Language
from app.people.tokens import hashed, new_secret
from app.words import N_

MOST_TOKENS = 20
TOKEN_MARK = "runding_"  # noqa: S105 (what a token begins with, so that a leaked one is known for what it is)

TOO_MANY_TOKENS = N_("You have %(most)s tokens. End one before you make another.")
NO_TOKEN_NAME = N_("Write what the token is for.")


@dataclass(frozen=True, slots=True)
class SessionView:
    """A browser somebody is signed in with; `this` is the one that asks."""

    session_id: int
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    this: bool


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token without its secret."""

    token_id: int
    name: str
    created_at: datetime
    used_at: datetime | None


def sessions_of(session: Session, person_id: int, *, this: int | None, now: datetime) -> list[SessionView]:
    """The browsers a person is signed in with, this one first, then by last visit."""
    rows = session.execute(
        select(
            col(SignedIn.id),
            col(SignedIn.device),
            col(SignedIn.address),
            col(SignedIn.created_at),
            col(SignedIn.seen_at),
        )
        .where(
            col(SignedIn.person_id) == person_id,
            col(SignedIn.ended_at).is_(None),
            col(SignedIn.expires_at) > now,
        )
        .order_by(col(SignedIn.seen_at).desc(), col(SignedIn.id).desc())
    )
    found = [SessionView(*(*row, row[0] == this)) for row in rows]
    return sorted(found, key=lambda view: not view.this)


def tokens_of(session: Session, person_id: int) -> list[TokenView]:
    """A person's living tokens, newest first."""
    rows = session.execute(
        select(col(ApiToken.id), col(ApiToken.name), col(ApiToken.created_at), col(ApiToken.used_at))
        .where(col(ApiToken.person_id) == person_id, col(ApiToken.ended_at).is_(None))
        .order_by(col(ApiToken.id).desc())
    )
    return [TokenView(*row) for row in rows]


def places_of(session: Session, person_id: int) -> list[tuple[Seat, Organisation | None]]:
    """Every seat a person has or had, with its organisation."""
    rows = session.execute(
        select(Seat, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .where(col(Seat.person_id) == person_id)
        .order_by(col(Seat.id))
    )
    return [(row[0], row[1]) for row in rows]


def choose_language(session: Session, person_id: int, language: Language, *, at: datetime) -> None:
    """Be spoken to in this language from now on."""
    person = session.get_one(Person, person_id, with_for_update=True)
    if person.language is language:
        return
    before, person.language = person.language, language
    record(
        session,
        at=at,
        by=person_id,
        verb="choose language",
        subject="person",
        subject_id=person_id,
        before={"language": before},
        after={"language": language},
    )


def rename(session: Session, person_id: int, name: str, *, at: datetime) -> None:
    """Be called by another name; Invalid when there is none. History says that it changed, not from what."""
    person = session.get_one(Person, person_id, with_for_update=True)
    called = name_of(name)
    if called == person.name:
        return
    person.name = called
    record(session, at=at, by=person_id, verb="rename", subject="person", subject_id=person_id)


def make_token(session: Session, person_id: int, name: str, *, at: datetime) -> str:
    """A secret with which a program acts as this person; it is shown once and kept as a hash."""
    session.get_one(Person, person_id, with_for_update=True)
    called = clean(name)[:80]
    if not called:
        raise Invalid(NO_TOKEN_NAME, fields={"token": NO_TOKEN_NAME})
    living = session.scalar(
        select(func.count())
        .select_from(ApiToken)
        .where(col(ApiToken.person_id) == person_id, col(ApiToken.ended_at).is_(None))
    )
    if (living or 0) >= MOST_TOKENS:
        raise Conflict(TOO_MANY_TOKENS, most=MOST_TOKENS)
    secret = TOKEN_MARK + new_secret()
    token = ApiToken(person_id=person_id, name=called, token_hash=hashed(secret), created_at=at)
    session.add(token)
    session.flush()
    record(session, at=at, by=person_id, verb="make", subject="token", subject_id=token.id or 0, first=True)
    return secret


def end_token(session: Session, person_id: int, token_id: int, *, at: datetime) -> bool:
    """End a token; False when it is not theirs or has ended."""
    ended = session.execute(
        update(ApiToken)
        .where(
            col(ApiToken.id) == token_id,
            col(ApiToken.person_id) == person_id,
            col(ApiToken.ended_at).is_(None),
        )
        .values(ended_at=at)
        .returning(col(ApiToken.id))
    ).first()
    if ended is None:
        return False
    record(session, at=at, by=person_id, verb="end", subject="token", subject_id=token_id)
    return True


def renew_calendar(session: Session, person_id: int, *, at: datetime) -> str:
    """A new secret for the calendar's address; the old address stops at once."""
    person = session.get_one(Person, person_id, with_for_update=True)
    person.calendar_secret = new_secret()
    record(session, at=at, by=person_id, verb="renew calendar", subject="person", subject_id=person_id)
    return person.calendar_secret
