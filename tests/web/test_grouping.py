"""Grouping through the pages: tick, group, undo; split; the list of what was done; and who sees none of it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import Engine, update
from sqlmodel import Session, col

from app.matrix.dispositions import Disposition
from app.matrix.models import Point
from app.rounds.models import Round as RoundRow
from app.rounds.rules import Phase
from tests.web.test_matrix import Round, matrix_round, refs

__all__ = ["matrix_round"]


def boxes(client: TestClient, address: str) -> list[tuple[str, str]]:
    """What can be ticked on the matrix: names and values."""
    page: Any = html.fromstring(client.get(address).text)
    return [(box.get("name"), box.get("value")) for box in page.xpath("//input[@form='bulk']")]


def issue(client: TestClient, address: str) -> str:
    page: Any = html.fromstring(client.get(address).text)
    return " ".join(" ".join(row.text_content().split()) for row in page.xpath("//tr[@class='iss']"))


def test_two_rows_are_ticked_grouped_and_put_back(matrix_round: Round):
    client, at = matrix_round.as_(matrix_round.secretariat), matrix_round.at
    assert boxes(client, at) == [("link", "1.1"), ("link", "2.2"), ("link", "3.3")]
    sent = client.post(f"{at}/group", data={"link": ["1.1", "2.2"], "back": "late=&section=c_0&evil=1"})
    assert sent.status_code == 303
    assert sent.headers["location"] == f"{at}?section=c_0&did=1"
    page = client.get(sent.headers["location"]).text
    assert "1 comment joined P1." in page
    assert "2 organisations 2 comments" in issue(client, at)
    assert refs(client, at) == ["P1", "R2-0001", "R2-0002", "R2-0003"]
    assert refs(client, f"{at}?grouping=grouped") == ["P1", "R2-0001", "R2-0002"]
    assert refs(client, f"{at}?grouping=alone") == ["R2-0003"]
    assert refs(client, f"{at}?type=timeline&grouping=grouped") == []
    assert refs(client, f"{at}?point=1") == ["P1", "R2-0001", "R2-0002"]
    assert "1 comment joined P1." in client.get(f"{at}/regrouped").text
    undone = client.post(f"{at}/regrouped/1/undo", data={"from": "regrouped"}, follow_redirects=True)
    assert "Undone. Everything stands as before." in undone.text
    assert refs(client, at) == ["R2-0001", "R2-0002", "R2-0003"]
    assert client.post(f"{at}/regrouped/1/undo").status_code == 409


def test_an_opened_point_and_its_comments_stand_in_the_page(matrix_round: Round):
    client, at = matrix_round.as_(matrix_round.secretariat), matrix_round.at
    client.post(f"{at}/group", data={"link": ["1.1", "2.2"]})
    for opened in ("p1", "2"):
        page: Any = html.fromstring(client.get(f"{at}?open={opened}").text)
        assert len(page.xpath("//tr[@class='editing']")) == 1


def test_a_comment_is_split_with_words_of_it(matrix_round: Round):
    client, at = matrix_round.as_(matrix_round.secretariat), matrix_round.at
    assert client.get(f"{at}/split?link=1.1&link=2.2").status_code == 422
    assert "Split R2-0003" in client.get(f"{at}/split?link=3.3").text
    wrong = client.post(f"{at}/split", data={"link": "3.3", "words": "no such words"})
    assert wrong.status_code == 422
    assert "no such words" in wrong.text
    right = client.post(f"{at}/split", data={"link": "3.3", "words": "a timeline.", "title": "Time"})
    assert right.status_code == 303
    assert refs(client, at) == ["R2-0001", "R2-0002", "R2-0003", "R2-0003"]
    assert ("link", "4.3") in boxes(client, at)


@pytest.mark.parametrize(
    "sent",
    [
        {"link": "1.1"},
        {"link": "1"},
        {"link": ["1.1", "99.1"]},
        {"point": ["1", "x"]},
        {"point": ["1", "9" * 30]},
        {},
    ],
)
def test_what_cannot_be_grouped_is_refused(matrix_round: Round, sent: dict[str, Any]):
    client = matrix_round.as_(matrix_round.secretariat)
    assert client.post(f"{matrix_round.at}/group", data=sent).status_code in {404, 409, 422}


def test_participants_group_nothing_and_see_no_points_before_they_are_published(
    engine: Engine, matrix_round: Round
):
    at = matrix_round.at
    matrix_round.as_(matrix_round.secretariat).post(f"{at}/group", data={"link": ["1.1", "2.2"]})
    with Session(engine) as session:
        decided = {"title": "Hidden title", "disposition": Disposition.NOT_ACCEPTED, "reason": "Hidden reason",
                   "decided_at": None, "proposed_reason": "Hidden proposal"}  # fmt: skip
        session.execute(update(Point).where(col(Point.id) == 1).values(**decided))
        session.commit()
    client = matrix_round.as_(matrix_round.author)
    for page in ("", "?open=1", ".json", ".csv"):
        text = client.get(f"{at}{page}").text
        assert "Hidden" not in text
        assert "P1" not in text
    assert boxes(client, at) == []
    for asked in ("state=open", "disposition=not_accepted", "grouping=grouped", "drafter=me", "point=1"):
        assert client.get(f"{at}?{asked}").status_code == 403
    assert client.get(f"{at}/regrouped").status_code == 403
    assert client.post(f"{at}/group", data={"link": ["2.2", "3.3"]}).status_code == 403
    with Session(engine) as session:
        session.execute(update(RoundRow).values(phase=Phase.PUBLISHED))
        session.commit()
    text = client.get(at).text
    assert "Hidden reason" in text
    assert "Not accepted" in text
    assert "Hidden proposal" not in text
    assert refs(client, f"{at}?disposition=not_accepted") == ["P1", "R2-0001", "R2-0002"]
    assert client.get(f"{at}?drafter=me").status_code == 403
