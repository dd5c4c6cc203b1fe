"""Moving a round from phase to phase: open, pause, resume, extend, close, reopen, publish."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Invalid
from app.people.rules import Viewer
from app.plans.models import Draft
from app.plans.rules import DraftStatus
from app.rounds.actions import CHECK, ask_about_few_days, the_round, touched
from app.rounds.letters import tell
from app.rounds.models import Round
from app.rounds.rules import LONGEST, Phase, RoundVerb, after
from app.rounds.settings import must_accept
from app.words import N_


@dataclass(frozen=True, slots=True)
class Move:
    """What a verb comes with: a reason to pause, a closing time to extend or reopen to."""

    because: str = ""
    closes_at: datetime | None = None
    accepts_few_days: bool = False


#: What each verb is called in history, and the mail that tells of it; "" when nobody is written to.
SAID: dict[RoundVerb, tuple[str, str]] = {
    RoundVerb.OPEN: ("opened", "opened"),
    RoundVerb.PAUSE: ("paused", "paused"),
    RoundVerb.RESUME: ("resumed", "resumed"),
    RoundVerb.EXTEND: ("extended", "extended"),
    RoundVerb.CLOSE: ("closed", ""),
    RoundVerb.REOPEN: ("reopened", "reopened"),
    RoundVerb.PUBLISH: ("published", ""),
}

MOVED_ON = N_("The round has moved on since you opened this page, so nothing was done.")
BY_THE_GATE = N_("Answers are published from the gate, which shows what still blocks them.")


def move(
    session: Session,
    verb: RoundVerb,
    *,
    by: Viewer,
    at: datetime,
    round_id: int,
    version: int,
    given: Move | None = None,
) -> Round:
    """Do `verb` with a round: `Conflict` at the wrong moment or on a stale page, `Invalid` by field.

    Everyone who may comment is written to when it opens, pauses, goes on, or its closing date moves. Answers
    are published with `publish`, by who has looked at what blocks them.
    """
    found = the_round(session, by, round_id, version)
    if verb is RoundVerb.PUBLISH:
        after(found.phase, verb)
        raise Conflict(BY_THE_GATE)
    _do(session, found, verb, at=at, by=by, given=given or Move())
    return found


def stays(session: Session, round_: Round) -> None:
    """Keep a round in its phase until this transaction ends; `Conflict` when it has moved meanwhile.

    Whoever writes on answers asks this first, so that none changes while they are being published.
    """
    now = session.execute(
        select(col(Round.phase)).where(col(Round.id) == round_.id).with_for_update(read=True, key_share=True)
    ).scalar_one()
    if now is not round_.phase:
        raise Conflict(MOVED_ON)


def publish(session: Session, round_: Round, *, by: Viewer | None, at: datetime) -> None:
    """Move a locked round to its published phase; that nothing blocks it was looked at before."""
    _do(session, round_, RoundVerb.PUBLISH, at=at, by=by, given=Move())


def open_due(session: Session, now: datetime) -> list[int]:
    """Open the scheduled rounds whose time has come, as the system; gives their ids.

    One whose closing time has passed as well, or whose draft is not frozen, waits for a person.
    """
    waiting = session.scalars(
        select(Round)
        .where(col(Round.phase) == Phase.SCHEDULED, col(Round.opens_at) <= now, col(Round.closes_at) > now)
        .where(col(Round.draft_id).in_(select(col(Draft.id)).where(col(Draft.status) == DraftStatus.FROZEN)))
        .with_for_update(skip_locked=True)
    )
    opened = []
    for found in waiting:
        _do(session, found, RoundVerb.OPEN, at=now, by=None, given=Move())
        opened.append(found.id or 0)
    return opened


def _do(
    session: Session, round_: Round, verb: RoundVerb, *, at: datetime, by: Viewer | None, given: Move
) -> None:
    before = _facts(round_)
    # Looked up first: at the wrong moment nothing else matters.
    to = after(round_.phase, verb)
    _PREPARE[verb](session, round_, at, given)
    round_.phase = to
    now = _facts(round_)
    said, mail = SAID[verb]
    changed = [key for key in now if now[key] != before[key]]
    touched(
        session,
        round_,
        at=at,
        by=by,
        verb=said,
        before={key: before[key] for key in changed},
        after={key: now[key] for key in changed},
    )
    # A round that has not opened is extended quietly: nobody has been told of it yet.
    if mail and not (verb is RoundVerb.EXTEND and to is Phase.SCHEDULED):
        tell(session, round_, mail, at=at)


def _facts(round_: Round) -> dict[str, object]:
    return {
        "phase": round_.phase.value,
        "opens_at": round_.opens_at.isoformat(),
        "closes_at": round_.closes_at.isoformat(),
        "closed_at": round_.closed_at.isoformat() if round_.closed_at else None,
        "published_at": round_.published_at.isoformat() if round_.published_at else None,
        "paused_because": round_.paused_because,
        "days_accepted": round_.days_accepted,
    }


def _opening(session: Session, round_: Round, at: datetime, _given: Move) -> None:
    draft = session.get(Draft, round_.draft_id)
    if draft is None or draft.status is not DraftStatus.FROZEN:
        raise Conflict(N_("Freeze the draft before you open a round on it."))
    if round_.closes_at <= at:
        raise Conflict(N_("The closing date is over. Change it before you open the round."))
    # Opened before its time, it opens now: dates say what is.
    round_.opens_at = min(round_.opens_at, at)


def _pausing(_session: Session, round_: Round, _at: datetime, given: Move) -> None:
    because = given.because.strip()
    if not because:
        raise Invalid(CHECK, fields={"because": N_("Say why, so that people know what they wait for.")})
    if len(because) > 400:
        raise Invalid(CHECK, fields={"because": N_("The reason is longer than 400 characters.")})
    round_.paused_because = because


def _resuming(_session: Session, round_: Round, _at: datetime, _given: Move) -> None:
    round_.paused_because = ""


def _extending(_session: Session, round_: Round, at: datetime, given: Move) -> None:
    closes_at = given.closes_at
    if closes_at is None:
        raise Invalid(CHECK, fields={"closes_at": N_("Give a date and a time.")})
    if closes_at <= max(round_.opens_at, at):
        raise Invalid(CHECK, fields={"closes_at": N_("The new closing date is already over.")})
    if closes_at - round_.opens_at > LONGEST:
        too_long = N_("The round lasts longer than two years. Check the dates.")
        raise Invalid(CHECK, fields={"closes_at": too_long})
    # A round that gets more time than it had is never asked about again.
    accepts = given.accepts_few_days or closes_at >= round_.closes_at
    days = ask_about_few_days(round_.opens_at, closes_at, accepts, round_.days_accepted)
    if given.accepts_few_days and must_accept(days, round_.days_accepted):
        round_.days_accepted = days
    round_.closes_at = closes_at


def _closing(_session: Session, round_: Round, at: datetime, _given: Move) -> None:
    round_.closed_at = at
    round_.paused_because = ""


def _reopening(session: Session, round_: Round, at: datetime, given: Move) -> None:
    if given.closes_at is not None or round_.closes_at <= at:
        _extending(session, round_, at, given)
    round_.closed_at = None
    round_.publish_at = None


def _publishing(_session: Session, round_: Round, at: datetime, _given: Move) -> None:
    round_.published_at = at


_PREPARE = {
    RoundVerb.OPEN: _opening,
    RoundVerb.PAUSE: _pausing,
    RoundVerb.RESUME: _resuming,
    RoundVerb.EXTEND: _extending,
    RoundVerb.CLOSE: _closing,
    RoundVerb.REOPEN: _reopening,
    RoundVerb.PUBLISH: _publishing,
}
