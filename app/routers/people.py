"""Who has a seat in a plan: the list, a seat's change and end, and the organisations they come from."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import StreamingResponse

from app.config import Settings
from app.documents.tables import Cells, Column, Table
from app.errors import Invalid, Problem
from app.people import inviting, queries, seating
from app.people.invitation_mails import ToPlan
from app.people.inviting import Invitation
from app.people.organisations import Described
from app.people.queries import Sift
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
from app.routers.forms import number_in
from app.routers.once import once
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

CHOICES: dict[str, Any] = {
    "constituencies": list(CONSTITUENCY_NAMES.items()),
    "regions": list(REGION_NAMES.items()),
    "roles": list(ROLE_NAMES.items()),
    "capacities": list(CAPACITY_NAMES.items()),
    "languages": list(LANGUAGE_NAMES.items()),
    "region_names": REGION_NAMES,
    "role_names": ROLE_NAMES,
    "capacity_names": CAPACITY_NAMES,
}
NOT_CHOSEN = N_("Choose one of the list, or describe a new one.")


def to_plan(here: Here) -> ToPlan:
    """The plan, as mails name it."""
    return ToPlan(here.plan.id or 0, here.plan.slug, here.plan.title, here.plan.title_ms)


def sift(
    constituency: Annotated[str, Query(max_length=4)] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    organisation: Annotated[int | None, Query()] = None,
    state: Annotated[str, Query(max_length=10)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Sift:
    """What the address limits the list to; what it does not know is left out."""
    return Sift(
        constituency=Constituency(constituency) if constituency in set(Constituency) else None,
        no_constituency=constituency == "none",
        role=Role(role) if role in set(Role) else None,
        organisation_id=organisation,
        state=state if state in {"waiting", "ended"} else "",
        words=q,
    )


def asked(limits: Sift, **changes: object) -> str:
    """The query string of a list with some limits changed."""
    values: dict[str, object] = {
        "constituency": "none" if limits.no_constituency else limits.constituency or "",
        "role": limits.role or "",
        "organisation": limits.organisation_id or "",
        "state": limits.state,
        "q": limits.words,
    } | changes
    query = urlencode({name: str(value) for name, value in values.items() if value})
    return f"?{query}" if query else ""


Limits = Annotated[Sift, Depends(sift)]


@router.get("/plans/{plan}/people")
def people(here: InPlan, limits: Limits, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """The seats of a plan by constituency."""
    found, total = queries.seats(here.db, here.viewer, limits, page=page)
    path = f"/plans/{here.plan.slug}/people"
    last = (page - 1) * queries.PAGE + len(found)
    return render(
        here.request,
        "people/index.html",
        page=here.page("people"),
        seats=found,
        total=total,
        first=last - len(found) + 1,
        last=last,
        sides=queries.sides(here.db, here.viewer),
        organisations=queries.organisations(here.db, here.viewer),
        limits=limits,
        path=path,
        asked=lambda **changes: path + asked(limits, **changes),
        query=asked(limits),
        newer=path + asked(limits, page=page - 1) if page > 1 else "",
        older=path + asked(limits, page=page + 1) if last < total else "",
        may_invite=bool(here.may(May.INVITE)),
        may_see_mails=bool(here.may(May.SEE_MAILS)),
        **CHOICES,
    )


COLUMNS = (
    Column("constituency", N_("Constituency"), 14),
    Column("organisation", N_("Organisation"), 40),
    Column("region", N_("Region"), 18),
    Column("name", N_("Name"), 28),
    Column("role", N_("Role"), 16),
    Column("capacity", N_("Capacity"), 20),
    Column("language", N_("Language"), 14),
    Column("invited_at", N_("Invited"), 18, Cells.MOMENT),
    Column("first_signed_in_at", N_("First signed in"), 18, Cells.MOMENT),
)
EMAIL = Column("email", N_("E-mail"), 32)


@router.get("/plans/{plan}/people.{suffix}", responses=data_of(COLUMNS))
def people_file(suffix: str, here: InPlan, limits: Limits) -> StreamingResponse:
    """The same list as a file; e-mail addresses only for who may invite."""
    with_email = bool(here.may(May.INVITE))
    language = language_of(here.request)

    def said(words: str) -> str:
        return words if suffix == "json" else in_language(language, words)

    rows = (
        (
            said(CONSTITUENCY_NAMES[seat.constituency]) if seat.constituency else None,
            seat.organisation or None,
            said(REGION_NAMES[seat.region]) if seat.region else None,
            seat.name,
            said(ROLE_NAMES[seat.role]),
            said(CAPACITY_NAMES[seat.capacity]),
            said(LANGUAGE_NAMES[seat.language]),
            seat.invited_at,
            seat.first_signed_in_at,
            *((seat.email,) if with_email else ()),
        )
        for seat in queries.every_seat(here.db, here.viewer, limits)
    )
    columns = (*COLUMNS, EMAIL) if with_email else COLUMNS
    table = Table(N_("People"), columns, rows, about=((N_("Plan"), here.plan.title),))
    return formats.answer(here.request, table, suffix, f"{here.plan.slug}-people")


def invite_form(here: Here, typed: dict[str, str], problem: Problem | None = None) -> Response:
    """The invitation's form, as typed."""
    return render(
        here.request,
        "people/invite.html",
        page=here.page("people"),
        status=problem.status if problem else 200,
        organisations=queries.organisations(here.db, here.viewer),
        typed=typed,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        **CHOICES,
    )


@router.get("/plans/{plan}/people/invite", include_in_schema=False)
def invite_page(here: InPlan, organisation: Annotated[str, Query(max_length=12)] = "") -> Response:
    """Invite one person."""
    here.require(May.INVITE)
    return invite_form(here, {"organisation": organisation, "language": here.person.language})


def body(
    chosen: str, name: str, constituency: Constituency | None, region: Region, short_name: str = ""
) -> int | Described | None:
    """The organisation a form names: one of the list, or a new one when its name is written."""
    if (number := number_in(chosen)) is not None:
        return number
    if name.strip():
        if constituency is None:
            raise Invalid(NOT_CHOSEN, fields={"constituency": N_("Choose a constituency.")})
        return Described(name, constituency, region, short_name)
    return None


@router.post("/plans/{plan}/people/invite", include_in_schema=False)
def invite(
    here: InPlan,
    settings: Config,
    role: Annotated[Role, Form()],
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    organisation: Annotated[str, Form()] = "",
    new_organisation: Annotated[str, Form()] = "",
    constituency: Annotated[str, Form()] = "",
    region: Annotated[Region, Form()] = Region.NATIONAL,
    capacity: Annotated[Capacity, Form()] = Capacity.ORGANISATION,
    language: Annotated[Language, Form()] = Language.ENGLISH,
) -> Response:
    """Give one person a seat and mail them the link."""
    typed = {
        "name": name[:300],
        "email": email[:300],
        "organisation": organisation[:12],
        "new_organisation": new_organisation[:300],
        "constituency": constituency[:4],
        "region": region,
        "role": role,
        "capacity": capacity,
        "language": language,
    }
    try:
        side = Constituency(constituency) if constituency in set(Constituency) else None
        wish = Invitation(
            name, email, role, body(organisation, new_organisation, side, region), capacity, language
        )
        once(here.db, lambda: _invite(here, wish, settings))
    except Invalid as problem:
        return invite_form(here, typed, problem)
    return flash.redirect(f"/plans/{here.plan.slug}/people", N_("%(name)s is invited."), name=name.strip())


def _invite(here: Here, wish: Invitation, settings: Settings) -> None:
    with here.db.begin_nested():
        inviting.invite(here.db, wish, to=to_plan(here), by=here.viewer, settings=settings, at=here.now)


def seat_form(here: Here, seat_id: int, problem: Problem | None = None, **typed: str) -> Response:
    """A seat's form, as it is or as typed."""
    return render(
        here.request,
        "people/seat.html",
        page=here.page("people"),
        status=problem.status if problem else 200,
        seat=queries.seat(here.db, here.viewer, seat_id),
        organisations=queries.organisations(here.db, here.viewer),
        typed=typed,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        **CHOICES,
    )


@router.get("/plans/{plan}/people/{seat_id:int}", include_in_schema=False)
def seat_page(seat_id: int, here: InPlan) -> Response:
    """A seat, to change or end it."""
    here.require(May.INVITE)
    return seat_form(here, seat_id)


@router.post("/plans/{plan}/people/{seat_id:int}", include_in_schema=False)
def change(
    seat_id: int,
    here: InPlan,
    role: Annotated[Role, Form()],
    version: Annotated[int, Form()],
    organisation: Annotated[str, Form()] = "",
    capacity: Annotated[Capacity, Form()] = Capacity.ORGANISATION,
) -> Response:
    """Change a seat's role, organisation or capacity."""
    try:
        with here.db.begin_nested():
            seating.change(
                here.db,
                seat_id,
                role=role,
                organisation=number_in(organisation),
                capacity=capacity,
                version=version,
                by=here.viewer,
                at=here.now,
            )
    except Invalid as problem:
        return seat_form(here, seat_id, problem, role=role, organisation=organisation, capacity=capacity)
    return flash.redirect(f"/plans/{here.plan.slug}/people", N_("Saved."))


@router.post("/plans/{plan}/people/{seat_id:int}/end", include_in_schema=False)
def end(seat_id: int, here: InPlan) -> Response:
    """End a seat."""
    seating.end(here.db, seat_id, by=here.viewer, at=here.now)
    return flash.redirect(
        f"/plans/{here.plan.slug}/people", N_("The seat has ended. What was written from it stays.")
    )


@router.post("/plans/{plan}/people/{seat_id:int}/send", include_in_schema=False)
def send_again(seat_id: int, here: InPlan, settings: Config) -> Response:
    """Mail a seat's invitation again, with a new link."""
    inviting.send_again(here.db, seat_id, to=to_plan(here), by=here.viewer, settings=settings, at=here.now)
    return flash.redirect(f"/plans/{here.plan.slug}/people", N_("The invitation is on its way again."))
