"""Numbers that people typed at the start of a paragraph, told from years, sums and amounts."""

import re
from dataclasses import dataclass
from typing import Literal

from app.text.numerals import from_roman

Place = Literal["heading", "body", "cell", "caption"]

#: Words that stand before a number and make it a label, in English, Malay and some neighbours.
SECTION_WORDS = (
    "annex|annexe|appendix|attachment|schedule|chapter|part|section|article|clause|paragraph|rule|title|division"
    "|lampiran|apendiks|bab|bahagian|seksyen|artikel|perkara|fasal|pasal|perenggan|jadual|bagian"
    "|annexe|chapitre|capítulo|capitulo|artículo|articulo|anexo|kapitel|anhang|artikkel|art\\.|sec\\.|§"
)
CAPTION_WORDS = (
    "table|figure|fig\\.|box|chart|graph|map|diagram|photo|plate|equation"
    "|jadual|rajah|gambar rajah|kotak|carta|peta|gambar|grafik|tabel|abbildung|tabelle|tableau|tabla|figura"
)
RESULT_WORDS = (
    "strategic goal|strategic objective|goal|objective|outcome|output|activity|action|indicator|target|pillar"
    "|strategy|matlamat strategik|matlamat|objektif|hasil|keberhasilan|output|aktiviti|tindakan|petunjuk"
    "|indikator|sasaran|teras|strategi|recommendation|principle|question|step|syor|prinsip|soalan|langkah"
)
_VALUE = r"(?:\d{1,3}(?:[.\-]\d{1,3})*[a-z]?|[ivxlcdm]{1,7}|[a-z](?:[.\-]?\d{1,3})*)"
_WORD = re.compile(
    rf"(?P<word>{SECTION_WORDS}|{CAPTION_WORDS}|{RESULT_WORDS})[ \u00a0]*(?P<value>{_VALUE})"
    r"(?P<mark>\s?[:.)]|(?=\s*[\u2013\u2014\u2212-])|(?=\t)|(?=\s))(?P<gap>\s*(?:[\u2013\u2014\u2212-]\s*)?)",
    re.IGNORECASE,
)
_SECTION = re.compile(rf"(?:{SECTION_WORDS})$", re.IGNORECASE)
_CAPTION = re.compile(rf"(?:{CAPTION_WORDS})$", re.IGNORECASE)

_DECIMAL = re.compile(
    r"(?P<open>[(\[]?)(?P<value>[A-Z]?\d{1,3}(?:\.\d{1,3})*(?:\.?[a-z](?![a-z]))?|[A-Z](?:\.\d{1,3})+)"
    r"(?P<mark>-(?=\s)|[.)\]:]{0,2})(?P<gap>[\s\u00a0]*(?:[\u2013\u2014-](?=\s)\s*)?)"
)
_LETTER = re.compile(
    r"(?P<open>[(\[]?)(?P<value>[A-Za-z]{1,7}|[\u0621-\u064a\u05d0-\u05ea])(?P<mark>[.)\]])(?P<gap>[\s\u00a0]*)"
)
_MONTH = re.compile(
    r"(?:jan|feb|mar|mac|apr|may|mei|jun|jul|aug|ogos|sep|oct|okt|nov|dec|dis)[a-z]*\b", re.IGNORECASE
)
_UNIT = re.compile(
    r"(?:million|billion|thousand|per ?cent|percent|juta|bilion|ribu|peratus|years?|months?|days?|weeks?|hours?"
    r"|tahun|bulan|hari|minggu|jam|km|kg|ha|gb|mb|am|pm|a\.m\.|p\.m\.)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number as typed, what separated it from the words, and the words; the three make up the paragraph."""

    number: str
    separator: str
    text: str


def split_number(text: str, place: Place = "body", *, after: str = "") -> TypedNumber | None:
    """Take a typed number off the start of a paragraph, or give None where there is none.

    `after` is the number of the section that the paragraph stands in: "3.1 The Act" under "3." is a number
    even where the words around it leave a doubt.
    """
    found = _worded(text, place) or _decimal(text, place, after.strip(".:) ")) or _lettered(text, place)
    if found is None or not found.text.strip():
        return None
    return found


def _taken(text: str, match: re.Match[str]) -> TypedNumber:
    number = text[: match.end("mark")]
    return TypedNumber(number.strip(), text[len(number.rstrip()) : match.end()], text[match.end() :])


def _worded(text: str, place: Place) -> TypedNumber | None:
    match = _WORD.match(text)
    if match is None:
        return None
    value, mark, gap = match["value"], match["mark"].strip(), match["gap"]
    if value.isalpha() and value.islower() and from_roman(value) is None:
        return None
    if value.isalpha() and len(value) > 1 and from_roman(value) is None:
        return None
    marked = bool(mark) or gap.strip() != "" or "\t" in gap
    if not marked and place == "caption":
        marked = _CAPTION.match(match["word"]) is not None
    if not marked and place == "heading":
        rest = text[match.end() :]
        marked = _SECTION.match(match["word"]) is not None and rest[:1].isupper()
    if mark == "." and text[match.end("mark") : match.end("mark") + 1].isdigit():
        return None
    return _taken(text, match) if marked else None


def _decimal(text: str, place: Place, after: str) -> TypedNumber | None:
    match = _DECIMAL.match(text)
    if match is None:
        return None
    value, mark, gap = match["value"], match["mark"], match["gap"]
    if bool(match["open"]) != (mark[:1] in {")", "]"} and bool(match["open"])):
        return None
    if mark and mark[0] == ":" and place != "heading":
        return None
    rest = text[match.end() :]
    parts = value.split(".")
    if not rest or any(len(part) > 1 and part.startswith("0") for part in parts[1:] if part.isdigit()):
        return None
    if _MONTH.match(rest) and len(parts) == 1:
        return None
    return _taken(text, match) if _sure_decimal(parts, mark, gap, rest, place, after) else None


def _sure_decimal(parts: list[str], mark: str, gap: str, rest: str, place: Place, after: str) -> bool:  # noqa: PLR0911 (a decision table, a line each)
    if "\t" in gap:
        return not (place == "cell" and not mark and len(parts) == 1)
    wordy = rest[0].isalpha() or rest[0] in "\"'“‘«([[«<"
    if not gap:
        closed = bool(mark) and (mark[-1] in ")]" or len(parts) > 1 or rest[0].isupper())
        return wordy and closed and not rest[0].islower() and place != "cell"
    if mark:
        return not (rest[0].isdigit() and len(parts) == 1 and mark == "." and place == "cell")
    if not wordy or _UNIT.match(rest):
        return False
    if gap.strip():
        return place == "heading" or len(parts) > 1
    if place in {"heading", "caption"}:
        return len(parts) > 1 or not rest[0].islower()
    if len(parts) == 1:
        return len(gap) > 1 and not rest[0].islower()
    begins = after and ".".join(parts).startswith(f"{after}.")
    return bool(begins) or (
        not rest[0].islower() and (len(parts) > 2 or int(parts[0]) < 40 if parts[0].isdigit() else True)
    )


def _lettered(text: str, place: Place) -> TypedNumber | None:
    match = _LETTER.match(text)
    if match is None:
        return None
    value, mark, gap = match["value"], match["mark"], match["gap"]
    rest = text[match.end() :]
    if not rest or not _is_letter_number(value):
        return None
    bracketed = mark in {")", "]"}
    if match["open"] and not bracketed:
        return None
    if value.lower() == "c" and match["open"] and re.match(r"\d{4}", rest):
        return None
    if bracketed:
        sure = bool(gap) or not rest[0].islower()
    elif not gap or rest[0].isdigit():
        sure = False
    else:
        sure = value.islower() or place == "heading" or "\t" in gap or len(gap) > 1 or not value.isascii()
    return _taken(text, match) if sure else None


def _is_letter_number(value: str) -> bool:
    if len(value) == 1 or (len(value) == 2 and value[0] == value[1]):
        return True
    same_case = value.islower() or value.isupper()
    return same_case and from_roman(value) is not None
