"""What becomes of a returned file and of each item in it; every table whole."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Conflict
from app.returns.itemising import is_new_text, of_copy, of_sheet
from app.returns.rules import AFTER, BUSY, CHOICES, Choice, Fate, Found, Sort, State, Step, after, fate, keys


def test_a_step_is_taken_only_from_where_the_table_says():
    for state, step in itertools.product(State, Step):
        if (state, step) in AFTER:
            assert after(state, step) is AFTER[state, step]
        else:
            with pytest.raises(Conflict):
                after(state, step)


def test_no_file_stays_busy_for_ever_and_what_is_imported_stays_so():
    for state in BUSY:
        assert {found for (from_, _), found in AFTER.items() if from_ is state} - BUSY
    assert not [step for state, step in AFTER if state in {State.IMPORTED, State.KEPT}]


@pytest.mark.parametrize(
    ("sort", "choice", "placed", "idle", "becomes", "sentence"),
    [
        (Sort.COMMENT, Choice.AS_READ, True, False, Fate.COMES, "a comment that is placed comes"),
        (Sort.COMMENT, Choice.AS_READ, False, False, Fate.WANTING, "one that is not waits for a person"),
        (Sort.COMMENT, Choice.AS_READ, True, True, Fate.LEFT_OUT, "one without words asks for nothing"),
        (Sort.COMMENT, Choice.GENERAL, False, False, Fate.COMES, "a person puts it on the whole plan"),
        (Sort.COMMENT, Choice.PLACED, True, False, Fate.COMES, "or where it belongs"),
        (Sort.COMMENT, Choice.LEFT_OUT, True, False, Fate.LEFT_OUT, "or leaves it out"),
        (Sort.REPLY, Choice.AS_READ, True, False, Fate.THREAD, "a reply stays in its thread"),
        (Sort.REPLY, Choice.TAKEN, True, False, Fate.COMES, "unless it is to be one of its own"),
        (Sort.CHANGE, Choice.AS_READ, True, False, Fate.COMES, "a tracked change is a proposal"),
        (Sort.MOVE, Choice.AS_READ, False, False, Fate.WANTING, "a move to nowhere waits"),
        (Sort.UNTRACKED, Choice.AS_READ, True, False, Fate.LEFT_OUT, "a silent difference is only shown"),
        (Sort.UNTRACKED, Choice.TAKEN, True, False, Fate.COMES, "and taken by a press"),
        (Sort.UNTRACKED, Choice.TAKEN, False, False, Fate.WANTING, "which may then want a place"),
        (Sort.ROW, Choice.AS_READ, False, False, Fate.WANTING, "a row that names no clause waits"),
    ],
)
def test_what_becomes_of_an_item(sort, choice, placed, idle, becomes, sentence):
    assert fate(sort, choice, placed=placed, idle=idle) is becomes, sentence


def test_every_sort_can_be_left_as_read_and_every_choice_is_somebodys():
    assert set(CHOICES) == set(Sort)
    assert all(Choice.AS_READ in allowed for allowed in CHOICES.values())
    assert set().union(*CHOICES.values()) == set(Choice)


WORDS = st.lists(st.sampled_from(["Why?", "Say more.", "Agreed."]), max_size=6)


@given(WORDS, st.integers(1, 3))
def test_keys_are_the_same_for_the_same_and_different_for_all_else(said, organisation):
    found = [Found(Sort.COMMENT, source=str(n), text=text) for n, text in enumerate(said)]
    made = keys(found, [organisation] * len(found))
    assert len(set(made)) == len(found), "what is said twice in one file counts twice"
    again = keys(
        [Found(Sort.COMMENT, source="x", date="2026", text=f" {text} ") for text in said],
        [organisation] * len(said),
    )
    assert made == again, "ids, dates and spaces do not matter"
    assert not set(made) & set(keys(found, [organisation + 1] * len(found))), "another body's are its own"


CLAUSES = [
    {"wid": "a", "kind": "heading", "text": "Scope", "fields": {}},
    {"wid": "b", "kind": "para", "text": "Every worker may lodge a complaint in any language.", "fields": {}},
    {"wid": "c", "kind": "activity", "text": "Train inspectors", "fields": {"Timeline": "2027"}},
    {"wid": "t", "kind": "toc", "text": "Scope 3", "fields": {}},
]


def word(**given):
    usual = {
        "id": 0, "parent": None, "resolved": False, "author": "A", "initials": "", "date": None, "language": "en",
        "text": "Why?", "quote": "", "clauses": ["b"], "anchor": None, "how": "point", "field": "",
    }  # fmt: skip
    return usual | given


def copied(comments=(), changes=(), untracked=(), orphans=()):
    return of_copy(
        {
            "comments": list(comments),
            "changes": list(changes),
            "untracked": list(untracked),
            "orphans": list(orphans),
        },
        CLAUSES,
    )


def changed(**given):
    usual = {
        "kind": "replacement", "author": "A", "date": None, "deleted": "any", "inserted": "every", "clause": "b",
        "proposed_text": "Every worker may lodge a complaint in every language.", "field": "", "after": False,
        "to": None, "around": "",
    }  # fmt: skip
    return usual | given


def test_replies_follow_the_comment_they_answer_however_deep_and_wherever_in_the_file():
    found = copied(
        [word(id=1), word(id=2), word(id=3, parent=1), word(id=4, parent=3), word(id=5, parent=99)]
    )
    assert [(one.source, one.parent) for one in found] == [
        ("1", None),
        ("3", 0),
        ("4", 0),
        ("2", None),
        ("5", None),
    ]


def test_a_thread_that_runs_in_a_ring_loses_nobody():
    assert sorted(one.source for one in copied([word(id=1, parent=2), word(id=2, parent=1)])) == ["1", "2"]


def test_what_answers_a_comment_without_words_is_a_comment_of_its_own():
    empty, reply = copied(
        [word(id=1, text=" ", clauses=["b"]), word(id=2, parent=1, clauses=[], how="general")]
    )
    assert (empty.idle, reply.idle) == (True, False)
    assert (reply.sort, reply.wid, reply.general) == (Sort.COMMENT, "b", False)


def test_what_stands_on_the_contents_or_nowhere_waits_with_the_words_around_it():
    on_contents, orphan = copied(
        [word(id=1, clauses=["t"]), word(id=2, clauses=[], how="orphan")],
        orphans=[
            {
                "what": "comment",
                "id": 2,
                "around": "Every worker may lodge a complaint",
                "text": "",
                "author": "",
            }
        ],
    )
    assert (on_contents.wid, on_contents.how) == ("", "orphan")
    assert (orphan.around[:12], orphan.candidates) == ("Every worker", ("b",))


def test_changes_of_one_author_to_one_clause_are_one_proposal():
    found = copied(changes=[changed(), changed(deleted="may", inserted="can"), changed(author="B")])
    assert [(one.author, one.removed) for one in found] == [("A", "any … may"), ("B", "any")]


def test_a_new_paragraph_is_added_behind_its_clause_and_a_change_of_spaces_asks_for_nothing():
    new, spaces = copied(
        changes=[
            changed(kind="insertion", deleted="", inserted="New.", proposed_text="New.", after=True),
            changed(
                author="B",
                deleted=" ",
                inserted="  ",
                proposed_text="Every worker  may lodge a complaint in any language.",
            ),
        ]
    )
    assert new.proposed == "Every worker may lodge a complaint in any language.\nNew."
    assert (new.idle, spaces.idle) == (False, True)


def test_a_change_in_a_cell_that_the_draft_does_not_have_keeps_its_words_and_touches_no_other_text():
    (lost,) = copied(changes=[changed(clause="c", field="Budget", proposed_text="RM 2 million")])
    assert (lost.wid, lost.proposed, lost.idle) == ("c", None, False)
    assert (lost.removed, lost.inserted) == ("any", "every")


def test_a_difference_in_a_cell_or_of_new_words_keeps_where_it_stands():
    cell, new, lost = copied(
        untracked=[
            {"clause": "c", "before": "2027", "after": "2028", "field": "Timeline"},
            {"clause": "b", "before": "", "after": "And more.", "field": ""},
            {"clause": None, "before": "", "after": "At the very end.", "field": ""},
        ]
    )
    assert (cell.field, cell.proposed) == ("Timeline", "2028")
    assert new.proposed == "Every worker may lodge a complaint in any language.\nAnd more."
    assert (lost.wid, lost.around) == ("", "At the very end.")


def row(**given):
    meant = {"clauses": ["b"], "candidates": [], "is_general": False}
    usual = {
        "row": 2, "sheet": "S", "table": 0, "organisation": "KC", "clause_as_written": "1", "paragraph_as_written": "",
        "line": "", "page": "", "meant": meant, "type": "te", "type_as_written": "te", "comment": "Why?",
        "proposed": "", "observation": "", "hidden": "", "number": "1", "extra": {}, "warnings": [],
    }  # fmt: skip
    return usual | given


def test_a_proposed_wording_becomes_the_new_text_and_an_instruction_stays_words():
    columns = [{"sheet": "S", "table": 0, "column": 3, "title": "Suggested change", "role": "proposed"}]
    wording, instruction = of_sheet(
        {
            "rows": [
                row(proposed="Every worker may lodge a complaint in every language."),
                row(proposed="Say “every”."),
            ],
            "columns": columns,
        },
        CLAUSES,
    )
    assert wording.proposed == "Every worker may lodge a complaint in every language."
    assert (instruction.proposed, instruction.text) == (None, "Why?\n\nSuggested change: Say “every”.")


def test_what_went_out_of_this_site_does_not_come_in_as_somebody_elses():
    ours, ours_again, theirs = copied(
        [
            word(id=1, text="R2-0147 · Substantive · Major\nSay who decides."),
            word(id=2, parent=1, text="Membantah: It costs too much.", clauses=[], how="general"),
            word(id=3, parent=1, text="We agree with this.", clauses=[], how="general"),
        ]
    )
    assert (ours.idle, ours_again.idle, theirs.idle) == (True, True, False)
    assert (theirs.sort, theirs.wid, theirs.extra) == (Sort.COMMENT, "b", {"ref": "R2-0147"})
    (change,) = copied(changes=[changed(author="Kesatuan Contoh · R2-0012")])
    assert change.idle
    known, new = of_sheet({"rows": [row(number="R2-0147"), row(number="7")], "columns": []}, CLAUSES)
    assert (known.idle, new.idle) == (True, False)


@pytest.mark.parametrize(
    ("before", "proposed", "is_new"),
    [
        ("Every worker may lodge a complaint.", "Every worker may lodge a complaint in writing.", True),
        ("Every worker may lodge a complaint.", "Delete “every”.", False),
        ("Every worker may lodge a complaint.", "Employers pay all costs of recruitment at once.", False),
        ("Scope", "Scope and aims", False),
    ],
)
def test_what_counts_as_a_new_text(before, proposed, is_new):
    assert is_new_text(before, proposed) is is_new
