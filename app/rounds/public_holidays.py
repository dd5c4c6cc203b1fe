"""Malaysia's public holidays, as the `holidays` package knows them: federal ones, and those of a state."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import holidays

from app.people.rules import Language, Region
from app.rounds.rules import working_days

#: The states whose own holidays are shown beside the federal ones (codes of ISO 3166-2:MY).
STATES = {Region.SABAH: "12", Region.SARAWAK: "13"}

_LANGUAGES = {Language.ENGLISH: "en_US", Language.MALAY: "ms_MY"}


@lru_cache(maxsize=64)
def of_year(year: int, region: Region, language: Language) -> Mapping[date, str]:
    """A year's holidays by date, with their names; those of the federation, or of Sabah or Sarawak."""
    found = holidays.country_holidays(
        "MY", subdiv=STATES.get(region), years=year, expand=False, language=_LANGUAGES[language]
    )
    return dict(found.items())


def between(
    first: date,
    last: date,
    region: Region = Region.NATIONAL,
    language: Language = Language.ENGLISH,
) -> dict[date, str]:
    """The public holidays from `first` to `last`, both included, in order."""
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        found |= of_year(year, region, language)
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


def days_to_comment(opens: datetime, closes: datetime) -> dict[Region, int]:
    """Whole working days to comment from `opens` to `closes` (local times): federal, Sabah, Sarawak."""
    return {
        region: working_days(opens, closes, between(opens.date(), closes.date(), region))
        for region in (Region.NATIONAL, *STATES)
    }
