from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import Json


class History(SQLModel, table=True):
    """One change: who, when, what, before and after. Rows are added and never altered; triggers hold that.

    Each subject has a chain of its own: `seq` counts from 1, and `digest` covers the row and the digest
    before it, so a row that was altered or taken out is found by `runding check`.
    """

    __table_args__ = (UniqueConstraint("subject", "subject_id", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    by_person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    round_id: int | None = Field(default=None, foreign_key="round.id", index=True)
    subject: str = Field(max_length=40)
    subject_id: int
    seq: int
    verb: str = Field(max_length=40)
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)
    after: dict[str, Any] | None = Field(default=None, sa_type=Json)
    digest: str = Field(max_length=64)
