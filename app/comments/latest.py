"""The newest comments on each of several clauses, at a cost that does not grow with what was said."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import SeenAs, places, seen, seen_as, stand_ins
from app.comments.reading import COLUMNS, CommentView, views, with_names
from app.comments.rules import Status
from app.people.rules import Viewer
from app.plans.models import Clause
from app.prepared import Prepared
from app.rounds.models import Round


def latest(
    session: Session, viewer: Viewer, round_: Round, clause_ids: Sequence[int], each: int
) -> dict[int, list[CommentView]]:
    """Up to `each` submitted comments on each clause that this person may see, the newest first."""
    if not clause_ids:
        return {}
    values = places(viewer, round_) | {"clause_ids": list(clause_ids), "each": each}
    rows = _newest(session, values, seen_as(viewer, round_), session.get_bind().dialect.name)
    by_clause: dict[int, list[CommentView]] = {}
    for view in views(rows, viewer, round_):
        by_clause.setdefault(view.clause_id or 0, []).append(view)
    for found in by_clause.values():
        found.sort(key=lambda view: -view.id)
    return by_clause


def _statement(shape: SeenAs, dialect: str) -> Select[Any]:
    """For each clause a walk down the index on (clause, status, id) that stops after `each`.

    PostgreSQL says it with LATERAL, which SQLite does not have; SQLite evaluates the same inner statement
    once a clause by itself.
    """
    viewer, round_ = stand_ins(shape)
    asked = aliased(Clause)
    newest: Select[Any] = (
        select(col(Comment.id).label("comment_id"))
        .where(
            col(Comment.clause_id) == col(asked.id),
            col(Comment.status) == Status.SUBMITTED,
            *seen(viewer, round_),
        )
        .order_by(col(Comment.id).desc())
        .limit(bindparam("each"))
        .correlate(asked)
    )
    if dialect == "postgresql":
        inner = newest.lateral()
        statement: Select[Any] = (
            select(*COLUMNS)
            .select_from(asked)
            .join(inner, true())
            .join(Comment, col(Comment.id) == inner.c.comment_id)
        )
    else:
        statement = select(*COLUMNS).select_from(asked).join(Comment, col(Comment.id).in_(newest))
    wanted: Any = bindparam("clause_ids", expanding=True)
    return with_names(statement).where(col(asked.id).in_(wanted))


_newest = Prepared(_statement)
