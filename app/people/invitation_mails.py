"""The mails that bring invitations: a link that signs a person in once, and where to sign in later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session, col

from app.config import Settings
from app.mail.actions import QUEUED
from app.mail.letters import letter, moment
from app.mail.models import OutgoingMail
from app.mail.rules import SECRET, one_line
from app.people.models import Person, SignInLink
from app.people.rules import ROLE_NAMES, Language, Role, Viewer
from app.people.tokens import hashed, new_secret

#: How long the link in an invitation works; after that it offers a new one.
LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ToPlan:
    """The plan people are invited to, as its mails name it."""

    plan_id: int
    slug: str
    title: str
    title_ms: str = ""

    def titled(self, language: str) -> str:
        """Its title in a language."""
        return self.title_ms if language == Language.MALAY and self.title_ms else self.title


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation that is to be mailed."""

    seat_id: int
    person_id: int
    email: str
    name: str
    language: Language
    role: Role
    organisation: str


def send(
    session: Session, letters: Iterable[Letter], *, to: ToPlan, by: Viewer, settings: Settings, at: datetime
) -> int:
    """Write the invitations' links and mails, all in two statements; how many there are."""
    inviter = session.scalar(select(col(Person.name)).where(col(Person.id) == by.person_id)) or ""
    base = settings.base_url.rstrip("/")
    links, mails = [], []
    for one in letters:
        secret = new_secret()
        links.append(
            {
                "person_id": one.person_id,
                "secret_hash": hashed(secret),
                "next_path": f"/plans/{to.slug}",
                "created_at": at,
                "expires_at": at + LASTS,
            }
        )
        title = to.titled(one.language)
        subject, text = letter(
            "invitation",
            one.language,
            name=one.name,
            plan=title,
            inviter=inviter,
            role=ROLE_NAMES[one.role],
            organisation=one.organisation,
            link=f"{base}/sign-in/{SECRET}",
            until=moment(at + LASTS, one.language, settings.time_zone),
            door=f"{base}/sign-in",
        )
        mails.append(
            {
                "key": f"invitation {one.seat_id} {hashed(secret)[:40]}",
                "plan_id": by.plan_id,
                "person_id": one.person_id,
                "recipient": one.email,
                "subject": one_line(subject),
                "text": text,
                "html": "",
                "secret": secret,
                "language": one.language.value,
                "attachment_name": "",
                "attachment": "",
                "created_at": at,
                "due_at": at,
                "tries": 0,
                "problem": "",
            }
        )
    if mails:
        session.execute(insert(SignInLink), links)
        session.execute(insert(OutgoingMail), mails)
        session.info[QUEUED] = True
    return len(mails)
