"""The demo consultation, read from the JSON beside this file and checked."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from app.demo.faults import faults
from app.demo.shapes import DemoContent

HERE = Path(__file__).parent


def load(folder: Path = HERE) -> DemoContent:
    """The demo's content; ValueError names everything in it that does not hold together."""
    draft1 = _read(folder, "plan_draft1")
    content = TypeAdapter(DemoContent).validate_python(
        {
            "title": draft1.pop("title"),
            "about": draft1.pop("about"),
            "draft0": _read(folder, "plan_draft0"),
            "draft1": draft1,
            "comments": [c for n in (1, 2) for c in _read(folder, f"comments_round{n}")["comments"]],
            "resolving": {n: _read(folder, f"answers_round{n}") for n in (1, 2)},
            **_read(folder, "people"),
            **_read(folder, "stances"),
            **_read(folder, "roadmap"),
        }
    )
    wrong = list(faults(content))
    if wrong:
        raise ValueError("\n".join(wrong))
    return content


def _read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return found
