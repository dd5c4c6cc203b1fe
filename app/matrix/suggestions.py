"""Suggested groups as people see them, and their answers: accepted, in whole or without some, or dismissed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session, SQLModel, col

from app.comments.models import Comment
from app.comments.queries import seen as may_see
from app.comments.reading import COLUMNS, CommentView, views, with_names
from app.comments.rules import Status
from app.errors import Conflict, Invalid, NotFound
from app.matrix import grouping
from app.matrix.keeping import told, voice
from app.matrix.models import PointComment, Regrouping, Suggested, Suggestion
from app.matrix.points import badges
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.words import N_

#: Suggestions on a page, and the comments that each shows beside the first.
PAGE = 10
SHOWN = 6

WHY_NAMES = {
    "same words": N_("The same words"),
    "same change": N_("The same change of the same clause"),
    "same letter": N_("The same letter, with words of one's own"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A comment of a suggestion, why it is in it and how sure that is (0 to 1); the first has no reason."""

    comment: CommentView
    why: str
    score: float
    point_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A suggested group: its first comments, how many it has, and the organisations behind it by constituency."""

    id: int
    members: list[Member]
    size: int
    voices: dict[str, int]
    points: int

    @property
    def organisations(self) -> int:
        """How many organisations are behind it."""
        return sum(self.voices.values())

    @property
    def letters(self) -> str:
        """A letter for each organisation behind it, or where they are many for each constituency."""
        return badges(self.voices)

    @property
    def whys(self) -> list[str]:
        """The reasons, each once."""
        return list(dict.fromkeys(member.why for member in self.members if member.why))

    @property
    def least(self) -> float:
        """How sure the least sure of those shown is."""
        return min((member.score for member in self.members if member.why), default=0.0)


def open_ones(
    session: Session, viewer: Viewer, round_: Round, after: int = 0, only: int | None = None
) -> tuple[list[Proposed], bool]:
    """Suggestions that nobody has answered and that would still join something, and whether there are more."""
    require(may(viewer.role, May.SEE_PROPOSALS, phase=round_.phase))
    points = (
        select(func.count(col(PointComment.point_id).distinct()))
        .select_from(Suggested)
        .join(PointComment, col(PointComment.comment_id) == col(Suggested.comment_id))
        .join(Comment, col(Comment.id) == col(Suggested.comment_id))
        .where(col(Suggested.suggestion_id) == col(Suggestion.id), col(Comment.status) == Status.SUBMITTED)
        .correlate(Suggestion)
        .scalar_subquery()
    )
    wanted = [
        col(Suggestion.round_id) == round_.id,
        col(Suggestion.answered_at).is_(None),
        points > 1,
        col(Suggestion.id) == only if only is not None else col(Suggestion.id) > after,
    ]
    found = session.execute(
        select(col(Suggestion.id), points).where(*wanted).order_by(col(Suggestion.id)).limit(PAGE + 1)
    ).all()
    return [_one(session, viewer, round_, id_, n) for id_, n in found[:PAGE]], len(found) > PAGE


def _one(session: Session, viewer: Viewer, round_: Round, suggestion_id: int, points: int) -> Proposed:
    first = session.execute(
        select(col(Suggested.comment_id), col(Suggested.why), col(Suggested.score))
        .join(Comment, col(Comment.id) == col(Suggested.comment_id))
        .where(col(Suggested.suggestion_id) == suggestion_id, col(Comment.status) == Status.SUBMITTED)
        .order_by(col(Suggested.like_comment_id).is_not(None), col(Suggested.comment_id))
        .limit(SHOWN)
    ).all()
    ids = [id_ for id_, _, _ in first]
    seen = {
        one.id: one
        for one in views(
            session.execute(
                with_names(
                    select(*COLUMNS).where(*may_see(viewer, round_, by_id=True), col(Comment.id).in_(ids))
                )
            ),
            viewer,
            round_,
        )
    }
    made: dict[int, list[int]] = {}
    for comment_id, point_id in session.execute(
        select(col(PointComment.comment_id), col(PointComment.point_id))
        .where(col(PointComment.comment_id).in_(ids))
        .order_by(col(PointComment.point_id))
    ):
        made.setdefault(comment_id, []).append(point_id)
    voices: dict[str, set[object]] = {}
    size = 0
    for constituency, attribution, organisation_id, seat_id, capacity in session.execute(
        select(
            col(Comment.constituency),
            col(Comment.attribution),
            col(Comment.organisation_id),
            col(Comment.seat_id),
            col(Comment.capacity),
        )
        .join(Suggested, col(Suggested.comment_id) == col(Comment.id))
        .where(col(Suggested.suggestion_id) == suggestion_id, col(Comment.status) == Status.SUBMITTED)
    ):
        size += 1
        voices.setdefault(told(constituency, attribution), set()).add(
            voice(organisation_id, seat_id, attribution, capacity)
        )
    return Proposed(
        id=suggestion_id,
        members=[
            Member(seen[id_], why, score, tuple(made.get(id_, ())))
            for id_, why, score in first
            if id_ in seen
        ],
        size=size,
        voices={side: len(who) for side, who in sorted(voices.items())},
        points=points,
    )


def _taken_up(session: Session, by: Viewer, round_: Round, suggestion_id: int) -> Suggestion:
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    found = session.get(Suggestion, suggestion_id, with_for_update=True, populate_existing=True)
    if found is None or found.round_id != round_.id:
        raise NotFound("There is no such suggestion.")
    if found.answered_at is not None:
        raise Conflict("Somebody has answered this suggestion already.")
    return found


def accept(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    suggestion_id: int,
    without: Collection[int] = (),
    at: datetime,
) -> Regrouping:
    """Make what is suggested one point, but for the comments left out: those are not suggested with it again."""
    found = _taken_up(session, by, round_, suggestion_id)
    members = session.scalars(
        select(col(Suggested.comment_id))
        .join(Comment, col(Comment.id) == col(Suggested.comment_id))
        .where(col(Suggested.suggestion_id) == suggestion_id, col(Comment.status) == Status.SUBMITTED)
        .order_by(col(Suggested.comment_id))
    ).all()
    joined = [id_ for id_ in members if id_ not in set(without)]
    if len(joined) < 2:
        raise Invalid("Choose at least two comments that are not one point yet.")
    links: dict[int, grouping.Link] = {}
    for point_id, comment_id in grouping.links_of(session, round_, joined):
        links.setdefault(comment_id, (point_id, comment_id))
    done = grouping.group(session, by=by, round_=round_, links=list(links.values()), at=at)
    _answer(found, by, at, accepted=True)
    apart = [id_ for id_ in members if id_ in set(without)]
    if apart:
        _not_together(session, by, round_, [joined[0], *apart], at)
    session.flush()
    return done


def dismiss(session: Session, *, by: Viewer, round_: Round, suggestion_id: int, at: datetime) -> None:
    """Say that what is suggested is not one point; it is not suggested again."""
    _answer(_taken_up(session, by, round_, suggestion_id), by, at, accepted=False)
    session.flush()


def _answer(found: Suggestion, by: Viewer, at: datetime, *, accepted: bool) -> None:
    found.answered_at, found.accepted, found.by_person_id = at, accepted, by.person_id


def _not_together(
    session: Session, by: Viewer, round_: Round, comment_ids: Sequence[int], at: datetime
) -> None:
    """Keep that these comments are not one point, as if that had been suggested and dismissed."""
    kept = Suggestion(round_id=round_.id or 0, size=len(comment_ids), made_at=at)
    _answer(kept, by, at, accepted=False)
    session.add(kept)
    session.flush()
    session.connection().execute(
        insert(SQLModel.metadata.tables["suggested"]),
        [
            {"suggestion_id": kept.id, "comment_id": id_, "like_comment_id": None, "why": "", "score": 0.0}
            for id_ in comment_ids
        ],
    )
