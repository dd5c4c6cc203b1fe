"""A returned sheet as it stands in its file, before anybody asks which column is what."""

from dataclasses import dataclass, field
from typing import Literal

Sort = Literal["text", "number", "date", "formula"]

#: Bounds for one returned sheet: far above any real one, far below what would fill the memory.
MOST_ROWS = 20_000
MOST_COLUMNS = 400
MOST_LETTERS = 40_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says. `readings` are what was typed, where the spreadsheet took a clause number for another thing.

    `own` is false where the words come from a merged cell that began above or to the left; `across` counts
    the columns a merged cell covers.
    """

    text: str
    sort: Sort = "text"
    readings: tuple[str, ...] = ()
    own: bool = True
    across: int = 1


@dataclass(slots=True)
class Line:
    """A row that holds something: its number as its own program shows it, its cells by column from 0."""

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)
    hidden: Literal["", "hidden", "filtered"] = ""

    def text(self, column: int) -> str:
        cell = self.cells.get(column)
        return "" if cell is None else cell.text

    @property
    def own(self) -> dict[int, Cell]:
        """The cells that say something and begin here."""
        return {column: cell for column, cell in self.cells.items() if cell.own and cell.text}


@dataclass(slots=True)
class Grid:
    """One sheet, or one table of a document; `heads` are rows that stand in the page's header."""

    name: str
    lines: list[Line] = field(default_factory=list)
    table: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    heads: list[Line] = field(default_factory=list)
    columns: int = 0


@dataclass(slots=True)
class Book:
    """A file's grids, and what the reading left out."""

    grids: list[Grid] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: int = 0
