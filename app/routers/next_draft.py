"""The next draft: built from what was decided, or a file that follows; and what became of each clause."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Response

from app.documents.tables import Cells, Column, Table
from app.drafting import confirming, lineage_list, lineage_of, next_draft
from app.drafting.confirming import Side
from app.errors import Conflict, Invalid, NotFound, Problem
from app.matrix.dispositions import DISPOSITION_NAMES
from app.plans import queries
from app.plans.models import Succession
from app.plans.rules import KIND_NAMES, LINEAGE_NAMES, LineageKind
from app.policy import May
from app.rounds.models import Round
from app.routers.deps import InPlan
from app.routers.drafts import again
from app.routers.forms import LARGEST, number_in
from app.routers.once import once
from app.text.redline import redline
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

NO_ROUND = N_("There is no such round in this plan.")

#: So many changed clauses stand on a page.
PER_PAGE = 40

Id = Annotated[int, Query(ge=1, le=LARGEST)]

COLUMNS = (
    Column("from", N_("Clause before"), 18),
    Column("to", N_("Clause after"), 18),
    Column("kind", N_("What became of it"), 18),
    Column("similarity", N_("Likeness"), 10, Cells.NUMBER),
    Column("renumbered", N_("Renumbered"), 12),
    Column("confirmed", N_("Confirmed"), 12),
    Column("before", N_("Text before"), 60),
    Column("after", N_("Text after"), 60),
)


def _round(here: Here, round_id: int) -> Round:
    found = here.db.get(Round, round_id)
    if found is None or found.plan_id != here.viewer.plan_id:
        raise NotFound(NO_ROUND)
    return found


@router.get("/plans/{plan}/drafts/next")
def look(
    here: InPlan,
    round: Id,  # noqa: A002 (the address says round=)
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """What the next draft would be, were it built now."""
    here.require(May.PREPARE_DRAFT)
    return _preview(here, _round(here, round), {}, None, after)


def _preview(
    here: Here, round_: Round, form: dict[str, str], problem: Problem | None, after: int = 0
) -> Response:
    seen = next_draft.preview(here.db, here.viewer, round_)
    draft = queries.draft(here.db, here.viewer, round_.draft_id)
    return render(
        here.request,
        "next_draft/preview.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        seen=seen,
        shown=seen.changing[after : after + PER_PAGE],
        following=after + PER_PAGE if len(seen.changing) > after + PER_PAGE else None,
        dispositions=DISPOSITION_NAMES,
        of_round=round_,
        ended=round_.phase in next_draft.ENDED,
        runs=bool(here.may(May.RUN_ROUND)),
        draft=draft,
        form={"name": seen.name, "marking": draft.marking} | form,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        redline=redline,
        kinds=KIND_NAMES,
        built=queries.draft(here.db, here.viewer, seen.built.to_draft_id) if seen.built else None,
    )


@router.post("/plans/{plan}/drafts/next")
def make(
    here: InPlan,
    round: Annotated[int, Form(ge=1, le=LARGEST)],  # noqa: A002 (as in the address)
    name: Annotated[str, Form(max_length=400)] = "",
    marking: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """The next draft is made, and is being edited."""
    here.require(May.PREPARE_DRAFT)
    round_ = _round(here, round)
    try:
        draft = once(
            here.db,
            lambda: next_draft.build(
                here.db, by=here.viewer, round_=round_, name=name, marking=marking, at=here.now
            ),
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _preview(again(here), _round(here, round), {"name": name, "marking": marking}, problem)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft.id}",
        N_(
            "%(name)s is made, with all that was decided. Look it over, correct what is left, then freeze it."
        ),
        name=draft.name,
    )


@router.get("/plans/{plan}/drafts/{draft_id:int}/lineage")
def lineage(
    draft_id: int,
    here: InPlan,
    case: Annotated[str, Query(max_length=20)] = "",
    show: Literal["", "all"] = "",
    kind: Annotated[LineageKind | Literal[""], Query()] = "",
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """What became of each clause: what is uncertain, one clause, or all."""
    if show == "all":
        return _list(here, draft_id, kind or None, after)
    return _cases(here, draft_id, case, {}, None)


def _cases(
    here: Here, draft_id: int, wanted: str, typed: dict[str, Any], problem: Problem | None
) -> Response:
    draft = queries.draft(here.db, here.viewer, draft_id)
    succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
    one = _wanted(wanted)
    cases = [confirming.case(here.db, succession, *one)] if one else confirming.uncertain(here.db, succession)
    return render(
        here.request,
        "next_draft/lineage.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        draft=draft,
        before=queries.draft(here.db, here.viewer, succession.from_draft_id),
        succession=succession,
        cases=cases,
        one=one,
        progress=confirming.progress(here.db, succession.id or 0),
        counts=lineage_list.counts(here.db, succession.id or 0),
        typed=typed,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        names=LINEAGE_NAMES,
        kinds=KIND_NAMES,
        base=f"/plans/{here.plan.slug}/drafts/{draft_id}",
    )


def _wanted(case: str) -> tuple[Side, int] | None:
    side, _, number = case.partition("-")
    clause_id = number_in(number)
    if clause_id is None:
        return None
    return ("to", clause_id) if side == "to" else ("from", clause_id)


def _list(here: Here, draft_id: int, kind: LineageKind | None, after: int) -> Response:
    draft = queries.draft(here.db, here.viewer, draft_id)
    succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
    rows, following = lineage_list.page(here.db, succession, kind=kind, after=after)
    return render(
        here.request,
        "next_draft/lineage_all.html",
        page=here.page("drafts"),
        draft=draft,
        before=queries.draft(here.db, here.viewer, succession.from_draft_id),
        succession=succession,
        rows=rows,
        kind=kind,
        following=following,
        counts=lineage_list.counts(here.db, succession.id or 0),
        names=LINEAGE_NAMES,
        base=f"/plans/{here.plan.slug}/drafts/{draft_id}",
    )


@router.get("/plans/{plan}/drafts/{draft_id:int}/lineage.{suffix}", responses=data_of(COLUMNS))
def lineage_as(
    draft_id: int,
    suffix: Literal["json", "csv", "xlsx"],
    here: InPlan,
    kind: Annotated[LineageKind | Literal[""], Query()] = "",
) -> Response:
    """The lineage as a file."""
    draft = queries.draft(here.db, here.viewer, draft_id)
    succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
    return formats.answer(
        here.request,
        lineage_table(here, draft.name, succession, kind or None),
        suffix,
        f"{here.plan.slug}-{draft.name}-lineage",
    )


def lineage_table(here: Here, name: str, succession: Succession, kind: LineageKind | None) -> Table:
    """A succession's rows as a table."""
    language = language_of(here.request)
    before = queries.draft(here.db, here.viewer, succession.from_draft_id)
    return Table(
        title=N_("What became of each clause"),
        columns=COLUMNS,
        rows=(
            (
                one.before.label if one.before else None,
                one.after.label if one.after else None,
                one.kind.value if language == "en" else in_language(language, LINEAGE_NAMES[one.kind]),
                round(one.similarity, 3),
                in_language(language, N_("yes")) if one.renumbered else None,
                in_language(language, N_("yes"))
                if one.certain or one.confirmed
                else in_language(language, N_("no")),
                one.before.text if one.before else None,
                one.after.text if one.after else None,
            )
            for one in lineage_list.every(here.db, succession, kind=kind)
        ),
        about=[(N_("Plan"), here.plan.title), (N_("From"), before.name), (N_("To"), name)],
        marking=before.marking,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/lineage/case")
def decide(
    draft_id: int,
    here: InPlan,
    side: Annotated[Side, Form()],
    clause: Annotated[int, Form(ge=1, le=LARGEST)],
    chosen: Annotated[list[int] | None, Form()] = None,
    other: Annotated[str, Form(max_length=200)] = "",
    back: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """A person says what a clause became, or where it came from: ticked clauses, and one that was named."""
    queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    try:
        succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
        ticked = list(dict.fromkeys(chosen or []))
        if other.strip():
            place = succession.to_draft_id if side == "from" else succession.from_draft_id
            ticked.append(confirming.found_clause(here.db, place, other))
        confirming.decide(
            here.db,
            by=here.viewer,
            draft_id=draft_id,
            side=side,
            clause_id=clause,
            chosen=list(dict.fromkeys(ticked)),
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _cases(again(here), draft_id, back, {"clause": clause, "other": other}, problem)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/lineage" + ("?show=all" if back else ""), N_("Noted.")
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/lineage/shown")
def confirm_shown(draft_id: int, here: InPlan, rows: Annotated[list[int] | None, Form()] = None) -> Response:
    """All that stood on the screen is confirmed as suggested."""
    queries.draft(here.db, here.viewer, draft_id)
    left = confirming.confirm_shown(
        here.db, by=here.viewer, draft_id=draft_id, row_ids=(rows or [])[:500], at=here.now
    )
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/lineage",
        N_("Confirmed as suggested. %(n)s still wait.")
        if left
        else N_("Confirmed as suggested. Nothing waits any more."),
        n=left,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/lineage/finish")
def finish(draft_id: int, here: InPlan) -> Response:
    """The lineage is confirmed as a whole, and clauses take over their permanent ids."""
    queries.draft(here.db, here.viewer, draft_id)
    taken = confirming.finish(here.db, by=here.viewer, draft_id=draft_id, at=here.now)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/lineage",
        N_(
            "The lineage is confirmed. %(n)s edited clauses took over the permanent id of the clause they were."
        ),
        n=taken,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/follows")
def follows(draft_id: int, here: InPlan, draft: Annotated[int, Form(ge=1, le=LARGEST)]) -> Response:
    """A draft that is here already is said to follow another one."""
    queries.draft(here.db, here.viewer, draft_id)
    queries.draft(here.db, here.viewer, draft)
    lineage_of.follow(here.db, by=here.viewer, from_draft_id=draft, to_draft_id=draft_id, at=here.now)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/lineage",
        N_("What became of each clause is worked out. Confirm what is uncertain."),
    )
