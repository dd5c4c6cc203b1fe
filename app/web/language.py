"""The languages of the interface: which one a request is answered in, and a sentence in it."""

from fastapi import Request

from app.languages import LANGUAGES, LOCALES, catalogue, in_language, of_number

COOKIE = "language"

__all__ = [
    "COOKIE",
    "LANGUAGES",
    "LOCALES",
    "catalogue",
    "in_language",
    "language_of",
    "of_number",
    "preferred",
]


def language_of(request: Request) -> str:
    """The person's own choice, else this browser's cookie, else what the browser prefers, else English."""
    chosen = getattr(request.state, "language", None) or request.cookies.get(COOKIE)
    return str(chosen) if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def preferred(accepts: str) -> str:
    """The language of ours that stands highest in an `Accept-Language` header, else English."""
    ranked = []
    for part in accepts.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    # Indonesian readers read Malay more easily than English.
    known = [(weight, {"id": "ms"}.get(tag, tag)) for weight, tag in ranked if weight > 0]
    known = [(weight, tag) for weight, tag in known if tag in LANGUAGES]
    return max(known, key=lambda pair: pair[0])[1] if known else "en"
