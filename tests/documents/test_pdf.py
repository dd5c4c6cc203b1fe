"""PDFs: what is printed is what was given, tagged, in order, however long."""

import io
from datetime import UTC, datetime
from threading import BoundedSemaphore

import pikepdf
import pypdfium2  # type: ignore[import-untyped]  # it brings no types
import pytest

from app.documents.pdf import writing
from app.documents.pdf.document import (
    Beside,
    Cell,
    Document,
    Facts,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
)
from app.documents.pdf.writing import write_pdf
from app.errors import Problem, TooMany

MADE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>'


def made(*blocks, **more) -> tuple[bytes, str]:
    """A PDF and its words as a second reader, PDFium, gives them."""
    file = io.BytesIO()
    pages = write_pdf(Document(title="A plan", language="en", blocks=blocks, made=MADE, **more), file)
    document = pypdfium2.PdfDocument(file.getvalue())
    assert len(document) == pages
    words = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return file.getvalue(), " ".join(words.split())


def rows(count):
    for n in range(count):
        joined = [Cell([Paragraph(f"both of {n}")], down=2)] if n % 2 == 0 else []
        yield [Cell([Paragraph(f"R2-{n:04d}")]), Cell([Paragraph("Words of a comment. " * 9)]), *joined]


def test_every_kind_of_block_is_printed_and_markup_stays_words():
    pdf, words = made(
        Paragraph("The whole plan", look=Look.TITLE),
        Facts([("Round", "Second"), ("Filter", [Run("none", italic=True)])]),
        Heading(3, "Scope", number="1.1"),
        Paragraph("#let x = [*not bold*] $y$ \\ // no comment", number="1.1.1"),
        Paragraph([Run("shall", deleted=True), Run("must", inserted=True)], number="(a)", indent=1),
        Beside([Paragraph("beside it")], Picture(SQUARE, "A square", 20)),
        PageBreak(),
        Table([1, 2], [[Cell([Paragraph("Ref")]), Cell([Paragraph("Text")])]], [], small=True),
        Paragraph("kawalan dan penguatkuasaan — “petik”", look=Look.QUOTE),
        marking="Restricted",
        head="Draft 1",
        foot="Made today",
    )
    for one in (
        "The whole plan", "Round Second", "1.1 Scope", "#let x = [*not bold*] $y$ \\ // no comment",
        "(a) shallmust", "beside it", "“petik”", "Restricted · Draft 1", "Made today", "Page 2 of 2",
    ):  # fmt: skip
        assert one in words, one
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert read.Root.MarkInfo.Marked
        assert str(read.Root.Lang) == "en"
        assert "pdfuaid" in read.open_metadata().__str__()


def test_words_in_a_script_that_no_font_has_hinder_nothing():
    _, words = made(Paragraph("before \u0c05\U0001f600\x00\x07 after"), Heading(1, ""), Heading(4, "Deep"))
    assert "before" in words
    assert "after" in words
    assert "Deep" in words


def test_a_long_table_is_set_in_parts_and_bound_into_one_tagged_file(monkeypatch):
    monkeypatch.setattr(writing, "PART", 45_000)
    head = [[Cell([Paragraph(one)], shaded=True) for one in ("Ref", "Comment", "Both")]]
    pdf, words = made(Heading(1, "First"), Table([1, 3, 1], head, rows(400)), Heading(1, "Last"))
    assert [words.count(f"R2-{n:04d}") for n in range(400)] == [1] * 400
    with pikepdf.open(io.BytesIO(pdf)) as read:
        tree = read.Root.StructTreeRoot
        numbers = list(tree.ParentTree.Nums)
        keys = [int(one) for one in numbers[::2]]
        assert keys == sorted(set(keys))
        by_key = dict(zip(keys, numbers[1::2], strict=True))
        pages = {page.obj.objgen for page in read.pages}
        for page in read.pages:
            for one in by_key[int(page.obj.StructParents)]:
                assert "/Pg" not in one or one.Pg.objgen in pages
        names = [str(one) for one in list(tree.IDTree.Names)[::2]]
        assert names == sorted(set(names))
        with read.open_outline() as outline:
            assert [one.title for one in outline.root] == ["First", "Last"]
    assert "Page 7" in words
    assert "Page 7 of" not in words


def test_beyond_some_parts_a_file_is_bound_without_tags_and_keeps_words_and_bookmarks(monkeypatch):
    monkeypatch.setattr(writing, "PART", 9_000)
    head = [[Cell([Paragraph(one)], shaded=True) for one in ("Ref", "Comment", "Both")]]
    pdf, words = made(Heading(1, "First"), Table([1, 3, 1], head, rows(400)), Heading(1, "Last"))
    assert [words.count(f"R2-{n:04d}") for n in range(400)] == [1] * 400
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert "/StructTreeRoot" not in read.Root
        assert "/MarkInfo" not in read.Root
        assert not any("/StructParents" in page.obj for page in read.pages)
        with read.open_outline() as outline:
            assert [one.title for one in outline.root] == ["First", "Last"]


def test_a_page_that_takes_too_much_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(writing, "MEGABYTES", 8)
    with pytest.raises(Problem, match="could not be made"):
        made(Paragraph("words"))


def test_who_comes_when_many_wait_is_told_so_at_once(monkeypatch):
    monkeypatch.setattr(writing, "_QUEUE", BoundedSemaphore())
    with writing._QUEUE, pytest.raises(TooMany, match="Try again"):
        made(Paragraph("words"))
    assert "words" in made(Paragraph("words"))[1]
