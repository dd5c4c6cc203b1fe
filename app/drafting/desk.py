"""A clause on the drafter's desk: its text, all it is asked to become, the choices to make, the text that results."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as new
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import CommentView, reading, views
from app.drafting.asked import (
    Answered,
    Asking,
    By,
    Proposal,
    comments_on,
    first_by,
    going_in,
    key_of,
    proposals,
    weigh,
    woven,
)
from app.drafting.models import ResultingText, ResultPoint
from app.errors import NotFound
from app.matrix.dispositions import CHANGES_TEXT, Disposition
from app.matrix.reading import Head, heads
from app.people.rules import Viewer
from app.plans.models import Clause
from app.rounds.models import Round
from app.text.backing import Became, Run, became, runs
from app.text.merging import Change
from app.text.weaving import Option, Stretch, Woven

#: So many points stand beside the text, and so many readings under a choice, before "all of them" is asked for.
BESIDE = 40
READINGS = 8

#: What a point's answer could be, from what became of its words.
SUGGESTED = {
    Became.WHOLLY: Disposition.ACCEPTED,
    Became.REWORDED: Disposition.MODIFIED,
    Became.PARTLY: Disposition.PARTLY,
    Became.NOT_AT_ALL: Disposition.NOT_ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class Picked:
    """What a drafter chose at the choices, by their keys: an option's key, KEEP or OWN, and the own words."""

    picks: Mapping[str, str] = new(default_factory=dict)
    own: Mapping[str, str] = new(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """A result as it is being written; `goes` says that the clause goes, `began` the text it began from."""

    text: str
    text_ms: str
    goes: bool
    by: By
    picked: Picked
    began: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """An option of a choice with who proposes it; `on` where it is picked."""

    option: Option
    proposals: tuple[Proposal, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """A choice under its letter; `more` readings are not shown. `picked` is empty while nothing is chosen.

    `rest` says that it is the rest of what is proposed at other choices, and goes with it.
    """

    letter: str
    key: str
    old: str
    readings: tuple[Reading, ...]
    more: int
    picked: str
    rest: bool
    own: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the base or of the result as the page shows it.

    `kind` is equal, change or choice; `label` a choice's letter or a change's number; `own` says that nobody
    asked for the words.
    """

    kind: str
    text: str
    new: str = ""
    label: str = ""
    proposals: tuple[Proposal, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """A changed run with what stands behind it; `points` by their ids, `near` those that touch its words."""

    label: str
    run: Run
    old: str
    proposals: tuple[Proposal, ...]
    points: tuple[int, ...]
    near: tuple[int, ...]
    note: str

    @property
    def key(self) -> str:
        """How forms name it."""
        return run_key(self.run.start, self.run.end, self.run.text)

    def could_be(self, points: Iterable[int], most: int = 24) -> list[int]:
        """The points of the clause that could be put behind it, those that touch its words first."""
        return list(dict.fromkeys([*self.points, *self.near, *points]))[:most]

    @property
    def unbacked(self) -> bool:
        """Whether nothing stands behind it."""
        return not self.points and not self.note


@dataclass(slots=True)
class Beside:
    """A point beside the text, with its comments on this clause as this drafter may read them.

    `suggested` follows from what became of its words in the saved text.
    """

    point: Answered
    comments: list[CommentView] = new(default_factory=list)
    more: int = 0
    proposes: bool = False
    in_text: bool = False
    suggested: Disposition | None = None


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
    weave: Woven
    result: ResultingText | None
    wording: Wording
    before: list[Mark] = new(default_factory=list)
    after: list[Mark] = new(default_factory=list)
    choices: list[Choosing] = new(default_factory=list)
    behind: list[Behind] = new(default_factory=list)
    beside: list[Beside] = new(default_factory=list)
    more: int = 0
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


def run_key(start: int, end: int, text: str) -> str:
    """A changed run's name in forms."""
    return f"{start}-{end}-{key_of(text)}"


def clause_at(session: Session, round_: Round, eid: str, field_: str) -> Clause:
    """A clause of the round's draft that has this field; NotFound otherwise."""
    clause = session.scalars(
        select(Clause).where(col(Clause.draft_id) == round_.draft_id, col(Clause.eid) == eid)
    ).first()
    if clause is None or (field_ and field_ not in clause.fields):
        raise NotFound("There is no such clause in the draft of this round.")
    return clause


def texts_of(clause: Clause, field_: str) -> tuple[str, str]:
    """The words of a clause, or of a field of it, in English and in Malay."""
    if field_:
        return clause.fields.get(field_, ""), clause.fields_ms.get(field_, "")
    return clause.text, clause.text_ms


def result_of(
    session: Session, round_: Round, clause: Clause, field_: str, *, lock: bool = False
) -> ResultingText | None:
    """The saved text of a clause or field in this round, if there is one."""
    statement = select(ResultingText).where(
        col(ResultingText.round_id) == round_.id,
        col(ResultingText.clause_id) == clause.id,
        col(ResultingText.field) == field_,
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).first()


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
    every, points = comments_on(session, viewer, round_, clause.id or 0)
    here = [one for one in every if one.field == field_]
    asked = proposals(here, base, base_ms)
    weigh(session, asked)
    result = result_of(session, round_, clause, field_)
    mode = by or (typed.by if typed else _saved_by(result)) or first_by(asked, points)
    ours = [one for one in asked if not one.malay and not one.foreign]
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
        weave=weave,
        result=result,
        wording=wording,
    )
    by_key = {one.key: one for one in ours}
    found.choices = _choices(weave, by_key, wording.picked, whole=whole)
    letters = {choice.key: choice.letter for choice in found.choices}
    found.before = _before(weave, by_key, letters)
    found.behind = _behind(found, by_key, letters)
    found.after = _after(found)
    _beside(session, viewer, round_, found, here, whole=whole)
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


def joined(began: str, mine: str, made: str) -> str:
    """My own edits over a text that was made anew meanwhile; where both touch the same words, mine stand."""
    if mine == began:
        return made
    both = Woven(began, [Change("mine", mine), Change("made", made)])
    picks = {
        choice.key: option.key
        for choice in both.choices
        for option in choice.options
        if "mine" in option.ids and not option.joins
    }
    return both.text(picks)


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


def letter_of(n: int) -> str:
    """The letter of choice n: A to Z, then AA."""
    return chr(65 + n) if n < 26 else letter_of(n // 26 - 1) + chr(65 + n % 26)


def _choices(weave: Woven, by_key: Mapping[str, Proposal], picked: Picked, *, whole: bool) -> list[Choosing]:
    found = []
    for n, choice in enumerate(weave.choices):
        pick = "" if choice.rest and choice.key not in picked.picks else weave.picked(choice, picked.picks)
        shown = choice.options if whole else choice.options[:READINGS]
        if pick and not whole:
            shown += tuple(one for one in choice.options[READINGS:] if one.key == pick)
        found.append(
            Choosing(
                letter=letter_of(n),
                key=choice.key,
                old=choice.old,
                readings=tuple(
                    Reading(
                        option, tuple(by_key[id_] for id_ in option.ids if id_ in by_key), option.key == pick
                    )
                    for option in shown
                ),
                more=len(choice.options) - len(shown),
                picked=pick,
                rest=choice.rest,
                own=picked.own.get(choice.key, ""),
            )
        )
    return found


def _before(weave: Woven, by_key: Mapping[str, Proposal], letters: Mapping[str, str]) -> list[Mark]:
    """The base with all that goes in, each change with whose it is, each choice under its letter."""

    def mark(stretch: Stretch) -> Mark:
        whose = tuple(by_key[id_] for id_ in stretch.ids if id_ in by_key)
        return Mark(stretch.kind, stretch.old, stretch.new, letters.get(stretch.choice, ""), whose)

    return [mark(stretch) for stretch in weave.stretches()]


def _behind(found: Desk, by_key: Mapping[str, Proposal], letters: Mapping[str, str]) -> list[Behind]:
    """The changed runs of the wording with what stands behind each; what was tied by hand is kept."""
    if found.wording.goes:
        return []
    tied = {
        run_key(one["start"], one["end"], one["text"]): one
        for one in (found.result.runs if found.result else [])
    }
    texts = {one.key: one.text for one in by_key.values() if one.text}
    made: list[Behind] = []
    number = 0
    for run in runs(found.base, found.wording.text, texts):
        letter = next(
            (
                letters[choice.key]
                for choice in found.weave.choices
                for start, end in choice.places
                if (run.start < end and run.end > start)
                or (start <= run.start <= end and run.start == run.end)
            ),
            "",
        )
        if not letter:
            number += 1
        kept = tied.get(run_key(run.start, run.end, run.text), {})
        points = [point for id_ in run.ids for point in by_key[id_].points]
        points += [point for point in kept.get("tied", []) if point in found.points]
        near = [point for id_ in run.near for point in by_key[id_].points]
        made.append(
            Behind(
                label=letter or str(number),
                run=run,
                old=found.base[run.start : run.end],
                proposals=tuple(by_key[id_] for id_ in run.ids),
                points=tuple(dict.fromkeys(points)),
                near=tuple(dict.fromkeys(near)),
                note=kept.get("note", ""),
            )
        )
    return made


def _after(found: Desk) -> list[Mark]:
    """The wording with its changed runs marked."""
    text = found.wording.text
    marks: list[Mark] = []
    at = 0
    for one in found.behind:
        run = one.run
        if run.at > at:
            marks.append(Mark("equal", text[at : run.at]))
        at = max(at, run.at)
        marks.append(
            Mark("change", text[at : max(at, run.until)], one.old, one.label, one.proposals, own=one.unbacked)
        )
        at = max(at, run.until)
    if at < len(text):
        marks.append(Mark("equal", text[at:]))
    return marks


def _beside(
    session: Session, viewer: Viewer, round_: Round, found: Desk, here: Sequence[Asking], *, whole: bool
) -> None:
    """The points with comments on this text, those that are read in full, and what is suggested for each."""
    order = list(dict.fromkeys(point for one in here for point in one.points))
    shown = order if whole else order[:BESIDE]
    found.more = len(order) - len(shown)
    chosen = set(shown)
    wanted: list[int] = []
    count: dict[int, int] = defaultdict(int)
    whose: dict[int, list[int]] = {}
    for one in here:
        whose[one.id] = [point for point in one.points if point in chosen]
        for point in whose[one.id]:
            count[point] += 1
        if any(count[point] <= 3 for point in whose[one.id]):
            wanted.append(one.id)
    read: dict[int, CommentView] = {}
    if wanted:
        statement = reading(viewer, round_).where(col(Comment.id).in_(wanted)).order_by(col(Comment.id))
        read = {view.id: view for view in views(session.execute(statement), viewer, round_)}
    asking = {point for one in here if one.proposed is not None and one.standing for point in one.points}
    became_of = suggestions(found.base, found.result, found.asked) if found.result else {}
    beside = {
        point: Beside(found.points[point], proposes=point in asking, suggested=became_of.get(point))
        for point in shown
    }
    for id_, its in whose.items():
        for point in its:
            if id_ in read:
                beside[point].comments.append(read[id_])
            else:
                beside[point].more += 1
    found.beside = list(beside.values())


def suggestions(base: str, result: ResultingText, asked: Sequence[Proposal]) -> dict[int, Disposition]:
    """What each point's answer could be, from the best that became of its proposals; nothing is set by this."""
    order = list(SUGGESTED)
    best: dict[int, Became] = {}
    found: dict[int, Disposition] = {}
    for one in asked:
        if one.malay or one.foreign:
            continue
        if result.text is None:
            for point in one.points:
                if not one.text:
                    found[point] = Disposition.ACCEPTED
                else:
                    found.setdefault(point, Disposition.FELL)
            continue
        what = became(base, result.text, one.text) if one.text else Became.NOT_AT_ALL
        for point in one.points:
            if point not in best or order.index(what) < order.index(best[point]):
                best[point] = what
    return found | {point: SUGGESTED[what] for point, what in best.items()}


def _weighed(session: Session, found: Desk, here: Sequence[Asking]) -> None:
    """What is accepted and not in the saved text, what is in it and not accepted, and what came after it."""
    if not found.points:
        return
    behind = set(
        session.scalars(
            select(col(ResultPoint.point_id)).where(col(ResultPoint.point_id).in_(list(found.points)))
        )
    )
    mine: set[int] = set()
    if found.result:
        mine = {point for run in found.result.runs for point in run["points"]}
    for one in found.beside:
        one.in_text = one.point.id in behind
    here_points = {point for one in here for point in one.points}
    for id_ in sorted(here_points):
        point = found.points[id_]
        if point.disposition in CHANGES_TEXT and id_ not in behind:
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
