"""Giving points to drafters: by section, or evenly; who would get how many is seen before it is done."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, Invalid
from app.history.actions import record, record_each
from app.history.models import History
from app.matrix.at_once import BATCH, CHANGED_MEANWHILE, MOST
from app.matrix.models import Point
from app.matrix.points import shown
from app.matrix.queries import WHOLE_PLAN, section_of
from app.matrix.rules import COUNTED
from app.matrix.sharing_out import runs
from app.matrix.written import drafter
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.words import N_

ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class Share:
    """A stretch of the draft, by the positions of its first and last clause, whose points go to a seat."""

    first: int
    last: int
    seat_id: int


@dataclass(slots=True)
class Sharing:
    """Who gets how many: points by seat, how many change hands, and a digest that tells two sharings apart."""

    gets: dict[int, int] = field(default_factory=dict)
    taken: int = 0
    digest: str = ""

    @property
    def of(self) -> int:
        """How many points are given out."""
        return sum(self.gets.values())


def by_section(session: Session, round_: Round, wanted: Mapping[str, str]) -> list[Share]:
    """Shares from a drafter's seat for each section by its eid; the inner section goes before the one around it."""
    spans: list[tuple[int, int, int]] = []
    for eid, value in wanted.items():
        seat_id = drafter(session, round_, value, "sections")
        if seat_id is None:
            continue
        if eid == WHOLE_PLAN:
            spans.append((-1, -1, seat_id))
            continue
        section = section_of(session, round_, eid)
        spans.append((section.position, section.until, seat_id))
    seats: dict[int, int] = {}
    for position, until, seat_id in sorted(spans, key=lambda span: (span[0], -span[1])):
        for n in range(position, until + 1):
            seats[n] = seat_id
    if not seats:
        raise Invalid(
            "Choose a drafter for at least one section.", fields={"sections": N_("Choose a drafter.")}
        )
    return _stretches(sorted(seats.items()))


def _stretches(seats: Sequence[tuple[int, int]]) -> list[Share]:
    found: list[Share] = []
    for position, seat_id in seats:
        last = found[-1] if found else None
        if last and last.seat_id == seat_id and last.last == position - 1:
            found[-1] = Share(last.first, position, seat_id)
        else:
            found.append(Share(position, position, seat_id))
    return found


def evenly(
    session: Session, round_: Round, seats: Sequence[str], *, section: str = "", again: bool = False
) -> list[Share]:
    """Shares of about as many points each, in the order of the draft, for the chosen drafters in their order."""
    chosen = [seat for value in dict.fromkeys(seats) if (seat := drafter(session, round_, value, "seats"))]
    if not chosen:
        raise Invalid("Choose at least one drafter.", fields={"seats": N_("Choose at least one.")})
    first, last = -1, 2**31 - 1
    if section == WHOLE_PLAN:
        last = -1
    elif section:
        found = section_of(session, round_, section)
        first, last = found.position, found.until
    rows = session.execute(
        select(col(Point.position), func.count())
        .where(*_given(round_, first, last, again=again))
        .group_by(col(Point.position))
        .order_by(col(Point.position))
    ).all()
    cuts = runs([n for _, n in rows], len(chosen))
    return [
        Share(rows[a][0], rows[b - 1][0], seat)
        for (a, b), seat in zip(pairwise(cuts), chosen, strict=True)
        if b > a
    ]


def _given(round_: Round, first: int, last: int, *, again: bool) -> list[Any]:
    """The points of a stretch that are given out: those without a drafter, or, again, all."""
    found: list[Any] = [
        col(Point.round_id) == round_.id,
        shown(),
        col(Point.position).between(first, last),
    ]
    return found if again else [*found, col(Point.drafter_seat_id).is_(None)]


def foresee(session: Session, round_: Round, shares: Sequence[Share], *, again: bool = False) -> Sharing:
    """Who would get how many points."""
    return _share(session, round_, shares, again=again)[0]


def _share(
    session: Session, round_: Round, shares: Sequence[Share], *, again: bool
) -> tuple[Sharing, dict[int, list[tuple[int, int | None]]]]:
    sharing, told = Sharing(), hashlib.sha256()
    handed: dict[int, list[tuple[int, int | None]]] = {}
    for share in shares:
        rows = session.execute(
            select(col(Point.id), col(Point.version), col(Point.drafter_seat_id))
            .where(*_given(round_, share.first, share.last, again=again))
            .order_by(col(Point.position), col(Point.id))
            .limit(MOST + 1)
        )
        for id_, version, seat_id in rows:
            if seat_id == share.seat_id:
                continue
            sharing.gets[share.seat_id] = sharing.gets.get(share.seat_id, 0) + 1
            sharing.taken += seat_id is not None
            handed.setdefault(share.seat_id, []).append((id_, seat_id))
            told.update(f"{id_}:{version}:{share.seat_id};".encode())
    if sharing.of > MOST:
        raise Invalid(
            "So many points cannot be written on at once: at most %(most)s. Narrow the view.", most=MOST
        )
    sharing.digest = told.hexdigest()
    return sharing, handed


def assign(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    shares: Sequence[Share],
    again: bool = False,
    digest: str,
    sections: Mapping[str, str] | None = None,
    at: datetime,
) -> Sharing:
    """Give the points of each share to its drafter, as it was foreseen, with a row of history each.

    `sections` keeps which section went to whom, so that points that come later can be given out alike.
    """
    require(may(by.role, May.ASSIGN, phase=round_.phase))
    session.execute(select(col(Round.id)).where(col(Round.id) == round_.id).with_for_update())
    sharing, handed = _share(session, round_, shares, again=again)
    if sharing.of and sharing.digest != digest:
        raise Conflict(CHANGED_MEANWHILE)
    for seat_id, points in handed.items():
        ordered = sorted(points)
        for start in range(0, len(ordered), BATCH):
            some = ordered[start : start + BATCH]
            found = session.scalars(
                select(Point)
                .where(col(Point.id).in_([id_ for id_, _ in some]))
                .order_by(col(Point.id))
                .with_for_update()
            ).all()
            for point in found:
                point.drafter_seat_id = seat_id
                point.version += 1
            session.flush()
            record_each(
                session,
                at=at,
                by=by.person_id,
                verb=ASSIGNED,
                subject="point",
                changes=[
                    (id_, {"drafter_seat_id": before}, {"drafter_seat_id": seat_id}) for id_, before in some
                ],
                plan_id=round_.plan_id,
                round_id=round_.id,
            )
            for point in found:
                session.expunge(point)
    kept = {eid: value for eid, value in (sections or {}).items() if value}
    if kept and kept != sections_given(session, round_):
        record(
            session,
            at=at,
            by=by.person_id,
            verb="by section",
            subject="assignment",
            subject_id=round_.id or 0,
            after=kept,
            plan_id=round_.plan_id,
            round_id=round_.id,
        )
    return sharing


def sections_given(session: Session, round_: Round) -> dict[str, str]:
    """Which section went to which seat when points were given out by section last."""
    found = session.scalar(
        select(col(History.after))
        .where(col(History.subject) == "assignment", col(History.subject_id) == round_.id)
        .order_by(col(History.seq).desc())
        .limit(1)
    )
    return {str(eid): str(seat) for eid, seat in (found or {}).items()}


def undrafted(session: Session, round_: Round) -> int:
    """How many points have no drafter, counted to one more than `COUNTED` at most."""
    some = (
        select(col(Point.id)).where(*_given(round_, -1, 2**31 - 1, again=False)).limit(COUNTED + 1).subquery()
    )
    return int(session.scalar(select(func.count()).select_from(some)) or 0)
