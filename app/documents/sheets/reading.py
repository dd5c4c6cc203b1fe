"""A returned comment sheet becomes rows: `read_sheet` takes a file's bytes and the draft it speaks of."""

from collections.abc import Callable, Mapping

from app.documents.drafts import ClauseText, ReadWarning
from app.documents.package import DAMAGED
from app.documents.sheets.columns import Head, find_head, head_of_page, plain_title
from app.documents.sheets.grid import Cell, Grid
from app.documents.sheets.opening import open_sheet
from app.documents.sheets.rows import Kept, sort_rows
from app.documents.sheets.sheet import Column, OtherRow, SheetRow, SheetText
from app.documents.sheets.titles import Role
from app.documents.sheets.wording import side_of, type_of
from app.errors import Invalid
from app.text.folding import fold
from app.text.references import MOST_CANDIDATES, References, Referred, references
from app.text.typed_language import language
from app.words import N_

NO_TITLES = N_(
    "No column titles were found: a sheet needs at least a column of comments and one that says where they belong."
)
DAMAGED_SHEET = N_(
    "This file is damaged or incomplete. Open it in its own program, save it again, and send that copy."
)
HIDDEN = N_("This row is hidden in the file.")
FILTERED = N_("This row is filtered out in the file.")
WAS_DATE = N_("The file holds a date where the clause should be: “%(shown)s”. It was read as a number again.")
WAS_NUMBER = N_(
    "The file holds the number %(shown)s where the clause should be; a final 0 may have been lost."
)
FORMULA = N_(
    "A formula stands in this row. What it last showed was taken, or its own text where it showed an error."
)
NO_PLACE = N_("Nothing says which clause is meant.")
TWO_PLACES = N_("“%(place)s” can be read in more than one way. Choose the clause.")
NOWHERE = N_("The draft has no place “%(place)s”.")
ODD_TYPE = N_("“%(type)s” is no known type of comment.")
AGAIN = N_("The same comment stands in row %(row)s.")
LEFT_OUT = N_("Columns that are internal or hidden were left out: %(columns)s.")
EXTRA = N_("Columns that are no part of a comment were kept beside it: %(columns)s.")
NOTES = N_("%(count)d notes in the margin of the file were left out.")
HIDDEN_SHEET = N_("The hidden sheet “%(name)s” was not read.")
OTHER_SHEET = N_("The sheet “%(name)s” has no column of comments and was not read.")


def read_sheet(
    data: bytes, against: list[ClauseText], *, mapping: Mapping[str, Role] | None = None
) -> SheetText:
    """Read a comment sheet (XLSX, DOCX, CSV, ODS) returned on a draft.

    `mapping` says what columns of these titles are, where a person has told it. Raises Invalid with one
    sentence for a file that is none of these, or that is protected, damaged, hostile or too large.
    """
    try:
        book = open_sheet(data)
    except Invalid as error:
        if error.sentence == DAMAGED:
            raise Invalid(DAMAGED_SHEET) from error
        raise
    told = {plain_title(title): role for title, role in (mapping or {}).items()}
    found = SheetText()
    places = references(against)
    found.warnings += [ReadWarning("file", HIDDEN_SHEET, {"name": name}) for name in book.hidden]
    if book.notes:
        found.warnings.append(ReadWarning("file", NOTES, {"count": book.notes}))
    before: Head | None = None
    headed = False
    for grid in book.grids:
        head = find_head(grid, told) or head_of_page(grid, told)
        if head is None and before is not None and grid.table and _continues(grid, before):
            head = Head(set(), before.titles, before.roles, before.quality)
        if head is None:
            _no_comments(found, grid)
            continue
        headed, before = True, head
        _read_grid(found, grid, head, places)
    if not headed:
        raise Invalid(NO_TITLES)
    _mark_doubles(found.rows)
    return found


def _continues(grid: Grid, head: Head) -> bool:
    """Whether a table without titles goes on with the columns of the one before."""
    return grid.columns == max(head.roles, default=-1) + 1


def _no_comments(found: SheetText, grid: Grid) -> None:
    if grid.table:
        found.others += [
            OtherRow(line.number, grid.name, grid.table, N_("A table that holds no comments."))
            for line in grid.lines
        ]
    elif grid.lines:
        found.warnings.append(ReadWarning("file", OTHER_SHEET, {"name": grid.name}))


def _read_grid(found: SheetText, grid: Grid, head: Head, places: References) -> None:
    for column, title in sorted(head.titles.items()):
        own = head.roles[column]
        role: Role = "internal" if column in grid.hidden_columns and own != "wid" else own
        found.columns.append(Column(grid.name, grid.table, column, title, role))
    filled = {column for line in grid.lines for column, cell in line.cells.items() if cell.text}
    for sentence, roles in ((EXTRA, {"extra"}), (LEFT_OUT, {"internal"})):
        titles = [
            one.title for one in found.columns
            if (one.sheet, one.table) == (grid.name, grid.table) and one.role in roles and one.column in filled
        ]  # fmt: skip
        if titles:
            where = grid.name or "file"
            found.warnings.append(ReadWarning(where, sentence, {"columns": ", ".join(dict.fromkeys(titles))}))
    before: Referred | None = None
    for one in sort_rows(grid, head):
        if isinstance(one, Kept):
            row = _row(grid, one, places, before)
            before = row.meant
            found.rows.append(row)
            continue
        other = OtherRow(one.line.number, grid.name, grid.table, one.why)
        (found.refused if one.wanting else found.others).append(other)


def _row(grid: Grid, kept: Kept, places: References, before: Referred | None) -> SheetRow:
    words, where = kept.words, f"{kept.line.number}"
    warnings: list[ReadWarning] = []

    def warn(sentence: str, **values: object) -> None:
        warnings.append(ReadWarning(where, sentence, values))

    if kept.line.hidden:
        warn(FILTERED if kept.line.hidden == "filtered" else HIDDEN)
    meant = _printed_for(kept, places) or _meant(kept, places, warn)
    if (
        not meant.clauses
        and not meant.candidates
        and not meant.is_general
        and not words.get("clause")
        and before
    ):
        meant = Referred(candidates=(before.clauses or before.candidates)[:MOST_CANDIDATES])
    if any(cell.sort == "formula" for cell in kept.cells.values()):
        warn(FORMULA)
    type_ = type_of(words.get("type", ""))
    if words.get("type") and type_ is None:
        warn(ODD_TYPE, type=words["type"])
    comment, proposed = words.get("comment", ""), words.get("proposed", "")
    return SheetRow(
        row=kept.line.number,
        sheet=grid.name,
        table=grid.table,
        organisation=words.get("organisation", ""),
        constituency=side_of(words.get("constituency", "")),
        constituency_as_written=words.get("constituency", ""),
        clause_as_written=words.get("clause", ""),
        paragraph_as_written=words.get("paragraph", ""),
        line=words.get("line", ""),
        page=words.get("page", ""),
        meant=meant,
        type=type_,
        type_as_written=words.get("type", ""),
        comment=comment,
        proposed=proposed,
        observation=words.get("observation", ""),
        language=language((comment or proposed)[:4_000]),
        hidden=kept.line.hidden,
        number=words.get("number", ""),
        extra=kept.extra,
        warnings=warnings,
    )


def _printed_for(kept: Kept, places: References) -> Referred | None:
    """The clause that our own sheet printed a row for, unless somebody wrote another reference into it."""
    written = kept.words.get("clause", "")
    clause = places.places.all.get(kept.wid)
    if clause is None or not written:
        return None
    meant = places.refer(written)
    same = kept.wid in meant.clauses or kept.wid in meant.candidates or fold(written) == fold(clause.label)
    return Referred((kept.wid,)) if same else None


def _meant(kept: Kept, places: References, warn: Callable[..., None]) -> Referred:
    """Say what a row's place means: its clause and paragraph cells together, dates and numbers undone."""
    clause, detail = kept.words.get("clause", ""), _detail(kept)
    cell = kept.cells.get("clause")
    written = ", ".join(part for part in (clause, detail) if part)
    if not written:
        warn(NO_PLACE)
        return Referred()
    if cell is not None and cell.readings:
        meant = places.either([", ".join(part for part in (one, detail) if part) for one in cell.readings])
        if cell.sort == "date":
            warn(WAS_DATE, shown=clause)
        elif not meant.clauses and len(_known(places, cell)) > 1:
            warn(WAS_NUMBER, shown=clause)
    else:
        meant = places.refer(written)
    if meant.is_general or meant.clauses:
        return meant
    if len(meant.candidates) > 1:
        warn(TWO_PLACES, place=written[:120])
    else:
        warn(NOWHERE, place=written[:120])
    return meant


def _known(places: References, cell: Cell) -> list[str]:
    return [one for one in cell.readings if places.refer(one).clauses]


def _detail(kept: Kept) -> str:
    """The paragraph cell as it is referred to: a bare number is a paragraph's."""
    detail = kept.words.get("paragraph", "")
    if detail.isdigit() and len(detail) < 4 and kept.words.get("clause"):
        return f"para {detail}"
    return detail if len(detail) <= 200 else ""


def _mark_doubles(rows: list[SheetRow]) -> None:
    seen: dict[tuple[str, str, str, str, str], SheetRow] = {}
    for row in rows:
        key = (row.comment, row.proposed, row.clause_as_written, row.paragraph_as_written, row.organisation)
        first = seen.setdefault(key, row)
        if first is not row:
            row.warnings.append(ReadWarning(f"{row.row}", AGAIN, {"row": first.row}))
