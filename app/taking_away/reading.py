"""The comments of a round as they are taken away: each with what others said to it, and with its answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment, Stance
from app.comments.reading import CommentView, reading, views
from app.comments.rules import StanceKind, Status
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Constituency, Viewer
from app.policy import May, may
from app.rounds.models import Round

#: So many comments are read at a time.
AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an organisation of a constituency objects to a comment; only the day is told."""

    constituency: Constituency
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision on a point that a comment makes; `reason` in the reader's language where it was given in it."""

    disposition: Disposition
    reason: str
    referred_to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A comment with all that is taken away of it; `answered` when every point that it makes is decided."""

    comment: CommentView
    objections: tuple[Objection, ...] = ()
    answers: tuple[Answer, ...] = ()
    answered: bool = False


def sees_answers(viewer: Viewer, round_: Round) -> bool:
    """Whether this person may know of decisions: who resolves as they come, others once they are published."""
    seen = (May.SEE_PROPOSALS, May.SEE_ANSWERS)
    return any(may(viewer.role, what, phase=round_.phase) for what in seen)


def taken(session: Session, viewer: Viewer, round_: Round, *, proposing: bool = False) -> Iterator[Taken]:
    """The submitted comments that this person may see, in document order, read as they are asked for.

    With `proposing` only those that propose a change, on each clause in the order of their refs. Each has
    its stances and answers, in a fixed number of statements for every five hundred.
    """
    statement = (
        reading(viewer, round_)
        .where(col(Comment.status) == Status.SUBMITTED)
        .order_by(col(Comment.position), col(Comment.number) if proposing else col(Comment.id))
        .execution_options(yield_per=AT_A_TIME)
    )
    if proposing:
        statement = statement.where(col(Comment.proposed).is_not(None))
    found = iter(views(session.execute(statement), viewer, round_))
    answers = sees_answers(viewer, round_)
    while some := list(islice(found, AT_A_TIME)):
        ids = [one.id for one in some]
        objections = _objections(session, ids)
        decided, open_ = _answers(session, ids, malay=viewer.language == "ms") if answers else ({}, set(ids))
        for one in some:
            given = tuple(decided.get(one.id, ()))
            yield Taken(one, tuple(objections.get(one.id, ())), given, bool(given) and one.id not in open_)


def _objections(session: Session, ids: list[int]) -> dict[int, list[Objection]]:
    found: dict[int, list[Objection]] = {}
    rows = session.execute(
        select(col(Stance.comment_id), col(Stance.constituency), col(Stance.reason), col(Stance.at))
        .where(col(Stance.comment_id).in_(ids), col(Stance.kind) == StanceKind.OBJECT)
        .order_by(col(Stance.id))
    )
    for comment_id, constituency, reason, at in rows:
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)
        found.setdefault(comment_id, []).append(Objection(constituency, reason, day))
    return found


def _answers(
    session: Session, ids: Iterable[int], *, malay: bool
) -> tuple[dict[int, list[Answer]], set[int]]:
    """The decisions on what these comments make, and the comments of which some point is still open."""
    found: dict[int, list[Answer]] = {}
    still: set[int] = set()
    rows = session.execute(
        select(
            col(PointComment.comment_id),
            col(Point.disposition),
            col(Point.reason),
            col(Point.reason_ms),
            col(Point.referred_to),
            col(Point.decided_at),
        )
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(col(PointComment.comment_id).in_(list(ids)))
        .order_by(col(Point.id))
    )
    for comment_id, disposition, reason, reason_ms, referred_to, at in rows:
        if disposition is None or at is None:
            still.add(comment_id)
            continue
        words = (reason_ms if malay else "") or reason
        found.setdefault(comment_id, []).append(Answer(disposition, words, referred_to, at))
    return found, still
