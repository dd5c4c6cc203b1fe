"""Writing on a point: what is proposed, what is decided, and what keeps it in order.

A save is merged with what somebody else wrote meanwhile, field by field; what both changed is a person's to settle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Invalid, NotFound
from app.history import queries as history
from app.history.actions import record
from app.matrix.dispositions import Disposition, check
from app.matrix.models import Meeting, Point
from app.matrix.written import BY_NAME, DECISION, PROPOSAL, PROPOSED_AS, read, tidy, written, zone
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.moving import stays
from app.text.three_ways import merge
from app.words import N_

_PROPOSAL = {field.name for field in PROPOSAL}
_DECISION = {field.name for field in DECISION}

#: What history calls a save, by the first group of fields that it changed.
DECIDED, DECIDED_ANEW, PROPOSED, EDITED = "decided", "decided otherwise", "proposed", "edited"
REOPENED, UNDONE = "reopened", "decision undone"

STALE = N_("Somebody changed this point after you opened it. Nothing is lost: choose what stands.")


@dataclass(frozen=True, slots=True)
class Saved:
    """A point after a save; `taken` are fields that somebody else changed meanwhile: they stand as written."""

    point: Point
    changed: bool
    taken: frozenset[str] = frozenset()


def point_of(session: Session, round_: Round, point_id: int) -> Point:
    """A point of this round, locked until the transaction ends, in which the round stays in its phase."""
    stays(session, round_)
    point = session.get(Point, point_id, with_for_update=True, populate_existing=True)
    if point is None or point.round_id != round_.id or not point.members:
        raise NotFound("There is no such point.")
    return point


def save(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    point_id: int,
    version: int,
    was: Mapping[str, str],
    mine: Mapping[str, str],
    at: datetime,
) -> Saved:
    """Write fields on a point; `was` is what the form began from, `version` the point's then.

    Raises Conflict with both wordings of each field that two people changed differently.
    """
    require(may(by.role, May.SEE_PROPOSALS, phase=round_.phase))
    mine = {name: tidy(name, value) for name, value in mine.items() if name in BY_NAME}
    was = {name: tidy(name, value) for name, value in was.items() if name in BY_NAME}
    if mine.get("duplicate_of"):
        _one_at_a_time(session, round_)
    point = point_of(session, round_, point_id)
    theirs = written(session, round_, point)
    merged = merge(was if version != point.version else theirs, mine, theirs)
    if merged.clashes:
        require_fields(by, round_, merged.clashes)
        raise Conflict(
            STALE,
            theirs={name: theirs[name] for name in BY_NAME if name in merged.clashes},
            mine={name: mine[name] for name in BY_NAME if name in merged.clashes},
        )
    changed = {name for name, value in merged.values.items() if value != theirs[name]}
    require_fields(by, round_, changed)
    done = write(session, by, round_, point, merged.values, changed, at)
    return Saved(point, done, merged.taken)


def require_fields(by: Viewer, round_: Round, names: frozenset[str] | set[str]) -> None:
    """Go no further unless this person may write each of these fields."""
    for right in sorted({BY_NAME[name].right for name in names}):
        require(may(by.role, right, phase=round_.phase))


def _one_at_a_time(session: Session, round_: Round) -> None:
    """Two who point points at each other in one moment would make a ring."""
    session.execute(select(col(Round.id)).where(col(Round.id) == round_.id).with_for_update())


def write(
    session: Session,
    by: Viewer,
    round_: Round,
    point: Point,
    values: Mapping[str, str],
    changed: set[str],
    at: datetime,
    verb: str = "",
) -> bool:
    """Set the changed fields, once they are checked, with a row of history; say whether anything changed."""
    if not changed:
        return False
    today = at.astimezone(zone()).date()
    new = read(session, round_, point, values, changed, today)
    if changed & _DECISION:
        decision(session, point, new, by, at)
    if changed & _PROPOSAL:
        proposal(session, point, new, by, at)
    before = {name: getattr(point, name) for name, value in new.items() if getattr(point, name) != value}
    after = {name: new[name] for name in before}
    if not before:
        return False
    verb = verb or verb_of(before, after)
    for name, value in after.items():
        setattr(point, name, value)
    point.version += 1
    session.flush()
    _record(session, point, by, round_, at, verb, before, after)
    return True


def verb_of(before: dict[str, Any], after: dict[str, Any]) -> str:
    if "disposition" in after:
        return DECIDED if before["disposition"] is None else DECIDED_ANEW
    return PROPOSED if any(name.startswith("proposed_") for name in after) else EDITED


def decision(session: Session, point: Point, new: dict[str, Any], by: Viewer, at: datetime) -> None:
    """Check the decision that the new values make, and add who took it, and when."""
    answer: Disposition | None = new.get("disposition", point.disposition)
    if answer is None:
        if point.disposition is not None:
            raise Invalid(
                "A decision is taken back by opening the point again, with a reason.",
                fields={"disposition": N_("Choose an answer.")},
            )
        # What is written before the decision is kept, and stands for nothing yet.
        new.pop("decided_at", None)
        return
    other = new.get("duplicate_of_id", point.duplicate_of_id)
    where = new.get("referred_to", point.referred_to)
    reason = new.get("reason", point.reason)
    elsewhere = bool(other) if answer is Disposition.DUPLICATE else bool(where)
    check(answer, reason, proposes=point.proposes, elsewhere=elsewhere)
    if answer is Disposition.WITHDRAWN and answer is not point.disposition and not reason.strip():
        raise Invalid(
            "A commenter withdraws on their own page. Where they did it in another way, say how.",
            fields={"reason": N_("Write how and when it was withdrawn.")},
        )
    if answer is Disposition.DUPLICATE:
        no_ring(session, point, other)
    else:
        new["duplicate_of_id"] = None
    if answer is not Disposition.REFERRED:
        new["referred_to"] = ""
    day: datetime | None = new.pop("decided_at", None)
    if answer is not point.disposition:
        today = at.astimezone(zone()).date()
        new["decided_by_person_id"] = by.person_id
        new["decided_at"] = at if day is None or day.date() == today else day
    elif day is not None:
        new["decided_at"] = day


def proposal(session: Session, point: Point, new: dict[str, Any], by: Viewer, at: datetime) -> None:
    """Check the proposal that the new values make, and add who made it, and when."""
    answer: Disposition | None = new.get("proposed_disposition", point.proposed_disposition)
    if answer is not None:
        other = new.get("proposed_duplicate_of_id", point.proposed_duplicate_of_id)
        where = new.get("proposed_referred_to", point.proposed_referred_to)
        elsewhere = bool(other) if answer is Disposition.DUPLICATE else bool(where)
        try:
            check(
                answer,
                new.get("proposed_reason", point.proposed_reason),
                proposes=point.proposes,
                elsewhere=elsewhere,
            )
        except Invalid as problem:
            fields = {f"proposed_{name}": sentence for name, sentence in problem.fields.items()}
            raise Invalid(problem.sentence, fields=fields, **problem.values) from None
        if answer is Disposition.DUPLICATE:
            no_ring(session, point, other, "proposed_duplicate_of")
    if answer is not Disposition.DUPLICATE:
        new["proposed_duplicate_of_id"] = None
    if answer is not Disposition.REFERRED:
        new["proposed_referred_to"] = ""
    new["proposed_by_person_id"] = by.person_id if answer else None
    new["proposed_at"] = at if answer else None


def no_ring(session: Session, point: Point, other: int | None, field: str = "duplicate_of") -> None:
    """Refuse that a point repeats itself, or one that repeats it in the end."""
    seen: set[int] = set()
    following = other
    while following is not None and following not in seen:
        if following == point.id:
            raise Invalid(
                "A point cannot repeat itself, nor one that repeats it.",
                fields={field: N_("Name another point.")},
            )
        seen.add(following)
        following = session.execute(
            select(col(Point.duplicate_of_id)).where(col(Point.id) == following)
        ).scalar()


def take_proposal(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    point_id: int,
    version: int,
    meeting: str = "",
    on: date | None = None,
    at: datetime,
) -> Saved:
    """Make what is proposed the decision, as it was when the person read it."""
    require(may(by.role, May.DECIDE, phase=round_.phase))
    _one_at_a_time(session, round_)
    point = point_of(session, round_, point_id)
    now = written(session, round_, point)
    values = now | {name: now[proposed] for name, proposed in PROPOSED_AS.items()}
    values |= {"decided_meeting": tidy("decided_meeting", meeting) or now["decided_meeting"]}
    values |= {"decided_on": on.isoformat() if on else ""}
    if not values["disposition"]:
        raise Invalid("Nothing is proposed for this point yet.")
    changed = {name for name in values if values[name] != now[name] and name != "decided_on"}
    if not changed:
        return Saved(point, changed=False)
    if version != point.version:
        raise Conflict(
            STALE,
            theirs={name: now[name] for name in PROPOSED_AS if now[name]},
            mine={name: values[name] for name in PROPOSED_AS if values[name]},
        )
    return Saved(point, write(session, by, round_, point, values, changed | {"decided_on"}, at))


def reopen(
    session: Session, *, by: Viewer, round_: Round, point_id: int, version: int, why: str, at: datetime
) -> Saved:
    """Take a decision back, with a reason that history keeps; its words stay on the point as they were."""
    require(may(by.role, May.DECIDE, phase=round_.phase))
    point = point_of(session, round_, point_id)
    if point.disposition is None:
        return Saved(point, changed=False)
    _current(session, round_, point, version)
    why = why.replace("\x00", " ").strip()[:LONGEST_WHY]
    if not why:
        raise Invalid("Say why it is opened again.", fields={"why": N_("Write the reason.")})
    names = ("disposition", "decided_by_person_id", "decided_at", "decided_meeting")
    before = {name: getattr(point, name) for name in names} | {"reason": point.reason}
    for name in names:
        setattr(point, name, "" if name == "decided_meeting" else None)
    point.version += 1
    session.flush()
    _record(session, point, by, round_, at, REOPENED, before, {"disposition": None, "why": why})
    return Saved(point, changed=True)


LONGEST_WHY = 2000


def undo(session: Session, *, by: Viewer, round_: Round, point_id: int, version: int, at: datetime) -> Saved:
    """Put a point back to what it was before the decision that was written on it last."""
    require(may(by.role, May.DECIDE, phase=round_.phase))
    point = point_of(session, round_, point_id)
    last = next(reversed(history.of(session, "point", point_id)), None)
    if last is None or last.verb == UNDONE:
        return Saved(point, changed=False)
    _current(session, round_, point, version)
    if last.verb not in {DECIDED, DECIDED_ANEW} or not last.before:
        raise Conflict("The decision is no longer the last thing that was written on this point.")
    back = {name: _value(name, value) for name, value in last.before.items() if hasattr(point, name)}
    before = {name: getattr(point, name) for name in back}
    for name, value in back.items():
        setattr(point, name, value)
    point.version += 1
    session.flush()
    _record(session, point, by, round_, at, UNDONE, before, back)
    return Saved(point, changed=True)


def _value(name: str, kept: Any) -> Any:
    if kept is None:
        return None
    if name in {"disposition", "proposed_disposition"}:
        return Disposition(kept)
    return datetime.fromisoformat(kept).astimezone(UTC) if name.endswith("_at") else kept


def _current(session: Session, round_: Round, point: Point, version: int) -> None:
    if version != point.version:
        raise Conflict(STALE, theirs={n: v for n, v in written(session, round_, point).items() if v})


def _record(
    session: Session,
    point: Point,
    by: Viewer,
    round_: Round,
    at: datetime,
    verb: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="point",
        subject_id=point.id or 0,
        before=before,
        after=after,
        plan_id=round_.plan_id,
        round_id=round_.id,
    )


def meeting_named(session: Session, round_: Round) -> list[str]:
    """What this round's meetings are called, the newest first."""
    found = session.scalars(
        select(col(Meeting.name))
        .where(col(Meeting.round_id) == round_.id)
        .order_by(col(Meeting.id).desc())
        .limit(20)
    )
    return list(found)
