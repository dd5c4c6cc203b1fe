"""Answers: what became of each comment, what its author makes of it, and whether it still stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlmodel import col

from app.answers.counting import by_constituency, organisations, tally
from app.answers.reacting import react
from app.answers.reading import Answer, Asked, Key, answers_page, every_answer
from app.answers.rules import REACTION_NAMES, ReactionKind
from app.answers.standing import offered, settle, still_stands
from app.comments.models import Comment
from app.comments.rules import Status
from app.documents.tables import Cells, Column, Table
from app.errors import Conflict, Invalid, Problem
from app.matrix.dispositions import DISPOSITION_NAMES, Disposition
from app.people.rules import CONSTITUENCY_NAMES, Constituency
from app.policy import May
from app.routers.deps import Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.text.excerpts import brief
from app.text.redline import redline
from app.web import filters, flash, receipts
from app.web.describing import data_of
from app.web.formats import answer
from app.web.here import Here
from app.web.language import in_language
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["answers"])

#: How good an answer is for who asked: what its tag looks like.
TAGS = {
    Disposition.ACCEPTED: "ok",
    Disposition.MODIFIED: "ok",
    Disposition.PARTLY: "warn",
    Disposition.NOT_ACCEPTED: "bad",
}

#: Names that every list of answers needs.
WORDS: dict[str, Any] = {
    "dispositions": DISPOSITION_NAMES,
    "disposition_tags": TAGS,
    "reactions": REACTION_NAMES,
    "reaction": ReactionKind,
}

COLUMNS = (
    Column("ref", N_("Ref"), 10),
    Column("clause", N_("Clause"), 12),
    Column("constituency", N_("Constituency"), 14),
    Column("organisation", N_("Organisation"), 28),
    Column("comment", N_("Comment"), 60),
    Column("proposed", N_("Proposed text"), 50),
    Column("disposition", N_("Disposition"), 20),
    Column("reason", N_("Reason"), 60),
    Column("repeats", N_("Answered with"), 12),
    Column("referred_to", N_("Referred to"), 20),
    Column("meeting", N_("Decided at"), 24),
    Column("decided_at", N_("Decided on"), 18, Cells.MOMENT),
    Column("before", N_("Words before"), 50),
    Column("after", N_("Words after"), 50),
    Column("reaction", N_("Reaction"), 20),
    Column("note", N_("Note"), 40),
)


def asked_of(here: Here) -> tuple[Asked, str]:
    """What the address asks for, and whose it is: mine, organisation, constituency or all.

    Whoever commented begins with their own.
    """
    query = here.request.query_params
    disposition = query.get("disposition", "")
    kind = Disposition(disposition) if disposition in set(Disposition) else None
    if (one := number_in(query.get("comment", ""))) is not None:
        return Asked(comment=one), "comment"
    organisation = query.get("organisation", "")
    if organisation == "mine" and here.viewer.organisation_id is not None:
        return Asked(organisation=here.viewer.organisation_id, disposition=kind), "organisation"
    if (body := number_in(organisation)) is not None:
        return Asked(organisation=body, disposition=kind), "organisation"
    side = query.get("constituency", "")
    if side in set(Constituency):
        return Asked(constituency=Constituency(side), disposition=kind), "constituency"
    if query.get("whose") == "all" or not _commented(here):
        return Asked(disposition=kind), "all"
    return Asked(mine=True, disposition=kind), "mine"


def _commented(here: Here) -> bool:
    return bool(
        here.viewer.seat_id
        and here.db.scalar(
            select(col(Comment.id))
            .where(
                col(Comment.round_id) == here.the_round.id,
                col(Comment.seat_id) == here.viewer.seat_id,
                col(Comment.status) == Status.SUBMITTED,
            )
            .limit(1)
        )
    )


def address(here: Here, asked: Asked, whose: str, **more: Any) -> str:
    """The list's address with what is asked for."""
    parts: dict[str, Any] = {
        "whose": "all" if whose == "all" else None,
        "organisation": asked.organisation,
        "constituency": asked.constituency.value if asked.constituency else None,
        "disposition": asked.disposition.value if asked.disposition else None,
    } | more
    query = "&".join(f"{name}={value}" for name, value in parts.items() if value is not None and value != "")
    return f"/rounds/{here.the_round.id}/answers" + (f"?{query}" if query else "")


@router.get("/rounds/{round_id}/answers", include_in_schema=False)
def index(here: InRound, after: Annotated[str, Query(max_length=60)] = "") -> Response:
    """You said, we did: one's own answers first, or those of a body, a constituency, or all."""
    here.require(May.SEE_ANSWERS)
    return show(here, after)


def show(
    here: Here,
    after: str = "",
    *,
    problem: Problem | None = None,
    at: tuple[int, int] | None = None,
    typed: str = "",
) -> Response:
    """The list; a refused reaction (`at` comment and point) stands again as typed."""
    db, viewer, round_ = here.db, here.viewer, here.the_round
    asked, whose = asked_of(here)
    key = _key(after)
    shown = answers_page(db, viewer, round_, asked, now=here.now, after=key)
    counts = tally(db, viewer, round_, asked) if whose != "comment" else {}
    named = ""
    if asked.organisation is not None:
        bodies = organisations(db, round_)
        named = next((name for id_, name in bodies if id_ == asked.organisation), "")
        if not named and asked.organisation == viewer.organisation_id and here.organisation:
            named = here.organisation.name
    return render(
        here.request,
        "answers/index.html",
        page=here.page("answers"),
        status=problem.status if problem else 200,
        round=round_,
        asked=asked,
        whose=whose,
        named=named,
        has_own=whose == "mine" or _commented(here),
        answers=shown.answers,
        counts=counts,
        total=sum(counts.values()),
        sides=by_constituency(db, round_) if whose in {"all", "constituency"} else {},
        constituencies=CONSTITUENCY_NAMES,
        bodies=organisations(db, round_) if whose in {"all", "organisation"} else [],
        link=lambda **more: address(here, asked, whose, **more),
        base=f"/rounds/{round_.id}/answers",
        query=here.request.url.query,
        further=address(here, asked, whose, after="-".join(map(str, shown.after))) if shown.after else "",
        begun=key is not None,
        problem=problem,
        errors=getattr(problem, "fields", {}),
        at=at,
        typed=typed,
        runs=redline,
        brief=brief,
        frozen=round_.reactions_until is not None and here.now > round_.reactions_until,
        **WORDS,
    )


def _key(after: str) -> Key | None:
    """Where a page begins; nothing for what is no place."""
    whole = after.removeprefix("-")
    parts = [number_in(part) for part in whole.split("-")]
    if len(parts) != 3 or None in parts:
        return None
    position, comment, point = (part or 0 for part in parts)
    return (-position if after.startswith("-") else position, comment, point)


@router.get(
    "/rounds/{round_id}/answers.{suffix}",
    responses=data_of(COLUMNS),
    summary="The answers of a round as json, csv or xlsx",
)
def index_file(here: InRound, suffix: str) -> Response:
    """The same list for other programs."""
    here.require(May.SEE_ANSWERS)
    asked, _ = asked_of(here)
    found = every_answer(here.db, here.viewer, here.the_round, asked, now=here.now)

    def said(words: str) -> str:
        return in_language(here.person.language, words)

    table = Table(
        title=N_("You said, we did"),
        columns=COLUMNS,
        rows=(_cells(one, said, codes=suffix == "json") for one in found),
        about=((N_("Plan"), here.plan.title), (N_("Round"), here.the_round.name)),
    )
    return answer(here.request, table, suffix, f"{here.plan.slug}-answers-{here.the_round.number}")


def _cells(one: Answer, said: Any, *, codes: bool) -> tuple[Any, ...]:
    comment = one.comment

    def name(value: Any, names: Any) -> Any:
        if value is None:
            return None
        return value.value if codes else said(names[value])

    reason = one.repeats.reason if one.repeats and not one.reason else one.reason
    return (
        comment.ref,
        comment.label,
        name(comment.constituency, CONSTITUENCY_NAMES),
        comment.organisation,
        comment.text,
        comment.proposed,
        name(one.disposition, DISPOSITION_NAMES),
        reason,
        one.repeats.ref if one.repeats else "",
        one.referred_to,
        one.meeting,
        filters.here(one.decided_at) if one.decided_at else None,
        "\n\n".join(words.before or "" for words in one.clauses),
        "\n\n".join(words.after or "" for words in one.clauses),
        name(one.said.kind, REACTION_NAMES) if one.said else None,
        one.said.note if one.said else None,
    )


@router.post("/rounds/{round_id}/answers/{comment_id}", include_in_schema=False)
def say(here: InRound, db: Db, comment_id: int, form: form_of) -> Response:
    """Accept an answer, live with it, or maintain the objection."""
    point_id, note = number_in(form.get("point", "")) or 0, form.get("note", "")
    try:
        kind = _kind(form)
        once(
            db,
            lambda: react(
                db,
                by=here.viewer,
                round_=here.the_round,
                comment_id=number_in(str(comment_id)) or 0,
                point_id=point_id,
                kind=kind,
                note=note,
                at=here.now,
            ),
        )
    except Invalid as problem:
        db.rollback()
        here.require(May.SEE_ANSWERS)
        return show(here, form.get("after", ""), problem=problem, at=(comment_id, point_id), typed=note)
    back = form.get("after", "")
    query = f"?after={back}" if _key(back) else ""
    if form.get("alone"):
        query = f"?comment={comment_id}"
    return flash.redirect(
        f"/rounds/{here.the_round.id}/answers{query}#a-{comment_id}-{point_id}",
        N_("Noted. You can change it until the date."),
    )


def _kind(form: dict[str, str]) -> ReactionKind:
    if form.get("kind") not in set(ReactionKind):
        raise Invalid(N_("Choose what you make of the answer."))
    return ReactionKind(form["kind"])


@router.get("/rounds/{round_id}/standing", include_in_schema=False)
def standing(here: InRound) -> Response:
    """Settled, or still stands? One's own earlier comments that were not taken up."""
    here.require(May.COMMENT)
    return show_standing(here)


def show_standing(here: Here, problem: Problem | None = None) -> Response:
    """The comments that this round asks their author about."""
    return render(
        here.request,
        "answers/standing.html",
        page=here.page("mine"),
        status=problem.status if problem else 200,
        round=here.the_round,
        offered=offered(here.db, here.viewer, here.the_round),
        problem=problem,
        runs=redline,
        **WORDS,
    )


@router.post("/rounds/{round_id}/standing/{comment_id}", include_in_schema=False)
def decide_standing(here: InRound, db: Db, comment_id: int, form: form_of) -> Response:
    """Carry an earlier comment into this round, or say that it is settled."""
    round_, id_ = here.the_round, number_in(str(comment_id)) or 0
    back = f"/rounds/{round_.id}/standing"
    if form.get("do") == "settled":
        once(db, lambda: settle(db, by=here.viewer, round_=round_, comment_id=id_, at=here.now))
        return flash.redirect(back, N_("Settled."))
    try:
        stands = once(
            db, lambda: still_stands(db, by=here.viewer, round_=round_, comment_id=id_, at=here.now)
        )
    except (Invalid, Conflict) as problem:
        db.rollback()
        return show_standing(here, problem)
    ref = receipts.ref_of(here, stands.comment)
    if stands.wording_kept:
        return flash.redirect(back, N_("It stands in this round as %(ref)s."), ref=ref)
    return flash.redirect(
        f"/rounds/{round_.id}/comments/{stands.comment.id}",
        N_("It stands in this round as %(ref)s. The clause has changed, so propose your wording anew."),
        ref=ref,
    )
