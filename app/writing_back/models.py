"""Workbooks of the matrix that came back, kept while a person looks at what they would change."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.db import Json


class ReturnedMatrix(SQLModel, table=True):
    """A workbook that came back: its rows as read, and once it was applied, what became of each change.

    `rows` are {row, ref, stamp, cells}; `language` is the one that its words are in.
    """

    __tablename__ = "returned_matrix"
    __table_args__ = (Index(None, "round_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    file_name: str = Field(default="", max_length=255)
    sha256: str = Field(max_length=64)
    language: str = Field(default="en", max_length=2)
    rows: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    by_person_id: int = Field(foreign_key="person.id")
    at: datetime
    applied_at: datetime | None = None
    report: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    version: int = 1
