"""Reading resulting texts: all of a round, the words before and after a point, and what nothing stands behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, false, select, true
from sqlmodel import Session, col

from app.drafting.models import ResultingText, ResultPoint
from app.matrix.models import Point
from app.plans.models import Clause


def resulting(session: Session, round_id: int) -> Mapping[tuple[int, str], ResultingText]:
    """Every resulting text of a round by clause id and field ("" for the clause's own text), in document order."""
    rows = session.scalars(
        select(ResultingText)
        .join(Clause, col(Clause.id) == col(ResultingText.clause_id))
        .where(col(ResultingText.round_id) == round_id)
        .order_by(col(Clause.position), col(ResultingText.field))
    )
    return {(row.clause_id, row.field): row for row in rows}


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """The words of a clause, or of a field of it, as commented and as they will read.

    `after` is None where the clause goes. `behind` says that the point stands behind a change of them; else
    the text was changed, or left, without it.
    """

    clause_id: int
    eid: str
    label: str
    field: str
    before: str
    after: str | None
    before_ms: str
    after_ms: str
    behind: bool


def words_before_after(session: Session, point_ids: Sequence[int]) -> dict[int, list[BeforeAfter]]:
    """For each of these points, the texts it stands behind and that of its own clause, in document order.

    A point whose clause has no resulting text and that stands behind no other has no entry. One statement.
    """
    ids = list(point_ids)
    if not ids:
        return {}
    # By what stands behind words, and by place: each has its index, the two as one condition have none.
    behind: Any = select(
        col(ResultPoint.point_id).label("point_id"),
        col(ResultPoint.resulting_text_id).label("result_id"),
        true(),
    ).where(col(ResultPoint.point_id).in_(ids))
    beside: Any = (
        select(col(Point.id), col(ResultingText.id), false())
        .join(
            ResultingText,
            (col(ResultingText.clause_id) == col(Point.clause_id))
            & (col(ResultingText.round_id) == col(Point.round_id)),
        )
        .where(
            col(Point.id).in_(ids),
            ~exists().where(
                col(ResultPoint.point_id) == col(Point.id),
                col(ResultPoint.resulting_text_id) == col(ResultingText.id),
            ),
        )
    )
    about = behind.union_all(beside).subquery()
    point_id, result_id, stands = about.c
    rows = session.execute(
        select(
            point_id,
            stands,
            col(ResultingText.field),
            col(ResultingText.text),
            col(ResultingText.text_ms),
            col(Clause.id),
            col(Clause.eid),
            col(Clause.label),
            col(Clause.text),
            col(Clause.text_ms),
            col(Clause.fields),
            col(Clause.fields_ms),
        )
        .join(ResultingText, col(ResultingText.id) == result_id)
        .join(Clause, col(Clause.id) == col(ResultingText.clause_id))
        .order_by(point_id, col(Clause.position), col(ResultingText.field))
    )
    found: dict[int, list[BeforeAfter]] = {}
    for (
        about_id,
        is_behind,
        field,
        after,
        after_ms,
        clause_id,
        eid,
        label,
        text,
        text_ms,
        fields,
        fields_ms,
    ) in rows:
        found.setdefault(about_id, []).append(
            BeforeAfter(
                clause_id=clause_id,
                eid=eid,
                label=label,
                field=field,
                before=(fields or {}).get(field, "") if field else text,
                after=after,
                before_ms=(fields_ms or {}).get(field, "") if field else text_ms,
                after_ms=after_ms,
                behind=bool(is_behind),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class UnbackedRun:
    """Words that change the text and that neither a point nor a note stands behind.

    `start` and `end` are in code points of the base; `old` gives way to `new`.
    """

    clause_id: int
    eid: str
    label: str
    field: str
    start: int
    end: int
    old: str
    new: str


def unbacked_runs(session: Session, round_id: int) -> Iterator[UnbackedRun]:
    """Each changed run of a round's resulting texts that nothing stands behind, in document order."""
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.eid),
            col(Clause.label),
            col(Clause.text),
            col(Clause.fields),
            col(ResultingText.field),
            col(ResultingText.runs),
        )
        .join(Clause, col(Clause.id) == col(ResultingText.clause_id))
        .where(col(ResultingText.round_id) == round_id, col(ResultingText.own_words).is_(True))
        .order_by(col(Clause.position), col(ResultingText.field))
    )
    for clause_id, eid, label, text, fields, field, runs in rows:
        base = (fields or {}).get(field, "") if field else text
        for run in runs:
            if unbacked(run):
                old = base[run["start"] : run["end"]]
                yield UnbackedRun(clause_id, eid, label, field, run["start"], run["end"], old, run["text"])


def unbacked(run: Mapping[str, Any]) -> bool:
    """Whether a run of a resulting text is the drafter's own, with neither a point nor a note behind it."""
    return not run["points"] and not run.get("note")
