"""Many points at once: choose what to set, see what it would do, then do it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.errors import Conflict, Invalid
from app.matrix import at_once, deciding, opened, rules
from app.matrix.dispositions import DISPOSITION_NAMES, OtherPlan, choices
from app.matrix.written import BY_NAME
from app.policy import May
from app.routers.deps import Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.point_forms import BACK, KINDS, inside
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)

#: Points that are picked by hand; a page of the matrix has far fewer.
PICKED = 2000


async def _picked(request: Request) -> list[int]:
    """The points whose boxes are ticked, and those of ticked comments."""
    sent = await request.form()
    told = [str(value) for name in ("point", "link") for value in sent.getlist(name)]
    told += str(sent.get("points", "")).split()
    numbers = [number_in(value.partition(".")[0]) for value in told[: PICKED + 1]]
    if len(told) > PICKED:
        raise Invalid("So many points cannot be picked by hand. Narrow the view and set all of it.")
    return list(dict.fromkeys(n for n in numbers if n))


picked_of = Annotated[list[int], Depends(_picked)]


def points_of(here: Here, form: dict[str, str], picked: list[int]) -> list[int]:
    """The points a form is about: those picked, or all of a view of the matrix."""
    if form.get("all") == "1":
        filters = rules.read_string(form.get("query", ""))
        return at_once.matching(here.db, here.viewer, here.the_round, filters)
    return at_once.chosen(here.db, here.the_round, picked)


@router.get("/rounds/{round_id}/points/several")
def of_view(here: InRound) -> Response:
    """What to set on all points of a view."""
    here.require(May.PROPOSE)
    filters = rules.read(here.request.query_params)
    form = {"all": "1", "query": rules.written(filters)}
    return show(here, form, points_of(here, form, []))


@router.post("/rounds/{round_id}/points/several")
def several(here: InRound, form: form_of, picked: picked_of) -> Response:
    """What to set on the points that were picked."""
    here.require(May.PROPOSE)
    return show(here, form, points_of(here, form, picked))


def show(
    here: Here,
    form: dict[str, str],
    ids: list[int],
    problem: Invalid | Conflict | None = None,
    effect: at_once.Effect | None = None,
) -> Response:
    """The form, what it would do once that is known, and what was wrong with it."""
    whole = form.get("all") == "1"
    more: dict[str, Any] = {
        "decides": here.may(May.DECIDE),
        "assigns": here.may(May.ASSIGN),
        "consolidates": here.may(May.CONSOLIDATE),
        "drafters": opened.drafters(here.db, here.the_round),
        "themes": opened.themes(here.db, here.the_round),
        "meetings": deciding.meeting_named(here.db, here.the_round),
    }
    return render(
        here.request,
        "deciding/several.html",
        page=here.page("matrix"),
        status=problem.status if problem else 200,
        round=here.the_round,
        n=min(len(ids), at_once.MOST),
        too_many=len(ids) > at_once.MOST,
        most=at_once.MOST,
        whole=whole,
        query=form.get("query", ""),
        picked=" ".join(map(str, ids)) if not whole else "",
        back=inside(here, form.get(BACK, "")) or back_to(here, form),
        values={name: form.get(name, "") for name in BY_NAME},
        anew=form.get("anew") == "1",
        errors=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        effect=effect,
        titles={name: one.title for name, one in BY_NAME.items()},
        none=at_once.NONE,
        choices=choices(proposes=False),
        disposition_names=DISPOSITION_NAMES,
        disposition_kinds=KINDS,
        other_plans=list(OtherPlan),
        **more,
    )


def back_to(here: Here, form: dict[str, str]) -> str:
    """The view of the matrix that a form came from."""
    query = form.get(BACK, "") or form.get("query", "")
    try:
        kept = rules.written(rules.read_string(query))
    except Invalid:
        kept = ""
    return f"/rounds/{here.the_round.id}/matrix" + (f"?{kept}" if kept else "")


@router.post("/rounds/{round_id}/points/several/preview")
def preview(here: InRound, db: Db, form: form_of, picked: picked_of) -> Response:
    """What would change, and what would be refused and why."""
    here.require(May.PROPOSE)
    ids = points_of(here, form, picked)
    try:
        effect = at_once.foresee(
            db,
            by=here.viewer,
            round_=here.the_round,
            ids=ids,
            values=form,
            anew=form.get("anew") == "1",
            at=here.now,
        )
    except Invalid as problem:
        return show(here, form, ids, problem)
    return show(here, form, ids, effect=effect)


@router.post("/rounds/{round_id}/points/several/save")
def save(here: InRound, db: Db, form: form_of, picked: picked_of) -> Response:
    """Set it on all of them, or on none where something changed since it was looked at."""
    here.require(May.PROPOSE)
    ids = points_of(here, form, picked)
    how: dict[str, Any] = {
        "by": here.viewer,
        "round_": here.the_round,
        "ids": ids,
        "values": form,
        "anew": form.get("anew") == "1",
        "at": here.now,
    }
    try:
        effect = at_once.write(db, digest=form.get("digest", ""), **how)
    except Conflict as problem:
        db.rollback()
        if problem.sentence != at_once.CHANGED_MEANWHILE:
            raise
        return show(here, form, ids, problem, at_once.foresee(db, **how))
    except Invalid as problem:
        db.rollback()
        return show(here, form, ids, problem)
    where = inside(here, form.get(BACK, "")) or back_to(here, form)
    if not effect.changed:
        return flash.redirect(where, N_("Nothing was left to change."))
    return flash.redirect(where, N_("Saved. Points that changed: %(n)s."), n=effect.changed)
