"""Who a request comes from: a session's cookie or a program's token, looked up by hash."""

from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from app.config import Settings
from app.people.models import ApiToken, Person, SignedIn
from app.people.tokens import hashed

#: How stale `seen_at` may get before a visit renews it: a page view is not a write.
RENEWED_EVERY = timedelta(hours=1)


#: Who comes with a cookie; built once, for every request makes it.
BY_COOKIE = (
    select(Person, SignedIn)
    .join(SignedIn, col(SignedIn.person_id) == col(Person.id))
    .where(
        col(SignedIn.token_hash) == bindparam("token_hash"),
        col(SignedIn.ended_at).is_(None),
        col(SignedIn.expires_at) > bindparam("now"),
    )
)


def cookie_name(settings: Settings) -> str:
    """The session cookie's name; over HTTPS the browser itself holds it to this host."""
    return "__Host-runding" if settings.secure else "runding"


def token_of(request: Request, settings: Settings) -> str | None:
    """The token of a session's cookie; a program that shows its own token comes without."""
    return None if "authorization" in request.headers else request.cookies.get(cookie_name(settings))


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Give the browser its session's token."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * 86400,
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        path="/",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Make the browser forget its token."""
    response.delete_cookie(cookie_name(settings), path="/", httponly=True, secure=settings.secure)


def who(
    session: Session, request: Request, settings: Settings, now: datetime
) -> tuple[Person, SignedIn | None] | None:
    """The person behind a request, and their session; None when nobody is signed in."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and shown:
        found = session.execute(
            select(Person, ApiToken)
            .join(ApiToken, col(ApiToken.person_id) == col(Person.id))
            .where(col(ApiToken.token_hash) == hashed(shown.strip()), col(ApiToken.ended_at).is_(None))
        ).first()
        return (found[0], None) if found else None
    token = token_of(request, settings)
    if not token:
        return None
    row = session.execute(BY_COOKIE, {"token_hash": hashed(token), "now": now}).first()
    return (row[0], row[1]) if row else None


def renew(session: Session, signed_in: SignedIn, settings: Settings, now: datetime) -> None:
    """Note that a session was used, and let it live on."""
    session.execute(
        update(SignedIn)
        .where(col(SignedIn.id) == signed_in.id)
        .values(seen_at=now, expires_at=now + timedelta(days=settings.session_days))
    )
