"""Telling people of answers: they are published, a reaction is due, or a timed publication was held back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select
from sqlmodel import Session, col

from app.answers.models import Reaction
from app.answers.rules import NOTHING_TO_REACT_TO
from app.comments.models import Comment
from app.comments.rules import Status
from app.config import settings
from app.languages import in_language
from app.mail.actions import QUEUED
from app.mail.letters import letter, moment
from app.mail.models import OutgoingMail
from app.mail.rules import one_line
from app.matrix.models import Point, PointComment
from app.people.models import Person, Seat
from app.people.rules import Role
from app.plans.models import Plan
from app.policy import ROLE_MAY, May
from app.rounds.models import Round

#: A mail names so many of its reader's comments, and counts the others.
NAMED = 40

#: Mails are put into the outbox so many at a time.
BATCH = 500

#: Whoever reads answers is told that they are there.
TOLD = frozenset(role for role in Role if May.SEE_ANSWERS in ROLE_MAY[role])


@dataclass(frozen=True, slots=True)
class _Reader:
    """A person to write to."""

    seat_id: int
    person_id: int
    email: str
    language: str


def _readers(session: Session, plan_id: int, roles: Iterable[Role]) -> list[_Reader]:
    """One seat of each person in a plan, of some roles; whoever has two is written to once."""
    rows = session.execute(
        select(col(Seat.id), col(Person.id), col(Person.email), col(Person.language))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(
            col(Seat.plan_id) == plan_id,
            col(Seat.ended_at).is_(None),
            col(Seat.role).in_(list(roles)),
            col(Person.email).is_not(None),
        )
        .order_by(col(Seat.id))
    )
    return [_Reader(seat, person, email or "", language.value) for seat, person, email, language in rows]


def refs_by_seat(session: Session, round_: Round, *, unanswered: bool = False) -> dict[int, list[str]]:
    """The refs of what each seat submitted in a round; with `unanswered`, only where a reaction is due."""
    found: dict[int, list[str]] = {}
    asked = select(col(Comment.seat_id), col(Comment.number)).where(
        col(Comment.round_id) == round_.id, col(Comment.status) == Status.SUBMITTED
    )
    if unanswered:
        said = exists().where(
            col(Reaction.comment_id) == col(Comment.id), col(Reaction.point_id) == col(Point.id)
        )
        due = exists().where(
            col(PointComment.comment_id) == col(Comment.id),
            col(Point.id) == col(PointComment.point_id),
            col(Point.disposition).not_in(NOTHING_TO_REACT_TO),
            ~said.correlate(Comment, Point),
        )
        asked = asked.where(due.correlate(Comment))
    for seat_id, number in session.execute(asked.order_by(col(Comment.seat_id), col(Comment.number))):
        found.setdefault(seat_id, []).append(f"R{round_.number}-{number:04d}")
    return found


def _of_person(
    readers: Iterable[_Reader], refs: Mapping[int, list[str]]
) -> dict[int, tuple[_Reader, list[str]]]:
    """Each person once, with the refs of all their seats."""
    found: dict[int, tuple[_Reader, list[str]]] = {}
    for reader in readers:
        known = found.setdefault(reader.person_id, (reader, []))
        known[1].extend(refs.get(reader.seat_id, ()))
    return found


def tell_published(session: Session, round_: Round, *, at: datetime) -> int:
    """Write to everyone that the answers are out: to who commented with their refs; gives how many mails."""
    people = _of_person(_readers(session, round_.plan_id, TOLD), refs_by_seat(session, round_))
    mails = []
    for reader, refs in people.values():
        name = "answers_published" if refs else "answers_out"
        mails.append((name, reader, refs))
    return _write(session, round_, mails, at=at, what="answers")


def tell_due(session: Session, round_: Round, *, at: datetime) -> int:
    """Remind those who have not reacted to an answer; gives how many mails."""
    people = _of_person(
        _readers(session, round_.plan_id, TOLD), refs_by_seat(session, round_, unanswered=True)
    )
    mails = [("answers_due", reader, refs) for reader, refs in people.values() if refs]
    return _write(session, round_, mails, at=at, what="reactions")


def tell_held_back(session: Session, round_: Round, names: list[str], *, at: datetime) -> int:
    """Tell the secretariat that a timed publication did not happen, and what blocked it."""
    readers = _of_person(_readers(session, round_.plan_id, [Role.SECRETARIAT]), {})
    mails: list[tuple[str, _Reader, list[str]]] = [
        ("answers_held_back", reader, [in_language(reader.language, name) for name in names])
        for reader, _ in readers.values()
    ]
    return _write(session, round_, mails, at=at, what="held-back")


def _write(
    session: Session,
    round_: Round,
    mails: list[tuple[str, _Reader, list[str]]],
    *,
    at: datetime,
    what: str,
) -> int:
    base, zone = settings().base_url.rstrip("/"), settings().time_zone
    plan = session.execute(
        select(col(Plan.title), col(Plan.title_ms)).where(col(Plan.id) == round_.plan_id)
    ).one()
    rows: list[dict[str, Any]] = []
    for name, reader, words in mails:
        subject, text = letter(
            name,
            reader.language,
            round=round_.name,
            plan=(plan[1] if reader.language == "ms" else "") or plan[0],
            words=words[:NAMED],
            others=max(0, len(words) - NAMED),
            until=moment(round_.reactions_until, reader.language, zone) if round_.reactions_until else "",
            link=f"{base}/rounds/{round_.id}/{'gate' if what == 'held-back' else 'answers'}",
        )
        rows.append(
            {
                "key": f"round-{round_.id}-{what}-{round_.version}-{reader.person_id}",
                "plan_id": round_.plan_id,
                "person_id": reader.person_id,
                "recipient": reader.email,
                "subject": one_line(subject),
                "text": text,
                "language": reader.language,
                "created_at": at,
                "due_at": at,
            }
        )
    for start in range(0, len(rows), BATCH):
        session.execute(insert(OutgoingMail), rows[start : start + BATCH])
    if rows:
        session.info[QUEUED] = True
    return len(rows)
