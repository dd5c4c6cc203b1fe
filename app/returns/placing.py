"""Deciding item by item: where it stands, whether it comes, and what is left out."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlmodel import Session, col

from app.errors import Invalid, NotFound
from app.history.actions import record
from app.people.rules import Viewer
from app.plans.models import Clause
from app.plans.rules import NOT_CONSULTED
from app.returns.models import ReturnedFile, ReturnedItem
from app.returns.queries import NO_FILE, base_clauses
from app.returns.receiving import held
from app.returns.rules import CHOICES, Choice, Sort, Step
from app.rounds.models import Round
from app.text.references import references
from app.words import N_

NOT_SO = N_("This cannot be decided about that item.")
CHOOSE_A_CLAUSE = N_("Write a clause's number, or words from it, and choose it from what is found.")
NO_SUCH_PLACE = N_(
    "Nothing in the draft is called “%(typed)s”. Write a number as it stands there, or words from it."
)
SEVERAL = N_("“%(typed)s” can mean several places. Choose one of those shown.")

SAYING = 8


def decide(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    file_id: int,
    item_id: int,
    choice: Choice,
    wid: str = "",
    typed: str = "",
    at: datetime,
) -> ReturnedItem:
    """Decide about one item; `wid` or what is `typed` says the clause it is to stand on.

    Where what was typed can mean several places, they become the item's candidates and Invalid says so.
    """
    one = held(session, by, round_, file_id, Step.DECIDE)
    item = session.get(ReturnedItem, item_id, with_for_update=True)
    if item is None or item.file_id != file_id:
        raise NotFound(NO_FILE)
    if choice not in CHOICES[item.sort]:
        raise Invalid(NOT_SO)
    chosen = ""
    if choice is Choice.PLACED:
        chosen = _clause(session, round_, wid) if wid else _meant(session, round_, item, typed)
    before = {"choice": item.choice, "clause": item.chosen_wid or item.wid}
    item.choice, item.chosen_wid = choice, chosen
    _note(session, one, by, at, {"item": item.position, **before}, {"choice": choice, "clause": chosen})
    return item


def decide_rest(
    session: Session, *, by: Viewer, round_: Round, file_id: int, choice: Choice, at: datetime
) -> int:
    """Decide about all that waits for a place at once: on the whole plan, or left out; gives how many."""
    one = held(session, by, round_, file_id, Step.DECIDE)
    if choice not in {Choice.GENERAL, Choice.LEFT_OUT}:
        raise Invalid(NOT_SO)
    waiting = and_(
        col(ReturnedItem.file_id) == file_id,
        col(ReturnedItem.choice) == Choice.AS_READ,
        col(ReturnedItem.idle).is_(False),
        col(ReturnedItem.sort).not_in([Sort.UNTRACKED, Sort.REPLY]),
        col(ReturnedItem.wid) == "",
        col(ReturnedItem.general).is_(False),
    )
    ids = list(session.scalars(select(col(ReturnedItem.id)).where(waiting)))
    session.execute(update(ReturnedItem).where(waiting).values(choice=choice))
    session.expire_all()
    _note(session, one, by, at, {"waiting": len(ids)}, {"choice": choice})
    return len(ids)


def _clause(session: Session, round_: Round, wid: str) -> str:
    found = session.scalar(
        select(col(Clause.wid)).where(
            col(Clause.draft_id) == round_.draft_id,
            col(Clause.wid) == wid,
            col(Clause.kind).not_in(NOT_CONSULTED),
        )
    )
    if found is None:
        raise NotFound("There is no such clause in this draft.")
    return found


def _meant(session: Session, round_: Round, item: ReturnedItem, typed: str) -> str:
    """The clause that is meant; several become the item's candidates."""
    places = meant(session, round_, typed)
    if len(places) == 1:
        return places[0]
    item.candidates = list(places)
    session.flush()
    raise Invalid(SEVERAL, typed=typed[:80])


def meant(session: Session, round_: Round, typed: str) -> Sequence[str]:
    """The clauses that a typed reference, or words of a clause, can mean; Invalid where there are none."""
    typed = " ".join(typed.split())[:300]
    if not typed:
        raise Invalid(CHOOSE_A_CLAUSE)
    clauses = [one for one in base_clauses(session, round_.draft_id) if one["kind"] not in NOT_CONSULTED]
    found = references(clauses).refer(typed)
    if found.clauses:
        return found.clauses
    words = typed.casefold()
    saying = [one["wid"] for one in clauses if len(words) > 3 and words in one["text"].casefold()]
    places = list(dict.fromkeys([*found.candidates, *saying[:SAYING]]))
    if not places:
        raise Invalid(NO_SUCH_PLACE, typed=typed[:80])
    return places


def _note(
    session: Session,
    one: ReturnedFile,
    by: Viewer,
    at: datetime,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="decide",
        subject="returned_file",
        subject_id=one.id or 0,
        before=before,
        after=after,
        plan_id=one.plan_id,
        round_id=one.round_id,
    )
