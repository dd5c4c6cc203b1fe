"""What has just happened in a round, as far as each reader may know: pages that are open are told of it.

It is read from history after the commit. A reader hears of comments that `comments.queries.seen` shows them,
never whose they are; of points only where policy lets them see proposals, with the colleague who saved.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, func, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.rules import CommentVerb
from app.history.models import History
from app.people.models import Person, Seat
from app.people.rules import Role, Viewer
from app.policy import ROLE_MAY, May, may
from app.prepared import Prepared
from app.rounds.models import Round

#: What of a comment's history is told.
TOLD = frozenset({CommentVerb.SUBMIT, CommentVerb.EDIT, CommentVerb.WITHDRAW})
#: Whose names go with a change of a point: they work on the answers.
COLLEAGUES = frozenset(role for role in Role if May.SEE_PROPOSALS in ROLE_MAY[role])


@dataclass(frozen=True, slots=True)
class Change:
    """A row of history: what was done by whom to a comment or a point, and what else it may be."""

    id: int
    round_id: int | None
    subject: str
    subject_id: int
    verb: str
    by: int | None


@dataclass(frozen=True, slots=True)
class News:
    """What one reader is told: `subject` is "comment" or "point"; `who` is empty where that is withheld."""

    id: int
    subject: str
    subject_id: int
    verb: str
    who: str = ""


_COLUMNS = (
    col(History.id),
    col(History.round_id),
    col(History.subject),
    col(History.subject_id),
    col(History.verb),
    col(History.by_person_id),
)


@Prepared
def _after() -> Executable:
    return (
        select(*_COLUMNS)
        .where(col(History.id) > bindparam("after"))
        .order_by(col(History.id))
        .limit(bindparam("most"))
    )


def newest(session: Session) -> int:
    """The id of the last change of all, 0 when there is none."""
    return session.scalar(select(func.max(col(History.id)))) or 0


def changes(session: Session, after: int, most: int) -> list[Change]:
    """At most so many changes with a greater id than `after`, of whatever round, in their order."""
    return [Change(*row) for row in _after(session, {"after": after, "most": most})]


def those(session: Session, ids: Collection[int]) -> list[Change]:
    """The changes of these ids, as far as they are there."""
    rows = session.execute(select(*_COLUMNS).where(col(History.id).in_(ids)).order_by(col(History.id)))
    return [Change(*row) for row in rows] if ids else []


def changes_of(
    session: Session, round_id: int, most: int, *, after: int = 0, since: datetime | None = None
) -> list[Change]:
    """At most so many changes of a round with a greater id, or made at or after a moment, in their order."""
    wanted = [col(History.round_id) == round_id, col(History.id) > after]
    if since is not None:
        wanted.append(col(History.at) >= since)
    return [
        Change(*row)
        for row in session.execute(select(*_COLUMNS).where(*wanted).order_by(col(History.id)).limit(most))
    ]


def told(session: Session, viewer: Viewer, round_: Round, happened: Iterable[Change]) -> list[News]:
    """What a reader is told of changes of a round, in three queries: nothing of what they did themselves."""
    others = [one for one in happened if one.by != viewer.person_id and one.round_id == round_.id]
    comments = [one for one in others if one.subject == "comment" and one.verb in TOLD]
    points: Sequence[Change] = ()
    if may(viewer.role, May.SEE_PROPOSALS, phase=round_.phase):
        points = [one for one in others if one.subject == "point"]
    visible: set[Any] = set()
    if comments:
        ids = {one.subject_id for one in comments}
        visible = set(
            session.scalars(select(col(Comment.id)).where(*seen(viewer, round_), col(Comment.id).in_(ids)))
        )
    names = _colleagues(session, round_, {one.by for one in points if one.by is not None})
    found = [News(o.id, o.subject, o.subject_id, o.verb) for o in comments if o.subject_id in visible]
    found += [News(o.id, o.subject, o.subject_id, o.verb, names.get(o.by or 0, "")) for o in points]
    return sorted(found, key=lambda news: news.id)


def _colleagues(session: Session, round_: Round, people: Collection[int]) -> dict[int, str]:
    """The names of those who work on the answers of a round's plan."""
    if not people:
        return {}
    rows = session.execute(
        select(col(Person.id), col(Person.name))
        .join(Seat, col(Seat.person_id) == col(Person.id))
        .where(
            col(Seat.plan_id) == round_.plan_id, col(Seat.role).in_(COLLEAGUES), col(Person.id).in_(people)
        )
    )
    return {row.id: row.name for row in rows}
