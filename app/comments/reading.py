"""Comments as people read them: what attribution withholds is left out here, and nowhere else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.comments.models import Comment, Origin
from app.comments.queries import sight_of, visible
from app.comments.rules import Attribution, CommentType, Priority, Scope, Shown, Status, Way, shown
from app.people.models import Organisation, Person
from app.people.rules import Constituency, Region, Viewer
from app.plans.models import Clause
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class CameBy:
    """How a comment came that its author did not send here; names and the note are empty where withheld.

    `author` is the name as it was written, `taken_by` who took it in or entered it for the author.
    """

    author: str
    written_at: datetime | None
    resolved: bool
    way: Way | None
    note: str
    taken_by: str


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as one person sees it. `constituency`, `organisation`, `person` and `region` are None where withheld.

    `base` is the clause's or field's text that `proposed` would replace. Times are UTC; `submitted_at`
    keeps only its day where the author's body is withheld.
    """

    id: int
    client_uuid: str
    ref: str
    status: Status
    scope: Scope
    clause_id: int | None
    section_id: int | None
    position: int
    wid: str | None
    eid: str | None
    label: str
    field: str | None
    exact: str | None
    start: int | None
    end: int | None
    constituency: Constituency | None
    organisation: str | None
    person: str | None
    region: Region | None
    capacity: str
    channel: str
    attribution: Attribution
    type: CommentType
    priority: Priority
    ground: str
    language: str
    text: str
    base: str
    proposed: str | None
    proposed_verb: str | None
    rationale: str
    standard: str
    submitted_at: datetime | None
    saved_at: datetime
    late: bool
    own: bool
    version: int
    came: CameBy | None = None


#: Who took a comment in.
_taker = aliased(Person)

#: What `view` needs, in its order.
COLUMNS: tuple[Any, ...] = (
    col(Comment.id),
    col(Comment.client_uuid),
    col(Comment.number),
    col(Comment.status),
    col(Comment.scope),
    col(Comment.clause_id),
    col(Comment.section_id),
    col(Comment.position),
    col(Clause.wid),
    col(Clause.eid),
    col(Clause.label),
    col(Comment.field),
    col(Comment.exact),
    col(Comment.start),
    col(Comment.end),
    col(Comment.constituency),
    col(Organisation.name),
    col(Person.name),
    col(Comment.region),
    col(Comment.capacity),
    col(Comment.channel),
    col(Comment.attribution),
    col(Comment.type),
    col(Comment.priority),
    col(Comment.ground),
    col(Comment.language),
    col(Comment.text),
    col(Clause.text),
    col(Clause.fields),
    col(Comment.proposed),
    col(Comment.proposed_verb),
    col(Comment.rationale),
    col(Comment.standard),
    col(Comment.submitted_at),
    col(Comment.saved_at),
    col(Comment.late),
    col(Comment.seat_id),
    col(Comment.version),
    col(Origin.comment_id),
    col(Origin.author),
    col(Origin.written_at),
    col(Origin.resolved),
    col(Origin.way),
    col(Origin.note),
    col(_taker.name),
)


def with_names(statement: Select[Any]) -> Select[Any]:
    """Join what `COLUMNS` takes from beside a comment."""
    return (
        statement.outerjoin(Clause, col(Clause.id) == col(Comment.clause_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Comment.organisation_id))
        .outerjoin(Person, col(Person.id) == col(Comment.person_id))
        .outerjoin(Origin, col(Origin.comment_id) == col(Comment.id))
        .outerjoin(_taker, col(_taker.id) == col(Origin.taken_by_person_id))
    )


def reading(viewer: Viewer, round_: Round) -> Select[Any]:
    """The statement whose rows `views` turns into what this person reads."""
    return with_names(visible(viewer, round_, *COLUMNS))


def ref(round_number: int, number: int | None) -> str:
    """A comment's reference, R2-0147; empty before it is sent."""
    return f"R{round_number}-{number:04d}" if number else ""


def views(rows: Iterable[Any], viewer: Viewer, round_: Round) -> Iterator[CommentView]:
    """Rows of `COLUMNS` as this person may read them, one at a time."""
    names = sight_of(viewer, round_).names
    for (
        id_, uuid, number, status, scope, clause_id, section_id, position, wid, eid, label, field, exact, start,
        end, constituency, organisation, person, region, capacity, channel, attribution, type_, priority, ground,
        language, text, clause_text, fields, proposed, verb, rationale, standard, submitted_at, saved_at, late,
        seat_id, version, came, author, written_at, resolved, way, note, taken_by,
    ) in rows:  # fmt: skip
        mine = seat_id == viewer.seat_id
        parts = shown(attribution, capacity, names=names, own=mine)
        by_body = Shown.ORGANISATION in parts
        by_name = Shown.PERSON in parts
        if submitted_at and not by_body:
            submitted_at = submitted_at.replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: PLW2901
        yield CommentView(
            id=id_,
            client_uuid=uuid if mine else "",
            ref=ref(round_.number, number),
            status=status,
            scope=scope,
            clause_id=clause_id,
            section_id=section_id,
            position=position,
            wid=wid,
            eid=eid,
            label=label or "",
            field=field,
            exact=exact,
            start=start,
            end=end,
            constituency=constituency if Shown.CONSTITUENCY in parts else None,
            organisation=organisation if by_body else None,
            person=(author or person) if by_name else None,
            region=region if by_body else None,
            capacity=capacity if by_body or mine else "",
            channel=channel,
            attribution=attribution,
            type=type_,
            priority=priority,
            ground=ground,
            language=language,
            text=text,
            base=((fields or {}).get(field, "") if field else clause_text) or "",
            proposed=proposed,
            proposed_verb=verb,
            rationale=rationale,
            standard=standard,
            submitted_at=submitted_at,
            saved_at=saved_at,
            late=late,
            own=mine,
            version=version,
            came=CameBy(
                author=author if by_name else "",
                written_at=written_at if by_body else None,
                resolved=resolved,
                way=way,
                note=note if by_name else "",
                taken_by=(taken_by or "") if by_name else "",
            )
            if came
            else None,
        )
