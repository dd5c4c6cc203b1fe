"""Coming in by the door, over HTTP: the pages, the cookie, and what an attacker would try."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.config import Settings
from app.mail.models import OutgoingMail
from app.people import signing_in
from app.people.models import Person, SignedIn
from app.people.rules import Language, Role
from tests.factories import make_person, make_plan, make_seat
from tests.web.browsing import SETTINGS, signed_in, visitor


def a_person(engine: Engine, **values: object) -> int:
    with Session(engine) as session:
        person = make_person(session, **({"email": "siti@contoh.example", "name": "Siti"} | values))
        session.commit()
        return person.id or 0


def a_link(engine: Engine, person_id: int, next_path: str = "/", minutes: int = 15) -> str:
    with Session(engine) as session:
        secret = signing_in.make_link(
            session, person_id, next_path=next_path, lasts=timedelta(minutes=minutes), at=datetime.now(UTC)
        )
        session.commit()
    return f"/sign-in/{secret}"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_whole_way_in_and_out_again(engine):
    a_person(engine)
    client = visitor(engine)
    asked = client.get("/plans/napfl/people?role=drafter")
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/sign-in?next=/plans/napfl/people%3Frole%3Ddrafter",
    )
    form = client.get(asked.headers["location"])
    assert 'name="next" value="/plans/napfl/people?role=drafter"' in form.text
    sent = client.post(
        "/sign-in", data={"email": "Siti@contoh.example", "next": "/plans/napfl/people?role=drafter"}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in/sent")
    with Session(engine) as session:
        mail = session.scalars(select(OutgoingMail)).one()
        link = f"/sign-in/{mail.secret}"
    for _ in range(3):  # a mail scanner, a preview, and the person
        page = client.get(link)
        assert page.status_code == 200
        assert "Siti" in page.text
        assert page.headers["cache-control"] == "no-store"
    came = client.post(link)
    assert (came.status_code, came.headers["location"]) == (303, "/plans/napfl/people?role=drafter")
    cookie = came.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert client.get("/account").status_code == 200
    out = client.post("/sign-out")
    assert out.headers["location"] == "/sign-in"
    assert client.get("/account").status_code == 303


def test_the_answer_is_the_same_whether_or_not_an_address_is_known(engine):
    a_person(engine)
    answers = []
    for email in ("siti@contoh.example", "tiada@contoh.example"):
        client = visitor(engine)
        answer = client.post("/sign-in", data={"email": email})
        page = client.get(answer.headers["location"])
        kept = {name: value for name, value in answer.headers.items() if name != "date"}
        answers.append((answer.status_code, kept, answer.content, page.status_code, page.content))
    assert answers[0] == answers[1]


def test_what_is_no_address_comes_back_as_typed(engine):
    answer = visitor(engine).post("/sign-in", data={"email": 'siti"><script>', "next": "/plans/a"})
    assert answer.status_code == 422
    assert "Write an e-mail address" in answer.text
    assert "<script>" not in answer.text.replace('<script type="module"', "")
    assert 'value="/plans/a"' in answer.text


def test_too_many_requests_are_told_when_to_try_again(engine):
    client = visitor(engine)
    answers = [client.post("/sign-in", data={"email": "siti@contoh.example"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert re.search(r"Try again after \d\d:\d\d", answers[-1].text)
    assert int(answers[-1].headers["retry-after"]) > 0
    assert 'value="siti@contoh.example"' in answers[-1].text


def test_a_used_link_and_an_expired_one_say_so_and_offer_a_new_one(engine):
    person_id = a_person(engine)
    client = visitor(engine)
    link = a_link(engine, person_id)
    client.post(link)
    other = visitor(engine)
    for answer in (other.get(link), other.post(link)):
        assert answer.status_code == 410
        assert "It was used already" in answer.text
        assert 'action="/sign-in"' in answer.text
    late = other.get(a_link(engine, person_id, minutes=0))
    assert (late.status_code, "Its time is over" in late.text) == (410, True)
    unknown = other.post("/sign-in/nothing")
    assert (unknown.status_code, "set-cookie" in unknown.headers) == (404, False)


def test_the_session_of_whoever_had_this_browser_before_is_ended_and_its_token_not_kept(engine):
    first, second = a_person(engine), a_person(engine, email="ravi@contoh.example")
    client = visitor(engine)
    client.post(a_link(engine, first))
    before = client.cookies["runding"]
    client.post(a_link(engine, second))
    after = client.cookies["runding"]
    assert before != after
    stolen = visitor(engine)
    stolen.cookies.set("runding", before)
    assert stolen.get("/account").status_code == 303


def test_a_token_that_somebody_planted_is_not_taken_over(engine):
    client = visitor(engine)
    client.cookies.set("runding", "planted")
    answer = client.post(a_link(engine, a_person(engine)))
    token = re.search(r"runding=([^;]+)", answer.headers["set-cookie"])
    assert token is not None
    assert token[1] != "planted"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_the_door_sends_nobody_to_another_site(engine, to):
    person_id = a_person(engine)
    client = visitor(engine)
    assert (
        "evil.example"
        not in client.get("/sign-in", params={"next": to}).text.split("<main")[1].split("</nav>")[1]
    )
    client.post("/sign-in", data={"email": "siti@contoh.example", "next": to})
    with Session(engine) as session:
        link = f"/sign-in/{session.scalars(select(OutgoingMail)).one().secret}"
    assert client.post(link).headers["location"] == "/"
    assert client.post(a_link(engine, person_id, to)).headers["location"] == "/"
    assert client.get("/sign-in", params={"next": to}).headers["location"] == "/"
    assert client.get("/language/ms", params={"next": to}).headers["location"] == "/"


def test_a_form_on_another_site_signs_nobody_in_or_out(engine):
    link = a_link(engine, a_person(engine))
    client = visitor(engine)
    elsewhere = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert client.post(link, headers=elsewhere).status_code == 403
    assert client.post("/sign-in", data={"email": "a@b.example"}, headers=elsewhere).status_code == 403
    assert client.post(link).status_code == 303


def test_over_https_the_browser_holds_the_cookie_to_this_host(engine):
    settings = SETTINGS.model_copy(update={"base_url": "https://testserver"})
    answer = visitor(engine, settings).post(a_link(engine, a_person(engine)))
    assert answer.headers["set-cookie"].startswith("__Host-runding=")
    assert "Secure" in answer.headers["set-cookie"]


def test_the_mail_that_is_sent_brings_the_person_in(engine, tmp_path: Path):
    from app.mail.delivery import Postman

    a_person(engine, language=Language.MALAY)
    settings = Settings(base_url="http://testserver", secret_key="for tests", mail_folder=tmp_path)
    client = visitor(engine, settings)
    client.post("/sign-in", data={"email": "siti@contoh.example"})
    client.post("/sign-in", data={"email": "tiada@contoh.example"})
    assert Postman(engine, settings).deliver_due(datetime.now(UTC)) == 1
    [file] = tmp_path.glob("*.eml")
    from email import message_from_bytes
    from email.policy import default

    mail = message_from_bytes(file.read_bytes(), policy=default)
    link = re.search(r"http://testserver(/sign-in/\S+)", mail.get_content())
    assert link is not None
    assert client.post(link[1]).headers["location"] == "/"


def test_the_front_leads_to_the_only_plan_or_lists_them(engine):
    person_id = a_person(engine)
    client = signed_in(engine, person_id)
    assert visitor(engine).get("/").headers["location"] == "/sign-in?next=/"
    assert "You have no seat in any plan" in client.get("/").text
    with Session(engine) as session:
        person = session.get(Person, person_id)
        plan = make_plan(session, slug="satu", title="Pelan Satu")
        make_seat(session, plan, Role.DRAFTER, person=person)
        session.commit()
    assert client.get("/").headers["location"] == "/plans/satu"
    with Session(engine) as session:
        make_seat(
            session,
            make_plan(session, slug="dua", title="Pelan Dua"),
            Role.REVIEWER,
            person=session.get(Person, person_id),
        )
        session.commit()
    listed = words(client.get("/").text)
    assert "Pelan Dua" in listed
    assert "Reviewer" in listed
    assert "Pelan Satu" in listed


def test_a_language_is_the_persons_or_the_browsers(engine):
    guest = visitor(engine)
    answer = guest.get("/language/ms?next=/sign-in%3Fnext%3D/plans/x")
    assert answer.headers["location"] == "/sign-in?next=/plans/x"
    assert "Log masuk" in guest.get("/sign-in").text
    assert guest.get("/language/fr").status_code == 404
    person_id = a_person(engine)
    client = signed_in(engine, person_id)
    assert client.get("/language/ms?next=/account").headers["location"] == "/account"
    assert "Akaun anda" in signed_in(engine, person_id).get("/account").text


def test_a_session_that_was_ended_or_ran_out_is_nobodys(engine):
    person_id = a_person(engine)
    client = signed_in(engine, person_id)
    with Session(engine) as session:
        session.scalars(select(SignedIn)).one().expires_at = datetime.now(UTC)
        session.commit()
    assert client.get("/account").status_code == 303


def test_nobody_is_told_the_secret_of_a_mail(engine):
    a_person(engine)
    visitor(engine).post("/sign-in", data={"email": "siti@contoh.example"})
    with Session(engine) as session:
        plan = make_plan(session, slug="satu")
        seat = make_seat(session, plan, Role.SECRETARIAT)
        make_seat(
            session,
            plan,
            person=session.scalars(select(Person).where(col(Person.email) == "siti@contoh.example")).one(),
        )
        mail = session.scalars(select(OutgoingMail)).one()
        who, secret, mail_id = seat.person_id, mail.secret, mail.id
        session.commit()
    client = signed_in(engine, who)
    assert "siti@contoh.example" in client.get("/plans/satu/mails").text
    for path in ("", f"/{mail_id}", f"/{mail_id}.eml", ".csv", ".json"):
        answer = client.get(f"/plans/satu/mails{path}")
        assert answer.status_code == 200
        assert secret not in answer.text
