"""The composer: what it shows before, while and after somebody writes. One form, with a script or without."""

import dataclasses
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.comments.forms import Said, Written
from app.comments.models import Comment
from app.comments.reading import CommentView
from app.comments.rules import (
    ATTRIBUTION_NAMES,
    PRIORITY_NAMES,
    TYPE_NAMES,
    Attribution,
    CommentType,
    Priority,
    Scope,
    Status,
    small_groups,
)
from app.errors import Invalid, NotFound, Problem
from app.people.balance import seated
from app.people.rules import CONSTITUENCY_NAMES
from app.plans import queries as plans
from app.plans.queries import ClauseView
from app.plans.rules import NOT_CONSULTED, Kind
from app.policy import May
from app.routers.forms import number_in, read_as
from app.text import marks, redline, splitting
from app.web.here import Here
from app.web.language import in_language, language_of
from app.words import N_

#: The fields of the composer's form.
NAMES = (
    "client_uuid", "wid", "field", "exact", "prefix", "suffix", "start", "text", "proposed", "delete", "type",
    "priority", "ground", "rationale", "standard", "attribution", "version",
)  # fmt: skip

#: What the templates of comments need to say what a comment is.
WORDS: dict[str, Any] = {
    "type_names": TYPE_NAMES,
    "attribution_names": ATTRIBUTION_NAMES,
    "priority_names": PRIORITY_NAMES,
    "runs": redline.redline,
    "heat": marks.heat,
}


@dataclass(frozen=True, slots=True)
class Composer:
    """A comment being written: where on, the form's values as typed, and what is wrong with them.

    `base` is the text that can be edited in place; None where there is none (a section, the whole plan).
    `editing` is the comment being changed, None for a new one. `split` holds the points a long comment
    seems to make, when there are several.
    """

    action: str
    wid: str
    scope: Scope
    field: str
    clause: ClauseView | None
    base: str | None
    values: dict[str, str]
    attributions: list[tuple[str, str]]
    types: list[tuple[str, str]]
    priorities: list[tuple[str, str]]
    small: bool
    constituency: str
    may_send: bool = True
    editing: int | None = None
    version: int = 0
    problem: Problem | None = None
    errors: dict[str, str] = dataclasses.field(default_factory=dict)
    runs: list[Any] = dataclasses.field(default_factory=list)
    split: list[str] = dataclasses.field(default_factory=list)


def composer_on(here: Here, values: dict[str, str], problem: Problem | None = None) -> Composer:
    """The composer for a new comment, or for one kept unsent, on what `values` name."""
    round_ = here.the_round
    kept = _unsent(here, values.get("draft", ""))
    if kept is not None:
        values = _values(kept) | values
    scope = _scope(values)
    clause = None
    if scope is not Scope.PLAN:
        clause = plans.clause(here.db, round_.draft_id, values.get("wid", ""))
        if clause is None or clause.kind in NOT_CONSULTED:
            raise NotFound("There is no such clause in this draft.")
        if scope is Scope.CLAUSE and clause.kind is Kind.HEADING:
            scope = Scope.SECTION
    base = _base(clause, scope, values.get("field", ""))
    values = {
        "client_uuid": str(uuid.uuid4()),
        "type": CommentType.GENERAL if scope in {Scope.PLAN, Scope.SECTION} else CommentType.SUBSTANTIVE,
        "priority": Priority.MAJOR,
        "attribution": _first_offered(round_.attributions),
        "proposed": base or "",
    } | {name: value for name, value in values.items() if value or name in {"text", "proposed"}}
    return _composer(here, f"/rounds/{round_.id}/comments", clause, scope, base, values, problem=problem)


def composer_for(
    here: Here, comment: CommentView, values: dict[str, str] | None = None, problem: Problem | None = None
) -> Composer:
    """The composer for changing what was sent."""
    clause = plans.clause(here.db, here.the_round.draft_id, comment.wid) if comment.wid else None
    base = _base(clause, comment.scope, comment.field or "")
    now = {
        "client_uuid": comment.client_uuid,
        "text": comment.text,
        "proposed": base or "" if comment.proposed is None else comment.proposed,
        "delete": "1" if comment.proposed == "" else "",
        "type": comment.type,
        "priority": comment.priority,
        "ground": comment.ground,
        "rationale": comment.rationale,
        "standard": comment.standard,
        "attribution": comment.attribution,
        "exact": comment.exact or "",
        "wid": comment.wid or "",
        "field": comment.field or "",
        "version": str(comment.version),
    }
    return _composer(
        here,
        f"/rounds/{here.the_round.id}/comments/{comment.id}/edit",
        clause,
        comment.scope,
        base,
        now | (values or {}),
        editing=comment.id,
        problem=problem,
    )


def written(form: dict[str, str]) -> Written:
    """A new comment as the form says it: on a passage as soon as words are quoted, whatever it began as."""
    if form.get("scope") in {Scope.CLAUSE, Scope.FIELD, Scope.PASSAGE}:
        quoted = form.get("exact", "").strip()
        whole = Scope.FIELD if form.get("field") else Scope.CLAUSE
        form = form | {"scope": Scope.PASSAGE if quoted else whole}
    found: Written = read_as(Written, form)
    return found.model_copy(update={"proposed": _proposed(form)})


def said(form: dict[str, str]) -> Said:
    """The changed wording as the form says it."""
    found: Said = read_as(Said, form)
    return found.model_copy(update={"proposed": _proposed(form)})


def _proposed(form: dict[str, str]) -> str | None:
    """The new text: emptied is not deleted, unless it is said so."""
    if form.get("delete"):
        return ""
    typed = form.get("proposed")
    if typed is None:
        return None
    if not typed.strip():
        raise Invalid(
            "The proposed text is empty. Tick “Delete this text” if it is to go, or put it back.",
            fields={"proposed": N_("Tick “Delete this text”, or put the text back.")},
        )
    return typed.replace("\r\n", "\n")


def _composer(
    here: Here,
    action: str,
    clause: ClauseView | None,
    scope: Scope,
    base: str | None,
    values: dict[str, str],
    *,
    editing: int | None = None,
    problem: Problem | None = None,
) -> Composer:
    proposed = "" if values.get("delete") else values.get("proposed", base or "")
    points = splitting.points(values.get("text", "")) if editing is None else []
    return Composer(
        action=action,
        wid=clause.wid if clause else "",
        scope=scope,
        field=values.get("field", "") if scope in {Scope.FIELD, Scope.PASSAGE} else "",
        clause=clause,
        base=base,
        values=dict.fromkeys(NAMES, "") | values,
        attributions=[(a, ATTRIBUTION_NAMES[Attribution(a)]) for a in here.the_round.attributions],
        types=[(t, in_language(language_of(here.request), TYPE_NAMES[t])) for t in CommentType],
        priorities=[(p, PRIORITY_NAMES[p]) for p in Priority],
        small=here.viewer.constituency in small_groups(seated(here.db, here.plan.id or 0)),
        constituency=CONSTITUENCY_NAMES[here.viewer.constituency] if here.viewer.constituency else "",
        may_send=bool(here.may(May.COMMENT)),
        editing=editing,
        version=number_in(values.get("version", "")) or 0,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        runs=redline.redline(base, proposed) if base is not None and proposed != base else [],
        split=points if len(points) > 1 else [],
    )


def _scope(values: dict[str, str]) -> Scope:
    if values.get("scope") in set(Scope):
        return Scope(values["scope"])
    if values.get("wid") in {None, "", "plan"}:
        return Scope.PLAN
    if values.get("exact"):
        return Scope.PASSAGE
    return Scope.FIELD if values.get("field") else Scope.CLAUSE


def _base(clause: ClauseView | None, scope: Scope, field_: str) -> str | None:
    if clause is None or scope is Scope.SECTION:
        return None
    if field_:
        if field_ not in clause.fields:
            raise NotFound("There is no such cell in this row.")
        return clause.fields[field_]
    return clause.text


def _first_offered(attributions: list[str]) -> str:
    usual = Attribution.ORGANISATION
    return usual if usual in attributions or not attributions else attributions[0]


def _unsent(here: Here, comment_id: str) -> Comment | None:
    number = number_in(comment_id)
    if number is None:
        return None
    return here.db.scalars(
        select(Comment).where(
            col(Comment.id) == number,
            col(Comment.seat_id) == here.viewer.seat_id,
            col(Comment.round_id) == here.the_round.id,
            col(Comment.status) == Status.DRAFT,
        )
    ).first()


def _values(comment: Comment) -> dict[str, str]:
    found = {
        name: str(getattr(comment, name) if getattr(comment, name) is not None else "")
        for name in (
            "client_uuid", "scope", "field", "exact", "prefix", "suffix", "start", "text", "type", "priority",
            "ground", "rationale", "standard", "attribution",
        )
    }  # fmt: skip
    if comment.proposed is not None:
        found["proposed"] = comment.proposed
        found["delete"] = "1" if comment.proposed == "" else ""
    return found
