"""The door: ask for a link, open it, come in, and go out again."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import select
from sqlmodel import col

from app.errors import Invalid, TooMany
from app.people import signing_in
from app.people.identity import device_of
from app.people.rules import Language
from app.plans.models import Plan
from app.routers.deps import Config, Db, Me, Now, Visitor
from app.web import flash, next_page, sessions
from app.web.here import Page
from app.web.language import language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

Next = Annotated[str, Query(alias="next", max_length=2000)]


def door(request: Request, db: Db, which: str, /, *, status: int = 200, **context: Any) -> Response:
    """A page at the door; it says whether what is behind it is invented."""
    sample = db.scalar(select(col(Plan.id)).where(col(Plan.sample)).limit(1)) is not None
    return render(
        request, f"sign_in/{which}.html", page=Page.bare(request), status=status, sample=sample, **context
    )


@router.get("/sign-in", include_in_schema=False)
def door_page(request: Request, db: Db, settings: Config, person: Visitor, asked: Next = "/") -> Response:
    """The form; whoever is in already goes on."""
    if person is not None:
        return flash.redirect(next_page.checked(asked))
    form: dict[str, Any] = {"email": "", "next": next_page.checked(asked), "problem": None}
    return door(request, db, "ask", minutes=settings.sign_in_minutes, **form)


@router.post("/sign-in", include_in_schema=False)
def ask(
    request: Request,
    db: Db,
    now: Now,
    settings: Config,
    email: Annotated[str, Form()] = "",
    asked: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Mail a link to whoever has this address; the answer is the same when nobody has."""
    to = next_page.checked(asked)
    try:
        signing_in.ask_for_link(
            db,
            email,
            address=request.client.host if request.client else "",
            next_path=to,
            language=Language(language_of(request)),
            settings=settings,
            at=now,
        )
    except (Invalid, TooMany) as problem:
        context = {"email": email[:254], "next": to, "problem": problem}
        answer = door(request, db, "ask", status=problem.status, minutes=settings.sign_in_minutes, **context)
        if isinstance(problem, TooMany):
            answer.headers["Retry-After"] = str(int(signing_in.WINDOW.total_seconds()))
        return answer
    return flash.redirect("/sign-in/sent")


@router.get("/sign-in/sent", include_in_schema=False)
def sent(request: Request, db: Db, settings: Config) -> Response:
    """Look in your mail: the same page for everybody."""
    return door(request, db, "sent", minutes=settings.sign_in_minutes, to_files=not settings.smtp_url)


@router.get("/sign-in/{secret}", include_in_schema=False)
def link(secret: str, request: Request, db: Db, now: Now, settings: Config) -> Response:
    """A link as it is opened: one button, for a mail scanner opens links too; or why it does not work."""
    opened = signing_in.open_link(db, secret, now=now)
    if opened.state == signing_in.LinkState.GOOD:
        return door(request, db, "link", secret=secret, called=opened.name)
    return dead(request, db, settings, opened.state)


@router.post("/sign-in/{secret}", include_in_schema=False)
def come_in(secret: str, request: Request, db: Db, now: Now, settings: Config, person: Visitor) -> Response:
    """Use the link up, end the session this browser had, and begin a new one."""
    came = signing_in.use_link(
        db,
        secret,
        device=device_of(request.headers.get("user-agent", "")),
        address=request.client.host if request.client else "",
        settings=settings,
        at=now,
    )
    if came is None:
        return dead(request, db, settings, signing_in.open_link(db, secret, now=now).state)
    before = getattr(request.state, "signed_in_id", None)
    if person is not None and person.id is not None and before is not None:
        signing_in.end_session(db, person.id, before, at=now)
    answer = flash.redirect(next_page.checked(came.next_path))
    sessions.set_cookie(answer, settings, came.token)
    return answer


def dead(request: Request, db: Db, settings: Config, state: str) -> Response:
    """Why a link does not work, with the form for a new one."""
    status = 404 if state == signing_in.LinkState.UNKNOWN else 410
    return door(
        request,
        db,
        "dead",
        status=status,
        state=state,
        email="",
        next="/",
        problem=None,
        minutes=settings.sign_in_minutes,
    )


@router.post("/sign-out", include_in_schema=False)
def go_out(request: Request, db: Db, now: Now, settings: Config, me: Me) -> Response:
    """End this browser's session."""
    before = getattr(request.state, "signed_in_id", None)
    if before is not None and me.id is not None:
        signing_in.end_session(db, me.id, before, at=now)
    answer = flash.redirect("/sign-in", N_("You are signed out."))
    sessions.clear_cookie(answer, settings)
    return answer
