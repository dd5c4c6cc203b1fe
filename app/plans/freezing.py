"""A draft's text is made to stand for ever."""

from datetime import datetime

from sqlmodel import Session

from app.errors import Conflict, Invalid
from app.history.actions import record
from app.people.rules import Viewer
from app.plans import queries
from app.plans.checks import hindrances
from app.plans.editable import set_in_order, take_up
from app.plans.models import Draft
from app.plans.rules import AFTER, MOVED_MEANWHILE, DraftVerb
from app.words import N_

HINDERED = N_(
    "%(n)s clauses still stand in the way of freezing this draft. Each is named below with a way to mend it."
)

NOTHING_TO_FREEZE = N_("The draft holds no clause, so there is nothing to freeze.")


def freeze(session: Session, *, by: Viewer, draft_id: int, version: int | None, at: datetime) -> Draft:
    """Make a draft's text stand for ever; refused while a clause is empty or two have one label.

    `version` is the one the person saw; None where nobody looked at a page.
    """
    draft = take_up(session, by=by, draft_id=draft_id, verb=DraftVerb.FREEZE)
    if version is not None and draft.version != version:
        raise Conflict(MOVED_MEANWHILE)
    freeze_now(session, draft, by=by, at=at)
    return draft


def freeze_now(session: Session, draft: Draft, *, by: Viewer, at: datetime) -> None:
    """Freeze a draft that is taken up already."""
    draft_id = draft.id or 0
    count = set_in_order(session, draft_id)
    found = hindrances(queries.doubtful(session, draft_id))
    if not count:
        raise Invalid(NOTHING_TO_FREEZE)
    if found:
        raise Invalid(HINDERED, n=len(found))
    draft.status = AFTER[draft.status, DraftVerb.FREEZE]
    draft.frozen_at = at
    draft.version += 1
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="frozen",
        subject="draft",
        subject_id=draft_id,
        after={"clauses": count, "name": draft.name},
        plan_id=draft.plan_id,
    )
