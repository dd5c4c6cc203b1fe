"""How people name a point: by the ref of a comment that makes it, or by its own number."""

import re

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.errors import Invalid
from app.matrix.models import Point, PointComment
from app.rounds.models import Round
from app.words import N_

_REF = re.compile(r"(?:R?\s*(?P<round>\d{1,4})\s*[-–.]\s*)?(?P<number>\d{1,9})", re.IGNORECASE)
_POINT = re.compile(r"P\s*(?P<point>\d{1,9})", re.IGNORECASE)

NONE_SUCH = N_("Give the ref of a comment of this round.")


def point_named(session: Session, round_: Round, typed: str, field: str) -> int:
    """The point of this round that “R2-0147”, “147” or “P12” names; refused beside `field` where it is none or two."""
    typed = typed.strip()
    if found := _POINT.fullmatch(typed):
        own = session.execute(
            select(col(Point.id)).where(
                col(Point.id) == int(found["point"]),
                col(Point.round_id) == round_.id,
                col(Point.members) > 0,
            )
        ).scalar()
        if own is None:
            raise Invalid("This round has no point %(name)s.", name=typed[:20], fields={field: NONE_SUCH})
        return int(own)
    found = _REF.fullmatch(typed)
    if found is None or (found["round"] and int(found["round"]) != round_.number):
        raise Invalid("This round has no comment %(name)s.", name=typed[:20], fields={field: NONE_SUCH})
    made = session.scalars(
        select(col(PointComment.point_id))
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(col(Comment.round_id) == round_.id, col(Comment.number) == int(found["number"]))
        .order_by(col(PointComment.point_id))
    ).all()
    if not made:
        raise Invalid("This round has no comment %(name)s.", name=typed[:20], fields={field: NONE_SUCH})
    if len(made) > 1:
        raise Invalid(
            "%(name)s makes %(n)s points: %(points)s. Give the point's own number.",
            name=typed[:20],
            n=len(made),
            points=", ".join(f"P{id_}" for id_ in made),
            fields={field: N_("Give the point's own number.")},
        )
    return int(made[0])
