"""Sending a comment: it becomes a point of the matrix in the same transaction."""

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

import app.matrix.models  # noqa: F401 (its tables are named below)
from app.comments import actions
from app.comments.forms import Written
from app.comments.models import Comment
from app.people.rules import Viewer
from app.rounds.models import Round


def submit(
    session: Session, *, by: Viewer, round_: Round, written: Written, at: datetime
) -> tuple[Comment, bool]:
    """Send a comment as a point of its own, and say whether it is new."""
    comment, new = actions.submit(session, by=by, round_=round_, written=written, at=at)
    if new:
        make_point(session, comment, at)
    return comment, new


def submit_draft(
    session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime
) -> tuple[Comment, bool]:
    """Send what was kept unsent as a point of its own, and say whether it is new."""
    comment, new = actions.submit_draft(session, by=by, round_=round_, comment_id=comment_id, at=at)
    if new:
        make_point(session, comment, at)
    return comment, new


_POINT = insert(SQLModel.metadata.tables["point"]).returning(SQLModel.metadata.tables["point"].c.id)
_LINK = insert(SQLModel.metadata.tables["point_comment"])


def make_point(session: Session, comment: Comment, at: datetime) -> None:
    """Give a comment its point."""
    connection = session.connection()
    point = {
        "round_id": comment.round_id,
        "clause_id": comment.clause_id,
        "position": comment.position,
        "title": "",
        "created_at": at,
        "version": 1,
    }
    point_id = connection.execute(_POINT, point).scalar_one()
    connection.execute(_LINK, {"point_id": point_id, "comment_id": comment.id})
