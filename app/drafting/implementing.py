"""Accepted points and the draft that was written elsewhere: whether their change is in it, a person confirms."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.distance import Indel
from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen
from app.drafting.lineage_of import succession_to
from app.drafting.next_draft import implemented
from app.drafting.results import words_before_after
from app.errors import Conflict
from app.matrix.dispositions import CHANGES_TEXT, Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.plans.models import Clause, Lineage, Succession
from app.policy import May, may, require
from app.rounds.models import Round
from app.words import N_

NO_ROUND = N_("No round was held on the draft before, so there is no accepted point.")

PER_PAGE = 20

#: From this likeness of what was wanted and what stands, the change is taken to be in; a person looks.
LIKELY = 0.9


@dataclass(frozen=True, slots=True)
class Wanted:
    """An accepted point that no draft carries out yet: what it wanted a text to read, and what it reads now.

    `wanted` is None where nobody wrote a text; `now` is None where the clause went. `likely` says that the
    change seems to be in.
    """

    point_id: int
    title: str
    disposition: Disposition
    label: str
    label_now: str
    before: str
    wanted: str | None
    now: str | None
    likely: bool


def suggested(session: Session, viewer: Viewer, succession: Succession, *, after: int) -> list[Wanted]:
    """The accepted points that are not in a draft yet, those after a point's id only."""
    round_ = session.get(Round, succession.round_id) if succession.round_id else None
    if round_ is None:
        return []
    rows = session.execute(
        select(
            col(Point.id),
            col(Point.title),
            col(Point.disposition),
            col(Point.clause_id),
            col(Clause.label),
            col(Clause.text),
        )
        .outerjoin(Clause, col(Clause.id) == col(Point.clause_id))
        .where(
            col(Point.round_id) == round_.id,
            col(Point.disposition).in_(CHANGES_TEXT),
            col(Point.implemented_draft_id).is_(None),
            col(Point.members) > 0,
            col(Point.id) > after,
        )
        .order_by(col(Point.id))
        .limit(PER_PAGE)
    ).all()
    ids = [row.id for row in rows]
    results = words_before_after(session, ids)
    proposals = _proposals(session, viewer, round_, ids)
    now = _now(session, succession, {row.clause_id for row in rows if row.clause_id})
    found = []
    for row in rows:
        written = [one for one in results.get(row.id, []) if one.clause_id == row.clause_id and not one.field]
        wanted = written[0].after or "" if written else next(iter(proposals.get(row.id, [])), None)
        label_now, text = now.get(row.clause_id or 0, ("", None))
        found.append(
            Wanted(
                row.id,
                row.title,
                row.disposition,
                row.label or "",
                label_now,
                row.text or "",
                wanted,
                text,
                _is_in(row.text or "", wanted, text),
            )
        )
    return found


def _is_in(before: str, wanted: str | None, now: str | None) -> bool:
    """Whether the text now reads as was wanted, and not as it did."""
    if wanted is None:
        return False
    if not wanted.strip():
        return now is None
    if now is None or now.split() == before.split():
        return False
    alike = Indel.normalized_similarity(wanted.split(), now.split())
    return alike >= LIKELY and alike >= Indel.normalized_similarity(before.split(), now.split())


def _proposals(
    session: Session, viewer: Viewer, round_: Round, point_ids: Sequence[int]
) -> dict[int, list[str]]:
    """The texts that the comments of each point propose for their clause, as far as this person sees them."""
    found: dict[int, list[str]] = defaultdict(list)
    for point_id, text in session.execute(
        select(col(PointComment.point_id), col(Comment.proposed))
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(
            col(PointComment.point_id).in_(point_ids),
            col(Comment.proposed).is_not(None),
            col(Comment.field).is_(None),
            *seen(viewer, round_),
        )
        .order_by(col(Comment.id))
    ):
        found[point_id].append(text)
    return found


def _now(
    session: Session, succession: Succession, clause_ids: Iterable[int]
) -> dict[int, tuple[str, str | None]]:
    """What each clause reads in the later draft; several parts are joined."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for here, label, text in session.execute(
        select(col(Lineage.from_clause_id), col(Clause.label), col(Clause.text))
        .join(Clause, col(Clause.id) == col(Lineage.to_clause_id))
        .where(col(Lineage.succession_id) == succession.id, col(Lineage.from_clause_id).in_(list(clause_ids)))
        .order_by(col(Clause.position))
    ):
        found[here].append((label, text))
    return {
        key: ("; ".join(label for label, _ in parts), "\n\n".join(text for _, text in parts))
        for key, parts in found.items()
    }


def confirm(session: Session, *, by: Viewer, draft_id: int, point_ids: Sequence[int], at: datetime) -> int:
    """Note that the change of accepted points is in a draft; gives how many."""
    require(may(by.role, May.PREPARE_DRAFT))
    succession = succession_to(session, by, draft_id)
    round_ = session.get(Round, succession.round_id) if succession.round_id else None
    if round_ is None:
        raise Conflict(NO_ROUND)
    return implemented(session, by=by, round_=round_, point_ids=set(point_ids), draft_id=draft_id, at=at)
