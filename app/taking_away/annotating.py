"""Comments as the annotations that are taken away: as much of their authors as they let be known."""

from collections.abc import Iterator

from app.comments.reading import CommentView
from app.comments.rules import CommentType, Scope
from app.documents.annotations import Annotated, Answer, Who
from app.matrix.dispositions import DISPOSITION_NAMES
from app.people.rules import CONSTITUENCY_NAMES
from app.taking_away.reading import Taken
from app.taking_away.threads import SECRETARIAT, Says, name_of


def annotated(one: Taken, said: Says) -> Annotated:
    """A comment with its objections and its answers."""
    comment = one.comment
    plan = comment.scope is Scope.PLAN
    return Annotated(
        id=comment.id,
        ref=comment.ref,
        eid=None if plan else comment.eid,
        wid=None if plan else comment.wid,
        field=comment.field or "",
        whole=comment.base,
        start=comment.start if comment.exact else None,
        end=comment.end if comment.exact else None,
        text=comment.text,
        language=comment.language,
        proposed=comment.proposed,
        rationale=comment.rationale,
        asks=comment.type is CommentType.QUESTION,
        tags=(comment.type.value, comment.priority.value),
        creators=tuple(_creators(comment, said)),
        at=comment.submitted_at,
        answers=tuple(_answers(one, said)),
    )


def _creators(comment: CommentView, said: Says) -> Iterator[Who]:
    name = name_of(comment)
    if name:
        yield Who(name, person=True)
    if comment.organisation:
        yield Who(comment.organisation)
    elif comment.constituency and not name:
        yield Who(said(CONSTITUENCY_NAMES[comment.constituency]))


def _answers(one: Taken, said: Says) -> Iterator[Answer]:
    for objection in one.objections:
        who = Who(said(CONSTITUENCY_NAMES[objection.constituency]))
        yield Answer(objection.reason, "replying", who, objection.at)
    for answer in one.answers:
        words = [said(DISPOSITION_NAMES[answer.disposition]), answer.referred_to, answer.reason]
        text = ". ".join(word for word in words if word)
        yield Answer(text, "assessing", Who(said(SECRETARIAT)), answer.at)
