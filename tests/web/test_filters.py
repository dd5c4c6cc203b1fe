"""Dates, times and numbers as readers in Malaysia see them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.web import filters

AT = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)  # 17:00 in Kuala Lumpur


@pytest.mark.parametrize(
    ("made", "english", "malay"),
    [
        (filters.day, "18 May 2026", "18 Mei 2026"),
        (filters.weekday_day, "Monday 18 May", "Isnin 18 Mei"),
        (filters.clock, "17:00", "17:00"),
        (filters.when, "18 May 2026, 17:00", "18 Mei 2026, 17:00"),
        (filters.weekday_when, "Monday 18 May, 17:00", "Isnin 18 Mei, 17:00"),
    ],
)
def test_a_moment_is_told_in_local_time_and_in_the_readers_language(made, english, malay):
    assert made(AT, "en") == english
    assert made(AT, "ms") == malay


def test_a_day_begins_at_midnight_here_not_in_greenwich():
    assert filters.day(datetime(2026, 5, 17, 16, 0, tzinfo=UTC)) == "18 May 2026"
    assert filters.day(datetime(2026, 5, 17, 15, 59, tzinfo=UTC)) == "17 May 2026"
    assert filters.day(date(2026, 5, 17)) == "17 May 2026"


@pytest.mark.parametrize(
    ("left", "english", "malay"),
    [
        (timedelta(days=6, hours=23), "6 days", "6 hari"),
        (timedelta(days=2), "2 days", "2 hari"),
        (timedelta(hours=47), "47 hours", "47 jam"),
        (timedelta(hours=1), "1 hour", "1 jam"),
        (timedelta(minutes=59), "59 minutes", "59 minit"),
        (timedelta(minutes=1), "1 minute", "1 minit"),
        (timedelta(seconds=59), "less than a minute", "kurang daripada seminit"),
        (timedelta(0), "", ""),
        (timedelta(days=-1), "", ""),
    ],
)
def test_time_left_is_rounded_down(left, english, malay):
    assert filters.until(AT + left, AT, "en") == english
    assert filters.until(AT + left, AT, "ms") == malay


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(hours=2), "today 15:00"),
        (timedelta(hours=20), "17 May"),
        (timedelta(days=400), "13 April 2025"),
    ],
)
def test_what_happened_is_told_as_people_say_it(passed, said):
    assert filters.ago(AT - passed, AT, "en").startswith(said)


def test_large_numbers_are_grouped():
    assert filters.number(100000, "en") == "100,000"
    assert filters.number(100000, "ms") == "100,000"
