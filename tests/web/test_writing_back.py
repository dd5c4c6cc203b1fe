"""The matrix out as a workbook and back, over HTTP: what is written, what is shown beside, what is refused."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.history.queries import of
from app.matrix import deciding
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.matrix.submitting import make_point
from app.people.models import Person, Seat
from app.people.rules import Constituency, Language, Role
from app.plans.models import Clause
from app.returns.models import ReturnedFile
from app.rounds.models import Round
from tests import factories as make
from tests.web.browsing import signed_in

NOW = datetime.now(UTC)


class Matrix:
    """A round with four comments, a secretary, a drafter, and who has no business here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make.make_plan(session)
            draft = make.make_draft(session, plan)
            self.round = make.make_round(session, plan, draft)
            clause = session.scalars(
                select(Clause)
                .where(col(Clause.draft_id) == draft.id)
                .order_by(col(Clause.position))
                .offset(1)
            ).first()
            self.author = make.make_seat(session, plan, constituency=Constituency.WORKERS)
            self.secretary = make.make_seat(session, plan, Role.SECRETARIAT)
            self.drafter = make.make_seat(
                session, plan, Role.DRAFTER, person=make.make_person(session, name="Farid H.")
            )
            for text, proposed in (
                ("=1+1 Say who decides.", "Every worker may complain."),
                ("Too long.", None),
                ("x" * 40_000, None),
                ("Add a timeline.", None),
            ):
                comment = make.make_comment(
                    session, self.round, self.author, clause, text=text, proposed=proposed
                )
                make_point(session, comment, NOW)
            session.commit()
            self.address = f"/rounds/{self.round.id}/matrix"

    def as_(self, seat: Seat) -> Any:
        return signed_in(self.engine, seat.person_id)

    def points(self) -> list[Point]:
        with Session(self.engine) as session:
            return list(session.scalars(select(Point).order_by(col(Point.id))))


@pytest.fixture
def matrix(engine: Engine) -> Matrix:
    return Matrix(engine)


class Book:
    """A workbook in somebody's hands."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book.worksheets[0]
        self.columns = {str(cell.value): cell.column or 0 for cell in self.sheet[1]}

    def row(self, ref: str) -> int:
        return next(row for row in range(2, self.sheet.max_row + 1) if self.sheet.cell(row, 1).value == ref)

    def write(self, ref: str, **values: str) -> None:
        for title, value in values.items():
            self.sheet.cell(self.row(ref), self.columns[title.replace("_", " ")]).value = value

    def content(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


def send(client: Any, matrix: Matrix, content: bytes) -> str:
    sent = client.post(f"{matrix.address}/back", files={"file": ("matrix.xlsx", content)})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


def test_what_was_written_is_shown_then_written_in_one_go(engine: Engine, matrix: Matrix):
    secretary = matrix.as_(matrix.secretary)
    book = Book(secretary.get(f"{matrix.address}/workbook.xlsx").content)
    book.write("R2-0001", Final_disposition="Noted", Reason="We know.")
    book.write("R2-0002", Final_disposition="Not accepted", Reason="Ten days are few.", Comment="Rewritten.")
    book.write("R2-0003", Final_disposition="Perhaps")
    book.write("R2-0004", Drafter="Farid H.", Reason="Mine.")
    last = book.sheet.max_row + 1
    book.sheet.cell(last, book.columns["Comment"]).value = "By telephone: add Sabah."
    book.sheet.cell(last, book.columns["Clause"]).value = "1.2"
    # Meanwhile somebody writes on the fourth.
    with Session(engine) as session:
        by = make.viewer_of(matrix.secretary)
        round_ = session.get_one(Round, matrix.round.id)
        fourth = session.scalars(select(Point).order_by(col(Point.id).desc())).first()
        assert fourth
        deciding.save(
            session, by=by, round_=round_, point_id=fourth.id or 0, version=fourth.version, was={},
            mine={"reason": "Theirs.", "title": "A timeline"}, at=NOW,
        )  # fmt: skip
        session.commit()
    address = send(secretary, matrix, book.content())
    page = secretary.get(address).text
    assert "“Comment” is frozen at submission" in page
    assert "“Noted” is no answer to it" in page
    assert "“Perhaps” is none of the choices" in page
    assert "Theirs." in page
    assert "By telephone: add Sabah." in page
    assert [point.disposition for point in matrix.points()] == [None] * 4
    written = secretary.post(address, data={"mine": [f"{matrix.points()[3].id}:reason"], "new": "1"})
    assert written.status_code == 303
    first, second, third, last_point = matrix.points()
    assert first.disposition is None
    assert (second.disposition, second.reason) == (Disposition.NOT_ACCEPTED, "Ten days are few.")
    assert third.disposition is None
    assert (last_point.reason, last_point.title) == ("Mine.", "A timeline")
    assert last_point.drafter_seat_id == matrix.drafter.id
    with Session(engine) as session:
        assert [row.verb for row in of(session, "point", second.id or 0)] == ["decided"]
        handed = session.scalars(select(ReturnedFile)).all()
        assert len(handed) == 1
    assert secretary.post(address).status_code == 409


def test_a_workbook_nobody_wrote_in_changes_nothing(matrix: Matrix):
    secretary = matrix.as_(matrix.secretary)
    book = Book(secretary.get(f"{matrix.address}/workbook.xlsx").content)
    page = secretary.get(send(secretary, matrix, book.content())).text
    assert "Nothing was written in it" in page


def test_a_malay_workbook_is_understood_whatever_the_reader_speaks_now(engine: Engine, matrix: Matrix):
    with Session(engine) as session:
        session.get_one(Person, matrix.secretary.person_id).language = Language.MALAY
        session.commit()
    secretary = matrix.as_(matrix.secretary)
    book = Book(secretary.get(f"{matrix.address}/workbook.xlsx").content)
    title = next(
        name for name in book.columns if name == "Pelupusan akhir" or "muktamad" in str(name).lower()
    )
    book.sheet.cell(book.row("R2-0001"), book.columns[title]).value = "Diterima"
    with Session(engine) as session:
        session.get_one(Person, matrix.secretary.person_id).language = Language.ENGLISH
        session.commit()
    address = send(secretary, matrix, book.content())
    assert secretary.post(address).status_code == 303
    assert matrix.points()[0].disposition is Disposition.ACCEPTED


def test_a_drafter_proposes_and_does_not_decide(matrix: Matrix):
    drafter = matrix.as_(matrix.drafter)
    book = Book(drafter.get(f"{matrix.address}/workbook.xlsx").content)
    book.write("R2-0002", Final_disposition="Accepted", Proposed_disposition="Accepted")
    address = send(drafter, matrix, book.content())
    assert "Your role in this plan does not include this" in drafter.get(address).text
    drafter.post(address)
    point = matrix.points()[1]
    assert (point.disposition, point.proposed_disposition) == (None, Disposition.ACCEPTED)


def test_what_repeats_another_says_which_and_nothing_else_does(matrix: Matrix):
    secretary = matrix.as_(matrix.secretary)
    book = Book(secretary.get(f"{matrix.address}/workbook.xlsx").content)
    points = "Duplicate of, or referred to"
    book.write("R2-0002", Final_disposition="Duplicate", Reason="As there.", **{points: "R2-0004"})
    book.write("R2-0003", Final_disposition="Referred", Reason="Theirs.", **{points: "NAPTIP, 3.1"})
    book.write("R2-0004", Final_disposition="Accepted", **{points: "R2-0002"})
    address = send(secretary, matrix, book.content())
    assert "goes with the answers “Duplicate” and “Referred”" in secretary.get(address).text
    secretary.post(address)
    _, second, third, fourth = matrix.points()
    assert (second.disposition, second.duplicate_of_id) == (Disposition.DUPLICATE, fourth.id)
    assert (third.disposition, third.referred_to) == (Disposition.REFERRED, "NAPTIP, 3.1")
    assert (fourth.disposition, fourth.duplicate_of_id) == (Disposition.ACCEPTED, None)


def test_a_point_of_two_comments_takes_one_answer(engine: Engine, matrix: Matrix):
    with Session(engine) as session:
        links = session.scalars(select(PointComment).order_by(col(PointComment.comment_id))).all()
        first = links[1].point_id
        moved = links[3]
        session.delete(moved)
        session.flush()
        session.add(PointComment(point_id=first, comment_id=moved.comment_id))
        session.commit()
    secretary = matrix.as_(matrix.secretary)
    book = Book(secretary.get(f"{matrix.address}/workbook.xlsx").content)
    book.write("R2-0002", Final_disposition="Accepted")
    book.write("R2-0004", Final_disposition="Not accepted", Reason="No.")
    page = secretary.get(send(secretary, matrix, book.content())).text
    assert "Two rows of the same point say different things" in page


def test_who_has_no_business_here_gets_nothing(matrix: Matrix):
    author = matrix.as_(matrix.author)
    assert author.get(f"{matrix.address}/workbook.xlsx").status_code == 403
    assert author.get(f"{matrix.address}/back").status_code == 403
    secretary = matrix.as_(matrix.secretary)
    book = Book(secretary.get(f"{matrix.address}/workbook.xlsx").content)
    address = send(secretary, matrix, book.content())
    assert matrix.as_(matrix.drafter).get(address).status_code == 404
    refused = secretary.post(f"{matrix.address}/back", files={"file": ("a.xlsx", b"no workbook")})
    assert refused.status_code == 422
