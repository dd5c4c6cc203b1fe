"""Points as their reader may see them: what is not published yet is left out here, and nowhere else."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import ref
from app.comments.rules import Attribution, Status
from app.matrix.dispositions import Controversy, Disposition, OtherPlan, PointState, state
from app.matrix.keeping import WITHHELD
from app.matrix.models import Point, PointComment, Theme
from app.people.models import Person, Seat
from app.people.rules import SEATS, Viewer
from app.plans.models import Draft
from app.policy import May, may
from app.prepared import Prepared
from app.rounds.models import Round

#: So many organisations are shown by a badge each.
BADGES = 8


class Sees(enum.Enum):
    """How much of points somebody sees: nothing, the answers that were published, or all that is kept."""

    NOTHING = enum.auto()
    ANSWERS = enum.auto()
    ALL = enum.auto()


def sees(viewer: Viewer, round_: Round) -> Sees:
    """How much of a round's points this person sees now."""
    if may(viewer.role, May.SEE_PROPOSALS, phase=round_.phase):
        return Sees.ALL
    return Sees.ANSWERS if may(viewer.role, May.SEE_ANSWERS, phase=round_.phase) else Sees.NOTHING


def badges(voices: Mapping[str, int]) -> str:
    """A letter for each organisation, or where they are many one for each constituency, in the one order."""
    known = {letter: n for letter in "GEWCO" if (n := voices.get(letter, 0))}
    return "".join(letter * (n if sum(known.values()) <= BADGES else 1) for letter, n in known.items())


@dataclass(frozen=True, slots=True)
class PointView:
    """A point as one person sees it; what they may not see is empty.

    `standing` counts the comments that make it and were not withdrawn, `organisations` those behind them,
    `voices`, `support` and `objections` organisations by constituency. `duplicate_of` and
    `proposed_duplicate_of` are refs of a comment of the point that it repeats.
    """

    id: int
    version: int
    clause_id: int | None
    position: int
    title: str
    theme_id: int | None
    theme: str
    standing: int
    voices: Mapping[str, int]
    support: Mapping[str, int]
    objections: Mapping[str, int]
    proposes: bool
    controversy: Controversy
    state: PointState
    drafter_seat_id: int | None
    drafter: str
    overlap_plan: OtherPlan | None
    overlap_clause: str
    proposed_disposition: Disposition | None
    proposed_reason: str
    proposed_reason_ms: str
    proposed_referred_to: str
    proposed_duplicate_of: str
    proposed_by: str
    proposed_at: datetime | None
    disposition: Disposition | None
    reason: str
    reason_ms: str
    referred_to: str
    duplicate_of_id: int | None
    duplicate_of: str
    decided_by: str
    decided_at: datetime | None
    decided_meeting: str
    implemented_in: str
    organisations: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "organisations", sum(self.voices.values()))

    @property
    def grouped(self) -> bool:
        """Whether several comments make it."""
        return self.standing > 1

    @property
    def letters(self) -> str:
        """A letter for each organisation behind it, in the order in which constituencies are ever shown.

        Where they are many, one for each constituency: badges are no bar chart.
        """
        return badges(self.voices)

    @property
    def balance(self) -> tuple[int, ...]:
        """How many organisations support and object, of each of the four in turn."""
        return tuple(n for c in SEATS for n in (self.support.get(c, 0), self.objections.get(c, 0)))


_drafter, _proposer, _decider = (aliased(Person) for _ in range(3))


def _first_number(point_id: Any) -> Any:
    """The number of the first comment that makes a point, of those that are no secret."""
    link, comment = aliased(PointComment), aliased(Comment)
    return (
        select(func.min(comment.number))
        .join(link, col(link.comment_id) == col(comment.id))
        .where(
            col(link.point_id) == point_id,
            col(comment.status) == Status.SUBMITTED,
            col(comment.attribution) != Attribution.SECRETARIAT,
        )
        .scalar_subquery()
    )


#: What `view` needs, in its order.
COLUMNS: tuple[Any, ...] = (
    col(Point.id),
    col(Point.version),
    col(Point.clause_id),
    col(Point.position),
    col(Point.title),
    col(Point.theme_id),
    col(Theme.name),
    col(Point.standing),
    col(Point.voices),
    col(Point.support),
    col(Point.objections),
    col(Point.proposes),
    col(Point.controversy),
    col(Point.drafter_seat_id),
    col(_drafter.name),
    col(Point.overlap_plan),
    col(Point.overlap_clause),
    col(Point.proposed_disposition),
    col(Point.proposed_reason),
    col(Point.proposed_reason_ms),
    col(Point.proposed_referred_to),
    _first_number(col(Point.proposed_duplicate_of_id)),
    col(_proposer.name),
    col(Point.proposed_at),
    col(Point.disposition),
    col(Point.reason),
    col(Point.reason_ms),
    col(Point.referred_to),
    col(Point.duplicate_of_id),
    _first_number(col(Point.duplicate_of_id)),
    col(_decider.name),
    col(Point.decided_at),
    col(Point.decided_meeting),
    col(Point.implemented_draft_id),
    col(Draft.name),
)


def with_names(statement: Select[Any]) -> Select[Any]:
    """Join what `COLUMNS` takes from beside a point."""
    return (
        statement.outerjoin(Theme, col(Theme.id) == col(Point.theme_id))
        .outerjoin(Seat, col(Seat.id) == col(Point.drafter_seat_id))
        .outerjoin(_drafter, col(_drafter.id) == col(Seat.person_id))
        .outerjoin(_proposer, col(_proposer.id) == col(Point.proposed_by_person_id))
        .outerjoin(_decider, col(_decider.id) == col(Point.decided_by_person_id))
        .outerjoin(Draft, col(Draft.id) == col(Point.implemented_draft_id))
    )


def view(row: Sequence[Any], round_number: int, seen: Sees) -> PointView:
    """A row of `COLUMNS` as who sees so much of it may read it."""
    (
        id_, version, clause_id, position, title, theme_id, theme, standing, voices, support, objections, proposes,
        controversy, drafter_seat_id, drafter, overlap_plan, overlap_clause, proposed, proposed_reason,
        proposed_reason_ms, proposed_referred_to, proposed_duplicate_of, proposed_by, proposed_at, disposition,
        reason, reason_ms, referred_to, duplicate_of_id, duplicate_of, decided_by, decided_at, decided_meeting,
        implemented_draft_id, implemented_in,
    ) = row  # fmt: skip
    whole = seen is Sees.ALL
    return PointView(
        id=id_,
        version=version,
        clause_id=clause_id,
        position=position,
        title=title,
        theme_id=theme_id,
        theme=theme or "",
        standing=standing if whole else 0,
        # Who spoke to the secretariat only is in nobody else's number.
        voices=voices if whole else {side: n for side, n in voices.items() if side != WITHHELD},
        support=support if whole else {},
        objections=objections if whole else {},
        proposes=proposes,
        controversy=Controversy(controversy) if whole else Controversy.NONE,
        state=state(disposition, proposed if whole else None, implemented_draft_id),
        drafter_seat_id=drafter_seat_id if whole else None,
        drafter=(drafter or "") if whole else "",
        overlap_plan=overlap_plan if whole else None,
        overlap_clause=overlap_clause if whole else "",
        proposed_disposition=proposed if whole else None,
        proposed_reason=proposed_reason if whole else "",
        proposed_reason_ms=proposed_reason_ms if whole else "",
        proposed_referred_to=proposed_referred_to if whole else "",
        proposed_duplicate_of=ref(round_number, proposed_duplicate_of) if whole else "",
        proposed_by=(proposed_by or "") if whole else "",
        proposed_at=proposed_at if whole else None,
        disposition=disposition,
        # What was written before a decision is no answer.
        reason=reason if whole or disposition else "",
        reason_ms=reason_ms if whole or disposition else "",
        referred_to=referred_to,
        duplicate_of_id=duplicate_of_id if whole else None,
        duplicate_of=ref(round_number, duplicate_of),
        decided_by=(decided_by or "") if whole else "",
        decided_at=decided_at,
        decided_meeting=decided_meeting,
        implemented_in=implemented_in or "",
    )


def shown() -> ColumnElement[bool]:
    """That a point has a comment that was not withdrawn, in the words that the index of such points knows."""
    return col(Point.standing) > literal_column("0")


_of_comments = Prepared(
    lambda: (
        with_names(
            select(col(PointComment.comment_id), *COLUMNS)
            .select_from(PointComment)
            .join(Point, col(Point.id) == col(PointComment.point_id))
        )
        .where(col(PointComment.comment_id).in_(bindparam("ids", expanding=True)))
        .order_by(col(Point.id))
    )
)
_one = Prepared(
    lambda: with_names(select(*COLUMNS)).where(
        col(Point.id) == bindparam("point_id"), col(Point.round_id) == bindparam("round_id")
    )
)


def points_of(
    session: Session, viewer: Viewer, round_: Round, comment_ids: Sequence[int]
) -> dict[int, list[PointView]]:
    """The points that each of these comments makes, in their order, as this person sees them: perhaps none."""
    found: dict[int, list[PointView]] = {}
    seen = sees(viewer, round_)
    if seen is Sees.NOTHING or not comment_ids:
        return found
    made: dict[int, PointView] = {}
    for comment_id, *row in _of_comments(session, {"ids": list(comment_ids)}):
        point = made.get(row[0])
        if point is None:
            point = made[row[0]] = view(row, round_.number, seen)
        found.setdefault(comment_id, []).append(point)
    return found


def one(session: Session, viewer: Viewer, round_: Round, point_id: int) -> PointView | None:
    """A point of a round as this person sees it; None where there is none for them."""
    seen = sees(viewer, round_)
    row = _one(session, {"point_id": point_id, "round_id": round_.id}).first()
    return view(row, round_.number, seen) if row is not None and seen is not Sees.NOTHING else None
