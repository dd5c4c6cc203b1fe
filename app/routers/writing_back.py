"""The matrix as a workbook to write in, and back: what it would change is looked at, then written in one go."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile

from app.documents.matrix_table import Frame
from app.documents.matrix_workbook import STAMP, read_matrix
from app.documents.tables import Column, Table, as_csv
from app.errors import Invalid
from app.matrix.rules import read
from app.plans.models import Draft
from app.policy import May, may
from app.returns import receiving
from app.routers.deps import Db, InRound, Now
from app.routers.matrix import asked_by
from app.web import matrix_files
from app.web.flash import redirect
from app.web.formats import download
from app.web.here import Here
from app.web.language import in_language
from app.web.matrix_back import TITLES, choices, compared, rehearse, spoken, titles, wanted
from app.web.page import render
from app.words import N_
from app.writing_back import actions
from app.writing_back.models import ReturnedMatrix
from app.writing_back.rules import OUTCOME_NAMES, Outcome, Returned

router = APIRouter()

#: What needs a person stands first.
LOOKED_AT = (Outcome.CONFLICT, Outcome.REFUSED, Outcome.APPLIED)
#: So many changes of a kind are listed; the others are counted, and written all the same.
MOST_SHOWN = 300

#: What a new row is handed on with, as a comment sheet.
HANDED_ON = ("organisation", "constituency", "clause", "type", "comment", "proposed", "rationale")


@router.get("/rounds/{round_id}/matrix/workbook.xlsx")
def workbook(here: InRound, now: Now) -> Response:
    """The matrix of a filter as a workbook whose answers can be written in."""
    here.require(May.PROPOSE)
    asked = asked_by(here, now)
    offered = choices(here.db, here.viewer, here.the_round, asked.language)
    write, name = matrix_files.workbook_file(here.db, asked, read(here.request.query_params), offered)
    return download(write, "xlsx", name)


@router.get("/rounds/{round_id}/matrix/back", include_in_schema=False)
def back(here: InRound) -> Response:
    return show_form(here)


def show_form(here: Here, problem: Invalid | None = None) -> Response:
    """Where a workbook is sent back."""
    here.require(May.PROPOSE)
    return render(
        here.request,
        "writing_back/send.html",
        page=here.page("matrix"),
        status=problem.status if problem else 200,
        round=here.the_round,
        problem=problem,
        errors=problem.fields if problem else {},
    )


@router.post("/rounds/{round_id}/matrix/back", include_in_schema=False)
def receive(here: InRound, db: Db, now: Now, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Read a workbook and keep its rows; nothing is written yet."""
    here.require(May.PROPOSE)
    try:
        data, name = sent(file)
        db.commit()  # reading takes seconds, and holds no lock
        found = read_matrix(data, titles())
        kept = actions.keep(
            db, by=here.viewer, round_=here.the_round, name=name, data=data, rows=found,
            language=spoken(found), at=now,
        )  # fmt: skip
    except Invalid as problem:
        db.rollback()
        return show_form(here, problem)
    return redirect(f"/rounds/{here.the_round.id}/matrix/back/{kept.id}")


def sent(file: UploadFile | None) -> tuple[bytes, str]:
    """The file that came, and its name."""
    data = file.file.read() if file is not None else b""
    if file is None or not data:
        raise Invalid("Choose a workbook.", fields={"file": N_("Choose a file.")})
    return data, (file.filename or "").replace("\\", "/").rpartition("/")[2]


def frame_of(here: Here, returned: ReturnedMatrix) -> Frame:
    """The frame in which the workbook's words were written."""
    round_ = here.the_round
    draft = here.db.get_one(Draft, round_.draft_id)
    return Frame(
        round_name=round_.name,
        draft_name=draft.name,
        zone=asked_by(here, here.now).zone,
        said=lambda words: in_language(returned.language, words),
        language=returned.language,
    )


@router.get("/rounds/{round_id}/matrix/back/{returned_id}", include_in_schema=False)
def preview(here: InRound, returned_id: int, now: Now) -> Response:
    """What a workbook would change, found by a rehearsal."""
    returned = actions.kept(here.db, by=here.viewer, round_=here.the_round, returned_id=returned_id)
    made = compared(here.db, here.viewer, here.the_round, actions.rows_of(returned), frame_of(here, returned))
    made = rehearse(here.db, here.viewer, here.the_round, made, now)
    here.db.rollback()
    returned = actions.kept(here.db, by=here.viewer, round_=here.the_round, returned_id=returned_id)
    return render(
        here.request,
        "writing_back/preview.html",
        page=here.page("matrix"),
        round=here.the_round,
        returned=returned,
        made=made,
        outcomes=[(outcome, OUTCOME_NAMES[outcome], made.of(outcome)) for outcome in LOOKED_AT],
        most=MOST_SHOWN,
        titles=TITLES,
        takes_new=bool(may(here.viewer.role, May.IMPORT_RETURNED, phase=here.the_round.phase)),
    )


@router.post("/rounds/{round_id}/matrix/back/{returned_id}", include_in_schema=False)
def apply(
    here: InRound,
    db: Db,
    now: Now,
    returned_id: int,
    mine: Annotated[list[str] | None, Form()] = None,
    new: Annotated[str, Form()] = "",
) -> Response:
    """Write what the preview showed, in one transaction; new rows go to the comment sheets."""
    round_ = here.the_round
    returned = actions.kept(db, by=here.viewer, round_=round_, returned_id=returned_id, lock=True)
    made = compared(db, here.viewer, round_, actions.rows_of(returned), frame_of(here, returned))
    chosen = wanted(made, frozenset(mine or ()))
    refused = actions.write(db, by=here.viewer, round_=round_, wanted=chosen, at=now)
    returned = actions.kept(db, by=here.viewer, round_=round_, returned_id=returned_id, lock=True)
    report = made.counts | {"points": len(chosen) - len(refused), "points refused": len(refused)}
    actions.applied(db, returned, by=here.viewer, round_=round_, report=report, at=now)
    if new == "1" and made.new:
        receiving.receive(
            db, by=here.viewer, round_=round_, files=[(f"{returned.file_name}.csv", as_sheet(made.new))],
            batch=f"matrix-{returned.id}", at=now,
        )  # fmt: skip
        return redirect(
            f"/rounds/{round_.id}/returned",
            N_("Written on %(n)s points. The new rows wait here as a comment sheet."),
            n=report["points"],
        )
    return redirect(f"/rounds/{round_.id}/matrix", N_("Written on %(n)s points."), n=report["points"])


def as_sheet(found: list[Returned]) -> bytes:
    """New rows as a comment sheet."""
    columns = [Column(key, TITLES[key]) for key in HANDED_ON]
    rows = [[row.cells.get(key, "") for key in HANDED_ON] for row in found]
    return b"".join(as_csv(Table(STAMP, columns, rows)))
