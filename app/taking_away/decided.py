"""What was decided, as tracked changes: each changed run under the refs of the comments whose points are behind it."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.reading import ref
from app.documents.word.draft import Where
from app.documents.word.marks import Edit, Tracked, edits
from app.drafting.results import resulting
from app.matrix.models import PointComment
from app.people.rules import Viewer
from app.plans.models import Clause
from app.rounds.models import Round
from app.taking_away.reading import sees_answers
from app.taking_away.threads import Says
from app.words import N_

DECIDED = N_("Decided")

#: So many refs are named before a change; the matrix has them all.
NAMED = 4


def tracked(session: Session, viewer: Viewer, round_: Round, said: Says) -> dict[Where, list[Tracked]]:
    """The round's resulting texts as changes of its draft, in document order; none before they may be seen."""
    if not sees_answers(viewer, round_):
        return {}
    found: dict[Where, list[Tracked]] = {}
    refs = _refs(session, viewer, round_)
    texts = resulting(session, round_.id or 0)
    before = _before(session, round_)
    number = 0
    for where, result in texts.items():
        clause, name = where
        base = before.get(clause, ("", {}))
        words = base[1].get(name, "") if name else base[0]
        for edit, points in _edits(words, result.text or "", result.runs):
            number += 1
            names = list(dict.fromkeys(one for point in points for one in refs.get(point, ())))
            more = " …" if len(names) > NAMED else ""
            behind = f": {', '.join(names[:NAMED])}{more}" if names else ""
            found.setdefault(where, []).append(Tracked(edit, said(DECIDED) + behind, result.at, number))
    return found


def _edits(before: str, after: str, runs: list[dict[str, Any]]) -> list[tuple[Edit, list[int]]]:
    """The changed runs with the points behind them; worked out anew where they do not make the text."""
    known = sorted(
        (
            (
                Edit(run["start"], run["end"], run.get("text") or ""),
                [*run.get("points", ()), *run.get("tied", ())],
            )
            for run in runs
        ),
        key=lambda pair: (pair[0].start, pair[0].end),
    )
    made, at = "", 0
    for edit, _ in known:
        if edit.start < at or edit.end < edit.start:
            break
        made += before[at : edit.start] + edit.new
        at = edit.end
    else:
        if made + before[at:] == after:
            return known
    return [(edit, []) for edit in edits(before, after)]


def _refs(session: Session, viewer: Viewer, round_: Round) -> dict[int, list[str]]:
    """The refs of the comments that this person sees, by the point that they make."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(col(PointComment.point_id), col(Comment.number))
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(*seen(viewer, round_))
        .order_by(col(Comment.number))
    )
    for point, number in rows:
        found[point].append(ref(round_.number, number))
    return found


def _before(session: Session, round_: Round) -> dict[int, tuple[str, dict[str, str]]]:
    rows = session.execute(
        select(col(Clause.id), col(Clause.text), col(Clause.fields)).where(
            col(Clause.draft_id) == round_.draft_id
        )
    )
    return {id_: (text, fields or {}) for id_, text, fields in rows}
