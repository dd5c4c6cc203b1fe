"""A round's phases, what moves it from one to the next, and what it lets people see."""

import enum
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.errors import Conflict
from app.people.rules import Constituency
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

#: A working day counts as a day to comment when the round is open for all of these hours of it.
OFFICE_OPENS, OFFICE_CLOSES = time(9), time(17)

#: Saturday and Sunday, as `date.weekday` counts them.
WEEKEND = frozenset({5, 6})

#: A round that lasts longer than this is a slip of the keyboard.
LONGEST = timedelta(days=730)

#: So is a date outside these years.
YEARS = (2000, 2100)

WRONG_MOMENT = {
    Phase.SCHEDULED: N_("The round has not opened yet, so this cannot be done with it."),
    Phase.OPEN: N_("The round is open, so this cannot be done with it."),
    Phase.PAUSED: N_("The round is paused, so this cannot be done with it."),
    Phase.CLOSED: N_("The round is closed, so this cannot be done with it."),
    Phase.PUBLISHED: N_("The round is published, so nothing more can be done with it."),
}


def available(phase: Phase) -> list[RoundVerb]:
    """What can be done with a round in `phase`: its buttons, in the order of the verbs."""
    return [verb for verb in RoundVerb if (phase, verb) in AFTER]


def after(phase: Phase, verb: RoundVerb) -> Phase:
    """The phase that a verb leads to; `Conflict` at the wrong moment."""
    try:
        return AFTER[phase, verb]
    except KeyError:
        raise Conflict(WRONG_MOMENT[phase]) from None


class Part(enum.StrEnum):
    """A part of a round's settings, as what may still be changed of it depends on the phase."""

    NAME = "name"
    ABOUT = "about"
    OPENS = "opens"
    CLOSES = "closes"
    SCOPE = "scope"
    QUESTIONS = "questions"
    WINDOWS = "windows"
    ISOLATION = "isolation"
    ATTRIBUTIONS = "attributions"


_RUNNING = frozenset(Part) - {Part.OPENS, Part.CLOSES}

#: What of a round's settings can be changed in each phase. The closing date of a round that has opened
#: is moved by a verb, because everyone is told.
CHANGEABLE: dict[Phase, frozenset[Part]] = {
    Phase.SCHEDULED: frozenset(Part),
    Phase.OPEN: _RUNNING,
    Phase.PAUSED: _RUNNING,
    Phase.CLOSED: frozenset({Part.NAME, Part.ABOUT}),
    Phase.PUBLISHED: frozenset({Part.NAME}),
}

#: What was promised to those who have commented, and stays once somebody has.
PROMISED = frozenset({Part.ISOLATION})


def changeable(phase: Phase, *, commented: bool) -> frozenset[Part]:
    """What of a round's settings can be changed now."""
    return CHANGEABLE[phase] - (PROMISED if commented else frozenset())


@dataclass(frozen=True, slots=True)
class Window:
    """An own closing time; `start` and `until` are the positions of its section's first and last clause.

    Without a section both are None; without a constituency it is for everyone.
    """

    closes_at: datetime
    constituency: Constituency | None = None
    start: int | None = None
    until: int | None = None


def closing_time(
    closes_at: datetime, windows: Iterable[Window], constituency: Constituency | None, position: int | None
) -> datetime:
    """When comments of a constituency on the clause at `position` are due (None: on the whole plan).

    The narrowest window goes first: for this constituency and section (the innermost section), else the
    later one of the constituency's and the section's, else the round's own time.
    """
    both: list[tuple[int, datetime]] = []
    sections: list[tuple[int, datetime]] = []
    own: list[datetime] = []
    for window in windows:
        if window.constituency not in {None, constituency}:
            continue
        if window.start is None or window.until is None:
            if window.constituency is not None:
                own.append(window.closes_at)
        elif position is not None and window.start <= position <= window.until:
            (sections if window.constituency is None else both).append((window.start, window.closes_at))
    if both:
        return max(both)[1]
    if sections:
        own.append(max(sections)[1])
    return max(own) if own else closes_at


def is_late(phase: Phase, closes_at: datetime, at: datetime) -> bool:
    """Whether a comment that comes at `at` is late: its closing time is over, or the books are closed.

    `closes_at` is the comment's own, as `closing_time` gives it. A comment of the very second is in time.
    """
    return phase in REVEALED or at > closes_at


def working_days(opens: datetime, closes: datetime, holidays: Container[date] = ()) -> int:
    """How many whole working days there are to comment, from `opens` to `closes` (both local times).

    Counted is a day from Monday to Friday, not a public holiday, of whose office hours (9:00 to 17:00)
    the round is open for every minute; so the day of opening counts only when it opens before work
    begins, and the last one only when it closes after work ends.
    """
    count, day = 0, opens.date()
    while day <= closes.date():
        whole = (day > opens.date() or opens.time() <= OFFICE_OPENS) and (
            day < closes.date() or closes.time() >= OFFICE_CLOSES
        )
        if whole and day.weekday() not in WEEKEND and day not in holidays:
            count += 1
        day += timedelta(days=1)
    return count


def covers(scope: Iterable[tuple[int, int]], position: int) -> bool:
    """Whether a clause at `position` lies in one of the sections, given as (first, last) positions."""
    return any(start <= position <= until for start, until in scope)
