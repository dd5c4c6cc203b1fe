"""Where a request stands: the person at their seat, in a plan, perhaps in a round."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from app.errors import NotFound
from app.people.models import Organisation, Person, Seat
from app.people.rules import Viewer
from app.plans.models import Plan
from app.policy import May, Relation, Verdict, may, require
from app.rounds.models import Round


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
            raise NotFound("There is no such round.")
        return self.round

    def may(self, what: May, relation: Relation | None = None) -> Verdict:
        """Whether this person may do `what` here, at this moment."""
        return may(self.viewer.role, what, phase=self.round.phase if self.round else None, relation=relation)

    def require(self, what: May) -> None:
        """Go no further unless this person may do `what` here."""
        require(self.may(what))
