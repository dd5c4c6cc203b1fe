"""A round on paper: each section on pages of its own, with a margin to write in and a code that leads to it."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import segno

from app.documents.draft_pdf import draft_blocks
from app.documents.pdf.document import Beside, Block, Facts, Heading, Look, PageBreak, Paragraph, Picture, Run
from app.documents.printed import PrintedClause, printed
from app.words import N_

#: Millimetres: the code's side, and what stays free for handwriting.
CODE, NOTES = 24.0, 52.0

COMMENT_HERE = N_("Comment on this section here:")
CODE_SHOWS = N_("A code that leads to %(address)s")
ON_PAPER = N_(
    "Write beside the text, say for whom you speak, and give the sheet to your table's facilitator."
)


@dataclass(frozen=True, slots=True)
class PackSection:
    """A section: what it is called, the address where it is read and commented on, and its clauses."""

    title: str
    address: str
    clauses: Sequence[PrintedClause]


def pack_blocks(
    title: str,
    about: str,
    sections: Iterable[PackSection],
    kinds: Mapping[str, str],
    said: Callable[[str], str],
) -> Iterator[Block]:
    """The pack's blocks: a title, how to use it, then section by section from a new page.

    `kinds` are words for the kinds of table entries.
    """
    yield Paragraph(title, look=Look.TITLE)
    yield Paragraph(about, look=Look.SUBTITLE)
    yield Paragraph(said(ON_PAPER))
    for n, section in enumerate(sections):
        if n:
            yield PageBreak()
        link: list[Heading | Paragraph | Facts] = [
            Heading(1, section.title),
            Paragraph(
                [Run(said(COMMENT_HERE) + " "), Run(section.address, link=section.address)], look=Look.SMALL
            ),
        ]
        yield Beside(link, code(section.address, said))
        clauses = section.clauses
        own = clauses[0] if clauses and clauses[0].kind == "heading" else None
        # The section's own heading stands above already, beside the code.
        yield from draft_blocks(printed(clauses[1:] if own is not None else clauses, kinds))


def code(address: str, said: Callable[[str], str]) -> Picture:
    """A QR code for an address, with error correction M: it is read from a crumpled copy too."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, nl=False)
    return Picture(drawn.getvalue().decode(), said(CODE_SHOWS) % {"address": address}, CODE)
