"""Tables: what spans rows is the parent of what stands beside it; every cell comes out once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.docx_builder import abstract, lvl, num, p, r, tbl, tc, tr
from tests.documents.reading import clauses, tree

HEAD = tr("No", "Strategic Goal", "Outcomes", "Activities", "Timeline", header=True)


def results() -> str:
    def more(text: str) -> str:
        keep = tc(down="continue")
        return tr(keep, keep, keep, tc(text), keep)

    goal = p("By 2025, people know more.") + p("(Coordinated by the Committee)")
    return tbl(
        HEAD,
        tr(
            tc("1", down="restart"),
            tc(goal, down="restart"),
            tc("1.1. Workers know more.", down="restart"),
            tc("Assess companies."),
            tc("2023", down="restart"),
        ),
        more("Engage employers."),
        tr(tc(down="continue"), tc(down="continue"), "1.2. The public knows.", "Hold meetings.", "2024"),
    )


def test_goals_outcomes_and_every_activity_are_clauses_that_can_be_cited():
    found = clauses(p("Annex 1: Results", style="Heading1"), results())
    assert tree(found)[2:] == [
        ("goal", "1", "By 2025, people know more.\n(Coordinated by the Committee)", "Results"),
        (
            "outcome",
            "1.1.",
            "Workers know more.",
            "By 2025, people know more.\n(Coordinated by the Committee)",
        ),
        ("activity", "", "Assess companies.", "Workers know more."),
        ("activity", "", "Engage employers.", "Workers know more."),
        (
            "outcome",
            "1.2.",
            "The public knows.",
            "By 2025, people know more.\n(Coordinated by the Committee)",
        ),
        ("activity", "", "Hold meetings.", "The public knows."),
    ]
    assert [one.label for one in found[2:]] == [
        "Goal 1",
        "Outcome 1.1",
        "Activity 1.1.1",
        "Activity 1.1.2",
        "Outcome 1.2",
        "Activity 1.2.1",
    ]
    assert [one.eid for one in found[3:6]] == [
        "annex_1__outcome_1.1",
        "annex_1__outcome_1.1__activity_1",
        "annex_1__outcome_1.1__activity_2",
    ]


def test_a_cell_of_the_same_rows_is_a_field_named_by_its_column():
    found = clauses(results())
    by_label = {one.label: one.fields for one in found}
    assert by_label["Goal 1"] == {"No": "1"}
    assert by_label["Outcome 1.1"] == {"Timeline": "2023"}
    assert by_label["Activity 1.1.1"] == {}
    assert by_label["Outcome 1.2"] == {"Timeline": "2024"}


def test_places_count_tables_rows_and_grid_columns_from_nought():
    found = clauses(p("before"), results())
    activity = next(one for one in found if one.text == "Engage employers.")
    assert activity.location.as_json() == {"table": 0, "row": 2, "col": 3, "paragraph": 0}
    assert activity.table is not None
    goal = next(one for one in found if one.kind == "goal")
    assert [(piece.location.paragraph, piece.at) for piece in goal.pieces if not piece.field] == [
        (0, 0),
        (1, 27),
    ]


def test_malay_heads_are_known():
    found = clauses(
        tbl(
            tr("Bil", "Matlamat Strategik", "Hasil", "Aktiviti", "Tempoh", header=True),
            tr("1", "Menjelang 2030", "1.1 Pekerja tahu", "Menilai syarikat", "2027"),
        )
    )
    assert [one.kind for one in found] == ["header", "goal", "outcome", "activity"]
    assert found[3].fields == {"Tempoh": "2027"}


def test_the_monitoring_table_has_indicators_under_goals():
    found = clauses(
        tbl(
            tr(
                "Strategic Goals",
                "Indicators (use existing)",
                "Means of verification",
                "Frequency",
                header=True,
            ),
            tr(tc("SG1: awareness", down="restart"), "Share who know", "Surveys", "Yearly"),
            tr(tc(down="continue"), "Number trained", "Registers", "Monthly"),
        )
    )
    assert tree(found)[1:] == [
        ("goal", "", "SG1: awareness", None),
        ("indicator", "", "Share who know", "SG1: awareness"),
        ("indicator", "", "Number trained", "SG1: awareness"),
    ]
    assert found[3].fields == {"Means of verification": "Registers", "Frequency": "Monthly"}


def test_an_indicator_beside_an_activity_is_its_field():
    found = clauses(
        tbl(
            tr("Activity", "Indicator", "Lead agency", header=True),
            tr("Train police", "Number trained", "JTKSM"),
        )
    )
    assert (found[1].kind, found[1].fields) == (
        "activity",
        {"Indicator": "Number trained", "Lead agency": "JTKSM"},
    )


def test_a_cell_left_empty_means_as_above():
    found = clauses(
        tbl(
            tr("Outcome", "Activity", "Lead", header=True),
            tr("1.1 People know", "Train", "JTKSM"),
            tr("", "Inform", "MOHR"),
            tr("", "", "MEF"),
        )
    )
    assert tree(found)[1:] == [
        ("outcome", "1.1", "People know", None),
        ("activity", "", "Train", "People know"),
        ("activity", "", "Inform", "People know"),
    ]
    assert found[3].fields == {"Lead": "MOHR\nMEF"}


def test_several_activities_in_one_cell_are_several_clauses():
    bullets = abstract("2", lvl(0, "bullet", "•")) + num("2", "2")
    cell = tc(p("Train police", num=("2", 0)) + p("Train judges", num=("2", 0)))
    found = clauses(
        tbl(tr("Outcome", "Activities", "Lead", header=True), tr("1.1 Law is kept", cell, "JTKSM")),
        numbering=bullets,
    )
    assert tree(found)[2:] == [
        ("activity", "", "Train police", "Law is kept"),
        ("activity", "", "Train judges", "Law is kept"),
    ]
    assert [one.fields for one in found[2:]] == [{"Lead": "JTKSM"}, {"Lead": "JTKSM"}]


def test_a_list_under_the_words_of_a_cell_is_its_own_clauses():
    cell = tc(p("Train inspectors:") + p("a) on the law") + p("b) on interviews"))
    found = clauses(tbl(tr("Activities", "When", header=True), tr(cell, "2026")))
    assert tree(found)[1:] == [
        ("activity", "", "Train inspectors:", None),
        ("item", "a)", "on the law", "Train inspectors:"),
        ("item", "b)", "on interviews", "Train inspectors:"),
    ]


def test_a_numbered_line_in_a_field_is_a_clause_that_says_which_field():
    numbers = abstract("1", lvl(0, "decimal", "%1.")) + num("1", "1")
    cell = tc(p("JTKSM", num=("1", 0)) + p("MOHR", num=("1", 0)))
    found = clauses(tbl(tr("Activity", "Agencies", header=True), tr("Train", cell)), numbering=numbers)
    assert [(one.number, one.text, one.within) for one in found[2:]] == [
        ("1.", "JTKSM", "Agencies"),
        ("2.", "MOHR", "Agencies"),
    ]


def test_a_plain_row_is_an_entry_and_its_other_cells_are_fields():
    found = clauses(tbl(tr("ASEAN", "Association"), tr("CSO", "Civil Society Organisation")))
    assert [(one.kind, one.text, one.fields) for one in found] == [
        ("entry", "ASEAN", {"Column 2": "Association"}),
        ("entry", "CSO", {"Column 2": "Civil Society Organisation"}),
    ]


def test_a_first_row_in_bold_is_the_head():
    def bold(text: str) -> str:
        return tc(p(r(text, "<w:b/>")))

    found = clauses(tbl(tr(bold("Colour"), bold("Shape")), tr("red", "round"), tr("blue", "flat")))
    assert [(one.kind, one.fields) for one in found] == [
        ("header", {"Shape": "Shape"}),
        ("entry", {"Shape": "round"}),
        ("entry", {"Shape": "flat"}),
    ]


def test_numbers_in_the_first_column_are_the_entries_numbers():
    numbers = abstract("1", lvl(0, "decimal", "%1.")) + num("1", "1")
    found = clauses(
        tbl(
            tr("No.", "Step", header=True), tr(tc(p(num=("1", 0))), "Study"), tr(tc(p(num=("1", 0))), "Draft")
        ),
        numbering=numbers,
    )
    assert [(one.number, one.text) for one in found[1:]] == [("1.", "Study"), ("2.", "Draft")]


def test_a_head_that_is_repeated_is_no_entry():
    head = ("Step", "When")
    found = clauses(tbl(tr(*head, header=True), tr("Study", "2018"), tr(*head), tr("Draft", "2020")))
    assert [one.kind for one in found] == ["header", "entry", "header", "entry"]


def test_a_head_of_two_rows_names_its_columns_by_both():
    found = clauses(
        tbl(
            tr("Activity", tc("Budget", span=2), header=True),
            tr("", "2026", "2027", header=True),
            tr("Train", "RM 1", "RM 2"),
        )
    )
    assert found[-1].fields == {"Budget / 2026": "RM 1", "Budget / 2027": "RM 2"}


def test_cells_merged_both_ways_and_a_row_over_the_whole_width():
    found = clauses(
        tbl(
            tr("Outcome", "Activity", "When", "Who", header=True),
            tr(tc("Strategic Goal 1: awareness", span=4)),
            tr(tc("1.1 Know", down="restart"), "Train", tc("2026, JTKSM", span=2, down="restart")),
            tr(tc(down="continue"), "Inform", tc(span=2, down="continue")),
            tr(tc("Strategic Goal 2: law", span=4)),
            tr("2.1 Keep", "Inspect", "2027", "MOHR"),
        )
    )
    assert tree(found)[1:] == [
        ("goal", "Strategic Goal 1:", "awareness", None),
        ("outcome", "1.1", "Know", "awareness"),
        ("activity", "", "Train", "Know"),
        ("activity", "", "Inform", "Know"),
        ("goal", "Strategic Goal 2:", "law", None),
        ("outcome", "2.1", "Keep", "law"),
        ("activity", "", "Inspect", "Keep"),
    ]
    assert found[2].fields == {"When": "2026, JTKSM"}
    assert (found[6].fields, found[7].fields) == ({"When": "2027"}, {"Who": "MOHR"})


def test_a_cell_that_spans_rows_on_the_right_goes_to_each_of_them():
    found = clauses(
        tbl(
            tr("Name", "Term", "Place", header=True),
            tr("first", "a", tc("Sabah", down="restart")),
            tr("second", "b", tc(down="continue")),
        )
    )
    assert [one.fields for one in found[1:]] == [
        {"Term": "a", "Place": "Sabah"},
        {"Term": "b", "Place": "Sabah"},
    ]


def test_a_plain_table_nests_by_what_spans_rows():
    found = clauses(
        tbl(
            tr(tc("Sabah", down="restart"), "plantations", "high"),
            tr(tc(down="continue"), "fishing", "low"),
            tr("Sarawak", "mills", "low"),
        )
    )
    assert tree(found) == [
        ("entry", "", "Sabah", None),
        ("entry", "", "plantations", "Sabah"),
        ("entry", "", "fishing", "Sabah"),
        ("entry", "", "Sarawak", None),
    ]
    assert found[3].fields == {"Column 2": "mills", "Column 3": "low"}


def test_a_table_for_layout_reads_as_text():
    boxed = tbl(tr(tc(p("Box 1", style="Heading2") + p("First.") + p("Second."))))
    assert [(one.kind, one.text) for one in clauses(boxed)] == [
        ("heading", "Box 1"),
        ("para", "First."),
        ("para", "Second."),
    ]
    side = tbl(tr(tc(p("Left one.") + p("Left two.")), tc("Right.")))
    assert [one.text for one in clauses(side)] == ["Left one.", "Left two.", "Right."]


def test_a_table_in_a_cell_is_read_under_its_row():
    inner = tbl(tr("state", "cases"), tr("Sabah", "7"))
    found = clauses(tbl(tr("Outer", tc(inner + p("after"))), tr("x", "y")))
    assert [one.text for one in found] == ["Outer", "state", "Sabah", "x"]
    assert found[2].fields == {"Column 2": "7"}
    assert found[0].fields == {"Column 2": "after"}
    assert found[2].location.as_json() == {
        "table": 0, "row": 0, "col": 1, "paragraph": 0, "nested": [0, 1, 0],
    }  # fmt: skip


def test_words_left_in_a_covered_cell_are_kept():
    found = clauses(tbl(tr(tc("Sabah", down="restart"), "a"), tr(tc("and Labuan", down="continue"), "b")))
    assert found[0].text == "Sabah\nand Labuan"


GRID = st.lists(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(["", "w", "1", "a)"]), st.booleans()), min_size=1, max_size=4
    ),
    min_size=1,
    max_size=5,
)


@given(GRID, st.sampled_from([None, ("Goal", "Outcome", "Activity", "When"), ("No", "Name", "Lead", "Note")]))
@settings(deadline=None, max_examples=80)
def test_every_cell_comes_out_whatever_is_merged(rows, head):
    made, expected = [], []
    if head:
        made.append(tr(*head, header=True))
        expected.extend(head)
    for number, row in enumerate(rows):
        cells = []
        for col, (says, start, joined) in enumerate(row):
            words = f"{start} cell {number}x{col}".strip() if says else ""
            down = "continue" if joined and number else "restart" if number % 2 else ""
            cells.append(tc(words, down=down))
            if words:
                expected.append(words)
        made.append(tr(*cells))
    found = clauses(p("start"), tbl(*made))
    out = "\n".join("\n".join([one.number + one.separator + one.text, *one.fields.values()]) for one in found)
    for words in expected:
        assert words in out
    assert len({one.eid for one in found}) == len(found)


def test_a_field_that_spans_part_of_its_clause_is_said_once():
    found = clauses(
        tbl(
            tr("Place", "Kind", "Note", header=True),
            tr(tc("Sabah", down="restart"), tc("a", down="restart"), "one"),
            tr(tc(down="continue"), tc(down="continue"), tc("two", down="restart")),
            tr(tc(down="continue"), tc(down="continue"), tc(down="continue")),
        )
    )
    assert [(one.text, one.fields) for one in found[1:]] == [
        ("Sabah", {"Kind": "a"}),
        ("one", {}),
        ("two", {}),
    ]
