"""A workbook of the matrix that came back, held against the books: what would be written, and what would not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import seen
from app.comments.reading import COLUMNS as COMMENT_COLUMNS
from app.comments.reading import views, with_names
from app.documents.matrix_table import Frame, cells
from app.documents.matrix_workbook import FROZEN, folded, theirs
from app.errors import Problem
from app.matrix.dispositions import DISPOSITION_NAMES, POINTS_ELSEWHERE, Disposition
from app.matrix.opened import drafters, themes
from app.matrix.reading import heads, rows
from app.matrix.rules import COLUMNS
from app.matrix.written import BY_NAME
from app.people.rules import Viewer
from app.policy import NOT_YOUR_ROLE, may
from app.rounds.models import Round
from app.web.language import in_language
from app.words import N_
from app.writing_back import rules
from app.writing_back.actions import rehearsed
from app.writing_back.rules import EDITABLE, Change, Outcome, Returned, merged, settled, touched

LANGUAGES = ("en", "ms")
TITLES = {column.key: column.title for column in COLUMNS}

NO_CHOICE = N_("“%(value)s” is none of the choices of this column.")
TWO_OF_A_NAME = N_("Two people are called “%(value)s”. Assign this point on its page.")


def choices(session: Session, viewer: Viewer, round_: Round, language: str) -> dict[str, list[str]]:
    """What this person may write in a workbook, by column: its choices in words; none where text is free."""
    words = [in_language(language, name) for name in DISPOSITION_NAMES.values()]
    offered: dict[str, list[str]] = {
        "theme": [name for _, name in themes(session, round_)],
        "drafter": sorted({one.name for one in drafters(session, round_)}),
        "proposed_disposition": words,
        "proposed_reason": [],
        "disposition": words,
        "points_to": [],
        "reason": [],
        "reason_ms": [],
    }
    return {key: held for key, held in offered.items() if _writes(viewer, round_, key)}


def _writes(viewer: Viewer, round_: Round, key: str) -> bool:
    written = BY_NAME["duplicate_of" if key == "points_to" else key]
    return bool(may(viewer.role, written.right, phase=round_.phase))


def titles() -> dict[str, str]:
    """Each column's titles in every language, folded, with the column that they name."""
    return {
        folded(in_language(language, title)): key for key, title in TITLES.items() for language in LANGUAGES
    }


def spoken(found: Sequence[Returned]) -> str:
    """The language of a workbook's words: that in which the frozen words of its rows make sense."""
    said = {row.cells.get("type", "") for row in found} | {row.cells.get("constituency", "") for row in found}
    named = [
        name
        for column in COLUMNS
        if column.key in {"type", "constituency"}
        for name in (column.names or {}).values()
    ]

    def known(language: str) -> int:
        return len(said & {in_language(language, name) for name in named})

    return max(LANGUAGES, key=known)


@dataclass(slots=True)
class Comparison:
    """What a workbook would do: changes in the order of its rows, rows that are new, and how many say nothing new.

    `answers` are the final dispositions as the books have them, by point.
    """

    changes: list[Change] = field(default_factory=list)
    new: list[Returned] = field(default_factory=list)
    untouched: int = 0
    answers: dict[int, str] = field(default_factory=dict)
    problems: dict[int, Problem] = field(default_factory=dict)

    def of(self, outcome: Outcome) -> list[Change]:
        """The changes with one outcome."""
        return [change for change in self.changes if change.outcome is outcome]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        found = {outcome.value: len(self.of(outcome)) for outcome in Outcome}
        return found | {Outcome.NEW.value: len(self.new), "untouched": self.untouched}


def compared(
    session: Session, viewer: Viewer, round_: Round, found: Sequence[Returned], frame: Frame
) -> Comparison:
    """Hold rows against the books as they are now; nothing is written."""
    made = Comparison()
    changes: list[Change] = []
    writable = [key for key in EDITABLE if _writes(viewer, round_, key)]
    coming = iter(found)
    while some := list(islice(coming, 500)):
        now = _now(session, viewer, round_, [row.stamp.comment_id for row in some if row.stamp], frame)
        for row in some:
            if row.stamp is None:
                if row.ref.strip():
                    changes.append(_refused(row, "ref", rules.NO_STAMP))
                else:
                    made.new.append(row)
                continue
            held = now.get(row.stamp.comment_id)
            if held is None:
                changes.append(_refused(row, "ref", rules.UNKNOWN))
                continue
            point_ids, answer, books = held
            made.answers[row.stamp.point_id] = answer
            of_row = [_refused(row, key, rules.FROZEN, books) for key in touched(row, FROZEN, books)]
            for key, outcome in merged(row, books):
                if key not in writable:
                    of_row.append(_refused(row, key, NOT_YOUR_ROLE, books))
                elif point_ids != [row.stamp.point_id]:
                    of_row.append(_refused(row, key, rules.REGROUPED, books))
                else:
                    mine = row.cells[key]
                    of_row.append(
                        Change(row.row, row.ref, row.stamp.point_id, key, mine, books.get(key, ""), outcome)
                    )
            made.untouched += not of_row
            changes += of_row
    made.changes = _pointing(_read(session, round_, settled(changes), frame), made.answers)
    return made


def _pointing(changes: list[Change], answers: Mapping[int, str]) -> list[Change]:
    """Changes, what points elsewhere refused where the answer does not."""
    new = {
        one.point_id: str(one.values["value"])
        for one in changes
        if one.key == "disposition" and one.outcome is not Outcome.REFUSED
    }
    return [
        replace(one, outcome=Outcome.REFUSED, why=rules.POINTS_NOWHERE)
        if one.key == "points_to"
        and one.outcome is not Outcome.REFUSED
        and one.mine.strip()
        and new.get(one.point_id, answers.get(one.point_id, "")) not in POINTS_ELSEWHERE
        else one
        for one in changes
    ]


def _refused(row: Returned, key: str, why: str, books: Mapping[str, str] | None = None) -> Change:
    mine = row.cells.get(key, "")
    values = {"column": TITLES[key]}
    # Each refusal is a row's own: two of one point are not one.
    point = -row.row
    return Change(
        row.row, row.ref, point, key, mine, (books or {}).get(key, ""), Outcome.REFUSED, why, values
    )


def _now(
    session: Session, viewer: Viewer, round_: Round, comment_ids: Iterable[int], frame: Frame
) -> dict[int, tuple[list[int], str, dict[str, str]]]:
    """The points of some comments, their answer, and what the books say of each now as the workbook would."""
    statement = with_names(
        select(*COMMENT_COLUMNS).where(*seen(viewer, round_), col(Comment.id).in_(list(comment_ids)))
    )
    comments = list(views(session.execute(statement), viewer, round_))
    if not comments:
        return {}
    under = heads(session, round_.draft_id, {one.clause_id for one in comments if one.clause_id})
    found = rows(session, viewer, round_, comments, under)
    return {
        row.comment.id: (
            [point.id for point in row.points],
            next((point.disposition.value for point in row.points if point.disposition), ""),
            theirs(said),
        )
        for row, said in zip(found, cells(found, frame), strict=True)
    }


def _read(session: Session, round_: Round, changes: list[Change], frame: Frame) -> list[Change]:
    """Changes with their words read as values; one whose words are no choice is refused."""
    known: dict[str, dict[str, list[str]]] = {
        "theme": _by_name((name, str(id_)) for id_, name in themes(session, round_)),
        "drafter": _by_name((one.name, str(one.seat_id)) for one in drafters(session, round_)),
    }
    answers = _by_name(
        pair
        for one in Disposition
        for pair in ((frame.said(DISPOSITION_NAMES[one]), one.value), (one.value, one.value))
    )
    known |= {"disposition": answers, "proposed_disposition": answers}
    found: list[Change] = []
    for change in changes:
        named, typed = known.get(change.key), change.mine.strip()
        if change.outcome is Outcome.REFUSED or named is None or not typed:
            found.append(replace(change, values=dict(change.values) | {"value": typed}))
            continue
        values = sorted(set(named.get(folded(typed), [])))
        if len(values) == 1:
            found.append(replace(change, values={"value": values[0]}))
        else:
            why = TWO_OF_A_NAME if values else NO_CHOICE
            found.append(replace(change, outcome=Outcome.REFUSED, why=why, values={"value": typed[:80]}))
    return found


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(folded(name), []).append(value)
    return found


def wanted(made: Comparison, mine: frozenset[str]) -> dict[int, dict[str, str]]:
    """The values to write by point and field: what only the workbook changed, and the conflicts won by it.

    `mine` names conflicts as “point:field”.
    """
    found: dict[int, dict[str, str]] = {}
    for change in made.changes:
        takes = change.outcome is Outcome.APPLIED or (
            change.outcome is Outcome.CONFLICT and f"{change.point_id}:{change.key}" in mine
        )
        if takes:
            found.setdefault(change.point_id, {})[change.key] = str(change.values["value"])
    for point_id, values in found.items():
        if (where := values.pop("points_to", None)) is not None:
            answer = values.get("disposition", made.answers.get(point_id, ""))
            values["duplicate_of" if answer == Disposition.DUPLICATE else "referred_to"] = where
    return found


def rehearse(session: Session, viewer: Viewer, round_: Round, made: Comparison, at: datetime) -> Comparison:
    """The comparison with what the rules of answers refuse marked as such, found by a rehearsal."""
    problems = rehearsed(session, by=viewer, round_=round_, wanted=wanted(made, frozenset()), at=at)
    made.problems = problems
    made.changes = [
        replace(
            change,
            outcome=Outcome.REFUSED,
            why=problems[change.point_id].sentence,
            values=dict(problems[change.point_id].values),
        )
        if change.outcome is Outcome.APPLIED and change.point_id in problems
        else change
        for change in made.changes
    ]
    return made
