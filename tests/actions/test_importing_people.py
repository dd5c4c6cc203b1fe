"""Hundreds from one file: previewed, then taken wholly or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlmodel import Session, col

from app.config import Settings
from app.errors import Conflict, Forbidden, Invalid
from app.history import queries as history
from app.mail.models import OutgoingMail
from app.people import importing, inviting, previewing, seating
from app.people.invitation_mails import ToPlan
from app.people.inviting import Invitation
from app.people.models import InvitationList, Organisation, Person, Seat
from app.people.previewing import Fate
from app.people.rules import Constituency, Language, Region, Role, Viewer
from app.plans.models import Plan
from tests.factories import make_organisation, make_person, make_plan, make_seat, viewer_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="for tests", base_url="https://runding.contoh.example")


def place(session: Session) -> tuple[Plan, Viewer]:
    plan = make_plan(session)
    return plan, viewer_of(make_seat(session, plan, Role.SECRETARIAT))


def take(session: Session, plan: Plan, by: Viewer, data: bytes, at: datetime = NOW) -> int:
    token = previewing.keep(session, data, "senarai.csv", by=by, at=at)
    return confirm(session, plan, by, token, at)


def confirm(session: Session, plan: Plan, by: Viewer, token: str, at: datetime = NOW) -> int:
    to = ToPlan(plan.id or 0, plan.slug, plan.title)
    return importing.confirm(session, token, to=to, by=by, settings=SETTINGS, at=at)


def csv(*lines: str) -> bytes:
    return "\n".join(("nama;e-mel;organisasi;kumpulan;wilayah;peranan", *lines)).encode()


def counts(session: Session) -> list[int]:
    return [
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Person, Organisation, Seat, OutgoingMail)
    ]


def test_a_list_gives_people_organisations_seats_and_mails(session):
    plan, by = place(session)
    known = make_person(session, email="tan@contoh.example", name="Tan W. L.", language=Language.ENGLISH)
    make_organisation(
        session, plan, name="Persatuan Majikan Contoh", short_name="PMC", constituency=Constituency.EMPLOYERS
    )
    data = csv(
        "Siti;siti@contoh.example;Kesatuan Contoh;W;Sabah;Pegawai perhubungan",
        "Ravi;ravi@contoh.example;KESATUAN CONTOH;;;",
        "Tan;TAN@contoh.example;pmc;;;",
        "Dr. Lim;lim@contoh.example;Pusat Kajian Contoh;O;;",
        "Farid;farid@contoh.example;;;;Penggubal",
    )
    found = previewing.preview(session, data, by=by)
    assert [row.fate for row in found.rows] == [Fate.NEW] * 5
    assert [row.new_body for row in found.rows] == [True, True, False, True, False]
    assert take(session, plan, by, data) == 5
    rows = session.execute(
        select(
            col(Person.email),
            col(Person.name),
            col(Organisation.name),
            col(Seat.constituency),
            col(Seat.role),
        )
        .join(Seat, col(Seat.person_id) == col(Person.id))
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .where(col(Seat.role) != Role.SECRETARIAT)
        .order_by(col(Seat.id))
    ).all()
    assert [tuple(row) for row in rows] == [
        ("siti@contoh.example", "Siti", "Kesatuan Contoh", "W", Role.FOCAL_POINT),
        ("ravi@contoh.example", "Ravi", "Kesatuan Contoh", "W", Role.PARTICIPANT),
        ("tan@contoh.example", "Tan W. L.", "Persatuan Majikan Contoh", "E", Role.PARTICIPANT),
        ("lim@contoh.example", "Dr. Lim", "Pusat Kajian Contoh", "O", Role.OBSERVER),
        ("farid@contoh.example", "Farid", None, None, Role.DRAFTER),
    ]
    assert (
        session.scalar(select(col(Organisation.region)).where(col(Organisation.name) == "Kesatuan Contoh"))
        is Region.SABAH
    )
    assert known.language is Language.ENGLISH
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == 5
    assert list(history.broken_links(session)) == []
    assert [
        row.verb for row in history.of(session, "seat", session.scalar(select(func.max(col(Seat.id)))) or 0)
    ] == ["invite"]


def test_with_one_wrong_row_nothing_at_all_is_written(session):
    plan, by = place(session)
    data = csv("Siti;siti@contoh.example;Kesatuan Contoh;W;;", "Ravi;ravi;Kesatuan Contoh;W;;")
    token = previewing.keep(session, data, "senarai.csv", by=by, at=NOW)
    before = counts(session)
    with pytest.raises(Conflict) as refused:
        confirm(session, plan, by, token)
    assert refused.value.values == {"n": 1}
    assert counts(session) == before


def test_each_wrong_row_says_why_with_its_number_in_the_file(session):
    plan, by = place(session)
    make_organisation(session, plan, name="Kesatuan Contoh", constituency=Constituency.WORKERS)
    data = csv(
        "A;a@contoh.example;Kesatuan Contoh;E;;",
        "B;b@contoh.example;Badan Baharu;;;",
        "C;c@contoh.example;;;;",
        "D;d@contoh.example;Kesatuan Contoh;;;Pemerhati",
        "E;e@contoh.example;Dua Pihak;C;;",
        "F;f@contoh.example;Dua Pihak;G;;",
        "G;g@contoh.example;Kesatuan Contoh;;;",
    )
    found = previewing.preview(session, data, by=by)
    assert [(row.listed.row, row.fate is Fate.WRONG) for row in found.rows] == [
        (2, True),
        (3, True),
        (4, True),
        (5, True),
        (6, False),
        (7, True),
        (8, False),
    ]
    assert all(len(row.listed.wrong) == 1 for row in found.rows if row.fate is Fate.WRONG)


def test_who_has_a_seat_is_left_alone_and_an_ended_seat_is_given_back(session):
    plan, by = place(session)
    seats = {}
    for name in ("siti", "ravi"):
        wish = Invitation(name, f"{name}@contoh.example", Role.DRAFTER)
        to = ToPlan(plan.id or 0, plan.slug, plan.title)
        seats[name] = inviting.invite(session, wish, to=to, by=by, settings=SETTINGS, at=NOW, mail=False)
    seating.end(session, seats["ravi"].id or 0, by=by, at=NOW)
    data = csv(
        "Siti;siti@contoh.example;;;;Penyemak",
        "Ravi;ravi@contoh.example;;;;Penyemak",
        "A;a@contoh.example;;;;Penyemak",
    )
    found = previewing.preview(session, data, by=by)
    assert [row.fate for row in found.rows] == [Fate.SEATED, Fate.AGAIN, Fate.NEW]
    assert take(session, plan, by, data) == 2
    session.expire_all()
    assert seats["siti"].role is Role.DRAFTER
    assert (seats["ravi"].role, seats["ravi"].ended_at) == (Role.REVIEWER, None)
    with pytest.raises(Conflict):
        take(session, plan, by, data)


def test_a_preview_is_confirmed_once_within_the_hour_and_by_who_made_it(session):
    plan, by = place(session)
    data = csv("Siti;siti@contoh.example;;;;Penggubal")
    other = viewer_of(make_seat(session, plan, Role.SECRETARIAT))
    token = previewing.keep(session, data, "a.csv", by=by, at=NOW)
    for viewer, at in ((other, NOW), (by, NOW + timedelta(hours=1))):
        with pytest.raises(Conflict):
            confirm(session, plan, viewer, token, at)
    assert confirm(session, plan, by, token) == 1
    with pytest.raises(Conflict):
        confirm(session, plan, by, token)
    assert session.scalar(select(func.count()).select_from(InvitationList)) == 0


def test_the_list_is_checked_again_when_it_is_confirmed(session):
    plan, by = place(session)
    data = csv("Siti;siti@contoh.example;Kesatuan Contoh;W;;")
    token = previewing.keep(session, data, "a.csv", by=by, at=NOW)
    make_organisation(session, plan, name="Kesatuan Contoh", constituency=Constituency.EMPLOYERS)
    with pytest.raises(Conflict):
        confirm(session, plan, by, token)


def test_only_who_invites_may_import(session):
    plan = make_plan(session)
    by = viewer_of(make_seat(session, plan, Role.DRAFTER))
    with pytest.raises(Forbidden):
        previewing.preview(session, csv("A;a@contoh.example;;;;Penggubal"), by=by)
    with pytest.raises(Forbidden):
        confirm(session, plan, by, "x")


def test_hundreds_cost_no_more_statements_than_a_few(session):
    plan, by = place(session)
    said: list[int] = []
    for people, name in ((3, "a"), (400, "b")):
        data = csv(*(f"P {n};{name}{n}@contoh.example;Badan {name} {n % 40};W;;" for n in range(people)))
        token = previewing.keep(session, data, "a.csv", by=by, at=NOW)
        n = 0

        def listen(*_rest):
            nonlocal n
            n += 1

        event.listen(session.get_bind(), "before_cursor_execute", listen)
        assert confirm(session, plan, by, token) == people
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        said.append(n)
    assert said[1] <= said[0] + 3
    assert session.scalar(select(func.count()).select_from(Seat)) == 404


def test_a_file_that_is_no_list_is_refused_with_a_sentence(session):
    _, by = place(session)
    for data in (b"", b"hello", b"a,b\n1,2\n", b"PK\x03\x04"):
        with pytest.raises(Invalid):
            previewing.preview(session, data, by=by)
