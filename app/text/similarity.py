"""Which comments make the same request: suggestions for a person, never joined by themselves."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, TypeVar
from zlib import crc32

from app.text.folding import fold, lower, without_accents
from app.text.nearly import words_changed
from app.text.tokens import matches, sentences, words

Why = Literal["same words", "same change", "same letter"]
Id = TypeVar("Id")

_SHORT = 12
"""Words under which two texts have to say the same, word for word."""
LEADERS = 12
"""So many comments are held under one sign: members of a group that a new comment is compared with."""
MISSES = 4
"""Members of one group that a comment is unlike, after which the others are not tried."""
_SHINGLE = 5
_KEPT = 10
_QUOTED = re.compile(r"'(?:[^']|(?<=\w)'(?=\w)){30,}'")
_POLITE = frozenset({"please", "kindly", "the", "a", "an", "sila", "mohon", "tolong"})
_ASKING = re.compile(
    r"\b(?:should|must|shall|propos\w*|suggest\w*|request\w*|urge\w*|ask\w*|call\w*|recommend\w*|need\w*|want\w*|"
    r"delet\w*|add\w*|insert\w*|includ\w*|remov\w*|replac\w*|chang\w*|keep|retain\w*|reject\w*|oppos\w*|object\w*|"
    r"support\w*|demand\w*|amend\w*|clarif\w*|hendaklah|perlu\w*|mesti|wajar|cadang\w*|mencadangkan|dicadangkan|"
    r"menggesa|minta|meminta|memohon|gugurkan|digugurkan|tambah\w*|ditambah|masukkan|dimasukkan|bantah|membantah|"
    r"sokong|menyokong|kekalkan|dikekalkan|pinda\w*|dipinda|tolak|menolak)\b"
)
_STANCES = {
    "for": frozenset(
        {
            "support",
            "supports",
            "agree",
            "agrees",
            "keep",
            "retain",
            "add",
            "include",
            "insert",
            "more",
            "increase",
        }
        | {"accept", "sokong", "menyokong", "setuju", "bersetuju", "kekalkan", "tambah", "masukkan", "terima"}
    ),
    "against": frozenset(
        {
            "oppose",
            "opposes",
            "object",
            "objects",
            "disagree",
            "disagrees",
            "delete",
            "remove",
            "exclude",
            "less",
        }
        | {
            "reduce",
            "decrease",
            "reject",
            "rejects",
            "bantah",
            "membantah",
            "gugurkan",
            "keluarkan",
            "tolak",
            "menolak",
        }
    ),
    "not": frozenset({"not", "no", "never", "without", "tidak", "bukan", "tiada", "jangan", "tanpa", "dont"}),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is compared: its id, text, proposed change and the clause it stands on."""

    id: str
    text: str
    proposed: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two comments suggested as one point, how sure (0 to 1), and why."""

    a: str
    b: str
    score: float
    why: Why


@dataclass(frozen=True, slots=True)
class Ready:
    """A comment made ready to be compared, by `ready`."""

    said: Said
    key: str
    proposed: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    size: int
    shingles: frozenset[int]


@dataclass(slots=True)
class Similar:
    """Comments taken in one by one; each is compared with few, so a round of many thousands takes seconds."""

    pairs: list[Pair] = field(default_factory=list)
    _group_of: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _clause_of: dict[str, str] = field(default_factory=dict)
    _by_sign: dict[int, list[Ready]] = field(default_factory=lambda: defaultdict(list))

    def add(self, said: Said) -> list[Pair]:
        """Take in a comment; give the pairs it makes with those before it."""
        made = ready(said)
        self._group_of[said.id] = said.id
        self._members[said.id] = [said.id]
        self._clause_of[said.id] = said.clause
        signs = signs_of(made)
        found: list[Pair] = []
        tried: set[str] = set()
        missed: Counter[str] = Counter()
        for other in self._candidates(signs):
            group = self._group_of[other.said.id]
            own = self._group_of[said.id]
            if group == own or other.said.id in tried or missed[group] >= MISSES:
                continue
            if len({self._clause_of[group], self._clause_of[own]} - {""}) > 1:
                continue  # who names no clause joins none that are on two
            tried.add(other.said.id)
            pair = compared(other, made)
            if pair is not None:
                found.append(pair)
                self._join(group, own)
            else:
                missed[group] += 1
        for sign in (*signs.whole, *signs.parts):
            if len(self._by_sign[sign]) < LEADERS:
                self._by_sign[sign].append(made)
        self.pairs.extend(found)
        return found

    def groups(self) -> list[list[str]]:
        """Give the suggested groups of two and more, each in the order the comments came."""
        order = {one: n for n, one in enumerate(self._group_of)}
        found = [
            sorted(members, key=order.__getitem__) for members in self._members.values() if len(members) > 1
        ]
        return sorted(found, key=lambda members: order[members[0]])

    def _candidates(self, signs: "Signs") -> list[Ready]:
        whole = {made.said.id: made for sign in signs.whole for made in self._by_sign.get(sign, ())}
        parts = [made for sign in signs.parts for made in self._by_sign.get(sign, ())]
        held = {made.said.id: made for made in parts} | whole
        return [held[one] for one in candidates(whole, Counter(made.said.id for made in parts))]

    def _join(self, one: str, other: str) -> None:
        small, large = sorted((one, other), key=lambda group: len(self._members[group]))
        for member in self._members[small]:
            self._group_of[member] = large
        self._members[large].extend(self._members.pop(small))
        self._clause_of[large] = self._clause_of[large] or self._clause_of[small]


def similar(comments: Iterable[Said]) -> Similar:
    """Suggest which comments make the same request.

    Together go: the same words but for case, punctuation and politeness; the same proposed text for the
    same clause; and letters that share whole sentences, one of which asks for something, whatever each
    sender added. Apart stay: comments on different clauses, with different proposed texts, and those
    whose alike sentences differ in a number, a negation or a stance.
    """
    found = Similar()
    for said in comments:
        found.add(said)
    return found


def similar_json(asked: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer `runding similar`: a list of `{id, text, proposed?, clause?}` in, groups and pairs out."""
    ids = {str(one["id"]): one["id"] for one in asked}
    found = similar(
        Said(
            str(one["id"]),
            str(one.get("text") or ""),
            str(one.get("proposed") or ""),
            str(one.get("clause") or ""),
        )
        for one in asked
    )
    return {
        "groups": [[ids[one] for one in group] for group in found.groups()],
        "pairs": [
            {"a": ids[pair.a], "b": ids[pair.b], "score": round(pair.score, 3), "why": pair.why}
            for pair in found.pairs
        ],
    }


def ready(said: Said) -> Ready:
    """Make a comment ready: in small letters, without accents, in words and sentences."""
    plain = without_accents(lower(fold(said.text)))
    unquoted = _QUOTED.sub(" ", plain)
    parts = tuple(part for part in map(_spoken, sentences(unquoted)) if part)
    spoken = tuple(chain.from_iterable(parts)) if unquoted == plain else _spoken(plain)
    runs = (_number("r", *spoken[n : n + _SHINGLE]) for n in range(len(spoken) - _SHINGLE + 1))
    shingles = frozenset(sorted(runs)[:_KEPT])
    proposed = tuple(words(without_accents(lower(fold(said.proposed)))))
    key = "".join(filter(str.isalnum, "".join(word for word in spoken if word not in _POLITE)))
    return Ready(said, key, proposed, parts, sum(map(len, parts)), shingles)


def _spoken(plain: str) -> tuple[str, ...]:
    return tuple(word.replace("'", "") for word in words(plain))


@dataclass(frozen=True, slots=True)
class Signs:
    """Numbers under which a comment is filed: what makes it whole (words, change), and its parts.

    The same text has the same signs in every process, so that they can be kept; two texts may share one by
    chance, which costs a comparison and joins nothing.
    """

    whole: tuple[int, ...]
    parts: tuple[int, ...]


def signs_of(made: Ready) -> Signs:
    """File a comment whole by its words and its proposed text, in part by longer sentences and a sample of runs."""
    whole: list[int] = []
    if made.key:
        whole += [_number("w", made.said.clause, made.key), _number("w", made.key)]
    if made.proposed:
        whole.append(_number("c", made.said.clause, *made.proposed))
    longer = dict.fromkeys(_number("s", *part) for part in made.parts if len(part) >= 5)
    return Signs(tuple(dict.fromkeys(whole)), (*longer, *sorted(made.shingles - longer.keys())))


def candidates(whole: Iterable[Id], votes: Counter[Id]) -> list[Id]:
    """Choose what a comment is compared with: who shares a whole sign, then who shares most parts."""
    return list(dict.fromkeys([*whole, *(one for one, _ in votes.most_common(2 * LEADERS))]))


def _number(*words: str) -> int:
    """A number of 32 bits for some words, the same everywhere (CRC-32)."""
    return crc32("\x1f".join(words).encode("utf-8", "surrogatepass"))


def compared(one: Ready, other: Ready) -> Pair | None:
    """Say whether two comments make the same request, how sure that is, and why."""
    clauses = {ready.said.clause for ready in (one, other)} - {""}
    if len(clauses) > 1:
        return None
    if one.proposed and other.proposed:
        if one.proposed != other.proposed:
            return None
        if _is_same_change(one, other):
            return Pair(one.said.id, other.said.id, 1.0, "same change")
    if one.key and one.key == other.key:
        return Pair(one.said.id, other.said.id, 1.0, "same words")
    if min(one.size, other.size) < _SHORT:
        return None
    score = _as_letters(one, other)
    return Pair(one.said.id, other.said.id, score, "same letter") if score else None


def _is_same_change(one: Ready, other: Ready) -> bool:
    """Say whether an equal proposal is wording, not "revise as commented" on two comments."""
    if one.key == other.key:
        return bool(one.key or one.said.clause or len(one.proposed) >= 8)
    if not one.key or not other.key:
        return len(one.proposed) >= 4
    return len(one.proposed) >= 12


def _as_letters(one: Ready, other: Ready) -> float:
    """Say how much of the shorter letter stands in the longer, sentence by sentence; 0 where they are two."""
    left, right = Counter(one.parts), Counter(other.parts)
    same = left & right
    shared = sum(len(part) * times for part, times in same.items())
    asks = any(_asks(part) for part in same)
    smaller, larger = sorted((one.size, other.size))
    if shared < 0.3 * smaller and len(one.shingles & other.shingles) < 2:
        return 0.0
    left_over = [part for part in (left - same) if len(part) >= 4]
    right_over = [part for part in (right - same) if len(part) >= 4]
    for part in left_over:
        for rest in right_over:
            longer = max(len(part), len(rest))
            if min(len(part), len(rest)) < 0.6 * longer or len({*part} & {*rest}) < 0.5 * len({*part}):
                continue
            common = len(matches(part, rest))
            if common < 0.6 * longer:
                continue
            if _differ(part, rest):
                return 0.0
            if common >= 0.8 * longer and not words_changed(" ".join(part), " ".join(rest)).exchanged:
                shared += common
                asks = asks or _asks(part)
    share = shared / smaller
    if not asks:
        return share if shared >= 0.9 * larger else 0.0
    if shared >= 15 and share >= 0.6 and shared >= 0.4 * larger:
        return min(share, 1.0)
    return share if shared >= 40 and share >= 0.4 and shared >= 0.3 * larger else 0.0


def _asks(part: tuple[str, ...]) -> bool:
    return bool(_ASKING.search(" ".join(part)))


def _differ(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two alike sentences take another stance, or name another number."""
    apart = [*(Counter(one) - Counter(other)), *(Counter(other) - Counter(one))]
    if any(word[0].isdigit() for word in apart):
        return True
    return any(word in stance for word in apart for stance in _STANCES.values())
