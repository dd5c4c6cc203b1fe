"""A round's report: on pages, as a Word file or a PDF; and the reviewer's sign-off on it."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from app.answers.reporting import clauses, report
from app.answers.rules import OPINION_NAMES, Opinion
from app.answers.signing import sign_off
from app.documents.report import clause_by_clause, overview
from app.errors import Invalid
from app.matrix.queries import WHOLE_PLAN, section_of
from app.policy import May, require
from app.rounds.queries import sections
from app.routers.deps import Db, InRound, Now
from app.routers.once import once
from app.web.flash import redirect
from app.web.formats import download
from app.web.here import Here
from app.web.language import language_of
from app.web.page import render
from app.web.report_files import on_page, report_file, telling
from app.words import N_

router = APIRouter(tags=["report"])


def require_report(here: Here) -> None:
    """Who prepares the report reads it as it comes; everyone else once it is published."""
    if not here.may(May.PREPARE_REPORT):
        require(here.may(May.SEE_REPORT))


@router.get("/rounds/{round_id}/report", include_in_schema=False)
def index(here: InRound) -> Response:
    return show(here)


def show(here: Here, problem: Invalid | None = None, note: str = "", opinion: str = "") -> Response:
    """The parts of the report that are not clause by clause, and where those are."""
    require_report(here)
    round_ = here.the_round
    tell = telling(language_of(here.request), on_page=True)
    return render(
        here.request,
        "report/index.html",
        page=here.page("report"),
        status=problem.status if problem else 200,
        round=round_,
        blocks=on_page(overview(report(here.db, round_), here.plan, round_, tell)),
        sections=[one for one in sections(here.db, round_.draft_id) if not one.depth],
        whole_plan=WHOLE_PLAN,
        signs=bool(here.may(May.SIGN_OFF)),
        opinions=[(one.value, words) for one, words in OPINION_NAMES.items()],
        problem=problem,
        errors=problem.fields if problem else {},
        note=note,
        opinion=opinion,
    )


@router.get("/rounds/{round_id}/report.{suffix}", include_in_schema=False)
def as_file(here: InRound, suffix: str, now: Now) -> Response:
    require_report(here)
    write, name = report_file(here.db, here.plan, here.the_round, suffix, language_of(here.request), now)
    return download(write, suffix, name)


@router.get("/rounds/{round_id}/report/{eid}", include_in_schema=False)
def section(here: InRound, eid: str) -> Response:
    """One section of the report, clause by clause."""
    require_report(here)
    round_ = here.the_round
    chosen = None if eid == WHOLE_PLAN else section_of(here.db, round_, eid)
    reach = (chosen.position, chosen.until) if chosen else (-1, -1)
    tell = telling(language_of(here.request), on_page=True)
    tops = [one for one in sections(here.db, round_.draft_id) if not one.depth]
    at = next((n for n, one in enumerate(tops) if one.eid == eid), None)
    return render(
        here.request,
        "report/section.html",
        page=here.page("report"),
        round=round_,
        section=chosen,
        blocks=on_page(clause_by_clause(clauses(here.db, round_, reach), tell)),
        before=tops[at - 1] if at else None,
        after=tops[at + 1] if at is not None and at + 1 < len(tops) else None,
    )


def opinion_of(typed: str) -> Opinion:
    """The opinion that was chosen."""
    try:
        return Opinion(typed)
    except ValueError:
        raise Invalid("Say what you find.", fields={"opinion": N_("Choose one.")}) from None


@router.post("/rounds/{round_id}/report/sign-off", include_in_schema=False)
def sign(
    here: InRound,
    db: Db,
    now: Now,
    opinion: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    here.require(May.SIGN_OFF)
    try:
        found = opinion_of(opinion)
        once(
            db,
            lambda: sign_off(db, by=here.viewer, round_=here.the_round, opinion=found, note=note, at=now),
        )
    except Invalid as problem:
        return show(here, problem, note, opinion)
    return redirect(f"/rounds/{here.the_round.id}/report", N_("Signed off. The report says so."))
