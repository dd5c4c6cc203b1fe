"""What is written on a point, field by field, as a form holds it: words in, words out, and who may write which."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import ref
from app.config import settings
from app.errors import Invalid
from app.matrix.dispositions import Disposition, OtherPlan
from app.matrix.models import Point, PointComment, Theme
from app.matrix.naming import point_named
from app.people.models import Seat
from app.people.rules import Role
from app.policy import May
from app.rounds.models import Round
from app.words import N_

#: Whoever works on the text, and can be given points.
DRAFTS = (Role.DRAFTER, Role.SECRETARIAT)

LONGEST_REASON = 20_000


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a point: its name in forms, what people call it, the point's own attribute, who may write it."""

    name: str
    title: str
    attribute: str
    right: May


PROPOSAL = (
    Field("proposed_disposition", N_("Proposed disposition"), "proposed_disposition", May.PROPOSE),
    Field("proposed_reason", N_("Reason proposed"), "proposed_reason", May.PROPOSE),
    Field("proposed_reason_ms", N_("Reason proposed, in Malay"), "proposed_reason_ms", May.PROPOSE),
    Field("proposed_duplicate_of", N_("Proposed as a duplicate of"), "proposed_duplicate_of_id", May.PROPOSE),
    Field("proposed_referred_to", N_("Proposed to be referred to"), "proposed_referred_to", May.PROPOSE),
)
DECISION = (
    Field("disposition", N_("Final disposition"), "disposition", May.DECIDE),
    Field("reason", N_("Reason"), "reason", May.DECIDE),
    Field("reason_ms", N_("Reason, in Malay"), "reason_ms", May.DECIDE),
    Field("duplicate_of", N_("Duplicate of"), "duplicate_of_id", May.DECIDE),
    Field("referred_to", N_("Referred to"), "referred_to", May.DECIDE),
    Field("decided_meeting", N_("Meeting"), "decided_meeting", May.DECIDE),
    Field("decided_on", N_("Decided on"), "decided_at", May.DECIDE),
)
KEEPING = (
    Field("drafter", N_("Drafter"), "drafter_seat_id", May.ASSIGN),
    Field("title", N_("Title of the point"), "title", May.CONSOLIDATE),
    Field("theme", N_("Theme"), "theme_id", May.CONSOLIDATE),
    Field("overlap_plan", N_("Overlap with another plan"), "overlap_plan", May.CONSOLIDATE),
    Field("overlap_clause", N_("Its clause"), "overlap_clause", May.CONSOLIDATE),
)
FIELDS = PROPOSAL + DECISION + KEEPING
BY_NAME = {field.name: field for field in FIELDS}

#: The answer a proposal proposes, field by field.
PROPOSED_AS = {
    "disposition": "proposed_disposition",
    "reason": "proposed_reason",
    "reason_ms": "proposed_reason_ms",
    "duplicate_of": "proposed_duplicate_of",
    "referred_to": "proposed_referred_to",
}


def zone() -> ZoneInfo:
    """The zone in which a day begins and ends."""
    return ZoneInfo(settings().time_zone)


def day_of(at: datetime | None) -> date | None:
    """The day of a decision: kept as midnight UTC where only the day is known."""
    if at is None:
        return None
    return at.date() if at.time() == time(0, 0) else at.astimezone(zone()).date()


def refs_of(session: Session, round_: Round, point_ids: list[int]) -> dict[int, str]:
    """Points by the ref of their first comment, as people name them."""
    if not point_ids:
        return {}
    found: dict[int, str] = {}
    for point_id, number in session.execute(
        select(col(PointComment.point_id), col(Comment.number))
        .join(Comment, col(Comment.id) == col(PointComment.comment_id))
        .where(col(PointComment.point_id).in_(point_ids))
        .order_by(col(Comment.number))
    ):
        found.setdefault(point_id, ref(round_.number, number))
    return found


def written(session: Session, round_: Round, point: Point) -> dict[str, str]:
    """A point's fields as a form holds them."""
    others = [id_ for id_ in (point.duplicate_of_id, point.proposed_duplicate_of_id) if id_]
    refs = refs_of(session, round_, others)
    found: dict[str, str] = {}
    for field in FIELDS:
        value = getattr(point, field.attribute)
        if field.attribute.endswith("duplicate_of_id"):
            found[field.name] = (refs.get(value) or f"P{value}") if value else ""
        elif field.name == "decided_on":
            day = day_of(value)
            found[field.name] = day.isoformat() if day else ""
        else:
            found[field.name] = "" if value is None else str(value)
    return found


def tidy(name: str, value: str) -> str:
    """A field as it was sent, with its line ends and outer spaces made one way, so that the same is the same."""
    value = value.replace("\x00", " ").replace("\r\n", "\n").replace("\r", "\n").strip()
    if name in {"title", "overlap_clause", "referred_to", "proposed_referred_to", "decided_meeting"}:
        return " ".join(value.split())
    return value


def _choice(kind: Callable[[str], Any], value: str, name: str) -> Any:
    try:
        return kind(value) if value else None
    except ValueError:
        raise Invalid("This is none of the choices.", fields={name: N_("Choose again.")}) from None


def _short(value: str, most: int, name: str) -> str:
    if len(value) > most:
        raise Invalid(
            "This is too long: at most %(most)s letters.", fields={name: N_("Shorten it.")}, most=most
        )
    return value


def _id(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError
    return int(value)


def drafter(session: Session, round_: Round, value: str, name: str = "drafter") -> int | None:
    """The seat of a drafter of this plan; None for nobody."""
    seat_id: int | None = _choice(_id, value, name)
    if seat_id is None:
        return None
    seat = session.get(Seat, seat_id)
    if seat is None or seat.plan_id != round_.plan_id or seat.ended_at or seat.role not in DRAFTS:
        raise Invalid("There is no such drafter in this plan.", fields={name: N_("Choose again.")})
    return seat_id


def theme(session: Session, round_: Round, value: str) -> int | None:
    """A theme of this plan; None for none."""
    theme_id: int | None = _choice(_id, value, "theme")
    if theme_id is None:
        return None
    found = session.get(Theme, theme_id)
    if found is None or found.plan_id != round_.plan_id:
        raise Invalid("There is no such theme in this plan.", fields={"theme": N_("Choose again.")})
    return theme_id


def _day(value: str, today: date) -> datetime | None:
    day = _choice(date.fromisoformat, value, "decided_on")
    if day is None:
        return None
    if not date(2000, 1, 1) <= day <= today:
        raise Invalid(
            "A decision is taken today or was taken before.", fields={"decided_on": N_("Give another day.")}
        )
    return datetime.combine(day, time(0, 0), UTC)


def read(
    session: Session, round_: Round, point: Point, values: Mapping[str, str], names: set[str], today: date
) -> dict[str, Any]:
    """The named fields as the point's own attributes; what cannot be is refused beside its field."""
    found: dict[str, Any] = {}
    for name in names:
        value, attribute = values[name], BY_NAME[name].attribute
        if name in {"disposition", "proposed_disposition"}:
            found[attribute] = _choice(Disposition, value, name)
        elif name.endswith("duplicate_of"):
            found[attribute] = point_named(session, round_, value, name) if value else None
        elif name == "drafter":
            # Who has left stays on what they drafted; only a new drafter must be one.
            same = value == str(point.drafter_seat_id or "")
            found[attribute] = point.drafter_seat_id if same else drafter(session, round_, value)
        elif name == "theme":
            found[attribute] = theme(session, round_, value)
        elif name == "overlap_plan":
            found[attribute] = _choice(OtherPlan, value, name)
        elif name == "decided_on":
            found[attribute] = _day(value, today)
        else:
            most = {"title": 300, "overlap_clause": 120}.get(name, 200)
            found[attribute] = _short(value, LONGEST_REASON if "reason" in name else most, name)
    return found
