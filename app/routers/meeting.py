"""The resolution meeting on a shared screen: one point at a time, and its decision as it is taken."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from app.errors import Conflict, Forbidden, Invalid
from app.matrix import deciding, meeting, opened
from app.matrix.dispositions import CONTROVERSY_NAMES, DISPOSITION_NAMES, WALK_NAMES, Disposition, choices
from app.matrix.models import Meeting, Point
from app.matrix.written import DECISION, day_of, written
from app.people.rules import SEATS, Language
from app.policy import May
from app.routers.deps import Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.routers.point_forms import KINDS, PointForm, clashes_of, only_day, packed, sent
from app.text.excerpts import beginning, full
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)

#: The key that gives each answer; English letters, shown beside it in every language.
KEYS = {
    Disposition.ACCEPTED: "a",
    Disposition.MODIFIED: "m",
    Disposition.PARTLY: "p",
    Disposition.NOT_ACCEPTED: "n",
    Disposition.NOTED: "o",
    Disposition.DEFERRED: "d",
    Disposition.REFERRED: "r",
    Disposition.OUT_OF_SCOPE: "x",
    Disposition.DUPLICATE: "e",
    Disposition.WITHDRAWN: "w",
    Disposition.FELL: "f",
}

_DECISION = {field.name for field in DECISION}


@router.get("/rounds/{round_id}/meeting")
def meetings(here: InRound) -> Response:
    """Begin a meeting, or go on with one."""
    here.require(May.SEE_PROPOSALS)
    return show_meetings(here)


def show_meetings(here: Here, form: dict[str, str] | None = None, problem: Invalid | None = None) -> Response:
    """The form in which a meeting is begun, and the meetings there were."""
    db, round_ = here.db, here.the_round
    shown = meeting.may_be_shown(round_)
    return render(
        here.request,
        "deciding/meetings.html",
        page=here.page("meeting"),
        status=problem.status if problem else 200,
        round=round_,
        typed=form or {},
        problem=problem,
        errors=problem.fields if problem else {},
        meetings=meeting.meetings(db, round_),
        shown=shown,
        decides=here.may(May.DECIDE),
        progress=meeting.progress(db, round_) if shown else None,
        kept_back=meeting.kept_from_the_room(db, here.viewer, round_) if shown else 0,
        walks=list(WALK_NAMES.items()),
        walk_names=WALK_NAMES,
        today=day_of(here.now),
    )


@router.post("/rounds/{round_id}/meeting")
def begin(here: InRound, db: Db, form: form_of) -> Response:
    try:
        found = once(
            db,
            lambda: meeting.begin(
                db,
                by=here.viewer,
                round_=here.the_round,
                name=form.get("name", ""),
                held_on=form.get("held_on", ""),
                walk=form.get("walk", ""),
                proposals=form.get("proposals") == "1",
                at=here.now,
            ),
        )
    except Invalid as problem:
        db.rollback()
        return show_meetings(here, form, problem)
    return flash.redirect(f"/rounds/{here.the_round.id}/meetings/{found.id}")


@router.get("/rounds/{round_id}/meetings/{meeting_id}")
def go_on(here: InRound, meeting_id: int) -> Response:
    """To the point where a meeting goes on."""
    here.require(May.SEE_PROPOSALS)
    found = meeting.meeting(here.db, here.the_round, meeting_id)
    _shown(here)
    point_id = meeting.goes_on_at(here.db, here.the_round, found)
    if point_id is None:
        return flash.redirect(
            f"/rounds/{here.the_round.id}/meeting", N_("There is no point to show yet."), kind="warn"
        )
    return RedirectResponse(address(here, found, point_id), status_code=303)


def _shown(here: Here) -> None:
    if not meeting.may_be_shown(here.the_round):
        raise Conflict(meeting.NOT_YET)


def address(here: Here, held: Meeting, point_id: int) -> str:
    """A point on a meeting's screen."""
    return f"/rounds/{here.the_round.id}/meetings/{held.id}/points/{point_id}"


@router.get("/rounds/{round_id}/meetings/{meeting_id}/points/{point_id}")
def screen(here: InRound, meeting_id: int, point_id: int) -> Response:
    here.require(May.SEE_PROPOSALS)
    return show(here, meeting.meeting(here.db, here.the_round, meeting_id), point_id)


def show(
    here: Here,
    held: Meeting,
    point_id: int,
    form: dict[str, str] | None = None,
    problem: Invalid | Conflict | None = None,
) -> Response:
    """One point, large, with what the room may see of it; a decision that was not taken comes back as typed."""
    db, round_ = here.db, here.the_round
    _shown(here)
    place = meeting.place_of(db, round_, point_id)
    room = meeting.the_room(round_, Language(here.person.language))
    p = opened.view(db, room, round_, point_id)
    made = decision_form(here, held, p, form, problem)
    told = held.proposals or p.decision is None or p.decision.meeting == held.name
    return render(
        here.request,
        "deciding/meeting.html",
        page=here.page("meeting"),
        status=problem.status if problem else 200,
        round=round_,
        meeting=held,
        p=p,
        form=made,
        told=told,
        decides=here.may(May.DECIDE),
        progress=meeting.progress(db, round_),
        before=meeting.before(db, round_, held.walk, place),
        after=meeting.after(db, round_, held.walk, place),
        next_open=meeting.next_open(db, round_, held.walk, place),
        choices=choices(proposes=p.proposes),
        keys=KEYS,
        names=DISPOSITION_NAMES,
        disposition_names=DISPOSITION_NAMES,
        disposition_kinds=KINDS,
        controversy_names=CONTROVERSY_NAMES,
        walk_names=WALK_NAMES,
        seats=SEATS,
        only_day=only_day,
        full=full,
        beginning=beginning,
        version=number_in((form or {}).get("version", "")) or p.version
        if isinstance(problem, Invalid)
        else p.version,
    )


def decision_form(
    here: Here,
    held: Meeting,
    p: opened.PointView,
    form: dict[str, str] | None,
    problem: Invalid | Conflict | None,
) -> PointForm:
    """The fields of the decision; where the screen shows proposals, an open point begins from what is proposed."""
    now = written(here.db, here.the_round, here.db.get_one(Point, p.id))
    was = {name: now[name] for name in _DECISION}
    values: dict[str, Any] = dict(was)
    if p.decision is None and held.proposals and not was["reason"]:
        values |= {"reason": now["proposed_reason"], "reason_ms": now["proposed_reason_ms"]}
    clashes = []
    if form is not None:
        said = sent(form)
        values |= {name: value for name, value in said.mine.items() if name in _DECISION}
        if isinstance(problem, Conflict):
            clashes = clashes_of(here, p.id, problem)
        elif said.was:
            was |= {name: value for name, value in said.was.items() if name in _DECISION}
    return PointForm(
        point=p,
        values=values,
        was=packed(was),
        errors=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        clashes=clashes,
    )


@router.post("/rounds/{round_id}/meetings/{meeting_id}/points/{point_id}")
def decide(here: InRound, db: Db, meeting_id: int, point_id: int, form: form_of) -> Response:
    """Key in a decision; it is the meeting's, and of its day."""
    here.require(May.DECIDE)
    _shown(here)
    round_ = here.the_round
    held = meeting.meeting(db, round_, meeting_id)
    meeting.place_of(db, round_, point_id)
    said = sent(form)
    mine = {name: value for name, value in said.mine.items() if name in _DECISION}
    if not mine.get("disposition") and not said.was.get("disposition"):
        problem = Invalid("Choose an answer.", fields={"disposition": N_("Choose an answer.")})
        return show(here, held, point_id, form, problem)
    mine |= {"decided_meeting": held.name, "decided_on": min(held.held_on, _today(here)).isoformat()}
    try:
        saved = deciding.save(
            db,
            by=here.viewer,
            round_=round_,
            point_id=point_id,
            version=said.version,
            was=said.was,
            mine=mine,
            at=here.now,
        )
        meeting.came_to(db, meeting_id, point_id)
    except (Invalid, Conflict) as problem:
        db.rollback()
        if isinstance(problem, Conflict) and not problem.theirs:
            raise
        return show(here, held, point_id, form, problem)
    if form.get("then") == "next":
        here_ = meeting.place_of(db, round_, point_id)
        onward = meeting.next_open(db, round_, held.walk, here_)
        return RedirectResponse(address(here, held, onward or point_id), status_code=303)
    return flash.redirect(address(here, held, saved.point.id or 0))


@router.post("/rounds/{round_id}/meetings/{meeting_id}/points/{point_id}/take")
def take(here: InRound, db: Db, meeting_id: int, point_id: int, form: form_of) -> Response:
    """Decide as proposed, where the screen shows what is proposed."""
    here.require(May.DECIDE)
    _shown(here)
    held = meeting.meeting(db, here.the_round, meeting_id)
    meeting.place_of(db, here.the_round, point_id)
    if not held.proposals:
        raise Forbidden("This meeting's screen does not show proposals.")
    deciding.take_proposal(
        db,
        by=here.viewer,
        round_=here.the_round,
        point_id=point_id,
        version=number_in(form.get("version", "")) or 0,
        meeting=held.name,
        on=min(held.held_on, _today(here)),
        at=here.now,
    )
    meeting.came_to(db, meeting_id, point_id)
    return flash.redirect(address(here, held, point_id))


def _today(here: Here) -> date:
    return day_of(here.now) or here.now.date()


@router.post("/rounds/{round_id}/meetings/{meeting_id}/points/{point_id}/undo")
def undo(here: InRound, db: Db, meeting_id: int, point_id: int, form: form_of) -> Response:
    """Take the last decision of this meeting back."""
    here.require(May.DECIDE)
    _shown(here)
    held = meeting.meeting(db, here.the_round, meeting_id)
    meeting.place_of(db, here.the_round, point_id)
    if db.get_one(Point, point_id).decided_meeting != held.name:
        raise Forbidden("This was not decided in this meeting. Open it again in the matrix.")
    deciding.undo(
        db,
        by=here.viewer,
        round_=here.the_round,
        point_id=point_id,
        version=number_in(form.get("version", "")) or 0,
        at=here.now,
    )
    return flash.redirect(address(here, held, point_id))
