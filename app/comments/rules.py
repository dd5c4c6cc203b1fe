"""A comment: what kinds there are, what becomes of one, and how much of its author each person sees."""

import enum
from dataclasses import dataclass

from app.people.rules import Capacity, Constituency, Role
from app.rounds.rules import REVEALED, Isolation, Phase
from app.words import N_


class Scope(enum.StrEnum):
    """What a comment is about."""

    PASSAGE = "passage"
    CLAUSE = "clause"
    FIELD = "field"
    SECTION = "section"
    PLAN = "plan"


SCOPE_NAMES = {
    Scope.PASSAGE: N_("A passage"),
    Scope.CLAUSE: N_("A clause"),
    Scope.FIELD: N_("A table cell"),
    Scope.SECTION: N_("A section"),
    Scope.PLAN: N_("The whole plan"),
}


class Status(enum.StrEnum):
    """How far a comment has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


STATUS_NAMES = {
    Status.DRAFT: N_("Not sent"),
    Status.SUBMITTED: N_("Submitted"),
    Status.WITHDRAWN: N_("Withdrawn"),
}


class CommentVerb(enum.StrEnum):
    """What its author does with a comment."""

    SAVE = "save"
    SUBMIT = "submit"
    DISCARD = "discard"
    EDIT = "edit"
    WITHDRAW = "withdraw"


#: The status after a verb; None: the comment is gone, for it was never sent. Other pairs are refused.
AFTER: dict[tuple[Status, CommentVerb], Status | None] = {
    (Status.DRAFT, CommentVerb.SAVE): Status.DRAFT,
    (Status.DRAFT, CommentVerb.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, CommentVerb.DISCARD): None,
    (Status.SUBMITTED, CommentVerb.EDIT): Status.SUBMITTED,
    (Status.SUBMITTED, CommentVerb.WITHDRAW): Status.WITHDRAWN,
}


class CommentType(enum.StrEnum):
    """What a comment is concerned with."""

    GENERAL = "general"
    SUBSTANTIVE = "substantive"
    LEGAL = "legal"
    INSTITUTIONAL = "institutional"
    INDICATOR = "indicator"
    TIMELINE = "timeline"
    RESOURCES = "resources"
    TECHNICAL = "technical"
    EDITORIAL = "editorial"
    TRANSLATION = "translation"
    QUESTION = "question"


TYPE_NAMES = {
    CommentType.GENERAL: N_("General"),
    CommentType.SUBSTANTIVE: N_("Substantive"),
    CommentType.LEGAL: N_("Legal or standards alignment"),
    CommentType.INSTITUTIONAL: N_("Institutional role"),
    CommentType.INDICATOR: N_("Indicator or target"),
    CommentType.TIMELINE: N_("Timeline"),
    CommentType.RESOURCES: N_("Resources"),
    CommentType.TECHNICAL: N_("Technical"),
    CommentType.EDITORIAL: N_("Editorial"),
    CommentType.TRANSLATION: N_("Translation"),
    CommentType.QUESTION: N_("Question"),
}


class Priority(enum.StrEnum):
    """How much hangs on it; a critical comment cites the law, the standard or the harm."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


PRIORITY_NAMES = {
    Priority.CRITICAL: N_("Critical"),
    Priority.MAJOR: N_("Major"),
    Priority.MINOR: N_("Minor"),
}


class Verb(enum.StrEnum):
    """The key verb of a proposed change, as in the ILC's amendments."""

    DELETE = "DELETE"
    INSERT = "INSERT"
    REPLACE = "REPLACE"
    ADD = "ADD"
    MOVE = "MOVE"


class Channel(enum.StrEnum):
    """The way a comment came."""

    WEB = "web"
    TABLE = "table"
    WORD = "word"
    SHEET = "sheet"
    ENTERED = "entered"


CHANNEL_NAMES = {
    Channel.WEB: N_("Web"),
    Channel.TABLE: N_("Workshop table"),
    Channel.WORD: N_("Word copy"),
    Channel.SHEET: N_("Comment sheet"),
    Channel.ENTERED: N_("Entered for"),
}


class Way(enum.StrEnum):
    """How something came that somebody else typed in for its author."""

    LETTER = "letter"
    MAIL = "mail"
    TELEPHONE = "telephone"
    SPOKEN = "spoken"
    OTHER = "other"


WAY_NAMES = {
    Way.LETTER: N_("Letter"),
    Way.MAIL: N_("E-mail"),
    Way.TELEPHONE: N_("Telephone"),
    Way.SPOKEN: N_("Said in a meeting"),
    Way.OTHER: N_("Another way"),
}


class Attribution(enum.StrEnum):
    """Who sees whose comment it is; chosen for each comment."""

    NAMED = "named"
    ORGANISATION = "organisation"
    CONSTITUENCY = "constituency"
    SECRETARIAT = "secretariat"


ATTRIBUTION_NAMES = {
    Attribution.NAMED: N_("My name and my organisation"),
    Attribution.ORGANISATION: N_("My organisation"),
    Attribution.CONSTITUENCY: N_("My constituency only"),
    Attribution.SECRETARIAT: N_("Secretariat only"),
}


class Shown(enum.StrEnum):
    """A part of an author's identity."""

    PERSON = "person"
    ORGANISATION = "organisation"
    CONSTITUENCY = "constituency"


#: What others than the author and the secretariat see of the author.
SHOWS: dict[Attribution, frozenset[Shown]] = {
    Attribution.NAMED: frozenset(Shown),
    Attribution.ORGANISATION: frozenset({Shown.ORGANISATION, Shown.CONSTITUENCY}),
    Attribution.CONSTITUENCY: frozenset({Shown.CONSTITUENCY}),
    Attribution.SECRETARIAT: frozenset(),
}

#: Fewer organisations of a constituency than this at the table, and the constituency alone may identify.
SMALL_GROUP = 3


class StanceKind(enum.StrEnum):
    """What an organisation says to somebody's comment."""

    SUPPORT = "support"
    OBJECT = "object"


class Reach(enum.StrEnum):
    """Whose submitted comments a person sees."""

    ALL = "all"
    CONSTITUENCY = "constituency"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees of a round's comments, as data; `comments/queries.py` spells it as SQL.

    `confidential`: also those for the secretariat only. `names`: whose each one is, whatever its
    attribution. `withdrawn`: others' withdrawn ones too. A person's own are always seen whole.
    """

    reach: Reach
    confidential: bool = False
    names: bool = False
    withdrawn: bool = False


def sight(role: Role | None, phase: Phase, isolation: Isolation) -> Sight:
    """What someone in `role` sees of a round in `phase` under `isolation`."""
    if role is Role.SECRETARIAT:
        return Sight(Reach.ALL, confidential=True, names=True, withdrawn=True)
    if role in {Role.DRAFTER, Role.REVIEWER}:
        return Sight(Reach.ALL, confidential=True, withdrawn=True)
    if role is Role.FACILITATOR or phase in REVEALED:
        return Sight(Reach.ALL)
    return {
        Isolation.EVERYONE: Sight(Reach.ALL),
        Isolation.CONSTITUENCY: Sight(Reach.CONSTITUENCY),
        Isolation.ORGANISATION: Sight(Reach.ORGANISATION),
    }[isolation]


def shown(attribution: Attribution, capacity: Capacity, *, names: bool, own: bool) -> frozenset[Shown]:
    """Which parts of its author a comment shows; one made in a personal capacity never shows the body."""
    parts = frozenset(Shown) if names or own else SHOWS[attribution]
    if capacity is Capacity.PERSONAL and not (names or own):
        parts -= {Shown.ORGANISATION}
    return parts


def small_groups(seated: dict[Constituency, int]) -> frozenset[Constituency]:
    """Constituencies with so few organisations at the table that naming the constituency may identify."""
    return frozenset(c for c in Constituency if seated.get(c, 0) < SMALL_GROUP)
