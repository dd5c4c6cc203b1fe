"""The gate: what blocks closing a round's books, by name. A table of blockers, each found in one statement.

Rule 2 of the domain: no point without its answer and reason, nothing accepted without its change in the next
draft, nothing changed without an answer behind it. All statements ask for what blocks, and never walk past
what does not: they cost what they show.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.rules import Status
from app.drafting.models import Backing, CarriedAnchor, ResultingText, ResultPoint
from app.drafting.results import unbacked_runs
from app.drafting.rules import CERTAIN
from app.drafting.standing import still_stands
from app.history.actions import record
from app.matrix.dispositions import CHANGES_TEXT, NEEDS_NO_REASON
from app.matrix.models import Point, PointComment
from app.plans.models import Clause, Draft, Lineage, Succession
from app.plans.rules import NOT_CONSULTED, WORDS_CHANGED, DraftStatus, LineageKind
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.words import N_

#: So many lines stand on a page, and so many are counted.
PAGE, COUNTED = 50, 1000

#: So many points are written on at once.
BATCH = 500

#: So many of each stand on the overview.
FIRST = 5


class Blocker(enum.StrEnum):
    """What can block the books."""

    UNDECIDED = "undecided"
    UNREASONED = "unreasoned"
    UNIMPLEMENTED = "unimplemented"
    UNBACKED = "unbacked"
    WORDS = "words"
    LINEAGE = "lineage"
    ORPHANS = "orphans"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Following:
    """The draft that follows a round's, and the succession that says so; `carried` when anchors were carried over."""

    succession_id: int
    draft_id: int
    name: str
    frozen: bool
    computed: bool
    carried: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that blocks: where it stands, and the words by which people know it.

    `key` is the id of the point, lineage link or carried anchor; `at` what the next page begins after.
    """

    key: int
    at: tuple[int, ...]
    label: str
    words: str
    ref: str = ""
    kind: str = ""
    point_id: int | None = None
    comment_id: int | None = None
    clause_id: int | None = None
    clause_wid: str = ""
    clause_eid: str = ""
    section_eid: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many things block, of how many; counted no further than `COUNTED`, which `more` says."""

    left: int
    of: int
    more: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What every statement is made from."""

    round: Round
    next: Following | None

    @property
    def succession_id(self) -> int:
        """The succession's id; none has 0."""
        return self.next.succession_id if self.next else 0


# Written out, so that both databases see that the index of the few holds it.
_OPEN = text("point.disposition IS NULL AND point.standing > 0")
_SHOWN = text("point.standing > 0")
_DECIDED = text("point.disposition IS NOT NULL")
_UNREASONED = text("point.disposition IS NOT NULL AND point.reason = ''")
_OWED = text(
    "point.disposition IN ('accepted', 'accepted_with_modification', 'partly_accepted')"
    " AND point.implemented_draft_id IS NULL"
)
_MOVED = frozenset({LineageKind.MOVED, LineageKind.MOVED_EDITED})


def following(session: Session, round_: Round) -> Following | None:
    """The draft that carries out a round's decisions: the newest that follows the round's draft.

    Once these are published it is the newest that is frozen: one that is being edited is shown to nobody else.
    """
    published = round_.phase is Phase.PUBLISHED
    row = session.execute(
        select(
            col(Succession.id),
            col(Draft.id),
            col(Draft.name),
            col(Draft.status),
            col(Succession.computed_at),
            col(Succession.carried_at),
        )
        .join(Draft, col(Draft.id) == col(Succession.to_draft_id))
        .where(
            col(Succession.from_draft_id) == round_.draft_id,
            or_(col(Succession.round_id) == round_.id, col(Succession.round_id).is_(None)),
            *([col(Draft.status) == DraftStatus.FROZEN] if published else []),
        )
        .order_by(col(Succession.id).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    id_, draft_id, name, status, computed, carried = row
    return Following(
        id_, draft_id, name, status is DraftStatus.FROZEN, computed is not None, carried is not None
    )


def _keys(*columns: Any) -> Select[Any]:
    """Where something stands in the order of the books, and its id."""
    return select(*columns)


def _of_round(asked: Asked, *conditions: Any) -> list[Any]:
    return [col(Point.round_id) == asked.round.id, *conditions]


def _promised() -> ColumnElement[bool]:
    return col(Point.disposition).in_(CHANGES_TEXT)


def done(asked: Asked) -> ColumnElement[bool]:
    """That the next draft holds a point's change, as its lineage and the resulting texts say.

    A resulting text names the points behind its words; where there is none, the point's own clause must
    have changed; or somebody has said that this point is behind a change.
    """
    changed = WORDS_CHANGED | _MOVED
    by_runs = (
        exists()
        .where(
            col(ResultPoint.point_id) == col(Point.id),
            col(ResultPoint.resulting_text_id) == col(ResultingText.id),
            col(ResultingText.round_id) == asked.round.id,
            col(Lineage.from_clause_id) == col(ResultingText.clause_id),
            col(Lineage.succession_id) == asked.succession_id,
            col(Lineage.kind).in_(changed),
        )
        .correlate(Point)
    )
    written = exists().where(
        col(ResultingText.round_id) == asked.round.id, col(ResultingText.clause_id) == col(Point.clause_id)
    )
    by_clause = exists().where(
        col(Lineage.from_clause_id) == col(Point.clause_id),
        col(Lineage.succession_id) == asked.succession_id,
        col(Lineage.kind).in_(changed),
    )
    said = exists().where(
        col(Backing.point_id) == col(Point.id), col(Backing.succession_id) == asked.succession_id
    )
    return or_(by_runs, and_(by_clause.correlate(Point), ~written.correlate(Point)), said.correlate(Point))


def _points(*conditions: Any) -> Callable[[Asked], Select[Any]]:
    """Points of a round of which all `conditions` hold; only ids and order."""
    return lambda asked: _keys(col(Point.position), col(Point.id)).where(*_of_round(asked, *conditions))


def _unimplemented(asked: Asked) -> Select[Any]:
    owed = _keys(col(Point.position), col(Point.id)).where(*_of_round(asked, _OWED))
    # Until anchors are carried over, which notes what the next draft holds, none is asked one by one.
    return owed.where(~done(asked)) if asked.next and asked.next.carried else owed


def _unbacked(asked: Asked) -> Select[Any]:
    """Links of lineage whose words changed with no answer behind it."""
    other, earlier = aliased(Lineage), aliased(Clause)

    def asked_for(link: Any) -> Exists:
        """That an accepted point stands on the clause that a link leads from."""
        return exists().where(
            col(earlier.id) == col(link.from_clause_id),
            col(Point.round_id) == asked.round.id,
            col(Point.position) == col(earlier.position),
            col(Point.clause_id) == col(earlier.id),
            _promised(),
        )

    by_point = asked_for(Lineage).correlate(Lineage)
    # Of clauses that became one, a point on any is behind it.
    by_merged = and_(
        col(Lineage.kind) == LineageKind.MERGED,
        exists()
        .where(
            col(other.to_clause_id) == col(Lineage.to_clause_id),
            col(other.succession_id) == asked.succession_id,
            asked_for(other).correlate(other),
        )
        .correlate(Lineage),
    )
    behind_words = exists().where(
        col(ResultPoint.resulting_text_id) == col(ResultingText.id),
        col(Point.id) == col(ResultPoint.point_id),
        _promised(),
    )
    by_words = (
        exists()
        .where(
            col(ResultingText.round_id) == asked.round.id,
            col(ResultingText.clause_id) == col(Lineage.from_clause_id),
            or_(col(ResultingText.own_words).is_(True), behind_words.correlate(ResultingText)),
        )
        .correlate(Lineage)
    )
    promised = exists().where(col(Point.id) == col(Backing.point_id), _promised())
    by_word = (
        exists()
        .where(
            col(Backing.succession_id) == asked.succession_id,
            or_(
                col(Backing.clause_id) == col(Lineage.to_clause_id),
                col(Backing.clause_id) == col(Lineage.from_clause_id),
            ),
            or_(col(Backing.note) != "", promised.correlate(Backing)),
        )
        .correlate(Lineage)
    )
    return _changed(asked).where(~by_point, not_(by_merged), ~by_words, ~by_word)


def _changed(asked: Asked) -> Select[Any]:
    """Links whose words changed; lines of the draft's own table of contents are nobody's to answer for."""
    consulted = exists().where(
        col(Clause.id) == func.coalesce(col(Lineage.to_clause_id), col(Lineage.from_clause_id)),
        col(Clause.kind).not_in(NOT_CONSULTED),
    )
    return _keys(literal(0), col(Lineage.id)).where(
        col(Lineage.succession_id) == asked.succession_id,
        col(Lineage.kind).in_(WORDS_CHANGED),
        consulted.correlate(Lineage),
    )


def _uncertain(asked: Asked) -> Select[Any]:
    return _keys(literal(0), col(Lineage.id)).where(
        col(Lineage.succession_id) == asked.succession_id,
        col(Lineage.certain).is_(False),
        col(Lineage.confirmed_at).is_(None),
    )


def _links(asked: Asked) -> Select[Any]:
    return _keys(literal(0), col(Lineage.id)).where(
        col(Lineage.succession_id) == asked.succession_id, col(Lineage.certain).is_(False)
    )


def _in_queue(asked: Asked) -> Select[Any]:
    return _keys(literal(0), col(CarriedAnchor.id)).where(
        col(CarriedAnchor.succession_id) == asked.succession_id,
        col(CarriedAnchor.how).not_in(CERTAIN),
        exists()
        .where(col(Comment.id) == col(CarriedAnchor.comment_id), still_stands())
        .correlate(CarriedAnchor),
    )


def _orphans(asked: Asked) -> Select[Any]:
    return _in_queue(asked).where(col(CarriedAnchor.settled_at).is_(None))


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of blocker: what it is called, what is counted, and how its lines are found.

    `left` gives (position, id) of what blocks, `of` of all that could.
    """

    name: str
    about: str
    counted: str
    left: Callable[[Asked], Select[Any]]
    of: Callable[[Asked], Select[Any]]
    lines: Callable[[Session, Asked, "list[tuple[int, int]]"], list[Line]]


def _heads(session: Session, ids: set[int]) -> dict[int, Any]:
    section = aliased(Clause)
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.label),
            col(Clause.number),
            col(Clause.text),
            col(Clause.wid),
            col(Clause.eid),
            col(section.eid),
        )
        .outerjoin(section, col(section.id) == col(Clause.section_id))
        .where(col(Clause.id).in_(ids))
    )
    return {row[0]: row for row in rows}


def _point_lines(session: Session, asked: Asked, found: list[tuple[int, int]]) -> list[Line]:
    ids = [id_ for _, id_ in found]
    first = (
        select(func.min(col(Comment.id)))
        .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .where(col(PointComment.point_id) == col(Point.id), col(Comment.status) == Status.SUBMITTED)
        .correlate(Point)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            col(Point.id),
            col(Point.title),
            col(Point.clause_id),
            col(Point.disposition),
            col(Comment.id),
            col(Comment.number),
            col(Comment.text),
        )
        .outerjoin(Comment, col(Comment.id) == first)
        .where(col(Point.id).in_(ids))
    )
    by_id = {row[0]: row for row in rows}
    heads = _heads(session, {row[2] for row in by_id.values() if row[2]})
    lines = []
    for position, id_ in found:
        _, title, clause_id, disposition, comment_id, number, words = by_id[id_]
        head = heads.get(clause_id)
        lines.append(
            Line(
                key=id_,
                at=(position, id_),
                label=(head[1] or head[2]) if head else "",
                words=title or words or "",
                ref=f"R{asked.round.number}-{number:04d}" if number else "",
                kind=disposition.value if disposition else "",
                point_id=id_,
                comment_id=comment_id,
                clause_id=clause_id,
                clause_wid=head[4] if head else "",
                clause_eid=head[5] if head else "",
                section_eid=(head[6] or "") if head else "",
            )
        )
    return lines


def _link_lines(session: Session, _asked: Asked, found: list[tuple[int, int]]) -> list[Line]:
    rows = session.execute(
        select(col(Lineage.id), col(Lineage.kind), col(Lineage.from_clause_id), col(Lineage.to_clause_id))
        .where(col(Lineage.id).in_([id_ for _, id_ in found]))
        .order_by(col(Lineage.id))
    ).all()
    heads = _heads(session, {row[3] or row[2] for row in rows})
    lines = []
    for id_, kind, from_id, to_id in rows:
        clause_id = to_id or from_id
        head = heads[clause_id]
        lines.append(
            Line(
                key=id_,
                at=(0, id_),
                label=head[1] or head[2],
                words=head[3],
                kind=kind.value,
                clause_id=clause_id,
                clause_wid=head[4],
                clause_eid=head[5],
                section_eid=head[6] or "",
                later=to_id is not None,
            )
        )
    return lines


def _anchor_lines(session: Session, asked: Asked, found: list[tuple[int, int]]) -> list[Line]:
    rows = session.execute(
        select(
            col(CarriedAnchor.id),
            col(CarriedAnchor.how),
            col(Comment.id),
            col(Comment.number),
            col(Comment.exact),
            col(Comment.text),
            col(Comment.clause_id),
        )
        .join(Comment, col(Comment.id) == col(CarriedAnchor.comment_id))
        .where(col(CarriedAnchor.id).in_([id_ for _, id_ in found]))
        .order_by(col(CarriedAnchor.id))
    ).all()
    heads = _heads(session, {row[6] for row in rows if row[6]})
    lines = []
    for id_, how, comment_id, number, exact, words, clause_id in rows:
        head = heads.get(clause_id)
        lines.append(
            Line(
                key=id_,
                at=(0, id_),
                label=(head[1] or head[2]) if head else "",
                words=exact or words,
                ref=f"R{asked.round.number}-{number:04d}" if number else "",
                kind=how.value,
                comment_id=comment_id,
                clause_id=clause_id,
                clause_wid=head[4] if head else "",
                clause_eid=head[5] if head else "",
                section_eid=(head[6] or "") if head else "",
            )
        )
    return lines


RULES: dict[Blocker, Rule] = {
    Blocker.UNDECIDED: Rule(
        N_("Without a disposition"),
        N_("Every point is answered before the books close."),
        N_("points decided"),
        _points(_OPEN),
        _points(_SHOWN),
        _point_lines,
    ),
    Blocker.UNREASONED: Rule(
        N_("Without a reason"),
        N_("Every answer but a plain yes says why."),
        N_("answers with their reason"),
        _points(_UNREASONED, col(Point.disposition).not_in(NEEDS_NO_REASON), _SHOWN),
        _points(_DECIDED, _SHOWN),
        _point_lines,
    ),
    Blocker.UNIMPLEMENTED: Rule(
        N_("Accepted, and no change in the next draft"),
        N_("What was accepted stands in the next draft before people are told so."),
        N_("accepted points in the next draft"),
        _unimplemented,
        _points(col(Point.disposition).in_(CHANGES_TEXT)),
        _point_lines,
    ),
    Blocker.UNBACKED: Rule(
        N_("Changed, and no answer behind it"),
        N_("No text changes without an answer behind it. Name the point that asked for it."),
        N_("changed clauses with an answer behind them"),
        _unbacked,
        _changed,
        _link_lines,
    ),
    Blocker.LINEAGE: Rule(
        N_("What became of a clause is not confirmed"),
        N_("A person says what became of each clause where it is not certain."),
        N_("uncertain clauses confirmed"),
        _uncertain,
        _links,
        _link_lines,
    ),
    Blocker.ORPHANS: Rule(
        N_("Comments whose place is not settled"),
        N_("A person says where a comment stands in the next draft, or that its text is gone."),
        N_("places settled"),
        _orphans,
        _in_queue,
        _anchor_lines,
    ),
}

#: What is not a list of lines: words of resulting texts, and the state of the next draft.
NAMES: dict[Blocker, str] = {blocker: rule.name for blocker, rule in RULES.items()} | {
    Blocker.WORDS: N_("New words, and nothing behind them"),
    Blocker.DRAFT: N_("The next draft is not ready"),
}
ABOUT: dict[Blocker, str] = {blocker: rule.about for blocker, rule in RULES.items()} | {
    Blocker.WORDS: N_("A drafter's own words rest on a point, or on a note that says why."),
    Blocker.DRAFT: N_("People read the words after in a draft that no longer changes."),
}

#: Why the next draft is not ready, in the order in which it becomes so.
NO_DRAFT = N_("Points were accepted, and no draft follows this one yet.")
NO_LINEAGE = N_("What became of each clause has not been worked out yet.")
NOT_CARRIED = N_("The places of comments have not been carried over to the next draft yet.")
NOT_FROZEN = N_("The next draft is still being edited. Freeze it, so that its words stay.")


@dataclass(frozen=True, slots=True)
class Gate:
    """What blocks a round's books; nothing does when `open`.

    `words` are changed words of resulting texts with nothing behind them, `draft` why the next draft is not
    ready, empty when it is, or when none is needed.
    """

    next: Following | None
    counts: Mapping[Blocker, Count]
    words: int
    draft: str

    @property
    def blocking(self) -> list[Blocker]:
        """The blockers that block now, in the order of the books."""
        found = [blocker for blocker in RULES if self.counts[blocker].left]
        return found + ([Blocker.WORDS] if self.words else []) + ([Blocker.DRAFT] if self.draft else [])

    @property
    def open(self) -> bool:
        """Whether the books can be closed."""
        return not self.blocking


def _how_many(found: Select[Any]) -> Any:
    some = found.limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def gate(session: Session, round_: Round) -> Gate:
    """What blocks the books of a round, counted; three statements."""
    asked = Asked(round_, following(session, round_))
    wanted = [side for rule in RULES.values() for side in (rule.left(asked), rule.of(asked))]
    numbers = iter(session.execute(select(*map(_how_many, wanted))).one())
    counts = {}
    for blocker in RULES:
        left, of = next(numbers), next(numbers)
        counts[blocker] = Count(min(left, COUNTED), min(of, COUNTED), more=max(left, of) > COUNTED)
    words = sum(1 for _ in islice(unbacked_runs(session, round_.id or 0), COUNTED + 1))
    return Gate(asked.next, counts, words, _not_ready(asked.next, counts))


def _not_ready(next_: Following | None, counts: Mapping[Blocker, Count]) -> str:
    if next_ is None:
        return NO_DRAFT if counts[Blocker.UNIMPLEMENTED].of else ""
    if not next_.computed:
        return NO_LINEAGE
    if not next_.carried:
        return NOT_CARRIED
    return "" if next_.frozen else NOT_FROZEN


def lines(
    session: Session,
    round_: Round,
    blocker: Blocker,
    *,
    after: tuple[int, int] | None = None,
    most: int = PAGE,
) -> tuple[list[Line], tuple[int, int] | None]:
    """What blocks, line by line in the order of the books, and where the next page begins; four statements."""
    if blocker is Blocker.WORDS:
        return _word_lines(session, round_, after, most)
    if blocker not in RULES:
        return [], None
    asked = Asked(round_, following(session, round_))
    rule = RULES[blocker]
    statement = rule.left(asked)
    position, id_ = statement.selected_columns
    if after is not None:
        statement = statement.where(tuple_(position, id_) > tuple_(*after))
    found = [(row[0], row[1]) for row in session.execute(statement.order_by(position, id_).limit(most + 1))]
    more = len(found) > most
    found = found[:most]
    return (rule.lines(session, asked, found) if found else []), (found[-1] if more else None)


def _word_lines(
    session: Session, round_: Round, after: tuple[int, int] | None, most: int
) -> tuple[list[Line], tuple[int, int] | None]:
    start = after[1] if after else 0
    found = list(islice(unbacked_runs(session, round_.id or 0), start, start + most + 1))
    made = [
        Line(
            key=start + n,
            at=(0, start + n + 1),
            label=run.label,
            words=run.new or run.old,
            clause_id=run.clause_id,
            clause_eid=run.eid,
        )
        for n, run in enumerate(found[:most])
    ]
    return made, ((0, start + most) if len(found) > most else None)


def mark_implemented(session: Session, round_: Round, *, by: int | None, at: datetime) -> int:
    """Write on each accepted point that the next draft holds its change; gives how many are newly marked.

    What was written of another draft, or of a point no longer accepted, is taken off first. `by` is the
    person's id, None for the system.
    """
    asked = Asked(round_, following(session, round_))
    of_round = col(Point.round_id) == round_.id
    stale: ColumnElement[bool] = col(Point.implemented_draft_id).is_not(None)
    if asked.next:
        not_this = col(Point.implemented_draft_id) != asked.next.draft_id
        stale = and_(stale, or_(col(Point.disposition).is_(None), ~_promised(), not_this))
    off = _ids(session, of_round, stale)
    on = _ids(session, of_round, _OWED, done(asked)) if asked.next else []
    draft_id = asked.next.draft_id if asked.next else None
    for ids, value in ((off, None), (on, draft_id)):
        for start in range(0, len(ids), BATCH):
            session.execute(
                update(Point)
                .where(col(Point.id).in_(ids[start : start + BATCH]))
                .values(implemented_draft_id=value),
                execution_options={"synchronize_session": "fetch"},
            )
    if off or on:
        record(
            session,
            at=at,
            by=by,
            verb="implementation noted",
            subject="round",
            subject_id=round_.id or 0,
            before={"taken off": off},
            after={"draft": draft_id, "points": on},
            plan_id=round_.plan_id,
            round_id=round_.id,
        )
    return len(on)


def _ids(session: Session, *conditions: Any) -> list[int]:
    """The points of which all conditions hold, locked, in one order."""
    return list(
        session.scalars(select(col(Point.id)).where(*conditions).order_by(col(Point.id)).with_for_update())
    )
