"""Answering a clause in one press, for one's organisation."""

from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlmodel import Session, col
from sqlmodel.sql.sqltypes import UTCDateTime

from app.errors import Forbidden, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.models import Clause
from app.plans.rules import NOT_CONSULTED
from app.policy import May, may, require
from app.positions.models import Answer
from app.positions.rules import AnswerKind
from app.rounds.models import Round
from app.rounds.queries import in_scope


def answer(
    session: Session, *, by: Viewer, round_: Round, wid: str, kind: AnswerKind | None, at: datetime
) -> None:
    """Say for one's organisation that a clause is supported as drafted or that there is nothing; None takes it back."""
    require(may(by.role, May.ANSWER, phase=round_.phase))
    if by.organisation_id is None or by.constituency is None:
        raise Forbidden("Only a seat that speaks for an organisation can answer a clause.")
    clause = session.scalars(
        select(Clause).where(col(Clause.draft_id) == round_.draft_id, col(Clause.wid) == wid)
    ).first()
    if clause is None or clause.kind in NOT_CONSULTED or not in_scope(session, round_, clause):
        raise NotFound("There is no such clause in this round.")
    found = session.scalars(
        select(Answer)
        .where(
            col(Answer.round_id) == round_.id,
            col(Answer.clause_id) == clause.id,
            col(Answer.organisation_id) == by.organisation_id,
        )
        .with_for_update()
    ).first()
    before = found.kind if found else None
    if before is kind:
        return
    if found and kind is None:
        session.delete(found)
    elif found and kind:
        found.kind, found.at, found.seat_id = kind, at, by.seat_id or 0
    elif kind:
        session.add(
            Answer(
                round_id=round_.id or 0,
                clause_id=clause.id or 0,
                organisation_id=by.organisation_id,
                constituency=by.constituency,
                seat_id=by.seat_id or 0,
                kind=kind,
                at=at,
            )
        )
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="answer",
        subject="clause",
        subject_id=clause.id or 0,
        before={"organisation": by.organisation_id, "answer": before} if before else None,
        after={"organisation": by.organisation_id, "answer": kind} if kind else None,
        plan_id=round_.plan_id,
        round_id=round_.id,
    )


def opened(session: Session, *, by: Viewer, round_: Round, section_id: int, at: datetime) -> None:
    """Note that a seat has opened a section; once is enough. It changes nothing consulted on: no history."""
    session.execute(
        text(
            "INSERT INTO section_read (round_id, seat_id, section_id, at)"
            " VALUES (:round_id, :seat_id, :section_id, :at) ON CONFLICT DO NOTHING"
        ).bindparams(bindparam("at", type_=UTCDateTime())),
        {"round_id": round_.id, "seat_id": by.seat_id, "section_id": section_id, "at": at},
    )
