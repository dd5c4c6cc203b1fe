"""What became of each clause from one draft to the next: worked out, kept true, and read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from app.errors import Conflict, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.models import Clause, Draft, Lineage, Succession
from app.plans.rules import NOT_CONSULTED, WORDS_CHANGED, LineageKind
from app.policy import May, may, require
from app.rounds.models import Round
from app.text.lineage import Became, Node, declared, lineage
from app.words import N_

NO_SUCCESSION = N_("There is no such draft, or it follows no other.")
SAME_DRAFT = N_("A draft cannot follow itself.")
ALREADY_FOLLOWS = N_("This draft already follows another one.")

#: A clause that went and one that came are shown together when they are at least so alike, of 100.
RESEMBLES = 40


@dataclass(frozen=True, slots=True)
class Laid:
    """A clause as lineage needs it: where it stands in its draft, and its words."""

    id: int
    wid: str
    label: str
    eid: str
    node: Node


@dataclass(frozen=True, slots=True)
class Changed:
    """A clause whose words are not what they were; nothing before it where it is new, nothing after where it went.

    `label` is the one people cite: the earlier draft's, or the later one's where the clause is new.
    """

    from_clause_ids: tuple[int, ...]
    to_clause_ids: tuple[int, ...]
    kind: LineageKind
    label: str
    wid: str


Link = tuple[tuple[int, ...], tuple[int, ...]]
Pair = tuple[int, int]


def next_draft_of(session: Session, draft_id: int) -> Succession | None:
    """The succession to the draft that follows this one; of several, the newest."""
    return session.scalars(
        select(Succession)
        .where(col(Succession.from_draft_id) == draft_id)
        .order_by(col(Succession.id).desc())
        .limit(1)
    ).first()


def followed_by(session: Session, draft_id: int) -> Succession | None:
    """The succession that leads to this draft, if it follows another."""
    return session.scalars(
        select(Succession)
        .where(col(Succession.to_draft_id) == draft_id)
        .order_by(col(Succession.id).desc())
        .limit(1)
    ).first()


def succession_to(session: Session, by: Viewer, draft_id: int, *, locked: bool = False) -> Succession:
    """The succession that leads to a draft of this person's plan, or NotFound."""
    found = followed_by(session, draft_id)
    if found is None or found.plan_id != by.plan_id or not may(by.role, May.PREPARE_DRAFT):
        raise NotFound(NO_SUCCESSION)
    if locked:
        session.refresh(found, with_for_update=True)
    return found


def laid_out(session: Session, draft_id: int) -> list[Laid]:
    """A draft's clauses in document order, ready to be compared; nodes are keyed by the clause's id."""
    rows = session.execute(
        select(
            col(Clause.id),
            col(Clause.wid),
            col(Clause.label),
            col(Clause.eid),
            col(Clause.kind),
            col(Clause.number),
            col(Clause.text),
            col(Clause.fields),
            col(Clause.parent_id),
        )
        .where(col(Clause.draft_id) == draft_id)
        .order_by(col(Clause.position))
    )
    return [
        Laid(
            id_,
            wid,
            label,
            eid,
            Node(
                str(id_),
                text,
                kind.value,
                number,
                str(parent) if parent else None,
                tuple((fields or {}).items()),
            ),
        )
        for id_, wid, label, eid, kind, number, text, fields, parent in rows
    ]


def follow(
    session: Session,
    *,
    by: Viewer,
    from_draft_id: int,
    to_draft_id: int,
    round_id: int | None = None,
    at: datetime,
) -> Succession:
    """Say that one draft follows another, and work out what became of each clause; what is not sure waits."""
    require(may(by.role, May.PREPARE_DRAFT))
    if from_draft_id == to_draft_id:
        raise Conflict(SAME_DRAFT)
    both = session.scalars(
        select(Draft)
        .where(col(Draft.id).in_([from_draft_id, to_draft_id]), col(Draft.plan_id) == by.plan_id)
        .order_by(col(Draft.id))
        .with_for_update()
    ).all()
    if len(both) != 2:
        raise NotFound(NO_SUCCESSION)
    if followed_by(session, to_draft_id) is not None:
        raise Conflict(ALREADY_FOLLOWS)
    made = Succession(
        plan_id=by.plan_id,
        from_draft_id=from_draft_id,
        to_draft_id=to_draft_id,
        round_id=round_id or last_round_on(session, from_draft_id),
    )
    session.add(made)
    session.flush()
    work_out(session, made, at=at)
    record(
        session,
        at=at,
        by=by.person_id,
        verb="follows",
        subject="draft",
        subject_id=to_draft_id,
        after={"from": from_draft_id, "round": made.round_id},
        plan_id=by.plan_id,
    )
    return made


def last_round_on(session: Session, draft_id: int) -> int | None:
    """The round held last on a draft, whose decisions the next draft carries out."""
    return session.scalar(
        select(col(Round.id)).where(col(Round.draft_id) == draft_id).order_by(col(Round.id).desc()).limit(1)
    )


def work_out(session: Session, succession: Succession, *, at: datetime) -> None:
    """Compute a succession's lineage by likeness and structure, in place of what was computed before."""
    before, after = (
        laid_out(session, succession.from_draft_id),
        laid_out(session, succession.to_draft_id),
    )
    told = lineage([one.node for one in before], [one.node for one in after])
    texts = {one.node.key: one.node for one in (*before, *after)}
    doubtful = _resembling(told, texts)
    session.execute(delete(Lineage).where(col(Lineage.succession_id) == succession.id))
    rows: list[dict[str, Any]] = []
    for one in told:
        certain = _is_certain(one) and not doubtful.intersection((*one.before, *one.after))
        rows += _rows(succession, one, certain=certain)
    if rows:
        session.execute(insert(Lineage), rows)
    succession.computed_at = at
    succession.confirmed_at = None
    succession.confirmed_by_person_id = None
    succession.version += 1
    session.flush()


def declare(session: Session, succession: Succession, links: Iterable[Link]) -> None:
    """Write a succession's lineage as people declared it: which clauses became which, by their ids."""
    before, after = (
        laid_out(session, succession.from_draft_id),
        laid_out(session, succession.to_draft_id),
    )
    told = declared(
        [one.node for one in before], [one.node for one in after], _by_index(links, before, after)
    )
    session.execute(delete(Lineage).where(col(Lineage.succession_id) == succession.id))
    rows = [row for one in told for row in _rows(succession, one, certain=True)]
    if rows:
        session.execute(insert(Lineage), rows)


def _is_certain(one: Became) -> bool:
    return one.sure and one.kind not in {"split", "merged"}


def _resembling(told: Sequence[Became], nodes: dict[str, Node]) -> set[str]:
    """Of the clauses that went and those that came, the ones that may after all be one: a person looks."""
    gone = [one.before[0] for one in told if one.kind == "deleted"]
    come = [one.after[0] for one in told if one.kind == "new"]
    found: set[str] = set()
    for key in gone:
        node = nodes[key]
        alike = {other: nodes[other].text for other in come if nodes[other].kind == node.kind}
        for _, _, other in process.extract(
            node.text, alike, scorer=fuzz.ratio, limit=3, score_cutoff=RESEMBLES
        ):
            found |= {key, other}
    return found


def _rows(succession: Succession, one: Became, *, certain: bool) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "succession_id": succession.id,
        "kind": LineageKind(one.kind),
        "similarity": one.likeness,
        "certain": certain,
        "confirmed_at": None,
        "confirmed_by_person_id": None,
    }
    return [
        values | {"from_clause_id": here, "to_clause_id": there}
        for here in (map(int, one.before) if one.before else [None])
        for there in (map(int, one.after) if one.after else [None])
    ]


def links_of(rows: Iterable[Lineage]) -> list[Link]:
    """Rows of a succession as links: the clauses of both drafts that belong together."""
    return _groups(pairs_of(rows))


def _groups(pairs: Iterable[Pair]) -> list[Link]:
    beside: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for here, there in sorted(pairs):
        beside["from", here].append(("to", there))
        beside["to", there].append(("from", here))
    seen: set[tuple[str, int]] = set()
    found: list[Link] = []
    for start in list(beside):
        if start in seen:
            continue
        group, waiting = [], [start]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                group.append(one)
                waiting += beside[one]
        found.append(
            (
                tuple(sorted(n for side, n in group if side == "from")),
                tuple(sorted(n for side, n in group if side == "to")),
            )
        )
    return found


def keep_up(session: Session, succession: Succession) -> None:
    """Make a succession's rows say what the texts now say, after the later draft was corrected by hand.

    Who became whom stays as it is; a clause without a row has gone or come. Only rows that differ are written.
    """
    rows = list(session.scalars(select(Lineage).where(col(Lineage.succession_id) == succession.id)).all())
    write_pairs(session, succession, rows, pairs_of(rows), doubted=())


def corrected(session: Session, draft_id: int) -> None:
    """Keep a draft's lineage true after a clause of it was corrected; nothing where it follows no other."""
    succession = followed_by(session, draft_id)
    if succession is not None and succession.carried_at is None:
        keep_up(session, succession)


def replaced(session: Session, draft_id: int, at: datetime) -> None:
    """Work a draft's lineage out anew after another file took its place."""
    succession = followed_by(session, draft_id)
    if succession is not None and succession.carried_at is None:
        work_out(session, succession, at=at)


def pairs_of(rows: Iterable[Lineage]) -> set[Pair]:
    """Which clause became which, one by one."""
    return {(row.from_clause_id, row.to_clause_id) for row in rows if row.from_clause_id and row.to_clause_id}


def write_pairs(
    session: Session,
    succession: Succession,
    rows: Sequence[Lineage],
    pairs: set[Pair],
    *,
    doubted: Iterable[int],
) -> None:
    """Make the rows of a succession say `pairs` and nothing else; what is left over has gone or come.

    A clause of `doubted` (ids) that is thereby left over waits for a person; all other new rows are certain.
    """
    before, after = (
        laid_out(session, succession.from_draft_id),
        laid_out(session, succession.to_draft_id),
    )
    links = _by_index(_groups(pairs), before, after)
    told = declared([one.node for one in before], [one.node for one in after], links)
    known = {(row.from_clause_id, row.to_clause_id): row for row in rows}
    waits = set(doubted)
    fresh: list[dict[str, Any]] = []
    stay: set[int] = set()
    for one in told:
        for values in _rows(succession, one, certain=True):
            here, there = values["from_clause_id"], values["to_clause_id"]
            if here and there and (here, there) not in pairs:
                continue
            row = known.get((here, there))
            if row is None:
                fresh.append(values | {"certain": not waits.intersection({here, there})})
                continue
            stay.add(row.id or 0)
            if row.kind is not values["kind"]:
                row.kind, row.similarity = values["kind"], values["similarity"]
    for row in rows:
        if row.id not in stay:
            session.delete(row)
    session.flush()
    if fresh:
        session.execute(insert(Lineage), fresh)


def _by_index(
    links: Iterable[Link], before: Sequence[Laid], after: Sequence[Laid]
) -> list[tuple[list[int], list[int]]]:
    here = {one.id: n for n, one in enumerate(before)}
    there = {one.id: n for n, one in enumerate(after)}
    return [
        ([here[n] for n in ours if n in here], [there[n] for n in theirs if n in there])
        for ours, theirs in links
    ]


def changed_clauses(session: Session, succession_id: int) -> list[Changed]:
    """The clauses whose words changed between the drafts of a succession, in the order of the rows.

    Lines of the draft's own table of contents are left out: nobody was asked about them.
    """
    rows = list(
        session.scalars(
            select(Lineage)
            .where(col(Lineage.succession_id) == succession_id, col(Lineage.kind).in_(WORDS_CHANGED))
            .order_by(col(Lineage.id))
        ).all()
    )
    ids = {n for row in rows for n in (row.from_clause_id, row.to_clause_id) if n}
    clauses = {
        row.id: row
        for row in session.execute(
            select(col(Clause.id), col(Clause.wid), col(Clause.label), col(Clause.kind)).where(
                col(Clause.id).in_(ids)
            )
        )
    }
    kinds = {(row.from_clause_id, row.to_clause_id): row.kind for row in rows}
    groups: list[Link] = links_of(rows)
    groups += [((row.from_clause_id,), ()) for row in rows if row.from_clause_id and not row.to_clause_id]
    groups += [((), (row.to_clause_id,)) for row in rows if row.to_clause_id and not row.from_clause_id]
    found: list[Changed] = []
    for ours, theirs in groups:
        first = clauses[(ours or theirs)[0]]
        if first.kind in NOT_CONSULTED:
            continue
        kind = next(kinds[n, m] for n in ours or (None,) for m in theirs or (None,) if (n, m) in kinds)
        found.append(Changed(ours, theirs, kind, first.label, first.wid))
    return found
