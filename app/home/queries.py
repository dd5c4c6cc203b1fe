"""What needs a person in a plan: read for the home page, in a number of queries that does not grow."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from app.comments.models import Comment, Stance
from app.comments.rules import StanceKind, Status
from app.mail.models import OutgoingMail
from app.people.models import Seat
from app.people.rules import Viewer
from app.plans.models import Clause, Draft
from app.plans.rules import DraftStatus
from app.positions.models import SectionRead
from app.rounds.models import Round
from app.rounds.queries import RoundRow, Section, due, rounds_of, sections_in_scope, windows
from app.rounds.rules import Phase

#: A round that opens or closes within this time is said beforehand.
SOON = timedelta(days=3)

#: How many of the clauses with an unsent comment are named.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A seat in the round: until when its comments are due, where to go on, and what it has said.

    `unsent` are comments not sent in this round, on the clauses `unsent_on` (a few of them), and
    `unsent_elsewhere` those of other rounds. `unread` is the first section not opened yet.
    """

    due_at: datetime
    unread: Section | None
    sent: int
    unsent: int
    unsent_on: list[str]
    unsent_elsewhere: int
    supported: int
    objected: int


@dataclass(frozen=True, slots=True)
class Running:
    """What the plan's own work asks of the secretariat or a drafter."""

    to_open: list[RoundRow]
    to_close: list[RoundRow]
    drafts: list[tuple[int, str]]
    frozen: int
    seats: int
    never_came: int
    mails_failed: int
    rounds: int


def reading(session: Session, viewer: Viewer, round_: Round) -> Reading:
    """What a person who may comment has done in a round, and what is left; eight queries."""
    counts: dict[bool, dict[Status, int]] = {True: {}, False: {}}
    for round_id, status, n in session.execute(
        select(col(Comment.round_id), col(Comment.status), func.count())
        .where(col(Comment.seat_id) == viewer.seat_id)
        .group_by(col(Comment.round_id), col(Comment.status))
    ):
        of = counts[round_id == round_.id]
        of[status] = of.get(status, 0) + n
    unsent_on = session.scalars(
        select(col(Clause.label))
        .join(Comment, col(Comment.clause_id) == col(Clause.id))
        .where(
            col(Comment.seat_id) == viewer.seat_id,
            col(Comment.status) == Status.DRAFT,
            col(Comment.round_id) == round_.id,
            col(Clause.label) != "",
        )
        .group_by(col(Clause.label), col(Clause.position))
        .order_by(col(Clause.position))
        .limit(NAMED)
    )
    stances: dict[StanceKind, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(col(Stance.kind), func.count())
            .join(Comment, col(Comment.id) == col(Stance.comment_id))
            .where(col(Stance.seat_id) == viewer.seat_id, col(Comment.round_id) == round_.id)
            .group_by(col(Stance.kind))
        )
    }
    opened = set(
        session.scalars(
            select(col(SectionRead.section_id)).where(
                col(SectionRead.round_id) == round_.id, col(SectionRead.seat_id) == viewer.seat_id
            )
        )
    )
    asked = sections_in_scope(session, round_)
    return Reading(
        due_at=due(round_.closes_at, windows(session, round_), viewer.constituency),
        unread=next((section for section in asked if section.id not in opened), None),
        sent=counts[True].get(Status.SUBMITTED, 0),
        unsent=counts[True].get(Status.DRAFT, 0),
        unsent_on=list(unsent_on),
        unsent_elsewhere=counts[False].get(Status.DRAFT, 0),
        supported=stances.get(StanceKind.SUPPORT, 0),
        objected=stances.get(StanceKind.OBJECT, 0),
    )


def running(session: Session, plan_id: int, now: datetime) -> Running:
    """What has to be opened, closed, frozen, or looked after in a plan; four queries."""
    rounds = rounds_of(session, plan_id)
    drafts = session.execute(
        select(col(Draft.id), col(Draft.name), col(Draft.status))
        .where(col(Draft.plan_id) == plan_id)
        .order_by(col(Draft.id).desc())
    ).all()
    seats, never = session.execute(
        select(func.count(), func.count().filter(col(Seat.first_signed_in_at).is_(None))).where(
            col(Seat.plan_id) == plan_id, col(Seat.ended_at).is_(None)
        )
    ).one()
    failed = session.scalar(
        select(func.count())
        .select_from(OutgoingMail)
        .where(
            col(OutgoingMail.plan_id) == plan_id,
            col(OutgoingMail.sent_at).is_(None),
            or_(col(OutgoingMail.given_up_at).is_not(None), col(OutgoingMail.problem) != ""),
        )
    )
    return Running(
        to_open=[r for r in rounds if r.phase is Phase.SCHEDULED and r.opens_at <= now + SOON],
        to_close=[r for r in rounds if r.phase in {Phase.OPEN, Phase.PAUSED} and r.closes_at <= now + SOON],
        drafts=[(row[0], row[1]) for row in drafts if row[2] is DraftStatus.BEING_EDITED],
        frozen=sum(row[2] is DraftStatus.FROZEN for row in drafts),
        seats=seats,
        never_came=never,
        mails_failed=failed or 0,
        rounds=len(rounds),
    )
