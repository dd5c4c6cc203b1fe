"""The receipt of a comment: what was received, as its author can see it; by mail, and to keep.

The mail is not written by the request that takes the comment. The comment says in its own row that its
receipt is due, and is found there once the transaction is committed: what is sent together is one mail.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, select, true, update
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import ref
from app.comments.rules import ATTRIBUTION_NAMES, TYPE_NAMES
from app.languages import in_language
from app.mail.actions import queue
from app.mail.letters import letter, moment
from app.people.models import Person
from app.plans.models import Clause, Plan
from app.rounds.models import Round
from app.text.redline import redline

#: Set in a session's `info` when it holds a comment whose receipt is due, so that its commit wakes the clock.
OWED = "receipt_owed"
#: Comments are locked and written about so many at a time.
AT_A_TIME = 200

_DUE = col(Comment.receipt_due).is_(true())


def are_due() -> ColumnElement[bool]:
    """Whether any comment waits for its receipt: a look at an index that is nearly always empty."""
    return exists().where(_DUE)


def write(session: Session, *, at: datetime, base_url: str, zone: str) -> int:
    """Put the due receipts of some comments into the outbox, one for each person and round.

    Gives how many comments were receipted, at most `AT_A_TIME`; what another process holds is left to it.
    A comment that was withdrawn meanwhile was still received. Nobody is written to who has no address.
    """
    ids = session.connection().execute(_CLAIM).scalars().all()
    if not ids:
        return 0
    rows = session.connection().execute(_RECEIVED_BY, {"ids": ids})
    for _, group in groupby(rows, lambda row: (row.person_id, row.round_id)):
        received = list(group)
        first = received[0]
        if not first.email:
            continue
        language = first.language.value
        subject, text = _letter(received, language, base_url, zone)
        queue(
            session,
            key=f"receipt:{first.id}",
            to=first.email,
            subject=subject,
            text=text,
            at=at,
            language=language,
            plan_id=first.plan_id,
            person_id=first.person_id,
        )
    return len(ids)


def owe(session: Session, comment: Comment) -> None:
    """Owe a receipt for a comment that somebody else took in for its author, who is told of it alone."""
    comment.receipt_due = True
    session.info[OWED] = True


def forgo(session: Session, plan_id: int) -> None:
    """Owe no receipt for a plan's comments: they are a sample's, or somebody told their authors otherwise."""
    session.execute(
        update(Comment).where(_DUE, col(Comment.plan_id) == plan_id).values(receipt_due=False),
        execution_options={"synchronize_session": False},
    )
    session.info.pop(OWED, None)


def text_of(session: Session, comment_ids: Sequence[int], *, language: str, base_url: str, zone: str) -> str:
    """The receipt of comments of one round, to keep."""
    received = session.connection().execute(_RECEIVED, {"ids": comment_ids}).all()
    return _letter(received, language, base_url, zone)[1]


#: Takes some comments whose receipt is due, so that no other process does.
_CLAIM = (
    update(Comment)
    .where(
        col(Comment.id).in_(
            select(col(Comment.id))
            .where(_DUE)
            .order_by(col(Comment.id))
            .limit(AT_A_TIME)
            .with_for_update(skip_locked=True)
        )
    )
    .values(receipt_due=False)
    .returning(col(Comment.id))
)
#: What a receipt says of comments, in the order in which they came.
_RECEIVED = (
    select(
        col(Comment.id),
        col(Comment.plan_id),
        col(Comment.round_id),
        col(Comment.person_id),
        col(Comment.number),
        col(Comment.field),
        col(Comment.exact),
        col(Comment.type),
        col(Comment.text),
        col(Comment.proposed),
        col(Comment.attribution),
        col(Comment.late),
        col(Comment.submitted_at),
        col(Clause.label),
        col(Clause.number).label("clause_number"),
        col(Clause.text).label("clause"),
        col(Clause.fields),
        col(Round.number).label("round_number"),
        col(Round.name).label("round"),
        col(Plan.title).label("plan"),
        col(Plan.title_ms).label("plan_ms"),
    )
    .join(Round, col(Round.id) == col(Comment.round_id))
    .join(Plan, col(Plan.id) == col(Comment.plan_id))
    .outerjoin(Clause, col(Clause.id) == col(Comment.clause_id))
    .where(col(Comment.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Comment.person_id), col(Comment.round_id), col(Comment.id))
)
_RECEIVED_BY = _RECEIVED.add_columns(col(Person.email), col(Person.language)).join(
    Person, col(Person.id) == col(Comment.person_id)
)


def _letter(received: Sequence[Any], language: str, base_url: str, zone: str) -> tuple[str, str]:
    first = received[0]
    return letter(
        "receipt",
        language,
        plan=first.plan_ms if language == "ms" and first.plan_ms else first.plan,
        round=first.round,
        refs=", ".join(ref(row.round_number, row.number) for row in received),
        address=f"{base_url.rstrip('/')}/rounds/{first.round_id}/mine",
        comments=[_said(row, language, zone) for row in received],
    )


def _said(row: Any, language: str, zone: str) -> dict[str, Any]:
    """One comment as the letter shows it."""
    where, base = in_language(language, "The whole plan"), ""
    if row.clause is not None:
        where = row.label or row.clause_number
        base = row.fields.get(row.field, "") if row.field else row.clause
    return {
        "ref": ref(row.round_number, row.number),
        "where": f"{where}, {row.field}" if row.field else where,
        "quoted": row.exact or "",
        "type": in_language(language, TYPE_NAMES[row.type]),
        "text": row.text,
        "change": _marked(base, row.proposed),
        "who": in_language(language, ATTRIBUTION_NAMES[row.attribution]),
        "late": row.late,
        "at": moment(row.submitted_at, language, zone) if row.submitted_at else "",
    }


def _marked(base: str, proposed: str | None) -> str:
    """A proposed change in plain text: what goes in square brackets, what comes in braces."""
    if proposed is None:
        return ""
    marks = {"delete": "[-{}-]", "insert": "{{+{}+}}", "equal": "{}"}
    return "".join(marks[run.kind].format(run.text) for run in redline(base, proposed))
