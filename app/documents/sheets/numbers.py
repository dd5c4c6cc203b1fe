"""Numbers and dates in cells as the spreadsheet shows them, and the clause numbers they may have been."""

import re
from datetime import date, timedelta

from app.text.dates_undone import readings_of_date, readings_of_number

_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: ECMA-376 part 1, 18.8.30: the built-in formats that matter to clause numbers.
BUILT_IN = {
    1: "0", 2: "0.00", 14: "d/m/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "d/m/yyyy", 49: "@",
}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^]]*\]|_.|\*.')
_PART = re.compile(r"d+|m+|y+", re.IGNORECASE)


def is_date_format(code: str) -> bool:
    """Say whether a number format shows dates."""
    bare = _QUOTED.sub("", code.split(";", maxsplit=1)[0]).lower()
    return bool(re.search(r"[dy]", bare)) or ("mmm" in bare)


def number_shown(value: float, code: str) -> str:
    """Write a number as its format shows it, where the format only sets the places after the point."""
    if fixed := re.fullmatch(r"0(?:\.(0+))?(?:_.)?", code.split(";", maxsplit=1)[0]):
        return f"{value:.{len(fixed[1] or '')}f}" if fixed[1] else f"{value:.15g}"
    return f"{value:.15g}"


def number_readings(value: float, shown: str) -> tuple[str, ...]:
    """Give what a number may have been: 4.1 is 4.1 or 4.10; 2 shown as 2.00 is 2."""
    plain = f"{value:.15g}"
    return tuple(dict.fromkeys([*readings_of_number(plain), shown]))


def date_of(serial: float, *, since_1904: bool = False) -> date | None:
    """Give the day of a serial number; the year 1900 counts a 29 February, as all spreadsheets do."""
    if not 1 <= serial < 2_958_466:
        return None
    if since_1904:
        return date(1904, 1, 1) + timedelta(days=int(serial))
    return date(1899, 12, 30 if serial >= 61 else 31) + timedelta(days=int(serial))


def date_shown(value: date, code: str) -> str:
    """Write a date by a format of days, months and years ("2-Jan"); by ISO 8601 for any other."""
    bare = _QUOTED.sub(
        lambda found: found[0][1:] if found[0][0] == "\\" else "", code.split(";", maxsplit=1)[0]
    )
    if not re.fullmatch(r"[dmy\s\-/., ]+", bare, re.IGNORECASE):
        return value.isoformat()

    def part(found: re.Match[str]) -> str:
        sign, size = found[0][0].lower(), len(found[0])
        if sign == "d":
            return str(value.day) if size == 1 else f"{value.day:02d}"
        if sign == "m":
            return [str(value.month), f"{value.month:02d}", _ENGLISH[value.month - 1]][min(size, 3) - 1]
        return f"{value.year % 100:02d}" if size <= 2 else str(value.year)

    return _PART.sub(part, bare).strip()


def date_readings(value: date) -> tuple[str, ...]:
    """Give the clause numbers that a date may have been."""
    return tuple(readings_of_date(value))
