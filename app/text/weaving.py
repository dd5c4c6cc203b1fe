"""Several proposals over one wording: what goes together is woven in, what does not is a choice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import combinations
from typing import Literal

from app.text.hunks import Hunk, based, told, units_of, written
from app.text.merging import Change, clashes, collide

#: Up to so many readings of one choice are looked at for what could be joined, and so many joins are offered.
JOINED = 12
JOINS = 4

#: What can be picked beside a reading: the words of the base, and words of one's own.
KEEP = "keep"
OWN = "own"


@dataclass(frozen=True, slots=True)
class Option:
    """One way the words of a choice would read, and whose proposals read so.

    `joins` says that it takes in several which do not exclude each other; `whole` is the text with this alone.
    """

    key: str
    text: str
    whole: str
    ids: tuple[str, ...]
    hunks: tuple[Hunk, ...]
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Words that proposals touch differently; `places` are the code points of the base that it is about.

    `rest` says that it is the rest of what collides elsewhere: its one option goes in with the reading of the
    same proposals there, unless something is picked here.
    """

    key: str
    old: str
    options: tuple[Option, ...]
    places: tuple[tuple[int, int], ...]
    low: int
    high: int
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the base with what becomes of it: kept, changed by `ids`, or open to choice `choice`."""

    kind: Literal["equal", "change", "choice"]
    old: str
    new: str = ""
    ids: tuple[str, ...] = ()
    choice: str = ""


class Woven:
    """Proposals over a base; `free` are the changes that go together with all others, and whose they are."""

    def __init__(self, base: str, changes: Sequence[Change]) -> None:
        self.base = based(base)
        self.order = {change.id: n for n, change in enumerate(changes)}
        done = {change.id: list(told(base, change.text)) for change in changes}
        found = clashes(self.base, done)
        withheld = {hunk for clash in found for _, hunk in clash.members}
        whose: dict[Hunk, list[str]] = defaultdict(list)
        for one, its in done.items():
            for hunk in its:
                if hunk not in withheld:
                    whose[hunk].append(one)
        # Half of what somebody proposes says something else than the whole: what collides anywhere goes in
        # on its own nowhere.
        colliding = {one for clash in found for one, _ in clash.members}
        rests: dict[tuple[str, ...], list[Hunk]] = defaultdict(list)
        self.free: dict[Hunk, tuple[str, ...]] = {}
        for hunk, ids in sorted(whose.items(), key=lambda item: (item[0].start, item[0].end)):
            if colliding.issuperset(ids):
                rests[tuple(ids)].append(hunk)
            else:
                self.free[hunk] = tuple(ids)
        choices = [self._choice(clash.members, clash.low, clash.high) for clash in found]
        choices += [self._rest(ids, its) for ids, its in rests.items()]
        self.choices = tuple(sorted(choices, key=lambda choice: (choice.low, choice.high)))

    def _choice(self, members: Sequence[tuple[str, Hunk]], low: int, high: int) -> Choice:
        bundles: dict[str, list[Hunk]] = defaultdict(list)
        for one, hunk in members:
            bundles[one].append(hunk)
        readers: dict[tuple[Hunk, ...], list[str]] = defaultdict(list)
        for one in sorted(bundles, key=self.order.__getitem__):
            readers[tuple(bundles[one])].append(one)
        options = [self._option(its, ids, low, high) for its, ids in readers.items()]
        for joined in self._joins(list(readers)):
            together = tuple(hunk for bundle in joined for hunk in bundle)
            by = [one for bundle in joined for one in readers[bundle]]
            options.append(self._option(together, by, low, high, joins=True))
        first: dict[str, Option] = {}
        for option in options:  # what differs in its spaces alone reads the same
            same = first.get(option.text)
            if same is None:
                first[option.text] = option
            elif not option.joins:
                first[option.text] = replace(same, ids=(*same.ids, *option.ids))
        start, end = self.base.span(low, high)
        return Choice(
            key=f"{start}-{end}",
            old=self.base.text[start:end],
            options=tuple(first.values()),
            places=((start, end),),
            low=low,
            high=high,
        )

    def _rest(self, ids: tuple[str, ...], its: Sequence[Hunk]) -> Choice:
        low, high = its[0].start, its[-1].end
        option = self._option(tuple(its), ids, low, high)
        start, end = self.base.span(low, high)
        return Choice(
            key=f"{start}-{end}-{option.key}",
            old=self.base.text[start:end],
            options=(option,),
            places=tuple(self.base.span(hunk.start, hunk.end) for hunk in its),
            low=low,
            high=high,
            rest=True,
        )

    def _option(
        self, its: tuple[Hunk, ...], ids: Sequence[str], low: int, high: int, *, joins: bool = False
    ) -> Option:
        text = written(self.base, its, low, high).strip()
        whole = written(self.base, its, 0, len(self.base.units))
        return Option(
            key=blake2b(text.encode(), digest_size=5).hexdigest(),
            text=text,
            whole=whole,
            ids=tuple(ids),
            hunks=its,
            joins=joins,
        )

    def _joins(self, bundles: list[tuple[Hunk, ...]]) -> list[tuple[tuple[Hunk, ...], ...]]:
        """Readings that do not exclude each other, as many at a time as can be; of many, the first such."""
        against: dict[int, set[int]] = {n: set() for n in range(len(bundles))}
        for (n, one), (m, other) in combinations(enumerate(bundles[: JOINED * 3]), 2):
            if any(collide(self.base, a, b) for a in one for b in other):
                against[n].add(m)
                against[m].add(n)
        if len(bundles) > JOINED:
            some: list[int] = []
            for n in sorted(range(min(len(bundles), JOINED * 3)), key=lambda n: (len(against[n]), n)):
                if not against[n] & set(some):
                    some.append(n)
            sets = [sorted(some)]
        else:
            sets = _independent(against)
        return [tuple(bundles[n] for n in one) for one in sets if len(one) > 1][:JOINS]

    def text(self, picks: Mapping[str, str], own: Mapping[str, str] | None = None) -> str:
        """The text with all that is free and what was picked: by a choice's key an option's, KEEP or OWN.

        A choice that nothing, or something unknown, was picked at keeps the words of the base, unless it is
        the rest of what was picked elsewhere. `own` gives the words of one's own by the choice's key.
        """
        kept: list[Hunk] = list(self.free)
        for choice in self.choices:
            picked = self.picked(choice, picks) or KEEP
            if picked == OWN:
                kept.append(self._own(choice, (own or {}).get(choice.key, "")))
            kept += next((option.hunks for option in choice.options if option.key == picked), ())
        return written(self.base, kept, 0, len(self.base.units))

    def picked(self, choice: Choice, picks: Mapping[str, str]) -> str:
        """What is picked at a choice, or follows from what is picked elsewhere; empty while nothing is."""
        known = {option.key for option in choice.options} | {KEEP}
        if not choice.rest:
            known.add(OWN)
        picked = picks.get(choice.key, "")
        if picked in known:
            return picked
        if choice.rest:
            rest = choice.options[0]
            for other in self.choices:
                taken = picks.get(other.key)
                if not other.rest and any(
                    option.key == taken and set(option.ids) & set(rest.ids) for option in other.options
                ):
                    return rest.key
        return ""

    def _own(self, choice: Choice, words: str) -> Hunk:
        units, _ = units_of(words.strip())
        gap = self.base.gap(choice.low)
        if choice.low and not gap and units and units[0][1][0].isalnum():
            gap = " "  # put in where there was no space: before a sign, or at the end
        new = tuple((gap, word) if n == 0 else (space, word) for n, (space, word) in enumerate(units))
        return Hunk(choice.low, choice.high, new, self.base.gap(choice.high))

    def stretches(self) -> list[Stretch]:
        """The base with every change and choice in its place; `old` joined is the base."""
        found: list[Stretch] = []
        at = 0

        def keep(until: int) -> None:
            nonlocal at
            if until > at:
                found.append(Stretch("equal", self.base.text[at:until]))
                at = until

        events: list[tuple[int, int, Hunk | Choice]] = [
            (hunk.start, hunk.end, hunk) for hunk in self.free if hunk.new or hunk.end > hunk.start
        ]
        rests = {hunk: choice for choice in self.choices if choice.rest for hunk in choice.options[0].hunks}
        events += [(hunk.start, hunk.end, hunk) for hunk in rests if hunk.new or hunk.end > hunk.start]
        events += [(choice.low, choice.high, choice) for choice in self.choices if not choice.rest]
        for low, high, event in sorted(
            events, key=lambda item: (item[0], item[1], isinstance(item[2], Hunk))
        ):
            start, end = self.base.span(low, high)
            keep(start)
            start = max(start, at)
            end = max(end, start)
            old, at = self.base.text[start:end], end
            if isinstance(event, Hunk):
                new = "".join(gap + word for gap, word in event.new)
                if old:
                    new = new.lstrip()
                if event in rests:
                    rest = rests[event]
                    found.append(Stretch("choice", old, new, rest.options[0].ids, rest.key))
                else:
                    found.append(Stretch("change", old, new, self.free[event]))
            else:
                found.append(Stretch("choice", old, choice=event.key))
        keep(len(self.base.text))
        return found


def _independent(against: Mapping[int, set[int]]) -> list[list[int]]:
    """All sets that none can be added to and of which no two exclude each other (Bron and Kerbosch, 1973)."""
    found: list[list[int]] = []

    def grow(some: list[int], open_: set[int], shut: set[int]) -> None:
        if not open_ and not shut:
            found.append(sorted(some))
        for n in sorted(open_):
            grow([*some, n], open_ - against[n] - {n}, shut - against[n])
            open_ = open_ - {n}
            shut = shut | {n}

    grow([], set(against), set())
    return sorted(found)
