"""Words with what was said of them: where comments begin and end, and what is struck or put in.

Offsets count code points of the words. Changes do not touch one another: `fitting` sees to that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.documents.word.markup import attribute, moment, run
from app.text.redline import redline


@dataclass(frozen=True, slots=True)
class Spot:
    """The words from `start` to `end` that the comments numbered `first` to `first + count - 1` are on."""

    start: int
    end: int
    first: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Edit:
    """The words from `start` to `end` give way to `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Tracked:
    """An edit with its author; `number` is the revision's own in the file."""

    edit: Edit
    author: str
    at: datetime
    number: int


def edits(before: str, after: str) -> list[Edit]:
    """What makes `before` into `after`, in order, word by word."""
    found: list[Edit] = []
    at = 0
    gone = came = ""
    for one in [*redline(before, after), None]:
        if one is not None and one.kind == "delete":
            gone += one.text
        elif one is not None and one.kind == "insert":
            came += one.text
        else:
            if gone or came:
                found.append(Edit(at, at + len(gone), came))
            at += len(gone) + (len(one.text) if one is not None else 0)
            gone = came = ""
    return found


def fits(text: str, new: Sequence[Edit], taken: Sequence[Edit]) -> bool:
    """Whether edits of `text` stay apart from those taken already, so that each can be accepted alone.

    Edits of neighbouring words, with only spaces between them, meet: together they say what nobody proposed.
    """
    ours, theirs = ([_reach(text, one) for one in some] for some in (new, taken))
    return not any(one[0] <= other[1] and other[0] <= one[1] for one in ours for other in theirs)


def _reach(text: str, edit: Edit) -> tuple[int, int]:
    """From where to where an edit reaches, the spaces around it included."""
    before = len(text[: edit.start].rstrip())
    return before, len(text) - len(text[edit.end :].lstrip())


def dressed(text: str, spots: Iterable[Spot] = (), tracked: Iterable[Tracked] = (), look: str = "") -> str:
    """The words as runs; `look` are run properties that all of them have."""
    return "".join(_dressed(text, sorted(spots, key=lambda one: one.first), list(tracked), look))


def _dressed(text: str, spots: list[Spot], tracked: list[Tracked], look: str) -> Iterator[str]:
    size = len(text)
    inside = [Spot(min(one.start, size), min(one.end, size), one.first, one.count) for one in spots]
    places = {0, size}
    for spot in inside:
        places |= {spot.start, spot.end}
    for change in tracked:
        places |= {change.edit.start, change.edit.end}
    order = sorted(places)
    for at, following in zip(order, [*order[1:], size], strict=True):
        yield from (_end(one) for one in inside if one.end == at and one.start < at)
        for change in tracked:
            if change.edit.end == at and change.edit.new:
                yield _marked("ins", change, run(change.edit.new, look))
        yield from (_start(one) for one in inside if one.start == at)
        yield from (_end(one) for one in inside if one.start == one.end == at)
        words = text[at:following]
        if not words:
            continue
        gone = next((one for one in tracked if one.edit.start <= at < one.edit.end), None)
        yield run(words, look) if gone is None else _marked("del", gone, run(words, look, gone=True))


def _marked(tag: str, change: Tracked, runs: str) -> str:
    return f"<w:{tag} {_about(change, inserted=tag == 'ins')}>{runs}</w:{tag}>"


def struck(change: Tracked, runs: str = "") -> str:
    """Runs that go with a change; without runs, the mark that a paragraph's end goes with it."""
    return _marked("del", change, runs) if runs else f"<w:del {_about(change)}/>"


def _about(change: Tracked, *, inserted: bool = False) -> str:
    # A replacement is two revisions, so its two numbers are one apart.
    number = change.number * 2 + inserted
    return f'w:id="{number}" w:author="{attribute(change.author)}" w:date="{moment(change.at)}"'


def _start(spot: Spot) -> str:
    ids = range(spot.first, spot.first + spot.count)
    return "".join(f'<w:commentRangeStart w:id="{n}"/>' for n in ids)


def _end(spot: Spot) -> str:
    ids = range(spot.first, spot.first + spot.count)
    return "".join(f'<w:commentRangeEnd w:id="{n}"/>' for n in ids) + "".join(
        f'<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{n}"/></w:r>'
        for n in ids
    )
