"""References between clauses that a redraft left behind are named, and laws are no clauses."""

import pytest

from app.text.crossreferences import references_in, stale
from app.text.places import Placed


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("as said in Chapter 5 and Annex 1", ["Chapter 5", "Annex 1"]),
        ("see sections 3.1, 3.2 and 4.1 (b)", ["sections 3.1", "sections 3.2", "sections 4.1 (b)"]),
        ("(see 2.4)", ["2.4"]),
        ("lihat perenggan 2.3 dan Lampiran 2", ["perenggan 2.3", "Lampiran 2"]),
        ("under section 374 of the Penal Code", []),
        ("Article 6(2) of the Federal Constitution, and section 12 of ATIPSOM 2007 (an Act)", []),
        ("the Employment Act 1955, section 60K", []),
        ("in 30 to 40 per cent of 2.5 million cases", []),
        ("Table 3 shows 20 activities", ["Table 3"]),
    ],
)
def test_references_are_read_as_people_write_them(text, asked):
    found = list(references_in(text))
    assert [one.asked for one in found] == asked
    for one in found:
        assert text[one.start : one.end] == one.written


def clause(key, number, text, kind="para"):
    return Placed(key, number, number, kind, f"c_{key}", text, None)


OLD = [
    clause("1", "1", "Scope", "heading"),
    clause("2", "2", "Monitoring", "heading"),
    clause("3", "3", "See Chapter 2 for more."),
    clause("4", "4", "It is told in Chapter 1."),
]


def test_a_number_that_another_clause_has_now_is_stale_and_so_is_one_that_is_gone():
    new = [
        clause("b", "1", "Monitoring", "heading"),
        clause("n", "2", "Resources", "heading"),
        clause("c", "3", "See Chapter 2 for more."),
        clause("d", "4", "It is told in Chapter 1."),
    ]
    found = stale(OLD, new, {"1": [], "2": ["b"], "3": ["c"], "4": ["d"]})
    assert [(one.key, one.why, one.meant, one.now) for one in found] == [
        ("c", "other", ("b",), ("n",)),
        ("d", "other", (), ("b",)),
    ]
    gone = stale(OLD, [new[0], new[2]], {"1": [], "2": ["b"], "3": ["c"], "4": []})
    assert [(one.key, one.why, one.meant) for one in gone] == [("c", "gone", ("b",))]


def test_a_reference_that_was_brought_up_to_date_is_none():
    new = [
        clause("b", "1", "Monitoring", "heading"),
        clause("c", "3", "See Chapter 1 for more."),
    ]
    assert stale(OLD, new, {"1": [], "2": ["b"], "3": ["c"], "4": []}) == []
