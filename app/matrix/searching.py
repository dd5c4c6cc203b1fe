"""Full-text search among comments, in both languages and in each database's own way.

What people type becomes words, never operators: nothing that is typed can change what is asked.
"""

import enum
from typing import Any

from sqlalchemy import Select, bindparam, column, false, func, literal_column, select, table
from sqlmodel import Session, col

from app.comments.models import Comment
from app.prepared import Prepared
from app.text.searching import phrases, query_terms

#: SQLite is told to look up so many matches one by one and sort them; where there are more, it walks in
#: document order and leaves out what does not match, which soon fills a page.
FEW = 2000


class Search(enum.Enum):
    """How words are looked for: not at all, in vain, by PostgreSQL, or by SQLite among few or many matches."""

    NONE = enum.auto()
    NOTHING = enum.auto()
    POSTGRESQL = enum.auto()
    FEW = enum.auto()
    MANY = enum.auto()


_fts = table("comment_search", column("rowid"), column("comment_search"))
_match = _fts.c.comment_search.op("MATCH")(bindparam("search"))
_found = Prepared(lambda: select(_fts.c.rowid).where(_match).limit(FEW + 1))


def how(session: Session, typed: str) -> tuple[Search, dict[str, str]]:
    """How to look for what was typed, and the value that says it; a text holds every word and phrase of it."""
    if not typed:
        return Search.NONE, {}
    words, runs = query_terms(typed), phrases(typed)
    if not words and not runs:
        return Search.NOTHING, {}
    if session.get_bind().dialect.name == "postgresql":
        return Search.POSTGRESQL, {"search": _postgresql(words, runs)}
    said = {"search": _sqlite(words, runs)}
    few = len(_found(session, said).all()) <= FEW
    return (Search.FEW if few else Search.MANY), said


def searched(statement: Select[Any], search: Search) -> Select[Any]:
    """Narrow a statement over comments to what is found; the value is bound as `search`."""
    if search is Search.NONE:
        return statement
    if search is Search.NOTHING:
        return statement.where(false())
    if search is Search.POSTGRESQL:
        simple: Any = literal_column("'simple'")
        words = func.to_tsvector(simple, col(Comment.words))
        return statement.where(words.op("@@")(func.to_tsquery(simple, bindparam("search"))))
    statement = statement.where(col(Comment.id).in_(select(_fts.c.rowid).where(_match)))
    return statement.with_hint(Comment, "NOT INDEXED", "sqlite") if search is Search.FEW else statement


def _postgresql(words: list[list[str]], runs: list[list[str]]) -> str:
    def lexeme(word: str) -> str:
        bare = word.removesuffix("*").replace("\\", "\\\\").replace("'", "''")
        return f"'{bare}':*" if word.endswith("*") else f"'{bare}'"

    asked = [" | ".join(map(lexeme, alternatives)) for alternatives in words]
    asked += [" <-> ".join(map(lexeme, run)) for run in runs]
    return " & ".join(f"({part})" for part in asked)


def _sqlite(words: list[list[str]], runs: list[list[str]]) -> str:
    def phrase(*said: str) -> str:
        bare = " ".join(said).removesuffix("*").replace('"', '""')
        return f'"{bare}"*' if said[-1].endswith("*") else f'"{bare}"'

    asked = [" OR ".join(map(phrase, alternatives)) for alternatives in words]
    asked += [phrase(*run) for run in runs]
    return " AND ".join(f"({part})" for part in asked)
