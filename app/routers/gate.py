"""The gate: what blocks a round's books, what is behind a change, and publishing the answers."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlmodel import col

from app.answers import publishing
from app.answers.counting import reacted
from app.answers.reading import Asked, answers_page
from app.answers.rules import DAYS_TO_REACT, REACTION_NAMES
from app.comments.models import Comment
from app.comments.rules import Status
from app.documents.tables import Column, Table
from app.drafting import backing
from app.drafting.gate import (
    ABOUT,
    FIRST,
    NAMES,
    RULES,
    Blocker,
    Following,
    Line,
    gate,
    lines,
    mark_implemented,
)
from app.drafting.rules import CARRIED_NAMES
from app.errors import Conflict, Invalid, NotFound, Problem
from app.matrix.dispositions import DISPOSITION_NAMES
from app.people.models import Person, Seat
from app.people.rules import Viewer
from app.plans.rules import LINEAGE_NAMES
from app.policy import May, require
from app.rounds.actions import CHECK
from app.rounds.rules import Phase
from app.routers.answers import WORDS
from app.routers.deps import Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.routers.round_forms import Sent, moment, text
from app.text.redline import redline
from app.web import filters, flash
from app.web.describing import data_of
from app.web.formats import answer
from app.web.here import Here
from app.web.language import in_language
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["gate"])

COLUMNS = (
    Column("blocker", N_("What blocks"), 36),
    Column("ref", N_("Ref"), 12),
    Column("clause", N_("Clause"), 14),
    Column("kind", N_("What it is"), 20),
    Column("words", N_("Words"), 60),
    Column("address", N_("Where it is mended"), 40),
)

#: What a line's own kind is called.
KINDS: dict[str, str] = {
    **{kind.value: words for kind, words in LINEAGE_NAMES.items()},
    **{kind.value: words for kind, words in CARRIED_NAMES.items()},
    **{kind.value: words for kind, words in DISPOSITION_NAMES.items()},
}


def _row(here: Here, line: Line, _next: Following | None) -> str:
    return f"/rounds/{here.the_round.id}/points/{line.point_id}"


def _clause(here: Here, line: Line, _next: Following | None) -> str:
    if not line.clause_eid:
        return f"/rounds/{here.the_round.id}/points/{line.point_id}"
    return f"/rounds/{here.the_round.id}/drafting/{line.clause_eid}"


def _lineage(here: Here, _line: Line, next_: Following | None) -> str:
    return f"/plans/{here.plan.slug}/drafts/{next_.draft_id if next_ else 0}/lineage"


def _orphan(here: Here, _line: Line, next_: Following | None) -> str:
    return f"/plans/{here.plan.slug}/drafts/{next_.draft_id if next_ else 0}/carried"


def _changed(here: Here, line: Line, next_: Following | None) -> str:
    if line.later and next_ is not None:
        return f"/plans/{here.plan.slug}/drafts/{next_.draft_id}#{line.clause_eid}"
    return f"/rounds/{here.the_round.id}/read/{line.section_eid}#{line.clause_eid}"


#: Where each line is mended.
LEADS: dict[Blocker, Callable[[Here, Line, Following | None], str]] = {
    Blocker.UNDECIDED: _row,
    Blocker.UNREASONED: _row,
    Blocker.UNIMPLEMENTED: _clause,
    Blocker.WORDS: _clause,
    Blocker.UNBACKED: _changed,
    Blocker.LINEAGE: _lineage,
    Blocker.ORPHANS: _orphan,
}


@router.get("/rounds/{round_id}/gate", include_in_schema=False)
def index(
    here: InRound,
    blocker: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What blocks the books: all of it counted with the first of each, or one kind line by line."""
    here.require(May.SEE_GATE)
    if blocker in set(Blocker):
        return show_one(here, Blocker(blocker), after)
    return show(here)


def show(here: Here, *, problem: Problem | None = None, typed: dict[str, str] | None = None) -> Response:
    """The gate with its publication form, as typed."""
    round_, db = here.the_round, here.db
    found = gate(db, round_)
    shown = {one: lines(db, round_, one, most=FIRST)[0] for one in found.blocking if one is not Blocker.DRAFT}
    return render(
        here.request,
        "gate/index.html",
        page=here.page("gate"),
        status=problem.status if problem else 200,
        round=round_,
        gate=found,
        rules=RULES,
        names=NAMES,
        about=ABOUT,
        shown=shown,
        blockers=Blocker,
        kinds=KINDS,
        leads=lambda one, line: LEADS[one](here, line, found.next),
        may={what.name: bool(here.may(what)) for what in (May.PUBLISH, May.WRITE_RESULT)},
        phase=Phase,
        closes=here.may(May.RUN_ROUND),
        form=typed or suggested(here),
        problem=problem,
        errors=getattr(problem, "fields", {}),
        asked=DAYS_TO_REACT,
        commenters=commenters(here) if here.may(May.PUBLISH) and found.open else [],
        reacted=reacted(db, round_) if round_.phase is Phase.PUBLISHED else None,
        reactions=REACTION_NAMES,
    )


def show_one(
    here: Here,
    blocker: Blocker,
    after: str = "",
    *,
    problem: Invalid | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """One kind of blocker, line by line."""
    round_, db = here.the_round, here.db
    found = gate(db, round_)
    some, further = lines(db, round_, blocker, after=_key(after))
    return render(
        here.request,
        "gate/one.html",
        page=here.page("gate"),
        status=problem.status if problem else 200,
        round=round_,
        gate=found,
        blocker=blocker,
        blockers=Blocker,
        names=NAMES,
        about=ABOUT,
        rule=RULES.get(blocker),
        lines=some,
        kinds=KINDS,
        leads=lambda line: LEADS[blocker](here, line, found.next),
        further="-".join(map(str, further)) if further else "",
        may={"WRITE_RESULT": bool(here.may(May.WRITE_RESULT))},
        problem=problem,
        errors=problem.fields if problem else {},
        form=typed or {},
    )


def _key(after: str) -> tuple[int, int] | None:
    position, _, id_ = after.rpartition("-")
    one, other = number_in(id_), number_in(position.removeprefix("-"))
    if one is None or other is None:
        return None
    return (-other if position.startswith("-") else other, one)


@router.get(
    "/rounds/{round_id}/gate.{suffix}",
    responses=data_of(COLUMNS),
    summary="What blocks closing a round's books as json, csv or xlsx",
)
def index_file(here: InRound, suffix: str) -> Response:
    """The same list for other programs."""
    here.require(May.SEE_GATE)
    return answer(
        here.request, _table(here, suffix), suffix, f"{here.plan.slug}-gate-{here.the_round.number}"
    )


def _table(here: Here, suffix: str) -> Table:
    round_, db = here.the_round, here.db
    found = gate(db, round_)

    def said(words: str) -> str:
        return words if suffix == "json" else in_language(here.person.language, words)

    def rows() -> Any:
        for one in found.blocking:
            if one is Blocker.DRAFT:
                yield (said(NAMES[one]), "", "", "", said(found.draft), f"/plans/{here.plan.slug}/drafts")
                continue
            after: tuple[int, int] | None = None
            while True:
                some, after = lines(db, round_, one, after=after)
                for line in some:
                    kind = said(KINDS[line.kind]) if line.kind in KINDS else ""
                    where = LEADS[one](here, line, found.next)
                    yield (said(NAMES[one]), line.ref, line.label, kind, line.words, where)
                if after is None:
                    break

    about = ((N_("Plan"), here.plan.title), (N_("Round"), round_.name))
    return Table(title=N_("What blocks the books"), columns=COLUMNS, rows=rows(), about=about)


@router.post("/rounds/{round_id}/gate/look", include_in_schema=False)
def look(here: InRound, db: Db) -> Response:
    """Look again which accepted points the next draft holds."""
    here.require(May.WRITE_RESULT)
    mark_implemented(db, here.the_round, by=here.person.id, at=here.now)
    return flash.redirect(f"/rounds/{here.the_round.id}/gate", N_("Looked again. What is left is below."))


@router.post("/rounds/{round_id}/gate/backing", include_in_schema=False)
def back(here: InRound, db: Db, sent: Sent) -> Response:
    """Say what is behind some changes."""
    typed = {"ref": text(sent, "ref"), "note": text(sent, "note")}
    links = [n for value in sent.getlist("link") if isinstance(value, str) and (n := number_in(value))]
    try:
        made = once(
            db,
            lambda: backing.back(
                db, by=here.viewer, round_=here.the_round, links=links, at=here.now, **typed
            ),
        )
    except Invalid as problem:
        db.rollback()
        return show_one(here, Blocker.UNBACKED, problem=problem, typed=typed)
    back_to = f"/rounds/{here.the_round.id}/gate?blocker=unbacked"
    return flash.redirect(back_to, N_("Noted. Changes with something behind them now: %(n)s."), n=made)


def suggested(here: Here) -> dict[str, str]:
    """The publication form as it begins: now, with time enough to react."""
    round_ = here.the_round
    at = round_.publish_at
    until = round_.reactions_until or _workdays_ahead(here.now)
    local = filters.here(until)
    chosen = filters.here(at) if at else None
    return {
        "when": "later" if chosen else "now",
        "publish_date": chosen.date().isoformat() if chosen else "",
        "publish_time": f"{chosen:%H:%M}" if chosen else "09:00",
        "until_date": local.date().isoformat(),
        "until_time": f"{local:%H:%M}",
    }


def _workdays_ahead(now: datetime) -> datetime:
    """About three weeks, to the end of the day."""
    day = filters.here(now).date() + timedelta(days=21)
    return datetime.combine(day, time(17), filters.zone())


def commenters(here: Here, most: int = 200) -> list[tuple[int, str]]:
    """Some who commented, for the preview: seat and name, by name."""
    round_ = here.the_round
    rows = here.db.execute(
        select(col(Seat.id), col(Person.name), col(Person.email))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(
            col(Seat.plan_id) == here.plan.id,
            select(col(Comment.id))
            .where(
                col(Comment.round_id) == round_.id,
                col(Comment.seat_id) == col(Seat.id),
                col(Comment.status) == Status.SUBMITTED,
            )
            .exists(),
        )
        .order_by(col(Person.name), col(Seat.id))
        .limit(most)
    )
    return [(seat, name or email or "") for seat, name, email in rows]


@router.get("/rounds/{round_id}/gate/preview", include_in_schema=False)
def preview(here: InRound, seat: Annotated[str, Query(max_length=12)] = "") -> Response:
    """What one commenter will read, before it is published."""
    here.require(May.PUBLISH)
    row = here.db.execute(
        select(Seat, Person)
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(col(Seat.id) == (number_in(seat) or 0), col(Seat.plan_id) == here.plan.id)
    ).first()
    if row is None:
        raise NotFound(N_("There is no such seat in this plan."))
    of, person = row
    viewer = Viewer(
        person_id=of.person_id,
        seat_id=of.id,
        plan_id=of.plan_id,
        role=of.role,
        constituency=of.constituency,
        organisation_id=of.organisation_id,
        language=person.language,
    )
    shown = answers_page(here.db, viewer, here.the_round, Asked(mine=True), now=here.now, preview=True)
    return render(
        here.request,
        "gate/preview.html",
        page=here.page("gate"),
        round=here.the_round,
        who=person.name or person.email or "",
        seat=of.id,
        commenters=commenters(here),
        answers=shown.answers,
        more=shown.after is not None,
        runs=redline,
        **WORDS,
    )


def _wish(typed: dict[str, str], *, later: bool, accepts: bool) -> publishing.Wish:
    chosen = moment(typed["publish_date"], typed["publish_time"]) if later else None
    if later and chosen is None:
        raise Invalid(CHECK, fields={"publish_at": N_("Give a date and a time.")})
    return publishing.Wish(chosen, moment(typed["until_date"], typed["until_time"]), accepts)


@router.post("/rounds/{round_id}/gate/publish", include_in_schema=False)
def publish(here: InRound, db: Db, form: form_of) -> Response:
    """Publish all answers now, or choose the time at which they are."""
    later = form.get("when") == "later"
    typed = {
        name: form.get(name, "")
        for name in ("when", "publish_date", "publish_time", "until_date", "until_time")
    }
    round_ = here.the_round
    try:
        wish = _wish(typed, later=later, accepts=bool(form.get("accepts_few_days")))
        publishing.publish(
            db,
            by=here.viewer,
            round_id=round_.id or 0,
            version=number_in(form.get("version", "")) or 0,
            wish=wish,
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        db.rollback()
        db.refresh(round_)
        require_seen(here)
        return show(here, problem=problem, typed=typed)
    if later:
        return flash.redirect(
            f"/rounds/{round_.id}/gate", N_("The time is chosen. What blocks then is looked at again.")
        )
    return flash.redirect(
        f"/rounds/{round_.id}/answers", N_("The answers are published. Everyone has been written to.")
    )


def require_seen(here: Here) -> None:
    """Whoever may not publish is not shown the gate for having tried."""
    require(here.may(May.SEE_GATE))


@router.post("/rounds/{round_id}/gate/call-off", include_in_schema=False)
def call_off(here: InRound, db: Db, form: form_of) -> Response:
    """Take back the chosen time."""
    round_ = here.the_round
    publishing.call_off(
        db,
        by=here.viewer,
        round_id=round_.id or 0,
        version=number_in(form.get("version", "")) or 0,
        at=here.now,
    )
    return flash.redirect(f"/rounds/{round_.id}/gate", N_("No time is chosen any more."))
