"""What routes ask for: the session, the moment, the person, and their place in a plan or round."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from app.config import Settings
from app.errors import NotFound
from app.people.models import Organisation, Person, Seat, SignedIn
from app.people.rules import Viewer
from app.people.tokens import hashed
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
    return known(request, settings, now, *found) if found else None


def known(
    request: Request, settings: Settings, now: datetime, person: Person, signed_in: SignedIn | None
) -> Person:
    """Note who the request comes from, and that their session lives."""
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


def _seated(people: Any) -> Any:
    """The living seats of some people, with plan and organisation."""
    return (
        people.add_columns(Plan, Seat, Organisation)
        .join(Seat, (col(Seat.person_id) == col(Person.id)) & col(Seat.ended_at).is_(None))
        .join(Plan, col(Plan.id) == col(Seat.plan_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
    )


def _in_plan(people: Any) -> Any:
    return _seated(people).where(col(Plan.slug) == bindparam("slug"))


def _in_round(people: Any) -> Any:
    joined = _seated(people).add_columns(Round).join(Round, col(Round.plan_id) == col(Plan.id))
    return joined.where(col(Round.id) == bindparam("round_id"))


#: Statements that every request makes are built once. Whoever comes with a cookie, which is nearly
#: everybody, is found together with their seat; the others are found first.
_NAMED = select(Person).where(col(Person.id) == bindparam("person_id"))
_IN_PLAN = _in_plan(sessions.BY_COOKIE), _in_plan(_NAMED)
_IN_ROUND = _in_round(sessions.BY_COOKIE), _in_round(_NAMED)


def _found(
    request: Request,
    db: Session,
    now: datetime,
    settings: Settings,
    statements: tuple[Any, Any],
    where: dict[str, Any],
) -> Here:
    """The person at their seat where the address leads; a plan where they have none they do not know of."""
    with_cookie, named = statements
    token = sessions.token_of(request, settings)
    row = None
    if token:
        row = db.execute(with_cookie, where | {"token_hash": hashed(token), "now": now}).first()
    if row is not None:
        person, signed_in, *rest = row
        known(request, settings, now, person, signed_in)
    else:
        someone = get_person(request, db, now, settings)
        if someone is None:
            raise SignInNeeded
        row = db.execute(named, where | {"person_id": someone.id}).first()
        if row is None:
            raise NotFound("There is no such page, or you have no seat in its plan.")
        person, *rest = row
    plan, seat, organisation = rest[:3]
    return Here(
        request=request,
        db=db,
        now=now,
        person=person,
        seat=seat,
        organisation=organisation,
        viewer=Viewer(
            person_id=person.id,
            seat_id=seat.id,
            plan_id=seat.plan_id,
            role=seat.role,
            constituency=seat.constituency,
            organisation_id=seat.organisation_id,
            language=person.language,
        ),
        plan=plan,
        round=rest[3] if len(rest) > 3 else None,
    )


def get_in_plan(plan: str, request: Request, db: Db, now: Now, settings: Config) -> Here:
    """`/plans/{plan}/…`: the plan by its slug."""
    return _found(request, db, now, settings, _IN_PLAN, {"slug": plan})


def get_in_round(round_id: int, request: Request, db: Db, now: Now, settings: Config) -> Here:
    """`/rounds/{round_id}/…`: the round and its plan."""
    return _found(request, db, now, settings, _IN_ROUND, {"round_id": round_id})


InPlan = Annotated[Here, Depends(get_in_plan)]
InRound = Annotated[Here, Depends(get_in_round)]
