"""Reading what went out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.mail.models import OutgoingMail
from app.mail.rules import SECRET, can_go_again
from app.words import N_

PAGE = 50

NO_MAIL = N_("There is no such mail of this plan.")


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail without its text; `state` is sent, waiting, trying (a try failed) or given_up."""

    mail_id: int
    recipient: str
    subject: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    given_up_at: datetime | None
    tries: int
    problem: str

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.sent_at:
            return "sent"
        if self.given_up_at:
            return "given_up"
        return "trying" if self.problem else "waiting"


@dataclass(frozen=True, slots=True)
class LetterView:
    """A mail with its text as the secretariat reads it: without the secret that signs somebody in."""

    mail: MailView
    text: str
    attachment_name: str
    attachment: str
    language: str
    can_go_again: bool


COLUMNS = (
    col(OutgoingMail.id),
    col(OutgoingMail.recipient),
    col(OutgoingMail.subject),
    col(OutgoingMail.created_at),
    col(OutgoingMail.due_at),
    col(OutgoingMail.sent_at),
    col(OutgoingMail.given_up_at),
    col(OutgoingMail.tries),
    col(OutgoingMail.problem),
)

STATES: dict[str, ColumnElement[bool]] = {
    "sent": col(OutgoingMail.sent_at).is_not(None),
    "waiting": and_(col(OutgoingMail.sent_at).is_(None), col(OutgoingMail.given_up_at).is_(None)),
    "given_up": col(OutgoingMail.given_up_at).is_not(None),
}


def mails(
    session: Session, of: ColumnElement[bool], *, state: str = "", before: int | None = None
) -> tuple[list[MailView], bool]:
    """The mails that `of` is true of, the newest first, at most 50 below the id `before`; and whether more follow."""
    limits = [of]
    if state in STATES:
        limits.append(STATES[state])
    if before is not None:
        limits.append(col(OutgoingMail.id) < before)
    rows: Any = session.execute(
        select(*COLUMNS).where(*limits).order_by(col(OutgoingMail.id).desc()).limit(PAGE + 1)
    ).all()
    return [MailView(*row) for row in rows[:PAGE]], len(rows) > PAGE


def mail(session: Session, of: ColumnElement[bool], mail_id: int) -> LetterView:
    """One of them with its text, its secret left out; NotFound when `of` is not true of it."""
    row: Any = session.execute(
        select(
            *COLUMNS,
            col(OutgoingMail.text),
            col(OutgoingMail.attachment_name),
            col(OutgoingMail.attachment),
            col(OutgoingMail.language),
            col(OutgoingMail.secret),
        ).where(of, col(OutgoingMail.id) == mail_id)
    ).first()
    if row is None:
        raise NotFound(NO_MAIL)
    *head, text, name, attachment, language, secret = row
    return LetterView(
        MailView(*head), text.replace(SECRET, "…"), name, attachment, language, can_go_again(text, secret)
    )


def of_plan(plan_id: int, people: Any) -> ColumnElement[bool]:
    """The mails of a plan: its own, and the sign-in links of `people`, a select of person ids."""
    return or_(
        col(OutgoingMail.plan_id) == plan_id,
        and_(col(OutgoingMail.plan_id).is_(None), col(OutgoingMail.person_id).in_(people)),
    )
