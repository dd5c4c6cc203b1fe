"""What a person wrote, as part of their data: a copy of it, and what is left when their data is erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from app.comments import tallies
from app.comments.models import Comment, Origin
from app.comments.rules import Attribution, Status
from app.history.actions import record

COPIED = (
    "round_id",
    "number",
    "status",
    "text",
    "exact",
    "proposed",
    "rationale",
    "standard",
    "ground",
    "type",
    "priority",
    "language",
    "attribution",
    "created_at",
    "submitted_at",
    "withdrawn_at",
)


def written_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Every comment of a person, sent or not, in the order they began it."""
    columns = [getattr(Comment, name) for name in COPIED]
    rows = session.execute(
        select(*columns).where(col(Comment.person_id) == person_id).order_by(col(Comment.id))
    )
    return [dict(zip(COPIED, row, strict=True)) for row in rows]


def keep_under_constituency(session: Session, person_id: int, *, at: datetime) -> int:
    """Take the person and their organisation off what they sent, and drop what they never sent.

    Gives how many comments stay. What was for the secretariat only stays so.
    """
    unsent = select(col(Comment.id)).where(
        col(Comment.person_id) == person_id, col(Comment.status) == Status.DRAFT
    )
    session.execute(update(Comment).where(col(Comment.split_from_id).in_(unsent)).values(split_from_id=None))
    session.execute(
        delete(Comment).where(col(Comment.person_id) == person_id, col(Comment.status) == Status.DRAFT)
    )
    theirs = select(col(Comment.id)).where(col(Comment.person_id) == person_id)
    session.execute(
        update(Origin).where(col(Origin.comment_id).in_(theirs)).values(author="", note=""),
        execution_options={"synchronize_session": False},
    )
    told = (Attribution.NAMED, Attribution.ORGANISATION)
    comments = session.scalars(
        select(Comment).where(col(Comment.person_id) == person_id).with_for_update()
    ).all()
    for comment in comments:
        if comment.attribution not in told:
            continue
        before = list(tallies.counts(comment))
        shown, comment.attribution = comment.attribution, Attribution.CONSTITUENCY
        comment.version += 1
        if comment.status is Status.SUBMITTED:
            tallies.changed(session, comment.round_id, before, comment)
        record(
            session,
            at=at,
            by=person_id,
            verb="keep under constituency",
            subject="comment",
            subject_id=comment.id or 0,
            before={"attribution": shown},
            after={"attribution": comment.attribution},
            plan_id=comment.plan_id,
            round_id=comment.round_id,
        )
    session.flush()
    return len(comments)
