"""Taking in a workbook that came back: kept while it is looked at, then written on its points, all or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.errors import Conflict, NotFound, Problem
from app.history.actions import record
from app.matrix import deciding
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.writing_back.models import ReturnedMatrix
from app.writing_back.rules import Returned, read_stamp


def keep(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    name: str,
    data: bytes,
    rows: Sequence[Returned],
    language: str,
    at: datetime,
) -> ReturnedMatrix:
    """Keep a workbook's rows, to be looked at before anything is written."""
    require(may(by.role, May.PROPOSE, phase=round_.phase))
    kept = ReturnedMatrix(
        round_id=round_.id or 0,
        file_name=name[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        language=language,
        rows=[
            {
                "row": row.row,
                "ref": row.ref,
                "stamp": row.stamp.written() if row.stamp else "",
                "cells": dict(row.cells),
            }
            for row in rows
        ],
        by_person_id=by.person_id or 0,
        at=at,
    )
    session.add(kept)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="came back",
        subject="returned_matrix",
        subject_id=kept.id or 0,
        after={"file": kept.file_name, "sha256": kept.sha256, "rows": len(rows)},
        plan_id=round_.plan_id,
        round_id=round_.id,
        first=True,
    )
    return kept


def kept(
    session: Session, *, by: Viewer, round_: Round, returned_id: int, lock: bool = False
) -> ReturnedMatrix:
    """A workbook that this person sent back to this round."""
    require(may(by.role, May.PROPOSE, phase=round_.phase))
    found = session.get(ReturnedMatrix, returned_id, with_for_update=lock)
    if found is None or found.round_id != round_.id or found.by_person_id != by.person_id:
        raise NotFound("There is no such workbook, or somebody else sent it.")
    return found


def rows_of(returned: ReturnedMatrix) -> list[Returned]:
    """The rows of a workbook as it was read."""
    return [Returned(one["row"], read_stamp(one["stamp"]), one["cells"], one["ref"]) for one in returned.rows]


def write(
    session: Session, *, by: Viewer, round_: Round, wanted: Mapping[int, Mapping[str, str]], at: datetime
) -> dict[int, Problem]:
    """Write values on points, by point and field; gives the points on which nothing was written, each with why.

    A point is written whole or not at all: an answer whose reason is refused is no answer.
    """
    refused: dict[int, Problem] = {}
    for point_id, values in wanted.items():
        try:
            with session.begin_nested():
                point = deciding.point_of(session, round_, point_id)
                deciding.save(
                    session,
                    by=by,
                    round_=round_,
                    point_id=point_id,
                    version=point.version,
                    was={},
                    mine=values,
                    at=at,
                )
        except Problem as problem:
            session.expire_all()
            refused[point_id] = problem
    return refused


def rehearsed(
    session: Session, *, by: Viewer, round_: Round, wanted: Mapping[int, Mapping[str, str]], at: datetime
) -> dict[int, Problem]:
    """What `write` would refuse, found by writing and taking all of it back."""
    rehearsal = session.begin_nested()
    try:
        return write(session, by=by, round_=round_, wanted=wanted, at=at)
    finally:
        rehearsal.rollback()
        session.expire_all()


def applied(
    session: Session,
    returned: ReturnedMatrix,
    *,
    by: Viewer,
    round_: Round,
    report: dict[str, int],
    at: datetime,
) -> None:
    """Note that a workbook was applied; a second press finds it so."""
    if returned.applied_at is not None:
        raise Conflict("This workbook was applied already.")
    returned.applied_at, returned.report = at, report
    returned.version += 1
    session.flush()
    changed: dict[str, Any] = dict(report)
    record(
        session,
        at=at,
        by=by.person_id,
        verb="applied",
        subject="returned_matrix",
        subject_id=returned.id or 0,
        after=changed,
        plan_id=round_.plan_id,
        round_id=round_.id,
    )
