"""A clause on the drafter's desk: its text, all it is asked to become, the choices to make, the text that results."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as new
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.drafting.asked import (
    Answered,
    Asking,
    By,
    Proposal,
    comments_on,
    first_by,
    going_in,
    proposals,
    weigh,
    woven,
)
from app.drafting.beside import Beside, CouldBe, beside, could_be, suggestions
from app.drafting.marking import Behind, Choosing, Mark, after, before, behind, choices
from app.drafting.models import ResultingText, ResultPoint
from app.drafting.wording import Picked, Wording, clause_at, joined, result_of, texts_of
from app.matrix.dispositions import CHANGES_TEXT
from app.matrix.reading import Head, heads
from app.people.rules import Viewer
from app.plans.models import Clause
from app.rounds.models import Round
from app.text.weaving import Woven


@dataclass(frozen=True, slots=True)
class FieldTab:
    """A text of the clause that can be opened: its own, or a field's, with how many comments stand on it."""

    name: str
    comments: int


@dataclass(slots=True)
class Desk:
    """All that the page of a clause shows."""

    clause: Clause
    head: Head
    field: str
    fields: list[FieldTab]
    base: str
    base_ms: str
    by: By
    points: dict[int, Answered]
    refs: dict[int, str]
    asked: list[Proposal]
    going: list[Proposal]
    goes: Proposal | None
    malay: list[Proposal]
    foreign: list[Proposal]
    moves: Proposal | None
    weave: Woven
    result: ResultingText | None
    wording: Wording
    before: list[Mark] = new(default_factory=list)
    after: list[Mark] = new(default_factory=list)
    choices: list[Choosing] = new(default_factory=list)
    behind: list[Behind] = new(default_factory=list)
    beside: list[Beside] = new(default_factory=list)
    more: int = 0
    could_be: list[CouldBe] = new(default_factory=list)
    missing: list[str] = new(default_factory=list)
    against: list[str] = new(default_factory=list)
    after_it: list[str] = new(default_factory=list)

    @property
    def version(self) -> int:
        """The version of the saved text; 0 while there is none."""
        return self.result.version if self.result else 0

    @property
    def open_choices(self) -> int:
        """At how many choices nothing is picked."""
        return sum(1 for choice in self.choices if not choice.picked and not choice.rest)

    @property
    def unbacked(self) -> int:
        """How many changed runs have nothing behind them."""
        return sum(1 for one in self.behind if one.unbacked)


def desk(
    session: Session,
    viewer: Viewer,
    round_: Round,
    eid: str,
    field_: str = "",
    *,
    by: By | None = None,
    typed: Wording | None = None,
    whole: bool = False,
) -> Desk:
    """The page of a clause; `by` and `typed` are the drafter's own, `whole` asks for every point and reading.

    A fixed number of statements. `typed` is shown as it is, joined with what was picked since it began.
    """
    clause = clause_at(session, round_, eid, field_)
    base, base_ms = texts_of(clause, field_)
    every, points = comments_on(session, viewer, round_, clause)
    here = [one for one in every if one.field == field_]
    asked = proposals(here, base, base_ms)
    weigh(session, asked)
    result = result_of(session, round_, clause, field_)
    mode = by or (typed.by if typed else _saved_by(result)) or first_by(asked, points)
    ours = [one for one in asked if one.mergeable]
    going = going_in(ours, points, mode)
    weave = woven(base, tuple(one.text for one in going if one.text))
    wording = _wording(typed, result, weave, base, _malay(base_ms, asked, points, mode), mode)
    refs = _refs(every)
    found = Desk(
        clause=clause,
        head=heads(session, round_.draft_id, [clause.id or 0])[clause.id or 0],
        field=field_,
        fields=_tabs(clause, every, field_),
        base=base,
        base_ms=base_ms,
        by=mode,
        points=points,
        refs=refs,
        asked=asked,
        going=going,
        goes=next((one for one in going if not one.text), None),
        malay=[one for one in asked if one.malay],
        foreign=[one for one in asked if one.foreign],
        moves=next((one for one in asked if one.moves), None),
        weave=weave,
        result=result,
        wording=wording,
    )
    by_key = {one.key: one for one in ours}
    found.choices = choices(weave, by_key, wording.picked, whole=whole)
    letters = {choice.key: choice.letter for choice in found.choices}
    found.before = before(weave, by_key, letters)
    if not wording.goes:
        kept = result.runs if result else []
        found.behind = behind(weave, wording.text, by_key, letters, kept, set(points))
        found.after = after(wording.text, found.behind)
    became_of = suggestions(base, result, asked) if result else {}
    found.could_be = could_be(points, became_of)
    found.beside, found.more = beside(session, viewer, round_, here, points, became_of, whole=whole)
    _weighed(session, found, here)
    return found


def _saved_by(result: ResultingText | None) -> By | None:
    saved = result.choices.get("by") if result else None
    return By(saved) if saved in set(By) else None


def _malay(base_ms: str, asked: Sequence[Proposal], points: Mapping[int, Answered], by: By) -> str:
    """The Malay text with what goes together of the proposals made on it."""
    texts = tuple(one.text for one in going_in(asked, points, by) if one.malay)
    return woven(base_ms, texts).text({}) if texts else base_ms


def _wording(
    typed: Wording | None, result: ResultingText | None, weave: Woven, base: str, malay: str, by: By
) -> Wording:
    if typed is not None:
        made = weave.text(typed.picked.picks, typed.picked.own)
        text = joined(typed.began, typed.text, made) if typed.began else typed.text
        return Wording(text, typed.text_ms, typed.goes, by, typed.picked, began=made)
    if result is not None:
        picked = Picked(result.choices.get("picks", {}), result.choices.get("own", {}))
        made = weave.text(picked.picks, picked.own)
        goes = result.text is None
        return Wording(base if goes else result.text or "", result.text_ms, goes, by, picked, began=made)
    made = weave.text({})
    return Wording(made, malay, goes=False, by=by, picked=Picked(), began=made)


def _refs(every: Sequence[Asking]) -> dict[int, str]:
    """Each point by the ref of its first comment here."""
    found: dict[int, str] = {}
    for one in every:
        for point in one.points:
            found.setdefault(point, one.ref)
    return found


def _tabs(clause: Clause, every: Sequence[Asking], field_: str) -> list[FieldTab]:
    counted: dict[str, int] = defaultdict(int)
    for one in every:
        if one.standing:
            counted[one.field] += 1
    names = ["", *(name for name in clause.fields if counted.get(name) or name == field_)]
    return [FieldTab(name, counted.get(name, 0)) for name in names]


def _weighed(session: Session, found: Desk, here: Sequence[Asking]) -> None:
    """What is accepted and not in the saved text, what is in it and not accepted, and what came after it."""
    if not found.points:
        return
    in_text = set(
        session.scalars(
            select(col(ResultPoint.point_id)).where(col(ResultPoint.point_id).in_(list(found.points)))
        )
    )
    mine: set[int] = set()
    if found.result:
        mine = {point for run in found.result.runs for point in run["points"]}
    for one in found.beside:
        one.in_text = one.point.id in in_text
    here_points = {point for one in here for point in one.points}
    for id_ in sorted(here_points):
        point = found.points[id_]
        if point.disposition in CHANGES_TEXT and id_ not in in_text:
            found.missing.append(found.refs[id_])
        if id_ in mine and point.disposition is not None and point.disposition not in CHANGES_TEXT:
            found.against.append(found.refs[id_])
    if found.result:
        since = found.result.at
        rows: Any = session.execute(
            select(col(Comment.id), col(Comment.saved_at), col(Comment.withdrawn_at)).where(
                col(Comment.id).in_([one.id for one in here if one.proposed is not None])
            )
        )
        later = {id_ for id_, saved, withdrawn in rows if saved > since or (withdrawn and withdrawn > since)}
        found.after_it = [one.ref for one in here if one.id in later]
