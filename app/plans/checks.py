"""What stands in the way of freezing a draft, each with a way out that can be pressed."""

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.plans.rules import NOT_CONSULTED, Kind
from app.words import N_


class Hindrance(enum.StrEnum):
    """Why a clause cannot be frozen as it is."""

    EMPTY = "empty"
    SAME_LABEL = "same_label"


HINDRANCE_SAYS = {
    Hindrance.EMPTY: N_("This clause has no text. Write it, or delete the clause."),
    Hindrance.SAME_LABEL: N_("Another clause has the label “%(label)s” too, so nobody could cite either."),
}


@dataclass(frozen=True, slots=True)
class Hindered:
    """A clause that hinders freezing; `suggestion` is a label that is free."""

    wid: str
    label: str
    version: int
    text: str
    why: Hindrance
    suggestion: str = ""

    @property
    def sentence(self) -> str:
        """What a person is told, a catalogue key."""
        return HINDRANCE_SAYS[self.why]


class Checked(Protocol):
    """What is looked at in a clause."""

    @property
    def wid(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def label(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def fields(self) -> dict[str, str]: ...


def hindrances(clauses: Sequence[Checked]) -> list[Hindered]:
    """What hinders freezing, in document order: clauses that say nothing, labels that two clauses have."""
    read = [one for one in clauses if one.kind not in NOT_CONSULTED]
    taken = Counter(one.label for one in read if one.label)
    seen: Counter[str] = Counter()
    found = []
    for one in read:
        if not one.text.strip() and not any(value.strip() for value in one.fields.values()):
            found.append(Hindered(one.wid, one.label, one.version, one.text, Hindrance.EMPTY))
        seen[one.label] += 1
        if one.label and seen[one.label] > 1:
            free = free_label(one.label, taken)
            taken[free] += 1
            found.append(Hindered(one.wid, one.label, one.version, one.text, Hindrance.SAME_LABEL, free))
    return found


def free_label(label: str, taken: Counter[str]) -> str:
    """A label made from `label` that no clause has."""
    n = 2
    while taken[f"{label} ({n})"]:
        n += 1
    return f"{label} ({n})"
