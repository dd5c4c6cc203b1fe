"""What a list of people would do to a plan, row by row, before anything is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.documents.rows import read_rows
from app.errors import Invalid
from app.people.identity import folded
from app.people.listing import Listed, PeopleList, Wrong, read_list
from app.people.models import InvitationList, Organisation, Person, Seat
from app.people.organisations import of_plan
from app.people.rules import CONSTITUENCY_NAMES, Constituency, Region, Role, Viewer
from app.people.seating import side_of
from app.people.tokens import hashed, new_secret
from app.policy import May, may, require
from app.words import N_

#: How long a previewed list waits for its confirmation.
WAITS = timedelta(hours=1)
BATCH = 500

OTHER_SIDE = N_(
    "%(organisation)s is entered under %(constituency)s here. Correct the row or the organisation."
)
TWO_SIDES = N_("Another row puts this organisation under %(constituency)s.")
NEW_BODY = N_("This organisation is new. Write its constituency in this row.")


class Fate(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    AGAIN = "again"
    SEATED = "seated"
    WRONG = "wrong"


@dataclass(slots=True)
class Checked:
    """A row against the plan as it is: what would become of it."""

    listed: Listed
    fate: Fate
    role: Role = Role.PARTICIPANT
    side: Constituency | None = None
    new_body: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A list against the plan as it is."""

    rows: list[Checked]
    unread: list[str]

    def count(self, *fates: Fate) -> int:
        """How many rows have one of these fates."""
        return sum(row.fate in fates for row in self.rows)


@dataclass(slots=True)
class Body:
    """An organisation of the plan, or one that rows describe."""

    organisation: Organisation | None
    name: str
    constituency: Constituency | None = None
    region: Region | None = None


def preview(session: Session, data: bytes, *, by: Viewer) -> Preview:
    """What importing a file would do; nothing is written. Invalid when the file cannot be read as a list."""
    require(may(by.role, May.INVITE))
    listed = read_list(read_rows(data), language=by.language)
    return check(session, listed, by=by)


def check(session: Session, people: PeopleList, *, by: Viewer) -> Preview:
    """Each row against the plan: new, seated, or wrong; two queries for every 500 rows, and one."""
    bodies = {
        key: Body(one, one.name, one.constituency, one.region)
        for key, one in of_plan(session, by.plan_id).items()
    }
    seated: dict[str, bool] = {}
    for some in batches([one.email for one in people.rows if one.email]):
        seated |= {
            email or "": ended_at is None
            for email, ended_at in session.execute(
                select(col(Person.email), col(Seat.ended_at))
                .join(Seat, col(Seat.person_id) == col(Person.id))
                .where(col(Seat.plan_id) == by.plan_id, col(Person.email).in_(some))
            )
        }
    _describe_new_bodies(people.rows, bodies)
    return Preview([_checked(one, bodies, seated) for one in people.rows], people.unread)


def _describe_new_bodies(rows: Sequence[Listed], bodies: dict[str, Body]) -> None:
    """Take each new organisation's constituency and region from the first row that states them."""
    for one in rows:
        if not one.organisation:
            continue
        body = bodies.setdefault(folded(one.organisation), Body(None, one.organisation))
        if body.organisation is None:
            body.constituency = body.constituency or one.constituency
            body.region = body.region or one.region


def _checked(one: Listed, bodies: dict[str, Body], seated: dict[str, bool]) -> Checked:
    body = bodies.get(folded(one.organisation)) if one.organisation else None
    side = body.constituency if body else None
    made = Checked(listed=one, fate=Fate.NEW, new_body=bool(body and body.organisation is None))
    if body and one.constituency and side and one.constituency is not side:
        said = {"organisation": body.name, "constituency": CONSTITUENCY_NAMES[side]}
        one.wrong.append(Wrong(TWO_SIDES if made.new_body else OTHER_SIDE, said))
    made.role = one.role or (Role.OBSERVER if side is Constituency.OBSERVER else Role.PARTICIPANT)
    if body and side is None:
        one.wrong.append(Wrong(NEW_BODY))
    else:
        try:
            made.side = side_of(made.role, side)
        except Invalid as problem:
            one.wrong.append(Wrong(problem.sentence, problem.values))
    if one.wrong:
        made.fate = Fate.WRONG
    elif one.email in seated:
        made.fate = Fate.SEATED if seated[one.email] else Fate.AGAIN
    return made


def keep(session: Session, data: bytes, name: str, *, by: Viewer, at: datetime) -> str:
    """Keep a previewed file for the same person's confirmation, and give the token that names it."""
    require(may(by.role, May.INVITE))
    session.execute(
        delete(InvitationList).where(
            (col(InvitationList.created_at) <= at - WAITS) | (col(InvitationList.person_id) == by.person_id)
        )
    )
    token = new_secret()
    session.add(
        InvitationList(
            token_hash=hashed(token),
            person_id=by.person_id or 0,
            plan_id=by.plan_id,
            name=name[:255],
            content=data,
            created_at=at,
        )
    )
    session.flush()
    return token


def batches(things: Sequence[Any]) -> Iterator[list[Any]]:
    """Things in lists of at most `BATCH`."""
    waiting = iter(things)
    while some := list(islice(waiting, BATCH)):
        yield some
