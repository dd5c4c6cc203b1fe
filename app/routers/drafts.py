"""A plan's drafts: the list, a file taken in as a draft, another in its place, and the file as it came."""

from collections import defaultdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Response, UploadFile

from app.documents.docx.draft import read_draft
from app.documents.drafts import DraftText
from app.documents.tables import Cells, Column, Table
from app.drafting import lineage_of
from app.errors import Conflict, Invalid, NotFound, Problem
from app.people.rules import LANGUAGE_NAMES, Language
from app.plans import importing, queries
from app.plans.queries import DraftView
from app.plans.rules import DRAFT_STATUS_NAMES, NOT_CONSULTED
from app.policy import May
from app.rounds.queries import RoundRow, rounds_of
from app.rounds.replacing import replace_draft
from app.routers.deps import InPlan
from app.routers.forms import number_in
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

DOCX = ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"

View = Literal["accepted", "original"]

CHOOSE_A_FILE = N_("Choose a Word file (.docx).")

COLUMNS = (
    Column("name", N_("Draft"), 24),
    Column("status", N_("Status"), 14),
    Column("clauses", N_("Clauses"), 9, Cells.NUMBER),
    Column("marking", N_("Marking"), 20),
    Column("language", N_("Language"), 14),
    Column("file", N_("File"), 28),
    Column("rounds", N_("Rounds"), 28),
    Column("imported_at", N_("Imported"), 18, Cells.MOMENT),
    Column("frozen_at", N_("Frozen"), 18, Cells.MOMENT),
)


@router.get("/plans/{plan}/drafts")
def index(here: InPlan) -> Response:
    """The drafts a person may know of."""
    here.require(May.SEE_PLAN)
    return render(
        here.request,
        "drafts/index.html",
        page=here.page("drafts"),
        drafts=queries.visible_drafts(here.db, here.viewer),
        rounds=_rounds(here),
        may_prepare=here.may(May.PREPARE_DRAFT),
        may_describe=here.may(May.EDIT_PLAN),
    )


@router.get("/plans/{plan}/drafts.{suffix}", responses=data_of(COLUMNS))
def index_as(suffix: Literal["json", "csv", "xlsx"], here: InPlan) -> Response:
    """The same list as a file."""
    here.require(May.SEE_PLAN)
    rounds = _rounds(here)
    language = language_of(here.request)
    table = Table(
        title=N_("Drafts"),
        columns=COLUMNS,
        rows=[
            (
                one.name,
                in_language(language, DRAFT_STATUS_NAMES[one.status]),
                one.clauses,
                one.marking,
                in_language(language, LANGUAGE_NAMES[one.language]),
                one.source_name,
                "; ".join(found.name for found in rounds[one.draft_id]),
                one.created_at,
                one.frozen_at,
            )
            for one in queries.visible_drafts(here.db, here.viewer)
        ],
        about=[(N_("Plan"), here.plan.title)],
    )
    return formats.answer(here.request, table, suffix, f"{here.plan.slug}-drafts")


def _rounds(here: Here) -> dict[int, list[RoundRow]]:
    found: dict[int, list[RoundRow]] = defaultdict(list)
    for one in rounds_of(here.db, here.viewer.plan_id):
        found[one.draft_id].append(one)
    return found


@router.get("/plans/{plan}/drafts/import")
def ask(here: InPlan) -> Response:
    """The form for a file."""
    here.require(May.PREPARE_DRAFT)
    newest = next((one.draft_id for one in queries.visible_drafts(here.db, here.viewer) if one.frozen), "")
    return _import_form(
        here,
        {
            "name": "",
            "language": "",
            "view": "accepted",
            "marking": N_("For consultation"),
            "follows": str(newest),
        },
        None,
    )


def _import_form(here: Here, form: dict[str, str], problem: Problem | None) -> Response:
    return render(
        here.request,
        "drafts/import.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        form=form,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        accept=DOCX,
        drafts=[(one.draft_id, one.name) for one in queries.visible_drafts(here.db, here.viewer)],
    )


@router.post("/plans/{plan}/drafts/import")
def take_in(
    here: InPlan,
    name: Annotated[str, Form()] = "",
    marking: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
    view: Annotated[View, Form()] = "accepted",
    follows: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A file becomes a draft that is being edited; a refused file leaves nothing behind.

    Where it follows another draft, what became of each clause is worked out and confirmed next.
    """
    here.require(May.PREPARE_DRAFT)
    before = number_in(follows)
    if before is not None:
        queries.draft(here.db, here.viewer, before)
    try:
        text, data, file_name = read_upload(here, file, view)
        draft = importing.import_draft(
            here.db,
            by=here.viewer,
            plan=here.plan,
            name=name,
            marking=marking,
            language=_language(language or text.language),
            text=text,
            file=data,
            file_name=file_name,
            at=here.now,
            follows=before,
        )
        if before is not None:
            lineage_of.follow(
                here.db, by=here.viewer, from_draft_id=before, to_draft_id=draft.id or 0, at=here.now
            )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        form = {"name": name, "marking": marking, "language": language, "view": view, "follows": follows}
        return _import_form(again(here), form, problem)
    if before is not None:
        return flash.redirect(
            f"/plans/{here.plan.slug}/drafts/{draft.id}/lineage",
            N_("%(name)s is here. Confirm what became of the clauses that changed."),
            name=draft.name,
        )
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft.id}",
        N_("%(name)s is here, with %(n)s clauses. Look it over, mend what was misread, then freeze it."),
        name=draft.name,
        n=sum(one.kind not in NOT_CONSULTED for one in text.clauses),
    )


def read_upload(here: Here, file: UploadFile | None, view: View) -> tuple[DraftText, bytes, str]:
    """The file that came, as clauses, as bytes and by its name; Invalid beside the field `file`.

    Reading takes seconds for a long plan, so the request's transaction ends before it and no lock is held.
    """
    data = file.file.read() if file is not None else b""
    if file is None or not data:
        raise Invalid(CHOOSE_A_FILE, fields={"file": CHOOSE_A_FILE})
    here.db.commit()
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    try:
        return read_draft(data, view=view, filename=name), data, name
    except Invalid as refused:
        said = in_language(language_of(here.request), refused.sentence, refused.values)
        raise Invalid(refused.sentence, fields={"file": said}, **refused.values) from refused


def again(here: Here) -> Here:
    """The same place after a rollback, which made the session forget what it had read."""
    for row in (here.plan, here.seat, here.person, here.organisation):
        if row is not None:
            here.db.refresh(row)
    return here


def _language(code: str) -> Language:
    return Language.MALAY if code == Language.MALAY.value else Language.ENGLISH


@router.get("/plans/{plan}/drafts/{draft_id:int}/file")
def source(draft_id: int, here: InPlan) -> Response:
    """The file a draft was read from, as it came."""
    draft = queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    content = queries.source_file(here.db, draft_id)
    if content is None:
        raise NotFound(queries.NO_DRAFT)
    return Response(
        content,
        media_type=formats.CONTENT_TYPES["docx"],
        headers={"Content-Disposition": formats.disposition(draft.source_name or "draft.docx")},
    )


@router.get("/plans/{plan}/drafts/{draft_id:int}/replace")
def ask_replacement(draft_id: int, here: InPlan) -> Response:
    """The form for another file in a draft's place."""
    here.require(May.PREPARE_DRAFT)
    return _replace_form(here, queries.draft(here.db, here.viewer, draft_id), "accepted", None)


def _replace_form(here: Here, draft: DraftView, view: str, problem: Problem | None) -> Response:
    errors: dict[str, Any] = problem.fields if isinstance(problem, Invalid) else {}
    return render(
        here.request,
        "drafts/replace.html",
        page=here.page("drafts"),
        status=problem.status if problem else 200,
        draft=draft,
        rounds=_rounds(here)[draft.draft_id],
        view=view,
        problem=problem,
        errors=errors,
        accept=DOCX,
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/replace")
def replace(
    draft_id: int,
    here: InPlan,
    version: Annotated[int, Form()],
    view: Annotated[View, Form()] = "accepted",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Another file's text takes the draft's place, or nothing changes."""
    here.require(May.PREPARE_DRAFT)
    queries.draft(here.db, here.viewer, draft_id)
    try:
        text, data, file_name = read_upload(here, file, view)
        replace_draft(
            here.db,
            by=here.viewer,
            draft_id=draft_id,
            version=version,
            text=text,
            file=data,
            file_name=file_name,
            at=here.now,
        )
        lineage_of.replaced(here.db, draft_id, here.now)
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        here = again(here)
        return _replace_form(here, queries.draft(here.db, here.viewer, draft_id), view, problem)
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}", N_("The file's text stands in the draft's place.")
    )
