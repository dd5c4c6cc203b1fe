"""The roadmap: milestones and rounds on one time line, the next deadlines, and everyone's calendar."""

from datetime import date

from fastapi import APIRouter, Response

from app.documents.calendar import as_ics
from app.documents.tables import Column, Table
from app.errors import Conflict, Invalid, Problem
from app.people import account
from app.people.rules import CONSTITUENCY_NAMES
from app.policy import May
from app.roadmap import actions
from app.roadmap.chart import Bar, Chart, draw
from app.roadmap.models import Milestone
from app.roadmap.queries import Step, deadlines, falls_on, moments, names, steps
from app.roadmap.rules import KIND_NAMES, MILESTONE_KIND_NAMES, STATE_NAMES, MilestoneKind, MilestoneSettings
from app.rounds.queries import rounds_of
from app.routers import calendar
from app.routers.deps import Config, Db, InPlan
from app.routers.forms import form_of, number_in
from app.web import filters, flash
from app.web.describing import data_of
from app.web.formats import answer
from app.web.here import Here, Page
from app.web.language import in_language
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["roadmap"])

COLUMNS = (
    Column("name", N_("Name"), 36),
    Column("name_ms", N_("Name in Malay"), 36),
    Column("kind", N_("Kind"), 14),
    Column("starts", N_("Starts"), 12),
    Column("ends", N_("Ends"), 12),
    Column("state", N_("State"), 10),
    Column("note", N_("Note"), 40),
)


@router.get("/plans/{plan}/roadmap", include_in_schema=False)
def index(here: InPlan, settings: Config) -> Response:
    """The time line, the dates in words, and what comes next."""
    here.require(May.SEE_PLAN)
    page = here.page("roadmap")
    secret = here.person.calendar_secret
    address = f"{settings.base_url.rstrip('/')}/calendar/{secret}.ics" if secret else ""
    return render(
        here.request,
        "roadmap/index.html",
        page=page,
        steps=page.steps,
        chart=chart_of(page),
        target=target(page.steps),
        kinds=KIND_NAMES,
        states=STATE_NAMES,
        next=deadlines(here.db, here.plan.id or 0, here.viewer.constituency, here.now),
        constituencies=CONSTITUENCY_NAMES,
        falls_on=falls_on,
        edits=bool(here.may(May.EDIT_ROADMAP)),
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://"),
    )


def target(found: list[Step]) -> Step | None:
    """Where the road leads: the last fixed date, else the last of all."""
    fixed = [step for step in found if step.kind == MilestoneKind.FIXED]
    return max(fixed or found, key=lambda step: step.ends_on, default=None)


def chart_of(page: Page) -> Chart | None:
    """The time line of a page's steps, in its language."""
    language = page.language
    bars = [
        Bar(
            name=step.name_ms if language == "ms" else step.name,
            dates=dates(step, language),
            starts_on=step.starts_on,
            ends_on=step.ends_on,
            state=step.state,
            fixed=step.kind == MilestoneKind.FIXED and step.starts_on == step.ends_on,
            note=step.note,
        )
        for step in page.steps
    ]
    return draw(bars, filters.on(page.now)) if page.now else None


def dates(step: Step, language: str) -> str:
    """A step's days, as short as they can be said: 2 Mar; 2 to 6 Mar 2026; 28 Dec 2026 to 3 Jan 2027."""
    first, last = step.starts_on, step.ends_on
    if first == last:
        return f"{filters.short_day(first, language)} {first.year}"
    if first.year != last.year:
        start = f"{filters.short_day(first, language)} {first.year}"
    elif first.month != last.month:
        start = filters.short_day(first, language)
    else:
        start = str(first.day)
    return in_language(
        language,
        N_("%(first)s to %(last)s"),
        {"first": start, "last": f"{filters.short_day(last, language)} {last.year}"},
    )


@router.get(
    "/plans/{plan}/roadmap.{suffix}",
    responses=data_of(COLUMNS),
    summary="The roadmap as json, csv, xlsx or ics",
)
def index_file(here: InPlan, settings: Config, suffix: str) -> Response:
    """The same dates for other programs."""
    here.require(May.SEE_PLAN)
    plan_id, language = here.plan.id or 0, here.person.language.value
    if suffix == "ics":
        found = moments(here.db, {plan_id: here.viewer.constituency})
        made = calendar.entries(found, names(here.db, [plan_id]), language, settings)
        title = (here.plan.title_ms if language == "ms" else "") or here.plan.title
        return calendar.answer(here.request, as_ics(title, made, settings.time_zone))

    def said(words: str) -> str:
        return words if suffix == "json" else in_language(language, words)

    rows = [
        (
            step.name,
            step.name_ms,
            step.kind if suffix == "json" else said(KIND_NAMES[step.kind]),
            step.starts_on.isoformat(),
            step.ends_on.isoformat(),
            step.state if suffix == "json" else said(STATE_NAMES[step.state]),
            step.note,
        )
        for step in steps(here.db, plan_id, here.now)
    ]
    table = Table(title=N_("Roadmap"), columns=COLUMNS, rows=rows, about=((N_("Plan"), here.plan.title),))
    return answer(here.request, table, suffix, f"{here.plan.slug}-roadmap")


@router.post("/plans/{plan}/roadmap/calendar", include_in_schema=False)
def renew(here: InPlan, db: Db) -> Response:
    """Make the calendar's address, or a new one in its place."""
    account.renew_calendar(db, here.person.id or 0, at=here.now)
    said = N_("Your calendar has a new address. One made before no longer works.")
    return flash.redirect(f"/plans/{here.plan.slug}/roadmap#calendar", said)


@router.get("/plans/{plan}/roadmap/new", include_in_schema=False)
def new(here: InPlan) -> Response:
    """The form of a new milestone."""
    here.require(May.EDIT_ROADMAP)
    return form_page(here, {"kind": MilestoneKind.STAGE.value}, None)


@router.get("/plans/{plan}/roadmap/{milestone_id:int}", include_in_schema=False)
def edit(here: InPlan, milestone_id: int) -> Response:
    """The form of a milestone that is there."""
    here.require(May.EDIT_ROADMAP)
    found = actions.milestone_of(here.db, here.viewer, milestone_id, lock=False)
    kept = actions.settings_of(found).recorded()
    form = {name: "" if value is None else str(value) for name, value in kept.items()}
    return form_page(here, form, found)


def form_page(
    here: Here, form: dict[str, str], milestone: Milestone | None, problem: Problem | None = None
) -> Response:
    """A milestone's form, as typed."""
    blank = dict.fromkeys(MilestoneSettings.__slots__, "")
    return render(
        here.request,
        "roadmap/milestone.html",
        page=here.page("roadmap"),
        status=problem.status if problem else 200,
        form=blank | form,
        milestone=milestone,
        kinds=[
            (kind.value, in_language(here.person.language.value, words))
            for kind, words in MILESTONE_KIND_NAMES.items()
        ],
        rounds=[(row.id, row.name) for row in rounds_of(here.db, here.plan.id or 0)],
        problem=problem,
        errors=getattr(problem, "fields", {}),
    )


def day(form: dict[str, str], name: str, wrong: dict[str, str], *, needed: bool) -> date | None:
    """A date that was sent; what cannot be read is noted in `wrong`."""
    value = form.get(name, "").strip()
    if not value and not needed:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        wrong[name] = N_("Give a date.")
        return None


def settings_from(form: dict[str, str]) -> MilestoneSettings:
    """The form's milestone; `Invalid` names the fields that cannot be read. With one date, it is that day."""
    wrong: dict[str, str] = {}
    starts = day(form, "starts_on", wrong, needed=True)
    ends = day(form, "ends_on", wrong, needed=False) or starts
    done = day(form, "done_on", wrong, needed=False)
    if wrong or starts is None or ends is None:
        raise Invalid(actions.CHECK, fields=wrong)
    kind, chosen = form.get("kind", ""), form.get("round_id", "")
    return MilestoneSettings(
        name=form.get("name", "").strip(),
        name_ms=form.get("name_ms", "").strip(),
        kind=MilestoneKind(kind) if kind in set(MilestoneKind) else MilestoneKind.STAGE,
        starts_on=starts,
        ends_on=ends,
        done_on=done,
        note=form.get("note", "").strip(),
        round_id=number_in(chosen),
    )


@router.post("/plans/{plan}/roadmap", include_in_schema=False)
def add(here: InPlan, db: Db, form: form_of) -> Response:
    """Put a milestone on the roadmap."""
    here.require(May.EDIT_ROADMAP)
    try:
        actions.add_milestone(db, by=here.viewer, at=here.now, settings=settings_from(form))
    except Invalid as problem:
        return form_page(here, form, None, problem)
    return flash.redirect(f"/plans/{here.plan.slug}/roadmap", N_("The milestone is on the roadmap."))


def version_of(form: dict[str, str]) -> int:
    """The version of the page that the form stood on."""
    return number_in(form.get("version", "")) or 0


@router.post("/plans/{plan}/roadmap/{milestone_id:int}", include_in_schema=False)
def change(here: InPlan, db: Db, milestone_id: int, form: form_of) -> Response:
    """Change a milestone; a stale page shows both."""
    here.require(May.EDIT_ROADMAP)
    try:
        actions.change_milestone(
            db,
            by=here.viewer,
            at=here.now,
            milestone_id=milestone_id,
            version=version_of(form),
            settings=settings_from(form),
        )
    except (Invalid, Conflict) as problem:
        return form_page(here, form, actions.milestone_of(db, here.viewer, milestone_id), problem)
    return flash.redirect(f"/plans/{here.plan.slug}/roadmap", N_("Saved."))


@router.post("/plans/{plan}/roadmap/{milestone_id:int}/remove", include_in_schema=False)
def remove(here: InPlan, db: Db, milestone_id: int, form: form_of) -> Response:
    """Take a milestone off the roadmap."""
    here.require(May.EDIT_ROADMAP)
    actions.remove_milestone(
        db, by=here.viewer, at=here.now, milestone_id=milestone_id, version=version_of(form)
    )
    return flash.redirect(f"/plans/{here.plan.slug}/roadmap", N_("The milestone is off the roadmap."))
