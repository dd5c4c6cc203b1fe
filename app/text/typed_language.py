"""Which of the two languages a comment is typed in."""

import re
from functools import lru_cache
from threading import Lock
from typing import Any, Literal

Language = Literal["en", "ms"]

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_MALAY = frozenset(
    re.findall(
        r"\w+",
        """
        yang dan dengan untuk bagi kepada daripada dari pada dalam oleh ini itu akan telah adalah ialah tidak tiada
        tak bukan boleh hendaklah perlu serta sebagai antara setiap para secara juga lain kerana supaya jika
        sekiranya apabila atau ke di kami kita saya mereka sudah belum masih lebih agar tetapi namun sahaja saja
        sila tambah gugurkan tukar ganti pinda gantikan setuju bantah sokong siapa apa bagaimana bila mana tempoh
        tahun bulan hari pekerja majikan kerajaan kementerian jabatan buruh paksa kesatuan sekerja undang latihan
        aduan mangsa pemantauan pelaksanaan cadangan perkara fasal perenggan bab seksyen lampiran jelas satu dua
        """,
    )
)
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """
        the of and to in is are was were be been for with that this these those from by on at as it its not no shall
        should must may will would can could or an if when which who whom what how why there their they we our you
        your he she his her has have had do does did than then also only into under over between within without
        please add delete replace insert support agree object clear year years month months day days worker workers
        employer employers ministry labour forced training complaints victims
        """,
    )
)
_LOADING = Lock()


def language(text: str, otherwise: Language = "en") -> Language:
    """Say whether a text is English or Malay; where nothing tells, `otherwise`: the language of the drafts.

    Small telling words decide where one side clearly has more; otherwise a classifier of byte n-grams
    (langid, limited to Malay, Indonesian and English) does, and only for text long enough to be sure.
    """
    words = _WORD.findall(text.casefold())
    malay = sum(word.split("-")[0] in _MALAY for word in words)
    english = sum(word in _ENGLISH for word in words)
    if malay != english and max(malay, english) >= 2 * min(malay, english):
        return "ms" if malay > english else "en"
    if len(words) < 4 or sum(map(len, words)) < 20:
        return "en" if english > malay else otherwise
    with _LOADING:
        sure = 1.0 - dict(_classifier().rank(text[:4_000]))["en"]
    return "ms" if sure >= (0.5 if malay > english else 0.95) else "en"


@lru_cache(maxsize=1)
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    classifier.set_languages(["ms", "id", "en"])
    return classifier
