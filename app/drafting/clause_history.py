"""One clause over all drafts: its words in each, what became of it, and what was said before each change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import CommentView, reading, views
from app.drafting.models import ResultingText, ResultPoint
from app.errors import NotFound
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.plans.models import Clause, Lineage, Succession
from app.plans.queries import DraftView, visible_drafts
from app.plans.rules import LineageKind
from app.policy import May, may
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.text.redline import Run, redline
from app.words import N_

NO_CLAUSE = N_("No draft that you may see holds this clause.")

#: A clause that was split again and again is followed no further than this.
MOST = 60
COMMENTS = 50


@dataclass(frozen=True, slots=True)
class Version:
    """What the clause is in one draft: one clause, or the parts it was split into or merged from."""

    wid: str
    label: str
    eid: str
    number: str
    text: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on it, with the final answer to its point where that may be seen.

    `behind` says that the point stands behind the change that followed.
    """

    comment: CommentView
    disposition: Disposition | None
    reason: str
    point_id: int | None
    behind: bool


@dataclass(frozen=True, slots=True)
class InRound:
    """What was said on it in one round."""

    round_id: int
    name: str
    said: list[Said]
    more: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The clause in one draft, how it came from the draft before, and what was said on it there.

    `runs` is the redline from the draft before; `kinds` what became of it on the way.
    """

    draft: DraftView
    versions: list[Version]
    kinds: list[LineageKind]
    runs: list[Run]
    fields: list[tuple[str, list[Run]]]
    rounds: list[InRound]


def history(session: Session, viewer: Viewer, wid: str) -> list[Step]:
    """A clause's steps, the newest draft first; NotFound where no draft this person may see has it."""
    drafts = sorted(visible_drafts(session, viewer), key=lambda one: (one.created_at, one.draft_id))
    allowed = {one.draft_id for one in drafts}
    start = session.scalars(
        select(col(Clause.id)).where(col(Clause.wid) == wid, col(Clause.draft_id).in_(allowed))
    ).all()
    if not start:
        raise NotFound(NO_CLAUSE)
    ids, kinds = _family(session, {n for n in start if n}, allowed)
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            col(Clause.id),
            col(Clause.draft_id),
            col(Clause.wid),
            col(Clause.label),
            col(Clause.eid),
            col(Clause.number),
            col(Clause.text),
            col(Clause.fields),
        )
        .where(col(Clause.id).in_(ids))
        .order_by(col(Clause.position))
    ):
        rows[row.draft_id].append(row)
    steps: list[Step] = []
    before: list[Any] = []
    for draft in drafts:
        held = rows.get(draft.draft_id, [])
        gone = not held and bool(before) and _was_deleted(kinds, before)
        if not held and not gone:
            continue
        own = list(dict.fromkeys(kind for row in held for kind in kinds.get((draft.draft_id, row.id), [])))
        steps.append(
            Step(
                draft,
                [Version(r.wid, r.label, r.eid, r.number, r.text, dict(r.fields or {})) for r in held],
                [LineageKind.DELETED] if gone else own,
                redline(_words(before), _words(held)) if before else [],
                _fields(before, held) if before and held else [],
                _said(session, viewer, draft.draft_id, [row.id for row in held]),
            )
        )
        before = held
        if gone:
            break
    return steps[::-1]


def _words(rows: Sequence[Any]) -> str:
    return "\n\n".join(row.text for row in rows)


def _fields(before: Sequence[Any], after: Sequence[Any]) -> list[tuple[str, list[Run]]]:
    was, now = before[0].fields or {}, after[0].fields or {}
    return [
        (name, redline(was.get(name, ""), now.get(name, "")))
        for name in dict.fromkeys((*was, *now))
        if was.get(name, "") != now.get(name, "")
    ]


def _was_deleted(kinds: dict[tuple[int, int], list[LineageKind]], before: Sequence[Any]) -> bool:
    return any(LineageKind.DELETED in kinds.get((0, row.id), []) for row in before)


def _family(
    session: Session, start: set[int], drafts: set[int]
) -> tuple[set[int], dict[tuple[int, int], list[LineageKind]]]:
    """The clauses that lineage ties to some, both ways, and what became of each by draft and clause.

    What was deleted is noted under draft 0 and the clause that went.
    """
    ids, fresh = set(start), set(start)
    kinds: dict[tuple[int, int], list[LineageKind]] = defaultdict(list)
    while fresh and len(ids) <= MOST:
        found = session.execute(
            select(
                col(Lineage.from_clause_id),
                col(Lineage.to_clause_id),
                col(Lineage.kind),
                col(Succession.to_draft_id),
            )
            .join(Succession, col(Succession.id) == col(Lineage.succession_id))
            .where(
                or_(col(Lineage.from_clause_id).in_(fresh), col(Lineage.to_clause_id).in_(fresh)),
                col(Succession.to_draft_id).in_(drafts),
                col(Succession.from_draft_id).in_(drafts),
            )
        ).all()
        fresh = set()
        for here, there, kind, draft_id in found:
            key = (draft_id, there) if there else (0, here)
            if kind not in kinds[key]:
                kinds[key].append(kind)
            fresh |= {n for n in (here, there) if n and n not in ids}
        ids |= fresh
    return ids, kinds


def _said(session: Session, viewer: Viewer, draft_id: int, clause_ids: Sequence[int]) -> list[InRound]:
    rounds = session.scalars(
        select(Round)
        .where(col(Round.draft_id) == draft_id, col(Round.plan_id) == viewer.plan_id)
        .order_by(col(Round.id))
    ).all()
    found = []
    for round_ in rounds if clause_ids else ():
        rows = session.execute(
            reading(viewer, round_)
            .where(col(Comment.clause_id).in_(clause_ids))
            .order_by(col(Comment.number))
            .limit(COMMENTS + 1)
        ).all()
        comments = list(views(rows[:COMMENTS], viewer, round_))
        if not comments:
            continue
        answers = _answers(session, viewer, round_, clause_ids, [one.id for one in comments])
        found.append(
            InRound(
                round_.id or 0,
                round_.name,
                [Said(one, *answers.get(one.id, (None, "", None, False))) for one in comments],
                len(rows) > COMMENTS,
            )
        )
    return found


def _answers(
    session: Session, viewer: Viewer, round_: Round, clause_ids: Iterable[int], comment_ids: Sequence[int]
) -> dict[int, tuple[Disposition | None, str, int | None, bool]]:
    """The final answer to each comment's point, where this person may see it: published, or at work on it."""
    published = round_.phase is Phase.PUBLISHED and may(viewer.role, May.SEE_ANSWERS)
    if not (published or may(viewer.role, May.SEE_PROPOSALS)):
        return {}
    behind = set(
        session.scalars(
            select(col(ResultPoint.point_id))
            .join(ResultingText, col(ResultingText.id) == col(ResultPoint.resulting_text_id))
            .where(
                col(ResultingText.round_id) == round_.id, col(ResultingText.clause_id).in_(list(clause_ids))
            )
        )
    )
    return {
        comment_id: (disposition, reason, point_id, point_id in behind)
        for comment_id, point_id, disposition, reason in session.execute(
            select(col(PointComment.comment_id), col(Point.id), col(Point.disposition), col(Point.reason))
            .join(Point, col(Point.id) == col(PointComment.point_id))
            .where(col(PointComment.comment_id).in_(comment_ids))
            .order_by(col(Point.id))
        )
    }
