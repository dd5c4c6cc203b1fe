"""Which comments on a draft still stand when the next one comes: unanswered, deferred, or maintained."""

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import col

from app.answers.models import Reaction
from app.answers.rules import ReactionKind
from app.comments.models import Comment
from app.comments.rules import Status
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment

#: Answers after which a comment still waits for one.
UNANSWERED = frozenset({Disposition.DEFERRED})


def still_stands() -> ColumnElement[bool]:
    """That a submitted comment has no final disposition yet, or a deferred one, or its objection is maintained."""
    open_point = exists().where(
        col(PointComment.comment_id) == col(Comment.id),
        col(Point.id) == col(PointComment.point_id),
        or_(col(Point.disposition).is_(None), col(Point.disposition).in_(UNANSWERED)),
    )
    maintained = exists().where(
        col(Reaction.comment_id) == col(Comment.id), col(Reaction.kind) == ReactionKind.MAINTAINS
    )
    return and_(col(Comment.status) == Status.SUBMITTED, or_(open_point, maintained))
