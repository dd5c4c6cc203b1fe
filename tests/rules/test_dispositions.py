"""Which answers there are to a point, what each demands, and how far a point has come: the tables, whole."""

import pytest

from app.comments.rules import Attribution
from app.errors import Invalid
from app.matrix.dispositions import Disposition, PointState, check, choices, state
from app.matrix.keeping import contested, voice
from app.people.rules import Capacity, Constituency

G, E, W, C, O = Constituency  # noqa: E741 (the letters of the table)


@pytest.mark.parametrize("proposes", [True, False])
@pytest.mark.parametrize("reason", ["", "  ", "Because"])
@pytest.mark.parametrize("elsewhere", [True, False])
@pytest.mark.parametrize("disposition", list(Disposition))
def test_an_answer_is_refused_when_it_is_none(disposition, elsewhere, reason, proposes):
    lacks_reason = not reason.strip() and disposition not in {Disposition.ACCEPTED, Disposition.WITHDRAWN}
    lacks_place = disposition in {Disposition.DUPLICATE, Disposition.REFERRED} and not elsewhere
    evades = disposition is Disposition.NOTED and proposes
    if lacks_reason or lacks_place or evades:
        with pytest.raises(Invalid) as refused:
            check(disposition, reason, proposes=proposes, elsewhere=elsewhere)
        assert refused.value.fields
    else:
        check(disposition, reason, proposes=proposes, elsewhere=elsewhere)


def test_what_proposes_a_change_is_never_offered_noted():
    assert set(Disposition) - set(choices(proposes=True)) == {Disposition.NOTED}
    assert choices(proposes=False) == tuple(Disposition)


@pytest.mark.parametrize(
    ("disposition", "proposed", "draft", "stands"),
    [
        (None, None, None, PointState.OPEN),
        (None, Disposition.ACCEPTED, None, PointState.PROPOSED),
        (Disposition.NOTED, None, None, PointState.DECIDED),
        (Disposition.ACCEPTED, Disposition.NOTED, None, PointState.DECIDED),
        (Disposition.ACCEPTED, None, 7, PointState.IMPLEMENTED),
    ],
)
def test_how_far_a_point_has_come(disposition, proposed, draft, stands):
    assert state(disposition, proposed, draft) is stands


@pytest.mark.parametrize(
    ("voices", "against", "level"),
    [
        ({"W": 3}, [], 0),
        ({"W": 3}, [O], 0),
        ({"W": 3}, [E], 3),
        ({"G": 1}, [G], 1),
        ({"C": 2}, [C], 1),
        ({"C": 2}, [E], 2),
        ({"C": 2, "W": 1}, [C], 2),
        ({"-": 1}, [W], 1),
        ({"-": 1}, [W, C], 2),
    ],
)
def test_how_contested_a_point_is(voices, against, level):
    assert contested(voices, against) == level


def test_a_body_that_speaks_openly_and_unnamed_counts_for_both():
    def said(attribution, capacity=Capacity.ORGANISATION):
        return voice(7, 3, attribution, capacity)

    assert said(Attribution.NAMED) == said(Attribution.ORGANISATION)
    assert said(Attribution.CONSTITUENCY) not in {said(Attribution.NAMED), "seat 3"}
    assert said(Attribution.ORGANISATION, Capacity.PERSONAL) == said(Attribution.CONSTITUENCY)
    assert voice(None, 3, Attribution.NAMED, Capacity.PERSONAL) == "seat 3"
