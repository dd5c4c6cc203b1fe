"""One section of a round's draft with everything said about it: the reading page's one read model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from app.comments import stances
from app.comments.latest import latest
from app.comments.models import Comment
from app.comments.queries import SeenAs, places, seen, seen_as, sight_of, stand_ins
from app.comments.reading import COLUMNS, CommentView, views, with_names
from app.comments.rules import Reach, Scope, Status
from app.comments.stances import NOTHING, Stances
from app.comments.tallies import passages, tally
from app.errors import NotFound
from app.people.rules import SEATS, Constituency, Viewer
from app.plans import queries as plans
from app.plans.models import Draft
from app.plans.queries import ClauseView, OutlineItem
from app.positions.models import Answer
from app.positions.rules import AnswerKind
from app.prepared import Prepared
from app.rounds.models import Round
from app.rounds.queries import Question, questions, scope_of
from app.text.marks import Stretch, stretches

#: How many comments a clause shows before "n more".
SHOWN = 3
#: How many when its comments are opened.
OPENED = 50

Four = dict[Constituency, int]


@dataclass(frozen=True, slots=True)
class Note:
    """A comment in the margin, with what others said to it."""

    comment: CommentView
    stances: Stances


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause with what was said about it; `spoken` counts comments by constituency, `more` those not shown."""

    clause: ClauseView
    asked: bool
    text: list[Stretch]
    spoken: Four
    withheld: int
    notes: list[Note]
    more: int
    supports: Four
    mine: AnswerKind | None
    unsent: list[CommentView]

    @property
    def total(self) -> int:
        """All comments on the clause that this person may see."""
        return sum(self.spoken.values()) + self.withheld


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A section in the outline, with who has spoken in it."""

    item: OutlineItem
    spoken: Four
    total: int
    asked: bool

    @property
    def silent(self) -> list[Constituency]:
        """The constituencies that have said nothing there."""
        return [seat for seat in SEATS if not self.spoken.get(seat)]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """What the reading page shows."""

    outline: list[OutlineLine]
    here: OutlineLine
    crumb: list[OutlineItem]
    before: OutlineItem | None
    after: OutlineItem | None
    clauses: list[ReadClause]
    questions: list[Question]
    general: list[Note]
    general_more: int
    total: int
    language: str
    spoken: Four = field(default_factory=dict)


def four(numbers: dict[str, int], key: int) -> tuple[Four, int]:
    """The numbers kept under `key:letter`, by constituency, and how many stand under none."""
    found = {seat: numbers.get(f"{key}:{seat}", 0) for seat in Constituency}
    return {seat: n for seat, n in found.items() if n}, numbers.get(f"{key}:-", 0)


def first_section(session: Session, round_: Round) -> str | None:
    """Where reading begins: the first section that the round asks about."""
    chosen = set(scope_of(session, round_))
    items = plans.outline(session, round_.draft_id)
    asked = [item for item in items if _asked(item.position, items, chosen)]
    return (asked or items)[0].eid if items else None


def _asked(position: int, items: Iterable[OutlineItem], chosen: set[int]) -> bool:
    return not chosen or any(i.clause_id in chosen and i.position <= position <= i.until for i in items)


def section_page(
    session: Session, viewer: Viewer, round_: Round, eid: str, opened: str | None = None
) -> SectionPage:
    """The section headed by `eid`; `opened` is the wid of a clause whose comments are all wanted.

    A fixed number of statements, each bounded by what is shown.
    """
    clauses = plans.section(session, round_.draft_id, eid)
    if not clauses:
        raise NotFound("There is no such section in this draft.")
    items = plans.outline(session, round_.draft_id)
    chosen = set(scope_of(session, round_))
    by_section = tally(session, viewer, round_, "section")
    lines = []
    for item in items:
        spoken, withheld = four(by_section, item.clause_id)
        lines.append(
            OutlineLine(item, spoken, sum(spoken.values()) + withheld, _asked(item.position, items, chosen))
        )
    at = next(n for n, line in enumerate(lines) if line.item.clause_id == clauses[0].section_id)
    here = lines[at]
    ids = [clause.clause_id for clause in clauses]
    wanted = next((clause.clause_id for clause in clauses if clause.wid == opened), None)
    newest = latest(session, viewer, round_, ids, SHOWN)
    if wanted is not None:
        newest |= latest(session, viewer, round_, [wanted], OPENED)
    general = _general(session, viewer, round_) if at == 0 else []
    mine, drafts = _mine(session, viewer, round_, ids)
    for clause_id, owned in mine.items():
        shown = newest.setdefault(clause_id, [])
        known = {view.id for view in shown}
        newest[clause_id] = [view for view in owned if view.id not in known] + shown
    on_the_plan, untold = four(by_section, 0)
    general_more = max(0, sum(on_the_plan.values()) + untold - len(general)) if general else 0
    said = stances.of(
        session, viewer, [view.id for shown in newest.values() for view in shown] + [v.id for v in general]
    )
    numbers = tally(
        session,
        viewer,
        round_,
        "clause",
        [f"{id_}:{letter}" for id_ in ids for letter in (*Constituency, "-")],
    )
    quoted = passages(session, viewer, round_, ids)
    supports, answered = _answers(session, viewer, round_, ids)
    read = []
    for clause in clauses:
        spoken, withheld = four(numbers, clause.clause_id)
        shown = newest.get(clause.clause_id, [])
        counted = sum(view.status is Status.SUBMITTED for view in shown)
        read.append(
            ReadClause(
                clause=clause,
                asked=_asked(clause.position, items, chosen),
                text=stretches(clause.text, quoted.get(clause.clause_id, [])),
                spoken=spoken,
                withheld=withheld,
                notes=[Note(view, said.get(view.id, NOTHING)) for view in shown],
                more=max(0, sum(spoken.values()) + withheld - counted),
                supports=supports.get(clause.clause_id, {}),
                mine=answered.get(clause.clause_id),
                unsent=drafts.get(clause.clause_id, []),
            )
        )
    beside = [q for q in questions(session, round_) if q.section_id in {None, here.item.clause_id}]
    return SectionPage(
        outline=lines,
        here=here,
        crumb=_crumb(items, here.item),
        before=items[at - 1] if at else None,
        after=items[at + 1] if at + 1 < len(items) else None,
        clauses=read,
        questions=[q for q in beside if q.section_id is not None or at == 0],
        general=[Note(view, said.get(view.id, NOTHING)) for view in general],
        general_more=general_more,
        total=sum(by_section.values()),
        language=session.scalar(select(col(Draft.language)).where(col(Draft.id) == round_.draft_id)) or "en",
        spoken=here.spoken,
    )


def _crumb(items: Sequence[OutlineItem], here: OutlineItem) -> list[OutlineItem]:
    return [
        item
        for item in items
        if item.clause_id != here.clause_id and item.position < here.position <= item.until
    ]


def _said(shape: SeenAs) -> Select[Any]:
    viewer, round_ = stand_ins(shape)
    return (
        with_names(select(*COLUMNS).where(*seen(viewer, round_)))
        .where(col(Comment.position) == -1, col(Comment.scope) == Scope.PLAN)
        .where(col(Comment.status) == Status.SUBMITTED)
        .order_by(col(Comment.id).desc())
        .limit(SHOWN)
    )


_on_the_plan = Prepared(_said)

#: What a person wrote on some clauses, sent or not, withdrawn ones too, the newest first.
_own = Prepared(
    lambda: (
        with_names(select(*COLUMNS))
        .where(
            col(Comment.round_id) == bindparam("round_id"),
            col(Comment.seat_id) == bindparam("seat_id"),
            col(Comment.clause_id).in_(bindparam("clause_ids", expanding=True)),
        )
        .order_by(col(Comment.id).desc())
        .limit(3 * OPENED)
    )
)


def _general(session: Session, viewer: Viewer, round_: Round) -> list[CommentView]:
    rows = _on_the_plan(session, places(viewer, round_), seen_as(viewer, round_))
    return list(views(rows, viewer, round_))


def _mine(
    session: Session, viewer: Viewer, round_: Round, clause_ids: Sequence[int]
) -> tuple[dict[int, list[CommentView]], dict[int, list[CommentView]]]:
    """What this person sent on these clauses, and what they have not sent."""
    values = {"round_id": round_.id, "seat_id": viewer.seat_id, "clause_ids": list(clause_ids)}
    found = list(views(_own(session, values), viewer, round_))
    return (
        _by_clause(view for view in found if view.status is not Status.DRAFT),
        _by_clause(view for view in found if view.status is Status.DRAFT),
    )


def _by_clause(found: Iterable[CommentView]) -> dict[int, list[CommentView]]:
    by_clause: dict[int, list[CommentView]] = {}
    for view in found:
        by_clause.setdefault(view.clause_id or 0, []).append(view)
    return by_clause


def _supporting(reach: Reach) -> Any:
    statement = (
        select(col(Answer.clause_id), col(Answer.constituency), func.count())
        .where(
            col(Answer.round_id) == bindparam("round_id"),
            col(Answer.clause_id).in_(bindparam("clause_ids", expanding=True)),
            col(Answer.kind) == AnswerKind.SUPPORT,
        )
        .group_by(col(Answer.clause_id), col(Answer.constituency))
    )
    if reach is Reach.CONSTITUENCY:
        return statement.where(col(Answer.constituency) == bindparam("constituency"))
    if reach is Reach.ORGANISATION:
        return statement.where(col(Answer.organisation_id) == bindparam("organisation_id"))
    return statement


_supports = Prepared(_supporting)
_answered = Prepared(
    lambda: select(col(Answer.clause_id), col(Answer.kind)).where(
        col(Answer.round_id) == bindparam("round_id"),
        col(Answer.clause_id).in_(bindparam("clause_ids", expanding=True)),
        col(Answer.organisation_id) == bindparam("organisation_id"),
    )
)


def _answers(
    session: Session, viewer: Viewer, round_: Round, clause_ids: Sequence[int]
) -> tuple[dict[int, Four], dict[int, AnswerKind]]:
    """Who supports each clause as drafted, as far as this person sees; and the own organisation's answer."""
    reach = sight_of(viewer, round_).reach
    asked: dict[str, Any] = {"round_id": round_.id, "clause_ids": list(clause_ids)}
    limits: dict[Reach, dict[str, Any]] = {
        Reach.CONSTITUENCY: {"constituency": viewer.constituency},
        Reach.ORGANISATION: {"organisation_id": viewer.organisation_id},
    }
    supports: dict[int, Four] = {}
    for clause_id, constituency, n in _supports(session, asked | limits.get(reach, {}), reach):
        supports.setdefault(clause_id, {})[constituency] = n
    if viewer.organisation_id is None:
        return supports, {}
    mine = _answered(session, asked | {"organisation_id": viewer.organisation_id})
    return supports, {row[0]: row[1] for row in mine}
