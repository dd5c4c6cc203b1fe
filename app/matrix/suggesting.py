"""Suggested groups: each comment is compared with few of those before it, found by what it shares with them.

What a comment can be found by is kept (`Trace`), so a new one costs the same however many there are. What
looks alike is suggested with its reason; a person accepts or dismisses it, and nothing is joined by itself.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from app.comments.models import Comment
from app.comments.rules import Status
from app.matrix.models import Compared, Suggested, Suggestion, Trace
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.text.similarity import (
    LEADERS,
    MISSES,
    Pair,
    Ready,
    Said,
    Signs,
    candidates,
    compared,
    ready,
    signs_of,
)

#: So many comments are compared before what was found is written.
BATCH = 100

#: What many are compared with is made ready once.
_ready = lru_cache(maxsize=2048)(ready)

_COMPARED = (
    col(Comment.id),
    col(Comment.number),
    col(Comment.text),
    col(Comment.proposed),
    col(Comment.clause_id),
    col(Comment.field),
)


def said(row: Any) -> Said:
    """A comment as it is compared: what is said on one cell of a table is not said on another."""
    place = f"{row.clause_id}/{row.field or ''}" if row.clause_id else "plan"
    return Said(str(row.id), row.text, row.proposed or "", place)


def left(session: Session, round_: Round) -> int:
    """How many comments of a round were not compared yet."""
    done = session.scalar(select(col(Compared.number)).where(col(Compared.round_id) == round_.id)) or 0
    return max(0, round_.last_number - done)


def rounds_waiting(session: Session) -> list[int]:
    """The rounds that are open or being resolved with comments that were not compared yet."""
    found = session.scalars(
        select(col(Round.id))
        .outerjoin(Compared, col(Compared.round_id) == col(Round.id))
        .where(
            col(Round.phase).in_([Phase.OPEN, Phase.PAUSED, Phase.CLOSED]),
            col(Round.last_number) > func.coalesce(col(Compared.number), 0),
        )
        .order_by(col(Round.id))
    )
    return [id_ for id_ in found if id_ is not None]


def compare_some(session: Session, round_: Round, at: datetime, *, seconds: float) -> int:
    """Compare comments that came since the last time, for at most about so long; how many are left.

    One at a time for a round: who comes second finds nothing to do and leaves it to the first.
    """
    done = session.scalars(
        select(Compared).where(col(Compared.round_id) == round_.id).with_for_update(skip_locked=True)
    ).first()
    if done is None:
        if session.get(Compared, round_.id) is not None:
            return left(session, round_)
        done = Compared(round_id=round_.id or 0)
        try:
            with session.begin_nested():
                session.add(done)
                session.flush()
        except IntegrityError:  # another has just begun
            return left(session, round_)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        some = session.execute(
            select(*_COMPARED, col(Comment.status))
            .where(col(Comment.round_id) == round_.id, col(Comment.number) > done.number)
            .order_by(col(Comment.number))
            .limit(BATCH)
        ).all()
        if not some:
            break
        compare(session, round_.id or 0, [row for row in some if row.status == Status.SUBMITTED], at)
        done.number = some[-1].number
        session.flush()
    newest = session.scalar(select(func.max(Comment.number)).where(col(Comment.round_id) == round_.id)) or 0
    return max(0, newest - done.number)


def again(session: Session, comment: Comment, at: datetime) -> None:
    """Compare a comment anew whose words were changed; what was suggested of it before is taken back."""
    done = session.get(Compared, comment.round_id)
    if done is None or (comment.number or 0) > done.number:
        return
    forget(session, comment.id or 0)
    compare(session, comment.round_id, [comment], at)


def forget(session: Session, comment_id: int) -> None:
    """Take a comment out of what is suggested and not answered yet."""
    session.execute(delete(Trace).where(col(Trace.comment_id) == comment_id))
    suggested = session.scalars(
        select(col(Suggestion.id))
        .join(Suggested, col(Suggested.suggestion_id) == col(Suggestion.id))
        .where(col(Suggested.comment_id) == comment_id, col(Suggestion.answered_at).is_(None))
    ).all()
    for suggestion_id in suggested:
        session.execute(
            delete(Suggested).where(
                col(Suggested.suggestion_id) == suggestion_id, col(Suggested.comment_id) == comment_id
            )
        )
        session.execute(
            update(Suggested)
            .where(
                col(Suggested.suggestion_id) == suggestion_id, col(Suggested.like_comment_id) == comment_id
            )
            .values(like_comment_id=None)
        )
        _size(session, suggestion_id or 0)


def _size(session: Session, suggestion_id: int) -> None:
    n = session.scalar(
        select(func.count()).select_from(Suggested).where(col(Suggested.suggestion_id) == suggestion_id)
    )
    if (n or 0) < 2:
        session.execute(delete(Suggested).where(col(Suggested.suggestion_id) == suggestion_id))
        session.execute(delete(Suggestion).where(col(Suggestion.id) == suggestion_id))
    else:
        session.execute(update(Suggestion).where(col(Suggestion.id) == suggestion_id).values(size=n))


@dataclass(slots=True)
class _Known:
    """What a batch is compared with: comments made ready, what is filed under which sign, what is suggested.

    `group` is the open suggestion of a comment, `dismissed` those of a comment or suggestion that somebody
    said no to. `added` are comments by the suggestion they come to, which has a number below zero until it
    is written; `merged` says which suggestions went into which.
    """

    ready: dict[int, Ready] = field(default_factory=dict)
    filed: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    group: dict[int, int] = field(default_factory=dict)
    dismissed: dict[int, set[int]] = field(default_factory=dict)
    dismissed_in: dict[int, set[int]] = field(default_factory=dict)
    added: dict[int, dict[int, tuple[int | None, str, float]]] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)

    def of(self, comment_id: int) -> int | None:
        """The suggestion that a comment is in now."""
        group = self.group.get(comment_id)
        while group in self.merged:
            group = self.merged[group]
        return group


def compare(session: Session, round_id: int, rows: Collection[Any], at: datetime) -> None:
    """Compare some comments with those before them, and write down what looks alike."""
    if not rows:
        return
    made = {row.id: _ready(said(row)) for row in rows}
    signs = {id_: signs_of(one) for id_, one in made.items()}
    known = _known(session, round_id, signs)
    traces: list[dict[str, int]] = []
    for id_, one in made.items():
        for pair, other in _alike(known, id_, one, signs[id_]):
            _suggest(known, id_, other, pair)
        known.ready[id_] = one
        for sign in (*signs[id_].whole, *signs[id_].parts):
            if len(known.filed[sign]) < LEADERS:
                known.filed[sign].append(id_)
                traces.append({"round_id": round_id, "sign": sign, "comment_id": id_})
    if traces:
        session.connection().execute(insert(SQLModel.metadata.tables["trace"]), traces)
    _write(session, round_id, known, at)


def _known(session: Session, round_id: int, signs: dict[int, Signs]) -> _Known:
    """What the signs of a batch lead to, in a fixed number of statements for each few hundred of them."""
    known = _Known()
    wanted = {sign for some in signs.values() for sign in (*some.whole, *some.parts)}
    for some in _chunks(wanted):
        for sign, comment_id in session.execute(
            select(col(Trace.sign), col(Trace.comment_id)).where(
                col(Trace.round_id) == round_id, col(Trace.sign).in_(some)
            )
        ):
            known.filed[sign].append(comment_id)
    ids: set[int] = set()
    for one in signs.values():
        ids |= set(_chosen(known, one))
    for some in _chunks(ids | signs.keys()):
        for row in session.execute(
            select(*_COMPARED).where(col(Comment.id).in_(some), col(Comment.status) == Status.SUBMITTED)
        ):
            if row.id not in signs:
                known.ready[row.id] = _ready(said(row))
        for suggestion_id, comment_id, accepted, answered_at in session.execute(
            select(
                col(Suggested.suggestion_id),
                col(Suggested.comment_id),
                col(Suggestion.accepted),
                col(Suggestion.answered_at),
            )
            .join(Suggestion, col(Suggestion.id) == col(Suggested.suggestion_id))
            .where(col(Suggested.comment_id).in_(some))
        ):
            if answered_at is None:
                known.group[comment_id] = suggestion_id
            elif not accepted:
                known.dismissed.setdefault(comment_id, set()).add(suggestion_id)
    _find_dismissed(session, round_id, known)
    return known


def _find_dismissed(session: Session, round_id: int, known: _Known) -> None:
    """Which dismissed suggestions the open ones share comments with; where nothing was dismissed, at no cost."""
    some = session.scalar(
        select(col(Suggestion.id))
        .where(
            col(Suggestion.round_id) == round_id,
            col(Suggestion.answered_at).is_not(None),
            col(Suggestion.accepted).is_(False),
        )
        .limit(1)
    )
    groups = sorted(set(known.group.values()))
    if some is None or not groups:
        return
    other, said_no = aliased(Suggested), aliased(Suggestion)
    for group, no in session.execute(
        select(col(Suggested.suggestion_id), col(said_no.id))
        .join(other, col(other.comment_id) == col(Suggested.comment_id))
        .join(said_no, col(said_no.id) == col(other.suggestion_id))
        .where(col(Suggested.suggestion_id).in_(groups), col(said_no.accepted).is_(False))
        .distinct()
    ):
        known.dismissed_in.setdefault(group, set()).add(no)


def _chunks(wanted: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(wanted)
    return [ordered[start : start + 1000] for start in range(0, len(ordered), 1000)]


def _chosen(known: _Known, signs: Signs) -> list[int]:
    whole = dict.fromkeys(id_ for sign in signs.whole for id_ in known.filed.get(sign, ()))
    votes = Counter(id_ for sign in signs.parts for id_ in known.filed.get(sign, ()))
    return candidates(whole, votes)


def _alike(known: _Known, id_: int, one: Ready, signs: Signs) -> list[tuple[Pair, int]]:
    """What a comment is like, one of each group: pairs, each with the other comment."""
    found: list[tuple[Pair, int]] = []
    taken: set[int] = set()
    refused: set[int] = set(known.dismissed.get(id_, ()))
    missed: Counter[int] = Counter()
    for other in _chosen(known, signs):
        held = known.ready.get(other)
        together = known.of(other)
        group = other if together is None else together
        if held is None or other == id_ or (group in taken) or missed[group] >= MISSES:
            continue
        no = known.dismissed.get(other, set()) | known.dismissed_in.get(group, set())
        if no & refused:
            continue  # somebody said of two that this one would join that they are not one point
        pair = compared(held, one)
        if pair is None:
            missed[group] += 1
            continue
        found.append((pair, other))
        taken.add(group)
        refused |= no
    return found


def _suggest(known: _Known, id_: int, other: int, pair: Pair) -> None:
    """Suggest a comment together with another, and with all that is suggested with either."""
    theirs, mine = known.of(other), known.of(id_)
    if theirs is None:
        theirs = known.group[other] = -other
        known.added[theirs] = {other: (None, "", 0.0)}
        known.dismissed_in[theirs] = set(known.dismissed.get(other, ()))
    if mine is None:
        known.added.setdefault(theirs, {})[id_] = (other, pair.why, pair.score)
        known.group[id_] = theirs
        known.dismissed_in.setdefault(theirs, set()).update(known.dismissed.get(id_, ()))
    elif mine != theirs:
        # Two suggestions become one: the one that is written already, or the older one, stays.
        stays, goes = sorted((mine, theirs), key=lambda group: (group < 0, abs(group)))
        known.merged[goes] = stays
        known.added.setdefault(stays, {}).update(known.added.pop(goes, {}))
        known.dismissed_in.setdefault(stays, set()).update(known.dismissed_in.get(goes, ()))


def _write(session: Session, round_id: int, known: _Known, at: datetime) -> None:
    """Write what a batch adds to suggestions, and those that became one."""
    for goes, into in known.merged.items():
        stays = into
        while stays in known.merged:
            stays = known.merged[stays]
        if goes > 0:  # then the one that stays is written too
            n = session.scalar(select(col(Suggestion.size)).where(col(Suggestion.id) == goes)) or 0
            session.execute(
                update(Suggested).where(col(Suggested.suggestion_id) == goes).values(suggestion_id=stays)
            )
            session.execute(delete(Suggestion).where(col(Suggestion.id) == goes))
            session.execute(
                update(Suggestion).where(col(Suggestion.id) == stays).values(size=col(Suggestion.size) + n)
            )
    links: list[dict[str, Any]] = []
    for group, members in known.added.items():
        suggestion_id = group
        if group < 0:
            new = Suggestion(round_id=round_id, size=len(members), made_at=at)
            session.add(new)
            session.flush()
            suggestion_id = new.id or 0
        else:
            grown = update(Suggestion).where(col(Suggestion.id) == group)
            session.execute(grown.values(size=col(Suggestion.size) + len(members)))
        links += [
            {
                "suggestion_id": suggestion_id,
                "comment_id": id_,
                "like_comment_id": like,
                "why": why,
                "score": score,
            }
            for id_, (like, why, score) in members.items()
        ]
    if links:
        session.connection().execute(insert(SQLModel.metadata.tables["suggested"]), links)
