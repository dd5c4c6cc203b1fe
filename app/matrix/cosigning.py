"""Who else stands behind a point, as far as each comment tells this reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import places, seen, seen_as, sight_of, stand_ins
from app.comments.rules import Shown, Status, shown
from app.matrix.models import PointComment
from app.people.models import Organisation
from app.people.rules import Viewer
from app.prepared import Prepared
from app.rounds.models import Round

#: So many organisations of a point are named.
NAMED = 12
#: Of so many points it is remembered while rows go out, so that none is asked for again and again.
REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Behind:
    """Who stands behind a point: the first by name as they came, and how many are named and are not."""

    names: tuple[str, ...]
    named: int
    unnamed: int


_made = Prepared(
    lambda shape: (
        select(
            col(PointComment.point_id),
            col(Comment.organisation_id),
            col(Organisation.name),
            col(Comment.attribution),
            col(Comment.capacity),
            col(Comment.seat_id),
        )
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Comment.organisation_id))
        .where(
            col(PointComment.point_id).in_(bindparam("ids", expanding=True)),
            col(Comment.status) == Status.SUBMITTED,
            *seen(*stand_ins(shape)),
        )
        .order_by(col(PointComment.comment_id))
    )
)


def behind(session: Session, viewer: Viewer, round_: Round, point_ids: Iterable[int]) -> dict[int, Behind]:
    """Who stands behind each of these points, in one statement; an organisation is named where any comment names it."""
    ids = sorted(set(point_ids))
    if not ids:
        return {}
    names_shown = sight_of(viewer, round_).names
    named: dict[int, dict[str, None]] = {}
    bodies: dict[int, dict[object, bool]] = {}
    rows = _made(session, places(viewer, round_) | {"ids": ids}, seen_as(viewer, round_))
    for point_id, organisation_id, name, attribution, capacity, seat_id in rows:
        parts = shown(attribution, capacity, names=names_shown, own=seat_id == viewer.seat_id)
        told = Shown.ORGANISATION in parts and bool(name)
        if told:
            named.setdefault(point_id, {})[name] = None
        known = bodies.setdefault(point_id, {})
        key = organisation_id or f"seat {seat_id}"
        # A body that is named elsewhere is counted all the same: that nobody is left over would name it.
        known[key] = known.get(key, False) or not told
    return {
        point_id: Behind(
            # One more than are told, in case the reader's row is one of them.
            names=tuple(islice(named.get(point_id, {}), NAMED + 1)),
            named=len(named.get(point_id, {})),
            unnamed=sum(known.values()),
        )
        for point_id, known in bodies.items()
    }
