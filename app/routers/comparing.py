"""Two drafts compared, and one clause over all drafts."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from app.documents.tables import Cells, Column, Table
from app.drafting import clause_history, comparing
from app.drafting.comparing import Comparison
from app.matrix.dispositions import DISPOSITION_NAMES
from app.plans import queries
from app.plans.queries import DraftView
from app.plans.rules import KIND_NAMES, LINEAGE_NAMES
from app.policy import May
from app.routers.deps import InPlan
from app.routers.forms import LARGEST
from app.web import formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

View = Literal["side", "inline", "changes"]

VIEWS: tuple[tuple[View, str], ...] = (
    ("side", N_("Side by side")),
    ("inline", N_("In line")),
    ("changes", N_("Only changes")),
)

COLUMNS = (
    Column("from", N_("Id before"), 24),
    Column("to", N_("Id after"), 24),
    Column("kind", N_("What became of it"), 16),
    Column("similarity", N_("Likeness"), 10, Cells.NUMBER),
    Column("label_before", N_("Clause before"), 18),
    Column("label_after", N_("Clause after"), 18),
    Column("before", N_("Text before"), 60),
    Column("after", N_("Text after"), 60),
)

DraftId = Annotated[int, Query(ge=1, le=LARGEST)]
From = Annotated[int, Query(alias="from", ge=1, le=LARGEST)]


@router.get("/plans/{plan}/drafts/compare")
def compare(
    here: InPlan,
    before: From,
    to: DraftId,
    view: View = "side",
    section: Annotated[str, Query(max_length=220)] = "",
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """Two drafts: side by side, in line, or only what changed; a section, or a page, at a time."""
    old, new = (queries.draft(here.db, here.viewer, one) for one in (before, to))
    found = comparing.comparison(here.db, old.draft_id, new.draft_id)
    outline = queries.outline(here.db, new.draft_id)
    current = next((one for one in outline if one.eid == section), outline[0] if outline else None)
    if view == "changes":
        every = found.changes()
        entries = every[after : after + comparing.PER_PAGE]
        following = after + comparing.PER_PAGE if len(every) > after + comparing.PER_PAGE else 0
    else:
        entries = found.of_section(current.clause_id if current else None)
        following = 0
    at = outline.index(current) if current else 0
    changed = found.changed_in()
    return render(
        here.request,
        "comparing/compare.html",
        page=here.page("drafts"),
        before=old,
        draft=new,
        drafts=queries.visible_drafts(here.db, here.viewer),
        view=view,
        views=VIEWS,
        entries=comparing.shown(here.db, entries),
        counts=found.counts,
        names=LINEAGE_NAMES,
        kinds=KIND_NAMES,
        outline=outline,
        tally={one.clause_id: changed[one.clause_id] for one in outline},
        current=current if view != "changes" else None,
        beside=(
            outline[at - 1].eid if current and at else "",
            outline[at + 1].eid if current and at + 1 < len(outline) else "",
        ),
        after=after,
        following=following,
        base=f"/plans/{here.plan.slug}/drafts/compare?from={old.draft_id}&to={new.draft_id}",
        files=f"/plans/{here.plan.slug}/drafts/compare",
    )


@router.get("/plans/{plan}/drafts/compare.{suffix}", responses=data_of(COLUMNS))
def compare_as(suffix: Literal["json", "csv", "xlsx"], here: InPlan, before: From, to: DraftId) -> Response:
    """What became of each clause between two drafts, as a file."""
    old, new = (queries.draft(here.db, here.viewer, one) for one in (before, to))
    found = comparing.comparison(here.db, old.draft_id, new.draft_id)
    return formats.answer(
        here.request,
        _table(here, old, new, found),
        suffix,
        f"{here.plan.slug}-{old.name}-{new.name}",
    )


def _table(here: Here, old: DraftView, new: DraftView, found: Comparison) -> Table:
    language = language_of(here.request)

    def rows() -> Any:
        for row in comparing.table_rows(here.db, old.draft_id, new.draft_id, found):
            kind = row[2].value if language == "en" else in_language(language, LINEAGE_NAMES[row[2]])
            yield (*row[:2], kind, *row[3:])

    return Table(
        title=N_("Two drafts compared"),
        columns=COLUMNS,
        rows=rows(),
        about=[(N_("Plan"), here.plan.title), (N_("From"), old.name), (N_("To"), new.name)],
        marking=new.marking,
    )


@router.get("/plans/{plan}/clauses/{wid}")
def clause(wid: str, here: InPlan) -> Response:
    """A clause over all drafts, with what was said before each change."""
    here.require(May.SEE_PLAN)
    return render(
        here.request,
        "comparing/clause.html",
        page=here.page("drafts"),
        steps=clause_history.history(here.db, here.viewer, wid[:80]),
        wid=wid[:80],
        names=LINEAGE_NAMES,
        dispositions=DISPOSITION_NAMES,
        plan_base=f"/plans/{here.plan.slug}",
        works=bool(here.may(May.SEE_PROPOSALS)),
    )
