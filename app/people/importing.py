"""Inviting hundreds from a list: previewed row by row, then taken wholly or not at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from app.config import Settings
from app.errors import Conflict
from app.history.actions import record, record_made
from app.people.identity import folded
from app.people.invitation_mails import Letter, ToPlan, send
from app.people.models import InvitationList, Organisation, Person, Seat
from app.people.organisations import of_plan
from app.people.previewing import WAITS, Body, Checked, Fate, batches, preview
from app.people.rules import Region, Viewer
from app.people.tokens import hashed
from app.policy import May, may, require
from app.words import N_

HAS_WRONG = N_("Nothing was imported: %(n)s rows have errors. Correct the file and send it again.")
NOBODY_NEW = N_("Everybody in this list has a seat already. There is nobody to invite.")
GONE = N_("This preview is gone: it waits an hour, and one confirmation uses it up. Send the file again.")


def confirm(session: Session, token: str, *, to: ToPlan, by: Viewer, settings: Settings, at: datetime) -> int:
    """Invite everybody new in a previewed list, checked once more; how many were invited.

    Conflict when the preview is gone, or when rows have errors now: then nothing at all is imported.
    """
    require(may(by.role, May.INVITE))
    kept = session.scalars(
        select(InvitationList)
        .where(
            col(InvitationList.token_hash) == hashed(token),
            col(InvitationList.person_id) == by.person_id,
            col(InvitationList.plan_id) == by.plan_id,
            col(InvitationList.created_at) > at - WAITS,
        )
        .with_for_update()
    ).first()
    if kept is None:
        raise Conflict(GONE)
    found = preview(session, kept.content, by=by)
    if found.count(Fate.WRONG):
        raise Conflict(HAS_WRONG, n=found.count(Fate.WRONG))
    coming = [row for row in found.rows if row.fate in {Fate.NEW, Fate.AGAIN}]
    if not coming:
        raise Conflict(NOBODY_NEW)
    bodies = _enter_bodies(session, coming, by=by, at=at)
    for some in batches(coming):
        _invite(session, some, bodies, to=to, by=by, settings=settings, at=at)
    session.delete(kept)
    session.flush()
    return len(coming)


def _enter_bodies(
    session: Session, coming: Sequence[Checked], *, by: Viewer, at: datetime
) -> dict[str, tuple[int, str]]:
    """Add the organisations that are new, and give each one's id and name by its folded names."""
    known = of_plan(session, by.plan_id)
    fresh: dict[str, Body] = {}
    for row in coming:
        one = row.listed
        key = folded(one.organisation)
        if one.organisation and key not in known:
            body = fresh.setdefault(key, Body(None, one.organisation))
            body.constituency = body.constituency or one.constituency
            body.region = body.region or one.region
    if fresh:
        values = [
            {
                "plan_id": by.plan_id,
                "name": body.name,
                "short_name": "",
                "constituency": body.constituency,
                "region": body.region or Region.NATIONAL,
                "created_at": at,
                "version": 1,
            }
            for body in fresh.values()
        ]
        made = session.execute(
            insert(Organisation).returning(col(Organisation.name), col(Organisation.id)), values
        ).all()
        ids = {str(name): organisation_id or 0 for name, organisation_id in made}
        record_made(
            session,
            at=at,
            by=by.person_id,
            verb="add",
            subject="organisation",
            made=[
                (ids[str(value["name"])], {name: value[name] for name in ("name", "constituency", "region")})
                for value in values
            ],
            plan_id=by.plan_id,
        )
        known = of_plan(session, by.plan_id)
    return {key: (one.id or 0, one.name) for key, one in known.items()}


def _invite(
    session: Session,
    some: Sequence[Checked],
    bodies: dict[str, tuple[int, str]],
    *,
    to: ToPlan,
    by: Viewer,
    settings: Settings,
    at: datetime,
) -> None:
    """Give seats to a batch of people, in a number of statements that does not grow with them."""
    people = _enter_people(session, some, by=by, at=at)
    seats = {
        seat.person_id: seat
        for seat in session.scalars(
            select(Seat).where(
                col(Seat.plan_id) == by.plan_id, col(Seat.person_id).in_([one.id for one in people.values()])
            )
        )
    }
    values, again = [], []
    for row in some:
        one = row.listed
        given = {
            "organisation_id": bodies[folded(one.organisation)][0] if one.organisation else None,
            "role": row.role,
            "constituency": row.side,
            "capacity": one.capacity,
            "invited_at": at,
            "invited_by": by.person_id,
        }
        person_id = people[one.email].id or 0
        if person_id in seats:
            again.append({"id": seats[person_id].id, **given, "ended_at": None})
        else:
            values.append({"plan_id": by.plan_id, "person_id": person_id, **given, "version": 1})
    if again:
        session.execute(update(Seat), again)
        for gone in again:
            record(
                session,
                at=at,
                by=by.person_id,
                verb="invite again",
                subject="seat",
                subject_id=int(str(gone["id"])),
                after={name: gone[name] for name in ("organisation_id", "role", "constituency", "capacity")},
                plan_id=by.plan_id,
            )
    seat_ids = {gone["id"]: gone for gone in again}
    by_person = {seat.person_id: seat.id or 0 for seat in seats.values() if seat.id in seat_ids}
    if values:
        rows = session.execute(insert(Seat).returning(col(Seat.id), col(Seat.person_id)), values).all()
        by_person |= {person_id: seat_id for seat_id, person_id in rows}
        record_made(
            session,
            at=at,
            by=by.person_id,
            verb="invite",
            subject="seat",
            made=[
                (
                    by_person[int(str(value["person_id"]))],
                    {
                        "person": value["person_id"],
                        "organisation": value["organisation_id"],
                        "role": value["role"],
                        "constituency": value["constituency"],
                        "capacity": value["capacity"],
                    },
                )
                for value in values
            ],
            plan_id=by.plan_id,
        )
    send(
        session,
        [
            Letter(
                by_person[people[row.listed.email].id or 0],
                people[row.listed.email].id or 0,
                row.listed.email,
                people[row.listed.email].name,
                people[row.listed.email].language,
                row.role,
                bodies[folded(row.listed.organisation)][1] if row.listed.organisation else "",
            )
            for row in some
        ],
        to=to,
        by=by,
        settings=settings,
        at=at,
    )


def _enter_people(
    session: Session, some: Sequence[Checked], *, by: Viewer, at: datetime
) -> dict[str, Person]:
    """The people of a batch by e-mail; those who are unknown are entered."""
    emails = [row.listed.email for row in some]
    found = select(Person).where(col(Person.email).in_(emails))
    known = {one.email or "": one for one in session.scalars(found)}
    fresh = [
        {
            "email": row.listed.email,
            "name": row.listed.name,
            "language": row.listed.language,
            "created_at": at,
        }
        for row in some
        if row.listed.email not in known
    ]
    if fresh:
        made = session.scalars(insert(Person).returning(col(Person.id)), fresh).all()
        record_made(
            session,
            at=at,
            by=by.person_id,
            verb="enter",
            subject="person",
            made=[(person_id or 0, {}) for person_id in made],
            plan_id=by.plan_id,
        )
        known = {one.email or "": one for one in session.scalars(found)}
    return known
