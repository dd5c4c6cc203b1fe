"""Seats: given, changed, ended, given back; and the plan keeps a secretariat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.config import Settings
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.history import queries as history
from app.mail.models import OutgoingMail
from app.mail.rules import SECRET
from app.people import inviting, organisations, queries, seating
from app.people.invitation_mails import LASTS, ToPlan
from app.people.inviting import Invitation
from app.people.models import Organisation, Person, Seat, SignInLink
from app.people.organisations import Described
from app.people.queries import Sift
from app.people.rules import Capacity, Constituency, Language, Region, Role, Viewer
from app.people.tokens import hashed
from app.plans.founding import found, plans_of
from app.plans.models import Plan
from tests.factories import make_organisation, make_person, make_plan, make_seat, viewer_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="for tests", base_url="https://runding.contoh.example")


def secretariat(session: Session, plan: Plan) -> Viewer:
    return viewer_of(make_seat(session, plan, Role.SECRETARIAT, person=make_person(session, name="Aminah")))


def to(plan: Plan) -> ToPlan:
    return ToPlan(plan.id or 0, plan.slug, plan.title, plan.title_ms)


def invite(session: Session, plan: Plan, by: Viewer, wish: Invitation, at: datetime = NOW) -> Seat:
    return inviting.invite(session, wish, to=to(plan), by=by, settings=SETTINGS, at=at)


SITI = Invitation(
    "Siti Nur",
    "Siti@contoh.example",
    Role.PARTICIPANT,
    Described("Kesatuan Contoh", Constituency.WORKERS, Region.SABAH),
)


def test_an_invitation_makes_person_organisation_seat_and_mail(session):
    plan = make_plan(session, title="Plan of action", title_ms="Pelan tindakan")
    by = secretariat(session, plan)
    seat = invite(session, plan, by, replace(SITI, language=Language.MALAY))
    person = session.get_one(Person, seat.person_id)
    body = session.get_one(Organisation, seat.organisation_id)
    assert (person.email, person.name, person.language) == ("siti@contoh.example", "Siti Nur", Language.MALAY)
    assert (body.name, body.constituency, body.region) == (
        "Kesatuan Contoh",
        Constituency.WORKERS,
        Region.SABAH,
    )
    assert (seat.constituency, seat.invited_by) == (Constituency.WORKERS, by.person_id)
    mail = session.scalars(select(OutgoingMail)).one()
    link = session.scalars(select(SignInLink)).one()
    assert mail.subject == "Anda dijemput: Pelan tindakan"
    assert "Aminah menjemput anda" in mail.text
    assert "Peserta, Kesatuan Contoh" in mail.text
    assert f"https://runding.contoh.example/sign-in/{SECRET}" in mail.text
    assert (link.secret_hash, link.expires_at) == (hashed(mail.secret), NOW + LASTS)
    assert link.next_path == f"/plans/{plan.slug}"
    [row] = history.of(session, "seat", seat.id or 0)
    assert (row.verb, row.by_person_id) == ("invite", by.person_id)
    assert "siti" not in str(row.after).lower()


def test_somebody_known_keeps_name_and_language(session):
    plan = make_plan(session)
    known = make_person(session, email="siti@contoh.example", name="Dr. Siti", language=Language.ENGLISH)
    seat = invite(session, plan, secretariat(session, plan), replace(SITI, language=Language.MALAY))
    assert seat.person_id == known.id
    assert (known.name, known.language) == ("Dr. Siti", Language.ENGLISH)


def test_a_second_seat_in_the_plan_is_refused_and_an_ended_one_is_given_back(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    seat = invite(session, plan, by, SITI)
    again = replace(SITI, organisation=seat.organisation_id, role=Role.FOCAL_POINT)
    with pytest.raises(Invalid) as refused:
        invite(session, plan, by, again)
    assert "email" in refused.value.fields
    seating.end(session, seat.id or 0, by=by, at=NOW)
    assert plans_of(session, seat.person_id) == []
    back = invite(session, plan, by, again)
    assert back.id == seat.id
    assert (back.ended_at, back.role) == (None, Role.FOCAL_POINT)
    assert [row.verb for row in history.of(session, "seat", seat.id or 0)] == [
        "invite",
        "end",
        "invite again",
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARIAT])
def test_only_the_secretariat_invites_changes_and_ends(session, role):
    plan = make_plan(session)
    side = Constituency.OBSERVER if role is Role.OBSERVER else Constituency.WORKERS
    seat = make_seat(session, plan, role, side)
    by = viewer_of(seat)
    with pytest.raises(Forbidden):
        invite(session, plan, by, SITI)
    with pytest.raises(Forbidden):
        seating.end(session, seat.id or 0, by=by, at=NOW)
    with pytest.raises(Forbidden):
        organisations.add(session, Described("Baru", Constituency.WORKERS), by=by, at=NOW)
    with pytest.raises(Forbidden):
        inviting.send_again(session, seat.id or 0, to=to(plan), by=by, settings=SETTINGS, at=NOW)


def test_seats_and_organisations_of_another_plan_do_not_exist_here(session):
    plan, other = make_plan(session), make_plan(session)
    by = secretariat(session, plan)
    seat = make_seat(session, other)
    with pytest.raises(NotFound):
        seating.end(session, seat.id or 0, by=by, at=NOW)
    with pytest.raises(NotFound):
        queries.seat(session, by, seat.id or 0)
    with pytest.raises(NotFound):
        invite(session, plan, by, replace(SITI, organisation=seat.organisation_id))
    described = Described("X", Constituency.WORKERS)
    with pytest.raises(NotFound):
        organisations.correct(session, seat.organisation_id or 0, described, version=1, by=by, at=NOW)


def test_a_stale_change_is_refused_with_both_versions(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    seat = invite(session, plan, by, SITI)
    values: dict[str, Any] = {
        "organisation": seat.organisation_id,
        "capacity": Capacity.PERSONAL,
        "by": by,
        "at": NOW,
    }
    seating.change(session, seat.id or 0, role=Role.FOCAL_POINT, version=1, **values)
    assert (seat.role, seat.capacity, seat.version) == (Role.FOCAL_POINT, Capacity.PERSONAL, 2)
    with pytest.raises(Conflict) as refused:
        seating.change(session, seat.id or 0, role=Role.PARTICIPANT, version=1, **values)
    assert refused.value.theirs == {"role": "Focal point"}


def test_the_plan_keeps_a_secretariat(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    with pytest.raises(Conflict):
        seating.end(session, by.seat_id or 0, by=by, at=NOW)
    with pytest.raises(Conflict):
        seating.change(
            session,
            by.seat_id or 0,
            role=Role.DRAFTER,
            organisation=None,
            capacity=Capacity.PERSONAL,
            version=1,
            by=by,
            at=NOW,
        )
    secretariat(session, plan)
    seating.end(session, by.seat_id or 0, by=by, at=NOW)


def test_an_invitation_sent_again_has_a_link_of_its_own(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    seat = invite(session, plan, by, SITI)
    later = NOW + timedelta(days=8)
    inviting.send_again(session, seat.id or 0, to=to(plan), by=by, settings=SETTINGS, at=later)
    secrets = {mail.secret for mail in session.scalars(select(OutgoingMail))}
    assert len(secrets) == 2
    assert session.scalar(select(func.max(col(SignInLink.expires_at)))) == later + LASTS


def test_an_organisation_is_entered_once_whatever_the_case_of_its_name(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    organisations.add(session, Described("Kesatuan Contoh", Constituency.WORKERS), by=by, at=NOW)
    with pytest.raises(Invalid):
        organisations.add(session, Described("KESATUAN  contoh", Constituency.EMPLOYERS), by=by, at=NOW)


def test_seats_follow_their_organisation_to_another_constituency(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    seat = invite(session, plan, by, SITI)
    described = Described("Kesatuan Contoh", Constituency.CIVIL_SOCIETY)
    organisations.correct(session, seat.organisation_id or 0, described, version=1, by=by, at=NOW)
    session.refresh(seat)
    assert seat.constituency is Constituency.CIVIL_SOCIETY


def test_seats_are_listed_by_constituency_and_found_by_words(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    for side in reversed(Constituency):
        body = make_organisation(session, plan, constituency=side, name=f"Badan {side.name}")
        role = Role.OBSERVER if side is Constituency.OBSERVER else Role.PARTICIPANT
        person = make_person(session, name=f"Orang {side.name}")
        make_seat(session, plan, role, side, organisation=body, person=person)
    found, total = queries.seats(session, by)
    assert [one.constituency for one in found] == [*"GEWCO", None]
    assert total == 6
    found, total = queries.seats(session, by, Sift(words="orang EMPL"))
    assert [one.name for one in found] == ["Orang EMPLOYERS"]
    assert queries.seats(session, by, Sift(words="100%"))[1] == 0
    assert queries.seats(session, by, Sift(constituency=Constituency.WORKERS))[1] == 1
    assert queries.seats(session, by, Sift(no_constituency=True))[1] == 1
    assert queries.seats(session, by, page=2, size=4)[0][0].constituency is Constituency.OBSERVER
    assert [side.seats for side in queries.sides(session, by).values()] == [1] * 6


def test_addresses_are_for_who_invites_and_the_list_for_who_may_see_it(session):
    plan = make_plan(session)
    by = secretariat(session, plan)
    focal = viewer_of(make_seat(session, plan, Role.FOCAL_POINT))
    assert all(one.email for one in queries.seats(session, by)[0])
    seen = queries.seats(session, focal)[0]
    assert len(seen) == 2
    assert not any(one.email for one in seen)
    address = session.scalars(select(col(Person.email)).where(col(Person.id) == by.person_id)).one()
    assert queries.seats(session, focal, Sift(words=address))[1] == 0
    assert not any(one.email for one in queries.every_seat(session, focal))
    with pytest.raises(Forbidden):
        queries.seats(session, viewer_of(make_seat(session, plan)))


def test_a_plan_begins_with_its_secretariat(session):
    plan, person = found(
        session, title="Pelan Contoh", slug="pelan-2026", email="Aminah@contoh.example", name="Aminah", at=NOW
    )
    assert person.email == "aminah@contoh.example"
    [mine] = plans_of(session, person.id or 0)
    assert (mine.slug, mine.role_name) == ("pelan-2026", "Secretariat")
    with pytest.raises(Conflict):
        found(session, title="Lain", slug="pelan-2026", email="b@contoh.example", name="B", at=NOW)
    for slug in ("", "Pelan Baru", "-a", "a--b", "ä", "a" * 61):
        with pytest.raises(Invalid):
            found(session, title="Lain", slug=slug, email="b@contoh.example", name="B", at=NOW)
    assert plan.title == "Pelan Contoh"
