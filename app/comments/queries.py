"""Reading comments. `visible` is the one way in: pages, counts, search, exports, mail and live events start there."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, or_, select
from sqlmodel import col

from app.comments.models import Comment
from app.comments.rules import SHOWS, Attribution, Reach, Shown, Sight, Status, sight
from app.people.rules import Capacity, Constituency, Role, Viewer
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase


def sight_of(viewer: Viewer, round_: Round) -> Sight:
    """What this person sees of this round now."""
    return sight(viewer.role, round_.phase, round_.isolation)


def own(viewer: Viewer) -> ColumnElement[bool]:
    """That a comment is the viewer's own."""
    return col(Comment.seat_id) == viewer.seat_id


def seen(viewer: Viewer, round_: Round, *, by_id: bool = False) -> list[ColumnElement[bool]]:
    """The rule `sight` as SQL: conditions that all hold for each comment that was sent and may be seen.

    What the viewer has not sent is not here: see `unsent`. The reach stands as an equality of its own,
    so that an index by constituency or organisation serves it in document order. With `by_id` comments are
    looked up by their ids: SQLite would rather walk the whole round, and is given no index to do so.
    """
    sees = sight_of(viewer, round_)
    of_round = col(Comment.round_id) + literal_column("0") if by_id else col(Comment.round_id)
    found: list[ColumnElement[bool]] = [of_round == round_.id]
    if sees.reach is Reach.CONSTITUENCY:
        found.append(col(Comment.constituency) == viewer.constituency)
    elif sees.reach is Reach.ORGANISATION:
        found.append(col(Comment.organisation_id) == viewer.organisation_id)
    statuses = [Status.SUBMITTED, Status.WITHDRAWN] if sees.withdrawn else [Status.SUBMITTED]
    of_others: list[ColumnElement[bool]] = [col(Comment.status).in_(statuses)]
    if not sees.confidential:
        of_others.append(col(Comment.attribution) != Attribution.SECRETARIAT)
    if sees.reach is Reach.ORGANISATION:
        # To see one at all would say whose it is: a colleague sees only what shows the organisation.
        of_others.append(_tells(Shown.ORGANISATION))
    mine = and_(own(viewer), col(Comment.status).in_([Status.SUBMITTED, Status.WITHDRAWN]))
    found.append(or_(mine, and_(*of_others)))
    return found


def visible(viewer: Viewer, round_: Round, *columns: Any) -> Select[Any]:
    """A statement for the comments this person may see, of `columns` or whole."""
    return select(*(columns or (Comment,))).where(*seen(viewer, round_))


def unsent(viewer: Viewer, round_: Round) -> Select[Any]:
    """What this person has written and not sent."""
    return select(Comment).where(
        col(Comment.round_id) == round_.id, own(viewer), col(Comment.status) == Status.DRAFT
    )


def shows(part: Shown, viewer: Viewer, round_: Round) -> ColumnElement[bool]:
    """That a comment shows this part of its author to this person: filters act on what is shown, not on what is."""
    if sight_of(viewer, round_).names:
        return col(Comment.id).is_not(None)
    return or_(own(viewer), _tells(part))


def _tells(part: Shown) -> ColumnElement[bool]:
    """That a comment shows this part of its author to anybody who sees it."""
    showing = [attribution for attribution, parts in SHOWS.items() if part in parts]
    told: ColumnElement[bool] = col(Comment.attribution).in_(showing)
    return and_(told, col(Comment.capacity) != Capacity.PERSONAL) if part is Shown.ORGANISATION else told


def from_constituency(value: Constituency, viewer: Viewer, round_: Round) -> list[ColumnElement[bool]]:
    """That a comment is shown as this constituency's."""
    return [col(Comment.constituency) == value, shows(Shown.CONSTITUENCY, viewer, round_)]


def from_organisation(value: int, viewer: Viewer, round_: Round) -> list[ColumnElement[bool]]:
    """That a comment is shown as this organisation's."""
    return [col(Comment.organisation_id) == value, shows(Shown.ORGANISATION, viewer, round_)]


def from_seat(value: int, viewer: Viewer, round_: Round) -> list[ColumnElement[bool]]:
    """That a comment is shown as the person's at this seat."""
    return [col(Comment.seat_id) == value, shows(Shown.PERSON, viewer, round_)]


#: What shapes a statement of what somebody sees, apart from values: role, phase and isolation.
SeenAs = tuple[Role | None, Phase, Isolation]


def seen_as(viewer: Viewer, round_: Round) -> SeenAs:
    """The shape of this person's statements in this round now."""
    return viewer.role, round_.phase, round_.isolation


def stand_ins(shape: SeenAs) -> tuple[Viewer, Any]:
    """A reader and a round whose ids are places to fill, so that the rules of sight shape a statement once."""
    role, phase, isolation = shape
    held: Any = {
        name: bindparam(f"viewer_{name}")
        for name in ("person_id", "seat_id", "constituency", "organisation_id")
    }
    round_: Any = SimpleNamespace(id=bindparam("round_id"), phase=phase, isolation=isolation)
    return Viewer(plan_id=0, role=role, **held), round_


def places(viewer: Viewer, round_: Round) -> dict[str, Any]:
    """What fills the places of `stand_ins` for this person and round."""
    return {
        "round_id": round_.id,
        "viewer_person_id": viewer.person_id,
        "viewer_seat_id": viewer.seat_id,
        "viewer_constituency": viewer.constituency,
        "viewer_organisation_id": viewer.organisation_id,
    }
