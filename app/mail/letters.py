"""What mails say, in the language of the person they go to: `templates/mail/<name>.txt`.

The first line of a template is the subject, the rest the text.
"""

import io
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).resolve().parent.parent


@cache
def words_of(language: str) -> NullTranslations:
    """The catalogue of a language: all its files in `locales/`; English is in the code."""
    found: Translations | None = None
    for path in sorted((HERE / "locales" / language).glob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        # The first keeps its rule for plurals; the others add their words.
        found = found.merge(Translations(compiled)) if found else Translations(compiled)
    return found or NullTranslations()


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
    made.install_gettext_translations(words_of(language), newstyle=True)  # type: ignore[attr-defined]
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
