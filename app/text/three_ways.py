"""Two people who change one thing at once: what each changed is kept, and what both changed is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of two edits of the same fields.

    `taken` are the fields that only the other changed, `clashes` those that both changed, differently:
    there `values` holds mine, until a person decides.
    """

    values: dict[str, str]
    taken: frozenset[str] = field(default_factory=frozenset)
    clashes: frozenset[str] = field(default_factory=frozenset)


def merge(was: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merged:
    """A three-way merge, field by field, against what both began from; a field `was` lacks was not known.

    Fields are `theirs`'; one that I did not send is theirs.
    """
    values: dict[str, str] = {}
    taken: set[str] = set()
    clashes: set[str] = set()
    for name, stands in theirs.items():
        sent = mine.get(name, stands)
        if sent == stands:
            values[name] = stands
        elif name in was and sent == was[name]:
            values[name] = stands
            taken.add(name)
        else:
            values[name] = sent
            if name not in was or stands != was[name]:
                clashes.add(name)
    return Merged(values, frozenset(taken), frozenset(clashes))
