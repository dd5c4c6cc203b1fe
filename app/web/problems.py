"""A refusal as the asker can read it: a page for a person, JSON for a program."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from app.errors import Conflict, Invalid, Problem
from app.web.here import Page
from app.web.language import in_language, language_of
from app.web.page import render


def show(request: Request, problem: Problem, *, status: int | None = None) -> Response:
    """The problem's sentence in the asker's language, with both versions of a stale edit."""
    status = status or problem.status
    if wants_json(request):
        sentence = in_language(language_of(request), problem.sentence, problem.values)
        body: dict[str, object] = {"error": sentence}
        if isinstance(problem, Invalid) and problem.fields:
            body["fields"] = problem.fields
        return JSONResponse(body, status_code=status)
    return render(
        request,
        "errors/problem.html",
        status=status,
        page=Page.bare(request),
        problem=problem,
        theirs=problem.theirs if isinstance(problem, Conflict) else {},
        mine=problem.mine if isinstance(problem, Conflict) else {},
    )


def wants_json(request: Request) -> bool:
    """Whether a program asks: by the address, or by what it says it accepts."""
    accepts = request.headers.get("accept", "")
    return request.url.path.endswith(".json") or (
        "application/json" in accepts and "text/html" not in accepts
    )
