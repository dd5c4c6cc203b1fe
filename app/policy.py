"""WHO MAY DO WHAT: three tables and a function. Nothing else in the code decides a right.

`docs/permissions.md` is printed from here. Whose comments a person sees is `comments/rules.sight`.
"""

import enum
from dataclasses import dataclass

from app.comments.rules import Status
from app.errors import Conflict, Forbidden
from app.people.rules import Role
from app.rounds.rules import Phase
from app.words import N_


class May(enum.StrEnum):
    """What a person may want to do."""

    SEE_PLAN = "see the plan, its frozen drafts, its rounds and its roadmap"
    EDIT_PLAN = "change the plan's title and description"
    INVITE = "invite people, give seats and end them"
    SEE_PEOPLE = "see who has a seat"
    PREPARE_DRAFT = "import, correct and freeze a draft"
    SEE_UNFROZEN = "see a draft that is being edited"
    RUN_ROUND = "create a round, and open, pause, extend or close it"
    EDIT_ROADMAP = "change the roadmap"
    SEE_MAILS = "see the mails that went out"
    READ = "read the draft in a round"
    COMMENT = "submit a comment"
    SAVE_DRAFT = "keep a comment unsent"
    EDIT_COMMENT = "change a comment that was submitted"
    WITHDRAW_COMMENT = "withdraw a comment"
    TAKE_STANCE = "support or object to a comment"
    ANSWER = "support a clause as drafted, or say that there is nothing"
    SEE_MATRIX = "see the comment matrix and take it away"
    SEE_PROGRESS = "see which organisations have answered"
    CONSOLIDATE = "group comments into points, split and undo, and give points themes"
    ASSIGN = "assign points to drafters"
    SEE_PROPOSALS = "see points, drafters and dispositions before they are published"
    PROPOSE = "propose a disposition and its reason"
    DECIDE = "set the final disposition"
    WRITE_RESULT = "write the resulting text of a clause"
    SEE_GATE = "see what blocks closing the books"
    PUBLISH = "choose when answers are published, and publish them"
    SEE_ANSWERS = "see the answers that were published"
    REACT = "react to the answer to one's comment"
    PREPARE_REPORT = "see the round's report before it is published"
    SEE_REPORT = "read the round's published report"
    SIGN_OFF = "sign off the round's report"
    IMPORT_RETURNED = "take in returned Word copies and comment sheets"
    ENTER_FOR = "enter a comment for somebody"


_EVERYONE = frozenset({May.SEE_PLAN, May.READ, May.SEE_MATRIX, May.SEE_ANSWERS, May.SEE_REPORT})
_SPEAKS = _EVERYONE | {
    May.COMMENT,
    May.SAVE_DRAFT,
    May.EDIT_COMMENT,
    May.WITHDRAW_COMMENT,
    May.TAKE_STANCE,
    May.ANSWER,
    May.REACT,
}
#: Who works on the answers sees them as they come.
_RESOLVES = frozenset({May.SEE_PROPOSALS, May.SEE_GATE, May.PREPARE_REPORT})
_DRAFTS = frozenset({May.PROPOSE, May.WRITE_RESULT, May.PREPARE_DRAFT, May.SEE_UNFROZEN})

ROLE_MAY: dict[Role, frozenset[May]] = {
    Role.PARTICIPANT: _SPEAKS,
    Role.FOCAL_POINT: _SPEAKS | {May.SEE_PEOPLE},
    Role.FACILITATOR: _EVERYONE | {May.SEE_PEOPLE, May.ENTER_FOR},
    Role.DRAFTER: _EVERYONE | _RESOLVES | _DRAFTS | {May.SEE_PEOPLE},
    Role.SECRETARIAT: _EVERYONE
    | _RESOLVES
    | _DRAFTS
    | {
        May.EDIT_PLAN,
        May.INVITE,
        May.SEE_PEOPLE,
        May.RUN_ROUND,
        May.EDIT_ROADMAP,
        May.SEE_MAILS,
        May.SEE_PROGRESS,
        May.CONSOLIDATE,
        May.ASSIGN,
        May.DECIDE,
        May.PUBLISH,
        May.IMPORT_RETURNED,
        May.ENTER_FOR,
    },
    Role.REVIEWER: _EVERYONE | _RESOLVES | {May.SEE_PEOPLE, May.SEE_PROGRESS, May.SIGN_OFF},
    Role.OBSERVER: _SPEAKS,
}

#: Answers are written as comments come, until they are published.
_RESOLVING = frozenset(
    {May.CONSOLIDATE, May.ASSIGN, May.SEE_PROPOSALS, May.PROPOSE, May.DECIDE, May.WRITE_RESULT, May.SEE_GATE}
)

#: What a round's phase allows of the things that belong to a round. A comment that comes in a closed
#: round is taken, and marked late.
PHASE_ALLOWS: dict[Phase, frozenset[May]] = {
    Phase.SCHEDULED: frozenset({May.SEE_MATRIX}),
    Phase.OPEN: _RESOLVING
    | {
        May.READ,
        May.COMMENT,
        May.SAVE_DRAFT,
        May.EDIT_COMMENT,
        May.WITHDRAW_COMMENT,
        May.TAKE_STANCE,
        May.ANSWER,
        May.SEE_MATRIX,
        May.IMPORT_RETURNED,
        May.ENTER_FOR,
    },
    Phase.PAUSED: _RESOLVING | {May.READ, May.SAVE_DRAFT, May.WITHDRAW_COMMENT, May.SEE_MATRIX},
    Phase.CLOSED: _RESOLVING
    | {
        May.READ,
        May.COMMENT,
        May.SAVE_DRAFT,
        May.WITHDRAW_COMMENT,
        May.SEE_MATRIX,
        May.PUBLISH,
        May.PREPARE_REPORT,
        May.SIGN_OFF,
        May.IMPORT_RETURNED,
        May.ENTER_FOR,
    },
    Phase.PUBLISHED: frozenset(
        {
            May.READ,
            May.SEE_MATRIX,
            May.SEE_PROPOSALS,
            May.SEE_GATE,
            May.SEE_ANSWERS,
            May.REACT,
            May.PREPARE_REPORT,
            May.SEE_REPORT,
            May.SIGN_OFF,
        }
    ),
}

#: What only the author may do, and to a comment of which status.
AUTHOR_ONLY: dict[May, frozenset[Status]] = {
    May.SAVE_DRAFT: frozenset({Status.DRAFT}),
    May.EDIT_COMMENT: frozenset({Status.SUBMITTED}),
    May.WITHDRAW_COMMENT: frozenset({Status.SUBMITTED}),
    May.REACT: frozenset({Status.SUBMITTED}),
}

#: What nobody does to their own comment.
NOT_ONESELF = frozenset({May.TAKE_STANCE})

#: Things that belong to a round, whose phase is therefore asked.
IN_A_ROUND = frozenset().union(*PHASE_ALLOWS.values())


class Relation(enum.StrEnum):
    """How a person stands to a comment."""

    OTHER = "other"
    SAME_ORGANISATION = "same organisation"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be done; when not, `because` is the sentence shown to the person."""

    allowed: bool
    because: str = ""
    wrong_moment: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(allowed=True)

NOT_YOUR_ROLE = N_("Your role in this plan does not include this. Ask the secretariat.")
NOT_YOURS = N_("Only the person who wrote the comment can do this.")
YOUR_OWN = N_("This is your own comment. Others can support it or object to it.")
NOT_IN_THIS_STATE = N_("The comment was withdrawn or has not been sent, so this cannot be done with it.")
PHASE_SAYS = {
    Phase.SCHEDULED: N_("The round has not opened yet."),
    Phase.OPEN: N_("This cannot be done while the round is open."),
    Phase.PAUSED: N_("The round is paused. What you write is kept, and can be sent when it goes on."),
    Phase.CLOSED: N_("The round is closed, so this can no longer be changed."),
    Phase.PUBLISHED: N_("The round is over and its answers are published."),
}


def may(
    role: Role | None,
    what: May,
    *,
    phase: Phase | None = None,
    relation: Relation | None = None,
    status: Status | None = None,
) -> Verdict:
    """Whether someone in `role` may do `what`.

    `phase` is asked of what belongs to a round, `relation` and `status` of what belongs to a comment;
    leave them out where there is none yet.
    """
    if role is None or what not in ROLE_MAY[role]:
        return Verdict(allowed=False, because=NOT_YOUR_ROLE)
    if relation is not None:
        if what in AUTHOR_ONLY and relation is not Relation.AUTHOR:
            return Verdict(allowed=False, because=NOT_YOURS)
        if what in NOT_ONESELF and relation is Relation.AUTHOR:
            return Verdict(allowed=False, because=YOUR_OWN)
    if phase is not None and what in IN_A_ROUND and what not in PHASE_ALLOWS[phase]:
        return Verdict(allowed=False, because=PHASE_SAYS[phase], wrong_moment=True)
    if status is not None and what in AUTHOR_ONLY and status not in AUTHOR_ONLY[what]:
        return Verdict(allowed=False, because=NOT_IN_THIS_STATE, wrong_moment=True)
    return YES


def require(verdict: Verdict) -> None:
    """Raise what the person is told when a verdict is no: 403, or 409 at the wrong moment."""
    if verdict:
        return
    raise Conflict(verdict.because) if verdict.wrong_moment else Forbidden(verdict.because)
