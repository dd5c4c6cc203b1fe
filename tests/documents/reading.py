"""Short ways to say what was read, for the tests of the readers."""

from typing import Any

from app.documents.docx.draft import read_draft
from app.documents.docx.runs import View
from app.documents.drafts import ClauseText, DraftText
from tests.documents.docx_builder import docx


def read(*body: str, view: View = "accepted", **parts: Any) -> DraftText:
    return read_draft(docx(*body, **parts), view=view)


def clauses(*body: str, view: View = "accepted", **parts: Any) -> list[ClauseText]:
    return read(*body, view=view, **parts).clauses


def texts(*body: str, view: View = "accepted", **parts: Any) -> list[str]:
    return [clause.text for clause in clauses(*body, view=view, **parts)]


def said(draft: DraftText) -> list[str]:
    return [warning.sentence for warning in draft.warnings]


def tree(found: list[ClauseText]) -> list[tuple[str, str, str, str | None]]:
    """Kind, number, text, and the text of the parent."""
    by_wid = {clause.wid: clause for clause in found}
    return [
        (one.kind, one.number, one.text, by_wid[one.parent].text if one.parent else None) for one in found
    ]
