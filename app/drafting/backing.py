"""Saying what is behind a change of the next draft where the books do not say so already."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.drafting.gate import following, mark_implemented
from app.drafting.models import Backing
from app.errors import Conflict, Invalid
from app.history.actions import record
from app.matrix.dispositions import CHANGES_TEXT
from app.matrix.models import Point
from app.matrix.naming import point_named
from app.people.rules import Viewer
from app.plans.models import Lineage
from app.policy import May, may, require
from app.rounds.models import Round
from app.words import N_

#: More changes at once than this is no form of ours.
MOST = 200


def back(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    links: Collection[int],
    ref: str = "",
    note: str = "",
    at: datetime,
) -> int:
    """Say that a point, named by the ref of one of its comments, or what a note says, is behind some changes.

    `links` are ids of lineage links between the round's draft and the next; gives how many were new. Refused
    where the comment's point was not accepted: no answer is behind the change then.
    """
    require(may(by.role, May.WRITE_RESULT, phase=round_.phase))
    next_ = following(session, round_)
    if next_ is None:
        raise Conflict(N_("No draft follows the one that was commented on."))
    note = " ".join(note.split())[:400]
    points: list[int | None] = [*_points(session, round_, ref)] if ref.strip() else []
    if not points and not note:
        raise Invalid(
            "Name a comment whose point asked for this, or say what else is behind it.",
            fields={"ref": N_("Give a ref, such as R1-0016.")},
        )
    rows = session.execute(
        select(col(Lineage.id), col(Lineage.from_clause_id), col(Lineage.to_clause_id))
        .where(col(Lineage.succession_id) == next_.succession_id, col(Lineage.id).in_(list(links)[:MOST]))
        .order_by(col(Lineage.id))
    ).all()
    if not rows:
        raise Invalid("Tick the changes that this is behind.", fields={"link": N_("Tick at least one.")})
    made = 0
    for _, from_id, to_id in rows:
        clause_id = to_id or from_id
        for point_id in points or [None]:
            known = select(col(Backing.id)).where(
                col(Backing.succession_id) == next_.succession_id, col(Backing.clause_id) == clause_id
            )
            known = known.where(
                col(Backing.point_id) == point_id if point_id else col(Backing.point_id).is_(None)
            )
            if session.scalar(known) is None:
                session.add(
                    Backing(
                        succession_id=next_.succession_id,
                        clause_id=clause_id,
                        point_id=point_id,
                        note=note if point_id is None else "",
                        by_person_id=by.person_id,
                        at=at,
                    )
                )
                made += 1
    session.flush()
    if made:
        mark_implemented(session, round_, by=by.person_id, at=at)
        record(
            session,
            at=at,
            by=by.person_id,
            verb="backed",
            subject="succession",
            subject_id=next_.succession_id,
            after={"links": [row[0] for row in rows], "points": points, "note": note if not points else ""},
            plan_id=round_.plan_id,
            round_id=round_.id,
        )
    return made


def _points(session: Session, round_: Round, ref: str) -> list[int]:
    """The accepted point that a ref names."""
    point_id = point_named(session, round_, ref, "ref")
    answer = session.execute(select(col(Point.disposition)).where(col(Point.id) == point_id)).scalar_one()
    if answer not in CHANGES_TEXT:
        raise Invalid(
            "The point of that comment was not accepted, so it is behind no change.",
            fields={"ref": N_("Name an accepted one.")},
        )
    return [point_id]
