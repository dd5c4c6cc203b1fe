"""Reading the roadmap: its steps, and every moment that somebody must know of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from app.config import settings
from app.people.rules import Constituency
from app.plans.models import Plan
from app.roadmap.models import Milestone
from app.roadmap.rules import ROUND
from app.rounds.models import Round
from app.rounds.queries import WindowRow, due, windows_of
from app.rounds.rules import Phase
from app.words import N_


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone, or a round that no milestone stands for, as the strip and the time line show it.

    `state` is "done", "now" or "next" on the day that was asked about. A milestone that stands for a
    round has the round's dates, and its state is the round's phase. `id` is None for a round alone.
    """

    id: int | None
    name: str
    name_ms: str
    kind: str
    starts_on: date
    ends_on: date
    state: str
    note: str
    round_id: int | None
    phase: Phase | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens on the roadmap, as deadlines and calendars tell of it.

    `words` is a catalogue key with places for name, who and section. `starts` is a time, or a day, which
    then goes on to the day `ends`. `uid` stays when the date moves, and `sequence` and `changed_at` say
    that it did. `over` is true of what has been done.
    """

    uid: str
    plan_id: int
    words: str
    name: str
    name_ms: str
    starts: datetime | date
    ends: date | None
    sequence: int
    changed_at: datetime
    over: bool
    round_id: int | None = None
    who: Constituency | None = None
    section: str = ""


#: Where a round's step stands is its phase, not the date: a round closes when a person closes it.
PHASE_STATE = {
    Phase.SCHEDULED: "next",
    Phase.OPEN: "now",
    Phase.PAUSED: "now",
    Phase.CLOSED: "done",
    Phase.PUBLISHED: "done",
}

OPENS = N_("%(name)s opens")
CLOSES = N_("%(name)s closes")
CLOSES_FOR = N_("%(name)s closes for %(who)s")
CLOSES_IN = N_("%(name)s closes for section %(section)s")
CLOSES_FOR_IN = N_("%(name)s closes for %(who)s in section %(section)s")
WHAT = N_("%(name)s")


def steps(session: Session, plan_id: int, now: datetime) -> list[Step]:
    """A plan's milestones and rounds in the order of their dates, as they stand at `now`; two queries."""
    zone = ZoneInfo(settings().time_zone)
    today = now.astimezone(zone).date()
    rounds = {
        row.id: row
        for row in session.execute(
            select(
                col(Round.id),
                col(Round.name),
                col(Round.phase),
                col(Round.opens_at),
                col(Round.closes_at),
                col(Round.closed_at),
            ).where(col(Round.plan_id) == plan_id)
        )
    }
    alone = dict(rounds)
    found = []
    for milestone in session.scalars(select(Milestone).where(col(Milestone.plan_id) == plan_id)):
        round_ = rounds.get(milestone.round_id)
        alone.pop(milestone.round_id, None)
        if round_:
            starts = round_.opens_at.astimezone(zone).date()
            ends = (round_.closed_at or round_.closes_at).astimezone(zone).date()
            state = PHASE_STATE[round_.phase]
        else:
            starts, ends = milestone.starts_on, milestone.ends_on
            done = milestone.done_on is not None or ends < today
            state = "done" if done else "now" if starts <= today else "next"
        found.append(
            Step(
                id=milestone.id,
                name=milestone.name,
                name_ms=milestone.name_ms or milestone.name,
                kind=milestone.kind.value,
                starts_on=starts,
                ends_on=max(starts, ends),
                state=state,
                note=milestone.note,
                round_id=milestone.round_id,
                phase=round_.phase if round_ else None,
                done_on=milestone.done_on,
            )
        )
    for round_ in alone.values():
        starts = round_.opens_at.astimezone(zone).date()
        ends = (round_.closed_at or round_.closes_at).astimezone(zone).date()
        found.append(
            Step(
                id=None,
                name=round_.name,
                name_ms=round_.name,
                kind=ROUND,
                starts_on=starts,
                ends_on=max(starts, ends),
                state=PHASE_STATE[round_.phase],
                note="",
                round_id=round_.id,
                phase=round_.phase,
            )
        )
    return sorted(found, key=lambda step: (step.starts_on, step.ends_on, step.id or 0, step.round_id or 0))


def moments(session: Session, seats: Mapping[int, Constituency | None]) -> list[Moment]:
    """What happens when in plans, for somebody who sits there in a constituency: `{plan_id: constituency}`.

    Without one (the secretariat, drafters) every constituency's own closing times are told. Three queries,
    in the order of time.
    """
    zone = ZoneInfo(settings().time_zone)
    rounds = list(session.scalars(select(Round).where(col(Round.plan_id).in_(seats))))
    own = windows_of(session, [round_.id or 0 for round_ in rounds])
    found: list[Moment] = []
    for round_ in rounds:
        found += _of_round(round_, own[round_.id or 0], seats[round_.plan_id])
    for milestone in session.scalars(
        select(Milestone).where(col(Milestone.plan_id).in_(seats), col(Milestone.round_id).is_(None))
    ):
        found.append(
            Moment(
                uid=f"milestone-{milestone.id}",
                plan_id=milestone.plan_id,
                words=WHAT,
                name=milestone.name,
                name_ms=milestone.name_ms or milestone.name,
                starts=milestone.starts_on,
                ends=milestone.ends_on,
                sequence=milestone.version - 1,
                changed_at=milestone.changed_at or milestone.created_at,
                over=milestone.done_on is not None,
            )
        )

    def order(moment: Moment) -> tuple[date, str, str]:
        if isinstance(moment.starts, datetime):
            local = moment.starts.astimezone(zone)
            return local.date(), f"{local:%H:%M:%S}", moment.uid
        return moment.starts, "", moment.uid

    return sorted(found, key=order)


def _of_round(round_: Round, own: Sequence[WindowRow], constituency: Constituency | None) -> list[Moment]:
    """When a round opens, when it closes, and its closing times for this constituency and for sections."""

    def moment(uid: str, words: str, at: datetime, *, over: bool, **whose: object) -> Moment:
        who, section = whose.get("who"), whose.get("section", "")
        return Moment(
            uid=f"round-{round_.id}-{uid}",
            plan_id=round_.plan_id,
            words=words,
            name=round_.name,
            name_ms=round_.name,
            starts=at,
            ends=None,
            sequence=round_.version - 1,
            changed_at=round_.changed_at or round_.created_at,
            over=over,
            round_id=round_.id,
            who=who if isinstance(who, Constituency) else None,
            section=str(section),
        )

    closed = round_.closed_at is not None
    # A participant has one closing time: the round's, or the own one of their constituency.
    closes_at = round_.closes_at
    if constituency is not None:
        closes_at = due(round_.closes_at, list(own), constituency)
    found = [
        moment("opens", OPENS, round_.opens_at, over=round_.phase is not Phase.SCHEDULED),
        moment("closes", CLOSES, round_.closed_at or closes_at, over=closed),
    ]
    if closed:
        return found
    for window in own:
        if constituency is not None and window.constituency not in {None, constituency}:
            continue
        if window.section_id is None and constituency is not None:
            continue
        if window.section_id is None:
            words, uid = CLOSES_FOR, f"closes-{window.constituency}"
        elif window.constituency is None or constituency is not None:
            words, uid = CLOSES_IN, f"closes-{window.constituency or ''}{window.section_id}"
        else:
            words, uid = CLOSES_FOR_IN, f"closes-{window.constituency}{window.section_id}"
        section = window.label or window.heading
        found.append(
            moment(uid, words, window.closes_at, over=False, who=window.constituency, section=section)
        )
    return found


def deadlines(
    session: Session, plan_id: int, constituency: Constituency | None, now: datetime, limit: int = 8
) -> list[Moment]:
    """The next of a plan's moments from `now` on, soonest first: what opens and closes, and what ends."""
    today = now.astimezone(ZoneInfo(settings().time_zone)).date()

    def ahead(moment: Moment) -> bool:
        if isinstance(moment.starts, datetime):
            return moment.starts >= now
        return (moment.ends or moment.starts) >= today

    def when(moment: Moment) -> tuple[date, str]:
        return falls_on(moment), moment.uid

    found = [m for m in moments(session, {plan_id: constituency}) if not m.over and ahead(m)]
    return sorted(found, key=when)[:limit]


def falls_on(moment: Moment) -> date:
    """The day by which a moment counts as a deadline: its own, or the last of its days."""
    if isinstance(moment.starts, datetime):
        return moment.starts.astimezone(ZoneInfo(settings().time_zone)).date()
    return moment.ends or moment.starts


@dataclass(frozen=True, slots=True)
class PlanName:
    """What a plan is called in both languages, and its address."""

    title: str
    title_ms: str
    slug: str


def names(session: Session, plan_ids: Collection[int]) -> dict[int, PlanName]:
    """Plans' names, by id."""
    rows = session.execute(
        select(col(Plan.id), col(Plan.title), col(Plan.title_ms), col(Plan.slug)).where(
            col(Plan.id).in_(plan_ids)
        )
    )
    return {row[0]: PlanName(row[1], row[2] or row[1], row[3]) for row in rows}
