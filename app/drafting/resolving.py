"""Writing resulting texts: saved with a version, tied to the points behind each changed run, and taken back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from app.drafting.asked import By, Proposal, comments_on, proposals
from app.drafting.models import ResultingText, ResultPoint
from app.drafting.wording import Picked, clause_at, result_of, run_key, texts_of
from app.errors import Conflict, Invalid, NotFound
from app.history import queries as history
from app.history.actions import record
from app.matrix.models import Point
from app.people.rules import Viewer
from app.policy import May, may, require
from app.rounds.models import Round
from app.text import backing
from app.text.merging import Change
from app.text.weaving import Woven
from app.words import N_

#: The longest text that is taken, in code points; a clause longer than this is a chapter.
LONGEST = 200_000
LONGEST_NOTE = 2_000

STALE = N_(
    "Somebody saved this text after you opened it. Nothing is lost: both are below, and a third that joins them."
)

#: What history calls a save.
WRITTEN, REWRITTEN, TIED, TAKEN_BACK = "text written", "text rewritten", "put behind", "text taken back"


def tidy(text: str) -> str:
    """A text as a form sent it, with its line ends one way and no more than one blank line between paragraphs."""
    text = text.replace("\x00", " ").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def write(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    eid: str,
    field: str = "",
    version: int,
    text: str | None,
    text_ms: str = "",
    mode: By = By.ASKED,
    picked: Picked | None = None,
    at: datetime,
    verb: str = "",
) -> ResultingText:
    """Save what a clause or field will read; None where it goes. `version` is what the writer began from, 0 for none.

    Raises Conflict with both texts, and what joins them, when somebody saved another meanwhile.
    """
    require(may(by.role, May.WRITE_RESULT, phase=round_.phase))
    clause = clause_at(session, round_, eid, field)
    base, _ = texts_of(clause, field)
    text = None if text is None else tidy(text)
    text_ms = tidy(text_ms)
    if text == "":
        raise Invalid(
            "The text is empty. If the clause is to go, say so; else write its text.",
            fields={"text": N_("Write the text, or tick that the clause goes.")},
        )
    if len(text or "") > LONGEST or len(text_ms) > LONGEST:
        raise Invalid("This text is too long for one clause.", fields={"text": N_("Shorten it.")})
    row = result_of(session, round_, clause, field, lock=True)
    _current(session, row, version, base, text, text_ms)
    choices = {"by": mode.value} | ({"picks": dict(picked.picks), "own": dict(picked.own)} if picked else {})
    if row is not None and (row.text, row.text_ms, row.choices) == (text, text_ms, choices):
        return row
    asking, points = comments_on(session, by, round_, clause)
    asked = proposals([one for one in asking if one.field == field], base, texts_of(clause, field)[1])
    before = _described(row) if row else None
    if row is None:
        row = ResultingText(round_id=round_.id or 0, clause_id=clause.id or 0, field=field, at=at, version=0)
        session.add(row)
    row.runs = _runs(base, text, asked, row.runs, set(points))
    row.text, row.text_ms, row.choices = text, text_ms, choices
    row.own_words = any(run["own"] for run in row.runs)
    row.by_person_id, row.at = by.person_id, at
    row.version += 1
    session.flush()
    _link(session, row)
    verb = verb or (WRITTEN if before is None else REWRITTEN)
    _record(session, row, by, round_, at, verb, before)
    return row


def _current(
    session: Session,
    row: ResultingText | None,
    version: int,
    base: str,
    text: str | None,
    text_ms: str,
) -> None:
    """Refuse a save that began from another version than stands, with all that can be made of the two texts."""
    if version == (row.version if row else 0):
        return
    if row is None:
        raise Conflict("The round or its draft changed after you opened this page. Open it again.")
    if (row.text, row.text_ms) == (text, text_ms):
        return
    began = _earlier(session, row, version)
    was = base if began is None else began["text"] or ""
    theirs = {"text": row.text, "text_ms": row.text_ms, "version": row.version}
    mine: dict[str, Any] = {"text": text, "text_ms": text_ms}
    if text is not None and row.text is not None:
        both = Woven(was, [Change("mine", text), Change("theirs", row.text)])
        mine |= {
            "joined": both.text({choice.key: _whose(choice.options, "mine") for choice in both.choices}),
            "clashes": len(both.choices),
        }
    raise Conflict(STALE, theirs=theirs, mine=mine)


def _whose(options: Iterable[Any], who: str) -> str:
    return next((option.key for option in options if who in option.ids), "")


def _earlier(session: Session, row: ResultingText, version: int) -> dict[str, Any] | None:
    """A saved text as history keeps it; None where there was none yet."""
    return next(
        (
            one.after
            for one in history.of(session, "resulting_text", row.id or 0)
            if one.after and one.after.get("version") == version and "text" in one.after
        ),
        None,
    )


def _runs(
    base: str,
    text: str | None,
    asked: Sequence[Proposal],
    kept: Sequence[Mapping[str, Any]],
    known: set[int],
) -> list[dict[str, Any]]:
    """Each changed run with the points behind it; what was tied by hand to the same words stays tied."""
    ours = {one.key: one for one in asked if one.mergeable}
    by_hand = {run_key(one["start"], one["end"], one["text"]): one for one in kept}
    if text is None:
        found = [(0, len(base), "", [point for one in ours.values() if not one.text for point in one.points])]
    else:
        texts = {one.key: one.text for one in ours.values() if one.text}
        found = [
            (run.start, run.end, run.text, [point for id_ in run.ids for point in ours[id_].points])
            for run in backing.runs(base, text, texts)
        ]
    made = []
    for start, end, words, behind in found:
        before = by_hand.get(run_key(start, end, words), {})
        tied = [point for point in before.get("tied", []) if point in known]
        made.append(
            {
                "start": start,
                "end": end,
                "text": words,
                "points": list(dict.fromkeys([*behind, *tied])),
                "own": not behind,
                "tied": tied,
                "note": before.get("note", ""),
            }
        )
    return made


def tie(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    eid: str,
    field: str = "",
    version: int,
    run: str,
    points: Sequence[int],
    note: str,
    at: datetime,
) -> ResultingText:
    """Put points behind a changed run by hand, or a note that says why the words are changed without one."""
    require(may(by.role, May.WRITE_RESULT, phase=round_.phase))
    clause = clause_at(session, round_, eid, field)
    row = result_of(session, round_, clause, field, lock=True)
    if row is None:
        raise NotFound("There is no saved text here yet.")
    if row.version != version:
        raise Conflict(
            "Somebody saved this text after you opened it, so nothing was done. The page now shows how it stands."
        )
    found = next(
        (n for n, one in enumerate(row.runs) if run_key(one["start"], one["end"], one["text"]) == run), None
    )
    if found is None:
        raise NotFound("The text has no such change.")
    wanted = sorted(set(points))
    real = session.scalars(
        select(col(Point.id)).where(
            col(Point.id).in_(wanted), col(Point.round_id) == round_.id, col(Point.members) > 0
        )
    ).all()
    if len(real) != len(wanted):
        raise Invalid("This round has no such point.", fields={"points": N_("Choose again.")})
    note = " ".join(note.replace("\x00", " ").split())
    if len(note) > LONGEST_NOTE:
        raise Invalid("The note is too long.", fields={"note": N_("Shorten it.")})
    before = _described(row)
    one = dict(row.runs[found])
    asked_for = [point for point in one["points"] if point not in one["tied"]]
    one |= {"tied": wanted, "note": note, "points": list(dict.fromkeys([*asked_for, *wanted]))}
    row.runs = [*row.runs[:found], one, *row.runs[found + 1 :]]
    row.version += 1
    session.flush()
    _link(session, row)
    _record(session, row, by, round_, at, TIED, before)
    return row


def take_back(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    eid: str,
    field: str = "",
    version: int,
    to: int,
    at: datetime,
) -> ResultingText:
    """Write an earlier text again, of version `to`, 0 for the draft's own words; history keeps what stood meanwhile."""
    require(may(by.role, May.WRITE_RESULT, phase=round_.phase))
    clause = clause_at(session, round_, eid, field)
    row = result_of(session, round_, clause, field, lock=True)
    if row is None:
        raise NotFound("There is no saved text here yet.")
    base, base_ms = texts_of(clause, field)
    earlier: dict[str, Any] | None = {"text": base, "text_ms": base_ms, "choices": {}}
    if to:
        earlier = _earlier(session, row, to)
    if earlier is None:
        raise NotFound("There is no such earlier text.")
    chosen = earlier.get("choices") or {}
    return write(
        session,
        by=by,
        round_=round_,
        eid=eid,
        field=field,
        version=version,
        text=earlier["text"],
        text_ms=earlier.get("text_ms", ""),
        mode=By(chosen.get("by", By.ASKED)),
        picked=Picked(chosen.get("picks", {}), chosen.get("own", {})),
        at=at,
        verb=TAKEN_BACK,
    )


def _link(session: Session, row: ResultingText) -> None:
    """Keep by point what the runs say."""
    session.execute(delete(ResultPoint).where(col(ResultPoint.resulting_text_id) == row.id))
    behind = {point for run in row.runs for point in run["points"]}
    if behind:
        session.execute(
            insert(ResultPoint),
            [{"resulting_text_id": row.id, "point_id": point} for point in sorted(behind)],
        )


def _described(row: ResultingText) -> dict[str, Any]:
    return {
        "text": row.text,
        "text_ms": row.text_ms,
        "choices": row.choices,
        "runs": row.runs,
        "version": row.version,
    }


def _record(
    session: Session,
    row: ResultingText,
    by: Viewer,
    round_: Round,
    at: datetime,
    verb: str,
    before: dict[str, Any] | None,
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="resulting_text",
        subject_id=row.id or 0,
        before=before,
        after=_described(row) | {"clause_id": row.clause_id, "field": row.field},
        plan_id=round_.plan_id,
        round_id=round_.id,
        first=before is None,
    )
