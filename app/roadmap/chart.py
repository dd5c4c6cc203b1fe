"""The time line as a drawing: where bars, names, months and today stand. Pure; a template writes the SVG.

Nothing overlaps whatever the data: each milestone has a row of its own; names wrap in their own column and
are cut with "…" (the list below has them whole); a note stands where there is room for it, or not at all.
"""

from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, LEFT, RIGHT = 1100, 204, 8
TOP, BAR, PAD = 54, 20, 22
NAME_SIZE, LINE, SMALL = 13.0, 16, 12.0
MONTHS_LEAST, MONTH_WIDE, MONTH_LEAST = 3, 88, 64
#: A bar is drawn at least this wide, so that one day can be seen.
BAR_LEAST = 6.0

#: Rough widths of Inter in parts of its size: what is not listed is as wide as a lower-case letter.
_WIDTHS = dict.fromkeys("iljt.,;:'|!()[]· ", 0.32) | dict.fromkeys("mwMW@%", 0.92)


@dataclass(frozen=True, slots=True)
class Bar:
    """What is to be drawn: names and dates as they are to be read, and where it stands."""

    name: str
    dates: str
    starts_on: date
    ends_on: date
    state: str
    fixed: bool = False
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A bar in its row: `y` is the top of the bar, `line_y` of the row; names are (y, words).

    `note` is cut to what fits, and empty where nothing does; `anchor` is start or end.
    """

    bar: Bar
    line_y: float
    y: float
    x: float
    width: float
    names: tuple[tuple[float, str], ...]
    dates_y: float
    note: str
    note_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Month:
    """The first of a month: its line, and whether its label has room for the whole name, and has a year."""

    first: date
    x: float
    wide: bool
    year: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing; `today_x` is None when today lies outside it."""

    width: int
    height: float
    rows: tuple[Row, ...]
    months: tuple[Month, ...]
    today_x: float | None
    today_label_x: float


def text_width(words: str, size: float) -> float:
    """About how wide words are drawn in Inter at `size` pixels; rather too wide than too narrow."""
    total = 0.0
    for letter in words:
        if letter in _WIDTHS:
            total += _WIDTHS[letter]
        elif letter.isupper() or letter.isdigit():
            total += 0.72
        else:
            total += 0.6 if ord(letter) < 0x250 else 1.05
    return total * size


def cut(words: str, size: float, room: float) -> str:
    """Words, or as many of their letters as fit into `room` pixels with an "…" behind."""
    if text_width(words, size) <= room:
        return words
    while words and text_width(words + "…", size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…" if words else ""


def wrapped(words: str, size: float, room: float, most: int = 2) -> tuple[str, ...]:
    """Words on at most `most` lines of `room` pixels, the last one cut when they do not fit."""
    lines: list[str] = []
    left = " ".join(words.split())
    while left:
        if len(lines) == most - 1 or text_width(left, size) <= room:
            lines.append(cut(left, size, room))
            break
        taken = left
        while text_width(taken, size) > room:
            head, _, _ = taken.rpartition(" ")
            taken = head or taken[: max(1, len(taken) - 1)]
        lines.append(taken.strip())
        left = left[len(taken) :].strip()
    return tuple(lines)


def month_after(first: date, months: int = 1) -> date:
    """The first of the month so many months after `first`."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def reach(bars: list[Bar], today: date) -> tuple[date, date]:
    """From which first of a month to which the time line goes: whole months, at least three.

    Today is drawn in when it lies within two months of what happens.
    """
    first, last = min(bar.starts_on for bar in bars), max(bar.ends_on for bar in bars)
    near = timedelta(days=62)
    if first - near <= today <= last + near:
        first, last = min(first, today), max(last, today)
    start, end = first.replace(day=1), month_after(last.replace(day=1))
    while (end.year - start.year) * 12 + end.month - start.month < MONTHS_LEAST:
        end = month_after(end)
    return start, end


def months_between(start: date, end: date, scale: float) -> tuple[Month, ...]:
    """The months that get a line and a label: as many as there is room for."""
    total = (end.year - start.year) * 12 + end.month - start.month
    each = (end - start).days * scale / total
    steps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 480, 1200]
    step = next((s for s in steps if s * each >= MONTH_LEAST), steps[-1])
    wide = step * each >= MONTH_WIDE
    found: list[Month] = []
    for n in range(0, total, step):
        first = month_after(start, n)
        year = not found or first.year != found[-1].first.year
        found.append(Month(first, round(LEFT + (first - start).days * scale, 1), wide, year))
    return tuple(found)


def draw(bars: list[Bar], today: date) -> Chart | None:
    """Lay a time line out; None when there is nothing on it."""
    if not bars:
        return None
    start, end = reach(bars, today)
    scale = (WIDTH - LEFT - RIGHT) / (end - start).days

    def x_of(day: date) -> float:
        return LEFT + (day - start).days * scale

    rows: list[Row] = []
    line_y = float(TOP)
    for bar in bars:
        lines = wrapped(bar.name, NAME_SIZE, LEFT - 18)
        y = line_y + 9
        x, width = x_of(bar.starts_on), max((bar.ends_on - bar.starts_on).days * scale + scale, BAR_LEAST)
        if bar.fixed:
            x, width = x_of(bar.ends_on) + scale / 2 - 11, 22.0
        x = min(x, WIDTH - width)
        note, note_x, anchor = _note(bar.note, x, x + width)
        rows.append(
            Row(
                bar=bar,
                line_y=line_y,
                y=y,
                x=round(x, 1),
                width=round(width, 1),
                names=tuple((y + 10 + LINE * n, line) for n, line in enumerate(lines)),
                dates_y=y + 10 + LINE * len(lines),
                note=note,
                note_x=round(note_x, 1),
                anchor=anchor,
            )
        )
        line_y += PAD + LINE * len(lines) + 6
    today_x = round(x_of(today) + scale / 2, 1) if start <= today < end else None
    half = 58
    return Chart(
        width=WIDTH,
        height=line_y,
        rows=tuple(rows),
        months=months_between(start, end, scale),
        today_x=today_x,
        today_label_x=min(max(today_x or 0.0, LEFT), WIDTH - half),
    )


def _note(note: str, x1: float, x2: float) -> tuple[str, float, str]:
    """A note behind its bar, else before it, else cut to the wider of both, else none."""
    if not note:
        return "", 0.0, "start"
    behind, before = WIDTH - x2 - 8, x1 - 8 - LEFT
    needed = text_width(note, SMALL)
    if needed <= behind or (behind >= max(before, 90) and needed > before):
        return cut(note, SMALL, behind), x2 + 8, "start"
    if before >= 90:
        return cut(note, SMALL, before), x1 - 8, "end"
    return "", 0.0, "start"
