"""Proposed or decided texts as tracked changes, where each can be accepted or rejected alone.

The rule: proposals on a clause are taken in their order. One is tracked when none of its changes overlaps a
change of one tracked before it, or stands beside it with only spaces between; otherwise its text stands in
the margin, so nothing is dropped. Accepting everything then gives all tracked proposals at once, rejecting
everything the draft, and accepting one author's gives exactly the text that this author proposed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from app.documents.word.comments import Place
from app.documents.word.draft import Where
from app.documents.word.marks import Edit, Tracked, edits, fits


@dataclass(frozen=True, slots=True)
class Proposal:
    """A clause's or field's whole new text, and whose it is; `place` names the clause, and the field if any."""

    place: Place
    author: str
    at: datetime
    before: str
    after: str


@dataclass(slots=True)
class Tracking:
    """The changes of one file as they are taken."""

    tracked: dict[Where, list[Tracked]] = field(default_factory=lambda: defaultdict(list))
    _taken: dict[Where, list[Edit]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    def take(self, proposal: Proposal) -> bool:
        """Track a proposal, or say that it cannot stand beside those tracked before it."""
        if proposal.place.clause is None:
            return False
        where = proposal.place.clause, proposal.place.field
        new = edits(proposal.before, proposal.after)
        if not new or not fits(proposal.before, new, self._taken[where]):
            return False
        self._taken[where] += new
        for one in new:
            self._count += 1
            self.tracked[where].append(Tracked(one, proposal.author, proposal.at, self._count))
        return True
