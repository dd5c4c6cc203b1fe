"""What went out by mail, for the secretariat: to whom, when, what went wrong; and sending it again."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import ColumnElement, select
from sqlmodel import col

from app.documents.tables import Cells, Column, Table
from app.errors import Conflict
from app.mail import actions, queries
from app.people.models import Seat
from app.policy import May
from app.routers.deps import Config, InPlan
from app.web import flash, formats
from app.web.describing import data_of
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter()

LINK_GONE = N_(
    "This mail held a sign-in link, which is not kept. Send the invitation again from the list of people."
)

COLUMNS = (
    Column("recipient", N_("To"), 34),
    Column("subject", N_("Subject"), 50),
    Column("written_at", N_("Written"), 18, Cells.MOMENT),
    Column("sent_at", N_("Sent"), 18, Cells.MOMENT),
    Column("state", N_("State"), 12),
    Column("problem", N_("Problem"), 50),
)


def of(here: Here) -> ColumnElement[bool]:
    """The mails of this plan and of the people seated in it."""
    here.require(May.SEE_MAILS)
    people = select(col(Seat.person_id)).where(
        col(Seat.plan_id) == here.plan.id, col(Seat.ended_at).is_(None)
    )
    return queries.of_plan(here.plan.id or 0, people)


@router.get("/plans/{plan}/mails")
def listed(
    here: InPlan,
    settings: Config,
    state: Annotated[str, Query(max_length=10)] = "",
    before: Annotated[int | None, Query()] = None,
) -> Response:
    """The mails, newest first."""
    found, more = queries.mails(here.db, of(here), state=state, before=before)
    path = f"/plans/{here.plan.slug}/mails"
    limit = f"state={state}&" if state in queries.STATES else ""
    return render(
        here.request,
        "mails/index.html",
        page=here.page("people"),
        now=here.now,
        mails=found,
        state=state,
        path=path,
        newer=f"{path}?{limit}".rstrip("?&") if before is not None else "",
        older=f"{path}?{limit}before={found[-1].mail_id}" if more else "",
        to_files=not settings.smtp_url,
    )


@router.get("/plans/{plan}/mails.{suffix}", responses=data_of(COLUMNS))
def listed_file(
    suffix: str,
    here: InPlan,
    state: Annotated[str, Query(max_length=10)] = "",
    before: Annotated[int | None, Query()] = None,
) -> StreamingResponse:
    """The same page of mails as a file."""
    found, _ = queries.mails(here.db, of(here), state=state, before=before)
    rows = ((m.recipient, m.subject, m.created_at, m.sent_at, m.state, m.problem or None) for m in found)
    table = Table(N_("Mails"), COLUMNS, rows, about=((N_("Plan"), here.plan.title),))
    return formats.answer(here.request, table, suffix, f"{here.plan.slug}-mails")


@router.get("/plans/{plan}/mails/{mail_id:int}", include_in_schema=False)
def one(mail_id: int, here: InPlan) -> Response:
    """One mail as it was written, without the secret in it."""
    found = queries.mail(here.db, of(here), mail_id)
    return render(
        here.request,
        "mails/mail.html",
        page=here.page("people"),
        letter=found,
        path=f"/plans/{here.plan.slug}/mails",
    )


@router.get("/plans/{plan}/mails/{mail_id:int}.eml", include_in_schema=False)
def as_file(mail_id: int, here: InPlan, settings: Config) -> Response:
    """One mail as a file for a mail program, without the secret in it."""
    found = queries.mail(here.db, of(here), mail_id)
    made = EmailMessage(policy=SMTP)
    made["From"] = settings.mail_from
    made["To"] = found.mail.recipient
    made["Subject"] = found.mail.subject
    made["Date"] = format_datetime(found.mail.sent_at or found.mail.created_at)
    made.set_content(found.text)
    if found.attachment_name:
        made.add_attachment(found.attachment, filename=found.attachment_name)
    return Response(
        made.as_bytes(),
        media_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="mail-{mail_id}.eml"'},
    )


@router.post("/plans/{plan}/mails/{mail_id:int}/send", include_in_schema=False)
def send_again(mail_id: int, here: InPlan) -> Response:
    """Send a mail once more."""
    queries.mail(here.db, of(here), mail_id)
    if not actions.send_again(here.db, mail_id, at=here.now, by=here.person.id, plan_id=here.plan.id):
        raise Conflict(LINK_GONE)
    return flash.redirect(f"/plans/{here.plan.slug}/mails", N_("The mail is on its way again."))
