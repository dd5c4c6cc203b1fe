"""Where a comment's clause stands in the newest draft that follows the one it was made on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.drafting.models import CarriedAnchor
from app.plans.models import Clause, Draft, Lineage, Succession
from app.plans.rules import DraftStatus
from app.rounds.models import Round


def clause_now(session: Session, comment_ids: Sequence[int], *, unfrozen: bool = False) -> dict[int, str]:
    """Where each comment's clause stands in the newest draft that follows the commented one, by its label.

    A comment that was carried stands where it was carried to; else its clause's successors are named, "; "
    between the parts of a clause that was split. Empty where the clause is gone. A comment whose draft has
    no later one (with `unfrozen`, also one being edited) is left out.
    """
    rows = session.execute(
        select(col(Comment.id), col(Comment.clause_id), col(Clause.draft_id))
        .join(Clause, col(Clause.id) == col(Comment.clause_id))
        .where(col(Comment.id).in_(comment_ids))
    ).all()
    at: dict[int, tuple[int, ...]] = {row.id: (row.clause_id,) for row in rows}
    draft_of: dict[int, int] = {row.id: row.draft_id for row in rows}
    found: dict[int, tuple[int, ...]] = {}
    while at:
        steps = _steps(session, set(draft_of.values()), unfrozen=unfrozen)
        moving = {one: here for one, here in at.items() if draft_of[one] in steps}
        if not moving:
            break
        placed = _carried_to(session, moving, {one.id or 0 for one in steps.values()})
        after = _successors(session, moving, {one.id or 0 for one in steps.values()})
        for one, here in moving.items():
            lineage = tuple(dict.fromkeys(there for n in here for there in after.get(n, ())))
            found[one] = placed.get(one, lineage)
            draft_of[one] = steps[draft_of[one]].to_draft_id
        at = {one: found[one] for one in moving if found[one]}
        draft_of = {one: draft_of[one] for one in at}
    labels = _labels(session, {n for places in found.values() for n in places})
    return {one: "; ".join(labels[n] for n in places) for one, places in found.items()}


def _labels(session: Session, ids: set[int]) -> dict[int, str]:
    return {
        row.id: row.label or row.eid
        for row in session.execute(
            select(col(Clause.id), col(Clause.label), col(Clause.eid)).where(col(Clause.id).in_(ids))
        )
    }


def _steps(session: Session, draft_ids: set[int], *, unfrozen: bool) -> dict[int, Succession]:
    """The newest confirmed succession from each draft."""
    statement = (
        select(Succession)
        .join(Draft, col(Draft.id) == col(Succession.to_draft_id))
        .where(col(Succession.from_draft_id).in_(draft_ids), col(Succession.confirmed_at).is_not(None))
        .order_by(col(Succession.id))
    )
    if not unfrozen:
        statement = statement.where(col(Draft.status) == DraftStatus.FROZEN)
    return {one.from_draft_id: one for one in session.scalars(statement)}


def _carried_to(
    session: Session, moving: dict[int, tuple[int, ...]], successions: set[int]
) -> dict[int, tuple[int, ...]]:
    """Where comments were carried to; nowhere where a person said that the words are gone."""
    return {
        row.comment_id: (row.clause_id,) if row.clause_id else ()
        for row in session.execute(
            select(col(CarriedAnchor.comment_id), col(CarriedAnchor.clause_id)).where(
                col(CarriedAnchor.comment_id).in_(moving),
                col(CarriedAnchor.succession_id).in_(successions),
                col(CarriedAnchor.clause_id).is_not(None) | col(CarriedAnchor.fell).is_(True),
            )
        )
    }


def _successors(
    session: Session, moving: dict[int, tuple[int, ...]], successions: set[int]
) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in session.execute(
        select(col(Lineage.from_clause_id), col(Lineage.to_clause_id))
        .where(
            col(Lineage.succession_id).in_(successions),
            col(Lineage.from_clause_id).in_({n for here in moving.values() for n in here}),
            col(Lineage.to_clause_id).is_not(None),
        )
        .order_by(col(Lineage.id))
    ):
        found[row.from_clause_id].append(row.to_clause_id)
    return found


def newest_after(session: Session, draft_id: int, *, unfrozen: bool = False) -> Draft | None:
    """The newest draft that follows one, step by step; None where there is none yet."""
    found = None
    while step := _steps(session, {draft_id}, unfrozen=unfrozen).get(draft_id):
        found = draft_id = step.to_draft_id
    return session.get(Draft, found) if found else None


@dataclass(frozen=True, slots=True)
class PlacesNow:
    """For a whole round: each clause's label now, by id, and those of comments that stand elsewhere than it."""

    clauses: dict[int, str]
    comments: dict[int, str]

    def label(self, comment_id: int, clause_id: int | None) -> str | None:
        """The label of a comment's clause now; empty where it is gone, None where no draft follows."""
        if comment_id in self.comments:
            return self.comments[comment_id]
        return self.clauses.get(clause_id or 0)


def places_now(session: Session, round_: Round, *, unfrozen: bool = False) -> PlacesNow:
    """Where all clauses of a round's draft stand now: as much as the draft is long, however many comments there are."""
    at: dict[int, tuple[int, ...]] = {
        n or 0: (n or 0,)
        for n in session.scalars(select(col(Clause.id)).where(col(Clause.draft_id) == round_.draft_id))
    }
    draft_id, found = round_.draft_id, {}
    while step := _steps(session, {draft_id}, unfrozen=unfrozen).get(draft_id):
        after = _successors(session, at, {step.id or 0})
        found = {
            one: tuple(dict.fromkeys(there for n in here for there in after.get(n, ())))
            for one, here in at.items()
        }
        at, draft_id = found, step.to_draft_id
    if not found:
        return PlacesNow({}, {})
    labels = _labels(session, {n for places in found.values() for n in places})
    apart = _apart(session, round_)
    return PlacesNow(
        {one: "; ".join(labels[n] for n in places) for one, places in found.items()},
        clause_now(session, apart, unfrozen=unfrozen) if apart else {},
    )


def _apart(session: Session, round_: Round) -> list[int]:
    """The comments of a round that were carried to another clause than their clause's successor."""
    beside = exists().where(
        col(Lineage.succession_id) == col(CarriedAnchor.succession_id),
        col(Lineage.from_clause_id) == col(Comment.clause_id),
        col(Lineage.to_clause_id) == col(CarriedAnchor.clause_id),
    )
    return list(
        session.scalars(
            select(col(CarriedAnchor.comment_id))
            .join(Comment, col(Comment.id) == col(CarriedAnchor.comment_id))
            .where(
                col(Comment.round_id) == round_.id,
                or_(
                    col(CarriedAnchor.fell).is_(True),
                    col(CarriedAnchor.clause_id).is_not(None) & ~beside,
                ),
            )
        )
    )
