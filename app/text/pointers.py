"""The words with which people point to a place in a draft, in English and Malay, and how a pointer is cut up.

`parse` gives the selectors of a reference ("Outcome 1.3, second activity" has two), grouped as one place each.
"""

import re
from dataclasses import dataclass, field, replace

from app.text.folding import fold

#: How coarse what a selector names is: the coarser narrows the finer, whichever was written first.
RANK = {
    "annex": 0, "appendix": 0, "chapter": 10, "name": 12, "goal": 15, "section": 20, "number": 20,
    "outcome": 30, "output": 40, "table": 45, "figure": 45, "activity": 50, "indicator": 50, "para": 60,
    "row": 60, "footnote": 65, "item": 70, "subitem": 75,
}  # fmt: skip
_KINDS = {
    "annex": "annex annexe annexes annexure attachment lampiran schedule",
    "appendix": "appendix appendices apendiks",
    "chapter": "chapter chapters chap chp ch bab part parts bahagian",
    "section": "section sections sec sect seksyen clause clauses sub-clause sub-clauses subclause subclauses"
    " sub-section sub-sections subsection klausa perkara fasal subfasal sub-fasal subseksyen sub-seksyen artikel"
    " article articles art pasal §",
    "para": "paragraph paragraphs para paras par perenggan ¶ subparagraph sub-paragraph subpara sub-para"
    " sub-paragraphs sub-perenggan subperenggan",
    "goal": "goal goals matlamat sg objective objectives objektif pillar pillars teras tonggak",
    "outcome": "outcome outcomes hasil keberhasilan",
    "output": "output outputs keluaran",
    "activity": "activity activities aktiviti action actions tindakan activiti act",
    "indicator": "indicator indicators petunjuk indikator kpi",
    "table": "table tables jadual tbl",
    "figure": "figure figures fig rajah gambar",
    "footnote": "footnote footnotes nota_kaki fn",
    "item": "item items bullet bullets point points butiran butir list_item # no nombor",
    "row": "row rows baris_jadual",
    "page": "page pages p pp pg muka_surat ms halaman hlm m.s mukasurat",
    "within": "sentence sentences ayat line lines baris word words perkataan column columns lajur ruang",
}
KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_PLURALS = (
    "chapters sections clauses paragraphs paras goals outcomes outputs activities indicators tables figures items"
    " bullets points rows annexes sub-clauses subclauses articles parts actions objectives appendices"
)
_PLURAL = frozenset(_PLURALS.split())
_PHRASES = (
    (r"sub[- ](clause|section|para(?:graph)?|perenggan|fasal|seksyen)", r"sub-\1"),
    (r"strategic (?:goal|objective)s?|matlamat strategik|objektif strategik|sg(?=\s?\d)", "goal"),
    (r"bullet points?|list items?|numbered bullets?", "bullet"),
    (r"muka surat|m\.? ?/? ?s\.(?= ?\d)", "page"),
    (r"nota kaki|foot note", "footnote"),
    (r"di bawah|dalam|di dalam|under|within|inside|daripada|bagi", "of"),
    (r"pp?\.(?= ?\d)", "page "),
    (r"para\.|par\.", "para "),
    (r"sec\.|sect\.", "section "),
    (r"ch\.|chap\.", "chapter "),
    (r"fig\.", "figure "),
    (r"act\.|akt\.", "activity "),
    (r"(?:no|nos|bil)\.? ?(?=\d)", " "),
    (r"(overall|national|keseluruhan) goals?|matlamat (keseluruhan|nasional|utama)", "overallgoal"),
    (r"and onwards?|onwards?|and following|ff\.?|dan seterusnya|et seq\.?", " "),
    (r"(?:and|dan|&|with) (?:all )?(?:its |their )?(?:sub-?sections?|sub-?clauses?|sub-?paragraphs?)", " "),
    (r"ke ?- ?(?=\d)", "ke-"),
)  # fmt: skip
_PHRASE = [(re.compile(rf"(?<![\w-])(?:{words})(?![\w-])" if words[-1] not in ")." else
                       rf"(?<![\w-])(?:{words})"), plain) for words, plain in _PHRASES]  # fmt: skip
_COUNTED = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "pertama kedua ketiga keempat kelima keenam ketujuh kelapan kesembilan kesepuluh kesebelas",
)
_LAST = "last final terakhir akhir"
_ORDINALS = {word: n for words in _COUNTED for n, word in enumerate(words.split(), 1)}
_ORDINALS |= dict.fromkeys(_LAST.split(), -1)
_COUNTS = (
    "one two three four five six seven eight nine ten",
    "satu dua tiga empat lima enam tujuh lapan sembilan sepuluh",
)
_CARDINALS = {word: n for words in _COUNTS for n, word in enumerate(words.split(), 1)}
GENERAL = re.compile(
    r"(?:in |secara |comments? |ulasan |komen |for )?(?:general|umum|ge|gen|keseluruhan(?:nya)?|overall|all|semua"
    r"|(?:the )?(?:whole|entire)|seluruh|menyeluruh|am)\.?"
    r"(?: (?:comments?|remarks?|observations?|feedback|ulasan|komen|pandangan|document|draft|plan|text|report"
    r"|dokumen|draf|pelan|teks|of the (?:document|draft|plan)|sections?|clauses?))*"
)
NOTHING = re.compile(
    r"[-\u2013\u2014./*?_ ]*|n/?a\.?|n\.a\.|nil|none|tiada|tidak berkenaan|not applicable|tbc|tbd|null"
)
_TOKEN = re.compile(
    r"(?P<paren>[(\[]\s*(?P<inside>(?P<twin>[a-z])(?P=twin)?|[ivx]{1,5}|\d{1,2})\s*[)\]])"
    r"|(?P<half>(?<![\w.])(?P<letter>[a-z]|\d{1,2}|[ivx]{2,4})\)(?![\w]))"
    r"|(?P<ordinal>(?<![\w.])(?:ke-)?(?P<nth>\d{1,2})(?:st|nd|rd|th)(?!\w)|ke-(?P<ke>\d{1,2})(?!\w))"
    r"|(?P<num>(?<!\w)[a-z]?\d{1,4}(?:\.\d{1,4})*(?:\.(?=[\s,;:)&-]|$))?(?P<tail>\.?[a-z](?!\w))?)(?![\w])"
    r"|(?P<glued>(?<!\w)(?P<gword>[a-z]{2,10})(?P<gnum>\d{1,4}(?:\.\d{1,4})*)(?!\w))"
    r"|(?P<word>[#§¶]|[^\W\d_]+(?:['._-][^\W\d_]+)*)"
    r"|(?P<range>\s*(?:-|\.\.\.)\s*)"
    r"|(?P<sep>[,;/&+\n:|>])"
    r"|(?P<junk>\S)"
)  # fmt: skip
_RESULTS = frozenset({"goal", "outcome", "output"})
_IN_TABLES = frozenset({*_RESULTS, "activity", "indicator"})
_RELATIVE = frozenset({"activity", "indicator", "para", "row"})
_AND = frozenset({"and", "dan", "serta", "or", "atau", "also", "plus"})
_TO = frozenset({"to", "hingga", "sehingga", "until", "through", "thru"})
_OF = frozenset({"of", "from"})
_SMALL = (
    "the in at on a an this that new di pada yang ini itu for to text teks draft draf document dokumen see lihat re"
    " regarding ref reference rujukan number numbers nombor"
)
_SKIP = frozenset(_SMALL.split())


@dataclass(frozen=True, slots=True)
class Selector:
    """One step of a pointer: a kind of place with its number (`upto` for a range), or its place in order."""

    kind: str
    value: str = ""
    upto: str = ""
    nth: int = 0
    plural: bool = False

    @property
    def rank(self) -> int:
        return RANK[self.kind]

    @property
    def anchored(self) -> bool:
        """Whether the step can stand alone: it names a place of the whole draft."""
        return self.rank <= 45 or "." in self.value


@dataclass(slots=True)
class Pointer:
    """One place pointed to: its selectors as written, the words that were none, and whether a page was named."""

    selectors: list[Selector] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    paged: bool = False
    odd: bool = False


@dataclass(slots=True)
class _Token:
    sort: str
    value: str = ""
    nth: int = 0


def plain(written: str) -> str:
    """Fold a reference for reading: signs alike, small letters, spaces single, zero-width signs gone."""
    text = fold(written).lower()
    return re.sub(r"[^\S\n]+", " ", text).strip(" '\n\t")


def parse(written: str) -> list[Pointer]:
    """Cut a reference into the places it points to; selectors of one place stand in one pointer."""
    text = plain(written)
    if re.fullmatch(r"\d+(?:\. ?\d+)+\.?", text):
        text = text.replace(" ", "")  # "1. 3. 3"
    for pattern, words in _PHRASE:
        text = pattern.sub(words, text)
    return _Grouping(_tokens(text)).pointers()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(text):
        if match["paren"] or match["half"]:
            found.append(_Token("item", (match["inside"] or match["letter"])))
        elif match["ordinal"]:
            found.append(_Token("ordinal", nth=int(match["nth"] or match["ke"])))
        elif match["num"]:
            tail = match["tail"] or ""
            number = match["num"].removesuffix(tail) if tail else match["num"]
            found.append(_Token("num", number.rstrip(".")))
            if tail:
                found.append(_Token("item", tail.strip(".")))
        elif match["glued"]:
            found += [*_word(match["gword"]), _Token("num", match["gnum"])]
        elif match["word"]:
            found += _word(match["word"])
        elif match["range"]:
            found.append(_Token("range"))
        elif match["sep"]:
            found.append(_Token("sep", match["sep"]))
        else:
            found.append(_Token("junk", match["junk"]))
    return found


def _word(word: str) -> list[_Token]:
    for sort, words in (("and", _AND), ("range", _TO), ("of", _OF)):
        if word in words:
            return [_Token(sort, word)]
    if word in KIND_OF:
        return [_Token("kind", word)]
    if word in _ORDINALS:
        return [_Token("ordinal", word, _ORDINALS[word])]
    if word == "overallgoal":
        return [_Token("overall")]
    return [_Token("word", word)]


class _Grouping:
    """Turns tokens into selectors, and selectors into pointers."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.done: list[Pointer] = []
        self.now = Pointer()
        self.link = ""
        self.run: list[str] = []
        self.nth = 0

    def pointers(self) -> list[Pointer]:
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            self.take(token)
        self.close_run()
        if self.now.selectors or self.now.words or self.now.paged:
            self.done.append(self.now)
        return self.done

    def take(self, token: _Token) -> None:
        if token.sort == "kind":
            self.close_run()
            self.kind(token.value)
        elif token.sort == "overall":
            self.close_run()
            self.add(Selector("goal", "overall"))
        elif token.sort in {"num", "item"}:
            self.close_run()
            self.bare(token)
        elif token.sort == "ordinal":
            self.close_run()
            self.nth = token.nth
        elif token.sort in {"sep", "and", "of", "range"}:
            if token.sort in {"and", "of"} and self.run:
                self.run.append(token.value)  # part of a name: "Monitoring and Evaluation"
                return
            self.close_run()
            self.link = token.value if token.sort == "sep" else token.sort
        elif token.sort == "junk":
            self.now.odd = self.now.odd or token.value not in "\"'().[]*!?"
        elif len(token.value) == 1 and token.value.isalpha() and not self.run and self.now.selectors:
            self.bare(_Token("item", token.value))
        else:
            self.run.append(token.value)

    def peek(self, ahead: int = 0) -> _Token:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else _Token("end")

    def kind(self, word: str) -> None:
        kind = KIND_OF[word]
        nth, self.nth = self.nth, 0
        value = ""
        if not nth:
            value, nth = self.counted(kind)
        if word == "baris" and (
            "." in value or any(one.kind in {"annex", "table"} for one in self.now.selectors)
        ):
            kind = "row"
        if kind in {"page", "within"}:
            self.aside(kind, value, nth)
        elif not value and not nth:
            self.run.append(word)  # a word of a name, or of a sentence
        else:
            if value.isalpha() and kind in {"section", "para"}:
                kind = "item"  # "sub-paragraph (b)", "Perkara (b)"
            elif word in {"no", "nombor"}:
                kind = "number"
            elif kind == "para" and "." in value:
                kind = "section"
            self.add(Selector(kind, value, self.upto(kind) if value else "", nth, word in _PLURAL))

    def counted(self, kind: str) -> tuple[str, int]:
        """Read what follows a kind: its number or letter, or its place in order ("aktiviti kedua")."""
        while self.peek().sort == "junk" or (self.peek().sort == "word" and self.peek().value in _SKIP):
            if self.spelled(self.peek().value, kind):
                break
            self.at += 1
        if self.peek().sort == "kind" and KIND_OF[self.peek().value] == "item" and self.peek(1).sort == "num":
            self.at += 1  # "section no 4", "clause # 4"
        following = self.peek()
        if following.sort in {"num", "item"}:
            self.at += 1
            return following.value, 0
        if following.sort == "ordinal" and following.value != "last":
            self.at += 1
            return "", following.nth
        if following.sort == "word" and (one := self.spelled(following.value, kind)):
            self.at += 1
            return one, 0
        return "", 0

    def aside(self, kind: str, value: str, nth: int) -> None:
        """Pages, lines and sentences: a draft has none, or they are inside a clause."""
        self.now.paged = self.now.paged or (kind == "page" and bool(value or nth))
        if not value:
            return
        self.upto(kind)
        while (
            self.peek().sort in {"sep", "and"}
            and self.peek(1).sort == "num"
            and "." not in self.peek(1).value
        ):
            self.at += 2

    def spelled(self, word: str, kind: str) -> str:
        if word in _CARDINALS:
            return str(_CARDINALS[word])
        if kind in {"activity", "item", "para", "section"} and re.fullmatch(r"[a-z]", word):
            return word
        if kind in {"annex", "appendix", "chapter", "goal"} and re.fullmatch(r"[a-h]|[ivx]{1,5}", word):
            return word
        return ""

    def upto(self, kind: str) -> str:
        """Read the end of a range, where one follows: "2.1-2.3", "section 4.1 to section 4.3", "(a)-(c)"."""
        if self.peek().sort != "range":
            return ""
        ahead = 1
        if self.peek(1).sort == "kind" and KIND_OF[self.peek(1).value] == kind:
            ahead = 2
        end = self.peek(ahead)
        if end.sort not in {"num", "item"}:
            return ""
        self.at += ahead + 1
        return end.value

    def bare(self, token: _Token) -> None:
        """A number or a letter without a word: of the kind just spoken of, or a step below it."""
        self.nth = 0
        if token.sort == "item":
            last = self.now.selectors[-1].kind if self.now.selectors else ""
            kind = "subitem" if last in {"item", "subitem"} and not self.link else "item"
            if last == "subitem" and self.link:
                kind = "subitem"
            self.add(Selector(kind, token.value, self.upto("item")))
            return
        last_one = next((one for one in reversed(self.now.selectors) if one.value), None)
        kind = "number"
        if last_one is not None:
            deeper = token.value.startswith(f"{last_one.value}.")
            dotted = "." in token.value
            same = last_one.kind not in {"item", "subitem", "name"} and dotted == ("." in last_one.value)
            listed = self.link in {",", ";", "and", "&", "+", "/", "\n"}
            if last_one.kind in {"section", "number"} or (listed and same and last_one.kind != "goal"):
                kind = last_one.kind
            elif last_one.kind == "chapter":
                kind = "section" if dotted or deeper else "chapter"
        if self.now.selectors and not self.link and self.now.selectors[-1].kind == "item":
            kind = "subitem"
        self.add(Selector(kind, token.value, self.upto(kind)))

    def close_run(self) -> None:
        words = [word for word in self.run if word not in _SKIP]
        while words and words[-1] in {"and", "of", "dan", "or"}:
            self.link = "and" if words.pop() != "of" else "of"
        self.run = []
        if words:
            self.now.words.append(" ".join(words))

    def add(self, one: Selector) -> None:
        link, self.link = self.link, ""
        have = self.now.selectors
        if not have:
            have.append(one)
            return
        ranks = [known.rank for known in have]
        narrows = one.rank > max(ranks)
        reversed_order = one.rank < min(ranks) and (
            link == "of" or not any(known.anchored for known in have) or (link == "" and one.rank < 20)
        )
        last = have[-1]
        # "Indicator 1 of SG2, Annex 2": an annex named last holds what was named before.
        reversed_order = reversed_order or (
            one.kind in {"annex", "appendix"}
            and link != "and"
            and {known.kind for known in have} <= _IN_TABLES
        )
        if narrows and link and one.kind in _RELATIVE and self.done and self._last_kind() == last.kind:
            self.now.odd = True  # "Outcomes 2.1 and 2.2, activity 1": of the second, or of both?
        chain = (
            one.kind in {"section", "number"}
            and last.kind in {"section", "number"}
            and one.rank == last.rank
            and link in {"", ">", "of"}
            and not last.plural
        )
        within = link == "of" and one.rank != last.rank
        apart = one.kind in _RESULTS and any(known.kind in {"section", "number"} for known in have)
        apart = apart or (link == "and" and one.kind in {"table", "figure"})
        apart = apart or (link in {";", "\n"} and one.anchored and any(known.rank >= 15 for known in have))
        if (narrows or reversed_order or chain or within) and not apart:
            have.append(one)
            return
        kept = [known for known in have if known.rank < one.rank]
        if one.kind in _RESULTS:
            kept = [known for known in kept if known.kind in {"annex", "appendix", *_RESULTS}]
        elif apart:
            kept = []
        self.done.append(self.now)
        self.now = Pointer([*kept, one], [], self.now.paged)
        if one.plural is False and last.plural:
            self.now.selectors[-1] = replace(one, plural=True)

    def _last_kind(self) -> str:
        before = self.done[-1].selectors
        return before[-1].kind if before else ""
