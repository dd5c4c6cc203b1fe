"""What a commenter says to the answer, and what a reviewer says to the process."""

import enum
from datetime import datetime, timedelta

from app.matrix.dispositions import Disposition
from app.words import N_


class ReactionKind(enum.StrEnum):
    """The commenter's answer to the answer; no row at all is no reply."""

    ACCEPTS = "accepts"
    CAN_LIVE = "can_live_with_it"
    MAINTAINS = "maintains_objection"


REACTION_NAMES = {
    ReactionKind.ACCEPTS: N_("Accepts the answer"),
    ReactionKind.CAN_LIVE: N_("Can live with it"),
    ReactionKind.MAINTAINS: N_("Maintains the objection"),
}

#: Reactions that say why.
NEEDS_NOTE = frozenset({ReactionKind.MAINTAINS})


class Opinion(enum.StrEnum):
    """What the reviewer finds: whether every comment got due consideration."""

    GIVEN = "given"
    GIVEN_EXCEPT = "given_except"
    NOT_GIVEN = "not_given"


OPINION_NAMES = {
    Opinion.GIVEN: N_("Every comment got due consideration"),
    Opinion.GIVEN_EXCEPT: N_("Every comment got due consideration, except as noted"),
    Opinion.NOT_GIVEN: N_("Comments did not get due consideration"),
}


#: Fewer working days than this to react to the answers get a warning.
DAYS_TO_REACT = 10

#: Whoever has not reacted is reminded so long before the date.
REMINDED_BEFORE = timedelta(days=3)

#: Answers after which a comment may well still stand in the next round, unless its author accepted them.
LEFT_OPEN = frozenset(
    {
        Disposition.NOT_ACCEPTED,
        Disposition.NOTED,
        Disposition.DEFERRED,
        Disposition.OUT_OF_SCOPE,
        Disposition.FELL,
    }
)

#: Answers that nobody needs to say anything to: the commenter gave them.
NOTHING_TO_REACT_TO = frozenset({Disposition.WITHDRAWN})

#: So many letters a note has at most.
LONGEST_NOTE = 4000


def can_react(disposition: Disposition, until: datetime | None, now: datetime) -> bool:
    """Whether an answer can be reacted to at `now`; a round without a date takes reactions as long as it stands."""
    return disposition not in NOTHING_TO_REACT_TO and (until is None or now <= until)


def is_left_open(disposition: Disposition, reaction: ReactionKind | None) -> bool:
    """Whether a comment so answered is offered to its author again: "settled, or still stands?"."""
    if reaction is ReactionKind.MAINTAINS or disposition is Disposition.DEFERRED:
        return True
    return disposition in LEFT_OPEN and reaction is not ReactionKind.ACCEPTS
