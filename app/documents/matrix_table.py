"""The comment matrix as a table: what each of its columns holds of a row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Any

from app.documents.tables import Cells, Column, Table
from app.matrix.reading import Row
from app.matrix.rules import COLUMNS, MatrixColumn
from app.people.rules import SEATS, Constituency
from app.words import N_

TITLE = N_("Comment matrix")
WHOLE = N_("Whole plan")
LATE = N_("Late")

_MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in every row: the round and the draft by name, the zone of the times, the words' language.

    `said` gives a sentence in that language; for programs it gives it back as it is.
    """

    round_name: str
    draft_name: str
    zone: tzinfo
    said: Callable[[str], str]
    language: str = "en"


def keeps_only_day(at: datetime) -> bool:
    """Whether a time is a day alone, as a comment keeps it where an hour could tell whose it is."""
    return at.time() == _MIDNIGHT


def moment(at: datetime | None, zone: tzinfo) -> Any:
    """A time on the frame's clock, or a day where only that is kept."""
    if at is None:
        return None
    return at.date() if keeps_only_day(at) else at.astimezone(zone)


def _support(constituency: Constituency) -> Callable[[Row, Frame], Any]:
    return lambda row, _: row.stances.support.get(constituency)


def _objection(constituency: Constituency) -> Callable[[Row, Frame], Any]:
    return lambda row, _: row.stances.object.get(constituency)


def _nothing(_row: Row, _frame: Frame) -> None:
    """What resolving a round fills in."""


_FROZEN: dict[str, Callable[[Row, Frame], Any]] = {
    "ref": lambda row, _: row.comment.ref,
    "round": lambda _, frame: frame.round_name,
    "draft": lambda _, frame: frame.draft_name,
    "clause": lambda row, frame: row.head.label or (frame.said(WHOLE) if row.head.clause_id is None else ""),
    "heading": lambda row, frame: row.head.in_language(frame.language),
    "field": lambda row, _: row.comment.field,
    "quote": lambda row, _: row.comment.exact,
    "constituency": lambda row, _: row.comment.constituency,
    "organisation": lambda row, _: row.comment.organisation,
    "person": lambda row, _: row.comment.person,
    "region": lambda row, _: row.comment.region,
    "capacity": lambda row, _: row.comment.capacity or None,
    "channel": lambda row, _: row.comment.channel,
    "language": lambda row, _: row.comment.language,
    "type": lambda row, _: row.comment.type,
    "priority": lambda row, _: row.comment.priority,
    "comment": lambda row, _: row.comment.text,
    "verb": lambda row, _: row.comment.proposed_verb,
    "proposed": lambda row, _: row.comment.proposed,
    "rationale": lambda row, _: row.comment.rationale,
    "standard": lambda row, _: row.comment.standard,
    "ground": lambda row, _: row.comment.ground,
    "attribution": lambda row, _: row.comment.attribution,
    "submitted_at": lambda row, frame: moment(row.comment.submitted_at, frame.zone),
    "late": lambda row, frame: frame.said(LATE) if row.comment.late else None,
    "status": lambda row, _: row.comment.status,
}

_POINT: dict[str, Callable[[Row, Frame], Any]] = {
    "clause_now": lambda row, _: row.head.label,
    "point": lambda row, _: ", ".join(f"P{made.id}" for made in row.points),
    "theme": lambda row, _: "; ".join(made.theme for made in row.points if made.theme),
    **{f"support_{c.value.lower()}": _support(c) for c in SEATS},
    **{f"objection_{c.value.lower()}": _objection(c) for c in SEATS},
}

#: What a column holds of a row; those that resolving fills in are empty until then.
CELLS: dict[str, Callable[[Row, Frame], Any]] = {
    column.key: (_FROZEN | _POINT).get(column.key, _nothing) for column in COLUMNS
}


def cells(
    rows: Iterable[Row], frame: Frame, columns: Sequence[MatrixColumn] = COLUMNS, *, codes: bool = False
) -> Iterator[list[Any]]:
    """Rows as lists of cells; values that have words are given in the frame's language, or as `codes`."""
    held = [CELLS[column.key] for column in columns]
    worded = [
        (n, {value: frame.said(words) for value, words in column.names.items()})
        for n, column in enumerate(columns)
        if column.names and not codes
    ]
    for row in rows:
        found = [hold(row, frame) for hold in held]
        for n, words in worded:
            found[n] = words.get(found[n], found[n])
        yield found


def matrix_table(
    rows: Iterable[Row], frame: Frame, about: Sequence[tuple[str, str]], marking: str, *, codes: bool = False
) -> Table:
    """The whole matrix, its rows read as they are written; with `codes` for programs."""
    return Table(
        title=TITLE,
        columns=[Column(c.key, c.title, c.width, Cells(c.kind)) for c in COLUMNS],
        rows=cells(rows, frame, codes=codes),
        about=about,
        marking=marking,
    )
