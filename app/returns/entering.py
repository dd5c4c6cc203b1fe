"""Entering a comment for somebody: what came by letter, mail or telephone, with its source and whose it is."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.comments.actions import Came
from app.comments.forms import Written
from app.comments.models import Comment
from app.comments.receipts import owe
from app.comments.rules import Channel, Way
from app.errors import Invalid
from app.history.actions import record
from app.matrix.submitting import submit
from app.people.identity import clean
from app.people.models import Organisation, Seat
from app.people.rules import Constituency, Viewer
from app.policy import May, may, require
from app.returns.models import ReturnedContent, ReturnedFile, ReturnedItem
from app.returns.receiving import LARGE, body, named
from app.returns.rules import FileKind, Sort, State
from app.returns.voices import as_author, living_seat, voice_of, without_a_seat
from app.rounds.models import Round
from app.words import N_

FOR_WHOM = N_("Say for whom you enter this: a person with a seat, an organisation, or a name.")


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom a comment is entered: a seat; else an organisation, a name, or both, with the side of a lone name."""

    seat_id: int | None = None
    organisation_id: int | None = None
    name: str = ""
    constituency: Constituency | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A comment that was entered, the seat in whose name it stands, and whether it is new."""

    comment: Comment
    seat: Seat
    new: bool


def enter(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    whom: Whom,
    way: Way,
    note: str,
    written: Written,
    at: datetime,
    attached: tuple[str, bytes] | None = None,
    most: int = 25 * 1024 * 1024,
) -> Entered:
    """Take a comment in for somebody; `attached` is its source's name and bytes, at most `most` of them.

    Sent again under the same `client_uuid`, it is the same comment.
    """
    require(may(by.role, May.ENTER_FOR, phase=round_.phase))
    if attached is not None and len(attached[1]) > most:
        megabytes = most // 1024 // 1024
        raise Invalid(LARGE, fields={"source": LARGE % {"megabytes": megabytes}}, megabytes=megabytes)
    seat, author = _voice(session, whom, by=by, at=at)
    comment, new = submit(
        session,
        by=as_author(seat),
        round_=round_,
        written=written,
        at=at,
        came=Came(
            by=by,
            right=May.ENTER_FOR,
            channel=Channel.ENTERED,
            author=author,
            way=way,
            note=clean(note),
        ),
    )
    if new and seat.ended_at is None:
        owe(session, comment)
    if new and attached is not None and attached[1]:
        _attach(session, comment, attached, written.client_uuid, by=by, round_=round_, at=at)
    return Entered(comment, seat, new)


def _voice(session: Session, whom: Whom, *, by: Viewer, at: datetime) -> tuple[Seat, str]:
    """The seat in whose name it stands, and the name of somebody who has none."""
    if whom.seat_id is not None:
        return living_seat(session, by.plan_id, whom.seat_id), ""
    name = clean(whom.name)[:120]
    organisation: Organisation | None = None
    if whom.organisation_id is not None:
        organisation = body(session, by.plan_id, whom.organisation_id)
    if organisation is not None and not name:
        return voice_of(session, organisation, by=by, at=at), ""
    if not name:
        raise Invalid(FOR_WHOM, fields={"seat": FOR_WHOM})
    seat = without_a_seat(session, by.plan_id, organisation, whom.constituency, name, by=by, at=at)
    return seat, name


def _attach(
    session: Session,
    comment: Comment,
    attached: tuple[str, bytes],
    mark: str,
    *,
    by: Viewer,
    round_: Round,
    at: datetime,
) -> None:
    """Keep what a comment was entered from, for those who enter comments alone."""
    name, data = attached
    digest = hashlib.sha256(data).hexdigest()
    one = ReturnedFile(
        plan_id=by.plan_id,
        round_id=round_.id or 0,
        batch=mark,
        place=0,
        name=named(name),
        sha256=digest,
        size=len(data),
        kind=FileKind.SOURCE,
        state=State.KEPT,
        organisation_id=comment.organisation_id,
        seat_id=comment.seat_id,
        received_at=at,
        received_by=by.person_id or 0,
    )
    session.add(one)
    session.flush()
    session.add(ReturnedContent(file_id=one.id or 0, content=data))
    session.add(
        ReturnedItem(
            file_id=one.id or 0,
            round_id=round_.id or 0,
            position=0,
            sort=Sort.COMMENT,
            key=hashlib.sha256(f"source:{comment.id}".encode()).hexdigest(),
            comment_id=comment.id,
        )
    )
    record(
        session,
        at=at,
        by=by.person_id,
        verb="attach",
        subject="returned_file",
        subject_id=one.id or 0,
        after={"sha256": digest, "comment": comment.id},
        plan_id=by.plan_id,
        round_id=round_.id,
        first=True,
    )
