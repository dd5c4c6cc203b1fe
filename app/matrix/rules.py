"""The comment matrix: its columns, its filters, and where in it a page stands. Two tables and what reads them."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.comments.rules import (
    ATTRIBUTION_NAMES,
    CHANNEL_NAMES,
    PRIORITY_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    Attribution,
    CommentType,
    Priority,
)
from app.errors import Invalid
from app.matrix.dispositions import (
    CONTROVERSY_NAMES,
    DISPOSITION_NAMES,
    POINT_STATE_NAMES,
    WALK_NAMES,
    Controversy,
    Disposition,
    PointState,
    Walk,
)
from app.people.rules import (
    CAPACITY_NAMES,
    CONSTITUENCY_NAMES,
    LANGUAGE_NAMES,
    REGION_NAMES,
    SEATS,
    Constituency,
    Language,
)
from app.words import N_

#: Rows on a page, and how far "n rows" is counted before it says "more than".
PAGE = 50
COUNTED = 1000

#: So many comments of a point are shown under it; the others are a press away.
KIDS = 3

LONGEST_SEARCH = 200


class Owner(enum.StrEnum):
    """Whose a column is."""

    FROZEN = "frozen"
    SECRETARIAT = "secretariat"
    COMMENTER = "commenter"


OWNER_NAMES = {
    Owner.FROZEN: N_("Frozen at submission"),
    Owner.SECRETARIAT: N_("The secretariat's"),
    Owner.COMMENTER: N_("The commenter's, afterwards"),
}


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A column of the matrix. `width` is in letters; `kind` is text, number or moment.

    `screen` names the column of the page that holds it, `word` says that it stands in the Word table too;
    every column stands in the sheets and in JSON. `names` are the words for its values.
    """

    key: str
    title: str
    owner: Owner
    width: int = 14
    kind: str = "text"
    screen: str = ""
    word: bool = False
    names: Mapping[Any, str] | None = None


def _frozen(key: str, title: str, width: int = 14, **more: Any) -> MatrixColumn:
    return MatrixColumn(key, title, Owner.FROZEN, width, **more)


def _secretariat(key: str, title: str, width: int = 14, **more: Any) -> MatrixColumn:
    return MatrixColumn(key, title, Owner.SECRETARIAT, width, **more)


_SUPPORT = {
    Constituency.GOVERNMENT: N_("Support: Government"),
    Constituency.EMPLOYERS: N_("Support: Employers"),
    Constituency.WORKERS: N_("Support: Workers"),
    Constituency.CIVIL_SOCIETY: N_("Support: Civil society"),
}
_OBJECTION = {
    Constituency.GOVERNMENT: N_("Objection: Government"),
    Constituency.EMPLOYERS: N_("Objection: Employers"),
    Constituency.WORKERS: N_("Objection: Workers"),
    Constituency.CIVIL_SOCIETY: N_("Objection: Civil society"),
}

#: The matrix of the field, in the order it is read: three owners, three groups.
COLUMNS: tuple[MatrixColumn, ...] = (
    _frozen("ref", N_("Ref"), 10, screen="ref", word=True),
    _frozen("round", N_("Round"), 18),
    _frozen("draft", N_("Draft"), 12),
    _frozen("clause", N_("Clause"), 12, screen="clause", word=True),
    _frozen("heading", N_("Heading"), 28, screen="clause", word=True),
    _frozen("field", N_("Table cell"), 14),
    _frozen("quote", N_("Text quoted"), 30, screen="quote", word=True),
    _frozen("constituency", N_("Constituency"), 14, screen="from", word=True, names=CONSTITUENCY_NAMES),
    _frozen("organisation", N_("Organisation"), 26, screen="from", word=True),
    _frozen("person", N_("Person"), 18, screen="from"),
    _frozen("region", N_("Region"), 12, names=REGION_NAMES),
    _frozen("capacity", N_("Capacity"), 16, names=CAPACITY_NAMES),
    _frozen("channel", N_("Channel"), 12, names=CHANNEL_NAMES),
    _frozen("language", N_("Language"), 12, names=LANGUAGE_NAMES),
    _frozen("type", N_("Type"), 16, screen="type", word=True, names=TYPE_NAMES),
    _frozen("priority", N_("Priority"), 10, screen="type", word=True, names=PRIORITY_NAMES),
    _frozen("comment", N_("Comment"), 60, screen="comment", word=True),
    _frozen("verb", N_("Proposed change"), 12, screen="change", word=True),
    _frozen("proposed", N_("Proposed text"), 60, screen="change", word=True),
    _frozen("rationale", N_("Rationale"), 40, screen="comment"),
    _frozen("standard", N_("Standard cited"), 20, screen="comment"),
    _frozen("ground", N_("Ground"), 24, screen="comment"),
    _frozen("attribution", N_("Attribution"), 18, names=ATTRIBUTION_NAMES),
    _frozen("submitted_at", N_("Submitted"), 17, kind="moment"),
    _frozen("late", N_("Late"), 8, screen="ref"),
    _frozen("status", N_("Status"), 12, screen="ref", names=STATUS_NAMES),
    _secretariat("clause_now", N_("Clause now"), 12),
    _secretariat("point", N_("Point"), 10),
    _secretariat("theme", N_("Theme"), 24),
    _secretariat("cosignatories", N_("Co-signatories"), 24),
    *(
        _secretariat(f"support_{c.value.lower()}", _SUPPORT[c], 10, kind="number", screen="stances")
        for c in SEATS
    ),
    *(
        _secretariat(f"objection_{c.value.lower()}", _OBJECTION[c], 10, kind="number", screen="stances")
        for c in SEATS
    ),
    _secretariat("overlap", N_("Overlap with another plan"), 20),
    _secretariat("controversy", N_("Level of controversy"), 14, names=CONTROVERSY_NAMES),
    _secretariat("drafter", N_("Drafter"), 14, screen="drafter"),
    _secretariat(
        "proposed_disposition",
        N_("Proposed disposition"),
        16,
        screen="proposed",
        names=DISPOSITION_NAMES,
    ),
    _secretariat("proposed_reason", N_("Reason proposed"), 40),
    _secretariat(
        "disposition", N_("Final disposition"), 16, screen="final", word=True, names=DISPOSITION_NAMES
    ),
    _secretariat("points_to", N_("Duplicate of, or referred to"), 16),
    _secretariat("reason", N_("Reason"), 40, screen="reason", word=True),
    _secretariat("reason_ms", N_("Reason, in Malay"), 40),
    _secretariat("resulting_text", N_("Resulting text"), 40),
    _secretariat("implemented_in", N_("Implemented in"), 14, screen="text"),
    _secretariat("decided_at", N_("Decided"), 17, kind="moment"),
    MatrixColumn("reaction", N_("Reaction"), Owner.COMMENTER, 14),
    MatrixColumn("reaction_note", N_("Note on the reaction"), Owner.COMMENTER, 30),
)


class Withdrawn(enum.StrEnum):
    """Whether comments that were withdrawn are among the rows."""

    WITHOUT = "without"
    WITH = "with"
    ONLY = "only"


WITHDRAWN_NAMES = {
    Withdrawn.WITHOUT: N_("Without withdrawn comments"),
    Withdrawn.WITH: N_("With withdrawn comments"),
    Withdrawn.ONLY: N_("Only withdrawn comments"),
}


class Grouping(enum.StrEnum):
    """Whether a point is made by several comments or by one."""

    GROUPED = "grouped"
    ALONE = "alone"


GROUPING_NAMES = {
    Grouping.GROUPED: N_("Grouped"),
    Grouping.ALONE: N_("Not grouped"),
}


#: Who drafts a point: the reader, nobody, or a seat by its id.
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the matrix; the default asks for all of it.

    `section` is a heading's eid, `organisation` its id, `person` the id of a seat. Author filters act on
    what a comment shows to its reader, never on what it withholds. From `point` on, filters ask for points;
    `promised` for those that were accepted and are in no text yet.
    """

    section: str = ""
    constituency: Constituency | None = None
    organisation: int | None = None
    person: int | None = None
    type: CommentType | None = None
    priority: Priority | None = None
    attribution: Attribution | None = None
    language: Language | None = None
    proposed: bool = False
    late: bool = False
    withdrawn: Withdrawn = Withdrawn.WITHOUT
    q: str = ""
    point: int | None = None
    state: PointState | None = None
    disposition: Disposition | None = None
    promised: bool = False
    drafter: str = ""
    theme: int | None = None
    controversy: Controversy | None = None
    grouping: Grouping | None = None
    order: Walk = Walk.DOCUMENT

    def __bool__(self) -> bool:
        return self != ALL


ALL = Filters()

#: What these ask for lies with points: their reader must be one who sees it.
OF_POINTS = (
    "point",
    "state",
    "disposition",
    "promised",
    "drafter",
    "theme",
    "controversy",
    "grouping",
    "order",
)
#: And these of them anybody may ask once answers are published.
OF_ANSWERS = frozenset({"disposition", "theme", "point"})


def asked_of_points(filters: Filters) -> tuple[str, ...]:
    """The names of the filters that ask something of points."""
    return tuple(name for name in OF_POINTS if getattr(filters, name) != getattr(ALL, name))


def asks_of_comments(filters: Filters) -> bool:
    """Whether something is asked that only comments can answer; a section is asked of both."""
    return any(
        getattr(filters, field.name) != getattr(ALL, field.name)
        for field in fields(filters)
        if field.name not in OF_POINTS and field.name != "section"
    )


def _a_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise ValueError
    return int(value)


def _a_drafter(value: str) -> str:
    return value if value in {ME, NOBODY} else str(_a_number(value))


def _a_level(value: str) -> Controversy:
    return Controversy(_a_number(value))


def _a_yes(value: str) -> bool:
    if value != "1":
        raise ValueError
    return True


def _words(value: str) -> str:
    return " ".join(value.replace("\x00", " ").split())[:LONGEST_SEARCH]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name in the query string, what people call it, how its value is read, words for values."""

    name: str
    title: str
    read: Callable[[str], Any]
    names: Mapping[Any, str] | None = None


FILTERS: tuple[Filter, ...] = (
    Filter("section", N_("Section"), lambda value: value[:200]),
    Filter("constituency", N_("Constituency"), Constituency, CONSTITUENCY_NAMES),
    Filter("organisation", N_("Organisation"), _a_number),
    Filter("person", N_("Person"), _a_number),
    Filter("type", N_("Type"), CommentType, TYPE_NAMES),
    Filter("priority", N_("Priority"), Priority, PRIORITY_NAMES),
    Filter("attribution", N_("Attribution"), Attribution, ATTRIBUTION_NAMES),
    Filter("language", N_("Language"), Language, LANGUAGE_NAMES),
    Filter("proposed", N_("With proposed change"), _a_yes),
    Filter("late", N_("Late"), _a_yes),
    Filter("withdrawn", N_("Withdrawn"), Withdrawn, WITHDRAWN_NAMES),
    Filter("q", N_("Search"), _words),
    Filter("point", N_("Point"), _a_number),
    Filter("state", N_("State"), PointState, POINT_STATE_NAMES),
    Filter("disposition", N_("Final disposition"), Disposition, DISPOSITION_NAMES),
    Filter("promised", N_("Accepted, not in text"), _a_yes),
    Filter("drafter", N_("Drafter"), _a_drafter),
    Filter("theme", N_("Theme"), _a_number),
    Filter("controversy", N_("Level of controversy"), _a_level, CONTROVERSY_NAMES),
    Filter("grouping", N_("Grouping"), Grouping, GROUPING_NAMES),
    Filter("order", N_("Order"), Walk, WALK_NAMES),
)


def read(query: Mapping[str, str]) -> Filters:
    """The filters of a query string; one with a value that means nothing is refused.

    To let it pass would show, and export, more than was asked for.
    """
    found: dict[str, Any] = {}
    for one in FILTERS:
        typed = query.get(one.name, "").strip()
        if not typed:
            continue
        try:
            found[one.name] = one.read(typed)
        except ValueError:
            raise Invalid(
                "The matrix has no filter %(name)s with the value “%(value)s”.",
                name=one.name,
                value=typed[:60],
            ) from None
    return Filters(**found)


def read_string(query: str) -> Filters:
    """The filters of a query string as it stands in an address."""
    return read(dict(parse_qsl(query)))


def written(filters: Filters, **changes: Any) -> str:
    """Filters as a query string, in one order and without what is not asked; `changes` replaces some first."""
    filters = replace(filters, **changes) if changes else filters
    default = ALL
    pairs = [
        (field.name, "1" if value is True else str(value))
        for field in fields(filters)
        if (value := getattr(filters, field.name)) != getattr(default, field.name)
    ]
    return urlencode(pairs)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after, or going back before, the row at (position, id).

    `level` is how contested the point there is, where the matrix is read in that order.
    """

    position: int
    id: int
    back: bool = False
    level: int = 0

    def __str__(self) -> str:
        """As it stands in an address, without its way."""
        level = f".{self.level}" if self.level else ""
        return f"{self.position}.{self.id}{level}"


def cursor(query: Mapping[str, str]) -> Cursor | None:
    """The place that `after=12.345` or `before=12.345` names; none for the first page, or for what means nothing."""
    for name in ("after", "before"):
        position, dot, rest = query.get(name, "").partition(".")
        id_, _, level = rest.partition(".")
        try:
            if dot:
                return Cursor(_signed(position), _a_number(id_), name == "before", _a_number(level or "0"))
        except ValueError:
            continue
    return None


def _signed(value: str) -> int:
    return -_a_number(value[1:]) if value.startswith("-") else _a_number(value)
