"""Taking files in: kept as they came, each for an organisation, to be read by and by."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.comments.rules import Attribution
from app.documents.sheets.columns import plain_title
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.identity import clean, folded
from app.people.models import Organisation
from app.people.organisations import of_plan
from app.people.queries import NO_ORGANISATION
from app.people.rules import Viewer
from app.policy import May, may, require
from app.returns.keying import key_again
from app.returns.models import ReturnedContent, ReturnedFile, ReturnedItem, SheetMapping
from app.returns.queries import NO_FILE
from app.returns.rules import MAPPABLE, WRONG_STATE, FileKind, State, Step, after
from app.returns.voices import living_seat
from app.returns.waiting import leave
from app.rounds.models import Round
from app.words import N_

MOST_AT_ONCE = 100

CHOOSE_FILES = N_("Choose at least one file.")
TOO_MANY = N_("Send at most %(most)s files at once.")
EMPTY = N_("This file is empty.")
LARGE = N_("This file is larger than %(megabytes)s MB.")
NEVER_NAMED = N_("Who wrote in a returned file has not chosen to be named. Choose another way.")

#: How authors of a file can be shown, the usual first: nobody is named who did not choose it.
ATTRIBUTIONS = (Attribution.ORGANISATION, Attribution.CONSTITUENCY, Attribution.SECRETARIAT)


def offered(round_: Round) -> list[Attribution]:
    """The ways of showing whose a file's comments are, as the round allows."""
    return [one for one in ATTRIBUTIONS if one in round_.attributions]


def receive(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    files: Sequence[tuple[str, bytes]],
    batch: str,
    at: datetime,
    organisation_id: int | None = None,
    most: int = 25 * 1024 * 1024,
) -> list[ReturnedFile]:
    """Keep files, to be read; sent again under the same `batch`, they are the same files.

    One that is empty or larger than `most` bytes is kept as refused, without its content.
    """
    require(may(by.role, May.IMPORT_RETURNED, phase=round_.phase))
    if not files:
        raise Invalid(CHOOSE_FILES, fields={"files": CHOOSE_FILES})
    if len(files) > MOST_AT_ONCE:
        raise Invalid(TOO_MANY, most=MOST_AT_ONCE)
    known = session.scalars(
        select(ReturnedFile)
        .where(col(ReturnedFile.batch) == batch, col(ReturnedFile.round_id) == round_.id)
        .order_by(col(ReturnedFile.place))
    ).all()
    if known:
        return list(known)
    bodies = of_plan(session, by.plan_id)
    if organisation_id is not None:
        body(session, by.plan_id, organisation_id)
    ways = offered(round_)
    made: list[ReturnedFile] = []
    for place, (sent_as, data) in enumerate(files):
        name = named(sent_as)
        guessed = guess(name, bodies.values()) if organisation_id is None else None
        one = ReturnedFile(
            plan_id=by.plan_id,
            round_id=round_.id or 0,
            batch=batch,
            place=place,
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            organisation_id=organisation_id or (guessed.id if guessed else None),
            attribution=ways[0] if ways else Attribution.SECRETARIAT,
            received_at=at,
            received_by=by.person_id or 0,
        )
        if not data or len(data) > most:
            one.state = State.REFUSED
            one.problem = LARGE if data else EMPTY
            one.problem_values = {"megabytes": most // 1024 // 1024} if data else {}
        session.add(one)
        session.flush()
        if one.state is State.RECEIVED:
            session.add(ReturnedContent(file_id=one.id or 0, content=data))
        _note(session, one, by, at, "receive", first=True)
        made.append(one)
    leave(session)
    return made


def named(name: str) -> str:
    """A file's name without folders and signs that are no part of one."""
    return clean(name.replace("\\", "/").rpartition("/")[2])[-255:] or "file"


def guess(name: str, bodies: Iterable[Organisation]) -> Organisation | None:
    """The one organisation whose name, or short name, stands in a file's name; none where two do."""
    words = " " + " ".join(re.findall(r"\w+", folded(re.sub(r"[_\-.]+", " ", name)))) + " "

    def stands(called: str) -> bool:
        said = " ".join(re.findall(r"\w+", folded(called)))
        return len(said) > 1 and f" {said} " in words

    found = {one.id: one for one in bodies if stands(one.name) or stands(one.short_name)}
    return next(iter(found.values())) if len(found) == 1 else None


def body(session: Session, plan_id: int, organisation_id: int) -> Organisation:
    """An organisation of the plan, or NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None or found.plan_id != plan_id:
        raise NotFound(NO_ORGANISATION)
    return found


def held(
    session: Session, by: Viewer, round_: Round, file_id: int, step: Step, version: int | None = None
) -> ReturnedFile:
    """A file of the round to take a step with, held until the end; Conflict where it has moved on."""
    require(may(by.role, May.IMPORT_RETURNED, phase=round_.phase))
    one = session.get(ReturnedFile, file_id, with_for_update=True)
    if one is None or one.round_id != round_.id or one.kind is FileKind.SOURCE:
        raise NotFound(NO_FILE)
    after(one.state, step)
    if version is not None and one.version != version:
        raise Conflict(WRONG_STATE)
    return one


def describe(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    file_id: int,
    version: int,
    organisation_id: int | None,
    seat_id: int | None,
    attribution: Attribution,
    bodies: dict[str, int | None] | None = None,
    at: datetime,
) -> ReturnedFile:
    """Say whose file it is, in whose name its comments stand and how that shows.

    `bodies` says which of the plan's organisations are meant by the names in a sheet's rows.
    """
    one = held(session, by, round_, file_id, Step.DECIDE, version)
    if attribution not in offered(round_):
        raise Invalid(NEVER_NAMED, fields={"attribution": NEVER_NAMED})
    if organisation_id is not None:
        body(session, by.plan_id, organisation_id)
    if seat_id is not None:
        living_seat(session, by.plan_id, seat_id, organisation_id)
    before = one.organisation_id, one.bodies
    one.organisation_id, one.seat_id, one.attribution = organisation_id, seat_id, attribution
    if bodies is not None:
        ids = {id_ for id_ in bodies.values() if id_ is not None}
        for id_ in ids:
            body(session, by.plan_id, id_)
        one.bodies = {name: id_ for name, id_ in bodies.items() if id_ is not None}
    one.version += 1
    session.flush()
    if before != (one.organisation_id, one.bodies):
        key_again(session, one)
    _note(session, one, by, at, "describe")
    return one


def read_again(
    session: Session, *, by: Viewer, round_: Round, file_id: int, read_as: str, at: datetime
) -> ReturnedFile:
    """Have a file read once more, as a returned copy or as a sheet where one says so; what was decided is gone."""
    one = held(session, by, round_, file_id, Step.AGAIN)
    if session.get(ReturnedContent, file_id) is None:
        raise Conflict(WRONG_STATE)
    one.state = after(one.state, Step.AGAIN)
    one.read_as = read_as if read_as in {"word", "sheet"} else ""
    one.problem, one.problem_values, one.tries, one.claimed_until = "", {}, 0, None
    one.version += 1
    session.execute(delete(ReturnedItem).where(col(ReturnedItem.file_id) == file_id))
    _note(session, one, by, at, "read again")
    leave(session)
    return one


def name_columns(
    session: Session, *, by: Viewer, round_: Round, file_id: int, roles: dict[str, str], at: datetime
) -> ReturnedFile:
    """Say what columns of these titles are, remember it for the organisation, and have the file read again."""
    one = held(session, by, round_, file_id, Step.AGAIN)
    titles = {plain_title(title)[:200]: role for title, role in roles.items() if role in MAPPABLE}
    titles.pop("", None)
    for title, role in titles.items():
        known = session.scalars(
            select(SheetMapping).where(
                col(SheetMapping.plan_id) == by.plan_id,
                col(SheetMapping.organisation_id) == one.organisation_id
                if one.organisation_id
                else col(SheetMapping.organisation_id).is_(None),
                col(SheetMapping.title) == title,
            )
        ).first()
        if known is None:
            session.add(
                SheetMapping(plan_id=by.plan_id, organisation_id=one.organisation_id, title=title, role=role)
            )
        else:
            known.role = role
    session.flush()
    return read_again(session, by=by, round_=round_, file_id=file_id, read_as="sheet", at=at)


def set_aside(session: Session, *, by: Viewer, round_: Round, file_id: int, at: datetime) -> None:
    """Leave a file as it is: nothing of it is imported, and it can be taken up again."""
    one = held(session, by, round_, file_id, Step.SET_ASIDE)
    one.state = after(one.state, Step.SET_ASIDE)
    one.version += 1
    _note(session, one, by, at, "set aside")


def _note(
    session: Session, one: ReturnedFile, by: Viewer, at: datetime, verb: str, *, first: bool = False
) -> None:
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="returned_file",
        subject_id=one.id or 0,
        after={
            "sha256": one.sha256,
            "organisation": one.organisation_id,
            "seat": one.seat_id,
            "attribution": one.attribution,
            "state": one.state,
        },
        plan_id=one.plan_id,
        round_id=one.round_id,
        first=first,
    )
