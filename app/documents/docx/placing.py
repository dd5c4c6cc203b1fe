"""Where the words of a returned copy stand in the draft that was sent out, whatever happened to numbers."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.documents.docx.revisions import Passage
from app.documents.drafts import ClauseText, Piece
from app.text.aligning import Piece as Text
from app.text.aligning import align, piece
from app.text.tokens import Token, matches, tokens


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a clause of the copy (by its place in the list), or of a named field of it."""

    clause: int
    field: str
    start: int
    end: int


class Placing:
    """A copy's clauses beside the base's: aligned once, asked often."""

    def __init__(
        self, copy: Sequence[ClauseText], base: Sequence[ClauseText], passages: list[Passage]
    ) -> None:
        self.copy = copy
        self.base = base
        self.passages = passages
        self.known_behind: list[ClauseText | None] = []
        self.pieces: dict[int, list[tuple[Piece, int]]] = defaultdict(list)
        for index, clause in enumerate(copy):
            for one in clause.pieces:
                self.pieces[one.order].append((one, index))
        self.pairs = {n: n for n in range(len(base))} if copy is base else paired(copy, base)

    def stretches(self, order: int, start: int, end: int) -> list[Stretch]:
        """Say which clauses hold the characters `start` to `end` of a paragraph's original text."""
        found: list[Stretch] = []
        nearest: tuple[int, Stretch] | None = None
        for one, index in self.pieces.get(order, ()):
            first, last = max(start, one.skipped), min(end, one.skipped + one.length)
            if first < last or (start == end == first == last):
                at = one.at - one.skipped
                found.append(Stretch(index, one.field, at + first, at + last))
                if start == end:
                    break
                continue
            near = min(max(start, one.skipped), one.skipped + one.length)
            away = abs(start - near)
            if nearest is None or away < nearest[0]:
                at = one.at + near - one.skipped
                nearest = (away, Stretch(index, one.field, at, at))
        return found or ([] if nearest is None else [nearest[1]])

    def text(self, stretch: Stretch) -> str:
        """Give the whole text of the clause or field a stretch lies in, as the copy has it."""
        return said(self.copy[stretch.clause], stretch.field)

    def counterpart(self, clause: int) -> ClauseText | None:
        """Give the base's clause that a clause of the copy is."""
        index = self.pairs.get(clause)
        return None if index is None else self.base[index]

    def in_base(self, stretch: Stretch) -> tuple[ClauseText, int, int] | None:
        """Carry a stretch over to the base: its clause there, and the offsets in its text (or field)."""
        clause = self.counterpart(stretch.clause)
        if clause is None:
            return None
        before, after = self.text(stretch), said(clause, stretch.field)
        start, end = carried(before, after, stretch.start, stretch.end)
        return clause, start, end

    def behind(self, index: int) -> ClauseText | None:
        """Give the base's clause behind which a passage that the draft has not stands: in its column, if any."""
        if not self.known_behind:
            self.known_behind = list(self._all_behind())
        return self.known_behind[index]

    def _all_behind(self) -> Iterator[ClauseText | None]:
        last: ClauseText | None = None
        columns: dict[tuple[int, int], ClauseText] = {}
        note = False
        for passage in self.passages:
            if (passage.order < 0) != note:
                note, last = True, None
            cell = passage.cell
            yield last if cell is None else columns.get((cell.table, cell.col), last)
            for one, clause in self.pieces.get(passage.order, ()):
                known = None if one.field else self.counterpart(clause)
                if known is not None:
                    last = known
                    if cell is not None:
                        columns[cell.table, cell.col] = known


def said(clause: ClauseText, field: str = "") -> str:
    """Give a clause's text, or that of its field of this name."""
    return clause.fields.get(field, "") if field else clause.text


def paired(copy: Sequence[ClauseText], base: Sequence[ClauseText]) -> dict[int, int]:
    """Say for each clause of the copy which of the base it is, by what they say and by their order.

    Between two clauses that are known on both sides, as many that are left in kind are the same too.
    """
    ours, theirs = [_comparable(one) for one in copy], [_comparable(one) for one in base]
    found = {one.before: one.after for one in align(ours, theirs)}
    edges = sorted((i, j) for i, j in found.items())
    rising: list[tuple[int, int]] = [(-1, -1)]
    for i, j in edges:
        if j > rising[-1][1]:
            rising.append((i, j))
    rising.append((len(copy), len(base)))
    taken = set(found.values())
    for (i, j), (next_i, next_j) in pairwise(rising):
        left = [n for n in range(i + 1, next_i) if n not in found]
        right = [n for n in range(j + 1, next_j) if n not in taken]
        if [copy[n].kind for n in left] == [base[n].kind for n in right]:
            found.update(zip(left, right, strict=True))
    return found


def carried(before: str, after: str, start: int, end: int) -> tuple[int, int]:
    """Carry offsets from one text to another by the words they have in common."""
    if before == after:
        return start, end
    ours, theirs, known, starts = _in_common(before, after)

    def first(at: int) -> int:
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < ours[index].end and index in known:
            return theirs[known[index]].start + at - ours[index].start
        later = next(
            (known[n] for n in range(max(index, 0), len(ours)) if n in known and starts[n] >= at), None
        )
        return len(after) if later is None else theirs[later].start

    def last(at: int) -> int:
        index = bisect_right(starts, at - 1) - 1
        if index >= 0 and index in known:
            return theirs[known[index]].start + min(at, ours[index].end) - ours[index].start
        earlier = next((known[n] for n in range(index, -1, -1) if n in known), None)
        return 0 if earlier is None else theirs[earlier].end

    if start == end:
        spot = last(start) if start else 0
        return spot, spot
    low, high = first(start), last(end)
    return (low, high) if low <= high else (high, high)


@lru_cache(maxsize=64)
def _in_common(before: str, after: str) -> tuple[list[Token], list[Token], dict[int, int], list[int]]:
    ours, theirs = tokens(before), tokens(after)
    known = dict(matches([one.text for one in ours], [one.text for one in theirs]))
    return ours, theirs, known, [one.start for one in ours]


def _comparable(clause: ClauseText) -> Text:
    return piece(clause.text or " ".join(clause.fields.values()))
