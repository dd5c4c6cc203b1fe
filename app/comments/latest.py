"""The newest comments on each of several clauses, at a cost that does not grow with what was said."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.reading import COLUMNS, CommentView, views, with_names
from app.comments.rules import Status
from app.people.rules import Viewer
from app.plans.models import Clause
from app.rounds.models import Round


def latest(
    session: Session, viewer: Viewer, round_: Round, clause_ids: Sequence[int], each: int
) -> dict[int, list[CommentView]]:
    """Up to `each` submitted comments on each clause that this person may see, the newest first.

    One statement: for each clause a walk down the index on (clause, status, id) that stops after `each`.
    PostgreSQL says it with LATERAL, which SQLite does not have; SQLite evaluates the same inner statement
    once a clause by itself.
    """
    if not clause_ids:
        return {}
    asked = aliased(Clause)
    newest: Select[Any] = (
        select(col(Comment.id).label("comment_id"))
        .where(
            col(Comment.clause_id) == col(asked.id),
            col(Comment.status) == Status.SUBMITTED,
            *seen(viewer, round_),
        )
        .order_by(col(Comment.id).desc())
        .limit(each)
        .correlate(asked)
    )
    statement: Select[Any]
    if session.get_bind().dialect.name == "postgresql":
        inner = newest.lateral()
        ids: Any = (
            select(inner.c.comment_id)
            .select_from(asked)
            .join(inner, true())
            .where(col(asked.id).in_(clause_ids))
        )
        found = list(session.scalars(ids))
        statement = with_names(select(*COLUMNS)).where(col(Comment.id).in_(found))
    else:
        statement = with_names(
            select(*COLUMNS).select_from(asked).join(Comment, col(Comment.id).in_(newest))
        ).where(col(asked.id).in_(clause_ids))
    by_clause: dict[int, list[CommentView]] = {}
    for view in views(session.execute(statement), viewer, round_):
        by_clause.setdefault(view.clause_id or 0, []).append(view)
    for found_views in by_clause.values():
        found_views.sort(key=lambda view: -view.id)
    return by_clause
