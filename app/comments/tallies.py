"""How many comments there are, for whom, counted as they come: no page's cost grows with a round.

An audience is a set of people who see the same comments: `all` the secretariat, `staff` drafters and
reviewers, `open` whoever sees everyone's, and a constituency's letter whoever sees only its own. A
comment for the secretariat only is in nobody else's number but the staff's, and there under no
constituency. Who sees only the own organisation's is counted at once: they are few.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from sqlalchemy import Executable, bindparam, delete, insert, select, text
from sqlmodel import Session, col

from app.comments.models import Comment, CommentTally
from app.comments.queries import seen, sight_of
from app.comments.rules import Attribution, Reach, Status
from app.people.rules import Viewer
from app.prepared import Prepared
from app.rounds.models import Round

#: Where a number stands for comments whose constituency this audience is not told.
WITHHELD = "-"


class Counted(Protocol):
    """The part of a comment that is counted."""

    constituency: Any
    attribution: Any
    type: Any
    priority: Any
    proposed: Any
    late: Any
    clause_id: Any
    section_id: Any
    field: Any
    start: Any
    end: Any


def counts(comment: Counted) -> Iterator[tuple[str, str, str]]:
    """Each (audience, dimension, value) that a submitted comment is one of."""
    letter = comment.constituency or WITHHELD
    audiences = [("all", letter)]
    if comment.attribution == Attribution.SECRETARIAT:
        audiences.append(("staff", WITHHELD))
    else:
        audiences += [("staff", letter), ("open", letter)]
        if comment.constituency:
            audiences.append((letter, letter))
    for audience, told in audiences:
        yield audience, "constituency", told
        yield audience, "type", comment.type
        yield audience, "priority", comment.priority
        yield audience, "section", f"{comment.section_id or 0}:{told}"
        yield audience, "clause", f"{comment.clause_id or 0}:{told}"
        if comment.start is not None and comment.field is None and comment.clause_id:
            yield audience, f"quotes:{comment.clause_id}", f"{comment.start}-{comment.end}"
        if comment.proposed is not None:
            yield audience, "with", "proposal"
        if comment.late:
            yield audience, "with", "late"
        if audience == "all":
            yield audience, "attribution", comment.attribution


#: The rows come as one JSON array, in each database's own words: a hundred bound values would cost more.
_ADD = {
    "sqlite": text(
        "INSERT INTO comment_tally (round_id, audience, dimension, value, n)"
        " SELECT :round_id, json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
        " json_extract(value, '$[2]'), json_extract(value, '$[3]') FROM json_each(:rows) WHERE true"
        " ON CONFLICT (round_id, audience, dimension, value) DO UPDATE SET n = comment_tally.n + excluded.n"
    ),
    "postgresql": text(
        "INSERT INTO comment_tally (round_id, audience, dimension, value, n)"
        " SELECT :round_id, row->>0, row->>1, row->>2, CAST(row->>3 AS integer)"
        " FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS rows(row)"
        " ON CONFLICT (round_id, audience, dimension, value) DO UPDATE SET n = comment_tally.n + excluded.n"
    ),
}


def add(session: Session, round_id: int, changes: dict[tuple[str, str, str], int]) -> None:
    """Add to the numbers, in one statement and one order, so that two writers never wait for each other in a ring."""
    rows = sorted((*map(str, key), n) for key, n in changes.items() if n)
    if rows:
        statement = _ADD[session.get_bind().dialect.name]
        session.connection().execute(statement, {"round_id": round_id, "rows": json.dumps(rows)})


def came(session: Session, comment: Comment) -> None:
    """A comment was submitted."""
    add(session, comment.round_id, dict.fromkeys(counts(comment), 1))


def went(session: Session, comment: Comment) -> None:
    """A comment was withdrawn."""
    add(session, comment.round_id, dict.fromkeys(counts(comment), -1))


def changed(
    session: Session, round_id: int, before: Iterable[tuple[str, str, str]], comment: Comment
) -> None:
    """A comment was edited; `before` is what `counts` said of it until then."""
    difference = Counter(counts(comment))
    difference.subtract(Counter(before))
    add(session, round_id, dict(difference))


def audience(viewer: Viewer, round_: Round) -> str | None:
    """Whose numbers this person is shown; None when they are to be counted at once."""
    sees = sight_of(viewer, round_)
    if sees.reach is Reach.ORGANISATION:
        return None
    if sees.reach is Reach.CONSTITUENCY:
        return str(viewer.constituency)
    if sees.names:
        return "all"
    return "staff" if sees.confidential else "open"


def _select_numbers(*, some: bool) -> Executable:
    columns = col(CommentTally.dimension), col(CommentTally.value), col(CommentTally.n)
    wanted = [
        col(CommentTally.round_id) == bindparam("round_id"),
        col(CommentTally.audience) == bindparam("audience"),
        col(CommentTally.dimension).in_(bindparam("dimensions", expanding=True)),
        col(CommentTally.n) > 0,
    ]
    if some:
        wanted.append(col(CommentTally.value).in_(bindparam("values", expanding=True)))
    return select(*columns).where(*wanted)


_numbers = Prepared(lambda: _select_numbers(some=False))
_some_numbers = Prepared(lambda: _select_numbers(some=True))


def tally(
    session: Session, viewer: Viewer, round_: Round, dimension: str, values: Iterable[str] | None = None
) -> dict[str, int]:
    """The numbers of one dimension, by value, as this person is shown them; `values` limits which."""
    wanted = list(values) if values is not None else None
    group = audience(viewer, round_)
    if group is None:
        found = _counted_now(session, viewer, round_)
        return {
            value: n
            for (kind, value), n in found.items()
            if kind == dimension and (wanted is None or value in wanted)
        }
    where = {"round_id": round_.id, "audience": group, "dimensions": [dimension]}
    rows = _numbers(session, where) if wanted is None else _some_numbers(session, where | {"values": wanted})
    return {value: n for _, value, n in rows}


def several(
    session: Session, viewer: Viewer, round_: Round, dimensions: Iterable[str]
) -> dict[str, dict[str, int]]:
    """The numbers of several dimensions at once, each by value."""
    wanted = list(dimensions)
    found: dict[str, dict[str, int]] = {dimension: {} for dimension in wanted}
    group = audience(viewer, round_)
    if group is None:
        for (dimension, value), n in _counted_now(session, viewer, round_).items():
            if dimension in found:
                found[dimension][value] = n
        return found
    rows = _numbers(session, {"round_id": round_.id, "audience": group, "dimensions": wanted})
    for dimension, value, n in rows:
        found[dimension][value] = n
    return found


COUNTED = (
    col(Comment.constituency),
    col(Comment.attribution),
    col(Comment.type),
    col(Comment.priority),
    col(Comment.proposed),
    col(Comment.late),
    col(Comment.clause_id),
    col(Comment.section_id),
    col(Comment.field),
    col(Comment.start),
    col(Comment.end),
)


def passages(
    session: Session, viewer: Viewer, round_: Round, clause_ids: Iterable[int]
) -> dict[int, list[tuple[int, int, int]]]:
    """The passages quoted of these clauses, as this person is shown them: (start, end, how often), by clause."""
    wanted = {f"quotes:{clause_id}": clause_id for clause_id in clause_ids}
    group = audience(viewer, round_)
    rows: Iterable[Any]
    if group is None:
        counted = _counted_now(session, viewer, round_)
        rows = [(kind, value, n) for (kind, value), n in counted.items() if kind in wanted]
    else:
        rows = session.execute(
            select(col(CommentTally.dimension), col(CommentTally.value), col(CommentTally.n)).where(
                col(CommentTally.round_id) == round_.id,
                col(CommentTally.audience) == group,
                col(CommentTally.dimension).in_(wanted),
                col(CommentTally.n) > 0,
            )
        )
    found: dict[int, list[tuple[int, int, int]]] = {}
    for dimension, value, n in rows:
        start, _, end = value.partition("-")
        found.setdefault(wanted[dimension], []).append((int(start), int(end), n))
    return found


def _counted_now(session: Session, viewer: Viewer, round_: Round) -> Counter[tuple[str, str]]:
    rows = session.execute(
        select(*COUNTED).where(*seen(viewer, round_), col(Comment.status) == Status.SUBMITTED)
    )
    return Counter(
        (dimension, value) for row in rows for who, dimension, value in counts(row) if who == "all"
    )


def recounted(session: Session, round_id: int) -> Counter[tuple[str, str, str]]:
    """Every number of a round, counted from its comments; for the check, and after a bulk load."""
    rows = session.execute(
        select(*COUNTED)
        .where(col(Comment.round_id) == round_id, col(Comment.status) == Status.SUBMITTED)
        .execution_options(yield_per=1000)
    )
    return Counter(key for row in rows for key in counts(row))


def recount(session: Session, round_id: int) -> None:
    """Put a round's numbers right, from its comments."""
    found = recounted(session, round_id)
    session.execute(delete(CommentTally).where(col(CommentTally.round_id) == round_id))
    if found:
        session.execute(
            insert(CommentTally),
            [
                {"round_id": round_id, "audience": str(a), "dimension": d, "value": str(v), "n": n}
                for (a, d, v), n in found.items()
            ],
        )
