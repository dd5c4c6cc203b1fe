"""Reading the draft of a round, section by section, with the comments beside their clause."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from app.people.rules import Constituency
from app.policy import May
from app.positions.actions import answer, opened
from app.positions.rules import AnswerKind
from app.positions.section import first_section, section_page
from app.routers.composing import WORDS, Composer, composer_on
from app.routers.deps import Db, InRound, get_writes
from app.routers.forms import form_of
from app.routers.once import once
from app.text.excerpts import brief
from app.web.flash import redirect
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["reading"])

Writes = Annotated[Session, Depends(get_writes, scope="function")]


@router.get("/rounds/{round_id}/read", include_in_schema=False)
def start(here: InRound) -> Response:
    """Reading begins at the first section that is asked about."""
    here.require(May.READ)
    eid = first_section(here.db, here.the_round)
    if eid is None:
        return RedirectResponse(f"/plans/{here.plan.slug}", status_code=303)
    return RedirectResponse(f"/rounds/{here.the_round.id}/read/{eid}", status_code=303)


@router.get("/rounds/{round_id}/read/{eid:path}", include_in_schema=False)
def read(
    here: InRound,
    writes: Writes,
    eid: str,
    on: Annotated[str | None, Query(description="wid of the clause being commented on")] = None,
    all_on: Annotated[str | None, Query(alias="all", description="wid of the clause shown whole")] = None,
) -> Response:
    """One section: outline, clauses, comments, and the composer where somebody writes."""
    here.require(May.READ)
    round_ = here.the_round
    shown = section_page(here.db, here.viewer, round_, eid, opened=all_on)
    composer: Composer | None = None
    if on and here.may(May.SAVE_DRAFT):
        composer = composer_on(here, dict(here.request.query_params) | {"wid": on})
    if here.may(May.SAVE_DRAFT):
        opened(writes, by=here.viewer, round_=round_, section_id=shown.here.item.clause_id, at=here.now)
    return render(
        here.request,
        "reading/section.html",
        page=here.page("read"),
        shown=shown,
        composer=composer,
        five=tuple(c.value for c in Constituency),
        may={
            what.name: bool(here.may(what))
            for what in (
                May.COMMENT,
                May.SAVE_DRAFT,
                May.ENTER_FOR,
                May.TAKE_STANCE,
                May.ANSWER,
                May.EDIT_COMMENT,
                May.WITHDRAW_COMMENT,
            )
        },
        speaks=here.viewer.organisation_id is not None,
        kinds=AnswerKind,
        brief=brief,
        **WORDS,
    )


@router.post("/rounds/{round_id}/answers", include_in_schema=False)
def say(here: InRound, db: Db, form: form_of) -> Response:
    """Support a clause as drafted, or say that there is nothing, in one press; pressed again, it is taken back."""
    kind = AnswerKind(form.get("kind", "")) if form.get("kind") in set(AnswerKind) else None
    wid = form.get("wid", "")
    once(db, lambda: answer(db, by=here.viewer, round_=here.the_round, wid=wid, kind=kind, at=here.now))
    back = form.get("back", "")
    base = f"/rounds/{here.the_round.id}/read"
    url = f"{base}/{back}" if back else base
    said = N_("Noted for your organisation.") if kind else N_("Your organisation's answer was taken back.")
    return redirect(f"{url}#{form.get('anchor', '')}", said)
