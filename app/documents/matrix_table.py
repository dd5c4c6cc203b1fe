"""The comment matrix as a table: what each of its columns holds of a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from typing import Any

from app.documents.tables import Cells, Column, Table
from app.matrix.cosigning import NAMED
from app.matrix.points import PointView
from app.matrix.reading import Row
from app.matrix.rules import COLUMNS, MatrixColumn
from app.people.rules import SEATS, Constituency
from app.words import N_

TITLE = N_("Comment matrix")
WHOLE = N_("Whole plan")
LATE = N_("Late")

#: What the text of a clause becomes that goes; and whom a comment does not name.
GOES = N_("The text goes.")
NOT_NAMED = N_("Not named")
#: Between two values in one cell.
BETWEEN = "; "

_MIDNIGHT = time(0, 0)


def _as_commented(_comment_id: int, _clause_id: int | None, label: str) -> str:
    """No draft follows: the label stays what it was."""
    return label


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in every row: the round and the draft by name, the zone of the times, the words' language.

    `said` gives a sentence in that language; for programs it gives it back as it is. `texts` are the texts
    that decisions result in, by clause id and field ("" for the clause itself), None where the text goes.
    `label_now` gives the label that a comment's clause has in the newest draft, from the comment's id, its
    clause's and the label it was commented under.
    """

    round_name: str
    draft_name: str
    zone: tzinfo
    said: Callable[[str], str]
    language: str = "en"
    texts: Mapping[tuple[int, str], str | None] = field(default_factory=dict)
    label_now: Callable[[int, int | None, str], str] = _as_commented


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
    """What comes after the answers are published."""


def _of_points(of: Callable[[PointView], Any]) -> Callable[[Row, Frame], Any]:
    """What the points of a comment hold; of the few comments that make two, each in turn."""

    def held(row: Row, _: Frame) -> Any:
        if not row.points:
            return None
        if len(row.points) == 1:
            return of(row.points[0]) or None
        found = [str(value) for point in row.points if (value := of(point))]
        return BETWEEN.join(found) or None

    return held


def _overlap(point: PointView) -> str:
    return " ".join(part for part in (point.overlap_plan, point.overlap_clause) if part)


def _points_to(point: PointView) -> str:
    return point.duplicate_of or point.referred_to if point.disposition else ""


def _cosigned(row: Row, frame: Frame) -> str | None:
    """The other organisations behind a comment's points, as far as they are named to this reader."""
    if not row.behind:
        return None
    own = row.comment.organisation
    names = list(dict.fromkeys(name for one in row.behind for name in one.names if name != own))
    found = names[:NAMED]
    # Whose row it is stands behind each of its points.
    more = sum(one.named - (own is not None) for one in row.behind) - len(found)
    if more > 0 and len(names) > NAMED:
        found.append(f"+{more}")
    unnamed = sum(one.unnamed - (own is None) for one in row.behind)
    if unnamed > 0:
        found.append(f"{frame.said(NOT_NAMED)}: {unnamed}")
    return BETWEEN.join(found) or None


def _resulting(row: Row, frame: Frame) -> str | None:
    key = (row.comment.clause_id or 0, row.comment.field or "")
    if not row.points or key not in frame.texts:
        return None
    text = frame.texts[key]
    return frame.said(GOES) if text is None else text


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
    "clause_now": lambda row, frame: frame.label_now(row.comment.id, row.comment.clause_id, row.head.label),
    "point": _of_points(lambda point: f"P{point.id}"),
    "theme": _of_points(lambda point: point.theme),
    "cosignatories": _cosigned,
    **{f"support_{c.value.lower()}": _support(c) for c in SEATS},
    **{f"objection_{c.value.lower()}": _objection(c) for c in SEATS},
    "overlap": _of_points(_overlap),
    "controversy": _of_points(lambda point: point.controversy),
    "drafter": _of_points(lambda point: point.drafter),
    "proposed_disposition": _of_points(lambda point: point.proposed_disposition),
    "proposed_reason": _of_points(lambda point: point.proposed_reason),
    "disposition": _of_points(lambda point: point.disposition),
    "points_to": _of_points(_points_to),
    "reason": _of_points(lambda point: point.reason),
    "reason_ms": _of_points(lambda point: point.reason_ms),
    "resulting_text": _resulting,
    "implemented_in": _of_points(lambda point: point.implemented_in),
    "decided_at": lambda row, frame: moment(
        max((p.decided_at for p in row.points if p.disposition and p.decided_at), default=None), frame.zone
    ),
}

#: What a column holds of a row; those that resolving fills in are empty until then.
CELLS: dict[str, Callable[[Row, Frame], Any]] = {
    column.key: (_FROZEN | _POINT).get(column.key, _nothing) for column in COLUMNS
}


def named(value: Any, words: Mapping[Any, str]) -> Any:
    """A value in its words; of a comment that makes two points, both."""
    if value in words:
        return words[value]
    if isinstance(value, str) and BETWEEN in value:
        codes = {str(code): said for code, said in words.items()}
        return BETWEEN.join(codes.get(part, part) for part in value.split(BETWEEN))
    return value


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
            found[n] = named(found[n], words)
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
