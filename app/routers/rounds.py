"""Rounds: the list, a new one, its settings, and the buttons that move its phase."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from app.documents.tables import Cells, Column, Table
from app.errors import Conflict, Invalid, Problem
from app.people.rules import CONSTITUENCY_NAMES, REGION_NAMES, Language
from app.policy import May, may
from app.rounds import actions, queries
from app.rounds.moving import Move, move
from app.rounds.public_holidays import between, days_to_comment
from app.rounds.rules import (
    ISOLATION_NAMES,
    LONGEST,
    PHASE_NAMES,
    ROUND_VERB_NAMES,
    WORKING_DAYS_ASKED,
    YEARS,
    Part,
    Phase,
    RoundVerb,
    available,
    changeable,
)
from app.rounds.settings import must_accept
from app.routers.deps import Db, InPlan, InRound
from app.routers.round_forms import (
    ALLOWED_NAMES,
    Sent,
    Typed,
    fresh,
    moment,
    number,
    of_settings,
    settings_from,
    text,
    typed,
)
from app.web import filters, flash
from app.web.describing import data_of
from app.web.formats import answer
from app.web.here import Here
from app.web.language import in_language
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["rounds"])

#: What is said after each verb.
DONE = {
    RoundVerb.OPEN: N_("The round is open. Everyone who can comment has been written to."),
    RoundVerb.PAUSE: N_("The round is paused. People see the reason."),
    RoundVerb.RESUME: N_("The round goes on. Everyone who can comment has been written to."),
    RoundVerb.EXTEND: N_("The closing date has moved."),
    RoundVerb.CLOSE: N_("The round is closed. What comes now is marked late."),
    RoundVerb.REOPEN: N_("The round is open again. Everyone who can comment has been written to."),
}

COLUMNS = (
    Column("number", N_("Number"), 8, Cells.NUMBER),
    Column("name", N_("Name"), 36),
    Column("draft", N_("Draft"), 24),
    Column("phase", N_("Phase"), 20),
    Column("opens", N_("Opens"), 18, Cells.MOMENT),
    Column("closes", N_("Closes"), 18, Cells.MOMENT),
    Column("closed", N_("Closed"), 18, Cells.MOMENT),
    Column("comments", N_("Comments received"), 12, Cells.NUMBER),
)


@router.get("/plans/{plan}/rounds", include_in_schema=False)
def index(here: InPlan) -> Response:
    """A plan's rounds."""
    here.require(May.SEE_PLAN)
    rounds = queries.rounds_of(here.db, here.plan.id or 0)
    role = here.viewer.role
    published = {r.id: f"/rounds/{r.id}/answers" for r in rounds if may(role, May.SEE_ANSWERS, phase=r.phase)}
    resolved = {r.id: f"/rounds/{r.id}/gate" for r in rounds if may(role, May.SEE_GATE, phase=r.phase)}
    return render(
        here.request,
        "rounds/index.html",
        page=here.page("rounds"),
        rounds=rounds,
        answers=resolved | published,
        phases=PHASE_NAMES,
        phase=Phase,
        runs=bool(here.may(May.RUN_ROUND)),
        can_create=bool(queries.drafts_to_consult_on(here.db, here.plan.id or 0)),
    )


@router.get(
    "/plans/{plan}/rounds.{suffix}",
    responses=data_of(COLUMNS),
    summary="A plan's rounds as json, csv or xlsx",
)
def index_file(here: InPlan, suffix: str) -> Response:
    """The same list for other programs."""
    here.require(May.SEE_PLAN)
    rows = [
        (
            row.number,
            row.name,
            row.draft,
            row.phase.value
            if suffix == "json"
            else in_language(here.person.language, PHASE_NAMES[row.phase]),
            filters.here(row.opens_at),
            filters.here(row.closes_at),
            filters.here(row.closed_at) if row.closed_at else None,
            row.comments,
        )
        for row in queries.rounds_of(here.db, here.plan.id or 0)
    ]
    table = Table(title=N_("Rounds"), columns=COLUMNS, rows=rows, about=((N_("Plan"), here.plan.title),))
    return answer(here.request, table, suffix, f"{here.plan.slug}-rounds")


@router.get("/plans/{plan}/rounds/new", include_in_schema=False)
def new(here: InPlan, draft: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The form of a new round, on the newest frozen draft or the one asked for."""
    here.require(May.RUN_ROUND)
    drafts = queries.drafts_to_consult_on(here.db, here.plan.id or 0)
    if not drafts:
        return render(here.request, "rounds/no_draft.html", page=here.page("rounds"))
    draft_id, draft_name = next((found for found in drafts if str(found[0]) == draft), drafts[0])
    following = 1 + max((row.number for row in queries.rounds_of(here.db, here.plan.id or 0)), default=0)
    name = in_language(
        here.person.language,
        N_("Round %(number)s on %(draft)s"),
        {"number": following, "draft": draft_name},
    )
    return new_form(here, fresh(here.now, name, draft_id).with_more(), drafts)


def new_form(
    here: Here, form: Typed, drafts: list[tuple[int, str]], problem: Problem | None = None
) -> Response:
    """The new round's form, as typed, with what is wrong beside each field."""
    return render(
        here.request,
        "rounds/new.html",
        page=here.page("rounds"),
        status=problem.status if problem else 200,
        form=form,
        drafts=drafts,
        parts=frozenset(Part),
        sections=queries.sections(here.db, number(form.draft_id) or 0),
        problem=problem,
        errors=getattr(problem, "fields", {}),
        days=days_of(form),
        **CHOICES,
    )


@router.post("/plans/{plan}/rounds", include_in_schema=False)
def create(here: InPlan, db: Db, sent: Sent) -> Response:
    """Make the round, or show the form again as it was typed."""
    here.require(May.RUN_ROUND)
    form = typed(sent)
    drafts = queries.drafts_to_consult_on(db, here.plan.id or 0)
    # One of this plan's, before any section of it is shown.
    if form.draft_id not in {str(draft[0]) for draft in drafts}:
        form.draft_id = ""
    try:
        made = actions.create(
            db, by=here.viewer, at=here.now, draft_id=number(form.draft_id) or 0, settings=settings_from(form)
        )
    except Invalid as problem:
        return new_form(here, form.with_more(), drafts, problem)
    return flash.redirect(
        f"/rounds/{made.id}/settings", N_("The round is made. It opens on its date, or when you open it.")
    )


@router.get("/rounds/{round_id}", include_in_schema=False)
def show(here: InRound) -> Response:
    """A round's own address leads to where something can be done with it now."""
    here.require(May.SEE_PLAN)
    round_ = here.the_round
    if round_.phase is not Phase.SCHEDULED:
        return RedirectResponse(f"/rounds/{round_.id}/read", status_code=303)
    if here.may(May.RUN_ROUND):
        return RedirectResponse(f"/rounds/{round_.id}/settings", status_code=303)
    return RedirectResponse(f"/plans/{here.plan.slug}/rounds", status_code=303)


@router.get("/rounds/{round_id}/settings", include_in_schema=False)
def settings(here: InRound) -> Response:
    """A round's settings, its buttons, and how many working days it gives."""
    here.require(May.RUN_ROUND)
    return settings_page(here, of_settings(actions.settings_of(here.db, here.the_round)).with_more())


def settings_page(
    here: Here,
    form: Typed,
    problem: Problem | None = None,
    *,
    verb: RoundVerb | None = None,
    given: Move | None = None,
) -> Response:
    """The settings as typed; a problem stands by the form, or by the verb it came from."""
    round_ = here.the_round
    form.draft_id = str(round_.draft_id)
    drafts = {row.id: row for row in queries.rounds_of(here.db, here.plan.id or 0)}
    return render(
        here.request,
        "rounds/settings.html",
        page=here.page("rounds"),
        status=problem.status if problem else 200,
        round=round_,
        draft=drafts[round_.id or 0].draft,
        form=form,
        parts=changeable(round_.phase, commented=round_.last_number > 0),
        sections=queries.sections(here.db, round_.draft_id),
        problem=problem if verb is None else None,
        errors=getattr(problem, "fields", {}) if verb is None else {},
        refused=problem if verb else None,
        refused_verb=verb,
        refused_fields=getattr(problem, "fields", {}) if verb else {},
        given=given or Move(),
        verbs=available(round_.phase),
        verb=RoundVerb,
        verb_names=ROUND_VERB_NAMES,
        phase_name=PHASE_NAMES[round_.phase],
        phase=Phase,
        overdue=round_.phase in {Phase.OPEN, Phase.PAUSED} and round_.closes_at < here.now,
        missed=round_.phase is Phase.SCHEDULED and round_.closes_at <= here.now,
        windows=queries.windows(here.db, round_),
        days=days_of(of_settings(actions.settings_of(here.db, round_))),
        holidays=holidays_of(here),
        few=must_accept(actions.days_between(round_.opens_at, round_.closes_at), round_.days_accepted),
        **CHOICES,
    )


CHOICES = {
    "isolations": ISOLATION_NAMES,
    "attributions": ALLOWED_NAMES,
    "constituencies": CONSTITUENCY_NAMES,
    "regions": REGION_NAMES,
    "asked": WORKING_DAYS_ASKED,
    "part": Part,
}


def days_of(form: Typed) -> list[tuple[str, int]]:
    """Working days by region for the dates in a form; none while they cannot be read."""
    opens, closes = moment(form.opens_date, form.opens_time), moment(form.closes_date, form.closes_time)
    if opens is None or closes is None or closes <= opens or closes - opens > LONGEST:
        return []
    if not YEARS[0] <= opens.year <= YEARS[1]:
        return []
    found = days_to_comment(filters.here(opens), filters.here(closes))
    return [(REGION_NAMES[region], days) for region, days in found.items()]


def holidays_of(here: Here) -> list[tuple[object, str]]:
    """The federal public holidays within the round, in the reader's language."""
    round_ = here.the_round
    first, last = filters.here(round_.opens_at).date(), filters.here(round_.closes_at).date()
    return list(between(first, last, language=Language(here.person.language)).items())


@router.post("/rounds/{round_id}/settings", include_in_schema=False)
def change(here: InRound, db: Db, sent: Sent) -> Response:
    """Keep the settings, or show them again as typed; a stale page shows both."""
    here.require(May.RUN_ROUND)
    form, round_ = typed(sent), here.the_round
    kept = actions.settings_of(db, round_)
    keep_what_is_fixed(form, of_settings(kept), changeable(round_.phase, commented=round_.last_number > 0))
    try:
        actions.change(
            db,
            by=here.viewer,
            at=here.now,
            round_id=round_.id or 0,
            version=number(text(sent, "version")) or 0,
            settings=settings_from(form, kept),
        )
    except (Invalid, Conflict) as problem:
        return settings_page(here, form.with_more(), problem)
    return flash.redirect(f"/rounds/{round_.id}/settings", N_("Saved."))


def keep_what_is_fixed(form: Typed, kept: Typed, parts: frozenset[Part]) -> None:
    """Parts that the page shows and does not let one change are not sent; they stay as they are."""
    names = {
        Part.ABOUT: ("about", "about_ms"),
        Part.OPENS: ("opens_date", "opens_time"),
        Part.CLOSES: ("closes_date", "closes_time"),
    }
    for part in Part:
        if part not in parts:
            for name in names.get(part, (part.value,)):
                setattr(form, name, getattr(kept, name))


@router.post("/rounds/{round_id}/phase", include_in_schema=False)
def move_phase(here: InRound, db: Db, sent: Sent) -> Response:
    """Open, pause, resume, extend, close, reopen or publish."""
    here.require(May.RUN_ROUND)
    wanted = text(sent, "verb")
    if wanted not in set(RoundVerb):
        raise Invalid(N_("There is no such thing to do with a round."))
    verb = RoundVerb(wanted)
    given = Move(
        because=text(sent, "because"),
        closes_at=moment(text(sent, "date"), text(sent, "time")),
        accepts_few_days=bool(sent.get("accepts_few_days")),
    )
    round_ = here.the_round
    try:
        move(
            db,
            verb,
            by=here.viewer,
            at=here.now,
            round_id=round_.id or 0,
            version=number(text(sent, "version")) or 0,
            given=given,
        )
    except (Invalid, Conflict) as problem:
        kept = of_settings(actions.settings_of(db, round_)).with_more()
        return settings_page(here, kept, problem, verb=verb, given=given)
    return flash.redirect(f"/rounds/{round_.id}/settings", DONE[verb])
