"""The matrix over HTTP: the page, its files, and the views people keep."""

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import Engine
from sqlmodel import Session

from app.comments.rules import Attribution, CommentType
from app.history import queries as history
from app.matrix.models import SavedView
from app.matrix.rules import COLUMNS
from app.matrix.submitting import make_point
from app.people.models import Person, Seat
from app.people.rules import Constituency, Language, Role
from app.plans.models import Clause
from app.text.searching import index_words
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


class Round:
    """A round with three comments, one of which hides its author, and people who look at it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session, slug="napfl")
            draft = make_draft(session, plan, marking="Restricted")
            round_ = make_round(session, plan, draft)
            clause = session.get_one(Clause, 2)
            union = make_organisation(session, plan, name="Kesatuan =Contoh")
            self.author = make_seat(session, plan, organisation=union)
            self.employer = make_seat(
                session,
                plan,
                constituency=Constituency.EMPLOYERS,
                person=make_person(session, name="Rahsia B."),
            )
            self.secretariat = make_seat(session, plan, Role.SECRETARIAT)
            self.stranger = make_person(session)
            for seat, said, more in (
                (
                    self.author,
                    "=1+1 Say which authority decides.",
                    {"proposed": "Every worker may complain."},
                ),
                (self.employer, "Aduan pekerja perlu ditapis.", {"attribution": Attribution.CONSTITUENCY}),
                (self.author, "Add a timeline.", {"type": CommentType.TIMELINE, "exact": "free of charge"}),
            ):
                comment = make_comment(
                    session, round_, seat, clause, text=said, words=index_words(said), **more
                )
                make_point(session, comment, NOW)
            session.commit()
            self.at = f"/rounds/{round_.id}/matrix"

    def as_(self, who: Seat | Person) -> TestClient:
        return signed_in(self.engine, (who.person_id if isinstance(who, Seat) else who.id) or 0)


@pytest.fixture
def matrix_round(engine: Engine) -> Round:
    return Round(engine)


ROWS = "//tr[@data-row]"


def found(client: TestClient, address: str, path: str) -> list[Any]:
    """What lies at an XPath of a page."""
    page: Any = html.fromstring(client.get(address).text)
    nodes: list[Any] = page.xpath(path)
    return nodes


def refs(client: TestClient, address: str) -> list[str]:
    return [link.text_content() for link in found(client, address, f"{ROWS}//a[@data-open]")]


def test_rows_stand_under_their_clause_with_the_four_seats_counts(matrix_round: Round):
    client = matrix_round.as_(matrix_round.secretariat)
    head = found(client, matrix_round.at, "//tr[@class='grp']")[0].text_content()
    assert "1.1" in head
    assert "Chapter 1" in head
    assert "Workers: 2" in " ".join(head.split())
    assert len(found(client, matrix_round.at, ROWS)) == 3


def test_a_filter_is_a_link_and_search_takes_both_languages(matrix_round: Round):
    client = matrix_round.as_(matrix_round.secretariat)
    assert refs(client, f"{matrix_round.at}?type=timeline") == ["R2-0003"]
    assert refs(client, f"{matrix_round.at}?q=pekerja") == ["R2-0002"]
    assert refs(client, f"{matrix_round.at}?proposed=1") == ["R2-0001"]
    assert "No comment matches" in client.get(f"{matrix_round.at}?q=nowhere").text
    assert client.get(f"{matrix_round.at}?type=nonsense").status_code == 422


def test_a_row_opens_to_all_that_was_said_without_a_script(matrix_round: Round):
    client = matrix_round.as_(matrix_round.secretariat)
    opened = found(client, f"{matrix_round.at}?open=1", "//tr[@class='editing']")[0]
    assert "=1+1 Say which authority decides." in opened.text_content()
    assert opened.xpath(".//ins | .//del")


@pytest.mark.parametrize("suffix", ["", ".json", ".csv", ".xlsx", ".docx"])
def test_nobody_without_a_seat_sees_it_in_any_form(matrix_round: Round, suffix: str):
    assert matrix_round.as_(matrix_round.stranger).get(matrix_round.at + suffix).status_code == 404


@pytest.mark.parametrize("suffix", ["", ".json", ".csv", ".xlsx", ".docx"])
def test_a_withheld_author_is_in_no_form_of_it(matrix_round: Round, suffix: str):
    answer = matrix_round.as_(matrix_round.author).get(matrix_round.at + suffix)
    assert answer.status_code == 200
    held = answer.content
    if suffix in {".xlsx", ".docx"}:
        book = zipfile.ZipFile(io.BytesIO(answer.content))
        held = b"".join(book.read(name) for name in book.namelist())
    assert b"Rahsia" not in held
    assert b"ditapis" in held


def test_every_format_holds_what_the_page_shows(matrix_round: Round):
    client = matrix_round.as_(matrix_round.author)
    for query in ("", "?constituency=E", "?type=timeline", "?q=pekerja", "?proposed=1"):
        shown = refs(client, matrix_round.at + query)
        as_json = client.get(f"{matrix_round.at}.json{query}").json()
        assert [row["ref"] for row in as_json["rows"]] == shown
        text = client.get(f"{matrix_round.at}.csv{query}").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert [row["Ref"] for row in rows] == shown
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{matrix_round.at}.xlsx{query}").content))
        sheet = [*book["Comment matrix"].values]
        assert [row[0] for row in sheet[1:]] == shown
        assert len(sheet[0]) == len(COLUMNS)


def test_the_files_carry_the_marking_and_run_nothing(matrix_round: Round):
    client = matrix_round.as_(matrix_round.secretariat)
    answer = client.get(f"{matrix_round.at}.xlsx?constituency=W")
    assert 'filename="napfl-matrix-round-2-Restricted.xlsx"' in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    about: Any = dict(row[:2] for row in book["About"].values)  # type: ignore[misc]
    assert about["Marking"] == "Restricted"
    assert about["Filter"] == "Constituency: Workers"
    cells = [cell for row in book["Comment matrix"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1 Say which authority decides." in [cell.value for cell in cells]
    assert "'=1+1 Say" in client.get(f"{matrix_round.at}.csv").text
    held = json.loads(client.get(f"{matrix_round.at}.json").content)
    assert held["marking"] == "Restricted"
    assert held["rows"][0]["type"] == "substantive"
    assert held["rows"][0]["comment"] == "=1+1 Say which authority decides."


def test_an_unknown_format_is_no_page(matrix_round: Round):
    assert matrix_round.as_(matrix_round.secretariat).get(f"{matrix_round.at}.exe").status_code == 404


def test_a_view_is_saved_opened_renamed_and_deleted_and_history_knows(engine: Engine, matrix_round: Round):
    client = matrix_round.as_(matrix_round.author)
    saved = client.post(f"{matrix_round.at}/views", data={"name": " My  view ", "query": "late=1&type=legal"})
    assert saved.status_code == 303
    assert saved.headers["location"] == f"{matrix_round.at}?type=legal&late=1"
    assert "My view" in client.get(matrix_round.at).text
    again = client.post(f"{matrix_round.at}/views", data={"name": "My view", "query": "late=1"})
    assert again.status_code == 422
    assert "Choose another." in again.text
    empty = client.post(f"{matrix_round.at}/views", data={"name": "", "query": "late=1"})
    assert empty.status_code == 422
    with Session(engine) as session:
        view = session.get_one(SavedView, 1)
    assert client.post(f"{matrix_round.at}/views/1/name", data={"name": "Renamed"}).status_code == 303
    assert "Renamed" in client.get(f"{matrix_round.at}/views").text
    assert client.post(f"{matrix_round.at}/views/1/delete").status_code == 303
    with Session(engine) as session:
        verbs = [row.verb for row in history.of(session, "saved_view", view.id or 0)]
        assert session.get(SavedView, 1) is None
    assert verbs == ["saved", "renamed", "deleted"]


def test_nobody_touches_another_persons_views(engine: Engine, matrix_round: Round):
    matrix_round.as_(matrix_round.author).post(
        f"{matrix_round.at}/views", data={"name": "Mine", "query": "late=1"}
    )
    other = matrix_round.as_(matrix_round.secretariat)
    assert other.post(f"{matrix_round.at}/views/1/name", data={"name": "Theirs"}).status_code == 404
    assert other.post(f"{matrix_round.at}/views/1/delete").status_code == 404
    assert "Mine" not in other.get(f"{matrix_round.at}/views").text
    with Session(engine) as session:
        assert session.get_one(SavedView, 1).name == "Mine"


def test_all_filters_stand_in_one_form_that_names_only_who_is_shown(matrix_round: Round):
    client, address = matrix_round.as_(matrix_round.author), f"{matrix_round.at}/filters?constituency=W"
    page = client.get(address).text
    assert {"section", "constituency", "organisation", "person", "type", "priority", "attribution"} <= {
        field.get("name") for field in found(client, address, "//select")
    }
    assert "Kesatuan =Contoh" in page
    assert "Rahsia" not in page


def test_the_page_is_whole_in_malay(matrix_round: Round):
    client = matrix_round.as_(matrix_round.secretariat)
    client.post("/language/ms", data={"next": matrix_round.at})
    with Session(matrix_round.engine) as session:
        session.get_one(Person, matrix_round.secretariat.person_id).language = Language.MALAY
        session.commit()
    page = client.get(matrix_round.at).text
    assert "Matriks ulasan" in page
    assert "Belum ditetapkan" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{matrix_round.at}.xlsx").content))
    assert book.sheetnames == ["Matriks ulasan", "Perihal"]
