"""Recording a change; every action calls `record` in the transaction that makes the change."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session, SQLModel, col

from app.history.chain import digest
from app.history.models import History

_ADD = insert(SQLModel.metadata.tables["history"])
_LAST = (
    select(col(History.seq), col(History.digest))
    .where(col(History.subject) == bindparam("subject"), col(History.subject_id) == bindparam("subject_id"))
    .order_by(col(History.seq).desc())
    .limit(1)
)


def record(
    session: Session,
    *,
    at: datetime,
    by: int | None,
    verb: str,
    subject: str,
    subject_id: int,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    plan_id: int | None = None,
    round_id: int | None = None,
    first: bool = False,
) -> None:
    """Add a row to a subject's history.

    `by` is the person's id, None for the system. `first` says that the subject has just been made, which
    spares the look at its last row. Names and e-mail addresses do not belong in `before` and `after`:
    history is kept when a person's data is erased.
    """
    seq, previous = 1, ""
    if not first:
        last = session.execute(_LAST, {"subject": subject, "subject_id": subject_id}).first()
        if last:
            seq, previous = last[0] + 1, last[1]
    # JSON once, so that what is digested is what the database gives back.
    before, after = json.loads(json.dumps([before, after], default=str))
    content = {
        "at": at.isoformat(),
        "by": by,
        "verb": verb,
        "subject": subject,
        "subject_id": subject_id,
        "seq": seq,
        "before": before,
        "after": after,
    }
    session.connection().execute(
        _ADD,
        {
            "at": at,
            "by_person_id": by,
            "plan_id": plan_id,
            "round_id": round_id,
            "subject": subject,
            "subject_id": subject_id,
            "seq": seq,
            "verb": verb,
            "before": before,
            "after": after,
            "digest": digest(content, previous),
        },
    )


def record_each(
    session: Session,
    *,
    at: datetime,
    by: int | None,
    verb: str,
    subject: str,
    changes: Sequence[tuple[int, dict[str, Any], dict[str, Any]]],
    plan_id: int | None = None,
    round_id: int | None = None,
) -> None:
    """A row for each of many subjects in two statements; `changes` gives each one's id, before and after.

    The caller holds the subjects locked, so that each row follows its last one.
    """
    if not changes:
        return
    last: dict[int, tuple[int, str]] = {}
    for start in range(0, len(changes), 500):
        ids = [id_ for id_, _, _ in changes[start : start + 500]]
        newest = (
            select(col(History.subject_id), func.max(History.seq).label("seq"))
            .where(col(History.subject) == subject, col(History.subject_id).in_(ids))
            .group_by(col(History.subject_id))
            .subquery()
        )
        rows = session.execute(
            select(col(History.subject_id), col(History.seq), col(History.digest)).join(
                newest,
                (col(History.subject_id) == newest.c.subject_id)
                & (col(History.seq) == newest.c.seq)
                & (col(History.subject) == subject),
            )
        )
        last |= {subject_id: (seq, kept) for subject_id, seq, kept in rows}
    added = []
    for subject_id, was, now in changes:
        seq, previous = last.get(subject_id, (0, ""))
        before, after = json.loads(json.dumps([was, now], default=str))
        content = {
            "at": at.isoformat(),
            "by": by,
            "verb": verb,
            "subject": subject,
            "subject_id": subject_id,
            "seq": seq + 1,
            "before": before,
            "after": after,
        }
        added.append(
            {
                "at": at,
                "by_person_id": by,
                "plan_id": plan_id,
                "round_id": round_id,
                "subject": subject,
                "subject_id": subject_id,
                "seq": seq + 1,
                "verb": verb,
                "before": before,
                "after": after,
                "digest": digest(content, previous),
            }
        )
    session.execute(insert(History), added)


def record_made(
    session: Session,
    *,
    at: datetime,
    by: int | None,
    verb: str,
    subject: str,
    made: Iterable[tuple[int, dict[str, Any]]],
    plan_id: int | None = None,
) -> None:
    """The first row of many subjects' histories in one statement; `made` gives each one's id and what it is."""
    rows = []
    for subject_id, described in made:
        after = json.loads(json.dumps(described, default=str))
        content = {
            "at": at.isoformat(),
            "by": by,
            "verb": verb,
            "subject": subject,
            "subject_id": subject_id,
            "seq": 1,
            "before": None,
            "after": after,
        }
        rows.append(
            {
                "at": at,
                "by_person_id": by,
                "plan_id": plan_id,
                "subject": subject,
                "subject_id": subject_id,
                "seq": 1,
                "verb": verb,
                "before": None,
                "after": after,
                "digest": digest(content, ""),
            }
        )
    if rows:
        session.execute(insert(History), rows)
