"""Publishing a round's answers, all together, at a chosen moment; never while the gate holds something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, func, insert, literal, or_, select
from sqlalchemy import String as Text
from sqlmodel import Session, col

from app.answers.models import AnswerTally
from app.answers.rules import DAYS_TO_REACT, REMINDED_BEFORE
from app.answers.telling import tell_due, tell_held_back, tell_published
from app.comments.models import Comment
from app.comments.rules import SHOWS, Attribution, Shown, Status
from app.drafting.gate import NAMES, Gate, gate, mark_implemented
from app.errors import Conflict, Invalid
from app.matrix.models import Point, PointComment
from app.people.rules import Capacity, Viewer
from app.policy import May, may, require
from app.rounds.actions import CHECK, days_between, the_round, touched
from app.rounds.models import Round
from app.rounds.moving import publish as move_to_published
from app.rounds.rules import LONGEST, Phase
from app.words import N_

BLOCKED = N_("Something still blocks the books, so nothing was published. It is listed below.")
GIVE_DATE = N_("Give the date until which people can react.")
TOO_EARLY = N_("People must be able to react after the answers are published.")
TOO_LATE = N_("This is more than two years away. Check the date.")
TOO_FEW = N_(
    "There are fewer than %(asked)s working days to react. Accept this below, or give people more time."
)
OVER = N_("The time chosen is already over.")


@dataclass(frozen=True, slots=True)
class Wish:
    """When answers are to be published (None: now), and until when people can react."""

    at: datetime | None
    reactions_until: datetime | None
    accepts_few_days: bool = False


def publish(session: Session, *, by: Viewer, round_id: int, version: int, wish: Wish, at: datetime) -> Round:
    """Publish a closed round's answers now, or choose the time at which they are.

    `Conflict` when something blocks the books, at the wrong moment, or on a stale page; `Invalid` by field.
    """
    round_ = the_round(session, by, round_id, version)
    require(may(by.role, May.PUBLISH, phase=round_.phase))
    when = wish.at or at
    if wish.at is not None and wish.at <= at:
        raise Invalid(CHECK, fields={"publish_at": OVER})
    until = _until(when, wish)
    before = {"publish_at": round_.publish_at, "reactions_until": round_.reactions_until}
    round_.reactions_until = until
    if wish.at is None:
        _publish(session, round_, by=by, at=at)
        return round_
    round_.publish_at = wish.at
    after = {"publish_at": wish.at, "reactions_until": until}
    touched(session, round_, at=at, by=by, verb="publication timed", before={**before}, after={**after})
    return round_


def _until(when: datetime, wish: Wish) -> datetime:
    until = wish.reactions_until
    if until is None:
        raise Invalid(CHECK, fields={"reactions_until": GIVE_DATE})
    if until <= when:
        raise Invalid(CHECK, fields={"reactions_until": TOO_EARLY})
    if until - when > LONGEST:
        raise Invalid(CHECK, fields={"reactions_until": TOO_LATE})
    days = days_between(when, until)
    if days < DAYS_TO_REACT and not wish.accepts_few_days:
        raise Invalid(TOO_FEW, asked=DAYS_TO_REACT, fields={"accepts_few_days": str(days)})
    return until


def call_off(session: Session, *, by: Viewer, round_id: int, version: int, at: datetime) -> Round:
    """Take back a chosen time; nothing is published until another is chosen."""
    round_ = the_round(session, by, round_id, version)
    require(may(by.role, May.PUBLISH, phase=round_.phase))
    if round_.publish_at is None:
        raise Conflict(N_("No time is chosen."))
    _unset(session, round_, by=by, at=at, verb="publication called off")
    return round_


def _unset(
    session: Session, round_: Round, *, by: Viewer | None, at: datetime, verb: str, **more: Any
) -> None:
    before: dict[str, object] = {"publish_at": round_.publish_at}
    round_.publish_at = None
    touched(session, round_, at=at, by=by, verb=verb, before=before, after={"publish_at": None} | more)


def _publish(session: Session, round_: Round, *, by: Viewer | None, at: datetime) -> None:
    """All answers of a locked round, in this transaction; `Conflict` when the gate holds something."""
    mark_implemented(session, round_, by=by.person_id if by else None, at=at)
    if not gate(session, round_).open:
        raise Conflict(BLOCKED)
    round_.publish_at = None
    round_.reactions_reminded_for = None
    move_to_published(session, round_, at=at, by=by)
    count_answers(session, round_)
    tell_published(session, round_, at=at)


def is_due(now: datetime) -> ColumnElement[bool]:
    """That a round's answers are to be published now, or that reactions to them are due soon."""
    return or_(_publication_due(now), _reactions_due(now))


def _publication_due(now: datetime) -> ColumnElement[bool]:
    at: Any = col(Round.publish_at)
    return and_(col(Round.phase) == Phase.CLOSED, at.is_not(None), at <= now)


def _reactions_due(now: datetime) -> ColumnElement[bool]:
    until: Any = col(Round.reactions_until)
    return and_(
        col(Round.phase) == Phase.PUBLISHED,
        until > now,
        until <= now + REMINDED_BEFORE,
        col(Round.reactions_reminded_for).is_distinct_from(until),
    )


def publish_due(session: Session, now: datetime) -> list[int]:
    """Publish the rounds whose time has come, as the system; gives the ids of those touched.

    One that something blocks is not published: its time is taken off, and the secretariat is told why.
    """
    waiting = session.scalars(
        select(Round).where(_publication_due(now)).order_by(col(Round.id)).with_for_update(skip_locked=True)
    ).all()
    for round_ in waiting:
        mark_implemented(session, round_, by=None, at=now)
        found = gate(session, round_)
        if found.open:
            _publish(session, round_, by=None, at=now)
        else:
            names = blocking_names(found)
            _unset(session, round_, by=None, at=now, verb="publication held back", blocked=names)
            tell_held_back(session, round_, names, at=now)
    return [round_.id or 0 for round_ in waiting]


def remind_of_reactions(session: Session, now: datetime) -> int:
    """Remind those who have not reacted, once for each date; gives how many rounds.

    A round whose answers came out less than three days before the date reminds nobody: they have just been told.
    """
    found = session.scalars(
        select(Round).where(_reactions_due(now)).order_by(col(Round.id)).with_for_update(skip_locked=True)
    ).all()
    for round_ in found:
        until = round_.reactions_until
        round_.reactions_reminded_for = until
        told = round_.published_at
        if until is not None and (told is None or told < until - REMINDED_BEFORE):
            tell_due(session, round_, at=now)
    session.flush()
    return len(found)


def blocking_names(found: Gate) -> list[str]:
    """What blocks, by name."""
    return [NAMES[blocker] for blocker in found.blocking]


def count_answers(session: Session, round_: Round) -> None:
    """Count the answers of a round once: of all, of each constituency, of each organisation.

    Counted is what everybody may read: nothing that is for the secretariat only, and each comment only under
    what it shows of its author.
    """

    def showing(part: Shown) -> ColumnElement[bool]:
        return col(Comment.attribution).in_([one for one, parts in SHOWS.items() if part in parts])

    named = showing(Shown.ORGANISATION) & (col(Comment.capacity) != Capacity.PERSONAL)
    whose: tuple[tuple[Any, list[ColumnElement[bool]]], ...] = (
        (literal("all"), []),
        (
            cast(col(Comment.constituency), Text),
            [showing(Shown.CONSTITUENCY), col(Comment.constituency).is_not(None)],
        ),
        (
            literal("o") + cast(col(Comment.organisation_id), Text),
            [named, col(Comment.organisation_id).is_not(None)],
        ),
    )
    for label, conditions in whose:
        labelled = label.label("whose")
        rows = session.execute(
            select(labelled, col(Point.disposition), func.count())
            .select_from(Comment)
            .join(PointComment, col(PointComment.comment_id) == col(Comment.id))
            .join(Point, col(Point.id) == col(PointComment.point_id))
            .where(
                col(Comment.round_id) == round_.id,
                col(Comment.status) == Status.SUBMITTED,
                col(Comment.attribution) != Attribution.SECRETARIAT,
                col(Point.disposition).is_not(None),
                *conditions,
            )
            .group_by(labelled, col(Point.disposition))
        ).all()
        counted = [
            {"round_id": round_.id, "whose": name, "disposition": disposition, "n": n}
            for name, disposition, n in rows
        ]
        if counted:
            session.execute(insert(AnswerTally), counted)
