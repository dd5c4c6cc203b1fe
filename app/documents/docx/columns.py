"""The columns of a table: their names, which of them hold goals, outcomes or activities, which the numbers."""

import re
from dataclasses import dataclass, field

from app.documents.docx.grid import Cell, Table
from app.documents.docx.story import Paragraph
from app.text.column_names import level_of_column, numbers_column

RANK = {"goal": 0, "outcome": 1, "output": 2, "activity": 3, "indicator": 3}
_JUST_A_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.):\]]*")


@dataclass(slots=True)
class Columns:
    """Names by grid column; the level each holds; the numbers' column; whose span a field column follows."""

    names: list[str]
    levels: dict[int, str] = field(default_factory=dict)
    numbers: int | None = None
    follows: dict[int, int] = field(default_factory=dict)

    @property
    def deepest(self) -> int | None:
        """The column of the most specific level."""
        return max(self.levels) if self.levels else None


def columns_of(table: Table, rows: list[list[Cell]]) -> Columns:
    """Read a table's head and body into what its columns are."""
    names = _names(table, rows)
    levels = {col: level for col, name in enumerate(names) if (level := level_of_column(name))}
    if "activity" in levels.values():
        levels = {col: level for col, level in levels.items() if level != "indicator"}
    ranks = [RANK[level] for _, level in sorted(levels.items())]
    if ranks != sorted(set(ranks)):
        kept: dict[int, str] = {}
        for col, level in sorted(levels.items()):
            if level not in kept.values() and all(RANK[level] > RANK[one] for one in kept.values()):
                kept[col] = level
        levels = kept
    columns = Columns(_unique(names), levels, _numbers(table, rows, names))
    columns.follows = _follows(table, columns)
    return columns


def is_number(text: str) -> bool:
    """Say whether a cell holds nothing but a number, as an entry's number would be."""
    return _JUST_A_NUMBER.fullmatch(text.strip()) is not None


def number_in(cell: Cell) -> str:
    """Give the number that a cell of the numbers' column shows, computed or typed."""
    if cell.text:
        return cell.text if len(cell.text) <= 16 else ""
    labels = (block.label for block in cell.blocks if isinstance(block, Paragraph))
    return next((label.text for label in labels if label is not None and label.text), "")


def _names(table: Table, rows: list[list[Cell]]) -> list[str]:
    names = [""] * table.cols
    for row in sorted(table.headers):
        if row > 4 and row - 1 not in table.headers:
            break  # a repeated head
        for cell in rows[row]:
            text = " ".join(cell.text.split())
            if not text or (cell.cols >= table.cols and len(table.headers) > 1):
                continue
            for col in range(cell.col, min(cell.col + cell.cols, table.cols)):
                if not names[col].endswith(text):
                    names[col] = f"{names[col]} / {text}" if names[col] else text
    return names


def _unique(names: list[str]) -> list[str]:
    found: list[str] = []
    used: set[str] = set()
    for col, name in enumerate(names):
        base = name or f"Column {col + 1}"
        chosen, count = base, 1
        while chosen in used:
            count += 1
            chosen = f"{base} ({count})"
        used.add(chosen)
        found.append(chosen)
    return found


def _numbers(table: Table, rows: list[list[Cell]], names: list[str]) -> int | None:
    for col, name in enumerate(names[:3]):
        if numbers_column(name):
            return col
    if table.cols < 2 or (names and names[0]):
        return None
    first = [
        cell for index, row in enumerate(rows) if index not in table.headers for cell in row if cell.col == 0
    ]
    shown = [number_in(cell) for cell in first if cell.cols == 1 and (cell.text or number_in(cell))]
    return 0 if len(shown) > 1 and all(is_number(text) for text in shown) else None


def _follows(table: Table, columns: Columns) -> dict[int, int]:
    votes: dict[int, dict[int, int]] = {}
    spans = {
        col: {(cell.row, cell.rows) for cell in table.cells if cell.col == col} for col in columns.levels
    }
    for cell in table.cells:
        if cell.rows < 2 or cell.col in columns.levels or cell.col == columns.numbers:
            continue
        for col, known in spans.items():
            if (cell.row, cell.rows) in known:
                tally = votes.setdefault(cell.col, {})
                tally[col] = tally.get(col, 0) + 1
    return {col: max(tally, key=lambda one: (tally[one], one)) for col, tally in votes.items()}
