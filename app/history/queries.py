"""Reading what was recorded, and checking that nothing was altered."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from app.history.chain import digest
from app.history.models import History


def of(session: Session, subject: str, subject_id: int) -> list[History]:
    """A subject's history, oldest first."""
    return list(
        session.scalars(
            select(History)
            .where(col(History.subject) == subject, col(History.subject_id) == subject_id)
            .order_by(col(History.seq))
        )
    )


def broken_links(session: Session) -> Iterator[str]:
    """A sentence for each row that was altered or is missing; reads all of history in bounded memory."""
    rows = session.scalars(
        select(History)
        .order_by(col(History.subject), col(History.subject_id), col(History.seq))
        .execution_options(yield_per=1000)
    )
    chain: tuple[str, int] | None = None
    seq, previous = 0, ""
    for row in rows:
        if (row.subject, row.subject_id) != chain:
            chain, seq, previous = (row.subject, row.subject_id), 0, ""
        seq += 1
        content = {
            "at": row.at.isoformat(),
            "by": row.by_person_id,
            "verb": row.verb,
            "subject": row.subject,
            "subject_id": row.subject_id,
            "seq": row.seq,
            "before": row.before,
            "after": row.after,
        }
        if row.seq != seq:
            yield f"history of {row.subject} {row.subject_id}: row {seq} is missing"
            seq = row.seq
        elif row.digest != digest(content, previous):
            yield f"history of {row.subject} {row.subject_id}: row {row.seq} was altered"
        previous = row.digest
