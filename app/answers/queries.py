"""What the answers of a plan's rounds ask of a person: to read and react, to decide, to draft."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, text
from sqlmodel import Session, col

from app.answers.models import Reaction
from app.answers.rules import NOTHING_TO_REACT_TO
from app.comments.models import Comment
from app.comments.rules import Status
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.policy import PHASE_ALLOWS, May, may
from app.rounds.models import Round
from app.rounds.rules import Phase

#: Phases in which answers are reacted to, and those in which they are still written.
REACTED_IN = [phase for phase in Phase if May.REACT in PHASE_ALLOWS[phase]]
RESOLVED_IN = [phase for phase in Phase if May.DECIDE in PHASE_ALLOWS[phase]]


@dataclass(frozen=True, slots=True)
class ToRead:
    """A published round with answers to one's comments, of which `due` wait for a reaction until `until`."""

    round_id: int
    name: str
    until: datetime | None
    due: int


def to_read(session: Session, viewer: Viewer, plan_id: int, now: datetime) -> list[ToRead]:
    """The published rounds of a plan where this person's reaction is due; one statement, over own comments."""
    if viewer.seat_id is None or not may(viewer.role, May.REACT):
        return []
    until: Any = col(Round.reactions_until)
    rows = session.execute(
        select(col(Round.id), col(Round.name), until, func.count())
        .select_from(Comment)
        .join(Round, col(Round.id) == col(Comment.round_id))
        .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .outerjoin(
            Reaction,
            and_(col(Reaction.comment_id) == col(Comment.id), col(Reaction.point_id) == col(Point.id)),
        )
        .where(
            col(Comment.seat_id) == viewer.seat_id,
            col(Comment.status) == Status.SUBMITTED,
            col(Round.plan_id) == plan_id,
            col(Round.phase).in_(REACTED_IN),
            or_(until.is_(None), until >= now),
            col(Point.disposition).is_not(None),
            col(Point.disposition).not_in(NOTHING_TO_REACT_TO),
            col(Reaction.id).is_(None),
        )
        .group_by(col(Round.id), col(Round.name), until)
        .order_by(col(Round.id))
    )
    return [ToRead(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Books:
    """A round being resolved: how many points wait for an answer, and how many of them are this person's to draft.

    Both are counted to one more than `MANY`.
    """

    round_id: int
    name: str
    phase: Phase
    undecided: int
    assigned: int
    publish_at: datetime | None


#: The home page counts no further.
MANY = 999

_UNDECIDED = text("point.disposition IS NULL AND point.standing > 0")
_MINE = text("point.drafter_seat_id IS NOT NULL")


def books(session: Session, viewer: Viewer, plan_id: int) -> list[Books]:
    """The rounds of a plan whose points are being answered, for who works on them; a statement for each and one."""
    if not may(viewer.role, May.SEE_PROPOSALS):
        return []
    rounds = session.execute(
        select(col(Round.id), col(Round.name), col(Round.phase), col(Round.publish_at))
        .where(col(Round.plan_id) == plan_id, col(Round.phase).in_(RESOLVED_IN), col(Round.last_number) > 0)
        .order_by(col(Round.number))
    ).all()
    found = []
    for id_, name, phase, at in rounds:
        waiting = select(col(Point.id)).where(col(Point.round_id) == id_, _UNDECIDED).limit(MANY + 1)
        mine = (
            select(col(Point.id))
            .where(
                col(Point.round_id) == id_,
                _MINE,
                col(Point.drafter_seat_id) == viewer.seat_id,
                col(Point.proposed_disposition).is_(None),
                col(Point.disposition).is_(None),
            )
            .limit(MANY + 1)
        )
        undecided, assigned = session.execute(select(_counted(waiting), _counted(mine))).one()
        found.append(Books(id_, name, phase, undecided, assigned, at))
    return found


def _counted(some: Select[Any]) -> Any:
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
