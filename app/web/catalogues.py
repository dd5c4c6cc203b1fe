"""What the code and the templates say, and what the catalogues lack.

`python -m app.web.catalogues missing [WORD]` prints the missing sentences of files whose path holds WORD
as entries ready to be filled; `unused` prints those that nobody says any more.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from app import errors
from app.web.language import LOCALES

APP = LOCALES.parent

#: Calls whose first argument is a sentence for a person; `ngettext` has two.
KEYWORDS = {"_", "gettext", "ngettext", "N_"} | {
    name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, errors.Problem)
}
PLACE = re.compile(r"%\((\w+)\)[sd]")

Key = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or its forms for one and for many, and where it stands."""

    key: Key
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A catalogue's entry; `words` are the forms in its language."""

    key: Key
    words: tuple[str, ...]
    fuzzy: bool
    path: str
    line: int


def places(words: str) -> frozenset[str]:
    """The names of a sentence's `%(name)s` and `%(name)d` places."""
    return frozenset(PLACE.findall(words))


def said_in_python(file: Path) -> Iterator[Said]:
    """The sentences of a module: literal first arguments of the calls above."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        wanted = 2 if name == "ngettext" else 1
        words = [
            argument.value
            for argument in node.args[:wanted]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value
        ]
        if name in KEYWORDS and len(words) == wanted:
            yield Said(words[0] if wanted == 1 else tuple(words), str(file), node.lineno)
        elif name == "of_number" and len(node.args) > 2:
            forms = [argument.value for argument in node.args[1:3] if isinstance(argument, ast.Constant)]
            if len(forms) == 2:
                yield Said(tuple(map(str, forms)), str(file), node.lineno)


def said_in_template(file: Path) -> Iterator[Said]:
    """The sentences of a template."""
    environment = Environment(  # noqa: S701 (reads the words, makes no page)
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    for line, function, words in extract_from_ast(
        environment.parse(file.read_text("utf-8")), sorted(KEYWORDS)
    ):
        forms = (words,) if isinstance(words, str) else words or ()
        literal = [form for form in forms if form is not None]
        if function == "ngettext":
            if len(literal) >= 2:
                yield Said(tuple(literal[:2]), str(file), line)
        elif literal:
            yield Said(literal[0], str(file), line)


def said(word: str = "") -> list[Said]:
    """Everything the product says, in the order of files and lines; or only files whose path holds `word`."""
    found: list[Said] = []
    for file in sorted(APP.rglob("*.py")):
        if word in str(file):
            found.extend(said_in_python(file))
    for file in sorted((APP / "templates").rglob("*.*")):
        if word in str(file):
            found.extend(said_in_template(file))
    return found


def entries(language: str) -> list[Entry]:
    """Every entry of a language's catalogues."""
    found = []
    for file in sorted((LOCALES / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if message.id:
                    key = message.id if isinstance(message.id, str) else tuple(message.id)
                    words = (
                        (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                    )
                    found.append(Entry(key, words, message.fuzzy, str(file), message.lineno or 0))
    return found


def missing(language: str, word: str = "") -> list[Said]:
    """What is said and has no words in `language`, each once."""
    known = {entry.key for entry in entries(language) if all(entry.words) and not entry.fuzzy}
    # A sentence that stands alone and in a plural is one sentence to the reader of either.
    known |= {form for key in known if isinstance(key, tuple) for form in key}
    found: dict[Key, Said] = {}
    for one in said(word):
        if one.key not in known:
            found.setdefault(one.key, one)
    return list(found.values())


def unused(language: str) -> list[Entry]:
    """Entries that nobody says any more."""
    living: set[str] = set()
    for one in said():
        living |= {one.key} if isinstance(one.key, str) else set(one.key)
    return [
        entry
        for entry in entries(language)
        if not living & ({entry.key} if isinstance(entry.key, str) else set(entry.key))
    ]


def quoted(words: str) -> str:
    """A string as a catalogue writes it."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def as_entry(one: Said) -> str:
    """An entry to be filled."""
    head = f"#: {Path(one.path).relative_to(APP.parent)}:{one.line}\n"
    if isinstance(one.key, str):
        return f'{head}msgid {quoted(one.key)}\nmsgstr ""\n'
    first, many = one.key[0], one.key[1]
    return f'{head}msgid {quoted(first)}\nmsgid_plural {quoted(many)}\nmsgstr[0] ""\n'


def main(arguments: list[str]) -> int:
    what, word = [*arguments, *("missing", "")[len(arguments) :]][:2]
    if what == "unused":
        for entry in unused("ms"):
            print(f"{Path(entry.path).name}:{entry.line}: {entry.key}")  # noqa: T201 (a command)
        return 0
    for one in missing("ms", word):
        print(as_entry(one))  # noqa: T201 (a command)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
