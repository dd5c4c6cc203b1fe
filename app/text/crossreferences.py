"""References from one clause to another that a redraft left behind: what they name went, or is another clause now."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.text.folding import fold
from app.text.places import Placed
from app.text.references import References

Why = Literal["gone", "other"]

_WORD = (
    r"(?P<word>(?:sub-?)?(?:sections?|paragraphs?|paras?\.?|clauses?)|chapters?|annex(?:es)?|appendix|appendices"
    r"|(?:strategic )?goals?|outcomes?|outputs?|activit(?:y|ies)|indicators?|tables?|figures?|parts?"
    r"|bab|bahagian|seksyen|perenggan|fasal|lampiran|jadual|rajah|matlamat|hasil|aktiviti|petunjuk)"
)
_NUMBER = r"(?:\d+(?:\.\d+)*(?: ?\([a-z]{1,4}\))?|[A-Z](?:\.\d+)*(?![\w.]*[a-z]))"
_AND = r"(?:,| and| or| to| dan| atau| hingga|\u2013|-) ?"
_NAMED = re.compile(rf"(?<![\w-])(?i:{_WORD})[ \u00a0](?P<numbers>{_NUMBER}(?:{_AND}{_NUMBER})*)(?![\w%])")
_BARE = re.compile(
    r"(?<![\w.])(?i:see|see also|lihat|rujuk)(?: also| juga)? (?P<numbers>\d+(?:\.\d+)+)(?![\w%]|\.\d)"
)
_ONE = re.compile(_NUMBER)
_OTHER_TEXT = (
    r"(?i:act|acts|convention|ordinance|code|constitution|protocol|regulations?|order|rules|agreement|covenant"
    r"|declaration|directive|treaty|charter|guidelines|rfc|akta|konvensyen|perlembagaan|ordinan|peraturan|perintah)"
)
_OF = r"(?:of|in|under|to|daripada|dalam|bagi|kepada)?"
_AFTER = re.compile(
    rf"[\s,]*(?:\([^)]{{0,20}}\)[\s,]*)*{_OF}\s*(?:the |said )?[^.;:()]{{0,45}}?\b{_OTHER_TEXT}\b"
)
_BEFORE = re.compile(rf"\b{_OTHER_TEXT}\b[^.;:()]{{0,24}}$")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as written in a clause, at code points `start` to `end` of its text; `asked` is how it is read."""

    start: int
    end: int
    written: str
    asked: str


@dataclass(frozen=True, slots=True)
class Stale:
    """A reference that does not name what it named: `meant` are the clauses it should name now, `now` those it does.

    gone: there is no such clause any more. other: the number is another clause's now.
    """

    key: str
    reference: Reference
    why: Why
    meant: tuple[str, ...]
    now: tuple[str, ...]


def references_in(text: str) -> Iterator[Reference]:
    """Give the references to clauses of the same text, in order; those to laws and treaties are left out."""
    plain = fold(text) if len(fold(text)) == len(text) else text
    for found in _NAMED.finditer(plain):
        if _AFTER.match(plain, found.end()) or _BEFORE.search(plain, 0, found.start()):
            continue
        start = found.start("numbers")
        for n, one in enumerate(_ONE.finditer(found["numbers"])):
            at = found.start() if n == 0 else start + one.start()
            end = start + one.end()
            yield Reference(at, end, text[at:end], f"{found['word']} {one.group()}")
    for found in _BARE.finditer(plain):
        if not _AFTER.match(plain, found.end()):
            yield Reference(*found.span("numbers"), text[slice(*found.span("numbers"))], found["numbers"])


def stale(
    before: Sequence[Placed], after: Sequence[Placed], successors: Mapping[str, Sequence[str]]
) -> list[Stale]:
    """Give the references of the later text that name another clause than they named, or none.

    `successors` says which clauses each clause became, by key. A reference that stood in the clause before
    means what it meant there; one that came with the redraft is only asked whether it names a clause at all.
    """
    books = [cache(References(side).refer) for side in (before, after)]
    origins: dict[str, list[str]] = {}
    for key, theirs in successors.items():
        for one in theirs:
            origins.setdefault(one, []).append(key)
    had = {one.key: {reference.asked.lower() for reference in references_in(one.text)} for one in before}
    found: list[Stale] = []
    for clause in after:
        if clause.kind == "toc":
            continue
        for reference in references_in(clause.text):
            now = books[1](reference.asked).clauses
            meant_before = books[0](reference.asked).clauses
            stood = any(
                reference.asked.lower() in had.get(origin, ()) for origin in origins.get(clause.key, ())
            )
            meant = tuple(dict.fromkeys(there for key in meant_before for there in successors.get(key, ())))
            if not now and (meant_before or not stood):
                found.append(Stale(clause.key, reference, "gone", meant, ()))
            elif stood and meant_before and now and not set(now) & set(meant):
                found.append(Stale(clause.key, reference, "other", meant, now))
    return found
