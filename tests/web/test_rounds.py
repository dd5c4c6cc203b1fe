import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.people.rules import Constituency, Language, Role
from app.plans.rules import DraftStatus
from app.rounds.models import Round, RoundQuestion, RoundScope, RoundWindow
from app.rounds.queries import sections
from app.rounds.rules import Phase
from tests.factories import make_draft, make_person, make_plan, make_round, make_seat
from tests.web.browsing import signed_in


class World:
    """A plan with a frozen draft, its secretariat and a participant, each with a browser."""

    def __init__(self, engine: Engine, *, language: Language = Language.ENGLISH) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            self.plan = make_plan(session)
            self.draft = make_draft(session, self.plan, name="Draft 1")
            person = make_person(session, language=language)
            make_seat(session, self.plan, Role.SECRETARIAT, person=person)
            other = make_seat(session, self.plan, Role.PARTICIPANT, Constituency.WORKERS)
            self.sections = [section.id for section in sections(session, self.draft.id or 0)]
            session.commit()
        self.here = f"/plans/{self.plan.slug}/rounds"
        self.secretariat: TestClient = signed_in(engine, person.id or 0)
        self.participant: TestClient = signed_in(engine, other.person_id)

    def round(self, **values: Any) -> Round:
        with Session(self.engine, expire_on_commit=False) as session:
            made = make_round(session, self.plan, self.draft, **values)
            session.commit()
        return made

    def the_round(self, round_id: int | None = None) -> Round:
        with Session(self.engine, expire_on_commit=False) as session:
            wanted = select(Round).order_by(col(Round.id).desc())
            return session.scalars(
                wanted if round_id is None else wanted.where(col(Round.id) == round_id)
            ).first()  # type: ignore[return-value]

    def all(self, model: Any) -> list[Any]:
        with Session(self.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(model)))

    def form(self, **changes: Any) -> dict[str, Any]:
        opens = datetime.now(UTC) + timedelta(days=2)
        return {
            "name": "Round 1 on Draft 1",
            "draft_id": str(self.draft.id),
            "opens_date": f"{opens:%Y-%m-%d}",
            "opens_time": "09:00",
            "closes_date": f"{opens + timedelta(days=40):%Y-%m-%d}",
            "closes_time": "17:00",
            "isolation": "everyone",
            "attributions": ["named", "organisation"],
        } | changes


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_the_secretariat_makes_a_round_with_scope_questions_and_an_own_window(world: World):
    page = world.secretariat.get(f"{world.here}/new")
    assert page.status_code == 200
    assert 'value="Round 1 on Draft 1"' in page.text
    answer = world.secretariat.post(
        world.here,
        data=world.form(
            scope=[str(world.sections[1])],
            about="Tell us what stops you.",
            about_ms="Beritahu kami.",
            q0_text="Who leads?",
            q0_text_ms="Siapa memimpin?",
            q0_section=str(world.sections[1]),
            q1_text="",
            w0_who="W",
            w0_date=f"{datetime.now(UTC) + timedelta(days=50):%Y-%m-%d}",
            w0_time="",
        ),
    )
    assert answer.status_code == 303
    made = world.the_round()
    assert answer.headers["location"] == f"/rounds/{made.id}/settings"
    assert (made.phase, made.number, made.about_ms) == (Phase.SCHEDULED, 1, "Beritahu kami.")
    assert made.opens_at.astimezone(UTC).hour == 1, "9:00 on the plan's clock"
    assert [row.clause_id for row in world.all(RoundScope)] == [world.sections[1]]
    assert [(row.text, row.clause_id) for row in world.all(RoundQuestion)] == [
        ("Who leads?", world.sections[1])
    ]
    assert [row.constituency for row in world.all(RoundWindow)] == [Constituency.WORKERS]
    shown = world.secretariat.get(answer.headers["location"])
    assert shown.status_code == 200
    for words in ("Who leads?", "Siapa memimpin?", "Tell us what stops you.", "Open it now"):
        assert words in shown.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Give the round a name."),
        ({"opens_date": "yesterday"}, "Give a date and a time."),
        ({"closes_date": "2020-01-01"}, "The round closes before it opens."),
        ({"opens_date": "9999-12-30", "closes_date": "9999-12-31"}, "Check the year of this date."),
        ({"opens_date": "0001-01-01", "closes_date": "0001-03-01"}, "Check the year of this date."),
        ({"attributions": []}, "Allow at least one way"),
        ({"scope": ["999999999999"]}, "One of the sections is not in this draft."),
        ({"q7_text": "", "q7_text_ms": "Hanya Melayu"}, "Write the question in English as well."),
        ({"w0_date": "2030-01-01"}, "Say for whom, or for which section"),
        ({"draft_id": "999999999"}, "Choose a draft of this plan."),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_as_typed_and_says_why(world: World, changes, words):
    answer = world.secretariat.post(world.here, data=world.form(about="Kept as typed", **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Kept as typed" in answer.text
    assert world.all(Round) == []


def test_few_working_days_are_asked_about_and_can_be_accepted(world: World):
    opens = datetime.now(UTC) + timedelta(days=2)
    short = world.form(closes_date=f"{opens + timedelta(days=6):%Y-%m-%d}")
    asked = world.secretariat.post(world.here, data=short)
    assert asked.status_code == 422
    assert 'name="accepts_few_days"' in asked.text
    assert world.secretariat.post(world.here, data=short | {"accepts_few_days": "1"}).status_code == 303
    assert world.the_round().days_accepted is not None


def test_a_draft_of_another_plan_is_no_draft_of_this_one(world: World):
    other = World(world.engine)
    answer = world.secretariat.post(world.here, data=world.form(draft_id=str(other.draft.id)))
    assert answer.status_code == 422
    assert world.all(Round) == []


def test_without_a_frozen_draft_one_is_asked_for(world: World):
    with Session(world.engine) as session:
        draft = session.get_one(type(world.draft), world.draft.id)
        draft.status = DraftStatus.BEING_EDITED
        session.commit()
    page = world.secretariat.get(f"{world.here}/new")
    assert page.status_code == 200
    assert "No frozen draft" in page.text


def test_a_participant_sees_the_list_and_none_of_the_secretariats_pages(world: World):
    made = world.round()
    page = world.participant.get(world.here)
    assert page.status_code == 200
    assert made.name in page.text
    assert "/settings" not in page.text
    for answer in (
        world.participant.get(f"{world.here}/new"),
        world.participant.post(world.here, data=world.form()),
        world.participant.get(f"/rounds/{made.id}/settings"),
        world.participant.post(f"/rounds/{made.id}/settings", data=world.form(version="1")),
        world.participant.post(f"/rounds/{made.id}/phase", data={"verb": "close", "version": "1"}),
    ):
        assert answer.status_code == 403
    assert world.the_round().phase is Phase.OPEN


def test_a_stranger_does_not_know_of_the_round(world: World):
    made, stranger = world.round(), World(world.engine).secretariat
    for path in (world.here, f"/rounds/{made.id}", f"/rounds/{made.id}/settings", f"{world.here}.csv"):
        assert stranger.get(path).status_code == 404


def test_the_buttons_are_the_tables_and_each_does_what_it_says(world: World):
    made = world.round()
    settings, phase = f"/rounds/{made.id}/settings", f"/rounds/{made.id}/phase"

    def press(verb: str, **given: str) -> int:
        version = str(world.the_round().version)
        return world.secretariat.post(phase, data={"verb": verb, "version": version} | given).status_code

    page = world.secretariat.get(settings).text
    assert 'value="pause"' in page
    assert 'value="publish"' not in page
    assert press("pause", because="The hall has no power.") == 303
    assert "The hall has no power." in world.secretariat.get(settings).text
    assert press("pause", because="again") == 409
    assert press("resume") == 303
    later = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}"
    assert press("extend", date=later, time="17:00") == 303
    assert press("extend", date="", time="") == 422
    assert press("close") == 303
    assert press("reopen") == 303
    assert press("close") == 303
    assert press("publish") == 409, "answers are published from the gate, which looks first"
    assert f"/rounds/{made.id}/gate" in world.secretariat.get(settings).text
    assert press("open") == 409
    assert press("dance") == 422
    assert world.the_round().phase is Phase.CLOSED


def test_a_refused_verb_says_why_beside_its_form(world: World):
    made = world.round()
    answer = world.secretariat.post(
        f"/rounds/{made.id}/phase", data={"verb": "pause", "version": "1", "because": " "}
    )
    assert answer.status_code == 422
    assert "Say why, so that people know what they wait for." in answer.text


def test_a_stale_page_changes_nothing_and_shows_what_they_wrote_beside_what_one_typed(world: World):
    made = world.round()
    path = f"/rounds/{made.id}/settings"
    assert world.secretariat.post(path, data=world.form(name="Theirs", version="1")).status_code == 303
    answer = world.secretariat.post(path, data=world.form(name="Mine", version="1"))
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert world.the_round().name == "Theirs"
    assert world.secretariat.post(path, data=world.form(name="Mine", version="2")).status_code == 303


def test_what_can_no_longer_be_changed_is_kept_whatever_is_sent(world: World):
    made = world.round(last_number=3)
    answer = world.secretariat.post(
        f"/rounds/{made.id}/settings",
        data=world.form(version="1", isolation="organisation", closes_date="2030-01-01"),
    )
    assert answer.status_code == 303
    kept = world.the_round()
    assert (kept.isolation, kept.closes_at) == (made.isolation, made.closes_at)


def test_a_round_past_its_closing_time_says_so_until_it_is_closed(world: World):
    made = world.round(closes_at=datetime.now(UTC) - timedelta(hours=1))
    assert "Past its closing time" in world.participant.get(world.here).text
    assert "marked late until you close it" in world.secretariat.get(f"/rounds/{made.id}/settings").text


def test_a_rounds_address_leads_to_its_text_or_its_settings(world: World):
    opened, scheduled = world.round(), world.round(number=3, phase=Phase.SCHEDULED)
    assert world.participant.get(f"/rounds/{opened.id}").headers["location"] == f"/rounds/{opened.id}/read"
    assert world.secretariat.get(f"/rounds/{scheduled.id}").headers["location"].endswith("/settings")
    assert world.participant.get(f"/rounds/{scheduled.id}").headers["location"] == world.here


def test_the_list_goes_out_as_csv_json_and_xlsx(world: World):
    world.round(last_number=12)
    rows = list(
        csv.reader(io.StringIO(world.participant.get(f"{world.here}.csv").content.decode("utf-8-sig")))
    )
    assert rows[0][:4] == ["Number", "Name", "Draft", "Phase"]
    assert rows[1][-1] == "12"
    (row,) = world.participant.get(f"{world.here}.json").json()["rows"]
    assert (row["phase"], row["comments"]) == ("open", 12)
    assert world.participant.get(f"{world.here}.xlsx").content.startswith(b"PK")
    assert world.participant.get(f"{world.here}.odt").status_code == 404


def test_the_pages_are_in_malay_for_who_reads_malay(engine: Engine):
    world = World(engine, language=Language.MALAY)
    made = world.round()
    page = world.secretariat.get(f"/rounds/{made.id}/settings").text
    for words in ("hari bekerja penuh untuk mengulas", "Jeda pusingan", "Masa tutup tersendiri"):
        assert words in page
    assert "Pusingan 3, Draf" not in page
