"""What a plan is called and what it is about, in both languages."""

from fastapi import APIRouter, Response

from app.errors import Conflict, Invalid, Problem
from app.plans import actions
from app.policy import May
from app.routers.deps import InPlan
from app.routers.drafts import again
from app.routers.forms import form_of, number_in
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter()

FIELDS = ("title", "title_ms", "about", "about_ms")


@router.get("/plans/{plan}/settings")
def show(here: InPlan) -> Response:
    """The form, as the plan stands."""
    here.require(May.EDIT_PLAN)
    return _page(here, {name: getattr(here.plan, name) for name in FIELDS}, None)


def _page(here: Here, form: dict[str, str], problem: Problem | None) -> Response:
    return render(
        here.request,
        "plans/settings.html",
        page=here.page(""),
        status=problem.status if problem else 200,
        form=form,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        theirs=problem.theirs if isinstance(problem, Conflict) else {},
    )


@router.post("/plans/{plan}/settings")
def save(here: InPlan, form: form_of) -> Response:
    """The plan under its new words."""
    here.require(May.EDIT_PLAN)
    typed = {name: form.get(name, "").replace("\r\n", "\n") for name in FIELDS}
    version = form.get("version", "")
    try:
        actions.describe(
            here.db,
            by=here.viewer,
            version=number_in(version) or 0,
            title=typed["title"],
            title_ms=typed["title_ms"],
            about=typed["about"],
            about_ms=typed["about_ms"],
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _page(again(here), typed, problem)
    return flash.redirect(f"/plans/{here.plan.slug}/settings", N_("Saved."))
