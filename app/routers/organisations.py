"""The organisations of a plan: the list, and one added or corrected."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import StreamingResponse

from app.documents.tables import Cells, Column, Table
from app.errors import Invalid, Problem
from app.people import organisations, queries
from app.people.organisations import Described
from app.people.rules import CONSTITUENCY_NAMES, REGION_NAMES, Constituency, Region
from app.policy import May
from app.routers.deps import InPlan
from app.routers.people import CHOICES
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

COLUMNS = (
    Column("constituency", N_("Constituency"), 14),
    Column("organisation", N_("Organisation"), 44),
    Column("short_name", N_("Short name"), 14),
    Column("region", N_("Region"), 20),
    Column("seats", N_("Seats"), 8, Cells.NUMBER),
)


@router.get("/plans/{plan}/organisations")
def listed(here: InPlan) -> Response:
    """The organisations by constituency."""
    return render(
        here.request,
        "people/organisations.html",
        page=here.page("people"),
        organisations=queries.organisations(here.db, here.viewer),
        sides=queries.sides(here.db, here.viewer),
        may_invite=bool(here.may(May.INVITE)),
        path=f"/plans/{here.plan.slug}/organisations",
        **CHOICES,
    )


@router.get("/plans/{plan}/organisations.{suffix}", responses=data_of(COLUMNS))
def listed_file(suffix: str, here: InPlan) -> StreamingResponse:
    """The same list as a file."""
    language = language_of(here.request)

    def said(words: str) -> str:
        return words if suffix == "json" else in_language(language, words)

    rows = (
        (
            said(CONSTITUENCY_NAMES[one.constituency]),
            one.name,
            one.short_name or None,
            said(REGION_NAMES[one.region]),
            one.seats,
        )
        for one in queries.organisations(here.db, here.viewer)
    )
    table = Table(N_("Organisations"), COLUMNS, rows, about=((N_("Plan"), here.plan.title),))
    return formats.answer(here.request, table, suffix, f"{here.plan.slug}-organisations")


def form(
    here: Here, typed: dict[str, str], problem: Problem | None = None, one: int | None = None
) -> Response:
    """An organisation's form, new or to be corrected."""
    return render(
        here.request,
        "people/organisation.html",
        page=here.page("people"),
        status=problem.status if problem else 200,
        typed=typed,
        one=one,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        **CHOICES,
    )


@router.get("/plans/{plan}/organisations/new", include_in_schema=False)
def new(here: InPlan) -> Response:
    """A form for a new organisation."""
    here.require(May.INVITE)
    return form(here, {})


@router.post("/plans/{plan}/organisations/new", include_in_schema=False)
def add(
    here: InPlan,
    constituency: Annotated[Constituency, Form()],
    organisation: Annotated[str, Form()] = "",
    short_name: Annotated[str, Form()] = "",
    region: Annotated[Region, Form()] = Region.NATIONAL,
) -> Response:
    """Add an organisation."""
    typed = _typed(organisation, short_name, constituency, region)
    try:
        made = organisations.add(
            here.db,
            Described(organisation, constituency, region, short_name),
            by=here.viewer,
            at=here.now,
        )
    except Invalid as problem:
        return form(here, typed, problem)
    return flash.redirect(f"/plans/{here.plan.slug}/organisations", N_("%(name)s was added."), name=made.name)


@router.get("/plans/{plan}/organisations/{organisation_id:int}", include_in_schema=False)
def one(organisation_id: int, here: InPlan) -> Response:
    """A form for an organisation as it is."""
    here.require(May.INVITE)
    found = queries.organisation(here.db, here.viewer, organisation_id)
    typed = _typed(found.name, found.short_name, found.constituency, found.region)
    return form(here, typed | {"version": str(found.version)}, one=organisation_id)


@router.post("/plans/{plan}/organisations/{organisation_id:int}", include_in_schema=False)
def correct(
    organisation_id: int,
    here: InPlan,
    constituency: Annotated[Constituency, Form()],
    version: Annotated[int, Form()],
    organisation: Annotated[str, Form()] = "",
    short_name: Annotated[str, Form()] = "",
    region: Annotated[Region, Form()] = Region.NATIONAL,
) -> Response:
    """Correct an organisation."""
    try:
        organisations.correct(
            here.db,
            organisation_id,
            Described(organisation, constituency, region, short_name),
            version=version,
            by=here.viewer,
            at=here.now,
        )
    except Invalid as problem:
        typed = _typed(organisation, short_name, constituency, region)
        return form(here, typed | {"version": str(version)}, problem, organisation_id)
    return flash.redirect(f"/plans/{here.plan.slug}/organisations", N_("Saved."))


def _typed(name: str, short_name: str, constituency: str, region: str) -> dict[str, str]:
    return {
        "organisation": name[:300],
        "short_name": short_name[:100],
        "constituency": constituency,
        "region": region,
    }
