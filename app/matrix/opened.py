"""One point as its reader sees it: its clause, who made it and who objects, what is proposed and decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments import stances
from app.comments.models import Comment, Stance
from app.comments.queries import visible
from app.comments.reading import CommentView, reading, views
from app.comments.rules import StanceKind, Status
from app.errors import NotFound
from app.history import queries as history
from app.matrix.dispositions import Controversy, Disposition, OtherPlan, PointState, state
from app.matrix.keeping import WITHHELD
from app.matrix.models import Point, PointComment, Theme
from app.matrix.reading import WHOLE_PLAN, Head, heads
from app.matrix.written import DRAFTS, refs_of
from app.people.models import Person, Seat
from app.people.rules import SEATS, Constituency, Viewer
from app.plans.models import Clause, Draft
from app.rounds.models import Round

#: So many comments of a point, and reasons of who objects, stand on its page; the matrix holds all.
MOST = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What is proposed for a point, or decided; `duplicate_of` is a ref, `by` a name, empty once erased."""

    disposition: Disposition
    reason: str
    reason_ms: str
    duplicate_of: str
    referred_to: str
    by: str
    at: datetime | None
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """A constituency's organisation objects to a comment, and why."""

    constituency: Constituency
    reason: str
    ref: str


@dataclass(frozen=True, slots=True)
class PointView:
    """A point; `voices` counts organisations by constituency, as far as this reader may be told.

    `text` is the clause's or field's text that proposals would change, `changes` the different texts
    proposed, each by the comment that proposed it first. `more` says that it has further comments.
    """

    id: int
    version: int
    title: str
    theme: str
    clause_id: int | None
    position: int
    head: Head
    text: str
    text_ms: str
    comments: tuple[CommentView, ...]
    more: bool
    members: int
    voices: dict[Constituency, int]
    withheld: int
    support: dict[Constituency, int]
    object: dict[Constituency, int]
    objections: tuple[Objection, ...]
    changes: tuple[CommentView, ...]
    proposes: bool
    controversy: Controversy
    drafter_seat_id: int | None
    drafter: str
    overlap_plan: OtherPlan | None
    overlap_clause: str
    proposal: Answer | None
    decision: Answer | None
    implemented_in: str
    state: PointState

    @property
    def organisations(self) -> int:
        """How many organisations stand behind it."""
        return sum(self.voices.values()) + self.withheld

    @property
    def balance(self) -> tuple[int, ...]:
        """How many organisations support and object, of each of the four in turn."""
        return tuple(n for side in SEATS for n in (self.support.get(side, 0), self.object.get(side, 0)))


_drafter = aliased(Seat)
_drafts = aliased(Person)
_proposed = aliased(Person)
_decided = aliased(Person)


def view(session: Session, viewer: Viewer, round_: Round, point_id: int) -> PointView:
    """A point as this person reads it, in a fixed number of statements; not found where they see no comment of it.

    Whether they may be told of proposals and decisions is the caller's to ask.
    """
    row = session.execute(
        select(
            Point,
            Clause,
            col(Theme.name),
            col(_drafts.name),
            col(_proposed.name),
            col(_decided.name),
            col(Draft.name),
        )
        .outerjoin(Clause, col(Clause.id) == col(Point.clause_id))
        .outerjoin(Theme, col(Theme.id) == col(Point.theme_id))
        .outerjoin(_drafter, col(_drafter.id) == col(Point.drafter_seat_id))
        .outerjoin(_drafts, col(_drafts.id) == col(_drafter.person_id))
        .outerjoin(_proposed, col(_proposed.id) == col(Point.proposed_by_person_id))
        .outerjoin(_decided, col(_decided.id) == col(Point.decided_by_person_id))
        .outerjoin(Draft, col(Draft.id) == col(Point.implemented_draft_id))
        .where(col(Point.id) == point_id, col(Point.round_id) == round_.id, col(Point.members) > 0)
    ).first()
    if row is None:
        raise NotFound("There is no such point.")
    point, clause, theme, drafter, proposed_by, decided_by, draft = row
    mine = select(col(PointComment.comment_id)).where(col(PointComment.point_id) == point_id)
    found = list(
        views(
            session.execute(
                reading(viewer, round_)
                .where(col(Comment.id).in_(mine))
                .order_by(case((col(Comment.status) == Status.SUBMITTED, 0), else_=1), col(Comment.id))
                .limit(MOST + 1)
            ),
            viewer,
            round_,
        )
    )
    if not found:
        raise NotFound("There is no such point.")
    shown = found[:MOST]
    field = next((c.field for c in shown if c.field), None) if all(c.field for c in shown) else None
    clauses = heads(session, round_.draft_id, [point.clause_id]) if point.clause_id else {}
    support, against = _stances(session, viewer, round_, point_id)
    refs = refs_of(
        session, round_, [id_ for id_ in (point.duplicate_of_id, point.proposed_duplicate_of_id) if id_]
    )
    return PointView(
        id=point_id,
        version=point.version,
        title=point.title,
        theme=theme or "",
        clause_id=point.clause_id,
        position=point.position,
        head=clauses.get(point.clause_id or 0, WHOLE_PLAN),
        text=(clause.fields.get(field, "") if field else clause.text) if clause else "",
        text_ms=((clause.fields_ms or {}).get(field, "") if field else clause.text_ms) if clause else "",
        comments=tuple(shown),
        more=len(found) > MOST,
        members=point.members,
        voices={side: point.voices[side.value] for side in Constituency if point.voices.get(side.value)},
        withheld=point.voices.get(WITHHELD, 0),
        support=support,
        object=against,
        objections=_objections(session, shown),
        changes=_changes(shown),
        proposes=point.proposes,
        controversy=Controversy(point.controversy),
        drafter_seat_id=point.drafter_seat_id,
        drafter=drafter or "",
        overlap_plan=point.overlap_plan,
        overlap_clause=point.overlap_clause,
        proposal=Answer(
            point.proposed_disposition,
            point.proposed_reason,
            point.proposed_reason_ms,
            refs.get(point.proposed_duplicate_of_id or 0, ""),
            point.proposed_referred_to,
            proposed_by or "",
            point.proposed_at,
        )
        if point.proposed_disposition
        else None,
        decision=Answer(
            point.disposition,
            point.reason,
            point.reason_ms,
            refs.get(point.duplicate_of_id or 0, ""),
            point.referred_to,
            decided_by or "",
            point.decided_at,
            point.decided_meeting,
        )
        if point.disposition
        else None,
        implemented_in=draft or "",
        state=state(point.disposition, point.proposed_disposition, point.implemented_draft_id),
    )


def _stances(
    session: Session, viewer: Viewer, round_: Round, point_id: int
) -> tuple[dict[Constituency, int], dict[Constituency, int]]:
    """Organisations that support a comment of the point, and that object to one, by constituency."""
    counted: dict[StanceKind, dict[Constituency, int]] = {kind: {} for kind in StanceKind}
    rows = session.execute(
        select(
            col(Stance.kind), col(Stance.constituency), func.count(func.distinct(col(Stance.organisation_id)))
        )
        .where(
            col(Stance.comment_id).in_(
                visible(viewer, round_, col(Comment.id)).where(
                    col(Comment.id).in_(
                        select(col(PointComment.comment_id)).where(col(PointComment.point_id) == point_id)
                    ),
                    col(Comment.status) == Status.SUBMITTED,
                )
            )
        )
        .group_by(col(Stance.kind), col(Stance.constituency))
    )
    for kind, constituency, n in rows:
        counted[kind][constituency] = n
    return counted[StanceKind.SUPPORT], counted[StanceKind.OBJECT]


def _objections(session: Session, shown: list[CommentView]) -> tuple[Objection, ...]:
    said = stances.objections(session, [c.id for c in shown if c.status is Status.SUBMITTED])
    refs = {c.id: c.ref for c in shown}
    found = [
        Objection(constituency, reason, refs[comment_id])
        for comment_id, reasons in said.items()
        for constituency, reason in reasons
    ]
    return tuple(sorted(found, key=lambda one: list(Constituency).index(one.constituency))[:MOST])


def _changes(shown: list[CommentView]) -> tuple[CommentView, ...]:
    """The different texts that standing comments propose, each with the first comment that proposes it."""
    found: dict[tuple[str | None, str], CommentView] = {}
    for comment in shown:
        if comment.proposed is not None and comment.status is Status.SUBMITTED:
            found.setdefault((comment.field, " ".join(comment.proposed.split())), comment)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Drafter:
    """Somebody who can be given points."""

    seat_id: int
    name: str


def drafters(session: Session, round_: Round) -> list[Drafter]:
    """Who can be given points of this round, drafters first."""
    rows = session.execute(
        select(col(Seat.id), col(Person.name), col(Person.email))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(col(Seat.plan_id) == round_.plan_id, col(Seat.role).in_(DRAFTS), col(Seat.ended_at).is_(None))
        .order_by(col(Seat.role), col(Person.name), col(Seat.id))
    )
    return [Drafter(seat_id, name or email or "") for seat_id, name, email in rows]


def themes(session: Session, round_: Round) -> list[tuple[int, str]]:
    """The themes of the plan, by name."""
    rows = session.execute(
        select(col(Theme.id), col(Theme.name))
        .where(col(Theme.plan_id) == round_.plan_id)
        .order_by(col(Theme.name))
    )
    return [(id_, name) for id_, name in rows]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a point's history: who did what, when; `before` and `after` by the point's own attributes."""

    at: datetime
    by: str
    verb: str
    before: dict[str, Any]
    after: dict[str, Any]


def changes(session: Session, point_id: int) -> list[Change]:
    """What happened to a point, the newest first, with names as they are now."""
    rows = history.of(session, "point", point_id)[-50:]
    ids = {row.by_person_id for row in rows if row.by_person_id}
    named = session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    names: dict[int, str] = {row.id: row.name for row in named}
    return [
        Change(row.at, names.get(row.by_person_id or 0, ""), row.verb, row.before or {}, row.after or {})
        for row in reversed(rows)
    ]
