"""Who sits in a plan, over HTTP: the list and its files, inviting, importing, organisations, mails."""

import io
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, event, func, select
from sqlmodel import Session, col

from app.mail.models import OutgoingMail
from app.people.models import Organisation, Person, Seat
from app.people.rules import Constituency, Role
from app.plans.models import Plan
from tests.factories import make_organisation, make_person, make_plan, make_seat
from tests.web.browsing import signed_in, visitor

WISH = {
    "name": "Siti Nur",
    "email": "siti@contoh.example",
    "role": "participant",
    "new_organisation": "Kesatuan Contoh",
    "constituency": "W",
    "region": "sabah",
    "capacity": "organisation",
    "language": "ms",
}


def secretariat(engine: Engine, slug: str = "pelan") -> TestClient:
    with Session(engine) as session:
        plan = make_plan(session, slug=slug)
        person = make_person(session, name="Aminah", email=f"aminah@{slug}.example")
        make_seat(session, plan, Role.SECRETARIAT, person=person)
        person_id = person.id or 0
        session.commit()
    return signed_in(engine, person_id)


def seat_of(engine: Engine, email: str) -> Seat:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(
            select(Seat).join(Person, col(Person.id) == col(Seat.person_id)).where(col(Person.email) == email)
        ).one()


def csv(*lines: str) -> dict[str, tuple[str, bytes]]:
    text = "\n".join(("nama,e-mel,organisasi,kumpulan", *lines))
    return {"file": ("senarai.csv", text.encode())}


def test_one_person_is_invited_changed_and_their_seat_ended(engine):
    client = secretariat(engine)
    assert client.get("/plans/pelan/people/invite").status_code == 200
    answer = client.post("/plans/pelan/people/invite", data=WISH)
    assert answer.headers["location"] == "/plans/pelan/people"
    page = client.get("/plans/pelan/people").text
    assert "Siti Nur is invited." in page
    assert "siti@contoh.example" in page
    seat = seat_of(engine, "siti@contoh.example")
    path = f"/plans/pelan/people/{seat.id}"
    assert client.get(path).status_code == 200
    form = {"role": "focal_point", "organisation": seat.organisation_id, "capacity": "constituency"}
    assert client.post(path, data=form | {"version": 1}).status_code == 303
    stale = client.post(path, data=form | {"version": 1})
    assert (stale.status_code, "Somebody changed this seat" in stale.text) == (409, True)
    assert client.post(f"{path}/send").status_code == 303
    assert client.post(f"{path}/end").status_code == 303
    assert "Siti Nur" not in client.get("/plans/pelan/people").text
    assert "Siti Nur" in client.get("/plans/pelan/people?state=ended").text
    assert client.post(f"{path}/send").status_code == 409


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "siti"}, "Write an e-mail address"),
        ({"name": ""}, "Write a name."),
        ({"constituency": ""}, "Choose a constituency."),
        ({"new_organisation": ""}, "This role speaks for an organisation."),
        ({"constituency": "O"}, "People of an observer organisation have the role Observer."),
        ({"email": "aminah@pelan.example"}, "This person has a seat in the plan already."),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_as_typed_and_leaves_nothing(engine, change, said):
    client = secretariat(engine)
    answer = client.post("/plans/pelan/people/invite", data=WISH | change)
    assert answer.status_code == 422
    assert said in answer.text
    with Session(engine) as session:
        for table, rows in ((Seat, 1), (Person, 1), (Organisation, 0), (OutgoingMail, 0)):
            assert session.scalar(select(func.count()).select_from(table)) == rows


def test_a_list_is_previewed_then_confirmed(engine):
    client = secretariat(engine)
    preview = client.post(
        "/plans/pelan/people/import",
        files=csv("Siti,siti@contoh.example,Kesatuan Contoh,W", "Aminah,aminah@pelan.example,,"),
    )
    assert preview.status_code == 422
    assert "This role speaks for an organisation" in preview.text
    good = csv("Siti,siti@contoh.example,Kesatuan Contoh,W", "Ravi,ravi@contoh.example,Kesatuan Contoh,")
    preview = client.post("/plans/pelan/people/import", files=good)
    assert preview.status_code == 200
    assert "2 people will be invited." in preview.text
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Seat)) == 1
    token = re.search(r'name="token" value="([^"]+)"', preview.text)
    assert token is not None
    answer = client.post("/plans/pelan/people/import/confirm", data={"token": token[1]})
    assert answer.headers["location"] == "/plans/pelan/people"
    assert "People invited: 2." in client.get("/plans/pelan/people").text
    again = client.post("/plans/pelan/people/import/confirm", data={"token": token[1]})
    assert (again.status_code, "This preview is gone" in again.text) == (409, True)


def test_a_wrong_row_is_told_by_its_number_and_nothing_can_be_confirmed(engine):
    client = secretariat(engine)
    preview = client.post(
        "/plans/pelan/people/import",
        files=csv("Siti,siti,Kesatuan Contoh,W", "<b>Ravi</b>,r@contoh.example,Kesatuan Contoh,Q"),
    )
    assert preview.status_code == 422
    assert "2 rows have errors." in preview.text
    assert "Write an e-mail address" in preview.text
    assert "“Q” is no constituency" in preview.text
    assert "<b>Ravi" not in preview.text
    assert 'name="token"' not in preview.text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"a,b\n"])
def test_a_file_that_is_no_list_is_refused_on_the_form(engine, content):
    answer = secretariat(engine).post("/plans/pelan/people/import", files={"file": ("x.xlsx", content)})
    assert answer.status_code == 422
    assert 'type="file"' in answer.text


def test_the_blank_that_is_given_out_can_be_read_back_in_both_languages(engine):
    client = secretariat(engine)
    for language in ("en", "ms"):
        client.get(f"/language/{language}")
        for suffix in ("xlsx", "csv"):
            blank = client.get(f"/plans/pelan/people/import/blank.{suffix}")
            preview = client.post(
                "/plans/pelan/people/import", files={"file": (f"a.{suffix}", blank.content)}
            )
            assert (preview.status_code, "nama@contoh.example" in preview.text) == (200, True)
            assert 'name="token"' in preview.text


def test_the_list_is_taken_away_as_shown_and_never_as_formulas(engine):
    client = secretariat(engine)
    client.post("/plans/pelan/people/invite", data=WISH | {"name": "=1+1", "new_organisation": "@Badan"})
    rows = client.get("/plans/pelan/people.json?constituency=W").json()["rows"]
    assert [(row["name"], row["email"], row["region"]) for row in rows] == [
        ("=1+1", "siti@contoh.example", "Sabah")
    ]
    assert "'=1+1" in client.get("/plans/pelan/people.csv").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/plans/pelan/people.xlsx").content))
    cells = [
        cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert "=1+1" in cells
    assert client.get("/plans/pelan/people.exe").status_code == 404
    assert client.get("/plans/pelan/organisations.csv").status_code == 200


def test_who_may_only_see_sees_no_address_and_no_way_to_invite(engine):
    client = secretariat(engine)
    client.post("/plans/pelan/people/invite", data=WISH | {"role": "focal_point"})
    seat = seat_of(engine, "siti@contoh.example")
    focal = signed_in(engine, seat.person_id)
    for path in ("/plans/pelan/people", "/plans/pelan/people.json", "/plans/pelan/people.csv?q=aminah"):
        answer = focal.get(path)
        assert answer.status_code == 200
        assert "Aminah" in answer.text
        assert "aminah@pelan.example" not in answer.text
    assert "people/invite" not in focal.get("/plans/pelan/people").text
    for path in ("invite", "import", str(seat.id)):
        assert focal.get(f"/plans/pelan/people/{path}").status_code == 403
    assert focal.post("/plans/pelan/people/invite", data=WISH).status_code == 403
    assert focal.post("/plans/pelan/people/import", files=csv()).status_code == 403
    assert focal.get("/plans/pelan/mails").status_code == 403
    assert focal.get("/plans/pelan/organisations/new").status_code == 403


def test_a_participant_does_not_see_the_list_and_a_stranger_not_the_plan(engine):
    client = secretariat(engine)
    client.post("/plans/pelan/people/invite", data=WISH)
    participant = signed_in(engine, seat_of(engine, "siti@contoh.example").person_id)
    assert participant.get("/plans/pelan/people").status_code == 403
    assert participant.get("/plans/pelan/organisations").status_code == 403
    stranger = secretariat(engine, "lain")
    for path in ("people", "people.json", "organisations", "mails", "people/import"):
        assert stranger.get(f"/plans/pelan/{path}").status_code == 404
    assert visitor(engine).get("/plans/pelan/people").status_code == 303


def test_organisations_are_added_and_corrected(engine):
    client = secretariat(engine)
    form = {"organisation": "Badan Contoh", "short_name": "BC", "constituency": "C", "region": "sarawak"}
    assert client.post("/plans/pelan/organisations/new", data=form).status_code == 303
    twice = client.post("/plans/pelan/organisations/new", data=form | {"organisation": "BADAN contoh"})
    assert (twice.status_code, "BADAN contoh" in twice.text) == (422, True)
    with Session(engine) as session:
        one = session.scalars(select(Organisation)).one()
        path = f"/plans/pelan/organisations/{one.id}"
    assert "Badan Contoh" in client.get(path).text
    assert client.post(path, data=form | {"constituency": "E", "version": 1}).status_code == 303
    assert client.post(path, data=form | {"version": 1}).status_code == 409
    assert client.get("/plans/pelan/organisations.json").json()["rows"][0]["constituency"] == "Employers"


def test_mails_are_listed_and_sent_again_unless_their_link_is_gone(engine, tmp_path: Path):
    from datetime import UTC, datetime

    from app.mail.actions import queue
    from app.mail.delivery import Postman
    from tests.web.browsing import SETTINGS

    client = secretariat(engine)
    client.post("/plans/pelan/people/invite", data=WISH)
    seat = seat_of(engine, "siti@contoh.example")
    with Session(engine) as session:
        queue(
            session,
            key="r",
            to="siti@contoh.example",
            subject="Resit",
            text="R2-0147",
            at=datetime.now(UTC),
            plan_id=seat.plan_id,
        )
        session.commit()
    settings = SETTINGS.model_copy(update={"mail_folder": tmp_path})
    assert Postman(engine, settings).deliver_due(datetime.now(UTC)) == 2
    with Session(engine) as session:
        invitation, receipt = session.scalars(
            select(col(OutgoingMail.id)).order_by(col(OutgoingMail.id))
        ).all()
    assert "/sign-in/…" in client.get(f"/plans/pelan/mails/{invitation}").text
    assert client.post(f"/plans/pelan/mails/{invitation}/send").status_code == 409
    assert client.post(f"/plans/pelan/mails/{receipt}/send").status_code == 303
    waiting = client.get("/plans/pelan/mails.json?state=waiting").json()["rows"]
    assert [row["subject"] for row in waiting] == ["Resit"]
    assert secretariat(engine, "lain").get(f"/plans/lain/mails/{receipt}").status_code == 404


def test_the_page_costs_the_same_number_of_queries_however_many_sit(engine):
    client = secretariat(engine)
    said = []

    def count() -> int:
        n = 0

        def listen(*_rest: object) -> None:
            nonlocal n
            n += 1

        event.listen(engine, "before_cursor_execute", listen)
        assert client.get("/plans/pelan/people").status_code == 200
        event.remove(engine, "before_cursor_execute", listen)
        return n

    said.append(count())
    with Session(engine) as session:
        plan = session.scalars(select(Plan)).one()
        for n in range(30):
            body = make_organisation(session, plan, constituency=Constituency.WORKERS, name=f"Badan {n}")
            make_seat(session, plan, organisation=body)
        session.commit()
    said.append(count())
    assert said[0] == said[1]
