"""Files that came back to the demo's open round: a copy, a sheet, a sheet without titles, and a refused one."""

import time
import uuid
from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.people.models import Seat
from app.people.rules import Role
from app.plans.models import Clause
from app.plans.rules import Kind
from app.returns.models import ReturnedFile
from app.returns.receiving import receive
from app.returns.rules import BUSY
from app.returns.voices import as_author
from app.rounds.models import Round
from tests.browser.site import Site
from tests.documents.docx_builder import deleted, ins, p, r
from tests.documents.returned_builder import Said, copy, end, start


def a_copy(session: Session, round_id: int) -> bytes:
    """Two paragraphs of the round's draft: one with a thread and a resolved comment, one changed."""
    one, two = session.scalars(
        select(col(Clause.text))
        .join(Round, col(Round.draft_id) == col(Clause.draft_id))
        .where(col(Round.id) == round_id, col(Clause.kind) == Kind.PARAGRAPH)
        .order_by(col(Clause.position))
        .limit(2)
    ).all()
    first, _, rest = one.partition(" ")
    head, _, tail = two.partition(" ")
    return copy(
        p(start("0") + r(first) + end("0") + r(f" {rest}")),
        p(deleted(head) + ins(r("Instead")) + r(f" {tail}")),
        comments=[
            Said("0", "Say who decides."),
            Said("1", "And when.", parent="0"),
            Said("2", "", done=True),
        ],
    )


SHEET = b"Clause;Comment;Proposed change\nSection 2.1;We agree;\nzzz;Nobody knows where this is;Delete it\n"


def sent_up(site: Site, round_id: int) -> list[int]:
    """Send the files up as the secretary would, wait until the site has read them, and give their ids."""
    with Session(site.engine, expire_on_commit=False) as session:
        seat = session.scalars(select(Seat).where(col(Seat.role) == Role.SECRETARIAT)).first()
        assert seat is not None
        files = receive(
            session,
            by=as_author(seat),
            round_=session.get_one(Round, round_id),
            files=[
                ("copy.docx", a_copy(session, round_id)),
                ("sheet.csv", SHEET),
                ("untitled.csv", b"aaa;bbb\n2.1;Say more\n"),
                ("letter.docx", b"no Word file"),
            ],
            batch=str(uuid.uuid4()),
            at=datetime.now(UTC),
        )
        ids = [one.id or 0 for one in files]
        session.commit()
    for _ in range(300):
        with Session(site.engine) as session:
            waiting = select(col(ReturnedFile.id)).where(
                col(ReturnedFile.id).in_(ids), col(ReturnedFile.state).in_(BUSY)
            )
            if session.scalar(waiting.limit(1)) is None:
                return ids
        time.sleep(0.1)
    raise AssertionError("The site did not read what was sent up.")
