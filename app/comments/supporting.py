"""Supporting somebody's comment, or objecting to it: an organisation's word, one each."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment, Stance
from app.comments.queries import seen
from app.comments.rules import StanceKind, Status
from app.errors import Forbidden, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.policy import May, Relation, may, require
from app.rounds.models import Round
from app.words import N_


def take(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    comment_id: int,
    kind: StanceKind | None,
    reason: str = "",
    at: datetime,
) -> None:
    """Say for one's organisation that it supports or objects; None takes it back. The last word stands."""
    row = session.execute(
        select(col(Comment.seat_id), col(Comment.organisation_id), col(Comment.status)).where(
            *seen(by, round_), col(Comment.id) == comment_id
        )
    ).first()
    if row is None or row.status is not Status.SUBMITTED:
        raise NotFound("There is no such comment.")
    relation = Relation.AUTHOR if row.seat_id == by.seat_id else Relation.OTHER
    require(may(by.role, May.TAKE_STANCE, phase=round_.phase, relation=relation))
    if by.organisation_id is None or by.constituency is None:
        raise Forbidden("Only a seat that speaks for an organisation can support or object.")
    if kind is StanceKind.OBJECT and not reason.strip():
        raise Invalid(
            "Say why you object, so that the drafter can answer.", fields={"reason": N_("Write a reason.")}
        )
    stance = session.scalars(
        select(Stance)
        .where(col(Stance.comment_id) == comment_id, col(Stance.organisation_id) == by.organisation_id)
        .with_for_update()
    ).first()
    before = {"kind": stance.kind, "reason": stance.reason} if stance else None
    after = {"kind": kind, "reason": reason} if kind else None
    if before == after:
        return
    if stance and kind is None:
        session.delete(stance)
    elif stance and kind:
        stance.kind, stance.reason, stance.at, stance.seat_id = kind, reason, at, by.seat_id or 0
        stance.version += 1
    elif kind:
        session.add(
            Stance(
                comment_id=comment_id,
                organisation_id=by.organisation_id,
                constituency=by.constituency,
                seat_id=by.seat_id or 0,
                kind=kind,
                reason=reason,
                at=at,
            )
        )
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="stance",
        subject="comment",
        subject_id=comment_id,
        before=before,
        after=after,
        plan_id=round_.plan_id,
        round_id=round_.id,
    )
