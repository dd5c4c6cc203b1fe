"""What the head of a table's column says, in English and Malay: a result level, a number, a known matter."""

import re

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_BEFORE = (
    r"(?:(?:strategic|expected|key|main|priority|immediate|intermediate|proposed|planned|specific|overall"
    r"|national|programme|program|short[- ]term|long[- ]term|performance|results?|sub)[- ])*"
)
_AFTER = (
    r"(?: (?:strategik|utama|dijangka|jangka panjang|jangka pendek|yang dijangka|yang dicadangkan|prestasi"
    r"|statements?|descriptions?|areas?|no\.?|and targets?|dan sasaran|khusus|keseluruhan|pencapaian|cadangan))*"
)
_LEVELS = {
    "goal": r"goals?|objectives?|pillars?|thrusts?|matlamat|objektif|teras|tonggak|bidang strategik|strategic area",
    "outcome": r"outcomes?|hasil|keberhasilan|impak|impact",
    "output": r"outputs?|hasil keluaran|keluaran|deliverables?",
    "activity": r"activit(?:y|ies)|actions?|action points?|aktiviti|tindakan|pelan tindakan|langkah"
    r"|initiatives?|inisiatif|interventions?|intervensi|programmes?|measures?",
    "indicator": r"indicators?|petunjuk|indikator|kpis?|key performance indicators?",
}
_PATTERNS = [
    (level, re.compile(rf"{_BEFORE}(?:{words}){_AFTER}", re.IGNORECASE)) for level, words in _LEVELS.items()
]
_NUMBER = re.compile(
    r"(?:no|nos|num|number|bil|bilangan|nombor|s/n|sn|sl|item|item no|ref|ref no|#|№|id|rujukan)\.?:?",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(?:timeline|timeframe|time|year|date|target|deadline|responsib\w+|lead|agency|agencies|partner\w*"
    r"|stakeholders?|status|remarks?|notes?|comments?|budget|resources?|cost|source|baseline|frequency|means of"
    r"|verification|monitor\w*|description|definition|term|acronym|abbreviation|meaning|name|title|section|version"
    r"|role|member\w*|step|when|who|what|type|category|risk\w*|evidence"
    r"|tempoh|garis masa|tahun|tarikh|sasaran|agensi|peneraju|pihak|tanggungjawab|bertanggungjawab|catatan"
    r"|ulasan|bajet|peruntukan|kos|sumber|kekerapan|kaedah|pengesahan|pemantau\w*|keterangan|maksud|singkatan"
    r"|istilah|nama|tajuk|seksyen|peranan|ahli|langkah|bila|siapa|jenis|kategori|risiko)\b",
    re.IGNORECASE,
)


def level_of_column(heading: str) -> str:
    """Say which level a column holds (goal, outcome, output, activity, indicator), or nothing."""
    words = " ".join(_BRACKETS.sub(" ", heading).split()).strip(" :*")
    for level, pattern in reversed(_PATTERNS):
        if pattern.fullmatch(words):
            return level
    alternatives = [part.strip() for part in words.split("/")]
    if len(alternatives) > 1:
        levels = {level_of_column(part) for part in alternatives}
        if len(levels) == 1:
            return levels.pop()
    return ""


def numbers_column(heading: str) -> bool:
    """Say whether a column holds the entries' numbers."""
    return _NUMBER.fullmatch(" ".join(heading.split())) is not None


def known_heading(text: str) -> bool:
    """Say whether a cell reads like the head of a column."""
    words = " ".join(text.split())
    if not words or len(words) > 80:
        return False
    if level_of_column(words) or numbers_column(words):
        return True
    return len(words.split()) <= 7 and _KNOWN.search(words) is not None
