"""The numbers of answers and of reactions; those of answers were counted when they were published."""

from dataclasses import dataclass

from sqlalchemy import String, cast, func, literal, select
from sqlmodel import Session, col

from app.answers.models import AnswerTally, Reaction
from app.answers.reading import Asked
from app.answers.rules import ReactionKind
from app.comments.models import Comment
from app.comments.queries import own, seen
from app.comments.rules import Status
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.people.models import Organisation
from app.people.rules import Constituency, Viewer
from app.policy import May, may, require
from app.rounds.models import Round


def tally(session: Session, viewer: Viewer, round_: Round, asked: Asked) -> dict[Disposition, int]:
    """How many answers of each kind there are of those asked for, whatever kind is chosen.

    Own ones are counted; the others were when they were published.
    """
    require(may(viewer.role, May.SEE_ANSWERS, phase=round_.phase))
    if asked.mine:
        rows = session.execute(
            select(col(Point.disposition), func.count())
            .select_from(Comment)
            .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
            .join(Point, col(Point.id) == col(PointComment.point_id))
            .where(
                *seen(viewer, round_),
                own(viewer),
                col(Comment.status) == Status.SUBMITTED,
                col(Point.disposition).is_not(None),
            )
            .group_by(col(Point.disposition))
        )
    else:
        whose = "all"
        if asked.organisation is not None:
            whose = f"o{asked.organisation}"
        elif asked.constituency is not None:
            whose = asked.constituency.value
        rows = session.execute(
            select(col(AnswerTally.disposition), col(AnswerTally.n)).where(
                col(AnswerTally.round_id) == round_.id, col(AnswerTally.whose) == whose
            )
        )
    found: dict[Disposition, int] = {row[0]: row[1] for row in rows}
    return {one: found[one] for one in Disposition if found.get(one)}


def by_constituency(session: Session, round_: Round) -> dict[Constituency, dict[Disposition, int]]:
    """How many answers of each kind each constituency got, as everybody may know; one statement."""
    rows = session.execute(
        select(col(AnswerTally.whose), col(AnswerTally.disposition), col(AnswerTally.n)).where(
            col(AnswerTally.round_id) == round_.id,
            col(AnswerTally.whose).in_([one.value for one in Constituency]),
        )
    )
    found: dict[Constituency, dict[Disposition, int]] = {one: {} for one in Constituency}
    for whose, disposition, n in rows:
        found[Constituency(whose)][disposition] = n
    return found


def has_own(session: Session, viewer: Viewer, round_: Round) -> bool:
    """Whether a person has an answer to read in a round."""
    return bool(
        session.scalar(
            select(col(Comment.id))
            .where(
                col(Comment.round_id) == round_.id,
                col(Comment.seat_id) == viewer.seat_id,
                col(Comment.status) == Status.SUBMITTED,
            )
            .limit(1)
        )
    )


def organisations(session: Session, round_: Round) -> list[tuple[int, str]]:
    """The organisations that got answers which show them, by name: id and name."""
    rows = session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .where(
            col(Organisation.plan_id) == round_.plan_id,
            (literal("o") + cast(col(Organisation.id), String)).in_(
                select(col(AnswerTally.whose)).where(col(AnswerTally.round_id) == round_.id)
            ),
        )
        .order_by(col(Organisation.name))
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class Reacted:
    """How many answers were reacted to, by kind, and how many were not yet, of those that can be."""

    kinds: dict[ReactionKind, int]
    answers: int


def reacted(session: Session, round_: Round) -> Reacted:
    """What was made of the answers so far; two counts over indexes."""
    rows = session.execute(
        select(col(Reaction.kind), func.count())
        .where(col(Reaction.round_id) == round_.id)
        .group_by(col(Reaction.kind))
    )
    kinds = {row[0]: row[1] for row in rows}
    total = session.scalar(
        select(func.sum(col(AnswerTally.n))).where(
            col(AnswerTally.round_id) == round_.id, col(AnswerTally.whose) == "all"
        )
    )
    return Reacted({kind: kinds.get(kind, 0) for kind in ReactionKind}, int(total or 0))
