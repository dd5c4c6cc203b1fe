"""The drafter's queue: clauses with points, in document order, and how far the text of each has come.

The queue walks the clauses of the draft, so its cost is bounded by the draft and not by the comments; what
proposals make of a text is worked out for the clauses of one page alone.
"""

import enum
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlmodel import Session, col

from app.comments import tallies
from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.rules import Status, Verb
from app.drafting.asked import key_of, woven
from app.drafting.models import ResultingText, ResultPoint
from app.matrix.dispositions import CHANGES_TEXT, Disposition
from app.matrix.models import Point
from app.matrix.reading import Head, heads
from app.people.rules import SEATS, Viewer
from app.plans.models import Clause
from app.rounds.models import Round
from app.words import N_

#: Clauses on a page.
PAGE = 25


class Progress(enum.StrEnum):
    """How far a clause, or a field of it, has come on its way into the next draft."""

    COMMENTS = "comments"
    MERGES = "merges"
    COLLIDES = "collides"
    WRITTEN = "written"
    CHANGED_AFTER = "changed_after"
    DONE = "done"


PROGRESS_NAMES = {
    Progress.COMMENTS: N_("Comments without a text"),
    Progress.MERGES: N_("Goes together"),
    Progress.COLLIDES: N_("Collides"),
    Progress.WRITTEN: N_("Text written"),
    Progress.CHANGED_AFTER: N_("Changed after it was written"),
    Progress.DONE: N_("Done"),
}


class Show(enum.StrEnum):
    """Which clauses of the queue are asked for."""

    ALL = "all"
    TO_WRITE = "to_write"
    MISSING = "missing"
    WRITTEN = "written"
    DONE = "done"


SHOW_NAMES = {
    Show.ALL: N_("All"),
    Show.TO_WRITE: N_("To write"),
    Show.MISSING: N_("Accepted, not in the text yet"),
    Show.WRITTEN: N_("Text written"),
    Show.DONE: N_("Done"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """The text of a clause, or of one of its fields, in the queue.

    `proposals` are different texts, `collisions` places where they exclude each other.
    """

    field: str
    proposals: int
    collisions: int
    progress: Progress
    own_words: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A clause in the queue; `sides` are comments by constituency, in the one order of the four.

    `points` are all that stand, of which `undecided` and, of these, `answered` by a proposal; `missing` are
    accepted and stand behind no words yet.
    """

    head: Head
    eid: str
    position: int
    text: str
    text_ms: str
    points: int
    undecided: int
    answered: int
    missing: int
    sides: tuple[int, ...]
    parts: tuple[Part, ...] = field(default_factory=tuple)

    def words(self, language: str) -> str:
        """What it says, as its reader reads it."""
        return self.text_ms if language == "ms" and self.text_ms else self.text

    @property
    def foremost(self) -> Part | None:
        """The text of it that most needs somebody."""
        return min(self.parts, key=lambda part: _FOREMOST.index(part.progress), default=None)


#: What needs somebody most comes first.
_FOREMOST = (
    Progress.COLLIDES,
    Progress.CHANGED_AFTER,
    Progress.MERGES,
    Progress.WRITTEN,
    Progress.COMMENTS,
    Progress.DONE,
)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue; `before` and `after` are positions that lead on, None at an end."""

    lines: list[Line]
    before: int | None
    after: int | None


def _standing(round_: Round, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a clause has a point of which something holds."""
    return exists().where(
        col(Point.round_id) == round_.id,
        col(Point.position) == col(Clause.position),
        col(Point.clause_id) == col(Clause.id),
        col(Point.members) > 0,
        *where,
    )


def _written(round_: Round) -> ColumnElement[bool]:
    return exists().where(
        col(ResultingText.round_id) == round_.id, col(ResultingText.clause_id) == col(Clause.id)
    )


def _missing() -> list[ColumnElement[bool]]:
    behind = exists().where(col(ResultPoint.point_id) == col(Point.id))
    return [col(Point.disposition).in_(CHANGES_TEXT), ~behind]


#: What each view of the queue asks of a clause.
_SHOWS: dict[Show, Callable[[Round], list[ColumnElement[bool]]]] = {
    Show.ALL: lambda _: [],
    Show.TO_WRITE: lambda round_: [_standing(round_, col(Point.proposes).is_(True)), ~_written(round_)],
    Show.MISSING: lambda round_: [_standing(round_, *_missing())],
    Show.WRITTEN: lambda round_: [_written(round_)],
    Show.DONE: lambda round_: [
        _written(round_),
        ~_standing(round_, col(Point.disposition).is_(None)),
        ~_standing(round_, *_missing()),
    ],
}


def _clauses(viewer: Viewer, round_: Round, show: Show, *, mine: bool) -> Any:
    assigned = [col(Point.drafter_seat_id) == viewer.seat_id] if mine else []
    commented = exists().where(
        *seen(viewer, round_),
        col(Comment.position) == col(Clause.position),  # the index by place serves it
        col(Comment.clause_id) == col(Clause.id),
        col(Comment.status) == Status.SUBMITTED,
    )
    return select(col(Clause.id), col(Clause.eid), col(Clause.position)).where(
        col(Clause.draft_id) == round_.draft_id,
        _standing(round_, *assigned) if mine else commented,
        *_SHOWS[show](round_),
    )


def page(
    session: Session,
    viewer: Viewer,
    round_: Round,
    *,
    show: Show = Show.ALL,
    mine: bool = False,
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> Queue:
    """The page of the queue after, or before, a position in the draft; a fixed number of statements."""
    statement = _clauses(viewer, round_, show, mine=mine)
    position = col(Clause.position)
    if before is not None:
        statement = statement.where(position < before).order_by(position.desc())
    else:
        statement = statement.where(position > (after if after is not None else -1)).order_by(position)
    rows = list(session.execute(statement.limit(size + 1)))
    more = len(rows) > size
    rows = rows[:size]
    if before is not None:
        rows.reverse()
    back = more if before is not None else after is not None
    on = more if before is None else True
    return Queue(
        lines=lines(session, viewer, round_, [row[0] for row in rows]),
        before=rows[0][2] if rows and back else None,
        after=rows[-1][2] if rows and on else None,
    )


def around(
    session: Session, viewer: Viewer, round_: Round, position: int, *, mine: bool = False, size: int = 14
) -> list[Line]:
    """The clauses of the queue around a position, half before it."""
    statement = _clauses(viewer, round_, Show.ALL, mine=mine)
    at = col(Clause.position)
    back = session.execute(statement.where(at < position).order_by(at.desc()).limit(size // 2)).all()
    on = session.execute(statement.where(at >= position).order_by(at).limit(size - len(back))).all()
    return lines(session, viewer, round_, [row[0] for row in (*reversed(back), *on)])


def every(
    session: Session, viewer: Viewer, round_: Round, *, show: Show = Show.ALL, mine: bool = False
) -> Iterator[Line]:
    """The whole queue, a page at a time."""
    after: int | None = -1
    while after is not None:
        found = page(session, viewer, round_, show=show, mine=mine, after=after)
        yield from found.lines
        after = found.after


def lines(session: Session, viewer: Viewer, round_: Round, clause_ids: Sequence[int]) -> list[Line]:
    """These clauses as lines of the queue."""
    if not clause_ids:
        return []
    ids = list(clause_ids)
    clauses = {row[0]: row for row in session.execute(_texts(ids))}
    under = heads(session, round_.draft_id, ids)
    places = [row[2] for row in clauses.values()]
    points = {row[0]: row[1:] for row in session.execute(_points(round_, ids, places))}
    here = [
        *seen(viewer, round_),
        col(Comment.position).in_(places),  # the index by place serves it
        col(Comment.clause_id).in_(ids),
    ]
    asked = _asked(session, here)
    results = _results(session, round_, ids)
    changed = _changed(session, here)
    wanted = [f"{id_}:{side.value}" for id_ in ids for side in SEATS]
    counted = tallies.tally(session, viewer, round_, "clause", wanted)
    found = []
    for id_ in ids:
        _, eid, position, text, text_ms, fields = clauses[id_]
        n, undecided, answered, missing = points.get(id_, (0, 0, 0, 0))
        names = dict.fromkeys(name for of, name in (*asked, *results) if of == id_)
        settled = not undecided and not missing
        parts = [
            _part(
                name,
                fields.get(name, "") if name else text,
                asked.get((id_, name), ()),
                results.get((id_, name)),
                changed.get((id_, name)),
                settled=settled,
            )
            for name in sorted(names)
        ]
        sides = tuple(counted.get(f"{id_}:{side.value}", 0) for side in SEATS)
        found.append(
            Line(
                under[id_], eid, position, text, text_ms, n, undecided, answered, missing, sides, tuple(parts)
            )
        )
    return found


def _texts(ids: list[int]) -> Any:
    return select(
        col(Clause.id),
        col(Clause.eid),
        col(Clause.position),
        col(Clause.text),
        col(Clause.text_ms),
        col(Clause.fields),
    ).where(col(Clause.id).in_(ids))


def _points(round_: Round, ids: list[int], places: list[int]) -> Any:
    """How many points each clause has: all, undecided, undecided with an answer proposed, accepted but in no text."""

    def n(*where: ColumnElement[bool]) -> Any:
        held = where[0]
        for one in where[1:]:
            held &= one
        return func.coalesce(func.sum(case((held, 1), else_=0)), 0)

    open_ = col(Point.disposition).is_(None)
    return (
        select(
            col(Point.clause_id),
            func.count(),
            n(open_),
            n(open_, col(Point.proposed_disposition).is_not(None)),
            n(*_missing()),
        )
        .where(
            col(Point.round_id) == round_.id,
            col(Point.clause_id).in_(ids),
            col(Point.position).in_(places),  # the index by place serves it
            col(Point.members) > 0,
            func.coalesce(col(Point.disposition), "") != Disposition.WITHDRAWN.value,
        )
        .group_by(col(Point.clause_id))
    )


def _asked(
    session: Session, here: Sequence[ColumnElement[bool]]
) -> Mapping[tuple[int, str], tuple[str, ...]]:
    """The different texts proposed for each text of some clauses; one commented on only has an entry of none."""
    found: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    columns = (
        col(Comment.clause_id),
        col(Comment.field),
        col(Comment.proposed),
        col(Comment.proposed_verb),
    )
    for clause_id, name, proposed, verb in session.execute(
        select(*columns)
        .where(*here, col(Comment.status) == Status.SUBMITTED)
        .group_by(*columns)
        .order_by(func.min(col(Comment.id)))
    ):
        texts = found[clause_id or 0, name or ""]
        text = (proposed or "").replace("\r\n", "\n").strip()
        if text or (proposed is not None and verb is not Verb.MOVE):
            texts.setdefault(key_of(text), text)
    return {key: tuple(texts.values()) for key, texts in found.items()}


def _results(session: Session, round_: Round, ids: list[int]) -> dict[tuple[int, str], Any]:
    rows = session.execute(
        select(
            col(ResultingText.clause_id),
            col(ResultingText.field),
            col(ResultingText.at),
            col(ResultingText.own_words),
        ).where(col(ResultingText.round_id) == round_.id, col(ResultingText.clause_id).in_(ids))
    )
    return {(row[0], row[1]): row for row in rows}


def _changed(session: Session, here: Sequence[ColumnElement[bool]]) -> dict[tuple[int, str], datetime]:
    """When the proposals on each text were last written, changed or withdrawn."""
    rows = session.execute(
        select(
            col(Comment.clause_id),
            col(Comment.field),
            func.max(col(Comment.saved_at)),
            func.max(col(Comment.withdrawn_at)),
        )
        .where(*here, col(Comment.proposed).is_not(None))
        .group_by(col(Comment.clause_id), col(Comment.field))
    )
    return {
        (clause_id or 0, name or ""): max(filter(None, (saved, withdrawn)))
        for clause_id, name, saved, withdrawn in rows
    }


def _part(
    name: str,
    base: str,
    texts: tuple[str, ...],
    result: Any,
    changed: datetime | None,
    *,
    settled: bool,
) -> Part:
    texts = tuple(text for text in texts if text.split() != base.split())
    goes = any(not text for text in texts)
    kept = tuple(text for text in texts if text)
    collisions = (
        sum(1 for choice in woven(base, kept).choices if not choice.rest) + (1 if goes else 0) if texts else 0
    )
    if result is not None:
        if changed is not None and changed > result.at:
            progress = Progress.CHANGED_AFTER
        else:
            progress = Progress.DONE if settled else Progress.WRITTEN
    elif not texts:
        progress = Progress.COMMENTS
    else:
        progress = Progress.COLLIDES if collisions else Progress.MERGES
    return Part(name, len(texts), collisions, progress, bool(result and result.own_words))
