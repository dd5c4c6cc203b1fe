"""Sending a comment: it becomes a point of the matrix in the same transaction."""

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from app.comments import actions, supporting
from app.comments.forms import Said, Written
from app.comments.models import Comment
from app.comments.rules import StanceKind
from app.matrix.keeping import points_of, refresh, told
from app.matrix.models import Point
from app.people.rules import Viewer
from app.rounds.models import Round


def submit(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    written: Written,
    at: datetime,
    came: actions.Came | None = None,
) -> tuple[Comment, bool]:
    """Send a comment as a point of its own, and say whether it is new; `came` where another takes it in."""
    comment, new = actions.submit(session, by=by, round_=round_, written=written, at=at, came=came)
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


def edit(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    comment_id: int,
    version: int,
    said: Said,
    at: datetime,
) -> Comment:
    """Change what one has sent, and what is kept about its points."""
    comment = actions.edit(
        session, by=by, round_=round_, comment_id=comment_id, version=version, said=said, at=at
    )
    refresh(session, points_of(session, [comment_id]))
    return comment


def withdraw(session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime) -> Comment:
    """Take back what one has sent, and what is kept about its points."""
    comment = actions.withdraw(session, by=by, round_=round_, comment_id=comment_id, at=at)
    refresh(session, points_of(session, [comment_id]))
    return comment


def take_stance(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    comment_id: int,
    kind: StanceKind | None,
    reason: str = "",
    at: datetime,
) -> None:
    """Say for one's organisation that it supports or objects, and what is kept about the comment's points."""
    supporting.take(session, by=by, round_=round_, comment_id=comment_id, kind=kind, reason=reason, at=at)
    refresh(session, points_of(session, [comment_id]))


_POINT = insert(SQLModel.metadata.tables["point"]).returning(SQLModel.metadata.tables["point"].c.id)
_LINK = insert(SQLModel.metadata.tables["point_comment"])
#: What a new point has where nobody has said anything yet.
_UNSAID = {
    name: field.get_default(call_default_factory=True)
    for name, field in Point.model_fields.items()
    if name != "id" and not field.is_required()
}


def make_point(session: Session, comment: Comment, at: datetime) -> None:
    """Give a comment its point."""
    connection = session.connection()
    point = _UNSAID | {
        "round_id": comment.round_id,
        "clause_id": comment.clause_id,
        "position": comment.position,
        "voices": {told(comment.constituency, comment.attribution): 1},
        "proposes": comment.proposed is not None,
        "created_at": at,
    }
    point_id = connection.execute(_POINT, point).scalar_one()
    connection.execute(_LINK, {"point_id": point_id, "comment_id": comment.id})
