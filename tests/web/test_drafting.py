"""The drafter's pages over HTTP: what they take, what they give back as typed, and whom they are closed to."""

import re
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.drafting.models import ResultingText
from app.matrix import submitting
from app.matrix.models import Point
from app.people.rules import Role
from app.plans.models import Clause
from tests.factories import NOW, make_comment, make_draft, make_plan, make_round, make_seat
from tests.web.browsing import signed_in

BASE = "Employers with fifty or more workers shall set up a grievance mechanism within twelve months."
TWENTY, TEN = BASE.replace("fifty", "twenty"), BASE.replace("fifty", "ten")


@pytest.fixture
def site(engine: Engine):
    """A clause with two proposals that exclude each other, and the people who may and may not draft it."""
    with Session(engine, expire_on_commit=False) as session:
        plan = make_plan(session)
        draft = make_draft(session, plan)
        round_ = make_round(session, plan, draft)
        clause = session.scalars(
            select(Clause).where(col(Clause.draft_id) == draft.id, col(Clause.position) == 2)
        ).one()
        workers = make_seat(session, plan)
        for text in (TWENTY, TEN, BASE.replace("twelve", "six")):
            comment = make_comment(session, round_, workers, clause, proposed=text)
            submitting.make_point(session, comment, NOW)
        seats = {role: make_seat(session, plan, role) for role in (Role.DRAFTER, Role.REVIEWER)}
        elsewhere = make_seat(session, make_plan(session), Role.DRAFTER)
        session.commit()
        return SimpleNamespace(
            engine=engine,
            queue=f"/rounds/{round_.id}/drafting",
            page=f"/rounds/{round_.id}/drafting/{clause.eid}",
            drafter=signed_in(engine, seats[Role.DRAFTER].person_id),
            reviewer=signed_in(engine, seats[Role.REVIEWER].person_id),
            worker=signed_in(engine, workers.person_id),
            stranger=signed_in(engine, elsewhere.person_id),
        )


def value(name: str, page: str) -> str:
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def saved(site) -> list[ResultingText]:
    with Session(site.engine) as session:
        return list(session.scalars(select(ResultingText)))


def test_a_choice_is_shown_before_it_is_saved_and_hand_written_words_stay(site):
    page = site.drafter.get(site.page).text
    merged = BASE.replace("twelve", "six")
    assert value("text", page) == merged  # what collides with nothing is in at once
    name, key = re.findall(r'name="(pick-[^"]+)" value="([0-9a-f]+)"', page)[0]
    form = {
        "version": "0",
        "by": "asked",
        "began": merged,
        "text": merged.replace("Employers", "Those"),
        "do": "look",
    }
    looked = site.drafter.post(site.page, data=form | {name: key})
    assert looked.status_code == 200
    assert value("text", looked.text).startswith("Those with twenty or more workers")
    assert saved(site) == []
    answer = site.drafter.post(
        site.page, data=form | {name: key, "do": "save", "text": value("text", looked.text)}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{site.page}#became")
    (row,) = saved(site)
    assert row.own_words
    assert row.choices == {"by": "asked", "picks": {name[5:]: key}, "own": {}}


def test_a_stale_save_comes_back_with_both_texts_and_saves_when_pressed_again(site):
    form = {"version": "0", "by": "asked", "do": "save"}
    assert site.drafter.post(site.page, data=form | {"text": TWENTY}).status_code == 303
    stale = site.drafter.post(site.page, data=form | {"text": BASE.replace("twelve", "nine")})
    assert stale.status_code == 409
    joined = value("text", stale.text)
    assert joined == TWENTY.replace("twelve", "nine")
    assert "As it stands now" in stale.text
    assert "As you wrote it" in stale.text
    assert site.drafter.post(site.page, data=form | {"version": "1", "text": joined}).status_code == 303
    assert [row.text for row in saved(site)] == [joined]
    history = site.drafter.get(f"{site.page}/history").text
    assert history.count("Take this text back") == 2
    back = site.drafter.post(f"{site.page}/take-back", data={"version": "2", "to": "1"})
    assert back.status_code == 303
    assert [row.text for row in saved(site)] == [TWENTY]


def test_an_empty_text_comes_back_as_it_was_sent(site):
    answer = site.drafter.post(
        site.page, data={"version": "0", "text": " ", "text_ms": "Kekal.", "do": "save"}
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_answers_are_proposed_for_points_of_this_clause_alone(site):
    with Session(site.engine) as session:
        points = session.scalars(select(Point).order_by(col(Point.id))).all()
        first = points[0]
        other = Point(round_id=first.round_id, position=9, created_at=NOW)
        session.add(other)
        session.commit()
        ids, far = [point.id for point in points], other.id
    two = {f"point-{ids[0]}": "1", f"version-{ids[0]}": "1", f"point-{ids[1]}": "1", f"version-{ids[1]}": "1"}
    refused = site.drafter.post(
        f"{site.page}/answers", data=two | {"disposition": "not_accepted", "reason": ""}
    )
    assert refused.status_code == 422
    assert site.drafter.post(f"{site.page}/answers", data={"disposition": "accepted"}).status_code == 422
    stray = {f"point-{far}": "1", "disposition": "accepted"}
    assert site.drafter.post(f"{site.page}/answers", data=stray).status_code == 404
    said = {"disposition": "not_accepted", "reason": "The register counts fifty."}
    assert site.drafter.post(f"{site.page}/answers", data=two | said).status_code == 303
    with Session(site.engine) as session:
        found = session.scalars(select(Point).order_by(col(Point.id))).all()
        assert [point.proposed_disposition for point in found] == ["not_accepted", "not_accepted", None, None]
        assert all(point.disposition is None for point in found)
    stale = {f"point-{ids[0]}": "1", f"version-{ids[0]}": "1", "disposition": "accepted"}
    assert site.drafter.post(f"{site.page}/answers", data=stale).status_code == 409


def test_drafting_is_closed_to_who_does_not_resolve(site):
    for path in (site.queue, site.page, f"{site.page}/history", f"{site.queue}.json"):
        assert site.worker.get(path).status_code == 403
        assert site.stranger.get(path).status_code == 404
        assert site.reviewer.get(path).status_code == 200
    form = {"version": "0", "text": TWENTY, "do": "save"}
    assert site.reviewer.post(site.page, data=form).status_code == 403
    assert site.worker.post(site.page, data=form).status_code == 403
    assert site.reviewer.post(site.page, data=form | {"do": "look"}).status_code == 403
    assert 'name="do"' not in site.reviewer.get(site.page).text
    assert site.drafter.get(f"{site.queue}/no_such_clause").status_code == 404
    assert site.drafter.get(f"{site.page}?field={quote('No such field')}").status_code == 404
    assert site.drafter.get(f"{site.queue}?show=none").status_code == 422
    assert saved(site) == []


def test_the_queue_goes_out_as_data(site):
    rows = site.drafter.get(f"{site.queue}.json").json()["rows"]
    assert [(row["clause"], row["proposals"], row["collisions"], row["points"]) for row in rows] == [
        ("1.2", 3, 1, 3)
    ]
    assert site.drafter.get(f"{site.queue}.json?show=written").json()["rows"] == []
    assert site.drafter.get(f"{site.queue}.xlsx").status_code == 200


def test_what_others_wrote_cannot_act_on_the_page(site):
    nasty = f"{BASE} <script>alert(1)</script>"
    answer = site.drafter.post(site.page, data={"version": "0", "text": nasty, "do": "save"})
    assert answer.status_code == 303
    for path in (site.page, f"{site.page}/history"):
        assert "<script>alert" not in site.drafter.get(path).text
