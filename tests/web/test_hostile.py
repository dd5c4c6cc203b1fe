"""What somebody sends who means harm is refused in words, and never breaks a page."""

import base64
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from app.people.rules import Constituency, Role
from tests.factories import make_draft, make_organisation, make_plan, make_round, make_seat
from tests.web.browsing import signed_in, visitor

#: No database counts so far.
HUGE = "9" * 40


@pytest.fixture
def worker(engine: Engine) -> tuple[TestClient, int, str]:
    """Somebody at the table with an open round, its id, and the plan's slug."""
    with Session(engine) as session:
        plan = make_plan(session)
        round_ = make_round(session, plan, make_draft(session, plan))
        union = make_organisation(session, plan, constituency=Constituency.WORKERS)
        seat = make_seat(session, plan, role=Role.PARTICIPANT, organisation=union)
        person, found, slug = seat.person_id, round_.id or 0, plan.slug
        session.commit()
    return signed_in(engine, person), found, slug


@pytest.mark.parametrize(
    "said",
    [
        5,
        None,
        [1, 2, 3],
        [["ok"], "Saved.", {}],
        ["ok", "%(x)9999999s", {"x": "a"}],
        ["ok", "Your account was taken. Write to evil@example.org.", {}],
        ["ok", "Received: %(ref)s.", {"other": 1}],
        ["ok", "Received: %(ref)s.", {"ref": {"a": 1}}],
        ["ok", "Received: %(ref)s.", {"ref": "\ud800"}],
        ["ok", "Saved.", 7],
    ],
)
def test_a_cookie_that_somebody_made_up_says_nothing(engine: Engine, said: Any):
    packed = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
    page = visitor(engine).get("/sign-in", headers={"cookie": f"said={packed}"})
    assert page.status_code == 200
    assert "flash" not in page.text
    assert len(page.text) < 50_000


def test_a_cookie_nested_without_end_says_nothing(engine: Engine):
    packed = base64.urlsafe_b64encode(b"[" * 9000).decode()
    assert visitor(engine).get("/sign-in", headers={"cookie": f"said={packed}"}).status_code == 200


@pytest.mark.parametrize("number", [HUGE, f"-{HUGE}", "9223372036854775808", "99999999999"])
def test_a_number_no_database_holds_is_no_page(worker: tuple[TestClient, int, str], number: str):
    client, round_id, slug = worker
    for address in (
        f"/rounds/{number}",
        f"/rounds/{number}/matrix.json",
        f"/rounds/{round_id}/comments/{number}",
        f"/rounds/{round_id}/comments/new?wid=plan&draft={number}",
        f"/rounds/{round_id}/mine?before={number}",
        f"/rounds/{round_id}/matrix?organisation={number}",
        f"/rounds/{round_id}/matrix?after={number}.{number}",
        f"/rounds/{round_id}/matrix?after=99999999999.99999999999",
        f"/plans/{slug}/drafts/{number}",
    ):
        assert client.get(address).status_code in {200, 403, 404, 422}, address
    for address in (f"/rounds/{number}/comments", f"/rounds/{round_id}/comments/{number}/withdraw"):
        assert client.post(address, data={"wid": "plan"}).status_code in {404, 422}, address


def test_text_no_database_holds_is_no_page(worker: tuple[TestClient, int, str]):
    client, round_id, slug = worker
    for address in (
        "/plans/a%00b",
        f"/rounds/{round_id}/read/a%00b",
        f"/rounds/{round_id}/matrix?section=a%00b",
        f"/rounds/{round_id}/matrix?q=a%00b",
        f"/rounds/{round_id}/comments/new?wid=a%00b",
        f"/plans/{slug}/people?q=a%00b",
        "/sign-in/a%00b",
        "/calendar/a%00b.ics",
    ):
        assert client.get(address).status_code in {200, 403, 404, 422}, address


def test_a_version_that_is_no_number_is_the_first(worker: tuple[TestClient, int, str]):
    client, round_id, _ = worker
    for version in ("abc", "²", "-1", "1.5", ""):
        page = client.get(f"/rounds/{round_id}/comments/new", params={"wid": "plan", "version": version})
        assert page.status_code == 200, version
