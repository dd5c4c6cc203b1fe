"""A file's items become comments of the round: in one transaction, wholly or not at all, and each only once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.comments.actions import Came
from app.comments.models import Comment
from app.errors import Invalid
from app.history.actions import record
from app.matrix.submitting import submit
from app.people.models import Organisation, Seat
from app.people.rules import Viewer
from app.plans.queries import ClauseView
from app.policy import May, may, require
from app.returns.becoming import becomes
from app.returns.keying import items_of, organisation_of
from app.returns.letters import tell_taken_in
from app.returns.models import ReturnedFile, ReturnedItem
from app.returns.queries import clauses_of, known_as, place_of
from app.returns.queries import fates as fates_of
from app.returns.receiving import NEVER_NAMED, held, offered
from app.returns.rules import CHANNELS, Choice, Fate, Sort, State, Step, after, fate
from app.returns.voices import as_author, living_seat, voice_of
from app.returns.waiting import leave
from app.rounds.models import Round
from app.words import N_

WHOSE = N_("Say which organisation this file is from.")
STILL_WANTING = N_(
    "%(n)s items wait for a place. Place them, take them on the whole plan, or leave them out."
)

#: Comments of one item of one round have one mark, whichever file brings it.
MARKS = uuid.UUID("6c3c8f5e-7a39-4d0f-9a54-0f6a6c3b7d11")


@dataclass(slots=True)
class Imported:
    """What an import did: new comments, new replies, what was here already, what was left out."""

    new: list[Comment] = field(default_factory=list)
    replies: int = 0
    known: int = 0
    left_out: int = 0


def import_file(session: Session, *, by: Viewer, round_: Round, file_id: int, at: datetime) -> Imported:
    """Make comments of all that a file says; what is here already is not made again.

    Refused while an item waits for a place: a file comes in wholly or not at all.
    """
    one = held(session, by, round_, file_id, Step.IMPORT)
    # One import at a time in a round, so that two files that say the same cannot both bring it.
    session.execute(select(col(Round.id)).where(col(Round.id) == round_.id).with_for_update())
    if one.organisation_id is None:
        raise Invalid(WHOSE, fields={"organisation": WHOSE})
    if one.attribution not in offered(round_):
        raise Invalid(NEVER_NAMED, fields={"attribution": NEVER_NAMED})
    items = items_of(session, file_id)
    fates = _fates(items)
    if waiting := sum(one is Fate.WANTING for one in fates):
        raise Invalid(STILL_WANTING, n=waiting)
    import_ = _Import(session, by, round_, one, items, at)
    for item, becomes_ in zip(items, fates, strict=True):
        import_.take(item, becomes_)
    import_.link()
    done = import_.done
    one.state = after(one.state, Step.IMPORT)
    one.imported_at, one.claimed_until, one.problem, one.problem_values = at, None, "", {}
    one.new_comments, one.known_comments = len(done.new), done.known
    one.version += 1
    session.flush()
    record(
        session,
        at=at,
        by=by.person_id,
        verb="import",
        subject="returned_file",
        subject_id=file_id,
        after={
            "sha256": one.sha256,
            "new": len(done.new),
            "replies": done.replies,
            "known": done.known,
            "left_out": done.left_out,
        },
        plan_id=one.plan_id,
        round_id=one.round_id,
    )
    tell_taken_in(session, round_, one, done.new, at=at)
    return done


def approve(session: Session, *, by: Viewer, round_: Round, at: datetime) -> int:
    """Have all files imported that wait for nobody's decision; gives how many. They come in one by one."""
    require(may(by.role, May.IMPORT_RETURNED, phase=round_.phase))
    waiting = session.scalars(
        select(ReturnedFile)
        .where(
            col(ReturnedFile.round_id) == round_.id,
            col(ReturnedFile.state) == State.READ,
            col(ReturnedFile.organisation_id).is_not(None),
        )
        .order_by(col(ReturnedFile.id))
        .with_for_update()
    ).all()
    counts = fates_of(session, [one.id or 0 for one in waiting])
    ready = [one for one in waiting if not counts[one.id or 0][Fate.WANTING]]
    for one in ready:
        one.state = after(one.state, Step.APPROVE)
        one.approved_by, one.tries, one.claimed_until = by.seat_id, 0, None
        one.version += 1
        session.flush()
        record(
            session,
            at=at,
            by=by.person_id,
            verb="approve",
            subject="returned_file",
            subject_id=one.id or 0,
            plan_id=one.plan_id,
            round_id=one.round_id,
        )
    if ready:
        leave(session)
    return len(ready)


def _fates(items: Sequence[ReturnedItem]) -> list[Fate]:
    """What becomes of each item; a reply goes the way of the comment it answers."""
    by_position: dict[int, Fate] = {}
    for item in items:
        placed = bool(item.wid or item.chosen_wid or item.general)
        found = fate(item.sort, item.choice, placed=placed, idle=item.idle)
        if found is Fate.THREAD and by_position.get(item.parent or 0) is Fate.LEFT_OUT:
            found = Fate.LEFT_OUT
        by_position[item.position] = found
    return list(by_position.values())


class _Import:
    """One file on its way in."""

    def __init__(
        self,
        session: Session,
        by: Viewer,
        round_: Round,
        one: ReturnedFile,
        items: Sequence[ReturnedItem],
        at: datetime,
    ) -> None:
        self.session, self.by, self.round, self.file, self.at = session, by, round_, one, at
        self.known = {
            key: found[0] for key, found in known_as(session, round_, [i.key for i in items]).items()
        }
        wids = {wid for item in items for wid in (item.wid, item.chosen_wid, item.to_wid)} - {""}
        self.clauses = clauses_of(session, round_.draft_id, wids)
        self.voices: dict[int, tuple[Viewer, Organisation]] = {}
        self.became: dict[int, int] = {}
        self.links: list[dict[str, int | None]] = []
        self.done = Imported()

    def take(self, item: ReturnedItem, becomes_: Fate) -> None:
        """Do with an item what its fate says."""
        if becomes_ is Fate.LEFT_OUT:
            self.done.left_out += 1
            return
        here = self.known.get(item.key)
        if here is not None:
            self.done.known += 1
            self._link(item, here)
        elif becomes_ is Fate.THREAD:
            self.done.replies += 1
            self._link(item, self.became[item.parent or 0])
        else:
            comment, new = self._comment(item)
            if new:
                self.done.new.append(comment)
            else:
                self.done.known += 1
            self._link(item, comment.id or 0)

    def _link(self, item: ReturnedItem, comment_id: int) -> None:
        self.became[item.position] = comment_id
        self.links.append({"id": item.id, "comment_id": comment_id})

    def link(self) -> None:
        """Note which comment each item became."""
        if self.links:
            self.session.execute(update(ReturnedItem), self.links)

    def _comment(self, item: ReturnedItem) -> tuple[Comment, bool]:
        author, body = self._voice(organisation_of(self.file, item.organisation) or 0)
        general = item.choice is Choice.GENERAL or (item.general and not item.chosen_wid)
        clause: ClauseView | None = None if general else self.clauses.get(item.chosen_wid or item.wid)
        to = self.clauses.get(item.to_wid)
        place = place_of(to) if to else None
        said = becomes(
            item,
            clause,
            client_uuid=str(uuid.uuid5(MARKS, f"{self.round.id}:{item.key}")),
            attribution=self.file.attribution,
            to=" ".join(part for part in (place.label, place.words) if part) if place else "",
        )
        named = item.author or (item.organisation if item.organisation not in _names(body) else "")
        return submit(
            self.session,
            by=author,
            round_=self.round,
            written=said.written,
            at=self.at,
            came=Came(
                by=self.by,
                right=May.IMPORT_RETURNED,
                channel=CHANNELS[self.file.kind],
                author=named,
                written_at=item.written_at,
                resolved=item.resolved,
                also=tuple(wid for wid in item.wids if clause is not None and wid != clause.wid),
                note=_note(item),
                verb=said.verb,
            ),
        )

    def _voice(self, organisation_id: int) -> tuple[Viewer, Organisation]:
        """In whose name an organisation's comments stand: the seat that was chosen, else its own voice."""
        if organisation_id not in self.voices:
            body = self.session.get_one(Organisation, organisation_id)
            seat: Seat
            if self.file.seat_id and organisation_id == self.file.organisation_id:
                seat = living_seat(self.session, self.file.plan_id, self.file.seat_id, organisation_id)
            else:
                seat = voice_of(self.session, body, by=self.by, at=self.at)
            self.voices[organisation_id] = as_author(seat), body
        return self.voices[organisation_id]


def _note(item: ReturnedItem) -> str:
    """What is to be known of a comment beside its words: that nobody tracked it, or which one it answers."""
    if item.sort is Sort.UNTRACKED:
        return UNTRACKED
    return f"→ {item.extra['ref']}" if "ref" in item.extra else ""


UNTRACKED = N_("Found as a difference that the copy does not track.")


def _names(body: Organisation) -> set[str]:
    return {body.name, body.short_name}
