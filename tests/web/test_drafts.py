"""Drafts over HTTP: imported, looked over, corrected, frozen, read, and given their Malay text."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, select
from sqlmodel import Session, col

from app.people.rules import Constituency, Role
from app.plans import queries
from app.plans.models import Clause, Draft
from app.plans.rules import DraftStatus, Kind
from tests.factories import make_plan, make_seat
from tests.web.browsing import signed_in
from tests.word import PLAN, word_file


class World:
    """A plan with a secretariat, a drafter and a participant, each with a browser."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session)
            people = {
                role: make_seat(session, plan, role, Constituency.WORKERS).person_id
                for role in (Role.SECRETARIAT, Role.DRAFTER, Role.PARTICIPANT)
            }
            session.commit()
            self.base = f"/plans/{plan.slug}/drafts"
            self.plan_id = plan.id
        self.secretariat, self.drafter, self.participant = (
            signed_in(engine, people[role]) for role in (Role.SECRETARIAT, Role.DRAFTER, Role.PARTICIPANT)
        )

    def take_in(self, data: bytes = PLAN, name: str = "Draft 1", client: TestClient | None = None, **form):
        return (client or self.drafter).post(
            f"{self.base}/import",
            data={"name": name, "marking": "Restricted", "view": "accepted"} | form,
            files={"file": ("plan.docx", data, "application/octet-stream")},
        )

    def imported(self, data: bytes = PLAN) -> str:
        answer = self.take_in(data)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def clauses(self) -> dict[str, Clause]:
        with Session(self.engine) as session:
            rows = session.scalars(select(Clause).order_by(col(Clause.position))).all()
            return {row.text: row for row in rows}

    def drafts(self) -> list[Draft]:
        with Session(self.engine) as session:
            return list(session.scalars(select(Draft)))


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_an_imported_file_is_a_draft_being_edited_with_all_its_clauses(world: World):
    url = world.imported()
    page = world.drafter.get(url).text
    assert "Being edited" in page
    assert "This Plan says what is to be done." in page
    assert "Restricted" in page
    assert "Every worker may lodge a complaint." in world.drafter.get(f"{url}?section=hcontainer_2").text
    assert len(world.clauses()) == 6


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"no document at all", "not a Word"), (b"", "Choose a Word file"), (PLAN[:200], "")],
)
def test_a_refused_file_says_so_beside_its_field_and_leaves_nothing(world: World, data: bytes, says: str):
    answer = world.take_in(data)
    assert answer.status_code == 422
    assert 'id="f-file-e"' in answer.text
    assert says in answer.text
    assert 'value="Draft 1"' in answer.text
    assert world.drafts() == []


def test_the_form_for_a_file_is_for_those_who_prepare_drafts(world: World):
    assert "Word file" in world.drafter.get(f"{world.base}/import").text
    assert world.participant.get(f"{world.base}/import").status_code == 403


def test_a_draft_needs_a_name_that_no_other_has(world: World):
    world.imported()
    assert world.take_in(name="  ").status_code == 422
    answer = world.take_in(name="draft 1")
    assert answer.status_code == 422
    assert "already has a draft of this name" in answer.text
    assert len(world.drafts()) == 1


def test_an_unfrozen_draft_is_not_there_for_a_participant(world: World):
    url = world.imported()
    assert world.participant.get(url).status_code == 404
    assert "Draft 1" not in world.participant.get(world.base).text
    assert world.participant.get(f"{world.base}.json").json()["rows"] == []
    assert world.take_in(client=world.participant).status_code == 403
    first = next(iter(world.clauses().values()))
    assert world.participant.post(f"{url}/clauses/{first.wid}/delete").status_code == 404


def test_a_frozen_draft_can_be_read_by_everyone_and_mended_by_nobody(world: World):
    url = world.imported()
    version = world.drafts()[0].version
    assert world.secretariat.post(f"{url}/freeze", data={"version": version}).status_code == 303
    page = world.participant.get(url)
    assert page.status_code == 200
    assert "Frozen" in page.text
    assert "Correct" not in page.text
    clause = world.clauses()["Every worker may lodge a complaint."]
    form = {"version": clause.version, "kind": "paragraph", "level": 1, "text": "Other words.", "label": "x"}
    assert world.drafter.post(f"{url}/clauses/{clause.wid}", data=form).status_code == 409
    for verb in ("indent", "outdent", "split", "join", "delete", "insert", "label"):
        data = {"version": clause.version, "sure": "1", "new_text": "x", "second": "worker", "label": "y"}
        assert world.drafter.post(f"{url}/clauses/{clause.wid}/{verb}", data=data).status_code == 409, verb
    assert list(world.clauses()) == [
        "Introduction",
        "This Plan says what is to be done.",
        "It is reviewed every year. The review is published.",
        "Complaints",
        "Every worker may lodge a complaint.",
        "The Department answers within three days.",
    ]


def test_a_correction_shows_the_clause_where_it_stands_now(world: World):
    url = world.imported()
    clause = world.clauses()["The Department answers within three days."]
    edit = world.drafter.get(f"{url}?edit={clause.wid}")
    assert f'action="{url}/clauses/{clause.wid}"' in edit.text
    form = {
        "version": 1,
        "kind": "paragraph",
        "level": 1,
        "number": "2.2",
        "label": "",
        "text": "In two days.",
    }
    answer = world.drafter.post(f"{url}/clauses/{clause.wid}", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"#{clause.wid}")
    after = world.clauses()["In two days."]
    assert (after.number, after.label, after.version) == ("2.2", "2.2", 2)


def test_a_stale_correction_shows_both_texts_and_keeps_what_was_typed(world: World):
    url = world.imported()
    clause = world.clauses()["The Department answers within three days."]
    form = {"version": 1, "kind": "paragraph", "level": 1, "number": "", "label": clause.label}
    assert world.drafter.post(f"{url}/clauses/{clause.wid}", data=form | {"text": "Hers."}).status_code == 303
    answer = world.secretariat.post(f"{url}/clauses/{clause.wid}", data=form | {"text": "His."})
    assert answer.status_code == 409
    assert "Hers." in answer.text
    assert "His." in answer.text
    assert "His." not in world.clauses()


def test_a_clause_is_split_joined_inserted_and_deleted_through_its_forms(world: World):
    url = world.imported()
    whole = "It is reviewed every year. The review is published."
    wid = world.clauses()[whole].wid
    assert "The review is published." in world.drafter.get(f"{url}?edit={wid}").text
    post = world.drafter.post
    post(f"{url}/clauses/{wid}/split", data={"version": 1, "sentence": "The review is published."})
    assert list(world.clauses())[2:4] == ["It is reviewed every year.", "The review is published."]
    second = world.clauses()["The review is published."].wid
    post(f"{url}/clauses/{wid}/join", data={"version": 2, "following": second})
    assert list(world.clauses())[2] == whole
    post(f"{url}/clauses/{wid}/insert", data={"where": "after", "new_kind": "paragraph", "new_text": "New."})
    assert list(world.clauses())[3] == "New."
    new = world.clauses()["New."]
    assert post(f"{url}/clauses/{new.wid}/delete", data={"version": 1}).status_code == 422
    post(f"{url}/clauses/{new.wid}/delete", data={"version": 1, "sure": "1"})
    assert len(world.clauses()) == 6
    refused = post(f"{url}/clauses/{wid}/split", data={"version": 3, "second": "not in it"})
    assert refused.status_code == 422
    assert 'id="f-second-e"' in refused.text


def test_what_hinders_freezing_is_named_with_a_way_out(world: World):
    url = world.imported()
    first, second = (world.clauses()[text] for text in list(world.clauses())[1:3])
    world.drafter.post(f"{url}/clauses/{second.wid}/label", data={"version": 1, "label": first.label})
    assert world.drafter.post(f"{url}/freeze", data={"version": world.drafts()[0].version}).status_code == 422
    page = world.drafter.get(url).text
    assert f"{first.label} (2)" in page
    assert "Freeze this draft" not in page
    world.drafter.post(
        f"{url}/clauses/{second.wid}/label", data={"version": 2, "label": f"{first.label} (2)"}
    )
    assert "Freeze this draft" in world.drafter.get(url).text


def test_a_file_takes_a_drafts_place_and_the_same_clauses_stay_the_same(world: World):
    url = world.imported()
    before = world.clauses()
    other = word_file(("Introduction", 1), "This Plan says what is to be done.", "A new sentence.")
    page = world.drafter.get(f"{url}/replace")
    assert page.status_code == 200
    answer = world.drafter.post(
        f"{url}/replace",
        data={"version": 1, "view": "accepted"},
        files={"file": ("other.docx", other, "application/octet-stream")},
    )
    assert answer.status_code == 303, answer.text
    after = world.clauses()
    assert list(after) == ["Introduction", "This Plan says what is to be done.", "A new sentence."]
    assert after["Introduction"].id == before["Introduction"].id
    assert after["Introduction"].wid == before["Introduction"].wid


def test_a_drafts_name_and_marking_can_be_mended_until_it_is_frozen(world: World):
    url = world.imported()
    world.take_in(name="Draft 2")
    form = {"version": 1, "name": "Draft 2", "marking": "Restricted"}
    assert "already has a draft of this name" in world.drafter.post(f"{url}/name", data=form).text
    assert world.drafter.post(f"{url}/name", data=form | {"name": "First draft"}).status_code == 303
    assert "First draft" in world.drafter.get(url).text
    world.drafter.post(f"{url}/freeze", data={"version": 2})
    assert world.drafter.post(f"{url}/name", data=form | {"version": 3}).status_code == 409


def test_no_lock_is_held_while_a_file_is_read(world: World):
    ended: list[int] = []
    event.listen(world.engine, "commit", lambda _: ended.append(1))
    answer = world.take_in(b"PK not a document")
    assert answer.status_code == 422
    assert ended, "the transaction in which rights were asked ended before the file was read"


def test_the_file_comes_back_as_it_came(world: World):
    url = world.imported()
    answer = world.drafter.get(f"{url}/file")
    assert answer.content == PLAN
    assert "plan.docx" in answer.headers["content-disposition"]
    assert world.participant.get(f"{url}/file").status_code == 404


def test_the_list_can_be_taken_away(world: World):
    world.imported()
    rows = world.drafter.get(f"{world.base}.json").json()["rows"]
    assert [(row["name"], row["clauses"], row["marking"]) for row in rows] == [("Draft 1", 6, "Restricted")]
    assert b"Draft 1" in world.drafter.get(f"{world.base}.csv").content
    assert world.drafter.get(f"{world.base}.xlsx").content[:2] == b"PK"


def test_malay_is_written_beside_the_english_and_after_freezing_only_what_is_missing(world: World):
    url = world.imported()
    page = world.drafter.get(f"{url}/malay")
    assert page.status_code == 200
    first = world.clauses()["This Plan says what is to be done."]
    form = {
        "section": "hcontainer_1",
        f"version-{first.wid}": 1,
        f"text-{first.wid}": "Pelan ini menyatakan apa yang perlu dibuat.",
    }
    assert world.drafter.post(f"{url}/malay", data=form).status_code == 303
    world.secretariat.post(f"{url}/freeze", data={"version": world.drafts()[0].version})
    assert world.drafts()[0].status is DraftStatus.FROZEN
    second = world.clauses()["It is reviewed every year. The review is published."]
    late = {"section": "hcontainer_1", f"version-{second.wid}": 1, f"text-{second.wid}": "Setiap tahun."}
    assert world.drafter.post(f"{url}/malay", data=late).status_code == 303
    again = {"section": "hcontainer_1", f"version-{second.wid}": 2, f"text-{second.wid}": "Lain."}
    world.drafter.post(f"{url}/malay", data=again)
    stand = {text: row.text_ms for text, row in world.clauses().items() if row.text_ms}
    assert stand == {
        "This Plan says what is to be done.": "Pelan ini menyatakan apa yang perlu dibuat.",
        "It is reviewed every year. The review is published.": "Setiap tahun.",
    }
    assert "Pelan ini menyatakan" in world.participant.get(url).text


def test_a_malay_file_is_compared_before_anything_is_taken(world: World):
    url = world.imported()
    malay = word_file(
        ("Pengenalan", 1),
        "Pelan ini menyatakan apa yang perlu dibuat.",
        "Ia disemak setiap tahun.",
        ("Aduan", 1),
        "Setiap pekerja boleh membuat aduan.",
        "Jabatan menjawab dalam tiga hari.",
        "Satu ayat yang tiada dalam bahasa Inggeris.",
    )
    files = {"file": ("pelan.docx", malay, "application/octet-stream")}
    answer = world.drafter.post(f"{url}/malay/file", data={"view": "accepted"}, files=files)
    assert answer.headers["location"] == f"{url}/malay/file"
    page = world.drafter.get(f"{url}/malay/file").text
    assert "Satu ayat yang tiada" in page
    assert not any(row.text_ms for row in world.clauses().values())
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert world.drafter.post(f"{url}/malay/confirm", data={"seen": seen}).status_code == 303
    stand = {text: row.text_ms for text, row in world.clauses().items()}
    assert stand["Introduction"] == "Pengenalan"
    assert stand["This Plan says what is to be done."] == "Pelan ini menyatakan apa yang perlu dibuat."
    assert stand["Every worker may lodge a complaint."] == ""


def test_the_secretariat_says_what_the_plan_is_called(world: World):
    settings = world.base.replace("/drafts", "/settings")
    assert world.participant.get(settings).status_code == 403
    assert world.secretariat.get(settings).status_code == 200
    form = {
        "version": 1,
        "title": "Plan 2026-2030",
        "title_ms": "Pelan 2026-2030",
        "about": "",
        "about_ms": "",
    }
    assert world.secretariat.post(settings, data=form).status_code == 303
    stale = world.secretariat.post(settings, data=form | {"title": "Another"})
    assert stale.status_code == 409
    assert "Plan 2026-2030" in stale.text
    assert "Another" in stale.text


def test_a_page_of_a_long_draft_costs_as_many_queries_as_one_of_a_short_draft(world: World):
    counted: list[str] = []

    def queries_of(url: str) -> int:
        counted.clear()
        assert world.drafter.get(url).status_code == 200
        return len(counted)

    short = world.imported()
    event.listen(
        world.engine, "before_cursor_execute", lambda _c, _k, statement, *_: counted.append(statement)
    )
    few = queries_of(short)
    long = world.take_in(
        word_file(*[line for n in range(60) for line in ((f"Part {n}", 1), "One.", "Two.", "Three.")]),
        name="Draft 2",
    )
    assert queries_of(long.headers["location"]) == few
    assert few < 20


@pytest.mark.parametrize("name", ["napfl/napfl.docx", "uspki/policy_draft_2017-09.docx"])
def test_the_real_drafts_are_imported_and_every_section_opens(world: World, shared: Path, name: str):
    data = (shared / "data" / name).read_bytes()
    url = world.imported(data)
    with Session(world.engine) as session:
        draft_id = world.drafts()[0].id or 0
        sections = queries.outline(session, draft_id)
        clauses = queries.clauses(session, draft_id)
    assert max(one.clauses for one in sections) <= 50
    assert sum(one.clauses for one in sections) == sum(one.kind is not Kind.TOC for one in clauses)
    for one in sections[:: max(1, len(sections) // 8)]:
        assert world.drafter.get(url, params={"section": one.eid}).status_code == 200
    version = world.drafts()[0].version
    assert world.drafter.post(f"{url}/freeze", data={"version": version}).status_code == 303
