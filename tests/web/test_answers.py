"""From what blocks the books to what a commenter says of the answer, page by page, and who is kept out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, delete, event, select
from sqlmodel import Session, col

from app.answers.models import AnswerTally, Reaction
from app.comments.models import Comment
from app.comments.rules import Attribution
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.matrix.submitting import make_point
from app.people.rules import Constituency, Role
from app.rounds.models import Round
from app.rounds.rules import Phase
from tests.factories import make_comment, make_draft, make_plan, make_round, make_seat
from tests.web.browsing import signed_in

REASON = "The law already says so, in section 60."


class World:
    """A closed round with three comments, and a browser for whoever is there."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        now = datetime.now(UTC)
        with Session(engine, expire_on_commit=False) as session:
            self.plan = make_plan(session)
            draft = make_draft(session, self.plan)
            self.round = make_round(session, self.plan, draft, number=1, phase=Phase.CLOSED, closed_at=now)
            seats = {
                "secretariat": make_seat(session, self.plan, Role.SECRETARIAT),
                "drafter": make_seat(session, self.plan, Role.DRAFTER),
                "reviewer": make_seat(session, self.plan, Role.REVIEWER),
                "worker": make_seat(session, self.plan),
                "employer": make_seat(session, self.plan, constituency=Constituency.EMPLOYERS),
                "observer": make_seat(session, self.plan, Role.OBSERVER, Constituency.OBSERVER),
            }
            self.comments: dict[str, int] = {}
            for who, attribution in (
                ("worker", Attribution.ORGANISATION),
                ("employer", Attribution.CONSTITUENCY),
                ("observer", Attribution.SECRETARIAT),
            ):
                made = make_comment(
                    session, self.round, seats[who], text=f"What the {who} wants.", attribution=attribution
                )
                make_point(session, made, now)
                self.comments[who] = made.id or 0
            session.commit()
            self.person = {who: seat.person_id for who, seat in seats.items()}
            self.seat = {who: seat.id for who, seat in seats.items()}
        self.at = f"/rounds/{self.round.id}"

    def enter(self, who: str) -> TestClient:
        return signed_in(self.engine, self.person[who])

    def decide(self) -> None:
        with Session(self.engine) as session:
            for n, point in enumerate(session.scalars(select(Point).order_by(col(Point.id)))):
                point.disposition, point.reason = Disposition.NOT_ACCEPTED, f"{REASON} ({n})"
                point.decided_at = datetime.now(UTC)
            session.commit()

    def point_of(self, who: str) -> int:
        with Session(self.engine) as session:
            return session.scalars(
                select(col(PointComment.point_id)).where(col(PointComment.comment_id) == self.comments[who])
            ).one()

    def version(self) -> int:
        with Session(self.engine) as session:
            return session.get_one(Round, self.round.id).version

    def publish(self, client: TestClient, **given: str) -> int:
        until = datetime.now(UTC) + timedelta(days=30)
        form = {
            "version": str(self.version()),
            "when": "now",
            "until_date": f"{until:%Y-%m-%d}",
            "until_time": "17:00",
        }
        return client.post(f"{self.at}/gate/publish", data=form | given).status_code


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_the_way_from_the_gate_to_the_answer_to_the_answer(world: World):
    secretariat, worker = world.enter("secretariat"), world.enter("worker")
    page = secretariat.get(f"{world.at}/gate").text
    assert "The answers cannot be published yet." in page
    assert f'href="{world.at}/points/{world.point_of("worker")}"' in page
    assert world.publish(secretariat) == 409
    world.decide()
    page = secretariat.get(f"{world.at}/gate").text
    assert "Nothing blocks the answers." in page
    ahead = secretariat.get(f"{world.at}/gate/preview?seat={world.seat['worker']}").text
    assert REASON in ahead
    assert "What the employer wants." not in ahead
    assert world.publish(secretariat, until_date="") == 422
    assert world.publish(secretariat, version="0") == 409
    assert world.publish(secretariat) == 303

    home = worker.get(f"/plans/{world.plan.slug}").text
    assert "1 answer to your comments waits for yours." in home
    mine = worker.get(f"{world.at}/answers").text
    assert "What the worker wants." in mine
    assert REASON in mine
    assert "What the employer wants." not in mine
    react = f"{world.at}/answers/{world.comments['worker']}"
    point = {"point": str(world.point_of("worker"))}
    refused = worker.post(react, data=point | {"kind": "maintains_objection", "note": " "})
    assert refused.status_code == 422
    assert "Say why you maintain the objection." in refused.text
    assert worker.post(react, data=point | {"kind": "accepts"}).status_code == 303
    note = "Section 60 speaks of something else."
    assert worker.post(react, data=point | {"kind": "maintains_objection", "note": note}).status_code == 303
    assert note in worker.get(f"{world.at}/answers").text
    assert "waits for yours" not in worker.get(f"/plans/{world.plan.slug}").text
    with Session(world.engine) as session:
        assert [(one.kind, one.note) for one in session.scalars(select(Reaction))] == [
            ("maintains_objection", note)
        ]

    assert note in worker.get("/account/data.json").text
    assert (
        "What the observer wants."
        not in worker.get(f"{world.at}/answers?comment={world.comments['observer']}").text
    )
    everyone = worker.get(f"{world.at}/answers?whose=all").text
    assert "What the employer wants." in everyone
    assert "What the observer wants." not in everyone, "that one was for the secretariat only"
    assert note not in world.enter("employer").get(f"{world.at}/answers?whose=all").text
    assert note in secretariat.get(f"{world.at}/answers?whose=all").text
    rows = json.loads(worker.get(f"{world.at}/answers.json?whose=all").text)["rows"]
    assert [(row["ref"], row["organisation"] is None, row["disposition"]) for row in rows] == [
        ("R1-0001", False, "not_accepted"),
        ("R1-0002", True, "not_accepted"),
    ]
    assert worker.get(f"{world.at}/answers.csv?whose=all").status_code == 200
    assert worker.get(f"{world.at}/answers.xlsx?constituency=E").status_code == 200
    assert "Since" in secretariat.get(f"{world.at}/gate").text
    assert world.publish(secretariat) == 409


@pytest.mark.parametrize("who", ["worker", "observer"])
def test_who_comments_learns_nothing_of_the_answers_before_they_are_published(world: World, who: str):
    world.decide()
    client = world.enter(who)
    for path in (
        f"{world.at}/answers",
        f"{world.at}/answers?whose=all",
        f"{world.at}/answers.json",
        f"{world.at}/answers.xlsx",
        f"{world.at}/gate",
        f"{world.at}/gate?blocker=undecided",
        f"{world.at}/gate.csv",
        f"{world.at}/gate/preview?seat={world.seat[who]}",
        f"{world.at}/points/{world.point_of(who)}",
        f"{world.at}/drafting",
        f"{world.at}/meeting",
    ):
        answer = client.get(path)
        assert answer.status_code in {403, 404, 409}, path
        assert REASON not in answer.text, path
    for path in (
        f"{world.at}/matrix",
        f"{world.at}/matrix?open={world.comments[who]}",
        f"{world.at}/matrix?disposition=not_accepted",
        f"{world.at}/matrix.json",
        f"{world.at}/matrix.csv",
        f"{world.at}/comments/{world.comments[who]}",
        f"{world.at}/mine",
        f"{world.at}/mine.csv",
        f"/plans/{world.plan.slug}",
        f"/plans/{world.plan.slug}/rounds",
    ):
        answer = client.get(path)
        assert REASON not in answer.text, path
        assert '"not_accepted"' not in answer.text, path
        assert "Not accepted" not in answer.text or "<option" in answer.text, path


def test_only_the_secretariat_publishes_and_only_its_own_plan(world: World):
    world.decide()
    for who in ("drafter", "reviewer", "worker"):
        client = world.enter(who)
        assert world.publish(client) == 403, who
        assert client.post(f"{world.at}/gate/call-off", data={"version": "1"}).status_code == 403
    for who in ("reviewer", "worker"):
        client = world.enter(who)
        assert client.post(f"{world.at}/gate/look").status_code == 403
        assert client.post(f"{world.at}/gate/backing", data={"ref": "1", "link": "1"}).status_code == 403
    stranger = World(world.engine).enter("secretariat")
    for path in ("gate", "answers", "gate/preview?seat=1", "gate.json"):
        assert stranger.get(f"{world.at}/{path}").status_code == 404
    assert world.publish(stranger) == 404
    assert world.enter("secretariat").get(f"{world.at}/gate/preview?seat=99999").status_code == 404


def test_a_time_is_chosen_and_called_off(world: World):
    world.decide()
    secretariat = world.enter("secretariat")
    later = {"when": "later", "publish_date": "", "publish_time": ""}
    assert world.publish(secretariat, **later) == 422
    day = datetime.now(UTC) + timedelta(days=2)
    later |= {"publish_date": f"{day:%Y-%m-%d}", "publish_time": "09:00"}
    assert world.publish(secretariat, **later) == 303
    assert "The answers are to be published" in secretariat.get(f"{world.at}/gate").text
    off = secretariat.post(f"{world.at}/gate/call-off", data={"version": str(world.version())})
    assert off.status_code == 303
    assert "The answers are to be published" not in secretariat.get(f"{world.at}/gate").text


def test_nobody_reacts_to_what_others_said(world: World):
    world.decide()
    assert world.publish(world.enter("secretariat")) == 303
    worker = world.enter("worker")
    for comment, point in (("employer", "employer"), ("worker", "employer"), ("observer", "observer")):
        answer = worker.post(
            f"{world.at}/answers/{world.comments[comment]}",
            data={"point": str(world.point_of(point)), "kind": "accepts"},
        )
        assert answer.status_code == 404, (comment, point)
    assert worker.post(f"{world.at}/answers/99999999999999999999", data={"kind": "accepts"}).status_code in {
        404,
        422,
    }
    assert (
        worker.get(f"{world.at}/answers?after=x-y-z&organisation=99999999999&disposition=%00").status_code
        == 200
    )


def test_a_page_of_answers_costs_the_same_for_one_as_for_thirty(world: World):
    statements: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    counted = []
    for more in (0, 29):
        with Session(world.engine) as session:
            round_ = session.get_one(Round, world.round.id)
            round_.phase = Phase.CLOSED
            first = session.get_one(Comment, world.comments["worker"])
            for n in range(more):
                made = Comment(**first.model_dump(exclude={"id", "client_uuid", "number"}))
                made.client_uuid, made.number = f"00000000-0000-0000-0000-{n:012d}", 100 + n
                session.add(made)
                session.flush()
                make_point(session, made, datetime.now(UTC))
            session.commit()
        world.decide()
        assert world.publish(world.enter("secretariat")) == 303
        client = world.enter("worker")
        client.get(f"{world.at}/answers")
        statements.clear()
        assert client.get(f"{world.at}/answers").status_code == 200
        counted.append(len(statements))
        with Session(world.engine) as session:
            session.execute(delete(AnswerTally))
            session.commit()
    assert counted[0] == counted[1] <= 24, counted
