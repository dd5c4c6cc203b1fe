"""The account, over HTTP."""

import re
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.people import account
from app.people.models import ApiToken, Person, SignedIn
from app.people.rules import Role
from tests.factories import make_person, make_plan, make_seat
from tests.web.browsing import signed_in, visitor


def a_person(engine: Engine, **values: object) -> int:
    with Session(engine) as session:
        person = make_person(session, **({"email": "siti@contoh.example", "name": "Siti"} | values))
        session.commit()
        return person.id or 0


def test_name_and_language_are_changed(engine):
    client = signed_in(engine, a_person(engine))
    assert (
        client.post("/account", data={"name": "Dr. Siti", "language": "ms"}).headers["location"] == "/account"
    )
    page = client.get("/account").text
    assert "Dr. Siti" in page
    assert "Disimpan." in page
    wrong = client.post("/account", data={"name": " ", "language": "ms"})
    assert wrong.status_code == 422
    assert "Tulis nama." in wrong.text


def test_sessions_are_listed_and_ended(engine):
    person_id = a_person(engine)
    client, other, third = (signed_in(engine, person_id) for _ in range(3))
    assert client.get("/account").text.count("/account/sessions/") == 4
    with Session(engine) as session:
        ids = session.scalars(select(col(SignedIn.id)).order_by(col(SignedIn.id))).all()
    assert client.post(f"/account/sessions/{ids[1]}/end").status_code == 303
    assert other.get("/account").status_code == 303
    assert client.post(f"/account/sessions/{ids[1]}/end").status_code == 404
    assert client.post("/account/sessions/others/end").status_code == 303
    assert third.get("/account").status_code == 303
    assert client.post(f"/account/sessions/{ids[0]}/end").headers["location"] == "/sign-in"
    assert client.get("/account").status_code == 303


def test_nobody_ends_anothers_session_or_token(engine):
    client = signed_in(engine, a_person(engine))
    other_id = a_person(engine, email="ravi@contoh.example")
    other = signed_in(engine, other_id)
    with Session(engine) as session:
        account.make_token(session, other_id, "Laporan", at=datetime.now(UTC))
        token_id = session.scalars(select(col(ApiToken.id))).one()
        theirs = session.scalars(select(col(SignedIn.id)).where(col(SignedIn.person_id) == other_id)).one()
        session.commit()
    assert client.post(f"/account/sessions/{theirs}/end").status_code == 404
    assert client.post(f"/account/tokens/{token_id}/end").status_code == 404
    assert other.get("/account").status_code == 200


def test_a_token_acts_as_its_maker_is_shown_once_and_cannot_change_who_comes_in(engine):
    person_id = a_person(engine)
    client = signed_in(engine, person_id)
    made = client.post("/account/tokens", data={"token": "Laporan"})
    found = re.search(r'value="(runding_[\w-]+)"', made.text)
    assert found is not None
    assert found[1] not in client.get("/account").text
    program = visitor(engine)
    program.headers["authorization"] = f"Bearer {found[1]}"
    assert program.get("/account/data.json").json()["person"]["email"] == "siti@contoh.example"
    for path in ("/account/tokens", "/account/erase", "/account/sessions/others/end", "/account/calendar"):
        assert program.post(path, data={"token": "x", "email": "siti@contoh.example"}).status_code == 403
    with Session(engine) as session:
        token_id = session.scalars(select(col(ApiToken.id))).one()
    client.post(f"/account/tokens/{token_id}/end")
    assert program.get("/account/data.json").status_code in {401, 303}
    assert client.get("/account/tokens").headers["location"] == "/account#tokens"
    assert client.post("/account/tokens", data={"token": ""}).status_code == 422


def test_the_calendars_address_is_made_and_renewed(engine):
    client = signed_in(engine, a_person(engine))
    seen = set()
    for _ in range(2):
        client.post("/account/calendar")
        found = re.search(r"http://testserver/calendar/([\w-]+)\.ics", client.get("/account").text)
        assert found is not None
        seen.add(found[1])
    assert len(seen) == 2


def test_erasure_asks_for_the_address_and_ends_everything(engine):
    person_id = a_person(engine)
    with Session(engine) as session:
        plan = make_plan(session, slug="satu")
        make_seat(session, plan, Role.SECRETARIAT)
        make_seat(session, plan, person=session.get(Person, person_id))
        session.commit()
    client = signed_in(engine, person_id)
    assert "siti@contoh.example" in client.get("/account/erase").text
    wrong = client.post("/account/erase", data={"email": "ravi@contoh.example"})
    assert wrong.status_code == 422
    done = client.post("/account/erase", data={"email": "siti@contoh.example"})
    assert done.headers["location"] == "/sign-in"
    assert client.get("/account").status_code == 303
    with Session(engine) as session:
        person = session.get_one(Person, person_id)
        assert (person.name, person.email) == ("", None)


def test_the_only_secretariat_is_told_to_hand_over_first(engine):
    person_id = a_person(engine)
    with Session(engine) as session:
        make_seat(session, make_plan(session), Role.SECRETARIAT, person=session.get(Person, person_id))
        session.commit()
    answer = signed_in(engine, person_id).post("/account/erase", data={"email": "siti@contoh.example"})
    assert answer.status_code == 409
    assert "only secretariat" in answer.text
