"""Carrying anchors from one draft to the next: only what is certain is placed."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, Literal

from rapidfuzz.distance import Indel

from app.text.folding import fold, lower
from app.text.linking import Known, Link, Versions, linked
from app.text.tokens import Token, matches, tokens

How = Literal["exact", "edited", "moved", "suggested", "orphan"]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A passage: the paragraph's index and code points in it, end excluded; `score` is its likeness."""

    p: int
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of an anchor; a place only where it is certain, else perhaps candidates.

    exact: the same words in their order. edited: its words, changed. moved: the same or nearly the same
    words elsewhere. suggested: a person has to say. orphan: the passage is gone.
    """

    place: Place | None
    how: How
    candidates: tuple[Place, ...] = ()


def carry(
    before: list[str],
    after: list[str],
    anchors: Sequence[Place],
    known: Known | None = None,
) -> list[Carried]:
    """Say for each anchor on the paragraphs `before` where it stands in the paragraphs `after`.

    Paragraphs are aligned by order and likeness, sentences inside and across them likewise, words inside
    those; an anchor goes where its words went. A passage that stands once in each version is certain
    wherever it is; a look-alike with a rival is suggested; what has no successor is an orphan.
    `known` says which paragraphs became which, where people have confirmed it: then nothing is aligned.
    """
    versions = linked(before, after, known)
    whole = _Whole(before, after)
    return [_carried(versions, whole, anchor) for anchor in anchors]


def carry_json(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer `runding carry`: `{from, to, anchors:[{p, start, end}]}` in, one answer for each anchor out."""
    before = [str(text) for text in asked["from"]]
    after = [str(text) for text in asked["to"]]
    anchors = [Place(int(one["p"]), int(one["start"]), int(one["end"])) for one in asked["anchors"]]
    return [_told(one) for one in carry(before, after, anchors)]


def _told(carried: Carried) -> dict[str, Any]:
    if carried.place is not None:
        place = carried.place
        return {
            "p": place.p,
            "start": place.start,
            "end": place.end,
            "score": round(place.score, 3),
            "how": carried.how,
        }
    candidates = [
        {"p": one.p, "start": one.start, "end": one.end, "score": round(one.score, 3)}
        for one in carried.candidates
    ]
    return {"p": None, "how": carried.how, "candidates": candidates}


class _Whole:
    """Where a passage stands in the two versions, each as one text."""

    def __init__(self, before: list[str], after: list[str]) -> None:
        self._joined = "\n\n".join(before), "\n\n".join(after)
        self._starts = tuple([0, *accumulate(len(text) + 2 for text in texts)] for texts in (before, after))

    def places(self, side: int, passage: str, limit: int) -> list[Place]:
        """Give the first places, at most `limit`, where a passage stands in a version."""
        text = self._joined[side]
        found: list[Place] = []
        at = text.find(passage)
        while at >= 0 and len(found) < limit:
            p = bisect_right(self._starts[side], at) - 1
            start = at - self._starts[side][p]
            found.append(Place(p, start, start + len(passage)))
            at = text.find(passage, at + 1)
        return found


def _carried(versions: Versions, whole: _Whole, anchor: Place) -> Carried:
    if not 0 <= anchor.p < len(versions.texts[0]):
        return Carried(None, "orphan")
    text = versions.texts[0][anchor.p]
    start, end = max(0, anchor.start), min(anchor.end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    passage = text[start:end]
    if not passage:
        return Carried(None, "orphan")
    mapped = _mapped(versions, Place(anchor.p, start, end), passage)
    if mapped.place is not None and mapped.how == "exact":
        return mapped
    return _elsewhere(versions, whole, passage, mapped) or mapped


def _elsewhere(versions: Versions, whole: _Whole, passage: str, mapped: Carried) -> Carried | None:
    """Give the one place where the very words stand in the next version, if it is nobody else's."""
    if passage.count(" ") < 1 or len(passage) < 8:
        return None
    places = whole.places(1, passage, 2)
    if len(places) != 1:
        return None
    if passage.count(" ") >= 3 and len(whole.places(0, passage, 2)) == 1:
        return Carried(places[0], "moved")
    if _is_settled(versions, 1, places[0]):
        return None
    unsettled = [one for one in whole.places(0, passage, 50) if not _is_settled(versions, 0, one)]
    if len(unsettled) == 1:
        return Carried(places[0], "moved")
    return None if mapped.how != "orphan" else Carried(None, "suggested", (places[0],))


def _is_settled(versions: Versions, side: int, place: Place) -> bool:
    """Say whether the words at a place are those of a sentence that stands unchanged in the other version."""
    cut, first, unchanged = (
        (versions.before, versions.first_before, versions.unchanged[0]),
        (versions.after, versions.first_after, versions.unchanged[1]),
    )[side]
    return any(
        n in unchanged and cut[n].start < place.end and cut[n].end > place.start
        for n in range(first[place.p], first[place.p + 1])
    )


def _mapped(versions: Versions, anchor: Place, passage: str) -> Carried:
    """Send the words of a passage through the links of its sentences."""
    first = versions.first_before[anchor.p]
    last = versions.first_before[anchor.p + 1]
    touched = [
        i
        for i in range(first, last)
        if versions.before[i].start < anchor.end
        and versions.before[i].end > anchor.start
        and versions.before[i].piece.plain
    ]
    runs: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    doubt: list[Place] = []
    moved = False
    words_all = _size(passage) or 1
    seen: set[int] = set()
    for i in touched:
        link = versions.links.get(i)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        found = _through(versions, link, anchor)
        if found is None:
            continue
        p, low, high, kept = found
        if not link.sure:
            doubt.append(Place(p, low, high, round(link.likeness, 3)))
            continue
        moved = moved or link.moved
        runs[p].append((low, high, kept, i))
    if not runs:
        return Carried(None, "suggested" if doubt else "orphan", tuple(doubt[:_SHOWN]))
    p = max(runs, key=lambda one: sum(run[2] for run in runs[one]))
    kept = sum(run[2] for run in runs[p])
    low, high = min(run[0] for run in runs[p]), max(run[1] for run in runs[p])
    there = versions.texts[1][p][low:high]
    if there == passage or fold(there) == fold(passage):
        return Carried(Place(p, low, high, 1.0), "moved" if moved else "exact")
    score = max(
        Indel.normalized_similarity(lower(fold(passage)), lower(fold(there))),
        0.0,
    )
    place = Place(p, low, high, score)
    share = kept / words_all
    if share >= 0.5 and score >= 0.5 and high - low <= 3 * len(passage) + 60:
        return Carried(place, "moved" if moved else "edited")
    if share >= 0.25 and score >= 0.3:
        return Carried(None, "suggested", (place, *doubt[: _SHOWN - 1]))
    return Carried(None, "orphan", (place,) if share > 0 else ())


def _through(versions: Versions, link: Link, anchor: Place) -> tuple[int, int, int, int] | None:
    """Map the part of an anchor that lies in a link: paragraph, start, end, words kept; None where all went."""
    old_from, old_to = versions.before[link.before[0]].start, versions.before[link.before[1]].end
    new_p = versions.after[link.after[0]].p
    new_from, new_to = versions.after[link.after[0]].start, versions.after[link.after[1]].end
    old = versions.texts[0][anchor.p][old_from:old_to]
    new = versions.texts[1][new_p][new_from:new_to]
    start, end = max(anchor.start, old_from) - old_from, min(anchor.end, old_to) - old_from
    if old == new and (kept := _size(old[start:end])):
        return new_p, new_from + start, new_from + end, kept
    old_tokens, new_tokens, pairs = _word_map(old, new)
    first = bisect_right([token.end for token in old_tokens], start)
    last = bisect_left([token.start for token in old_tokens], end)
    inside = [(i, j) for i, j in pairs if first <= i < last]
    if not inside:
        return None
    low = _edge(old_tokens, new_tokens, pairs, inside[0], first, start, is_start=True)
    high = _edge(old_tokens, new_tokens, pairs, inside[-1], last - 1, end, is_start=False)
    return new_p, new_from + low, new_from + high, len(inside)


def _edge(
    old: tuple[Token, ...],
    new: tuple[Token, ...],
    pairs: tuple[tuple[int, int], ...],
    nearest: tuple[int, int],
    wanted: int,
    at: int,
    *,
    is_start: bool,
) -> int:
    """Find where a passage begins or ends: at its own word, or, where that was changed, beside its neighbour."""
    i, j = nearest
    if i == wanted:
        if is_start:
            inside = max(0, at - old[i].start)
            return new[j].start + (inside if old[i].text == new[j].text else 0)
        inside = max(0, old[i].end - at)
        return new[j].end - (inside if old[i].text == new[j].text else 0)
    if is_start:
        outside = [pair for pair in pairs if pair[0] < wanted]
        after = outside[-1][1] + 1 if outside else 0
        # what came in place of the changed words belongs to the passage only if as little as they were
        return new[max(after, j - 2 * (i - wanted) - 1)].start if after <= j else new[j].start
    outside = [pair for pair in pairs if pair[0] > wanted]
    before = outside[0][1] - 1 if outside else len(new) - 1
    return new[min(before, j + 2 * (wanted - i) + 1)].end if before >= j else new[j].end


def _size(passage: str) -> int:
    """Count the words and signs of a passage."""
    return sum(not token.is_space for token in tokens(passage))


@lru_cache(maxsize=4_096)
def _word_map(old: str, new: str) -> tuple[tuple[Token, ...], tuple[Token, ...], tuple[tuple[int, int], ...]]:
    old_tokens = tuple(token for token in tokens(old) if not token.is_space)
    new_tokens = tuple(token for token in tokens(new) if not token.is_space)
    pairs = matches(
        [lower(fold(token.text)) for token in old_tokens], [lower(fold(token.text)) for token in new_tokens]
    )
    return old_tokens, new_tokens, tuple(pairs)
