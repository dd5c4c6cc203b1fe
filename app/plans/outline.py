"""How a draft falls into the sections that people read one at a time, and what lies below each clause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.plans.rules import NOT_CONSULTED, Kind

#: About so many clauses are read at a time; a section that holds more is divided where it can be.
FULL = 40

#: Headings down to this depth always begin a section.
ALWAYS = 2


@dataclass(frozen=True, slots=True)
class Node:
    """A clause in document order; `parent` is the index of the clause it stands under."""

    kind: Kind
    level: int
    parent: int | None


def untils(nodes: Sequence[Node]) -> list[int]:
    """For each clause the index of the last one below it, without a gap; its own where nothing is."""
    found = list(range(len(nodes)))
    above: list[int] = []
    for here, node in enumerate(nodes):
        parent = node.parent
        while parent is not None and parent not in above:  # it was closed: what it stands under may not be
            parent = nodes[parent].parent
        while above and above[-1] != parent:
            above.pop()
        above.append(here)
        for ancestor in above:
            found[ancestor] = here
    return found


def depths(nodes: Sequence[Node]) -> list[int]:
    """How deep each heading lies among the headings, from 1; 0 for what is no heading.

    Levels are compared, not counted: a chapter in Heading 1 with its sections in Heading 3 is two deep.
    """
    found: list[int] = []
    above: list[int] = []
    for node in nodes:
        if node.kind is Kind.HEADING:
            while above and above[-1] >= node.level:
                above.pop()
            above.append(node.level)
        found.append(len(above) if node.kind is Kind.HEADING else 0)
    return found


def rehung(nodes: Sequence[Node]) -> list[int | None]:
    """Each clause's parent once headings have changed.

    A heading stands under the last heading of a smaller level; what stood under a heading, or under
    nothing, stands under the last heading before it. What stands under any other clause stays there.
    """
    found: list[int | None] = []
    above: list[int] = []
    for here, node in enumerate(nodes):
        if node.kind is Kind.HEADING:
            while above and nodes[above[-1]].level >= node.level:
                above.pop()
            found.append(above[-1] if above else None)
            above.append(here)
            continue
        loose = node.parent is None or nodes[node.parent].kind is Kind.HEADING
        last = above[-1] if above and node.kind not in NOT_CONSULTED | {Kind.TITLE} else None
        found.append(last if loose else node.parent)
    return found


def sections(nodes: Sequence[Node], *, full: int = FULL) -> list[int | None]:
    """For each clause the index of the one that heads its section; None for a line of contents.

    What comes before the first heading belongs to the opening. Headings of depth 1 and 2 begin a
    section; deeper ones, then goals, then whole clauses with all below them, only where their section
    would hold more than `full`.
    """
    read = [here for here, node in enumerate(nodes) if node.kind not in NOT_CONSULTED]
    depth = depths(nodes)
    starts = sorted({0} | {at for at, here in enumerate(read) if 0 < depth[here] <= ALWAYS})
    found: list[int | None] = [None] * len(nodes)
    for first, after in zip(starts, [*starts[1:], len(read)], strict=True):
        for begin, end in _divided(nodes, read[first:after], depth, full):
            for here in read[first + begin : first + end]:
                found[here] = read[first + begin]
    return found


def _divided(
    nodes: Sequence[Node], held: list[int], depth: list[int], full: int
) -> Iterator[tuple[int, int]]:
    """The stretches of `held` that are read at a time, as (from, to)."""
    cuts = _cuts(nodes, held, depth, full) if len(held) > full else []
    if not cuts:
        yield 0, len(held)
        return
    for begin, end in zip([0, *cuts], [*cuts, len(held)], strict=True):
        for inner, outer in _divided(nodes, held[begin:end], depth, full):
            yield begin + inner, begin + outer


def _cuts(nodes: Sequence[Node], held: list[int], depth: list[int], full: int) -> list[int]:
    """Where a section that is too full is divided: at its highest headings, its goals, or evenly."""
    inside = range(1, len(held))
    deeper = [depth[held[at]] for at in inside if depth[held[at]]]
    if deeper:
        return [at for at in inside if depth[held[at]] == min(deeper)]
    goals = [at for at in inside if nodes[held[at]].kind is Kind.GOAL]
    if goals:
        return goals
    return _even_cuts(nodes, held, full)


def _even_cuts(nodes: Sequence[Node], held: list[int], full: int) -> list[int]:
    """Cuts into stretches of like size that never part a clause from what stands below it."""
    most = full + full // 4
    if len(held) <= most:
        return []
    within: dict[int, int] = {held[0]: 0}
    for here in held[1:]:
        parent = nodes[here].parent
        within[here] = within.get(parent, 0) + 1 if parent is not None else 1
    rows = [within[here] for here in held]
    shallow = next((d for d in sorted(set(rows)) if d and rows.count(d) > 1), 0)
    if not shallow:
        return []
    wanted = len(held) / -(-len(held) // full)
    cuts: list[int] = []
    last = 0
    for at in range(1, len(held)):
        ends = next((n for n in range(at + 1, len(held)) if rows[n] <= shallow), len(held))
        if rows[at] <= shallow and (at - last >= wanted or (at > last and ends - last > most)):
            cuts.append(at)
            last = at
    return cuts
