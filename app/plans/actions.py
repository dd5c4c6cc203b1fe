"""What people do with a plan itself; importing, correcting, translating and freezing a draft have own files."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.freezing import freeze
from app.plans.importing import add_clauses, import_draft
from app.plans.models import Plan
from app.plans.rules import CHANGED_MEANWHILE
from app.plans.translating import take_malay
from app.policy import May, may, require
from app.words import N_

__all__ = ["add_clauses", "describe", "freeze", "import_draft", "take_malay"]

NAME_THE_PLAN = N_("Give the plan a title.")
TITLE_TOO_LONG = N_("A title has at most 300 characters.")


def describe(
    session: Session,
    *,
    by: Viewer,
    version: int,
    title: str,
    title_ms: str,
    about: str,
    about_ms: str,
    at: datetime,
) -> Plan:
    """Change a plan's title and description, in both languages."""
    require(may(by.role, May.EDIT_PLAN))
    plan = session.get(Plan, by.plan_id, with_for_update=True, populate_existing=True)
    if plan is None:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    wanted: dict[str, Any] = {
        "title": " ".join(title.split()),
        "title_ms": " ".join(title_ms.split()),
        "about": about.strip(),
        "about_ms": about_ms.strip(),
    }
    before = {key: getattr(plan, key) for key in wanted}
    if plan.version != version:
        raise Conflict(CHANGED_MEANWHILE, theirs=before, mine=wanted)
    fields = {key: TITLE_TOO_LONG for key in ("title", "title_ms") if len(wanted[key]) > 300}
    if not wanted["title"]:
        fields["title"] = NAME_THE_PLAN
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    changed = {key: value for key, value in wanted.items() if value != before[key]}
    if not changed:
        return plan
    for key, value in changed.items():
        setattr(plan, key, value)
    plan.version += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="described",
        subject="plan",
        subject_id=by.plan_id,
        before={key: before[key] for key in changed},
        after=changed,
        plan_id=by.plan_id,
    )
    return plan
