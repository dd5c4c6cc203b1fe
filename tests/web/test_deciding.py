"""From a proposal to a decision over HTTP: a drafter proposes, the secretariat decides, and two of them do so at once."""

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import Engine, event
from sqlmodel import Session

from app.comments.rules import Attribution, Verb
from app.history import queries as history
from app.matrix.dispositions import Disposition
from app.matrix.keeping import refresh
from app.matrix.models import Point, PointComment
from app.matrix.submitting import make_point
from app.people.models import Person, Seat
from app.people.rules import Constituency, Role
from app.plans.models import Clause
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase
from tests.factories import (
    NOW,
    make_comment,
    make_draft,
    make_organisation,
    make_person,
    make_plan,
    make_round,
    make_seat,
)
from tests.web.browsing import signed_in

SECRET = "Kami bimbang akan tindakan balas."


class Table:
    """A round with five points, one of which is for the secretariat only, and the people who answer them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session, slug="napfl")
            self.draft = make_draft(session, plan)
            round_ = make_round(session, plan, self.draft)
            union = make_organisation(session, plan, name="Kesatuan Contoh")
            self.author = make_seat(session, plan, organisation=union)
            self.employer = make_seat(session, plan, constituency=Constituency.EMPLOYERS)
            self.aminah = make_seat(
                session, plan, Role.SECRETARIAT, person=make_person(session, name="Aminah S.")
            )
            self.farid = make_seat(
                session, plan, Role.SECRETARIAT, person=make_person(session, name="Farid H.")
            )
            self.drafter = make_seat(
                session, plan, Role.DRAFTER, person=make_person(session, name="Nadia K.")
            )
            self.points: list[int] = []
            for seat, clause_id, more in (
                (self.author, 2, {"proposed": "Every worker may complain.", "proposed_verb": Verb.REPLACE}),
                (self.employer, 3, {"text": "Fifty is too few."}),
                (self.author, 4, {"text": "Three days are short."}),
                (self.author, 4, {"text": SECRET, "attribution": Attribution.SECRETARIAT}),
                (self.employer, 6, {"proposed": "", "proposed_verb": Verb.DELETE}),
            ):
                comment = make_comment(session, round_, seat, session.get_one(Clause, clause_id), **more)
                make_point(session, comment, NOW)
            self.points = list(range(1, 6))
            refresh(session, self.points)
            session.commit()
            self.round_id = round_.id
            self.plan = plan
        self.at = f"/rounds/{self.round_id}"

    def as_(self, who: Seat | Person) -> TestClient:
        return signed_in(self.engine, (who.person_id if isinstance(who, Seat) else who.id) or 0)

    def point(self, point_id: int) -> Point:
        with Session(self.engine) as session:
            return session.get_one(Point, point_id)

    def change(self, **values: Any) -> None:
        with Session(self.engine) as session:
            round_ = session.get_one(Round, self.round_id)
            for name, value in values.items():
                setattr(round_, name, value)
            session.commit()


@pytest.fixture
def table(engine: Engine) -> Table:
    return Table(engine)


def opened(client: TestClient, address: str, status: int = 200) -> dict[str, str]:
    """The fields of the form that answers a point, as a browser would send it back untouched."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:400]
    return fields(answer.text)


def tree(page: str) -> Any:
    return html.fromstring(page or "<p>")


def fields(page: str) -> dict[str, str]:
    form = tree(page).xpath("//form[@data-point-form]")[0]
    # As a browser reads them: the line end after <textarea> is no part of the text.
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}


def said(page: str) -> str:
    return " ".join(tree(page).text_content().split())


def test_a_drafter_proposes_and_the_secretariat_decides_as_proposed_in_one_press(table: Table):
    at = f"{table.at}/points/1"
    drafter, secretariat = table.as_(table.drafter), table.as_(table.aminah)
    sent = opened(drafter, at) | {
        "proposed_disposition": "partly_accepted",
        "proposed_reason": "The language stays.",
        "proposed_reason_ms": "Bahasa itu kekal.",
    }
    assert drafter.post(at, data=sent).status_code == 303
    assert table.point(1).disposition is None
    version = opened(secretariat, at)["version"]
    taken = {"version": version}
    assert secretariat.post(f"{at}/take", data=taken).status_code == 303
    assert secretariat.post(f"{at}/take", data=taken).status_code == 303
    point = table.point(1)
    assert (point.disposition, point.reason, point.reason_ms) == (
        Disposition.PARTLY,
        "The language stays.",
        "Bahasa itu kekal.",
    )
    assert point.decided_by_person_id == table.aminah.person_id
    with Session(table.engine) as session:
        rows = history.of(session, "point", 1)
    assert [row.verb for row in rows] == ["proposed", "decided"]
    assert rows[1].before is not None
    assert rows[1].before["disposition"] is None


@pytest.mark.parametrize(
    ("point", "sent", "status", "sentence"),
    [
        (1, {"disposition": "noted", "reason": "So."}, 422, "This point proposes a change"),
        (2, {"disposition": "noted", "reason": "So."}, 303, ""),
        (2, {"disposition": "not_accepted"}, 422, "Give the reason"),
        (2, {"disposition": "accepted"}, 303, ""),
        (2, {"disposition": "withdrawn"}, 422, "on their own page"),
        (2, {"disposition": "duplicate", "reason": "Same.", "duplicate_of": "R2-0003"}, 303, ""),
        (2, {"disposition": "duplicate", "reason": "Same.", "duplicate_of": "3"}, 303, ""),
        (2, {"disposition": "duplicate", "reason": "Same.", "duplicate_of": "R2-0002"}, 422, "repeat itself"),
        (
            2,
            {"disposition": "duplicate", "reason": "Same.", "duplicate_of": "R1-0003"},
            422,
            "no comment R1-0003",
        ),
        (2, {"disposition": "duplicate", "reason": "Same."}, 422, "Say which point"),
        (2, {"disposition": "referred", "reason": "Theirs.", "referred_to": "NAPTIP, 3.2"}, 303, ""),
        (2, {"disposition": "referred", "reason": "Theirs."}, 422, "to which plan or body"),
        (2, {"disposition": "accepted", "decided_on": "2999-01-01"}, 422, "today or was taken before"),
        (2, {"disposition": "perhaps"}, 422, "none of the choices"),
        (2, {"drafter": "999"}, 422, "no such drafter"),
        (2, {"theme": "999"}, 422, "no such theme"),
    ],
)
def test_an_answer_that_is_none_comes_back_as_typed(
    table: Table, point: int, sent: dict[str, str], status: int, sentence: str
):
    secretariat, at = table.as_(table.aminah), f"{table.at}/points/{point}"
    answer = secretariat.post(at, data=opened(secretariat, at) | sent)
    assert answer.status_code == status
    assert sentence in said(answer.text)
    if status == 422:
        kept = fields(answer.text)
        assert kept.get("reason", "") == sent.get("reason", "")
        assert table.point(point).version == 1


def test_two_points_cannot_each_be_the_others_duplicate(table: Table):
    secretariat = table.as_(table.aminah)
    for point, other, status in ((2, "R2-0003", 303), (3, "R2-0002", 422)):
        at = f"{table.at}/points/{point}"
        sent = {"disposition": "duplicate", "reason": "Same.", "duplicate_of": other}
        assert secretariat.post(at, data=opened(secretariat, at) | sent).status_code == status


def test_two_who_write_different_fields_at_once_both_keep_theirs(table: Table):
    aminah, farid, at = table.as_(table.aminah), table.as_(table.farid), f"{table.at}/points/2"
    hers, his = opened(aminah, at), opened(farid, at)
    assert farid.post(at, data=his | {"drafter": str(table.drafter.id)}).status_code == 303
    answer = aminah.post(at, data=hers | {"disposition": "accepted"})
    assert answer.status_code == 303
    assert "somebody else changed meanwhile" in said(aminah.get(answer.headers["location"]).text)
    point = table.point(2)
    assert point.disposition is Disposition.ACCEPTED
    assert point.drafter_seat_id == table.drafter.id


def clash(table: Table) -> tuple[TestClient, str, str]:
    """Farid wrote a reason while Aminah wrote hers: what she is shown."""
    aminah, farid, at = table.as_(table.aminah), table.as_(table.farid), f"{table.at}/points/2"
    hers, his = opened(aminah, at), opened(farid, at)
    farid.post(at, data=his | {"disposition": "deferred", "reason": "Counted over the calendar year."})
    answer = aminah.post(
        at, data=hers | {"disposition": "partly_accepted", "reason": "Counted as an average."}
    )
    assert answer.status_code == 409
    assert table.point(2).reason == "Counted over the calendar year."
    return aminah, at, answer.text


def test_two_who_write_the_same_field_see_both_wordings(table: Table):
    *_, page = clash(table)
    words = said(page)
    assert "Farid H. changed this" in words
    assert "calendar year" in words
    assert "Counted as an average." in words
    assert fields(page)["reason"] == "Counted as an average."


@pytest.mark.parametrize(
    ("settled", "disposition", "reason"),
    [
        ({"settle": "theirs"}, Disposition.PARTLY, "Counted over the calendar year."),
        ({"settle": "mine"}, Disposition.PARTLY, "Counted as an average."),
        ({"take_disposition": "theirs"}, Disposition.DEFERRED, "Counted as an average."),
        ({"take_reason": "theirs"}, Disposition.PARTLY, "Counted over the calendar year."),
    ],
)
def test_a_clash_is_settled_field_by_field(
    table: Table, settled: dict[str, str], disposition: Disposition, reason: str
):
    aminah, at, page = clash(table)
    assert aminah.post(at, data=fields(page) | settled).status_code == 303
    point = table.point(2)
    assert (point.disposition, point.reason) == (disposition, reason)


def test_a_form_sent_twice_is_one_save(table: Table):
    aminah, at = table.as_(table.aminah), f"{table.at}/points/2"
    sent = opened(aminah, at) | {"disposition": "deferred", "reason": "Next year."}
    assert [aminah.post(at, data=sent).status_code for _ in range(2)] == [303, 303]
    assert table.point(2).version == 2


def test_a_decision_is_taken_back_with_a_reason_that_history_keeps(table: Table):
    aminah, at = table.as_(table.aminah), f"{table.at}/points/2"
    aminah.post(at, data=opened(aminah, at) | {"disposition": "not_accepted", "reason": "It is law."})
    version = opened(aminah, at)["version"]
    assert aminah.post(f"{at}/reopen", data={"version": version, "why": " "}).status_code == 422
    assert (
        aminah.post(f"{at}/reopen", data={"version": version, "why": "The law changed."}).status_code == 303
    )
    point = table.point(2)
    assert (point.disposition, point.decided_at, point.reason) == (None, None, "It is law.")
    assert "The law changed." in said(aminah.get(at).text)


def test_a_drafter_cannot_decide_however_the_form_is_made(table: Table):
    drafter, at = table.as_(table.drafter), f"{table.at}/points/2"
    mine = opened(drafter, at)
    forged = mine | {"disposition": "accepted", "was": json.dumps({"disposition": ""})}
    assert drafter.post(at, data=forged).status_code == 403
    assert drafter.post(at, data=mine | {"drafter": str(table.drafter.id)}).status_code == 403
    assert drafter.post(f"{at}/take", data={"version": "1"}).status_code == 403
    assert drafter.post(f"{at}/reopen", data={"version": "1", "why": "x"}).status_code == 403
    assert table.point(2).version == 1


PAGES = ("points/1", "meeting", "meetings/1", "meetings/1/points/1")


def test_a_participant_finds_no_way_to_what_is_proposed_or_decided(table: Table):
    aminah, at = table.as_(table.aminah), f"{table.at}/points/1"
    marked = {"disposition": "not_accepted", "reason": "UNGKAP", "proposed_reason": "CADANG"}
    marked |= {"proposed_disposition": "deferred", "title": "TAJUK", "drafter": str(table.drafter.id)}
    assert aminah.post(at, data=opened(aminah, at) | marked).status_code == 303
    aminah.post(f"{table.at}/meeting", data={"name": "M", "held_on": "2026-11-24", "walk": "document"})
    author = table.as_(table.author)
    for path in PAGES:
        assert author.get(f"{table.at}/{path}").status_code == 403
    for path in ("points/1", "points/1/take", "points/1/reopen", "meeting", "meetings/1/points/1"):
        assert (
            author.post(f"{table.at}/{path}", data={"version": "2", "disposition": "accepted"}).status_code
            == 403
        )
    for path in ("matrix", "matrix?open=1", "matrix.json", "matrix.csv", "comments/1"):
        page = author.get(f"{table.at}/{path}")
        assert page.status_code == 200
        for word in ("UNGKAP", "CADANG", "Nadia K.", "not_accepted"):
            assert word not in page.text, (path, word)
    assert "No comment matches" in said(author.get(f"{table.at}/matrix?q=UNGKAP").text)


def test_once_published_nothing_is_written_on_a_point_any_more(table: Table):
    aminah, at = table.as_(table.aminah), f"{table.at}/points/2"
    sent = opened(aminah, at) | {"disposition": "accepted"}
    table.change(phase=Phase.PUBLISHED)
    assert aminah.post(at, data=sent).status_code == 409
    page = aminah.get(at)
    assert page.status_code == 200
    assert not tree(page.text).xpath("//form[@data-point-form]")
    assert aminah.post(f"{table.at}/points/several/preview", data={"points": "2"}).status_code == 409


def test_points_of_another_round_or_none_are_not_found(table: Table):
    with Session(table.engine) as session:
        other = make_plan(session)
        make_round(session, other, make_draft(session, other))
        session.commit()
    aminah = table.as_(table.aminah)
    assert aminah.get(f"{table.at}/points/99").status_code == 404
    assert aminah.get("/rounds/2/points/1").status_code == 404
    assert aminah.post(f"{table.at}/points/99", data={"version": "1", "title": "x"}).status_code == 404
    assert aminah.get(f"{table.at}/meetings/9").status_code == 404


def begun(table: Table, **more: str) -> TestClient:
    """Aminah at the screen of a meeting."""
    aminah = table.as_(table.aminah)
    sent = {"name": "Resolution meeting 1", "held_on": "2026-11-20", "walk": "document"} | more
    answer = aminah.post(f"{table.at}/meeting", data=sent)
    assert answer.headers["location"] == f"{table.at}/meetings/1"
    return aminah


def test_a_meeting_walks_the_points_in_order_keys_decisions_in_and_goes_on_where_it_stopped(table: Table):
    aminah = begun(table)
    screen = f"{table.at}/meetings/1"
    first = aminah.get(screen).headers["location"]
    assert first.endswith("/points/1")
    page = aminah.get(first).text
    assert "0 of 4 decided" in said(page)
    assert tree(page).xpath("//p[contains(@class, 'txt')]//del")
    answer = aminah.post(first, data=fields(page) | {"disposition": "accepted", "then": "next"})
    assert answer.headers["location"].endswith("/points/2")
    point = table.point(1)
    assert (point.decided_meeting, str(point.decided_at)[:10]) == ("Resolution meeting 1", "2026-11-20")
    second = answer.headers["location"]
    refused = aminah.post(second, data=fields(aminah.get(second).text) | {"disposition": "not_accepted"})
    assert refused.status_code == 422
    assert aminah.post(second, data=fields(aminah.get(second).text)).status_code == 422
    aminah.post(second, data=fields(refused.text) | {"disposition": "not_accepted", "reason": "It is law."})
    assert "2 of 4 decided" in said(aminah.get(second).text)
    assert aminah.get(screen).headers["location"].endswith("/points/3")
    # The point for the secretariat only is passed over.
    third = aminah.get(screen).headers["location"]
    assert tree(aminah.get(third).text).xpath("//a[@rel='next']/@href")[0].endswith("/points/5")


def test_the_last_decision_of_a_meeting_can_be_undone_once(table: Table):
    aminah = begun(table)
    at = f"{table.at}/meetings/1/points/2"
    aminah.post(
        at, data=fields(aminah.get(at).text) | {"disposition": "not_accepted", "reason": "It is law."}
    )
    version = str(table.point(2).version)
    assert [aminah.post(f"{at}/undo", data={"version": version}).status_code for _ in range(2)] == [303, 403]
    point = table.point(2)
    assert (point.disposition, point.reason, point.decided_meeting) == (None, "", "")
    with Session(table.engine) as session:
        assert [row.verb for row in history.of(session, "point", 2)] == ["decided", "decision undone"]


def test_in_a_meeting_that_shows_proposals_one_press_decides_as_proposed(table: Table):
    drafter, at = table.as_(table.drafter), f"{table.at}/points/3"
    drafter.post(
        at, data=opened(drafter, at) | {"proposed_disposition": "deferred", "proposed_reason": "Next year."}
    )
    aminah, screen = begun(table), f"{table.at}/meetings/1/points/3"
    assert "Next year." not in aminah.get(screen).text
    assert aminah.post(f"{screen}/take", data={"version": "2"}).status_code == 403
    begun(table, proposals="1")
    assert "Next year." in aminah.get(screen).text
    assert aminah.post(f"{screen}/take", data={"version": "2"}).status_code == 303
    point = table.point(3)
    assert (point.disposition, point.reason) == (Disposition.DEFERRED, "Next year.")
    assert (point.decided_meeting, str(point.decided_at)[:10]) == ("Resolution meeting 1", "2026-11-20")


def test_a_shared_screen_shows_nothing_that_participants_may_not_see(table: Table):
    aminah = table.as_(table.aminah)
    at = f"{table.at}/points/2"
    sent = {"disposition": "deferred", "reason": "UNGKAP", "proposed_disposition": "accepted"}
    aminah.post(at, data=opened(aminah, at) | sent | {"proposed_reason": "CADANG"})
    begun(table)
    assert aminah.get(f"{table.at}/meetings/1/points/4").status_code == 404
    author = tree(aminah.get(f"{table.at}/meetings/1/points/1").text).text_content()
    assert "Kesatuan Contoh" in author
    person = table.as_(table.author).get("/account").text
    name = re.search(r"Person \d+", person)
    assert name is not None
    assert name[0] not in author
    page = aminah.get(f"{table.at}/meetings/1/points/2").text
    assert SECRET not in page
    assert "CADANG" not in page
    assert "UNGKAP" not in page
    begun(table, proposals="1")
    assert "UNGKAP" in aminah.get(f"{table.at}/meetings/1/points/2").text


def test_no_screen_shows_points_while_the_sides_are_kept_apart(table: Table):
    aminah = begun(table)
    table.change(isolation=Isolation.CONSTITUENCY)
    assert "only the comments of their own side" in said(aminah.get(f"{table.at}/meeting").text)
    assert aminah.get(f"{table.at}/meetings/1/points/1").status_code == 409
    table.change(phase=Phase.CLOSED)
    assert aminah.get(f"{table.at}/meetings/1/points/1").status_code == 200


def test_the_most_contested_points_come_first_where_that_is_asked(table: Table):
    with Session(table.engine) as session:
        session.get_one(Point, 3).controversy = 3
        session.get_one(Point, 5).controversy = 1
        session.commit()
    aminah = begun(table, walk="controversy")
    walked = []
    at = aminah.get(f"{table.at}/meetings/1").headers["location"]
    while True:
        walked.append(int(at.rsplit("/", 1)[1]))
        following = tree(aminah.get(at).text).xpath("//a[@rel='next']/@href")
        if not following:
            break
        at = following[0]
    assert walked == [3, 5, 1, 2]
    back = tree(aminah.get(f"{table.at}/meetings/1/points/1").text).xpath("//a[@rel='prev']/@href")
    assert back[0].endswith("/points/5")


def test_the_page_of_a_point_costs_the_same_however_many_comments_it_has(table: Table):
    with Session(table.engine) as session:
        round_ = session.get_one(Round, table.round_id)
        author = session.get_one(Seat, table.author.id)
        for _ in range(60):
            comment = make_comment(session, round_, author, session.get_one(Clause, 2))
            session.flush()
            session.add(PointComment(point_id=1, comment_id=comment.id or 0))
        session.flush()
        refresh(session, [1])
        session.commit()
    aminah = table.as_(table.aminah)
    asked: list[str] = []
    event.listen(table.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for point in (1, 2):
        asked.clear()
        assert aminah.get(f"{table.at}/points/{point}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 24
