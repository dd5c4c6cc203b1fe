"""One sentence carried over a redirect, in a cookie that the next page eats."""

import base64
import json
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse

from app.languages import catalogue, in_language

COOKIE = "said"


def redirect(url: str, said: str = "", *, kind: str = "ok", **values: Any) -> RedirectResponse:
    """Go to `url` (303) and say `said` there, a catalogue key with its values; kind is ok, warn or bad."""
    answer = RedirectResponse(url, status_code=303)
    if said:
        packed = base64.urlsafe_b64encode(json.dumps([kind, said, values], default=str).encode()).decode()
        answer.set_cookie(COOKIE, packed, max_age=60, httponly=True, samesite="lax", path="/")
    return answer


def read(request: Request) -> list[tuple[str, str, dict[str, Any]]]:
    """What is to be said on this page; nothing when the cookie is not ours."""
    packed = request.cookies.get(COOKIE)
    if not packed:
        return []
    try:
        kind, said, values = json.loads(base64.urlsafe_b64decode(packed))
        # Only a sentence of the catalogue, with words and numbers in its places: no longer than they are.
        if kind not in {"ok", "warn", "bad"} or said not in catalogue("ms"):
            return []
        if not all(isinstance(value, str | int) for value in values.values()):
            return []
        in_language("en", said, values).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    return [(kind, said, values)]
