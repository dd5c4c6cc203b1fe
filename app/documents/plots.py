"""Plots of a report as SVG: horizontal bars in the colours and shapes of the four, each with its number in words.

A plot is drawn for paper or for a page: the palette says what each colour is called there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape

#: Colours on paper, as `static/runding.css` has them in the light.
PAPER = {
    "ink": "#0f2429",
    "faint": "#3e4f53",
    "line": "#7c898b",
    "G": "#2c5ca3",
    "E": "#884d10",
    "W": "#91366f",
    "C": "#086d5f",
    "O": "#536067",
}
#: On a page they follow the reader's light or dark.
PAGE = {name: f"var(--{name})" for name in ("G", "E", "W", "C", "O")} | {
    "ink": "var(--ink)",
    "faint": "var(--ink-2)",
    "line": "var(--line-2)",
}

#: In units of the drawing; `SAYS` is the room for what a bar says behind it.
WIDE, LABEL, SAYS, HIGH, GAP = 760, 130, 330, 16, 10
ROOM = WIDE - LABEL - SAYS


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its stretches as (length, colour by name, how full from 0 to 1), and what it says."""

    label: str
    parts: Sequence[tuple[float, str, float]]
    says: str


def bars(title: str, rows: Sequence[Bar], palette: Mapping[str, str], *, classes: bool = False) -> str:
    """Horizontal bars on one scale; `title` says in words what they show. `classes`: for a page, by stylesheet."""
    most = max((sum(part[0] for part in row.parts) for row in rows), default=0) or 1
    high = len(rows) * (HIGH + GAP) + GAP
    text = f'font-family="Inter RD, sans-serif" font-size="12" fill="{palette["ink"]}"'
    drawn: list[str] = []
    for n, row in enumerate(rows):
        top = GAP + n * (HIGH + GAP)
        drawn.append(
            f'<text x="{LABEL - 10}" y="{top + 12}" text-anchor="end" {text}>{escape(row.label)}</text>'
        )
        at = float(LABEL)
        for length, colour, full in row.parts:
            wide = length / most * ROOM
            if wide <= 0:
                continue
            fill = palette.get(colour, palette["faint"])
            drawn.append(
                f'<rect x="{at:.1f}" y="{top}" width="{wide:.1f}" height="{HIGH}" fill="{fill}"'
                f' fill-opacity="{full:g}" stroke="{fill}" stroke-width="1"/>'
            )
            at += wide
        drawn.append(f'<text x="{at + 6:.1f}" y="{top + 12}" {text}>{escape(row.says)}</text>')
    named = ' class="plot"' if classes else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}"{named} role="img"'
        f' aria-label="{escape(title)}"><line x1="{LABEL}" x2="{LABEL}" y1="2" y2="{high - 2}"'
        f' stroke="{palette["line"]}"/>{"".join(drawn)}</svg>'
    )
