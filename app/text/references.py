"""Clause references as people write them, read against one draft; what can be read two ways is not decided."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.text.dates_undone import readings_of
from app.text.places import RESULTS, Placed, Places, bare, squeezed
from app.text.pointers import GENERAL, NOTHING, Pointer, Selector, parse, plain

#: Candidates beyond these help nobody to choose.
MOST_CANDIDATES = 12
_LONGEST = 600
#: What a reference only mentions: "1.1.3 (see also 3.1.2)".
_ASIDE = re.compile(
    r"(?<=[\w)])[\s,;:(\[-]+(?:see|cf|lihat|rujuk|compare|refer(?:s|ring)?|but not|except|kecuali)\b.*$",
    re.DOTALL,
)
_COMMA = re.compile(r"\d{1,2},\d{1,2}")


@dataclass(frozen=True, slots=True)
class Referred:
    """What a reference means: the clauses, or that it is general, or candidates for a person to choose from."""

    clauses: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    is_general: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    keys: tuple[str, ...] = ()
    sure: bool = False


class References:
    """One draft's clauses, ready to be referred to."""

    def __init__(self, clauses: Sequence[Placed]) -> None:
        self.places = Places(clauses)

    def refer(self, written: str) -> Referred:
        """Read a reference: "2.4", "Annex 1, Outcome 1.3", "3.1.9 (b) dan (c)", "Bab 2", "Glosari", "General".

        A number that is both a paragraph's and an outcome's is ambiguous unless a word, an annex or the
        heading beside it decides; one that the draft does not have gives the nearest places as candidates.
        """
        text = plain(written[:_LONGEST])
        if NOTHING.fullmatch(text):
            return Referred()
        if GENERAL.fullmatch(text.strip(" .:;()")):
            return Referred(is_general=True)
        if dated := readings_of(text):
            return self.either(dated)
        text = _ASIDE.sub("", text)
        labelled = self.places.with_label(text) or self.places.opening(text)
        if len(labelled) == 1:
            return Referred(tuple(labelled))
        named = [] if any(sign.isdigit() for sign in text) else self.places.called(text)
        found = (
            [_Found(tuple(named), len(named) == 1)] if named else [self._point(one) for one in parse(text)]
        )
        if _COMMA.fullmatch(text):  # 4,2 is 4.2 where a comma stands for the point, or two chapters
            other = self.refer(text.replace(",", "."))
            found.append(_Found((*other.clauses, *other.candidates)))
        return self._answer(found)

    def either(self, readings: Sequence[str]) -> Referred:
        """Read a reference that a spreadsheet changed: certain only where one of its readings is a place."""
        found = [self.refer(reading) for reading in readings]
        placed = {one.clauses for one in found if one.clauses}
        doubtful = [key for reading, one in zip(readings, found, strict=True)
                    for key in one.candidates if self._has(reading, key)]  # fmt: skip
        if len(placed) == 1 and not doubtful:
            return Referred(placed.pop())
        keys = [key for one in found for key in one.clauses] + doubtful
        keys = keys or [key for one in found for key in one.candidates]
        return Referred(candidates=self._first(keys))

    def _first(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.places.in_order(keys)[:MOST_CANDIDATES])

    def _has(self, reading: str, key: str) -> bool:
        return bare(self.places.all[key].number) == reading

    def _answer(self, found: list[_Found]) -> Referred:
        keys = self.places.in_order(key for one in found for key in one.keys)
        if found and keys and all(one.sure for one in found):
            return Referred(tuple(keys))
        return Referred(candidates=tuple(keys[:MOST_CANDIDATES]))

    def _point(self, one: Pointer) -> _Found:
        if not one.selectors:
            return self._name(one.words)
        if one.paged and not any(step.anchored for step in one.selectors):
            return _Found()  # "p. 12 para 3": a draft has no pages
        scopes: list[str] | None = None
        if one.words and not any(step.anchored for step in one.selectors):
            scopes = self.places.called(one.words[0]) or None  # "Foreword, para 2"
        found = self._chain(one.selectors, scopes)
        if not found.keys or (not found.sure and len(one.selectors) > 1):
            apart = self._apart(one.selectors)
            found = apart if apart.sure else found
        if one.odd and found.sure:
            found = replace(found, sure=False)
        return self._words(found, one)

    def _chain(self, steps: list[Selector], scopes: list[str] | None = None) -> _Found:
        """Narrow from the coarsest step to the finest; a step that leads nowhere leaves a question."""
        for step in sorted(steps, key=lambda one: one.rank):
            found = self._range(step, scopes) if step.upto else self.places.find(step, scopes)
            if not found:
                near = self._near(step, scopes)
                return _Found(tuple(dict.fromkeys([*near, *(scopes or [])])))
            if step.upto and step is not max(steps, key=lambda one: one.rank):
                return _Found(tuple(found))
            scopes = found
        keys = tuple(scopes or [])
        many = any(step.upto for step in steps)
        return _Found(keys, self._one_family(keys) if many else len(keys) == 1)

    def _one_family(self, keys: tuple[str, ...]) -> bool:
        """Whether a range's clauses stand in one place: not some in the text and some in an annex."""
        among = {(self.places.all[key].parent, self.places.all[key].kind in RESULTS) for key in keys}
        numbers = [bare(self.places.all[key].number) or key for key in keys]
        kinds = {self.places.all[key].kind in RESULTS for key in keys}
        return len(numbers) == len(set(numbers)) and (len(among) == 1 or len(kinds) == 1)

    def _range(self, step: Selector, scopes: list[str] | None) -> list[str]:
        first, last = _ends(step.value, step.upto)
        if not first or len(first) > 60:
            return []
        found: list[str] = []
        for value in first:
            here = self.places.find(replace(step, value=value, upto=""), scopes)
            if not here:
                return []
            found += here
        return self.places.in_order(found) if last else []

    def _near(self, step: Selector, scopes: list[str] | None) -> list[str]:
        """What to offer for a step the draft does not have."""
        if step.upto:
            ends = (replace(step, value=value, upto="") for value in (step.value, step.upto))
            return [key for end in ends for key in self.places.find(end, scopes)]
        if scopes is None and "." not in step.value and step.kind in {"activity", "outcome", "indicator"}:
            return self.places.find(replace(step, upto=""), None)
        if scopes is not None and step.kind in {"section", "number"}:
            elsewhere = self.places.find(replace(step, upto=""), None)
            return elsewhere or self.places.nearest(step)
        return self.places.nearest(step) if scopes is None else []

    def _apart(self, steps: list[Selector]) -> _Found:
        """Two places named beside each other ("Section 1.1, Outcome 2.5"), one in the text, one in an annex."""
        if len(steps) < 2 or not all(step.anchored and step.value and not step.upto for step in steps):
            return _Found()
        each = [self.places.find(step, None) for step in steps]
        if any(len(keys) != 1 for keys in each):
            return _Found()
        keys = [keys[0] for keys in each]
        regions = {key in self.places.annexed for key in keys}
        return _Found(tuple(keys), len(regions) == 2)

    def _name(self, words: list[str]) -> _Found:
        """A place called by name: "Glossary", "Glosari, Forced labour", "Situation analysis"."""
        scopes: list[str] | None = None
        for name in words:
            if GENERAL.fullmatch(name) and len(words) > 1:
                continue
            found = self.places.called(name, scopes, entries=scopes is not None)
            if not found:
                entries = self.places.called(name, entries=True) or self._saying(name)
                return _Found(tuple(scopes or entries[:MOST_CANDIDATES]))
            scopes = found
        return _Found(tuple(scopes or []), scopes is not None and len(scopes) == 1)

    def _saying(self, words: str) -> list[str]:
        """Clauses that hold these very words, where there are few: something to choose from, never certain."""
        name = squeezed(words)
        if len(name) < 12:
            return []
        found = [key for key, one in self.places.all.items() if name in squeezed(one.text)]
        return found if len(found) <= MOST_CANDIDATES else []

    def _words(self, found: _Found, one: Pointer) -> _Found:
        """Let the words beside a number decide between its readings, or put them in doubt."""
        words = [name for name in one.words if not GENERAL.fullmatch(name)]
        if not words or not found.keys:
            return found
        for name in words:
            titled = [key for key in found.keys if self.places.titled(key, name)]
            if len(titled) == 1 and not found.sure and not self._failed(found, one):
                return _Found((titled[0],), sure=True)
            if titled:
                continue
            if found.sure and len(found.keys) == 1:
                deeper = self.places.called(name, found.keys, entries=True)
                if len(deeper) == 1:
                    return _Found((deeper[0],), sure=True)
            other = [key for key in self.places.names.get(squeezed(name), []) if len(name) >= 4]
            strange = [key for key in other if not self._kin(key, found.keys)]
            if strange:
                return _Found((*found.keys, *strange))
        return found

    def _failed(self, found: _Found, one: Pointer) -> bool:
        """Whether what was found is only near to what was asked for."""
        last = max(one.selectors, key=lambda step: step.rank)
        return not set(found.keys) <= set(self.places.find(replace(last, upto=""), None))

    def _kin(self, key: str, keys: Sequence[str]) -> bool:
        within = self.places.within
        return any(key == one or within(one, key) or within(key, one) for one in keys)


def _ends(first: str, last: str) -> tuple[list[str], bool]:
    """Spell out a range: "2.1" to "2.3", "a" to "c", "1.1.2" to "4" (1.1.4)."""
    head, dot, tail = first.rpartition(".")
    if "." not in last and dot:
        last = f"{head}.{last}"
    other, _, end = last.rpartition(".")
    if head != other:
        return [], False
    if tail.isdigit() and end.isdigit() and int(tail) < int(end) < int(tail) + 60:
        return [f"{head}{dot}{n}" for n in range(int(tail), int(end) + 1)], True
    if len(tail) == 1 and len(end) == 1 and tail.isalpha() and end.isalpha() and tail < end:
        return [f"{head}{dot}{chr(n)}" for n in range(ord(tail), ord(end) + 1)], True
    return [], False


def references(clauses: Sequence[Any]) -> References:
    """Make a draft's clauses ready to be referred to: `ClauseText`s, or dicts as `draft read` gives them."""
    return References([_placed(one) if isinstance(one, dict) else _placed_text(one) for one in clauses])


def _placed_text(one: Any) -> Placed:
    table, row = (None, None) if one.table is None else (one.table.table, one.table.row)
    return Placed(one.wid, one.label, one.number, one.kind, one.eid, one.text, one.parent, table, row)


def _placed(one: dict[str, Any]) -> Placed:
    place = one.get("table") or {}
    return Placed(
        str(one["wid"]),
        str(one.get("label") or ""),
        str(one.get("number") or ""),
        str(one.get("kind") or ""),
        str(one.get("eid") or ""),
        str(one.get("text") or one.get("heading") or ""),
        str(one["parent"]) if one.get("parent") else None,
        place.get("table"),
        place.get("row"),
    )


def refer_json(clauses: Sequence[dict[str, Any]], written: str) -> dict[str, Any]:
    """Answer one line of `runding refer`: clauses as `draft read` gives them and a reference in, wids out."""
    return referred_json(references(clauses).refer(written))


def referred_json(referred: Referred) -> dict[str, Any]:
    """Tell what a reference means in the shape of the contract."""
    if referred.is_general:
        return {"general": True}
    if referred.clauses:
        return {"clauses": list(referred.clauses)}
    return {"clauses": [], "candidates": list(referred.candidates)}
