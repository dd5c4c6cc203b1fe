"""What the secretariat sets of a round, and what is wrong with it; pure."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from app.people.rules import Constituency
from app.rounds.rules import LONGEST, WORKING_DAYS_ASKED, YEARS, Isolation
from app.words import N_


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it is typed; `section_id` puts it beside a section, `id` is None for a new one."""

    text: str
    text_ms: str = ""
    section_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """An own closing time as it is typed: for a constituency, a section, or both."""

    closes_at: datetime
    constituency: Constituency | None = None
    section_id: int | None = None


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """All that is set of a round; times are aware, `scope` holds clause ids, empty for the whole draft.

    `accepts_few_days` says that the secretariat saw the warning about working days, and goes on.
    """

    name: str
    opens_at: datetime
    closes_at: datetime
    isolation: Isolation = Isolation.EVERYONE
    attributions: tuple[str, ...] = ()
    about: str = ""
    about_ms: str = ""
    scope: tuple[int, ...] = ()
    questions: tuple[Ask, ...] = ()
    windows: tuple[OwnWindow, ...] = ()
    accepts_few_days: bool = False

    def recorded(self) -> dict[str, Any]:
        """The settings as history keeps them."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "accepts_few_days"}
        plain["scope"] = sorted(self.scope)
        plain["questions"] = [[a.text, a.text_ms, a.section_id] for a in self.questions]
        plain["windows"] = [[w.constituency, w.section_id, w.closes_at.isoformat()] for w in self.windows]
        plain["opens_at"], plain["closes_at"] = self.opens_at.isoformat(), self.closes_at.isoformat()
        return plain


def problems(settings: RoundSettings, sections: frozenset[int]) -> dict[str, str]:
    """What is wrong with the settings, by field; `sections` are the ids of the draft's sections."""
    found: dict[str, str] = {}
    if not settings.name:
        found["name"] = N_("Give the round a name.")
    elif len(settings.name) > 160:
        found["name"] = N_("The name is longer than 160 characters.")
    if not YEARS[0] <= settings.opens_at.year <= YEARS[1]:
        found["opens_at"] = N_("Check the year of this date.")
    elif settings.closes_at <= settings.opens_at:
        found["closes_at"] = N_("The round closes before it opens.")
    elif settings.closes_at - settings.opens_at > LONGEST:
        found["closes_at"] = N_("The round lasts longer than two years. Check the dates.")
    if not settings.attributions:
        found["attributions"] = N_("Allow at least one way to show whose a comment is.")
    if not set(settings.scope) <= sections:
        found["scope"] = N_("One of the sections is not in this draft.")
    if any(not ask.text for ask in settings.questions):
        found["questions"] = N_("Write the question in English as well.")
    elif any(ask.section_id is not None and ask.section_id not in sections for ask in settings.questions):
        found["questions"] = N_("One of the sections is not in this draft.")
    windows = window_problem(settings, sections)
    if windows:
        found["windows"] = windows
    return found


def window_problem(settings: RoundSettings, sections: frozenset[int]) -> str:
    """What is wrong with the own closing times; empty when nothing is."""
    seen: set[tuple[Constituency | None, int | None]] = set()
    for window in settings.windows:
        whose = (window.constituency, window.section_id)
        if whose == (None, None):
            return N_("Say for whom, or for which section, an own closing time is.")
        if whose in seen:
            return N_("Two closing times are for the same constituency and section.")
        seen.add(whose)
        if window.section_id is not None and window.section_id not in sections:
            return N_("One of the sections is not in this draft.")
        if window.closes_at <= settings.opens_at:
            return N_("An own closing time is before the round opens.")
        if window.closes_at - settings.opens_at > LONGEST:
            return N_("The round lasts longer than two years. Check the dates.")
    return ""


def must_accept(days: int, accepted: int | None) -> bool:
    """Whether so few working days need the secretariat's word: fewer than asked, and than it took before."""
    return days < WORKING_DAYS_ASKED and (accepted is None or days < accepted)
