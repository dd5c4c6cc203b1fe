"""Themes of a plan: named once, given to points in bulk, deleted only when no point has them."""

import pytest
from sqlmodel import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.matrix import queries, theming
from app.matrix.models import Point
from app.matrix.rules import Filters
from tests.actions.test_grouping import Table, table
from tests.factories import NOW

__all__ = ["table"]


def make(table: Table, name: str) -> int:
    made = theming.create(table.session, by=table.secretariat, round_=table.round, name=name, at=NOW)
    return made.id or 0


def give(table: Table, theme_id: int | None, *which: int) -> int:
    points = [table.points[n] for n in which]
    return theming.give(
        table.session, by=table.secretariat, round_=table.round, point_ids=points, theme_id=theme_id, at=NOW
    )


def test_a_theme_is_given_in_bulk_filtered_by_and_counted(session: Session, table: Table):
    remedy = make(table, "Remedy")
    assert give(table, remedy, 0, 1, 2) == 3
    assert give(table, remedy, 2, 3) == 1
    page = queries.page(session, table.secretariat, table.round, Filters(theme=remedy))
    assert [issue.point.id for issue in page.issues if issue.point] == table.points[:4]
    assert {issue.point.theme for issue in page.issues if issue.point} == {"Remedy"}
    (found,) = theming.themes(session, table.round)
    assert (found.name, found.here, found.everywhere) == ("Remedy", 4, 4)
    give(table, None, 0)
    assert theming.themes(session, table.round)[0].here == 3


def test_names_are_used_once_whatever_their_letters(session: Session, table: Table):
    make(table, "  Remedy   and  redress ")
    for name in ("remedy and REDRESS", "", " ", "x" * 121):
        with pytest.raises(Invalid):
            make(table, name)
    assert [one.name for one in theming.themes(session, table.round)] == ["Remedy and redress"]


def test_a_theme_is_renamed_unless_somebody_did_so_meanwhile(session: Session, table: Table):
    remedy = make(table, "Remedy")

    def rename(name: str) -> None:
        theming.rename(
            session, by=table.secretariat, round_=table.round, theme_id=remedy, version=1, name=name, at=NOW
        )

    rename("Redress")
    with pytest.raises(Conflict) as stale:
        rename("Access to remedy")
    assert (stale.value.theirs, stale.value.mine) == ({"name": "Redress"}, {"name": "Access to remedy"})
    assert theming.themes(session, table.round)[0].name == "Redress"


def test_a_theme_that_points_have_is_not_deleted(session: Session, table: Table):
    remedy = make(table, "Remedy")
    give(table, remedy, 0, 3)
    with pytest.raises(Conflict):
        theming.remove(session, by=table.secretariat, round_=table.round, theme_id=remedy, at=NOW)
    table.group(0, 3)
    give(table, None, 0)
    theming.remove(session, by=table.secretariat, round_=table.round, theme_id=remedy, at=NOW)
    session.expire_all()
    assert session.get_one(Point, table.points[3]).theme_id is None
    assert theming.themes(session, table.round) == []


def test_themes_and_points_of_another_plan_are_not_there(session: Session, table: Table):
    other = Table(session)
    theirs = make(other, "Theirs")
    with pytest.raises(NotFound):
        give(table, theirs, 0)
    with pytest.raises(NotFound):
        theming.give(
            session,
            by=table.secretariat,
            round_=table.round,
            point_ids=[other.points[0]],
            theme_id=None,
            at=NOW,
        )
    with pytest.raises(Forbidden):
        theming.create(session, by=table.drafter, round_=table.round, name="Mine", at=NOW)
    with pytest.raises(Invalid):
        give(table, None)
