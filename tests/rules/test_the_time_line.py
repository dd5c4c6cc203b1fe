"""The drawing of the roadmap: nothing overlaps and nothing leaves it, whatever the data."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.roadmap.chart import (
    LEFT,
    MONTH_LEAST,
    NAME_SIZE,
    SMALL,
    WIDTH,
    Bar,
    cut,
    draw,
    month_after,
    text_width,
    wrapped,
)
from app.roadmap.rules import MilestoneSettings, problems

TODAY = date(2026, 11, 24)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=160) | st.sampled_from(
    ["Penyatuan semua input yang diterima secara bertulis", "X", "Supercalifragilistic" * 5]
)


@st.composite
def bars(draw_: st.DrawFn) -> Bar:
    starts = draw_(DAYS)
    return Bar(
        name=draw_(NAMES),
        dates="1 to 2 Jan 2026",
        starts_on=starts,
        ends_on=starts + timedelta(days=draw_(st.integers(0, 400))),
        state=draw_(st.sampled_from(["done", "now", "next"])),
        fixed=draw_(st.booleans()),
        note=draw_(NAMES | st.just("")),
    )


@settings(max_examples=120, deadline=None)
@given(st.lists(bars(), min_size=1, max_size=14), DAYS)
def test_nothing_overlaps_and_nothing_leaves_the_drawing(some, today):
    chart = draw(some, today)
    assert chart is not None
    assert len(chart.rows) == len(some)
    below = 0.0
    for row in chart.rows:
        assert row.line_y >= below
        assert row.x >= LEFT - 11
        assert row.x + row.width <= WIDTH + 0.2
        assert row.width >= 6
        assert 1 <= len(row.names) <= 2
        for y, words in row.names:
            assert row.line_y < y < row.dates_y
            assert text_width(words, NAME_SIZE) <= LEFT - 18
        below = row.dates_y
        assert row.dates_y + 4 < chart.height
        if row.note:
            width = text_width(row.note, SMALL)
            if row.anchor == "start":
                assert row.note_x >= row.x + row.width
                assert row.note_x + width <= WIDTH
            else:
                assert row.note_x <= row.x
                assert row.note_x - width >= LEFT - 0.2
    for one, two in zip(chart.months, chart.months[1:], strict=False):
        assert two.x - one.x >= MONTH_LEAST - 8  # February is shorter than the average month
    assert chart.months[0].year
    if chart.today_x is not None:
        assert LEFT <= chart.today_x <= WIDTH
        assert chart.today_label_x + 56 <= WIDTH


@settings(max_examples=80, deadline=None)
@given(NAMES, st.floats(20, 400))
def test_words_are_cut_to_their_room_and_only_then(words, room):
    shown = cut(words, 13, room)
    assert text_width(shown, 13) <= room
    if text_width(words, 13) <= room:
        assert shown == words
    elif shown:
        assert shown.endswith("…")


@settings(max_examples=80, deadline=None)
@given(NAMES)
def test_a_name_that_fits_on_two_lines_is_there_whole(name):
    lines = wrapped(name, 13, 186)
    assert len(lines) <= 2
    if not lines[-1:] or not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(name.split())


def test_the_year_is_said_at_the_start_and_when_it_changes():
    chart = draw([Bar("A", "", date(2026, 11, 3), date(2027, 2, 20), "next")], TODAY)
    assert chart is not None
    assert [(m.first.month, m.year) for m in chart.months] == [(11, True), (12, False), (1, True), (2, False)]


def test_a_day_long_milestone_can_be_seen_and_three_months_are_shown():
    chart = draw([Bar("Workshop", "", TODAY, TODAY, "now")], TODAY)
    assert chart is not None
    assert chart.rows[0].width >= 6
    assert len(chart.months) == 3


def test_today_is_left_out_when_it_is_far_from_everything():
    far = [Bar("A", "", date(2031, 1, 1), date(2031, 2, 1), "next")]
    chart = draw(far, TODAY)
    assert chart is not None
    assert chart.today_x is None
    near = draw([Bar("A", "", TODAY + timedelta(days=40), TODAY + timedelta(days=60), "next")], TODAY)
    assert near is not None
    assert near.today_x is not None


def test_an_empty_roadmap_draws_nothing():
    assert draw([], TODAY) is None


def test_months_are_counted_over_the_year():
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 1), 25) == date(2028, 2, 1)


GOOD = MilestoneSettings("Launch", TODAY, TODAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"name_ms": "x" * 161}, "name"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"starts_on": date(26, 1, 1)}, "starts_on"),
        ({"done_on": date(2206, 1, 1)}, "done_on"),
        ({"note": "x" * 301}, "note"),
        ({"round_id": 9}, "round_id"),
    ],
)
def test_what_is_wrong_with_a_milestone_is_said_beside_its_field(changes, field):
    from dataclasses import replace

    assert set(problems(replace(GOOD, **changes), frozenset({1}))) == {field}


def test_a_milestone_of_one_day_for_a_round_of_the_plan_is_good():
    from dataclasses import replace

    assert problems(GOOD, frozenset()) == {}
    assert problems(replace(GOOD, round_id=1), frozenset({1})) == {}
