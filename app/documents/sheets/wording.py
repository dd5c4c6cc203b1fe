"""What people write in a sheet's small cells: the type of a comment, whose side they are on, that there is none."""

import re

from app.text.folding import fold

_TYPES = {
    "ge": "ge|g|gen|general|umum|am|question|soalan|query|general comment",
    "te": "te|t|tech|technical|teknikal|substantive|substantif|legal|legal or standards alignment"
    "|standards alignment"
    "|perundangan|undang-undang|institutional role|peranan|indicator|indicator or target|petunjuk|target"
    "|sasaran"
    "|timeline|tempoh|garis masa|resources|sumber|major|content|kandungan",
    "ed": "ed|e|edit|editorial|suntingan|penyuntingan|editing|typo|language|bahasa|translation"
    "|terjemahan|grammar|minor",
}
_TYPE = {word: type_ for type_, words in _TYPES.items() for word in words.split("|")}
_SIDES = {
    "government": "g|gov|govt|government|governments|ministry|agency|public sector|kerajaan|sektor awam"
    "|agensi kerajaan",
    "employers": "e|employer|employers|employers' organisation|business|industry|private sector|majikan"
    "|pertubuhan majikan"
    "|sektor swasta|industri",
    "workers": "w|worker|workers|workers' organisation|trade union|trade unions|union|labour|pekerja"
    "|kesatuan sekerja"
    "|pertubuhan pekerja|kesatuan",
    "civil society": "c|cs|cso|csos|civil society|civil-society|ngo|ngos|masyarakat sivil"
    "|pertubuhan masyarakat sivil"
    "|pertubuhan bukan kerajaan|civil society organisation|civil society organisations",
    "observer": "o|observer|observers|pemerhati|technical partner|international organisation",
    "academia": "academia|academic|academics|akademia|ahli akademik|university|universities|universiti"
    "|research",
}
_SIDE = {word: side for side, words in _SIDES.items() for word in words.split("|")}
_NO_COMMENT = re.compile(
    r"[-\u2013\u2014.]+|n/?a\.?|nil|none|(?:we have )?no (?:further )?comments?\.?"
    r"|tiada(?: ulasan| komen)?\.?|tidak berkenaan"
)
DITTO = re.compile(
    r"[\"']{1,2}|[-\u2013\u2014 ]*(?:do|ditto|idem|ibid|same|same as above|as above|sda|seperti di atas|sama)"
    r"[-\u2013\u2014. ]*"
)
CLOSING = re.compile(
    r"(?:end of|tamat|akhir)\b.*|(?:prepared|compiled|submitted|disediakan|dihantar) (?:by|oleh)\b.*"
    r"|(?:note|nota|legend"
    r"|petunjuk|key)s? ?:.*|\*.*|ge ?= ?.*|type of comment ?:.*|page \d+( of \d+)?|muka surat \d+|total\b.*|jumlah\b.*"
    r"|please .{0,200}|sila .{0,200}|(?:example|contoh)\b.{0,80}",
    re.DOTALL,
)
EXAMPLE = re.compile(r"(?:e\.?g\.?|example|contoh|sample)\b.*")


def type_of(written: str) -> str | None:
    """Give ISO's ge, te or ed; None where the word says none of them."""
    words = fold(written).lower().strip(" .()[]:")
    if words in _TYPE:
        return _TYPE[words]
    parts = (part.strip() for part in re.split(r"[^\w' -]+|\s-\s", words))
    found = {_TYPE[part] for part in parts if part in _TYPE}
    return found.pop() if len(found) == 1 else None


def side_of(written: str) -> str | None:
    """Give a constituency's name in small English letters; another word as it is written, nothing for nothing."""
    words = fold(written).lower().strip(" .()")
    return _SIDE.get(words, words or None)


def says_nothing(text: str) -> bool:
    """Whether the words of a comment say that there is none."""
    return not text or (len(text) < 80 and _NO_COMMENT.fullmatch(fold(text).lower().strip()) is not None)
