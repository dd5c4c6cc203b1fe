from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.comments.rules import Attribution, CommentType, Priority
from app.documents.matrix_table import CELLS
from app.errors import Invalid
from app.matrix.chips import chips
from app.matrix.dispositions import Controversy, Disposition, PointState, Walk
from app.matrix.rules import (
    ALL,
    COLUMNS,
    FILTERS,
    Cursor,
    Filters,
    Grouping,
    Owner,
    Withdrawn,
    cursor,
    read,
    read_string,
    written,
)
from app.people.rules import Constituency, Language

any_filters = st.builds(
    Filters,
    section=st.sampled_from(["", "chp_1", "annex_1__goal_2"]),
    constituency=st.none() | st.sampled_from(Constituency),
    organisation=st.none() | st.integers(1, 10**9),
    person=st.none() | st.integers(1, 10**9),
    type=st.none() | st.sampled_from(CommentType),
    priority=st.none() | st.sampled_from(Priority),
    attribution=st.none() | st.sampled_from(Attribution),
    language=st.none() | st.sampled_from(Language),
    proposed=st.booleans(),
    late=st.booleans(),
    withdrawn=st.sampled_from(Withdrawn),
    q=st.text(max_size=40).map(lambda text: " ".join(text.replace("\x00", " ").split())),
    point=st.none() | st.integers(1, 10**9),
    state=st.none() | st.sampled_from(PointState),
    disposition=st.none() | st.sampled_from(Disposition),
    promised=st.booleans(),
    drafter=st.sampled_from(["", "me", "nobody", "17"]),
    theme=st.none() | st.integers(1, 10**9),
    controversy=st.none() | st.sampled_from(Controversy),
    grouping=st.none() | st.sampled_from(Grouping),
    order=st.sampled_from(Walk),
)


@settings(max_examples=100, deadline=None)
@given(any_filters)
def test_filters_survive_the_query_string(filters: Filters):
    assert read_string(written(filters)) == filters


def test_what_is_not_asked_is_not_in_the_address():
    assert written(ALL) == ""
    assert not ALL
    assert written(Filters(late=True, type=CommentType.LEGAL)) == "type=legal&late=1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "substantial"),
        ("constituency", "X"),
        ("organisation", "1 OR 1=1"),
        ("person", "-1"),
        ("person", "٣"),
        ("late", "yes"),
        ("withdrawn", "maybe"),
        ("priority", "high"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_rather_than_showing_more(name: str, value: str):
    with pytest.raises(Invalid):
        read({name: value})


def test_an_empty_field_of_the_form_asks_for_nothing():
    assert read({one.name: " " for one in FILTERS}) == ALL


def test_every_filter_of_the_table_is_a_field_and_every_field_a_filter():
    assert [one.name for one in FILTERS] == list(Filters.__dataclass_fields__)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"after": "12.345"}, Cursor(12, 345)),
        ({"before": "-1.7"}, Cursor(-1, 7, back=True)),
        ({"after": "x.1"}, None),
        ({"after": "12"}, None),
        ({"after": "1.2.3"}, Cursor(1, 2, level=3)),
        ({"after": "1.2.3.4"}, None),
        ({"before": "--1.7"}, None),
        ({}, None),
    ],
)
def test_a_place_in_the_matrix_is_read_or_let_be(query: dict[str, str], found: Cursor | None):
    assert cursor(query) == found


def test_the_columns_stand_in_their_owners_order_and_each_says_what_it_holds():
    order = [column.owner for column in COLUMNS]
    assert order == sorted(order, key=list(Owner).index)
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)
    assert list(CELLS) == [column.key for column in COLUMNS]


@settings(max_examples=50, deadline=None)
@given(any_filters)
def test_a_chip_pressed_twice_leaves_the_filters_as_they_were(filters: Filters):
    counts: dict[str, dict[str, int]] = {
        "type": {kind.value: 3 for kind in CommentType},
        "priority": {"critical": 1},
        "with": {"proposal": 2, "late": 1},
    }
    for chip in chips(filters, counts, {}):
        if chip.on and chip.count is not None:
            again = {c.query for c in chips(read_string(chip.query), counts, {}) if not c.on}
            assert written(filters) in again


def test_each_filter_that_is_on_has_a_chip_that_takes_it_off():
    everything = Filters(
        section="chp_1", organisation=3, person=4, priority=Priority.MINOR, language=Language.MALAY,
        attribution=Attribution.NAMED, withdrawn=Withdrawn.WITH, q="pekerja", late=True, proposed=True,
        type=CommentType.LEGAL, constituency=Constituency.WORKERS, point=12, state=PointState.OPEN,
        disposition=Disposition.NOTED, promised=True, drafter="me", theme=5, controversy=Controversy.DIVIDED,
        grouping=Grouping.GROUPED, order=Walk.CONTROVERSY,
    )  # fmt: skip
    for points in (False, True):
        on = [chip for chip in chips(everything, {}, {"section": "1 Rights"}, points=points) if chip.on]
        assert len(on) == len(FILTERS)
        assert {len(parse_qsl(chip.query)) for chip in on} == {len(FILTERS) - 1}
