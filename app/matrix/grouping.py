"""Grouping comments into points, taking them apart, splitting one over two points, and undoing it: only links move.

Each act writes down every link that it moves, so that it can be undone, and a row in the history of each
point. A point that is emptied keeps what was written on it. What was decided goes with the point: comments
that join a decided point are answered by it, and no comment leaves a decided point for another answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlmodel import Session, SQLModel, col

from app.comments.models import Comment
from app.comments.rules import Status
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record_each
from app.matrix.dispositions import NOT_TO_A_PROPOSAL, Disposition
from app.matrix.keeping import refresh
from app.matrix.models import Point, PointComment, Regrouping
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.moving import stays
from app.words import N_

#: A point and a comment that makes it.
Link = tuple[int, int]

#: So many links are moved in one act; more are several.
MOST = 5000
#: A comment makes at most so many points.
MOST_POINTS = 6

GROUP, UNGROUP, SPLIT = "group", "ungroup", "split"

_LINKS = SQLModel.metadata.tables["point_comment"]


@dataclass(frozen=True, slots=True)
class _Held:
    """A point that is locked, with the comments that make it: their words for it, by comment."""

    row: Any
    comments: dict[int, str]

    @property
    def answer(self) -> tuple[Any, ...] | None:
        """What was decided, in all that a commenter reads of it; None where nothing was."""
        row = self.row
        if row.disposition is None or row.disposition is Disposition.WITHDRAWN:
            return None
        return row.disposition, row.reason, row.duplicate_of_id, row.referred_to


def _locked(session: Session, round_: Round, point_ids: Collection[int]) -> dict[int, _Held]:
    """Points of a round with their links, locked in one order, so that two who regroup never wait in a ring."""
    stays(session, round_)
    ids = sorted(point_ids)
    if len(ids) > MOST:
        raise Invalid("At most %(n)s comments can be grouped at once.", n=MOST)
    rows = session.execute(
        select(
            col(Point.id),
            col(Point.position),
            col(Point.proposes),
            col(Point.theme_id),
            col(Point.drafter_seat_id),
            col(Point.proposed_disposition),
            col(Point.disposition),
            col(Point.reason),
            col(Point.duplicate_of_id),
            col(Point.referred_to),
        )
        .where(col(Point.id).in_(ids), col(Point.round_id) == round_.id)
        .order_by(col(Point.id))
        .with_for_update()
    ).all()
    if len(rows) < len(ids):
        raise NotFound("There is no such point.")
    links: dict[int, dict[int, str]] = defaultdict(dict)
    for link in session.execute(
        select(col(PointComment.point_id), col(PointComment.comment_id), col(PointComment.words))
        .where(col(PointComment.point_id).in_(ids))
        .order_by(col(PointComment.point_id), col(PointComment.comment_id))
    ):
        links[link.point_id][link.comment_id] = link.words
    return {row.id: _Held(row, links[row.id]) for row in rows}


def _chosen(held: dict[int, _Held], links: Iterable[Link], points: Iterable[int]) -> dict[int, list[int]]:
    """The comments chosen of each point; refused where one was regrouped meanwhile."""
    found: dict[int, set[int]] = {point_id: set(held[point_id].comments) for point_id in points}
    for point_id, comment_id in links:
        if comment_id not in held[point_id].comments:
            raise Conflict("Somebody has regrouped a comment that you chose. Look at the matrix again.")
        found.setdefault(point_id, set()).add(comment_id)
    if any(not comments for comments in found.values()):
        raise Conflict("Somebody has regrouped a comment that you chose. Look at the matrix again.")
    return {point_id: sorted(comments) for point_id, comments in sorted(found.items())}


def links_of(session: Session, round_: Round, comment_ids: Collection[int]) -> list[Link]:
    """The points that some comments of a round make; all of them, where one makes two."""
    rows = session.execute(
        select(col(PointComment.point_id), col(PointComment.comment_id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(col(PointComment.comment_id).in_(comment_ids), col(Point.round_id) == round_.id)
        .order_by(col(PointComment.point_id))
    ).all()
    if {comment_id for _, comment_id in rows} != set(comment_ids):
        raise NotFound("There is no such comment.")
    return [(point_id, comment_id) for point_id, comment_id in rows]


def group(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    links: Collection[Link] = (),
    points: Collection[int] = (),
    into: int | None = None,
    at: datetime,
) -> Regrouping:
    """Make chosen comments, and all of chosen points, one point; `into` says which, where it is not left to choose.

    What is decided stays decided, for those who join too; where two hold different decisions it is refused.
    """
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    touched = {point_id for point_id, _ in links} | set(points)
    if len(touched | ({into} if into else set())) < 2:
        raise Invalid("Choose at least two comments that are not one point yet.")
    held = _locked(session, round_, touched | ({into} if into else set()))
    chosen = _chosen(held, links, points)
    target = into if into is not None else _target(held, chosen)
    if not held[target].comments:
        raise Conflict("Somebody has regrouped a comment that you chose. Look at the matrix again.")
    _keeps_answers(held, chosen, target)
    moved: list[list[Any]] = [
        [
            comment_id,
            point_id,
            target,
            held[point_id].comments[comment_id],
            held[point_id].comments[comment_id],
        ]
        if comment_id not in held[target].comments
        else [comment_id, point_id, None, held[point_id].comments[comment_id], ""]
        for point_id, comments in chosen.items()
        if point_id != target
        for comment_id in comments
    ]
    # A comment that stood in two of the points stands in the one once.
    seen: set[int] = set()
    for link in moved:
        if link[2] is not None and link[0] in seen:
            link[2], link[4] = None, ""
        seen.add(link[0])
    return _done(session, by, round_, GROUP, moved, target, at)


def _target(held: dict[int, _Held], chosen: dict[int, list[int]]) -> int:
    """The point that the others join: a decided one, else one with a proposal, else the one with most comments."""

    def rank(point_id: int) -> tuple[bool, bool, int, int, int]:
        one = held[point_id]
        return (
            one.answer is None,
            one.row.proposed_disposition is None,
            -len(one.comments),
            one.row.position,
            point_id,
        )

    return min(chosen, key=rank)


def _keeps_answers(held: dict[int, _Held], chosen: dict[int, list[int]], target: int) -> None:
    """Refuse what would take an answer from a comment, or give it one that is none."""
    answer = held[target].answer
    for point_id in chosen:
        if point_id == target:
            continue
        own = held[point_id].answer
        if own is not None and own != answer:
            raise Conflict(
                "P%(id)s is decided, and P%(other)s is not decided in the same way. Open one of them again first.",
                id=point_id,
                other=target,
            )
        proposes = held[point_id].row.proposes
        if answer is not None and own is None and answer[0] in NOT_TO_A_PROPOSAL and proposes:
            raise Conflict(
                "P%(id)s is answered “Noted”, which is no answer to P%(other)s: it proposes a change.",
                id=target,
                other=point_id,
            )


def ungroup(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    links: Collection[Link] = (),
    points: Collection[int] = (),
    at: datetime,
) -> Regrouping:
    """Give chosen comments points of their own again; of a whole point, all but its first comment.

    A comment that leaves a decided point is open again.
    """
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    held = _locked(session, round_, {point_id for point_id, _ in links} | set(points))
    chosen = _chosen(held, links, points)
    leaving: list[tuple[int, int]] = []
    for point_id, comments in chosen.items():
        if len(comments) == len(held[point_id].comments):
            comments = comments[1:]  # noqa: PLW2901 (the first keeps the point, and what is written on it)
        leaving += [(point_id, comment_id) for comment_id in comments]
    if not leaving:
        raise Invalid("Choose comments that are grouped with others.")
    made = _new_points(
        session, round_, [(comment_id, held[point_id].row) for point_id, comment_id in leaving], at
    )
    moved = [
        [comment_id, point_id, new, held[point_id].comments[comment_id], held[point_id].comments[comment_id]]
        for (point_id, comment_id), new in zip(leaving, made, strict=True)
    ]
    return _done(session, by, round_, UNGROUP, moved, None, at)


def split(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    link: Link,
    words: str = "",
    kept: str = "",
    title: str = "",
    at: datetime,
) -> Regrouping:
    """Let a comment make a second point; `words` of it make the new one, `kept` the one it makes already."""
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    point_id, comment_id = link
    comment = session.execute(
        select(col(Comment.status), col(Comment.text))
        .where(col(Comment.id) == comment_id, col(Comment.round_id) == round_.id)
        .with_for_update(read=True, key_share=True)
    ).first()
    held = _locked(session, round_, {point_id})[point_id]
    if comment is None or comment_id not in held.comments:
        raise Conflict("Somebody has regrouped a comment that you chose. Look at the matrix again.")
    if comment.status != Status.SUBMITTED:
        raise Invalid("This comment was withdrawn.")
    words, kept, title = (" ".join(typed.split()) for typed in (words, kept, title))
    for name, typed in (("words", words), ("kept", kept)):
        if typed and typed not in " ".join(comment.text.split()):
            raise Invalid(
                "Give words as they stand in the comment.",
                fields={name: N_("These words are not in the comment.")},
            )
    if len(title) > 300:
        raise Invalid("A title has at most 300 letters.", fields={"title": N_("Shorten the title.")})
    others = links_of(session, round_, [comment_id])
    if len(others) >= MOST_POINTS:
        raise Invalid("A comment makes at most %(n)s points.", n=MOST_POINTS)
    (new,) = _new_points(session, round_, [(comment_id, None)], at)
    if title:
        session.execute(update(Point).where(col(Point.id) == new).values(title=title))
    before = held.comments[comment_id]
    moved: list[list[Any]] = [[comment_id, None, new, "", words]]
    if kept != before:
        moved.insert(0, [comment_id, point_id, point_id, before, kept])
    return _done(session, by, round_, SPLIT, moved, new, at, also={point_id})


def undo(session: Session, *, by: Viewer, round_: Round, regrouping_id: int, at: datetime) -> Regrouping:
    """Put every link back as it was; refused, naming the points, where later regroupings stand on it."""
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    done = session.get(Regrouping, regrouping_id, with_for_update=True, populate_existing=True)
    if done is None or done.round_id != round_.id:
        raise NotFound("There is no such regrouping.")
    if done.undone_at is not None:
        raise Conflict("This was undone already.")
    moved: list[list[Any]] = [
        [comment_id, to, from_, after, before]
        for comment_id, from_, to, before, after in reversed(done.links)
    ]
    comment_ids = sorted({link[0] for link in moved})
    if any(link[1] is None for link in moved):
        session.execute(
            select(col(Comment.id))
            .where(col(Comment.id).in_(comment_ids))
            .order_by(col(Comment.id))
            .with_for_update(read=True, key_share=True)
        )
    held = _locked(session, round_, {point_id for link in moved for point_id in link[1:3] if point_id})
    now = {(point_id, comment_id) for point_id, one in held.items() for comment_id in one.comments}
    elsewhere: dict[int, int] = defaultdict(int)
    for _, comment_id in links_of(session, round_, comment_ids):
        elsewhere[comment_id] += 1
    for comment_id, from_, to, *_ in moved:
        gone = from_ is not None and (from_, comment_id) not in now
        there = to is not None and to != from_ and (to, comment_id) in now
        last = to is None and elsewhere[comment_id] < 2
        if gone or there or last:
            raise Conflict(
                "Comments of it were regrouped since. Undo that first: %(what)s.",
                what=_later(session, round_, done),
            )
        if from_ is not None:
            now.discard((from_, comment_id))
        if to is not None:
            now.add((to, comment_id))
        elsewhere[comment_id] += (to is not None) - (from_ is not None)
    _move(session, moved)
    _kept(session, by, round_, "regrouping undone", moved, at, done.id or 0)
    done.undone_at = at
    session.flush()
    return done


def _later(session: Session, round_: Round, done: Regrouping) -> str:
    """The points that later regroupings of the same comments have made, newest first, as people name them."""
    mine = {link[0] for link in done.links}
    later = session.scalars(
        select(Regrouping)
        .where(
            col(Regrouping.round_id) == round_.id,
            col(Regrouping.id) > done.id,
            col(Regrouping.undone_at).is_(None),
        )
        .order_by(col(Regrouping.id).desc())
        .limit(1000)
    )
    points: dict[int, None] = {}
    for one in later:
        for comment_id, from_, to, *_ in one.links:
            if comment_id in mine:
                points.setdefault(int(to or from_ or 0))
    return ", ".join(f"P{id_}" for id_ in list(points)[:5]) or "–"


def _new_points(
    session: Session, round_: Round, wanted: Sequence[tuple[int, Any]], at: datetime
) -> list[int]:
    """A point for each comment, where the comment stands; with the theme and drafter of the point it leaves."""
    comments = {
        row.id: row
        for row in session.execute(
            select(col(Comment.id), col(Comment.clause_id), col(Comment.position)).where(
                col(Comment.id).in_([comment_id for comment_id, _ in wanted])
            )
        )
    }
    made = [
        Point(
            round_id=round_.id or 0,
            clause_id=comments[comment_id].clause_id,
            position=comments[comment_id].position,
            theme_id=left.theme_id if left is not None else None,
            drafter_seat_id=left.drafter_seat_id if left is not None else None,
            members=0,
            standing=0,
            created_at=at,
        )
        for comment_id, left in wanted
    ]
    session.add_all(made)
    session.flush()
    return [point.id or 0 for point in made]


def _done(
    session: Session,
    by: Viewer,
    round_: Round,
    kind: str,
    moved: list[list[Any]],
    into: int | None,
    at: datetime,
    also: Collection[int] = (),
) -> Regrouping:
    """Move the links and write down that, how and by whom."""
    if not moved:
        raise Invalid("Choose at least two comments that are not one point yet.")
    if len(moved) > MOST:
        raise Invalid("At most %(n)s comments can be grouped at once.", n=MOST)
    regrouping = Regrouping(
        round_id=round_.id or 0, kind=kind, links=moved, into_id=into, by_person_id=by.person_id, at=at
    )
    session.add(regrouping)
    session.flush()
    _move(session, moved)
    _kept(session, by, round_, VERBS[kind], moved, at, regrouping.id or 0, also)
    return regrouping


#: What history calls what happened to a point.
VERBS = {GROUP: "grouped", UNGROUP: "ungrouped", SPLIT: "split"}

_UPDATE = (
    update(_LINKS)
    .where(_LINKS.c.point_id == bindparam("from_"), _LINKS.c.comment_id == bindparam("comment"))
    .values(point_id=bindparam("to"), words=bindparam("said"))
)


def _move(session: Session, moved: Sequence[Sequence[Any]]) -> None:
    """Move links in their order; a link that is moved is never written anew, which would lock its comment."""
    connection = session.connection()
    gone = [(from_, comment_id) for comment_id, from_, to, *_ in moved if to is None]
    if gone:
        for start in range(0, len(gone), 400):
            some = gone[start : start + 400]
            connection.execute(delete(_LINKS).where(tuple_(_LINKS.c.point_id, _LINKS.c.comment_id).in_(some)))
    changed = [
        {"from_": from_, "comment": comment_id, "to": to, "said": after}
        for comment_id, from_, to, _, after in moved
        if from_ is not None and to is not None
    ]
    if changed:
        connection.execute(_UPDATE, changed)
    new = [
        {"point_id": to, "comment_id": comment_id, "words": after}
        for comment_id, from_, to, _, after in moved
        if from_ is None
    ]
    if new:
        connection.execute(insert(_LINKS), new)


def _kept(
    session: Session,
    by: Viewer,
    round_: Round,
    verb: str,
    moved: Sequence[Sequence[Any]],
    at: datetime,
    regrouping_id: int,
    also: Collection[int] = (),
) -> None:
    """What is kept about the points of moved links, and a row in the history of each."""
    lost: dict[int, list[int]] = defaultdict(list)
    gained: dict[int, list[int]] = defaultdict(list)
    for comment_id, from_, to, *_ in moved:
        if from_ is not None:
            lost[from_].append(comment_id)
        if to is not None:
            gained[to].append(comment_id)
    ids = sorted({*lost, *gained, *also})
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        session.execute(update(Point).where(col(Point.id).in_(some)).values(version=col(Point.version) + 1))
    refresh(session, ids)
    record_each(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="point",
        changes=[
            (
                id_,
                {"comments": lost.get(id_, [])},
                {"comments": gained.get(id_, []), "regrouping": regrouping_id},
            )
            for id_ in ids
        ],
        plan_id=round_.plan_id,
        round_id=round_.id,
    )
