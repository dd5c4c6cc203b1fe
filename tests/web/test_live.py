"""Open pages hear what happens elsewhere, as far as their reader may know it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from app.comments.forms import Written
from app.comments.rules import Attribution, Scope
from app.db import make_engine
from app.history.actions import record
from app.matrix import deciding, submitting
from app.matrix.models import Point, PointComment
from app.people.models import Seat, SignedIn
from app.people.rules import Constituency, Role
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase
from app.web import live
from tests.factories import make_draft, make_person, make_plan, make_round, make_seat, viewer_of
from tests.web.listening import Listener, Told, process, session_of


class Table:
    """A round, who sits at it, and what they do in a process that is not the one that pages listen to."""

    def __init__(self, engine: Engine, **of_round: Any) -> None:
        self.here = engine
        self.elsewhere = make_engine(engine.url.render_as_string(hide_password=False))
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session)
            self.round = make_round(session, plan, make_draft(session, plan), **of_round)
            self.seats = {
                "aminah": make_seat(session, plan, Role.SECRETARIAT),
                "farid": make_seat(
                    session, plan, Role.SECRETARIAT, person=make_person(session, name="Farid H.")
                ),
                "drafter": make_seat(session, plan, Role.DRAFTER),
                "reviewer": make_seat(session, plan, Role.REVIEWER),
                "worker": make_seat(session, plan),
                "employer": make_seat(session, plan, constituency=Constituency.EMPLOYERS),
            }
            session.commit()
        self.path = f"/rounds/{self.round.id}/live"

    def listener(self, address: str, who: str, **how: Any) -> Listener:
        return Listener(address, self.path, session_of(self.here, self.seats[who].person_id)[1], **how)

    def send(self, who: str, text: str = "Who decides?", **values: Any) -> int:
        """Send a comment; gives its id."""
        with Session(self.elsewhere) as session:
            comment, _ = submitting.submit(
                session,
                by=viewer_of(session.get_one(Seat, self.seats[who].id)),
                round_=session.get_one(Round, self.round.id),
                written=Written(client_uuid=str(uuid.uuid4()), scope=Scope.PLAN, text=text, **values),
                at=datetime.now(UTC),
            )
            session.commit()
            return comment.id or 0

    def title(self, who: str, comment_id: int, title: str) -> int:
        """Give a comment's point a title; gives the point's id."""
        with Session(self.elsewhere) as session:
            point = session.scalars(
                select(Point)
                .join(PointComment, col(PointComment.point_id) == col(Point.id))
                .where(col(PointComment.comment_id) == comment_id)
            ).one()
            deciding.save(
                session,
                by=viewer_of(self.seats[who]),
                round_=session.get_one(Round, self.round.id),
                point_id=point.id or 0,
                version=point.version,
                was={"title": point.title},
                mine={"title": title},
                at=datetime.now(UTC),
            )
            session.commit()
            return point.id or 0


@pytest.fixture
def table(engine: Engine) -> Iterator[Table]:
    made = Table(engine)
    yield made
    made.elsewhere.dispose()


def test_what_a_secretary_saves_in_another_process_reaches_those_who_work_on_answers_and_nobody_else(
    table: Table,
):
    comment_id = table.send("worker")
    with process(table.here) as address, ExitStack() as pages:
        heard = {
            who: pages.enter_context(table.listener(address, who))
            for who in ("aminah", "farid", "drafter", "reviewer", "employer")
        }
        point_id = table.title("farid", comment_id, "Who decides")
        for who in ("aminah", "drafter", "reviewer"):
            told = heard[who].next()
            assert (told.event, told.data["subject_id"], told.data["who"]) == ("point", point_id, "Farid H.")
        # A comment everybody may see is told to all, and never whose it is.
        second = table.send("worker")
        for page in heard.values():
            told = page.next()
            assert (told.event, told.data) == ("comment", {"subject_id": second, "verb": "submit", "who": ""})
        assert all(page.nothing() for page in heard.values()), "nobody hears of what they did themselves"


def test_isolation_and_attribution_hold_for_what_is_told(engine: Engine):
    table = Table(engine, isolation=Isolation.ORGANISATION)
    with process(engine) as address, ExitStack() as pages:
        employer, drafter, worker = (
            pages.enter_context(table.listener(address, who)) for who in ("employer", "drafter", "worker")
        )
        hidden = table.send("worker")
        assert drafter.next().data["subject_id"] == hidden
        with Session(table.elsewhere) as session:
            session.get_one(Round, table.round.id).phase = Phase.CLOSED
            session.get_one(Round, table.round.id).isolation = Isolation.EVERYONE
            session.commit()
        confidential = table.send("worker", attribution=Attribution.SECRETARIAT)
        told = table.send("worker")
        assert [drafter.next().data["subject_id"] for _ in range(2)] == [confidential, told]
        assert employer.next().data["subject_id"] == told, "the first and the second are not for them"
        assert worker.nothing()
    table.elsewhere.dispose()


def test_a_page_that_was_away_hears_what_it_missed(table: Table):
    with process(table.here) as address:
        page = table.listener(address, "aminah")
        first = table.send("worker")
        last = page.next()
        assert last.data["subject_id"] == first
        page.leave()
        second = table.send("employer")
        with table.listener(address, "aminah", last=last.id) as again:
            missed: list[Told] = []
            while not missed or missed[-1].data["subject_id"] != second:
                missed.append(again.next())
            assert missed[-1].id > last.id
            # What it has heard may be told again, under the id it had.
            assert [told.id for told in missed if told.data["subject_id"] == first] in ([], [last.id])


def test_what_was_saved_while_the_page_was_made_is_told(table: Table):
    since = datetime.now(UTC).timestamp()
    comment_id = table.send("worker")
    with process(table.here) as address:
        table.path += f"?since={since}"
        with table.listener(address, "aminah") as page:
            assert page.next().data["subject_id"] == comment_id


def test_a_page_that_missed_very_much_is_told_to_load_itself_again(table: Table):
    now = datetime.now(UTC)
    with Session(table.elsewhere) as session:
        for n in range(205):
            record(
                session, at=now, by=None, verb="edited", subject="point", subject_id=n + 1,
                round_id=table.round.id, first=True,
            )  # fmt: skip
        session.commit()
    with process(table.here) as address, table.listener(address, "aminah", last=0) as page:
        assert page.next().event == "much"


def test_the_stream_of_a_session_or_a_seat_that_ended_ends(table: Table, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "CHECKS_EVERY", 0.3)
    session_id, token = session_of(table.here, table.seats["aminah"].person_id)
    with process(table.here) as address:
        signed_out = Listener(address, table.path, token)
        unseated = table.listener(address, "drafter")
        stays = table.listener(address, "farid")
        now = datetime.now(UTC)
        with Session(table.elsewhere) as session:
            session.execute(update(SignedIn).where(col(SignedIn.id) == session_id).values(ended_at=now))
            session.get_one(Seat, table.seats["drafter"].id).ended_at = now
            session.commit()
        table.send("worker")
        for page in (signed_out, unseated):
            assert page.next().event == "ended"
            assert page.has_ended()
        assert stays.next().event == "comment"


def test_who_opens_more_pages_than_a_few_loses_the_oldest(table: Table):
    _, token = session_of(table.here, table.seats["aminah"].person_id)
    with process(table.here) as address:
        pages = [Listener(address, table.path, token) for _ in range(live.AT_MOST + 1)]
        assert pages[0].next().event == "enough"
        assert pages[0].has_ended()
        table.send("worker")
        assert [page.next().event for page in pages[1:]] == ["comment"] * live.AT_MOST


def test_strangers_and_programs_get_no_stream(table: Table):
    with process(table.here) as address, httpx2.Client(base_url=address) as client:
        assert client.get(table.path).status_code == 303
        with Session(table.here) as session:
            plan = make_plan(session)
            stranger = make_seat(session, plan).person_id
            session.commit()
        cookie = {"cookie": f"runding={session_of(table.here, stranger)[1]}"}
        assert client.get(table.path, headers=cookie).status_code == 404


def test_what_a_slow_writer_commits_after_a_quick_one_is_told_too(table: Table):
    if table.here.dialect.name == "sqlite":
        pytest.skip("in SQLite one writer waits for the other")
    now = datetime.now(UTC)

    def of_point(session: Session, n: int) -> None:
        record(session, at=now, by=None, verb="edited", subject="point", subject_id=n,
               round_id=table.round.id, first=True)  # fmt: skip

    with process(table.here) as address, table.listener(address, "aminah") as page:
        with Session(table.elsewhere) as slow, Session(table.elsewhere) as quick:
            of_point(slow, 1)
            of_point(quick, 2)
            quick.commit()
            assert page.next().data["subject_id"] == 2
            slow.commit()
        assert page.next().data["subject_id"] == 1


def test_eighty_open_pages_leave_the_site_answering_and_are_all_told(engine: Engine):
    table = Table(engine)
    with Session(engine) as session:
        plan_id = table.round.plan_id
        people = [make_person(session).id or 0 for _ in range(20)]
        for person_id in people:
            session.add(
                Seat(plan_id=plan_id, person_id=person_id, role=Role.REVIEWER, invited_at=datetime.now(UTC))
            )
        session.commit()
    tokens = [session_of(engine, person_id)[1] for person_id in people] * live.AT_MOST

    async def listen(address: str) -> tuple[list[str], int]:
        limits = httpx2.Limits(max_connections=100)
        async with httpx2.AsyncClient(base_url=address, limits=limits, timeout=20) as client:
            opened = asyncio.Semaphore(0)

            async def one(token: str) -> str:
                headers = {"cookie": f"runding={token}"}
                async with client.stream("GET", table.path, headers=headers) as response:
                    async for line in response.aiter_lines():
                        if line.startswith("retry"):
                            opened.release()
                        if line.startswith("event"):
                            return line
                return "nothing"

            pages = [asyncio.create_task(one(token)) for token in tokens]
            for _ in pages:
                await opened.acquire()
            page = await client.get(
                f"/rounds/{table.round.id}/matrix", headers={"cookie": f"runding={tokens[0]}"}
            )
            await asyncio.to_thread(table.send, "worker")
            return await asyncio.gather(*pages), page.status_code

    with process(engine) as address:
        heard, status = asyncio.run(listen(address))
    assert status == 200
    assert heard == ["event: comment"] * 80
    table.elsewhere.dispose()


def test_a_server_that_is_told_to_stop_does_not_wait_for_open_pages(table: Table):
    if table.here.dialect.name != "sqlite":
        pytest.skip("how a process stops has nothing to do with its database")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {
            "RUNDING_DATABASE_URL": table.here.url.render_as_string(hide_password=False),
            "RUNDING_SECRET_KEY": "for tests",
            "RUNDING_MAIL_FOLDER": str(Path(os.devnull).parent),
        },
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                httpx2.get(f"{address}/healthz")
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        page = table.listener(address, "aminah")
        server.send_signal(signal.SIGTERM)
        assert page.has_ended()
        server.wait(timeout=8)
    finally:
        server.kill()
        server.wait()
