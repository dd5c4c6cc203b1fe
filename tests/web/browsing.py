"""A browser without a screen: the whole application over HTTP, signed in as somebody."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from app.config import Settings
from app.main import create_app
from app.people.models import SignedIn
from app.people.tokens import hashed, new_secret
from app.web.sessions import cookie_name

SETTINGS = Settings(base_url="http://testserver", secret_key="for tests", mail_folder=Path("/dev/null"))


def visitor(engine: Engine, settings: Settings = SETTINGS) -> TestClient:
    """Somebody at the door; redirects are not followed unless asked."""
    return TestClient(
        create_app(engine, settings),
        base_url=settings.base_url,
        follow_redirects=False,
        headers={"accept": "text/html"},
    )


def signed_in(engine: Engine, person_id: int, settings: Settings = SETTINGS) -> TestClient:
    """A person with a session of their own."""
    token = new_secret()
    now = datetime.now(UTC)
    with Session(engine) as session:
        session.add(
            SignedIn(
                person_id=person_id,
                token_hash=hashed(token),
                device="Test",
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
        session.commit()
    client = visitor(engine, settings)
    client.cookies.set(cookie_name(settings), token)
    return client
