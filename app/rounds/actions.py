"""What the secretariat does with a round before and while it runs; moving its phase is in `moving.py`."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.config import settings as the_settings
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Region, Viewer
from app.plans.models import Draft, Plan
from app.plans.rules import DraftStatus
from app.policy import May, may, require
from app.rounds.models import Round, RoundQuestion, RoundScope, RoundWindow
from app.rounds.public_holidays import days_to_comment
from app.rounds.queries import questions, scope_of, sections, windows
from app.rounds.rules import WORKING_DAYS_ASKED, Part, changeable, covers
from app.rounds.settings import Ask, OwnWindow, RoundSettings, must_accept, problems
from app.words import N_

CHECK = N_("Something here needs another look.")
STALE = N_("Somebody changed this round after you opened the page.")
TOO_FEW = N_(
    "There are fewer than %(asked)s working days to comment. Accept this below, or give people more time."
)


def days_between(opens_at: datetime, closes_at: datetime) -> int:
    """Whole working days between two moments by the plan's clock, federal holidays left out."""
    zone = ZoneInfo(the_settings().time_zone)
    return days_to_comment(opens_at.astimezone(zone), closes_at.astimezone(zone))[Region.NATIONAL]


def create(session: Session, *, by: Viewer, at: datetime, draft_id: int, settings: RoundSettings) -> Round:
    """Make a scheduled round on a frozen draft; `Invalid` says what is wrong, by field."""
    require(may(by.role, May.RUN_ROUND))
    # The plan's row is the lock under which its rounds are numbered.
    session.execute(select(col(Plan.id)).where(col(Plan.id) == by.plan_id).with_for_update())
    draft = session.get(Draft, draft_id)
    if draft is None or draft.plan_id != by.plan_id:
        raise Invalid(CHECK, fields={"draft_id": N_("Choose a draft of this plan.")})
    if draft.status is not DraftStatus.FROZEN:
        raise Invalid(CHECK, fields={"draft_id": N_("Freeze the draft before you consult on it.")})
    _check(session, settings, draft_id, accepted=None)
    last = session.scalar(select(func.max(col(Round.number))).where(col(Round.plan_id) == by.plan_id))
    days = days_between(settings.opens_at, settings.closes_at)
    made = Round(
        plan_id=by.plan_id,
        draft_id=draft_id,
        number=(last or 0) + 1,
        name=settings.name,
        about=settings.about,
        about_ms=settings.about_ms,
        opens_at=settings.opens_at,
        closes_at=settings.closes_at,
        isolation=settings.isolation,
        attributions=list(settings.attributions),
        days_accepted=days if settings.accepts_few_days and must_accept(days, None) else None,
        created_at=at,
        changed_at=at,
    )
    session.add(made)
    session.flush()
    _keep(session, made, settings)
    record(
        session,
        at=at,
        by=by.person_id,
        verb="created",
        subject="round",
        subject_id=made.id or 0,
        after=settings.recorded() | {"draft_id": draft_id, "number": made.number},
        plan_id=made.plan_id,
        round_id=made.id,
        first=True,
    )
    return made


def change(
    session: Session, *, by: Viewer, at: datetime, round_id: int, version: int, settings: RoundSettings
) -> Round:
    """Change what the round's phase still lets one change; parts that stay are refused when they differ."""
    found = the_round(session, by, round_id, version, mine=settings)
    before = settings_of(session, found)
    open_parts = changeable(found.phase, commented=found.last_number > 0)
    settings = _only(before, settings, open_parts)
    fixed = _fixed(before, settings, open_parts)
    if fixed:
        raise Invalid(CHECK, fields=fixed)
    if open_parts - {Part.NAME, Part.ABOUT}:
        _check(session, settings, found.draft_id, accepted=found.days_accepted, before=before)
    elif not settings.name:
        raise Invalid(CHECK, fields={"name": N_("Give the round a name.")})
    if found.last_number and _narrower(session, found.draft_id, before, settings):
        narrow = N_("People have commented, so the scope can be widened but no longer narrowed.")
        raise Invalid(CHECK, fields={"scope": narrow})
    days = days_between(settings.opens_at, settings.closes_at)
    if settings.accepts_few_days and must_accept(days, found.days_accepted):
        found.days_accepted = days
    found.name, found.about, found.about_ms = settings.name, settings.about, settings.about_ms
    found.opens_at, found.closes_at = settings.opens_at, settings.closes_at
    found.isolation, found.attributions = settings.isolation, list(settings.attributions)
    _keep(session, found, settings)
    old, new = before.recorded(), settings.recorded()
    differing = [key for key in new if old[key] != new[key]]
    touched(
        session,
        found,
        at=at,
        by=by,
        verb="changed",
        before={key: old[key] for key in differing},
        after={key: new[key] for key in differing},
    )
    return found


def settings_of(session: Session, round_: Round) -> RoundSettings:
    """A round's settings as they stand."""
    return RoundSettings(
        name=round_.name,
        about=round_.about,
        about_ms=round_.about_ms,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        isolation=round_.isolation,
        attributions=tuple(round_.attributions),
        scope=tuple(scope_of(session, round_)),
        questions=tuple(Ask(q.text, q.text_ms, q.section_id, q.id) for q in questions(session, round_)),
        windows=tuple(OwnWindow(w.closes_at, w.constituency, w.section_id) for w in windows(session, round_)),
    )


def the_round(
    session: Session, by: Viewer, round_id: int, version: int, *, mine: RoundSettings | None = None
) -> Round:
    """The round of the person's plan, locked; `Conflict` when it changed since the page was made."""
    require(may(by.role, May.RUN_ROUND))
    found = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if found is None or found.plan_id != by.plan_id:
        raise NotFound(N_("There is no such round in this plan."))
    if found.version != version:
        if mine is None:
            raise Conflict(STALE, theirs={"phase": found.phase.value})
        old, new = settings_of(session, found).recorded(), mine.recorded()
        differing = [key for key in new if old[key] != new[key]]
        theirs = {key: old[key] for key in differing}
        raise Conflict(STALE, theirs=theirs, mine={key: new[key] for key in differing})
    return found


def touched(
    session: Session,
    round_: Round,
    *,
    at: datetime,
    by: Viewer | None,
    verb: str,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    """Write a change into history, and count the round's version up."""
    round_.version += 1
    round_.changed_at = at
    session.add(round_)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id if by else None,
        verb=verb,
        subject="round",
        subject_id=round_.id or 0,
        before=before,
        after=after,
        plan_id=round_.plan_id,
        round_id=round_.id,
    )


def _check(
    session: Session,
    settings: RoundSettings,
    draft_id: int,
    *,
    accepted: int | None,
    before: RoundSettings | None = None,
) -> None:
    """Raise what is wrong with settings; few working days are asked about when the dates are new."""
    found = problems(settings, frozenset(section.id for section in sections(session, draft_id)))
    if found:
        raise Invalid(CHECK, fields=found)
    if before and (before.opens_at, before.closes_at) == (settings.opens_at, settings.closes_at):
        return
    ask_about_few_days(settings.opens_at, settings.closes_at, settings.accepts_few_days, accepted)


def ask_about_few_days(
    opens_at: datetime,
    closes_at: datetime,
    accepts: bool,  # noqa: FBT001 (the box that was ticked)
    accepted: int | None,
) -> int:
    """Raise the warning about working days unless it was taken; gives the number of days."""
    days = days_between(opens_at, closes_at)
    if must_accept(days, accepted) and not accepts:
        raise Invalid(TOO_FEW, fields={"accepts_few_days": str(days)}, asked=WORKING_DAYS_ASKED)
    return days


def _only(before: RoundSettings, asked: RoundSettings, parts: frozenset[Part]) -> RoundSettings:
    """The settings asked for, with dates as they stand where a verb moves them instead."""
    return replace(
        asked,
        opens_at=asked.opens_at if Part.OPENS in parts else before.opens_at,
        closes_at=asked.closes_at if Part.CLOSES in parts else before.closes_at,
    )


def _fixed(before: RoundSettings, asked: RoundSettings, parts: frozenset[Part]) -> dict[str, str]:
    """Parts that differ although they can no longer be changed, by field."""
    stays = N_("This can no longer be changed.")
    compared = {
        Part.ABOUT: (before.about, before.about_ms) != (asked.about, asked.about_ms),
        Part.SCOPE: set(before.scope) != set(asked.scope),
        Part.QUESTIONS: before.recorded()["questions"] != asked.recorded()["questions"],
        Part.WINDOWS: set(before.windows) != set(asked.windows),
        Part.ISOLATION: before.isolation is not asked.isolation,
        Part.ATTRIBUTIONS: set(before.attributions) != set(asked.attributions),
    }
    return {part.value: stays for part, differs in compared.items() if differs and part not in parts}


def _narrower(session: Session, draft_id: int, before: RoundSettings, asked: RoundSettings) -> bool:
    """Whether a section that was asked about no longer is."""
    if not asked.scope:
        return False
    every = sections(session, draft_id)
    reach = {section.id: (section.start, section.until) for section in every}
    new = [reach[i] for i in asked.scope if i in reach]
    old = [reach[i] for i in before.scope if i in reach]
    if not before.scope:
        top = [(section.start, section.until) for section in every if section.depth == 0]
        return not all(covers(new, start) and covers(new, until) for start, until in top)
    return not all(covers(new, start) and covers(new, until) for start, until in old)


def _keep(session: Session, round_: Round, settings: RoundSettings) -> None:
    """Write scope, questions and windows as they are now wanted; a question keeps its row."""
    session.execute(delete(RoundScope).where(col(RoundScope.round_id) == round_.id))
    session.add_all(RoundScope(round_id=round_.id or 0, clause_id=i) for i in sorted(set(settings.scope)))
    kept = {
        row.id: row
        for row in session.scalars(select(RoundQuestion).where(col(RoundQuestion.round_id) == round_.id))
    }
    for position, ask in enumerate(settings.questions):
        row = kept.pop(ask.id, None) or RoundQuestion(round_id=round_.id or 0, text="")
        row.position, row.clause_id = position, ask.section_id
        row.text, row.text_ms = ask.text, ask.text_ms
        session.add(row)
    for gone in kept.values():
        session.delete(gone)
    reminded = dict(
        session.execute(
            select(col(RoundWindow.closes_at), col(RoundWindow.reminded_for)).where(
                col(RoundWindow.round_id) == round_.id
            )
        ).all()
    )
    session.execute(delete(RoundWindow).where(col(RoundWindow.round_id) == round_.id))
    session.add_all(
        RoundWindow(
            round_id=round_.id or 0,
            constituency=window.constituency,
            section_id=window.section_id,
            closes_at=window.closes_at,
            reminded_for=reminded.get(window.closes_at),
        )
        for window in settings.windows
    )
    session.flush()
