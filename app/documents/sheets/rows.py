"""Tells a sheet's comments from its titles, section headings and closing lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.documents.sheets.columns import Head, role_of
from app.documents.sheets.grid import Cell, Grid, Line
from app.documents.sheets.titles import Role
from app.documents.sheets.wording import CLOSING, DITTO, EXAMPLE, says_nothing
from app.text.folding import fold
from app.words import N_

TITLE = N_("A line above the column titles.")
HEADER = N_("The column titles.")
SECTION = N_("A heading or a note, no comment.")
EMPTY = N_("An empty line of the form.")
NO_COMMENT = N_("It says that there is no comment.")
NO_WORDS = N_("It has neither a comment nor a proposed change.")
AN_EXAMPLE = N_("The form's own example.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that is a comment, with its words by role; `wid` is the clause that our own sheet printed it for."""

    line: Line
    words: dict[Role, str]
    cells: dict[Role, Cell]
    extra: dict[str, str]
    wid: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A filled row that is no comment; `wanting` where somebody should look at it."""

    line: Line
    why: str
    wanting: bool = False


@dataclass(slots=True)
class _Above:
    words: dict[Role, str] = field(default_factory=dict)


def sort_rows(grid: Grid, head: Head) -> Iterator[Kept | Passed]:
    """Give each filled row of a grid as what it is, in order."""
    first = min(head.rows, default=0)
    above = _Above()
    for at, line in enumerate(grid.lines):
        if at in head.rows:
            yield Passed(line, HEADER)
        elif at < first:
            yield Passed(line, TITLE)
        else:
            yield _row(grid, head, line, above)


def _row(grid: Grid, head: Head, line: Line, above: _Above) -> Kept | Passed:
    shown = {
        column: cell for column, cell in line.cells.items()
        if column not in grid.hidden_columns and head.roles.get(column) != "internal"
    }  # fmt: skip
    own = {column: cell for column, cell in shown.items() if cell.own and cell.text}
    words, cells = _by_role(head, shown)
    wid = next((line.cells[column].text for column in head.of("wid") if column in line.cells), "")
    if why := _why_none(head, shown, own, words, printed=bool(wid)):
        return Passed(line, why, wanting=why == NO_WORDS)
    repeated: tuple[Role, ...] = ("organisation", "constituency", "clause", "paragraph", "type")
    for role in repeated:
        written = words.get(role, "")
        if 0 < len(written) < 40 and DITTO.fullmatch(fold(written).lower()) and above.words.get(role):
            words[role] = above.words[role]
            cells.pop(role, None)
    above.words |= {role: said for role, said in words.items() if said}
    extra = {
        head.titles.get(column) or f"Column {column + 1}": cell.text
        for column, cell in sorted(shown.items())
        if head.roles.get(column, "extra") == "extra" and cell.text
    }
    return Kept(line, words, cells, extra, wid)


def _why_none(
    head: Head, shown: dict[int, Cell], own: dict[int, Cell], words: dict[Role, str], *, printed: bool
) -> str:
    """Say why a filled row is no comment, or nothing; of a row that we printed only the reference is filled."""
    comment, proposed = words.get("comment", ""), words.get("proposed", "")
    new = {head.roles.get(column, "extra") for column in own}
    alone = new <= {"comment", "number"} and not words.get("clause") and not words.get("type")
    why = ""
    if _is_heading(head, shown, own):
        why = SECTION
    elif _is_head_again(head, own):
        why = HEADER
    elif EXAMPLE.fullmatch(fold(words.get("number", "")[:80]).lower()):
        why = AN_EXAMPLE
    elif says_nothing(comment) and says_nothing(proposed):
        why = NO_WORDS if new & {"clause", "paragraph", "type"} and not printed else EMPTY
        why = NO_COMMENT if comment or proposed else why
    elif not new & {"comment", "proposed", "clause", "paragraph"}:
        why = EMPTY
    elif alone and len(comment) < 400 and CLOSING.fullmatch(fold(comment).lower()):
        why = SECTION
    return why


def _by_role(head: Head, shown: dict[int, Cell]) -> tuple[dict[Role, str], dict[Role, Cell]]:
    words: dict[Role, str] = {}
    cells: dict[Role, Cell] = {}
    for role in dict.fromkeys(head.roles.values()):
        said = [shown[column] for column in sorted(head.of(role)) if column in shown and shown[column].text]
        if not said or role in {"extra", "internal", "wid"}:
            continue
        words[role] = "\n\n".join(dict.fromkeys(cell.text for cell in said))
        if len(said) == 1:
            cells[role] = said[0]
    return words, cells


def _is_heading(head: Head, shown: dict[int, Cell], own: dict[int, Cell]) -> bool:
    """A single cell merged over many columns, or words in one column that holds no comments."""
    if len(own) != 1:
        return not own
    column, cell = next(iter(own.items()))
    width = max(head.roles, default=0) + 1
    if cell.across >= max(3, width * 0.6):
        return True
    role = head.roles.get(column, "extra")
    if role in {"comment", "proposed"} or any(other.text for at, other in shown.items() if at != column):
        return False
    # A number alone in the clause's column is a row somebody began; words are a heading.
    return role not in {"clause", "paragraph"} or re.search(r"[a-z]{3}", cell.text, re.IGNORECASE) is not None


def _is_head_again(head: Head, own: dict[int, Cell]) -> bool:
    same = sum(1 for column, cell in own.items() if cell.text == head.titles.get(column))
    if same >= 3 and same * 3 >= len(own) * 2:
        return True
    if any(len(cell.text) > 60 for cell in own.values()):
        return False
    known = sum(
        1 for column, cell in own.items()
        if (found := role_of(cell.text)) and found[1] == 0 and found[0] == head.roles.get(column)
    )  # fmt: skip
    return known >= 4 and known * 3 >= len(own) * 2
