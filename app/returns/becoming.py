"""How an item of a file is said as a comment: on which of the draft's words, with which new text."""

from dataclasses import dataclass
from typing import Any

from app.comments.forms import Written
from app.comments.rules import Attribution, CommentType, Priority, Scope, Verb
from app.plans.queries import ClauseView
from app.plans.rules import Kind
from app.returns.models import ReturnedItem
from app.returns.rules import Choice, Sort
from app.text import anchors


@dataclass(frozen=True, slots=True)
class Said:
    """An item as a comment says it, and the verb where it is known."""

    written: Written
    verb: Verb | None = None


def becomes(
    item: ReturnedItem,
    clause: ClauseView | None,
    *,
    client_uuid: str,
    attribution: Attribution,
    to: str = "",
) -> Said:
    """The comment that an item becomes on a clause, or on the whole plan where there is none.

    `to` is what people call the place that words are moved to.
    """
    text, proposed, verb = item.text, item.proposed, None
    if clause is None:
        proposed = None
    elif item.chosen_wid and item.sort in {Sort.CHANGE, Sort.MOVE, Sort.UNTRACKED}:
        proposed = proposal(item, clause)
    elif item.chosen_wid:
        proposed = None
    if item.sort is Sort.MOVE:
        verb = Verb.MOVE
        text = "\n".join(part for part in (f"→ {to}" if to else "", item.inserted) if part)
    elif proposed is None and not text.strip():
        text = marked(item.removed, item.inserted)
    if not text.strip() and proposed is not None and clause is not None:
        base = clause.fields.get(item.field, "") if item.field else clause.text
        if proposed.strip() == base.strip():
            text, proposed = marked(item.removed, item.inserted), None
    columns: dict[str, Any] = {
        "client_uuid": client_uuid,
        "text": text,
        "proposed": proposed,
        "type": item.type or (CommentType.GENERAL if clause is None else CommentType.SUBSTANTIVE),
        "priority": Priority.MAJOR,
        "attribution": attribution,
        "scope": Scope.PLAN,
    }
    if clause is not None:
        columns |= {"wid": clause.wid} | _anchor(item, clause, proposing=proposed is not None)
    return Said(Written.model_construct(**columns), verb)


def _anchor(item: ReturnedItem, clause: ClauseView, *, proposing: bool) -> dict[str, Any]:
    field = item.field if not item.chosen_wid and item.field in clause.fields else ""
    text = clause.fields[field] if field else clause.text
    start, end = item.start, item.end
    if item.chosen_wid or field or start is None or end is None:
        start, end = _quoted(item, text)
    if (
        start is not None
        and end is not None
        and text[start:end].strip()
        and text[start:end].strip() != text.strip()
    ):
        quoted = anchors.quote(text, start, end)
        return {
            "scope": Scope.PASSAGE,
            "field": field,
            "exact": quoted.exact,
            "prefix": quoted.prefix,
            "suffix": quoted.suffix,
            "start": start,
        }
    if field:
        return {"scope": Scope.FIELD, "field": field}
    heads = clause.kind is Kind.HEADING or clause.until > clause.position
    return {
        "scope": Scope.SECTION if clause.kind is Kind.HEADING and heads and not proposing else Scope.CLAUSE
    }


def _quoted(item: ReturnedItem, text: str) -> tuple[int | None, int | None]:
    """Where the quoted words stand in a text, when they stand there once."""
    quote = item.quote.strip()
    if not quote or text.count(quote) != 1 or item.how in {"point", "inserted"}:
        return None, None
    at = text.index(quote)
    return at, at + len(quote)


def proposal(item: ReturnedItem, clause: ClauseView) -> str | None:
    """How a clause that a person chose would read after a change; None where that cannot be known."""
    if item.removed.strip():
        if clause.text.count(item.removed) != 1:
            return None
        return clause.text.replace(item.removed, item.inserted)
    return f"{clause.text}\n{item.inserted.strip()}" if item.inserted.strip() else None


def marked(removed: str, inserted: str) -> str:
    """A change in plain text: what goes in square brackets, what comes in braces."""
    parts = (
        f"[-{removed.strip()}-]" if removed.strip() else "",
        f"{{+{inserted.strip()}+}}" if inserted.strip() else "",
    )
    return " ".join(part for part in parts if part)


def comes_itself(item: ReturnedItem) -> bool:
    """Whether an item is a comment of its own; a reply is one only where a person said so."""
    return item.sort is not Sort.REPLY or item.choice is Choice.TAKEN
