"""Comments: sending, keeping, changing and withdrawing one; support and objection; one's own list."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlmodel import Session, col

from app.comments import actions, stances
from app.comments.models import Comment
from app.comments.queries import own
from app.comments.reading import COLUMNS, CommentView, reading, views, with_names
from app.comments.rules import STATUS_NAMES, TYPE_NAMES, StanceKind, Status
from app.documents.tables import Cells, Column, Table
from app.drafting.places_now import clause_now, newest_after
from app.errors import Conflict, Invalid, NotFound
from app.history import queries as history
from app.matrix import submitting
from app.plans.models import Clause
from app.policy import May, Relation, may, require
from app.returns import queries as returns
from app.routers.composing import WORDS, composer_for, composer_on, said, written
from app.routers.deps import Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.text import redline, splitting
from app.web import formats, receipts
from app.web.describing import data_of
from app.web.flash import redirect
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter(tags=["comments"])

#: The columns of one's own comments as a file.
MINE = [
    Column("ref", N_("Ref"), 10),
    Column("status", N_("Status"), 12),
    Column("clause", N_("Clause"), 12),
    Column("field", N_("Cell"), 14),
    Column("quoted", N_("Text quoted"), 30),
    Column("type", N_("Type"), 14),
    Column("priority", N_("Priority"), 10),
    Column("comment", N_("Comment"), 60),
    Column("verb", N_("Verb"), 10),
    Column("proposed", N_("Proposed text"), 60),
    Column("rationale", N_("Why"), 40),
    Column("standard", N_("Standard cited"), 20),
    Column("attribution", N_("Who sees your name"), 16),
    Column("submitted_at", N_("Submitted"), 18, Cells.MOMENT),
    Column("late", N_("Late"), 6),
]


@router.get("/rounds/{round_id}/comments/new", include_in_schema=False)
def new(here: InRound) -> Response:
    """The composer on a page of its own; with a script, the same form stands under its clause."""
    here.require(May.SAVE_DRAFT)
    composer = composer_on(here, dict(here.request.query_params))
    return render(here.request, "comments/new.html", page=here.page("read"), composer=composer)


@router.post("/rounds/{round_id}/comments", include_in_schema=False)
def send(here: InRound, db: Db, form: form_of) -> Response:
    """Send a comment, or keep it unsent; what cannot be sent comes back as typed."""
    round_ = here.the_round
    try:
        sent = written(form)
        if form.get("do") == "keep":
            kept = once(
                db,
                lambda: actions.save_draft(db, by=here.viewer, round_=round_, written=sent, at=here.now),
            )
            return redirect(_back(here, kept), N_("Kept. Only you can see it until you send it."))
        if form.get("do") == "split":
            return once(db, lambda: _send_split(here, db, form))
        comment, _, section = once(
            db, lambda: submitting.send(db, by=here.viewer, round_=round_, written=sent, at=here.now)
        )
    except Invalid as problem:
        # Nothing half-done: what the action began is undone before the form is shown again.
        db.rollback()
        return render(
            here.request,
            "comments/new.html",
            page=here.page("read"),
            status=problem.status,
            composer=composer_on(here, form, problem),
        )
    return redirect(_at(here, section, comment), N_("Received: %(ref)s."), ref=receipts.ref_of(here, comment))


def _send_split(here: Here, db: Session, form: dict[str, str]) -> Response:
    """Send each point of a long comment as a comment of its own; the first keeps the proposed change."""
    points = splitting.points(form.get("text", ""))
    sent: list[Comment] = []
    for n, point in enumerate(points):
        part = written(form | {"text": point})
        if n:
            part = part.model_copy(
                update={"client_uuid": receipts.part_uuid(part.client_uuid, n), "proposed": None}
            )
        comment, new_ = submitting.submit(
            db, by=here.viewer, round_=here.the_round, written=part, at=here.now
        )
        if new_ and sent:
            comment.split_from_id = sent[0].id
        sent.append(comment)
    refs = ", ".join(receipts.ref_of(here, comment) for comment in sent)
    return redirect(_back(here, sent[0]), N_("Received: %(ref)s."), ref=refs)


@router.post("/rounds/{round_id}/comments/autosave", include_in_schema=False)
def autosave(here: InRound, db: Db, form: form_of) -> Response:
    """Keep what is being typed; a form not yet complete enough to keep is answered with what is missing."""
    if "proposed" in form and not form["proposed"].strip():
        form = {name: value for name, value in form.items() if name != "proposed"}
    sent = written(form)
    kept = once(
        db,
        lambda: actions.save_draft(db, by=here.viewer, round_=here.the_round, written=sent, at=here.now),
    )
    return JSONResponse({"id": kept.id, "saved_at": kept.saved_at.isoformat()})


def _now_at(here: Here, comment: CommentView) -> tuple[str, str] | None:
    """The label of the comment's clause in the newest draft, and that draft's name, where one follows."""
    unfrozen = bool(here.may(May.SEE_UNFROZEN))
    now = clause_now(here.db, [comment.id], unfrozen=unfrozen).get(comment.id)
    draft = newest_after(here.db, here.the_round.draft_id, unfrozen=unfrozen) if now is not None else None
    return (now or "", draft.name) if draft else None


@router.get("/rounds/{round_id}/comments/{comment_id}", include_in_schema=False)
def show(here: InRound, comment_id: int) -> Response:
    """One comment: what it says and proposes, what was said to it; for its author its earlier wordings."""
    comment = _seen(here, comment_id)
    full_history = comment.own or here.may(May.INVITE)
    return render(
        here.request,
        "comments/comment.html",
        page=here.page("read"),
        comment=comment,
        now_at=_now_at(here, comment),
        change=redline.redline(comment.base, comment.proposed) if comment.proposed is not None else [],
        verbs=VERBS,
        **WORDS,
        stances=stances.of(here.db, here.viewer, [comment_id]).get(comment_id, stances.NOTHING),
        objections=stances.objections(here.db, [comment_id]).get(comment_id, []),
        history=history.of(here.db, "comment", comment_id) if full_history else [],
        stands=returns.behind(here.db, here.viewer, [comment]).get(comment_id),
        may={
            what.name: bool(
                may(
                    here.viewer.role,
                    what,
                    phase=here.the_round.phase,
                    relation=Relation.AUTHOR if comment.own else Relation.OTHER,
                    status=comment.status,
                )
            )
            for what in (May.EDIT_COMMENT, May.WITHDRAW_COMMENT, May.TAKE_STANCE)
        },
        kinds=StanceKind,
    )


@router.get("/rounds/{round_id}/comments/{comment_id}/receipt.txt", include_in_schema=False)
def receipt(here: InRound, comment_id: int) -> Response:
    """The receipt, to keep."""
    comment = _seen(here, comment_id)
    if not comment.own:
        raise NotFound("There is no such comment, or it is not yours.")
    return Response(
        receipts.text(here, [comment_id]),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": formats.disposition(f"{comment.ref}.txt")},
    )


@router.get("/rounds/{round_id}/comments/{comment_id}/edit", include_in_schema=False)
def change(here: InRound, comment_id: int) -> Response:
    """Change what one has sent."""
    comment = _own(here, comment_id, May.EDIT_COMMENT)
    return render(
        here.request,
        "comments/new.html",
        page=here.page("read"),
        composer=composer_for(here, comment),
        comment=comment,
    )


@router.post("/rounds/{round_id}/comments/{comment_id}/edit", include_in_schema=False)
def save_change(here: InRound, db: Db, comment_id: int, form: form_of) -> Response:
    """Save the changed wording; a stale one shows both, and loses neither."""
    comment = _own(here, comment_id, May.EDIT_COMMENT)
    try:
        changed = submitting.edit(
            db,
            by=here.viewer,
            round_=here.the_round,
            comment_id=comment_id,
            version=number_in(form.get("version", "")) or 0,
            said=said(form),
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        db.rollback()
        values = form
        if isinstance(problem, Conflict) and problem.theirs:
            values = form | {"version": str(_own(here, comment_id, May.EDIT_COMMENT).version)}
        return render(
            here.request,
            "comments/new.html",
            page=here.page("read"),
            status=problem.status,
            composer=composer_for(here, comment, values, problem),
            comment=comment,
            theirs=problem.theirs if isinstance(problem, Conflict) else {},
        )
    return redirect(_back(here, changed), N_("Changed. The earlier wording is kept with it."))


@router.post("/rounds/{round_id}/comments/{comment_id}/withdraw", include_in_schema=False)
def withdraw(here: InRound, db: Db, comment_id: int) -> Response:
    """Take a comment back."""
    gone = submitting.withdraw(db, by=here.viewer, round_=here.the_round, comment_id=comment_id, at=here.now)
    return redirect(
        _back(here, gone), N_("Withdrawn: %(ref)s. It keeps its number."), ref=receipts.ref_of(here, gone)
    )


@router.post("/rounds/{round_id}/comments/{comment_id}/discard", include_in_schema=False)
def discard(here: InRound, db: Db, comment_id: int) -> Response:
    """Throw an unsent comment away."""
    actions.discard(db, by=here.viewer, round_=here.the_round, comment_id=comment_id)
    return redirect(f"/rounds/{here.the_round.id}/mine", N_("The unsent comment is gone."))


@router.post("/rounds/{round_id}/comments/{comment_id}/stance", include_in_schema=False)
def stance(here: InRound, db: Db, comment_id: int, form: form_of) -> Response:
    """Support a comment or object to it, for one's organisation; pressed again, it is taken back."""
    kind = StanceKind(form["kind"]) if form.get("kind") in set(StanceKind) else None
    once(
        db,
        lambda: submitting.take_stance(
            db,
            by=here.viewer,
            round_=here.the_round,
            comment_id=comment_id,
            kind=kind,
            reason=form.get("reason", ""),
            at=here.now,
        ),
    )
    comment = _seen(here, comment_id)
    where = f"/rounds/{here.the_round.id}/read/{form['back']}#k{comment_id}" if form.get("back") else (
        f"/rounds/{here.the_round.id}/comments/{comment.id}"
    )  # fmt: skip
    return redirect(
        where, N_("Noted for your organisation.") if kind else N_("Your organisation's word was taken back.")
    )


@router.get("/rounds/{round_id}/mine", include_in_schema=False)
def mine(here: InRound, before: Annotated[int | None, Query()] = None) -> Response:
    """What one has sent and not sent."""
    here.require(May.READ)
    rows = _mine(here).where(col(Comment.id) < before) if before else _mine(here)
    found = list(views(here.db.execute(rows.limit(51)), here.viewer, here.the_round))
    return render(
        here.request,
        "comments/mine.html",
        page=here.page("mine"),
        unsent=[view for view in found[:50] if view.status is Status.DRAFT],
        sent=[view for view in found[:50] if view.status is not Status.DRAFT],
        older=found[49].id if len(found) > 50 else None,
        statuses=STATUS_NAMES,
        types=TYPE_NAMES,
        may_send=bool(here.may(May.COMMENT)),
        **WORDS,
    )


@router.get("/rounds/{round_id}/mine.{suffix}", responses=data_of(MINE))
def mine_as(here: InRound, suffix: str) -> Response:
    """One's own comments as a file."""
    here.require(May.READ)
    rows = views(here.db.execute(_mine(here)), here.viewer, here.the_round)
    table = Table(
        title=N_("My comments"),
        columns=MINE,
        rows=(
            (
                v.ref,
                v.status,
                v.label,
                v.field,
                v.exact,
                v.type,
                v.priority,
                v.text,
                v.proposed_verb,
                v.proposed,
                v.rationale,
                v.standard,
                v.attribution,
                v.submitted_at,
                "late" if v.late else "",
            )
            for v in rows
        ),
        about=[(N_("Round"), here.the_round.name)],
    )
    return formats.answer(here.request, table, suffix, f"{here.plan.slug}-{here.the_round.number}-mine")


@router.post("/rounds/{round_id}/mine/submit", include_in_schema=False)
def send_all(here: InRound, db: Db, comment_id: Annotated[list[int] | None, Form()] = None) -> Response:
    """Send what was kept unsent: the ticked ones, wholly or not at all."""
    chosen = sorted(set(comment_id or []))
    if not chosen:
        raise Invalid("Tick at least one comment to send.")
    sent = []
    for id_ in chosen:
        comment, new_ = submitting.submit_draft(
            db, by=here.viewer, round_=here.the_round, comment_id=id_, at=here.now
        )
        if new_:
            sent.append(comment)
    refs = ", ".join(receipts.ref_of(here, comment) for comment in sent)
    return redirect(f"/rounds/{here.the_round.id}/mine", N_("Received: %(ref)s."), ref=refs)


#: What history says was done with a comment.
VERBS = {
    "submit": N_("submitted"),
    "edit": N_("changed"),
    "withdraw": N_("withdrawn"),
    "stance": N_("an organisation supported or objected"),
}


def _mine(here: Here) -> Any:
    """What this person wrote in this round, sent or not, the newest first."""
    return (
        with_names(select(*COLUMNS))
        .where(col(Comment.round_id) == here.the_round.id, own(here.viewer))
        .order_by(col(Comment.id).desc())
    )


def _seen(here: Here, comment_id: int) -> CommentView:
    """A comment this person may see, or NotFound."""
    here.require(May.READ)
    rows = here.db.execute(reading(here.viewer, here.the_round).where(col(Comment.id) == comment_id))
    found = next(views(rows, here.viewer, here.the_round), None)
    if found is None:
        raise NotFound("There is no such comment.")
    return found


def _own(here: Here, comment_id: int, what: May) -> CommentView:
    """A comment that this person wrote and may do `what` with."""
    comment = _seen(here, comment_id)
    relation = Relation.AUTHOR if comment.own else Relation.OTHER
    require(may(here.viewer.role, what, phase=here.the_round.phase, relation=relation, status=comment.status))
    return comment


def _back(here: Here, comment: Comment) -> str:
    """Where a comment is read: its section, at the comment."""
    return _at(
        here, here.db.scalar(select(col(Clause.eid)).where(col(Clause.id) == comment.section_id)), comment
    )


def _at(here: Here, section: str | None, comment: Comment) -> str:
    base = f"/rounds/{here.the_round.id}/read"
    return f"{base}/{section}#k{comment.id}" if section else f"{base}#k{comment.id}"
