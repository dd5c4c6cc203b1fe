"""Whether a comment makes more than one point."""

import re
from itertools import pairwise

_MARK = re.compile(
    r"(?:(?<=^)|(?<=\n)|(?<=[\s;:,.]))[ \t]*"
    r"(?:\((?P<round>[a-h]|[ivx]{1,4}|\d{1,2})\)|(?P<plain>\d{1,2}|[a-h])[.)](?=\s))(?=\s*\S)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:(?<=^)|(?<=\n))[ \t]*[-•*–·▪][ \t]+(?=\S)")
_TURN = re.compile(
    r"(?:(?<=\n)|(?<=[.!?]\s))[ \t]*"
    r"(?:also|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|finally|lastly|in addition|additionally|furthermore|"
    r"moreover|another (?:point|comment|issue)|separately|"
    r"selain itu|di samping itu|kedua|ketiga|keempat|akhir sekali|seterusnya|tambahan pula|perkara lain)"
    r"(?:\s*,|\s*:|\s+-)\s*(?=\S)",
    re.IGNORECASE,
)
_LEAST = 12
"""Letters under which a part says no point of its own."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


def points(text: str) -> list[str]:
    """Suggest how a comment falls into points; joined, the parts are the text.

    A list counted from one, (a) and so on, bullets, or paragraphs and sentences that turn to another
    thing ("Also, …", "Kedua, …"). Where unsure, one part. What stands before a list stays with its first entry.
    """
    for starts in (_counted(text), _bullets(text), [found.start() for found in _TURN.finditer(text)]):
        parts = _cut(text, starts)
        if len(parts) > 1:
            return parts
    return [text]


def _counted(text: str) -> list[int]:
    """Give where the entries of a list begin, if its marks count 1, 2, 3 in one style; the first included."""
    marks = list(_MARK.finditer(text))
    best: list[int] = []
    for first, mark in enumerate(marks):
        style, value = _read(mark)
        if value != 1:
            continue
        run = [mark.start()]
        for other in marks[first + 1 :]:
            if _read(other, style) == (style, len(run) + 1):
                run.append(other.start())
        best = max(best, run, key=len)
    if len(best) < 2 or any(_says_little(text[start:end]) for start, end in pairwise([*best, len(text)])):
        return []
    between_lines = all("\n" in text[start:end] for start, end in pairwise(best))
    ends_sentences = all(
        text[start:end].rstrip()[-1:] in ".;,?!" or _joined(text[start:end]) for start, end in pairwise(best)
    )
    return best[1:] if between_lines or ends_sentences else []


def _joined(part: str) -> bool:
    return bool(re.search(r"[.;,?!]?\s*\b(?:and|or|dan|atau|serta)\s*$", part, re.IGNORECASE))


def _read(mark: re.Match[str], like: str = "") -> tuple[str, int]:
    """Give a mark's style and count; an "i" is a letter or a numeral as the list it stands in has it."""
    shape = "round" if mark["round"] else "plain"
    sign = (mark["round"] or mark["plain"]).casefold()
    if sign.isdigit():
        return f"{shape} 1", int(sign)
    if sign in _ROMAN and (like.endswith(" i") or not like):
        return f"{shape} i", _ROMAN[sign]
    if len(sign) == 1:
        return f"{shape} a", ord(sign) - ord("a") + 1
    return f"{shape} i", _ROMAN.get(sign, 0)


def _bullets(text: str) -> list[int]:
    starts = [found.start() for found in _BULLET.finditer(text)]
    return starts[1:]


def _cut(text: str, starts: list[int]) -> list[str]:
    """Cut a text where told; one part again if any would say too little."""
    edges = [0, *starts, len(text)]
    parts = [text[start:end] for start, end in pairwise(edges)]
    return [text] if any(map(_says_little, parts)) else parts


def _says_little(part: str) -> bool:
    return sum(map(str.isalpha, part)) < _LEAST
