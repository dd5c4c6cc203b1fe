"""What is proposed and decided goes out with the matrix: all of it to who decides, answers alone once published."""

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, delete, event
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.rules import Attribution
from app.drafting.models import ResultingText
from app.matrix.keeping import refresh
from app.matrix.models import PointComment
from app.rounds.rules import Phase
from tests.factories import NOW
from tests.web.test_deciding import Table, opened


@pytest.fixture
def table(engine: Engine) -> Table:
    """Point 1 is made by two organisations, proposed on by a drafter, decided, and put into words."""
    table = Table(engine)
    with Session(engine) as session:
        session.execute(delete(PointComment).where(col(PointComment.comment_id) == 2))
        session.add(PointComment(point_id=1, comment_id=2))
        session.flush()
        refresh(session, [1, 2])
        session.add(
            ResultingText(round_id=table.round_id or 0, clause_id=2, text="Workers may complain.", at=NOW)
        )
        session.commit()
    drafter, aminah, at = table.as_(table.drafter), table.as_(table.aminah), f"{table.at}/points/1"
    drafter.post(
        at, data=opened(drafter, at) | {"proposed_disposition": "accepted", "proposed_reason": "CADANG"}
    )
    decided = {
        "disposition": "accepted_with_modification",
        "reason": "UNGKAP",
        "reason_ms": "Diungkap.",
        "drafter": str(table.drafter.id),
        "overlap_plan": "NAPTIP",
        "overlap_clause": "3.2",
    }
    assert aminah.post(at, data=opened(aminah, at) | decided).status_code == 303
    return table


def rows(table: Table, who: Any, suffix: str = "json") -> dict[str, dict[str, Any]]:
    answer = table.as_(who).get(f"{table.at}/matrix.{suffix}")
    assert answer.status_code == 200
    if suffix == "xlsx":
        sheet = [*openpyxl.load_workbook(io.BytesIO(answer.content))["Comment matrix"].values]
        return {str(row[0]): dict(zip(map(str, sheet[0]), row, strict=False)) for row in sheet[1:]}
    return {row["ref"]: row for row in answer.json()["rows"]}


def test_the_secretariat_takes_away_all_that_is_written_on_a_point(table: Table):
    row = rows(table, table.aminah)["R2-0001"]
    expected = {
        "point": "P1",
        "overlap": "NAPTIP 3.2",
        "drafter": "Nadia K.",
        "proposed_disposition": "accepted",
        "proposed_reason": "CADANG",
        "disposition": "accepted_with_modification",
        "reason": "UNGKAP",
        "reason_ms": "Diungkap.",
        "resulting_text": "Workers may complain.",
    }
    assert {key: row[key] for key in expected} == expected
    assert row["decided_at"]
    assert row["cosignatories"]
    assert "Kesatuan Contoh" not in row["cosignatories"]
    assert rows(table, table.aminah)["R2-0002"]["cosignatories"] == "Kesatuan Contoh"
    said = rows(table, table.aminah, "xlsx")["R2-0001"]
    assert said["Final disposition"] == "Accepted with modification"
    assert said["Proposed disposition"] == "Accepted"


def test_participants_take_away_nothing_of_it_before_it_is_published_and_the_answer_alone_after(table: Table):
    hidden = ("drafter", "proposed_disposition", "proposed_reason", "overlap", "controversy")
    answer = ("disposition", "reason", "reason_ms", "resulting_text", "decided_at", "point", "cosignatories")
    for row in rows(table, table.author).values():
        assert not any(row[key] for key in (*hidden, *answer))
    table.change(phase=Phase.PUBLISHED)
    row = rows(table, table.author)["R2-0001"]
    assert (row["disposition"], row["reason"]) == ("accepted_with_modification", "UNGKAP")
    assert row["resulting_text"] == "Workers may complain."
    assert not any(row[key] for key in hidden)
    for suffix in ("csv", "docx", "xlsx", "json"):
        assert b"CADANG" not in table.as_(table.author).get(f"{table.at}/matrix.{suffix}").content


@pytest.mark.parametrize("whose", ["another", "the same"])
def test_who_is_not_named_is_not_named_by_another_comment_of_the_same_point(table: Table, whose: str):
    with Session(table.engine) as session:
        second = session.get_one(Comment, 2)
        second.attribution = Attribution.CONSTITUENCY
        if whose == "the same":
            second.seat_id, second.organisation_id = table.author.id or 0, table.author.organisation_id
        session.commit()
    read = rows(table, table.drafter)
    assert read["R2-0001"]["cosignatories"] == "Not named: 1"
    assert read["R2-0002"]["cosignatories"] == "Kesatuan Contoh"


def test_an_export_costs_the_same_statements_whatever_is_decided(table: Table):
    asked: list[str] = []
    event.listen(table.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    rows(table, table.aminah)
    assert len(asked) <= 16
