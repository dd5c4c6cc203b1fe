"""A round's report: its process, who took part, what was said on each clause and what became of it.

What it shows is the same for everyone who may read it: it is read as by a reader who is nobody, so that
attribution holds in it as everywhere. Clauses are read as they are asked for, a batch at a time.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.answers.models import Reaction, SignOff
from app.answers.objections import Maintained, maintained
from app.answers.participation import Side, participation, public
from app.answers.rules import Opinion, ReactionKind
from app.comments import tallies
from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.reading import COLUMNS, CommentView, views, with_names
from app.comments.rules import Attribution, Status
from app.drafting.gate import following
from app.drafting.models import ResultingText
from app.history.models import History
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.matrix.queries import ORDER
from app.matrix.reading import WHOLE_PLAN, Head, heads
from app.people.models import Person
from app.people.rules import Constituency
from app.plans.models import Clause, Draft, Lineage
from app.rounds.models import Round
from app.rounds.public_holidays import days_to_comment
from app.rounds.queries import Question, Section, questions, scope_of, sections_in_scope

#: So many comments are read in one go.
BATCH = 200

#: What a round's history calls the events that a report tells.
EVENTS = ("opened", "paused", "resumed", "extended", "closed", "reopened", "published")


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to a point, as the report gives it; `disposition` is None while there is none."""

    point_id: int
    disposition: Disposition | None
    reason: str
    reason_ms: str
    referred_to: str
    decided_on: datetime | None
    meeting: str


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with the answers it got."""

    comment: CommentView
    answers: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A clause's words, or a field's, before and after; `after` is None where they went."""

    field: str
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class ClauseReport:
    """What was said on a clause, in the order it came, and what it reads now where its words changed."""

    head: Head
    said: list[Said]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """A reviewer's word on the report; `still` says that the books are as they were when it was given."""

    name: str
    opinion: Opinion
    note: str
    at: datetime
    still: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The parts of a report that are not clause by clause.

    `scope` is empty where the round asks about the whole draft. `dispositions` counts by constituency the
    comments that got each answer (None: none yet), `reactions` those who reacted; `withheld` are comments
    that were made to the secretariat only and are counted nowhere else.
    """

    draft: Draft
    next_draft: Draft | None
    events: list[tuple[datetime, str]]
    working_days: int
    questions: list[Question]
    scope: list[Section]
    sides: list[Side]
    comments: dict[Constituency, int]
    unattributed: int
    withheld: int
    types: dict[str, int]
    dispositions: dict[Constituency, dict[Disposition | None, int]]
    reactions: dict[Constituency, dict[ReactionKind, int]]
    maintained: list[Maintained]
    signed: list[Signed]


def report(session: Session, round_: Round) -> Report:
    """All of a report that is not clause by clause, in a fixed number of statements."""
    reader = public(round_)
    next_ = following(session, round_)
    counted = tallies.several(session, reader, round_, ("constituency", "type"))
    by_side = counted["constituency"]
    everybody = session.scalar(
        select(func.count())
        .select_from(Comment)
        .where(
            col(Comment.round_id) == round_.id,
            col(Comment.status) == Status.SUBMITTED,
            col(Comment.attribution) == Attribution.SECRETARIAT,
        )
    )
    return Report(
        draft=session.get_one(Draft, round_.draft_id),
        next_draft=session.get(Draft, next_.draft_id) if next_ else None,
        events=_events(session, round_),
        working_days=min(days_to_comment(round_.opens_at, round_.closes_at).values()),
        questions=questions(session, round_),
        scope=sections_in_scope(session, round_) if scope_of(session, round_) else [],
        sides=participation(session, round_),
        comments={side: by_side.get(side.value, 0) for side in Constituency},
        unattributed=by_side.get(tallies.WITHHELD, 0),
        withheld=everybody or 0,
        types=counted["type"],
        dispositions=_dispositions(session, round_),
        reactions=_reactions(session, round_),
        maintained=sorted(
            (one for one in maintained(session, round_.id or 0) if one.constituency), key=_side_of
        ),
        signed=_signed(session, round_),
    )


def _side_of(objection: Maintained) -> int:
    return list(Constituency).index(objection.constituency or Constituency.OBSERVER)


def _events(session: Session, round_: Round) -> list[tuple[datetime, str]]:
    rows = session.execute(
        select(col(History.at), col(History.verb))
        .where(
            col(History.subject) == "round",
            col(History.subject_id) == round_.id,
            col(History.verb).in_(EVENTS),
        )
        .order_by(col(History.seq))
    )
    return [(at, verb) for at, verb in rows]


def _dispositions(session: Session, round_: Round) -> dict[Constituency, dict[Disposition | None, int]]:
    rows = session.execute(
        select(col(Comment.constituency), col(Point.disposition), func.count(func.distinct(col(Comment.id))))
        .select_from(Comment)
        .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(
            *seen(public(round_), round_),
            col(Comment.constituency).is_not(None),
        )
        .group_by(col(Comment.constituency), col(Point.disposition))
    )
    found: dict[Constituency, dict[Disposition | None, int]] = {side: {} for side in Constituency}
    for constituency, disposition, n in rows:
        found[constituency][disposition] = n
    return found


def _reactions(session: Session, round_: Round) -> dict[Constituency, dict[ReactionKind, int]]:
    rows = session.execute(
        select(col(Reaction.constituency), col(Reaction.kind), func.count())
        .join(Comment, col(Comment.id) == col(Reaction.comment_id))
        .where(
            col(Reaction.round_id) == round_.id,
            col(Reaction.constituency).is_not(None),
            col(Comment.attribution) != Attribution.SECRETARIAT,
        )
        .group_by(col(Reaction.constituency), col(Reaction.kind))
    )
    found: dict[Constituency, dict[ReactionKind, int]] = {side: {} for side in Constituency}
    for constituency, kind, n in rows:
        found[constituency][kind] = n
    return found


def books(session: Session, round_: Round) -> str:
    """A digest of what the books of a round say, which a sign-off is given on."""
    found = hashlib.sha256()
    rows = session.execute(
        select(col(Point.id), col(Point.disposition), col(Point.reason), col(Point.members))
        .where(col(Point.round_id) == round_.id)
        .order_by(col(Point.id))
        .execution_options(yield_per=1000)
    )
    for id_, disposition, reason, members in rows:
        found.update(f"{id_}\x1f{disposition}\x1f{reason}\x1f{members}\x1e".encode())
    return found.hexdigest()


def _signed(session: Session, round_: Round) -> list[Signed]:
    rows = session.execute(
        select(
            col(Person.name), col(SignOff.opinion), col(SignOff.note), col(SignOff.at), col(SignOff.digest)
        )
        .join(Person, col(Person.id) == col(SignOff.person_id))
        .where(col(SignOff.round_id) == round_.id)
        .order_by(col(SignOff.at))
    ).all()
    if not rows:
        return []
    now = books(session, round_)
    return [Signed(name, opinion, note, at, digest == now) for name, opinion, note, at, digest in rows]


def clauses(session: Session, round_: Round, reach: tuple[int, int] | None = None) -> Iterator[ClauseReport]:
    """What was said clause by clause in document order, of all the draft or from one position to another."""
    reader = public(round_)
    statement = with_names(select(*COLUMNS).where(*seen(reader, round_))).order_by(*ORDER)
    if reach is not None:
        statement = statement.where(col(Comment.position).between(*reach))
    coming = iter(views(session.execute(statement.execution_options(yield_per=BATCH)), reader, round_))
    under = heads(session, round_.draft_id)
    next_ = following(session, round_)
    held: ClauseReport | None = None
    while some := list(islice(coming, BATCH)):
        answers = _answers(session, [one.id for one in some])
        changes = _changes(session, round_, next_.succession_id if next_ else None, some)
        for comment in some:
            head = under.get(comment.clause_id, WHOLE_PLAN) if comment.clause_id else WHOLE_PLAN
            if held is None or held.head.clause_id != head.clause_id:
                if held is not None:
                    yield held
                held = ClauseReport(head, [], tuple(changes.get(head.clause_id or 0, ())))
            held.said.append(Said(comment, tuple(answers.get(comment.id, ()))))
    if held is not None:
        yield held


def _answers(session: Session, comment_ids: Sequence[int]) -> dict[int, list[Given]]:
    rows = session.execute(
        select(
            col(PointComment.comment_id),
            col(Point.id),
            col(Point.disposition),
            col(Point.reason),
            col(Point.reason_ms),
            col(Point.referred_to),
            col(Point.decided_at),
            col(Point.decided_meeting),
        )
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(col(PointComment.comment_id).in_(comment_ids))
        .order_by(col(Point.id))
    )
    found: dict[int, list[Given]] = {}
    for comment_id, *given in rows:
        found.setdefault(comment_id, []).append(Given(*given))
    return found


def _changes(
    session: Session, round_: Round, succession_id: int | None, comments: Iterable[CommentView]
) -> dict[int, list[Change]]:
    """The words before and after of the clauses that some comments are on, where they differ."""
    ids = sorted({one.clause_id for one in comments if one.clause_id})
    found: dict[int, list[Change]] = {}
    if not ids:
        return found
    if succession_id is None:
        rows: Any = session.execute(
            select(
                col(ResultingText.clause_id),
                col(ResultingText.field),
                col(ResultingText.text),
                col(Clause.text),
                col(Clause.fields),
            )
            .join(Clause, col(Clause.id) == col(ResultingText.clause_id))
            .where(col(ResultingText.round_id) == round_.id, col(ResultingText.clause_id).in_(ids))
            .order_by(col(ResultingText.clause_id), col(ResultingText.field))
        )
        for clause_id, name, after, text, fields in rows:
            before = fields.get(name, "") if name else text
            if after != before:
                found.setdefault(clause_id, []).append(Change(name, before, after))
        return found
    after_ = Clause.__table__.alias("after")  # type: ignore[attr-defined]
    rows = session.execute(
        select(
            col(Lineage.from_clause_id), col(Clause.text), col(Clause.fields), after_.c.text, after_.c.fields
        )
        .join(Clause, col(Clause.id) == col(Lineage.from_clause_id))
        .outerjoin(after_, after_.c.id == col(Lineage.to_clause_id))
        .where(col(Lineage.succession_id) == succession_id, col(Lineage.from_clause_id).in_(ids))
        .order_by(col(Lineage.id))
    )
    for clause_id, text, fields, text_after, fields_after in rows:
        made = found.setdefault(clause_id, [])
        if text_after != text:
            made.append(Change("", text, text_after))
        for name in {**fields, **(fields_after or {})}:
            before, after = fields.get(name, ""), (fields_after or {}).get(name, "")
            if before != after:
                made.append(Change(name, before, after))
    return found
