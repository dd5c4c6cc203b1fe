from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, event, select
from sqlmodel import Session, col

from app.people.models import Person, Seat
from app.people.rules import Constituency, Language, Role
from app.roadmap.models import Milestone
from app.rounds.models import RoundWindow
from tests.factories import make_draft, make_person, make_plan, make_round, make_seat
from tests.web.browsing import signed_in, visitor

TODAY = datetime.now(UTC).date()


class World:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            self.plan = make_plan(session, title="Plan of action", title_ms="Pelan tindakan")
            self.draft = make_draft(session, self.plan)
            self.malay = make_person(session, language=Language.MALAY)
            secretariat = make_seat(session, self.plan, Role.SECRETARIAT)
            worker = make_seat(session, self.plan, Role.PARTICIPANT, Constituency.WORKERS, person=self.malay)
            session.commit()
        self.here = f"/plans/{self.plan.slug}/roadmap"
        self.secretariat = signed_in(engine, secretariat.person_id)
        self.worker = signed_in(engine, worker.person_id)

    def form(self, **changes: Any) -> dict[str, Any]:
        return {
            "name": "Assessment",
            "name_ms": "Penilaian",
            "kind": "stage",
            "starts_on": TODAY.isoformat(),
            "ends_on": (TODAY + timedelta(days=9)).isoformat(),
            "note": "31 interviews",
        } | changes

    def add(self, **changes: Any) -> Milestone:
        assert self.secretariat.post(self.here, data=self.form(**changes)).status_code == 303
        return self.milestones()[-1]

    def milestones(self) -> list[Milestone]:
        with Session(self.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(Milestone).order_by(col(Milestone.id))))

    def round(self, **values: Any) -> int:
        with Session(self.engine) as session:
            made = make_round(session, self.plan, self.draft, **values).id or 0
            session.commit()
        return made

    def feed(self) -> str:
        self.worker.post(f"{self.here}/calendar")
        with Session(self.engine) as session:
            return f"/calendar/{session.get_one(Person, self.malay.id).calendar_secret}.ics"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def events(content: bytes) -> dict[str, Any]:
    made = Calendar.from_ical(content)
    assert isinstance(made, Calendar)
    return {str(found["summary"]): found for found in made.events}


def test_an_empty_roadmap_says_what_to_do(world: World):
    assert "Add a milestone" in world.secretariat.get(world.here).text
    page = world.worker.get(world.here)
    assert page.status_code == 200
    assert f"{world.here}/new" not in page.text


def test_the_secretariat_adds_changes_and_removes_a_milestone(world: World):
    assert world.secretariat.get(f"{world.here}/new").status_code == 200
    made = world.add()
    edit = f"{world.here}/{made.id}"
    assert 'value="Penilaian"' in world.secretariat.get(edit).text
    changed = world.form(name="Assessment, done", version="1", done_on=TODAY.isoformat())
    assert world.secretariat.post(edit, data=changed).status_code == 303
    assert world.milestones()[0].done_on == TODAY
    stale = world.secretariat.post(edit, data=world.form(name="Mine", version="1"))
    assert stale.status_code == 409
    assert "Assessment, done" in stale.text
    assert 'value="Mine"' in stale.text
    assert world.secretariat.post(f"{edit}/remove", data={"version": "2"}).status_code == 303
    assert world.milestones() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Give the milestone a name."),
        ({"starts_on": "soon"}, "Give a date."),
        ({"ends_on": "2001-01-01"}, "It ends before it starts."),
        ({"starts_on": "0026-01-01"}, "Check the year of this date."),
        ({"round_id": "99999"}, "Choose a round of this plan."),
    ],
)
def test_what_cannot_be_comes_back_as_typed(world: World, changes, words):
    answer = world.secretariat.post(world.here, data=world.form(**{"note": "Kept as typed"} | changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Kept as typed" in answer.text


def test_a_participant_reads_and_does_not_edit(world: World):
    made = world.add()
    assert world.worker.get(world.here).status_code == 200
    for path in (world.here, f"{world.here}/{made.id}", f"{world.here}/{made.id}/remove"):
        assert world.worker.post(path, data=world.form(version="1")).status_code == 403
    for path in (f"{world.here}/new", f"{world.here}/{made.id}"):
        assert world.worker.get(path).status_code == 403


def test_the_drawing_and_the_list_say_the_same(world: World):
    world.add(name='A "long" <name> & more ' * 4, name_ms="")
    world.add(name="Cabinet sitting", kind="fixed", starts_on="2027-07-10", ends_on="2027-07-10")
    world.round()
    page = world.secretariat.get(world.here).text
    assert "Road to Cabinet sitting, 10 July 2027" in page
    assert page.count('<svg class="gantt"') == 1
    assert "style=" not in page.split("<main")[1].split("</main")[0], "the strict policy allows no style"
    assert "&lt;name&gt;" in page
    assert page.count("Round 2 on Draft 1") > 2


def test_milestones_are_read_in_malay(world: World):
    world.add()
    page = world.worker.get(world.here).text
    assert "Penilaian" in page
    assert "Menuju Penilaian" in page


def test_the_roadmap_goes_out_as_tables_and_dates(world: World):
    world.add()
    (row,) = world.worker.get(f"{world.here}.json").json()["rows"]
    assert (row["name"], row["kind"], row["starts"]) == ("Assessment", "stage", TODAY.isoformat())
    assert "Penilaian" in world.worker.get(f"{world.here}.csv").text
    assert world.worker.get(f"{world.here}.xlsx").content.startswith(b"PK")
    assert list(events(world.worker.get(f"{world.here}.ics").content)) == ["Penilaian"]
    assert world.worker.get(f"{world.here}.exe").status_code == 404


def test_a_secret_address_gives_the_dates_without_a_cookie_and_says_nothing_of_the_person(world: World):
    world.add()
    round_id = world.round()
    with Session(world.engine) as session:
        session.add(
            RoundWindow(
                round_id=round_id,
                constituency=Constituency.WORKERS,
                closes_at=datetime(2027, 3, 1, 9, tzinfo=UTC),
            )
        )
        session.commit()
    answer = visitor(world.engine).get(world.feed())
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    found = events(answer.content)
    assert set(found) == {"Penilaian", "Round 2 on Draft 1 dibuka", "Round 2 on Draft 1 ditutup"}
    assert found["Round 2 on Draft 1 ditutup"].decoded("dtstart") == datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert found["Penilaian"].decoded("dtstart") == TODAY
    assert "Pelan tindakan" in str(found["Penilaian"]["description"])
    for private in (world.malay.email or "", world.malay.name, "Badan Contoh"):
        assert private not in answer.text


def test_an_unchanged_calendar_is_not_sent_again_and_a_moved_date_is(world: World):
    made = world.add()
    feed, stranger = world.feed(), visitor(world.engine)
    first = stranger.get(feed)
    tag = first.headers["etag"]
    again = stranger.get(feed, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    moved = world.form(version="1", ends_on=(TODAY + timedelta(days=30)).isoformat())
    world.secretariat.post(f"{world.here}/{made.id}", data=moved)
    second = stranger.get(feed, headers={"if-none-match": tag})
    assert second.status_code == 200
    before, after = events(first.content)["Penilaian"], events(second.content)["Penilaian"]
    assert before["uid"] == after["uid"]
    assert after.decoded("sequence") > before.decoded("sequence")
    assert after.decoded("dtend") == date.fromordinal(TODAY.toordinal() + 31)


def test_a_renewed_or_unknown_address_is_no_address(world: World):
    old = world.feed()
    new = world.feed()
    stranger = visitor(world.engine)
    assert old != new
    assert stranger.get(new).status_code == 200
    assert stranger.get(old).status_code == 404
    assert stranger.get("/calendar/None.ics").status_code == 404


def test_a_person_whose_seat_has_ended_has_no_dates_of_that_plan(world: World):
    world.add()
    feed = world.feed()
    with Session(world.engine) as session:
        for seat in session.scalars(select(Seat)):
            seat.ended_at = datetime.now(UTC)
        session.commit()
    assert events(visitor(world.engine).get(feed).content) == {}


def test_the_page_costs_as_many_queries_with_thirty_milestones_as_with_one(world: World):
    def statements() -> int:
        count = 0

        def counted(*_args: Any) -> None:
            nonlocal count
            count += 1

        event.listen(world.engine, "before_cursor_execute", counted)
        assert world.worker.get(world.here).status_code == 200
        event.remove(world.engine, "before_cursor_execute", counted)
        return count

    world.add()
    world.round()
    few = statements()
    with Session(world.engine) as session:
        for n in range(30):
            session.add(
                Milestone(
                    plan_id=world.plan.id or 0,
                    name=f"M{n}",
                    starts_on=TODAY,
                    ends_on=TODAY,
                    created_at=datetime.now(UTC),
                )
            )
        for n in range(3, 9):
            make_round(session, world.plan, world.draft, number=n)
        session.commit()
    assert statements() == few
