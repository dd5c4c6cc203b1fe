"""What stands on the time line from assessment to launch."""

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.words import N_


class MilestoneKind(enum.StrEnum):
    """What a milestone is."""

    STAGE = "stage"
    WORKSHOP = "workshop"
    FIXED = "fixed"


MILESTONE_KIND_NAMES = {
    MilestoneKind.STAGE: N_("Stage"),
    MilestoneKind.WORKSHOP: N_("Workshop"),
    MilestoneKind.FIXED: N_("Fixed date"),
}

#: Where a step stands on the day that is asked about.
STATE_NAMES = {"done": N_("Done"), "now": N_("Now"), "next": N_("Ahead")}

#: What a step that is a round and no milestone is called among the kinds.
ROUND = "round"
KIND_NAMES = {kind.value: name for kind, name in MILESTONE_KIND_NAMES.items()} | {ROUND: N_("Round")}

#: Dates outside these years are slips of the keyboard.
YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class MilestoneSettings:
    """A milestone as it is typed; with `round_id` the dates are the round's own, and these are kept beside."""

    name: str
    starts_on: date
    ends_on: date
    name_ms: str = ""
    kind: MilestoneKind = MilestoneKind.STAGE
    done_on: date | None = None
    note: str = ""
    round_id: int | None = None

    def recorded(self) -> dict[str, Any]:
        """The milestone as history keeps it."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def problems(settings: MilestoneSettings, rounds: frozenset[int]) -> dict[str, str]:
    """What is wrong with a milestone, by field; `rounds` are the ids of the plan's rounds."""
    found: dict[str, str] = {}
    if not settings.name:
        found["name"] = N_("Give the milestone a name.")
    elif max(len(settings.name), len(settings.name_ms)) > 160:
        found["name"] = N_("The name is longer than 160 characters.")
    for field in ("starts_on", "ends_on", "done_on"):
        value: date | None = getattr(settings, field)
        if value is not None and not YEARS[0] <= value.year <= YEARS[1]:
            found[field] = N_("Check the year of this date.")
    if not found and settings.ends_on < settings.starts_on:
        found["ends_on"] = N_("It ends before it starts.")
    if len(settings.note) > 300:
        found["note"] = N_("The note is longer than 300 characters.")
    if settings.round_id is not None and settings.round_id not in rounds:
        found["round_id"] = N_("Choose a round of this plan.")
    return found
