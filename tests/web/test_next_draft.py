"""The next draft over HTTP: built from what was decided, or imported, confirmed, carried into and compared."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.people.rules import Constituency, Role
from app.plans.models import Clause, Draft, Lineage, Succession
from tests.factories import make_plan, make_seat
from tests.web.browsing import signed_in


class World:
    """A plan with a drafter and a participant, each with a browser."""

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

    def take_in(self, path: Path, name: str, **form: Any) -> int:
        answer = self.drafter.post(
            f"{self.base}/import",
            data={"name": name, "view": "accepted"} | form,
            files={"file": (path.name, path.read_bytes(), "application/octet-stream")},
        )
        assert answer.status_code == 303, answer.text
        found = re.search(r"/drafts/(\d+)", answer.headers["location"])
        assert found
        return int(found[1])

    def clauses(self, draft_id: int) -> list[Clause]:
        with Session(self.engine) as session:
            return list(
                session.scalars(
                    select(Clause).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
                )
            )


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def plain(text: str | None) -> str | None:
    """A clause's words without a number that was typed before them, or an annex's that is one."""
    return text and re.sub(
        r"^(?:\(?[\da-z]+[.)]|\d[\d.]*|Annex \d:|(?:Table|Figure) \d:)\s+", "", " ".join(text.split())
    )


def test_a_redraft_made_in_word_is_followed_clause_by_clause(world: World, shared: Path):
    files = shared / "data" / "napfl"
    truth = json.loads((files / "napfl-v2-truth.json").read_text())["paragraphs"]
    first = world.take_in(files / "napfl.docx", "Draft 1")
    second = world.take_in(files / "napfl-v2.docx", "Draft 2", follows=first)
    lineage = f"{world.base}/{second}/lineage"
    page = world.drafter.get(lineage).text
    assert "Draft circulated for comments" in page
    assert "0 of 1" in page
    rows = re.findall(r'name="rows" value="(\d+)"', page)
    assert world.drafter.post(f"{lineage}/finish").status_code == 409  # one still waits
    assert world.drafter.post(f"{lineage}/shown", data={"rows": rows}).status_code == 303
    assert world.drafter.post(f"{lineage}/finish").status_code == 303
    told = world.drafter.get(f"{lineage}.json").json()["rows"]
    by_words = {(plain(one["before"]), plain(one["after"])): one["kind"] for one in told}
    asked = [one for one in truth if one["kind"] in {"title", "h1", "h2", "h3", "para", "item", "caption"}]
    assert len(asked) > 150
    for one in asked:
        before, after = (one[side] and plain(one[side]["text"]) for side in ("v1", "v2"))
        kind = {"unchanged": "kept"}.get(one["status"], one["status"])
        assert by_words.get((before, after)) == kind, one["id"]
    old, new = ({one.wid: one for one in world.clauses(n)} for n in (first, second))
    for one in told:
        if one["before"] and one["after"] and one["kind"] == "kept":
            assert one["before"] == one["after"]
    assert len(set(old) & set(new)) == sum(bool(one["before"] and one["after"]) for one in told)
