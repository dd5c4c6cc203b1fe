"""What somebody sends who means harm is refused in words, and never breaks a page."""

import base64
import json
import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from app.comments import actions
from app.comments.forms import Written
from app.comments.models import Comment
from app.comments.rules import Scope, Status
from app.errors import Conflict
from app.people.models import Seat
from app.people.rules import Constituency, Role
from app.rounds.models import Round
from app.rounds.rules import Phase
from tests.factories import make_draft, make_organisation, make_plan, make_round, make_seat, viewer_of
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


def test_a_form_sent_many_times_in_one_moment_is_one_comment(
    engine: Engine, worker: tuple[TestClient, int, str]
):
    client, round_id, _ = worker
    for attempt in range(3):
        form = {"client_uuid": str(uuid.uuid4()), "scope": "plan", "text": f"Attempt {attempt}"}
        addresses = [f"/rounds/{round_id}/comments"] * 4

        def press(address: str, form: dict[str, str] = form) -> int:
            return client.post(address, data=form).status_code

        with ThreadPoolExecutor(4) as hands:
            assert list(hands.map(press, addresses)) == [303] * 4
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 3


def test_what_is_saved_while_a_comment_is_being_sent_does_not_come_into_it(
    engine: Engine, worker: tuple[TestClient, int, str]
):
    _, round_id, _ = worker
    now, mark = datetime.now(UTC), str(uuid.uuid4())
    said = Written(client_uuid=mark, scope=Scope.PLAN, text="As it was sent")
    later = said.model_copy(update={"text": "As it was typed afterwards"})

    def save() -> str:
        with Session(engine) as session:
            by = viewer_of(session.scalars(select(Seat)).one())
            round_ = session.get_one(Round, round_id)
            try:
                actions.save_draft(session, by=by, round_=round_, written=later, at=now)
                session.commit()
            except Conflict:
                return "refused"
        return "saved"

    with Session(engine) as session:
        by = viewer_of(session.scalars(select(Seat)).one())
        round_ = session.get_one(Round, round_id)
        actions.save_draft(session, by=by, round_=round_, written=said, at=now)
        session.commit()
        actions.submit(session, by=by, round_=round_, written=said, at=now)
        with ThreadPoolExecutor(1) as hands:
            saving = hands.submit(save)
            wait([saving], timeout=0.4)
            session.commit()
            assert saving.result() in {"saved", "refused"}
        session.expire_all()
        comment = session.scalars(select(Comment).where(col(Comment.client_uuid) == mark)).one()
        assert (comment.status, comment.text) == (Status.SUBMITTED, "As it was sent")


def test_a_comment_sent_while_the_round_is_published_is_not_taken(
    engine: Engine, worker: tuple[TestClient, int, str]
):
    _, round_id, _ = worker
    with Session(engine) as session:
        by = viewer_of(session.scalars(select(Seat)).one())
        as_it_was_read = session.get_one(Round, round_id)
        session.expunge(as_it_was_read)
        session.get_one(Round, round_id).phase = Phase.PUBLISHED
        session.commit()
        said = Written(client_uuid=str(uuid.uuid4()), scope=Scope.PLAN, text="Too late")
        with pytest.raises(Conflict):
            actions.submit(session, by=by, round_=as_it_was_read, written=said, at=datetime.now(UTC))


def test_a_version_of_five_thousand_digits_breaks_no_form(engine: Engine):
    with Session(engine) as session:
        plan = make_plan(session)
        round_ = make_round(session, plan, make_draft(session, plan))
        person = make_seat(session, plan, role=Role.SECRETARIAT).person_id
        addresses = [f"/rounds/{round_.id}/settings", f"/plans/{plan.slug}/roadmap/1"]
        addresses += [f"/plans/{plan.slug}/settings"]
        session.commit()
    client = signed_in(engine, person)
    for address in addresses:
        assert client.post(address, data={"version": "9" * 5000}).status_code in {404, 409, 422}, address
