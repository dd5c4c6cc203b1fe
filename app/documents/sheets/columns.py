"""What the columns of a comment sheet are, by their titles in English, Malay and ISO's words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.documents.sheets.grid import Grid, Line
from app.documents.sheets.titles import INTERNAL, TITLES, Role
from app.text.folding import fold

_WHOLE = [(role, re.compile(words)) for role, words, _ in TITLES]
_WORDS = [(role, re.compile(words)) for role, _, words in TITLES]
_ISO_NUMBERS = re.compile(r"\(?\d{1,2}\)?")
#: A title is short; what is longer is an instruction or a comment.
LONGEST_TITLE = 140


@dataclass(slots=True)
class Head:
    """The titles of a grid: which rows they take, and what each column is; `quality` 0 is a title known whole."""

    rows: set[int]
    titles: dict[int, str]
    roles: dict[int, Role]
    quality: dict[int, int] = field(default_factory=dict)

    def of(self, role: Role) -> list[int]:
        """The columns of a role, the surest first."""
        return sorted(
            (column for column, one in self.roles.items() if one == role),
            key=lambda column: (self.quality.get(column, 0), column),
        )

    def first(self, role: Role) -> int | None:
        return next(iter(self.of(role)), None)


def plain_title(title: str) -> str:
    """Fold a title for comparing: small letters, no brackets, no footnote signs."""
    text = fold(title).lower().replace("\n", " / ")
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text)
    text = re.sub(
        r"(?<=[a-z])\d\b|[*:?]+|\.(?=\s|$|/)|(?<=\w)\s*#",
        lambda found: " #" if "#" in found[0] else " ",
        text,
    )
    return " ".join(text.split()).strip(" /-,")


def role_of(title: str, mapping: Mapping[str, Role] | None = None) -> tuple[Role, int] | None:
    """Say what a column is by its title, and how surely (0: whole, 1: an alternative, 2: a word in it)."""
    if len(title) > LONGEST_TITLE or not title.strip():
        return None
    text = plain_title(title)
    if mapping and (told := mapping.get(text)):
        return told, 0
    if INTERNAL.search(fold(title).lower()):
        return "internal", 0
    alternatives = [part.strip() for part in re.split(r"[/|;-]", text) if part.strip()]
    whole = next((role for role, pattern in _WHOLE if pattern.fullmatch(text)), None)
    if whole is not None:
        return whole, 0
    parts = [role for role, pattern in _WHOLE if any(pattern.fullmatch(one) for one in alternatives)]
    part = min(parts, key=lambda role: role in {"page", "line", "number"}, default=None)  # "Clause / page"
    if part is not None:
        return part, 1
    word = next((role for role, pattern in _WORDS if pattern.search(text)), None)
    return (word, 2) if word is not None and len(text.split()) <= 9 else None


def likeness(cells: Iterable[str]) -> int:
    """Count the different roles that a row's words name, where it looks like a row of titles; else 0."""
    roles = {found[0] for cell in cells if len(cell) <= LONGEST_TITLE and (found := role_of(cell))}
    roles -= {"extra", "internal"}
    return len(roles) if roles & {"comment", "proposed"} and len(roles) >= 2 else 0


def find_head(grid: Grid, mapping: Mapping[str, Role] | None = None) -> Head | None:
    """Find the row of titles, whatever stands above it; a second line of titles below it belongs to it."""
    best, score = -1, 0
    for at, line in enumerate(grid.lines[:80]):
        words = [cell.text for cell in line.own.values() if cell.across < 4 or len(line.own) > 2]
        here = max(likeness(words), _mapped(words, mapping))
        if here > score:
            best, score = at, here
    if best < 0:
        return None
    line = grid.lines[best]
    titles = {column: cell.text for column, cell in line.cells.items()}
    rows = {best}
    while best + 1 < len(grid.lines) and _second_line(grid.lines[best], grid.lines[best + 1], titles):
        best += 1
        rows.add(best)
        titles |= {
            column: cell.text
            for column, cell in grid.lines[best].own.items()
            if not _ISO_NUMBERS.fullmatch(cell.text)
        }
    return _head(rows, titles, mapping)


def head_of_page(grid: Grid, mapping: Mapping[str, Role] | None = None) -> Head | None:
    """Titles that stand in the page's header, for a table as wide as they are."""
    for line in grid.heads:
        if likeness(cell.text for cell in line.own.values()) >= 2 and max(line.cells) + 1 == grid.columns:
            return _head(set(), {column: cell.text for column, cell in line.cells.items()}, mapping)
    return None


def _mapped(titles: list[str], mapping: Mapping[str, Role] | None) -> int:
    if not mapping:
        return 0
    roles = {found[0] for title in titles if (found := role_of(title, mapping))}
    return len(roles) if roles & {"comment", "proposed"} else 0


def _second_line(above: Line, below: Line, titles: dict[int, str]) -> bool:
    own = below.own
    if not own:
        return False
    if all(_ISO_NUMBERS.fullmatch(cell.text) for cell in own.values()) and len(own) >= 3:
        return below.number == above.number + 1
    if any(len(cell.text) > 40 or cell.across > 3 for cell in own.values()):
        return False
    spoken = {column: role_of(cell.text) for column, cell in own.items()}
    known = [column for column, role in spoken.items() if role is not None and role[1] == 0]
    split = [column for column in own if column in above.cells and above.cells[column].across > 1]
    if split and len(known) * 2 >= len(own):
        return True
    # Titles said again in the other language, each below the first.
    again = [
        column
        for column in known
        if column in titles and (one := role_of(titles[column])) and spoken[column] == one
    ]
    return len(again) >= 3 and len(again) == len(own)


def _head(rows: set[int], titles: dict[int, str], mapping: Mapping[str, Role] | None) -> Head:
    head = Head(rows, titles, {})
    for column, title in titles.items():
        found = role_of(title, mapping)
        head.roles[column], head.quality[column] = found or ("extra", 0)
    single: tuple[Role, ...] = ("clause", "paragraph", "type", "line", "page", "constituency", "organisation", "number",
                                "observation")  # fmt: skip
    for role in single:
        columns = head.of(role)
        if role == "organisation":
            columns.sort(
                key=lambda column: bool(
                    re.search(r"\b(?:mb|nc|by|from|member)\b", plain_title(titles[column]))
                )
            )
        for column in columns[1:]:
            head.roles[column] = "extra"
    for role in ("comment", "proposed"):
        columns = head.of(role)
        for column in columns[1:]:
            weak = head.quality[column] > head.quality[columns[0]] or head.quality[column] == 2
            aside = re.search(
                r"justif|rationale|remark|catatan|issue|isu|input|view|point", plain_title(titles[column])
            )
            if weak or aside:
                head.roles[column] = "extra"
    if not head.of("clause") and (paragraph := head.first("paragraph")) is not None:
        head.roles[paragraph] = "clause"
    return head
