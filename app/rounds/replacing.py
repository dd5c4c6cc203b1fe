"""Another file's text in a draft's place, until the first comment on it."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.documents.drafts import DraftText
from app.errors import Conflict
from app.people.rules import Viewer
from app.plans.importing import put_in_place
from app.plans.models import Draft
from app.policy import May, may, require
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.words import N_


def replace_draft(
    session: Session,
    *,
    by: Viewer,
    draft_id: int,
    version: int,
    text: DraftText,
    file: bytes | None,
    file_name: str,
    at: datetime,
) -> Draft:
    """Put a file's text in a draft's place; refused once a comment on it was submitted.

    The rounds are locked, and submission counts on the same rows, so no comment can come in between. Where
    a round has opened on the draft it is frozen again at once, so that nobody answers on a text that moves.
    """
    require(may(by.role, May.PREPARE_DRAFT))
    rounds = session.scalars(
        select(Round)
        .where(col(Round.draft_id) == draft_id, col(Round.plan_id) == by.plan_id)
        .order_by(col(Round.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if any(one.last_number for one in rounds):
        raise Conflict(
            N_(
                "A comment has been submitted on this draft, so its text stays. Import the file as a new draft."
            )
        )
    return put_in_place(
        session,
        by=by,
        draft_id=draft_id,
        version=version,
        text=text,
        file=file,
        file_name=file_name,
        at=at,
        freeze_again=any(one.phase is not Phase.SCHEDULED for one in rounds),
    )
