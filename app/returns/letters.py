"""Telling who speaks for an organisation what came in its name: one mail a file, not one a comment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import ref
from app.config import settings
from app.mail.actions import queue
from app.mail.letters import letter
from app.people.models import Person, Seat
from app.plans.models import Plan
from app.returns.models import ReturnedFile
from app.rounds.models import Round

#: So many references are written out.
NAMED = 12


def tell_taken_in(
    session: Session, round_: Round, one: ReturnedFile, comments: Sequence[Comment], *, at: datetime
) -> int:
    """Write to each living seat in whose name comments of a file came in; gives how many mails."""
    by_seat: dict[int, list[Comment]] = {}
    for comment in comments:
        by_seat.setdefault(comment.seat_id, []).append(comment)
    if not by_seat:
        return 0
    plan = session.execute(
        select(col(Plan.title), col(Plan.title_ms)).where(col(Plan.id) == round_.plan_id)
    ).one()
    rows = session.execute(
        select(col(Seat.id), col(Person.id), col(Person.email), col(Person.language))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(col(Seat.id).in_(by_seat), col(Seat.ended_at).is_(None), col(Person.email).is_not(None))
    )
    told = 0
    for seat_id, person_id, email, language in rows:
        theirs = by_seat[seat_id]
        refs = [ref(round_.number, comment.number) for comment in theirs]
        subject, text = letter(
            "returned",
            language.value,
            plan=(plan[1] if language == "ms" else "") or plan[0],
            round=round_.name,
            file=one.name,
            n=len(theirs),
            refs=", ".join(refs[:NAMED]) + (" …" if len(refs) > NAMED else ""),
            address=f"{settings().base_url.rstrip('/')}/rounds/{round_.id}/mine",
        )
        made = queue(
            session,
            key=f"returned:{one.id}:{seat_id}",
            to=email,
            subject=subject,
            text=text,
            at=at,
            language=language.value,
            plan_id=round_.plan_id,
            person_id=person_id,
        )
        told += made is not None
    return told
