"""Secrets that are given away, and the form in which they are kept."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 of a secret that is itself random, as 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
