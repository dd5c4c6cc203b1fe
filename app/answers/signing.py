"""The reviewer's sign-off: that every comment got due consideration, or which did not."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlmodel import Session, col

from app.answers.models import SignOff
from app.answers.reporting import books
from app.answers.rules import Opinion
from app.errors import Forbidden, Invalid
from app.history.actions import record
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.words import N_

#: Letters a note has at most.
LONGEST = 4000

#: Opinions that say which comments they mean.
NEEDS_NOTE = frozenset({Opinion.GIVEN_EXCEPT, Opinion.NOT_GIVEN})


def to_sign(session: Session, by: Viewer, plan_id: int) -> list[tuple[int, str]]:
    """The rounds whose report waits for this person's word: id and name, for the home page."""
    if not may(by.role, May.SIGN_OFF):
        return []
    signed = exists().where(col(SignOff.round_id) == col(Round.id), col(SignOff.seat_id) == by.seat_id)
    rows = session.execute(
        select(col(Round.id), col(Round.name))
        .where(
            col(Round.plan_id) == plan_id,
            col(Round.phase).in_([phase for phase in Phase if may(by.role, May.SIGN_OFF, phase=phase)]),
            ~signed,
        )
        .order_by(col(Round.number))
    )
    return [(id_, name) for id_, name in rows]


def sign_off(
    session: Session, *, by: Viewer, round_: Round, opinion: Opinion, note: str, at: datetime
) -> SignOff:
    """Give one's word on the books as they are now; given again, the last word stands and history keeps the first."""
    require(may(by.role, May.SIGN_OFF, phase=round_.phase))
    if by.seat_id is None or by.person_id is None:
        raise Forbidden("Only a reviewer with a seat in the plan signs off.")
    note = note.replace("\x00", " ").strip()
    if opinion in NEEDS_NOTE and not note:
        raise Invalid(
            "Say which comments you mean, and what was missing.", fields={"note": N_("Write a note.")}
        )
    if len(note) > LONGEST:
        raise Invalid(
            "The note has at most %(n)s letters.", n=LONGEST, fields={"note": N_("Shorten the note.")}
        )
    signed = session.scalars(
        select(SignOff)
        .where(col(SignOff.round_id) == round_.id, col(SignOff.seat_id) == by.seat_id)
        .with_for_update()
    ).first()
    before = {"opinion": signed.opinion, "note": signed.note, "digest": signed.digest} if signed else None
    if signed is None:
        signed = SignOff(
            round_id=round_.id or 0, seat_id=by.seat_id, person_id=by.person_id, opinion=opinion, at=at
        )
    else:
        signed.version += 1
    signed.opinion, signed.note, signed.digest, signed.at = opinion, note, books(session, round_), at
    session.add(signed)
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="signed off",
        subject="sign_off",
        subject_id=signed.id or 0,
        before=before,
        after={"opinion": opinion, "note": note, "digest": signed.digest},
        plan_id=round_.plan_id,
        round_id=round_.id,
        first=before is None,
    )
    return signed
