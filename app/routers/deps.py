"""What routes ask for: the session, the moment, the person, and their place in a plan or round."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from app.config import Settings
from app.errors import NotFound
from app.people.models import Organisation, Person, Seat
from app.people.rules import Viewer
from app.plans.models import Plan
from app.rounds.models import Round
from app.web import sessions
from app.web.guard import SAFE
from app.web.here import Here


class SignInNeeded(Exception):  # noqa: N818 (not an error: the next page is the door)
    """Nobody is signed in; the answer leads to the door and back."""


async def get_settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def get_db(request: Request) -> Iterator[Session]:
    """The request's transaction; one that only reads never waits for a writer."""
    bound = request.app.state.engine.execution_options(writes=request.method not in SAFE)
    with Session(bound, expire_on_commit=False) as session:
        yield session
        session.commit()


def get_writes(request: Request) -> Iterator[Session]:
    """A transaction that may write although the request only reads, such as noting what was opened."""
    with Session(request.app.state.engine, expire_on_commit=False) as session:
        yield session
        session.commit()


async def get_now() -> datetime:
    return datetime.now(UTC)


# Committed before the answer leaves: FastAPI's default scope would commit after it.
Db = Annotated[Session, Depends(get_db, scope="function")]
Now = Annotated[datetime, Depends(get_now)]
Config = Annotated[Settings, Depends(get_settings)]


def get_person(request: Request, db: Db, now: Now, settings: Config) -> Person | None:
    """Who is signed in, if anybody; their language becomes the request's."""
    found = sessions.who(db, request, settings, now)
    if found is None:
        return None
    person, signed_in = found
    request.state.language = person.language
    request.state.signed_in_id = signed_in.id if signed_in else None
    if signed_in and now - signed_in.seen_at > sessions.RENEWED_EVERY:
        with Session(request.app.state.engine) as own:
            sessions.renew(own, signed_in, settings, now)
            own.commit()
    return person


Visitor = Annotated[Person | None, Depends(get_person)]


async def get_me(person: Visitor) -> Person:
    if person is None:
        raise SignInNeeded
    return person


Me = Annotated[Person, Depends(get_me)]


#: Statements that every request makes are built once; only their values change.
_SEATED = (
    select(Plan, Seat, Organisation)
    .join(Seat, (col(Seat.plan_id) == col(Plan.id)) & col(Seat.ended_at).is_(None))
    .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
    .where(col(Seat.person_id) == bindparam("person_id"))
)
IN_PLAN = _SEATED.where(col(Plan.slug) == bindparam("slug"))
IN_ROUND = (
    _SEATED.add_columns(Round)
    .join(Round, col(Round.plan_id) == col(Plan.id))
    .where(col(Round.id) == bindparam("round_id"))
)


def place(
    request: Request,
    db: Session,
    now: datetime,
    person: Person,
    found: tuple[Plan, Seat, Organisation | None] | None,
    round_: Round | None,
) -> Here:
    """The person at their seat; a plan where they have none is a plan they do not know of."""
    if found is None:
        raise NotFound("There is no such page, or you have no seat in its plan.")
    plan, seat, organisation = found
    viewer = Viewer(
        person_id=person.id,
        seat_id=seat.id,
        plan_id=seat.plan_id,
        role=seat.role,
        constituency=seat.constituency,
        organisation_id=seat.organisation_id,
        language=person.language,
    )
    return Here(
        request=request,
        db=db,
        now=now,
        person=person,
        seat=seat,
        organisation=organisation,
        viewer=viewer,
        plan=plan,
        round=round_,
    )


def get_in_plan(plan: str, request: Request, db: Db, now: Now, me: Me) -> Here:
    """`/plans/{plan}/…`: the plan by its slug."""
    row = db.execute(IN_PLAN, {"slug": plan, "person_id": me.id}).first()
    return place(request, db, now, me, (row[0], row[1], row[2]) if row else None, None)


def get_in_round(round_id: int, request: Request, db: Db, now: Now, me: Me) -> Here:
    """`/rounds/{round_id}/…`: the round and its plan."""
    row = db.execute(IN_ROUND, {"round_id": round_id, "person_id": me.id}).first()
    return place(request, db, now, me, (row[0], row[1], row[2]) if row else None, row[3] if row else None)


InPlan = Annotated[Here, Depends(get_in_plan)]
InRound = Annotated[Here, Depends(get_in_round)]
