"""What happens by itself when its time comes: rounds open, answers come out, people are reminded of what needs them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select, union
from sqlmodel import Session, col

from app.answers import publishing
from app.comments import receipts
from app.comments.models import Comment
from app.comments.rules import Status
from app.people.models import Seat
from app.people.rules import Constituency
from app.positions.models import Answer
from app.rounds.letters import tell
from app.rounds.models import Round, RoundWindow
from app.rounds.moving import open_due
from app.rounds.rules import Phase

#: People who have not answered are reminded so long before their closing time.
BEFORE = timedelta(days=3)


def turn(session: Session, now: datetime) -> int:
    """Do all that is due at `now`: open rounds, publish answers, remind; gives how many rounds were touched.

    Done twice it does nothing the second time. `is_due` asks first, without a writer's lock.
    """
    came_out = publishing.publish_due(session, now)
    reminded = remind(session, now) + publishing.remind_of_reactions(session, now)
    return len(open_due(session, now)) + len(came_out) + reminded


def is_due(session: Session, now: datetime) -> bool:
    """Whether `turn` would find something, or a receipt is owed; indexed looks at a plan's few rounds and at those."""
    opens = (
        (col(Round.phase) == Phase.SCHEDULED) & (col(Round.opens_at) <= now) & (col(Round.closes_at) > now)
    )
    return bool(
        session.scalar(
            select(
                or_(
                    exists().where(opens),
                    exists().where(*_due_round(now)),
                    _window_due(now),
                    exists().where(publishing.is_due(now)),
                    receipts.are_due(),
                )
            )
        )
    )


def remind(session: Session, now: datetime) -> int:
    """Write to those whose organisation has said nothing and whose round closes soon; once for each closing time.

    A constituency with a closing time of its own is reminded of that one. A round that opened less than
    three days before it closes reminds nobody: its opening was the reminder. Gives how many rounds.
    """
    found = session.scalars(
        select(Round).where(or_(*_due_either(now))).order_by(col(Round.id)).with_for_update(skip_locked=True)
    ).all()
    for round_ in found:
        whole = session.scalars(
            select(RoundWindow).where(
                col(RoundWindow.round_id) == round_.id,
                col(RoundWindow.section_id).is_(None),
                col(RoundWindow.constituency).is_not(None),
            )
        ).all()
        own = {window.constituency: window for window in whole}
        who: set[Constituency] = set()
        if round_.closes_at - BEFORE <= now < round_.closes_at and round_.reminded_for != round_.closes_at:
            if round_.opens_at < round_.closes_at - BEFORE:
                who |= {side for side in Constituency if side not in own}
            round_.reminded_for = round_.closes_at
        for side, window in own.items():
            soon = window.closes_at - BEFORE <= now < window.closes_at
            if side is not None and soon and window.reminded_for != window.closes_at:
                if round_.opens_at < window.closes_at - BEFORE:
                    who.add(side)
                window.reminded_for = window.closes_at
        if who:
            tell(session, round_, "closing", at=now, constituencies=who, but_not=_answered(session, round_))
    session.flush()
    return len(found)


def _due_round(now: datetime) -> list[ColumnElement[bool]]:
    """Open rounds that close soon, of which nobody was reminded yet."""
    return [
        col(Round.phase) == Phase.OPEN,
        col(Round.closes_at) > now,
        col(Round.closes_at) <= now + BEFORE,
        col(Round.reminded_for).is_distinct_from(col(Round.closes_at)),
    ]


def _window_due(now: datetime) -> ColumnElement[bool]:
    """Whether there is a constituency's window of an open round of which nobody was reminded yet."""
    return exists().where(
        col(RoundWindow.round_id) == col(Round.id),
        col(Round.phase) == Phase.OPEN,
        col(RoundWindow.section_id).is_(None),
        col(RoundWindow.closes_at) > now,
        col(RoundWindow.closes_at) <= now + BEFORE,
        col(RoundWindow.reminded_for).is_distinct_from(col(RoundWindow.closes_at)),
    )


def _due_either(now: datetime) -> list[ColumnElement[bool]]:
    one = _due_round(now)
    return [one[0] & one[1] & one[2] & one[3], _window_due(now).correlate(Round)]


def _answered(session: Session, round_: Round) -> Collection[int]:
    """The seats whose organisation, or who themselves, have commented or answered in a round."""
    spoken = union(
        select(col(Comment.organisation_id)).where(
            col(Comment.round_id) == round_.id, col(Comment.status) == Status.SUBMITTED
        ),
        select(col(Answer.organisation_id)).where(col(Answer.round_id) == round_.id),
    ).subquery()
    seats = select(col(Comment.seat_id)).where(
        col(Comment.round_id) == round_.id, col(Comment.status) == Status.SUBMITTED
    )
    return set(
        session.scalars(
            select(col(Seat.id)).where(
                col(Seat.plan_id) == round_.plan_id,
                or_(col(Seat.organisation_id).in_(select(spoken.c[0])), col(Seat.id).in_(seats)),
            )
        )
    )
