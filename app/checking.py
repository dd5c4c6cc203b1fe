"""Whether the database is as it should be: its tables, history's chain, the numbers kept, and what points where."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.comments.models import Comment, CommentTally
from app.comments.rules import Status
from app.comments.tallies import recounted
from app.history.queries import broken_links
from app.matrix.keeping import miscounted
from app.matrix.models import PointComment
from app.migrating import is_migrated
from app.plans.models import Clause
from app.rounds.models import Round


def problems(session: Session) -> Iterator[str]:
    """A sentence for each thing that is not as it should be."""
    engine = session.get_bind().engine
    if not is_migrated(engine):
        yield "the tables are not those of this version: run `runding migrate`"
        return
    if engine.dialect.name == "sqlite":
        connection = session.connection()
        for row in connection.exec_driver_sql("PRAGMA integrity_check").fetchall():
            if row[0] != "ok":
                yield f"the file is damaged: {row[0]}"
        for table, rowid, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            yield f"{table} {rowid} points to a row of {parent} that is not there"
    yield from broken_links(session)
    yield from wrong_numbers(session)
    yield from without_a_point(session)
    yield from miscounted_points(session)
    yield from misplaced(session)


def wrong_numbers(session: Session) -> Iterator[str]:
    """Rounds whose kept numbers are not what their comments count to."""
    for round_id, number in session.execute(select(col(Round.id), col(Round.number))):
        kept = {
            (row.audience, row.dimension, row.value): row.n
            for row in session.scalars(select(CommentTally).where(col(CommentTally.round_id) == round_id))
            if row.n
        }
        counted = {(str(a), d, str(v)): n for (a, d, v), n in recounted(session, round_id).items()}
        if kept != counted:
            yield f"the numbers kept of round {number} (id {round_id}) differ from its comments"


def without_a_point(session: Session) -> Iterator[str]:
    """Submitted comments that are in no point of the matrix."""
    for comment_id in session.scalars(
        select(col(Comment.id))
        .outerjoin(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .where(col(Comment.status) != Status.DRAFT, col(PointComment.point_id).is_(None))
    ):
        yield f"comment {comment_id} is in no point of the matrix"


def miscounted_points(session: Session) -> Iterator[str]:
    """Points that say another number of members than they have."""
    for round_id, number in session.execute(select(col(Round.id), col(Round.number))):
        if n := miscounted(session, round_id):
            yield f"{n} points of round {number} (id {round_id}) say another number of comments than make them"


def misplaced(session: Session) -> Iterator[str]:
    """Passages that are not the words they quote."""
    rows = session.execute(
        select(col(Comment.id), col(Comment.exact), col(Comment.start), col(Comment.end), col(Clause.text))
        .join(Clause, col(Clause.id) == col(Comment.clause_id))
        .where(col(Comment.exact).is_not(None), col(Comment.field).is_(None))
        .execution_options(yield_per=1000)
    )
    for comment_id, exact, start, end, text in rows:
        if text[start:end] != exact:
            yield f"comment {comment_id} does not quote the words it points to"
    twice = session.execute(
        select(col(Comment.round_id), col(Comment.number), func.count())
        .where(col(Comment.number).is_not(None))
        .group_by(col(Comment.round_id), col(Comment.number))
        .having(func.count() > 1)
    )
    for round_id, number, n in twice:
        yield f"{n} comments of round {round_id} have the number {number}"
