"""Where a request stands: the person at their seat, in a plan, perhaps in a round; and the page's frame."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlmodel import Session

from app.errors import NotFound
from app.people.models import Organisation, Person, Seat
from app.people.rules import ROLE_NAMES, Viewer
from app.plans.models import Plan
from app.policy import May, Relation, Verdict, may, require
from app.positions.queries import Progress, progress
from app.roadmap.queries import Step, steps
from app.rounds.models import Round
from app.rounds.queries import current_round
from app.web import flash
from app.web.language import language_of
from app.words import N_

#: The bar at the top: key, address below the plan (or round), words, and what one must be allowed.
NAV = (
    ("home", "/plans/{plan}", N_("Home"), May.SEE_PLAN, False),
    ("read", "/rounds/{round}/read", N_("Read and comment"), May.READ, True),
    ("mine", "/rounds/{round}/mine", N_("My comments"), May.COMMENT, True),
    ("matrix", "/rounds/{round}/matrix", N_("Matrix"), May.SEE_MATRIX, True),
    ("roadmap", "/plans/{plan}/roadmap", N_("Roadmap"), May.SEE_PLAN, False),
    ("rounds", "/plans/{plan}/rounds", N_("Rounds"), May.RUN_ROUND, False),
    ("drafts", "/plans/{plan}/drafts", N_("Drafts"), May.PREPARE_DRAFT, False),
    ("people", "/plans/{plan}/people", N_("People"), May.SEE_PEOPLE, False),
)

#: What is done with a round's comments, from their coming in to the answer: the bar below the strip on these
#: pages. Key, address, words, and of what one must be allowed any.
DESK = (
    ("matrix", "/rounds/{round}/matrix", N_("Comments"), (May.SEE_MATRIX,)),
    ("returned", "/rounds/{round}/returned", N_("Returned files"), (May.IMPORT_RETURNED,)),
    ("meeting", "/rounds/{round}/meeting", N_("Meeting"), (May.DECIDE,)),
    ("drafting", "/rounds/{round}/drafting", N_("Drafting"), (May.SEE_PROPOSALS,)),
    ("gate", "/rounds/{round}/gate", N_("Closing the books"), (May.SEE_GATE,)),
    ("answers", "/rounds/{round}/answers", N_("Answers"), (May.SEE_ANSWERS,)),
    ("report", "/rounds/{round}/report", N_("Report"), (May.PREPARE_REPORT, May.SEE_REPORT)),
    ("take-away", "/rounds/{round}/take-away", N_("Take away"), (May.SEE_MATRIX,)),
)


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page: who looks, where they are, and what the bars say.

    `round` is the round that the strip is about (the route's own, else the plan's current one), `steps`
    its roadmap, `progress` the seat's way through it. `nav` holds (key, address, words).
    """

    request: Request
    language: str
    now: datetime | None = None
    active: str = ""
    person: Person | None = None
    seat: Seat | None = None
    organisation: Organisation | None = None
    role_name: str = ""
    plan: Plan | None = None
    round: Round | None = None
    steps: list[Step] = field(default_factory=list)
    progress: Progress | None = None
    nav: list[tuple[str, str, str]] = field(default_factory=list)
    desk: list[tuple[str, str, str]] = field(default_factory=list)
    flash: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    sample: bool = False

    @classmethod
    def bare(cls, request: Request, person: Person | None = None, active: str = "") -> "Page":
        """A page outside any plan: the door, an account, an error."""
        return cls(
            request=request,
            language=language_of(request),
            person=person,
            active=active,
            flash=flash.read(request),
        )


@dataclass(frozen=True, slots=True)
class Here:
    """What every route behind the door starts from."""

    request: Request
    db: Session
    now: datetime
    person: Person
    seat: Seat
    organisation: Organisation | None
    viewer: Viewer
    plan: Plan
    round: Round | None = None

    @property
    def the_round(self) -> Round:
        """The round of a route that lies in one."""
        if self.round is None:
            raise NotFound("There is no such page, or you have no seat in its plan.")
        return self.round

    def may(self, what: May, relation: Relation | None = None) -> Verdict:
        """Whether this person may do `what` here, at this moment."""
        phase = self.round.phase if self.round else None
        return may(self.viewer.role, what, phase=phase, relation=relation)

    def require(self, what: May) -> None:
        """Go no further unless this person may do `what` here."""
        require(self.may(what))

    def require_any(self, what: May) -> None:
        """Go no further unless this person's role includes `what`, whatever the moment."""
        require(may(self.viewer.role, what))

    def page(self, active: str) -> Page:
        """The page's frame: a fixed number of queries, whatever the plan holds."""
        strip = self.round or current_round(self.db, self.plan.id or 0)
        where = {"plan": self.plan.slug, "round": strip.id if strip else ""}
        return Page(
            request=self.request,
            language=language_of(self.request),
            now=self.now,
            active=active,
            person=self.person,
            seat=self.seat,
            organisation=self.organisation,
            role_name=ROLE_NAMES[self.seat.role],
            plan=self.plan,
            round=strip,
            steps=steps(self.db, self.plan.id or 0, self.now),
            # Only who speaks at the table has a way through the draft to show.
            progress=progress(self.db, self.viewer, strip) if strip and self.seat.constituency else None,
            nav=[
                (key, address.format(**where), words)
                for key, address, words, needed, in_round in NAV
                if may(self.viewer.role, needed) and (strip or not in_round)
            ],
            desk=self._desk(strip, active),
            flash=flash.read(self.request),
            sample=self.plan.sample,
        )

    def _desk(self, round_: Round | None, active: str) -> list[tuple[str, str, str]]:
        if round_ is None or active not in {key for key, *_ in DESK}:
            return []
        return [
            (key, address.format(round=round_.id), words)
            for key, address, words, needed in DESK
            if any(may(self.viewer.role, one, phase=round_.phase) for one in needed)
        ]
