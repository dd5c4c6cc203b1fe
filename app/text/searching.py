"""The words a text is searched by, the same for every database.

What is stored and what is asked pass through the same functions, so a database needs no stemmer of its
own: SQLite's FTS5 and PostgreSQL's tsvector ('simple') both hold plain words of letters and digits.
"""

import re
from functools import lru_cache
from threading import Lock

import snowballstemmer

from app.text.folding import without_accents
from app.text.typed_language import language

__all__ = ["index_words", "language", "phrases", "query_terms"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_REFERENCE = re.compile(r"(?=[^\s]*\d)[^\W_]+(?:[.\-/][^\W_]+)+")
_PHRASE = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]")
_LONGEST = 60
_ENGLISH = snowballstemmer.stemmer("english")
_MALAY = snowballstemmer.stemmer("indonesian")
_STEMMING = Lock()


def index_words(text: str) -> str:
    """Give what is stored of a text for searching: its words in order, then their stems, once each.

    Words are casefolded and without accents; the raw words keep their order, so that phrases are found.
    A number with points or hyphens ("2.4", "R2-0147") is there in its parts and as one word.
    """
    raw = _raw(text)
    extra = dict.fromkeys(_references(text))
    for word in dict.fromkeys(raw):
        extra.update(dict.fromkeys(_stems(word)))
    seen = set(raw)
    return " ".join([*raw, *(word for word in extra if word not in seen)])


def query_terms(query: str) -> list[list[str]]:
    """Give for each typed word its alternatives, all words of letters and digits; a text must hold one of each.

    An alternative that ends in `*` stands for every word that begins so: a word typed with `*`, and the
    last one, which may still be being typed. Words in quotation marks are left to `phrases`.
    """
    left = _PHRASE.sub(" ", query)
    parts = left.split()
    terms: list[list[str]] = []
    for n, part in enumerate(parts):
        reference = _references(part)
        words = reference or _raw(part)
        for m, word in enumerate(words):
            is_last = m == len(words) - 1 and (
                part.endswith("*") or (n == len(parts) - 1 and left == left.rstrip())
            )
            alternatives = [word] if reference else [word, *_stems(word)]
            if is_last and len(word) > 1:
                alternatives = [f"{word}*", *alternatives[1:]]
            terms.append(list(dict.fromkeys(alternatives)))
    return terms


def phrases(query: str) -> list[list[str]]:
    """Give the phrases in quotation marks, each as its raw words, to be found side by side."""
    found = [_raw(match.group(1)) for match in _PHRASE.finditer(query)]
    return [words for words in found if words]


def _raw(text: str) -> list[str]:
    words: list[str] = []
    for found in _WORD.finditer(without_accents(text).casefold()):
        word = re.sub(r"['’]s?$|['’]", "", found.group().removesuffix("'s").removesuffix("’s"))
        if word:
            words.append(word[:_LONGEST])
    return words


def _references(text: str) -> list[str]:
    plain = without_accents(text).casefold()
    return [re.sub(r"[.\-/]", "p", found.group())[:_LONGEST] for found in _REFERENCE.finditer(plain)]


@lru_cache(maxsize=50_000)
def _stems(word: str) -> tuple[str, ...]:
    """Give the English and the Malay stem (snowball's Indonesian), where they differ from the word."""
    if len(word) < 4 or not word.isalpha():
        return ()
    with _STEMMING:  # a stemmer holds the word it works on
        stems = (_ENGLISH.stemWord(word), _MALAY.stemWord(word))
    return tuple(stem for stem in dict.fromkeys(stems) if stem and stem != word)
