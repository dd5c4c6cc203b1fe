"""Tracked changes in a returned copy, each rule on a file made for it, and the two views of any copy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.docx.draft import read_draft
from app.documents.docx.parts import open_document
from app.documents.docx.proposals import Change
from app.documents.docx.returned import ReturnedCopy, read_returned
from app.documents.docx.revisions import read_revised
from app.documents.docx.runs import View
from app.documents.docx.styles import Styles
from tests.documents.docx_builder import abstract, deleted, docx, ins, lvl, num, p, r, tbl, tc, tr
from tests.documents.reading import clauses, read

A, B = "Aminah (invented)", "Bala (invented)"
INSERTED = f'<w:ins w:id="8" w:author="{A}" w:date="2026-01-01T00:00:00Z"/>'
DELETED = f'<w:del w:id="9" w:author="{A}" w:date="2026-01-01T00:00:00Z"/>'


def changes(*body: str) -> list[Change]:
    return read_returned(docx(*body)).changes


def only(*body: str) -> Change:
    (one,) = changes(*body)
    return one


def move(kind: str, inner: str, name: str = "m1") -> str:
    tag = inner.replace("w:t ", "w:t ")
    return (
        f'<w:move{kind}RangeStart w:id="1{kind}" w:author="{A}" w:name="{name}"/>'
        f'<w:move{kind} w:id="2" w:author="{A}" w:date="2026-01-01T00:00:00Z">{tag}</w:move{kind}>'
        f'<w:move{kind}RangeEnd w:id="1{kind}"/>'
    )


def test_words_put_in() -> None:
    one = only(p(r("Pay fees") + ins(r(" and costs")) + r(".")))
    assert (one.kind, one.author, one.date) == ("insertion", A, "2026-01-01T00:00:00Z")
    assert (one.deleted, one.inserted, one.proposed_text) == ("", " and costs", "Pay fees and costs.")


def test_words_taken_out() -> None:
    one = only(p(r("Pay fees") + deleted(" and costs") + r(".")))
    assert (one.kind, one.deleted, one.inserted) == ("deletion", " and costs", "")
    assert one.proposed_text == "Pay fees."


def test_words_taken_out_beside_words_put_in_by_the_same_author_are_one_replacement() -> None:
    one = only(p(r("The plan ") + deleted("may") + ins(r("shall")) + r(" end.")))
    assert (one.kind, one.deleted, one.inserted) == ("replacement", "may", "shall")
    assert one.proposed_text == "The plan shall end."


def test_neighbouring_changes_of_two_authors_stay_two() -> None:
    found = changes(p(r("The plan ") + deleted("may") + ins(r("shall"), B) + r(" end.")))
    assert [(one.kind, one.author, one.proposed_text) for one in found] == [
        ("deletion", A, "The plan  end."),
        ("insertion", B, "The plan mayshall end."),
    ]


def test_a_clause_reads_with_all_changes_of_its_author() -> None:
    first, second = changes(
        p(deleted("Some") + ins(r("All")) + r(" workers ") + ins(r("always ")) + r("rest."))
    )
    assert first.proposed_text == second.proposed_text == "All workers always rest."


def test_words_of_one_author_taken_out_by_another_are_told_of_both() -> None:
    found = changes(p(r("Pay") + ins(r(" more") + deleted(" or less", B)) + r(".")))
    assert [(one.author, one.inserted, one.deleted) for one in found] == [
        (A, " more or less", ""),
        (B, "", " or less"),
    ]


def test_words_put_in_at_one_spot_stay_in_their_order() -> None:
    first, other, second = changes(p(r("a ") + ins(r("x ")) + ins(r("y "), B) + ins(r("z ")) + r("b")))
    assert first.proposed_text == second.proposed_text == "a x z b"
    assert other.proposed_text == "a y b"


def test_a_new_paragraph_stands_behind_the_clause_before_it() -> None:
    body = (p("First."), p(ins(r("Between.")), mark=INSERTED), p("Last."))
    one = only(*body)
    first = clauses(*body, view="original")[0]
    assert (one.kind, one.clause, one.after, one.proposed_text) == ("insertion", first.wid, True, "Between.")


def test_a_paragraph_typed_after_return_at_the_end_of_another_is_one_new_paragraph() -> None:
    body = (p("First.", mark=INSERTED), p(ins(r("Between."))), p("Last."))
    one = only(*body)
    assert (one.inserted, one.after, one.proposed_text) == ("Between.", True, "Between.")


def test_a_paragraph_taken_out_reads_as_nothing() -> None:
    body = (p("First."), p(deleted("Gone."), mark=DELETED), p("Last."))
    one = only(*body)
    assert (one.kind, one.deleted, one.proposed_text) == ("deletion", "Gone.", "")
    assert one.clause == clauses(*body, view="original")[1].wid


def test_paragraphs_joined_or_split_are_changes_of_their_ends() -> None:
    joined = only(p("First.", mark=DELETED), p("Last."))
    split = only(p("First.", mark=INSERTED), p(" Last."))
    assert (joined.kind, joined.deleted, joined.proposed_text) == ("deletion", "\n", "First. Last.")
    assert (split.kind, split.inserted) == ("insertion", "\n")
    assert split.proposed_text == "First.\n Last."


HEAD = tr("Outcome", "Activity", header=True)


def test_a_new_row_is_one_change_behind_the_row_before_it() -> None:
    rows = (HEAD, tr("Less harm", "Train officers"))
    new = tr(tc(p(ins(r("More help")))), tc(p(ins(r("Open a line")))), extra=INSERTED)
    base = read(tbl(*rows))
    (one,) = read_returned(docx(tbl(*rows, new)), base).changes
    assert (one.kind, one.inserted, one.after) == ("insertion", "More help\tOpen a line", True)
    assert one.clause in {had.wid for had in base.clauses}


def test_a_row_taken_out_is_one_change() -> None:
    gone = tr(tc(p(deleted("Less harm"))), tc(p(deleted("Train officers"))), extra=DELETED)
    body = tbl(HEAD, tr("More help", "Open a line"), gone)
    one = only(body)
    assert (one.kind, one.deleted, one.proposed_text) == ("deletion", "Less harm\tTrain officers", "")
    wids = {had.text: had.wid for had in clauses(body, view="original")}
    assert one.clause == wids["Less harm"]


def test_a_moved_paragraph_is_one_move_from_its_clause_to_behind_another() -> None:
    mark_from = f'<w:moveFrom w:id="3" w:author="{A}"/>'
    mark_to = f'<w:moveTo w:id="4" w:author="{A}"/>'
    body = (
        p(move("From", r("Moved words.")), mark=mark_from),
        p("Second."),
        p(move("To", r("Moved words.")), mark=mark_to),
        p("Third."),
    )
    one = only(*body)
    before = clauses(*body, view="original")
    assert (one.kind, one.deleted, one.inserted) == ("move", "Moved words.", "Moved words.")
    assert (one.clause, one.to, one.proposed_text) == (before[0].wid, before[1].wid, "Moved words.")


def test_words_moved_within_a_clause_read_in_their_new_place() -> None:
    one = only(p(r("A ") + move("From", r("b ")) + r("c ") + move("To", r("b ")) + r("d")))
    assert (one.kind, one.proposed_text) == ("move", "A c b d")


def test_a_change_in_a_footnote_is_on_the_footnote() -> None:
    body = p(r("Text") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    note = p(r("See page ") + deleted("4") + ins(r("5")))
    (one,) = read_returned(docx(body, footnotes=[("2", note)])).changes
    assert (one.kind, one.proposed_text) == ("replacement", "See page 5")


def test_a_change_in_a_field_names_the_field() -> None:
    body = tbl(
        tr("Outcome", "Timeline", header=True),
        tr(tc("Less harm"), tc(p(deleted("2026") + ins(r("2027"))))),
    )
    one = only(body)
    assert (one.field, one.proposed_text) == ("Timeline", "2027")


def test_a_change_of_a_typed_number_leaves_the_words_alone() -> None:
    one = only(
        p("2.1 Scope", style="Heading1"), p(deleted("3.1") + ins(r("3.2")) + r(" The Ministry decides."))
    )
    assert (one.kind, one.deleted, one.inserted) == ("replacement", "3.1", "3.2")
    assert one.proposed_text == "The Ministry decides."


def test_words_put_in_behind_a_space_at_the_end_keep_it() -> None:
    assert only(p(r("Pay fees. ") + ins(r("In full.")))).proposed_text == "Pay fees. In full."


def test_formatting_is_no_change() -> None:
    bold = f'<w:rPrChange w:id="1" w:author="{A}"><w:rPr/></w:rPrChange>'
    aside = f'<w:pPrChange w:id="2" w:author="{A}"><w:pPr/></w:pPrChange>'
    assert changes(p(r("Words", f"<w:b/>{bold}"), extra=aside)) == []


BASE = (
    "The Ministry trains its officers every year.",
    "Fees are paid by the employer.",
    "Complaints are free.",
)


def sent(*body: str) -> ReturnedCopy:
    return read_returned(docx(*body), read(*map(p, BASE)))


def test_what_changed_without_a_mark_is_told_and_the_rest_still_finds_its_place() -> None:
    found = sent(
        p("The Ministry trains all its officers every year."),
        p("A silent paragraph of which nobody was told."),
        p(r("Fees are paid by the ") + deleted("employer") + ins(r("State")) + r(".")),
        p("Complaints are free."),
    )
    known = {one.text: one.wid for one in read(*map(p, BASE)).clauses}
    assert [(one.clause, one.before, one.after) for one in found.untracked] == [
        (known[BASE[0]], BASE[0], "The Ministry trains all its officers every year."),
        (known[BASE[0]], "", "A silent paragraph of which nobody was told."),
    ]
    (one,) = found.changes
    assert (one.clause, one.proposed_text) == (known[BASE[1]], "Fees are paid by the State.")


def test_a_change_in_a_clause_that_was_also_changed_silently_is_made_on_the_base() -> None:
    found = sent(
        p(r("The Ministry trains all its officers every ") + deleted("year") + ins(r("month")) + r(".")),
        p(BASE[1]),
        p(BASE[2]),
    )
    (one,) = found.changes
    assert one.proposed_text == "The Ministry trains its officers every month."
    assert len(found.untracked) == 1


def test_a_clause_missing_without_a_mark_is_told() -> None:
    (one,) = sent(p(BASE[0]), p(BASE[2])).untracked
    assert (one.before, one.after) == (BASE[1], "")


def test_other_numbers_do_not_matter() -> None:
    numbered = abstract("1", lvl(0, "decimal", "%1.", start=7)) + num("1", "1")
    file = docx(
        *(p(text, num=("1", 0)) for text in BASE), p(ins(r("New.")), mark=INSERTED), numbering=numbered
    )
    found = read_returned(file, read(*(p(f"{n}. {text}") for n, text in enumerate(BASE, 1))))
    assert found.untracked == []
    assert [one.inserted for one in found.changes] == ["New."]


WORDS = st.text(alphabet="pqé ", min_size=1, max_size=6)
RUN = st.tuples(st.sampled_from(["kept", "ins", "del", "both"]), st.sampled_from([A, B]), WORDS)
PARAGRAPH = st.tuples(st.lists(RUN, max_size=5), st.sampled_from(["", INSERTED, DELETED]))


def made(paragraph: tuple[list[tuple[str, str, str]], str]) -> str:
    runs = {
        "kept": lambda _, words: r(words),
        "ins": lambda who, words: ins(r(words), who),
        "del": lambda who, words: deleted(words, who),
        "both": lambda who, words: ins(deleted(words, who), B),
    }
    return p("".join(runs[kind](who, words) for kind, who, words in paragraph[0]), mark=paragraph[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(PARAGRAPH, min_size=1, max_size=5))
def test_accepting_or_rejecting_everything_gives_what_the_draft_reader_reads(
    paragraphs: list[tuple[list[tuple[str, str, str]], str]],
) -> None:
    file = docx(*map(made, paragraphs))
    parts = open_document(file)
    passages = read_revised(parts, Styles(parts.styles)).passages
    views: tuple[View, View] = ("accepted", "original")
    for view, texts in zip(
        views, ([one.accepted for one in passages], [one.original for one in passages]), strict=True
    ):
        words = "".join("".join(had.text.split()) for had in read_draft(file, view=view).clauses)
        assert words == "".join("".join(text.split()) for text in texts)


@settings(max_examples=60, deadline=None)
@given(st.lists(RUN, min_size=1, max_size=6))
def test_one_author_s_changes_accepted_are_what_the_change_proposes(runs: list[tuple[str, str, str]]) -> None:
    one_author = [(kind, A, words) for kind, _, words in runs if kind != "both"]
    file = docx(p("Before it."), made(([("kept", A, "x"), *one_author, ("kept", A, "x")], "")))
    accepted = read_draft(file).clauses[-1].text
    for change in read_returned(file).changes:
        assert change.proposed_text == accepted


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no zip", b"%PDF-1.7"])
def test_a_file_that_is_no_copy_is_refused_in_one_sentence(damage: bytes) -> None:
    from app.errors import Invalid

    with pytest.raises(Invalid):
        read_returned(damage)
