"""The next draft over HTTP: built from what was decided, or imported, confirmed, carried into and compared."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.rules import Scope
from app.drafting.models import ResultingText, ResultPoint
from app.drafting.places_now import clause_now, places_now
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Constituency, Role
from app.plans.models import Clause, Plan
from app.rounds.models import Round
from app.rounds.rules import Phase
from tests.factories import NOW, make_comment, make_draft, make_plan, make_round, make_seat
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

    def clauses(self, draft_id: int, session: Session | None = None) -> list[Clause]:
        statement = select(Clause).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
        if session:
            return list(session.scalars(statement))
        with Session(self.engine) as own:
            return list(own.scalars(statement))


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
    asked_of = re.search(r'name="clause" value="(\d+)"', page)
    assert asked_of
    named = {"side": "from", "clause": asked_of[1], "other": "9.9.9"}
    unknown = world.drafter.post(f"{lineage}/case", data=named)
    assert unknown.status_code == 422
    assert "is not one clause of that draft" in unknown.text
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
    # The comparison says the same, and its pages hold every change and name the stale reference.
    compare = f"{world.base}/compare"
    pair = {"from": first, "to": second}
    compared = world.drafter.get(f"{compare}.json", params=pair).json()["rows"]
    kinds = {(plain(one["before"]), plain(one["after"])): one["kind"] for one in compared}
    assert {words: kind for words, kind in by_words.items() if words in kinds} == kinds
    for view in ("side", "inline"):
        assert world.drafter.get(compare, params=pair | {"view": view}).status_code == 200
    pages = [world.drafter.get(compare, params=pair | {"view": "changes", "after": n}).text for n in (0, 40)]
    changes = html.unescape(re.sub(r"<[^>]+>|\[(?:added|removed):|\]", "", " ".join(pages)))
    for one in asked:
        if one["status"] in {"new", "deleted"}:
            said: Any = one["v1"] or one["v2"]
            assert (plain(said["text"]) or "")[:60] in changes
    assert "See also Chapter 5" in html.unescape(
        re.sub(r"<[^>]+>", "", world.drafter.get(f"{world.base}/{second}/carried").text)
    )
    old, new = ({one.wid: one for one in world.clauses(n)} for n in (first, second))
    for one in told:
        if one["before"] and one["after"] and one["kind"] == "kept":
            assert one["before"] == one["after"]
    assert len(set(old) & set(new)) == sum(bool(one["before"] and one["after"]) for one in told)


TEXTS = [
    "Every worker may lodge a complaint in a language the worker understands, free of charge.",
    "Employers with fifty or more workers shall set up a grievance mechanism. It is free of charge.",
    "The Department acknowledges each complaint within three working days.",
    "The plan is reviewed as said in paragraph 1.3 of this Plan.",
]


class Decided(World):
    """The same, with a closed round on a draft: two texts decided, one point deferred, two not answered."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        with Session(engine, expire_on_commit=False) as session:
            plan = session.get_one(Plan, self.plan_id)
            self.draft = make_draft(session, plan, TEXTS, name="Draft 1")
            self.round = make_round(session, plan, self.draft, phase=Phase.CLOSED)
            seat = make_seat(session, plan, Role.PARTICIPANT, Constituency.WORKERS)
            by_label = {one.label: one for one in self.clauses(self.draft.id or 0, session)}
            said = {
                "edit": ("1.1", "free of charge", Disposition.ACCEPTED),
                "gone": ("1.2", None, Disposition.ACCEPTED),
                "kept": ("1.3", "each complaint", Disposition.DEFERRED),
                "orphan": ("1.2", "It is free of charge.", None),
                "wording": ("1.1", "a language the worker understands", None),
            }
            self.comments: dict[str, Comment] = {}
            self.points: dict[str, Point] = {}
            for name, (label, words, answer) in said.items():
                clause = by_label[label]
                place: dict[str, Any] = {}
                if words:
                    start = clause.text.index(words)
                    place = {
                        "exact": words,
                        "start": start,
                        "end": start + len(words),
                        "scope": Scope.PASSAGE,
                    }
                comment = make_comment(session, self.round, seat, clause, **place)
                self.comments[name] = comment
                point = Point(
                    round_id=self.round.id or 0,
                    clause_id=clause.id,
                    position=clause.position,
                    disposition=answer,
                    decided_at=NOW if answer else None,
                    created_at=NOW,
                )
                session.add(point)
                session.flush()
                session.add(PointComment(point_id=point.id or 0, comment_id=comment.id or 0))
                self.points[name] = point
            for name, label, text in (
                (
                    "edit",
                    "1.1",
                    TEXTS[0].replace("free of charge", "at no cost") + "\n\nNobody is punished for it.",
                ),
                ("gone", "1.2", None),
            ):
                row = ResultingText(
                    round_id=self.round.id or 0, clause_id=by_label[label].id or 0, text=text, at=NOW
                )
                session.add(row)
                session.flush()
                session.add(ResultPoint(resulting_text_id=row.id or 0, point_id=self.points[name].id or 0))
            session.commit()

    def build(self, name: str = "Draft 2") -> int:
        answer = self.drafter.post(f"{self.base}/next", data={"round": self.round.id, "name": name})
        assert answer.status_code == 303, answer.text
        return int(answer.headers["location"].rpartition("/")[2])


@pytest.fixture
def decided(engine: Engine) -> Decided:
    return Decided(engine)


def test_the_next_draft_holds_what_was_decided_and_takes_along_what_still_stands(decided: Decided):
    look = decided.drafter.get(f"{decided.base}/next?round={decided.round.id}").text
    assert "<b>1</b> clause is edited" in look
    assert "<b>1</b> clause goes" in look
    assert "<b>1</b> clause comes" in look
    assert decided.participant.get(f"{decided.base}/next?round={decided.round.id}").status_code == 403
    second = decided.build()
    before, after = decided.clauses(decided.draft.id or 0), decided.clauses(second)
    assert [(one.number, one.text) for one in after[:5]] == [
        ("1.", "Chapter 1"),
        ("1.1", TEXTS[0].replace("free of charge", "at no cost")),
        ("1.2", "Nobody is punished for it."),
        ("1.3", TEXTS[2]),
        ("1.4", TEXTS[3]),
    ]
    assert after[1].wid == before[1].wid
    assert after[2].wid not in {one.wid for one in before}
    with Session(decided.engine) as session:
        states = {
            name: session.get_one(Point, one.id).implemented_draft_id for name, one in decided.points.items()
        }
    assert {name for name, draft in states.items() if draft == second} == {"edit", "gone"}
    carried = f"{decided.base}/{second}/carried"
    assert decided.drafter.post(carried).status_code == 409  # it is still being edited
    version = re.search(r'name="version" value="(\d+)"', decided.drafter.get(f"{decided.base}/{second}").text)
    assert version
    frozen = decided.drafter.post(f"{decided.base}/{second}/freeze", data={"version": version[1]})
    assert frozen.status_code == 303
    assert decided.drafter.post(carried).status_code == 303
    told = {one["ref"]: one for one in decided.drafter.get(f"{carried}.json").json()["rows"]}
    assert [(one["how"], one["clause_now"], one["words_now"]) for one in told.values()] == [
        ("The same words", "1.1", "a language the worker understands"),
        ("Its words are gone", None, None),
        ("The same words", "1.3", "each complaint"),
    ]
    page = decided.drafter.get(carried).text
    assert "1 waits for a person" in page
    orphan = re.search(r'action="[^"]*/carried/(\d+)"', page)
    assert orphan
    for wrong, says in (
        ({}, "Choose a place"),
        ({"choice": "candidate-7"}, "Choose a place"),
        ({"choice": "elsewhere"}, "Write the number of the clause"),
        ({"choice": "elsewhere", "number": "9.9"}, "is not one clause of that draft"),
        (
            {"choice": "elsewhere", "number": "1.3", "words": "never said"},
            "These words are not in that clause",
        ),
    ):
        refused = decided.drafter.post(f"{carried}/{orphan[1]}", data={"version": 1} | wrong)
        assert refused.status_code == 422
        assert says in refused.text
    assert decided.participant.post(f"{carried}/{orphan[1]}", data={"version": 1}).status_code == 403
    chosen = {"version": 1, "choice": "gone", "propose": "yes"}
    assert decided.drafter.post(f"{carried}/{orphan[1]}", data=chosen).status_code == 303
    assert decided.drafter.post(f"{carried}/{orphan[1]}", data=chosen).status_code == 409
    of_round = f"/rounds/{decided.round.id}/comments"
    for name, says in (("kept", "Now at 1.3 of Draft 2"), ("orphan", "Not in Draft 2 any more")):
        assert says in decided.drafter.get(f"{of_round}/{decided.comments[name].id}").text
    with Session(decided.engine) as session:
        point = session.get_one(Point, decided.points["orphan"].id)
        assert point.proposed_disposition is Disposition.FELL
        ids = {name: one.id or 0 for name, one in decided.comments.items()}
        now = clause_now(session, list(ids.values()))
        whole = places_now(session, session.get_one(Round, decided.round.id))
    assert {one.id: whole.label(one.id or 0, one.clause_id) for one in decided.comments.values()} == now
    assert {name: now[n] for name, n in ids.items()} == {
        "edit": "1.1", "gone": "", "kept": "1.3", "orphan": "", "wording": "1.1",
    }  # fmt: skip


def test_a_clause_shows_over_all_drafts_what_was_said_and_answered_to_whom_may_know(decided: Decided):
    wid = decided.clauses(decided.draft.id or 0)[1].wid
    history = f"{decided.base.removesuffix('/drafts')}/clauses/{wid}"
    second = decided.build()
    own = decided.drafter.get(history).text
    assert "Draft 2" in own
    assert "at no cost" in own
    assert "behind the change" in own
    others = decided.participant.get(history).text
    assert "at no cost" not in others  # the next draft is being edited
    assert decided.comments["edit"].text in others
    assert "Accepted" not in others
    compare = f"{decided.base}/compare?from={decided.draft.id}&to={second}"
    assert decided.participant.get(compare).status_code == 404
    assert "Nobody is punished for it." in decided.drafter.get(f"{compare}&view=changes").text
    with Session(decided.engine) as session:
        session.get_one(Round, decided.round.id).phase = Phase.PUBLISHED
        session.commit()
    assert "Accepted" in decided.participant.get(history).text
    assert decided.participant.get(f"{decided.base.removesuffix('/drafts')}/clauses/none").status_code == 404
