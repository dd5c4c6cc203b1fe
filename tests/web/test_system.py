"""What stands before, behind and around every page."""

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import Session
from starlette.datastructures import Headers

from app.main import create_app
from app.web.guard import crosses_origins
from tests.factories import make_plan, make_seat
from tests.web.browsing import SETTINGS, signed_in, visitor


def test_the_process_lives_and_the_database_is_ready(engine: Engine):
    client = visitor(engine)
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").json() == {"ready": True}


def test_a_database_of_another_version_is_not_ready(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'first_tables'"))
    assert visitor(engine).get("/readyz").status_code == 503


def test_metrics_are_off_unless_asked_for(engine: Engine):
    assert visitor(engine).get("/metrics").status_code == 404
    client = visitor(engine, SETTINGS.model_copy(update={"metrics": True}))
    client.get("/healthz")
    assert 'runding_requests_total{method="GET",route="/healthz",status="200"}' in client.get("/metrics").text


@pytest.mark.parametrize(
    ("method", "headers", "crosses", "sentence"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, False, "reading is open to links from anywhere"),
        ("POST", {"sec-fetch-site": "same-origin"}, False, "a form of this site"),
        ("POST", {"sec-fetch-site": "none"}, False, "typed by the person"),
        ("POST", {"sec-fetch-site": "cross-site"}, True, "another site's page"),
        ("POST", {"sec-fetch-site": "same-site"}, True, "a sibling host is another site"),
        ("POST", {"origin": "https://here.example"}, False, "an older browser, from here"),
        ("POST", {"origin": "https://evil.example"}, True, "an older browser, from elsewhere"),
        ("POST", {"origin": "null"}, True, "a sandboxed frame"),
        ("POST", {}, False, "no browser"),
        ("DELETE", {"sec-fetch-site": "cross-site"}, True, "whatever the method"),
    ],
)
def test_forms_of_other_sites_are_refused(method, headers, crosses, sentence):
    assert crosses_origins(method, Headers(headers), "here.example") is crosses, sentence


def test_a_form_of_another_site_does_nothing(engine: Engine):
    answer = visitor(engine).post(
        "/sign-in", data={"email": "a@b.example"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


def test_every_answer_tells_the_browser_to_be_strict(engine: Engine):
    for address in ("/sign-in", "/healthz", "/nothing", "/static/runding.css"):
        headers = visitor(engine).get(address).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(engine: Engine):
    answer = visitor(engine).get("/plans/x/people?role=drafter")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/plans/x/people%3Frole%3Ddrafter"
    assert visitor(engine).get("/plans/x/people.json").status_code == 401


#: Addresses that answer without a session (one leads to a page that wants one); everything else wants one.
OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/account/tokens",
    "/openapi.json",
    "/language/{language}",
    "/calendar/{secret}.ics",
}


def test_no_route_is_open_that_was_not_meant_to_be(engine: Engine):
    app = create_app(engine, SETTINGS)
    client = visitor(engine)
    found = 0
    for route in iter_route_contexts(app.routes):
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None) or set()
        if not methods or path in OPEN or path.startswith(("/sign-in", "/sign-out", "/static")):
            continue
        found += 1
        address = path
        for name in ("round_id", "comment_id", "draft_id", "seat_id", "organisation_id", "milestone_id"):
            address = address.replace("{" + name + "}", "1")
        address = address.replace("{eid:path}", "x").replace("{", "").replace("}", "")
        for method in methods - {"HEAD", "OPTIONS"}:
            answer = client.request(method, address)
            assert answer.status_code in {303, 401, 404, 422}, (method, path, answer.status_code)
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/sign-in"), (method, path)
    assert found > 40


def test_a_person_without_a_seat_knows_of_no_plan(engine: Engine):
    with Session(engine, expire_on_commit=False) as session:
        mine, other = make_plan(session), make_plan(session)
        seat = make_seat(session, mine)
        session.commit()
    client = signed_in(engine, seat.person_id)
    assert client.get(f"/plans/{mine.slug}").status_code == 200
    assert client.get(f"/plans/{other.slug}").status_code == 404
    assert client.get(f"/plans/{other.slug}/roadmap").status_code == 404


def test_the_description_holds_every_list_with_its_columns_and_no_page(engine: Engine):
    paths = visitor(engine).get("/openapi.json").json()["paths"]
    assert {p for p in paths if not p.endswith((".json", ".ics", ".{suffix}"))} == set()
    for path, found in paths.items():
        if path.endswith(".{suffix}"):
            schema = found["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            assert schema["properties"]["rows"]["items"]["properties"], path
    matrix = paths["/rounds/{round_id}/matrix.{suffix}"]["get"]["responses"]["200"]["content"]
    assert "ref" in matrix["application/json"]["schema"]["properties"]["rows"]["items"]["properties"]


def test_two_writers_who_meet_are_told_so_and_nothing_breaks(engine: Engine):
    from sqlalchemy.exc import IntegrityError

    app = create_app(engine, SETTINGS)

    @app.get("/meeting")
    def meeting():
        raise IntegrityError("INSERT", {}, Exception("UNIQUE"))

    answer = TestClient(app).get("/meeting")
    assert answer.status_code == 409
    assert "this very moment" in answer.text
