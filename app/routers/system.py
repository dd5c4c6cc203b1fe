"""What machines ask: does the process live, is the database ready, how much was done."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from app.errors import NotFound
from app.migrating import is_migrated
from app.routers.deps import Config

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def lives() -> Response:
    """The process lives."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def ready(request: Request) -> Response:
    """The database can be reached, and has the tables of this version."""
    try:
        migrated = is_migrated(request.app.state.engine)
    except SQLAlchemyError:
        return JSONResponse({"ready": False, "because": "the database cannot be reached"}, status_code=503)
    if not migrated:
        return JSONResponse({"ready": False, "because": "the database is not migrated"}, status_code=503)
    return JSONResponse({"ready": True})


@router.get("/metrics")
def metrics(settings: Config) -> Response:
    """Requests by route and status, in Prometheus' format; off unless it is asked for."""
    if not settings.metrics:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
