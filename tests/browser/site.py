"""The whole site on a real port, with the demo consultation loaded, and people who visit it in Chromium."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from app.config import Settings
from app.demo.load import SLUG, load
from app.main import create_app
from app.people.models import Person, Seat, SignedIn
from app.people.rules import Constituency, Language, Role
from app.people.tokens import hashed, new_secret
from app.plans.models import Plan
from app.web.sessions import cookie_name

#: What a page needs besides itself; one of these missing is a fault of the page.
PARTS = {"stylesheet", "script", "font", "image"}
#: Chromium says these of any answer of 400 and above, and of a network that a test took away.
EXPECTED = ("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "htmx:error: Failed to fetch")


def chromium_here() -> str:
    """The system's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    assert found, "There is no Chromium on this machine; `make browser` installs it."
    return found


def with_demo(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        load(session, now=datetime.now(UTC))
        session.commit()


@dataclass
class Visit:
    """A person's browser, and what it complained about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in PARTS:
            self.complaints.append(f"{response.status} {response.url}")


@dataclass
class Site:
    """A running site: its address, its database, its mails, and who visits it."""

    address: str
    engine: Engine
    settings: Settings
    chromium: Browser
    visits: list[Visit] = field(default_factory=list)

    def visit(
        self,
        *,
        token: str = "",
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        javascript: bool = True,
        touch: bool = False,
    ) -> Visit:
        context = self.chromium.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            java_script_enabled=javascript,
            has_touch=touch,
            is_mobile=touch,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(20_000)
        if token:
            context.add_cookies([{"name": cookie_name(self.settings), "value": token, "url": self.address}])
        made = Visit(context, context.new_page())
        made.listen()
        self.visits.append(made)
        return made

    def as_person(
        self,
        role: Role = Role.PARTICIPANT,
        constituency: Constituency | None = None,
        *,
        name: str = "",
        language: Language = Language.ENGLISH,
        **how: Any,
    ) -> Page:
        """The browser of somebody with that seat (the first by number), signed in and reading `language`."""
        person_id = self.person(role, constituency, name=name)
        token = new_secret()
        now = datetime.now(UTC)
        with Session(self.engine) as session:
            session.execute(update(Person).where(col(Person.id) == person_id).values(language=language))
            session.add(
                SignedIn(
                    person_id=person_id,
                    token_hash=hashed(token),
                    device="Chromium",
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
            session.commit()
        return self.visit(token=token, **how).page

    def person(self, role: Role, constituency: Constituency | None = None, *, name: str = "") -> int:
        """Who has such a seat in the demo plan."""
        statement = (
            select(col(Person.id))
            .join(Seat, col(Seat.person_id) == col(Person.id))
            .join(Plan, col(Plan.id) == col(Seat.plan_id))
            .where(col(Plan.slug) == SLUG, col(Seat.ended_at).is_(None), col(Seat.role) == role)
            .order_by(col(Seat.id))
        )
        if constituency:
            statement = statement.where(col(Seat.constituency) == constituency)
        if name:
            statement = statement.where(col(Person.name).contains(name))
        with Session(self.engine) as session:
            found = session.scalar(statement)
        assert found, f"nobody in the demo is {role} {constituency or ''} {name}"
        return found

    def one(self, statement: Any) -> Any:
        """One value of the database."""
        with Session(self.engine) as session:
            return session.scalar(statement)

    def mails(self) -> list[Path]:
        """What was mailed, the newest last."""
        return sorted(self.settings.mail_folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)

    def complaints(self) -> list[str]:
        return [said for visit in self.visits for said in visit.complaints]

    def leave(self) -> None:
        for visit in self.visits:
            visit.context.close()
        self.visits.clear()


@contextmanager
def served(engine: Engine, chromium: Browser, folder: Path) -> Iterator[Site]:
    """The site on `engine`, as long as the block lasts; whatever a browser complained about fails it."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(base_url=address, secret_key="for tests", mail_folder=folder)
    server = uvicorn.Server(
        uvicorn.Config(create_app(engine, settings), log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the site did not start"
        time.sleep(0.02)
    site = Site(address, engine, settings, chromium)
    try:
        yield site
        complaints = site.complaints()
    finally:
        site.leave()
        server.should_exit = True
        thread.join()
        listening.close()
    assert complaints == []
