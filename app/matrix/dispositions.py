"""The answer to a point: which there are, what each demands, and how far a point has come."""

import enum
from collections.abc import Container

from app.errors import Invalid
from app.words import N_


class Disposition(enum.StrEnum):
    """What becomes of a point."""

    ACCEPTED = "accepted"
    MODIFIED = "accepted_with_modification"
    PARTLY = "partly_accepted"
    NOT_ACCEPTED = "not_accepted"
    NOTED = "noted"
    DEFERRED = "deferred"
    REFERRED = "referred"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    FELL = "fell"


DISPOSITION_NAMES = {
    Disposition.ACCEPTED: N_("Accepted"),
    Disposition.MODIFIED: N_("Accepted with modification"),
    Disposition.PARTLY: N_("Partly accepted"),
    Disposition.NOT_ACCEPTED: N_("Not accepted"),
    Disposition.NOTED: N_("Noted"),
    Disposition.DEFERRED: N_("Deferred to the next round"),
    Disposition.REFERRED: N_("Referred"),
    Disposition.OUT_OF_SCOPE: N_("Out of scope"),
    Disposition.DUPLICATE: N_("Duplicate"),
    Disposition.WITHDRAWN: N_("Withdrawn by the commenter"),
    Disposition.FELL: N_("Fell"),
}

#: Answers that promise a change of the text.
CHANGES_TEXT = frozenset({Disposition.ACCEPTED, Disposition.MODIFIED, Disposition.PARTLY})

#: Answers that explain themselves.
NEEDS_NO_REASON = frozenset({Disposition.ACCEPTED, Disposition.WITHDRAWN})

#: Answers that are no answer to a proposed change.
NOT_TO_A_PROPOSAL = frozenset({Disposition.NOTED})

#: Answers that say what else they point to: another point, or a plan or body.
POINTS_ELSEWHERE = frozenset({Disposition.DUPLICATE, Disposition.REFERRED})


class PointState(enum.StrEnum):
    """How far a point has come; it follows from what is written on it and is stored nowhere."""

    OPEN = "open"
    PROPOSED = "proposed"
    DECIDED = "decided"
    IMPLEMENTED = "implemented"


POINT_STATE_NAMES = {
    PointState.OPEN: N_("Open"),
    PointState.PROPOSED: N_("Proposed"),
    PointState.DECIDED: N_("Decided"),
    PointState.IMPLEMENTED: N_("In the text"),
}


class OtherPlan(enum.StrEnum):
    """A plan beside this one that a point can overlap with."""

    NAPTIP = "NAPTIP"
    NAPBHR = "NAPBHR"
    NAPCL = "NAPCL"


OTHER_PLAN_NAMES = {
    OtherPlan.NAPTIP: N_("NAPTIP, on trafficking in persons"),
    OtherPlan.NAPBHR: N_("NAPBHR, on business and human rights"),
    OtherPlan.NAPCL: N_("NAPCL, on child labour"),
}


class Controversy(enum.IntEnum):
    """How much a point is fought over: by how many of the four constituencies, of which sides."""

    NONE = 0
    OBJECTED = 1
    DIVIDED = 2
    DEADLOCKED = 3


CONTROVERSY_NAMES = {
    Controversy.NONE: N_("Nobody objects"),
    Controversy.OBJECTED: N_("Some object"),
    Controversy.DIVIDED: N_("Constituencies are divided"),
    Controversy.DEADLOCKED: N_("Government, employers or workers stand against each other"),
}


class Walk(enum.StrEnum):
    """In which order a resolution meeting goes through the points."""

    DOCUMENT = "document"
    CONTROVERSY = "controversy"


WALK_NAMES = {
    Walk.DOCUMENT: N_("In the order of the draft"),
    Walk.CONTROVERSY: N_("The most contested first"),
}


def state(
    disposition: Disposition | None, proposed: Disposition | None, implemented_draft_id: int | None
) -> PointState:
    """How far a point has come."""
    if disposition is None:
        return PointState.PROPOSED if proposed is not None else PointState.OPEN
    return PointState.IMPLEMENTED if implemented_draft_id is not None else PointState.DECIDED


def choices(*, proposes: bool) -> tuple[Disposition, ...]:
    """The answers there are to a point, one that proposes a change or not, in the order they are offered."""
    barred: Container[Disposition] = NOT_TO_A_PROPOSAL if proposes else ()
    return tuple(one for one in Disposition if one not in barred)


def check(disposition: Disposition, reason: str, *, proposes: bool, elsewhere: bool = False) -> None:
    """Refuse an answer that is none: noted to a proposal, no reason where one is owed, pointing nowhere.

    `elsewhere` says that the point, plan or body it points to is named.
    """
    if disposition in NOT_TO_A_PROPOSAL and proposes:
        raise Invalid(
            "This point proposes a change. “Noted” is no answer to it: accept it, in whole or in part, or say why not.",
            fields={"disposition": "Choose another answer."},
        )
    if disposition not in NEEDS_NO_REASON and not reason.strip():
        raise Invalid(
            "Give the reason, as the commenters will read it.", fields={"reason": "Write the reason."}
        )
    if disposition is Disposition.DUPLICATE and not elsewhere:
        raise Invalid(
            "Say which point this one repeats.", fields={"duplicate_of": "Give the ref of a comment of it."}
        )
    if disposition is Disposition.REFERRED and not elsewhere:
        raise Invalid(
            "Say to which plan or body this is referred.", fields={"referred_to": "Name the plan or body."}
        )
