"""Full-text search among comments, in both languages and in each database's own way.

What people type becomes words, never operators: nothing that is typed can change what is asked.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    column,
    false,
    func,
    literal_column,
    select,
    table,
)
from sqlmodel import Session, col

from app.comments.models import Comment
from app.text.searching import phrases, query_terms

#: SQLite is told to look up so many matches one by one and sort them; where there are more, it walks in
#: document order and leaves out what does not match, which soon fills a page.
FEW = 2000

_fts = table("comment_search", column("rowid"), column("comment_search"))


def search(session: Session, statement: Select[Any], typed: str) -> Select[Any]:
    """Narrow a statement over comments to those that hold every word and phrase typed; no word finds nothing."""
    words, runs = query_terms(typed), phrases(typed)
    if not words and not runs:
        return statement.where(false())
    if session.get_bind().dialect.name == "postgresql":
        return statement.where(_postgresql(words, runs))
    return _sqlite(session, statement, words, runs)


def _postgresql(words: list[list[str]], runs: list[list[str]]) -> ColumnElement[bool]:
    def lexeme(word: str) -> str:
        bare = word.removesuffix("*").replace("\\", "\\\\").replace("'", "''")
        return f"'{bare}':*" if word.endswith("*") else f"'{bare}'"

    asked = [" | ".join(map(lexeme, alternatives)) for alternatives in words]
    asked += [" <-> ".join(map(lexeme, run)) for run in runs]
    simple: Any = literal_column("'simple'")
    found: ColumnElement[bool] = func.to_tsvector(simple, col(Comment.words)).op("@@")(
        func.to_tsquery(simple, " & ".join(f"({part})" for part in asked))
    )
    return found


def _sqlite(
    session: Session, statement: Select[Any], words: list[list[str]], runs: list[list[str]]
) -> Select[Any]:
    def phrase(*said: str) -> str:
        bare = " ".join(said).removesuffix("*").replace('"', '""')
        return f'"{bare}"*' if said[-1].endswith("*") else f'"{bare}"'

    asked = [" OR ".join(map(phrase, alternatives)) for alternatives in words]
    asked += [phrase(*run) for run in runs]
    match = " AND ".join(f"({part})" for part in asked)
    found = _fts.c.comment_search.op("MATCH")(bindparam(None, match))
    held = col(Comment.id).in_(select(_fts.c.rowid).where(found))
    few = len(session.execute(select(_fts.c.rowid).where(found).limit(FEW + 1)).all()) <= FEW
    statement = statement.where(held)
    return statement.with_hint(Comment, "NOT INDEXED", "sqlite") if few else statement
