"""The places of one draft that a reference can point to: found by kind, number, order and name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.text.numerals import from_roman
from app.text.pointers import KIND_OF, Selector, plain

RESULTS = frozenset({"goal", "outcome", "output", "activity", "indicator"})
#: What nobody cites: the table of contents, the heads of tables.
_UNCITED = frozenset({"toc", "header"})
_NUMBERED = frozenset({"heading", "para", *RESULTS})
_WORDED = re.compile(r"(?P<word>[^\W\d_][^\d]*?)[ \u00a0]*(?P<value>[\da-z][\w.\-]*)")
_CODE = re.compile(
    r"(?:[a-z]{1,3}|(?:strategic )?goal|matlamat(?: strategik)?|pillar|teras)[ .-]?(\d{1,2})\b"
)
_GOAL = r"(?:strategic (?:goal|objective)|matlamat strategik|sg|goal|pillar|teras)"
_EDGES = " .:;()[]-\t"
#: Headings that plans have in both languages: what the Malay word stands for.
_NAMES = {
    "glosari": "glossary", "daftar istilah": "glossary", "prakata": "foreword", "kata pengantar": "foreword",
    "perutusan": "message", "kata-kata aluan": "message", "penghargaan": "acknowledgement",
    "acknowledgements": "acknowledgement", "acknowledgments": "acknowledgement", "akronim": "acronyms",
    "singkatan": "abbreviations", "akronim dan singkatan": "acronyms", "abbreviations": "acronyms",
    "pengenalan": "introduction", "pendahuluan": "introduction", "latar belakang": "background", "visi": "vision",
    "misi": "mission", "ringkasan eksekutif": "executive summary", "kesimpulan": "conclusion", "penutup": "conclusion",
    "kandungan": "contents", "analisis situasi": "situation analysis", "prinsip panduan": "guiding principles",
    "definisi": "definitions", "takrif": "definitions", "rujukan": "references", "objektif": "objectives",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A clause as it is referred to; `key` and `parent` are the draft's ids, `label` how it is cited.

    `row` is the grid row of a table's entry, from 0, and `table` the table of the body it stands in.
    """

    key: str
    label: str
    number: str
    kind: str
    eid: str
    text: str
    parent: str | None
    table: int | None = None
    row: int | None = None


def bare(number: str) -> str:
    """Give a number without the marks around it, in small letters."""
    return number.lower().strip(_EDGES)


def squeezed(words: str) -> str:
    """Give words as names are compared: small letters, no marks, spaces single."""
    return " ".join(re.findall(r"\w+", plain(words)))


class Places:
    """A draft's citable clauses, in document order, with the ways to find them."""

    def __init__(self, clauses: Sequence[Placed]) -> None:
        self.all = {one.key: one for one in clauses if one.kind not in _UNCITED}
        self.order = {key: at for at, key in enumerate(self.all)}
        self.children: dict[str, list[str]] = defaultdict(list)
        self.numbered: dict[str, list[str]] = defaultdict(list)
        self.labelled: dict[str, list[str]] = defaultdict(list)
        self.worded: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.names: dict[str, list[str]] = defaultdict(list)
        self.kinds: dict[str, list[str]] = defaultdict(list)
        self.annexed: set[str] = set()
        self.headed = {one.table for one in clauses if one.kind == "header"}
        for one in self.all.values():
            self._file(one)

    def _file(self, one: Placed) -> None:
        key = one.key
        self.kinds[one.kind].append(key)
        if one.parent in self.all:
            self.children[one.parent].append(key)
        number = bare(one.number)
        worded = _WORDED.fullmatch(number) if " " in number or "\u00a0" in number else None
        if worded is None and one.kind == "heading" and not number:
            worded = _WORDED.fullmatch(plain(one.text))
        word = KIND_OF.get(worded["word"].strip(), "") if worded else ""
        if worded and word:
            self.worded[word, self._value(worded["value"])].append(key)
            if word in {"section", "chapter", "para"}:
                self.numbered[worded["value"].strip(_EDGES)].append(key)
        elif number and one.kind in _NUMBERED:
            self.numbered[number].append(key)
        if (one.kind == "heading" and word in {"annex", "appendix"}) or (
            one.parent in self.annexed or one.kind in RESULTS
        ):
            self.annexed.add(key)
        if one.kind in {"heading", "caption", "title"}:
            self.names[squeezed(one.text)].append(key)
        if not re.fullmatch(r"[\w.]+", one.label):
            self.labelled[self._packed(one.label)].append(key)

    @staticmethod
    def _packed(label: str) -> str:
        return re.sub(r"[\s.,:]+$|\s", "", plain(label))

    @staticmethod
    def _value(value: str) -> str:
        value = value.strip(_EDGES)
        roman = from_roman(value) if re.fullmatch(r"[ivx]+", value) else None
        return str(roman) if roman else value

    def with_label(self, written: str) -> list[str]:
        """Give the clauses whose whole label this is ("Activity 1.1.3"); bare numbers and goals have none here."""
        found = self.labelled.get(self._packed(written), [])
        return [] if _CODE.fullmatch(plain(written)) else found

    def within(self, key: str, above: str) -> bool:
        """Say whether a clause stands below another, at any depth."""
        at = self.all[key].parent
        while at is not None and at in self.all:
            if at == above:
                return True
            at = self.all[at].parent
        return False

    def below(self, key: str) -> list[str]:
        """Give all that stands below a clause, in document order."""
        found: list[str] = []
        waiting = list(reversed(self.children.get(key, [])))
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting.extend(reversed(self.children.get(one, [])))
        return found

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """Give clauses once each, in document order."""
        return sorted(set(keys), key=self.order.__getitem__)

    def find(self, one: Selector, scopes: Sequence[str] | None) -> list[str]:
        """Give what one step can mean, in the whole draft (None) or below the places found so far."""
        value = self._value(one.value) if one.kind in {"annex", "appendix", "chapter", "goal"} else one.value
        find = getattr(self, f"_{one.kind}")
        found: list[str] = find(value, one.nth, scopes)
        return self.in_order(found)

    def _among(self, keys: Iterable[str], scopes: Sequence[str] | None) -> list[str]:
        if scopes is None:
            return list(keys)
        wanted = set(scopes)
        found = []
        for key in keys:
            at = self.all[key].parent
            while at is not None and at in self.all:
                if at in wanted:
                    found.append(key)
                    break
                at = self.all[at].parent
        return found

    def _by_number(self, value: str, scopes: Sequence[str] | None) -> list[str]:
        found = self._among(self.numbered.get(value, []), scopes)
        if not found and value.endswith(".0"):
            found = self._among(self.numbered.get(value.removesuffix(".0"), []), scopes)
            found = [key for key in found if self.all[key].kind == "heading"]
        return found

    def _annex(self, value: str, nth: int, scopes: Sequence[str] | None, *, word: str = "annex") -> list[str]:
        other = "appendix" if word == "annex" else "annex"
        if nth:
            every = [key for (kind, _), keys in self.worded.items() if kind == word for key in keys]
            return _pick(self.in_order(every), nth)
        found = self.worded.get((word, value)) or self.worded.get((other, value)) or []
        if not found and len(value) == 1 and value.isalpha():
            found = self.worded.get((word, str(ord(value) - 96)), []) and []
        return self._among(found, scopes)

    def _appendix(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return self._annex(value, nth, scopes, word="appendix")

    def _chapter(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        worded = self._among(self.worded.get(("chapter", value), []), scopes)
        if worded and not nth:
            return worded
        if nth:
            tops = [
                key for key in self.kinds["heading"] if re.fullmatch(r"\d+", bare(self.all[key].number))
                and key not in self.annexed
            ]  # fmt: skip
            return _pick(self._among(tops, scopes), nth)
        if "." in value:
            return self._section(value, nth, scopes)
        keys = [key for key in self._by_number(value, scopes) if self.all[key].kind == "heading"]
        return self._text_first(keys)

    def _section(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        if nth:
            keys = [key for key in self.kinds["heading"] if "." in self.all[key].number]
            return _pick(self._among(keys, scopes), nth) if scopes else []
        worded = self._among(self.worded.get(("section", value), []), scopes)
        keys = [
            key for key in self._by_number(value, scopes) if self.all[key].kind in {"heading", "para"}
        ]  # fmt: skip
        return self._text_first(worded or keys, strictly=scopes is None)

    def _number(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        found = self._by_number(value, scopes)
        if not found and scopes is not None and all(scope in self.annexed for scope in scopes):
            return self._activity(value, nth, scopes) if "." in value else []
        return found

    def _text_first(self, keys: list[str], *, strictly: bool = True) -> list[str]:
        text = [key for key in keys if key not in self.annexed]
        return text if text or strictly else keys

    def _goal(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        goals = self._among(self.kinds["goal"], scopes)
        if nth:
            return [one for table in self._by_parent(goals) for one in _pick(table, nth)]
        if value == "overall":
            pattern = re.compile(
                r"(?:overall|national|main|keseluruhan) |matlamat (?:keseluruhan|utama|nasional)"
            )
            found = [key for key in goals if pattern.match(plain(self.all[key].text))]
            return found or self._among(self.labelled.get("overallgoal", []), scopes)
        found = [key for key in goals if value in self._goal_numbers(self.all[key])]
        if scopes is None:  # goals listed in the text ("(b) Strategic Goal 2: …"), and headings named so
            named = re.compile(rf"{_GOAL} ?{re.escape(value)}\b(?!\.)")
            said = (*self.kinds["heading"], *self.kinds["item"], *self.kinds["para"])
            found += [
                key for key in said if named.match(plain(self.all[key].text)) and not self._heads(key, found)
            ]  # fmt: skip
        if not found and scopes is not None:
            names = {
                f"strategic goal {value}",
                f"goal {value}",
                f"matlamat strategik {value}",
                f"pillar {value}",
            }
            found = [key for name in names for key in self._among(self.names.get(name, []), scopes)]
        return found

    def _heads(self, key: str, goals: list[str]) -> bool:
        return self.all[key].kind == "heading" and any(self.within(goal, key) for goal in goals)

    def _goal_numbers(self, one: Placed) -> set[str]:
        coded = _CODE.match(plain(one.text)) or _CODE.fullmatch(bare(one.number))
        named = re.search(r"(\d+)$", one.label) if one.number or "SG" in one.label else None
        return {bare(one.number), *([coded[1]] if coded else []), *([named[1]] if named else [])}

    def _by_parent(self, keys: list[str]) -> list[list[str]]:
        grouped: dict[tuple[str | None, int | None], list[str]] = defaultdict(list)
        for key in keys:
            grouped[self.all[key].parent, self.all[key].table].append(key)
        return list(grouped.values())

    def _result(self, kind: str, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        keys = self._among(self.kinds[kind], scopes)
        if nth:
            return self._nth_result(keys, nth, scopes)
        printed = [key for key in keys if bare(self.all[key].number) == value]
        if "." in value:
            labels = {f"{kind}{value}", f"{kind}sg{value}"}
            return printed or [key for key in keys if self._packed(self.all[key].label) in labels]
        if value.isdigit():
            by_place = [] if printed and scopes is None else self._nth_result(keys, int(value), scopes)
            return [*printed, *by_place]
        if printed or kind != "activity" or len(value) != 1:
            return printed
        above = [scope for scope in scopes or [] if self.all[scope].kind in RESULTS]
        return [one for scope in above for one in self._lettered(scope, value)]

    def _nth_result(self, keys: list[str], nth: int, scopes: Sequence[str] | None) -> list[str]:
        """By the place in order: below each result found so far, else below each clause that holds any."""
        if scopes is not None and all(self.all[scope].kind in RESULTS for scope in scopes):
            return [one for scope in scopes for one in _pick(self._among(keys, [scope]), nth)]
        return [one for group in self._by_parent(keys) for one in _pick(group, nth)]

    def _outcome(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return self._result("outcome", value, nth, scopes)

    def _output(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return self._result("output", value, nth, scopes)

    def _activity(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return self._result("activity", value, nth, scopes)

    def _indicator(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return self._result("indicator", value, nth, scopes)

    def _caption(self, kind: str, value: str, scopes: Sequence[str] | None) -> list[str]:
        keys = self.worded.get((kind, value), [])
        found = self._among(keys, scopes)
        if found or scopes is None:
            return found
        beside = {
            self.all[scope].parent for scope in scopes
        }  # "1.2.3, Table 1": the table after the paragraph
        return [key for key in keys if self.all[key].parent in beside or self.all[key].parent in scopes]

    def _table(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return [] if nth else self._caption("table", value, scopes)

    def _figure(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return [] if nth else self._caption("figure", value, scopes)

    def _para(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        if scopes is None:
            numbered = [key for key in self.numbered.get(value, []) if self.all[key].kind == "para"]
            return self._text_first(numbered or self._among(self.worded.get(("para", value), []), scopes))
        found: list[str] = []
        for scope in scopes:
            paras = [key for key in self.children.get(scope, []) if self.all[key].kind == "para"]
            found += [
                key for key in paras
                if value and (number := bare(self.all[key].number))
                and (number == value or number.endswith(f".{value}"))
            ]  # fmt: skip
            if nth or value.isdigit():
                found += _pick(paras, nth or int(value))
            if not paras and self.all[scope].kind == "para" and (nth in {1, -1} or value == "1"):
                found.append(scope)  # "1.1.3, first paragraph"
        return found

    def _item(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        if scopes is None:
            return []
        found: list[str] = []
        for scope in scopes:
            if self.all[scope].kind in {"outcome", "output"} and len(value) == 1:
                found += self._lettered(scope, value)
                continue
            near = [key for key in self.children.get(scope, []) if self.all[key].kind == "item"]
            far = [key for key in self.below(scope) if self.all[key].kind == "item"]
            if nth:
                found += _pick(near, nth)
                continue
            same = [key for key in near if bare(self.all[key].number) == value]
            same = same or [key for key in far if bare(self.all[key].number) == value]
            if not same and value.isdigit() and near and not any(self.all[key].number for key in near):
                same = _pick(near, int(value))
            if not same and not near and value.isdigit():
                same = [key for key in self._para(value, 0, [scope]) if self.all[key].number]
            found += same
        return found

    def _lettered(self, outcome: str, value: str) -> list[str]:
        """The activity of an outcome that a letter or a number means: by its own, else by its place."""
        acts = [key for key in self.below(outcome) if self.all[key].kind == "activity"]
        if any(self.all[key].number for key in acts):
            return [key for key in acts if bare(self.all[key].number) == value]
        return _pick(acts, int(value) if value.isdigit() else ord(value) - ord("a") + 1)

    def _subitem(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        return self._item(value, nth, scopes)

    def _footnote(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        keys = self._among(self.kinds["footnote"], scopes)
        return _pick(keys, nth) if nth else [key for key in keys if bare(self.all[key].number) == value]

    def _row(self, value: str, nth: int, scopes: Sequence[str] | None) -> list[str]:
        if "." in value:
            return [key for key in self._by_number(value, scopes) if key in self.annexed]
        at = nth or (int(value) if value.isdigit() else 0)
        if scopes is None or at < 1:
            return []
        found = []
        for key in self._among(
            [*self.kinds["entry"], *(key for kind in RESULTS for key in self.kinds[kind])], scopes
        ):
            one = self.all[key]
            heads = 1 if one.table in self.headed else 0
            if one.row is not None and one.row in {at - 1, at - 1 + heads}:
                found.append(key)
        return found

    def called(self, words: str, scopes: Sequence[str] | None = None, *, entries: bool = False) -> list[str]:
        """Give the headings and captions of this name, in whole or as their first words; below places, any entry."""
        name = squeezed(words)
        name = squeezed(_NAMES.get(name, name))
        if len(name) < 3:
            return []
        known = self._among(self.names.get(name, []), scopes)
        if not known and entries:
            known = [
                key for key in self._among(self.kinds["entry"], scopes) if squeezed(self.all[key].text) == name
            ]  # fmt: skip
        if not known and len(name) >= 4:
            known = [
                key for other, keys in self.names.items() if other.startswith(f"{name} ")
                for key in self._among(keys, scopes) if self.all[key].kind == "heading"
            ]  # fmt: skip
        first, _, rest = name.partition(" ")
        if not known and rest and first in KIND_OF:  # "section on vision", "row Others"
            return self.called(rest, scopes, entries=entries)
        return self.in_order(known)

    def opening(self, words: str) -> list[str]:
        """Give the clauses that begin with these words after their number: "4.1 The Plan looks to a Malaysia"."""
        found = re.fullmatch(r"(\w?\d[\d.]*)[\s:.\-]+(.{12,})", plain(words), re.DOTALL)
        said = squeezed(found[2]) if found else ""
        if found is None or len(said) < 12:
            return []
        numbered = self.numbered.get(bare(found[1]), [])
        return [key for key in numbered if squeezed(self.all[key].text).startswith(said)]

    def titled(self, key: str, words: str) -> bool:
        """Say whether words are a clause's own heading or its first words."""
        name, own = squeezed(words), squeezed(self.all[key].text)
        return (
            bool(name)
            and len(name) >= 4
            and (own == name or own.startswith(f"{name} ") or name.startswith(f"{own} "))
        )

    def nearest(self, one: Selector) -> list[str]:
        """Give the places nearest to a number the draft does not have: the one before it, and what would hold it."""
        if one.kind in {"number", "section"}:
            found = self.labelled.get(f"activity{one.value}", [])
            if found:
                return found
        number = one.value
        if one.kind in {"chapter", "annex", "appendix"} and number.isdigit():
            lower = (Selector(one.kind, str(n)) for n in range(min(int(number), 60) - 1, 0, -1))
            return next((keys for step in lower if (keys := self.find(step, None))), [])
        while "." in number:
            above, _, last = number.rpartition(".")
            before = (f"{above}.{n}" for n in range(min(int(last), 300) if last.isdigit() else 0, 0, -1))
            sibling = next((keys for value in before if (keys := self._like(one, value))), [])
            found = [*sibling, *self._like(one, above)]
            if found:
                return found
            number = above
        return []

    def _like(self, one: Selector, value: str) -> list[str]:
        found = [key for key in self.numbered.get(value, []) if self.all[key].kind in _NUMBERED]
        if one.kind in {"section", "para"}:
            return self._text_first(found)
        return [key for key in found if key in self.annexed] if one.kind in RESULTS else found


def _pick(keys: list[str], nth: int) -> list[str]:
    if nth < 0:
        return keys[-1:]
    return keys[nth - 1 : nth] if nth else []
