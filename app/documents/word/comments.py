"""Comments in the margin of a Word file: the parts that hold their words, threads and resolved states.

They are written to disk as they come; what stays in memory is where each stands, a few numbers a comment.
"""

import tempfile
from array import array
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import IO, Self

from app.documents.word.marks import Spot
from app.documents.word.markup import (
    BOLD,
    COMPATIBILITY,
    WORD,
    WORD14,
    WORD15,
    XML,
    attribute,
    moment,
    paragraph,
    run,
)

#: What is written is kept in memory up to this many bytes, then on disk.
IN_MEMORY = 512 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody says in the margin; the first of `lines` may be a title, set bold."""

    author: str
    initials: str
    at: datetime | None
    lines: Sequence[str]
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a draft a thread stands: a clause (None: the draft), a field of it, and the words there."""

    clause: int | None = None
    field: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment in the margin with the answers to it."""

    place: Place
    note: Note
    replies: Sequence[Note] = ()
    resolved: bool = False


@dataclass(slots=True)
class Margin:
    """The comments parts of one file while they are written: a context manager, for it holds files."""

    count: int = 0
    _spots: dict[tuple[int | None, str], "array[int]"] = field(default_factory=lambda: defaultdict(_four))
    _held: ExitStack = field(default_factory=ExitStack)
    _comments: IO[bytes] = field(init=False)
    _extended: IO[bytes] = field(init=False)

    def __enter__(self) -> Self:
        self._comments = self._held.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        self._extended = self._held.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        names = f'xmlns:w="{WORD}" xmlns:w14="{WORD14}" xmlns:mc="{COMPATIBILITY}"'
        self._comments.write(f'{XML}<w:comments {names} mc:Ignorable="w14">'.encode())
        self._extended.write(f'{XML}<w15:commentsEx xmlns:w15="{WORD15}">'.encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def add(self, thread: Thread) -> None:
        """Write a thread and note where it stands."""
        first = self.count
        above = self._note(thread.note)
        self._extend(above, "", resolved=thread.resolved)
        for reply in thread.replies:
            self._extend(self._note(reply), above, resolved=thread.resolved)
        place = thread.place
        start, end = place.start, place.end
        whole = start is None or end is None
        where = self._spots[place.clause, place.field]
        where.extend((-1 if whole or start is None else start, -1 if end is None else end, first))
        where.append(self.count - first)

    def spots(self, clause: int | None, name: str, size: int) -> list[Spot]:
        """The comments on words of this clause or field, `size` code points of them; each is asked once."""
        found = self._spots.pop((clause, name), None)
        if found is None:
            return []
        return [
            Spot(0, size, first, count)
            if start < 0
            else Spot(min(start, size), min(max(start, end), size), first, count)
            for start, end, first, count in zip(
                found[::4], found[1::4], found[2::4], found[3::4], strict=True
            )
        ]

    def left(self, known: set[int]) -> None:
        """Move what stands on clauses that are not printed to the draft as a whole, so that nothing is lost."""
        for clause, name in [key for key in self._spots if key[0] is not None and key[0] not in known]:
            moved = self._spots.pop((clause, name))
            for n in range(0, len(moved), 4):
                self._spots[None, ""].extend((-1, -1, moved[n + 2], moved[n + 3]))

    def parts(self) -> tuple[IO[bytes], IO[bytes]]:
        """The two parts, each to be read from its start."""
        self._comments.write(b"</w:comments>")
        self._extended.write(b"</w15:commentsEx>")
        self._comments.seek(0)
        self._extended.seek(0)
        return self._comments, self._extended

    def _note(self, note: Note) -> str:
        number = self.count
        self.count += 1
        lines = list(note.lines) or [""]
        # Word finds a comment by the id of its last paragraph; ids stay below 0x80000000.
        key = f"{0x10000000 + number:08X}"
        paragraphs = [
            paragraph(
                run(line, BOLD if note.titled and n == 0 else ""),
                "CommentText",
                attributes=f' w14:paraId="{key}"' if n == len(lines) - 1 else "",
            )
            for n, line in enumerate(lines)
        ]
        date = f' w:date="{moment(note.at)}"' if note.at is not None else ""
        self._comments.write(
            f'<w:comment w:id="{number}" w:author="{attribute(note.author)}"{date}'
            f' w:initials="{attribute(note.initials)}">{"".join(paragraphs)}</w:comment>'.encode()
        )
        return key

    def _extend(self, key: str, above: str, *, resolved: bool) -> None:
        parent = f' w15:paraIdParent="{above}"' if above else ""
        self._extended.write(
            f'<w15:commentEx w15:paraId="{key}"{parent} w15:done="{int(resolved)}"/>'.encode()
        )


def _four() -> "array[int]":
    """Start, end, first number and count of each thread, end to end."""
    return array("q")
