"""Telling everyone who may comment what became of a round, in a few statements for hundreds of seats."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from app.config import settings
from app.mail.actions import QUEUED
from app.mail.letters import letter, moment
from app.mail.models import OutgoingMail
from app.mail.rules import one_line
from app.people.models import Person, Seat
from app.people.rules import Constituency, Role
from app.plans.models import Plan
from app.policy import ROLE_MAY, May
from app.rounds.models import Round
from app.rounds.queries import due, windows

#: Whoever can comment is told.
TOLD = frozenset(role for role in Role if May.COMMENT in ROLE_MAY[role])


def tell(
    session: Session,
    round_: Round,
    what: str,
    *,
    at: datetime,
    constituencies: Collection[Constituency] | None = None,
    but_not: Collection[int] = (),
) -> int:
    """Write everyone the mail `templates/mail/round_<what>.txt`; gives how many were written.

    Only to `constituencies` when given, and not to the seats in `but_not`. The closing time named is the
    reader's own. The caller holds the round's row, and its `version` makes each mail one of a kind.
    """
    base, zone = settings().base_url.rstrip("/"), settings().time_zone
    own = windows(session, round_)
    plan = session.execute(
        select(col(Plan.title), col(Plan.title_ms)).where(col(Plan.id) == round_.plan_id)
    ).one()
    seats = session.execute(
        select(col(Seat.id), col(Seat.constituency), col(Person.id), col(Person.email), col(Person.language))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(
            col(Seat.plan_id) == round_.plan_id,
            col(Seat.ended_at).is_(None),
            col(Seat.role).in_(TOLD),
            col(Person.email).is_not(None),
        )
    )
    written: dict[tuple[str, Constituency | None], tuple[str, str]] = {}
    mails = []
    for seat_id, constituency, person_id, email, language in seats:
        if seat_id in but_not or (constituencies is not None and constituency not in constituencies):
            continue
        kind = (language.value, constituency)
        if kind not in written:
            closes_at = due(round_.closes_at, own, constituency)
            written[kind] = letter(
                f"round_{what}",
                language.value,
                round=round_.name,
                plan=(plan[1] if language == "ms" else "") or plan[0],
                closes=moment(closes_at, language.value, zone),
                about=(round_.about_ms if language == "ms" else "") or round_.about,
                because=round_.paused_because,
                own_windows=any(w.section_id for w in own),
                link=f"{base}/rounds/{round_.id}/read",
            )
        subject, text = written[kind]
        mails.append(
            {
                "key": f"round-{round_.id}-{what}-{round_.version}-{seat_id}",
                "plan_id": round_.plan_id,
                "person_id": person_id,
                "recipient": email,
                "subject": one_line(subject),
                "text": text,
                "language": language.value,
                "created_at": at,
                "due_at": at,
            }
        )
    if mails:
        session.execute(insert(OutgoingMail), mails)
        session.info[QUEUED] = True
    return len(mails)
