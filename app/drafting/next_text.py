"""The text of the next draft, made from a draft's clauses and the texts that decisions result in. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.drafting.renumbering import Had, Numbered, renumbered
from app.plans.rules import Kind
from app.text.tokens import matches, words

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Base:
    """A clause of the draft that is followed; `parent` and `until` are places in document order."""

    id: int
    wid: str
    kind: Kind
    level: int
    number: str
    text: str
    text_ms: str
    fields: Mapping[str, str]
    fields_ms: Mapping[str, str]
    parent: int | None
    until: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a clause's text, or a field's, will be; None where it goes."""

    text: str | None
    text_ms: str = ""


@dataclass(slots=True)
class Made:
    """A clause of the next draft; `base` is the place of the clause it is or came from.

    `own` says that it is that clause; else it came: as a part of it (`part`), or newly behind it.
    """

    base: int
    own: bool
    part: bool
    kind: Kind
    level: int
    text: str
    text_ms: str
    fields: dict[str, str]
    fields_ms: dict[str, str]
    parent: int | None = None
    number: str = ""
    lost_malay: bool = False
    changed: bool = False
    after: list["Made"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NextText:
    """The clauses of the next draft in order, and the places of the clauses that go."""

    clauses: list[Made]
    gone: list[int]


def next_text(base: Sequence[Base], results: Mapping[tuple[int, str], Result]) -> NextText:
    """Copy every clause, put the resulting texts in, and count anew.

    What stood below a clause that goes stands under what that one stood under. Further clauses, which blank
    lines divide off, come behind all that stands below theirs; behind a heading, right behind it. A Malay
    text that says what the English one no longer says is left out, unless a new one is given.
    """
    gone = [n for n, one in enumerate(base) if _goes(one, results.get((one.id, "")))]
    lost = set(gone)
    found: list[Made] = []
    place_of: dict[int, int] = {}
    waiting: dict[int, list[Made]] = {}
    for n, one in enumerate(base):
        made = [] if n in lost else _made(n, one, results)
        if made:
            place_of[n] = len(found)
            made[0].parent = _above(one.parent, base, place_of)
            found.append(made[0])
        further = made[1:]
        if one.kind is Kind.HEADING:
            _put(found, further, place_of.get(n))
        elif further:
            waiting.setdefault(max(one.until, n), [])[:0] = further
        for late in waiting.pop(n, ()):
            _put(found, [late], _above(base[late.base].parent, base, place_of))
    _count(base, found)
    return NextText(found, gone)


def _goes(one: Base, result: Result | None) -> bool:
    if result is None:
        return False
    return result.text is None or (bool(one.text.strip()) and not result.text.strip())


def _above(parent: int | None, base: Sequence[Base], place_of: Mapping[int, int]) -> int | None:
    while parent is not None and parent not in place_of:
        parent = base[parent].parent
    return None if parent is None else place_of[parent]


def _put(found: list[Made], further: Sequence[Made], parent: int | None) -> None:
    for one in further:
        one.parent = parent
        found.append(one)


def _made(n: int, one: Base, results: Mapping[tuple[int, str], Result]) -> list[Made]:
    """A clause as it will be, then the clauses that its resulting text makes besides."""
    result = results.get((one.id, ""))
    parts = divided(result.text or "") if result else [one.text]
    changed = result is not None and _said(parts) != _said([one.text])
    malay = _malay(one.text_ms, result.text_ms if result else "", len(parts), changed=changed)
    fields, fields_ms = dict(one.fields), dict(one.fields_ms)
    lost = changed and bool(one.text_ms) and not malay[0]
    touched = changed
    for name in one.fields:
        given = results.get((one.id, name))
        if given is None or _said([given.text or ""]) == _said([one.fields[name]]):
            continue
        touched = True
        fields[name] = (given.text or "").strip()
        lost = lost or bool(fields_ms.get(name) and not given.text_ms)
        fields_ms[name] = given.text_ms
    found = [Made(n, True, True, one.kind, one.level, parts[0], malay[0], fields, fields_ms, lost_malay=lost)]
    found[0].changed = touched
    kind = Kind.PARAGRAPH if one.kind is Kind.HEADING else one.kind
    for text, ms in zip(parts[1:], malay[1:], strict=True):
        part = one.kind is not Kind.HEADING and _stems(text, one.text)
        found.append(
            Made(n, False, part, kind, one.level, text, ms, dict.fromkeys(fields, ""), {}, changed=True)
        )
    return found


def divided(text: str) -> list[str]:
    """The clauses that a resulting text makes: blank lines divide them."""
    return [
        part.strip() for part in _BLANK_LINES.split(text.replace("\r\n", "\n").strip()) if part.strip()
    ] or [""]


def _malay(had: str, given: str, parts: int, *, changed: bool) -> list[str]:
    if not changed:
        return [given.strip() or had]
    found = divided(given) if given.strip() and given.strip() != had.strip() else [""]
    if len(found) > parts:
        found = [*found[: parts - 1], "\n\n".join(found[parts - 1 :])]
    return found + [""] * (parts - len(found))


def _said(texts: Sequence[str]) -> list[list[str]]:
    return [text.split() for text in texts]


def _stems(part: str, base: str) -> bool:
    """Whether a further clause is a part of the old one: at least half of its words stood there."""
    own = words(part)
    return bool(own) and 2 * len(matches(own, words(base))) >= len(own)


def _count(base: Sequence[Base], found: list[Made]) -> None:
    """Give the clauses their numbers; one that came counts behind the clause it came with."""
    own_place = {one.base: n for n, one in enumerate(found) if one.own}
    numbers = renumbered(
        [Had(one.kind, one.level, one.number, one.parent) for one in base],
        [
            Numbered(
                one.kind,
                one.level,
                base[one.base].number,
                one.parent,
                one.base if one.own else None,
                None if one.own else own_place[one.base],
            )
            for one in found
        ],
    )
    for one, number in zip(found, numbers, strict=True):
        one.number = number
