"""What is kept about points, so that no page counts: members, voices, whether they propose, how contested they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.comments.models import Comment, Stance
from app.comments.rules import Attribution, Shown, StanceKind, Status, shown
from app.matrix.dispositions import Controversy, Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Capacity, Constituency

#: Where a voice stands whose constituency is told to nobody but the secretariat.
WITHHELD = "-"

#: So many points are brought up to date in one go.
BATCH = 500


def told(constituency: Constituency | None, attribution: Attribution) -> str:
    """Under which letter a comment's organisation is counted."""
    if constituency is None or attribution == Attribution.SECRETARIAT:
        return WITHHELD
    return str(constituency.value)


def voice(organisation_id: int | None, seat_id: int, attribution: Attribution, capacity: Capacity) -> str:
    """Under what a comment's organisation is counted once.

    A body that speaks openly and also without being named counts for both: counted as one, the unnamed
    comment beside the named one could only be its own.
    """
    if organisation_id is None:
        return f"seat {seat_id}"
    openly = Shown.ORGANISATION in shown(attribution, capacity, names=False, own=False)
    return f"{organisation_id}" if openly else f"{organisation_id} unnamed"


def contested(voices: Mapping[str, int], objections: Iterable[Constituency]) -> Controversy:
    """How contested a point is: who stands behind it, and which constituencies object to a comment of it."""
    against = set(objections) - {Constituency.OBSERVER}
    if not against:
        return Controversy.NONE
    behind = {Constituency(letter) for letter in voices if letter != WITHHELD} - {Constituency.OBSERVER}
    three = {Constituency.GOVERNMENT, Constituency.EMPLOYERS, Constituency.WORKERS}
    if against & three and (behind - against) & three:
        return Controversy.DEADLOCKED
    return Controversy.DIVIDED if len(against) > 1 or behind - against else Controversy.OBJECTED


def points_of(session: Session, comment_ids: Iterable[int]) -> list[int]:
    """The points that some comments make."""
    return list(
        session.scalars(
            select(col(PointComment.point_id)).where(col(PointComment.comment_id).in_(comment_ids)).distinct()
        )
    )


def refresh(session: Session, point_ids: Sequence[int]) -> None:
    """Bring up to date what is kept about some points, after a comment or a stance of theirs changed.

    A point all of whose comments were withdrawn is answered by that; one that is no longer is open again.
    """
    for start in range(0, len(point_ids), BATCH):
        some = sorted(point_ids)[start : start + BATCH]
        # Locked in one order, so that of two who change a point at once the later one counts both.
        locked = select(col(Point.id), col(Point.disposition)).where(col(Point.id).in_(some))
        before: dict[int, Any] = {
            row.id: row.disposition
            for row in session.execute(locked.order_by(col(Point.id)).with_for_update())
        }
        members = _members(session, some)
        said = _said(session, some)
        for point_id in some:
            made = members.get(point_id, [])
            standing = [one for one in made if one.status == Status.SUBMITTED]
            voices: dict[str, set[Any]] = defaultdict(set)
            for one in standing:
                voices[told(one.constituency, one.attribution)].add(
                    voice(one.organisation_id, one.seat_id, one.attribution, one.capacity)
                )
            counted = {letter: len(who) for letter, who in sorted(voices.items())}
            support = said.get((point_id, StanceKind.SUPPORT), {})
            objections = said.get((point_id, StanceKind.OBJECT), {})
            kept: dict[str, Any] = {
                "members": len(made),
                "standing": len(standing),
                "voices": counted,
                "support": support,
                "objections": objections,
                "proposes": any(one.proposed is not None for one in standing),
                "controversy": int(contested(counted, map(Constituency, objections))),
            }
            if made and not standing and before.get(point_id) is None:
                last = max((one.withdrawn_at for one in made if one.withdrawn_at), default=None)
                kept |= {"disposition": Disposition.WITHDRAWN, "decided_at": last}
            elif standing and before.get(point_id) is Disposition.WITHDRAWN:
                kept |= {"disposition": None, "decided_at": None, "decided_by_person_id": None}
            session.execute(update(Point).where(col(Point.id) == point_id).values(**kept))


def _members(session: Session, point_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = session.execute(
        select(
            col(PointComment.point_id),
            col(Comment.status),
            col(Comment.constituency),
            col(Comment.attribution),
            col(Comment.organisation_id),
            col(Comment.seat_id),
            col(Comment.capacity),
            col(Comment.proposed),
            col(Comment.withdrawn_at),
        )
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(col(PointComment.point_id).in_(point_ids))
    )
    for row in rows:
        found[row.point_id].append(row)
    return found


def _said(session: Session, point_ids: Sequence[int]) -> dict[tuple[int, StanceKind], dict[str, int]]:
    """How many organisations of each constituency support, and object to, a comment of each point."""
    found: dict[tuple[int, StanceKind], dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(
            col(PointComment.point_id),
            col(Stance.kind),
            col(Stance.constituency),
            func.count(col(Stance.organisation_id).distinct()),
        )
        .join(Stance, col(Stance.comment_id) == col(PointComment.comment_id))
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(col(PointComment.point_id).in_(point_ids), col(Comment.status) == Status.SUBMITTED)
        .group_by(col(PointComment.point_id), col(Stance.kind), col(Stance.constituency))
        .order_by(col(Stance.constituency))
    )
    for point_id, kind, constituency, n in rows:
        found[point_id, kind][constituency.value] = n
    return found


def miscounted(session: Session, round_id: int) -> int:
    """How many points of a round say another number of members than they have; for the check."""
    counted = (
        select(func.count())
        .select_from(PointComment)
        .where(col(PointComment.point_id) == col(Point.id))
        .correlate(Point)
        .scalar_subquery()
    )
    return int(
        session.scalar(
            select(func.count())
            .select_from(Point)
            .where(col(Point.round_id) == round_id, col(Point.members) != counted)
        )
        or 0
    )
