"""Grouping on the matrix: what is picked becomes one point, is taken apart, split, and all of it undone."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from app.errors import Invalid, NotFound
from app.matrix import grouping, points, regroupings, rules
from app.policy import May
from app.routers.deps import Db, InRound, Now
from app.routers.forms import form_of, number_in
from app.text.splitting import points as parts_of
from app.web import flash
from app.web.here import Here
from app.web.page import render
from app.words import N_

router = APIRouter(include_in_schema=False)

#: Pages beside the matrix that an undoing leads back to.
LISTS = frozenset({"regrouped", "suggestions"})


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows that were ticked: whole points, and comments each as it makes one point; `back` is where they stood."""

    points: tuple[int, ...] = ()
    links: tuple[grouping.Link, ...] = ()
    back: str = ""

    @property
    def touched(self) -> tuple[int, ...]:
        """The points of all that was ticked, each once, in their order."""
        return tuple(sorted({*self.points, *(point_id for point_id, _ in self.links)}))


def _link(value: str) -> grouping.Link:
    point, _, comment = value.partition(".")
    numbers = number_in(point), number_in(comment)
    if numbers[0] is None or numbers[1] is None:
        raise NotFound("There is no such point.")
    return numbers[0], numbers[1]


def _point(value: str) -> int:
    number = number_in(value)
    if number is None:
        raise NotFound("There is no such point.")
    return number


async def _picked(request: Request) -> Picked:
    sent = await request.form() if request.method == "POST" else request.query_params
    return Picked(
        points=tuple(dict.fromkeys(_point(str(value)) for value in sent.getlist("point"))),
        links=tuple(dict.fromkeys(_link(str(value)) for value in sent.getlist("link"))),
        back=str(sent.get("back", "")),
    )


#: The rows that a form or an address says are ticked.
picked = Annotated[Picked, Depends(_picked)]


def back_to(here: Here, query: str, **more: str | int) -> str:
    """The matrix as it was left; of what the form says only what the matrix knows."""
    known = {one.name for one in rules.FILTERS} | {"after", "before"}
    kept = [(name, value) for name, value in parse_qsl(query) if name in known]
    asked = urlencode([*kept, *more.items()])
    return f"/rounds/{here.the_round.id}/matrix" + (f"?{asked}" if asked else "")


def _back(here: Here, query: str, did: int | None) -> Response:
    return RedirectResponse(back_to(here, query, **({"did": did} if did else {})), status_code=303)


@router.post("/rounds/{round_id}/matrix/group")
def group(here: InRound, db: Db, now: Now, chosen: picked, form: form_of) -> Response:
    """What is ticked becomes one point."""
    done = grouping.group(
        db,
        by=here.viewer,
        round_=here.the_round,
        links=chosen.links,
        points=chosen.points,
        into=number_in(form.get("into", "")),
        at=now,
    )
    return _back(here, chosen.back, done.id)


@router.post("/rounds/{round_id}/matrix/ungroup")
def ungroup(here: InRound, db: Db, now: Now, chosen: picked) -> Response:
    """What is ticked gets points of its own again."""
    done = grouping.ungroup(
        db, by=here.viewer, round_=here.the_round, links=chosen.links, points=chosen.points, at=now
    )
    return _back(here, chosen.back, done.id)


@router.get("/rounds/{round_id}/matrix/split")
def split_form(here: InRound, chosen: picked) -> Response:
    """The form that splits the one comment that is ticked."""
    here.require(May.CONSOLIDATE)
    if len(chosen.links) != 1 or chosen.points:
        raise Invalid("Choose one comment to split.")
    return show_split(here, chosen, {})


def show_split(here: Here, chosen: Picked, typed: dict[str, str], problem: Invalid | None = None) -> Response:
    point_id, comment_id = chosen.links[0]
    row = regroupings.row_of(here.db, here.viewer, here.the_round, point_id, comment_id)
    parts = [" ".join(part.split()) for part in parts_of(row.comment.text)]
    suggested = {"kept": parts[0], "words": " ".join(parts[1:])} if len(parts) > 1 else {}
    return render(
        here.request,
        "matrix/split.html",
        page=here.page("matrix"),
        status=422 if problem else 200,
        round=here.the_round,
        row=row,
        point_id=point_id,
        back=back_to(here, chosen.back),
        back_query=chosen.back,
        typed={"kept": "", "words": "", "title": ""} | suggested | typed,
        errors=problem.fields if problem else {},
        problem=problem,
    )


@router.post("/rounds/{round_id}/matrix/split")
def split(here: InRound, db: Db, now: Now, chosen: picked, form: form_of) -> Response:
    """One comment makes two points."""
    if len(chosen.links) != 1:
        raise Invalid("Choose one comment to split.")
    typed = {name: form.get(name, "") for name in ("kept", "words", "title")}
    try:
        done = grouping.split(
            db, by=here.viewer, round_=here.the_round, link=chosen.links[0], at=now, **typed
        )
    except Invalid as problem:
        db.rollback()
        return show_split(here, chosen, typed, problem)
    return _back(here, chosen.back, done.id)


@router.post("/rounds/{round_id}/matrix/regrouped/{regrouping_id}/undo")
def undo(here: InRound, db: Db, now: Now, regrouping_id: int, form: form_of) -> Response:
    """Put back what one act moved."""
    grouping.undo(db, by=here.viewer, round_=here.the_round, regrouping_id=regrouping_id, at=now)
    address = back_to(here, form.get("back", ""))
    if form.get("from") in LISTS:
        address = f"/rounds/{here.the_round.id}/matrix/{form['from']}"
    return flash.redirect(address, N_("Undone. Everything stands as before."))


def just_done(here: Here) -> dict[str, Any]:
    """What this person regrouped a moment ago, when the address says so, and the point that gained by it."""
    number = number_in(here.request.query_params.get("did", "")) if here.may(May.CONSOLIDATE) else None
    did = regroupings.act(here.db, here.the_round, number) if number else None
    gained = points.one(here.db, here.viewer, here.the_round, did.into_id) if did and did.into_id else None
    return {"did": did, "gained": gained}


@router.get("/rounds/{round_id}/matrix/regrouped")
def regrouped(here: InRound) -> Response:
    """What was regrouped, the latest first."""
    here.require(May.SEE_PROPOSALS)
    before = number_in(here.request.query_params.get("before", ""))
    acts, more = regroupings.acts(here.db, here.the_round, before)
    context: dict[str, Any] = {"acts": acts, "more": acts[-1].id if acts and more else None}
    return render(
        here.request,
        "matrix/regrouped.html",
        page=here.page("matrix"),
        round=here.the_round,
        kinds=regroupings.KIND_NAMES,
        consolidates=bool(here.may(May.CONSOLIDATE)),
        **context,
    )
