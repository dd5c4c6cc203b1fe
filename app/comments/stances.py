"""Supporting somebody's comment, or objecting to it: an organisation's word, one each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.comments.models import Comment, Stance
from app.comments.queries import seen
from app.comments.rules import StanceKind, Status
from app.errors import Forbidden, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Constituency, Viewer
from app.policy import May, Relation, may, require
from app.rounds.models import Round
from app.words import N_


@dataclass(frozen=True, slots=True)
class Stances:
    """What was said to one comment: organisations by constituency, and what the viewer's own said."""

    support: dict[Constituency, int]
    object: dict[Constituency, int]
    mine: StanceKind | None


NOTHING = Stances({}, {}, None)


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


def of(session: Session, viewer: Viewer, comment_ids: Iterable[int]) -> dict[int, Stances]:
    """What was said to each of these comments, in two statements; the caller has seen to it that they are visible."""
    ids = list(comment_ids)
    if not ids:
        return {}
    support: dict[int, dict[Constituency, int]] = {}
    objection: dict[int, dict[Constituency, int]] = {}
    for comment_id, kind, constituency, n in session.execute(
        select(col(Stance.comment_id), col(Stance.kind), col(Stance.constituency), func.count())
        .where(col(Stance.comment_id).in_(ids))
        .group_by(col(Stance.comment_id), col(Stance.kind), col(Stance.constituency))
    ):
        (support if kind is StanceKind.SUPPORT else objection).setdefault(comment_id, {})[constituency] = n
    mine: dict[int, StanceKind] = {}
    if viewer.organisation_id is not None:
        mine = dict(
            session.execute(
                select(col(Stance.comment_id), col(Stance.kind)).where(
                    col(Stance.comment_id).in_(ids), col(Stance.organisation_id) == viewer.organisation_id
                )
            ).all()
        )
    return {
        id_: Stances(support.get(id_, {}), objection.get(id_, {}), mine.get(id_))
        for id_ in ids
        if id_ in support or id_ in objection
    }


def objections(session: Session, comment_ids: Iterable[int]) -> dict[int, list[tuple[Constituency, str]]]:
    """The reasons of those who object, by comment: a constituency and its words."""
    found: dict[int, list[tuple[Constituency, str]]] = {}
    for comment_id, constituency, reason in session.execute(
        select(col(Stance.comment_id), col(Stance.constituency), col(Stance.reason))
        .where(col(Stance.comment_id).in_(list(comment_ids)), col(Stance.kind) == StanceKind.OBJECT)
        .order_by(col(Stance.id))
    ):
        found.setdefault(comment_id, []).append((constituency, reason))
    return found
