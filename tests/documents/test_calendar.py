from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.documents.calendar import Entry, as_ics

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ZONE = "Asia/Kuala_Lumpur"

ROUND = Entry(
    "round-1-closes@runding.example", "Round 2 closes", AT, 3, AT, about="The plan", url="https://x/1"
)
STAGE = Entry("milestone-1@runding.example", "Assessment", date(2026, 2, 2), 0, AT, ends=date(2026, 3, 6))


def read(content: bytes) -> Calendar:
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    return found


def test_a_moment_is_told_in_the_plans_zone_whose_rules_go_along():
    made = read(as_ics("Plan", [ROUND], ZONE))
    event = made.events[0]
    assert event.decoded("dtstart") == AT
    assert event["dtstart"].params["TZID"] == ZONE
    assert [str(zone["tzid"]) for zone in made.timezones] == [ZONE]
    assert "dtend" not in event


def test_days_go_on_to_the_last_one():
    event = read(as_ics("Plan", [STAGE], ZONE)).events[0]
    assert event.decoded("dtstart") == date(2026, 2, 2)
    assert event.decoded("dtend") == date(2026, 3, 7)  # the day after the last, as the format wants it


def test_what_moved_keeps_its_uid_and_counts_up():
    moved = Entry(
        ROUND.uid, ROUND.title, AT + timedelta(days=7), 4, AT + timedelta(hours=1), about="The plan"
    )
    before, after = (read(as_ics("Plan", [entry], ZONE)).events[0] for entry in (ROUND, moved))
    assert before["uid"] == after["uid"]
    assert after.decoded("sequence") > before.decoded("sequence")
    assert after.decoded("last-modified") > before.decoded("last-modified")
    assert after.decoded("dtstamp") == after.decoded("last-modified")


def test_the_same_dates_give_the_same_bytes():
    assert as_ics("Plan", [ROUND, STAGE], ZONE) == as_ics("Plan", [ROUND, STAGE], ZONE)


def test_a_calendar_without_dates_is_a_calendar():
    assert read(as_ics("Plan", [], ZONE)).events == []


def test_every_line_ends_as_the_format_wants_and_is_short_enough():
    content = as_ics("Plan", [Entry("a@b", "Penyatuan é " * 30, AT, 0, AT)], ZONE)
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200))
def test_whatever_is_typed_is_read_back(name, title, about):
    made = read(as_ics(name, [Entry("a@b", title, AT, 0, AT, about=about), STAGE], ZONE))
    assert len(made.events) == 2
    visible = "".join(letter for letter in title if letter == "\n" or letter.isprintable())
    assert str(made.events[0]["summary"]) == visible
