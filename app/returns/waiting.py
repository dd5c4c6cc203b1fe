"""Work for the clerk, noted in the session that makes it."""

from sqlmodel import Session

#: Set in a session's `info` when it leaves a file to be read or imported, so that its commit wakes the clerk.
WAITING = "returned_files_waiting"


def leave(session: Session) -> None:
    """Say that this transaction leaves work for the clerk."""
    session.info[WAITING] = True
