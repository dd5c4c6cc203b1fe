"""What a mail's text may hold, and what its head must be. Pure."""

import re

#: What stands in a mail's text where its secret goes; the text is kept and shown with the mark.
SECRET = "\u2039secret\u203a"  # noqa: S105 (the place of a secret, not one)


def one_line(words: str) -> str:
    """Words fit for a mail's head: one line, at most 300 characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", words).strip()[:300]


def can_go_again(text: str, secret: str) -> bool:
    """Whether a mail's text is whole: it holds no link, or its secret has not left yet."""
    return SECRET not in text or bool(secret)
