"""The same form sent twice in one moment is done once."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

Done = TypeVar("Done")


def once(session: Session, act: Callable[[], Done]) -> Done:
    """Do `act`; when another request has written the same row meanwhile, do it anew and see that row.

    Nothing of the first try is kept.
    """
    try:
        return act()
    except IntegrityError:
        session.rollback()
        return act()
