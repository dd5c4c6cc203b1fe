"""Sending a comment: it becomes a point of the matrix in the same transaction."""

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col

from app.comments import actions
from app.comments.forms import Written
from app.comments.models import Comment
from app.matrix.models import Point, PointComment
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


def make_point(session: Session, comment: Comment, at: datetime) -> None:
    """Give a comment its point."""
    point_id = session.scalar(
        insert(Point)
        .values(
            round_id=comment.round_id,
            clause_id=comment.clause_id,
            position=comment.position,
            title="",
            created_at=at,
            version=1,
        )
        .returning(col(Point.id))
    )
    session.execute(insert(PointComment).values(point_id=point_id, comment_id=comment.id))
