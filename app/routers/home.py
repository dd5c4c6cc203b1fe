"""The home page of a plan: what needs the person who opens it."""

from fastapi import APIRouter, Response

from app.answers.queries import MANY, books, to_read
from app.answers.signing import to_sign
from app.answers.standing import waiting
from app.home.queries import reading, running
from app.people.rules import CONSTITUENCY_NAMES
from app.policy import May
from app.returns.queries import waiting as returned_waiting
from app.roadmap.queries import deadlines, falls_on
from app.rounds.queries import rounds_of
from app.rounds.rules import Phase
from app.routers.deps import InPlan
from app.web.page import render

router = APIRouter(tags=["home"])


@router.get("/plans/{plan}", include_in_schema=False)
def home(here: InPlan) -> Response:
    """To do, my reading, and what comes up."""
    here.require(May.SEE_PLAN)
    page, plan_id = here.page("home"), here.plan.id or 0
    speaks = bool(here.may(May.COMMENT))
    mine = reading(here.db, here.viewer, page.round) if speaks and page.round else None
    prepares = bool(here.may(May.PREPARE_DRAFT))
    return render(
        here.request,
        "home/index.html",
        page=page,
        mine=mine,
        speaks=speaks,
        work=running(here.db, plan_id, here.now) if prepares else None,
        # The bar at the top leads to one round; every other that is open has its own line.
        others=[
            one
            for one in rounds_of(here.db, plan_id)
            if one.phase is Phase.OPEN and one.id != (page.round.id if page.round else None)
        ],
        answered=to_read(here.db, here.viewer, plan_id, here.now),
        returned=returned_waiting(here.db, here.viewer, plan_id),
        books=books(here.db, here.viewer, plan_id),
        many=MANY,
        to_sign=to_sign(here.db, here.viewer, plan_id),
        standing=waiting(here.db, here.viewer, page.round) if speaks and page.round else 0,
        decides=bool(here.may(May.DECIDE)),
        runs=bool(here.may(May.RUN_ROUND)),
        invites=bool(here.may(May.INVITE)),
        phase=Phase,
        next=deadlines(here.db, plan_id, here.viewer.constituency, here.now, limit=5),
        falls_on=falls_on,
        constituencies=CONSTITUENCY_NAMES,
    )
