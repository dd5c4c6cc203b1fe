"""The form in which a point is answered: what it shows, how it comes back, and where it leads on to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from app.comments.rules import PRIORITY_NAMES, SCOPE_NAMES, TYPE_NAMES
from app.errors import Conflict, Invalid
from app.matrix import deciding, opened
from app.matrix.dispositions import (
    CONTROVERSY_NAMES,
    DISPOSITION_NAMES,
    OTHER_PLAN_NAMES,
    POINT_STATE_NAMES,
    Disposition,
    OtherPlan,
    choices,
)
from app.matrix.models import Point
from app.matrix.opened import PointView
from app.matrix.written import BY_NAME, written
from app.people.rules import CONSTITUENCY_NAMES
from app.policy import May
from app.routers.forms import number_in
from app.text.excerpts import beginning, brief, full
from app.web.here import Here
from app.words import N_

#: What a form of a point's answer says beside its fields.
VERSION, WAS, CLASH, SETTLE, BACK, NEXT, THEN = "version", "was", "clash", "settle", "back", "next", "then"

#: A reason to choose whose word stands for all that clashes but the answer itself.
ANSWERS = frozenset({"disposition", "proposed_disposition"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: the fields, what they were when it was made, and the point's version then."""

    version: int
    was: dict[str, str]
    mine: dict[str, str]


def sent(form: dict[str, str]) -> Sent:
    """What a form says; fields for which the other's words were chosen hold those."""
    was = _was(form.get(WAS, ""))
    mine = {name: value for name, value in form.items() if name in BY_NAME}
    clashing = [name for name in form.get(CLASH, "").split() if name in was]
    for name in clashing:
        theirs = form.get(SETTLE) == "theirs" and name not in ANSWERS
        if theirs or (SETTLE not in form and form.get(f"take_{name}") == "theirs"):
            mine[name] = was[name]
    return Sent(number_in(form.get(VERSION, "")) or 0, was, mine)


def _was(typed: str) -> dict[str, str]:
    try:
        found = json.loads(typed or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if name in BY_NAME and isinstance(value, str)}


def packed(was: dict[str, str]) -> str:
    """What a form began from, as it carries it."""
    return json.dumps(was, ensure_ascii=False)


def inside(here: Here, path: str) -> str:
    """An address of this round that a form leads back to; empty for any other."""
    root = f"/rounds/{here.the_round.id}/"
    if not path.startswith(root) or "\\" in path or any(ord(letter) < 33 for letter in path):
        return ""
    return path


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: both wordings, and who changed it when, as far as history says."""

    name: str
    title: str
    theirs: str
    mine: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PointForm:
    """A point and its form."""

    point: PointView
    values: dict[str, str]
    was: str
    errors: dict[str, str] = field(default_factory=dict)
    problem: Invalid | Conflict | None = None
    clashes: list[Clash] = field(default_factory=list)
    back: str = ""
    next: str = ""


def point_form(
    here: Here,
    point_id: int,
    form: dict[str, str] | None = None,
    problem: Invalid | Conflict | None = None,
    *,
    back: str = "",
    next_: str = "",
) -> PointForm:
    """The form of a point, new or as it was sent; after a clash it holds both wordings and the point as it is now."""
    db, round_ = here.db, here.the_round
    point = opened.view(db, here.viewer, round_, point_id)
    now = written(db, round_, db.get_one(Point, point_id))
    values, was = dict(now), now
    clashes: list[Clash] = []
    if form is not None:
        said = sent(form)
        values |= said.mine
        if isinstance(problem, Conflict):
            clashes = clashes_of(here, point_id, problem)
            # What only the other changed stands as they wrote it; the form begins anew from there.
            values = now | {
                name: value
                for name, value in said.mine.items()
                if name in problem.mine or (name in said.was and value != said.was[name])
            }
        elif said.was and problem is not None:
            was = now | said.was
    return PointForm(
        point=point,
        values=values,
        was=packed(was),
        errors=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        clashes=clashes,
        back=back or inside(here, (form or {}).get(BACK, "")),
        next=next_ or inside(here, (form or {}).get(NEXT, "")),
    )


def clashes_of(here: Here, point_id: int, problem: Conflict) -> list[Clash]:
    """What two people changed differently, and who changed it first."""
    found = []
    past = opened.changes(here.db, point_id)
    for name, theirs in problem.theirs.items():
        of = BY_NAME[name]
        last = next((change for change in past if of.attribute in change.after), None)
        found.append(
            Clash(
                name,
                of.title,
                theirs,
                problem.mine.get(name, ""),
                last.by if last else "",
                last.at if last else None,
            )
        )
    return found


def version_shown(form: PointForm, sent_form: dict[str, str] | None) -> int:
    """The version that a form is made from: the point's own, or that of a form which came back for another reason."""
    if sent_form is not None and isinstance(form.problem, Invalid):
        return number_in(sent_form.get(VERSION, "")) or form.point.version
    return form.point.version


def context(here: Here, form: PointForm, sent_form: dict[str, str] | None = None) -> dict[str, Any]:
    """What `deciding/_form.html` needs."""
    decides, proposes = bool(here.may(May.DECIDE)), bool(here.may(May.PROPOSE))
    point = form.point
    return {
        "form": form,
        "p": point,
        "round": here.the_round,
        "version": version_shown(form, sent_form),
        "decides": decides,
        "proposes": proposes,
        "assigns": bool(here.may(May.ASSIGN)),
        "consolidates": bool(here.may(May.CONSOLIDATE)),
        "choices": choices(proposes=point.proposes),
        "disposition_names": DISPOSITION_NAMES,
        "disposition_kinds": KINDS,
        "state_names": POINT_STATE_NAMES,
        "controversy_names": CONTROVERSY_NAMES,
        "plan_names": OTHER_PLAN_NAMES,
        "other_plans": list(OtherPlan),
        "constituency_names": CONSTITUENCY_NAMES,
        "type_names": TYPE_NAMES,
        "priority_names": PRIORITY_NAMES,
        "scope_names": SCOPE_NAMES,
        "drafters": opened.drafters(here.db, here.the_round) if here.may(May.ASSIGN) else [],
        "themes": opened.themes(here.db, here.the_round) if here.may(May.CONSOLIDATE) else [],
        "meetings": deciding.meeting_named(here.db, here.the_round) if decides else [],
        "full": full,
        "brief": brief,
        "beginning": beginning,
        "only_day": only_day,
    }


def in_row(
    here: Here, opened_row: str, keys: Sequence[tuple[str, int]], matrix: str
) -> dict[str, Any] | None:
    """The form that stands under a row of the matrix that is opened; None where there is none to stand there.

    `keys` are the page's rows as `open` names them, each with the point it leads to; `matrix` is the page's
    own address without anything opened.
    """
    at = next((n for n, (key, _) in enumerate(keys) if key == opened_row), None)
    if at is None or not here.may(May.SEE_PROPOSALS):
        return None
    point_id = keys[at][1]
    following = next((other for other, other_id in keys[at + 1 :] if other_id != point_id), "")
    join = "&" if "?" in matrix else "?"
    made = point_form(
        here,
        point_id,
        back=matrix,
        next_=f"{matrix}{join}open={following}" if following else matrix,
    )
    return context(here, made)


#: How an answer looks as a tag.
KINDS = {
    Disposition.ACCEPTED: "ok",
    Disposition.MODIFIED: "ok",
    Disposition.PARTLY: "warn",
    Disposition.NOT_ACCEPTED: "bad",
}


def only_day(at: datetime) -> bool:
    """Whether a decision keeps only its day."""
    return at.time() == time(0, 0)


#: What history calls what happened to a point.
VERBS = {
    deciding.DECIDED: N_("Decided"),
    deciding.DECIDED_ANEW: N_("Decided otherwise"),
    deciding.PROPOSED: N_("Proposed"),
    deciding.EDITED: N_("Changed"),
    deciding.REOPENED: N_("Opened again"),
    deciding.UNDONE: N_("Decision undone"),
}
