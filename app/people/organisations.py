"""Adding an organisation to a plan, and correcting it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.identity import clean, folded, name_of
from app.people.models import Organisation, Seat
from app.people.queries import NO_ORGANISATION
from app.people.rules import CONSTITUENCY_NAMES, Constituency, Region, Viewer
from app.policy import May, may, require
from app.words import N_

SAME_NAME = N_("There is an organisation of this name in the plan already.")
CHANGED = N_("Somebody changed this organisation after you opened it.")


@dataclass(frozen=True, slots=True)
class Described:
    """An organisation as a form describes it."""

    name: str
    constituency: Constituency
    region: Region = Region.NATIONAL
    short_name: str = ""


def named(found: Iterable[Organisation]) -> dict[str, Organisation]:
    """Organisations by every name they are written under, folded."""
    kept = list(found)
    names = {folded(one.short_name): one for one in kept if one.short_name}
    return names | {folded(one.name): one for one in kept}


def of_plan(session: Session, plan_id: int) -> dict[str, Organisation]:
    """A plan's organisations by name."""
    return named(session.scalars(select(Organisation).where(col(Organisation.plan_id) == plan_id)))


def add(session: Session, described: Described, *, by: Viewer, at: datetime) -> Organisation:
    """Add an organisation; Invalid when one of that name is there."""
    require(may(by.role, May.INVITE))
    name = name_of(described.name, most=200, field="organisation")
    if folded(name) in of_plan(session, by.plan_id):
        raise Invalid(SAME_NAME, fields={"organisation": SAME_NAME})
    made = Organisation(
        plan_id=by.plan_id,
        name=name,
        short_name=clean(described.short_name)[:60],
        constituency=described.constituency,
        region=described.region,
        created_at=at,
    )
    session.add(made)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="add",
        subject="organisation",
        subject_id=made.id or 0,
        after=_kept(made),
        plan_id=by.plan_id,
        first=True,
    )
    return made


def correct(
    session: Session, organisation_id: int, described: Described, *, version: int, by: Viewer, at: datetime
) -> None:
    """Correct an organisation; its living seats follow it to another constituency, what was written stays."""
    require(may(by.role, May.INVITE))
    one = session.get(Organisation, organisation_id, with_for_update=True)
    if one is None or one.plan_id != by.plan_id:
        raise NotFound(NO_ORGANISATION)
    name = name_of(described.name, most=200, field="organisation")
    if one.version != version:
        raise Conflict(
            CHANGED,
            theirs={"name": one.name, "constituency": CONSTITUENCY_NAMES[one.constituency]},
            mine={"name": name, "constituency": CONSTITUENCY_NAMES[described.constituency]},
        )
    same = of_plan(session, by.plan_id).get(folded(name))
    if same is not None and same.id != one.id:
        raise Invalid(SAME_NAME, fields={"organisation": SAME_NAME})
    before = _kept(one)
    one.name, one.short_name = name, clean(described.short_name)[:60]
    one.region = described.region
    if one.constituency is not described.constituency:
        one.constituency = described.constituency
        session.execute(
            update(Seat)
            .where(
                col(Seat.organisation_id) == one.id,
                col(Seat.ended_at).is_(None),
                col(Seat.constituency).is_not(None),
            )
            .values(constituency=described.constituency, version=col(Seat.version) + 1)
        )
    one.version += 1
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="correct",
        subject="organisation",
        subject_id=organisation_id,
        before=before,
        after=_kept(one),
        plan_id=by.plan_id,
    )


def _kept(one: Organisation) -> dict[str, str]:
    return {
        "name": one.name,
        "short_name": one.short_name,
        "constituency": one.constituency,
        "region": one.region,
    }


def body_of(
    session: Session, asked: int | Described | None, *, by: Viewer, at: datetime
) -> Organisation | None:
    """The organisation a form names: one of the plan's by its id, or one described anew, which is added."""
    if asked is None:
        return None
    if isinstance(asked, Described):
        return add(session, asked, by=by, at=at)
    body = session.get(Organisation, asked)
    if body is None or body.plan_id != by.plan_id:
        raise NotFound(NO_ORGANISATION)
    return body
