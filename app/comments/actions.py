"""Writing, sending, changing and withdrawing a comment: one function per thing its author does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, delete, insert, literal_column, select, update
from sqlalchemy.orm import aliased, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class
from sqlmodel import Session, SQLModel, col

from app.comments import tallies
from app.comments.forms import Said, Written
from app.comments.models import Comment, Origin
from app.comments.queries import own
from app.comments.receipts import OWED
from app.comments.rules import AFTER, Channel, CommentVerb, Priority, Scope, Status, Verb, Way
from app.errors import Conflict, Invalid, NotFound
from app.history.actions import record
from app.people.models import Organisation, Seat
from app.people.rules import Capacity, Region, Viewer
from app.plans.models import Clause
from app.plans.rules import NOT_CONSULTED, Kind
from app.policy import May, Relation, may, require
from app.prepared import Prepared
from app.rounds.models import Round, RoundScope, RoundWindow
from app.rounds.queries import in_scope, window_for
from app.rounds.rules import Phase, is_late
from app.text import anchors, redline, searching
from app.words import N_

#: What history keeps of a comment's wording, and what a stale edit shows of both.
WORDING = ("text", "proposed", "type", "priority", "ground", "rationale", "standard", "attribution")


# Statements of a submission are built once: seventy people may press the button in the same minute.
@Prepared
def _facts() -> Executable:
    """What a submission must know, in one look.

    The author's seat, whether the round has a scope or own closing times, the comment that this form has
    become already, and the clause that it is on.
    """
    section = aliased(Clause)
    return (
        select(
            col(Seat.capacity),
            col(Organisation.region),
            select(RoundScope).where(col(RoundScope.round_id) == bindparam("round_id")).exists(),
            select(RoundWindow).where(col(RoundWindow.round_id) == bindparam("round_id")).exists(),
            select(col(Comment.id))
            .where(col(Comment.client_uuid) == bindparam("client_uuid"))
            .scalar_subquery(),
            col(Clause.id),
            col(Clause.draft_id),
            col(Clause.kind),
            col(Clause.text),
            col(Clause.fields),
            col(Clause.section_id),
            col(Clause.position),
            col(Clause.until),
            col(section.eid),
        )
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .outerjoin(
            Clause, (col(Clause.draft_id) == bindparam("draft_id")) & (col(Clause.wid) == bindparam("wid"))
        )
        .outerjoin(section, col(section.id) == col(Clause.section_id))
        .where(col(Seat.id) == bindparam("seat_id"))
    )


_ROUND = SQLModel.metadata.tables["round"]
_COUNT_UP = (
    update(_ROUND)
    .where(_ROUND.c.id == bindparam("of_round", type_=_ROUND.c.id.type))
    .values(last_number=_ROUND.c.last_number + literal_column("1"))
    .returning(_ROUND.c.last_number, _ROUND.c.phase)
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a comment points: columns of the comment, and the text that a proposal would replace."""

    columns: dict[str, Any]
    base: str


class Place(NamedTuple):
    """A clause as far as a comment on it must know it."""

    id: int
    draft_id: int
    kind: Kind
    text: str
    fields: dict[str, str]
    section_id: int | None
    position: int
    until: int
    section_eid: str | None


class Sent(NamedTuple):
    """What became of a form: its comment, whether that is new, and the eid of the section it is read in."""

    comment: Comment
    new: bool
    section: str | None


@dataclass(frozen=True, slots=True)
class Came:
    """How a comment comes that its author does not send here: who takes it in by what right, and what is known."""

    by: Viewer
    right: May
    channel: Channel
    author: str = ""
    written_at: datetime | None = None
    resolved: bool = False
    also: tuple[str, ...] = ()
    way: Way | None = None
    note: str = ""
    verb: Verb | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands before a comment is written: `comment` is what the same form has become already.

    `clause` is the one of the round's draft that the form names, if there is such a one.
    """

    capacity: Capacity
    region: Region | None
    scoped: bool
    windowed: bool
    comment: Comment | None
    clause: Place | None


def facts(session: Session, by: Viewer, round_: Round, written: Written) -> Facts:
    """The facts of a submission; refused when the form was sent by somebody else."""
    values = {
        "round_id": round_.id,
        "client_uuid": written.client_uuid,
        "seat_id": by.seat_id,
        "draft_id": round_.draft_id,
        "wid": written.wid,
    }
    capacity, region, scoped, windowed, comment_id, *found = _facts(session, values).one()
    # Held until the end: what is saved while it is being sent must not come into what was sent.
    comment = session.get(Comment, comment_id, with_for_update=True) if comment_id is not None else None
    if comment is not None and comment.seat_id != by.seat_id:
        raise Invalid("This form was sent by somebody else already. Open the clause again and write there.")
    clause = Place(*found) if found[0] is not None else None
    return Facts(capacity, region, scoped, windowed, comment, clause)


def anchored(
    session: Session, round_: Round, written: Written, known: Facts, *, anywhere: bool = False
) -> Anchor:
    """Find what a comment points to in the round's draft; refused when it is not there or not asked about.

    `anywhere` in the draft, for what is not asked of its author.
    """
    if written.scope is Scope.PLAN:
        return Anchor({"scope": Scope.PLAN, "position": -1}, "")
    clause = known.clause
    if clause is None or clause.kind in NOT_CONSULTED:
        raise NotFound("There is no such clause in this draft.")
    if known.scoped and not anywhere and not in_scope(session, round_, clause):
        raise Invalid("This round does not ask about that section.")
    columns: dict[str, Any] = {
        "scope": written.scope,
        "clause_id": clause.id,
        "section_id": clause.section_id,
        "position": clause.position,
    }
    base = clause.text
    if written.scope is Scope.SECTION and clause.kind is not Kind.HEADING and clause.until <= clause.position:
        raise Invalid("Nothing stands below this clause. Comment on the clause itself.")
    if written.scope is Scope.FIELD or written.field:
        if written.field not in clause.fields:
            raise Invalid("This row has no cell named “%(field)s”.", field=written.field)
        columns |= {"field": written.field, "scope": written.scope}
        base = clause.fields[written.field]
    if written.scope is Scope.PASSAGE:
        if not written.exact.strip():
            raise Invalid(
                "Select the words you mean, or choose the whole clause.",
                fields={"exact": N_("Copy the words from the clause.")},
            )
        found = anchors.find(base, written.exact, written.prefix, written.suffix, written.start)
        if found.start is None or found.end is None:
            raise Invalid(
                "The quoted words are not in this clause, or stand in it more than once. Copy them as they"
                " stand, with a word before or after.",
                fields={"exact": N_("Copy the words from the clause.")},
            )
        quoted = anchors.quote(base, found.start, found.end)
        columns |= {
            "exact": quoted.exact,
            "prefix": quoted.prefix,
            "suffix": quoted.suffix,
            "start": quoted.start,
            "end": quoted.end,
        }
    return Anchor(columns, base)


def wording(said: Said, base: str) -> dict[str, Any]:
    """The columns of what was said; a proposal that changes nothing proposes nothing."""
    proposed = said.proposed
    if proposed is not None and proposed.strip() == base.strip():
        proposed = None
    verb = redline.verb(base, proposed) if proposed is not None else None
    return {
        "text": said.text,
        "proposed": proposed,
        "proposed_verb": Verb(verb) if verb else None,
        "type": said.type,
        "priority": said.priority,
        "ground": said.ground if said.priority is Priority.CRITICAL else "",
        "rationale": said.rationale,
        "standard": said.standard,
        "attribution": said.attribution,
    }


def complete(round_: Round, columns: dict[str, Any]) -> None:
    """Refuse what cannot be sent, each time with what to do."""
    if not columns["text"].strip() and columns["proposed"] is None:
        raise Invalid(
            "Write what you want to say, or change the text.", fields={"text": N_("Write your comment here.")}
        )
    if columns["priority"] is Priority.CRITICAL and not columns["ground"].strip():
        raise Invalid(
            "A critical comment says on what ground: cite the law, the standard or the harm.",
            fields={"ground": N_("Cite the law, the standard or the harm.")},
        )
    if columns["attribution"] not in round_.attributions:
        raise Invalid(
            "This round does not offer that way of showing who you are. Choose another.",
            fields={"attribution": N_("Choose another.")},
        )


def found_words(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns that search and language need, from what was said."""
    typed = "\n".join(filter(None, (columns["text"], columns["proposed"], columns["rationale"])))
    every = "\n".join(filter(None, (typed, columns["ground"], columns["standard"], columns.get("exact"))))
    return {"words": searching.index_words(every), "language": searching.language(typed)}


def save_draft(session: Session, *, by: Viewer, round_: Round, written: Written, at: datetime) -> Comment:
    """Keep a comment unsent; saved again under the same `client_uuid`, it is the same one."""
    require(may(by.role, May.SAVE_DRAFT, phase=round_.phase))
    known = facts(session, by, round_, written)
    comment = known.comment
    anchor = anchored(session, round_, written, known)
    columns = anchor.columns | wording(written, anchor.base)
    if comment is None:
        comment = Comment(**_who(by, round_, known), **columns, client_uuid=written.client_uuid,
                          created_at=at, saved_at=at)  # fmt: skip
        session.add(comment)
    elif AFTER.get((comment.status, CommentVerb.SAVE)) is None:
        raise Conflict("This comment has been sent already. Open it to change it.")
    else:
        for name, value in (_no_anchor() | columns).items():
            setattr(comment, name, value)
        comment.saved_at = at
        comment.version += 1
    session.flush()
    return comment


def submit(
    session: Session,
    *,
    by: Viewer,
    round_: Round,
    written: Written,
    at: datetime,
    came: Came | None = None,
) -> Sent:
    """Send a comment; sent again under the same `client_uuid`, it is the same one.

    `by` is its author; with `came`, somebody else takes it in for them, wherever in the draft it stands.
    """
    known = facts(session, by, round_, written)
    comment, section = known.comment, known.clause.section_eid if known.clause else None
    if comment is not None and comment.status is not Status.DRAFT:
        return Sent(comment, new=False, section=section)
    taker, right = (came.by, came.right) if came else (by, May.COMMENT)
    require(may(taker.role, right, phase=round_.phase))
    anchor = anchored(session, round_, written, known, anywhere=came is not None)
    columns = anchor.columns | wording(written, anchor.base)
    if came:
        columns["channel"] = came.channel
        columns["proposed_verb"] = (columns["proposed_verb"] and came.verb) or columns["proposed_verb"]
    complete(round_, columns)
    columns |= found_words(columns)
    closes = round_.closes_at
    if known.windowed:
        closes = window_for(session, round_, by.constituency, columns.get("section_id"))
    columns |= {
        "status": Status.SUBMITTED,
        "submitted_at": at,
        "saved_at": at,
        "late": is_late(round_.phase, closes, at),
        # Who takes comments in for others tells them in one letter of its own.
        "receipt_due": came is None,
    }
    columns |= _who(by, round_, known)
    if comment is None:
        columns |= {"client_uuid": written.client_uuid, "created_at": at}
        comment, phase = _put(session, columns)
    else:
        number, phase = _next_number(session, round_.id)
        for name, value in (_no_anchor() | columns | {"number": number}).items():
            setattr(comment, name, value)
        comment.version += 1
    if phase is not round_.phase:
        # The round has moved since it was read; it was locked to give the number, and moves no more.
        require(may(taker.role, right, phase=phase))
        comment.late = is_late(phase, closes, at)
    session.flush()
    tallies.came(session, comment)
    if came:
        _note_origin(session, comment, came)
    else:
        session.info[OWED] = True
    _record(session, comment, taker, at, CommentVerb.SUBMIT, after=kept(comment), first=True)
    return Sent(comment, new=True, section=section)


def submit_draft(session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime) -> Sent:
    """Send what was kept unsent, as it stands."""
    comment = session.get(Comment, comment_id, with_for_update=True)
    if comment is None or comment.seat_id != by.seat_id or comment.round_id != round_.id:
        raise NotFound("There is no such comment.")
    wid = session.scalar(select(col(Clause.wid)).where(col(Clause.id) == comment.clause_id)) or ""
    fields = {
        name: getattr(comment, name)
        for name in (*WORDING, "client_uuid", "scope", "prefix", "suffix", "start")
    }
    written = Written(**fields, wid=wid, field=comment.field or "", exact=comment.exact or "")
    return submit(session, by=by, round_=round_, written=written, at=at)


def edit(
    session: Session, *, by: Viewer, round_: Round, comment_id: int, version: int, said: Said, at: datetime
) -> Comment:
    """Change what one has sent; the wording until now stays in history. A stale edit shows both."""
    comment = _locked(session, by, round_, comment_id, May.EDIT_COMMENT)
    before = kept(comment)
    columns = wording(said, base_of(session, comment))
    if comment.version != version:
        raise Conflict(
            "This comment was changed elsewhere after you opened it. Both wordings are below; nothing is lost.",
            theirs=before,
            mine={name: columns[name] for name in WORDING},
        )
    complete(round_, columns)
    columns |= found_words(columns | {"exact": comment.exact})
    counted = list(tallies.counts(comment))
    for name, value in columns.items():
        setattr(comment, name, value)
    if (after := kept(comment)) == before:
        return comment
    comment.saved_at = at
    comment.version += 1
    session.flush()
    tallies.changed(session, comment.round_id, counted, comment)
    _record(session, comment, by, at, CommentVerb.EDIT, before=before, after=after)
    return comment


def withdraw(session: Session, *, by: Viewer, round_: Round, comment_id: int, at: datetime) -> Comment:
    """Take back what one has sent; it keeps its number, and the secretariat sees that it was."""
    comment = _locked(session, by, round_, comment_id, May.WITHDRAW_COMMENT)
    tallies.went(session, comment)
    comment.status = Status.WITHDRAWN
    comment.withdrawn_at = at
    comment.version += 1
    session.flush()
    _record(session, comment, by, at, CommentVerb.WITHDRAW)
    return comment


def discard(session: Session, *, by: Viewer, round_: Round, comment_id: int) -> None:
    """Throw away what one has not sent; nobody else ever saw it."""
    session.execute(
        delete(Comment).where(
            col(Comment.id) == comment_id,
            col(Comment.round_id) == round_.id,
            own(by),
            col(Comment.status) == Status.DRAFT,
        )
    )


def kept(comment: Comment) -> dict[str, Any]:
    """A comment's wording, as history keeps it."""
    return {name: getattr(comment, name) for name in WORDING}


def base_of(session: Session, comment: Comment) -> str:
    """The text that a comment's proposal would replace."""
    if comment.clause_id is None:
        return ""
    text, fields = session.execute(
        select(col(Clause.text), col(Clause.fields)).where(col(Clause.id) == comment.clause_id)
    ).one()
    return str(fields.get(comment.field, "") if comment.field else text)


def _no_anchor() -> dict[str, Any]:
    nothing = dict.fromkeys(("clause_id", "section_id", "field", "exact", "start", "end"))
    return nothing | {"prefix": "", "suffix": ""}


_COMMENT = SQLModel.metadata.tables["comment"]
_INSERT = insert(_COMMENT).returning(_COMMENT.c.id)
_CLASS = manager_of_class(Comment)
#: What a new comment has where nobody said anything.
_UNSAID = {
    name: field.default
    for name, field in Comment.model_fields.items()
    if name != "id" and not field.is_required()
}


def _numbered() -> Executable:
    """Counts up the round and writes the comment under that number in one go, which SQLite has no words for."""
    counted = _COUNT_UP.cte("counted")
    given = [column for column in _COMMENT.c if column.name not in {"id", "number"}]
    values = select(
        *(bindparam(f"its_{column.name}", type_=column.type) for column in given), counted.c.last_number
    )
    return (
        insert(_COMMENT)
        .from_select([*(column.name for column in given), "number"], values, include_defaults=False)
        .add_cte(counted)
        .returning(_COMMENT.c.id, _COMMENT.c.number, select(counted.c.phase).scalar_subquery())
    )


_NUMBERED = _numbered()


def _put(session: Session, columns: dict[str, Any]) -> tuple[Comment, Phase]:
    """Write a new comment and give it as if it had been read; and the phase in which it got its number."""
    values = _UNSAID | columns
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        named = {f"its_{name}": value for name, value in values.items()}
        named["of_round"] = values["round_id"]
        values["id"], values["number"], phase = connection.execute(_NUMBERED, named).one()
    else:
        values["number"], phase = _next_number(session, values["round_id"])
        values["id"] = connection.execute(_INSERT, values).scalar_one()
    comment: Comment = _CLASS.new_instance()
    comment.__dict__.update(values)
    make_transient_to_detached(comment)
    session.add(comment)
    return comment, phase


_ORIGIN = insert(SQLModel.metadata.tables[str(Origin.__tablename__)])


def _note_origin(session: Session, comment: Comment, came: Came) -> None:
    session.connection().execute(
        _ORIGIN,
        {
            "comment_id": comment.id,
            "author": came.author[:300],
            "written_at": came.written_at,
            "resolved": came.resolved,
            "also": list(came.also),
            "taken_by_person_id": came.by.person_id,
            "way": came.way,
            "note": came.note[:300],
        },
    )


def _locked(session: Session, by: Viewer, round_: Round, comment_id: int, what: May) -> Comment:
    comment = session.get(Comment, comment_id, with_for_update=True)
    if comment is None or comment.round_id != round_.id or comment.seat_id != by.seat_id:
        raise NotFound("There is no such comment, or it is not yours.")
    require(may(by.role, what, phase=round_.phase, relation=Relation.AUTHOR, status=comment.status))
    return comment


def _who(by: Viewer, round_: Round, known: Facts) -> dict[str, Any]:
    """What the author's seat says at this moment, kept with the comment."""
    return {
        "plan_id": round_.plan_id,
        "round_id": round_.id,
        "seat_id": by.seat_id,
        "person_id": by.person_id,
        "organisation_id": by.organisation_id,
        "constituency": by.constituency,
        "capacity": known.capacity,
        "region": known.region,
    }


def _next_number(session: Session, round_id: int | None) -> tuple[int, Phase]:
    """A new number, and the phase in which it was given: the round may have moved since it was read."""
    number, phase = session.connection().execute(_COUNT_UP, {"of_round": round_id}).one()
    return number, phase


def _record(
    session: Session,
    comment: Comment,
    by: Viewer,
    at: datetime,
    verb: CommentVerb,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    first: bool = False,
) -> None:
    record(
        session,
        at=at,
        by=by.person_id,
        verb=verb,
        subject="comment",
        subject_id=comment.id or 0,
        before=before,
        after=after,
        plan_id=comment.plan_id,
        round_id=comment.round_id,
        first=first,
    )
