"""The words of a Word draft: what a reader sees, all of it, once."""

from typing import Any

import pytest

from tests.documents.docx_builder import HEADINGS, deleted, ins, p, r, style, tbl, tr
from tests.documents.reading import clauses, read, said, texts, tree


def run(inner: str) -> str:
    return f"<w:r>{inner}</w:r>"


def field(code: str, result: str) -> str:
    return (
        run('<w:fldChar w:fldCharType="begin"/>')
        + run(f"<w:instrText> {code} </w:instrText>")
        + run('<w:fldChar w:fldCharType="separate"/>')
        + r(result)
        + run('<w:fldChar w:fldCharType="end"/>')
    )


BOX = "<w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent>"
DRAWN = f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
PICTURED = f"<mc:Fallback><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></mc:Fallback>"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (r("one ") + r("two"), "one two"),
        (run("<w:t>a</w:t><w:tab/><w:t>b</w:t>"), "a\tb"),
        (run("<w:t>a</w:t><w:br/><w:t>b</w:t>"), "a\nb"),
        (run('<w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t>'), "ab"),
        (run("<w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t>"), "co-op"),
        (run("<w:t>infor</w:t><w:softHyphen/><w:t>mation</w:t>"), "information"),
        (run('<w:sym w:font="Symbol" w:char="F0B3"/>') + r(" 5"), "≥ 5"),
        (run('<w:sym w:font="Wingdings" w:char="F0FC"/>') + r(" done"), "✓ done"),
        (f'<w:hyperlink r:id="x">{r("a link")}</w:hyperlink>', "a link"),
        (f'<w:smartTag w:uri="u" w:element="e">{r("Kuala Lumpur")}</w:smartTag>', "Kuala Lumpur"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{r('in a control')}</w:sdtContent></w:sdt>", "in a control"),
        (f'<w:fldSimple w:instr="DATE">{r("24 November")}</w:fldSimple>', "24 November"),
        (r("see ") + field("REF _x \\h", "Chapter 5"), "see Chapter 5"),
        (
            run('<w:fldChar w:fldCharType="begin"/>')
            + run("<w:instrText>IF </w:instrText>")
            + field("DOCPROPERTY x", "hidden answer")
            + run("<w:instrText> = 1</w:instrText>")
            + run('<w:fldChar w:fldCharType="separate"/>')
            + r("shown")
            + run('<w:fldChar w:fldCharType="end"/>'),
            "shown",
        ),
        ("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "x=1"),
        (
            run(
                f"<w:ruby><w:rt>{r('kan')}</w:rt><w:rubyBase>{r('漢')}</w:rubyBase></w:ruby>",
            ),
            "漢(kan)",
        ),
        (
            (
                f'<mc:AlternateContent><mc:Choice Requires="wps">{r("chosen")}</mc:Choice>'
                f"<mc:Fallback>{r('fallen')}</mc:Fallback></mc:AlternateContent>"
            ),
            "chosen",
        ),
        (
            (
                f'<mc:AlternateContent><mc:Choice Requires="future">{r("chosen")}</mc:Choice>'
                f"<mc:Fallback>{r('fallen')}</mc:Fallback></mc:AlternateContent>"
            ),
            "fallen",
        ),
        ('<w:dir w:val="rtl">' + r("مرحبا") + "</w:dir>", "مرحبا"),
    ],
)
def test_a_paragraph_says_what_a_reader_sees(content, shown):
    assert texts(p(content)) == [shown]


def test_hidden_text_is_left_out_and_said_so():
    draft = read(p(r("seen") + r(" unseen", "<w:vanish/>")), p("also seen"))
    assert [clause.text for clause in draft.clauses] == ["seen", "also seen"]
    assert "7 characters of hidden text were left out." in said(draft)


def test_a_text_box_is_read_once_behind_its_paragraph():
    box = run(f"<mc:AlternateContent>{DRAWN}{PICTURED}</mc:AlternateContent>")
    found = clauses(p(r("Beside a box") + box), p("After"))
    assert [clause.text for clause in found] == ["Beside a box", "In the box", "After"]
    assert found[1].location.as_json() == {"paragraph": 0, "textbox": 0}
    assert found[2].location.as_json() == {"paragraph": 1}


def test_a_content_control_around_paragraphs_hides_nothing():
    inner = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('inside')}{tbl(tr('a', 'b'))}</w:sdtContent></w:sdt>"
    assert texts(p("before"), inner, p("after")) == ["before", "inside", "a", "after"]


class TestTrackedChanges:
    CHANGED = p(r("We ") + deleted("may") + ins(r("will")) + r(" act."))

    def test_accepted_shows_the_inserted_words(self):
        assert texts(self.CHANGED) == ["We will act."]

    def test_original_shows_the_deleted_words(self):
        assert texts(self.CHANGED, view="original") == ["We may act."]

    def test_how_many_changes_were_read_and_whose_is_said(self):
        assert said(read(self.CHANGED)) == [
            "2 tracked changes were read as accepted. They are by: Aminah (invented)."
        ]
        assert said(read(self.CHANGED, view="original")) == [
            "2 tracked changes were read as rejected. They are by: Aminah (invented)."
        ]

    def test_a_deleted_paragraph_end_joins_two_paragraphs(self):
        body = (p("One ", mark='<w:del w:id="1" w:author="A"/>'), p("two."), p("Three."))
        found = clauses(*body)
        assert [clause.text for clause in found] == ["One two.", "Three."]
        assert [(piece.order, piece.at, piece.length) for piece in found[0].pieces] == [(0, 0, 4), (1, 4, 4)]
        assert texts(*body, view="original") == ["One", "two.", "Three."]

    def test_an_inserted_paragraph_is_not_in_the_original(self):
        body = (p("One."), p(ins(r("New.")), mark='<w:ins w:id="1" w:author="A"/>'), p("Two."))
        assert texts(*body) == ["One.", "New.", "Two."]
        assert texts(*body, view="original") == ["One.", "Two."]

    def test_a_deleted_paragraph_takes_no_number(self):
        numbered: dict[str, Any] = {"numbering": LIST}
        gone = p(deleted("b"), num=("1", 0), mark='<w:del w:id="1" w:author="A"/>')
        body = (p("a", num=("1", 0)), gone, p("c", num=("1", 0)))
        assert [(c.number, c.text) for c in clauses(*body, **numbered)] == [("1.", "a"), ("2.", "c")]
        assert [(c.number, c.text) for c in clauses(*body, view="original", **numbered)] == [
            ("1.", "a"),
            ("2.", "b"),
            ("3.", "c"),
        ]

    def test_deleted_and_inserted_rows_follow_the_view(self):
        table = tbl(
            tr("kept", "1"),
            tr("old", "2", extra='<w:del w:id="1" w:author="A"/>'),
            tr("new", "3", extra='<w:ins w:id="1" w:author="A"/>'),
        )
        assert texts(table) == ["kept", "new"]
        assert texts(table, view="original") == ["kept", "old"]

    def test_moved_words_stand_where_the_view_has_them(self):
        moved = '<w:moveFrom w:id="1" w:author="A">' + r("moved ") + "</w:moveFrom>"
        to = '<w:moveTo w:id="2" w:author="A">' + r("moved ") + "</w:moveTo>"
        body = (p(moved + r("first")), p(to + r("second")))
        assert texts(*body) == ["first", "moved second"]
        assert texts(*body, view="original") == ["moved first", "second"]

    def test_a_style_that_was_changed_is_the_old_one_in_the_original(self):
        change = '<w:pPrChange w:id="1" w:author="A"><w:pPr/></w:pPrChange>'
        body = (p("Vision", style="Heading1", extra=change),)
        assert [clause.kind for clause in clauses(*body)] == ["heading"]
        assert [clause.kind for clause in clauses(*body, view="original")] == ["para"]


LIST = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)


class TestNotes:
    def body(self) -> tuple[str, ...]:
        mark = run('<w:footnoteReference w:id="7"/>')
        return (p(r("Cases") + mark + r(" rose.")), p("Next."))

    NOTE = p(run("<w:footnoteRef/>") + r(" Source: the register."))

    def test_a_footnote_stands_behind_its_paragraph_with_its_mark_as_number(self):
        found = clauses(*self.body(), footnotes=[("7", self.NOTE)])
        assert tree(found) == [
            ("para", "", "Cases rose.", None),
            ("footnote", "1", "Source: the register.", "Cases rose."),
            ("para", "", "Next.", None),
        ]
        assert found[0].footnotes == [found[1].wid]
        assert found[1].location.as_json() == {"paragraph": 0, "footnote": "1"}

    def test_a_mark_the_author_chose_is_the_number_and_not_in_the_text(self):
        mark = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="7"/><w:t>*</w:t></w:r>'
        found = clauses(p(r("Cases") + mark + r(" rose.")), footnotes=[("7", self.NOTE)])
        assert [(one.number, one.text) for one in found] == [
            ("", "Cases rose."),
            ("*", "Source: the register."),
        ]

    def test_endnotes_are_counted_apart_in_roman(self):
        both = run('<w:footnoteReference w:id="7"/>') + run('<w:endnoteReference w:id="3"/>')
        found = clauses(p(r("Both") + both), footnotes=[("7", self.NOTE)], endnotes=[("3", p("At the end"))])
        assert [(one.kind, one.number) for one in found] == [
            ("para", ""),
            ("footnote", "1"),
            ("footnote", "i"),
        ]

    def test_a_note_whose_reference_is_deleted_is_not_shown(self):
        gone = '<w:del w:id="1" w:author="A">' + run('<w:footnoteReference w:id="7"/>') + "</w:del>"
        found = clauses(p(r("Cases") + gone), footnotes=[("7", self.NOTE)])
        assert [one.text for one in found] == ["Cases"]


class TestKinds:
    def test_headings_are_known_by_level_by_style_and_by_what_styles_are_based_on(self):
        styles = (
            HEADINGS
            + style("Tajuk Bab", style_id="TajukBab", based="Heading1")
            + style("Peringkat", paragraph='<w:outlineLvl w:val="1"/>')
            + style("Contents Title", based="Heading1", paragraph='<w:outlineLvl w:val="9"/>')
        )
        found = clauses(
            p("By style", style="Heading2"),
            p("By ancestor", style="TajukBab"),
            p("By level of the style", style="Peringkat"),
            p("By level of the paragraph", outline=2),
            p("Not one", style="Contents Title"),
            p("Not one either", style="Heading1", outline=9),
            styles=styles,
        )
        assert [(one.kind, one.level) for one in found] == [
            ("heading", 2),
            ("heading", 1),
            ("heading", 2),
            ("heading", 3),
            ("para", 1),
            ("para", 1),
        ]
        assert [one.heading for one in found if one.kind == "heading"] == [one.text for one in found[:4]]
        assert {one.heading for one in found if one.kind != "heading"} == {""}

    def test_a_localised_style_is_known_by_its_name_and_a_missing_one_by_its_id(self):
        styles = style("heading 1", style_id="berschrift1")
        found = clauses(p("A", style="berschrift1"), p("B", style="Heading2"), styles=styles)
        assert [(one.kind, one.level) for one in found] == [("heading", 1), ("heading", 2)]

    def test_contents_are_kept_and_are_not_headings(self):
        styles = HEADINGS + style("toc 1", style_id="TOC1")
        contents = (
            run('<w:fldChar w:fldCharType="begin"/>')
            + run("<w:instrText> TOC \\o </w:instrText>")
            + run('<w:fldChar w:fldCharType="separate"/>')
            + r("1. Introduction")
            + run("<w:tab/><w:t>3</w:t>")
        )
        found = clauses(
            p(contents),
            p("2. Vision", style="TOC1"),
            p(run('<w:fldChar w:fldCharType="end"/>')),
            p("1. Introduction", style="Heading1"),
            styles=styles,
        )
        assert [(one.kind, one.number, one.text) for one in found] == [
            ("toc", "", "1. Introduction\t3"),
            ("toc", "", "2. Vision"),
            ("heading", "1.", "Introduction"),
        ]

    def test_an_unclosed_contents_field_does_not_swallow_the_draft(self):
        opened = run('<w:fldChar w:fldCharType="begin"/>') + run("<w:instrText>TOC</w:instrText>")
        found = clauses(p(opened + r("lost?")), p("Vision", style="Heading1"), p("We act."))
        assert [one.kind for one in found][-2:] == ["heading", "para"]

    def test_titles_captions_quotes_and_sources_are_what_they_are(self):
        styles = HEADINGS + style("Title") + style("caption", style_id="Caption") + style("Quote")
        found = clauses(
            p("The Ministry"),
            p("The Plan", style="Title"),
            p(run('<w:br w:type="page"/>')),
            p("Vision", style="Heading1"),
            p("Free labour.", style="Quote"),
            p("Table 1: Complaints", style="Caption"),
            tbl(tr("Years", "2020", header=True), tr("Received", "6")),
            p("Source: the register"),
            styles=styles,
        )
        assert [(one.kind, one.number, one.text) for one in found] == [
            ("title", "", "The Ministry"),
            ("title", "", "The Plan"),
            ("heading", "", "Vision"),
            ("quote", "", "Free labour."),
            ("caption", "Table 1:", "Complaints"),
            ("header", "", "Years"),
            ("entry", "", "Received"),
            ("note", "", "Source: the register"),
        ]
        assert found[6].fields == {"2020": "6"}

    def test_the_title_is_the_one_in_the_style_of_a_title(self):
        styles = HEADINGS + style("Title")
        assert read(p("Ministry"), p("The Plan", style="Title"), styles=styles).title == "The Plan"


@pytest.mark.parametrize(
    ("words", "declared", "language"),
    [
        ("The Government will take measures against forced labour in every sector.", "", "en"),
        ("Kerajaan akan mengambil langkah terhadap buruh paksa dalam setiap sektor.", "en-US", "ms"),
        ("Pemerintah akan mengambil langkah terhadap kerja paksa di setiap sektor.", "", "ms"),
        ("Die Regierung ergreift Maßnahmen gegen Zwangsarbeit in allen Bereichen.", "de-DE", "de"),
        ("ستتخذ الحكومة تدابير لمكافحة العمل الجبري في جميع القطاعات.", "en-US", "ar"),
    ],
)
def test_the_language_is_that_of_the_words(words, declared, language):
    settings = f'<w:themeFontLang w:val="{declared}" w:bidi="ar-SA"/>' if declared else "<w:x/>"
    assert read(p(words), settings=settings).language == language


def test_strict_files_and_files_with_other_names_read_the_same():
    body = (p("Vision", style="Heading1"), p("We act."), tbl(tr("a", "b")))
    usual = texts(*body)
    assert texts(*body, strict=True) == usual
    assert texts(*body, main="word/document2.xml") == usual
    assert texts(*body, main="text/main.xml") == usual


def test_a_draft_without_words_is_empty_and_says_so():
    draft = read(p())
    assert draft.clauses == []
    assert said(draft) == ["This document has no text to comment on."]


def test_comments_and_inserted_files_are_announced():
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="c" Type="{kind}" Target="comments.xml"/></Relationships>'
    )
    files = {
        "word/comments.xml": f'<w:comments xmlns:w="{w}"><w:comment/><w:comment/></w:comments>'.encode(),
        "word/_rels/document.xml.rels": rels.encode(),
    }
    draft = read(p("Text"), '<w:altChunk r:id="x"/>', styles="", files=files)
    assert said(draft) == [
        "The file holds 2 comments. Take them in as a returned copy.",
        "1 inserted files inside this document were not read.",
    ]


class TestBoldLines:
    BODY = (
        p(r("1. Background", "<w:b/>")),
        p("Forced labour persists."),
        p(r("1.1 Scope", "<w:b/>")),
        p("All sectors are covered."),
        p(r("Never again.", "<w:b/>")),
        p("So it is said."),
    )

    def test_where_no_style_says_what_a_heading_is_short_bold_lines_are_taken(self):
        draft = read(*self.BODY)
        assert [(one.kind, one.level, one.number, one.text) for one in draft.clauses][:3] == [
            ("heading", 1, "1.", "Background"),
            ("para", 1, "", "Forced labour persists."),
            ("heading", 2, "1.1", "Scope"),
        ]
        assert [one.kind for one in draft.clauses][4] == "para"
        assert "2 lines in bold were taken as headings. Check them." in said(draft)

    def test_where_styles_say_it_bold_lines_are_only_bold(self):
        found = clauses(p("Vision", style="Heading1"), *self.BODY)
        assert [one.kind for one in found].count("heading") == 1


def test_the_words_of_a_diagram_are_read_behind_it_and_pictures_are_counted():
    d = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="d1" Type="{office}/diagramData" Target="diagrams/data1.xml"/></Relationships>'
    )
    data = (
        f'<d:dataModel xmlns:d="{d}" xmlns:a="{a}"><d:ptLst><d:pt><d:t><a:p><a:r><a:t>Steering Committee</a:t></a:r>'
        "</a:p></d:t></d:pt><d:pt><d:t><a:p/></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    drawn = run(f'<w:drawing><d:relIds xmlns:d="{d}" r:dm="d1"/></w:drawing>')
    draft = read(
        p(r("Oversight:") + drawn),
        p(r("Logo") + run("<w:drawing/>")),
        styles="",
        files={"word/_rels/document.xml.rels": rels.encode(), "word/diagrams/data1.xml": data.encode()},
    )
    assert [one.text for one in draft.clauses] == ["Oversight:", "Steering Committee", "Logo"]
    assert said(draft) == ["1 pictures or charts were left out. What they say is not part of the draft."]


def test_a_heading_whose_end_is_deleted_before_a_table_stays_a_heading():
    gone = '<w:del w:id="1" w:author="A"/>'
    found = clauses(p("Vision", style="Heading1", mark=gone), tbl(tr("a", "b")))
    assert [(one.kind, one.text) for one in found] == [("heading", "Vision"), ("entry", "a")]
