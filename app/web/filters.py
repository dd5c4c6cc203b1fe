"""Dates, times and numbers as people here read them: in the plan's time zone and the reader's language.

Month and day names are Babel's, taken once; a page with two hundred times cannot afford to ask each time.
"""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_decimal

from app.config import settings
from app.web.language import in_language, of_number
from app.words import N_

MINUTE, HOUR, DAY = 60, 3600, 86400

#: The largest unit that still says at least one, two for days: "26 hours" is clearer than "1 day".
UNITS = (
    (DAY, 2, N_("%(n)s day"), N_("%(n)s days")),
    (HOUR, 1, N_("%(n)s hour"), N_("%(n)s hours")),
    (MINUTE, 1, N_("%(n)s minute"), N_("%(n)s minutes")),
)


@cache
def zone() -> ZoneInfo:
    """The zone in which dates are shown and rounds close."""
    return ZoneInfo(settings().time_zone)


@cache
def names(language: str) -> tuple[dict[int, str], dict[int, str], dict[int, str], dict[int, str]]:
    """Months in full and short, days in full and short, from Monday as 0."""
    locale: Any = Locale.parse(language)
    months, days = locale.months["format"], locale.days["format"]
    return dict(months["wide"]), dict(months["abbreviated"]), dict(days["wide"]), dict(days["abbreviated"])


def here(at: datetime) -> datetime:
    """A moment on this zone's clock."""
    return at.astimezone(zone())


def on(at: datetime | date) -> date:
    """The day of a moment in this zone; a day is itself."""
    return here(at).date() if isinstance(at, datetime) else at


def day(at: datetime | date, language: str = "en") -> str:
    """18 May 2026."""
    d = on(at)
    return f"{d.day} {names(language)[0][d.month]} {d.year}"


def short_day(at: datetime | date, language: str = "en") -> str:
    """18 May."""
    d = on(at)
    return f"{d.day} {names(language)[1][d.month]}"


def month(at: datetime | date, language: str = "en") -> str:
    """May."""
    return names(language)[1][on(at).month]


def month_name(at: datetime | date, language: str = "en") -> str:
    """February."""
    return names(language)[0][on(at).month]


def weekday_day(at: datetime | date, language: str = "en") -> str:
    """Monday 18 May: a date somebody must act on."""
    d = on(at)
    return f"{names(language)[2][d.weekday()]} {d.day} {names(language)[0][d.month]}"


def clock(at: datetime, language: str = "en") -> str:  # noqa: ARG001 (called like the others)
    """17:00."""
    return f"{here(at):%H:%M}"


def when(at: datetime, language: str = "en") -> str:
    """18 May 2026, 17:00."""
    return f"{day(at, language)}, {clock(at)}"


def weekday_when(at: datetime, language: str = "en") -> str:
    """Monday 18 May, 17:00: a moment somebody must act before."""
    return f"{weekday_day(at, language)}, {clock(at)}"


def span(seconds: float, language: str = "en") -> str:
    """A length of time in its largest fitting unit, rounded down: 6 days, 26 hours, 5 minutes."""
    for size, least, one, many in UNITS:
        n = int(seconds // size)
        if n >= least:
            return of_number(language, one, many, n)
    return in_language(language, N_("less than a minute"))


def until(at: datetime, now: datetime, language: str = "en") -> str:
    """How long until a moment; nothing when it has passed."""
    left = (at - now).total_seconds()
    return span(left, language) if left > 0 else ""


def ago(at: datetime, now: datetime, language: str = "en") -> str:
    """When something happened, as people say it: 5 minutes ago; today 09:40; 4 May; 4 May 2025."""
    passed = (now - at).total_seconds()
    if passed < HOUR:
        if passed < MINUTE:
            return in_language(language, N_("just now"))
        return in_language(language, N_("%(time)s ago"), {"time": span(passed, language)})
    then, today = here(at), here(now)
    if then.date() == today.date():
        return in_language(language, N_("today %(clock)s"), {"clock": clock(at)})
    return short_day(at, language) if then.year == today.year else day(at, language)


@cache
def number(n: float, language: str = "en") -> str:
    """1,234."""
    return format_decimal(n, locale=language)


#: What templates call these by; each takes the language of its page by itself.
FILTERS = {
    found.__name__: found
    for found in (day, short_day, month, month_name, weekday_day, clock, when, weekday_when, until, ago)
} | {"number": number}
