"""A draft as a file, clean or with what was said of it: the same for the pages and for `runding export`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from urllib.parse import quote

from sqlmodel import Session

from app.documents.akoma_ntoso import write_akoma_ntoso
from app.documents.annotations import Annotated, write_annotations
from app.documents.comment_sheet import sheet_docx, sheet_xlsx
from app.documents.draft_pdf import draft_blocks
from app.documents.pdf.document import PAGE, PAGE_OF, Document, Paper
from app.documents.pdf.writing import write_pdf
from app.documents.print_pack import NOTES as FREE
from app.documents.print_pack import PackSection, pack_blocks
from app.documents.printed import Printed, printed
from app.documents.word.changes import Tracking
from app.documents.word.comments import Margin
from app.documents.word.draft import Writing, write_draft
from app.documents.word.parts import Sheet
from app.people.rules import Language, Viewer
from app.plans.models import Draft, Plan
from app.plans.printing import printed_clauses
from app.plans.queries import OutlineItem
from app.plans.rules import KIND_NAMES, Kind
from app.rounds.models import Round
from app.taking_away import decided
from app.taking_away.annotating import annotated
from app.taking_away.reading import taken
from app.taking_away.threads import OVERLAPS, proposal_of, thread_of
from app.web.filters import when
from app.web.language import in_language
from app.words import N_

#: What writes a file into an open one, and the file's name without its suffix.
Written = tuple[Callable[[IO[bytes]], None], str]

#: Sections that are called by their words; others, such as a goal, by their label.
_TITLED = frozenset({Kind.HEADING, Kind.TITLE})

MADE_FOR = N_("Made %(when)s for %(name)s")
NOTES = N_("Notes")


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes what away: of which plan and draft, in which language, when; `base` is the site's address."""

    viewer: Viewer
    plan: Plan
    draft: Draft
    name: str
    language: str
    at: datetime
    base: str

    def said(self, words: str) -> str:
        """A catalogue key in the reader's language."""
        return in_language(self.language, words)

    @property
    def kinds(self) -> dict[str, str]:
        """What the kinds of clauses are called in the draft's language, at the head of a table."""
        return {kind.value: in_language(self.draft.language, name) for kind, name in KIND_NAMES.items()}

    @property
    def foot(self) -> str:
        """What stands at the foot of every page: when the file was made, and for whom."""
        words = MADE_FOR if self.name else "%(when)s"
        return in_language(self.language, words, {"when": when(self.at, self.language), "name": self.name})

    def file_name(self, what: str) -> str:
        """A name that says plan, draft, what is in it, and the marking."""
        parts = [self.plan.slug, self.draft.name, what, self.draft.marking]
        return "-".join(part for part in parts if part)


def _sheet(asked: Taking, what: str = "", *, malay: bool = False) -> Sheet:
    text = "ms" if malay else asked.draft.language
    about = f"{asked.plan.title}  ·  {asked.draft.name}"
    return Sheet(
        title=f"{asked.plan.title}, {asked.draft.name}",
        language="ms-MY" if text == "ms" else "en-GB",
        marking=asked.draft.marking,
        head=f"{about}  ·  {what}" if what else about,
        foot=asked.foot,
        said=asked.said,
    )


def _layout(session: Session, asked: Taking, *, malay: bool = False) -> Printed:
    other = malay and asked.draft.language is not Language.MALAY
    return printed(printed_clauses(session, asked.draft.id or 0, malay=other), asked.kinds)


def clean_docx(session: Session, asked: Taking, *, malay: bool = False) -> Written:
    """The draft itself as a Word file."""
    writing = Writing(_layout(session, asked, malay=malay))
    sheet = _sheet(asked, malay=malay)
    return lambda file: write_draft(writing, sheet, asked.at, file), asked.file_name("ms" if malay else "")


def clean_of_round(session: Session, asked: Taking, round_: Round) -> Written:
    """The round's draft as it went out."""
    write, _ = clean_docx(session, asked)
    return write, asked.file_name(f"round-{round_.number}")


def clean_pdf(session: Session, asked: Taking, *, malay: bool = False) -> Written:
    """The draft itself as a PDF."""
    layout = _layout(session, asked, malay=malay)
    sheet = _sheet(asked, malay=malay)
    document = Document(
        title=sheet.title,
        language=sheet.language[:2],
        blocks=draft_blocks(layout, notes=asked.said(NOTES)),
        made=asked.at,
        marking=sheet.marking,
        head=sheet.head,
        foot=sheet.foot,
        page=asked.said(PAGE),
        page_of=asked.said(PAGE_OF),
    )

    def write(file: IO[bytes]) -> None:
        write_pdf(document, file)

    return write, asked.file_name("ms" if malay else "")


def clean_akn(session: Session, asked: Taking, *, malay: bool = False) -> Written:
    """The draft itself as Akoma Ntoso XML."""
    clauses = printed_clauses(
        session, asked.draft.id or 0, malay=malay and asked.draft.language is not Language.MALAY
    )
    language = "ms" if malay else asked.draft.language.value
    plan, draft = asked.plan, asked.draft

    def write(file: IO[bytes]) -> None:
        write_akoma_ntoso(
            clauses,
            plan=plan.slug,
            title=plan.title,
            draft=draft.name,
            number=draft.id or 0,
            language=language,
            marking=draft.marking,
            created=draft.created_at,
            made=asked.at,
            file=file,
        )

    return write, asked.file_name("ms" if malay else "")


def with_comments(session: Session, asked: Taking, round_: Round) -> Written:
    """The round's draft with every comment that may be seen in its margin."""
    layout = _layout(session, asked)
    sheet = _sheet(asked, round_.name)

    def write(file: IO[bytes]) -> None:
        with Margin() as margin:
            for one in taken(session, asked.viewer, round_):
                margin.add(thread_of(one, asked.said))
            write_draft(Writing(layout, margin=margin), sheet, asked.at, file)

    return write, asked.file_name(f"comments-round-{round_.number}")


def with_changes(session: Session, asked: Taking, round_: Round) -> Written:
    """The round's draft with proposals as tracked changes; those that meet another one stand in the margin."""
    layout = _layout(session, asked)
    sheet = _sheet(asked, round_.name)

    def write(file: IO[bytes]) -> None:
        tracking = Tracking()
        with ExitStack() as held:
            margin = held.enter_context(Margin())
            for one in taken(session, asked.viewer, round_, proposing=True):
                if not tracking.take(proposal_of(one.comment, asked.said)):
                    margin.add(thread_of(one, asked.said, OVERLAPS))
            writing = Writing(layout, margin=margin if margin.count else None, tracked=tracking.tracked)
            write_draft(writing, sheet, asked.at, file)

    return write, asked.file_name(f"proposed-changes-round-{round_.number}")


def with_decisions(session: Session, asked: Taking, round_: Round) -> Written:
    """The round's draft with what was decided as tracked changes, each by the comments behind it."""
    layout = _layout(session, asked)
    sheet = _sheet(asked, round_.name)
    tracked = decided.tracked(session, asked.viewer, round_, asked.said)

    def write(file: IO[bytes]) -> None:
        write_draft(Writing(layout, tracked=tracked), sheet, asked.at, file)

    return write, asked.file_name(f"decided-changes-round-{round_.number}")


def comments_jsonld(session: Session, asked: Taking, round_: Round) -> Written:
    """The round's comments as W3C Web Annotations."""

    def each() -> Iterator[Annotated]:
        for one in taken(session, asked.viewer, round_):
            yield annotated(one, asked.said)

    def write(file: IO[bytes]) -> None:
        write_annotations(
            each(),
            base=asked.base.rstrip("/"),
            plan=asked.plan.slug,
            draft_id=asked.draft.id or 0,
            round_id=round_.id or 0,
            label=f"{asked.plan.title}, {asked.draft.name}, {round_.name}",
            made=asked.at,
            file=file,
        )

    return write, asked.file_name(f"annotations-round-{round_.number}")


def print_pack(
    session: Session, asked: Taking, round_: Round, sections: Sequence[OutlineItem], *, eid: str = ""
) -> Written:
    """The round's sections on paper, or the one that the clause `eid` heads, each with a code that leads to it."""
    malay = asked.language == "ms" and asked.draft.language is not Language.MALAY
    base = asked.base.rstrip("/")

    def each() -> Iterator[PackSection]:
        for item in sections:
            words = (item.text_ms if malay else "") or item.text
            yield PackSection(
                title=f"{item.number} {words}".strip() if item.kind in _TITLED else item.label,
                address=f"{base}/rounds/{round_.id}/read/{quote(item.eid)}",
                clauses=printed_clauses(session, asked.draft.id or 0, malay=malay, section_id=item.clause_id),
            )

    sheet = _sheet(asked, round_.name, malay=malay)
    document = Document(
        title=sheet.title,
        language=sheet.language[:2],
        blocks=pack_blocks(
            asked.plan.title, f"{asked.draft.name} · {round_.name}", list(each()), asked.kinds, asked.said
        ),
        made=asked.at,
        marking=sheet.marking,
        head=sheet.head,
        foot=sheet.foot,
        page=asked.said(PAGE),
        page_of=asked.said(PAGE_OF),
        paper=Paper(notes=FREE),
    )

    def write(file: IO[bytes]) -> None:
        write_pdf(document, file)

    return write, asked.file_name(f"print-round-{round_.number}{'-' + eid if eid else ''}")


def comment_sheet(
    session: Session, asked: Taking, round_: Round, section: OutlineItem, suffix: str, organisation: str
) -> Written:
    """A blank comment sheet on a section, as a workbook or a Word table."""
    draft = printed_clauses(session, asked.draft.id or 0)
    ids = {one.id for one in printed_clauses(session, asked.draft.id or 0, section_id=section.clause_id)}
    clauses = [one for one in draft if one.id in ids]
    name = f"{section.number} {section.text}".strip() or section.label
    about = [
        (N_("Plan"), asked.plan.title),
        (N_("Round"), round_.name),
        (N_("Draft"), asked.draft.name),
        (N_("Section"), name),
        (N_("Made"), when(asked.at, asked.language)),
    ]

    def write(file: IO[bytes]) -> None:
        if suffix == "xlsx":
            sheet_xlsx(
                clauses,
                draft,
                section=name,
                organisation=organisation,
                about=about,
                marking=asked.draft.marking,
                said=asked.said,
                file=file,
            )
        else:
            sheet_docx(
                clauses,
                draft,
                sheet=_sheet(asked, round_.name),
                section=name,
                organisation=organisation,
                made=asked.at,
                file=file,
            )

    return write, asked.file_name(f"comment-sheet-{section.eid}")
