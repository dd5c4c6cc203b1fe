"""What is a person's own: name and language, sessions, tokens, the calendar's address, their data."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from sqlmodel import Session

from app.answers.personal import said_by
from app.comments import personal
from app.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from app.people import account, erasing, signing_in
from app.people.models import Person
from app.people.rules import LANGUAGE_NAMES, Language
from app.plans.founding import plans_of
from app.returns.forgetting import forget_names
from app.routers.deps import Config, Db, Me, Now
from app.web import flash, sessions
from app.web.here import Page
from app.web.page import render
from app.words import N_

router = APIRouter()

NOT_BY_TOKEN = N_("A program cannot do this for you. Sign in and do it yourself.")
NO_SUCH = N_("There is no such session or token, or it has ended.")


def this_session(request: Request) -> int:
    """The session that asks; a token is not one, and may not change who can come in."""
    found: int | None = getattr(request.state, "signed_in_id", None)
    if found is None:
        raise Forbidden(NOT_BY_TOKEN)
    return found


def page_of(  # the account's page is shown again by every form on it
    request: Request,
    db: Session,
    me: Person,
    now: Any,
    settings: Any,
    *,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
    made: str = "",
) -> Response:
    """The account, with what went wrong in one of its forms, or a token that was just made."""
    this = getattr(request.state, "signed_in_id", None)
    base = settings.base_url.rstrip("/")
    return render(
        request,
        "account/index.html",
        page=Page.bare(request, me, "account"),
        status=problem.status if problem else 200,
        now=now,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        typed=typed or {},
        made=made,
        languages=list(LANGUAGE_NAMES.items()),
        plans=plans_of(db, me.id or 0),
        sessions=account.sessions_of(db, me.id or 0, this=this, now=now),
        tokens=account.tokens_of(db, me.id or 0),
        calendar=f"{base}/calendar/{me.calendar_secret}.ics" if me.calendar_secret else "",
    )


@router.get("/account", include_in_schema=False)
def show(request: Request, db: Db, now: Now, settings: Config, me: Me) -> Response:
    """The account."""
    return page_of(request, db, me, now, settings)


@router.post("/account", include_in_schema=False)
def change(
    request: Request,
    db: Db,
    now: Now,
    settings: Config,
    me: Me,
    name: Annotated[str, Form()] = "",
    language: Annotated[Language, Form()] = Language.ENGLISH,
) -> Response:
    """Take another name or language."""
    try:
        account.rename(db, me.id or 0, name, at=now)
    except Invalid as problem:
        return page_of(request, db, me, now, settings, problem=problem, typed={"name": name[:300]})
    account.choose_language(db, me.id or 0, language, at=now)
    return flash.redirect("/account", N_("Saved."))


@router.post("/account/sessions/others/end", include_in_schema=False)
def end_others(request: Request, db: Db, now: Now, me: Me) -> Response:
    """End every session but this one."""
    n = signing_in.end_other_sessions(db, me.id or 0, but=this_session(request), at=now)
    return flash.redirect("/account#sessions", N_("Other sessions ended: %(n)s."), n=n)


@router.post("/account/sessions/{session_id}/end", include_in_schema=False)
def end_one(session_id: int, request: Request, db: Db, now: Now, settings: Config, me: Me) -> Response:
    """End one session; ending this one is signing out."""
    this = this_session(request)
    if not signing_in.end_session(db, me.id or 0, session_id, at=now):
        raise NotFound(NO_SUCH)
    if session_id == this:
        answer = flash.redirect("/sign-in", N_("You are signed out."))
        sessions.clear_cookie(answer, settings)
        return answer
    return flash.redirect("/account#sessions", N_("The session was ended."))


@router.get("/account/tokens", include_in_schema=False)
def tokens() -> Response:
    """The tokens stand on the account's page."""
    return flash.redirect("/account#tokens")


@router.post("/account/tokens", include_in_schema=False)
def make_token(
    request: Request,
    db: Db,
    now: Now,
    settings: Config,
    me: Me,
    token: Annotated[str, Form()] = "",
) -> Response:
    """Make a token; its secret is on this one answer and nowhere else."""
    this_session(request)
    try:
        made = account.make_token(db, me.id or 0, token, at=now)
    except (Invalid, Conflict) as problem:
        return page_of(request, db, me, now, settings, problem=problem, typed={"token": token[:80]})
    return page_of(request, db, me, now, settings, made=made)


@router.post("/account/tokens/{token_id}/end", include_in_schema=False)
def end_token(token_id: int, request: Request, db: Db, now: Now, me: Me) -> Response:
    """End a token; programs that show it are nobody from now on."""
    this_session(request)
    if not account.end_token(db, me.id or 0, token_id, at=now):
        raise NotFound(NO_SUCH)
    return flash.redirect("/account#tokens", N_("The token was ended."))


@router.post("/account/calendar", include_in_schema=False)
def renew_calendar(request: Request, db: Db, now: Now, me: Me) -> Response:
    """Make the calendar's address anew."""
    this_session(request)
    account.renew_calendar(db, me.id or 0, at=now)
    return flash.redirect(
        "/account#calendar", N_("The calendar has a new address. The old one no longer works.")
    )


@router.get("/account/data.json")
def data(db: Db, me: Me) -> JSONResponse:
    """A copy of everything that is kept about the person who asks, with what they wrote."""
    kept = erasing.data_of(db, me) | {
        "comments": personal.written_by(db, me.id or 0),
        "reactions": said_by(db, me.id or 0),
    }
    return JSONResponse(
        jsonable_encoder(kept), headers={"Content-Disposition": 'attachment; filename="my-data.json"'}
    )


@router.get("/account/erase", include_in_schema=False)
def erase_page(request: Request, me: Me) -> Response:
    """What erasing does, before it is done."""
    return render(request, "account/erase.html", page=Page.bare(request, me, "account"), problem=None)


@router.post("/account/erase", include_in_schema=False)
def erase(
    request: Request, db: Db, now: Now, settings: Config, me: Me, email: Annotated[str, Form()] = ""
) -> Response:
    """Erase: nothing of the person is left but what they sent, under their constituency."""
    this_session(request)
    try:
        erasing.erase(db, me.id or 0, email, at=now)
    except (Invalid, Conflict) as problem:
        page = Page.bare(request, me, "account")
        return render(request, "account/erase.html", page=page, status=problem.status, problem=problem)
    personal.keep_under_constituency(db, me.id or 0, at=now)
    forget_names(db, me.id or 0)
    answer = flash.redirect("/sign-in", N_("Your data was erased, and you are signed out."))
    sessions.clear_cookie(answer, settings)
    return answer
