"""Reading answers: what was said, what was done and why, the words before and after, what its author makes of it.

Comments come in by `comments.queries.seen` and `comments.reading.views` alone. Nobody reads an answer before
the round is published but who works on it; a preview shows them one commenter's page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select, tuple_, union_all
from sqlmodel import Session, col

from app.answers.changes import Changes, Words
from app.answers.models import Reaction
from app.answers.rules import ReactionKind, can_react
from app.comments.models import Comment
from app.comments.queries import (
    SeenAs,
    from_constituency,
    from_organisation,
    own,
    places,
    seen,
    seen_as,
    stand_ins,
)
from app.comments.reading import COLUMNS, CommentView, ref, views, with_names
from app.comments.rules import Status
from app.matrix.dispositions import CHANGES_TEXT, Disposition
from app.matrix.models import Point, PointComment
from app.people.models import Organisation
from app.people.rules import Constituency, Viewer
from app.policy import PHASE_ALLOWS, ROLE_MAY, May, may, require
from app.prepared import Prepared
from app.rounds.models import Round
from app.rounds.rules import Phase

PAGE = 30

#: So many other refs of a point, and so many clauses that it changed, are shown with an answer.
TOGETHER, CLAUSES = 12, 3

#: So many points are asked about in one statement; a page has as many, half of which may repeat others.
BRANCHES = 2 * PAGE

#: Phases in which answers are reacted to, and those in which they are still written.
REACTED_IN = [phase for phase in Phase if May.REACT in PHASE_ALLOWS[phase]]
RESOLVED_IN = [phase for phase in Phase if May.DECIDE in PHASE_ALLOWS[phase]]

#: Answers are read in the order of the draft.
ORDER = (col(Comment.position), col(Comment.id), col(Point.id))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose answers are asked for, and which; at most one of the first three says whose.

    `comment` asks for those to one comment alone.
    """

    mine: bool = False
    organisation: int | None = None
    constituency: Constituency | None = None
    disposition: Disposition | None = None
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What its author made of an answer."""

    kind: ReactionKind
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Repeats:
    """The point that one repeats, by the first of its comments that the reader sees, and the answer it got."""

    ref: str
    comment_id: int | None
    disposition: Disposition | None
    reason: str
    reason_language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A comment with one answer it got. `part` is what of it makes this point, where it makes two.

    `together` are the refs of other comments so answered that the reader sees; `clauses` how the text changed,
    `more_clauses` how many further clauses did. `said` is the reaction, where the reader may know it; `open`
    says that the reader can react now.
    """

    comment: CommentView
    point_id: int
    part: str
    disposition: Disposition
    reason: str
    reason_language: str
    referred_to: str
    meeting: str
    decided_at: datetime | None
    repeats: Repeats | None
    together: tuple[str, ...]
    clauses: tuple[Words, ...]
    more_clauses: int
    said: Said | None
    open: bool

    @property
    def promises(self) -> bool:
        """Whether this answer changed the text."""
        return self.disposition in CHANGES_TEXT


Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """Some answers, and where the next begin; None at the end."""

    answers: list[Answer]
    after: Key | None


_POINT: tuple[Any, ...] = (
    col(Point.id),
    col(PointComment.words),
    col(Point.disposition),
    col(Point.reason),
    col(Point.reason_ms),
    col(Point.referred_to),
    col(Point.decided_meeting),
    col(Point.decided_at),
    col(Point.duplicate_of_id),
    col(Point.clause_id),
)


def _answers(viewer: Viewer, round_: Round, asked: Asked) -> Select[Any]:
    """The statement whose rows are a comment's columns and, behind them, those of a point that answers it."""
    statement: Any = (
        select(*COLUMNS, *_POINT)
        .select_from(Comment)
        .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .join(Point, col(Point.id) == col(PointComment.point_id))
        .where(
            *seen(viewer, round_),
            col(Comment.status) == Status.SUBMITTED,
            col(Point.disposition).is_not(None),
            *_whose(viewer, round_, asked),
        )
    )
    if asked.comment is not None:
        statement = statement.where(col(Comment.id) == asked.comment)
    if asked.disposition is not None:
        statement = statement.where(col(Point.disposition) == asked.disposition)
    made: Select[Any] = with_names(statement).order_by(*ORDER)
    return made


def _whose(viewer: Viewer, round_: Round, asked: Asked) -> list[ColumnElement[bool]]:
    if asked.mine:
        return [own(viewer)]
    if asked.organisation is not None:
        return from_organisation(asked.organisation, viewer, round_)
    if asked.constituency is not None:
        return from_constituency(asked.constituency, viewer, round_)
    return []


def answers_page(
    session: Session,
    viewer: Viewer,
    round_: Round,
    asked: Asked,
    *,
    now: datetime,
    after: Key | None = None,
    preview: bool = False,
) -> Page:
    """A page of answers in the order of the draft, in a fixed number of statements.

    `preview` shows, before they are published, what this viewer will read; who may look ahead asks the caller.
    """
    if not preview:
        require(may(viewer.role, May.SEE_ANSWERS, phase=round_.phase))
    statement = _answers(viewer, round_, asked)
    if after is not None:
        # Said twice: an index by place in the draft leads to where the page begins.
        statement = statement.where(tuple_(*ORDER[:2]) >= tuple_(*after[:2]), tuple_(*ORDER) > tuple_(*after))
    rows = session.execute(statement.limit(PAGE + 1)).all()
    made = _read(session, viewer, round_, rows[:PAGE], now=now)
    more = len(rows) > PAGE
    last = made[-1] if made else None
    return Page(made, (last.comment.position, last.comment.id, last.point_id) if last and more else None)


def every_answer(
    session: Session, viewer: Viewer, round_: Round, asked: Asked, *, now: datetime
) -> Iterator[Answer]:
    """All that a page shows a part of, as they are asked for, five hundred at a time."""
    require(may(viewer.role, May.SEE_ANSWERS, phase=round_.phase))
    statement = _answers(viewer, round_, asked).execution_options(yield_per=500)
    found = iter(session.execute(statement))
    while some := list(islice(found, 500)):
        yield from _read(session, viewer, round_, some, now=now)


def _in_language(viewer: Viewer, english: str, malay: str) -> tuple[str, str]:
    """A reason in the reader's language where it was given in it, and the language it is in."""
    if malay and (viewer.language == "ms" or not english):
        return malay, "ms"
    return english, "en"


def _read(
    session: Session, viewer: Viewer, round_: Round, rows: Sequence[Any], *, now: datetime
) -> list[Answer]:
    width = len(COLUMNS)
    comments = list(views((row[:width] for row in rows), viewer, round_))
    points = [row[width:] for row in rows]
    beside = _Beside(session, viewer, round_, comments, points)
    made = []
    for comment, row in zip(comments, points, strict=True):
        id_, part, disposition, reason, reason_ms, referred, meeting, at, repeats, _ = row
        words, language = _in_language(viewer, reason, reason_ms)
        clauses = beside.clauses(id_, comment)
        said = beside.said.get((comment.id, id_))
        made.append(
            Answer(
                comment=comment,
                point_id=id_,
                part=part,
                disposition=disposition,
                reason=words,
                reason_language=language,
                referred_to=referred,
                meeting=meeting,
                decided_at=at,
                repeats=beside.repeated.get(repeats) if disposition is Disposition.DUPLICATE else None,
                together=tuple(r for r in beside.together.get(id_, ()) if r != comment.ref)[:TOGETHER],
                clauses=tuple(clauses[:CLAUSES]),
                more_clauses=max(0, len(clauses) - CLAUSES),
                said=said if beside.may_know(comment) else None,
                open=comment.own
                and bool(may(viewer.role, May.REACT, phase=round_.phase))
                and can_react(disposition, round_.reactions_until, now),
            )
        )
    return made


class _Beside:
    """What stands beside some answers, each kind read in one statement."""

    def __init__(
        self, session: Session, viewer: Viewer, round_: Round, comments: list[CommentView], points: list[Any]
    ) -> None:
        self.viewer, self.round = viewer, round_
        ids = list({row[0] for row in points})
        self.organisation = (
            session.scalar(
                select(col(Organisation.name)).where(col(Organisation.id) == viewer.organisation_id)
            )
            if viewer.organisation_id and comments
            else None
        )
        self.said = _reactions(session, comments) if comments else {}
        mains = [row[8] for row in points if row[8] is not None]
        # A file names of each point only what answers it; a page also what is answered with it.
        wanted = [*mains, *(ids if len(points) <= PAGE else [])]
        refs = _first_refs(session, viewer, round_, wanted) if wanted else {}
        self.together = {id_: [one for _, one in refs.get(id_, [])] for id_ in ids}
        self.repeated = _repeated(session, viewer, mains, refs) if mains else {}
        clauses = {one.clause_id or row[9] for one, row in zip(comments, points, strict=True)}
        clauses |= {row[9] for row in points}
        self._words = Changes(session, viewer, round_, ids, filter(None, clauses)) if ids else None

    def may_know(self, comment: CommentView) -> bool:
        """Whether the reader may know what its author made of the answer: who works on them, and who is of one body."""
        if comment.own or (self.viewer.role and May.SEE_PROPOSALS in ROLE_MAY[self.viewer.role]):
            return True
        return self.organisation is not None and comment.organisation == self.organisation

    def clauses(self, point_id: int, comment: CommentView) -> list[Words]:
        """How the text changed for a point, and at the comment's own clause."""
        return self._words.of(point_id, comment.clause_id, comment.field) if self._words else []


def _reactions(session: Session, comments: Iterable[CommentView]) -> dict[tuple[int, int], Said]:
    rows = session.execute(
        select(
            col(Reaction.comment_id),
            col(Reaction.point_id),
            col(Reaction.kind),
            col(Reaction.note),
            col(Reaction.at),
        ).where(col(Reaction.comment_id).in_({one.id for one in comments}))
    )
    return {(comment, point): Said(kind, note, at) for comment, point, kind, note, at in rows}


def _first_refs(
    session: Session, viewer: Viewer, round_: Round, point_ids: Iterable[int]
) -> dict[int, list[tuple[int, str]]]:
    """Of each point the first comments that this reader sees: id and ref; a few of each, however many it has.

    One statement for `BRANCHES` points, with a part for each that stops when it has enough.
    """
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    ids = sorted(set(point_ids))
    for start in range(0, len(ids), BRANCHES):
        some = ids[start : start + BRANCHES]
        some += [0] * (BRANCHES - len(some))  # no point has this id; one shape is built once
        values = places(viewer, round_) | {f"point_{n}": id_ for n, id_ in enumerate(some)}
        for point, id_, number in _firsts(session, values, seen_as(viewer, round_)):
            found[point].append((id_, ref(round_.number, number)))
    return found


def _of_some_points(shape: SeenAs) -> Any:
    viewer, round_ = stand_ins(shape)
    return union_all(*(_first(f"point_{n}", viewer, round_) for n in range(BRANCHES)))


_firsts = Prepared(_of_some_points)


def _first(name: str, viewer: Viewer, round_: Round) -> Select[Any]:
    some = (
        select(
            col(PointComment.point_id).label("point"),
            col(Comment.id).label("id"),
            col(Comment.number).label("number"),
        )
        .select_from(PointComment)
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(
            col(PointComment.point_id) == bindparam(name, type_=Integer),
            *seen(viewer, round_),
            col(Comment.status) == Status.SUBMITTED,
        )
        .order_by(col(PointComment.comment_id))
        .limit(TOGETHER + 1)
        .subquery()
    )
    return select(some.c.point, some.c.id, some.c.number)


def _repeated(
    session: Session, viewer: Viewer, mains: list[int], refs: dict[int, list[tuple[int, str]]]
) -> dict[int, Repeats]:
    rows = session.execute(
        select(col(Point.id), col(Point.disposition), col(Point.reason), col(Point.reason_ms)).where(
            col(Point.id).in_(set(mains))
        )
    )
    found = {}
    for id_, disposition, reason, reason_ms in rows:
        words, language = _in_language(viewer, reason, reason_ms)
        first = refs.get(id_, [(None, "")])[0]
        found[id_] = Repeats(first[1], first[0], disposition, words, language)
    return found
