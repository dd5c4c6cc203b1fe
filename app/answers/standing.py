"""What becomes, in the next round, of a comment that was not taken up: settled, or still stands?"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.answers.models import Reaction, Settled
from app.answers.rules import LEFT_OPEN, ReactionKind
from app.comments.forms import Written
from app.comments.models import Comment
from app.comments.reading import CommentView, reading, views
from app.comments.rules import Scope, Status
from app.drafting.models import CarriedAnchor
from app.errors import Conflict, NotFound
from app.history.actions import record
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.matrix.submitting import submit
from app.people.rules import Viewer
from app.plans.models import Clause, Lineage, Succession
from app.plans.rules import NOT_CONSULTED
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.text import anchors, merging
from app.words import N_

NOT_OFFERED = N_("There is no such comment of yours that waits for this.")
NO_PLACE = N_(
    "The words of this comment are gone from the new draft. Open the draft and comment where it fits now."
)

#: A chain of drafts longer than this is followed by hand.
MOST_STEPS = 8

#: So many comments are offered at once; the others follow.
MOST = 50


@dataclass(frozen=True, slots=True)
class Offered:
    """An earlier comment of one's own that a round asks about, with the answer it got."""

    comment: CommentView
    round_number: int
    round_id: int
    disposition: Disposition
    reaction: ReactionKind | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands in a later draft: what the composer would have sent, and the text there now."""

    fields: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A comment carried into a round; `wording_kept` is false where its proposed wording no longer fits."""

    comment: Comment
    new: bool
    wording_kept: bool


def _waiting(viewer: Viewer, round_: Round, *columns: Any) -> Any:
    """Own comments of earlier published rounds that were not taken up, and about which nothing is said yet.

    A comment that makes two points is offered once for each answer; the answer of a duplicate is the one it repeats.
    """
    main, carried, earlier = aliased(Point), aliased(Comment), aliased(Round)
    disposition: Any = main.disposition
    said = or_(col(disposition).in_(LEFT_OPEN), col(Reaction.kind) == ReactionKind.MAINTAINS)
    statement: Any = (
        select(*columns, col(disposition).label("disposition"), col(Reaction.kind).label("reaction"))
        .select_from(Comment)
        .join(earlier, col(earlier.id) == col(Comment.round_id))
        .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .join(
            main,
            col(main.id) == func.coalesce(col(Point.duplicate_of_id), col(Point.id)),
        )
        .outerjoin(
            Reaction,
            (col(Reaction.comment_id) == col(Comment.id)) & (col(Reaction.point_id) == col(Point.id)),
        )
        .where(
            col(Comment.seat_id) == viewer.seat_id,
            col(Comment.status) == Status.SUBMITTED,
            col(Comment.plan_id) == round_.plan_id,
            col(earlier.phase) == Phase.PUBLISHED,
            col(earlier.number) < round_.number,
            said,
            or_(
                col(Reaction.kind).is_(None),
                col(Reaction.kind) != ReactionKind.ACCEPTS,
                col(disposition) == Disposition.DEFERRED,
            ),
            ~exists().where(col(Settled.comment_id) == col(Comment.id)).correlate(Comment),
            ~exists().where(col(carried.stands_from_id) == col(Comment.id)).correlate(Comment),
        )
    )
    return statement


def waiting(session: Session, viewer: Viewer, round_: Round) -> int:
    """How many earlier comments of a person an open round asks about, counted to one more than `MOST`."""
    if viewer.seat_id is None or not may(viewer.role, May.COMMENT, phase=round_.phase):
        return 0
    found = session.execute(_waiting(viewer, round_, col(Comment.id)).limit(MOST * 2)).all()
    return len({row[0] for row in found})


def offered(session: Session, viewer: Viewer, round_: Round) -> list[Offered]:
    """The earlier comments of a person that an open round asks about, the oldest round first."""
    if viewer.seat_id is None or not may(viewer.role, May.COMMENT, phase=round_.phase):
        return []
    rows = session.execute(
        _waiting(viewer, round_, col(Comment.id), col(Comment.round_id))
        .order_by(col(Comment.round_id), col(Comment.position), col(Comment.id))
        .limit(MOST * 2)
    ).all()
    found: dict[int, Any] = {}
    for row in rows:
        if len(found) < MOST:
            found.setdefault(row[0], row)
    made = []
    for earlier in session.scalars(
        select(Round).where(col(Round.id).in_({row[1] for row in found.values()})).order_by(col(Round.number))
    ):
        ids = [row[0] for row in found.values() if row[1] == earlier.id]
        statement = reading(viewer, earlier).where(col(Comment.id).in_(ids))
        for view in views(
            session.execute(statement.order_by(col(Comment.position), col(Comment.id))), viewer, earlier
        ):
            _, _, disposition, reaction = found[view.id]
            made.append(Offered(view, earlier.number, earlier.id or 0, disposition, reaction))
    return made


def _own(session: Session, by: Viewer, round_: Round, comment_id: int) -> Comment:
    """An own earlier comment that this round may ask about, whatever was said of it already; locked."""
    require(may(by.role, May.COMMENT, phase=round_.phase))
    comment = session.get(Comment, comment_id, with_for_update=True)
    if (
        comment is None
        or comment.seat_id != by.seat_id
        or comment.plan_id != round_.plan_id
        or comment.status is not Status.SUBMITTED
    ):
        raise NotFound(NOT_OFFERED)
    return comment


def _is_offered(session: Session, by: Viewer, round_: Round, comment_id: int) -> bool:
    return (
        session.execute(
            _waiting(by, round_, col(Comment.id)).where(col(Comment.id) == comment_id).limit(1)
        ).first()
        is not None
    )


def settle(session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime) -> bool:
    """Say that an earlier comment is settled; gives whether that is new."""
    comment = _own(session, by, round_, comment_id)
    if session.scalar(
        select(col(Settled.id)).where(
            col(Settled.comment_id) == comment_id, col(Settled.round_id) == round_.id
        )
    ):
        return False
    if not _is_offered(session, by, round_, comment_id):
        raise NotFound(NOT_OFFERED)
    session.add(Settled(round_id=round_.id or 0, comment_id=comment_id, seat_id=by.seat_id or 0, at=at))
    session.flush()
    _record(session, comment, by, round_, at, "settled", {"round_id": round_.id})
    return True


def still_stands(session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime) -> Standing:
    """Carry an earlier comment into this round as a new one, as it was typed; pressed twice, it is the same one.

    Its proposed wording goes along where it still fits what the clause says now; where it collides with what
    has changed since, the comment goes without it, and its author is told.
    """
    old = _own(session, by, round_, comment_id)
    client_uuid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"runding/stands/{comment_id}/{round_.id}"))
    already = session.scalars(select(Comment).where(col(Comment.client_uuid) == client_uuid)).first()
    if already is not None and already.status is not Status.DRAFT:
        return Standing(already, new=False, wording_kept=True)
    if not _is_offered(session, by, round_, comment_id):
        raise NotFound(NOT_OFFERED)
    place = placed(session, old, round_)
    if place is None:
        raise Conflict(NO_PLACE)
    proposed, kept = rebased(_base_of(session, old), old.proposed, place.text)
    said = {
        name: getattr(old, name)
        for name in ("type", "priority", "ground", "rationale", "standard", "attribution")
    }
    text = old.text if old.text.strip() or proposed is not None else (old.proposed or "")
    written = Written(client_uuid=client_uuid, **place.fields, **said, text=text, proposed=proposed)
    comment, new = submit(session, by=by, round_=round_, written=written, at=at)
    comment.stands_from_id = old.id
    session.add(comment)
    session.flush()
    if new:
        _record(session, old, by, round_, at, "still stands", {"round_id": round_.id, "as": comment.id})
    return Standing(comment, new, kept)


def _record(
    session: Session,
    comment: Comment,
    by: Viewer,
    round_: Round,
    at: datetime,
    verb: str,
    after: dict[str, Any],
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="comment",
        subject_id=comment.id or 0,
        after=after,
        plan_id=round_.plan_id,
        round_id=comment.round_id,
    )


def _base_of(session: Session, comment: Comment) -> str:
    if comment.clause_id is None:
        return ""
    clause = session.get_one(Clause, comment.clause_id)
    return clause.fields.get(comment.field, "") if comment.field else clause.text


def rebased(base: str, proposed: str | None, now: str) -> tuple[str | None, bool]:
    """A proposed wording of `base` on the text of now, and whether it could be kept.

    None and true where nothing was proposed, or where the text already says it.
    """
    if proposed is None or base == now:
        return proposed, True
    if not proposed.strip():
        return "", True
    both = [merging.Change("mine", proposed), merging.Change("draft", now)]
    merged = merging.merge(base, both)
    if merged.collisions:
        return (None, True) if proposed.split() == now.split() else (None, False)
    return (None, True) if merged.text.split() == now.split() else (merged.text, True)


def placed(session: Session, comment: Comment, round_: Round) -> Place | None:
    """Where a comment of an earlier draft stands in a round's draft; None where a person must say.

    Where it was carried; else where lineage leads, if to one clause alone; else the clause of the same
    permanent id. A passage that is no longer there becomes a comment on its clause, never on a look-alike.
    """
    if comment.scope is Scope.PLAN or comment.clause_id is None:
        return Place({"scope": Scope.PLAN}, "")
    carried = session.execute(
        select(CarriedAnchor)
        .join(Succession, col(Succession.id) == col(CarriedAnchor.succession_id))
        .where(col(CarriedAnchor.comment_id) == comment.id, col(Succession.to_draft_id) == round_.draft_id)
    ).scalar()
    if carried is not None and carried.fell:
        return None
    if carried is not None and carried.clause_id is not None:
        clause = session.get_one(Clause, carried.clause_id)
        return _at(comment, clause, carried.field, carried.start, carried.end)
    found = _successor(session, comment, round_.draft_id)
    if found is None:
        return None
    return _at(comment, found, comment.field)


def _successor(session: Session, comment: Comment, draft_id: int) -> Clause | None:
    clause = session.get_one(Clause, comment.clause_id)
    here, at_draft = clause.id, clause.draft_id
    for _ in range(MOST_STEPS):
        if at_draft == draft_id:
            return session.get(Clause, here)
        links: Sequence[Any] = session.execute(
            select(col(Lineage.to_clause_id), col(Succession.to_draft_id))
            .join(Succession, col(Succession.id) == col(Lineage.succession_id))
            .where(col(Lineage.from_clause_id) == here, col(Succession.from_draft_id) == at_draft)
            .order_by(col(Succession.id).desc())
        ).all()
        newest = [row for row in links if row[1] == links[0][1]]
        if not newest:
            break
        if len(newest) != 1 or newest[0][0] is None:
            return None
        here, at_draft = newest[0]
    return session.scalars(
        select(Clause).where(col(Clause.draft_id) == draft_id, col(Clause.wid) == clause.wid)
    ).first()


def _at(
    comment: Comment, clause: Clause, field: str | None, start: int | None = None, end: int | None = None
) -> Place | None:
    if clause.kind in NOT_CONSULTED or (field and field not in clause.fields):
        return None
    text = clause.fields[field] if field else clause.text
    fields: dict[str, Any] = {"scope": comment.scope, "wid": clause.wid, "field": field or ""}
    if comment.scope is Scope.SECTION and clause.until <= clause.position:
        fields["scope"] = Scope.CLAUSE
    if comment.scope is Scope.PASSAGE:
        if start is None or end is None:
            found = anchors.find(text, comment.exact or "", comment.prefix, comment.suffix, comment.start)
            start, end = found.start, found.end
        if start is None or end is None or not text[start:end].strip():
            fields["scope"] = Scope.FIELD if field else Scope.CLAUSE
        else:
            quoted = anchors.quote(text, start, end)
            fields |= {
                "exact": quoted.exact,
                "prefix": quoted.prefix,
                "suffix": quoted.suffix,
                "start": quoted.start,
            }
    return Place(fields, text)
