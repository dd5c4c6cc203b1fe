"""A draft taken up to be changed, and its order, sections and parents made true again afterwards."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, delete, literal, select, update
from sqlmodel import Session, SQLModel, col

from app.documents.naming import Named, name_all
from app.errors import Conflict, NotFound
from app.people.rules import Viewer
from app.plans.models import Clause, Draft, Lineage
from app.plans.outline import Node, rehung, sections, untils
from app.plans.queries import NO_DRAFT
from app.plans.rules import AFTER, KIND_READ, DraftVerb, LineageKind
from app.policy import May, may, require
from app.words import N_

#: How many characters an id, a label and a number may take.
EID, LABEL, NUMBER = 200, 120, 60

READ_AS = {kind: word for word, kind in KIND_READ.items()}

FROZEN_STAYS = N_("This draft is frozen, so its text stays as it is. A change needs a new draft.")


def fitting(name: str, most: int) -> str:
    """A name that fits its column; of one too long the beginning, and a mark that keeps it apart from others."""
    if len(name) <= most:
        return name
    return f"{name[: most - 11]}~{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def take_up(session: Session, *, by: Viewer, draft_id: int, verb: DraftVerb) -> Draft:
    """The draft, locked until the transaction ends; refused to who may not, and where `verb` cannot be."""
    require(may(by.role, May.PREPARE_DRAFT))
    draft = session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or draft.plan_id != by.plan_id:
        raise NotFound(NO_DRAFT)
    if (draft.status, verb) not in AFTER:
        raise Conflict(FROZEN_STAYS)
    return draft


def set_in_order(session: Session, draft_id: int, *, rename: bool = True) -> int:
    """Count positions anew, hang each clause under its heading, divide the text into sections.

    With `rename`, ids and labels follow the numbers again, save labels that a person gave. Only rows that
    differ are written. Gives the number of clauses.
    """
    session.flush()
    rows: Sequence[Any] = session.execute(
        select(
            col(Clause.id),
            col(Clause.eid),
            col(Clause.label),
            col(Clause.own_label),
            col(Clause.number),
            col(Clause.text),
            col(Clause.kind),
            col(Clause.level),
            col(Clause.parent_id),
            col(Clause.section_id),
            col(Clause.position),
            col(Clause.until),
        )
        .where(col(Clause.draft_id) == draft_id)
        .order_by(col(Clause.position), col(Clause.id))
    ).all()
    ids = [row.id for row in rows]
    nodes = _nodes(rows)
    names = _names(rows, nodes) if rename else [(row.eid, row.label) for row in rows]
    changed: list[dict[str, Any]] = []
    renamed: list[int] = []
    for here, (row, node, head, until, (eid, label)) in enumerate(
        zip(rows, nodes, sections(nodes), untils(nodes), names, strict=True)
    ):
        values = {
            "parent_id": None if node.parent is None else ids[node.parent],
            "section_id": None if head is None else ids[head],
            "position": here,
            "until": until,
            "eid": eid,
            "label": label,
        }
        if any(getattr(row, key) != value for key, value in values.items()):
            changed.append(values | {"id": row.id})
        if row.eid != eid:
            renamed.append(row.id)
    if renamed:  # two clauses may change places, and neither id may stand twice in between
        session.execute(
            update(Clause)
            .where(col(Clause.id).in_(renamed))
            .values(eid=literal("~") + cast(col(Clause.id), String))
        )
    if changed:
        session.execute(update(Clause), changed)
        forget(session)
    return len(rows)


def _nodes(rows: Sequence[Any]) -> list[Node]:
    """The clauses as a tree; no parent comes after its child."""
    index = {row.id: here for here, row in enumerate(rows)}
    found = []
    for here, row in enumerate(rows):
        parent = index.get(row.parent_id)
        found.append(Node(row.kind, row.level, parent if parent is not None and parent < here else None))
    return [Node(node.kind, node.level, parent) for node, parent in zip(found, rehung(found), strict=True)]


def _names(rows: Sequence[Any], nodes: Sequence[Node]) -> list[tuple[str, str]]:
    """Each clause's id and label in this draft."""
    named: list[Named] = []
    for row, node in zip(rows, nodes, strict=True):
        parent = None if node.parent is None else named[node.parent]
        named.append(Named(READ_AS.get(row.kind, row.kind.value), row.number, row.text, row.level, parent))
    name_all(named)
    return [
        (fitting(one.eid, EID), row.label if row.own_label else fitting(one.label, LABEL))
        for row, one in zip(rows, named, strict=True)
    ]


def forget(session: Session) -> None:
    """Read clauses again when they are next looked at: they were changed beside the session."""
    for row in list(session.identity_map.values()):
        if isinstance(row, Clause):
            session.expire(row)


def pointed_at(session: Session, clause_ids: list[int]) -> set[int]:
    """Of these clauses, those that something outside the text points at, such as a round's scope.

    What the database deletes along with a clause (that somebody has read it) is no reason to keep it, nor
    is lineage, which follows the text.
    """
    found: set[int] = set()
    within = {str(Clause.__tablename__), str(Lineage.__tablename__)}
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys if clause_ids and table.name not in within else ():
            if key.column.table.name == Clause.__tablename__ and key.ondelete != "CASCADE":
                found |= set(session.scalars(select(key.parent).where(key.parent.in_(clause_ids)).distinct()))
    return found


def leave_lineage(session: Session, clause_ids: list[int], heir: int | None = None) -> None:
    """Say of clauses about to be taken out of a draft that what they came from has gone, or is in `heir`.

    What came of a clause in a later draft keeps it: the database refuses to take that one out.
    """
    for start in range(0, len(clause_ids), 500):
        held = col(Lineage.to_clause_id).in_(clause_ids[start : start + 500])
        session.execute(delete(Lineage).where(held, col(Lineage.from_clause_id).is_(None)))
        if heir is None:
            values: dict[str, Any] = {"to_clause_id": None, "kind": LineageKind.DELETED, "similarity": 0.0}
        else:
            values = {"to_clause_id": heir, "kind": LineageKind.MERGED}
        session.execute(update(Lineage).where(held).values(**values))


def part_lineage(session: Session, clause_id: int, made_id: int) -> None:
    """Say that a clause parted off another comes from what that one came from."""
    held = session.execute(
        select(col(Lineage.succession_id), col(Lineage.from_clause_id)).where(
            col(Lineage.to_clause_id) == clause_id, col(Lineage.from_clause_id).is_not(None)
        )
    ).all()
    session.add_all(
        Lineage(
            succession_id=succession_id,
            from_clause_id=from_id,
            to_clause_id=made_id,
            kind=LineageKind.SPLIT,
            certain=True,
        )
        for succession_id, from_id in held
    )
