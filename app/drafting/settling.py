"""What was carried to the next draft: how many of each kind, and a person's word on what is uncertain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.reading import CommentView, reading, views
from app.drafting.confirming import found_clause
from app.drafting.lineage_of import succession_to
from app.drafting.models import CarriedAnchor
from app.drafting.rules import CERTAIN, Carried
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.matrix import deciding
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.plans.models import Clause, Succession
from app.plans.rules import CHANGED_MEANWHILE, NOT_CONSULTED
from app.policy import May, may, require
from app.rounds.models import Round
from app.text import anchors
from app.words import N_

CHOOSE = N_("Choose a place, or say that the words are gone.")
NO_PLACE = N_("Write the number of the clause it belongs to now.")
NOT_THERE = N_(
    "These words are not in that clause. Copy them from it, or leave the field empty for the whole clause."
)
WHY_FELL = N_("The words commented on are not in %(draft)s any more.")
NO_ANCHOR = N_("There is no such comment here, or you may not see it.")

PER_PAGE = 20
FOUND = 8

Choice = Literal["candidate", "elsewhere", "gone"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many anchors came in each way, and of the uncertain ones how many a person has settled, or said fell."""

    by_kind: dict[Carried, int]
    settled: int
    fell: int

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())

    @property
    def waiting(self) -> int:
        return sum(n for how, n in self.by_kind.items() if how not in CERTAIN) - self.settled


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the later draft: a clause or field, and the words there (all of it where none are marked)."""

    clause_id: int
    wid: str
    label: str
    field: str
    before: str
    words: str
    after: str
    score: float


@dataclass(frozen=True, slots=True)
class Item:
    """A carried anchor with its comment, its place if it has one, and the places it may have."""

    id: int
    how: Carried
    score: float
    settled: bool
    fell: bool
    version: int
    comment: CommentView
    place: Spot | None
    candidates: list[Spot]
    was: str


def rounds_before(session: Session, succession: Succession) -> list[Round]:
    """The rounds held on the earlier draft."""
    return list(
        session.scalars(
            select(Round)
            .where(col(Round.draft_id) == succession.from_draft_id, col(Round.plan_id) == succession.plan_id)
            .order_by(col(Round.id))
        )
    )


def _may_see(viewer: Viewer, rounds: Sequence[Round]) -> ColumnElement[bool]:
    return or_(false(), *(and_(*seen(viewer, one)) for one in rounds))


def tally(session: Session, viewer: Viewer, succession: Succession) -> Tally:
    """The numbers of a carry-forward, of the comments this person may see."""
    rows = session.execute(
        select(
            col(CarriedAnchor.how),
            func.count(),
            func.count(col(CarriedAnchor.settled_at)),
            func.sum(case((col(CarriedAnchor.fell), 1), else_=0)),
        )
        .join(Comment, col(Comment.id) == col(CarriedAnchor.comment_id))
        .where(
            col(CarriedAnchor.succession_id) == succession.id,
            _may_see(viewer, rounds_before(session, succession)),
        )
        .group_by(col(CarriedAnchor.how))
    ).all()
    return Tally(
        {row[0]: row[1] for row in rows},
        sum(row[2] for row in rows if row[0] not in CERTAIN),
        sum(int(row[3] or 0) for row in rows),
    )


def page(
    session: Session,
    viewer: Viewer,
    succession: Succession,
    *,
    hows: Sequence[Carried] = (Carried.SUGGESTED, Carried.ORPHAN),
    settled: bool | None = False,
    after: tuple[int, int] | None = None,
    most: int = PER_PAGE,
) -> list[Item]:
    """Carried anchors in document order of their comments, those after (position, comment id) only.

    `settled` says whether a person has decided on them; None does not ask.
    """
    rounds = rounds_before(session, succession)
    statement = (
        select(CarriedAnchor, col(Comment.round_id))
        .join(Comment, col(Comment.id) == col(CarriedAnchor.comment_id))
        .where(
            col(CarriedAnchor.succession_id) == succession.id,
            col(CarriedAnchor.how).in_(hows),
            _may_see(viewer, rounds),
        )
        .order_by(col(Comment.position), col(Comment.id))
        .limit(most)
    )
    if settled is not None:
        decided = col(CarriedAnchor.settled_at).is_not(None)
        statement = statement.where(decided if settled else ~decided)
    if after:
        position, comment_id = after
        statement = statement.where(
            or_(
                col(Comment.position) > position,
                and_(col(Comment.position) == position, col(Comment.id) > comment_id),
            )
        )
    found = session.execute(statement).all()
    return _items(session, viewer, rounds, [(row[0], row[1]) for row in found])


def _items(
    session: Session, viewer: Viewer, rounds: Sequence[Round], found: Sequence[tuple[CarriedAnchor, int]]
) -> list[Item]:
    comments: dict[int, CommentView] = {}
    for round_ in rounds:
        ids = [anchor.comment_id for anchor, round_id in found if round_id == round_.id]
        if ids:
            rows = session.execute(reading(viewer, round_).where(col(Comment.id).in_(ids)))
            comments |= {view.id: view for view in views(rows, viewer, round_)}
    places = {
        n
        for anchor, _ in found
        for n in (anchor.clause_id, *(c["clause_id"] for c in anchor.candidates))
        if n
    }
    clauses = {
        row.id: row
        for row in session.execute(
            select(
                col(Clause.id), col(Clause.wid), col(Clause.label), col(Clause.text), col(Clause.fields)
            ).where(col(Clause.id).in_(places))
        )
    }
    items = []
    for anchor, _ in found:
        comment = comments.get(anchor.comment_id)
        if comment is None:
            continue
        own = {
            "clause_id": anchor.clause_id,
            "field": anchor.field or "",
            "start": anchor.start,
            "end": anchor.end,
            "score": anchor.score,
        }
        items.append(
            Item(
                anchor.id or 0,
                anchor.how,
                anchor.score,
                anchor.settled_at is not None,
                anchor.fell,
                anchor.version,
                comment,
                _spot(clauses, own) if anchor.clause_id else None,
                [_spot(clauses, one) for one in anchor.candidates if one["clause_id"] in clauses],
                comment.exact or comment.base,
            )
        )
    return items


def _spot(clauses: dict[int, Any], place: dict[str, Any]) -> Spot:
    clause = clauses[place["clause_id"]]
    name = place.get("field") or ""
    text = (clause.fields or {}).get(name, "") if name else clause.text
    start, end = place.get("start"), place.get("end")
    if start is None or end is None:
        start, end = 0, len(text)
    return Spot(
        clause.id, clause.wid, clause.label, name, text[:start], text[start:end], text[end:], place["score"]
    )


def looked_up(session: Session, draft_id: int, words: str) -> list[Spot]:
    """Clauses of the later draft that hold some words, or nearly; for a person to choose from."""
    wanted = " ".join(words.split())
    if len(wanted) < 3:
        return []
    texts = {
        row.id: row
        for row in session.execute(
            select(
                col(Clause.id), col(Clause.wid), col(Clause.label), col(Clause.text), col(Clause.fields)
            ).where(col(Clause.draft_id) == draft_id, col(Clause.kind).not_in(NOT_CONSULTED))
        )
    }
    alike = process.extract(
        wanted.casefold(),
        {key: row.text.casefold() for key, row in texts.items() if row.text},
        scorer=fuzz.partial_ratio,
        limit=FOUND,
        score_cutoff=65,
    )
    spots = []
    for _, score, key in alike:
        found = anchors.find(texts[key].text, wanted)
        place = {"clause_id": key, "field": "", "start": found.start, "end": found.end, "score": score / 100}
        spots.append(_spot(texts, place))
    return spots


def settle(
    session: Session,
    *,
    by: Viewer,
    draft_id: int,
    anchor_id: int,
    version: int,
    choice: str,
    candidate: int = -1,
    number: str = "",
    words: str = "",
    at: datetime,
) -> CarriedAnchor:
    """Say where an uncertain anchor belongs: a candidate, another place, or nowhere since its words are gone."""
    require(may(by.role, May.PREPARE_DRAFT))
    succession = succession_to(session, by, draft_id)
    anchor = session.get(CarriedAnchor, anchor_id, with_for_update=True, populate_existing=True)
    if anchor is None or anchor.succession_id != succession.id:
        raise NotFound(NO_ANCHOR)
    visible = session.scalar(
        select(col(Comment.id)).where(
            col(Comment.id) == anchor.comment_id, _may_see(by, rounds_before(session, succession))
        )
    )
    if visible is None:
        raise NotFound(NO_ANCHOR)
    if anchor.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    before = _place(anchor)
    if choice == "candidate" and 0 <= candidate < len(anchor.candidates):
        chosen = anchor.candidates[candidate]
        place = (chosen["clause_id"], chosen.get("field") or None, chosen.get("start"), chosen.get("end"))
    elif choice == "elsewhere":
        place = _elsewhere(session, draft_id, number, words)
    elif choice == "gone":
        place = (None, None, None, None)
    else:
        raise Invalid(CHOOSE, fields={"choice": CHOOSE})
    anchor.clause_id, anchor.field, anchor.start, anchor.end = place
    anchor.fell = choice == "gone"
    anchor.settled_at = at
    anchor.settled_by_person_id = by.person_id
    anchor.version += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="settled",
        subject="carried_anchor",
        subject_id=anchor_id,
        before=before,
        after=_place(anchor),
        plan_id=by.plan_id,
    )
    return anchor


def _place(anchor: CarriedAnchor) -> dict[str, Any]:
    return {
        "comment": anchor.comment_id,
        "clause": anchor.clause_id,
        "field": anchor.field,
        "start": anchor.start,
        "end": anchor.end,
        "fell": anchor.fell,
    }


def _elsewhere(
    session: Session, draft_id: int, number: str, words: str
) -> tuple[int, None, int | None, int | None]:
    if not number.strip():
        raise Invalid(NO_PLACE, fields={"number": NO_PLACE})
    clause_id = found_clause(session, draft_id, number)
    if not words.strip():
        return clause_id, None, None, None
    text = session.scalar(select(col(Clause.text)).where(col(Clause.id) == clause_id)) or ""
    found = anchors.find(text, words.strip())
    if found.start is None:
        raise Invalid(NOT_THERE, fields={"words": NOT_THERE})
    return clause_id, None, found.start, found.end


def propose_fell(session: Session, *, by: Viewer, comment_id: int, reason: str, at: datetime) -> int:
    """Propose that points which only this comment makes fell, where no decision stands yet; gives how many."""
    points = session.scalars(
        select(Point)
        .join(PointComment, col(PointComment.point_id) == col(Point.id))
        .where(
            col(PointComment.comment_id) == comment_id,
            col(Point.disposition).is_(None),
            col(Point.members) == 1,
        )
    ).all()
    done = 0
    for point in points:
        round_ = session.get(Round, point.round_id)
        if round_ is None or not may(by.role, May.PROPOSE, phase=round_.phase):
            continue
        deciding.save(
            session,
            by=by,
            round_=round_,
            point_id=point.id or 0,
            version=point.version,
            was={},
            mine={"proposed_disposition": Disposition.FELL.value, "proposed_reason": reason},
            at=at,
        )
        done += 1
    return done
