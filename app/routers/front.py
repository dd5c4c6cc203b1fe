"""Where a person stands first: their plan, or the list of them; and the language of the interface."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from app.errors import NotFound
from app.people import account
from app.people.rules import Language
from app.plans.founding import plans_of
from app.routers.deps import Db, Me, Now, Visitor, get_writes
from app.web import flash, next_page
from app.web.here import Page
from app.web.language import COOKIE, LANGUAGES
from app.web.page import render

router = APIRouter()

Writes = Annotated[Session, Depends(get_writes, scope="function")]

YEAR = 365 * 86400


@router.get("/", include_in_schema=False)
def front(request: Request, db: Db, me: Me) -> Response:
    """To the only plan where one has a seat, or the list of them."""
    plans = plans_of(db, me.id or 0)
    if len(plans) == 1:
        return flash.redirect(f"/plans/{plans[0].slug}")
    return render(request, "people/plans.html", page=Page.bare(request, me), plans=plans)


@router.get("/language/{language}", include_in_schema=False)
def choose(
    language: str,
    request: Request,
    db: Writes,
    now: Now,
    person: Visitor,
    to: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """Read on in this language: the person's own choice, or this browser's for a visitor."""
    if language not in LANGUAGES:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    if person is not None and person.id is not None:
        account.choose_language(db, person.id, Language(language), at=now)
    answer = flash.redirect(next_page.checked(to) if not to.startswith("/sign-in") else at_the_door(to))
    secure = request.app.state.settings.secure
    answer.set_cookie(COOKIE, language, max_age=YEAR, samesite="lax", secure=secure, httponly=True, path="/")
    return answer


def at_the_door(to: str) -> str:
    """The door's own pages, which `checked` keeps people from returning to after signing in."""
    return "/sign-in" + next_page.checked("/x" + to.removeprefix("/sign-in")).removeprefix("/x")
