"""What was worked out on drafts and is looked at again: kept in memory for as long as the drafts are as they were."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.plans.models import Draft, Succession

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The last few results, by the state of what they were made from; the oldest makes way."""

    def __init__(self, most: int = 24) -> None:
        self.most = most
        self.held: dict[Hashable, Value] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The result kept under `key`, else what `make` gives."""
        held = self.held.get(key)
        if held is None:
            held = make()
            while len(self.held) >= self.most:
                self.held.pop(next(iter(self.held)), None)
            self.held[key] = held
        return held


def state_of(session: Session, before: int, after: int) -> Hashable:
    """In which state two drafts, and the lineage between them, are."""
    drafts = session.execute(
        select(col(Draft.id), col(Draft.version))
        .where(col(Draft.id).in_([before, after]))
        .order_by(col(Draft.id))
    ).all()
    between = session.execute(
        select(col(Succession.id), col(Succession.version)).where(
            or_(
                (col(Succession.from_draft_id) == before) & (col(Succession.to_draft_id) == after),
                (col(Succession.from_draft_id) == after) & (col(Succession.to_draft_id) == before),
            )
        )
    ).all()
    return (
        str(session.get_bind().engine.url),
        before,
        after,
        tuple(map(tuple, drafts)),
        tuple(map(tuple, between)),
    )
