"""Writing the same on many points: what changes, what is refused and why, and then all of it or nothing."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.errors import Conflict, Invalid
from app.history.actions import record_each
from app.matrix import deciding, paging, queries
from app.matrix.models import Point, PointComment
from app.matrix.rules import Filters
from app.matrix.written import BY_NAME, DECISION, PROPOSAL, read, refs_of, tidy, zone
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.moving import stays
from app.words import N_

#: So many points are written on at once; who has more narrows the filter.
MOST = 20_000
BATCH = 500
#: So many of those that are refused are named.
NAMED = 5

#: What can be set on many points; an empty value leaves the field as it is.
SETTABLE = (
    "disposition",
    "reason",
    "reason_ms",
    "duplicate_of",
    "referred_to",
    "decided_meeting",
    "decided_on",
    "proposed_disposition",
    "proposed_reason",
    "proposed_reason_ms",
    "proposed_duplicate_of",
    "proposed_referred_to",
    "drafter",
    "theme",
)

#: How a field says that it is to be emptied.
NONE = "none"

_DECISION = {one.name for one in DECISION}
_PROPOSAL = {one.name for one in PROPOSAL}

DECIDED_ALREADY = N_("Already decided. It stays as it is, unless you choose to decide anew.")
CHANGED_MEANWHILE = N_("Some of these points changed since you looked. Look again before you save.")


@dataclass(slots=True)
class Refused:
    """Points that are left as they are, for one reason: how many, and the first of them by id."""

    sentence: str
    values: Mapping[str, Any]
    n: int = 0
    first: list[int] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Effect:
    """What writing on many points does, or would do; `digest` tells two effects apart."""

    of: int = 0
    changed: int = 0
    same: int = 0
    refused: dict[str, Refused] = field(default_factory=dict)
    digest: str = ""

    def refuse(self, point_id: int, sentence: str, values: Mapping[str, Any]) -> None:
        """Count a point that is left as it is, and why."""
        refused = self.refused.setdefault(sentence, Refused(sentence, values))
        refused.n += 1
        if len(refused.first) < NAMED:
            refused.first.append(point_id)


def matching(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> list[int]:
    """The points that a view of the matrix shows, in the order of the draft, one more than `MOST` at most."""
    require(may(viewer.role, May.SEE_PROPOSALS, phase=round_.phase))
    if filters.point is not None:
        return chosen(session, round_, [filters.point])
    if queries.walks_points(viewer, round_, filters):
        statement = paging.which(*queries.walked(session, viewer, round_, filters))
    else:
        comments = queries.everything(session, viewer, round_, filters)
        comments = comments.with_only_columns(col(Comment.id)).order_by(None)
        statement = (
            select(col(Point.id))
            .where(
                col(Point.id).in_(
                    select(col(PointComment.point_id)).where(col(PointComment.comment_id).in_(comments))
                )
            )
            .order_by(col(Point.position), col(Point.id))
        )
    return list(session.scalars(statement.limit(MOST + 1)))


def chosen(session: Session, round_: Round, ids: Sequence[int]) -> list[int]:
    """Those of some points that are this round's, in the order of the draft."""
    found: list[tuple[int, int]] = []
    for some in _batches(sorted(set(ids))):
        rows = session.execute(
            select(col(Point.position), col(Point.id)).where(
                col(Point.id).in_(some), col(Point.round_id) == round_.id, col(Point.members) > 0
            )
        )
        found += [(position, id_) for position, id_ in rows]
    return [id_ for _, id_ in sorted(found)]


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def foresee(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    ids: Sequence[int],
    values: Mapping[str, str],
    anew: bool = False,
    at: datetime,
) -> Effect:
    """What writing `values` on these points would do; nothing is written."""
    return _write(session, by, round_, ids, values, at, anew=anew, dry=True)


def write(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    ids: Sequence[int],
    values: Mapping[str, str],
    digest: str,
    anew: bool = False,
    at: datetime,
) -> Effect:
    """Write `values` on these points, with a row of history each; what was foreseen, or a Conflict and nothing.

    `anew` decides those too that are decided already.
    """
    effect = _write(session, by, round_, ids, values, at, anew=anew, dry=False)
    if effect.changed and effect.digest != digest:
        raise Conflict(CHANGED_MEANWHILE)
    return effect


def _asked(by: Viewer, round_: Round, values: Mapping[str, str]) -> dict[str, str]:
    asked = {name: tidy(name, values[name]) for name in SETTABLE if values.get(name, "").strip()}
    if not asked:
        raise Invalid("Choose what to set.")
    for names, answer in ((_DECISION, "disposition"), (_PROPOSAL, "proposed_disposition")):
        if names.intersection(asked) and answer not in asked:
            raise Invalid("Choose the answer that goes with this.", fields={answer: N_("Choose an answer.")})
    for right in sorted({BY_NAME[name].right for name in asked}):
        require(may(by.role, right, phase=round_.phase))
    return asked


def _write(
    session: Session,
    by: Viewer,
    round_: Round,
    ids: Sequence[int],
    values: Mapping[str, str],
    at: datetime,
    *,
    anew: bool,
    dry: bool,
) -> Effect:
    asked = _asked(by, round_, values)
    if len(ids) > MOST:
        raise Invalid(
            "So many points cannot be written on at once: at most %(most)s. Narrow the view.", most=MOST
        )
    if not dry:
        stays(session, round_)
    effect, told = Effect(of=len(ids)), hashlib.sha256()
    new = _new(session, round_, asked, at)
    # Points are locked in one order, so that two who write on many never wait for each other in a ring.
    for some in _batches(sorted(ids)):
        statement = select(Point).where(col(Point.id).in_(some)).order_by(col(Point.id))
        points = session.scalars(statement if dry else statement.with_for_update()).all()
        history: dict[str, list[tuple[int, dict[str, Any], dict[str, Any]]]] = {}
        for point in points:
            made = _one(session, by, point, asked, new, at, effect, anew=anew)
            if made is None:
                continue
            before, after = made
            told.update(f"{point.id}:{point.version};".encode())
            effect.changed += 1
            if dry:
                continue
            verb = deciding.verb_of(before, after)
            for name, value in after.items():
                setattr(point, name, value)
            point.version += 1
            history.setdefault(verb, []).append((point.id or 0, before, after))
        session.flush()
        for verb, changes in history.items():
            record_each(
                session,
                at=at,
                by=by.person_id,
                verb=verb,
                subject="point",
                changes=changes,
                plan_id=round_.plan_id,
                round_id=round_.id,
            )
        for point in points:
            session.expunge(point)
    effect.digest = told.hexdigest()
    _name(session, round_, effect)
    return effect


def _new(session: Session, round_: Round, asked: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """What is asked as the points' own attributes, read once for all of them."""
    set_ = {name: "" if value == NONE else value for name, value in asked.items()}
    return read(
        session, round_, Point(round_id=0, created_at=at), set_, set(set_), at.astimezone(zone()).date()
    )


def _one(
    session: Session,
    by: Viewer,
    point: Point,
    asked: Mapping[str, str],
    new: Mapping[str, Any],
    at: datetime,
    effect: Effect,
    *,
    anew: bool,
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What changes on one point, before and after; None where nothing does, which the effect counts."""
    mine = dict(new)
    same_answer = all(getattr(point, name) == value for name, value in new.items() if name != "decided_at")
    if same_answer:
        effect.same += 1
        return None
    if "disposition" in asked and point.disposition is not None and not anew:
        effect.refuse(point.id or 0, DECIDED_ALREADY, {})
        return None
    try:
        if "disposition" in asked:
            deciding.decision(session, point, mine, by, at)
        if "proposed_disposition" in asked:
            deciding.proposal(session, point, mine, by, at)
    except Invalid as problem:
        effect.refuse(point.id or 0, problem.sentence, problem.values)
        return None
    before = {name: getattr(point, name) for name, value in mine.items() if getattr(point, name) != value}
    if not before:
        effect.same += 1
        return None
    return before, {name: mine[name] for name in before}


def _name(session: Session, round_: Round, effect: Effect) -> None:
    """Name the first of those that are refused as people do."""
    ids = [id_ for refused in effect.refused.values() for id_ in refused.first]
    refs = refs_of(session, round_, ids)
    for refused in effect.refused.values():
        refused.refs = [refs.get(id_, f"P{id_}") for id_ in refused.first]
