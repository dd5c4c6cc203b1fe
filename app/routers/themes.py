"""Themes of a plan: the list, one more, another name, none any more, and given to the points that are ticked."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from app.errors import Conflict, Invalid, NotFound
from app.matrix import theming
from app.policy import May
from app.routers.deps import Db, InRound, Now
from app.routers.forms import form_of, number_in
from app.routers.grouping import back_to, picked
from app.routers.once import once
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)


def address(here: Here) -> str:
    """The page of themes."""
    return f"/rounds/{here.the_round.id}/matrix/themes"


@router.get("/rounds/{round_id}/matrix/themes")
def page(here: InRound) -> Response:
    here.require(May.SEE_PROPOSALS)
    return show(here)


def show(here: Here, problem: Invalid | Conflict | None = None, typed: str = "", wrong: int = 0) -> Response:
    """The themes; a name that was refused stands where it was typed, at a theme (`wrong`) or in the new one's field."""
    return render(
        here.request,
        "matrix/themes.html",
        page=here.page("matrix"),
        status=problem.status if problem else 200,
        round=here.the_round,
        themes=theming.themes(here.db, here.the_round),
        consolidates=bool(here.may(May.CONSOLIDATE)),
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        typed=typed,
        wrong=wrong,
    )


@router.post("/rounds/{round_id}/matrix/themes")
def create(here: InRound, db: Db, now: Now, name: Annotated[str, Form()] = "") -> Response:
    try:
        once(db, lambda: theming.create(db, by=here.viewer, round_=here.the_round, name=name, at=now))
    except Invalid as problem:
        db.rollback()
        return show(here, problem, typed=name)
    return flash.redirect(address(here), N_("Theme added."))


@router.post("/rounds/{round_id}/matrix/themes/{theme_id}/name")
def rename(
    here: InRound,
    db: Db,
    now: Now,
    theme_id: int,
    name: Annotated[str, Form()] = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    try:
        theming.rename(
            db, by=here.viewer, round_=here.the_round, theme_id=theme_id, version=version, name=name, at=now
        )
    except Invalid as problem:
        db.rollback()
        return show(here, problem, typed=name, wrong=theme_id)
    return flash.redirect(address(here), N_("Theme renamed."))


@router.post("/rounds/{round_id}/matrix/themes/{theme_id}/delete")
def remove(here: InRound, db: Db, now: Now, theme_id: int) -> Response:
    theming.remove(db, by=here.viewer, round_=here.the_round, theme_id=theme_id, at=now)
    return flash.redirect(address(here), N_("Theme deleted."))


@router.post("/rounds/{round_id}/matrix/theme")
def give(here: InRound, db: Db, now: Now, chosen: picked, form: form_of) -> Response:
    """Give the points that are ticked a theme, or none."""
    asked = form.get("theme", "")
    theme_id = number_in(asked)
    if asked == "":
        raise Invalid("Choose a theme.")
    if theme_id is None and asked != "none":
        raise NotFound("There is no such theme.")
    n = theming.give(
        db, by=here.viewer, round_=here.the_round, point_ids=chosen.touched, theme_id=theme_id, at=now
    )
    return flash.redirect(back_to(here, chosen.back), N_("Points that have another theme now: %(n)s."), n=n)
