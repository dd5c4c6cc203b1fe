"""Anchors of what still stands go to the next draft: placed where it is certain, else left to a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.rules import Scope
from app.drafting.gate import mark_implemented
from app.drafting.lineage_of import NO_SUCCESSION, Laid, keep_up, laid_out, links_of
from app.drafting.models import CarriedAnchor
from app.drafting.rules import CERTAIN, Carried
from app.drafting.standing import still_stands
from app.errors import Conflict, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.models import Draft, Lineage, Succession
from app.plans.rules import DraftStatus
from app.policy import May, may, require
from app.rounds.models import Round
from app.text.carrying import Carried as Answer
from app.text.carrying import Place, carry
from app.words import N_

FREEZE_FIRST = N_("Freeze the draft first: anchors are carried into a text that stands for ever.")
CONFIRM_FIRST = N_("Confirm first what became of each clause: the anchors follow it.")


@dataclass(frozen=True, slots=True)
class Undecided:
    """A carried anchor that waits for a person."""

    id: int
    comment_id: int
    how: Carried


def orphans_undecided(session: Session, succession_id: int) -> list[Undecided]:
    """The suggestions and orphans that nobody has settled, of comments that still stand; in order."""
    rows = session.execute(
        select(col(CarriedAnchor.id), col(CarriedAnchor.comment_id), col(CarriedAnchor.how))
        .join(Comment, col(Comment.id) == col(CarriedAnchor.comment_id))
        .where(
            col(CarriedAnchor.succession_id) == succession_id,
            col(CarriedAnchor.how).not_in(CERTAIN),
            col(CarriedAnchor.settled_at).is_(None),
            still_stands(),
        )
        .order_by(col(Comment.position), col(Comment.id))
    )
    return [Undecided(*row) for row in rows]


def carry_over(session: Session, *, by: Viewer, draft_id: int, at: datetime) -> int:
    """Carry into a frozen draft the anchors of what still stands and has not been carried; gives how many."""
    require(may(by.role, May.PREPARE_DRAFT))
    succession = session.scalars(
        select(Succession)
        .where(col(Succession.to_draft_id) == draft_id, col(Succession.plan_id) == by.plan_id)
        .order_by(col(Succession.id).desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    draft = session.get(Draft, draft_id)
    if succession is None or draft is None:
        raise NotFound(NO_SUCCESSION)
    if succession.confirmed_at is None:
        raise Conflict(CONFIRM_FIRST)
    if draft.status is not DraftStatus.FROZEN:
        raise Conflict(FREEZE_FIRST)
    keep_up(session, succession)
    waiting = _waiting(session, succession)
    rows = _placed(session, succession, waiting)
    if rows:
        session.execute(insert(CarriedAnchor), rows)
    succession.carried_at = at
    succession.version += 1
    session.flush()
    if succession.round_id is not None:
        round_ = session.get_one(Round, succession.round_id)
        mark_implemented(session, round_, by=by.person_id, at=at)
    counted: dict[str, int] = defaultdict(int)
    for row in rows:
        counted[row["how"].value] += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="carried",
        subject="draft",
        subject_id=draft_id,
        after=dict(counted),
        plan_id=by.plan_id,
    )
    return len(rows)


def _waiting(session: Session, succession: Succession) -> Sequence[Any]:
    """What still stands on the earlier draft, in any of its rounds, and has no place in the later one yet."""
    carried = exists().where(
        col(CarriedAnchor.comment_id) == col(Comment.id), col(CarriedAnchor.succession_id) == succession.id
    )
    return session.execute(
        select(
            col(Comment.id),
            col(Comment.scope),
            col(Comment.clause_id),
            col(Comment.field),
            col(Comment.start),
            col(Comment.end),
        )
        .join(Round, col(Round.id) == col(Comment.round_id))
        .where(col(Round.draft_id) == succession.from_draft_id, still_stands(), ~carried)
        .order_by(col(Comment.id))
    ).all()


@dataclass(slots=True)
class _Units:
    """A draft's texts as the algorithm takes them: each clause's, then each of its fields'."""

    texts: list[str]
    index: dict[tuple[int, str], int]
    keys: list[tuple[int, str]]

    @classmethod
    def of(cls, clauses: Sequence[Laid]) -> "_Units":
        keys = [(one.id, name) for one in clauses for name in ("", *(name for name, _ in one.node.fields))]
        said = {
            (one.id, name): text for one in clauses for name, text in (("", one.node.text), *one.node.fields)
        }
        return cls([said[key] for key in keys], {key: n for n, key in enumerate(keys)}, keys)


def _placed(session: Session, succession: Succession, waiting: Sequence[Any]) -> list[dict[str, Any]]:
    lineage = list(session.scalars(select(Lineage).where(col(Lineage.succession_id) == succession.id)).all())
    before = _Units.of(laid_out(session, succession.from_draft_id))
    after = _Units.of(laid_out(session, succession.to_draft_id))
    links = links_of(lineage)
    known = [pair for link in links for pair in _unit_pairs(link, before, after)]
    successors: dict[int, tuple[int, ...]] = {n: theirs for ours, theirs in links for n in ours}
    passages = [
        one
        for one in waiting
        if one.start is not None and one.end is not None and (one.clause_id, one.field or "") in before.index
    ]
    answers = carry(
        before.texts,
        after.texts,
        [Place(before.index[one.clause_id, one.field or ""], one.start, one.end) for one in passages],
        known,
    )
    found = {one.id: answer for one, answer in zip(passages, answers, strict=True)}
    return [
        {"succession_id": succession.id, "comment_id": one.id, "fell": False, "version": 1}
        | (_from_answer(found[one.id], after) if one.id in found else _whole(one, before, after, successors))
        for one in waiting
    ]


def _unit_pairs(
    link: tuple[tuple[int, ...], tuple[int, ...]], before: _Units, after: _Units
) -> list[tuple[list[int], list[int]]]:
    """Texts to texts, and each field to the field of its name."""
    names = dict.fromkeys(name for n in link[0] for clause, name in _names_of(before, n) if clause == n)
    return [
        (
            [before.index[n, name] for n in link[0] if (n, name) in before.index],
            [after.index[n, name] for n in link[1] if (n, name) in after.index],
        )
        for name in names
    ]


def _names_of(units: _Units, clause_id: int) -> list[tuple[int, str]]:
    at = units.index[clause_id, ""]
    found = []
    while at < len(units.keys) and units.keys[at][0] == clause_id:
        found.append(units.keys[at])
        at += 1
    return found


def _from_answer(answer: Answer, after: _Units) -> dict[str, Any]:
    if answer.place is None:
        return _nowhere(
            Carried.SUGGESTED if answer.how == "suggested" else Carried.ORPHAN,
            [_candidate(place, after) for place in answer.candidates],
        )
    clause_id, name = after.keys[answer.place.p]
    exact = answer.place.score == 1.0
    return {
        "how": Carried.EXACT if exact else Carried.FUZZY,
        "clause_id": clause_id,
        "field": name or None,
        "start": answer.place.start,
        "end": answer.place.end,
        "score": answer.place.score,
        "candidates": [],
    }


def _candidate(place: Place, after: _Units) -> dict[str, Any]:
    clause_id, name = after.keys[place.p]
    return {
        "clause_id": clause_id,
        "field": name,
        "start": place.start,
        "end": place.end,
        "score": round(place.score, 3),
    }


def _nowhere(how: Carried, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "how": how,
        "clause_id": None,
        "field": None,
        "start": None,
        "end": None,
        "score": max((one["score"] for one in candidates), default=0.0),
        "candidates": candidates,
    }


def _whole(one: Any, before: _Units, after: _Units, successors: dict[int, tuple[int, ...]]) -> dict[str, Any]:
    """Where a comment on a whole clause, field or section stands: with the clause's one successor."""
    if one.scope is Scope.PLAN or one.clause_id is None:
        return _nowhere(Carried.EXACT, []) | {"score": 1.0}
    theirs = successors.get(one.clause_id, ())
    name = one.field or ""
    places = [(n, name) for n in theirs if (n, name) in after.index]
    candidates = [
        {"clause_id": n, "field": field, "start": None, "end": None, "score": 0.5}
        for n, field in (places or [(n, "") for n in theirs])
    ]
    if len(places) != 1:
        return _nowhere(Carried.SUGGESTED if candidates else Carried.ORPHAN, candidates)
    same = (
        before.texts[before.index[one.clause_id, name]].split() == after.texts[after.index[places[0]]].split()
    )
    return {
        "how": Carried.EXACT if same else Carried.FUZZY,
        "clause_id": places[0][0],
        "field": name or None,
        "start": None,
        "end": None,
        "score": 1.0,
        "candidates": [],
    }
