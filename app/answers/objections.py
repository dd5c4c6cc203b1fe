"""The objections that are maintained after the answer, by name of constituency."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.answers.models import Reaction
from app.answers.rules import ReactionKind
from app.comments.models import Comment
from app.comments.reading import ref
from app.comments.rules import Shown, Status, shown
from app.matrix.dispositions import Disposition
from app.matrix.models import Point
from app.people.models import Organisation
from app.people.rules import Constituency
from app.plans.models import Clause
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Maintained:
    """An objection that its author maintains after the answer, by what its comment shows of them."""

    comment_id: int
    ref: str
    position: int
    constituency: Constituency | None
    organisation: str | None
    label: str
    disposition: Disposition
    note: str
    at: datetime


def maintained(session: Session, round_id: int) -> list[Maintained]:
    """The objections maintained in a round, in the order of the draft, for the report and the Steering Committee.

    Each by name of constituency, where its comment shows it: what is for the secretariat only stays under
    none. The rows are as many as the objections.
    """
    rows = session.execute(
        select(
            col(Comment.id),
            col(Round.number),
            col(Comment.number),
            col(Comment.position),
            col(Comment.attribution),
            col(Comment.capacity),
            col(Comment.constituency),
            col(Organisation.name),
            col(Clause.label),
            col(Point.disposition),
            col(Reaction.note),
            col(Reaction.at),
        )
        .select_from(Reaction)
        .join(Comment, col(Comment.id) == col(Reaction.comment_id))
        .join(Round, col(Round.id) == col(Comment.round_id))
        .join(Point, col(Point.id) == col(Reaction.point_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Comment.organisation_id))
        .outerjoin(Clause, col(Clause.id) == col(Comment.clause_id))
        .where(
            col(Reaction.round_id) == round_id,
            col(Reaction.kind) == ReactionKind.MAINTAINS,
            col(Comment.status) == Status.SUBMITTED,
        )
        .order_by(col(Comment.position), col(Comment.id))
    )
    made = []
    for (
        id_,
        round_number,
        number,
        position,
        attribution,
        capacity,
        side,
        body,
        label,
        disposition,
        note,
        at,
    ) in rows:
        parts = shown(attribution, capacity, names=False, own=False)
        made.append(
            Maintained(
                comment_id=id_,
                ref=ref(round_number, number),
                position=position,
                constituency=side if Shown.CONSTITUENCY in parts else None,
                organisation=body if Shown.ORGANISATION in parts else None,
                label=label or "",
                disposition=disposition,
                note=note,
                at=at,
            )
        )
    return made
