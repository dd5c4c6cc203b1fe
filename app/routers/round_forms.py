"""A round's form: read from what was sent, filled from what is kept, and shown again as it was typed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from app.comments.rules import Attribution
from app.errors import Invalid
from app.people.rules import Constituency
from app.rounds.actions import CHECK, days_between
from app.rounds.rules import OFFICE_CLOSES, OFFICE_OPENS, WORKING_DAYS_ASKED, Isolation
from app.rounds.settings import Ask, OwnWindow, RoundSettings
from app.web.filters import here
from app.web.filters import zone as the_zone
from app.words import N_

#: Ways of showing whose a comment is, as the secretariat allows them.
ALLOWED_NAMES = {
    Attribution.NAMED: N_("Name and organisation"),
    Attribution.ORGANISATION: N_("Organisation"),
    Attribution.CONSTITUENCY: N_("Constituency only"),
    Attribution.SECRETARIAT: N_("Secretariat only"),
}

#: Empty rows offered for one more question and one more closing time.
MORE = 2
#: More rows than this are no form of ours.
MOST = 60
#: Fields of one text each.
PLAIN = (
    "name",
    "about",
    "about_ms",
    "draft_id",
    "isolation",
    "opens_date",
    "opens_time",
    "closes_date",
    "closes_time",
)
BAD_DATE = N_("Give a date and a time.")


async def _sent(request: Request) -> FormData:
    return await request.form()


Sent = Annotated[FormData, Depends(_sent)]


@dataclass(slots=True)
class TypedQuestion:
    """A question's row."""

    id: str = ""
    text: str = ""
    text_ms: str = ""
    section: str = ""


@dataclass(slots=True)
class TypedWindow:
    """An own closing time's row."""

    who: str = ""
    section: str = ""
    date: str = ""
    time: str = ""


@dataclass(slots=True)
class Typed:
    """The form as it stands on the page; all texts, so that nothing typed is lost."""

    name: str = ""
    about: str = ""
    about_ms: str = ""
    draft_id: str = ""
    opens_date: str = ""
    opens_time: str = ""
    closes_date: str = ""
    closes_time: str = ""
    isolation: str = Isolation.EVERYONE.value
    attributions: list[str] = field(default_factory=list)
    scope: list[str] = field(default_factory=list)
    questions: list[TypedQuestion] = field(default_factory=list)
    windows: list[TypedWindow] = field(default_factory=list)
    accepts: bool = False

    def with_more(self) -> "Typed":
        """The same, with empty rows to write in."""
        self.questions += [TypedQuestion() for _ in range(MORE)]
        self.windows += [TypedWindow() for _ in range(MORE)]
        return self


def typed(form: FormData) -> Typed:
    """What was sent."""
    found = Typed()
    for name in PLAIN:
        setattr(found, name, text(form, name))
    found.attributions = [str(value) for value in form.getlist("attributions")]
    found.scope = [str(value) for value in form.getlist("scope")]
    found.accepts = bool(form.get("accepts_few_days"))
    found.questions = [
        TypedQuestion(*(text(form, f"q{n}_{part}") for part in ("id", "text", "text_ms", "section")))
        for n in rows(form, "q")
    ]
    found.windows = [
        TypedWindow(*(text(form, f"w{n}_{part}") for part in ("who", "section", "date", "time")))
        for n in rows(form, "w")
    ]
    found.questions = [row for row in found.questions if row.text or row.text_ms]
    found.windows = [row for row in found.windows if row.who or row.section or row.date]
    return found


def text(form: FormData, name: str) -> str:
    """One field's text, without white space around it."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def rows(form: FormData, letter: str) -> Iterable[int]:
    """The numbers of a repeated group's rows, in order."""
    found = {int(m[1]) for name in form if (m := re.match(rf"{letter}(\d{{1,3}})_", name))}
    return sorted(found)[:MOST]


def moment(day: str, clock: str) -> datetime | None:
    """A date and a time by the plan's clock as a moment, or None when they are not both there."""
    try:
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), the_zone())
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def of_settings(kept: RoundSettings) -> Typed:
    """A round's form, filled from its settings."""
    opens, closes = here(kept.opens_at), here(kept.closes_at)
    return Typed(
        name=kept.name,
        about=kept.about,
        about_ms=kept.about_ms,
        opens_date=f"{opens:%Y-%m-%d}",
        opens_time=f"{opens:%H:%M}",
        closes_date=f"{closes:%Y-%m-%d}",
        closes_time=f"{closes:%H:%M}",
        isolation=kept.isolation.value,
        attributions=list(kept.attributions),
        scope=[str(i) for i in kept.scope],
        questions=[
            TypedQuestion(str(ask.id or ""), ask.text, ask.text_ms, str(ask.section_id or ""))
            for ask in kept.questions
        ],
        windows=[
            TypedWindow(
                window.constituency.value if window.constituency else "",
                str(window.section_id or ""),
                f"{here(window.closes_at):%Y-%m-%d}",
                f"{here(window.closes_at):%H:%M}",
            )
            for window in kept.windows
        ],
    )


def fresh(now: datetime, name: str, draft_id: int) -> Typed:
    """The form of a new round: it opens tomorrow and lasts as many working days as are asked for."""
    opens = datetime.combine(here(now).date() + timedelta(days=1), OFFICE_OPENS, the_zone())
    closes = datetime.combine(opens.date(), OFFICE_CLOSES, the_zone())
    while days_between(opens, closes) < WORKING_DAYS_ASKED:
        closes += timedelta(days=1)
    allowed = tuple(way.value for way in Attribution)
    found = of_settings(RoundSettings(name, opens, closes, attributions=allowed))
    found.draft_id = str(draft_id)
    return found


def settings_from(form: Typed, kept: RoundSettings | None = None) -> RoundSettings:
    """The form's settings; `Invalid` names the fields that cannot be read. Dates left out stay as kept."""
    wrong: dict[str, str] = {}
    opens = moment(form.opens_date, form.opens_time) or (
        kept.opens_at if kept and not form.opens_date else None
    )
    closes = moment(form.closes_date, form.closes_time) or (
        kept.closes_at if kept and not form.closes_date else None
    )
    if opens is None:
        wrong["opens_at"] = BAD_DATE
    if closes is None:
        wrong["closes_at"] = BAD_DATE
    windows = []
    for row in form.windows:
        at = moment(row.date, row.time or f"{OFFICE_CLOSES:%H:%M}")
        if at is None:
            wrong["windows"] = BAD_DATE
            continue
        who = Constituency(row.who) if row.who in set(Constituency) else None
        windows.append(OwnWindow(at, who, number(row.section)))
    if wrong or opens is None or closes is None:
        raise Invalid(CHECK, fields=wrong)
    return RoundSettings(
        name=form.name,
        about=form.about,
        about_ms=form.about_ms,
        opens_at=opens,
        closes_at=closes,
        isolation=Isolation(form.isolation) if form.isolation in set(Isolation) else Isolation.EVERYONE,
        attributions=tuple(way.value for way in Attribution if way.value in form.attributions),
        scope=tuple(sorted({number(value) or 0 for value in form.scope})),
        questions=tuple(
            Ask(row.text, row.text_ms, number(row.section), number(row.id)) for row in form.questions
        ),
        windows=tuple(windows),
        accepts_few_days=form.accepts,
    )


def number(value: str) -> int | None:
    """An id that was sent, or None; one too large for the database is an id of nothing."""
    return min(int(value[:11]), 2**31 - 1) if value.isascii() and value.isdigit() else None
