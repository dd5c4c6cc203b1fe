"""What becomes of an anchor when the draft under it is replaced."""

import enum

from app.words import N_


class Carried(enum.StrEnum):
    """How an anchor came to the next draft, or why it waits for a person."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    SUGGESTED = "suggested"
    ORPHAN = "orphan"


CARRIED_NAMES = {
    Carried.EXACT: N_("The same words"),
    Carried.FUZZY: N_("The same words, lightly edited"),
    Carried.SUGGESTED: N_("A place is suggested"),
    Carried.ORPHAN: N_("Its words are gone"),
}

#: What nobody needs to look at; the rest waits in the queue for a person.
CERTAIN = frozenset({Carried.EXACT, Carried.FUZZY})
