"""Returned copies and sheets: sent up, looked at item by item, placed where a person must, imported."""

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from app.comments.rules import ATTRIBUTION_NAMES, TYPE_NAMES, Attribution
from app.documents.sheets.columns import role_of
from app.documents.tables import Cells, Column, Table
from app.errors import Conflict, Invalid, Problem
from app.people import queries as people
from app.policy import May
from app.returns import importing, placing, queries, receiving
from app.returns.queries import FileView
from app.returns.rules import (
    CHOICES,
    FATE_NAMES,
    FILE_KIND_NAMES,
    MAPPABLE,
    SORT_NAMES,
    STATE_NAMES,
    Choice,
    State,
)
from app.routers.deps import Config, Db, InRound
from app.routers.forms import form_of, number_in
from app.routers.once import once
from app.text import marks
from app.text.excerpts import full
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()

ACCEPT = ".docx,.xlsx,.csv,.ods"
#: Bytes of one form with all its files.
TOGETHER = 128 * 1024 * 1024

COLUMNS = (
    Column("file", N_("File"), 40),
    Column("organisation", N_("Organisation"), 34),
    Column("kind", N_("Kind"), 16),
    Column("state", N_("State"), 20),
    Column("comes", N_("To become comments"), 12, Cells.NUMBER),
    Column("replies", N_("Replies"), 9, Cells.NUMBER),
    Column("wanting", N_("To place"), 9, Cells.NUMBER),
    Column("left_out", N_("Left out"), 9, Cells.NUMBER),
    Column("new", N_("New comments"), 9, Cells.NUMBER),
    Column("known", N_("Here already"), 9, Cells.NUMBER),
    Column("problem", N_("Why refused"), 50),
    Column("received_at", N_("Received"), 18, Cells.MOMENT),
    Column("received_by", N_("Received by"), 24),
    Column("sha256", N_("SHA-256"), 20),
)


def _url(here: Here, *rest: object) -> str:
    return "/".join([f"/rounds/{here.the_round.id}/returned", *map(str, rest)])


@router.get("/rounds/{round_id}/returned", include_in_schema=False)
def index(here: InRound, before: Annotated[int | None, Query(ge=1, le=2**31)] = None) -> Response:
    """The files that came back, and how far each has come."""
    here.require_any(May.IMPORT_RETURNED)
    return _index(here, before=before)


def _index(here: Here, *, before: int | None = None, problem: Problem | None = None) -> Response:
    found, older = queries.files(here.db, here.viewer, here.the_round, before=before)
    allowed = here.may(May.IMPORT_RETURNED)
    return render(
        here.request,
        "returns/index.html",
        page=here.page("returned"),
        status=problem.status if problem else 200,
        base=_url(here),
        files=found,
        older=older,
        busy=queries.busy(here.db, here.the_round),
        ready=sum(one.ready for one in found),
        allowed=allowed,
        organisations=people.organisations(here.db, here.viewer),
        accept=ACCEPT,
        batch=str(uuid.uuid4()),
        problem=problem,
        states=STATE_NAMES,
        kinds=FILE_KIND_NAMES,
    )


@router.get("/rounds/{round_id}/returned.{suffix}", responses=data_of(COLUMNS))
def index_as(here: InRound, suffix: Literal["json", "csv", "xlsx"]) -> Response:
    """The same list as a file."""
    here.require_any(May.IMPORT_RETURNED)
    language = language_of(here.request)
    table = Table(
        title=N_("Returned files"),
        columns=COLUMNS,
        rows=[
            (
                one.name,
                one.organisation,
                in_language(language, FILE_KIND_NAMES[one.kind]),
                in_language(language, STATE_NAMES[one.state]),
                one.comes,
                one.threads,
                one.wanting,
                one.left_out,
                one.new_comments,
                one.known_comments,
                in_language(language, one.problem, one.problem_values) if one.problem else "",
                one.received_at,
                one.received_by,
                one.sha256,
            )
            for one in queries.every_file(here.db, here.viewer, here.the_round)
        ],
        about=[(N_("Round"), here.the_round.name)],
    )
    return formats.answer(
        here.request, table, suffix, f"{here.plan.slug}-{here.the_round.number}-returned-files"
    )


@router.post("/rounds/{round_id}/returned", include_in_schema=False, max_body_size=TOGETHER)
def send(
    here: InRound,
    db: Db,
    settings: Config,
    files: Annotated[list[UploadFile] | None, File()] = None,
    organisation: Annotated[str, Form()] = "",
    batch: Annotated[str, Form(max_length=36)] = "",
) -> Response:
    """Take files in; they are read one after another while one looks on."""
    here.require(May.IMPORT_RETURNED)
    sent = [(one.filename or "", one.file.read()) for one in files or [] if one.filename]
    try:
        made = once(
            db,
            lambda: receiving.receive(
                db,
                by=here.viewer,
                round_=here.the_round,
                files=sent,
                batch=batch or str(uuid.uuid4()),
                organisation_id=number_in(organisation),
                most=settings.upload_megabytes * 1024 * 1024,
                at=here.now,
            ),
        )
    except Invalid as problem:
        db.rollback()
        return _index(here, problem=problem)
    return flash.redirect(
        _url(here), N_("Files received: %(n)s. They are being read; nothing is imported yet."), n=len(made)
    )


@router.post("/rounds/{round_id}/returned/import-ready", include_in_schema=False)
def import_ready(here: InRound, db: Db) -> Response:
    """Import every file that waits for nobody's decision."""
    n = importing.approve(db, by=here.viewer, round_=here.the_round, at=here.now)
    if not n:
        return flash.redirect(_url(here), N_("No file is ready to be imported."), kind="warn")
    return flash.redirect(_url(here), N_("Files being imported: %(n)s."), n=n)


@router.get("/rounds/{round_id}/returned/{file_id:int}", include_in_schema=False)
def show(
    here: InRound,
    file_id: int,
    show: Annotated[Literal["", "wanting", "out"], Query()] = "",
    start: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """All that a file says, before any of it becomes a comment."""
    here.require_any(May.IMPORT_RETURNED)
    return _show(here, file_id, show=show, start=start)


def _show(
    here: Here,
    file_id: int,
    *,
    show: str = "",
    start: int = 0,
    problem: Problem | None = None,
    wrong: int = 0,
) -> Response:
    one = queries.file(here.db, here.viewer, here.the_round, file_id)
    details = queries.details(here.db, file_id)
    found = queries.items(here.db, here.the_round, file_id, show=show, start=start)
    return render(
        here.request,
        "returns/file.html",
        page=here.page("returned"),
        status=problem.status if problem else 200,
        base=_url(here),
        url=_url(here, file_id),
        file=one,
        details=details,
        found=found,
        show=show,
        start=start,
        allowed=here.may(May.IMPORT_RETURNED),
        organisations=people.organisations(here.db, here.viewer),
        voices=[
            v
            for v in queries.voices(here.db, here.viewer.plan_id)
            if one.organisation_id is not None and v.organisation_id == one.organisation_id
        ],
        written=queries.organisations_written(here.db, file_id),
        attributions=[(a, ATTRIBUTION_NAMES[a]) for a in receiving.offered(here.the_round)],
        steps=_steps(one),
        problem=problem,
        wrong=wrong,
        **WORDS,
    )


def guessed(title: str) -> str:
    """What a column may be by its title, for a person to confirm."""
    found = role_of(title)
    return found[0] if found else "extra"


#: What the templates need to say what an item is.
WORDS: dict[str, Any] = {
    "states": STATE_NAMES,
    "kinds": FILE_KIND_NAMES,
    "sorts": SORT_NAMES,
    "fate_names": FATE_NAMES,
    "choices": CHOICES,
    "types": TYPE_NAMES,
    "mappable": MAPPABLE,
    "guessed": guessed,
    "runs": full,
    "stretches": marks.stretches,
}


def _steps(one: FileView) -> list[tuple[str, str, str]]:
    """Where a file stands on its way."""
    at = {
        State.RECEIVED: 1,
        State.COLUMNS: 1,
        State.REFUSED: 1,
        State.READ: 2,
        State.SET_ASIDE: 2,
        State.APPROVED: 3,
        State.IMPORTED: 4,
    }[one.state]
    words = (N_("Received"), N_("Read"), N_("Looked over"), N_("Imported"))
    return [(name, "done" if n < at else "now" if n == at else "next", "") for n, name in enumerate(words)]


@router.post("/rounds/{round_id}/returned/{file_id:int}/about", include_in_schema=False)
def describe(here: InRound, db: Db, file_id: int, form: form_of) -> Response:
    """Say whose file it is."""
    bodies = None
    if form.get("bodies"):
        written = [name for name, _ in queries.organisations_written(db, file_id)]
        bodies = {name: number_in(form.get(f"body-{n}", "")) for n, name in enumerate(written)}
    try:
        receiving.describe(
            db,
            by=here.viewer,
            round_=here.the_round,
            file_id=file_id,
            version=number_in(form.get("version", "")) or 0,
            organisation_id=number_in(form.get("organisation", "")),
            seat_id=_seat_in(form, here, file_id),
            attribution=_attribution(form),
            bodies=bodies,
            at=here.now,
        )
    except Invalid as problem:
        db.rollback()
        return _show(here, file_id, problem=problem)
    return flash.redirect(_url(here, file_id), N_("Saved."))


def _seat_in(form: dict[str, str], here: Here, file_id: int) -> int | None:
    """The seat chosen; none where another organisation was chosen with it, whose own voice it is then."""
    one = queries.file(here.db, here.viewer, here.the_round, file_id)
    if number_in(form.get("organisation", "")) != one.organisation_id:
        return None
    return number_in(form.get("seat", ""))


def _attribution(form: dict[str, str]) -> Attribution:
    given = form.get("attribution", "")
    return Attribution(given) if given in set(Attribution) else Attribution.NAMED


@router.post("/rounds/{round_id}/returned/{file_id:int}/again", include_in_schema=False)
def again(here: InRound, db: Db, file_id: int, read_as: Annotated[str, Form()] = "") -> Response:
    """Have a file read once more."""
    receiving.read_again(
        db, by=here.viewer, round_=here.the_round, file_id=file_id, read_as=read_as, at=here.now
    )
    return flash.redirect(_url(here, file_id), N_("The file is being read again."))


@router.post("/rounds/{round_id}/returned/{file_id:int}/columns", include_in_schema=False)
def columns(here: InRound, db: Db, file_id: int, form: form_of) -> Response:
    """Say what a sheet's columns are."""
    roles = {
        form.get(f"title-{n}", ""): form.get(f"role-{n}", "")
        for n in range(60)
        if f"title-{n}" in form and form.get(f"role-{n}")
    }
    if not {"comment", "proposed"} & set(roles.values()):
        problem = Invalid(
            "A sheet needs at least a column of comments. Say which one it is.",
            fields={"columns": N_("Say which column holds the comments.")},
        )
        return _show(here, file_id, problem=problem)
    receiving.name_columns(
        db, by=here.viewer, round_=here.the_round, file_id=file_id, roles=roles, at=here.now
    )
    return flash.redirect(
        _url(here, file_id), N_("Remembered for this organisation. The file is being read again.")
    )


@router.post("/rounds/{round_id}/returned/{file_id:int}/aside", include_in_schema=False)
def aside(here: InRound, db: Db, file_id: int) -> Response:
    """Leave a file as it is."""
    receiving.set_aside(db, by=here.viewer, round_=here.the_round, file_id=file_id, at=here.now)
    return flash.redirect(_url(here), N_("Set aside. Nothing of it is imported; it can be taken up again."))


@router.post("/rounds/{round_id}/returned/{file_id:int}/items/{item_id:int}", include_in_schema=False)
def decide(here: InRound, db: Db, file_id: int, item_id: int, form: form_of) -> Response:
    """Decide about one item: where it stands, whether it comes."""
    given = form.get("do", "")
    wid = given.removeprefix("on:") if given.startswith("on:") else ""
    choice = Choice.PLACED if wid else Choice(given) if given in set(Choice) else Choice.PLACED
    show, start = form.get("show", ""), number_in(form.get("start", "")) or 0
    try:
        placing.decide(
            db,
            by=here.viewer,
            round_=here.the_round,
            file_id=file_id,
            item_id=item_id,
            choice=choice,
            wid=wid,
            typed=form.get("typed", ""),
            at=here.now,
        )
    except Invalid as problem:
        # What was found for it stays with the item, to be chosen from.
        return _show(here, file_id, show=show, start=start, problem=problem, wrong=item_id)
    query = "&".join(
        part for part in (f"show={show}" if show else "", f"start={start}" if start else "") if part
    )
    return flash.redirect(f"{_url(here, file_id)}{'?' + query if query else ''}#i-{item_id}")


@router.post("/rounds/{round_id}/returned/{file_id:int}/rest", include_in_schema=False)
def rest(here: InRound, db: Db, file_id: int, do: Annotated[str, Form()] = "") -> Response:
    """Decide about all that waits for a place at once."""
    choice = Choice(do) if do in set(Choice) else Choice.AS_READ
    n = placing.decide_rest(
        db, by=here.viewer, round_=here.the_round, file_id=file_id, choice=choice, at=here.now
    )
    said = (
        N_("Taken as comments on the whole plan: %(n)s.")
        if choice is Choice.GENERAL
        else N_("Left out: %(n)s.")
    )
    return flash.redirect(_url(here, file_id), said, n=n)


@router.post("/rounds/{round_id}/returned/{file_id:int}/import", include_in_schema=False)
def take_in(here: InRound, db: Db, file_id: int) -> Response:
    """Make comments of all that a file says, or of nothing."""
    try:
        done = importing.import_file(db, by=here.viewer, round_=here.the_round, file_id=file_id, at=here.now)
    except (Invalid, Conflict) as problem:
        db.rollback()
        return _show(here, file_id, problem=problem)
    if not done.new and not done.replies:
        return flash.redirect(
            _url(here, file_id), N_("Nothing was added: all %(n)s items are here already."), n=done.known
        )
    return flash.redirect(
        _url(here, file_id),
        N_("New comments: %(new)s. New replies: %(replies)s. Here already: %(known)s."),
        new=len(done.new),
        replies=done.replies,
        known=done.known,
    )


@router.get("/rounds/{round_id}/returned/{file_id:int}/file", include_in_schema=False)
def download(here: InRound, file_id: int) -> Response:
    """A file as it came; never shown in the browser, always saved."""
    here.require_any(May.ENTER_FOR)
    name, content = queries.content(here.db, here.viewer, here.the_round, file_id)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": formats.disposition(name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
