"""The comment matrix: a page of it, all of it in a file, and the views people keep."""

from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Response
from sqlalchemy import bindparam, select
from sqlmodel import col

from app.comments import tallies
from app.comments.rules import ATTRIBUTION_NAMES, CHANNEL_NAMES, PRIORITY_NAMES, SCOPE_NAMES, TYPE_NAMES
from app.documents.matrix_layouts import Layout
from app.documents.matrix_table import keeps_only_day
from app.errors import Invalid
from app.matrix import actions, queries, rules
from app.matrix.chips import DIMENSIONS, DRAFTER_NAMES, chips
from app.matrix.dispositions import CONTROVERSY_NAMES, DISPOSITION_NAMES, Disposition
from app.matrix.reading import Head, Issue
from app.people.rules import CAPACITY_NAMES, CONSTITUENCY_NAMES, REGION_NAMES, SEATS
from app.plans.models import Draft
from app.policy import May
from app.prepared import Prepared
from app.returns import queries as returns
from app.rounds.models import Round
from app.routers.deps import Db, InRound, Now
from app.routers.grouping import just_done
from app.routers.once import once
from app.routers.point_forms import in_row
from app.text.excerpts import beginning, brief, full
from app.web import flash, matrix_files
from app.web.describing import data_of
from app.web.formats import download
from app.web.here import Here
from app.web.language import in_language, language_of
from app.web.page import render
from app.words import N_

router = APIRouter()


#: Words for the values of a comment, by the name of what holds them.
NAMES = {
    "scope": SCOPE_NAMES,
    "constituency": CONSTITUENCY_NAMES,
    "type": TYPE_NAMES,
    "priority": PRIORITY_NAMES,
    "attribution": ATTRIBUTION_NAMES,
    "channel": CHANNEL_NAMES,
    "region": REGION_NAMES,
    "capacity": CAPACITY_NAMES,
}


#: How an answer looks as a tag; the others are plain.
LOOKS = {
    Disposition.ACCEPTED: "ok",
    Disposition.MODIFIED: "ok",
    Disposition.PARTLY: "warn",
    Disposition.NOT_ACCEPTED: "bad",
}


def address(round_: Round, query: str = "", **more: str | int) -> str:
    """The matrix of a round under a query string."""
    query = "&".join(filter(None, (query, urlencode(more))))
    return f"/rounds/{round_.id}/matrix" + (f"?{query}" if query else "")


_draft = Prepared(
    lambda: select(col(Draft.name), col(Draft.marking)).where(col(Draft.id) == bindparam("draft_id"))
)


def draft_of(here: Here) -> tuple[str, str]:
    """The round's draft by name, and its marking."""
    name, marking = _draft(here.db, {"draft_id": here.the_round.draft_id}).one()
    return name, marking


@router.get("/rounds/{round_id}/matrix")
def matrix(here: InRound) -> Response:
    here.require(May.SEE_MATRIX)
    filters = rules.read(here.request.query_params)
    return show(here, filters)


def show(here: Here, filters: rules.Filters, *, status: int = 200, **form: object) -> Response:
    """The page that the filters and the place in the query string ask for."""
    db, viewer, round_ = here.db, here.viewer, here.the_round
    asked = here.request.query_params
    cursor = rules.cursor(asked)
    page = queries.page(db, viewer, round_, filters, cursor)
    named = matrix_files.named_in(db, asked_by(here, here.now), filters)
    query = rules.written(filters)
    place = f"{'before' if cursor.back else 'after'}={cursor}" if cursor else ""
    draft_name, marking = draft_of(here)
    return render(
        here.request,
        "matrix/index.html",
        page=here.page("matrix"),
        status=status,
        here=here,
        round=round_,
        draft_name=draft_name,
        marking=marking,
        filters=filters,
        shown=page,
        groups=groups(page.issues),
        sides=sides(here, page.issues),
        chips=chips(
            filters,
            tallies.several(db, viewer, round_, DIMENSIONS),
            named,
            points=bool(here.may(May.SEE_PROPOSALS)),
        ),
        views=queries.saved_views(db, viewer, round_),
        query=query,
        kept=parse_qsl(rules.written(filters, q="")),
        here_query="&".join(part for part in (query, place) if part),
        before=address(round_, query, before=str(page.before)) if page.before else "",
        after=address(round_, query, after=str(page.after)) if page.after else "",
        opened=asked.get("open", ""),
        answer=in_row(
            here,
            asked.get("open", ""),
            answered(page.issues),
            address(round_, "&".join(part for part in (query, place) if part)),
        ),
        stands=returns.behind(db, viewer, [row.comment for row in page.rows] if asked.get("open") else []),
        sees_proposals=bool(here.may(May.SEE_PROPOSALS)),
        picks=bool(here.may(May.CONSOLIDATE)),
        edits=bool(here.may(May.PROPOSE)),
        theme_names=[(int(one.value), one.words) for one in queries.themes(db, round_)]
        if here.may(May.CONSOLIDATE)
        else [],
        **just_done(here),
        disposition_names=DISPOSITION_NAMES,
        disposition_kinds=LOOKS,
        controversy_names=CONTROVERSY_NAMES,
        full=full,
        brief=brief,
        address=address,
        beginning=beginning,
        keeps_only_day=keeps_only_day,
        names=NAMES,
        said_type=in_words_of(TYPE_NAMES, here),
        said_constituency=in_words_of(CONSTITUENCY_NAMES, here),
        **({"errors": {}, "typed": ""} | form),
    )


def answered(found: list[Issue]) -> list[tuple[str, int]]:
    """The rows of a page under which a point is answered, as `open` names them, each with its point."""
    rows: list[tuple[str, int]] = []
    for issue in found:
        if issue.point is None:
            continue
        comment = issue.rows[0]
        alone = str(comment.comment.id) + (f"-{issue.point.id}" if len(comment.points) > 1 else "")
        rows.append((f"p{issue.point.id}" if issue.whole else alone, issue.point.id))
    return rows


def in_words_of(names: dict[Any, str], here: Here) -> dict[Any, str]:
    """Words for values, in the reader's language."""
    language = language_of(here.request)
    return {value: in_language(language, words) for value, words in names.items()}


def groups(issues: list[Issue]) -> list[tuple[Head, list[Issue]]]:
    """Points with their rows under the clause they are on, in their order."""
    return [(head, list(under)) for head, under in groupby(issues, key=lambda issue: issue.head)]


def sides(here: Here, issues: list[Issue]) -> dict[int, list[int]]:
    """How many comments each of the page's clauses has from the four, by clause id (0 for the whole plan)."""
    ids = {issue.head.clause_id or 0 for issue in issues}
    wanted = [f"{id_}:{side.value}" for id_ in ids for side in SEATS]
    counted = tallies.tally(here.db, here.viewer, here.the_round, "clause", wanted) if wanted else {}
    return {id_: [counted.get(f"{id_}:{side.value}", 0) for side in SEATS] for id_ in ids}


@router.get("/rounds/{round_id}/matrix.{suffix}", responses=data_of(rules.COLUMNS))
def matrix_file(here: InRound, suffix: str, now: Now) -> Response:
    """Exactly what the page shows a part of: all rows, the same filters, as much of each author."""
    here.require(May.SEE_MATRIX)
    filters = rules.read(here.request.query_params)
    layout = layout_of(here.request.query_params.get("layout", ""))
    write, name = matrix_files.matrix_file(here.db, asked_by(here, now), filters, suffix, layout)
    return download(write, suffix, name)


def layout_of(typed: str) -> Layout:
    """How a Word file or a PDF is laid out; as on the page where nothing is said."""
    try:
        return Layout(typed or Layout.PLAIN)
    except ValueError:
        raise Invalid("The matrix has no such layout.") from None


def asked_by(here: Here, now: datetime) -> matrix_files.Asked:
    """Who asks for the matrix."""
    return matrix_files.Asked(
        viewer=here.viewer,
        plan=here.plan,
        round=here.the_round,
        name=here.person.name,
        language=language_of(here.request),
        zone=ZoneInfo(here.request.app.state.settings.time_zone),
        at=now,
    )


@router.get("/rounds/{round_id}/matrix/filters")
def all_filters(here: InRound) -> Response:
    """Every filter in one form."""
    here.require(May.SEE_MATRIX)
    db, viewer, round_ = here.db, here.viewer, here.the_round
    return render(
        here.request,
        "matrix/filters.html",
        page=here.page("matrix"),
        round=round_,
        filters=rules.read(here.request.query_params),
        named={one.name: list(one.names.items()) for one in rules.FILTERS if one.names},
        sections=queries.sections(db, round_, language_of(here.request)),
        whole_plan=queries.WHOLE_PLAN,
        organisations=queries.organisations(db, viewer, round_),
        people=queries.people(db, viewer, round_),
        **point_filters(here),
    )


def point_filters(here: Here) -> dict[str, Any]:
    """The filters of points that this person may set, and what they choose among."""
    language = language_of(here.request)
    whole = bool(here.may(May.SEE_PROPOSALS))
    some = whole or bool(here.may(May.SEE_ANSWERS))
    named = [(value, in_language(language, words)) for value, words in DRAFTER_NAMES.items()]
    drafters = [queries.Choice(value, words) for value, words in named]
    return {
        "points": (rules.OF_POINTS if whole else rules.OF_ANSWERS) if some else (),
        "themes": queries.themes(here.db, here.the_round) if some else [],
        "drafters": drafters + (queries.drafters(here.db, here.the_round) if whole else []),
    }


@router.get("/rounds/{round_id}/matrix/views")
def kept_views(here: InRound) -> Response:
    here.require(May.SEE_MATRIX)
    return show_views(here)


def show_views(here: Here, *, status: int = 200, wrong: int = 0, problem: Invalid | None = None) -> Response:
    """The person's views, one of which (`wrong`) may have been given a name that was refused."""
    return render(
        here.request,
        "matrix/views.html",
        page=here.page("matrix"),
        status=status,
        round=here.the_round,
        views=queries.saved_views(here.db, here.viewer, here.the_round),
        wrong=wrong,
        errors=problem.fields if problem else {},
        problem=problem,
    )


@router.post("/rounds/{round_id}/matrix/views")
def keep_view(
    here: InRound, db: Db, now: Now, name: Annotated[str, Form()] = "", query: Annotated[str, Form()] = ""
) -> Response:
    filters = rules.read_string(query)
    try:
        view = once(
            db,
            lambda: actions.save_view(
                db, by=here.viewer, round_=here.the_round, name=name, filters=filters, at=now
            ),
        )
    except Invalid as problem:
        return show(here, filters, status=422, errors=problem.fields, typed=name, problem=problem)
    return flash.redirect(address(here.the_round, view.query), N_("View saved."))


@router.post("/rounds/{round_id}/matrix/views/{view_id}/name")
def rename_view(here: InRound, db: Db, now: Now, view_id: int, name: Annotated[str, Form()] = "") -> Response:
    try:
        actions.rename_view(db, by=here.viewer, round_=here.the_round, view_id=view_id, name=name, at=now)
    except Invalid as problem:
        return show_views(here, status=422, wrong=view_id, problem=problem)
    return flash.redirect(f"/rounds/{here.the_round.id}/matrix/views", N_("View renamed."))


@router.post("/rounds/{round_id}/matrix/views/{view_id}/delete")
def delete_view(here: InRound, db: Db, now: Now, view_id: int) -> Response:
    actions.delete_view(db, by=here.viewer, round_=here.the_round, view_id=view_id, at=now)
    return flash.redirect(f"/rounds/{here.the_round.id}/matrix/views", N_("View deleted."))
