"""What can be taken away of a draft and a round: clean, with comments, with changes, on paper, in open formats."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from app.errors import NotFound
from app.people.rules import Language
from app.plans.models import Draft
from app.plans.queries import OutlineItem, draft, outline
from app.policy import May
from app.rounds.queries import scope_of
from app.routers.deps import InPlan, InRound, Now
from app.taking_away.reading import sees_answers
from app.web import draft_files
from app.web.draft_files import Taking, Written
from app.web.formats import download
from app.web.here import Here
from app.web.language import language_of
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["taking away"])

NO_SECTION = N_("There is no such section in this round.")

#: The draft of a round by what stands in it, and what one must be allowed to have it.
WITH = {
    "nothing": (draft_files.clean_of_round, May.READ),
    "comments": (draft_files.with_comments, May.SEE_MATRIX),
    "changes": (draft_files.with_changes, May.SEE_MATRIX),
    "decisions": (draft_files.with_decisions, May.SEE_MATRIX),
}


def _taking(here: Here, of: Draft, now: Now) -> Taking:
    return Taking(
        viewer=here.viewer,
        plan=here.plan,
        draft=of,
        name=here.person.name,
        language=language_of(here.request),
        at=now,
        base=here.request.app.state.settings.base_url,
    )


def _of_round(here: Here, now: Now) -> Taking:
    return _taking(here, here.db.get_one(Draft, here.the_round.draft_id), now)


@router.get("/plans/{plan}/drafts/{draft_id:int}.{suffix}", include_in_schema=False)
def clean(
    here: InPlan,
    now: Now,
    draft_id: int,
    suffix: Literal["docx", "pdf", "akn.xml"],
    language: Annotated[Language | None, Query()] = None,
) -> Response:
    """A draft by itself, as a Word file, a PDF or Akoma Ntoso."""
    found = draft(here.db, here.viewer, draft_id)
    asked = _taking(here, here.db.get_one(Draft, found.draft_id), now)
    made = {"docx": draft_files.clean_docx, "pdf": draft_files.clean_pdf, "akn.xml": draft_files.clean_akn}
    return _sent(made[suffix](here.db, asked, malay=language is Language.MALAY), suffix, here)


@router.get("/rounds/{round_id}/take-away", include_in_schema=False)
def page(here: InRound) -> Response:
    """Everything that can be taken away of a round, a line each."""
    here.require(May.SEE_MATRIX)
    round_ = here.the_round
    reads = bool(here.may(May.READ))
    return render(
        here.request,
        "taking_away/index.html",
        page=here.page("take-away"),
        round=round_,
        draft=here.db.get_one(Draft, round_.draft_id),
        reads=reads,
        answers=sees_answers(here.viewer, round_),
        sections=_sections(here) if reads else [],
    )


@router.get("/rounds/{round_id}/draft.docx", include_in_schema=False)
def round_draft(
    here: InRound,
    now: Now,
    held: Annotated[
        Literal["nothing", "comments", "changes", "decisions"],
        Query(alias="with"),
    ] = "comments",
) -> Response:
    """A round's draft as a Word file: clean, with comments in the margin, or with changes tracked."""
    make, needed = WITH[held]
    here.require(needed)
    if held == "decisions" and not sees_answers(here.viewer, here.the_round):
        raise NotFound(N_("The answers of this round are not published yet."))
    return _sent(make(here.db, _of_round(here, now), here.the_round), "docx")


@router.get("/rounds/{round_id}/comments.jsonld", include_in_schema=False)
def annotations(here: InRound, now: Now) -> Response:
    """A round's comments as W3C Web Annotations."""
    here.require(May.SEE_MATRIX)
    return _sent(draft_files.comments_jsonld(here.db, _of_round(here, now), here.the_round), "jsonld")


@router.get("/rounds/{round_id}/sheet/{eid:path}.{suffix}", include_in_schema=False)
def sheet(here: InRound, now: Now, eid: str, suffix: Literal["xlsx", "docx"]) -> Response:
    """A blank comment sheet on a section."""
    here.require(May.READ)
    organisation = here.organisation.name if here.organisation else ""
    section = _section(here, eid)
    made = draft_files.comment_sheet(
        here.db, _of_round(here, now), here.the_round, section, suffix, organisation
    )
    return _sent(made, suffix)


@router.get("/rounds/{round_id}/print.pdf", include_in_schema=False)
def pack(here: InRound, now: Now, section: Annotated[str, Query()] = "") -> Response:
    """The round's sections on paper, or one of them, each with a code that leads to it."""
    here.require(May.READ)
    sections = [_section(here, section)] if section else _sections(here)
    made = draft_files.print_pack(here.db, _of_round(here, now), here.the_round, sections, eid=section)
    return _sent(made, "pdf", here)


def _sent(made: Written, suffix: str, read: Here | None = None) -> Response:
    """The file; with `read`, all that goes into it has been read, and no database connection waits for the press."""
    if read is not None:
        read.db.commit()
    write, name = made
    return download(write, suffix, name)


def _sections(here: Here) -> list[OutlineItem]:
    """The sections that the round asks about, in order."""
    items = outline(here.db, here.the_round.draft_id)
    chosen = set(scope_of(here.db, here.the_round))
    reach = [(one.position, one.until) for one in items if one.clause_id in chosen]
    return [one for one in items if not chosen or any(start <= one.position <= end for start, end in reach)]


def _section(here: Here, eid: str) -> OutlineItem:
    found = next((one for one in outline(here.db, here.the_round.draft_id) if one.eid == eid), None)
    if found is None:
        raise NotFound(NO_SECTION)
    return found
