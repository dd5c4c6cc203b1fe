"""Statements that a page runs each time it is made: built once, then only filled with values.

To build a statement of forty columns, and to find it in SQLAlchemy's cache, costs more than the database
takes to answer it; one that is kept is found at once.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlmodel import Session


class Prepared:
    """A statement by its shape; `build` makes it with bound parameters, which each run gives values for.

    What may differ between two runs is a value or part of the shape, or the first run's would be the second's.
    """

    def __init__(self, build: Callable[..., Executable]) -> None:
        self.build = build
        self.built: dict[tuple[Hashable, ...], Executable] = {}

    def __call__(
        self, session: Session, values: Mapping[str, Any], *shape: Hashable
    ) -> CursorResult[*tuple[Any, ...]]:
        statement: Any = self.built.get(shape)
        if statement is None:
            statement = self.built[shape] = self.build(*shape)
        session.flush()  # what is not written yet is read too, as the session's own statements would
        found: CursorResult[*tuple[Any, ...]] = session.connection().execute(statement, values)
        return found
