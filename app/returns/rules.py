"""What comes back in files: how far each has come, what it says item by item, and what becomes of each item."""

import enum
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any

from app.comments.rules import Channel
from app.errors import Conflict
from app.words import N_


class FileKind(enum.StrEnum):
    """What a file is."""

    UNKNOWN = "unknown"
    WORD = "word"
    SHEET = "sheet"
    SOURCE = "source"


FILE_KIND_NAMES = {
    FileKind.UNKNOWN: N_("Not read yet"),
    FileKind.WORD: N_("Returned copy"),
    FileKind.SHEET: N_("Comment sheet"),
    FileKind.SOURCE: N_("Attached to a comment that was entered"),
}

CHANNELS = {FileKind.WORD: Channel.WORD, FileKind.SHEET: Channel.SHEET}


class State(enum.StrEnum):
    """How far a returned file has come."""

    RECEIVED = "received"
    COLUMNS = "columns"
    READ = "read"
    APPROVED = "approved"
    IMPORTED = "imported"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    KEPT = "kept"


STATE_NAMES = {
    State.RECEIVED: N_("Waiting to be read"),
    State.COLUMNS: N_("Say what its columns are"),
    State.READ: N_("Read, not imported"),
    State.APPROVED: N_("Being imported"),
    State.IMPORTED: N_("Imported"),
    State.REFUSED: N_("Refused"),
    State.SET_ASIDE: N_("Set aside"),
    State.KEPT: N_("Kept"),
}


class Step(enum.StrEnum):
    """What is done with a returned file."""

    READ = "read"
    ASK = "ask"
    REFUSE = "refuse"
    AGAIN = "again"
    DECIDE = "decide"
    APPROVE = "approve"
    HAND_BACK = "hand back"
    IMPORT = "import"
    SET_ASIDE = "set aside"


#: The state after a step; a pair that is not here is refused.
AFTER: dict[tuple[State, Step], State] = {
    (State.RECEIVED, Step.READ): State.READ,
    (State.RECEIVED, Step.ASK): State.COLUMNS,
    (State.RECEIVED, Step.REFUSE): State.REFUSED,
    (State.COLUMNS, Step.AGAIN): State.RECEIVED,
    (State.READ, Step.AGAIN): State.RECEIVED,
    (State.REFUSED, Step.AGAIN): State.RECEIVED,
    (State.SET_ASIDE, Step.AGAIN): State.RECEIVED,
    (State.READ, Step.DECIDE): State.READ,
    (State.READ, Step.APPROVE): State.APPROVED,
    (State.APPROVED, Step.HAND_BACK): State.READ,
    (State.READ, Step.IMPORT): State.IMPORTED,
    (State.APPROVED, Step.IMPORT): State.IMPORTED,
    (State.READ, Step.SET_ASIDE): State.SET_ASIDE,
    (State.COLUMNS, Step.SET_ASIDE): State.SET_ASIDE,
    (State.REFUSED, Step.SET_ASIDE): State.SET_ASIDE,
}

#: Files that something will still happen to by itself.
BUSY = frozenset({State.RECEIVED, State.APPROVED})

WRONG_STATE = N_("This file has moved on meanwhile. The page shows how it stands now.")


def after(state: State, step: Step) -> State:
    """The state after a step; Conflict where it is none of this state's."""
    found = AFTER.get((state, step))
    if found is None:
        raise Conflict(WRONG_STATE)
    return found


class Sort(enum.StrEnum):
    """What an item of a file is."""

    COMMENT = "comment"
    REPLY = "reply"
    CHANGE = "change"
    MOVE = "move"
    UNTRACKED = "untracked"
    ROW = "row"


SORT_NAMES = {
    Sort.COMMENT: N_("Comment"),
    Sort.REPLY: N_("Reply"),
    Sort.CHANGE: N_("Tracked change"),
    Sort.MOVE: N_("Tracked move"),
    Sort.UNTRACKED: N_("Differs without being tracked"),
    Sort.ROW: N_("Row"),
}


class Choice(enum.StrEnum):
    """What a person decided about an item; as it was read where nobody did."""

    AS_READ = "as_read"
    PLACED = "placed"
    GENERAL = "general"
    TAKEN = "taken"
    LEFT_OUT = "left_out"


class Fate(enum.StrEnum):
    """What an import does with an item."""

    COMES = "comes"
    THREAD = "thread"
    WANTING = "wanting"
    LEFT_OUT = "left_out"


FATE_NAMES = {
    Fate.COMES: N_("Becomes a comment"),
    Fate.THREAD: N_("Kept as a reply"),
    Fate.WANTING: N_("To place"),
    Fate.LEFT_OUT: N_("Left out"),
}


@dataclass(slots=True)
class Found:
    """One thing that a returned file says, as read.

    `wid` is the clause it stands on (empty: none known), `general` that it is on the whole plan; `start`
    and `end` count code points of the clause's text, or of its cell `field`. `proposed` is a new text:
    the clause's whole one, or with `added` what comes behind it. `parent` is the place in the list of
    the comment that a reply answers. `source` says where in the file it stands.
    """

    sort: Sort
    source: str
    author: str = ""
    date: str | None = None
    text: str = ""
    proposed: str | None = None
    added: bool = False
    removed: str = ""
    inserted: str = ""
    quote: str = ""
    around: str = ""
    wid: str = ""
    field: str = ""
    start: int | None = None
    end: int | None = None
    general: bool = False
    wids: tuple[str, ...] = ()
    to: str = ""
    candidates: tuple[str, ...] = ()
    how: str = ""
    resolved: bool = False
    parent: int | None = None
    organisation: str = ""
    type: str = ""
    place: str = ""
    idle: bool = False
    warnings: list[dict[str, Any]] = filled(default_factory=list)
    extra: dict[str, str] = filled(default_factory=dict)


def fate(sort: Sort, choice: Choice, *, placed: bool, idle: bool) -> Fate:
    """What becomes of an item: `placed` says that its place is known, `idle` that it asks for nothing."""
    if choice is Choice.LEFT_OUT:
        return Fate.LEFT_OUT
    if choice is Choice.AS_READ:
        if idle or sort is Sort.UNTRACKED:
            return Fate.LEFT_OUT
        if sort is Sort.REPLY:
            return Fate.THREAD
    return Fate.COMES if placed or choice is Choice.GENERAL else Fate.WANTING


#: What may be decided about an item of each sort.
CHOICES: dict[Sort, frozenset[Choice]] = {
    Sort.COMMENT: frozenset(Choice) - {Choice.TAKEN},
    Sort.REPLY: frozenset({Choice.AS_READ, Choice.TAKEN, Choice.LEFT_OUT}),
    Sort.CHANGE: frozenset(Choice) - {Choice.TAKEN},
    Sort.MOVE: frozenset(Choice) - {Choice.TAKEN},
    Sort.UNTRACKED: frozenset({Choice.AS_READ, Choice.TAKEN, Choice.PLACED, Choice.GENERAL}),
    Sort.ROW: frozenset(Choice) - {Choice.TAKEN},
}


def keys(found: Iterable[Found], organisations: Iterable[int | None]) -> list[str]:
    """A key for each item, the same whenever the same body says the same in the same place.

    Dates and ids are not in it, for programs drop or renew them; what one file says twice in one place
    is told apart by counting.
    """
    seen: dict[str, int] = {}
    made: list[str] = []
    for one, organisation in zip(found, organisations, strict=True):
        above = made[one.parent] if one.parent is not None and one.parent < len(made) else ""
        parts = (
            organisation or 0,
            "comment" if one.sort is Sort.REPLY else one.sort,
            above,
            " ".join(one.author.split()).casefold(),
            one.text.split(),
            None if one.proposed is None else one.proposed.split(),
            one.removed.split(),
            one.inserted.split(),
            one.quote.split() or one.place.split(),
            one.wid if one.sort in {Sort.CHANGE, Sort.MOVE, Sort.UNTRACKED} else "",
            one.field,
        )
        base = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
        seen[base] = seen.get(base, 0) + 1
        made.append(base if seen[base] == 1 else hashlib.sha256(f"{base}{seen[base]}".encode()).hexdigest())
    return made


#: What a person may say that a column of a sheet is, in words.
MAPPABLE = {
    "clause": N_("Where: clause or section"),
    "paragraph": N_("Where: paragraph or activity"),
    "page": N_("Page"),
    "line": N_("Line"),
    "comment": N_("Comment"),
    "proposed": N_("Proposed change"),
    "type": N_("Type of comment"),
    "organisation": N_("Organisation"),
    "constituency": N_("Constituency"),
    "number": N_("Row number"),
    "observation": N_("The secretariat's own column"),
    "internal": N_("Internal: leave it out"),
    "extra": N_("Something else: keep it beside the comment"),
}
