"""Comments in a returned copy, each rule on a file made for it."""

import pytest

from app.documents.docx.returned import ReturnedComment, ReturnedCopy, read_returned
from tests.documents.docx_builder import deleted, docx, ins, p, r, tbl, tc, tr
from tests.documents.reading import read
from tests.documents.returned_builder import Said, copy, end, point, start


def only(found: ReturnedCopy) -> ReturnedComment:
    (one,) = found.comments
    return one


def test_a_comment_within_a_word_is_anchored_to_its_letters() -> None:
    body = p(r("The im") + start("0") + r("plement") + end("0") + r("ation is slow."))
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert one.anchor is not None
    assert (one.quote, one.anchor.start, one.anchor.end, one.how) == ("plement", 6, 13, "exact")


def test_a_comment_over_several_paragraphs_is_on_each_of_them() -> None:
    body = (p(r("First, ") + start("0") + r("one")), p("Second"), p(r("Third") + end("0") + r(" and more")))
    one = only(read_returned(copy(*body, comments=[Said("0")])))
    assert one.quote == "one\nSecond\nThird"
    assert len(one.clauses) == 3
    assert one.anchor is not None
    assert (one.anchor.wid, one.anchor.start) == (one.clauses[0], 7)


def test_a_range_may_open_and_close_between_paragraphs() -> None:
    one = only(read_returned(copy(p("A."), start("0"), p("Bee."), end("0"), p("C."), comments=[Said("0")])))
    assert (one.quote, one.how) == ("Bee.", "exact")


def test_a_comment_on_a_heading_leaves_its_typed_number_out_of_the_anchor() -> None:
    body = p(start("0") + r("2.1 Scope") + end("0"), style="Heading1")
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert one.anchor is not None
    assert (one.quote, one.anchor.start, one.anchor.end) == ("2.1 Scope", 0, 5)


def test_a_range_down_a_column_is_on_the_cells_of_that_column_only() -> None:
    head = tr("Outcome", "Activity", header=True)
    body = tbl(
        head,
        tr(tc("One outcome"), tc(p(start("0") + r("First activity")))),
        tr(tc("Another outcome"), tc(p(r("Second activity") + end("0")))),
    )
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert one.quote == "First activity\nSecond activity"
    assert len(one.clauses) == 2


def test_a_range_from_one_cell_to_the_next_of_its_row_is_on_both() -> None:
    body = tbl(tr("Name", "Meaning"), tr(tc(p(start("0") + r("Levy"))), tc(p(r("A fee") + end("0")))))
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert one.quote == "Levy\nA fee"
    assert len(one.clauses) == 1


def test_a_comment_in_a_field_names_the_field() -> None:
    body = tbl(
        tr("Outcome", "Timeline", header=True), tr(tc("Less harm"), tc(p(start("0") + r("2027") + end("0"))))
    )
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert (one.quote, one.how, one.field, one.anchor) == ("2027", "field", "Timeline", None)
    assert len(one.clauses) == 1


def test_a_comment_in_a_footnote_is_on_the_footnote() -> None:
    body = p(r("Text") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    note = p(r("See ") + start("0") + r("page 4") + end("0"))
    file = copy(body, comments=[Said("0")], footnotes=[("2", note)])
    one = only(read_returned(file))
    footnote = next(c for c in read(body, footnotes=[("2", note)]).clauses if c.kind == "footnote")
    assert one.clauses == [footnote.wid]
    assert one.anchor is not None
    assert footnote.text[one.anchor.start : one.anchor.end] == "page 4"


def test_a_comment_that_is_only_referred_to_is_on_a_spot() -> None:
    one = only(read_returned(copy(p(r("Before") + point("0") + r(" after")), comments=[Said("0")])))
    assert one.anchor is not None
    assert (one.quote, one.how, one.anchor.start, one.anchor.end) == ("", "point", 6, 6)


def test_a_comment_without_an_anchor_is_general_and_kept() -> None:
    found = read_returned(copy(p("Text"), comments=[Said("0", "On the whole: good.")]))
    assert (only(found).how, only(found).clauses, found.orphans) == ("general", [], [])


def test_a_reply_stands_where_its_thread_does_and_a_thread_is_resolved_as_a_whole() -> None:
    comments = [Said("0", done=True), Said("1", "No.", parent="0"), Said("2")]
    body = p(start("0") + r("Words") + end("0") + start("2") + r(" more") + end("2"))
    first, reply, other = read_returned(copy(body, comments=comments)).comments
    assert (reply.parent, reply.quote, reply.anchor) == (0, "Words", first.anchor)
    assert [one.resolved for one in (first, reply, other)] == [True, True, False]


def test_a_thread_is_known_by_the_last_paragraph_of_a_comment() -> None:
    comments = [Said("0", "Two\nlines"), Said("1", "A\nreply", parent="0")]
    first, reply = read_returned(copy(p("Text"), comments=comments)).comments
    assert (first.text, reply.text, reply.parent) == ("Two\nlines", "A\nreply", 0)


def test_a_comment_without_a_date_has_none() -> None:
    found = read_returned(copy(p("Text"), comments=[Said("0", date="")]))
    assert only(found).date is None
    assert [one.sentence for one in found.warnings] == ["1 comments carry no date."]


def test_the_comments_are_found_by_their_relationship_whatever_they_are_called() -> None:
    file = copy(p(start("0") + r("Text") + end("0")), comments=[Said("0")], part="remarks7")
    assert only(read_returned(file)).quote == "Text"


def test_a_strict_file_reads_like_any_other() -> None:
    body = p(r("A ") + start("0") + r("word") + end("0") + ins(r(" or two")))
    plain = read_returned(copy(body, comments=[Said("0")]))
    strict = read_returned(copy(body, comments=[Said("0")], strict=True))
    assert (strict.comments, strict.changes) == (plain.comments, plain.changes)
    assert len(strict.changes) == 1


def test_arabic_comments_on_arabic_text_keep_their_offsets() -> None:
    body = p(r("حماية ", "<w:rtl/>") + start("0") + r("العمال", "<w:rtl/>") + end("0"))
    one = only(read_returned(copy(body, comments=[Said("0", "من هم؟")])))
    assert one.anchor is not None
    assert (one.text, one.quote, one.anchor.start, one.anchor.end) == ("من هم؟", "العمال", 6, 12)


def test_a_comment_in_a_text_box_or_a_content_control_is_on_its_words() -> None:
    box = f"<w:txbxContent>{p(start('0') + r('Boxed words') + end('0'))}</w:txbxContent>"
    drawn = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"
    control = f"<w:sdt><w:sdtContent>{p(start('1') + r('Held words') + end('1'))}</w:sdtContent></w:sdt>"
    file = copy(p(r("Around") + drawn), control, comments=[Said("0"), Said("1")])
    boxed, held = read_returned(file).comments
    assert (boxed.quote, boxed.how, held.quote, held.how) == ("Boxed words", "exact", "Held words", "exact")


def test_a_quote_is_what_stood_there_before_the_changes() -> None:
    body = p(start("0") + r("fees ") + deleted("and costs") + ins(r("only")) + end("0") + r("."))
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert one.quote == "fees and costs"
    assert one.anchor is not None
    assert (one.anchor.start, one.anchor.end) == (0, 14)


def test_a_comment_on_inserted_words_quotes_them_at_the_spot_where_they_go() -> None:
    body = p(r("fees") + start("0") + ins(r(" and costs")) + end("0") + r("."))
    one = only(read_returned(copy(body, comments=[Said("0")])))
    assert one.anchor is not None
    assert (one.quote, one.how, one.anchor.start, one.anchor.end) == (" and costs", "inserted", 4, 4)


def test_a_comment_on_an_inserted_paragraph_is_on_the_clause_before_it() -> None:
    new = p(start("0") + ins(r("New words.")) + end("0"), mark='<w:ins w:id="5" w:author="B"/>')
    base = read(p("Old words."), p("More words."))
    one = only(read_returned(copy(p("Old words."), new, p("More words."), comments=[Said("0")]), base))
    assert (one.quote, one.how, one.clauses) == ("New words.", "inserted", [base.clauses[0].wid])


def test_a_comment_on_words_that_the_draft_has_not_waits_for_a_person() -> None:
    base = read(p("The quick brown fox jumps over the lazy dog."))
    file = copy(
        p(start("0") + r("Entirely unrelated sentence of another text") + end("0")), comments=[Said("0")]
    )
    found = read_returned(file, base)
    assert found.comments[0].quote == "Entirely unrelated sentence of another text"
    assert found.comments[0].clauses or [one.what for one in found.orphans] == ["comment"]


def test_a_mark_that_leads_to_no_comment_is_told() -> None:
    found = read_returned(copy(p(r("a") + point("7")), comments=[Said("0")]))
    assert "1 marks in the text lead to no comment." in [one.sentence for one in found.warnings]


def test_a_copy_in_which_nobody_wrote_anything_says_so() -> None:
    found = read_returned(docx(p("Text")))
    assert [one.sentence for one in found.warnings] == ["This copy holds no comments and no tracked changes."]


@pytest.mark.parametrize("kept", ["start", "end"])
def test_a_range_with_one_end_missing_still_finds_its_paragraph(kept: str) -> None:
    inner = start("0") + r("Words") if kept == "start" else r("Words") + '<w:commentRangeEnd w:id="0"/>'
    one = only(read_returned(copy(p("Before."), p(inner), comments=[Said("0")])))
    assert one.quote == "Words"
