"""The dates of a person's plans, at a secret address that calendar programs can read without signing in."""

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlmodel import col

from app.config import Settings
from app.documents.calendar import TYPE, Entry, as_ics
from app.errors import NotFound
from app.people.models import Person, Seat
from app.people.rules import CONSTITUENCY_NAMES
from app.roadmap.queries import Moment, PlanName, moments, names
from app.routers.deps import Config, Db
from app.web.language import in_language
from app.words import N_

router = APIRouter(tags=["calendar"])


@router.get("/calendar/{secret}.ics", summary="The dates of a person's plans, as iCalendar")
def feed(secret: str, request: Request, db: Db, settings: Config) -> Response:
    """Every date of the plans in which a person has a seat; an unknown address is no address."""
    person = db.execute(
        select(col(Person.id), col(Person.language)).where(
            col(Person.calendar_secret) == secret, col(Person.erased_at).is_(None)
        )
    ).first()
    if person is None:
        raise NotFound(N_("There is no calendar at this address. It may have been renewed."))
    seats = {
        row[0]: row[1]
        for row in db.execute(
            select(col(Seat.plan_id), col(Seat.constituency)).where(
                col(Seat.person_id) == person[0], col(Seat.ended_at).is_(None)
            )
        )
    }
    made = entries(moments(db, seats), names(db, seats), person[1].value, settings)
    return answer(request, as_ics("Runding", made, settings.time_zone))


def words_of(moment: Moment, language: str) -> str:
    """What a moment is called, in a language."""
    return in_language(
        language,
        moment.words,
        {
            "name": moment.name_ms if language == "ms" else moment.name,
            "who": in_language(language, CONSTITUENCY_NAMES[moment.who]) if moment.who else "",
            "section": moment.section,
        },
    )


def entries(
    found: Sequence[Moment], plans: Mapping[int, PlanName], language: str, settings: Settings
) -> list[Entry]:
    """Moments as a calendar's entries, in a language; `plans` holds the names of their plans."""
    base = settings.base_url.rstrip("/")
    host = urlsplit(base).hostname or "runding"
    return [
        Entry(
            uid=f"{moment.uid}@{host}",
            title=words_of(moment, language),
            starts=moment.starts,
            ends=moment.ends,
            sequence=moment.sequence,
            changed_at=moment.changed_at,
            about=plans[moment.plan_id].title_ms if language == "ms" else plans[moment.plan_id].title,
            url=f"{base}/rounds/{moment.round_id}"
            if moment.round_id
            else f"{base}/plans/{plans[moment.plan_id].slug}/roadmap",
        )
        for moment in found
    ]


def answer(request: Request, content: bytes) -> Response:
    """A calendar with its tag; 304 for a client that has this very one."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in {
        asked.strip().removeprefix("W/") for asked in request.headers.get("if-none-match", "").split(",")
    }:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=TYPE, headers=headers)
