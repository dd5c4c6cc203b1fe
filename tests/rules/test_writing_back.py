"""Three versions of a cell and what becomes of what was written: nothing is lost, whoever wrote it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.writing_back.rules import (
    EDITABLE,
    TWICE,
    Change,
    Outcome,
    Returned,
    merged,
    normal,
    read_stamp,
    settled,
    stamp,
    touched,
)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
cells = st.lists(texts, min_size=len(EDITABLE), max_size=len(EDITABLE))
FROZEN = ("ref", "comment", "proposed")


@given(cells, cells, cells)
@settings(max_examples=150, deadline=None)
def test_what_was_written_is_applied_or_shown_beside_what_others_wrote(base, mine, theirs):
    row = Returned(2, stamp(1, 7, ["a"], base), dict(zip(EDITABLE, mine, strict=True)))
    found = dict(merged(row, dict(zip(EDITABLE, theirs, strict=True))))
    for key, *said in zip(EDITABLE, base, mine, theirs, strict=True):
        was, written, now = map(normal, said)
        if written in {was, now}:
            assert key not in found
        else:
            assert found[key] is (Outcome.APPLIED if now == was else Outcome.CONFLICT)


@given(st.integers(1, 10**9), st.integers(1, 10**9), cells)
@settings(max_examples=50, deadline=None)
def test_a_stamp_survives_the_workbook(comment_id, point_id, base):
    made = stamp(comment_id, point_id, ["R2-0147", "text"], base)
    assert read_stamp(f" {made.written()}\n") == made
    assert read_stamp(made.written()[:-1]) is None
    assert read_stamp("r1:1:2") is None


def test_what_a_spreadsheet_changes_by_itself_is_no_change():
    row = Returned(
        2, stamp(1, 7, [], ["a\nb", *[""] * (len(EDITABLE) - 1)]), {"theme": "a \r\nb\n\n", "drafter": "\xa0"}
    )
    assert merged(row, {"theme": "a\nb"}) == []


def test_a_column_taken_out_changes_nothing():
    row = Returned(2, stamp(1, 7, [], ["x"] * len(EDITABLE)), {"reason": "new"})
    assert merged(row, dict.fromkeys(EDITABLE, "x")) == [("reason", Outcome.APPLIED)]


def test_a_frozen_cell_that_was_written_in_is_named():
    was = ("R1-0001", "Comment", "Proposed")
    theirs = dict(zip(FROZEN, was, strict=True))
    sent = stamp(1, 7, was, [""] * len(EDITABLE))
    assert touched(Returned(2, sent, theirs), FROZEN, theirs) == []
    assert touched(Returned(2, sent, theirs | {"comment": "Mine"}), FROZEN, theirs) == ["comment"]
    # An author who changed the comment since is no fault of who had the workbook.
    assert touched(Returned(2, sent, theirs), FROZEN, theirs | {"comment": "Edited"}) == []
    less = {key: value for key, value in theirs.items() if key != "ref"}
    assert touched(Returned(2, sent, less), FROZEN, theirs) == []


def test_rows_of_a_point_that_differ_are_refused_and_those_that_agree_are_one():
    def change(row, point_id, mine):
        return Change(row, f"R1-{row}", point_id, "reason", mine, "", Outcome.APPLIED)

    found = settled([change(2, 7, "a"), change(3, 7, "a "), change(4, 8, "a"), change(5, 8, "b")])
    assert [(one.row, one.outcome, one.why) for one in found] == [
        (2, Outcome.APPLIED, ""),
        (4, Outcome.REFUSED, TWICE),
        (5, Outcome.REFUSED, TWICE),
    ]
