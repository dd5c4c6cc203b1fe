"""Any two drafts of a plan side by side: what stayed, what changed, and what stands elsewhere now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.drafting.kept import Kept, state_of
from app.drafting.lineage_of import Laid, laid_out, links_of
from app.plans.models import Clause, Lineage, Succession
from app.plans.rules import NOT_CONSULTED, LineageKind
from app.text.lineage import Became, declared, lineage
from app.text.redline import Run, redline

PER_PAGE = 40

MOVED = frozenset({LineageKind.MOVED, LineageKind.MOVED_EDITED})
#: What "only changes" leaves out.
SAME = frozenset({LineageKind.KEPT})


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the comparison, in the order of the later draft: clauses before and after, by id.

    `away` says that the clause moved from here: it stands in full at its new place. `section` is the id of
    the later draft's clause that heads the section it is shown in.
    """

    kind: LineageKind
    before: tuple[int, ...]
    after: tuple[int, ...]
    likeness: float
    section: int | None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two drafts compared: all entries, and how many there are of each kind (moved ones once)."""

    entries: tuple[Entry, ...]
    counts: Mapping[LineageKind, int]

    def of_section(self, section_id: int | None) -> list[Entry]:
        """The entries shown in one section."""
        return [one for one in self.entries if one.section == section_id]

    def changes(self) -> list[Entry]:
        """What is not as it was; a moved clause at its new place only."""
        return [one for one in self.entries if one.kind not in SAME and not one.away]

    def changed_in(self) -> Counter[int | None]:
        """How many changes each section holds."""
        return Counter(one.section for one in self.changes())


@dataclass(frozen=True, slots=True)
class Part:
    """A clause of one of the drafts as it is shown."""

    id: int
    wid: str
    label: str
    number: str
    kind: str
    text: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with its clauses, and the redline of their words and of each field that differs."""

    kind: LineageKind
    away: bool
    before: list[Part]
    after: list[Part]
    runs: list[Run]
    fields: list[tuple[str, list[Run]]]

    @property
    def renumbered(self) -> bool:
        """Whether the clause's number is another one."""
        return bool(self.before and self.after and self.before[0].number != self.after[0].number)


_kept: Kept[Comparison] = Kept()


def comparison(session: Session, before: int, after: int) -> Comparison:
    """Compare two drafts by their ids; as confirmed where lineage between them is, else as worked out now."""
    return _kept.get(state_of(session, before, after), lambda: _compared(session, before, after))


def _compared(session: Session, before: int, after: int) -> Comparison:
    old, new = laid_out(session, before), laid_out(session, after)
    succession_id = session.scalar(
        select(col(Succession.id)).where(
            col(Succession.from_draft_id).in_([before, after]),
            col(Succession.to_draft_id).in_([before, after]),
        )
    )
    links = _links(session, old, new, succession_id)
    told = declared([one.node for one in old], [one.node for one in new], links)
    sections = dict(
        session.execute(
            select(col(Clause.id), col(Clause.section_id)).where(col(Clause.draft_id) == after)
        ).all()
    )
    skipped = {
        one.node.key for one in (*old, *new) if one.node.kind in {kind.value for kind in NOT_CONSULTED}
    }
    told = [one for one in told if not skipped.intersection((*one.before, *one.after))]
    entries = list(_placed(told, [one.node.key for one in old], [one.node.key for one in new], sections))
    counts = Counter(one.kind for one in entries if not one.away)
    return Comparison(tuple(entries), counts)


def _links(
    session: Session, old: Sequence[Laid], new: Sequence[Laid], succession_id: int | None
) -> list[tuple[list[int], list[int]]]:
    """Which clauses belong together, by index: as lineage has it, else by permanent id, else by likeness."""
    here = {one.id: n for n, one in enumerate(old)}
    there = {one.id: n for n, one in enumerate(new)}
    if succession_id is not None:
        rows = session.scalars(select(Lineage).where(col(Lineage.succession_id) == succession_id)).all()
        found = []
        for one, other in links_of(rows):
            ours, theirs = (one, other) if one and one[0] in here else (other, one)
            found.append(([here[n] for n in ours if n in here], [there[n] for n in theirs if n in there]))
        return found
    by_wid = {one.wid: n for n, one in enumerate(new)}
    found = [([n], [by_wid[one.wid]]) for n, one in enumerate(old) if one.wid in by_wid]
    taken = {n for ours, _ in found for n in ours}, {n for _, theirs in found for n in theirs}
    left = (
        [one for n, one in enumerate(old) if n not in taken[0]],
        [one for n, one in enumerate(new) if n not in taken[1]],
    )
    for became in lineage(*([one.node for one in side] for side in left)):
        if became.before and became.after:
            found.append(
                ([here[int(key)] for key in became.before], [there[int(key)] for key in became.after])
            )
    return found


def _placed(
    told: Sequence[Became], old: Sequence[str], new: Sequence[str], sections: Mapping[int, int | None]
) -> Iterator[Entry]:
    """Entries in the later draft's order; a moved clause is noted at its old place too."""
    at_new = {key: n for n, key in enumerate(new)}
    successor: dict[str, float] = {}
    for one in told:
        if one.after:
            for key in one.before:
                successor[key] = at_new[one.after[0]]
    became = {key: one for one in told for key in one.before}
    found: list[tuple[float, int, Entry]] = []
    for one in told:
        if one.after:
            entry = Entry(
                LineageKind(one.kind),
                tuple(map(int, one.before)),
                tuple(map(int, one.after)),
                one.likeness,
                sections.get(int(one.after[0])),
            )
            found.append((at_new[one.after[0]], 0, entry))
    at = -1.0
    for n, key in enumerate(old):
        this = became.get(key)
        if this is None:
            continue
        kind = LineageKind(this.kind)
        if kind is LineageKind.DELETED or kind in MOVED:
            entry = Entry(
                kind, (int(key),), tuple(map(int, this.after)), this.likeness, None, away=kind in MOVED
            )
            found.append((at + 0.5, n, entry))
        else:
            at = successor.get(key, at)
    section: int | None = next((sections[int(key)] for key in new if sections.get(int(key))), None)
    for _, _, entry in sorted(found, key=lambda item: item[:2]):
        if entry.away or not entry.after:
            yield replace(entry, section=section)
        else:
            section = entry.section or section
            yield replace(entry, section=section)


def shown(session: Session, entries: Sequence[Entry]) -> list[Shown]:
    """Entries with their words; the clauses of these only are read."""
    ids = {n for one in entries for n in (*one.before, *one.after)}
    parts = {
        row.id: Part(row.id, row.wid, row.label, row.number, row.kind, row.text, dict(row.fields or {}))
        for row in session.execute(
            select(
                col(Clause.id),
                col(Clause.wid),
                col(Clause.label),
                col(Clause.number),
                col(Clause.kind),
                col(Clause.text),
                col(Clause.fields),
            ).where(col(Clause.id).in_(ids))
        )
    }
    found = []
    for one in entries:
        before, after = [parts[n] for n in one.before], [parts[n] for n in one.after]
        found.append(
            Shown(
                one.kind,
                one.away,
                before,
                after,
                list(_redlined(_joined(before), _joined(after))) if not one.away else [],
                _fields(before, after) if not one.away else [],
            )
        )
    return found


def _joined(parts: Sequence[Part]) -> str:
    return "\n\n".join(one.text for one in parts)


@lru_cache(maxsize=2_000)
def _redlined(before: str, after: str) -> tuple[Run, ...]:
    return tuple(redline(before, after))


def _fields(before: Sequence[Part], after: Sequence[Part]) -> list[tuple[str, list[Run]]]:
    was = before[0].fields if before else {}
    now = after[0].fields if after else {}
    return [
        (name, list(_redlined(was.get(name, ""), now.get(name, ""))))
        for name in dict.fromkeys((*was, *now))
        if (was.get(name, "") or now.get(name, "")) and not name == was.get(name) == now.get(name)
    ]


def table_rows(session: Session, before: int, after: int, found: Comparison) -> Iterator[tuple[Any, ...]]:
    """The comparison as rows: eids and labels before and after, kind, likeness, texts."""
    clauses = {
        row.id: row
        for row in session.execute(
            select(col(Clause.id), col(Clause.eid), col(Clause.label), col(Clause.text)).where(
                col(Clause.draft_id).in_([before, after])
            )
        )
    }
    for one in found.entries:
        if one.away:
            continue
        sides = ([clauses[n] for n in ids] for ids in (one.before, one.after))
        ours, theirs = sides
        yield (
            "; ".join(row.eid for row in ours) or None,
            "; ".join(row.eid for row in theirs) or None,
            one.kind,
            round(one.likeness, 3) if ours and theirs else None,
            "; ".join(row.label for row in ours) or None,
            "; ".join(row.label for row in theirs) or None,
            "\n\n".join(row.text for row in ours) or None,
            "\n\n".join(row.text for row in theirs) or None,
        )
