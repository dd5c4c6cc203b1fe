"""What the secretariat does with the roadmap."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.policy import May, may, require
from app.roadmap.models import Milestone
from app.roadmap.rules import MilestoneSettings, problems
from app.rounds.models import Round
from app.words import N_

CHECK = N_("Something here needs another look.")
STALE = N_("Somebody changed this milestone after you opened the page.")


def add_milestone(session: Session, *, by: Viewer, at: datetime, settings: MilestoneSettings) -> Milestone:
    """Put a milestone on the plan's roadmap; `Invalid` says what is wrong, by field."""
    require(may(by.role, May.EDIT_ROADMAP))
    _check(session, by, settings)
    made = Milestone(
        plan_id=by.plan_id,
        created_at=at,
        changed_at=at,
        **{name: getattr(settings, name) for name in settings.__slots__},
    )
    session.add(made)
    session.flush()
    _record(session, made, by=by, at=at, verb="added", after=settings.recorded(), first=True)
    return made


def change_milestone(
    session: Session,
    *,
    by: Viewer,
    at: datetime,
    milestone_id: int,
    version: int,
    settings: MilestoneSettings,
) -> Milestone:
    """Change a milestone; `Conflict` shows both when somebody was there before."""
    found = milestone_of(session, by, milestone_id)
    before = settings_of(found).recorded()
    after = settings.recorded()
    if found.version != version:
        differing = [name for name in after if after[name] != before[name]]
        raise Conflict(
            STALE, theirs={name: before[name] for name in differing}, mine={n: after[n] for n in differing}
        )
    _check(session, by, settings)
    for name in settings.__slots__:
        setattr(found, name, getattr(settings, name))
    found.version += 1
    found.changed_at = at
    session.add(found)
    session.flush()
    changed = [name for name in after if after[name] != before[name]]
    _record(
        session,
        found,
        by=by,
        at=at,
        verb="changed",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return found


def remove_milestone(session: Session, *, by: Viewer, at: datetime, milestone_id: int, version: int) -> None:
    """Take a milestone off the roadmap; a round it stood for stays on it."""
    found = milestone_of(session, by, milestone_id)
    if found.version != version:
        raise Conflict(STALE, theirs=settings_of(found).recorded())
    _record(session, found, by=by, at=at, verb="removed", before=settings_of(found).recorded())
    session.delete(found)
    session.flush()


def settings_of(milestone: Milestone) -> MilestoneSettings:
    """A milestone's settings as they stand."""
    return MilestoneSettings(**{name: getattr(milestone, name) for name in MilestoneSettings.__slots__})


def milestone_of(session: Session, by: Viewer, milestone_id: int, *, lock: bool = True) -> Milestone:
    """A milestone of the person's plan, locked because it is about to be changed."""
    require(may(by.role, May.EDIT_ROADMAP))
    found = session.get(Milestone, milestone_id, with_for_update=lock or None, populate_existing=True)
    if found is None or found.plan_id != by.plan_id:
        raise NotFound(N_("There is no such milestone on this roadmap."))
    return found


def _check(session: Session, by: Viewer, settings: MilestoneSettings) -> None:
    rounds = frozenset(session.scalars(select(col(Round.id)).where(col(Round.plan_id) == by.plan_id)))
    found = problems(settings, frozenset(i for i in rounds if i is not None))
    if found:
        raise Invalid(CHECK, fields=found)


def _record(
    session: Session,
    milestone: Milestone,
    *,
    by: Viewer,
    at: datetime,
    verb: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    first: bool = False,
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="milestone",
        subject_id=milestone.id or 0,
        before=before,
        after=after,
        plan_id=milestone.plan_id,
        first=first,
    )
