"""How a clause's choices and changes are shown: under letters and numbers, each with whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.drafting.asked import Proposal
from app.drafting.wording import Picked, run_key
from app.text.backing import Run, runs
from app.text.weaving import Choice, Option, Stretch, Woven

#: So many readings stand under a choice before "all of them" is asked for.
READINGS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """An option of a choice with who proposes it; `on` where it is picked."""

    option: Option
    proposals: tuple[Proposal, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """A choice under its letter; `more` readings are not shown. `picked` is empty while nothing is chosen.

    `rest` says that it is the rest of what is proposed at other choices, and goes with it.
    """

    letter: str
    key: str
    old: str
    readings: tuple[Reading, ...]
    more: int
    picked: str
    rest: bool
    own: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the base or of the result as the page shows it.

    `kind` is equal, change or choice; `label` a choice's letter or a change's number; `own` says that nobody
    asked for the words.
    """

    kind: str
    text: str
    new: str = ""
    label: str = ""
    proposals: tuple[Proposal, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """A changed run with what stands behind it; `points` by their ids, `near` those that touch its words."""

    label: str
    run: Run
    old: str
    proposals: tuple[Proposal, ...]
    points: tuple[int, ...]
    near: tuple[int, ...]
    note: str

    @property
    def key(self) -> str:
        """How forms name it."""
        return run_key(self.run.start, self.run.end, self.run.text)

    def could_be(self, points: Iterable[int], most: int = 24) -> list[int]:
        """The points of the clause that could be put behind it, those that touch its words first."""
        return list(dict.fromkeys([*self.points, *self.near, *points]))[:most]

    @property
    def unbacked(self) -> bool:
        """Whether nothing stands behind it."""
        return not self.points and not self.note


def letter_of(n: int) -> str:
    """The letter of choice n: A to Z, then AA."""
    return chr(65 + n) if n < 26 else letter_of(n // 26 - 1) + chr(65 + n % 26)


def choices(weave: Woven, by_key: Mapping[str, Proposal], picked: Picked, *, whole: bool) -> list[Choosing]:
    found = []
    for n, choice in enumerate(weave.choices):
        pick = "" if choice.rest and choice.key not in picked.picks else weave.picked(choice, picked.picks)
        shown = choice.options if whole else choice.options[:READINGS]
        if pick and not whole:
            shown += tuple(one for one in choice.options[READINGS:] if one.key == pick)
        found.append(
            Choosing(
                letter=letter_of(n),
                key=choice.key,
                old=choice.old,
                readings=tuple(
                    Reading(
                        option, tuple(by_key[id_] for id_ in option.ids if id_ in by_key), option.key == pick
                    )
                    for option in shown
                ),
                more=len(choice.options) - len(shown),
                picked=pick,
                rest=choice.rest,
                own=picked.own.get(choice.key, ""),
            )
        )
    return found


def before(weave: Woven, by_key: Mapping[str, Proposal], letters: Mapping[str, str]) -> list[Mark]:
    """The base with all that goes in, each change with whose it is, each choice under its letter."""

    def mark(stretch: Stretch) -> Mark:
        whose = tuple(by_key[id_] for id_ in stretch.ids if id_ in by_key)
        return Mark(stretch.kind, stretch.old, stretch.new, letters.get(stretch.choice, ""), whose)

    return [mark(stretch) for stretch in weave.stretches()]


def behind(
    weave: Woven,
    text: str,
    by_key: Mapping[str, Proposal],
    letters: Mapping[str, str],
    kept: Iterable[Mapping[str, Any]],
    known: set[int],
) -> list[Behind]:
    """The changed runs of a wording with what stands behind each.

    `kept` are the saved text's runs: what was tied to one by hand stays tied to it. `known` are the points
    of the clause.
    """
    tied = {run_key(one["start"], one["end"], one["text"]): one for one in kept}
    texts = {one.key: one.text for one in by_key.values() if one.text}
    made: list[Behind] = []
    number = 0
    for run in runs(weave.base.text, text, texts):
        letter = next((letters[choice.key] for choice in weave.choices if _touches(run, choice)), "")
        if not letter:
            number += 1
        by_hand = tied.get(run_key(run.start, run.end, run.text), {})
        points = [point for id_ in run.ids for point in by_key[id_].points]
        points += [point for point in by_hand.get("tied", []) if point in known]
        near = [point for id_ in run.near for point in by_key[id_].points]
        made.append(
            Behind(
                label=letter or str(number),
                run=run,
                old=weave.base.text[run.start : run.end],
                proposals=tuple(by_key[id_] for id_ in run.ids),
                points=tuple(dict.fromkeys(points)),
                near=tuple(dict.fromkeys(near)),
                note=by_hand.get("note", ""),
            )
        )
    return made


def _touches(run: Run, choice: Choice) -> bool:
    return any(
        (run.start < end and run.end > start) or (start <= run.start <= end and run.start == run.end)
        for start, end in choice.places
    )


def after(text: str, changes: Sequence[Behind]) -> list[Mark]:
    """A wording with its changed runs marked."""
    marks: list[Mark] = []
    at = 0
    for one in changes:
        run = one.run
        if run.at > at:
            marks.append(Mark("equal", text[at : run.at]))
        at = max(at, run.at)
        marks.append(
            Mark("change", text[at : max(at, run.until)], one.old, one.label, one.proposals, own=one.unbacked)
        )
        at = max(at, run.until)
    if at < len(text):
        marks.append(Mark("equal", text[at:]))
    return marks
