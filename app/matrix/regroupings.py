"""What was regrouped: who grouped, ungrouped and split what, and whether it was undone."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import reading, ref, views
from app.errors import NotFound
from app.matrix.grouping import GROUP, SPLIT, UNGROUP
from app.matrix.models import Regrouping
from app.matrix.reading import Row, heads, rows
from app.people.models import Person
from app.people.rules import Viewer
from app.rounds.models import Round
from app.words import N_

#: Acts on a page, and the refs of comments that each names.
PAGE = 30
NAMED = 6

KIND_NAMES = {
    GROUP: N_("Grouped"),
    UNGROUP: N_("Ungrouped"),
    SPLIT: N_("Split"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One regrouping: how many comments it moved, the first of them by ref, into which point, by whom and when."""

    id: int
    kind: str
    comments: int
    refs: tuple[str, ...]
    into_id: int | None
    by: str
    at: datetime
    undone_at: datetime | None


def _acts(session: Session, round_: Round, *conditions: object, most: int) -> list[Act]:
    found = session.execute(
        select(Regrouping, col(Person.name))
        .outerjoin(Person, col(Person.id) == col(Regrouping.by_person_id))
        .where(col(Regrouping.round_id) == round_.id, *conditions)  # type: ignore[arg-type]
        .order_by(col(Regrouping.id).desc())
        .limit(most)
    ).all()
    first = {one.id: list(dict.fromkeys(int(link[0] or 0) for link in one.links))[:NAMED] for one, _ in found}
    ids = {id_ for some in first.values() for id_ in some}
    numbered = session.execute(select(col(Comment.id), col(Comment.number)).where(col(Comment.id).in_(ids)))
    numbers = {row.id: row.number for row in numbered}
    return [
        Act(
            id=one.id or 0,
            kind=one.kind,
            comments=len({link[0] for link in one.links}),
            refs=tuple(ref(round_.number, numbers.get(id_)) for id_ in first[one.id]),
            into_id=one.into_id,
            by=name or "",
            at=one.at,
            undone_at=one.undone_at,
        )
        for one, name in found
    ]


def acts(session: Session, round_: Round, before: int | None = None) -> tuple[list[Act], bool]:
    """The latest regroupings, or those before one by its id, and whether there are earlier ones."""
    earlier = (col(Regrouping.id) < before,) if before is not None else ()
    found = _acts(session, round_, *earlier, most=PAGE + 1)
    return found[:PAGE], len(found) > PAGE


def act(session: Session, round_: Round, regrouping_id: int) -> Act | None:
    """One regrouping of a round; None where there is no such."""
    found = _acts(session, round_, col(Regrouping.id) == regrouping_id, most=1)
    return found[0] if found else None


def row_of(session: Session, viewer: Viewer, round_: Round, point_id: int, comment_id: int) -> Row:
    """A comment as it makes a point; raises NotFound where it does not, or may not be seen."""
    statement = reading(viewer, round_).where(col(Comment.id) == comment_id)
    found = list(views(session.execute(statement), viewer, round_))
    under = heads(session, round_.draft_id, {one.clause_id for one in found if one.clause_id})
    for row in rows(session, viewer, round_, found, under):
        own = [point for point in row.points if point.id == point_id]
        if own:
            return replace(row, points=(*own, *(point for point in row.points if point.id != point_id)))
    raise NotFound("There is no such comment.")
