"""The page that explains the addresses that give data, from the application's own description of itself."""

from fastapi import APIRouter, Request, Response

from app.routers.deps import Visitor
from app.web.here import Page
from app.web.page import render

router = APIRouter()


@router.get("/docs", include_in_schema=False)
def docs(request: Request, person: Visitor) -> Response:
    """The vendored reader of `/openapi.json`; FastAPI's own page breaks under a strict policy."""
    return render(request, "docs.html", page=Page.bare(request, person))
