"""Numbers, lists and places: which clause is whose, and how each is cited."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.docx_builder import HEADINGS, abstract, lvl, num, p, style, tbl, tr
from tests.documents.reading import clauses, tree

OUTLINE = abstract(
    "1", lvl(0, "decimal", "%1."), lvl(1, "decimal", "%1.%2"), lvl(2, "decimal", "%1.%2.%3"), lvl(3, "lowerLetter", "(%4)")
)  # fmt: skip
BULLETS = abstract("2", lvl(0, "bullet", "•"), lvl(1, "bullet", "o"))
LISTS = OUTLINE + BULLETS + num("1", "1") + num("2", "2")


def test_numbers_are_computed_and_clauses_nest_by_them():
    found = clauses(
        p("Introduction", style="Heading1", num=("1", 0)),
        p("Background", style="Heading2", num=("1", 1)),
        p("It seeks:", num=("1", 2)),
        p("laws;", num=("1", 3)),
        p("policies.", num=("1", 3)),
        p("It goes on.", num=("1", 2)),
        p("Framework", style="Heading1", num=("1", 0)),
        numbering=LISTS,
    )
    assert tree(found) == [
        ("heading", "1.", "Introduction", None),
        ("heading", "1.1", "Background", "Introduction"),
        ("para", "1.1.1", "It seeks:", "Background"),
        ("item", "(a)", "laws;", "It seeks:"),
        ("item", "(b)", "policies.", "It seeks:"),
        ("para", "1.1.2", "It goes on.", "Background"),
        ("heading", "2.", "Framework", None),
    ]
    assert [(one.label, one.eid) for one in found] == [
        ("1", "chp_1"),
        ("1.1", "chp_1__sec_1"),
        ("1.1.1", "chp_1__sec_1__para_1"),
        ("1.1.1 (a)", "chp_1__sec_1__para_1__point_a"),
        ("1.1.1 (b)", "chp_1__sec_1__para_1__point_b"),
        ("1.1.2", "chp_1__sec_1__para_2"),
        ("2", "chp_2"),
    ]


def test_typed_numbers_make_the_same_clauses():
    found = clauses(
        p("3. Legislative Framework", style="Heading1"),
        p("3.1 National", style="Heading2"),
        p("3.1.1\tDomestic law is weak:"),
        p("(a)\tlimited awareness;"),
        p("(b)\tunclear terms."),
        p("3.1.2\tPassports are held."),
    )
    assert tree(found) == [
        ("heading", "3.", "Legislative Framework", None),
        ("heading", "3.1", "National", "Legislative Framework"),
        ("para", "3.1.1", "Domestic law is weak:", "National"),
        ("item", "(a)", "limited awareness;", "Domestic law is weak:"),
        ("item", "(b)", "unclear terms.", "Domestic law is weak:"),
        ("para", "3.1.2", "Passports are held.", "National"),
    ]
    assert [one.separator for one in found] == [" ", " ", "\t", "\t", "\t", "\t"]


def test_lists_nest_and_a_lead_in_is_the_parent_of_its_items():
    found = clauses(
        p("The Government will:"),
        p("train", num=("2", 0)),
        p("police", num=("2", 1)),
        p("judges", num=("2", 1)),
        p("inspect", num=("2", 0)),
        p("And report."),
        numbering=LISTS,
    )
    assert tree(found) == [
        ("para", "", "The Government will:", None),
        ("item", "", "train", "The Government will:"),
        ("item", "", "police", "train"),
        ("item", "", "judges", "train"),
        ("item", "", "inspect", "The Government will:"),
        ("para", "", "And report.", None),
    ]
    assert found[1].bullet == "•"


def test_a_list_that_goes_on_after_a_paragraph_keeps_its_parent():
    found = clauses(p("We will:"), p("(a) train;"), p("The budget follows."), p("(b) inspect."))
    assert tree(found)[3] == ("item", "(b)", "inspect.", "We will:")


def test_roman_and_letters_are_told_apart_by_what_came_before():
    letters = [f"({sign}) words" for sign in "abcdefgh"]
    found = clauses(p("We:"), *(p(text) for text in letters), p("(i) the ninth"), p("(i) a first of its own"))
    assert tree(found)[9][3] == "We:"
    assert tree(found)[10][3] == "the ninth"


def test_a_style_can_number_its_paragraphs_and_a_paragraph_can_refuse():
    linked = abstract("1", lvl(0, "decimal", "Artikel %1.", extra='<w:pStyle w:val="Artikel"/>')) + num(
        "5", "1"
    )
    styles = (
        HEADINGS
        + style("Artikel", paragraph='<w:numPr><w:numId w:val="5"/></w:numPr>')
        + style("Sub", style_id="Sub", based="Artikel")
    )
    found = clauses(
        p("one", style="Artikel"),
        p("none", style="Artikel", num=("0", 0)),
        p("two", style="Sub"),
        styles=styles,
        numbering=linked,
    )
    assert [one.number for one in found] == ["Artikel 1.", "", "Artikel 2."]


def test_a_numbering_style_is_followed_to_its_list():
    styles = HEADINGS + style("MyList", kind="numbering", paragraph='<w:numPr><w:numId w:val="8"/></w:numPr>')
    numbering = (
        abstract("1", lvl(0, "upperRoman", "%1."), extra='<w:styleLink w:val="MyList"/>')
        + abstract("2", extra='<w:numStyleLink w:val="MyList"/>')
        + num("8", "1")
        + num("9", "2")
    )
    found = clauses(p("a", num=("9", 0)), p("b", num=("9", 0)), styles=styles, numbering=numbering)
    assert [one.number for one in found] == ["I.", "II."]


def test_a_level_defined_anew_in_a_list_is_the_one_shown():
    override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/>{lvl(0, "upperLetter", "%1)")}</w:lvlOverride>'
    found = clauses(p("a", num=("7", 0)), p("b", num=("7", 0)), numbering=LISTS + num("7", "1", override))
    assert [one.number for one in found] == ["C)", "D)"]


def test_an_empty_numbered_paragraph_counts_though_it_says_nothing():
    found = clauses(p("a", num=("1", 0)), p(num=("1", 0)), p("c", num=("1", 0)), numbering=LISTS)
    assert [one.number for one in found] == ["1.", "3."]


def test_look_alike_numbers_and_sentences_have_ids_of_their_own():
    twice = (p("Training", style="Heading1"), p("1.1 Conduct training."), p("1.1 Conduct training."))
    found = clauses(*twice, *twice, p("Conduct training."), p("Conduct training."))
    for names in ([c.wid for c in found], [c.eid for c in found], [c.label for c in found]):
        assert len(set(names)) == len(names)


def test_ids_do_not_change_when_the_file_is_read_again():
    body = (p("Vision", style="Heading1"), p("We act."), tbl(tr("a", "b")))
    assert [c.wid for c in clauses(*body)] == [c.wid for c in clauses(*body)]


def test_annexes_and_chapters_are_named_by_their_word():
    found = clauses(
        p("Bab 2: Visi", style="Heading1"),
        p("Lampiran 1", style="Heading1"),
        p("Annex 2 – Results", style="Heading1"),
    )
    assert [(one.number, one.text, one.label, one.eid) for one in found] == [
        ("Bab 2:", "Visi", "Bab 2", "chp_2"),
        ("", "Lampiran 1", "Lampiran 1", "annex_1"),
        ("Annex 2", "Results", "Annex 2", "annex_2"),
    ]


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["", "Heading1", "Heading2", "Heading3"]),
        st.sampled_from([None, ("1", 0), ("1", 1), ("1", 2), ("1", 3), ("2", 0), ("2", 1)]),
        st.sampled_from(["Train", "(a) act", "2.1 Do", "1. Go", "Vision", "- dash", "Annex 1: X", "By 2025,", "a) b", "(i) c"]),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


@given(WORDS)
@settings(deadline=None, max_examples=60)
def test_whatever_the_order_no_words_are_lost_and_every_parent_comes_first(paragraphs):
    found = clauses(*(p(text, style=name, num=number) for name, number, text in paragraphs), numbering=LISTS)
    assert len(found) == len(paragraphs)
    seen: set[str] = set()
    for clause, (_, _, text) in zip(found, paragraphs, strict=True):
        assert text in {clause.text, clause.number + clause.separator + clause.text}
        assert clause.parent is None or clause.parent in seen
        seen.add(clause.wid)
    assert len(seen) == len(found) == len({clause.eid for clause in found})


def test_a_bulleted_line_that_begins_with_a_number_speaks_of_it_and_does_not_bear_it():
    found = clauses(p("See:"), p("3.2.2.4 Domain names", num=("2", 0)), numbering=LISTS)
    assert (found[1].number, found[1].text) == ("", "3.2.2.4 Domain names")


def test_a_list_level_without_a_sign_is_no_list():
    blank = abstract("3", lvl(0, "none", ""), lvl(1, "bullet", " ")) + num("3", "3")
    found = clauses(
        p("3. Framework", style="Heading1", num=("3", 0)),
        p("Goes on.", num=("3", 1)),
        numbering=LISTS + blank,
    )
    assert [(one.kind, one.number, one.bullet, one.text) for one in found] == [
        ("heading", "3.", "", "Framework"),
        ("para", "", "", "Goes on."),
    ]
