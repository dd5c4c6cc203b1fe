"""What became of each clause from one draft to the next, by likeness and structure."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.text.aligning import Pair, Piece, align, likeness, piece
from app.text.nearly import words_changed
from app.text.tokens import between, matches

Kind = Literal["kept", "edited", "moved", "moved+edited", "renumbered", "split", "merged", "deleted", "new"]

_SURE = 0.6
_MARGIN = 0.08
_FAINT = 0.2
"""Likeness that is enough for the one clause left between two neighbours that stayed."""


@dataclass(frozen=True, slots=True)
class Node:
    """A clause as it is compared; `key` and `parent` are its draft's own ids, `fields` a table entry's cells."""

    key: str
    text: str
    kind: str = "para"
    number: str = ""
    parent: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Became:
    """What became of clauses: keys before and after, kind, likeness from 0 to 1.

    `sure` is false where a person should look; `renumbered` says that an edited clause's number changed too.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: Kind
    likeness: float
    sure: bool = True
    renumbered: bool = False


@dataclass(slots=True)
class _Match:
    """Clauses matched, by their indexes; more than one on a side where one was split or some were merged."""

    before: list[int]
    after: list[int]
    likeness: float
    moved: bool
    sure: bool


def lineage(before: Sequence[Node], after: Sequence[Node]) -> list[Became]:
    """Say what became of every clause, each named once; clauses come in document order.

    The clauses are aligned as a sequence (equal ones, then the heaviest rising chain of alike ones),
    clauses left alone between neighbours that stayed are paired by their place, look-alikes elsewhere
    are kept apart, and what was left over beside an edited clause is tried as a part of it.
    """
    old, new = [_piece(node) for node in before], [_piece(node) for node in after]
    found = [
        _Match([pair.before], [pair.after], pair.likeness, pair.moved, _is_sure(pair))
        for pair in align(old, new)
        if _is_same(pair, old, new, before, after)
    ]
    found.extend(_left_alone(before, after, old, new, found))
    _split_or_merge(before, after, old, new, found)
    _see_moves(before, after, found)
    return _told(before, after, found)


def declared(
    before: Sequence[Node], after: Sequence[Node], links: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> list[Became]:
    """Tell what became of every clause where people have said which became which; nothing is guessed.

    `links` are indexes before and after, each index in one link at most; clauses in no link went or came.
    A clause moved that stands out of the longest order all others keep, or under another heading.
    """
    found = [
        _Match(sorted(here), sorted(there), _likeness_of(before, here, after, there), moved=False, sure=True)
        for here, there in links
        if here and there
    ]
    found.sort(key=lambda match: match.before[0])
    stayed = set(_rising([match.after[0] for match in found]))
    for n, match in enumerate(found):
        match.moved = n not in stayed
    _see_moves(before, after, found)
    return _told(before, after, found)


def _likeness_of(
    before: Sequence[Node], here: Sequence[int], after: Sequence[Node], there: Sequence[int]
) -> float:
    ours, theirs = [before[n] for n in sorted(here)], [after[n] for n in sorted(there)]
    if [(one.text, one.fields) for one in ours] == [(one.text, one.fields) for one in theirs]:
        return 1.0
    old, new = [_piece(node) for node in ours], [_piece(node) for node in theirs]
    return likeness(_joined(old, list(range(len(old)))), _joined(new, list(range(len(new)))))


def _rising(places: Sequence[int]) -> list[int]:
    """Give the indexes of a longest rising run of places (patience sorting, n log n)."""
    ends: list[int] = []
    tails: list[int] = []
    came_from: list[int] = []
    for n, place in enumerate(places):
        at = bisect_left(ends, place)
        came_from.append(tails[at - 1] if at else -1)
        ends[at : at + 1] = [place]
        tails[at : at + 1] = [n]
    chain: list[int] = []
    step = tails[-1] if tails else -1
    while step >= 0:
        chain.append(step)
        step = came_from[step]
    return chain[::-1]


def lineage_json(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer `runding draft compare`: two drafts' clauses as `draft read` gives them in, the lineage by eid out."""
    eids = [{str(one["wid"]): str(one["eid"]) for one in side} for side in (before, after)]
    return [
        {
            "from": [eids[0][key] for key in one.before],
            "to": [eids[1][key] for key in one.after],
            "kind": one.kind,
            "similarity": round(one.likeness, 3),
            "renumbered": one.renumbered,
            "sure": one.sure,
        }
        for one in lineage([_node(clause) for clause in before], [_node(clause) for clause in after])
    ]


def _node(clause: dict[str, Any]) -> Node:
    fields = clause.get("fields") or {}
    parent = clause.get("parent")
    return Node(
        str(clause["wid"]),
        str(clause.get("text") or clause.get("heading") or ""),
        str(clause.get("kind") or "para"),
        str(clause.get("number") or ""),
        str(parent) if parent else None,
        tuple((str(name), str(text)) for name, text in fields.items()),
    )


def _piece(node: Node) -> Piece:
    """Make a clause ready: its words and its fields', told apart from the same words of another kind."""
    whole = piece(" ¦ ".join((node.text, *(text for _, text in node.fields))))
    return Piece(f"{node.kind}: {whole.plain}" if whole.plain else "", whole.words)


def _is_sure(pair: Pair) -> bool:
    return pair.likeness == 1.0 or (pair.likeness >= _SURE and pair.likeness - pair.rival >= _MARGIN)


def _is_same(
    pair: Pair, old: list[Piece], new: list[Piece], before: Sequence[Node], after: Sequence[Node]
) -> bool:
    """Keep look-alikes apart: what stands elsewhere has to be nearly the same, and of the same kind."""
    if pair.likeness == 1.0:
        return True
    one, other = old[pair.before], new[pair.after]
    changed = words_changed(" ".join(one.words), " ".join(other.words))
    if pair.moved:
        alike = pair.likeness >= 0.8 and pair.likeness - pair.rival >= _MARGIN
        return (
            before[pair.before].kind == after[pair.after].kind
            and alike
            and not changed.telling
            and changed.exchanged <= 0.12
        )
    return pair.likeness >= _SURE or changed.exchanged <= 0.5


def _left_alone(
    before: Sequence[Node], after: Sequence[Node], old: list[Piece], new: list[Piece], found: list[_Match]
) -> list[_Match]:
    """Pair the only clauses left, of one kind, between neighbours that stayed."""
    kept = sorted((match.before[0], match.after[0]) for match in found if not match.moved)
    taken = {match.before[0] for match in found}, {match.after[0] for match in found}
    paired: list[_Match] = []
    for i, next_i, j, next_j in between(kept, len(before), len(after)):
        for kind in {before[n].kind for n in range(i, next_i)}:
            here = [n for n in range(i, next_i) if n not in taken[0] and before[n].kind == kind]
            there = [n for n in range(j, next_j) if n not in taken[1] and after[n].kind == kind]
            if (
                len(here) == len(there)
                and not any(old[n].words for n in here)
                and not any(new[n].words for n in there)
            ):
                paired.extend(
                    _Match([a], [b], 1.0, moved=False, sure=True) for a, b in zip(here, there, strict=True)
                )
            elif len(here) == len(there) == 1:
                alike = likeness(old[here[0]], new[there[0]])
                if alike >= _FAINT or max(len(old[here[0]].words), len(new[there[0]].words)) <= 3:
                    paired.append(_Match(here, there, alike, moved=False, sure=False))
    return paired


def _split_or_merge(
    before: Sequence[Node], after: Sequence[Node], old: list[Piece], new: list[Piece], found: list[_Match]
) -> None:
    """Give an edited clause the neighbours left over that hold the rest of its words."""
    free_before = set(range(len(before))) - {n for match in found for n in match.before}
    free_after = set(range(len(after))) - {n for match in found for n in match.after}
    for match in found:
        if match.likeness >= 0.97:
            continue
        _grow(match.after, free_after, after, new, _joined(old, match.before))
        if len(match.after) == 1:
            _grow(match.before, free_before, before, old, _joined(new, match.after))
        if len(match.after) > 1 or len(match.before) > 1:
            match.likeness = likeness(_joined(old, match.before), _joined(new, match.after))
            match.sure = match.likeness >= 0.8


def _grow(own: list[int], free: set[int], nodes: Sequence[Node], pieces: list[Piece], whole: Piece) -> None:
    """Add neighbours of the same kind as long as the clause on the other side is then told more fully."""
    while True:
        alike = likeness(_joined(pieces, own), whole)
        for n in (own[-1] + 1, own[0] - 1):
            if n in free and nodes[n].kind == nodes[own[0]].kind and pieces[n].words:
                wider = sorted([*own, n])
                inside = len(matches(pieces[n].words, whole.words)) / len(pieces[n].words)
                if inside >= 0.6 and likeness(_joined(pieces, wider), whole) >= alike + 0.05:
                    own[:] = wider
                    free.discard(n)
                    break
        else:
            return


def _joined(pieces: list[Piece], run: list[int]) -> Piece:
    return Piece(
        " ".join(pieces[n].plain.partition(": ")[2] for n in run),
        tuple(word for n in run for word in pieces[n].words),
    )


def _see_moves(before: Sequence[Node], after: Sequence[Node], found: list[_Match]) -> None:
    """Say what moved: a clause under another heading than its own one's successor, not the heading it passed."""
    place_before = {node.key: n for n, node in enumerate(before)}
    place_after = {node.key: n for n, node in enumerate(after)}
    successor = {n: match.after[0] for match in found for n in match.before}
    known = set(successor.values())
    stayed: dict[int, Counter[bool]] = defaultdict(Counter)
    for match in found:
        parent = place_before.get(before[match.before[0]].parent or "")
        if parent is not None:
            stayed[parent][match.moved] += 1
    for match in found:
        children = stayed[match.before[0]]
        if match.moved and children[False] > children[True]:
            match.moved = False
    for match in found:
        parent = place_before.get(before[match.before[0]].parent or "")
        now = place_after.get(after[match.after[0]].parent or "")
        if parent in successor and now in known and successor[parent] != now:
            match.moved = True


def _told(before: Sequence[Node], after: Sequence[Node], found: list[_Match]) -> list[Became]:
    told: list[tuple[float, Became]] = []
    for match in found:
        here = tuple(before[n].key for n in match.before)
        there = tuple(after[n].key for n in match.after)
        first, last = before[match.before[0]], after[match.after[0]]
        renumbered = first.number.strip(" .)(") != last.number.strip(" .)(")
        kind = _kind(match, before, after, renumbered=renumbered)
        told.append(
            (
                match.after[0],
                Became(here, there, kind, match.likeness, match.sure, renumbered and kind != "renumbered"),
            )
        )
    gone = set(range(len(before))) - {n for match in found for n in match.before}
    come = set(range(len(after))) - {n for match in found for n in match.after}
    told.extend((n, Became((), (after[n].key,), "new", 0.0)) for n in come)
    successor = {n: match.after[0] for match in found for n in match.before}
    at = -1.0
    for n in range(len(before)):
        at = successor.get(n, at)
        if n in gone:
            told.append((at + 0.5, Became((before[n].key,), (), "deleted", 0.0)))
    return [one for _, one in sorted(told, key=lambda item: item[0])]


def _kind(match: _Match, before: Sequence[Node], after: Sequence[Node], *, renumbered: bool) -> Kind:
    if len(match.after) > 1:
        return "split"
    if len(match.before) > 1:
        return "merged"
    first, last = before[match.before[0]], after[match.after[0]]
    edited = first.text.split() != last.text.split() or _said(first) != _said(last)
    if match.moved:
        return "moved+edited" if edited else "moved"
    if edited:
        return "edited"
    return "renumbered" if renumbered else "kept"


def _said(node: Node) -> list[list[str]]:
    return [text.split() for _, text in node.fields if text.strip()]
