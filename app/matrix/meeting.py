"""The resolution meeting: which points the room may see, in which order, and how far it has come.

The screen of a meeting is shared: it shows what every participant of the round may see, and nothing more.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlmodel import Session, col

from app.comments import tallies
from app.comments.models import Comment
from app.comments.queries import seen, sight_of
from app.comments.rules import Attribution, Reach, Status
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.matrix.dispositions import Controversy, Walk
from app.matrix.models import Meeting, Point, PointComment
from app.matrix.points import shown as standing
from app.people.rules import Language, Role, Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.words import N_

#: Progress is counted so far, and says "more than" beyond.
COUNTED = 2000


def the_room(round_: Round, language: Language = Language.ENGLISH) -> Viewer:
    """Who looks at a shared screen: a participant at nobody's seat."""
    return Viewer(
        person_id=None,
        seat_id=None,
        plan_id=round_.plan_id,
        role=Role.PARTICIPANT,
        constituency=None,
        organisation_id=None,
        language=language,
    )


def may_be_shown(round_: Round) -> bool:
    """Whether participants of the round see each other's comments by now."""
    return sight_of(the_room(round_), round_).reach is Reach.ALL


def _in_the_room(round_: Round) -> list[ColumnElement[bool]]:
    """That a point stands, and some comment of it may be shown."""
    shown = exists().where(
        col(PointComment.point_id) == col(Point.id),
        col(PointComment.comment_id) == col(Comment.id),
        col(Comment.status) == Status.SUBMITTED,
        *seen(the_room(round_), round_),
    )
    return [col(Point.round_id) == round_.id, standing(), shown]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point stands in the walk."""

    controversy: int
    position: int
    id: int


def _levels(walk: Walk, *, back: bool) -> list[int | None]:
    """What is walked through one after the other: how contested points are, the most first, or all at once."""
    if walk is Walk.DOCUMENT:
        return [None]
    levels: list[int | None] = [int(level) for level in sorted(Controversy)]
    return levels if back else levels[::-1]


def _walk(
    session: Session,
    round_: Round,
    walk: Walk,
    here: Place | None,
    *,
    back: bool = False,
    undecided: bool = False,
) -> int | None:
    """The next point of the walk after `here`, or before it; one look into an index for each level."""
    order = (col(Point.position), col(Point.id))
    for level in _levels(walk, back=back):
        where = _in_the_room(round_)
        if undecided:
            where.append(col(Point.disposition).is_(None))
        if level is not None:
            where.append(col(Point.controversy) == level)
        if (
            here is not None
            and level is not None
            and (level < here.controversy if back else level > here.controversy)
        ):
            continue
        if here is not None and (level is None or level == here.controversy):
            at: Any = tuple_(*order)
            there = (here.position, here.id)
            where.append(at < there if back else at > there)
        found = session.execute(
            select(col(Point.id))
            .where(*where)
            .order_by(*((column.desc() for column in order) if back else order))
            .limit(1)
        ).scalar()
        if found is not None:
            return int(found)
    return None


def place_of(session: Session, round_: Round, point_id: int) -> Place:
    """Where a point stands; not found where the room may see no comment of it."""
    row = session.execute(
        select(col(Point.controversy), col(Point.position)).where(
            *_in_the_room(round_), col(Point.id) == point_id
        )
    ).first()
    if row is None:
        raise NotFound("There is no such point on this meeting's screen.")
    return Place(row[0], row[1], point_id)


def after(session: Session, round_: Round, walk: Walk, here: Place) -> int | None:
    """The point after one."""
    return _walk(session, round_, walk, here)


def before(session: Session, round_: Round, walk: Walk, here: Place) -> int | None:
    """The point before one."""
    return _walk(session, round_, walk, here, back=True)


def next_open(session: Session, round_: Round, walk: Walk, here: Place | None) -> int | None:
    """The next undecided point after one; from the first again where none is left after it."""
    found = _walk(session, round_, walk, here, undecided=True)
    if found is None and here is not None:
        found = _walk(session, round_, walk, None, undecided=True)
    return found


def goes_on_at(session: Session, round_: Round, meeting: Meeting) -> int | None:
    """Where a meeting goes on: the next open point after the last decided, else the last of all."""
    here = None
    if meeting.at_point_id is not None:
        try:
            here = place_of(session, round_, meeting.at_point_id)
        except NotFound:
            here = None  # it was grouped with another, or withdrawn, since
    return next_open(session, round_, meeting.walk, here) or _walk(session, round_, meeting.walk, None)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many points of the room are decided, of how many; `more` where counting stopped."""

    decided: int
    of: int
    more: bool


def progress(session: Session, round_: Round) -> Progress:
    """How far the room's points have come, counted to `COUNTED` at most."""
    some = (
        select(col(Point.disposition).label("disposition")).where(*_in_the_room(round_)).limit(COUNTED + 1)
    ).subquery()
    of, decided = session.execute(
        select(func.count(), func.count(some.c.disposition)).select_from(some)
    ).one()
    return Progress(decided, min(of, COUNTED), of > COUNTED)


def kept_from_the_room(session: Session, viewer: Viewer, round_: Round) -> int:
    """How many comments are for the secretariat only, and so never on a shared screen; 0 for who may not know."""
    secret = Attribution.SECRETARIAT.value
    return tallies.tally(session, viewer, round_, "attribution", [secret]).get(secret, 0)


def meetings(session: Session, round_: Round) -> list[Meeting]:
    """The meetings of a round, the newest first."""
    return list(
        session.scalars(
            select(Meeting)
            .where(col(Meeting.round_id) == round_.id)
            .order_by(col(Meeting.held_on).desc(), col(Meeting.id).desc())
            .limit(20)
        )
    )


def meeting(session: Session, round_: Round, meeting_id: int) -> Meeting:
    """A meeting of this round."""
    found = session.get(Meeting, meeting_id)
    if found is None or found.round_id != round_.id:
        raise NotFound("There is no such meeting in this round.")
    return found


def begin(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    name: str,
    held_on: str,
    walk: str,
    proposals: bool,
    at: datetime,
) -> Meeting:
    """Begin a meeting, or go on with the one of that name; its order and what it shows are as said now."""
    require(may(by.role, May.DECIDE, phase=round_.phase))
    if not may_be_shown(round_):
        raise Conflict(NOT_YET)
    name = " ".join(name.replace("\x00", " ").split())
    if not name or len(name) > 200:
        raise Invalid("Give the meeting a name.", fields={"name": N_("Write a name of at most 200 letters.")})
    try:
        day, order = date.fromisoformat(held_on), Walk(walk)
    except ValueError:
        raise Invalid("Say when the meeting is held.", fields={"held_on": N_("Give its day.")}) from None
    found = session.scalars(
        select(Meeting).where(col(Meeting.round_id) == round_.id, col(Meeting.name) == name).with_for_update()
    ).first()
    before = {"held_on": found.held_on, "walk": found.walk, "proposals": found.proposals} if found else None
    now = {"held_on": day, "walk": order, "proposals": proposals}
    if found is not None and before == now:
        return found
    if found is None:
        found = Meeting(
            round_id=round_.id or 0,
            name=name,
            held_on=day,
            begun_by_person_id=by.person_id,
            created_at=at,
        )
        session.add(found)
    found.held_on, found.walk, found.proposals = day, order, proposals
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="changed" if before else "begun",
        subject="meeting",
        subject_id=found.id or 0,
        before=before,
        after=now | {"name": name},
        plan_id=round_.plan_id,
        round_id=round_.id,
    )
    return found


def came_to(session: Session, meeting_id: int, point_id: int) -> None:
    """Keep where a meeting is, so that it goes on there."""
    found = session.get(Meeting, meeting_id, with_for_update=True)
    if found is not None:
        found.at_point_id = point_id
        session.flush()


NOT_YET = N_(
    "While this round is open, participants see only the comments of their own side. "
    "A meeting's screen can show points once the round is closed."
)
