"""What ties each row of a history to the one before it."""

import hashlib
import json
from typing import Any


def digest(row: dict[str, Any], previous: str) -> str:
    """SHA-256 over the digest before it and the row's content as canonical JSON; 64 hex digits."""
    content = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
