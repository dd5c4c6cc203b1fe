"""What a commenter says to the answer, and what a reviewer says to the process."""

import enum

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
