"""Comments as they stand in the margin of a Word file, and their proposals as changes of its text."""

from collections.abc import Callable, Iterator

from app.comments.reading import CommentView
from app.comments.rules import PRIORITY_NAMES, SCOPE_NAMES, TYPE_NAMES, Scope
from app.documents.word.changes import Proposal
from app.documents.word.comments import Note, Place, Thread
from app.matrix.dispositions import DISPOSITION_NAMES
from app.people.rules import CONSTITUENCY_NAMES
from app.taking_away.reading import Objection, Taken
from app.words import N_

#: Says a catalogue key in the reader's language.
Says = Callable[[str], str]

WITHHELD = N_("Name withheld")
SECRETARIAT = N_("Secretariat")
PROPOSED = N_("Proposed change")
TO_DELETE = N_("Delete this text.")
OVERLAPS = N_("Proposed change (it meets another one in the text, so it stands here)")
RATIONALE = N_("Rationale")
STANDARD = N_("Standard cited")
GROUND = N_("Ground")
LATE = N_("Late")
OBJECTS = N_("Objects")
FINAL = N_("Final disposition")
REASON = N_("Reason")
REFERRED_TO = N_("Referred to")


def author_of(comment: CommentView, said: Says) -> str:
    """Whose a comment is, as far as its author lets it be known."""
    name = name_of(comment)
    if name and comment.organisation:
        return f"{name} ({comment.organisation})"
    if name or comment.organisation:
        return name or comment.organisation or ""
    return said(CONSTITUENCY_NAMES[comment.constituency]) if comment.constituency else said(WITHHELD)


def name_of(comment: CommentView) -> str:
    """Who wrote it: by the file or letter that it came in, else whose seat sent it; nothing where withheld."""
    written = comment.came.author if comment.came is not None else ""
    return written or comment.person or ""


def initials_of(comment: CommentView, said: Says) -> str:
    """What Word sets before a comment's number: initials, or the constituency's letter."""
    if name_of(comment):
        return initials(name_of(comment))
    if comment.constituency:
        return str(comment.constituency)
    return initials(comment.organisation or said(WITHHELD))


def initials(name: str) -> str:
    """The first letters of the words of a name."""
    return "".join(word[0] for word in name.split() if word[:1].isalpha())[:4].upper() or "?"


def place_of(comment: CommentView) -> Place:
    """Where a comment stands: its words, or the whole clause, field or heading; the plan's at its beginning."""
    words = comment.scope in {Scope.PASSAGE, Scope.FIELD} and comment.exact
    return Place(
        clause=None if comment.scope is Scope.PLAN else comment.clause_id,
        field=comment.field or "",
        start=comment.start if words else None,
        end=comment.end if words else None,
    )


def title_of(comment: CommentView, said: Says) -> str:
    """The first line of a comment in the margin: its ref and what kind of comment it is."""
    parts = [comment.ref, said(TYPE_NAMES[comment.type]), said(PRIORITY_NAMES[comment.priority])]
    if comment.scope in {Scope.SECTION, Scope.PLAN}:
        parts.append(said(SCOPE_NAMES[comment.scope]))
    if comment.late:
        parts.append(said(LATE))
    return " · ".join(parts)


def lines_of(comment: CommentView, said: Says, proposed: str = PROPOSED) -> Iterator[str]:
    """What a comment says, a paragraph each."""
    yield title_of(comment, said)
    yield from comment.text.splitlines() or [""]
    if comment.proposed is not None:
        text = comment.proposed or said(TO_DELETE)
        verb = f" {comment.proposed_verb}" if comment.proposed_verb else ""
        yield from f"{said(proposed)}{verb}: {text}".splitlines()
    for label, words in (
        (RATIONALE, comment.rationale),
        (STANDARD, comment.standard),
        (GROUND, comment.ground),
    ):
        if words:
            yield from f"{said(label)}: {words}".splitlines()


def thread_of(one: Taken, said: Says, proposed: str = PROPOSED) -> Thread:
    """A comment in the margin; objections and the answer reply to it, and once answered it is resolved."""
    comment = one.comment
    return Thread(
        place=place_of(comment),
        note=Note(
            author=author_of(comment, said),
            initials=initials_of(comment, said),
            at=comment.submitted_at,
            lines=list(lines_of(comment, said, proposed)),
            titled=True,
        ),
        replies=[*(_objection(each, said) for each in one.objections), *_answers(one, said)],
        resolved=one.answered,
    )


def _objection(objection: Objection, said: Says) -> Note:
    return Note(
        author=said(CONSTITUENCY_NAMES[objection.constituency]),
        initials=str(objection.constituency),
        at=objection.at,
        lines=f"{said(OBJECTS)}: {objection.reason}".splitlines(),
    )


def _answers(one: Taken, said: Says) -> Iterator[Note]:
    for answer in one.answers:
        lines = [f"{said(FINAL)}: {said(DISPOSITION_NAMES[answer.disposition])}"]
        for label, words in ((REFERRED_TO, answer.referred_to), (REASON, answer.reason)):
            if words:
                lines += f"{said(label)}: {words}".splitlines()
        yield Note(said(SECRETARIAT), initials(said(SECRETARIAT)), answer.at, lines)


def proposal_of(comment: CommentView, said: Says) -> Proposal:
    """What a comment proposes, under its author's name and its ref."""
    return Proposal(
        place=place_of(comment),
        author=f"{author_of(comment, said)} · {comment.ref}",
        at=comment.submitted_at or comment.saved_at,
        before=comment.base,
        after=comment.proposed or "",
    )
