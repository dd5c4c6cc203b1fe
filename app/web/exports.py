"""Every file that `runding export` writes of a round, by its kind: the same writers as the pages'."""

from collections.abc import Callable
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.config import settings
from app.matrix.rules import Filters
from app.people.rules import Viewer
from app.plans.models import Draft, Plan
from app.plans.queries import outline
from app.rounds.models import Round
from app.web import draft_files
from app.web.draft_files import Taking, Written
from app.web.matrix_files import Asked, matrix_file

#: What writes a file, and its whole name.
Export = tuple[Callable[[IO[bytes]], None], str]

#: The matrix, by format.
MATRIX = ("xlsx", "docx", "pdf", "csv", "json")


def _pack(session: Session, asked: Taking, round_: Round) -> Written:
    return draft_files.print_pack(session, asked, round_, outline(session, round_.draft_id))


def _clean_pdf(session: Session, asked: Taking, _round: Round) -> Written:
    return draft_files.clean_pdf(session, asked)


def _clean_akn(session: Session, asked: Taking, _round: Round) -> Written:
    return draft_files.clean_akn(session, asked)


#: The draft with or without what was said of it, and open formats: by kind, the writer and the suffix.
DRAFT: dict[str, tuple[Callable[[Session, Taking, Round], Written], str]] = {
    "draft-docx": (draft_files.clean_of_round, "docx"),
    "draft-pdf": (_clean_pdf, "pdf"),
    "draft-comments": (draft_files.with_comments, "docx"),
    "draft-changes": (draft_files.with_changes, "docx"),
    "draft-decisions": (draft_files.with_decisions, "docx"),
    "print": (_pack, "pdf"),
    "jsonld": (draft_files.comments_jsonld, "jsonld"),
    "akn": (_clean_akn, "akn.xml"),
}

KINDS = (*MATRIX, *DRAFT)


def export(session: Session, *, by: Viewer, plan: Plan, round_: Round, kind: str, at: datetime) -> Export:
    """What writes a round's file of this kind as `by` sees it, in English, and the file's name."""
    site = settings()
    if kind in MATRIX:
        asked = Asked(by, plan, round_, "", "en", ZoneInfo(site.time_zone), at)
        write, name = matrix_file(session, asked, Filters(), kind)
        return write, f"{name}.{kind}"
    make, suffix = DRAFT[kind]
    draft = session.get_one(Draft, round_.draft_id)
    write, name = make(session, Taking(by, plan, draft, "", "en", at, site.base_url), round_)
    return write, f"{name}.{suffix}"
