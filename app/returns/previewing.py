"""What was read of a file is kept, for a person to look at before anything of it becomes a comment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from app.comments.rules import CommentType
from app.errors import Invalid, Problem
from app.people.identity import folded
from app.people.organisations import of_plan
from app.returns.itemising import of_copy, of_sheet
from app.returns.keying import organisation_of
from app.returns.models import ReturnedFile, ReturnedItem
from app.returns.rules import Choice, FileKind, Found, Sort, Step, after, keys
from app.words import N_

BATCH = 500
#: An import is one transaction, which others who write must wait for: a file says so many things at most.
MOST = 5_000

TOO_MANY_THINGS = N_("This file says more than %(most)s things. Split it, and send the parts.")


def keep_reading(
    session: Session,
    one: ReturnedFile,
    answer: Mapping[str, Any],
    clauses: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
) -> None:
    """Keep what a reader gave of a file that waits; of a sheet without known titles, its first lines.

    Raises Invalid, before anything is kept, for a file that says more than can be imported at once.
    """
    session.execute(delete(ReturnedItem).where(col(ReturnedItem.file_id) == one.id))
    one.claimed_until, one.read_at, one.problem, one.problem_values = None, at, "", {}
    one.columns, one.warnings, one.lines = [], [], []
    one.version += 1
    if answer["kind"] == "columns":
        one.kind, one.columns = FileKind.SHEET, answer["rows"]
        one.state = after(one.state, Step.ASK)
        return
    if answer["kind"] == "word":
        copy = answer["copy"]
        found = of_copy(copy, clauses)
        one.kind, one.warnings = FileKind.WORD, copy["warnings"]
    else:
        sheet = answer["sheet"]
        found = of_sheet(sheet, clauses)
        one.kind, one.warnings, one.columns = FileKind.SHEET, sheet["warnings"], sheet["columns"]
        one.lines = [{**line, "wanting": True} for line in sheet["refused"]]
        one.lines += [{**line, "wanting": False} for line in sheet["others"]]
    if sum(item.sort is not Sort.UNTRACKED for item in found) > MOST or len(found) > 4 * MOST:
        raise Invalid(TOO_MANY_THINGS, most=MOST)
    _recognise(session, one, found)
    one.state = after(one.state, Step.READ)
    session.flush()
    made = keys(found, [organisation_of(one, item.organisation) for item in found])
    rows = [_row(one, n, item, key) for n, (item, key) in enumerate(zip(found, made, strict=True))]
    for n in range(0, len(rows), BATCH):
        session.execute(insert(ReturnedItem), rows[n : n + BATCH])


def refuse(one: ReturnedFile, problem: Problem, *, at: datetime) -> None:
    """Keep the sentence for which a file is refused."""
    one.state = after(one.state, Step.REFUSE)
    one.problem, one.problem_values = problem.sentence, problem.values
    one.read_at, one.claimed_until = at, None
    one.version += 1


def _recognise(session: Session, one: ReturnedFile, found: Sequence[Found]) -> None:
    """Find the plan's organisations that rows name; where nobody said whose the file is, the one they name most."""
    written = Counter(item.organisation for item in found if item.organisation)
    if not written:
        return
    known = of_plan(session, one.plan_id)
    one.bodies = {name: known[folded(name)].id or 0 for name in written if folded(name) in known} | {
        name: id_ for name, id_ in one.bodies.items() if name in written
    }
    if one.organisation_id is None:
        told = Counter[int]()
        for name, n in written.items():
            if name in one.bodies:
                told[one.bodies[name]] += n
        if told and told.most_common(1)[0][1] * 2 > sum(written.values()):
            one.organisation_id = told.most_common(1)[0][0]


def _row(one: ReturnedFile, position: int, item: Found, key: str) -> dict[str, Any]:
    return {
        "file_id": one.id,
        "round_id": one.round_id,
        "position": position,
        "parent": item.parent,
        "sort": item.sort,
        "source": item.source[:200],
        "key": key,
        "author": _kept(item.author)[:300],
        "written_at": moment(item.date),
        "text": _kept(item.text),
        "proposed": None if item.proposed is None else _kept(item.proposed),
        "added": item.added,
        "removed": _kept(item.removed),
        "inserted": _kept(item.inserted),
        "quote": _kept(item.quote),
        "around": _kept(item.around),
        "wid": item.wid,
        "field": item.field,
        "start": item.start,
        "end": item.end,
        "general": item.general,
        "wids": list(item.wids),
        "to_wid": item.to,
        "candidates": list(item.candidates),
        "how": item.how,
        "resolved": item.resolved,
        "organisation": _kept(item.organisation)[:300],
        "type": CommentType(item.type) if item.type else None,
        "written_place": _kept(item.place),
        "idle": item.idle,
        "warnings": item.warnings,
        "extra": {_kept(name): _kept(value) for name, value in item.extra.items()},
        "choice": Choice.AS_READ,
        "chosen_wid": "",
        "comment_id": None,
    }


def _kept(text: str) -> str:
    """A text without what a database cannot keep."""
    return (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").encode("utf-8", "replace").decode()
    )


def moment(written: str | None) -> datetime | None:
    """When a file says that something was written; None where it does not say it in a way one can read."""
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
