"""The application: routers, middleware, error pages. Nothing else."""

import importlib
import logging
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException

import app.routers
from app import db
from app.config import Settings
from app.config import settings as the_settings
from app.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from app.home.clock import Clock
from app.mail.delivery import Postman
from app.returns.clerk import Clerk
from app.routers.deps import SignInNeeded
from app.web.describing import describe
from app.web.guard import SAFE, Guard
from app.web.live import Live
from app.web.metrics import Metered
from app.web.problems import show
from app.web.turns import Turns

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parent.parent / "static"


def create_app(engine: Engine | None = None, settings: Settings | None = None) -> FastAPI:
    """An application on `engine`, or on the database that the settings name."""
    settings = settings or the_settings()
    engine = engine or db.engine()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        postman, clock, clerk = Postman(engine, settings), Clock(engine, settings), Clerk(engine)
        postman.start()
        clock.start()
        clerk.start()
        made.state.live.start()
        yield
        made.state.live.stop()
        clerk.stop()
        clock.stop()
        postman.stop()

    made = FastAPI(
        title="Runding",
        summary="Consultation on the draft of a national action plan.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=settings.upload_megabytes * 1024 * 1024,
    )
    made.openapi = lambda: describe(made)  # type: ignore[method-assign]  # FastAPI's own way to replace it
    made.state.engine = engine
    made.state.settings = settings
    made.state.live = Live(engine)
    made.add_middleware(Turns, at_once=settings.pool_size)
    made.add_middleware(Guard, secure=settings.secure)
    if settings.metrics:
        made.add_middleware(Metered)
    made.mount("/static", StaticFiles(directory=STATIC), name="static")
    for found in sorted(module.name for module in pkgutil.iter_modules(app.routers.__path__)):
        router = getattr(importlib.import_module(f"app.routers.{found}"), "router", None)
        if router is not None:
            made.include_router(router)
    made.add_exception_handler(SignInNeeded, to_the_door)
    made.add_exception_handler(Problem, tell)
    made.add_exception_handler(HTTPException, tell_http)
    made.add_exception_handler(RequestValidationError, tell_invalid)
    made.add_exception_handler(OverflowError, tell_unkept)
    made.add_exception_handler(DataError, tell_unkept)
    made.add_exception_handler(IntegrityError, tell_at_once)
    made.add_exception_handler(Exception, tell_broken)
    return made


def to_the_door(request: Request, _: Exception) -> Response:
    """Sign in first; then back to what was asked for."""
    if request.method == "GET" and not request.url.path.endswith((".json", ".csv", ".xlsx")):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(asked)}", status_code=303)
    return show(
        request, Forbidden("You are not signed in, or your session has ended. Sign in again."), status=401
    )


def tell(request: Request, problem: Exception) -> Response:
    return show(request, problem if isinstance(problem, Problem) else Problem(str(problem)))


def tell_http(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    if status == 404:
        return show(request, NotFound("There is no such page, or you have no seat in its plan."))
    if status == 413:
        return show(request, Invalid("The file is larger than this site takes."), status=413)
    return show(request, Problem("This address does not take that kind of request."), status=status)


def tell_invalid(request: Request, problem: Exception) -> Response:
    """A form or address that is not of the page's making: say which part, and nothing of what was sent."""
    errors = problem.errors() if isinstance(problem, RequestValidationError) else []
    where = ", ".join(sorted({str(error["loc"][-1]) for error in errors if error.get("loc")}))
    return show(request, Invalid("Something in what was sent cannot be read: %(where)s.", where=where or "?"))


def tell_unkept(request: Request, _: Exception) -> Response:
    """A number or a sign that no database keeps: nothing here goes by it."""
    if request.method in SAFE:
        return show(request, NotFound("There is no such page, or you have no seat in its plan."))
    return show(request, Invalid("Something in what was sent cannot be read: %(where)s.", where="?"))


def tell_at_once(request: Request, problem: Exception) -> Response:
    """Two people did what only one can, such as giving one name twice, in the same moment."""
    log.warning("two writers met at %s", request.url.path, exc_info=problem)
    return show(
        request,
        Conflict("Somebody did the same in this very moment. Open the page again and see how it stands."),
    )


def tell_broken(request: Request, _: Exception) -> Response:
    """Our mistake: nothing of it reaches the page, all of it the log."""
    return show(
        request,
        Problem("Something broke here. Nothing was half-done: go back and try once more."),
        status=500,
    )
