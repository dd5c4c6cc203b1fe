"""What mails say, in the language of the person they go to: `templates/mail/<name>.txt`.

The first line of a template is the subject, the rest the text.
"""

from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.languages import in_language, of_number

HERE = Path(__file__).resolve().parent.parent


@cache
def environment(language: str) -> Environment:
    """Plain-text templates; a missing value is an error here, not a hole in somebody's mail."""
    made = Environment(  # noqa: S701 (plain text: there is no markup to escape)
        loader=FileSystemLoader(HERE / "templates" / "mail"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def say(sentence: str, /, **values: Any) -> str:
        return in_language(language, sentence, values)

    def say_number(one: str, many: str, count: int, /, **values: Any) -> str:
        return of_number(language, one, many, count, values)

    made.globals |= {"_": say, "gettext": say, "ngettext": say_number}
    return made


def letter(template: str, language: str, /, **values: Any) -> tuple[str, str]:
    """A mail's subject and text."""
    whole = environment(language).get_template(f"{template}.txt").render(**values)
    subject, _, text = whole.partition("\n")
    return subject.strip(), text.strip() + "\n"


def moment(at: datetime, language: str, zone: str) -> str:
    """A date and time as a mail says it, with its weekday: "Friday, 27 November 2026, 14:32"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_day(local.date(), language)}, {local:%H:%M}"


@lru_cache(maxsize=400)
def _day(day: date, language: str) -> str:
    return format_date(day, "EEEE, d MMMM y", locale=language)
