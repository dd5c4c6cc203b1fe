"""The comment matrix as a file: the same for the page's export menu and for `runding export`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.documents.matrix_layouts import Layout, matrix_blocks
from app.documents.matrix_table import TITLE, Frame, matrix_table
from app.documents.matrix_workbook import matrix_workbook
from app.documents.pdf.document import PAGE, PAGE_OF, Document, Paper
from app.documents.pdf.writing import write_pdf
from app.documents.word.blocks import write_docx
from app.drafting.places_now import places_now
from app.drafting.results import resulting
from app.matrix import queries, rules
from app.matrix.chips import in_words
from app.matrix.points import Sees, sees
from app.matrix.reading import every_row
from app.people.rules import Viewer
from app.plans.models import Draft, Plan
from app.policy import May, may
from app.rounds.models import Round
from app.web.filters import when
from app.web.formats import writer
from app.web.language import in_language
from app.words import N_


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for the matrix, of which round, when, in which language and zone."""

    viewer: Viewer
    plan: Plan
    round: Round
    name: str
    language: str
    zone: ZoneInfo
    at: datetime


def named_in(session: Session, asked: Asked, filters: rules.Filters) -> dict[str, str]:
    """What the chosen section, organisation and person are called, in the reader's language."""
    named = queries.words_for(session, asked.viewer, asked.round, filters)
    if filters.section == queries.WHOLE_PLAN:
        named["section"] = in_language(asked.language, "The whole plan")
    return named


def _frame(session: Session, asked: Asked, draft: Draft, said: Callable[[str], str]) -> Frame:
    texts: dict[tuple[int, str], str | None] = {}
    if sees(asked.viewer, asked.round) is not Sees.NOTHING:
        texts = {at: found.text for at, found in resulting(session, asked.round.id or 0).items()}
    now = places_now(session, asked.round, unfrozen=bool(may(asked.viewer.role, May.SEE_UNFROZEN)))

    def label_now(comment_id: int, clause_id: int | None, label: str) -> str:
        found = now.label(comment_id, clause_id)
        return label if found is None else found

    return Frame(
        round_name=asked.round.name,
        draft_name=draft.name,
        zone=asked.zone,
        said=said,
        language=asked.language,
        texts=texts,
        label_now=label_now,
    )


def _about(
    session: Session, asked: Asked, filters: rules.Filters, draft: Draft, said: Callable[[str], str]
) -> list[tuple[str, str]]:
    """What a file holds: of what, narrowed how, made when and for whom."""
    narrowed = "; ".join(
        f"{said(title)}: {said(value)}" if value else said(title)
        for title, value in in_words(filters, named_in(session, asked, filters))
    )
    return [
        (N_("Plan"), asked.plan.title),
        (N_("Round"), asked.round.name),
        (N_("Draft"), draft.name),
        (N_("Filter"), narrowed or said(N_("All comments you may see"))),
        (N_("Made"), when(asked.at, asked.language)),
        (N_("For"), asked.name),
    ]


def workbook_file(
    session: Session, asked: Asked, filters: rules.Filters, choices: Mapping[str, Sequence[str]]
) -> tuple[Callable[[IO[bytes]], None], str]:
    """What writes the matrix as a workbook that is worked on and comes back, and its name."""

    def said(words: str) -> str:
        return in_language(asked.language, words)

    draft = session.get_one(Draft, asked.round.draft_id)
    statement = queries.everything(session, asked.viewer, asked.round, filters)
    table = matrix_workbook(
        every_row(session, asked.viewer, asked.round, statement),
        _frame(session, asked, draft, said),
        _about(session, asked, filters, draft, said),
        draft.marking,
        choices,
    )
    return writer(
        table, "xlsx", asked.language
    ), f"{asked.plan.slug}-matrix-round-{asked.round.number}-to-write-in"


def matrix_file(
    session: Session, asked: Asked, filters: rules.Filters, suffix: str, layout: Layout = Layout.PLAIN
) -> tuple[Callable[[IO[bytes]], None], str]:
    """What writes the file, and its name without the suffix: all rows that are asked for, as they may be seen."""
    for_programs = suffix == "json"

    def said(words: str) -> str:
        return words if for_programs else in_language(asked.language, words)

    draft = session.get_one(Draft, asked.round.draft_id)
    frame = _frame(session, asked, draft, said)
    about = _about(session, asked, filters, draft, said)
    rows = every_row(
        session,
        asked.viewer,
        asked.round,
        queries.everything(session, asked.viewer, asked.round, filters),
    )
    name = f"{asked.plan.slug}-matrix-round-{asked.round.number}"
    if draft.marking:
        name += f"-{draft.marking}"
    if suffix in {"docx", "pdf"}:
        document = Document(
            title=said(TITLE),
            language=asked.language,
            blocks=matrix_blocks(rows, frame, [(said(label), value) for label, value in about], layout),
            made=asked.at.astimezone(asked.zone),
            marking=draft.marking,
            head=f"{asked.round.name}  ·  {draft.name}",
            page=said(PAGE),
            page_of=said(PAGE_OF),
            paper=Paper(landscape=layout is not Layout.GROUPED),
        )
        if suffix == "pdf":
            return lambda file: (write_pdf(document, file), None)[1], name
        return lambda file: write_docx(document, file, said), name
    table = matrix_table(rows, frame, about, draft.marking, codes=for_programs)
    return writer(table, suffix, asked.language), name
