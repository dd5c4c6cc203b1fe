"""What a commenter gets on submission: refs, text, time, and who can see it; to keep, and by mail."""

import uuid
from collections.abc import Iterable
from typing import Any

from app.comments.models import Comment
from app.comments.reading import ref
from app.comments.rules import ATTRIBUTION_NAMES, TYPE_NAMES
from app.mail.actions import queue
from app.mail.letters import letter, moment
from app.plans.models import Clause
from app.text.redline import redline
from app.web.here import Here
from app.web.language import in_language, language_of


def ref_of(here: Here, comment: Comment) -> str:
    """A comment's reference."""
    return ref(here.the_round.number, comment.number)


def part_uuid(client_uuid: str, n: int) -> str:
    """The mark of the nth part of a comment that was split: the same form sent twice gives the same parts."""
    return str(uuid.uuid5(uuid.UUID(client_uuid), str(n)))


def text(here: Here, comments: Iterable[Comment]) -> str:
    """The receipt of some comments as plain text in their author's language."""
    return _letter(here, list(comments))[1]


def send(here: Here, comments: list[Comment]) -> None:
    """Mail the author a receipt, once; written in the transaction of the submission."""
    if not comments or not here.person.email:
        return
    subject, body = _letter(here, comments)
    queue(
        here.db,
        key=f"receipt:{comments[0].id}:{len(comments)}",
        to=here.person.email,
        subject=subject,
        text=body,
        at=here.now,
        language=here.person.language,
        plan_id=here.plan.id,
        person_id=here.person.id,
    )


def _letter(here: Here, comments: list[Comment]) -> tuple[str, str]:
    language = language_of(here.request)
    settings = here.request.app.state.settings
    return letter(
        "receipt",
        language,
        plan=here.plan.title_ms if language == "ms" and here.plan.title_ms else here.plan.title,
        round=here.the_round.name,
        refs=", ".join(ref_of(here, comment) for comment in comments),
        address=f"{settings.base_url}/rounds/{here.the_round.id}/mine",
        comments=[_said(here, comment, language, settings.time_zone) for comment in comments],
    )


def _said(here: Here, comment: Comment, language: str, zone: str) -> dict[str, Any]:
    """One comment as the letter shows it; its clause is the one that was found when it was sent."""
    clause = here.db.get(Clause, comment.clause_id) if comment.clause_id else None
    where = clause.label or clause.number if clause else in_language(language, "The whole plan")
    base = ""
    if clause:
        base = clause.fields.get(comment.field, "") if comment.field else clause.text
    return {
        "ref": ref_of(here, comment),
        "where": f"{where}, {comment.field}" if comment.field else where,
        "quoted": comment.exact or "",
        "type": in_language(language, TYPE_NAMES[comment.type]),
        "text": comment.text,
        "change": _marked(base, comment.proposed),
        "who": in_language(language, ATTRIBUTION_NAMES[comment.attribution]),
        "late": comment.late,
        "at": moment(comment.submitted_at, language, zone) if comment.submitted_at else "",
    }


def _marked(base: str, proposed: str | None) -> str:
    """A proposed change in plain text: what goes in square brackets, what comes in braces."""
    if proposed is None:
        return ""
    marks = {"delete": "[-{}-]", "insert": "{{+{}+}}", "equal": "{}"}
    return "".join(marks[run.kind].format(run.text) for run in redline(base, proposed))
