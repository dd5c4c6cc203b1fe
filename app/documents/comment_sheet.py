"""A blank comment sheet on a section, in the columns of the ISO commenting template, a row a clause.

References are written so that `text/references.py` reads each as its clause and no other; the permanent ids
stand in a last column, hidden in the workbook, so that a returned row is known even where a label is not.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO

from app.documents.printed import PrintedClause
from app.documents.tables import Column, Table
from app.documents.word import parts
from app.documents.word.markup import BOLD, RELATIONS, WORD, XML, cell, moment, paragraph, run
from app.documents.workbook import as_xlsx
from app.text.references import References, references
from app.words import N_

#: Kinds that nobody is asked about one by one.
_NOT_ASKED = frozenset({"toc", "header", "title"})
#: So much of a clause is printed beside its reference.
EXCERPT = 600
#: Rows for what is on the section as a whole, or on no one clause.
FREE = 6

TITLE = N_("Comment sheet")
ORGANISATION = N_("Organisation")
CLAUSE = N_("Clause")
DRAFTED = N_("As drafted")
TYPE = N_("Type of comment (ge/te/ed)")
COMMENT = N_("Comment")
PROPOSED = N_("Proposed change")
OBSERVATION = N_("Observations of the secretariat")
HOW = N_(
    "Write one comment a row, beside its clause. Copy a row for a second comment. What is on no one clause goes below:"
    " write the reference, or General. ge: general, te: technical, ed: editorial."
)
#: Programs find a row's clause by this title, in every language.
WID = "wid"
TYPES = ("ge", "te", "ed")

Says = Callable[[str], str]
Row = tuple[str, str, str]


def rows(clauses: Sequence[PrintedClause], draft: Sequence[PrintedClause]) -> Iterator[Row]:
    """Reference, text and wid of each row; `draft` are all clauses that references can mean."""
    wids = {one.id: one.wid for one in draft}
    known = references([_as_read(one, wids) for one in draft])
    for one in clauses:
        if one.kind not in _NOT_ASKED:
            words = one.text or " · ".join(one.fields.values())
            yield reference(one, known), excerpt(words), one.wid


def reference(clause: PrintedClause, known: References) -> str:
    """How people would write a clause's place so that it can mean no other; its label where nothing is sure."""
    bare = clause.number.strip(" .:;()[]")
    tries = [clause.label]
    if clause.kind == "heading" and bare:
        tries += [f"Section {bare}", f"Chapter {bare}"]
    elif clause.kind == "paragraph" and bare:
        tries += [f"Paragraph {bare}", f"Clause {bare}"]
    return next(
        (one for one in tries if known.refer(one).clauses == (clause.wid,)), clause.label or clause.number
    )


def excerpt(text: str) -> str:
    """A clause's text, cut between words where it is long."""
    if len(text) <= EXCERPT:
        return text
    return f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"


def _as_read(one: PrintedClause, wids: dict[int, str]) -> dict[str, object]:
    return {
        "wid": one.wid,
        "label": one.label,
        "number": one.number,
        "kind": "para" if one.kind == "paragraph" else one.kind,
        "eid": one.eid,
        "text": one.text,
        "parent": wids.get(one.parent or 0),
        "table": one.location if "table" in one.location else None,
    }


def sheet_xlsx(
    clauses: Sequence[PrintedClause],
    draft: Sequence[PrintedClause],
    *,
    section: str,
    organisation: str,
    about: Sequence[tuple[str, str]],
    marking: str,
    said: Says,
    file: IO[bytes],
) -> None:
    """Write the sheet as a workbook; `organisation` is filled in, `section` is what the sheet is called."""
    columns = (
        Column("organisation", said(ORGANISATION), 22, editable=True),
        Column("clause", said(CLAUSE), 18, editable=True),
        Column("drafted", said(DRAFTED), 48),
        Column("type", said(TYPE), 12, editable=True, choices=TYPES),
        Column("comment", said(COMMENT), 60, editable=True),
        Column("proposed", said(PROPOSED), 48, editable=True),
        Column("observation", said(OBSERVATION), 32, editable=True),
        Column("wid", WID, 20, hidden=True),
    )
    body = ((organisation, ref, words, "", "", "", "", wid) for ref, words, wid in rows(clauses, draft))
    free = ((organisation, "", "", "", "", "", "", "") for _ in range(FREE))
    lines = [(said(label), value) for label, value in about]
    if marking:
        lines.insert(0, (said(N_("Marking")), marking))
    table = Table(
        title=section,
        columns=columns,
        rows=(row for part in (body, free) for row in part),
        about=[*lines, (said(TITLE), said(HOW))],
        marking=marking,
    )
    as_xlsx(table, file, about=said(N_("About")))


_WIDTHS = (1500, 1350, 3700, 900, 3900, 3000, 1168, 300)


def sheet_docx(
    clauses: Sequence[PrintedClause],
    draft: Sequence[PrintedClause],
    *,
    sheet: parts.Sheet,
    section: str,
    organisation: str,
    made: datetime,
    file: IO[bytes],
) -> None:
    """Write the sheet as a Word table, A4 on its side; the ids stand in a last narrow column, small and pale."""
    said = sheet.said
    titles = (ORGANISATION, CLAUSE, DRAFTED, TYPE, COMMENT, PROPOSED, OBSERVATION)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        with into.open("word/document.xml", "w") as document:
            document.write(f'{XML}<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:body>'.encode())
            document.write(paragraph(run(f"{said(TITLE)}: {section}"), "Heading1").encode())
            document.write(paragraph(run(said(HOW)), "Cell").encode())
            document.write(_table_start().encode())
            heads = [
                cell(width, paragraph(run(said(title), BOLD), "Cell"), shade="E7EDEE")
                for title, width in zip(titles, _WIDTHS, strict=False)
            ]
            heads.append(cell(_WIDTHS[-1], paragraph(run(WID, _PALE), "Cell"), shade="E7EDEE"))
            document.write(f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{''.join(heads)}</w:tr>".encode())
            for ref, words, wid in [*rows(clauses, draft), *[("", "", "")] * FREE]:
                held = (organisation, ref, words, "", "", "", "")
                cells = [
                    cell(width, paragraph(run(value), "Cell"))
                    for value, width in zip(held, _WIDTHS, strict=False)
                ]
                cells.append(cell(_WIDTHS[-1], paragraph(run(wid, _PALE), "Cell")))
                document.write(f"<w:tr>{''.join(cells)}</w:tr>".encode())
            document.write(f"</w:tbl><w:p/>{parts.section(landscape=True)}</w:body></w:document>".encode())
        held_parts = {
            "styles": parts.styles(sheet.language),
            "settings": parts.settings(),
            "header1": parts.header(sheet),
            "footer1": parts.footer(sheet),
        }
        for name, content in held_parts.items():
            into.writestr(f"word/{name}.xml", content)
        into.writestr("docProps/core.xml", parts.core(sheet, moment(made)))
        for name, content in parts.links(list(held_parts)).items():
            into.writestr(name, content)


_PALE = '<w:color w:val="D0D6D7"/><w:sz w:val="6"/>'


def _table_start() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7C898B"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )
