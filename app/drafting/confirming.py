"""The drafter confirms what became of each clause: only what is uncertain is asked, and each answer is data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from rapidfuzz import fuzz, process
from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from app.drafting.lineage_of import Pair, keep_up, pairs_of, succession_to, write_pairs
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.models import Clause, Draft, Lineage, Succession
from app.plans.rules import LineageKind
from app.plans.sameness import new_wid
from app.policy import May, may, require
from app.rounds.models import Round
from app.text.places import Placed
from app.text.redline import Run, redline
from app.text.references import References
from app.words import N_

NO_SUCH_CLAUSE = N_("There is no such clause in this draft.")
NOT_ONE = N_("“%(written)s” is not one clause of that draft. Write its number as it is printed there.")
STILL_UNCERTAIN = N_("%(n)s clauses still wait for your answer.")
CARRIED_ALREADY = N_("Anchors have been carried along this lineage, so it stays as it was confirmed.")

Side = Literal["from", "to"]

#: So many cases stand on a screen, and so many candidates beside each.
PER_SCREEN = 10
CANDIDATES = 5
LIKELY = 30
SURELY_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A clause as a case shows it."""

    id: int
    wid: str
    label: str
    number: str
    kind: str
    text: str
    fields: dict[str, str]
    position: int

    @property
    def words(self) -> str:
        """Its text, then those of its fields, a line each."""
        return "\n".join(
            [self.text, *(f"{name}: {said}" for name, said in self.fields.items() if said.strip())]
        )


@dataclass(frozen=True, slots=True)
class Option:
    """A clause of the other draft that this one may be; `runs` is the redline from the earlier to the later."""

    clause: Shown
    suggested: bool
    likeness: int
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Case:
    """One clause that a person is asked about, and what it may have become, or come from.

    `side` says in which draft the clause stands; `kind` is what is suggested, `rows` the rows it rests on.
    """

    side: Side
    clause: Shown
    kind: LineageKind
    options: list[Option]
    rows: tuple[int, ...]
    decided: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows were uncertain, and how many of these a person has confirmed."""

    asked: int
    done: int

    @property
    def left(self) -> int:
        return self.asked - self.done


def progress(session: Session, succession_id: int) -> Progress:
    """How far confirming has come."""
    asked, done = session.execute(
        select(func.count(), func.count(col(Lineage.confirmed_at))).where(
            col(Lineage.succession_id) == succession_id, col(Lineage.certain).is_(False)
        )
    ).one()
    return Progress(asked, done)


def uncertain(session: Session, succession: Succession) -> list[Case]:
    """The next screen of cases that wait for an answer, in document order."""
    desk = _Desk(session, succession)
    keys: dict[tuple[Side, int], None] = {}
    for row in desk.rows:
        if not row.certain and row.confirmed_at is None:
            keys.setdefault(_asked_of(row))
    return [desk.case(*key) for key in list(keys)[:PER_SCREEN]]


def case(session: Session, succession: Succession, side: Side, clause_id: int) -> Case:
    """One clause's case, whether it is uncertain or not."""
    _in_draft(session, succession, side, clause_id)
    return _Desk(session, succession).case(side, clause_id)


def _asked_of(row: Lineage) -> tuple[Side, int]:
    """Of which clause a row is asked: the later one where it came of several or is new, else the earlier."""
    if row.kind in {LineageKind.MERGED, LineageKind.NEW} and row.to_clause_id:
        return "to", row.to_clause_id
    return ("from", row.from_clause_id) if row.from_clause_id else ("to", row.to_clause_id or 0)


class _Desk:
    """Both drafts and what is said of them so far, read in three statements however many cases are shown."""

    def __init__(self, session: Session, succession: Succession) -> None:
        self.rows = session.scalars(
            select(Lineage).where(col(Lineage.succession_id) == succession.id).order_by(col(Lineage.id))
        ).all()
        self.clauses: dict[Side, dict[int, Shown]] = {
            "from": _shown(session, succession.from_draft_id),
            "to": _shown(session, succession.to_draft_id),
        }

    def case(self, side: Side, clause_id: int) -> Case:
        """A clause with what it may have become, or come from."""
        rows = [row for row in self.rows if _ends(row, side)[0] == clause_id]
        chosen = [there for row in rows if (there := _ends(row, side)[1])]
        clause = self.clauses[side][clause_id]
        others = self.clauses["to" if side == "from" else "from"]
        options = [
            Option(
                others[n],
                n in chosen,
                round(fuzz.ratio(clause.words, others[n].words)),
                redline(clause.words, others[n].words)
                if side == "from"
                else redline(others[n].words, clause.words),
            )
            for n in (*chosen, *self._likely(side, clause, chosen))
        ]
        kind = rows[0].kind if rows else (LineageKind.DELETED if side == "from" else LineageKind.NEW)
        decided = all(row.certain or row.confirmed_at for row in rows)
        return Case(side, clause, kind, options, tuple(row.id or 0 for row in rows), decided)

    def _likely(self, side: Side, clause: Shown, chosen: Sequence[int]) -> list[int]:
        """The clauses of the other draft most like this one; those that nobody is sure of come first."""
        free = {
            there
            for row in self.rows
            for here, there in [_ends(row, side)]
            if there and (here is None or not row.certain)
        }
        texts = {
            n: one.text
            for n, one in self.clauses["to" if side == "from" else "from"].items()
            if one.kind == clause.kind and n not in chosen
        }
        alike = [
            (key in free, score, key)
            for _, score, key in process.extract(
                clause.text, texts, scorer=fuzz.ratio, limit=LIKELY, score_cutoff=LIKELY
            )
            if key in free or score >= SURELY_SHOWN
        ]
        return [key for _, _, key in sorted(alike, key=lambda one: (-one[0], -one[1], one[2]))[:CANDIDATES]]


def _ends(row: Lineage, side: Side) -> tuple[int | None, int | None]:
    """The clause of a row in the draft asked about, and the one in the other draft."""
    ends = (row.from_clause_id, row.to_clause_id)
    return ends if side == "from" else ends[::-1]


def _shown(session: Session, draft_id: int) -> dict[int, Shown]:
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.wid),
            col(Clause.label),
            col(Clause.number),
            col(Clause.kind),
            col(Clause.text),
            col(Clause.fields),
            col(Clause.position),
        )
        .where(col(Clause.draft_id) == draft_id)
        .order_by(col(Clause.position))
    )
    return {row[0]: Shown(*row) for row in rows}


def _own_column(side: Side) -> Any:
    return col(Lineage.from_clause_id) if side == "from" else col(Lineage.to_clause_id)


def _other_column(side: Side) -> Any:
    return col(Lineage.to_clause_id) if side == "from" else col(Lineage.from_clause_id)


def _in_draft(session: Session, succession: Succession, side: Side, clause_id: int) -> None:
    draft_id = succession.from_draft_id if side == "from" else succession.to_draft_id
    held = session.scalar(
        select(col(Clause.id)).where(col(Clause.id) == clause_id, col(Clause.draft_id) == draft_id)
    )
    if held is None:
        raise NotFound(NO_SUCH_CLAUSE)


def found_clause(session: Session, draft_id: int, written: str) -> int:
    """The one clause of a draft that a person names as people do, by its number or label; else Invalid."""
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.label),
            col(Clause.number),
            col(Clause.kind),
            col(Clause.eid),
            col(Clause.text),
            col(Clause.parent_id),
        )
        .where(col(Clause.draft_id) == draft_id)
        .order_by(col(Clause.position))
    ).all()
    named = [row.id for row in rows if row.label.casefold() == " ".join(written.split()).casefold()]
    if len(named) == 1:
        return int(named[0])
    book = References(
        [
            Placed(str(id_), label, number, kind.value, eid, text, str(parent) if parent else None)
            for id_, label, number, kind, eid, text, parent in rows
        ]
    )
    found = book.refer(written).clauses
    if len(found) != 1:
        raise Invalid(NOT_ONE, fields={"other": NOT_ONE}, written=written.strip()[:60])
    return int(found[0])


def decide(
    session: Session,
    *,
    by: Viewer,
    draft_id: int,
    side: Side,
    clause_id: int,
    chosen: Sequence[int],
    at: datetime,
) -> None:
    """Say what a clause became (`side` from) or came from (`side` to): one clause, several, or none.

    Several that one became are a split, several that one came from a merge. What is thereby left without a
    successor or an origin is asked next.
    """
    require(may(by.role, May.PREPARE_DRAFT))
    succession = _open_succession(session, by, draft_id)
    _in_draft(session, succession, side, clause_id)
    for one in chosen:
        _in_draft(session, succession, "to" if side == "from" else "from", one)
    rows = list(session.scalars(select(Lineage).where(col(Lineage.succession_id) == succession.id)).all())
    pairs = pairs_of(rows)
    own = 0 if side == "from" else 1
    before = {pair for pair in pairs if pair[own] == clause_id}
    after: set[Pair] = {(clause_id, one) if side == "from" else (one, clause_id) for one in chosen}
    left = {pair[1 - own] for pair in before - after}
    write_pairs(session, succession, rows, (pairs - before) | after, doubted=left)
    _confirm(
        session, succession, by, at, or_(_own_column(side) == clause_id, _other_column(side).in_(chosen))
    )
    succession.version += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="said what became of it" if side == "from" else "said what it came from",
        subject="clause",
        subject_id=clause_id,
        before={"clauses": sorted(pair[1 - own] for pair in before)},
        after={"clauses": sorted(chosen)},
        plan_id=by.plan_id,
    )


def confirm_shown(
    session: Session, *, by: Viewer, draft_id: int, row_ids: Sequence[int], at: datetime
) -> int:
    """Confirm as suggested the rows that stood on a person's screen; gives how many still wait."""
    require(may(by.role, May.PREPARE_DRAFT))
    succession = _open_succession(session, by, draft_id)
    _confirm(session, succession, by, at, col(Lineage.id).in_(row_ids))
    record(
        session,
        at=at,
        by=by.person_id,
        verb="confirmed lineage",
        subject="draft",
        subject_id=draft_id,
        after={"rows": len(row_ids)},
        plan_id=by.plan_id,
    )
    return progress(session, succession.id or 0).left


def _confirm(session: Session, succession: Succession, by: Viewer, at: datetime, which: Any) -> None:
    session.execute(
        update(Lineage)
        .where(
            col(Lineage.succession_id) == succession.id,
            which,
            or_(col(Lineage.certain).is_(True), col(Lineage.confirmed_at).is_(None)),
        )
        .values(confirmed_at=at, confirmed_by_person_id=by.person_id)
        .execution_options(synchronize_session=False)
    )


def _open_succession(session: Session, by: Viewer, draft_id: int) -> Succession:
    succession = succession_to(session, by, draft_id, locked=True)
    if succession.carried_at is not None:
        raise Conflict(CARRIED_ALREADY)
    return succession


def finish(session: Session, *, by: Viewer, draft_id: int, at: datetime) -> int:
    """Confirm the lineage as a whole, once nothing is uncertain; gives how many clauses took over their id.

    A clause is then the one it came from: it takes over the permanent id. Of a split the part most like the
    old clause does; of a merge the old clause most like the new one gives it.
    """
    require(may(by.role, May.PREPARE_DRAFT))
    succession = _open_succession(session, by, draft_id)
    left = progress(session, succession.id or 0).left
    if left:
        raise Conflict(STILL_UNCERTAIN, n=left)
    keep_up(session, succession)
    taken = _take_over_ids(session, succession)
    succession.confirmed_at = at
    succession.confirmed_by_person_id = by.person_id
    succession.version += 1
    record(
        session,
        at=at,
        by=by.person_id,
        verb="confirmed the lineage",
        subject="draft",
        subject_id=draft_id,
        after={"took over": taken},
        plan_id=by.plan_id,
    )
    return taken


def _take_over_ids(session: Session, succession: Succession) -> int:
    """Let clauses of the later draft have their origin's permanent id, until its first comment came."""
    commented = session.scalar(
        select(func.count())
        .select_from(Round)
        .where(col(Round.draft_id) == succession.to_draft_id, col(Round.last_number) > 0)
    )
    if commented:
        return 0
    pairs = pairs_of(
        session.scalars(select(Lineage).where(col(Lineage.succession_id) == succession.id)).all()
    )
    before = _ids_and_words(session, succession.from_draft_id)
    after = _ids_and_words(session, succession.to_draft_id)
    ranked = sorted(
        pairs, key=lambda pair: (-fuzz.ratio(before[pair[0]][1], after[pair[1]][1]), pair[1], pair[0])
    )
    wanted: dict[int, str] = {}
    given: set[str] = set()
    for here, there in ranked:
        wid = before[here][0]
        if there not in wanted and wid not in given:
            wanted[there] = wid
            given.add(wid)
    others = {wid for n, (wid, _) in after.items() if n not in wanted} | _all_wids(session, succession)
    for n, (wid, _) in after.items():
        if n not in wanted and wid in given:
            wanted[n] = new_wid(wid, others | given)
            others.add(wanted[n])
    changed = {n: wid for n, wid in wanted.items() if after[n][0] != wid}
    # Two clauses may change ids with each other, and neither may stand twice in between.
    for values in ({n: f"~{n}" for n in changed}, changed):
        if values:
            session.execute(update(Clause), [{"id": n, "wid": wid} for n, wid in values.items()])
    session.flush()
    return len(changed)


def _ids_and_words(session: Session, draft_id: int) -> dict[int, tuple[str, str]]:
    return {
        id_: (wid, text)
        for id_, wid, text in session.execute(
            select(col(Clause.id), col(Clause.wid), col(Clause.text)).where(col(Clause.draft_id) == draft_id)
        )
    }


def _all_wids(session: Session, succession: Succession) -> set[str]:
    return set(
        session.scalars(
            select(col(Clause.wid))
            .join(Draft, col(Draft.id) == col(Clause.draft_id))
            .where(col(Draft.plan_id) == succession.plan_id)
        )
    )
