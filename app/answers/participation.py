"""Who was invited to a round and who spoke, as far as may be told: nobody is named by being left over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen, shows
from app.comments.rules import Shown, Status
from app.people.models import Organisation, Seat
from app.people.rules import Constituency, Role, Viewer
from app.positions.models import Answer
from app.rounds.models import Round


@dataclass(slots=True)
class Side:
    """A constituency in a round.

    `named` are the organisations that some comment shows to everyone. Where others spoke without being
    named (`unnamed`), the rest may not be called silent, for whoever is left over would be named by it.
    """

    constituency: Constituency
    named: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unnamed: bool = False

    @property
    def invited(self) -> int:
        """How many organisations were invited."""
        return len(self.named) + len(self.others)

    @property
    def silent(self) -> Sequence[str]:
        """The organisations that said nothing, where that can be told."""
        return () if self.unnamed else self.others


def public(round_: Round) -> Viewer:
    """Everybody and nobody: what a report shows is what this reader sees."""
    return Viewer(None, None, round_.plan_id, Role.OBSERVER, None, None)


def participation(session: Session, round_: Round) -> list[Side]:
    """The constituencies in their order, in one look at the organisations with a seat in the plan."""
    reader = public(round_)
    theirs: list[ColumnElement[bool]] = [
        col(Comment.round_id) == round_.id,
        col(Comment.organisation_id) == col(Organisation.id),
        col(Comment.status) == Status.SUBMITTED,
    ]
    told = exists().where(
        *seen(reader, round_),
        col(Comment.organisation_id) == col(Organisation.id),
        shows(Shown.ORGANISATION, reader, round_),
    )
    answered = exists().where(
        col(Answer.round_id) == round_.id, col(Answer.organisation_id) == col(Organisation.id)
    )
    seated = exists().where(
        col(Seat.plan_id) == round_.plan_id, col(Seat.organisation_id) == col(Organisation.id)
    )
    rows: Any = session.execute(
        select(
            col(Organisation.constituency),
            col(Organisation.name),
            told,
            exists().where(*theirs) | answered,
        )
        .where(col(Organisation.plan_id) == round_.plan_id, seated)
        .order_by(col(Organisation.name))
    )
    found = {side: Side(side) for side in Constituency}
    for constituency, name, is_told, spoke in rows:
        side = found[constituency]
        (side.named if is_told else side.others).append(name)
        side.unnamed = side.unnamed or (bool(spoke) and not is_told)
    return list(found.values())
