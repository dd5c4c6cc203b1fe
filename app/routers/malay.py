"""The Malay text of a draft: entered clause by clause, or taken from a file that is aligned with it."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from app.errors import Conflict, Invalid, Problem
from app.people.rules import Language
from app.plans import queries, translating
from app.plans.queries import ClauseView, DraftView
from app.plans.translating import Entry
from app.policy import May
from app.routers.deps import InPlan
from app.routers.drafts import DOCX, View, again, read_upload
from app.routers.forms import form_of, number_in
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter()

#: What the comparison shows on one page.
PAGE = 60


def _draft(here: Here, draft_id: int) -> DraftView:
    found = queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    if found.language is Language.MALAY:
        raise Conflict(translating.MALAY_ALREADY)
    return found


@router.get("/plans/{plan}/drafts/{draft_id:int}/malay")
def text(draft_id: int, here: InPlan, section: Annotated[str, Query(max_length=220)] = "") -> Response:
    """One section, its Malay beside it, to be written."""
    return _page(here, draft_id, section, {}, None)


def _page(here: Here, draft_id: int, eid: str, typed: dict[str, str], problem: Problem | None) -> Response:
    draft = _draft(here, draft_id)
    outline = queries.outline(here.db, draft_id)
    current = next((one for one in outline if one.eid == eid), outline[0] if outline else None)
    missing = queries.without_malay(here.db, draft_id)
    at = outline.index(current) if current else 0
    return render(
        here.request,
        "drafts/malay.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        draft=draft,
        outline=outline,
        current=current,
        contents=0,
        clauses=queries.section(here.db, draft_id, current.eid) if current else [],
        missing={one.clause_id: missing.get(one.clause_id, 0) for one in outline},
        missing_all=sum(missing.values()),
        copy=translating.malay_copy(here.db, draft_id),
        typed=typed,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        theirs=problem.theirs if isinstance(problem, Conflict) else {},
        after=outline[at + 1].eid if at + 1 < len(outline) else "",
        before=outline[at - 1].eid if at else "",
        accept=DOCX,
        base=f"/plans/{here.plan.slug}/drafts/{draft_id}",
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/malay")
def save(draft_id: int, here: InPlan, form: form_of) -> Response:
    """What was written for a section; all of it or none."""
    draft = _draft(here, draft_id)
    eid = form.get("section", "")
    entries = [
        _entry(one, form)
        for one in queries.section(here.db, draft_id, eid)
        if f"version-{one.wid}" in form and not (draft.frozen and _whole(one))
    ]
    try:
        count = translating.enter_malay(
            here.db, by=here.viewer, draft_id=draft_id, entries=entries, at=here.now
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _page(again(here), draft_id, eid, form, problem)
    to = form.get("then", "") or eid
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/malay?section={to}",
        N_("Malay texts saved: %(n)s.") if count else N_("Nothing was changed."),
        n=count,
    )


def _whole(one: ClauseView) -> bool:
    return bool(one.text_ms) and all(one.fields_ms.get(name) for name, value in one.fields.items() if value)


def _entry(one: ClauseView, form: dict[str, str]) -> Entry:
    def said(name: str, stands: str) -> str:
        return form.get(name, stands).replace("\r\n", "\n")

    version = form.get(f"version-{one.wid}", "")
    return Entry(
        wid=one.wid,
        text=said(f"text-{one.wid}", one.text_ms),
        fields={
            name: said(f"field-{one.wid}-{at}", one.fields_ms.get(name, ""))
            for at, name in enumerate(one.fields)
        },
        version=-1 if (number := number_in(version)) is None else number,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/malay/file")
def take_in(
    draft_id: int,
    here: InPlan,
    view: Annotated[View, Form()] = "accepted",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A Malay file, kept to be looked at; nothing of it is in the draft yet."""
    _draft(here, draft_id)
    try:
        found, _, name = read_upload(here, file, view)
        translating.keep_copy(
            here.db, by=here.viewer, draft_id=draft_id, text=found, file_name=name, at=here.now
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _page(again(here), draft_id, "", {}, problem)
    return flash.redirect(f"/plans/{here.plan.slug}/drafts/{draft_id}/malay/file")


@router.get("/plans/{plan}/drafts/{draft_id:int}/malay/file")
def compare(draft_id: int, here: InPlan, show: str = "all", at: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The two texts side by side, as the structure pairs them, before a person confirms it."""
    return _compare(here, draft_id, show, at, None)


def _compare(here: Here, draft_id: int, show: str, at: int, problem: Problem | None) -> Response:
    draft = _draft(here, draft_id)
    base = f"/plans/{here.plan.slug}/drafts/{draft_id}"
    copy = translating.malay_copy(here.db, draft_id)
    if copy is None:
        return flash.redirect(f"{base}/malay")
    pairs = translating.beside(here.db, draft_id, copy)
    unsure = [one for one in pairs if not one.sure]
    shown = [one for one in pairs if one.sure] if show == "sure" else unsure
    return render(
        here.request,
        "drafts/malay_file.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        draft=draft,
        copy=copy,
        sure=len(pairs) - len(unsure),
        doubtful=[one for one in unsure if one.clause and one.at is not None],
        only_ours=[one for one in unsure if one.at is None],
        only_theirs=[one for one in unsure if one.clause is None],
        rows=shown[at : at + PAGE] if show == "sure" else [],
        total=len(shown),
        show=show,
        at=at,
        step=PAGE,
        problem=problem,
        base=base,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/malay/confirm")
def confirm(
    draft_id: int,
    here: InPlan,
    seen: Annotated[str, Form()] = "",
    also: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """What is paired becomes the draft's Malay text."""
    _draft(here, draft_id)
    try:
        count = translating.confirm_copy(
            here.db, by=here.viewer, draft_id=draft_id, seen=seen, also=set(also or ()), at=here.now
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _compare(again(here), draft_id, "all", 0, problem)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/malay",
        N_("%(n)s Malay texts are taken from the file."),
        n=count,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/malay/discard")
def discard(draft_id: int, here: InPlan) -> Response:
    """The file is put aside; nothing of it is in the draft."""
    _draft(here, draft_id)
    translating.discard_copy(here.db, by=here.viewer, draft_id=draft_id, at=here.now)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}/malay",
        N_("The file is put aside. Nothing of it is in the draft."),
    )
