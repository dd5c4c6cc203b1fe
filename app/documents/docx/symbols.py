"""Characters of the symbol fonts, which Word stores by their place in the font."""

_SYMBOL = {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x60: "‾",
    0xA2: "′", 0xA3: "≤", 0xA4: "⁄", 0xA5: "∞", 0xA7: "♣", 0xA8: "♦", 0xA9: "♥", 0xAA: "♠", 0xAB: "↔",
    0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×",
    0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕",
    0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD2: "®", 0xD3: "©", 0xD4: "™",
    0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDE: "⇒",
    0xE2: "®", 0xE3: "©", 0xE4: "™", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_GREEK = dict(zip(b"ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcyw",
                  "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψω", strict=True))  # fmt: skip
_WINGDINGS = {
    0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆",
    0x76: "❖", 0x77: "⬥", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip


def symbol(code: int, font: str) -> str:
    """Give the character that a symbol font shows at a place; F000 to F0FF are the same places."""
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    name = font.lower()
    if name == "symbol":
        return _SYMBOL.get(place) or _GREEK.get(place) or _plain(place)
    if name.startswith("wingdings"):
        return _WINGDINGS.get(place, "•")
    return _plain(place if place != code and place >= 0x20 else code)


def bullet(mark: str, font: str) -> str:
    """Give the sign that a bulleted level shows; nothing for a level whose sign is blank."""
    if not mark.strip():
        return ""
    if len(mark) == 1 and 0xF000 <= ord(mark) <= 0xF0FF:
        return symbol(ord(mark), font or "symbol")
    return "•" if mark == "o" and "courier" in font.lower() else mark


def _plain(code: int) -> str:
    try:
        sign = chr(code)
    except (ValueError, OverflowError):
        return ""
    return sign if sign.isprintable() else ""
