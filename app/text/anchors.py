"""Anchors: the words a comment points to, told so that they can be found again.

The selectors are W3C's TextQuoteSelector and TextPositionSelector (Web Annotation Data Model, 2017).
Offsets count Unicode code points.
"""

from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz.distance import Indel

from app.text.folding import fold, folded, lower
from app.text.nearly import Near, nearest, words_changed

How = Literal["exact", "context", "position", "fuzzy", "orphan"]
_LOOKED_AT = 2_000
"""Occurrences of one quote that are weighed; a quote with more of them says too little."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage with the words around it: `exact` is `text[start:end]`."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a quote might have stood; `score` from 0 to 1."""

    start: int
    end: int
    exact: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands and how that is known; an orphan has no place, and perhaps candidates.

    exact: it stands there once. context: the words around it decide. position: where it stood decides.
    fuzzy: nearly the same words. orphan: a person has to look.
    """

    start: int | None
    end: int | None
    exact: str
    score: float
    how: How
    candidates: tuple[Candidate, ...] = ()


def quote(text: str, start: int, end: int, context: int = 32) -> Quote:
    """Tell the passage from `start` to `end` by its words and up to `context` code points on each side."""
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    return Quote(
        text[start:end], text[max(0, start - context) : start], text[end : end + context], start, end
    )


def find(text: str, exact: str, prefix: str = "", suffix: str = "", start: int | None = None) -> Found:
    """Find a quoted passage again, or say that it is an orphan; never guess.

    First the very words; then the same words with other spaces, quotation marks, dashes or accents'
    forms; then in other case; then nearly the same words (Indel similarity), which have to be unlike
    every other place. Several places are decided by the words around them, then by the position.
    """
    if not exact.strip():
        return _orphan(())
    for places, score in _verbatim(text, exact, prefix, suffix, start):
        if places:
            return _decided(text, places, prefix, suffix, start, score)
    return _nearly(text, exact, prefix, suffix, start)


def agreement(text: str, place: tuple[int, int], prefix: str, suffix: str) -> float | None:
    """Say from 0 to 1 how far the words around a place are those remembered; None where none are."""
    before = lower(fold(prefix)).strip()
    after = lower(fold(suffix)).strip()
    if not before and not after:
        return None
    reach_before, reach_after = 2 * len(prefix) + 8, 2 * len(suffix) + 8
    there_before = lower(fold(text[max(0, place[0] - reach_before) : place[0]])).strip()
    there_after = lower(fold(text[place[1] : place[1] + reach_after])).strip()
    held = _alike(before[::-1], there_before[::-1]) * len(before) + _alike(after, there_after) * len(after)
    return held / (len(before) + len(after))


def anchor_line(line: dict[str, Any]) -> dict[str, Any]:
    """Answer one line of `runding anchor`: a quote's selectors in, its place or an orphan out."""
    found = find(
        str(line.get("text") or ""),
        str(line.get("exact") or ""),
        str(line.get("prefix") or ""),
        str(line.get("suffix") or ""),
        line["start"] if isinstance(line.get("start"), int) else None,
    )
    if found.start is None:
        return {
            "start": None,
            "how": "orphan",
            "candidates": [
                {"start": one.start, "end": one.end, "exact": one.exact, "score": round(one.score, 3)}
                for one in found.candidates
            ],
        }
    return {
        "start": found.start,
        "end": found.end,
        "exact": found.exact,
        "score": round(found.score, 3),
        "how": found.how,
    }


def _verbatim(
    text: str, exact: str, prefix: str, suffix: str, start: int | None
) -> "list[tuple[list[tuple[int, int]], float]]":
    """Give the places of the very words, else of the folded words, else of those in other case."""
    places = _kept(text, _occurrences(text, exact, start), exact, prefix, suffix)
    if places:
        return [(places, 1.0)]
    plain = folded(text)
    wanted = fold(exact).strip()
    if not wanted:
        return []
    for where, what, score in ((plain.text, wanted, 0.99), (plain.lower, lower(wanted), 0.97)):
        places = [plain.typed(*place) for place in _occurrences(where, what, start)]
        places = _kept(text, places, exact.strip(), prefix, suffix)
        if places and not _is_gone(text, plain.lower, places, prefix, suffix):
            return [(places, score)]
    return []


def _occurrences(text: str, words: str, start: int | None) -> list[tuple[int, int]]:
    places: list[int] = []
    at = text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    if len(places) > _LOOKED_AT and start is not None:
        places = sorted(sorted(places, key=lambda place: abs(place - start))[:_LOOKED_AT])
    return [(place, place + len(words)) for place in places]


def _kept(
    text: str, places: list[tuple[int, int]], exact: str, prefix: str, suffix: str
) -> list[tuple[int, int]]:
    """Leave out places in the middle of a word where the quote was a whole one."""
    whole_before = exact[:1].isalnum() and bool(prefix) and not prefix[-1].isalnum()
    whole_after = exact[-1:].isalnum() and bool(suffix) and not suffix[0].isalnum()
    if not whole_before and not whole_after:
        return places
    return [
        (start, end)
        for start, end in places
        if not (whole_before and text[start - 1 : start].isalnum() and start)
        and not (whole_after and text[end : end + 1].isalnum())
    ]


def _decided(
    text: str, places: list[tuple[int, int]], prefix: str, suffix: str, start: int | None, score: float
) -> Found:
    if len(places) == 1:
        return _placed(text, places[0], score, "exact")
    near = places
    if prefix or suffix:
        near = _whole_context(text, places, prefix, suffix) or places
        if len(near) == 1:
            return _placed(text, near[0], score, "context")
        if len(near) <= _LOOKED_AT:
            weighed = sorted(
                ((agreement(text, place, prefix, suffix) or 0.0, place) for place in near), reverse=True
            )
            best, second = weighed[0][0], weighed[1][0]
            if (best >= 0.35 and best - second >= 0.2) or (best >= 0.8 and best - second >= 0.06):
                return _placed(text, weighed[0][1], score * (0.5 + best / 2), "context")
            near = [place for weight, place in weighed if weight >= best - 0.06]
    if start is not None:
        by_distance = sorted(near, key=lambda place: abs(place[0] - start))
        first, second_ = (abs(place[0] - start) for place in by_distance[:2])
        if 2 * first < second_:
            return _placed(text, by_distance[0], score * 0.9, "position")
    return _orphan(tuple(_candidate(text, place, score / len(near)) for place in near[:_SHOWN]))


def _whole_context(
    text: str, places: list[tuple[int, int]], prefix: str, suffix: str
) -> list[tuple[int, int]]:
    """Give the places with all of the remembered words around them, as typed."""
    return [
        (start, end)
        for start, end in places
        if text.startswith(suffix, end) and text.endswith(prefix, 0, start)
    ]


def _nearly(text: str, exact: str, prefix: str, suffix: str, start: int | None) -> Found:
    plain = folded(text)
    wanted = lower(fold(exact)).strip()
    before, after = lower(fold(prefix)).strip(), lower(fold(suffix)).strip()
    judged: list[tuple[float, Near, float | None, tuple[int, int]]] = []
    proposed = [_snapped(plain.lower, wanted, near, before, after) for near in nearest(plain.lower, wanted)]
    proposed.extend(_bridged(plain.lower, wanted, before, after))
    for near in dict.fromkeys(proposed):
        place = plain.typed(near.start, near.end)
        around = agreement(text, place, prefix, suffix)
        judged.append((near.score + 0.5 * (around or 0.0), near, around, place))
    judged.sort(key=lambda one: -one[0])
    candidates = tuple(_candidate(text, place, near.score) for _, near, _, place in judged[:_SHOWN])
    if not judged:
        return _orphan(candidates)
    weight, near, around, place = judged[0]
    seams = _seams(plain.lower, before, after)
    if seams and not _sits_by_itself(plain.lower, wanted, near, seams, before, after):
        return _orphan(candidates)
    if not _believed(plain.lower, wanted, plain.lower[near.start : near.end], near.score, around):
        return _orphan(candidates)
    others = [one for one in judged[1:] if one[3][0] >= place[1] or one[3][1] <= place[0]]
    if others and weight - others[0][0] < 0.06:
        distances = [abs(one[3][0] - (start or 0)) for one in (judged[0], *others) if weight - one[0] < 0.06]
        if start is None or any(2 * distances[0] >= other for other in distances[1:]):
            return _orphan(candidates)
    return _placed(text, place, near.score, "fuzzy")


def _snapped(text: str, wanted: str, near: Near, before: str, after: str) -> Near:
    """Let a stretch begin and end where the remembered words around it end and begin."""
    slack = max(24, len(wanted) // 3)
    start, end = near.start, near.end
    if len(before) >= 8:
        at = text.rfind(before, max(0, start - slack - len(before)), min(end, start + slack))
        start = at + len(before) if at >= 0 else start
    if len(after) >= 8:
        at = text.find(after, max(start, end - slack), end + slack + len(after))
        end = at if at >= 0 else end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end or (start, end) == (near.start, near.end):
        return near
    return Near(start, end, Indel.normalized_similarity(wanted, text[start:end]))


def _bridged(text: str, wanted: str, before: str, after: str) -> list[Near]:
    """Propose what stands between the remembered words, where both are there and close together."""
    if len(before) < 12 or len(after) < 12:
        return []
    found: list[Near] = []
    at = text.find(before)
    while at >= 0 and len(found) < 3:
        start = at + len(before)
        end = text.find(after, start, start + 2 * len(wanted) + 40 + len(after))
        if end >= 0:
            between = text[start:end]
            start += len(between) - len(between.lstrip())
            end -= len(between) - len(between.rstrip())
            score = Indel.normalized_similarity(wanted, text[start:end]) if start < end else 0.0
            if score >= 0.5:
                found.append(Near(start, end, score))
        at = text.find(before, at + 1)
    return found


def _is_gone(text: str, small: str, places: list[tuple[int, int]], prefix: str, suffix: str) -> bool:
    """Say whether these words, spaced or written otherwise, are others: the quoted ones were taken out."""
    if any((agreement(text, place, prefix, suffix) or 0.0) >= 0.7 for place in places[:_LOOKED_AT]):
        return False
    return bool(_seams(small, lower(fold(prefix)).strip(), lower(fold(suffix)).strip()))


def _seams(text: str, before: str, after: str) -> list[int]:
    """Give the places where the words around touch each other: what stood between is gone."""
    if len(before) < 12 or len(after) < 12:
        return []
    seams: list[int] = []
    for gap in ("", " "):
        at = text.find(before + gap + after)
        while at >= 0:
            seams.append(at + len(before))
            at = text.find(before + gap + after, at + 1)
    return seams


def _sits_by_itself(text: str, wanted: str, near: Near, seams: list[int], before: str, after: str) -> bool:
    """Say whether the seams are only a passage that begins, or ends, like its neighbour.

    Otherwise the stretch found is the neighbour, and the passage is gone.
    """
    if any(not near.start - 2 <= seam <= near.end + 2 for seam in seams):
        return False
    begins = Indel.normalized_similarity(wanted[: len(after)], after) >= 0.8
    ends = Indel.normalized_similarity(wanted[-len(before) :], before) >= 0.8
    changed = words_changed(wanted, text[near.start : near.end])
    return (begins or ends) and near.score >= 0.9 and not changed.exchanged and not changed.telling


def _believed(text: str, wanted: str, there: str, score: float, around: float | None) -> bool:
    """Say whether nearly the same words are the quote edited, and no look-alike.

    Where the words around agree, much may have changed between them. Where they disagree, it is
    another place. Where none are remembered, no number may differ, and a word may only stand for
    another one which the text does not use: "training for inspectors" is not "training for employers".
    """
    changed = words_changed(wanted, there)
    if around is not None:
        if around >= 0.7:
            return score >= 0.6 and changed.moved + changed.exchanged <= 0.7
        if around >= 0.35:
            return score >= 0.78 and changed.moved + changed.exchanged <= 0.3
        return around >= 0.15 and score >= 0.95 and not (changed.moved or changed.exchanged)
    if score < 0.78 or changed.telling or changed.moved > 0.25:
        return False
    strange = not any(word in text for word in changed.words)
    return changed.exchanged <= (0.15 if strange else 0.08 if len(wanted) >= 80 else 0.05)


def _alike(remembered: str, there: str) -> float:
    """Compare two stretches read away from the passage: adjoining characters count most."""
    if not remembered:
        return 0.0
    same = 0
    for one, other in zip(remembered, there, strict=False):
        if one != other:
            break
        same += 1
    alike = Indel.normalized_similarity(remembered, there[: len(remembered)])
    return max(same / len(remembered), 2 * alike - 1.0)


def _placed(text: str, place: tuple[int, int], score: float, how: How) -> Found:
    return Found(place[0], place[1], text[place[0] : place[1]], score, how)


def _orphan(candidates: tuple[Candidate, ...]) -> Found:
    return Found(None, None, "", 0.0, "orphan", candidates)


def _candidate(text: str, place: tuple[int, int], score: float) -> Candidate:
    return Candidate(place[0], place[1], text[place[0] : place[1]], score)
