"""A round's report, told to a reader: on a page, as a Word file, as a PDF."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO

from sqlmodel import Session

from app.answers.reporting import clauses, report
from app.documents.pdf.data import as_data, cell_data
from app.documents.pdf.document import PAGE, PAGE_OF, Block, Document, Table
from app.documents.pdf.writing import write_pdf
from app.documents.plots import PAGE as ON_PAGE
from app.documents.plots import PAPER
from app.documents.report import TITLE, Telling, clause_by_clause, overview
from app.documents.word.blocks import write_docx
from app.errors import NotFound
from app.plans.models import Draft, Plan
from app.rounds.models import Round
from app.web.filters import here, when
from app.web.language import in_language


def telling(language: str, *, on_page: bool) -> Telling:
    """How the report is told in a language, on a page or on paper."""
    return Telling(
        said=lambda words, **values: in_language(language, words, values),
        when=lambda at: when(at, language),
        palette=ON_PAGE if on_page else PAPER,
        language=language,
        on_page=on_page,
    )


def report_file(
    session: Session, plan: Plan, round_: Round, suffix: str, language: str, at: datetime
) -> tuple[Callable[[IO[bytes]], None], str]:
    """What writes the report, and its name without the suffix."""
    tell = telling(language, on_page=False)
    draft = session.get_one(Draft, round_.draft_id)

    def blocks() -> Iterator[Block]:
        yield from overview(report(session, round_), plan, round_, tell)
        yield from clause_by_clause(clauses(session, round_), tell)

    document = Document(
        title=tell.said(TITLE),
        language=language,
        blocks=blocks(),
        made=here(at),
        marking=draft.marking,
        head=f"{plan.title_ms if language == 'ms' and plan.title_ms else plan.title}  ·  {round_.name}",
        page=tell.said(PAGE),
        page_of=tell.said(PAGE_OF),
    )
    name = f"{plan.slug}-report-round-{round_.number}" + (f"-{draft.marking}" if draft.marking else "")
    if suffix == "docx":
        return lambda file: write_docx(document, file, tell.said), name
    if suffix == "pdf":
        return lambda file: (write_pdf(document, file), None)[1], name
    raise NotFound("There is no such page, or you have no seat in its plan.")


def on_page(blocks: Iterator[Block]) -> list[dict[str, object]]:
    """Blocks as a template shows them (components/blocks.html)."""
    return [_shown(block) for block in blocks]


def _shown(block: Block) -> dict[str, object]:
    if isinstance(block, Table):
        return {
            "kind": "table",
            "head": [cell_data(row) for row in block.head],
            "rows": [cell_data(row) for row in block.rows],
        }
    return as_data(block)
