"""What the strip under the bar says of a round: where it stands, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.people.rules import CONSTITUENCY_NAMES
from app.roadmap.queries import Step
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.web.filters import until, weekday_when
from app.web.language import in_language
from app.words import N_

#: A letter's name on the screen.
SEATED = {str(seat): name for seat, name in CONSTITUENCY_NAMES.items()}

#: By phase: what stands before the time, and after it; a phase without a time says it all in the first.
SAYS: dict[Phase, tuple[str, str]] = {
    Phase.SCHEDULED: (N_("opens in %(time)s"), N_("opens %(when)s")),
    Phase.OPEN: (N_("closes in %(time)s"), N_("its closing time, %(when)s, has passed")),
    Phase.PAUSED: (N_("is paused"), N_("is paused")),
    Phase.CLOSED: (N_("closed %(when)s"), N_("closed %(when)s")),
    Phase.PUBLISHED: (N_("is over, its answers are published"), N_("is over, its answers are published")),
}

#: So many steps of the roadmap fit beside the round; the page of the roadmap has them all.
MOST = 4

SOON = timedelta(hours=24)


def around(steps: list[Step]) -> list[Step]:
    """The steps next to where the plan stands: the last done, what goes on, and what comes next."""
    done = sum(step.state == "done" for step in steps)
    start = max(0, min(done - 1, len(steps) - MOST))
    return steps[start : start + MOST]


@dataclass(frozen=True, slots=True)
class Strip:
    """`sentence` follows the round's name; `when` is the exact time behind it, empty when it says it itself."""

    sentence: str
    when: str
    soon: bool


def strip(round_: Round, now: datetime, language: str) -> Strip:
    """The words of the strip for a round at `now`."""
    at = {
        Phase.SCHEDULED: round_.opens_at,
        Phase.OPEN: round_.closes_at,
        Phase.CLOSED: round_.closed_at or round_.closes_at,
    }.get(round_.phase)
    ahead, passed = SAYS[round_.phase]
    if at is None:
        return Strip(in_language(language, ahead), "", soon=False)
    exact = weekday_when(at, language)
    left = until(at, now, language)
    if left:
        soon = round_.phase is Phase.OPEN and at - now < SOON
        return Strip(in_language(language, ahead, {"time": left, "when": exact}), exact, soon)
    return Strip(in_language(language, passed, {"when": exact}), "", soon=round_.phase is Phase.OPEN)
