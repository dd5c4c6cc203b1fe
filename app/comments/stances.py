"""What organisations said to comments: support, and objection with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from app.comments.models import Stance
from app.comments.rules import StanceKind
from app.people.rules import Constituency, Viewer
from app.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Stances:
    """What was said to one comment: organisations by constituency, and what the viewer's own said."""

    support: dict[Constituency, int]
    object: dict[Constituency, int]
    mine: StanceKind | None


NOTHING = Stances({}, {}, None)


_among = col(Stance.comment_id).in_(bindparam("ids", expanding=True))
_counted = Prepared(
    lambda: (
        select(col(Stance.comment_id), col(Stance.kind), col(Stance.constituency), func.count())
        .where(_among)
        .group_by(col(Stance.comment_id), col(Stance.kind), col(Stance.constituency))
    )
)
_own = Prepared(
    lambda: select(col(Stance.comment_id), col(Stance.kind)).where(
        _among, col(Stance.organisation_id) == bindparam("organisation_id")
    )
)


def of(session: Session, viewer: Viewer, comment_ids: Iterable[int]) -> dict[int, Stances]:
    """What was said to each of these comments, in two statements; the caller has seen to it that they are visible."""
    ids = list(comment_ids)
    if not ids:
        return {}
    support: dict[int, dict[Constituency, int]] = {}
    objection: dict[int, dict[Constituency, int]] = {}
    for comment_id, kind, constituency, n in _counted(session, {"ids": ids}):
        (support if kind is StanceKind.SUPPORT else objection).setdefault(comment_id, {})[constituency] = n
    mine: dict[int, StanceKind] = {}
    if viewer.organisation_id is not None:
        own = _own(session, {"ids": ids, "organisation_id": viewer.organisation_id})
        mine = {comment_id: kind for comment_id, kind in own}  # noqa: C416 (rows are no pairs to the types)
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
