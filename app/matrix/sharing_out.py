"""Sharing points out evenly: runs in the order of the draft, a clause never torn apart. Pure."""

from collections.abc import Sequence


def runs(sizes: Sequence[int], shares: int) -> list[int]:
    """Where each share begins, for `sizes` points a clause in document order cut into `shares` runs.

    Each cut is at the clause boundary nearest to where an even share would end, so that no share is off
    by more than the largest clause. Gives `shares` + 1 indexes into `sizes`, the first 0, never falling.
    """
    if shares < 1:
        raise ValueError("there is nobody to share with")
    ends = [0]
    for size in sizes:
        ends.append(ends[-1] + size)
    total = ends[-1]
    cuts, at = [0], 0
    for share in range(1, shares):
        wanted = total * share / shares
        while at < len(sizes) and abs(ends[at + 1] - wanted) <= abs(ends[at] - wanted):
            at += 1
        cuts.append(at)
    return [*cuts, len(sizes)]
