"""The outbox: mails written in the transaction they tell of, sent after it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class OutgoingMail(SQLModel, table=True):
    """A mail to send, written in the transaction it tells of; `key` makes it one, however often retried.

    `secret` stands in for the mark `SECRET` in the text (mail/rules.py) when the mail leaves, and is
    emptied then: whoever reads the outbox finds no link that still works. While a process sends a mail,
    `due_at` lies ahead, so that no other takes it, and so that it is taken again if that process dies.
    """

    __tablename__ = "outgoing_mail"

    __table_args__ = (Index(None, "sent_at", "due_at"), Index(None, "plan_id", "id"))

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=300)
    text: str
    html: str = ""
    secret: str = Field(default="", max_length=80)
    language: str = Field(default="en", max_length=10)
    attachment_name: str = Field(default="", max_length=120)
    attachment: str = ""
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    given_up_at: datetime | None = None
    tries: int = 0
    problem: str = Field(default="", max_length=500)
