"""How the text changed for a point: the words of clauses in the draft commented on, and in the next."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.drafting.gate import following
from app.drafting.models import Backing, ResultingText, ResultPoint
from app.people.rules import Viewer
from app.plans.models import Clause, Lineage
from app.plans.rules import WORDS_CHANGED
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Words:
    """A clause, or a field of it, as it was commented and as the next draft says it; None where it is gone or new."""

    label: str
    field: str
    before: str | None
    after: str | None
    language: str


_COLUMNS = ("id", "label", "text", "text_ms", "fields", "fields_ms", "number")


def _of(clause: Any) -> list[Any]:
    return [getattr(clause, name) for name in _COLUMNS]


@dataclass(slots=True)
class _Became:
    """A clause of the earlier draft, and what it became."""

    before: Any = None
    after: list[Any] = field(default_factory=list)


class Changes:
    """The words of clauses before and after for some points, read in four statements."""

    def __init__(
        self,
        session: Session,
        viewer: Viewer,
        round_: Round,
        point_ids: Iterable[int],
        clause_ids: Iterable[int],
    ) -> None:
        self.ms = viewer.language == "ms"
        self.by_point: dict[int, list[int]] = defaultdict(list)
        self.new: dict[int, list[Any]] = defaultdict(list)
        next_ = following(session, round_)
        self.became: dict[int, _Became] = {}
        if next_ is None or not next_.frozen:
            return
        ids = set(point_ids)
        for point_id, clause_id in session.execute(
            select(col(ResultPoint.point_id), col(ResultingText.clause_id))
            .join(ResultingText, col(ResultingText.id) == col(ResultPoint.resulting_text_id))
            .where(col(ResultPoint.point_id).in_(ids), col(ResultingText.round_id) == round_.id)
        ):
            self.by_point[point_id].append(clause_id)
        wanted = {one for some in self.by_point.values() for one in some} | set(clause_ids)
        before, after = aliased(Clause), aliased(Clause)
        columns: Any = [*_of(before), *_of(after)]
        for row in session.execute(
            select(*columns)
            .select_from(Lineage)
            .join(before, col(before.id) == col(Lineage.from_clause_id))
            .outerjoin(after, col(after.id) == col(Lineage.to_clause_id))
            .where(
                col(Lineage.succession_id) == next_.succession_id,
                col(Lineage.kind).in_(WORDS_CHANGED),
                col(Lineage.from_clause_id).in_(wanted),
            )
            .order_by(col(Lineage.id))
        ):
            became = self.became.setdefault(row[0], _Became(row[:7]))
            if row[7] is not None:
                became.after.append(row[7:])
        self._said_to_be_behind(session, ids, next_.succession_id, after)

    def _said_to_be_behind(self, session: Session, ids: set[int], succession_id: int, after: Any) -> None:
        """Clauses that came, and that somebody said a point is behind."""
        rows = session.execute(
            select(col(Backing.point_id), *_of(after))
            .join(after, col(after.id) == col(Backing.clause_id))
            .join(
                Lineage,
                and_(
                    col(Lineage.to_clause_id) == col(after.id),
                    col(Lineage.succession_id) == succession_id,
                    col(Lineage.from_clause_id).is_(None),
                ),
            )
            .where(col(Backing.succession_id) == succession_id, col(Backing.point_id).in_(ids))
            .order_by(col(after.position))
        )
        for row in rows:
            self.new[row[0]].append(row[1:])

    def of(self, point_id: int, clause_id: int | None, field_: str | None = None) -> list[Words]:
        """The clauses that the point is behind, this one too where it changed, and those that it brought.

        Of this clause the commented field is shown; of others the text, or the fields where only they changed.
        """
        ids = dict.fromkeys([*self.by_point.get(point_id, ()), *([clause_id] if clause_id else [])])
        found: list[Words] = []
        for id_ in ids:
            if id_ in self.became:
                pairs = self._pair(self.became[id_])
                own = [words for words in pairs if words.field == (field_ or "")] if id_ == clause_id else []
                found += own or [words for words in pairs if not words.field] or pairs
        for row in self.new.get(point_id, ()):
            found += [words for words in self._pair(_Became(None, [row])) if not words.field]
        return found

    def _pair(self, became: _Became) -> list[Words]:
        before, after = became.before, became.after
        label = (before or after[0])[1] or (before or after[0])[6]
        ms = self.ms and all(row[3] for row in (before, *after) if row is not None)
        text, fields = (3, 5) if ms else (2, 4)
        language = "ms" if ms else "en"
        old = before[text] if before else None
        new = "\n\n".join(row[text] for row in after) if after else None
        found = [Words(label, "", old, new, language)] if old != new else []
        if before and len(after) == 1:
            names = dict.fromkeys([*(before[fields] or {}), *(after[0][fields] or {})])
            for name in names:
                was, now = (before[fields] or {}).get(name), (after[0][fields] or {}).get(name)
                if was != now:
                    found.append(Words(label, name, was, now, language))
        return found
