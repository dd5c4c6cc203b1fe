"""References between clauses that the later draft of a succession left behind."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.drafting.kept import Kept, state_of
from app.drafting.lineage_of import Laid, laid_out
from app.plans.models import Lineage, Succession
from app.text.crossreferences import Why, stale
from app.text.places import Placed


@dataclass(frozen=True, slots=True)
class StaleReference:
    """A reference in a clause of the later draft that names another clause than it named, or none.

    `meant` are the labels of the clauses it should name now, `now` of those it does.
    """

    wid: str
    label: str
    before: str
    written: str
    after: str
    why: Why
    meant: list[str]
    now: list[str]


_kept: Kept[list[StaleReference]] = Kept()


def stale_references(session: Session, succession: Succession) -> list[StaleReference]:
    """Every stale reference of the later draft, in document order."""
    state = state_of(session, succession.from_draft_id, succession.to_draft_id)
    return _kept.get(state, lambda: _found(session, succession))


def _found(session: Session, succession: Succession) -> list[StaleReference]:
    before, after = (
        laid_out(session, succession.from_draft_id),
        laid_out(session, succession.to_draft_id),
    )
    successors: dict[str, list[str]] = defaultdict(list)
    for here, there in session.execute(
        select(col(Lineage.from_clause_id), col(Lineage.to_clause_id)).where(
            col(Lineage.succession_id) == succession.id,
            col(Lineage.from_clause_id).is_not(None),
            col(Lineage.to_clause_id).is_not(None),
        )
    ):
        successors[str(here)].append(str(there))
    clauses = {one.node.key: one for one in after}
    found = []
    for one in stale(_placed(before), _placed(after), successors):
        clause = clauses[one.key]
        text, at = clause.node.text, one.reference
        found.append(
            StaleReference(
                clause.wid,
                clause.label,
                ("…" if at.start > 80 else "") + text[max(0, at.start - 80) : at.start],
                at.written,
                text[at.end : at.end + 60] + ("…" if len(text) > at.end + 60 else ""),
                one.why,
                [clauses[key].label for key in one.meant],
                [clauses[key].label for key in one.now],
            )
        )
    return found


def _placed(clauses: list[Laid]) -> list[Placed]:
    return [
        Placed(
            one.node.key, one.label, one.node.number, one.node.kind, one.eid, one.node.text, one.node.parent
        )
        for one in clauses
    ]
