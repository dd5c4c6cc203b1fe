"""Which clauses of a new text are the clauses of an old one, so that their permanent ids stay.

Only what is certain: the very same words, of the same kind, in the same surroundings; else the very same
words that stand only once in each text. Everything else is a new clause. What was edited or split is
lineage, which a drafter confirms, and is never guessed here.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A clause as it is compared: kind, words, its fields, and the words it stands under."""

    kind: str
    text: str
    fields: tuple[tuple[str, str], ...] = ()
    under: str = ""


def same(old: Sequence[Said], new: Sequence[Said]) -> dict[int, int]:
    """For each clause of `new` that is one of `old`: its index there. One to one.

    Equal clauses are paired in order, and only where both texts hold as many of them.
    """
    found: dict[int, int] = {}
    for key_of, most in ((_with_surroundings, len(new)), (_words, 1)):
        before, after = _by(key_of, old, set(found.values())), _by(key_of, new, set(found))
        for key, here in after.items():
            there = before.get(key, [])
            if len(there) == len(here) <= most:
                found.update(zip(here, there, strict=True))
    return found


def _with_surroundings(one: Said) -> Hashable:
    return (one.kind, _folded(one.text), one.fields, _folded(one.under))


def _words(one: Said) -> Hashable:
    return (one.kind, _folded(one.text)) if one.text.strip() else (one.kind, "", one.fields)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _by(
    key_of: Callable[[Said], Hashable], said: Sequence[Said], taken: set[int]
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for at, one in enumerate(said):
        if at not in taken:
            found[key_of(one)].append(at)
    return found


def new_wid(wanted: str, taken: set[str]) -> str:
    """A permanent id that no draft of the plan has yet: the one wanted, or that with a number behind it."""
    found, n = wanted, 1
    while found in taken:
        n += 1
        found = f"{wanted[:70]}-{n}"
    return found
