"""Clause numbers that a spreadsheet took for dates ("1.2" shown as 2-Jan), and what was typed before."""

import re
from datetime import date

_MONTHS = (
    "jan januari january", "feb februari february", "mar mac march", "apr april", "may mei", "jun june",
    "jul julai july", "aug ogos august ogo", "sep sept september", "oct okt oktober october", "nov november",
    "dec dis disember december",
)  # fmt: skip
MONTH = {word: at for at, words in enumerate(_MONTHS, 1) for word in words.split()}
_TYPED = 20
_NAME = "|".join(sorted(MONTH, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"(?P<d>\d{{1,2}})[-/ .](?P<m>{_NAME})\.?(?:[-/ .](?P<y>\d{{4}}|\d{{2}}))?")
_MONTH_FIRST = re.compile(rf"(?P<m>{_NAME})\.?[-/ .](?P<d>\d{{1,2}})(?:,? ?(?P<y>\d{{4}}))?")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?)?")
_SLASHED = re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}|\d{2})")


def readings_of(text: str) -> list[str]:
    """Give the clause numbers that a date may have been, for a text that is nothing but a date; else nothing.

    `text` is in small letters. 2-Jan is 2.1 (day first) or 1.2 (month first), and where the year can be
    a third number also 2.1.5 or 1.2.5.
    """
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _SLASHED):
        found = pattern.fullmatch(text)
        if found is None:
            continue
        named = found["m"]
        month = MONTH[named] if named in MONTH else int(named)
        day, year = int(found["d"]), found["y"]
        if not 1 <= month <= 12 or not 1 <= day <= 99:
            return []
        return numbers_of(day, month, int(year) % 100 if year else None)
    return []


def readings_of_date(value: date) -> list[str]:
    """Give the clause numbers that a date cell may have been."""
    return numbers_of(value.day, value.month, value.year % 100)


def numbers_of(day: int, month: int, year: int | None) -> list[str]:
    """Give the readings of a day, a month and the last two figures of a year, without doubles."""
    pairs = [f"{day}.{month}", f"{month}.{day}"]
    if year is not None and year < _TYPED:  # a spreadsheet adds the running year: another one was typed
        return list(dict.fromkeys(f"{pair}.{year}" for pair in pairs))
    found = pairs
    if year is not None:
        found += [f"{day}.{month}.{year}", f"{month}.{day}.{year}"]
        if day == 1:  # "1.26" shown as Jan-26: a month and a year
            found.append(f"{month}.{year}")
    return list(dict.fromkeys(found))


def readings_of_number(shown: str, *, bare: bool = True) -> list[str]:
    """Give what a number cell may have been: 4.1 is 4.1, or 4.10 without its nought."""
    if bare and re.fullmatch(r"\d{1,3}\.\d", shown):
        return [shown, f"{shown}0"]
    return [shown]
