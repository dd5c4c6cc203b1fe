"""Entering a comment for somebody: for whom, how it came, where it stands, and the composer's own fields."""

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Response, UploadFile

from app.comments.rules import WAY_NAMES, Attribution, Way
from app.errors import Invalid, Problem
from app.people.queries import organisations
from app.people.rules import CONSTITUENCY_NAMES, Constituency
from app.policy import May
from app.returns import queries
from app.returns.entering import Whom, enter
from app.returns.placing import meant
from app.routers.composing import composer_on, written
from app.routers.deps import Config, Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.web import receipts
from app.web.flash import redirect
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter()

#: Whose name a comment shows, said of somebody else than the one who types.
SHOWN = {
    Attribution.NAMED: N_("The name and the organisation"),
    Attribution.ORGANISATION: N_("The organisation"),
    Attribution.CONSTITUENCY: N_("The constituency only"),
    Attribution.SECRETARIAT: N_("Secretariat only"),
}


@router.get("/rounds/{round_id}/enter", include_in_schema=False)
def ask(here: InRound, where: Annotated[str, Query(max_length=300)] = "") -> Response:
    """The form; first the place, for what stands there can be changed in it."""
    here.require_any(May.ENTER_FOR)
    values = dict(here.request.query_params)
    found: list[queries.Place] = []
    problem: Problem | None = None
    if where.strip() and not values.get("wid"):
        try:
            wids = list(meant(here.db, here.the_round, where))
            places = queries.clauses_of(here.db, here.the_round.draft_id, wids)
            found = [queries.place_of(places[wid]) for wid in wids if wid in places]
        except Invalid as nowhere:
            problem = nowhere
        if len(found) == 1:
            values["wid"] = found[0].wid
    return _form(here, values, problem=problem, where=where, found=found)


def _form(
    here: Here,
    values: dict[str, str],
    *,
    problem: Problem | None = None,
    where: str = "",
    found: list[queries.Place] | None = None,
) -> Response:
    """The form as it was typed, with what is wrong with it."""
    placed = bool(values.get("wid"))
    if values.get("wid") == "plan":
        values = values | {"wid": ""}
    composer = dataclasses.replace(
        composer_on(here, values, problem), action=f"/rounds/{here.the_round.id}/enter"
    )
    errors: dict[str, str] = problem.fields if isinstance(problem, Invalid) else {}
    return render(
        here.request,
        "returns/enter.html",
        page=here.page("returned"),
        status=problem.status if problem and not where else 200,
        allowed=here.may(May.ENTER_FOR),
        composer=composer,
        placed=placed,
        where=where,
        found=found or [],
        problem=problem,
        errors=errors,
        form={"seat": "", "organisation": "", "name": "", "constituency": "", "way": "letter", "note": ""}
        | values,
        voices=queries.voices(here.db, here.viewer.plan_id),
        organisations=organisations(here.db, here.viewer),
        constituencies=CONSTITUENCY_NAMES,
        ways=WAY_NAMES,
        shown=SHOWN,
    )


@router.post("/rounds/{round_id}/enter", include_in_schema=False)
def send(
    here: InRound,
    db: Db,
    settings: Config,
    form: form_of,
    source: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a comment in for somebody; what cannot be taken comes back as typed."""
    here.require(May.ENTER_FOR)
    attached = (source.filename, source.file.read()) if source is not None and source.filename else None
    try:
        sent = written(form)
        entered = once(
            db,
            lambda: enter(
                db,
                by=here.viewer,
                round_=here.the_round,
                whom=_whom(form),
                way=Way(form["way"]) if form.get("way") in set(Way) else Way.OTHER,
                note=form.get("note", ""),
                written=sent,
                attached=attached,
                most=settings.upload_megabytes * 1024 * 1024,
                at=here.now,
            ),
        )
    except Invalid as problem:
        db.rollback()
        return _form(here, form | {"wid": form.get("wid") or "plan"}, problem=problem)
    ref = receipts.ref_of(here, entered.comment)
    return redirect(
        f"/rounds/{here.the_round.id}/enter", N_("Entered: %(ref)s. You can enter the next one."), ref=ref
    )


def _whom(form: dict[str, Any]) -> Whom:
    """For whom, as the form says it; a seat goes before a name."""
    side = form.get("constituency", "")
    return Whom(
        seat_id=number_in(form.get("seat", "")),
        organisation_id=number_in(form.get("organisation", "")),
        name=form.get("name", ""),
        constituency=Constituency(side) if side in set(Constituency) else None,
    )
