"""What the demo consultation is made of, as it stands in the JSON files beside this one.

Times are `at`, `opens`, `closes`, `published`: days, with fractions, from 00:00 in Malaysia (UTC+8) on the
day of loading; milestones have whole days. `exact` and `proposed` are always in the English text (or the
field's English), whatever language the comment is in; an empty `proposed` proposes to delete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.answers.rules import ReactionKind
from app.comments.rules import Attribution, CommentType, Priority, Scope, StanceKind
from app.matrix.dispositions import Disposition
from app.people.rules import Constituency, Language, Region, Role
from app.plans.rules import Kind
from app.roadmap.rules import MilestoneKind
from app.rounds.rules import Isolation


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented body."""

    key: str
    name: str
    short_name: str
    constituency: Constituency
    region: Region


@dataclass(frozen=True, slots=True)
class Seat:
    """An invented person's place; `organisation` is a key, or None for those who speak for nobody."""

    key: str
    name: str
    email: str
    role: Role
    organisation: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in English and in Malay."""

    en: str
    ms: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in both languages; the same `key` in both drafts is the same clause."""

    key: str
    parent: str | None
    kind: Kind
    level: int
    number: str | None
    text: str
    text_ms: str
    fields: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft's name, marking and clauses in document order, parents first."""

    name: Words
    marking: Words
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A consultation on `draft0` or `draft1`; `published` is None while the round is open.

    `redraft` is when the next draft is imported, before the answers are published; `reactions` until when
    they can be reacted to.
    """

    key: int
    name: Words
    draft: str
    opens: float
    closes: float
    published: float | None
    isolation: Isolation
    questions: tuple[Words, ...]
    redraft: float | None = None
    reactions: float | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment by `seat`; `clause` is None for the whole plan, and a heading for a section."""

    key: str
    round: int
    seat: str
    clause: str | None
    field: str | None
    scope: Scope
    exact: str | None
    type: CommentType
    priority: Priority
    ground: str | None
    text: str
    language: Language
    proposed: str | None
    rationale: str | None
    standard: str | None
    attribution: Attribution
    at: float
    withdrawn: bool = False
    late: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Stance:
    """What the organisation of `seat` says to the comment with that key; an objection has a reason."""

    comment: str
    seat: str
    kind: StanceKind
    reason: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Answers:
    """Clauses that an organisation supports as drafted, and clauses it has nothing to say on."""

    organisation: str
    seat: str
    round: int
    as_drafted: tuple[str, ...]
    nothing: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Silence:
    """A clause, with all under it, on which a constituency has said nothing, on purpose."""

    constituency: Constituency
    round: int
    clause: str
    why: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage or date; `round` gives the key of the round whose dates it has."""

    key: str
    name: Words
    kind: MilestoneKind
    starts: int
    ends: int
    done: int | None
    note: Words
    round: int | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """Comments that are made one point, and what it is called."""

    comments: tuple[str, ...]
    title: str
    at: float


@dataclass(frozen=True, slots=True)
class Assigned:
    """The points under some clauses, given to a drafter."""

    drafter: str
    under: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to the point of a comment: a drafter's proposal, or what a meeting decided.

    `duplicate_of` names a comment of the point that it repeats.
    """

    comment: str
    disposition: Disposition
    reason: str
    reason_ms: str
    at: float
    meeting: str = ""
    drafter: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A comment whose proposal a drafter writes into the resulting text of its clause."""

    comment: str
    drafter: str
    at: float


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a change of the next draft: the point of a comment, or a note."""

    clause: str
    comment: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reacted:
    """What a commenter says to the answer to their comment."""

    comment: str
    kind: ReactionKind
    note: str
    at: float


@dataclass(frozen=True, slots=True)
class Stands:
    """An earlier comment that its author carries into the next round, or calls settled."""

    comment: str
    do: Literal["stands", "settled"]
    at: float


@dataclass(frozen=True, slots=True)
class Resolving:
    """How far the comments of a round have been answered."""

    groups: tuple[Grouped, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    proposals: tuple[Decision, ...] = ()
    decisions: tuple[Decision, ...] = ()
    texts: tuple[Text, ...] = ()
    behind: tuple[Behind, ...] = ()
    reactions: tuple[Reacted, ...] = ()
    standing: tuple[Stands, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoContent:
    """All of it; every key that is named somewhere is there."""

    title: Words
    about: Words
    organisations: tuple[Organisation, ...]
    seats: tuple[Seat, ...]
    draft0: Draft
    draft1: Draft
    rounds: tuple[Round, ...]
    milestones: tuple[Milestone, ...]
    comments: tuple[Comment, ...]
    stances: tuple[Stance, ...]
    answers: tuple[Answers, ...]
    silences: tuple[Silence, ...]
    resolving: Mapping[int, Resolving]

    def draft(self, round_key: int) -> Draft:
        """The draft that a round is on."""
        return {"draft0": self.draft0, "draft1": self.draft1}[
            next(r.draft for r in self.rounds if r.key == round_key)
        ]
