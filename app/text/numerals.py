"""Numbers as word processors print them: letters, Roman, ordinals and other scripts."""

from collections.abc import Callable

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ARABIC_ALPHA = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ARABIC_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_HEBREW = "אבגדהוזחטיכלמנסעפצקרשת"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_CHICAGO = "*†‡§"
_CHINESE = "〇一二三四五六七八九"


def roman(value: int) -> str:
    """Write 1 to 3999 in lower-case Roman numerals; anything else in digits."""
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for size, letters in _ROMAN:
        while value >= size:
            written += letters
            value -= size
    return written


def from_roman(letters: str) -> int | None:
    """Read Roman numerals of either case; None unless they are written as `roman` writes them."""
    value = 0
    rest = letters.lower()
    for size, sign in _ROMAN:
        while rest.startswith(sign):
            value += size
            rest = rest[len(sign) :]
    return value if value and not rest and roman(value) == letters.lower() else None


def letters_of(value: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """Write 1 as a, 26 as z, 27 as aa, 28 as bb: Word repeats the letter."""
    if value < 1:
        return str(value)
    times, index = divmod(value - 1, len(alphabet))
    return alphabet[index] * min(times + 1, 30)


def cardinal(value: int) -> str:
    """Write 0 to 999 in English words; larger numbers in digits."""
    if not 0 <= value < 1000:
        return str(value)
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    return f"{_ONES[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """Write 1st, 2nd, 3rd, 11th."""
    if value % 100 in {11, 12, 13}:
        return f"{value}th"
    return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th') }"


def _ordinal_words(value: int) -> str:
    words = cardinal(value)
    if words.isdigit():
        return ordinal(value)
    head, cut, last = words.rpartition("-") if "-" in words else words.rpartition(" ")
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head}{cut}{last}"


def _digits(zero: str) -> Callable[[int], str]:
    return lambda value: "".join(chr(ord(zero) + int(digit)) for digit in str(max(value, 0)))


def _enclosed(first: int, last: int) -> Callable[[int], str]:
    return lambda value: chr(first + value - 1) if 0 < value <= last else str(value)


def _chinese(value: int) -> str:
    if not 0 < value < 100:
        return "".join(_CHINESE[int(digit)] for digit in str(max(value, 0)))
    tens, ones = divmod(value, 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return lead + (_CHINESE[ones] if ones else "")


#: ECMA-376 part 1, 17.18.59 (ST_NumberFormat): how each format writes a value.
FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02d}",
    "upperRoman": lambda value: roman(value).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda value: letters_of(value).upper(),
    "lowerLetter": letters_of,
    "ordinal": ordinal,
    "cardinalText": lambda value: cardinal(value).capitalize(),
    "ordinalText": lambda value: _ordinal_words(value).capitalize(),
    "hex": lambda value: f"{value:X}",
    "chicago": lambda value: letters_of(value, _CHICAGO),
    "numberInDash": lambda value: f"- {value} -",
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "decimalEnclosedCircle": _enclosed(0x2460, 20),
    "decimalFullWidth": _digits("０"),
    "decimalHalfWidth": str,
    "arabicAlpha": lambda value: letters_of(value, _ARABIC_ALPHA),
    "arabicAbjad": lambda value: letters_of(value, _ARABIC_ABJAD),
    "hebrew1": lambda value: letters_of(value, _HEBREW),
    "hebrew2": lambda value: letters_of(value, _HEBREW),
    "russianLower": lambda value: letters_of(value, _RUSSIAN),
    "russianUpper": lambda value: letters_of(value, _RUSSIAN).upper(),
    "thaiNumbers": _digits("๐"),
    "hindiNumbers": _digits("०"),
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "ideographDigital": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "none": lambda _: "",
    "bullet": lambda _: "",
}


def written(value: int, number_format: str) -> str:
    """Write a value as the format prints it; an unknown format prints digits."""
    return FORMATS.get(number_format, str)(value)
