"""Suggested groups: a page of them, their answers, and comparing what was not compared yet."""

import time
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from app.matrix import suggestions
from app.matrix.suggesting import compare_some, left
from app.policy import May
from app.routers.deps import Db, InRound, Now
from app.routers.forms import number_in
from app.routers.grouping import just_done
from app.routers.once import once
from app.text.excerpts import full
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)

#: A page compares for at most about so long, in short transactions that let others write between.
SECONDS, SLICE = 1.5, 0.2


def compared(here: Here) -> int:
    """Compare some of what was not compared yet, where this person may group; how many are left."""
    if not left(here.db, here.the_round) or not here.may(May.CONSOLIDATE):
        return left(here.db, here.the_round)
    until = time.monotonic() + SECONDS
    more = 1
    while more and time.monotonic() < until:
        with Session(here.request.app.state.engine, expire_on_commit=False) as own:
            more = once(own, lambda: compare_some(own, here.the_round, here.now, seconds=SLICE))
            own.commit()
    return more


@router.get("/rounds/{round_id}/matrix/suggestions")
def page(here: InRound) -> Response:
    """Suggestions that nobody has answered."""
    here.require(May.SEE_PROPOSALS)
    asked = here.request.query_params
    waiting = compared(here)
    # Not in the request's own transaction, which began before the comparing.
    with Session(here.request.app.state.engine.execution_options(writes=False)) as own:
        found, more = suggestions.open_ones(
            own,
            here.viewer,
            here.the_round,
            after=number_in(asked.get("after", "")) or 0,
            only=number_in(asked.get("only", "")),
        )
    return render(
        here.request,
        "matrix/suggestions.html",
        page=here.page("matrix"),
        round=here.the_round,
        found=found,
        more=found[-1].id if more else None,
        waiting=waiting,
        compared_so_far=max(0, here.the_round.last_number - waiting),
        consolidates=bool(here.may(May.CONSOLIDATE)),
        whys=suggestions.WHY_NAMES,
        full=full,
        **just_done(here),
    )


@router.post("/rounds/{round_id}/matrix/suggestions/{suggestion_id}/accept")
def accept(
    here: InRound,
    db: Db,
    now: Now,
    suggestion_id: int,
    shown: Annotated[list[int] | None, Form()] = None,
    comment: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Make what is suggested one point, without those shown that are not ticked."""
    without = set(shown or ()) - set(comment or ())
    done = suggestions.accept(
        db, by=here.viewer, round_=here.the_round, suggestion_id=suggestion_id, without=without, at=now
    )
    return RedirectResponse(f"/rounds/{here.the_round.id}/matrix/suggestions?did={done.id}", status_code=303)


@router.post("/rounds/{round_id}/matrix/suggestions/{suggestion_id}/dismiss")
def dismiss(here: InRound, db: Db, now: Now, suggestion_id: int) -> Response:
    """Say no to a suggestion; it does not come back."""
    suggestions.dismiss(db, by=here.viewer, round_=here.the_round, suggestion_id=suggestion_id, at=now)
    return flash.redirect(
        f"/rounds/{here.the_round.id}/matrix/suggestions", N_("Dismissed. It is not suggested again.")
    )
