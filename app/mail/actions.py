"""Putting mails into the outbox, in the transaction they tell of."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from app.history.actions import record
from app.mail.models import OutgoingMail
from app.mail.rules import can_go_again, one_line
from app.prepared import Prepared

#: Set in a session's `info` when it holds a new mail, so that the postman is woken by its commit.
QUEUED = "mail_queued"


def queue(
    session: Session,
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    secret: str = "",
    language: str = "en",
    plan_id: int | None = None,
    person_id: int | None = None,
    attachment_name: str = "",
    attachment: str = "",
) -> int | None:
    """Write one mail to be sent from `at` on; a second one with the same `key` is the same mail.

    `plan_id` is the plan whose secretariat sees it, `person_id` whose data it is. Gives the mail's id,
    None when the key was there already.
    """
    made: int | None = _put(
        session,
        {
            "key": key,
            "plan_id": plan_id,
            "person_id": person_id,
            "recipient": to,
            "subject": one_line(subject),
            "text": text,
            "html": html,
            "secret": secret,
            "language": language,
            "attachment_name": one_line(attachment_name),
            "attachment": attachment,
            "created_at": at,
            "due_at": at,
            "tries": 0,
            "problem": "",
        },
        session.get_bind().dialect.name,
    ).scalar()
    if made is not None:
        session.info[QUEUED] = True
    return made


def _insert(dialect: str) -> Any:
    table = SQLModel.metadata.tables["outgoing_mail"]
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)


_put = Prepared(_insert)


def send_again(
    session: Session, mail_id: int, *, at: datetime, by: int | None = None, plan_id: int | None = None
) -> bool:
    """Make a mail due once more; False for one whose link is gone, which a new link must replace."""
    mail = session.get(OutgoingMail, mail_id, with_for_update=True)
    if mail is None or not can_go_again(mail.text, mail.secret):
        return False
    session.execute(
        update(OutgoingMail)
        .where(col(OutgoingMail.id) == mail_id)
        .values(created_at=at, due_at=at, sent_at=None, given_up_at=None, tries=0, problem="")
    )
    record(session, at=at, by=by, verb="send again", subject="mail", subject_id=mail_id, plan_id=plan_id)
    session.info[QUEUED] = True
    return True
