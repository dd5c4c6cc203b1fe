"""A draft's text: looked over section by section, mended in place, and frozen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Response

from app.drafting import lineage_of
from app.errors import Conflict, Invalid, NotFound, Problem
from app.people.rules import LANGUAGE_NAMES, Language
from app.plans import correcting, freezing, importing, queries
from app.plans.checks import hindrances
from app.plans.correcting import Correction
from app.plans.queries import ClauseView, DraftView, OutlineItem
from app.plans.rules import DRAFT_STATUS_NAMES, KIND_NAMES, NOT_CONSULTED, Kind
from app.policy import May
from app.rounds.queries import rounds_of
from app.rounds.rules import Phase
from app.routers.deps import InPlan
from app.routers.drafts import again
from app.routers.forms import form_of
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter()

#: The section that holds the draft's own table of contents, which nobody is asked to comment on.
CONTENTS = "contents"


@dataclass(frozen=True, slots=True)
class Row:
    """A clause as the page shows it: how deep it lies in its section, and what the reader noted there."""

    clause: ClauseView
    depth: int
    warnings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Editing:
    """A clause whose forms are open; `typed` is what came back, `theirs` what stands now if it is stale."""

    wid: str
    typed: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def errors(self) -> dict[str, str]:
        return self.problem.fields if isinstance(self.problem, Invalid) else {}

    @property
    def theirs(self) -> dict[str, Any]:
        return self.problem.theirs if isinstance(self.problem, Conflict) else {}


@router.get("/plans/{plan}/drafts/{draft_id:int}")
def text(
    draft_id: int,
    here: InPlan,
    section: Annotated[str, Query(max_length=220)] = "",
    edit: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """One section of a draft; those who prepare drafts can mend it until it is frozen."""
    return _page(here, draft_id, section, Editing(edit))


def _page(here: Here, draft_id: int, eid: str, editing: Editing) -> Response:
    draft = queries.draft(here.db, here.viewer, draft_id)
    outline = queries.outline(here.db, draft_id)
    if editing.wid and not eid:
        eid = queries.section_of(here.db, draft_id, editing.wid) or CONTENTS
    contents = queries.contents_lines(here.db, draft_id)
    current = next((one for one in outline if one.eid == eid), outline[0] if outline else None)
    if eid == CONTENTS and contents:
        clauses, current = contents, None
    else:
        clauses = queries.section(here.db, draft_id, current.eid) if current else []
    prepares = bool(here.may(May.PREPARE_DRAFT)) and not draft.frozen
    mended = next((one for one in clauses if one.wid == editing.wid), None) if prepares else None
    if editing.wid and mended is None and prepares:
        raise NotFound(correcting.NO_CLAUSE)
    general, by_place = _warnings(draft, clauses)
    rounds = [one for one in rounds_of(here.db, here.viewer.plan_id) if one.draft_id == draft_id]
    return render(
        here.request,
        "drafts/text.html",
        page=here.page("drafts"),
        status=editing.problem.status if editing.problem else 200,
        draft=draft,
        outline=outline,
        current=current,
        contents=len(contents),
        rows=_rows(clauses, current, by_place),
        warnings=general if prepares else [],
        prepares=prepares,
        may_prepare=bool(here.may(May.PREPARE_DRAFT)),
        hindered=hindrances(queries.doubtful(here.db, draft_id)) if prepares else [],
        problem=editing.problem,
        typed=editing.typed,
        errors=editing.errors,
        editing=editing if mended else None,
        mended=mended,
        moves=_moves(clauses, mended) if mended else {},
        starts=_sentence_starts(mended.text) if mended else [],
        rounds=rounds,
        runs=bool(here.may(May.RUN_ROUND)),
        beside=_around(outline, current),
        kinds=KIND_NAMES,
        not_consulted=NOT_CONSULTED,
        status_names=DRAFT_STATUS_NAMES,
        language_names=LANGUAGE_NAMES,
        malay=draft.language is Language.ENGLISH,
        base=f"/plans/{here.plan.slug}/drafts/{draft_id}",
        follows=lineage_of.followed_by(here.db, draft_id),
        ended=next((one.id for one in rounds if one.phase in {Phase.CLOSED, Phase.PUBLISHED}), None),
        others=[one for one in queries.visible_drafts(here.db, here.viewer) if one.draft_id != draft_id],
    )


def _rows(
    clauses: list[ClauseView], head: OutlineItem | None, warnings: dict[str, list[dict[str, Any]]]
) -> list[Row]:
    depth: dict[int | None, int] = {head.clause_id: 0 if head.kind is Kind.HEADING else -1} if head else {}
    found = []
    for one in clauses:
        if head is None or one.clause_id != head.clause_id:
            depth[one.clause_id] = depth.get(one.parent_id, -1) + 1
        shown = max(0, depth.get(one.clause_id, 0) - (1 if head and head.kind is Kind.HEADING else 0))
        found.append(Row(one, min(shown, 6), warnings.get(one.wid, [])))
    return found


def _warnings(
    draft: DraftView, clauses: list[ClauseView]
) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """What the reader noted: of the whole file, and beside the clauses of this section it names."""
    named: dict[str, str] = {}
    for one in clauses:
        named |= dict.fromkeys((one.wid, one.eid, one.label), one.wid)
    general: list[dict[str, Any]] = []
    by_place: dict[str, list[dict[str, Any]]] = {}
    for warning in draft.warnings:
        wid = named.get(str(warning.get("where", "")))
        if wid:
            by_place.setdefault(wid, []).append(warning)
        else:
            general.append(warning)
    return general, by_place


def _moves(clauses: list[ClauseView], clause: ClauseView) -> dict[str, bool]:
    """Which ways a clause can be moved in the tree, as far as its section shows."""
    parent = next((one for one in clauses if one.clause_id == clause.parent_id), None)
    siblings = [
        one
        for one in clauses
        if one.parent_id == clause.parent_id
        and one.position < clause.position
        and one.kind is not Kind.HEADING
    ]
    heading = clause.kind is Kind.HEADING
    return {
        "indent": bool(siblings) and not heading,
        "outdent": parent is not None and parent.kind is not Kind.HEADING and not heading,
    }


def _around(outline: list[OutlineItem], current: OutlineItem | None) -> tuple[str, str]:
    """The sections before and after this one, by eid."""
    if current is None:
        return "", ""
    at = outline.index(current)
    before = outline[at - 1].eid if at else ""
    return before, outline[at + 1].eid if at + 1 < len(outline) else ""


def _sentence_starts(words: str) -> list[str]:
    """Where a clause can be split without typing: the first words of each sentence or line but the first."""
    found: list[str] = []
    for at in range(1, len(words) - 1):
        if words[at - 1] in ".;:?!\n" and words[at].isspace():
            start = " ".join(words[at:].split()[:8])
            if start and words.count(start) == 1 and start not in found:
                found.append(start)
    return found[:40]


def _mend(
    here: Here,
    draft_id: int,
    wid: str,
    typed: dict[str, str],
    done: Callable[[], tuple[str, str]],
    stay: str = "",
) -> Response:
    """Do it and show the clause where it stands now; or show the form again as it was typed."""
    try:
        shown, said = done()
        lineage_of.corrected(here.db, draft_id)
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        here = again(here)
        return _page(here, draft_id, "", Editing(wid, typed, problem))
    section = queries.section_of(here.db, draft_id, shown) if shown else stay
    at = f"#{shown}" if shown else ""
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}?section={section or CONTENTS}{at}", said
    )


@router.post("/plans/{plan}/drafts/{draft_id:int}/clauses/{wid}")
def save(draft_id: int, wid: str, here: InPlan, form: form_of) -> Response:
    """Kind, level, number, label, text and fields of a clause."""
    queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)

    def done() -> tuple[str, str]:
        correcting.correct(
            here.db,
            by=here.viewer,
            draft_id=draft_id,
            wid=wid,
            version=_number(form, "version"),
            change=_correction(here, draft_id, wid, form),
            at=here.now,
        )
        return wid, N_("Saved.")

    return _mend(here, draft_id, wid, form, done)


def _correction(here: Here, draft_id: int, wid: str, form: dict[str, str]) -> Correction:
    clause = queries.clause(here.db, draft_id, wid)
    if clause is None:
        raise NotFound(correcting.NO_CLAUSE)
    kind = form.get("kind", "")
    if kind not in set(Kind):
        says = N_("Choose what the clause is.")
        raise Invalid(says, fields={"kind": says})
    return Correction(
        kind=Kind(kind),
        level=_number(form, "level"),
        number=form.get("number", ""),
        label=form.get("label", ""),
        text=form.get("text", "").replace("\r\n", "\n"),
        fields={
            name: form.get(f"field-{at}", value).replace("\r\n", "\n")
            for at, (name, value) in enumerate(clause.fields.items())
        },
    )


def _number(form: dict[str, str], name: str) -> int:
    try:
        return int(form.get(name, "").strip())
    except ValueError:
        says = N_("Write a number.")
        raise Invalid(says, fields={name: says}) from None


VERBS: dict[str, str] = {
    "label": N_("The clause has its new label."),
    "indent": N_("The clause now stands under the one before it."),
    "outdent": N_("The clause now stands one step further out."),
    "split": N_("The clause is now two. The second one is here."),
    "join": N_("The two clauses are now one."),
    "insert": N_("The new clause is here."),
    "delete": N_("The clause is deleted. Its words stay in the history."),
}


@router.post("/plans/{plan}/drafts/{draft_id:int}/clauses/{wid}/{verb}")
def mend(draft_id: int, wid: str, verb: str, here: InPlan, form: form_of) -> Response:
    """Move, split, join, insert or delete a clause."""
    if verb not in VERBS:
        raise NotFound(correcting.NO_CLAUSE)
    queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    stay = queries.section_of(here.db, draft_id, wid)
    return _mend(
        here, draft_id, wid, form, lambda: (_mended(here, draft_id, wid, verb, form), VERBS[verb]), stay
    )


def _mended(here: Here, draft_id: int, wid: str, verb: str, form: dict[str, str]) -> str:
    """Do what the button said; gives the permanent id of the clause to show, nothing when it is gone."""
    which: dict[str, Any] = {"by": here.viewer, "draft_id": draft_id, "wid": wid, "at": here.now}
    if verb == "insert":
        kind = form.get("new_kind", "")
        return correcting.insert_clause(
            here.db,
            **which,
            before=form.get("where") == "before",
            kind=Kind(kind) if kind in set(Kind) else Kind.PARAGRAPH,
            text=form.get("new_text", "").replace("\r\n", "\n"),
        ).wid
    which["version"] = _number(form, "version")
    if verb == "delete":
        if not form.get("sure"):
            says = N_("Tick that the clause is to be deleted.")
            raise Invalid(says, fields={"sure": says})
        correcting.delete_clause(here.db, **which)
        return ""
    if verb == "split":
        second = form.get("second", "") or form.get("sentence", "")
        return correcting.split(here.db, **which, second=second).wid
    if verb == "join":
        return correcting.join(here.db, **which, following=form.get("following", "")).wid
    if verb == "label":
        return correcting.relabel(here.db, **which, label=form.get("label", "")).wid
    return (correcting.indent if verb == "indent" else correcting.outdent)(here.db, **which).wid


@router.post("/plans/{plan}/drafts/{draft_id:int}/name")
def call(
    draft_id: int,
    here: InPlan,
    version: Annotated[int, Form()],
    name: Annotated[str, Form()] = "",
    marking: Annotated[str, Form()] = "",
) -> Response:
    """Another name or marking, until the draft is frozen."""
    queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    try:
        importing.call_draft(
            here.db,
            by=here.viewer,
            draft_id=draft_id,
            version=version,
            name=name,
            marking=marking,
            at=here.now,
        )
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _page(again(here), draft_id, "", Editing("", {"name": name, "marking": marking}, problem))
    return flash.redirect(f"/plans/{here.plan.slug}/drafts/{draft_id}", N_("Saved."))


@router.post("/plans/{plan}/drafts/{draft_id:int}/freeze")
def freeze(draft_id: int, here: InPlan, version: Annotated[int, Form()]) -> Response:
    """The text stands for ever, or the page names what stands in the way."""
    queries.draft(here.db, here.viewer, draft_id)
    here.require(May.PREPARE_DRAFT)
    try:
        draft = freezing.freeze(here.db, by=here.viewer, draft_id=draft_id, version=version, at=here.now)
    except (Invalid, Conflict) as problem:
        here.db.rollback()
        return _page(again(here), draft_id, "", Editing("", {}, problem))
    return flash.redirect(
        f"/plans/{here.plan.slug}/drafts/{draft_id}",
        N_("%(name)s is frozen. A round can open on it."),
        name=draft.name,
    )
