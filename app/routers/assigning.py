"""Giving points to drafters: by section or evenly, seen before it is done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.errors import Conflict, Invalid
from app.matrix import assigning, opened
from app.matrix.at_once import CHANGED_MEANWHILE
from app.matrix.queries import WHOLE_PLAN, sections
from app.matrix.rules import COUNTED
from app.policy import May
from app.routers.deps import Db, InRound
from app.routers.forms import form_of
from app.web import flash
from app.web.here import Here
from app.web.language import language_of
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)

#: How a section's field is called: this before its eid.
SECTION = "section:"


async def _seats(request: Request) -> list[str]:
    sent = await request.form()
    return [str(value) for value in sent.getlist("seats")]


seats_of = Annotated[list[str], Depends(_seats)]


@router.get("/rounds/{round_id}/assign")
def assign(here: InRound) -> Response:
    here.require(May.ASSIGN)
    return show(here)


def show(
    here: Here,
    form: dict[str, str] | None = None,
    seats: list[str] | None = None,
    *,
    problem: Invalid | Conflict | None = None,
    sharing: assigning.Sharing | None = None,
) -> Response:
    """Both ways of giving points out, and who would get how many once that is known."""
    db, round_ = here.db, here.the_round
    given = assigning.sections_given(db, round_) if form is None else sections_in(form)
    drafters = opened.drafters(db, round_)
    return render(
        here.request,
        "deciding/assign.html",
        page=here.page("matrix"),
        status=problem.status if problem else 200,
        round=round_,
        drafters=drafters,
        names={one.seat_id: one.name for one in drafters},
        sections=sections(db, round_, language_of(here.request)),
        whole_plan=WHOLE_PLAN,
        given=given,
        seats=seats or [],
        way=(form or {}).get("way", ""),
        section=(form or {}).get("section", ""),
        again=(form or {}).get("again") == "1",
        undrafted=assigning.undrafted(db, round_),
        counted=COUNTED,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        sharing=sharing,
        prefix=SECTION,
    )


def sections_in(form: dict[str, str]) -> dict[str, str]:
    """The drafter chosen for each section, by its eid."""
    return {name[len(SECTION) :]: value for name, value in form.items() if name.startswith(SECTION)}


def shares_of(here: Here, form: dict[str, str], seats: list[str]) -> list[assigning.Share]:
    """Which stretch of the draft goes to whom."""
    if form.get("way") == "evenly":
        again = form.get("again") == "1"
        section = form.get("section", "")
        return assigning.evenly(here.db, here.the_round, seats, section=section, again=again)
    return assigning.by_section(here.db, here.the_round, sections_in(form))


@router.post("/rounds/{round_id}/assign/preview")
def preview(here: InRound, form: form_of, seats: seats_of) -> Response:
    """Who would get how many."""
    here.require(May.ASSIGN)
    try:
        shares = shares_of(here, form, seats)
        again = form.get("again") == "1"
        sharing = assigning.foresee(here.db, here.the_round, shares, again=again)
    except Invalid as problem:
        return show(here, form, seats, problem=problem)
    return show(here, form, seats, sharing=sharing)


@router.post("/rounds/{round_id}/assign")
def save(here: InRound, db: Db, form: form_of, seats: seats_of) -> Response:
    """Give them out as it was seen."""
    here.require(May.ASSIGN)
    again = form.get("again") == "1"
    try:
        shares = shares_of(here, form, seats)
        sharing = assigning.assign(
            db,
            by=here.viewer,
            round_=here.the_round,
            shares=shares,
            digest=form.get("digest", ""),
            sections=sections_in(form) if form.get("way") != "evenly" else None,
            again=again,
            at=here.now,
        )
    except Invalid as problem:
        db.rollback()
        return show(here, form, seats, problem=problem)
    except Conflict as problem:
        db.rollback()
        if problem.sentence != CHANGED_MEANWHILE:
            raise
        fresh = assigning.foresee(db, here.the_round, shares_of(here, form, seats), again=again)
        return show(here, form, seats, problem=problem, sharing=fresh)
    where = f"/rounds/{here.the_round.id}/assign"
    if not sharing.of:
        return flash.redirect(where, N_("Nothing was left to change."))
    return flash.redirect(where, N_("Given out. Points with a new drafter: %(n)s."), n=sharing.of)
