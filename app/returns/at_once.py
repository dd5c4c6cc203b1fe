"""A file taken in, read and imported in one go: what the pages do in steps, for a command."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.documents.apart import Reader
from app.errors import Conflict, Invalid, NotFound
from app.people.identity import folded
from app.people.organisations import of_plan
from app.people.queries import NO_ORGANISATION
from app.people.rules import Viewer
from app.returns.importing import import_file
from app.returns.models import ReturnedFile, ReturnedItem
from app.returns.placing import decide_rest
from app.returns.previewing import keep_reading
from app.returns.queries import base_clauses, fates, mapping
from app.returns.receiving import receive
from app.returns.rules import Choice, Fate, State
from app.rounds.models import Round
from app.words import N_


def take_in(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    name: str,
    data: bytes,
    organisation: str,
    read_as: str,
    rest: Choice | None,
    reader: Reader,
    at: datetime,
) -> dict[str, Any]:
    """Import a file for an organisation (by its name; empty: as the file says) and give what was done.

    `rest` says what becomes of what has no place: on the whole plan, or left out; None refuses the file
    then, naming each. Raises Invalid with one sentence for a file that cannot be read.
    """
    body = of_plan(session, by.plan_id).get(folded(organisation)) if organisation else None
    if organisation and body is None:
        raise NotFound(NO_ORGANISATION)
    one = receive(
        session,
        by=by,
        round_=round_,
        files=[(name, data)],
        batch=str(uuid.uuid4()),
        organisation_id=body.id if body else None,
        at=at,
    )[0]
    if one.state is State.REFUSED:
        raise Invalid(one.problem, **one.problem_values)
    clauses = base_clauses(session, round_.draft_id)
    answer = reader.read(
        data,
        name=name,
        clauses=clauses,
        read_as=read_as,
        mapping=mapping(session, by.plan_id, one.organisation_id),
    )
    keep_reading(session, one, answer, clauses, at=at)
    session.flush()
    if one.state is State.COLUMNS:
        raise Invalid(
            "No column titles were found. Send the file up on the page, and say what its columns are."
        )
    file_id = one.id or 0
    if rest is not None:
        decide_rest(session, by=by, round_=round_, file_id=file_id, choice=rest, at=at)
    if fates(session, [file_id])[file_id][Fate.WANTING]:
        raise Unplaced(_unplaced(session, one))
    done = import_file(session, by=by, round_=round_, file_id=file_id, at=at)
    return {
        "new": len(done.new),
        "replies": done.replies,
        "known": done.known,
        "left_out": done.left_out,
        "numbers": [comment.number for comment in done.new],
    }


NO_PLACE = N_("%(n)s items have no place. Import it on the page, or say --general or --leave-out.")


class Unplaced(Conflict):
    """Some of what a file says has no place; `items` names each."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items = items
        super().__init__(NO_PLACE, n=len(items))


def _unplaced(session: Session, one: ReturnedFile) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            col(ReturnedItem.source),
            col(ReturnedItem.written_place),
            col(ReturnedItem.text),
            col(ReturnedItem.around),
            col(ReturnedItem.candidates),
        )
        .where(
            col(ReturnedItem.file_id) == one.id,
            col(ReturnedItem.wid) == "",
            col(ReturnedItem.general).is_(False),
            col(ReturnedItem.idle).is_(False),
            col(ReturnedItem.choice) == Choice.AS_READ,
        )
        .order_by(col(ReturnedItem.position))
    )
    return [
        {"source": source, "place": place, "text": text, "around": around, "candidates": candidates}
        for source, place, text, around, candidates in rows
    ]
