"""A small draft to print, and real ones as they are printed."""

import io
from datetime import UTC, datetime

from app.documents.docx.draft import read_draft
from app.documents.drafts import DraftText
from app.documents.printed import PrintedClause, printed
from app.documents.word.draft import Writing, write_draft
from app.documents.word.parts import Sheet

AT = datetime(2026, 11, 24, 9, 1, 2, tzinfo=UTC)


SHEET = Sheet("The plan", "en-GB", "Restricted", "Draft 1", "Made today", str)


def clauses_of(draft: DraftText) -> list[PrintedClause]:
    """The clauses of a draft that was read, as they are printed."""
    ids = {one.wid: n for n, one in enumerate(draft.clauses, 1)}
    return [
        PrintedClause(
            id=ids[one.wid],
            wid=one.wid,
            eid=one.eid,
            kind="paragraph" if one.kind == "para" else one.kind,
            level=one.level,
            number=one.number,
            text=one.text,
            fields=one.fields,
            parent=ids.get(one.parent or ""),
            location=one.location.as_json(),
            label=one.label,
        )
        for one in draft.clauses
    ]


def word(clauses: list[PrintedClause], **more) -> bytes:
    """A draft as a Word file."""
    file = io.BytesIO()
    write_draft(Writing(printed(clauses), **more), SHEET, AT, file)
    return file.getvalue()


def _clause(n: int, kind: str, text: str, number: str = "", **more) -> PrintedClause:
    return PrintedClause(
        id=n,
        wid=f"w{n}",
        eid=f"e{n}",
        kind=kind,
        level=more.pop("level", 1),
        number=number,
        text=text,
        **more,
    )


def _cell(row: int, col: int) -> dict[str, int]:
    return {"table": 0, "row": row, "col": col, "paragraph": 0}


#: What a plan is made of: chapters, numbered paragraphs, lists, a table whose goals and outcomes span rows, a note.
CLAUSES = [
    _clause(1, "title", "National Plan on Fair Work"),
    _clause(2, "heading", "Introduction", "1."),
    _clause(3, "paragraph", "Employers shall pay wages on time & keep <records> of them.", "1.1", parent=2),
    _clause(4, "paragraph", "The Plan rests on these principles:", "1.2", parent=2),
    _clause(5, "item", "nobody pays for a job;", "(a)", parent=4),
    _clause(6, "item", "complaints are safe to make.", "(b)", parent=4),
    _clause(7, "paragraph", "It is reviewed each year.\nThe review is published.", parent=2),
    _clause(8, "heading", "Results Matrix", "Annex 1:"),
    _clause(
        9, "header", "No", parent=8, location=_cell(0, 0),
        fields={"Strategic Goal": "Strategic Goal", "Outcomes": "Outcomes", "Activities": "Activities", "Timeline": "Timeline"},
    ),
    _clause(10, "goal", "Workers know their rights.", "1", parent=8, location=_cell(1, 1), fields={"No": "1"}),
    _clause(11, "outcome", "Rights are taught.", "1.1.", parent=10, location=_cell(1, 2), fields={"Timeline": "2026, 2027"}),
    _clause(12, "activity", "Train inspectors in all states.", parent=11, location=_cell(1, 3)),
    _clause(13, "activity", "Publish a guide in Malay and English.", parent=11, location=_cell(2, 3)),
    _clause(14, "outcome", "Breaches are found.", "1.2.", parent=10, location=_cell(3, 2), fields={"Timeline": "2028"}),
    _clause(15, "activity", "Inspect farms without notice.", parent=14, location=_cell(3, 3)),
    _clause(16, "footnote", "See the Act of 1955.", "1", parent=3, location={"paragraph": 2, "footnote": "1"}),
]  # fmt: skip


def small() -> tuple[DraftText, list[PrintedClause]]:
    """The small draft as a reader finds it in its own Word file, and its clauses as they are printed again."""
    draft = read_draft(word(CLAUSES))
    return draft, clauses_of(draft)
