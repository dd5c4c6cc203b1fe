"""The clauses of a draft as they are printed, in one of its two languages."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.documents.printed import PrintedClause
from app.plans.models import Clause

_COLUMNS = (
    col(Clause.id),
    col(Clause.wid),
    col(Clause.eid),
    col(Clause.kind),
    col(Clause.level),
    col(Clause.number),
    col(Clause.label),
    col(Clause.text),
    col(Clause.text_ms),
    col(Clause.fields),
    col(Clause.fields_ms),
    col(Clause.parent_id),
    col(Clause.location),
)


def printed_clauses(
    session: Session, draft_id: int, *, malay: bool = False, section_id: int | None = None
) -> list[PrintedClause]:
    """All clauses of a draft in order, or those of the section that one heads.

    `malay` gives the Malay text that stands beside the draft's own, and the draft's own where there is none.
    """
    statement: Any = select(*_COLUMNS).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
    if section_id is not None:
        statement = statement.where(col(Clause.section_id) == section_id)
    return [
        PrintedClause(
            id=id_,
            wid=wid,
            eid=eid,
            kind=kind.value,
            level=level,
            number=number,
            text=(text_ms or text) if malay else text,
            fields={name: (fields_ms or {}).get(name) or words for name, words in (fields or {}).items()}
            if malay
            else dict(fields or {}),
            parent=parent_id,
            location=location or {},
            label=label,
        )
        for id_, wid, eid, kind, level, number, label, text, text_ms, fields, fields_ms, parent_id, location
        in session.execute(statement)
    ]  # fmt: skip
