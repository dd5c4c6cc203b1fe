"""A resulting text as it is being written: what was picked, what was typed, and where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as new

from sqlalchemy import select
from sqlmodel import Session, col

from app.drafting.asked import By, key_of
from app.drafting.models import ResultingText
from app.errors import NotFound
from app.plans.models import Clause
from app.rounds.models import Round
from app.text.merging import Change
from app.text.weaving import Woven


@dataclass(frozen=True, slots=True)
class Picked:
    """What a drafter chose at the choices, by their keys: an option's key, KEEP or OWN, and the own words."""

    picks: Mapping[str, str] = new(default_factory=dict)
    own: Mapping[str, str] = new(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """A result as it is being written; `goes` says that the clause goes, `began` the text it began from."""

    text: str
    text_ms: str
    goes: bool
    by: By
    picked: Picked
    began: str = ""


def run_key(start: int, end: int, text: str) -> str:
    """A changed run's name in forms."""
    return f"{start}-{end}-{key_of(text)}"


def clause_at(session: Session, round_: Round, eid: str, field_: str) -> Clause:
    """A clause of the round's draft that has this field; NotFound otherwise."""
    clause = session.scalars(
        select(Clause).where(col(Clause.draft_id) == round_.draft_id, col(Clause.eid) == eid)
    ).first()
    if clause is None or (field_ and field_ not in clause.fields):
        raise NotFound("There is no such clause in the draft of this round.")
    return clause


def texts_of(clause: Clause, field_: str) -> tuple[str, str]:
    """The words of a clause, or of a field of it, in English and in Malay."""
    if field_:
        return clause.fields.get(field_, ""), clause.fields_ms.get(field_, "")
    return clause.text, clause.text_ms


def result_of(
    session: Session, round_: Round, clause: Clause, field_: str, *, lock: bool = False
) -> ResultingText | None:
    """The saved text of a clause or field in this round, if there is one."""
    statement = select(ResultingText).where(
        col(ResultingText.round_id) == round_.id,
        col(ResultingText.clause_id) == clause.id,
        col(ResultingText.field) == field_,
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).first()


def joined(began: str, mine: str, made: str) -> str:
    """My own edits over a text that was made anew meanwhile; where both touch the same words, mine stand."""
    if mine == began:
        return made
    both = Woven(began, [Change("mine", mine), Change("made", made)])
    picks = {
        choice.key: option.key
        for choice in both.choices
        for option in choice.options
        if "mine" in option.ids and not option.joins
    }
    return both.text(picks)
