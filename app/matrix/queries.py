"""Reading the comment matrix: one page of it, all of it, and what it can be narrowed by.

A page walks an index in document order and stops when it is full, so it costs what it shows. Filters by
author ask what a comment shows to this reader: what attribution withholds cannot be found by filtering.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.queries import from_constituency, from_organisation, from_seat, seen, shows
from app.comments.reading import COLUMNS, CommentView, views, with_names
from app.comments.rules import Shown, Status
from app.errors import Invalid
from app.matrix.models import SavedView
from app.matrix.reading import Row, heads, rows
from app.matrix.rules import COUNTED, PAGE, Cursor, Filters, Withdrawn
from app.matrix.searching import search
from app.people.models import Organisation, Person, Seat
from app.people.rules import Viewer
from app.plans.models import Clause
from app.plans.rules import Kind
from app.rounds.models import Round

#: The order in which resolution meetings read: by place in the draft, what concerns a whole section first.
ORDER = (col(Comment.position), col(Comment.id))

_STATUSES = {
    Withdrawn.WITHOUT: [Status.SUBMITTED],
    Withdrawn.WITH: [Status.SUBMITTED, Status.WITHDRAWN],
    Withdrawn.ONLY: [Status.WITHDRAWN],
}


#: What a section filter says for the comments on the whole plan; no heading has this for its eid.
WHOLE_PLAN = "plan"


def section_of(session: Session, round_: Round, eid: str) -> Clause:
    """The heading that a section filter names; refused when the draft has none such."""
    found = session.scalars(
        select(Clause).where(col(Clause.draft_id) == round_.draft_id, col(Clause.eid) == eid)
    ).first()
    if found is None:
        raise Invalid("This draft has no section “%(section)s”.", section=eid[:60])
    return found


def asked(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions for the comments that this person may see and asks for; all hold together."""
    found = seen(viewer, round_)
    found.append(col(Comment.status).in_(_STATUSES[filters.withdrawn]))
    if filters.withdrawn is Withdrawn.ONLY:
        found.append(
            col(Comment.withdrawn_at).is_not(None)
        )  # says the same; the index of the few knows it so
    if filters.section == WHOLE_PLAN:
        found.append(col(Comment.position) == -1)
    elif filters.section:
        section = section_of(session, round_, filters.section)
        found.append(col(Comment.position).between(section.position, section.until))
    if filters.constituency:
        found += from_constituency(filters.constituency, viewer, round_)
    if filters.organisation:
        found += from_organisation(filters.organisation, viewer, round_)
    if filters.person:
        found += from_seat(filters.person, viewer, round_)
    if filters.type:
        found.append(col(Comment.type) == filters.type)
    if filters.priority:
        found.append(col(Comment.priority) == filters.priority)
    if filters.attribution:
        found.append(col(Comment.attribution) == filters.attribution)
    if filters.language:
        found.append(col(Comment.language) == filters.language)
    if filters.proposed:
        found.append(col(Comment.proposed).is_not(None))
    if filters.late:
        found.append(col(Comment.late).is_(True))
    return found


def matching(session: Session, viewer: Viewer, round_: Round, filters: Filters, *columns: Any) -> Select[Any]:
    """A statement of `columns` for the comments asked for, without an order."""
    statement = select(*columns).where(*asked(session, viewer, round_, filters))
    return search(session, statement, filters.q) if filters.q else statement


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the matrix; `before` and `after` lead to what stands before and after it, None at an end.

    `count` is how many rows there are, counted no further than `more` says.
    """

    rows: list[Row]
    before: Cursor | None
    after: Cursor | None
    count: int
    more: bool


def page(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None = None
) -> Page:
    """The page that begins at a cursor, in a fixed number of statements."""
    found = _page_of_comments(session, viewer, round_, filters, cursor)
    more_that_way = len(found) > PAGE
    found = found[:PAGE]
    back = cursor is not None and cursor.back
    if back:
        found.reverse()
    first, last = (found[0], found[-1]) if found else (None, None)
    before = more_that_way if back else cursor is not None
    after = more_that_way if not back else True
    count = counted(session, viewer, round_, filters)
    under = heads(session, round_.draft_id, {c.clause_id for c in found if c.clause_id})
    return Page(
        rows=rows(session, viewer, found, under),
        before=Cursor(first.position, first.id, back=True) if first and before else None,
        after=Cursor(last.position, last.id) if last and after else None,
        count=min(count, COUNTED),
        more=count > COUNTED,
    )


def page_statement(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None
) -> Select[Any]:
    """The statement of a page's comments, one more than it holds, going back in reverse."""
    statement = with_names(matching(session, viewer, round_, filters, *COLUMNS))
    if cursor is None:
        return statement.order_by(*ORDER).limit(PAGE + 1)
    here = tuple_(cursor.position, cursor.id)
    if cursor.back:
        return (
            statement.where(tuple_(*ORDER) < here)
            .order_by(*(column.desc() for column in ORDER))
            .limit(PAGE + 1)
        )
    return statement.where(tuple_(*ORDER) > here).order_by(*ORDER).limit(PAGE + 1)


def _page_of_comments(
    session: Session, viewer: Viewer, round_: Round, filters: Filters, cursor: Cursor | None
) -> list[CommentView]:
    statement = page_statement(session, viewer, round_, filters, cursor)
    return list(views(session.execute(statement), viewer, round_))


def counted(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> int:
    """How many rows there are, counted to one more than `COUNTED` at most."""
    some = matching(session, viewer, round_, filters, col(Comment.id)).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def everything(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> Select[Any]:
    """The statement of all that a page shows a part of, in the same order."""
    return with_names(matching(session, viewer, round_, filters, *COLUMNS)).order_by(*ORDER)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter can take, and what people call it."""

    value: str
    words: str


def organisations(session: Session, viewer: Viewer, round_: Round) -> list[Choice]:
    """Organisations that some comment shows to this person, by name; one look into an index for each."""
    shown = exists().where(
        *seen(viewer, round_),
        col(Comment.organisation_id) == col(Organisation.id),
        shows(Shown.ORGANISATION, viewer, round_),
    )
    found = session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .where(col(Organisation.plan_id) == round_.plan_id, shown)
        .order_by(col(Organisation.name))
    )
    return [Choice(str(id_), name) for id_, name in found]


def people(session: Session, viewer: Viewer, round_: Round) -> list[Choice]:
    """Seats whose person some comment shows to this one, by name."""
    shown = exists().where(
        *seen(viewer, round_),
        col(Comment.seat_id) == col(Seat.id),
        shows(Shown.PERSON, viewer, round_),
    )
    found = session.execute(
        select(col(Seat.id), col(Person.name))
        .join(Person, col(Person.id) == col(Seat.person_id))
        .where(col(Seat.plan_id) == round_.plan_id, shown)
        .order_by(col(Person.name))
    )
    return [Choice(str(id_), name) for id_, name in found if name]


def sections(session: Session, round_: Round, language: str) -> list[Choice]:
    """The headings of the round's draft, as people choose among them."""
    found = session.execute(
        select(col(Clause.eid), col(Clause.label), col(Clause.number), col(Clause.text), col(Clause.text_ms))
        .where(
            col(Clause.draft_id) == round_.draft_id,
            col(Clause.kind).in_([Kind.HEADING, Kind.GOAL]),
        )
        .order_by(col(Clause.position))
    )
    return [
        Choice(eid, f"{label or number} {(text_ms if language == 'ms' else '') or text}".strip())
        for eid, label, number, text, text_ms in found
    ]


def words_for(session: Session, viewer: Viewer, round_: Round, filters: Filters) -> dict[str, str]:
    """What the chosen section, organisation and person are called, where this reader may know."""
    found: dict[str, str] = {}
    if filters.section and filters.section != WHOLE_PLAN:
        head = heads(session, round_.draft_id, [section_of(session, round_, filters.section).id or 0])
        found["section"] = " ".join(
            part for h in head.values() for part in (h.label, h.in_language(viewer.language)) if part
        )
    if filters.organisation:
        wanted = str(filters.organisation)
        found["organisation"] = _chosen(organisations(session, viewer, round_), wanted)
    if filters.person:
        found["person"] = _chosen(people(session, viewer, round_), str(filters.person))
    return found


def _chosen(choices: Iterable[Choice], value: str) -> str:
    return next((choice.words for choice in choices if choice.value == value), "–")


def saved_views(session: Session, viewer: Viewer, round_: Round) -> Sequence[SavedView]:
    """The views that this person keeps of a round, by name."""
    return session.scalars(
        select(SavedView)
        .where(col(SavedView.round_id) == round_.id, col(SavedView.person_id) == viewer.person_id)
        .order_by(col(SavedView.name))
    ).all()
