"""Themes: subjects that points over the whole plan have in common, made, renamed, deleted and given to points."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, func, select, update
from sqlmodel import Session, col

from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record, record_each
from app.matrix.models import Point, Theme
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round

LONGEST = 120
#: A plan has at most so many themes: people choose among them.
MOST = 200


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme, and how many points have it in this round and in all of the plan's."""

    id: int
    name: str
    version: int
    here: int
    everywhere: int


def themes(session: Session, round_: Round) -> list[ThemeView]:
    """The themes of a round's plan by name, with the points that have them, emptied ones left out."""
    counts = {
        theme_id: (here or 0, everywhere)
        for theme_id, here, everywhere in session.execute(
            select(
                col(Point.theme_id),
                func.sum(cast(col(Point.round_id) == round_.id, Integer)),
                func.count(),
            )
            .join(Theme, col(Theme.id) == col(Point.theme_id))
            .where(col(Theme.plan_id) == round_.plan_id, col(Point.standing) > 0)
            .group_by(col(Point.theme_id))
        )
    }
    found = session.scalars(
        select(Theme).where(col(Theme.plan_id) == round_.plan_id).order_by(func.lower(Theme.name))
    )
    return [ThemeView(one.id or 0, one.name, one.version, *counts.get(one.id, (0, 0))) for one in found]


def _name(session: Session, round_: Round, name: str, but: int | None = None) -> str:
    name = " ".join(name.replace("\x00", " ").split())
    if not name:
        raise Invalid("Give the theme a name.", fields={"name": "Write a name."})
    if len(name) > LONGEST:
        raise Invalid(
            "A theme's name has at most %(n)s letters.", n=LONGEST, fields={"name": "Shorten the name."}
        )
    taken = session.scalar(
        select(col(Theme.id)).where(
            col(Theme.plan_id) == round_.plan_id, func.lower(Theme.name) == name.lower()
        )
    )
    if taken is not None and taken != but:
        raise Invalid("There is a theme of that name.", fields={"name": "Choose another."})
    return name


def _theme(session: Session, round_: Round, theme_id: int) -> Theme:
    found = session.get(Theme, theme_id, with_for_update=True, populate_existing=True)
    if found is None or found.plan_id != round_.plan_id:
        raise NotFound("There is no such theme.")
    return found


def create(session: Session, *, by: Viewer, round_: Round, name: str, at: datetime) -> Theme:
    """Make a theme; its name is used once in a plan, in large or small letters."""
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    name = _name(session, round_, name)
    n = session.scalar(select(func.count()).select_from(Theme).where(col(Theme.plan_id) == round_.plan_id))
    if (n or 0) >= MOST:
        raise Invalid("A plan has at most %(n)s themes.", n=MOST)
    theme = Theme(plan_id=round_.plan_id, name=name, created_at=at)
    session.add(theme)
    session.flush()
    _record(session, by, round_, at, theme, "created", None, {"name": name}, first=True)
    return theme


def rename(
    session: Session, *, by: Viewer, round_: Round, theme_id: int, version: int, name: str, at: datetime
) -> Theme:
    """Give a theme another name."""
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    theme = _theme(session, round_, theme_id)
    name = _name(session, round_, name, but=theme_id)
    if theme.version != version:
        raise Conflict(
            "Somebody has renamed this theme meanwhile.", theirs={"name": theme.name}, mine={"name": name}
        )
    if name != theme.name:
        before = {"name": theme.name}
        theme.name = name
        theme.version += 1
        session.flush()
        _record(session, by, round_, at, theme, "renamed", before, {"name": name})
    return theme


def remove(session: Session, *, by: Viewer, round_: Round, theme_id: int, at: datetime) -> None:
    """Delete a theme that no point has; points that were emptied let go of it."""
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    theme = _theme(session, round_, theme_id)
    used = session.scalar(
        select(func.count()).select_from(Point).where(col(Point.theme_id) == theme_id, col(Point.members) > 0)
    )
    if used:
        raise Conflict("%(n)s points have this theme. Give them another one first.", n=used)
    session.execute(update(Point).where(col(Point.theme_id) == theme_id).values(theme_id=None))
    _record(session, by, round_, at, theme, "deleted", {"name": theme.name}, None)
    session.delete(theme)
    session.flush()


def give(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    point_ids: Collection[int],
    theme_id: int | None,
    at: datetime,
) -> int:
    """Give points a theme, or take theirs away; how many had another."""
    require(may(by.role, May.CONSOLIDATE, phase=round_.phase))
    if not point_ids:
        raise Invalid("Choose points first.")
    if theme_id is not None:
        _theme(session, round_, theme_id)
    rows: list[Any] = list(
        session.execute(
            select(col(Point.id), col(Point.theme_id))
            .where(col(Point.id).in_(sorted(point_ids)), col(Point.round_id) == round_.id)
            .order_by(col(Point.id))
            .with_for_update()
        )
    )
    if len(rows) < len(set(point_ids)):
        raise NotFound("There is no such point.")
    changed = [row for row in rows if row.theme_id != theme_id]
    if changed:
        session.execute(
            update(Point)
            .where(col(Point.id).in_([row.id for row in changed]))
            .values(theme_id=theme_id, version=col(Point.version) + 1)
        )
        record_each(
            session,
            at=at,
            by=by.person_id,
            verb="edited",
            subject="point",
            changes=[(row.id, {"theme_id": row.theme_id}, {"theme_id": theme_id}) for row in changed],
            plan_id=round_.plan_id,
            round_id=round_.id,
        )
    return len(changed)


def _record(
    session: Session,
    by: Viewer,
    round_: Round,
    at: datetime,
    theme: Theme,
    verb: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    first: bool = False,
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="theme",
        subject_id=theme.id or 0,
        before=before,
        after=after,
        plan_id=round_.plan_id,
        round_id=round_.id,
        first=first,
    )
