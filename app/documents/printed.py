"""A draft as it is printed: its clauses as lines and as tables with cells that reach over rows and columns.

Word, PDF and Akoma Ntoso are all written from here. A table is put together from where its clauses stood in
the file they came from, from what hangs under what, and from the names of their fields; clauses that were
added since fall into the column of their kind.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

_COLUMN = re.compile(r"Column (\d+)")
#: Kinds that are entries of a table wherever they stand.
ENTRIES = frozenset({"goal", "outcome", "output", "activity", "indicator", "entry", "header"})
#: The same from the widest to the narrowest, as their columns stand; a table has so many.
RANKED = ("goal", "outcome", "output", "activity", "indicator", "entry")
LEAST = 2
#: Kinds that reach over a whole row when they stand alone in it.
BANDS = frozenset({"heading", "note", "caption", "title"})

#: So many letters of a table's size go across a page, and no column is made wider for one word than this.
LETTERS, LONGEST = 100.0, 16


@dataclass(frozen=True, slots=True)
class PrintedClause:
    """A clause as it is printed in one language; `location` is where it stood in its file, `parent` an id."""

    id: int
    wid: str
    eid: str
    kind: str
    level: int
    number: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    parent: int | None = None
    location: dict[str, Any] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words to print: a clause's own, or those of a field of it; `depth` counts the list items it lies under."""

    clause: PrintedClause
    field: str = ""
    depth: int = 0

    @property
    def text(self) -> str:
        """The words."""
        return self.clause.fields.get(self.field, "") if self.field else self.clause.text


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand by themselves."""

    said: Said


@dataclass(slots=True)
class GridCell:
    """A cell: what is said in it, and over how many columns and rows it reaches."""

    col: int
    parts: list[Said]
    across: int = 1
    down: int = 1
    head: bool = False


@dataclass(slots=True)
class Grid:
    """A table: for each row the cells that begin in it, by column; `heads` rows at the top name the columns."""

    columns: int
    rows: list[list[GridCell]]
    heads: int

    def shares(self) -> list[float]:
        """Each column's share of the page: room for its longest word, the rest by how much it says."""
        least, wants = [3.0] * self.columns, [1.0] * self.columns
        for cell in (cell for row in self.rows for cell in row if cell.across == 1):
            words = " ".join(part.text for part in cell.parts)
            longest = max((len(word) for word in words.split()), default=0)
            least[cell.col] = max(least[cell.col], min(longest, LONGEST) + 3.0)
            wants[cell.col] = max(wants[cell.col], (len(words) / cell.down) ** 0.7)
        spare = max(LETTERS - sum(least), 0.0)
        wide = [few + spare * want / sum(wants) for few, want in zip(least, wants, strict=True)]
        return [one / sum(wide) for one in wide]


@dataclass(frozen=True, slots=True)
class Printed:
    """A draft's blocks in order, and its notes by the clause that they hang on."""

    blocks: list[Line | Grid]
    notes: dict[int, list[PrintedClause]]


def printed(clauses: Sequence[PrintedClause], names: Mapping[str, str] | None = None) -> Printed:
    """Lay out the clauses of a draft, or of a part of it, in document order.

    With `names`, words for the kinds of entries, entries that never stood in a table are put into one, under a
    head of those words and of their fields' names.
    """
    clauses = list(_tabled(clauses, names)) if names else clauses
    by_id = {one.id: one for one in clauses}
    notes: dict[int, list[PrintedClause]] = defaultdict(list)
    blocks: list[Line | Grid] = []
    table: list[PrintedClause] = []
    inside: set[int] = set()
    index: int | None = None
    last: PrintedClause | None = None

    def close() -> None:
        if table:
            blocks.append(_grid(table))
            table.clear()
            inside.clear()

    for one in clauses:
        if one.kind == "footnote":
            host = one.parent if one.parent in by_id else last.id if last else one.id
            notes[host or one.id].append(one)
            continue
        own = one.location.get("table")
        if own is None and one.kind in ENTRIES and one.parent in inside:
            own = index
        if own is None:
            close()
            index = None
            blocks.append(Line(Said(one, depth=_depth(one, by_id))))
            blocks += [Line(Said(one, name)) for name, words in one.fields.items() if words]
        else:
            if own != index:
                close()
            index = own
            table.append(one)
            inside.add(one.id)
        last = one
    close()
    return Printed(blocks, dict(notes))


def _tabled(clauses: Sequence[PrintedClause], names: Mapping[str, str]) -> Iterator[PrintedClause]:
    """The clauses, those entries that have no table with places in one."""
    count = 0
    for loose, some in groupby(clauses, key=_Loose()):
        entries = list(some)
        kinds = [kind for kind in RANKED if any(one.kind == kind for one in entries)]
        fields = list(dict.fromkeys(name for one in entries for name in one.fields))
        if not loose or len(kinds) + len(fields) < LEAST:
            yield from entries
            continue
        count += 1
        heads = [names.get(kind, kind) for kind in kinds] + [name for name in fields if name not in kinds]
        yield PrintedClause(
            id=-count,
            wid="",
            eid="",
            kind="header",
            level=0,
            number="",
            text=heads[0],
            fields={head: head for head in heads[1:]},
            location={"table": -count, "row": -1, "col": 0},
        )
        for one in entries:
            if one.kind in kinds:
                yield replace(one, location={"table": -count, "col": kinds.index(one.kind)})
            else:
                yield replace(one, location={"table": -count})


class _Loose:
    """Tells the stretches of entries that stand in no table, and what hangs in them, from the rest."""

    def __init__(self) -> None:
        self.inside: set[int] = set()

    def __call__(self, one: PrintedClause) -> bool:
        if one.location.get("table") is not None:
            return False
        loose = one.kind in RANKED or (one.kind == "item" and one.parent in self.inside)
        if loose:
            self.inside.add(one.id)
        return loose


def _depth(one: PrintedClause, by_id: dict[int, PrintedClause]) -> int:
    depth = 0
    above = by_id.get(one.parent or 0)
    while one.kind == "item" and above is not None and above.kind == "item" and depth < 8:
        depth += 1
        above = by_id.get(above.parent or 0)
    return depth


class _Laying:
    """A table while its cells find their places."""

    def __init__(self, clauses: Sequence[PrintedClause]) -> None:
        self.clauses = clauses
        self.by_id = {one.id: one for one in clauses}
        self.kids: dict[int | None, list[PrintedClause]] = defaultdict(list)
        for one in clauses:
            self.kids[one.parent].append(one)
        self.cols = self._columns()
        self.names = self._names()
        self.bands = self._bands()
        self.row_of: dict[int, int] = {}
        self.starts: dict[tuple[int, int], GridCell] = {}
        self.wanted: dict[tuple[int, int], int] = {}

    def _columns(self) -> dict[int, int]:
        """The column of each clause; one that came later stands where its kind does."""
        found: dict[int, int] = {}
        usual: dict[str, int] = {}
        for one in self.clauses:
            if isinstance(one.location.get("col"), int):
                usual.setdefault(one.kind, one.location["col"])
        for one in self.clauses:
            at = one.location.get("col")
            if not isinstance(at, int):
                above = found.get(one.parent or 0)
                at = usual.get(one.kind, 0 if above is None else above + 1)
            found[one.id] = at
        return found

    def _names(self) -> dict[str, int]:
        """The column of each field, by its name in the head."""
        found: dict[str, int] = {}
        for one in self.clauses:
            if one.kind == "header":
                found.setdefault(one.text, self.cols[one.id])
                for n, name in enumerate(one.fields, self.cols[one.id] + 1):
                    found.setdefault(name, n)
        following = 1 + max([*self.cols.values(), *found.values()], default=0)
        for one in self.clauses:
            for name in one.fields:
                if name not in found:
                    counted = _COLUMN.fullmatch(name)
                    found[name] = int(counted[1]) - 1 if counted else following
                    following = max(following, found[name] + 1)
        return found

    def _bands(self) -> set[int]:
        """Clauses that stand over a row of their own, with what hangs under them below."""
        beside: set[tuple[str, int]] = set()
        below: set[tuple[str, int]] = set()
        for one in self.clauses:
            above = self.by_id.get(one.parent or 0)
            if above is None:
                continue
            shape = (above.kind, self.cols[above.id])
            if "row" in one.location and "row" in above.location:
                same_row = one.location["row"] == above.location["row"]
                (beside if same_row else below).add(shape)
        bands = below - beside
        found = {
            one.id
            for one in self.clauses
            if (one.kind, self.cols[one.id]) in bands and not one.fields and self._lies_over(one)
        }
        rows: dict[object, int] = defaultdict(int)
        for one in self.clauses:
            rows[one.location.get("row")] += 1
        alone = {one.id for one in self.clauses if one.kind in BANDS and rows[one.location.get("row")] == 1}
        return found | {id_ for id_ in alone if not self.by_id[id_].fields}

    def _lies_over(self, one: PrintedClause) -> bool:
        """Whether what hangs under a clause takes its column too, itself or with a field."""
        own = self.cols[one.id]
        return any(
            self.cols[inner.id] <= own + 1 or any(self.names[name] == own for name in inner.fields)
            for inner in self.kids[one.id]
        )

    def lay(self) -> Grid:
        row = -1
        shown: dict[int, int] = {}  # of the row being filled: the column of each clause that opened in it
        for one in self.clauses:
            col = self.cols[one.id]
            beside = self._same_cell(one, shown) or self._goes_on(one, col, shown)
            if not beside:
                row += 1
                shown = {}
            shown[one.id] = col
            self.row_of[one.id] = row
            self._put(row, col, Said(one, depth=_depth(one, self.by_id)), head=one.kind == "header")
            for name, words in one.fields.items():
                if words:
                    self._put(row, self.names[name], Said(one, name), head=one.kind == "header")
        return self._finished(row + 1)

    def _same_cell(self, one: PrintedClause, shown: dict[int, int]) -> bool:
        """Whether a clause stands in one cell with another of this row."""
        place = (one.location.get("row"), one.location.get("col"))
        if None in place:
            return one.kind == "item" and one.parent in shown
        return any(
            place == (self.by_id[id_].location.get("row"), self.by_id[id_].location.get("col"))
            for id_ in shown
        )

    def _goes_on(self, one: PrintedClause, col: int, shown: dict[int, int]) -> bool:
        """Whether a clause is the first to stand beside what it hangs under."""
        if not shown or any(id_ in self.bands for id_ in shown) or one.id in self.bands:
            return False
        if any(taken >= col for taken in shown.values()):
            return False
        if one.parent in shown:
            return True
        last = self.by_id[next(reversed(shown))]
        return "row" in one.location and one.location["row"] == last.location.get("row")

    def _put(self, row: int, col: int, said: Said, *, head: bool) -> None:
        cell = self.starts.get((row, col))
        if cell is None:
            cell = self.starts[row, col] = GridCell(col, [], head=head)
            self.wanted[row, col] = said.clause.id
        cell.parts.append(said)

    def _finished(self, rows: int) -> Grid:
        columns = 1 + max(col for _, col in self.starts)
        last: dict[int, int] = {}
        for one in reversed(self.clauses):
            row = max(last.get(one.id, 0), self.row_of[one.id])
            last[one.id] = row
            if one.parent in self.row_of and one.parent not in self.bands:
                last[one.parent or 0] = max(last.get(one.parent or 0, 0), row)
        laid: list[list[GridCell]] = [[] for _ in range(rows)]
        taken: set[tuple[int, int]] = set()
        for (row, col), cell in sorted(self.starts.items()):
            owner = self.wanted[row, col]
            end = row + 1
            while not cell.head and end <= last[owner] and (end, col) not in self.starts:
                end += 1
            cell.down = end - row
            if owner in self.bands:
                cell.col, cell.across = 0, columns
            taken |= {(at, n) for at in range(row, end) for n in range(cell.col, cell.col + cell.across)}
            laid[row].append(cell)
        for row, cells in enumerate(laid):
            cells += [GridCell(n, []) for n in range(columns) if (row, n) not in taken]
            cells.sort(key=lambda cell: cell.col)
        heads = next((n for n, cells in enumerate(laid) if not any(cell.head for cell in cells)), rows)
        return Grid(columns, laid, heads)


def _grid(clauses: Sequence[PrintedClause]) -> Grid:
    return _Laying(clauses).lay()


def lines(printed_draft: Printed) -> Iterator[Said]:
    """All that is said, in order of reading."""
    for block in printed_draft.blocks:
        if isinstance(block, Line):
            yield block.said
        else:
            for row in block.rows:
                for cell in row:
                    yield from cell.parts


def numbered(said: Said, row: Iterable[GridCell] = ()) -> str:
    """The number that stands before the words: none where a cell to the left already says it."""
    number = "" if said.field else said.clause.number
    for cell in row:
        for one in cell.parts:
            if one.field and one.clause is said.clause and one.text.strip(" .") == number.strip(" ."):
                return ""
    return number
