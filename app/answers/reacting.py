"""What a commenter says to the answer to their comment: in one press, and another until the date."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.answers.models import Reaction
from app.answers.rules import LONGEST_NOTE, NEEDS_NOTE, ReactionKind, can_react
from app.comments.models import Comment
from app.comments.rules import Status
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.policy import May, Relation, may, require
from app.rounds.models import Round
from app.words import N_

NO_ANSWER = N_("There is no such answer.")
OVER = N_("The date until which answers could be reacted to has passed, so what was said stays.")
WITHDRAWN = N_("You withdrew this comment, so there is nothing to react to.")


def react(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    comment_id: int,
    point_id: int,
    kind: ReactionKind,
    note: str = "",
    at: datetime,
) -> tuple[Reaction, bool]:
    """Say what one makes of an answer, and whether that is new; said again the same, nothing changes.

    Only its author, only of a published round, only until its date. `Invalid` where a note is owed.
    """
    require(may(by.role, May.REACT, phase=round_.phase))
    row = session.execute(
        select(Comment, Point)
        .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(
            col(Comment.id) == comment_id,
            col(Point.id) == point_id,
            col(Comment.round_id) == round_.id,
            col(Point.round_id) == round_.id,
            col(Comment.seat_id) == by.seat_id,
            col(Comment.status).in_([Status.SUBMITTED, Status.WITHDRAWN]),
        )
        .with_for_update()
    ).first()
    if row is None or row[1].disposition is None:
        raise NotFound(NO_ANSWER)
    comment, point = row
    require(may(by.role, May.REACT, phase=round_.phase, relation=Relation.AUTHOR, status=comment.status))
    if not can_react(point.disposition, None, at):
        raise Conflict(WITHDRAWN)
    if not can_react(point.disposition, round_.reactions_until, at):
        raise Conflict(OVER)
    note = _note(kind, note)
    reaction = session.scalars(
        select(Reaction)
        .where(col(Reaction.comment_id) == comment_id, col(Reaction.point_id) == point_id)
        .with_for_update()
    ).first()
    before = None
    if reaction is None:
        reaction = Reaction(
            round_id=round_.id or 0,
            point_id=point_id,
            comment_id=comment_id,
            kind=kind,
            note=note,
            seat_id=by.seat_id,
            organisation_id=comment.organisation_id,
            constituency=comment.constituency,
            at=at,
        )
        session.add(reaction)
    elif (reaction.kind, reaction.note) == (kind, note):
        return reaction, False
    else:
        before = {"kind": reaction.kind.value, "note": reaction.note}
        reaction.kind, reaction.note, reaction.at = kind, note, at
        reaction.version += 1
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="reacted",
        subject="reaction",
        subject_id=reaction.id or 0,
        before=before,
        after={"kind": kind.value, "note": note, "comment_id": comment_id, "point_id": point_id},
        plan_id=round_.plan_id,
        round_id=round_.id,
        first=before is None,
    )
    return reaction, True


def _note(kind: ReactionKind, note: str) -> str:
    """The note as kept; who maintains an objection says why."""
    note = note.replace("\x00", "").replace("\r\n", "\n").strip()
    if kind in NEEDS_NOTE and not note:
        raise Invalid(
            "Say why you maintain the objection. It goes to the Steering Committee.",
            fields={"note": N_("Write why.")},
        )
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            "The note is longer than %(n)s letters.", n=LONGEST_NOTE, fields={"note": N_("Shorten the note.")}
        )
    return note
