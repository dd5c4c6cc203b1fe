"""A drafter confirms what became of each clause: one, several or none, and ids and corrections follow."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.drafting import confirming, lineage_of
from app.drafting.lineage_of import changed_clauses
from app.errors import Conflict, Invalid, NotFound
from app.people.rules import Role
from app.plans import correcting, freezing
from app.plans.models import Clause, Draft, Lineage, Plan
from tests.factories import NOW, make_clause, make_plan, make_seat, viewer_of

TEXTS = [
    "Every worker may lodge a complaint in a language the worker understands. It is free of charge.",
    "The Department acknowledges each complaint within three working days.",
    "An annual report on complaints is laid before the Steering Committee and published.",
]


class Followed:
    """Draft 1 and a Draft 2 of other words, imported beside it; `of` finds a clause by how its text begins."""

    def __init__(self, session: Session, texts: list[str]) -> None:
        self.session = session
        plan: Plan = make_plan(session)
        self.by = viewer_of(make_seat(session, plan, Role.DRAFTER))
        self.one = self._draft(plan, "Draft 1", TEXTS)
        self.two = self._draft(plan, "Draft 2", texts)
        self.id = self.two.id or 0
        self.succession = lineage_of.follow(
            session, by=self.by, from_draft_id=self.one.id or 0, to_draft_id=self.id, at=NOW
        )

    def _draft(self, plan: Plan, name: str, texts: list[str]) -> Draft:
        draft = Draft(plan_id=plan.id or 0, name=name, created_at=NOW)
        self.session.add(draft)
        self.session.flush()
        for n, text in enumerate(texts):
            make_clause(self.session, draft, n, number=f"1.{n + 1}", text=text, wid=f"{name[-1]}-{n}")
        return draft

    def of(self, draft: Draft, begins: str) -> Clause:
        return self.session.scalars(
            select(Clause).where(col(Clause.draft_id) == draft.id, col(Clause.text).startswith(begins))
        ).one()

    def told(self) -> set[tuple[str | None, str | None, str]]:
        names = {one.id: one.wid for draft in (self.one, self.two) for one in self._clauses(draft)}
        rows = self.session.scalars(select(Lineage).where(col(Lineage.succession_id) == self.succession.id))
        self.session.expire_all()
        return {
            (names.get(row.from_clause_id or 0), names.get(row.to_clause_id or 0), row.kind.value)
            for row in rows
        }

    def _clauses(self, draft: Draft) -> list[Clause]:
        return list(self.session.scalars(select(Clause).where(col(Clause.draft_id) == draft.id)))

    def decide(self, side: confirming.Side, clause: Clause, *chosen: Clause) -> None:
        confirming.decide(
            self.session,
            by=self.by,
            draft_id=self.id,
            side=side,
            clause_id=clause.id or 0,
            chosen=[one.id or 0 for one in chosen],
            at=NOW,
        )

    def confirm_all(self) -> None:
        while cases := confirming.uncertain(self.session, self.succession):
            rows = [row for case in cases for row in case.rows]
            confirming.confirm_shown(self.session, by=self.by, draft_id=self.id, row_ids=rows, at=NOW)


SPLIT = [
    "Every worker may lodge a complaint in a language the worker understands.",
    "It is free of charge.",
    *TEXTS[1:],
]


def test_a_split_is_asked_and_its_part_most_like_the_old_clause_takes_over_the_id(session: Session):
    world = Followed(session, SPLIT)
    (case,) = confirming.uncertain(session, world.succession)
    assert (case.side, case.kind.value) == ("from", "split")
    assert [one.suggested for one in case.options if one.clause.text in SPLIT[:2]] == [True, True]
    with pytest.raises(Conflict):
        confirming.finish(session, by=world.by, draft_id=world.id, at=NOW)
    world.confirm_all()
    confirming.finish(session, by=world.by, draft_id=world.id, at=NOW)
    assert world.told() == {
        ("1-0", "1-0", "split"),
        ("1-0", "2-1", "split"),
        ("1-1", "1-1", "renumbered"),
        ("1-2", "1-2", "renumbered"),
    }
    (changed,) = changed_clauses(session, world.succession.id or 0)
    assert (changed.label, changed.kind.value, len(changed.to_clause_ids)) == ("1.1", "split", 2)


def test_what_a_person_says_stands_and_what_is_left_over_is_asked_next(session: Session):
    world = Followed(session, SPLIT)
    whole, first, rest = (
        world.of(world.one, "Every"),
        world.of(world.two, "Every"),
        world.of(world.two, "It is free"),
    )
    world.decide("from", whole, first)
    assert ("1-0", "2-0", "edited") in world.told()
    (case,) = confirming.uncertain(session, world.succession)
    assert (case.side, case.clause.id, case.kind.value) == ("to", rest.id, "new")
    world.decide("to", rest)
    assert confirming.progress(session, world.succession.id or 0).left == 0
    world.decide("from", world.of(world.one, "An annual"))
    assert ("1-2", None, "deleted") in world.told()


def test_two_clauses_can_be_said_to_have_become_one(session: Session):
    world = Followed(session, [f"{TEXTS[0]} {TEXTS[1]}", TEXTS[2]])
    one = world.of(world.two, "Every")
    world.decide("to", one, world.of(world.one, "Every"), world.of(world.one, "The Department"))
    assert {row for row in world.told() if row[2] == "merged"} == {
        ("1-0", "2-0", "merged"),
        ("1-1", "2-0", "merged"),
    }


def test_two_clauses_that_changed_their_ids_with_each_other_get_their_own(session: Session):
    world = Followed(session, TEXTS)
    session.get_one(Clause, world.of(world.two, "Every").id).wid = "1-1"
    session.get_one(Clause, world.of(world.two, "The Department").id).wid = "1-0"
    session.flush()
    world.confirm_all()
    confirming.finish(session, by=world.by, draft_id=world.id, at=NOW)
    session.expire_all()
    assert world.of(world.two, "Every").wid == "1-0"
    assert world.of(world.two, "The Department").wid == "1-1"


def test_lineage_follows_what_is_corrected_by_hand(session: Session):
    world = Followed(session, TEXTS)
    first, second, third = (
        world.of(world.two, begins) for begins in ("Every", "The Department", "An annual")
    )
    at: dict[str, object] = {"by": world.by, "draft_id": world.id, "at": NOW}
    made = correcting.split(session, wid=first.wid, version=1, second="It is free", **at)  # type: ignore[arg-type] # passed on
    correcting.delete_clause(session, wid=third.wid, version=third.version, **at)  # type: ignore[arg-type] # passed on
    lineage_of.corrected(session, world.id)
    assert world.told() == {
        ("1-0", "2-0", "split"),
        ("1-0", made.wid, "split"),
        ("1-1", "2-1", "kept"),
        ("1-2", None, "deleted"),
    }
    correcting.join(session, wid=made.wid, version=1, following=second.wid, **at)  # type: ignore[arg-type] # passed on
    lineage_of.corrected(session, world.id)
    assert ("1-1", made.wid, "split") in world.told() or ("1-1", made.wid, "merged") in world.told()


def test_a_draft_follows_one_draft_of_its_own_plan_and_never_itself(session: Session):
    world, other = Followed(session, TEXTS), Followed(session, TEXTS)
    for before, after, refusal in (
        (world.id, world.id, Conflict),
        (world.one.id, world.id, Conflict),
        (other.id, world.one.id, NotFound),
    ):
        with pytest.raises(refusal):
            lineage_of.follow(session, by=world.by, from_draft_id=before or 0, to_draft_id=after or 0, at=NOW)
    with pytest.raises(NotFound):
        world.decide("from", world.of(world.one, "Every"), other.of(other.two, "Every"))
    with pytest.raises(Invalid):
        confirming.found_clause(session, world.id, "9.9")
    assert confirming.found_clause(session, world.id, "1.2") == world.of(world.two, "The Department").id
    freezing.freeze(session, by=world.by, draft_id=world.one.id or 0, version=None, at=NOW)
