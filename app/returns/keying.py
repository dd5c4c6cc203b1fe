"""The keys of a file's items: whose each is decides with what it says whether it is here already."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.returns.models import ReturnedFile, ReturnedItem
from app.returns.rules import Found, keys


def organisation_of(one: ReturnedFile, written: str) -> int | None:
    """Whose an item is: the organisation that its row names, where it is one of the plan's, else the file's."""
    return one.bodies.get(written, one.organisation_id) if written else one.organisation_id


def as_found(item: ReturnedItem) -> Found:
    """The part of an item that its key is made from."""
    return Found(
        item.sort,
        source=item.source,
        author=item.author,
        text=item.text,
        proposed=item.proposed,
        removed=item.removed,
        inserted=item.inserted,
        quote=item.quote,
        wid=item.wid,
        field=item.field,
        parent=item.parent,
        place=item.written_place,
    )


def items_of(session: Session, file_id: int) -> Sequence[ReturnedItem]:
    """All items of a file in their order."""
    return session.scalars(
        select(ReturnedItem).where(col(ReturnedItem.file_id) == file_id).order_by(col(ReturnedItem.position))
    ).all()


def key_again(session: Session, one: ReturnedFile) -> None:
    """Give a file's items their keys anew, after somebody said whose they are."""
    held = items_of(session, one.id or 0)
    made = keys(map(as_found, held), [organisation_of(one, item.organisation) for item in held])
    changed = [{"id": item.id, "key": key} for item, key in zip(held, made, strict=True) if item.key != key]
    if changed:
        session.execute(update(ReturnedItem), changed)
        session.expire_all()
