"""The receipt of a comment on its page."""

import uuid
from collections.abc import Sequence

from app.comments import receipts
from app.comments.models import Comment
from app.comments.reading import ref
from app.web.here import Here
from app.web.language import language_of


def ref_of(here: Here, comment: Comment) -> str:
    """A comment's reference."""
    return ref(here.the_round.number, comment.number)


def part_uuid(client_uuid: str, n: int) -> str:
    """The mark of the nth part of a comment that was split: the same form sent twice gives the same parts."""
    return str(uuid.uuid5(uuid.UUID(client_uuid), str(n)))


def text(here: Here, comment_ids: Sequence[int]) -> str:
    """The receipt of some comments as plain text, in the language of the page."""
    settings = here.request.app.state.settings
    return receipts.text_of(
        here.db,
        comment_ids,
        language=language_of(here.request),
        base_url=settings.base_url,
        zone=settings.time_zone,
    )
