"""The tables of a round, whole."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Conflict
from app.people.rules import Constituency, Region
from app.rounds.public_holidays import between, days_to_comment
from app.rounds.rules import (
    AFTER,
    CHANGEABLE,
    PROMISED,
    WRONG_MOMENT,
    Part,
    Phase,
    RoundVerb,
    Window,
    after,
    available,
    changeable,
    closing_time,
    is_late,
    working_days,
)
from app.rounds.settings import must_accept

KL = ZoneInfo("Asia/Kuala_Lumpur")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("phase", "verb"), list(product(Phase, RoundVerb)))
def test_a_verb_does_what_the_table_says_or_is_the_wrong_moment(phase, verb):
    if (phase, verb) in AFTER:
        assert after(phase, verb) is AFTER[phase, verb]
        assert verb in available(phase)
    else:
        assert verb not in available(phase)
        with pytest.raises(Conflict) as refused:
            after(phase, verb)
        assert refused.value.sentence == WRONG_MOMENT[phase]


@pytest.mark.parametrize(
    ("phase", "verbs"),
    [
        (Phase.SCHEDULED, "open extend"),
        (Phase.OPEN, "pause extend close"),
        (Phase.PAUSED, "resume extend close"),
        (Phase.CLOSED, "reopen publish"),
        (Phase.PUBLISHED, ""),
    ],
)
def test_the_buttons_of_each_phase(phase, verbs):
    assert [verb.value for verb in available(phase)] == verbs.split()


def test_every_phase_can_be_reached_and_publishing_is_the_end():
    reached, todo = {Phase.SCHEDULED}, [Phase.SCHEDULED]
    while todo:
        here = todo.pop()
        for verb in available(here):
            if AFTER[here, verb] not in reached:
                reached.add(AFTER[here, verb])
                todo.append(AFTER[here, verb])
    assert reached == set(Phase)
    assert not available(Phase.PUBLISHED)


def test_what_can_be_changed_only_shrinks_as_a_round_goes_on():
    order = [Phase.SCHEDULED, Phase.OPEN, Phase.CLOSED, Phase.PUBLISHED]
    for earlier, later in pairwise(order):
        assert CHANGEABLE[later] <= CHANGEABLE[earlier]
    assert CHANGEABLE[Phase.PAUSED] == CHANGEABLE[Phase.OPEN]


def test_isolation_stays_once_somebody_has_commented():
    assert Part.ISOLATION in changeable(Phase.OPEN, commented=False)
    assert changeable(Phase.OPEN, commented=True) == CHANGEABLE[Phase.OPEN] - PROMISED


def local(day: str, clock: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), KL)


@pytest.mark.parametrize(
    ("opens", "closes", "days", "why"),
    [
        (("2026-05-04", "09:00"), ("2026-05-08", "17:00"), 5, "Monday to Friday, office hours"),
        (("2026-05-04", "00:00"), ("2026-05-08", "23:59"), 5, "round the clock gives no more"),
        (("2026-05-04", "10:00"), ("2026-05-08", "17:00"), 4, "it opened during the first day"),
        (("2026-05-04", "09:00"), ("2026-05-08", "12:00"), 4, "it closes at noon"),
        (("2026-05-08", "09:00"), ("2026-05-08", "17:00"), 1, "a day of office hours"),
        (("2026-05-08", "09:00"), ("2026-05-08", "16:59"), 0, "a minute short of a day"),
        (("2026-05-08", "18:00"), ("2026-05-11", "08:00"), 0, "a weekend"),
        (("2026-05-09", "00:00"), ("2026-05-10", "23:59"), 0, "Saturday and Sunday"),
        (("2026-05-08", "09:00"), ("2026-05-11", "17:00"), 2, "Friday and Monday"),
        (("2026-12-24", "09:00"), ("2027-01-04", "17:00"), 7, "over the year, Christmas on a Friday"),
    ],
)
def test_working_days_are_whole_ones(opens, closes, days, why):
    holidays = {date(2026, 12, 25)}
    assert working_days(local(*opens), local(*closes), holidays) == days, why


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(90)),
    st.timedeltas(timedelta(0), timedelta(30)),
)
def test_more_time_never_gives_fewer_days_and_a_holiday_never_more(opens, length, longer):
    opens = opens.replace(tzinfo=KL)
    closes = opens + length
    plain = working_days(opens, closes)
    assert 0 <= plain <= length.days + 2
    assert plain <= working_days(opens, closes + longer)
    held = {opens.date() + timedelta(days=n) for n in range(0, 60, 3)}
    assert working_days(opens, closes, held) <= plain


def test_sabah_and_sarawak_have_holidays_of_their_own():
    june = between(date(2026, 5, 29), date(2026, 6, 3))
    assert date(2026, 5, 30) not in june
    assert date(2026, 5, 30) in between(date(2026, 5, 29), date(2026, 6, 3), Region.SABAH)
    assert date(2026, 6, 1) in june
    assert date(2026, 6, 2) in between(date(2026, 5, 29), date(2026, 6, 3), Region.SARAWAK)
    days = days_to_comment(local("2026-05-25", "09:00"), local("2026-06-05", "17:00"))
    assert set(days) == {Region.NATIONAL, Region.SABAH, Region.SARAWAK}
    assert days[Region.SABAH] <= days[Region.NATIONAL]


def test_a_round_of_fourteen_working_days_needs_no_word_and_a_word_holds_until_days_are_lost():
    assert not must_accept(14, None)
    assert must_accept(13, None)
    assert not must_accept(10, 10)
    assert must_accept(9, 10)


W, C = Constituency.WORKERS, Constituency.CIVIL_SOCIETY


@pytest.mark.parametrize(
    ("constituency", "position", "due", "why"),
    [
        (C, 30, 0, "nothing of its own: the round's time"),
        (None, None, 0, "nobody in particular, on the whole plan"),
        (W, 30, 2, "workers have two days more"),
        (W, None, 2, "on the whole plan as well"),
        (C, 5, 1, "the section has a day more, for everyone"),
        (W, 5, 2, "of the section's and the constituency's, the later"),
        (C, 12, 4, "the inner section goes before the outer"),
        (W, 12, 4, "and is later than the constituency's"),
        (W, 25, -3, "for this constituency in this section, even when earlier"),
        (C, 25, 0, "which is no matter of others"),
    ],
)
def test_the_narrowest_window_goes_first(constituency, position, due, why):
    windows = [
        Window(NOW + timedelta(days=2), W),
        Window(NOW + timedelta(days=1), None, 3, 20),
        Window(NOW + timedelta(days=4), None, 10, 15),
        Window(NOW - timedelta(days=3), W, 21, 28),
    ]
    assert closing_time(NOW, windows, constituency, position) == NOW + timedelta(days=due), why


def test_a_comment_of_the_very_second_is_in_time_and_one_after_the_books_are_closed_is_late():
    assert not is_late(Phase.OPEN, NOW, NOW)
    assert is_late(Phase.OPEN, NOW, NOW + timedelta(microseconds=1))
    assert is_late(Phase.CLOSED, NOW, NOW - timedelta(days=1))
