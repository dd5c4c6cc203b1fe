"""The pages of docs/ that are printed from the code, so that they cannot say what is not so."""

import enum
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.comments import rules as comments
from app.config import Settings
from app.matrix.rules import COLUMNS, OWNER_NAMES
from app.people.rules import ROLE_NAMES, Role
from app.plans import rules as plans
from app.policy import AUTHOR_ONLY, PHASE_ALLOWS, ROLE_MAY, May
from app.returns import rules as returns
from app.rounds import rules as rounds

PRINTED = "<!-- Printed from the code by `runding docs`; change the code, not this page. -->"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A Markdown table."""
    heads = list(heads)
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def permissions() -> Iterator[str]:
    """Who may do what, by role and by phase."""
    yield "# Who may do what"
    yield ""
    yield PRINTED
    yield ""
    yield "Each right, by role. What only an author does, an author does to their own comment alone."
    yield ""
    yield from table(
        ["", *(ROLE_NAMES[role] for role in Role)],
        (
            [
                what.value + (" *" if what in AUTHOR_ONLY else ""),
                *("yes" if what in ROLE_MAY[role] else "" for role in Role),
            ]
            for what in May
        ),
    )
    yield ""
    yield "\\* the author alone."
    yield ""
    yield "What belongs to a round is allowed in these of its phases:"
    yield ""
    yield from table(
        ["", *(rounds.PHASE_NAMES[phase] for phase in rounds.Phase)],
        (
            [what.value, *("yes" if what in PHASE_ALLOWS[phase] else "" for phase in rounds.Phase)]
            for what in May
            if any(what in allowed for allowed in PHASE_ALLOWS.values())
        ),
    )
    yield ""
    yield "## Whose comments one sees"
    yield ""
    yield from table(
        ["Role", "While the round isolates", "sees", "names", "confidential", "withdrawn"],
        (
            [ROLE_NAMES[role], rounds.ISOLATION_NAMES[isolation], *_sight(role, isolation)]
            for role in Role
            for isolation in rounds.Isolation
        ),
    )
    yield ""
    yield "Once a round is closed, participants see everyone's. Everybody sees their own comments whole."
    yield ""
    yield "## What a comment shows of its author to others"
    yield ""
    yield from table(
        ["Attribution", *(part.value for part in comments.Shown)],
        (
            [comments.ATTRIBUTION_NAMES[a], *("yes" if part in parts else "" for part in comments.Shown)]
            for a, parts in comments.SHOWS.items()
        ),
    )


def _sight(role: Role, isolation: rounds.Isolation) -> list[str]:
    sees = comments.sight(role, rounds.Phase.OPEN, isolation)
    return [
        sees.reach.value,
        *("yes" if on else "" for on in (sees.names, sees.confidential, sees.withdrawn)),
    ]


def lifecycles() -> Iterator[str]:
    """What becomes of drafts, rounds, comments and returned files, and by what."""
    yield "# Lifecycles"
    yield ""
    yield PRINTED
    moves: tuple[tuple[str, Mapping[Any, enum.StrEnum | None]], ...] = (
        ("A draft", plans.AFTER),
        ("A round", rounds.AFTER),
        ("A comment", comments.AFTER),
        ("A returned file", returns.AFTER),
    )
    for name, after in moves:
        yield ""
        yield f"## {name}"
        yield ""
        yield from table(["is", "then", "becomes"], _moves(after))


def _moves(after: Mapping[Any, enum.StrEnum | None]) -> Iterator[list[str]]:
    for (state, verb), to in after.items():
        yield [state.value, verb.value, to.value if to else "gone"]


def columns() -> Iterator[str]:
    """The columns of the comment matrix."""
    yield "# The comment matrix"
    yield ""
    yield PRINTED
    yield ""
    yield "Every export has these columns, in this order; programs know them by their key."
    yield ""
    yield from table(
        ["Column", "Key", "Owner", "Values"],
        (
            [
                c.title,
                f"`{c.key}`",
                OWNER_NAMES[c.owner],
                ", ".join(str(v) for v in c.names) if c.names else "",
            ]
            for c in COLUMNS
        ),
    )


def settings_table() -> Iterator[str]:
    """The environment's variables."""
    yield from table(
        ["Variable", "Default", "What it sets"],
        (
            [
                f"`RUNDING_{name.upper()}`",
                f"`{field.default}`" if field.default not in {"", None} else "",
                field.description or "",
            ]
            for name, field in Settings.model_fields.items()
        ),
    )


PAGES = {"permissions.md": permissions, "lifecycles.md": lifecycles, "matrix-columns.md": columns}


def pages() -> dict[str, str]:
    """Every printed page by its file name."""
    return {name: "\n".join(lines()) + "\n" for name, lines in PAGES.items()}


def with_settings(readme: str) -> str:
    """The README with its table of settings as the code has it."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + "\n".join(settings_table()) + "\n" + END + after


def write(folder: Path, readme: Path) -> list[Path]:
    """Print all pages into `folder`, and the settings into the README."""
    written = []
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    readme.write_text(with_settings(readme.read_text(encoding="utf-8")), encoding="utf-8")
    return [*written, readme]
