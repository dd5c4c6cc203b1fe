"""Tracked changes as proposed changes: what each author takes out and puts in, and how the clause would read."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from app.documents.docx.placing import Placing, Stretch, carried, said
from app.documents.docx.revisions import Atom, Mark, Passage

Kind = Literal["insertion", "deletion", "replacement", "move"]


@dataclass(slots=True)
class Change:
    """One author's change at one place; `clause` is a wid of the base, `field` a named cell of it.

    With `after`, the words are new and stand behind the clause. `around` shows what stands beside them.
    """

    kind: Kind
    author: str
    date: str | None
    deleted: str
    inserted: str
    clause: str | None = None
    proposed_text: str | None = None
    field: str = ""
    after: bool = False
    to: str | None = None
    around: str = ""


@dataclass(slots=True)
class _Group:
    """Neighbouring atoms of one passage that one author changed: from the first to behind the last."""

    passage: int
    first: int
    last: int
    marks: list[Mark] = field(default_factory=list)
    deleted: str = ""
    inserted: str = ""

    @property
    def kind(self) -> Kind:
        if self.deleted and self.inserted:
            return "replacement"
        return "insertion" if self.inserted else "deletion"


@dataclass(frozen=True, slots=True)
class _Edit:
    stretch: Stretch
    new: str


def changes_of(passages: list[Passage], placing: Placing) -> list[Change]:
    """Give every tracked change in document order; formatting is none."""
    return _Proposals(passages, placing).all()


class _Proposals:
    def __init__(self, passages: list[Passage], placing: Placing) -> None:
        self.passages = passages
        self.placing = placing
        self.edits: dict[tuple[str, int, str], list[_Edit]] = defaultdict(list)
        self.read: dict[tuple[str, int, str], str] = {}
        self.found: list[tuple[int, int, Change, list[Stretch]]] = []

    def all(self) -> list[Change]:
        moves: list[_Group] = []
        row_authors = self.rows()
        for index, passage in enumerate(self.passages):
            authors = {one.author for atom in passage.atoms for one in (atom.inserted, atom.deleted) if one}
            for author in sorted(authors):
                for group in _groups(index, passage.atoms, author):
                    if group.marks[0].move is not None:
                        moves.append(group)
                    elif author != row_authors.get(index):
                        self.group(group)
            self.ends(index)
        self.moves(moves)
        for _, _, change, stretches in self.found:
            self.propose(change, stretches)
        return [one[2] for one in sorted(self.found, key=lambda one: one[:2])]

    def rows(self) -> dict[int, str]:
        """Report rows and cells put in or taken out, one change each; give who did it, by passage."""
        authors: dict[int, str] = {}
        marked = [
            n for n, one in enumerate(self.passages) if one.row_mark is not None and one.cell is not None
        ]

        def key(n: int) -> object:
            one = self.passages[n]
            return (one.cell.table, one.cell.row, one.row_mark) if one.cell is not None else n

        for _, members in groupby(marked, key=key):
            row = list(members)
            mark = self.passages[row[0]].row_mark
            if mark is None:
                continue
            authors.update(dict.fromkeys(row, mark.author))
            text = ""
            cell = None
            stretches: list[Stretch] = []
            first = row[0]
            for n in row:
                passage = self.passages[n]
                own = [one for one in passage.atoms if _by(one, mark)]
                words = "".join(one.text for one in own)
                if not words.strip():
                    continue
                if not text:
                    first = n
                text += ("" if not text else "\n" if passage.cell == cell else "\t") + words
                cell = passage.cell
                if mark.kind == "del":
                    spots = self.placing.stretches(passage.order, 0, len(passage.original))
                    stretches.extend(spots)
                    for spot in spots:
                        self.edits[mark.author, spot.clause, spot.field].append(_Edit(spot, ""))
            if not text:
                continue
            kind: Kind = "insertion" if mark.kind == "ins" else "deletion"
            inserted, deleted = (text, "") if mark.kind == "ins" else ("", text)
            change = Change(kind, mark.author, mark.date, deleted, inserted)
            stretches.sort(key=lambda one: bool(one.field))
            if mark.kind == "ins":
                self.new(change, first, text)
            self.found.append((row[0], 0, change, stretches))
        return authors

    def group(self, group: _Group) -> None:
        mark = group.marks[0]
        change = Change(group.kind, mark.author, mark.date, group.deleted, group.inserted)
        stretches = self.edit(group, group.inserted)
        if not stretches:
            self.new(change, group.passage, group.inserted or None)
        self.found.append((group.passage, group.first, change, stretches))

    def edit(self, group: _Group, new: str) -> list[Stretch]:
        """Note what the group does to the clauses its words stand in."""
        passage = self.passages[group.passage]
        author = group.marks[0].author
        start, end = passage.before(group.first), passage.before(group.last)
        stretches = self.placing.stretches(passage.order, start, end)
        new = self.beside(passage, start, end, new)
        for n, one in enumerate(stretches):
            self.edits[author, one.clause, one.field].append(_Edit(one, new if n == 0 else ""))
        return stretches

    def beside(self, passage: Passage, start: int, end: int, new: str) -> str:
        """Say what a change puts into the clause itself: nothing into its number, spaces before new words."""
        pieces = [one for one, _ in self.placing.pieces.get(passage.order, ())]
        if not pieces:
            return new
        first = min(one.skipped for one in pieces)
        last = max(one.skipped + one.length for one in pieces)
        original = passage.original
        if start < first and end <= first and original[:first].strip():
            return ""
        return original[last:start] + new if new and start > last else new

    def new(self, change: Change, passage: int, text: str | None) -> None:
        """Place words that no clause of the draft holds: behind the clause before them."""
        behind = self.placing.behind(passage)
        change.after = behind is not None
        change.clause = None if behind is None else behind.wid
        change.proposed_text = text
        if behind is None:
            change.around = self.around(passage)

    def around(self, index: int) -> str:
        texts = [one.original or one.accepted for one in self.passages[max(index - 1, 0) : index + 2]]
        return "\n".join(one for one in texts if one)

    def ends(self, index: int) -> None:
        """Report a paragraph's end put in or taken out by itself: paragraphs split or joined."""
        passage = self.passages[index]
        if passage.row_mark is not None:
            return
        following = self.passages[index + 1] if index + 1 < len(self.passages) else None
        if following is not None and following.container != passage.container:
            following = None
        for mark, kind in ((passage.end_inserted, "insertion"), (passage.end_deleted, "deletion")):
            if mark is None or (passage.end_inserted and passage.end_deleted):
                continue
            if following is None or _wholly(passage, mark) or _wholly(following, mark):
                continue
            if not passage.original.strip() and not passage.accepted.strip():
                continue
            length = len(passage.original)
            stretches = self.placing.stretches(passage.order, length, length)
            inserted, deleted = ("\n", "") if kind == "insertion" else ("", "\n")
            change = Change(
                "insertion" if inserted else "deletion", mark.author, mark.date, deleted, inserted
            )
            new = (
                "\n" if inserted else (" " + following.original.strip() if following.original.strip() else "")
            )
            for one in stretches[:1]:
                self.edits[mark.author, one.clause, one.field].append(_Edit(one, new))
            if not stretches:
                self.new(change, index, None)
            self.found.append((index, len(passage.atoms), change, stretches))

    def moves(self, groups: list[_Group]) -> None:
        """Pair what was taken from one place with what was put in another: by name, else by the same words."""
        sources = _by_move([one for one in groups if one.deleted])
        targets = _by_move([one for one in groups if one.inserted and not one.deleted])
        for source in sources:
            target = next((one for one in targets if one[0].marks[0].move == source[0].marks[0].move), None)
            if target is None or not source[0].marks[0].move:
                target = next((one for one in targets if _words(one) == _words(source)), None)
            if target is None:
                for one in source:
                    self.group(one)
                continue
            targets.remove(target)
            self.move(source, target)
        for target in targets:
            for one in target:
                self.group(one)

    def move(self, source: list[_Group], target: list[_Group]) -> None:
        mark = source[0].marks[0]
        inserted = "\n".join(one.inserted for one in target)
        change = Change("move", mark.author, mark.date, "\n".join(one.deleted for one in source), inserted)
        stretches = [spot for one in source for spot in self.edit(one, "")]
        whole = all(spot.start == 0 and spot.end == len(self.placing.text(spot)) for spot in stretches)
        ends = [spot for one in target for spot in self.edit(one, one.inserted)]
        behind = self.placing.behind(target[0].passage)
        there = self.placing.counterpart(ends[0].clause) if ends else behind
        change.to = None if there is None else there.wid
        if stretches and whole:
            clause = self.placing.counterpart(stretches[0].clause)
            change.clause = None if clause is None else clause.wid
            change.proposed_text = inserted
        elif not stretches:
            self.new(change, source[0].passage, inserted)
        self.found.append((source[0].passage, source[0].first, change, stretches))

    def propose(self, change: Change, stretches: list[Stretch]) -> None:
        """Say which clause of the base a change is on, and how all of this author's changes make it read."""
        if change.clause is not None or not stretches:
            return
        spot = stretches[0]
        clause = self.placing.counterpart(spot.clause)
        if clause is None:
            change.around = self.placing.text(spot)
            change.proposed_text = None
            return
        key = change.author, spot.clause, spot.field
        if key not in self.read:
            self.read[key] = _made(self.edits[key], self.placing.text(spot), said(clause, spot.field))
        change.clause, change.field, change.proposed_text = clause.wid, spot.field, self.read[key]


def _made(edits: list[_Edit], before: str, after: str) -> str:
    """Make edits that were marked in the text `before` on the text `after`."""
    placed = [
        (*carried(before, after, one.stretch.start, one.stretch.end), n, one.new)
        for n, one in enumerate(edits)
    ]
    pieces: list[str] = []
    at = len(after)
    for start, end, _, new in sorted(placed, reverse=True):
        pieces += [after[end:at] if end < at else "", new]
        at = min(start, at)
    pieces.append(after[:at])
    return "".join(reversed(pieces))


def _groups(index: int, atoms: list[Atom], author: str) -> list[_Group]:
    """Cut a passage into what one author changed without anything else between."""
    found: list[_Group] = []
    current: _Group | None = None
    for n, atom in enumerate(atoms):
        inserted = atom.inserted if atom.inserted and atom.inserted.author == author else None
        deleted = atom.deleted if atom.deleted and atom.deleted.author == author else None
        mark = deleted or inserted
        if mark is None:
            current = None
            continue
        if inserted and deleted:
            continue  # what an author typed and took back again was never proposed
        if (
            current is None
            or (current.marks[-1].move, current.marks[-1].kind)[: 1 + (mark.move is not None)]
            != ((mark.move, mark.kind)[: 1 + (mark.move is not None)])
        ):
            current = _Group(index, n, n)
            found.append(current)
        current.last = n + 1
        current.marks.append(mark)
        if deleted:
            current.deleted += atom.text
        else:
            current.inserted += atom.text
    return found


def _by(atom: Atom, mark: Mark) -> bool:
    """Say whether words came or went with their row."""
    if mark.kind == "ins":
        return atom.inserted is not None and atom.inserted.author == mark.author and atom.deleted is None
    return atom.deleted is not None and atom.deleted.author == mark.author and atom.inserted is None


def _wholly(passage: Passage, mark: Mark) -> bool:
    """Say whether all of a passage's words came or went by the author of a mark."""
    own = [one.deleted if mark.kind == "del" else one.inserted for one in passage.atoms]
    return bool(own) and all(one is not None and one.author == mark.author for one in own)


def _by_move(groups: list[_Group]) -> list[list[_Group]]:
    """Put together the groups of one named move; those without a name stand alone."""
    named: dict[object, list[_Group]] = {}
    for n, one in enumerate(groups):
        mark = one.marks[0]
        named.setdefault((mark.author, mark.move) if mark.move else n, []).append(one)
    return list(named.values())


def _words(groups: list[_Group]) -> str:
    return "\n".join(one.deleted or one.inserted for one in groups)
