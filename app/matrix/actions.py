"""Keeping views of the matrix: a person's own filters under a name."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Invalid, NotFound
from app.history.actions import record
from app.matrix.models import SavedView
from app.matrix.rules import Filters, written
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round

#: A person finds their way among so many.
MOST = 40


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", " ").split())
    if not name:
        raise Invalid("Give the view a name.", fields={"name": "Write a name."})
    if len(name) > 60:
        raise Invalid("A view's name has at most 60 letters.", fields={"name": "Shorten the name."})
    return name


def _taken(session: Session, by: Viewer, round_: Round, name: str) -> bool:
    return (
        session.scalar(
            select(func.count())
            .select_from(SavedView)
            .where(
                col(SavedView.round_id) == round_.id,
                col(SavedView.person_id) == by.person_id,
                col(SavedView.name) == name,
            )
        )
        or 0
    ) > 0


def _mine(session: Session, by: Viewer, round_: Round, view_id: int) -> SavedView:
    view = session.get(SavedView, view_id, with_for_update=True)
    if view is None or view.person_id != by.person_id or view.round_id != round_.id:
        raise NotFound("There is no such view.")
    return view


def save_view(
    session: Session, *, by: Viewer, round_: Round, name: str, filters: Filters, at: datetime
) -> SavedView:
    """Keep filters under a name; a name is one's own and used once."""
    require(may(by.role, May.SEE_MATRIX, phase=round_.phase))
    name = _name(name)
    if _taken(session, by, round_, name):
        raise Invalid("You have a view of that name. Choose another.", fields={"name": "Choose another."})
    kept = session.scalar(
        select(func.count())
        .select_from(SavedView)
        .where(col(SavedView.round_id) == round_.id, col(SavedView.person_id) == by.person_id)
    )
    if (kept or 0) >= MOST:
        raise Invalid("You keep %(n)s views already. Delete one first.", n=MOST)
    view = SavedView(
        round_id=round_.id or 0, person_id=by.person_id or 0, name=name, query=written(filters), created_at=at
    )
    session.add(view)
    session.flush()
    _record(session, view, by, round_, at, "saved", None, {"name": name, "query": view.query})
    return view


def rename_view(
    session: Session, *, by: Viewer, round_: Round, view_id: int, name: str, at: datetime
) -> SavedView:
    """Give a view another name."""
    view = _mine(session, by, round_, view_id)
    name = _name(name)
    if name == view.name:
        return view
    if _taken(session, by, round_, name):
        raise Invalid("You have a view of that name. Choose another.", fields={"name": "Choose another."})
    before = {"name": view.name}
    view.name = name
    session.flush()
    _record(session, view, by, round_, at, "renamed", before, {"name": name})
    return view


def delete_view(session: Session, *, by: Viewer, round_: Round, view_id: int, at: datetime) -> None:
    """Keep a view no longer."""
    view = _mine(session, by, round_, view_id)
    _record(session, view, by, round_, at, "deleted", {"name": view.name, "query": view.query}, None)
    session.delete(view)
    session.flush()


def _record(
    session: Session,
    view: SavedView,
    by: Viewer,
    round_: Round,
    at: datetime,
    verb: str,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="saved_view",
        subject_id=view.id or 0,
        before=before,
        after=after,
        plan_id=round_.plan_id,
        round_id=round_.id,
        first=verb == "saved",
    )
