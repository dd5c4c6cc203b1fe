"""Hundreds of people from one file: a blank to fill, a preview of each row, and the confirmation."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from fastapi.responses import StreamingResponse

from app.documents.tables import Column, Table
from app.errors import Conflict, Invalid, NotFound, Problem
from app.people import importing, previewing
from app.people.previewing import Fate
from app.people.rules import (
    CAPACITY_NAMES,
    CONSTITUENCY_NAMES,
    LANGUAGE_NAMES,
    REGION_NAMES,
    ROLE_NAMES,
    Capacity,
    Constituency,
    Language,
    Region,
    Role,
)
from app.policy import May
from app.routers.deps import Config, InPlan
from app.routers.people import to_plan
from app.web import flash, formats
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

CHOOSE = N_("Choose a file.")

TITLES = (
    Column("name", N_("Name"), 28),
    Column("email", N_("E-mail"), 34),
    Column("organisation", N_("Organisation"), 40),
    Column("constituency", N_("Constituency"), 16),
    Column("region", N_("Region"), 22),
    Column("role", N_("Role"), 16),
    Column("capacity", N_("Capacity"), 24),
    Column("language", N_("Language"), 16),
)


def form(here: Here, problem: Problem | None = None) -> Response:
    """The form for a file, with why one was refused."""
    return render(
        here.request,
        "people/import.html",
        page=here.page("people"),
        status=problem.status if problem else 200,
        problem=problem,
        path=f"/plans/{here.plan.slug}/people/import",
        constituencies=CONSTITUENCY_NAMES,
        regions=REGION_NAMES,
        roles=ROLE_NAMES,
        capacities=CAPACITY_NAMES,
        languages=LANGUAGE_NAMES,
    )


@router.get("/plans/{plan}/people/import", include_in_schema=False)
def choose(here: InPlan) -> Response:
    """Choose a file."""
    here.require(May.INVITE)
    return form(here)


@router.get("/plans/{plan}/people/import/blank.{suffix}", include_in_schema=False)
def blank(suffix: str, here: InPlan) -> StreamingResponse:
    """An empty list with the titles, and one invented person to show how a row is filled."""
    here.require(May.INVITE)
    if suffix not in {"csv", "xlsx"}:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    language = language_of(here.request)

    def said(words: str) -> str:
        return in_language(language, words)

    example = (
        "Nama Contoh",
        "nama@contoh.example",
        "Kesatuan Pekerja Contoh",
        said(CONSTITUENCY_NAMES[Constituency.WORKERS]),
        said(REGION_NAMES[Region.NATIONAL]),
        said(ROLE_NAMES[Role.PARTICIPANT]),
        said(CAPACITY_NAMES[Capacity.ORGANISATION]),
        said(LANGUAGE_NAMES[Language.MALAY]),
    )
    return formats.answer(
        here.request, Table(N_("People to invite"), TITLES, [example]), suffix, "people-to-invite"
    )


@router.post("/plans/{plan}/people/import", include_in_schema=False)
def preview(here: InPlan, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """What each row would do; nothing is written but the file itself, for its confirmation."""
    here.require(May.INVITE)
    if file is None or not file.filename:
        return form(here, Invalid(CHOOSE, fields={"file": CHOOSE}))
    data = file.file.read()
    try:
        found = previewing.preview(here.db, data, by=here.viewer)
    except Invalid as problem:
        return form(here, problem)
    name = file.filename.replace("\\", "/").rpartition("/")[2][:120]
    fine = not found.count(Fate.WRONG) and found.count(Fate.NEW, Fate.AGAIN) > 0
    token = previewing.keep(here.db, data, name, by=here.viewer, at=here.now) if fine else ""
    return render(
        here.request,
        "people/preview.html",
        page=here.page("people"),
        status=200 if not found.count(Fate.WRONG) else 422,
        preview=found,
        new=found.count(Fate.NEW, Fate.AGAIN),
        seated_already=found.count(Fate.SEATED),
        wrong=found.count(Fate.WRONG),
        file_name=name,
        token=token,
        path=f"/plans/{here.plan.slug}/people/import",
        constituencies=CONSTITUENCY_NAMES,
        roles=ROLE_NAMES,
    )


@router.post("/plans/{plan}/people/import/confirm", include_in_schema=False)
def confirm(here: InPlan, settings: Config, token: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Invite everybody new in the previewed list, or nobody."""
    try:
        with here.db.begin_nested():
            n = importing.confirm(
                here.db, token, to=to_plan(here), by=here.viewer, settings=settings, at=here.now
            )
    except (Invalid, Conflict) as problem:
        return form(here, problem)
    return flash.redirect(
        f"/plans/{here.plan.slug}/people", N_("People invited: %(n)s. Their mails are on the way."), n=n
    )
