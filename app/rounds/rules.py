"""A round's phases, what moves it from one to the next, and what it lets people see."""

import enum

from app.words import N_


class Phase(enum.StrEnum):
    """Where a round stands; one stored value, moved only by `AFTER`."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    PUBLISHED = "published"


PHASE_NAMES = {
    Phase.SCHEDULED: N_("Scheduled"),
    Phase.OPEN: N_("Open"),
    Phase.PAUSED: N_("Paused"),
    Phase.CLOSED: N_("Closed, being resolved"),
    Phase.PUBLISHED: N_("Published"),
}


class RoundVerb(enum.StrEnum):
    """What the secretariat does with a round."""

    OPEN = "open"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"
    PUBLISH = "publish"


ROUND_VERB_NAMES = {
    RoundVerb.OPEN: N_("Open the round"),
    RoundVerb.PAUSE: N_("Pause"),
    RoundVerb.RESUME: N_("Resume"),
    RoundVerb.EXTEND: N_("Change the closing date"),
    RoundVerb.CLOSE: N_("Close the round"),
    RoundVerb.REOPEN: N_("Open it again"),
    RoundVerb.PUBLISH: N_("Publish"),
}

#: The phase after a verb; a pair that is not here is the wrong moment.
AFTER: dict[tuple[Phase, RoundVerb], Phase] = {
    (Phase.SCHEDULED, RoundVerb.OPEN): Phase.OPEN,
    (Phase.SCHEDULED, RoundVerb.EXTEND): Phase.SCHEDULED,
    (Phase.OPEN, RoundVerb.PAUSE): Phase.PAUSED,
    (Phase.OPEN, RoundVerb.EXTEND): Phase.OPEN,
    (Phase.OPEN, RoundVerb.CLOSE): Phase.CLOSED,
    (Phase.PAUSED, RoundVerb.RESUME): Phase.OPEN,
    (Phase.PAUSED, RoundVerb.EXTEND): Phase.PAUSED,
    (Phase.PAUSED, RoundVerb.CLOSE): Phase.CLOSED,
    (Phase.CLOSED, RoundVerb.REOPEN): Phase.OPEN,
    (Phase.CLOSED, RoundVerb.PUBLISH): Phase.PUBLISHED,
}

#: Phases in which isolation is over and everyone sees what attribution permits.
REVEALED = frozenset({Phase.CLOSED, Phase.PUBLISHED})


class Isolation(enum.StrEnum):
    """Whose comments a participant sees while the round is open."""

    EVERYONE = "everyone"
    CONSTITUENCY = "constituency"
    ORGANISATION = "organisation"


ISOLATION_NAMES = {
    Isolation.EVERYONE: N_("Everyone's comments"),
    Isolation.CONSTITUENCY: N_("Those of the own constituency"),
    Isolation.ORGANISATION: N_("Those of the own organisation"),
}

#: Malaysia's circular on online consultation asks for at least this many working days.
WORKING_DAYS_ASKED = 14
