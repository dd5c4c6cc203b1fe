from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class OutgoingMail(SQLModel, table=True):
    """A mail to send, written in the transaction it tells of; `key` makes it one, however often retried."""

    __tablename__ = "outgoing_mail"

    __table_args__ = (Index(None, "sent_at", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=300)
    text: str
    html: str = ""
    attachment_name: str = Field(default="", max_length=120)
    attachment: str = ""
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    tries: int = 0
    problem: str = Field(default="", max_length=500)
