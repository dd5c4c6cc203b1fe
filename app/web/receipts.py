"""What a commenter gets on submission: refs, text, time, and who can see it; to keep, and by mail."""

import uuid
from collections.abc import Iterable

from sqlmodel import col

from app.comments.models import Comment
from app.comments.reading import CommentView, reading, ref, views
from app.comments.rules import ATTRIBUTION_NAMES, TYPE_NAMES
from app.mail.actions import queue
from app.mail.letters import letter, moment
from app.text.redline import redline
from app.web.here import Here
from app.web.language import in_language, language_of


def ref_of(here: Here, comment: Comment) -> str:
    """A comment's reference."""
    return ref(here.the_round.number, comment.number)


def part_uuid(client_uuid: str, n: int) -> str:
    """The mark of the nth part of a comment that was split: the same form sent twice gives the same parts."""
    return str(uuid.uuid5(uuid.UUID(client_uuid), str(n)))


def text(here: Here, comments: Iterable[CommentView]) -> str:
    """The receipt of some comments as plain text in their author's language."""
    return _letter(here, list(comments))[1]


def send(here: Here, comments: list[Comment]) -> None:
    """Mail the author a receipt, once; written in the transaction of the submission."""
    if not comments or not here.person.email:
        return
    ids = [comment.id for comment in comments]
    rows = here.db.execute(
        reading(here.viewer, here.the_round).where(col(Comment.id).in_(ids)).order_by(col(Comment.id))
    )
    subject, body = _letter(here, list(views(rows, here.viewer, here.the_round)))
    queue(
        here.db,
        key=f"receipt:{ids[0]}:{len(ids)}",
        to=here.person.email,
        subject=subject,
        text=body,
        at=here.now,
        language=here.person.language,
        plan_id=here.plan.id,
        person_id=here.person.id,
    )


def _letter(here: Here, comments: list[CommentView]) -> tuple[str, str]:
    language = language_of(here.request)
    zone = here.request.app.state.settings.time_zone

    def said(words: str) -> str:
        return in_language(language, words)

    return letter(
        "receipt",
        language,
        plan=here.plan.title_ms if language == "ms" and here.plan.title_ms else here.plan.title,
        round=here.the_round.name,
        refs=", ".join(comment.ref for comment in comments),
        address=f"{here.request.app.state.settings.base_url}/rounds/{here.the_round.id}/mine",
        comments=[
            {
                "ref": comment.ref,
                "where": comment.label or said("The whole plan"),
                "quoted": comment.exact or "",
                "type": said(TYPE_NAMES[comment.type]),
                "text": comment.text,
                "change": _marked(comment),
                "who": said(ATTRIBUTION_NAMES[comment.attribution]),
                "late": comment.late,
                "at": moment(comment.submitted_at, language, zone) if comment.submitted_at else "",
            }
            for comment in comments
        ],
    )


def _marked(comment: CommentView) -> str:
    """A proposed change in plain text: what goes in square brackets, what comes in braces."""
    if comment.proposed is None:
        return ""
    marks = {"delete": "[-{}-]", "insert": "{{+{}+}}", "equal": "{}"}
    return "".join(marks[run.kind].format(run.text) for run in redline(comment.base, comment.proposed))
