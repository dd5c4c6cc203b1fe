"""What a clause is asked to become: proposals word for word, who stands behind each, how their points are answered."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment, Stance
from app.comments.queries import seen
from app.comments.reading import ref
from app.comments.rules import StanceKind, Status, Verb
from app.matrix.dispositions import CHANGES_TEXT, Disposition, PointState, state
from app.matrix.keeping import told, voice
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.plans.models import Clause
from app.rounds.models import Round
from app.text.language import language_of
from app.text.merging import Change
from app.text.weaving import Woven
from app.words import N_


class By(enum.StrEnum):
    """Which proposals go into the text."""

    ASKED = "asked"
    PROPOSED = "proposed"
    DECIDED = "decided"


BY_NAMES = {
    By.ASKED: N_("All that is asked"),
    By.PROPOSED: N_("As proposed"),
    By.DECIDED: N_("As decided"),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A point with how it is answered so far."""

    id: int
    title: str
    proposes: bool
    proposed: Disposition | None
    proposed_reason: str
    disposition: Disposition | None
    reason: str
    drafter_seat_id: int | None
    implemented_draft_id: int | None
    version: int

    @property
    def state(self) -> PointState:
        """How far it has come."""
        return state(self.disposition, self.proposed, self.implemented_draft_id)

    def counts(self, by: By) -> bool:
        """Whether what it asks goes into the text."""
        if by is By.ASKED:
            return True
        answer = self.disposition if by is By.DECIDED else self.disposition or self.proposed
        return answer in CHANGES_TEXT


@dataclass(frozen=True, slots=True)
class Asking:
    """A comment, without its words: on which field, what it proposes, which points it makes.

    `who` is its organisation's or seat's id, to count voices by and for nothing else; `letter` the
    constituency it may be told under, "-" for none.
    """

    id: int
    ref: str
    field: str
    proposed: str | None
    verb: str
    standing: bool
    letter: str
    who: str
    points: tuple[int, ...]


@dataclass(slots=True)
class Proposal:
    """One text that comments propose, all with the same words; `text` is empty where the clause is to go.

    `voices`, `support` and `objection` count organisations by constituency; `malay` says that it is a
    proposal on the Malay text, `foreign` that it is in another language than the text it stands on, `moves`
    that the clause is to stand elsewhere as it is.
    """

    key: str
    text: str
    comments: list[int] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    verbs: set[str] = field(default_factory=set)
    voices: dict[str, int] = field(default_factory=dict)
    support: dict[str, int] = field(default_factory=dict)
    objection: dict[str, int] = field(default_factory=dict)
    malay: bool = False
    foreign: bool = False
    moves: bool = False

    @property
    def mergeable(self) -> bool:
        """Whether its words can be merged with the text's own."""
        return not (self.malay or self.foreign or self.moves)


def comments_on(
    session: Session, viewer: Viewer, round_: Round, clause: Clause
) -> tuple[list[Asking], dict[int, Answered]]:
    """All comments on a clause that this person may see, as they came, and their points; one statement."""
    rows = session.execute(
        select(
            col(Comment.id),
            col(Comment.number),
            col(Comment.field),
            col(Comment.proposed),
            col(Comment.proposed_verb),
            col(Comment.status),
            col(Comment.constituency),
            col(Comment.attribution),
            col(Comment.organisation_id),
            col(Comment.seat_id),
            col(Comment.capacity),
            col(Point.id),
            col(Point.title),
            col(Point.proposes),
            col(Point.proposed_disposition),
            col(Point.proposed_reason),
            col(Point.disposition),
            col(Point.reason),
            col(Point.drafter_seat_id),
            col(Point.implemented_draft_id),
            col(Point.version),
        )
        .outerjoin(PointComment, col(PointComment.comment_id) == col(Comment.id))
        .outerjoin(Point, col(Point.id) == col(PointComment.point_id))
        .where(
            *seen(viewer, round_),
            col(Comment.position) == clause.position,  # the index by place serves it
            col(Comment.clause_id) == clause.id,
        )
        .order_by(col(Comment.id), col(Point.id))
    )
    points: dict[int, Answered] = {}
    found: dict[int, Any] = {}
    of: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found.setdefault(row[0], row)
        if row[11] is not None:
            of[row[0]].append(row[11])
            points[row[11]] = Answered(*row[11:])
    asking = [
        Asking(
            id=id_,
            ref=ref(round_.number, row[1]),
            field=row[2] or "",
            proposed=row[3],
            verb=str(row[4].value) if row[4] else "",
            standing=row[5] is Status.SUBMITTED,
            letter=told(row[6], row[7]),
            who=voice(row[8], row[9], row[7], row[10]),
            points=tuple(of[id_]),
        )
        for id_, row in found.items()
    ]
    return asking, points


#: Under this key stand all who want the clause elsewhere as it is.
MOVES = "moves"


def key_of(text: str) -> str:
    """A short name of a text, the same for the same words."""
    return blake2b(" ".join(text.split()).encode(), digest_size=5).hexdigest()


def proposals(asking: Iterable[Asking], base: str, base_ms: str) -> list[Proposal]:
    """The texts that standing comments on one text propose, in the order they first came."""
    found: dict[str, Proposal] = {}
    behind: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in asking:
        if not one.standing or one.proposed is None:
            continue
        text = one.proposed.replace("\r\n", "\n").strip()
        if text.split() == base.split():
            continue
        moves = not text and one.verb == Verb.MOVE
        key = MOVES if moves else key_of(text)
        if key not in found:
            malay = bool(text) and _on_malay(text, base, base_ms)
            foreign = bool(text) and not malay and _foreign(text, base)
            found[key] = Proposal(key, text, malay=malay, foreign=foreign, moves=moves)
        proposal = found[key]
        proposal.comments.append(one.id)
        proposal.refs.append(one.ref)
        proposal.points += [point for point in one.points if point not in proposal.points]
        if one.verb:
            proposal.verbs.add(one.verb)
        behind[key][one.letter].add(one.who)
    for key, letters in behind.items():
        found[key].voices = {letter: len(who) for letter, who in sorted(letters.items())}
    return list(found.values())


def _bag(text: str) -> set[str]:
    return {word.casefold() for word in text.split()}


def _likeness(one: str, other: str) -> float:
    a, b = _bag(one), _bag(other)
    return len(a & b) / max(1, min(len(a), len(b)))


@lru_cache(maxsize=4096)
def _on_malay(text: str, base: str, base_ms: str) -> bool:
    """Whether a proposal was made on the Malay text: it shares more with that."""
    return bool(base_ms) and _likeness(text, base_ms) > max(0.3, _likeness(text, base))


@lru_cache(maxsize=4096)
def _foreign(text: str, base: str) -> bool:
    """Whether a proposal is a text in another language, which no words of the base can be merged with."""
    return _likeness(text, base) < 0.2 and language_of(text) != language_of(base)


def weigh(session: Session, proposals_: Sequence[Proposal]) -> None:
    """Count the organisations that support each proposal and object to it, in one statement."""
    whose = {comment: proposal for proposal in proposals_ for comment in proposal.comments}
    if not whose:
        return
    said: dict[tuple[str, StanceKind], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for comment_id, organisation_id, constituency, kind in session.execute(
        select(
            col(Stance.comment_id),
            col(Stance.organisation_id),
            col(Stance.constituency),
            col(Stance.kind),
        ).where(col(Stance.comment_id).in_(list(whose)))
    ):
        said[whose[comment_id].key, kind][constituency.value].add(organisation_id)
    for proposal in proposals_:
        proposal.support = _numbers(said.get((proposal.key, StanceKind.SUPPORT), {}))
        proposal.objection = _numbers(said.get((proposal.key, StanceKind.OBJECT), {}))


def _numbers(letters: Mapping[str, set[int]]) -> dict[str, int]:
    return {letter: len(who) for letter, who in sorted(letters.items())}


def going_in(proposals_: Iterable[Proposal], points: Mapping[int, Answered], by: By) -> list[Proposal]:
    """The proposals that go into the text: one of their points counts."""
    return [
        one for one in proposals_ if any(points[point].counts(by) for point in one.points if point in points)
    ]


def first_by(proposals_: Iterable[Proposal], points: Mapping[int, Answered]) -> By:
    """What a drafter begins with: what is decided where all is, what is proposed where some is, else all."""
    about = {point for one in proposals_ for point in one.points if point in points}
    if about and all(points[point].disposition for point in about):
        return By.DECIDED
    if any(points[point].disposition or points[point].proposed for point in about):
        return By.PROPOSED
    return By.ASKED


@lru_cache(maxsize=128)
def woven(base: str, texts: tuple[str, ...]) -> Woven:
    """Texts over a base, each by its key; the same texts are woven once."""
    return Woven(base, [Change(key_of(text), text) for text in texts])
