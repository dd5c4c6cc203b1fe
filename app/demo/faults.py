"""What does not hold together in the demo's content: a wrong reference, a quote that does not stand in its clause."""

from collections.abc import Iterable

from app.comments.rules import Attribution, Priority, Scope, StanceKind
from app.demo.shapes import Comment, DemoContent, Draft


def faults(content: DemoContent) -> Iterable[str]:
    """What does not hold together, a sentence each."""
    yield from _twice("organisation", (o.key for o in content.organisations))
    yield from _twice("organisation's name", (o.name for o in content.organisations))
    yield from _twice("seat", (s.key for s in content.seats))
    yield from _twice("e-mail address", (s.email for s in content.seats))
    yield from _twice("comment", (c.key for c in content.comments))
    for draft in (content.draft0, content.draft1):
        yield from _twice("clause", (c.key for c in draft.clauses))
        yield from _orphans(draft)
    bodies = {o.key for o in content.organisations}
    yield from (
        f"Seat {s.key} names no organisation that is there."
        for s in content.seats
        if s.organisation not in {*bodies, None}
    )
    for comment in content.comments:
        yield from _comment_faults(content, comment)
    yield from _stance_faults(content)
    yield from _answer_faults(content)


def _twice(what: str, keys: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield f"The {what} {key} is there twice."
        seen.add(key)


def _orphans(draft: Draft) -> Iterable[str]:
    seen: set[str | None] = {None}
    for clause in draft.clauses:
        if clause.parent not in seen:
            yield f"{draft.name.en}: the parent of {clause.key} does not stand before it."
        seen.add(clause.key)


def _comment_faults(content: DemoContent, comment: Comment) -> Iterable[str]:
    key = comment.key
    if comment.seat not in {s.key for s in content.seats if s.organisation}:
        yield f"{key}: seat {comment.seat} is not there or speaks for nobody."
    if comment.priority is Priority.CRITICAL and not comment.ground:
        yield f"{key} is critical and gives no ground."
    if (comment.clause is None) is not (comment.scope is Scope.PLAN):
        yield f"{key}: the whole plan, and only that, has no clause."
    if comment.clause is None:
        return
    clause = next((c for c in content.draft(comment.round).clauses if c.key == comment.clause), None)
    if clause is None:
        yield f"{key}: clause {comment.clause} is not in that draft."
        return
    if (comment.field is not None) is not (comment.scope is Scope.FIELD):
        yield f"{key}: a table cell, and only that, has a field."
    elif comment.field is not None and comment.field not in clause.fields:
        yield f"{key}: {comment.clause} has no field {comment.field}."
    if (comment.exact is not None) is not (comment.scope is Scope.PASSAGE):
        yield f"{key}: a passage, and only that, is quoted."
    elif comment.exact is not None and comment.exact not in clause.text:
        yield f"{key}: the words it quotes do not stand in {comment.clause}."
    cell = clause.fields.get(comment.field) if comment.field else None
    before = cell.en if cell else clause.text
    if comment.proposed == before:
        yield f"{key} proposes the text that is there."


def _stance_faults(content: DemoContent) -> Iterable[str]:
    comments = {c.key: c for c in content.comments}
    body = {s.key: s.organisation for s in content.seats}
    yield from _twice("stance", (f"{s.comment} by {body.get(s.seat)}" for s in content.stances))
    for stance in content.stances:
        comment = comments.get(stance.comment)
        if comment is None or body.get(stance.seat) is None:
            yield f"The stance of {stance.seat} on {stance.comment} leads nowhere."
        elif comment.draft or comment.withdrawn or comment.attribution is Attribution.SECRETARIAT:
            yield f"{stance.seat} cannot see {stance.comment}."
        elif body[stance.seat] == body[comment.seat]:
            yield f"{stance.seat} takes a stance on {stance.comment}, which is its own body's."
        elif stance.at < comment.at:
            yield f"{stance.seat} answers {stance.comment} before it was made."
        if stance.kind is StanceKind.OBJECT and not stance.reason:
            yield f"{stance.seat} objects to {stance.comment} without a reason."


def _answer_faults(content: DemoContent) -> Iterable[str]:
    body = {s.key: s.organisation for s in content.seats}
    spoken = {(c.round, body.get(c.seat), c.clause) for c in content.comments}
    for answers in content.answers:
        there = {c.key for c in content.draft(answers.round).clauses}
        who = answers.organisation
        if body.get(answers.seat) != who:
            yield f"Seat {answers.seat} does not answer for {who}."
        yield from _twice(f"answer of {who} on", (*answers.as_drafted, *answers.nothing))
        for clause in (*answers.as_drafted, *answers.nothing):
            if clause not in there:
                yield f"{who} answers on {clause}, which is not in that draft."
            if (answers.round, who, clause) in spoken:
                yield f"{who} has commented on {clause}, and answers on it as well."
