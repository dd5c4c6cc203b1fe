"""iCalendar (RFC 5545): dates that other programs subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

TYPE = "text/calendar; charset=utf-8"

#: How often a subscriber is asked to look again.
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `starts` is a moment (aware), or a day; days go on to `ends`, that day included.

    `uid` stays the same when the date moves; `sequence` counts the changes, `changed_at` is the last.
    """

    uid: str
    title: str
    starts: datetime | date
    sequence: int
    changed_at: datetime
    ends: date | None = None
    about: str = ""
    url: str = ""


def as_ics(name: str, entries: Iterable[Entry], time_zone: str) -> bytes:
    """A calendar that clients can subscribe to; the same entries give the same bytes.

    Moments are told in `time_zone`, whose definition goes along. The stamp of an event is its last change:
    without a METHOD that is what DTSTAMP means (RFC 5545, 3.8.7.2).
    """
    zone = ZoneInfo(time_zone)
    calendar = Calendar()
    calendar.add("prodid", "-//Runding//Roadmap//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", vText(printable(name)))
    calendar.add("x-wr-calname", vText(printable(name)))
    calendar.add("x-wr-timezone", time_zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("summary", printable(entry.title))
        changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
        event.add("dtstamp", changed)
        event.add("last-modified", changed)
        event.add("sequence", entry.sequence)
        if isinstance(entry.starts, datetime):
            event.add("dtstart", entry.starts.astimezone(zone).replace(microsecond=0))
        else:
            event.add("dtstart", entry.starts)
            # The end of an all-day event is the day after its last.
            event.add("dtend", (entry.ends or entry.starts) + timedelta(days=1))
        # Nobody is busy because a round closes.
        event.add("transp", "TRANSPARENT")
        if entry.about:
            event.add("description", printable(entry.about))
        if entry.url:
            event.add("url", entry.url)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def printable(words: str) -> str:
    """Words without the control characters that the format forbids; line breaks stay."""
    return "".join(letter for letter in words if letter == "\n" or letter.isprintable())
