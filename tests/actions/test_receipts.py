import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.comments import receipts
from app.comments.forms import Written
from app.comments.models import Comment
from app.comments.rules import Scope
from app.config import Settings
from app.home.actions import is_due
from app.home.clock import Clock
from app.mail.models import OutgoingMail
from app.matrix import submitting
from app.people.models import Person, Seat
from app.people.rules import Constituency, Language
from app.plans.models import Clause
from app.rounds.models import Round
from tests.factories import make_draft, make_plan, make_round, make_seat, viewer_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(base_url="https://runding.example/", secret_key="x", time_zone="Asia/Kuala_Lumpur")


class World:
    """A round, a worker and an employer who send comments to it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session, title="Plan", title_ms="Pelan")
            draft = make_draft(session, plan)
            self.round = make_round(session, plan, draft)
            self.worker = make_seat(session, plan)
            self.employer = make_seat(session, plan, constituency=Constituency.EMPLOYERS)
            self.clause = session.scalars(select(Clause).where(col(Clause.position) == 2)).one()
            session.commit()
        self.clock = Clock(engine, SETTINGS)

    def send(self, seat: Seat, *texts: str, **values: Any) -> list[int]:
        """Send comments in one transaction; gives their ids."""
        with Session(self.engine) as session:
            round_ = session.get_one(Round, self.round.id)
            ids = [
                submitting.submit(
                    session,
                    by=viewer_of(seat),
                    round_=round_,
                    written=Written(
                        client_uuid=str(uuid.uuid4()), text=text, **{"scope": Scope.PLAN, **values}
                    ),
                    at=NOW,
                )[0].id
                or 0
                for text in texts
            ]
            session.commit()
        return ids

    def mails(self) -> list[OutgoingMail]:
        with Session(self.engine) as session:
            return list(session.scalars(select(OutgoingMail).order_by(col(OutgoingMail.id))))


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_what_is_sent_together_is_received_in_one_mail_to_each_person(world: World):
    world.send(world.worker, "First", "Second")
    world.send(world.employer, "Third")
    assert world.mails() == []
    assert world.clock.write_receipts(NOW) == 3
    workers, employers = sorted(world.mails(), key=lambda mail: mail.person_id or 0)
    assert (workers.person_id, employers.person_id) == (world.worker.person_id, world.employer.person_id)
    assert workers.subject == "Received: R2-0001, R2-0002"
    assert "First" in workers.text
    assert "Second" in workers.text
    assert "Third" not in workers.text
    assert f"https://runding.example/rounds/{world.round.id}/mine" in workers.text
    assert "Tuesday, 24 November 2026, 17:00" in workers.text
    assert world.clock.write_receipts(NOW) == 0
    assert len(world.mails()) == 2


def test_a_receipt_shows_the_words_quoted_and_the_change_proposed_in_the_persons_own_language(world: World):
    with Session(world.engine) as session:
        session.get_one(Person, world.worker.person_id).language = Language.MALAY
        session.commit()
    proposed = world.clause.text.replace("fifty", "twenty")
    world.send(
        world.worker,
        "Terlalu ramai.",
        wid=world.clause.wid,
        scope=Scope.PASSAGE,
        exact="fifty or more workers",
        proposed=proposed,
    )
    world.clock.write_receipts(NOW)
    (mail,) = world.mails()
    assert mail.language == "ms"
    assert "Pelan, " in mail.text
    assert "fifty or more workers" in mail.text
    assert "[-fifty-]{+twenty+}" in mail.text
    assert world.clause.number in mail.text


def test_a_comment_withdrawn_before_its_receipt_still_gets_one(world: World):
    (comment_id,) = world.send(world.worker, "I take this back.")
    with Session(world.engine) as session:
        submitting.withdraw(
            session,
            by=viewer_of(world.worker),
            round_=session.get_one(Round, world.round.id),
            comment_id=comment_id,
            at=NOW,
        )
        session.commit()
    assert world.clock.write_receipts(NOW) == 1
    assert "I take this back." in world.mails()[0].text


def test_who_has_no_address_owes_nothing_and_stops_nobody(world: World):
    with Session(world.engine) as session:
        session.get_one(Person, world.worker.person_id).email = None
        session.commit()
    world.send(world.worker, "Erased")
    world.send(world.employer, "Here")
    assert world.clock.write_receipts(NOW) == 2
    assert [mail.person_id for mail in world.mails()] == [world.employer.person_id]


def test_several_clocks_write_each_receipt_once(world: World):
    for n in range(12):
        world.send(world.worker if n % 2 else world.employer, f"Comment {n}")
    clocks = [Clock(world.engine, SETTINGS) for _ in range(4)]
    with ThreadPoolExecutor(4) as hands:
        done = list(hands.map(lambda clock: clock.write_receipts(NOW), clocks))
    assert sum(done) == 12
    said = "\n".join(mail.text for mail in world.mails())
    assert [said.count(f"Comment {n}\n") for n in range(12)] == [1] * 12


def test_a_receipt_that_is_owed_is_something_due(world: World):
    with Session(world.engine) as session:
        assert not is_due(session, NOW)
    world.send(world.worker, "Before this process started")
    with Session(world.engine) as session:
        assert is_due(session, NOW)
    assert world.clock.look(NOW) == 0
    assert len(world.mails()) == 1


def test_a_sample_sends_no_receipts(world: World):
    world.send(world.worker, "Made up")
    with Session(world.engine) as session:
        receipts.forgo(session, world.round.plan_id)
        session.commit()
    assert world.clock.write_receipts(NOW) == 0
    assert world.mails() == []


def test_a_running_clock_is_woken_by_the_commit_and_writes_within_seconds(world: World):
    world.clock.start()
    try:
        time.sleep(0.2)  # its first look has found nothing
        world.send(world.worker, "Now")
        ends = time.monotonic() + 5
        while not world.mails() and time.monotonic() < ends:
            time.sleep(0.05)
    finally:
        world.clock.stop()
    assert len(world.mails()) == 1
    with Session(world.engine) as session:
        assert not session.scalar(select(col(Comment.receipt_due)).limit(1))
