"""Many points at once over HTTP: assigned, answered, and nothing half-done."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.history import queries as history
from app.history.models import History
from app.matrix.dispositions import Disposition
from app.matrix.models import Point
from app.people.rules import Role
from tests.factories import make_person, make_seat
from tests.web.test_deciding import Table, said


@pytest.fixture
def table(engine: Engine) -> Table:
    return Table(engine)


def form_to(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that leads to `action`."""
    tree: Any = html.fromstring(page)
    found = tree.xpath(f"//form[substring(@action, string-length(@action) - {len(action) - 1}) = '{action}']")
    return {name: value or "" for name, value in found[0].form_values()}


def dispositions(table: Table) -> list[Disposition | None]:
    with Session(table.engine) as session:
        return list(session.scalars(select(col(Point.disposition)).order_by(col(Point.id))))


def previewed(client: TestClient, table: Table, **sent: str) -> str:
    answer = client.post(f"{table.at}/points/several/preview", data=sent)
    assert answer.status_code == 200, said(answer.text)
    return answer.text


def test_what_is_refused_is_seen_before_it_is_saved_and_the_rest_is_saved_whole(table: Table):
    aminah = table.as_(table.aminah)
    page = previewed(
        aminah,
        table,
        points="1 2 3 5",
        disposition="noted",
        reason="Kept in view.",
        drafter=str(table.drafter.id),
    )
    words = said(page)
    assert "2 points change" in words
    assert "2 points are left as they are (R2-0001, R2-0005)" in words
    assert "This point proposes a change" in words
    assert dispositions(table) == [None] * 5
    sent = form_to(page, "/points/several/save")
    assert aminah.post(f"{table.at}/points/several/save", data=sent).status_code == 303
    assert dispositions(table) == [None, Disposition.NOTED, Disposition.NOTED, None, None]
    assert [table.point(n).drafter_seat_id for n in (1, 2)] == [None, table.drafter.id]
    with Session(table.engine) as session:
        assert [row.verb for row in history.of(session, "point", 2)] == ["decided"]
        assert not list(history.broken_links(session))
    # Sent twice, it is one.
    assert aminah.post(f"{table.at}/points/several/save", data=sent).status_code == 303
    assert table.point(2).version == 2


def test_what_changed_since_the_preview_stops_all_of_it(table: Table):
    aminah, farid = table.as_(table.aminah), table.as_(table.farid)
    page = previewed(aminah, table, points="2 3", disposition="deferred", reason="Next year.")
    at = f"{table.at}/points/3"
    farid.post(at, data={"version": "1", "was": "{}", "title": "Three days"})
    answer = aminah.post(f"{table.at}/points/several/save", data=form_to(page, "/points/several/save"))
    assert answer.status_code == 409
    assert "changed since you looked" in said(answer.text)
    assert dispositions(table) == [None] * 5
    again = aminah.post(f"{table.at}/points/several/save", data=form_to(answer.text, "/points/several/save"))
    assert again.status_code == 303
    assert dispositions(table)[1:3] == [Disposition.DEFERRED] * 2


def test_what_is_decided_stays_unless_it_is_to_be_decided_anew(table: Table):
    aminah = table.as_(table.aminah)
    first = previewed(aminah, table, points="2", disposition="accepted")
    aminah.post(f"{table.at}/points/several/save", data=form_to(first, "/points/several/save"))
    words = said(previewed(aminah, table, points="2 3", disposition="deferred", reason="Next year."))
    assert "1 point changes" in words
    assert "Already decided" in words
    anew = previewed(aminah, table, points="2 3", disposition="deferred", reason="Next year.", anew="1")
    assert "2 points change" in said(anew)


def test_all_points_of_a_view_are_set_without_being_picked(table: Table):
    aminah = table.as_(table.aminah)
    page = aminah.get(f"{table.at}/points/several?constituency=E").text
    assert "Set on 2 points" in said(page)
    page = previewed(aminah, table, all="1", query="constituency=E", drafter=str(table.drafter.id))
    assert "2 points change" in said(page)
    aminah.post(f"{table.at}/points/several/save", data=form_to(page, "/points/several/save"))
    assert [bool(table.point(n).drafter_seat_id) for n in range(1, 6)] == [False, True, False, False, True]
    assert "Set on 5 points" in said(aminah.get(f"{table.at}/points/several").text)


def test_a_reason_alone_or_nothing_at_all_is_refused(table: Table):
    aminah = table.as_(table.aminah)
    for sent in ({}, {"reason": "Because."}, {"drafter": "999"}):
        answer = aminah.post(f"{table.at}/points/several/preview", data={"points": "2"} | sent)
        assert answer.status_code == 422


def test_drafters_propose_on_many_and_decide_on_none(table: Table):
    drafter = table.as_(table.drafter)
    page = previewed(
        drafter, table, points="2 3", proposed_disposition="deferred", proposed_reason="Next year."
    )
    assert (
        drafter.post(
            f"{table.at}/points/several/save", data=form_to(page, "/points/several/save")
        ).status_code
        == 303
    )
    assert table.point(3).proposed_disposition is Disposition.DEFERRED
    for sent in ({"disposition": "accepted"}, {"drafter": str(table.drafter.id)}, {"theme": "none"}):
        answer = drafter.post(f"{table.at}/points/several/save", data={"points": "2"} | sent)
        assert answer.status_code == 403
    author = table.as_(table.author)
    assert author.get(f"{table.at}/points/several").status_code == 403
    assert author.post(f"{table.at}/points/several/preview", data={"points": "2"}).status_code == 403


def test_points_go_evenly_to_drafters_a_clause_kept_together_and_can_be_given_out_again(table: Table):
    with Session(table.engine, expire_on_commit=False) as session:
        plan = session.merge(table.plan)
        second = make_seat(session, plan, Role.DRAFTER, person=make_person(session, name="Edmund J."))
        session.commit()
    aminah, at = table.as_(table.aminah), f"{table.at}/assign"
    seats = [str(table.drafter.id), str(second.id)]
    page = aminah.post(f"{at}/preview", data={"way": "evenly", "seats": seats}).text
    assert "5 points would be given out" in said(page)
    sent: dict[str, Any] = form_to(page, "/assign") | {"seats": seats}
    assert [aminah.post(at, data=sent).status_code for _ in range(2)] == [303, 303]
    given = [table.point(n).drafter_seat_id for n in range(1, 6)]
    # Points 3 and 4 are on one clause.
    assert given == [table.drafter.id, table.drafter.id, second.id, second.id, second.id]
    again = aminah.post(f"{at}/preview", data={"way": "evenly", "seats": [seats[1]], "again": "1"}).text
    assert "2 of them have another drafter now" in said(again)
    assert "Every point has a drafter" in said(aminah.get(at).text)


def test_a_sections_points_go_to_a_drafter_and_the_choice_is_kept_for_later_ones(table: Table):
    aminah, at = table.as_(table.aminah), f"{table.at}/assign"
    section = f"section:{'c_4'}"
    page = aminah.post(f"{at}/preview", data={"way": "section", section: str(table.drafter.id)}).text
    assert "1 point would be given out" in said(page)
    assert aminah.post(at, data=form_to(page, "/assign")).status_code == 303
    assert [table.point(n).drafter_seat_id for n in (4, 5)] == [None, table.drafter.id]
    kept: Any = html.fromstring(aminah.get(at).text)
    assert kept.xpath(f"//select[@name='{section}']/option[@selected]/@value") == [str(table.drafter.id)]
    assert aminah.post(f"{at}/preview", data={"way": "section"}).status_code == 422
    assert (
        aminah.post(f"{at}/preview", data={"way": "section", "section:nowhere": seats(table)}).status_code
        == 422
    )
    assert table.as_(table.drafter).post(at, data={"way": "evenly", "seats": seats(table)}).status_code == 403
    with Session(table.engine) as session:
        names = " ".join(map(str, session.scalars(select(col(History.after)))))
    assert not re.search("Nadia", names)


def seats(table: Table) -> str:
    return str(table.drafter.id)
