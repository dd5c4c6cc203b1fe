"""Comments that still stand are carried into the next draft; what is uncertain, a person decides."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Response

from app.documents.tables import Cells, Column, Table
from app.drafting import carrying_over, implementing, lineage_of, settling
from app.drafting.rules import CARRIED_NAMES, CERTAIN, Carried
from app.drafting.stale_references import stale_references
from app.errors import Conflict, Invalid, Problem
from app.matrix.dispositions import DISPOSITION_NAMES
from app.plans import queries
from app.plans.models import Succession
from app.policy import May
from app.routers.deps import InPlan
from app.routers.drafts import again
from app.routers.forms import LARGEST
from app.text.redline import redline
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

COLUMNS = (
    Column("ref", N_("Comment"), 12),
    Column("clause", N_("Clause as commented"), 18),
    Column("quoted", N_("Words commented on"), 50),
    Column("how", N_("How it was carried"), 24),
    Column("score", N_("Likeness"), 10, Cells.NUMBER),
    Column("clause_now", N_("Clause now"), 18),
    Column("words_now", N_("Words now"), 50),
    Column("settled", N_("Settled by a person"), 14),
    Column("fell", N_("Its words are gone"), 14),
)

PLACE_AFTER = Query(max_length=40)


def _after(given: str) -> tuple[int, int] | None:
    position, _, comment_id = given.partition(".")
    try:
        found = int(position), int(comment_id)
    except ValueError:
        return None
    return found if all(-1 <= n <= LARGEST for n in found) else None


@router.get("/plans/{plan}/drafts/{draft_id:int}/carried")
def report(
    draft_id: int,
    here: InPlan,
    after: Annotated[str, PLACE_AFTER] = "",
    show: Literal["", "placed", "settled"] = "",
    look: Annotated[str, Query(max_length=200)] = "",
    of: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """The carry-forward report: how many came in each way, and what waits for a person."""
    return _page(here, draft_id, after=after, show=show, look=look, of=of)


def _page(
    here: Here,
    draft_id: int,
    *,
    after: str = "",
    show: str = "",
    look: str = "",
    of: int = 0,
    typed: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> Response:
    draft = queries.draft(here.db, here.viewer, draft_id)
    succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
    hows = sorted(CERTAIN) if show == "placed" else [Carried.SUGGESTED, Carried.ORPHAN]
    items = settling.page(
        here.db,
        here.viewer,
        succession,
        hows=hows,
        settled={"": False, "settled": True}.get(show),
        after=_after(after),
    )
    last = items[-1].comment if len(items) == settling.PER_PAGE else None
    return render(
        here.request,
        "next_draft/carried.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        draft=draft,
        before=queries.draft(here.db, here.viewer, succession.from_draft_id),
        succession=succession,
        tally=settling.tally(here.db, here.viewer, succession),
        items=items,
        show=show,
        look=look,
        of=of,
        found=settling.looked_up(here.db, draft_id, look) if look else [],
        following=f"{last.position}.{last.id}" if last else "",
        stale=stale_references(here.db, succession) if not after and not show else [],
        typed=typed or {},
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        names=CARRIED_NAMES,
        certain=CERTAIN,
        base=f"/plans/{here.plan.slug}/drafts/{draft_id}",
    )


@router.get("/plans/{plan}/drafts/{draft_id:int}/carried.{suffix}", responses=data_of(COLUMNS))
def report_as(draft_id: int, suffix: Literal["json", "csv", "xlsx"], here: InPlan) -> Response:
    """Every carried comment as a file."""
    draft = queries.draft(here.db, here.viewer, draft_id)
    succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
    return formats.answer(
        here.request,
        _table(here, draft.name, draft.marking, succession),
        suffix,
        f"{here.plan.slug}-{draft.name}-carried",
    )


def _table(here: Here, name: str, marking: str, succession: Succession) -> Table:
    language = language_of(here.request)
    before = queries.draft(here.db, here.viewer, succession.from_draft_id)

    def rows() -> Any:
        after: tuple[int, int] | None = None
        while True:
            items = settling.page(
                here.db, here.viewer, succession, hows=list(Carried), settled=None, after=after, most=500
            )
            for one in items:
                yield (
                    one.comment.ref,
                    one.comment.label,
                    one.was,
                    in_language(language, CARRIED_NAMES[one.how]),
                    round(one.score, 3),
                    one.place.label if one.place else None,
                    one.place.words if one.place else None,
                    in_language(language, N_("yes")) if one.settled else None,
                    in_language(language, N_("yes")) if one.fell else None,
                )
            if len(items) < 500:
                return
            after = (items[-1].comment.position, items[-1].comment.id)

    return Table(
        title=N_("Comments carried over"),
        columns=COLUMNS,
        rows=rows(),
        about=[(N_("Plan"), here.plan.title), (N_("From"), before.name), (N_("To"), name)],
        marking=marking,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/carried")
def carry(draft_id: int, here: InPlan) -> Response:
    """Anchors of what still stands go into the draft."""
    queries.draft(here.db, here.viewer, draft_id)
    n = carrying_over.carry_over(here.db, by=here.viewer, draft_id=draft_id, at=here.now)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/carried",
        N_("%(n)s comments were carried over.") if n else N_("No further comment still stands."),
        n=n,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/carried/{anchor_id:int}")
def settle(
    draft_id: int,
    anchor_id: int,
    here: InPlan,
    version: Annotated[int, Form(ge=0, le=LARGEST)],
    choice: Annotated[str, Form(max_length=20)] = "",
    number: Annotated[str, Form(max_length=200)] = "",
    words: Annotated[str, Form(max_length=20_000)] = "",
    propose: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """A person says where an uncertain comment belongs, or that its words are gone."""
    draft = queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    kind, _, n = choice.partition("-")
    try:
        anchor = settling.settle(
            here.db,
            by=here.viewer,
            draft_id=draft_id,
            anchor_id=anchor_id,
            version=version,
            choice=kind,
            candidate=int(n) if n.isdecimal() and len(n) < 4 else -1,
            number=number,
            words=words,
            at=here.now,
        )
        if anchor.fell and propose:
            reason = in_language(language_of(here.request), settling.WHY_FELL, {"draft": draft.name})
            settling.propose_fell(
                here.db, by=here.viewer, comment_id=anchor.comment_id, reason=reason, at=here.now
            )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        typed = {"anchor": anchor_id, "choice": choice, "number": number, "words": words}
        return _page(again(here), draft_id, typed=typed, problem=problem)
    return flash.redirect(f"/plans/{here.plan.slug}/drafts/{draft_id}/carried", N_("Noted."))


@router.get("/plans/{plan}/drafts/{draft_id:int}/implemented")
def implemented(draft_id: int, here: InPlan, after: Annotated[int, Query(ge=0, le=LARGEST)] = 0) -> Response:
    """Accepted points whose change this draft may hold, with what was wanted beside what it says."""
    draft = queries.draft(here.db, here.viewer, draft_id)
    succession = lineage_of.succession_to(here.db, here.viewer, draft_id)
    points = implementing.suggested(here.db, here.viewer, succession, after=after)
    return render(
        here.request,
        "next_draft/implemented.html",
        page=here.page("drafts"),
        draft=draft,
        before=queries.draft(here.db, here.viewer, succession.from_draft_id),
        succession=succession,
        points=points,
        following=points[-1].point_id if len(points) == implementing.PER_PAGE else 0,
        dispositions=DISPOSITION_NAMES,
        redline=redline,
        base=f"/plans/{here.plan.slug}/drafts/{draft_id}",
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/implemented")
def implement(draft_id: int, here: InPlan, points: Annotated[list[int] | None, Form()] = None) -> Response:
    """The ticked points are in the text: a person says so."""
    queries.draft(here.db, here.viewer, draft_id)
    n = implementing.confirm(
        here.db, by=here.viewer, draft_id=draft_id, point_ids=(points or [])[:500], at=here.now
    )
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/implemented",
        N_("%(n)s points are noted as being in the text."),
        n=n,
    )
