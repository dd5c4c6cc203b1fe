"""Sending a comment: it becomes a point of the matrix in the same transaction."""

from datetime import datetime

from sqlalchemy import Executable, bindparam, insert, literal, select
from sqlmodel import Session, SQLModel

from app.comments import actions, supporting
from app.comments.forms import Said, Written
from app.comments.models import Comment
from app.comments.rules import StanceKind
from app.matrix.keeping import points_of, refresh, told
from app.matrix.models import Point
from app.matrix.suggesting import again
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
    sent = send(session, by=by, round_=round_, written=written, at=at, came=came)
    return sent.comment, sent.new


def send(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    written: Written,
    at: datetime,
    came: actions.Came | None = None,
) -> actions.Sent:
    """The same, saying also where it is read."""
    sent = actions.submit(session, by=by, round_=round_, written=written, at=at, came=came)
    if sent.new:
        make_point(session, sent.comment, at)
    return sent


def submit_draft(
    session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime
) -> tuple[Comment, bool]:
    """Send what was kept unsent as a point of its own, and say whether it is new."""
    comment, new, _ = actions.submit_draft(session, by=by, round_=round_, comment_id=comment_id, at=at)
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
    again(session, comment, at)
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


_POINT, _LINK = (SQLModel.metadata.tables[name] for name in ("point", "point_comment"))
#: What a new point has where nobody has said anything yet.
_UNSAID = {
    name: field.get_default(call_default_factory=True)
    for name, field in Point.model_fields.items()
    if name != "id" and not field.is_required()
}
_MADE = insert(_POINT).returning(_POINT.c.id)
_LINKED = insert(_LINK)


def _both() -> Executable:
    """A point and its comment in one statement, which SQLite has no words for."""
    values = {
        column.name: bindparam(column.name, type_=column.type) for column in _POINT.c if column.name != "id"
    }
    made = insert(_POINT).values(values).returning(_POINT.c.id).cte("made")
    whose = select(made.c.id, bindparam("of_comment", type_=_LINK.c.comment_id.type), literal(""))
    return insert(_LINK).from_select(["point_id", "comment_id", "words"], whose).add_cte(made)


_BOTH = _both()


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
    if connection.dialect.name == "postgresql":
        connection.execute(_BOTH, point | {"of_comment": comment.id})
        return
    point_id = connection.execute(_MADE, point).scalar_one()
    connection.execute(_LINKED, {"point_id": point_id, "comment_id": comment.id})
