"""Real copies and sheets through the pages: everything in, each on its clause, and nothing twice."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from app.checking import problems
from app.comments.models import Comment
from app.comments.rules import Channel, Scope
from app.plans.models import Clause
from app.returns.rules import Sort, State
from tests.web.returning import Returning


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "data"


@pytest.fixture
def napfl(engine: Engine, data: Path) -> Iterator[Returning]:
    made = Returning(engine, (data / "napfl/napfl.docx").read_bytes())
    yield made
    made.clerk.reader.close()


def plain(text: str) -> str:
    return " ".join(text.split())


def test_returned_copies_come_in_with_every_word_of_their_truth(napfl, data):
    truth = json.loads((data / "napfl/returned-truth.json").read_text())["files"]
    index = {one["id"]: one for one in json.loads((data / "napfl/napfl-index.json").read_text())}
    ids = napfl.send_paths(*(data / "napfl" / name for name in truth), organisation=napfl.union)
    for file_id, (name, expected) in zip(ids, truth.items(), strict=True):
        assert napfl.file(file_id).name == name
        items = napfl.items(file_id)
        said = Counter(
            (one.author, plain(one.text), one.resolved)
            for one in items
            if one.sort in {Sort.COMMENT, Sort.REPLY}
        )
        assert said == Counter(
            (one["author"], plain(one["text"]), one["resolved"]) for one in expected["comments"]
        )
        by_text = {plain(one.text): one for one in items}
        napfl.imported(file_id)
        became = {one.position: one.comment_id for one in napfl.items(file_id)}
        comments = {comment.id: comment for comment, _ in napfl.comments()}
        for one in expected["comments"]:
            item = by_text[plain(one["text"])]
            comment = comments[became[item.position]]
            root = next(c for c in expected["comments"] if c["key"] == (one["parent_key"] or one["key"]))
            assert plain(comment.text) == plain(root["text"]), "a reply stays with the comment it answers"
            known = index.get(root["para_ids"][0])
            if known is None or comment.clause_id is None:
                continue
            clause = napfl.clause(comment.clause_id)
            base = clause.fields.get(comment.field, "") if comment.field else clause.text
            assert plain(base) in plain(known["text"])
            if root["anchor_kind"] in {"phrase", "within_word"}:
                assert comment.exact == root["anchored_text"]
    with Session(napfl.engine) as session:
        assert list(problems(session)) == []


def test_returned_sheets_come_in_row_by_row(napfl, data):
    truths = [json.loads(path.read_text()) for path in sorted((data / "sheets/truth").glob("*.json"))]
    ids = napfl.send_paths(*(data / "sheets" / one["file"] for one in truths), organisation=napfl.union)
    for file_id, truth in zip(ids, truths, strict=True):
        assert napfl.imported(file_id).new_comments == truth["rows_expected"]
        rows = napfl.items(file_id)
        assert [one.text.startswith(plain(row["comment"])[:60]) or plain(row["comment"])[:60] in plain(one.text)
                for one, row in zip(rows, truth["rows"], strict=True)] == [True] * len(rows)  # fmt: skip
        unsure = {"ambiguous", "unresolvable", "missing"}
        assert [one.how == "orphan" for one in rows] == [
            row["resolution"]["status"] in unsure for row in truth["rows"]
        ]
        hidden = [word for row in truth["rows"] for word in row.get("must_not_contain", [])]
        assert not [one for one in rows if any(word in f"{one.text}{one.extra}" for word in hidden)]
    assert Counter(comment.channel for comment, _ in napfl.comments()) == {
        Channel.SHEET: sum(one["rows_expected"] for one in truths)
    }


def test_hostile_sheets_are_refused_each_with_a_sentence(napfl, data):
    paths = sorted((data / "sheets/hostile").iterdir())
    for file_id in napfl.send_paths(*paths):
        one = napfl.file(file_id)
        assert (one.state, bool(one.problem)) == (State.REFUSED, True)
        assert one.problem in napfl.secretary.get(napfl.base).text
    assert napfl.comments() == []


def test_hundreds_of_rows_of_a_real_consultation_come_in_and_none_is_lost(engine, data):
    world = Returning(engine, (data / "uspki/policy_draft_2017-09.docx").read_bytes())
    (file_id,) = world.send_paths(data / "uspki/consolidated_comments.xlsx", organisation=world.employers)
    page = world.show(file_id, "?show=wanting")
    waiting = [one for one in world.items(file_id) if not one.wid and not one.general]
    assert len(world.items(file_id)) == 469
    assert f'show=wanting" aria-current="true">To place <span class="n">{len(waiting)}</span>' in page
    assert world.take_in(file_id).status_code == 422, "not while some wait for a place"
    assert world.comments() == []
    world.secretary.post(f"{world.base}/{file_id}/rest", data={"do": "general"})
    assert world.imported(file_id).new_comments == 469
    with Session(engine) as session:
        assert list(problems(session)) == []
        exactly = session.scalar(
            select(func.count())
            .select_from(Comment)
            .join(Clause, col(Clause.id) == col(Comment.clause_id))
            .where(col(Comment.scope) != Scope.PLAN)
        )
    written = {one.comment_id: one.written_place for one in world.items(file_id)}
    on_section = sum(
        1
        for comment, _ in world.comments()
        if comment.clause_id
        and (written[comment.id] or "").split(",")[0].strip()
        == world.clause(comment.clause_id).number.rstrip(".")
    )
    assert (exactly or 0) >= 400
    assert on_section >= 380
    world.clerk.reader.close()
