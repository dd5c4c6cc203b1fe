"""Names for clauses: the eid of Akoma Ntoso's naming convention, the label people cite, the permanent wid."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

#: Akoma Ntoso 3.0 element prefixes where it has one; ours for the entries of a results table.
_PREFIX = {
    "heading": "hcontainer", "para": "para", "item": "point", "quote": "quote", "caption": "caption",
    "note": "note", "footnote": "fn", "title": "title", "toc": "tocitem", "header": "thead",
    "entry": "entry", "goal": "goal", "outcome": "outcome", "output": "output", "activity": "activity",
    "indicator": "indicator",
}  # fmt: skip
_WORDED = re.compile(r"(?P<word>[^\W\d_][^\d]*?)[ \u00a0]*(?P<value>[\dA-Za-z][\w.\-]*)", re.UNICODE)
_WORDS = {
    "annex": "annex", "annexe": "annex", "appendix": "appendix", "lampiran": "annex", "apendiks": "appendix",
    "chapter": "chp", "bab": "chp", "part": "part", "bahagian": "part", "section": "sec", "seksyen": "sec",
    "article": "art", "artikel": "art", "perkara": "art", "fasal": "clause", "clause": "clause",
    "schedule": "schedule", "table": "table", "jadual": "table", "figure": "figure", "rajah": "figure",
}  # fmt: skip
_NAMES = {
    "goal": "Goal", "outcome": "Outcome", "output": "Output", "activity": "Activity",
    "indicator": "Indicator",
}  # fmt: skip
_CODE = re.compile(r"(?P<word>[A-Z]{1,4}|[A-Z][a-z]+(?: [A-Z][a-z]+)?) ?(?P<value>\d[\d.]*)\s*[:.\u2013-]")
_OVERALL = re.compile(
    r"(?:overall|main|national|keseluruhan|utama) (?:goal|objective|matlamat)\b", re.IGNORECASE
)
_MARKS = {"para": "¶", "item": "•", "entry": "row ", "header": "head ", "quote": "quote ", "note": "note "}
_EDGES = " .:;()[]-–—\t"


@dataclass(slots=True)
class Named:
    """What a clause needs to be named, and the names it gets."""

    kind: str
    number: str
    text: str
    outline: int = 0
    parent: "Named | None" = None
    bullet: str = ""
    eid: str = ""
    label: str = ""
    wid: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    value: str = ""


def bare(number: str) -> str:
    """Give a number without the marks around it: "(a)" is a, "3." is 3, "Annex 1:" is Annex 1."""
    return number.strip(_EDGES)


def name_all(clauses: list[Named]) -> None:
    """Fill eid, label and wid of clauses in document order, each unique among them."""
    eids: set[str] = set()
    labels: set[str] = set()
    said: Counter[tuple[str, str]] = Counter()
    again: Counter[str] = Counter()
    roots: Counter[str] = Counter()
    for one in clauses:
        one.eid = _unique(_eid(one, roots), "-dup{}", eids, again)
        label = _label(one)
        if label in labels and (section := _section(one)) is not None:
            label = f"{section.label} / {label}"
        one.label = _unique(label, " [{}]", labels, again)
        said[one.kind, one.text] += 1
        one.wid = _wid(one, said[one.kind, one.text])


def _eid(one: Named, roots: Counter[str]) -> str:
    number = bare(one.number)
    base = one.parent
    prefix = _PREFIX.get(one.kind, one.kind)
    worded = _WORDED.fullmatch(number) if " " in number or "\u00a0" in number else None
    if worded is not None:
        word = worded["word"].strip().lower()
        prefix = _WORDS.get(word, prefix if one.kind != "heading" else _slug(word) or prefix)
        number = worded["value"]
    elif one.kind == "heading" and number:
        prefix = "chp" if _top(one) else "sec"
    elif one.kind == "heading" and not number and (code := _heading_code(one.text)):
        prefix, number = code
    if one.kind in {"goal", "outcome", "output"} and number:
        base = _section(one)  # its number is complete within the annex
    elif number and one.kind in {"heading", "para", "activity", "indicator"} and worded is None:
        number = _relative(number, one)
    counts = base.counts if base is not None else roots
    if not number:
        if one.kind == "para":
            prefix = "p"
        elif one.kind == "item":
            prefix = "indent"
        counts[prefix] += 1
        number = str(counts[prefix])
    one.value = number
    own = f"{prefix}_{_slug(number)}"
    return f"{base.eid}__{own}" if base is not None else own


def _relative(number: str, one: Named) -> str:
    above = one.parent
    while above is not None:
        known = bare(above.number)
        if known and number.startswith(f"{known}."):
            return number[len(known) + 1 :]
        above = above.parent
    return number


def _top(one: Named) -> bool:
    return one.parent is None or "." not in bare(one.number)


def _section(one: Named) -> Named | None:
    """Give the outermost heading above that is numbered in words (an annex), or the parent's heading."""
    above, found = one.parent, None
    while above is not None:
        if above.kind == "heading":
            found = above
        above = above.parent
    return found if found is not None else one.parent


def _heading_code(text: str) -> tuple[str, str] | None:
    words = text.split()
    if len(words) == 2 and words[0].lower() in _WORDS and re.fullmatch(r"[\dA-Za-z.]{1,8}", words[1]):
        return _WORDS[words[0].lower()], bare(words[1])
    return None


def _label(one: Named) -> str:
    number = bare(one.number)
    if one.kind in _NAMES:
        return _result_label(one, number)
    if one.kind in {"heading", "caption", "title"}:
        return number or _short(one.text)
    if one.kind == "para" and number:
        return number
    if one.kind in {"footnote", "toc"}:
        return f"{_of(one)} note {number}".strip() if number else f"Contents {one.value}"
    if number:
        return f"{_of(one)} ({number})".strip()
    return f"{_of(one)} {_MARKS.get(one.kind, '')}{one.value}".strip()


def _result_label(one: Named, number: str) -> str:
    name = _NAMES[one.kind]
    code = _CODE.match(one.text)
    if not number and code is not None and one.kind in {"goal", "outcome", "output"}:
        number = code["value"].rstrip(".") if len(code["word"]) > 4 else f"{code['word']}{code['value']}"
    overall = _OVERALL.match(one.text)
    if not number and overall is not None:
        label = overall[0]
    elif number[:1].isalpha() and " " in number:
        label = number
    else:
        above = one.parent
        while above is not None and above.kind not in _NAMES:
            above = above.parent
        over = above.label.rpartition(" ")[2] if above is not None else ""
        if one.kind in {"activity", "indicator"} and over and number and "." not in number:
            # A number of its own below an outcome: "b" of 1.3 is 1.3 (b), 2 of it is 1.3.2.
            label = f"{name} {over}.{number}" if number.isdecimal() else f"{name} {over} ({number})"
        elif number or above is None:
            label = f"{name} {number or one.value}"
        else:
            label = f"{name} {over}.{one.value}"
    return label


def _of(one: Named) -> str:
    return one.parent.label if one.parent is not None else ""


def _short(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= 60:
        return words
    return f"{words[:60].rsplit(' ', 1)[0]}…"


def _slug(text: str) -> str:
    return re.sub(r"[^\w.\-]+", "-", text.strip().lower(), flags=re.UNICODE).strip("-.")


def _unique(name: str, pattern: str, used: set[str], again: Counter[str]) -> str:
    chosen = name
    while chosen in used:
        again[name + pattern] += 1
        chosen = name + pattern.format(again[name + pattern] + 1)
    used.add(chosen)
    return chosen


def _wid(one: Named, count: int) -> str:
    """Derive an opaque id from what the clause says, so that reading a file again gives the same ids."""
    said = "\x1f".join((one.kind, one.text, str(count)))
    digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=10).digest()
    return "c" + base64.b32encode(digest).decode().lower()
