"""What a person said to answers, as part of their data."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.answers.models import Reaction
from app.comments.models import Comment


def said_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Every reaction of a person to an answer to their comments, in the order they were made."""
    rows = session.execute(
        select(
            col(Reaction.round_id),
            col(Comment.number),
            col(Reaction.kind),
            col(Reaction.note),
            col(Reaction.at),
        )
        .join(Comment, col(Comment.id) == col(Reaction.comment_id))
        .where(col(Comment.person_id) == person_id)
        .order_by(col(Reaction.id))
    )
    keys = ("round_id", "comment_number", "kind", "note", "at")
    return [dict(zip(keys, row, strict=True)) for row in rows]
