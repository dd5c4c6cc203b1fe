"""The drafter's queue, and the page where the text of a clause is put together."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlmodel import col

from app.documents.tables import Cells, Column, Table
from app.drafting import queue, resolving
from app.drafting.asked import BY_NAMES, By, comments_on
from app.drafting.desk import desk
from app.drafting.queue import PROGRESS_NAMES, SHOW_NAMES, Progress, Show
from app.drafting.wording import Picked, Wording, clause_at, result_of, texts_of
from app.errors import Conflict, Invalid, NotFound
from app.history import queries as history
from app.matrix import deciding
from app.matrix.dispositions import (
    CHANGES_TEXT,
    DISPOSITION_NAMES,
    NEEDS_NO_REASON,
    POINTS_ELSEWHERE,
    Disposition,
    choices,
)
from app.people.models import Person
from app.people.rules import SEATS
from app.plans.models import Draft
from app.policy import May
from app.routers.deps import Db, InRound, Now
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.text.excerpts import around as in_brief
from app.text.excerpts import beginning, full
from app.web import flash
from app.web.describing import data_of
from app.web.formats import answer
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

COLUMNS = (
    Column("clause", N_("Clause"), 14),
    Column("heading", N_("Heading"), 40),
    Column("field", N_("Table cell"), 16),
    Column("progress", N_("How far it has come"), 24),
    Column("proposals", N_("Different texts proposed"), 12, Cells.NUMBER),
    Column("collisions", N_("Collisions"), 12, Cells.NUMBER),
    Column("points", N_("Points"), 10, Cells.NUMBER),
    Column("undecided", N_("Points without a decision"), 12, Cells.NUMBER),
    Column("missing", N_("Accepted, not in the text yet"), 12, Cells.NUMBER),
    Column("comments_g", N_("Comments: Government"), 12, Cells.NUMBER),
    Column("comments_e", N_("Comments: Employers"), 12, Cells.NUMBER),
    Column("comments_w", N_("Comments: Workers"), 12, Cells.NUMBER),
    Column("comments_c", N_("Comments: Civil society"), 12, Cells.NUMBER),
)


def address(here: Here, eid: str = "", field: str = "", **more: str | int) -> str:
    """The queue, or a clause of it."""
    query = urlencode({name: value for name, value in ({"field": field} | more).items() if value != ""})
    path = f"/rounds/{here.the_round.id}/drafting" + (f"/{eid}" if eid else "")
    return path + (f"?{query}" if query else "")


def asked_for(here: Here) -> tuple[Show, bool]:
    """What part of the queue the query string asks for; a drafter begins with their own where they have any."""
    query = here.request.query_params
    try:
        return Show(query.get("show", Show.ALL)), query.get("whose", "all") == "mine"
    except ValueError:
        raise Invalid("The queue has no such part.") from None


@router.get("/rounds/{round_id}/drafting")
def the_queue(here: InRound) -> Response:
    here.require(May.SEE_PROPOSALS)
    show, mine = asked_for(here)
    query = here.request.query_params
    found = queue.page(
        here.db,
        here.viewer,
        here.the_round,
        show=show,
        mine=mine,
        after=number_in(query.get("after", "")),
        before=number_in(query.get("before", "")),
    )
    whose = {"whose": "mine"} if mine else {}
    part = whose | ({"show": show.value} if show is not Show.ALL else {})
    return render(
        here.request,
        "drafting/index.html",
        page=here.page("drafting"),
        round=here.the_round,
        queue=found,
        show=show,
        mine=mine,
        shows=[(one, words, address(here, **whose, show=one.value)) for one, words in SHOW_NAMES.items()],
        everybody=address(here, show=show.value),
        own=address(here, whose="mine", show=show.value),
        file_query=urlencode(part),
        before=address(here, **part, before=found.before) if found.before is not None else "",
        after=address(here, **part, after=found.after) if found.after is not None else "",
        progress_names=PROGRESS_NAMES,
        opens=lambda line, part: address(here, line.eid, part.field if part else "", **whose),
        tag_of=tag_of,
        beginning=beginning,
    )


#: How each step is shown.
_TAGS = {
    Progress.COMMENTS: "",
    Progress.MERGES: "",
    Progress.COLLIDES: "warn",
    Progress.WRITTEN: "ok",
    Progress.CHANGED_AFTER: "warn",
    Progress.DONE: "ok",
}


def tag_of(progress: Progress) -> str:
    """The look of a step."""
    return _TAGS[progress]


@router.get("/rounds/{round_id}/drafting.{suffix}", responses=data_of(COLUMNS))
def queue_file(here: InRound, suffix: str, now: Now) -> Response:
    """The whole queue with the page's filters."""
    here.require(May.SEE_PROPOSALS)
    show, mine = asked_for(here)
    draft = here.db.get(Draft, here.the_round.draft_id)
    table = Table(
        title=N_("Drafting"),
        columns=COLUMNS,
        rows=_rows(here, show, mine=mine),
        about=[(N_("Round"), here.the_round.name), (N_("Made"), now.isoformat(timespec="minutes"))],
        marking=draft.marking if draft else "",
    )
    return answer(here.request, table, suffix, f"{here.the_round.name} drafting")


def _rows(here: Here, show: Show, *, mine: bool) -> Iterator[tuple[Any, ...]]:
    language = language_of(here.request)
    for line in queue.every(here.db, here.viewer, here.the_round, show=show, mine=mine):
        for part in line.parts or (None,):
            yield (
                line.head.label,
                line.head.in_language(language),
                part.field if part else "",
                in_language(language, PROGRESS_NAMES[part.progress]) if part else "",
                part.proposals if part else 0,
                part.collisions if part else 0,
                line.points,
                line.undecided,
                line.missing,
                *line.sides,
            )


@router.get("/rounds/{round_id}/drafting/{eid}")
def the_clause(here: InRound, eid: str) -> Response:
    here.require(May.SEE_PROPOSALS)
    query = here.request.query_params
    return show_clause(here, eid, query.get("field", ""), by=_by(query.get("by", "")))


def _by(value: str) -> By | None:
    return By(value) if value in set(By) else None


def show_clause(
    here: Here,
    eid: str,
    field: str,
    *,
    by: By | None = None,
    typed: Wording | None = None,
    version: int | None = None,
    problem: Invalid | None = None,
    stale: Conflict | None = None,
    status: int = 200,
) -> Response:
    """The page of a clause, as it stands or as it was typed."""
    db, viewer, round_ = here.db, here.viewer, here.the_round
    whole = here.request.query_params.get("all") == "1"
    found = desk(db, viewer, round_, eid, field, by=by, typed=typed, whole=whole)
    mine = here.request.query_params.get("whose") == "mine"
    near = queue.around(db, viewer, round_, found.clause.position, mine=mine)
    return render(
        here.request,
        "drafting/clause.html",
        page=here.page("drafting"),
        status=status,
        round=round_,
        desk=found,
        near=near,
        mine=mine,
        sides=next((line.sides for line in near if line.eid == eid), (0, 0, 0, 0)),
        writes=here.may(May.WRITE_RESULT),
        proposes=here.may(May.PROPOSE),
        version=found.version if version is None else version,
        problem=problem,
        errors=problem.fields if problem else {},
        stale=stale,
        typed=typed,
        by_names=BY_NAMES,
        dispositions=DISPOSITION_NAMES,
        changes_text=CHANGES_TEXT,
        no_reason=NEEDS_NO_REASON,
        answers={proposes: answers(proposes=proposes) for proposes in (True, False)},
        progress_names=PROGRESS_NAMES,
        tag_of=tag_of,
        beginning=beginning,
        address=lambda eid="", field="", **more: address(here, eid, field, **more),
        full=full,
        reads=lambda base, whole_text: in_brief(full(base, whole_text)),
        four=[seat.value for seat in SEATS],
    )


def answers(*, proposes: bool) -> list[Disposition]:
    """The answers that can be proposed here; those that name another point or body are given in the matrix."""
    barred = POINTS_ELSEWHERE | {Disposition.WITHDRAWN}
    return [one for one in choices(proposes=proposes) if one not in barred]


def wording_of(form: Mapping[str, str]) -> Wording:
    """The result as the form holds it."""
    return Wording(
        text=resolving.tidy(form.get("text", "")),
        text_ms=resolving.tidy(form.get("text_ms", "")),
        goes=form.get("goes") == "1",
        by=_by(form.get("by", "")) or By.ASKED,
        picked=Picked(
            {name[5:]: value for name, value in form.items() if name.startswith("pick-") and value},
            {name[4:]: resolving.tidy(value) for name, value in form.items() if name.startswith("own-")},
        ),
        began=resolving.tidy(form.get("began", "")),
    )


@router.post("/rounds/{round_id}/drafting/{eid}")
def write(here: InRound, db: Db, now: Now, eid: str, form: form_of) -> Response:
    """Save the text, or show what the choices make of it."""
    here.require(May.WRITE_RESULT)
    field = form.get("field", "")
    typed = wording_of(form)
    version = number_in(form.get("version", "")) or 0
    if form.get("do") == "look":
        return show_clause(here, eid, field, typed=typed, version=version)
    joins = form.get("join") == "1"
    try:
        once(
            db,
            lambda: resolving.write(
                db,
                by=here.viewer,
                round_=here.the_round,
                eid=eid,
                field=field,
                version=version,
                text=None if typed.goes else typed.text,
                text_ms=typed.text_ms,
                mode=typed.by,
                picked=typed.picked,
                at=now,
            ),
        )
    except Invalid as problem:
        return show_clause(
            here, eid, field, typed=_as_typed(typed), version=version, problem=problem, status=422
        )
    except Conflict as stale:
        if not stale.theirs:
            raise
        offered = stale.mine.get("joined", typed.text)
        shown = Wording(offered, typed.text_ms, typed.goes, typed.by, typed.picked)
        standing = stale.theirs["version"]
        return show_clause(here, eid, field, typed=shown, version=standing, stale=stale, status=409)
    said = N_("Saved, joined with what the other wrote.") if joins else N_("The text is saved.")
    return flash.redirect(address(here, eid, field) + "#became", said)


def _as_typed(typed: Wording) -> Wording:
    return Wording(typed.text, typed.text_ms, typed.goes, typed.by, typed.picked)


@router.post("/rounds/{round_id}/drafting/{eid}/answers")
def propose(here: InRound, db: Db, now: Now, eid: str, form: form_of) -> Response:
    """Propose one answer for the ticked points of this clause."""
    here.require(May.PROPOSE)
    field = form.get("field", "")
    clause = clause_at(db, here.the_round, eid, field)
    asking, points = comments_on(db, here.viewer, here.the_round, clause)
    ticked = [number for name in form if (number := _ticked(name)) is not None]
    if not ticked:
        raise Invalid("Tick at least one point.")
    mine = {"proposed_disposition": form.get("disposition", ""), "proposed_reason": form.get("reason", "")}
    done = 0
    for point_id in ticked:
        if point_id not in points:
            raise NotFound("There is no such point.")
        version = number_in(form.get(f"version-{point_id}", "")) or 0
        try:
            deciding.save(
                db,
                by=here.viewer,
                round_=here.the_round,
                point_id=point_id,
                version=version,
                was={},
                mine=mine,
                at=now,
            )
        except Conflict as stale:
            ref = next((one.ref for one in asking if point_id in one.points), f"P{point_id}")
            raise Conflict(
                "Somebody wrote on %(ref)s meanwhile. See how it stands, then propose again.",
                ref=ref,
                theirs=stale.theirs,
                mine=stale.mine,
            ) from stale
        done += 1
    said = N_("The answer is proposed.") if done == 1 else N_("%(n)s answers are proposed.")
    return flash.redirect(address(here, eid, field) + "#became", said, n=done)


def _ticked(name: str) -> int | None:
    """The point that a tick box of this name is for."""
    return number_in(name[6:]) if name.startswith("point-") else None


@router.post("/rounds/{round_id}/drafting/{eid}/behind")
def put_behind(here: InRound, db: Db, now: Now, eid: str, form: form_of) -> Response:
    """Put points, or a note, behind a change by hand."""
    field = form.get("field", "")
    points = [number for name in form if (number := _ticked(name)) is not None]
    resolving.tie(
        db,
        by=here.viewer,
        round_=here.the_round,
        eid=eid,
        field=field,
        version=number_in(form.get("version", "")) or 0,
        run=form.get("run", ""),
        points=points,
        note=form.get("note", ""),
        at=now,
    )
    return flash.redirect(address(here, eid, field) + "#behind", N_("Kept behind the change."))


@router.get("/rounds/{round_id}/drafting/{eid}/history")
def its_history(here: InRound, eid: str) -> Response:
    """Every text that was saved, newest first, each with what it changed."""
    here.require(May.SEE_PROPOSALS)
    field = here.request.query_params.get("field", "")
    clause = clause_at(here.db, here.the_round, eid, field)
    row = result_of(here.db, here.the_round, clause, field)
    base, base_ms = texts_of(clause, field)
    rows = history.of(here.db, "resulting_text", row.id or 0) if row else []
    people = {one.by_person_id for one in rows if one.by_person_id}
    names = dict(
        here.db.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(people))).all()
    )
    return render(
        here.request,
        "drafting/history.html",
        page=here.page("drafting"),
        round=here.the_round,
        clause=clause,
        field=field,
        base=base,
        base_ms=base_ms,
        rows=list(reversed(rows)),
        names=names,
        version=row.version if row else 0,
        writes=here.may(May.WRITE_RESULT),
        address=lambda eid="", field="", **more: address(here, eid, field, **more),
        runs_of=full,
        verbs=VERBS,
    )


#: What was done with a text, as its history says it.
VERBS = {
    resolving.WRITTEN: N_("Written"),
    resolving.REWRITTEN: N_("Written anew"),
    resolving.TIED: N_("Points put behind a change"),
    resolving.TAKEN_BACK: N_("An earlier text taken back"),
}


@router.post("/rounds/{round_id}/drafting/{eid}/take-back")
def take_back(here: InRound, db: Db, now: Now, eid: str, form: form_of) -> Response:
    """Write an earlier text again."""
    field = form.get("field", "")
    resolving.take_back(
        db,
        by=here.viewer,
        round_=here.the_round,
        eid=eid,
        field=field,
        version=number_in(form.get("version", "")) or 0,
        to=number_in(form.get("to", "")) or 0,
        at=now,
    )
    return flash.redirect(address(here, eid, field), N_("The earlier text stands again."))
