"""Reading returned files: the list of a round, one file item by item, and what stands behind a comment."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import CommentView, ref
from app.comments.rules import Attribution
from app.errors import NotFound
from app.people.models import Organisation, Person, Seat
from app.people.rules import Constituency, Role, Viewer
from app.plans.models import Clause
from app.plans.queries import ClauseView
from app.plans.rules import Kind
from app.policy import May, may, require
from app.returns.models import ReturnedContent, ReturnedFile, ReturnedItem, SheetMapping
from app.returns.rules import BUSY, Choice, Fate, FileKind, Sort, State, fate
from app.rounds.models import Round
from app.words import N_

PAGE = 60
FILES = 100

NO_FILE = N_("There is no such file in this round.")


@dataclass(frozen=True, slots=True)
class FileView:
    """A returned file as the list shows it; the numbers count its items by what becomes of them."""

    file_id: int
    name: str
    size: int
    sha256: str
    kind: FileKind
    read_as: str
    state: State
    organisation_id: int | None
    organisation: str
    constituency: Constituency | None
    seat_id: int | None
    attribution: Attribution
    problem: str
    problem_values: dict[str, Any]
    received_at: datetime
    received_by: str
    imported_at: datetime | None
    new_comments: int
    known_comments: int
    version: int
    comes: int = 0
    threads: int = 0
    wanting: int = 0
    left_out: int = 0

    @property
    def busy(self) -> bool:
        """Whether something will still happen to it by itself."""
        return self.state in BUSY

    @property
    def ready(self) -> bool:
        """Whether it can be imported as it stands."""
        return self.state is State.READ and not self.wanting and self.organisation_id is not None


def base_clauses(session: Session, draft_id: int) -> list[dict[str, Any]]:
    """A draft's clauses as the readers of files take them, in document order."""
    above = aliased(Clause)
    rows = session.execute(
        select(
            col(Clause.wid),
            col(Clause.eid),
            col(Clause.number),
            col(Clause.kind),
            col(Clause.level),
            col(Clause.text),
            col(Clause.fields),
            col(Clause.label),
            col(Clause.location),
            col(above.wid),
        )
        .outerjoin(above, col(above.id) == col(Clause.parent_id))
        .where(col(Clause.draft_id) == draft_id)
        .order_by(col(Clause.position))
    )
    return [
        {
            "wid": wid,
            "eid": eid,
            "number": number,
            "kind": "para" if kind is Kind.PARAGRAPH else kind.value,
            "level": level,
            "text": text,
            "fields": fields,
            "label": label,
            "parent": parent,
            "table": {name: location[name] for name in ("table", "row", "col")}
            if "table" in location
            else None,
        }
        for wid, eid, number, kind, level, text, fields, label, location, parent in rows
    ]


_FILE = (
    col(ReturnedFile.id),
    col(ReturnedFile.name),
    col(ReturnedFile.size),
    col(ReturnedFile.sha256),
    col(ReturnedFile.kind),
    col(ReturnedFile.read_as),
    col(ReturnedFile.state),
    col(ReturnedFile.organisation_id),
    func.coalesce(col(Organisation.name), ""),
    col(Organisation.constituency),
    col(ReturnedFile.seat_id),
    col(ReturnedFile.attribution),
    col(ReturnedFile.problem),
    col(ReturnedFile.problem_values),
    col(ReturnedFile.received_at),
    col(Person.name),
    col(ReturnedFile.imported_at),
    col(ReturnedFile.new_comments),
    col(ReturnedFile.known_comments),
    col(ReturnedFile.version),
)


def _files(round_id: int) -> Select[Any]:
    return (
        select(*_FILE)
        .outerjoin(Organisation, col(Organisation.id) == col(ReturnedFile.organisation_id))
        .join(Person, col(Person.id) == col(ReturnedFile.received_by))
        .where(col(ReturnedFile.round_id) == round_id, col(ReturnedFile.state) != State.KEPT)
    )


def _counted(session: Session, files: Iterable[Any]) -> list[FileView]:
    views = [FileView(*row) for row in files]
    counts = fates(session, [one.file_id for one in views])
    return [
        replace(
            one,
            comes=counts[one.file_id][Fate.COMES],
            threads=counts[one.file_id][Fate.THREAD],
            wanting=counts[one.file_id][Fate.WANTING],
            left_out=counts[one.file_id][Fate.LEFT_OUT],
        )
        for one in views
    ]


def files(
    session: Session, viewer: Viewer, round_: Round, *, before: int | None = None
) -> tuple[list[FileView], int | None]:
    """The files that came back in a round, the newest first; the second value leads to older ones."""
    require(may(viewer.role, May.IMPORT_RETURNED))
    statement = _files(round_.id or 0).order_by(col(ReturnedFile.id).desc()).limit(FILES + 1)
    if before is not None:
        statement = statement.where(col(ReturnedFile.id) < before)
    found = _counted(session, session.execute(statement))
    return found[:FILES], found[FILES - 1].file_id if len(found) > FILES else None


def every_file(session: Session, viewer: Viewer, round_: Round) -> list[FileView]:
    """All files of a round, for a file."""
    require(may(viewer.role, May.IMPORT_RETURNED))
    return _counted(session, session.execute(_files(round_.id or 0).order_by(col(ReturnedFile.id).desc())))


def file(session: Session, viewer: Viewer, round_: Round, file_id: int) -> FileView:
    """One file of the round, or NotFound."""
    require(may(viewer.role, May.IMPORT_RETURNED))
    found = _counted(
        session, session.execute(_files(round_.id or 0).where(col(ReturnedFile.id) == file_id)).all()
    )
    if not found:
        raise NotFound(NO_FILE)
    return found[0]


def busy(session: Session, round_: Round) -> int:
    """How many files of a round something will still happen to by itself."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ReturnedFile)
            .where(col(ReturnedFile.round_id) == round_.id, col(ReturnedFile.state).in_(BUSY))
        )
        or 0
    )


def waiting(session: Session, viewer: Viewer, plan_id: int) -> list[tuple[int, str, int]]:
    """The rounds of a plan with files that were read and wait for a person: id, name, and how many files."""
    if not may(viewer.role, May.IMPORT_RETURNED):
        return []
    rows = session.execute(
        select(col(Round.id), col(Round.name), func.count())
        .join(ReturnedFile, col(ReturnedFile.round_id) == col(Round.id))
        .where(col(Round.plan_id) == plan_id, col(ReturnedFile.state).in_([State.READ, State.COLUMNS]))
        .group_by(col(Round.id), col(Round.name))
        .order_by(col(Round.id).desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def content(session: Session, viewer: Viewer, round_: Round, file_id: int) -> tuple[str, bytes]:
    """A file's name and bytes, as it came; also what is attached to a comment that was entered.

    Who takes files in may have any; who enters comments for somebody, what they attached themselves.
    """
    require(may(viewer.role, May.ENTER_FOR))
    statement = (
        select(col(ReturnedFile.name), col(ReturnedContent.content))
        .join(ReturnedContent, col(ReturnedContent.file_id) == col(ReturnedFile.id))
        .where(col(ReturnedFile.id) == file_id, col(ReturnedFile.round_id) == round_.id)
    )
    if not may(viewer.role, May.IMPORT_RETURNED):
        statement = statement.where(
            col(ReturnedFile.kind) == FileKind.SOURCE, col(ReturnedFile.received_by) == viewer.person_id
        )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound(NO_FILE)
    return row[0], row[1]


_PLACED = or_(
    col(ReturnedItem.wid) != "", col(ReturnedItem.chosen_wid) != "", col(ReturnedItem.general).is_(True)
)
#: A reply goes the way of the comment it answers, unless it is to be one of its own.
_top = aliased(ReturnedItem)
_TOP_OUT = and_(
    col(ReturnedItem.sort) == Sort.REPLY,
    col(ReturnedItem.choice) == Choice.AS_READ,
    exists().where(
        col(_top.file_id) == col(ReturnedItem.file_id),
        col(_top.position) == col(ReturnedItem.parent),
        or_(
            col(_top.choice) == Choice.LEFT_OUT,
            and_(col(_top.choice) == Choice.AS_READ, col(_top.idle).is_(True)),
        ),
    ),
)


def fates(session: Session, file_ids: Sequence[int]) -> dict[int, Counter[Fate]]:
    """How many items of each file have which fate."""
    found: dict[int, Counter[Fate]] = {file_id: Counter() for file_id in file_ids}
    if not file_ids:
        return found
    placed, out = case((_PLACED, 1), else_=0), case((_TOP_OUT, 1), else_=0)
    rows = session.execute(
        select(
            col(ReturnedItem.file_id),
            col(ReturnedItem.sort),
            col(ReturnedItem.choice),
            placed,
            col(ReturnedItem.idle),
            out,
            func.count(),
        )
        .where(col(ReturnedItem.file_id).in_(file_ids))
        .group_by(
            col(ReturnedItem.file_id),
            col(ReturnedItem.sort),
            col(ReturnedItem.choice),
            placed,
            col(ReturnedItem.idle),
            out,
        )
    )
    for file_id, sort, choice, is_placed, idle, is_out, n in rows:
        becomes = Fate.LEFT_OUT if is_out else fate(sort, choice, placed=bool(is_placed), idle=idle)
        found[file_id][becomes] += n
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A clause as somebody may choose it."""

    wid: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with the clause it stands on now, what becomes of it, and the comment it is already.

    `known` is that comment's reference where another file, or this one, brought it before.
    """

    item: ReturnedItem
    fate: Fate
    clause: ClauseView | None
    also: list[Place]
    candidates: list[Place]
    to: Place | None
    known: str
    known_id: int | None

    @property
    def general(self) -> bool:
        """Whether it is on the whole plan."""
        return self.item.choice is Choice.GENERAL or (self.item.general and not self.item.chosen_wid)

    @property
    def exact(self) -> tuple[int, int] | None:
        """Which of the clause's words it stands on, in code points."""
        one = self.item
        if one.chosen_wid or one.field or one.start is None or one.end is None or one.start >= one.end:
            return None
        return one.start, one.end


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items of a file in order; `following` leads to those behind, None at the end."""

    items: list[ItemView]
    following: int | None


def items(
    session: Session, round_: Round, file_id: int, *, show: str = "", start: int = 0, size: int = PAGE
) -> ItemPage:
    """The items of a file from a position on, in a fixed number of statements.

    `show` is "wanting" for what a person must place, "out" for what is left out, "" for everything.
    """
    statement = (
        select(ReturnedItem, case((_TOP_OUT, 1), else_=0))
        .where(col(ReturnedItem.file_id) == file_id, col(ReturnedItem.position) >= start)
        .order_by(col(ReturnedItem.position))
        .limit(size + 1)
    )
    resting = col(ReturnedItem.choice) == Choice.AS_READ
    out = or_(
        col(ReturnedItem.choice) == Choice.LEFT_OUT,
        and_(resting, or_(col(ReturnedItem.idle).is_(True), col(ReturnedItem.sort) == Sort.UNTRACKED)),
        _TOP_OUT,
    )
    if show == "wanting":
        asks = and_(resting, col(ReturnedItem.idle).is_(False))
        asks = and_(asks, col(ReturnedItem.sort).not_in([Sort.UNTRACKED, Sort.REPLY]))
        statement = statement.where(or_(asks, col(ReturnedItem.choice) == Choice.TAKEN), ~_PLACED)
    elif show == "out":
        statement = statement.where(out)
    rows = session.execute(statement).all()
    following = rows[size][0].position if len(rows) > size else None
    found = [(row[0], bool(row[1])) for row in rows[:size]]
    return ItemPage(list(_views(session, round_, found)), following)


def item(session: Session, round_: Round, file_id: int, item_id: int) -> ItemView:
    """One item of a file, or NotFound."""
    row = session.execute(
        select(ReturnedItem, case((_TOP_OUT, 1), else_=0)).where(
            col(ReturnedItem.id) == item_id,
            col(ReturnedItem.file_id) == file_id,
            col(ReturnedItem.round_id) == round_.id,
        )
    ).first()
    if row is None:
        raise NotFound(NO_FILE)
    return next(iter(_views(session, round_, [(row[0], bool(row[1]))])))


def _views(session: Session, round_: Round, found: Sequence[tuple[ReturnedItem, bool]]) -> Iterable[ItemView]:
    held = [one for one, _ in found]
    wids = {one.chosen_wid or one.wid for one in held} | {one.to_wid for one in held}
    for one in held:
        wids |= {*one.wids, *one.candidates}
    clauses = clauses_of(session, round_.draft_id, wids - {""})
    known = known_as(session, round_, [one.key for one in held])
    for one, top_out in found:
        placed = bool(one.wid or one.chosen_wid or one.general)
        becomes = Fate.LEFT_OUT if top_out else fate(one.sort, one.choice, placed=placed, idle=one.idle)
        clause = None if one.choice is Choice.GENERAL else clauses.get(one.chosen_wid or one.wid)
        stands = clause.wid if clause else ""
        comment_id, number = known.get(one.key, (one.comment_id, None))
        yield ItemView(
            item=one,
            fate=becomes,
            clause=clause,
            also=[place_of(clauses[wid]) for wid in one.wids if wid in clauses and wid != stands],
            candidates=[place_of(clauses[wid]) for wid in one.candidates if wid in clauses],
            to=place_of(clauses[one.to_wid]) if one.to_wid in clauses else None,
            known=ref(round_.number, number),
            known_id=comment_id,
        )


def place_of(clause: ClauseView) -> Place:
    """A clause by its label and first words."""
    words = clause.text or " ".join(clause.fields.values())
    return Place(clause.wid, clause.label or clause.number, words[:90])


_CLAUSE = (
    col(Clause.id), col(Clause.wid), col(Clause.eid), col(Clause.label), col(Clause.number), col(Clause.kind),
    col(Clause.level), col(Clause.text), col(Clause.text_ms), col(Clause.fields), col(Clause.fields_ms),
    col(Clause.parent_id), col(Clause.section_id), col(Clause.position), col(Clause.until), col(Clause.version),
)  # fmt: skip


def clauses_of(session: Session, draft_id: int, wids: Iterable[str]) -> dict[str, ClauseView]:
    """Clauses of a draft by their permanent ids."""
    wanted = list(wids)
    found: dict[str, ClauseView] = {}
    for n in range(0, len(wanted), 500):
        rows = session.execute(
            select(*_CLAUSE).where(col(Clause.draft_id) == draft_id, col(Clause.wid).in_(wanted[n : n + 500]))
        )
        found |= {row.wid: ClauseView(*row) for row in rows}
    return found


def known_as(session: Session, round_: Round, keys: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """The comments of a round that these keys have become: id and number, by key."""
    wanted = list(keys)
    found: dict[str, tuple[int, int | None]] = {}
    for n in range(0, len(wanted), 500):
        rows = session.execute(
            select(col(ReturnedItem.key), col(Comment.id), col(Comment.number))
            .join(Comment, col(Comment.id) == col(ReturnedItem.comment_id))
            .where(col(ReturnedItem.round_id) == round_.id, col(ReturnedItem.key).in_(wanted[n : n + 500]))
        )
        found |= {key: (comment_id, number) for key, comment_id, number in rows}
    return found


@dataclass(frozen=True, slots=True)
class Voice:
    """A seat in whose name a file's comments can stand."""

    seat_id: int
    organisation_id: int | None
    organisation: str
    constituency: Constituency | None
    person: str
    role: Role


def voices(session: Session, plan_id: int) -> list[Voice]:
    """The living seats that speak at the table, by organisation; its focal points first."""
    rows = session.execute(
        select(
            col(Seat.id),
            col(Seat.organisation_id),
            func.coalesce(col(Organisation.name), ""),
            col(Seat.constituency),
            col(Person.name),
            col(Seat.role),
        )
        .join(Person, col(Person.id) == col(Seat.person_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .where(
            col(Seat.plan_id) == plan_id,
            col(Seat.ended_at).is_(None),
            col(Seat.role).in_([Role.PARTICIPANT, Role.FOCAL_POINT, Role.OBSERVER]),
        )
        .order_by(
            func.lower(func.coalesce(col(Organisation.name), "")),
            case((col(Seat.role) == Role.FOCAL_POINT, 0), else_=1),
            func.lower(col(Person.name)),
            col(Seat.id),
        )
    )
    return [Voice(*row) for row in rows]


def mapping(session: Session, plan_id: int, organisation_id: int | None) -> dict[str, str]:
    """What the columns of an organisation's sheets are, by title: what was told for all, then for this one."""
    rows = session.execute(
        select(col(SheetMapping.title), col(SheetMapping.role))
        .where(
            col(SheetMapping.plan_id) == plan_id,
            or_(
                col(SheetMapping.organisation_id).is_(None),
                col(SheetMapping.organisation_id) == organisation_id,
            ),
        )
        .order_by(case((col(SheetMapping.organisation_id).is_(None), 0), else_=1))
    )
    return {row[0]: row[1] for row in rows}


def details(session: Session, file_id: int) -> ReturnedFile:
    """A file's whole row, with what its reader said of it."""
    return session.get_one(ReturnedFile, file_id)


def organisations_written(session: Session, file_id: int) -> list[tuple[str, int]]:
    """The organisations that a sheet's rows name, as written, with how many rows name each."""
    rows = session.execute(
        select(col(ReturnedItem.organisation), func.count())
        .where(col(ReturnedItem.file_id) == file_id, col(ReturnedItem.organisation) != "")
        .group_by(col(ReturnedItem.organisation))
        .order_by(func.count().desc(), col(ReturnedItem.organisation))
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered in a thread of a returned copy; `author` is empty where withheld."""

    author: str
    written_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a comment that came in a file or was entered.

    The thread that came with it, for who resolves comments and for the body it came from: colleagues talking
    among themselves; the labels of further clauses it names; and for who may have it the file.
    """

    replies: tuple[Reply, ...] = ()
    also: tuple[str, ...] = ()
    file_id: int | None = None
    file: str = ""
    source: str = ""


def behind(session: Session, viewer: Viewer, comments: Iterable[CommentView]) -> dict[int, Behind]:
    """What stands behind those of some comments that came in files, as this person may see it; two statements."""
    came = {one.id: one for one in comments if one.came is not None}
    if not came:
        return {}
    by_oneself = col(ReturnedFile.received_by) == viewer.person_id
    attached = (col(ReturnedFile.kind) == FileKind.SOURCE) & by_oneself
    rows = session.execute(
        select(
            col(ReturnedItem.comment_id),
            col(ReturnedItem.sort),
            col(ReturnedItem.choice),
            col(ReturnedItem.author),
            col(ReturnedItem.written_at),
            col(ReturnedItem.text),
            col(ReturnedItem.source),
            col(ReturnedFile.id).label("file_id"),
            col(ReturnedFile.name),
            attached.label("attached"),
            col(ReturnedItem.key),
            col(ReturnedItem.wids),
            col(Round.draft_id),
            col(Comment.organisation_id),
        )
        .join(Comment, col(Comment.id) == col(ReturnedItem.comment_id))
        .join(ReturnedFile, col(ReturnedFile.id) == col(ReturnedItem.file_id))
        .join(Round, col(Round.id) == col(ReturnedItem.round_id))
        .where(col(ReturnedItem.comment_id).in_(came))
        .order_by(col(ReturnedItem.id))
    )
    imports, enters = may(viewer.role, May.IMPORT_RETURNED), may(viewer.role, May.ENTER_FOR)
    resolves = may(viewer.role, May.SEE_PROPOSALS)
    found: dict[int, dict[str, Any]] = {}
    drafts: dict[int, set[str]] = {}
    for row in rows:
        view = came[row.comment_id]
        mine = found.setdefault(row.comment_id, {"replies": {}, "wids": []})
        if row.sort is not Sort.REPLY and not mine["wids"]:
            mine["wids"] = [wid for wid in row.wids if wid != view.wid]
            drafts.setdefault(row.draft_id, set()).update(mine["wids"])
        if row.sort is Sort.REPLY and row.choice is not Choice.TAKEN:
            colleague = view.organisation is not None and row.organisation_id == viewer.organisation_id
            if resolves or view.own or colleague:
                told = row.author if view.person is not None else ""
                at = row.written_at if view.organisation else None
                mine["replies"].setdefault(row.key, Reply(told, at, row.text))
        elif "file_id" not in mine and (imports or (enters and row.attached)):
            mine |= {"file_id": row.file_id, "file": row.name, "source": row.source}
    labels = {
        wid: place_of(clause).label or place_of(clause).words
        for draft, wids in drafts.items()
        for wid, clause in clauses_of(session, draft, wids).items()
    }
    return {
        comment_id: Behind(
            replies=tuple(one["replies"].values()),
            also=tuple(labels[wid] for wid in one["wids"] if wid in labels),
            file_id=one.get("file_id"),
            file=one.get("file", ""),
            source=one.get("source", ""),
        )
        for comment_id, one in found.items()
    }
