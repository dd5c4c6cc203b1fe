"""A point on a page of its own, and its answer: proposed, decided, taken over, opened again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from app.errors import Conflict, Invalid
from app.matrix import deciding, meeting, opened, walking
from app.matrix.dispositions import DISPOSITION_NAMES, Disposition
from app.matrix.written import FIELDS
from app.policy import May
from app.routers.deps import Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.point_forms import BACK, NEXT, THEN, VERBS, context, inside, only_day, point_form, sent
from app.web import flash
from app.web.filters import day, when
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)


def address(here: Here, point_id: int, more: str = "") -> str:
    """The page of a point."""
    return f"/rounds/{here.the_round.id}/points/{point_id}{more}"


@router.get("/rounds/{round_id}/points/{point_id:int}")
def point(here: InRound, point_id: int) -> Response:
    here.require(May.SEE_PROPOSALS)
    return show(here, point_id)


def show(
    here: Here,
    point_id: int,
    form: dict[str, str] | None = None,
    problem: Invalid | Conflict | None = None,
) -> Response:
    """The page of a point; a form that was not taken comes back as typed."""
    asked = here.request.query_params
    made = point_form(here, point_id, form, problem, back=inside(here, asked.get(BACK, "")))
    round_ = here.the_round
    before, after = walking.around(here.db, round_, made.point.position, point_id)
    more: dict[str, Any] = {
        "before": before,
        "after": after,
        "changes": opened.changes(here.db, point_id),
        "attribute_titles": {one.attribute: one.title for one in FIELDS},
        "words": said_in(here),
        "verbs": VERBS,
        "can_meet": here.may(May.DECIDE) and meeting.may_be_shown(round_),
    }
    return render(
        here.request,
        "deciding/point.html",
        page=here.page("matrix"),
        status=problem.status if problem else 200,
        **(context(here, made, form) | more),
    )


def said_in(here: Here) -> Callable[[str, Any], str]:
    """What history keeps of a point, in the reader's words."""
    language = language_of(here.request)
    named = walking.in_words(here.db, here.the_round)

    def said(attribute: str, value: Any) -> str:
        if attribute.endswith("disposition") and value in set(Disposition):
            return in_language(language, DISPOSITION_NAMES[Disposition(value)])
        if attribute.endswith("_at") and value:
            at = datetime.fromisoformat(value)
            return (day if only_day(at) else when)(at, language)
        return named(attribute, value)

    return said


@router.post("/rounds/{round_id}/points/{point_id:int}")
def save(here: InRound, db: Db, point_id: int, form: form_of) -> Response:
    """Write on a point; a stale edit comes back with both wordings, and loses neither."""
    said = sent(form)
    try:
        saved = deciding.save(
            db,
            by=here.viewer,
            round_=here.the_round,
            point_id=point_id,
            version=said.version,
            was=said.was,
            mine=said.mine,
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        db.rollback()
        if isinstance(problem, Conflict) and not problem.theirs:
            raise
        return show(here, point_id, form, problem)
    told = N_("Saved. What somebody else changed meanwhile stands too.") if saved.taken else N_("Saved.")
    return flash.redirect(onward(here, point_id, form), told)


def onward(here: Here, point_id: int, form: dict[str, str]) -> str:
    """Where a form leads on to: where it came from, or the next point where that was asked."""
    if form.get(THEN) == "next":
        if named := inside(here, form.get(NEXT, "")):
            return named
        own = opened.view(here.db, here.viewer, here.the_round, point_id)
        _, after = walking.around(here.db, here.the_round, own.position, point_id)
        if after is not None:
            return address(here, after)
    return inside(here, form.get(BACK, "")) or address(here, point_id)


@router.post("/rounds/{round_id}/points/{point_id:int}/take")
def take(here: InRound, db: Db, point_id: int, form: form_of) -> Response:
    """Decide as proposed."""
    try:
        deciding.take_proposal(
            db,
            by=here.viewer,
            round_=here.the_round,
            point_id=point_id,
            version=number_in(form.get("version", "")) or 0,
            meeting=form.get("decided_meeting", ""),
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        db.rollback()
        if isinstance(problem, Conflict) and not problem.theirs:
            raise
        return show(here, point_id, form, problem)
    return flash.redirect(onward(here, point_id, form), N_("Decided as proposed."))


@router.post("/rounds/{round_id}/points/{point_id:int}/reopen")
def reopen(here: InRound, db: Db, point_id: int, form: form_of) -> Response:
    """Open a decided point again."""
    try:
        deciding.reopen(
            db,
            by=here.viewer,
            round_=here.the_round,
            point_id=point_id,
            version=number_in(form.get("version", "")) or 0,
            why=form.get("why", ""),
            at=here.now,
        )
    except Invalid as problem:
        db.rollback()
        return show(here, point_id, form, problem)
    return flash.redirect(onward(here, point_id, form), N_("The point is open again."))
