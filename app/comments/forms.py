"""What a composer sends, read before anything else looks at it."""

import uuid
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from app.comments.rules import Attribution, CommentType, Priority, Scope

#: A comment is a page or two; what is longer belongs in a file sent to the secretariat.
LONGEST = 20_000


def plain(value: object) -> object:
    """Text as typed, with the line ends of one kind and nothing a database cannot keep."""
    return (
        value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        if isinstance(value, str)
        else value
    )


def is_uuid(value: str) -> str:
    return str(uuid.UUID(value))


Text = Annotated[str, BeforeValidator(plain), StringConstraints(max_length=LONGEST)]
Line = Annotated[str, BeforeValidator(plain), StringConstraints(max_length=300, strip_whitespace=True)]


class Said(BaseModel):
    """The part of a comment that its author can change later.

    `proposed` is None where no new text is proposed, and empty where the text is to go.
    """

    text: Text = ""
    proposed: Text | None = None
    type: CommentType = CommentType.SUBSTANTIVE
    priority: Priority = Priority.MAJOR
    ground: Text = ""
    rationale: Text = ""
    standard: Line = ""
    attribution: Attribution = Attribution.ORGANISATION


class Written(Said):
    """A comment with its anchor; `client_uuid` is made by the form, so a retry is the same comment."""

    client_uuid: Annotated[str, AfterValidator(is_uuid)]
    scope: Scope = Scope.CLAUSE
    wid: Line = ""
    field: Line = ""
    exact: Text = ""
    prefix: Text = ""
    suffix: Text = ""
    start: int | None = Field(default=None, ge=0, le=10_000_000)
