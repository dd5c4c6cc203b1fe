"""What can be wrong with a request: a status, and one sentence for the person who made it."""

from typing import Any, ClassVar


class Problem(Exception):  # noqa: N818 (the words of a person, not of a machine)
    """A refusal; `sentence` is a catalogue key, `values` fill its `%(name)s` places."""

    status: ClassVar[int] = 400

    def __init__(self, sentence: str, **values: Any) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence % values if values else sentence)


class NotFound(Problem):
    """There is no such thing, or this person may not know that there is."""

    status = 404


class Forbidden(Problem):
    """The person can see it, and may not do this with it."""

    status = 403


class Conflict(Problem):
    """It changed since the page was made, or this is the wrong moment.

    `theirs` and `mine` hold the two versions of a stale edit, by field name.
    """

    status = 409

    def __init__(
        self,
        sentence: str,
        *,
        theirs: dict[str, Any] | None = None,
        mine: dict[str, Any] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(sentence, **values)
        self.theirs = theirs or {}
        self.mine = mine or {}


class Invalid(Problem):
    """What was sent cannot be used; `fields` says it again beside each field of the form."""

    status = 422

    def __init__(self, sentence: str, *, fields: dict[str, str] | None = None, **values: Any) -> None:
        super().__init__(sentence, **values)
        self.fields = fields or {}


class TooMany(Problem):
    """The same thing was asked for too often in a short time."""

    status = 429
