"""A Word draft becomes clauses: `read_draft` takes a file's bytes and gives what `drafts` defines."""

from collections import Counter

from lxml import etree

from app.documents.docx import names as n
from app.documents.docx.clauses import Flow
from app.documents.docx.faux_headings import mark_bold_lines
from app.documents.docx.lists import Lists
from app.documents.docx.names import W
from app.documents.docx.nodes import Node
from app.documents.docx.notes import Notes
from app.documents.docx.parts import Parts, open_document
from app.documents.docx.runs import View
from app.documents.docx.story import Block, Paragraph, Story
from app.documents.docx.styles import Styles
from app.documents.drafts import ClauseText, DraftText, ReadWarning
from app.documents.naming import Named, name_all
from app.errors import Invalid
from app.text.language import language_of
from app.words import N_

MOST_PARAGRAPHS = 30_000


def read_draft(data: bytes, *, view: View = "accepted", filename: str = "") -> DraftText:
    """Read a Word draft as a reader sees it, tracked changes accepted or (`original`) rejected.

    Raises Invalid with one sentence for a file that is no Word document of today, or that is protected,
    damaged, hostile or too large.
    """
    parts = open_document(data)
    body = parts.body
    orders = {element: order for order, element in enumerate(body.iter(n.P))}
    if len(orders) > MOST_PARAGRAPHS:
        raise Invalid(N_("This document has more paragraphs than can be read. Split it and send the parts."))
    styles = Styles(parts.styles)
    lists = Lists(parts.numbering, styles)
    story = Story(styles, lists, view, orders)
    story.runs.related = parts.related
    notes = Notes()
    note_story = Story(styles, lists, view, note_orders(parts))
    for kind, root in parts.notes.items():
        notes.load(kind, root, parts.settings, note_story)
    changes = _changes(parts)
    blocks = story.read(body)
    orders.clear()
    body.clear()  # the tree has been read; what follows needs its room
    title = _printed_title(blocks)
    _mark_cover(blocks)
    bold_lines = mark_bold_lines(blocks)
    flow = Flow(notes)
    flow.read(blocks)
    nodes = [node for node in flow.nodes if node.text or node.fields]
    clauses = _clauses(nodes)
    text = "\n".join(clause.text for clause in clauses if clause.kind != "toc")
    language = language_of(text, *parts.languages(styles.language))
    warnings = [
        ReadWarning(
            "document",
            N_("%(count)d lines in bold were taken as headings. Check them."),
            {"count": bold_lines},
        )
    ] * bool(bold_lines)
    warnings += _warnings(parts, changes, view, story, note_story, notes, empty=not nodes)
    first = next((clause.heading for clause in clauses if clause.heading), "")
    stem = filename.replace("\\", "/").rpartition("/")[2].removesuffix(".docx")
    return DraftText(title or parts.title or stem or first, language, clauses, warnings)


def note_orders(parts: Parts) -> dict[etree._Element, int]:
    """Number the paragraphs of the notes, from -2 downwards, as `Piece.order` gives them."""
    found = (one for root in parts.notes.values() for one in root.iter(n.P))
    return {element: -2 - index for index, element in enumerate(found)}


def _mark_cover(blocks: list[Block]) -> None:
    """Make the lines around the title, up to the end of the first page, part of the title."""
    cover: list[Paragraph] = []
    for block in blocks[:40]:
        if not isinstance(block, Paragraph) or block.outline or block.hint == "toc" or block.label:
            break
        if block.page_break and any(one.hint == "title" for one in cover):
            break
        if len(block.text) > 200:
            return
        cover.append(block)
    else:
        if len(blocks) <= 40:
            return
    if any(one.hint == "title" and one.text.strip() for one in cover):
        for one in cover:
            one.hint = "title"


def _printed_title(blocks: list[Block]) -> str:
    """Give the words in the style of a title at the front, or nothing."""
    words: list[str] = []
    for block in blocks[:60]:
        titled = isinstance(block, Paragraph) and block.style.strip().lower() == "title"
        if titled and isinstance(block, Paragraph) and block.text.strip():
            words.append(" ".join(block.text.split()))
        elif words and not titled:
            break
    return " ".join(words)


def _clauses(nodes: list[Node]) -> list[ClauseText]:
    known: dict[int, Named] = {}
    for node in nodes:
        parent = node.parent
        while parent is not None and id(parent) not in known:
            parent = parent.parent
        known[id(node)] = Named(
            node.kind,
            node.number,
            node.text,
            node.outline,
            None if parent is None else known[id(parent)],
            node.bullet,
        )
    name_all(list(known.values()))
    return [_clause(node, known) for node in nodes]


def _clause(node: Node, known: dict[int, Named]) -> ClauseText:
    named = known[id(node)]
    depth, above = 1, named.parent
    while above is not None and above.kind != "heading":
        depth, above = depth + 1, above.parent
    return ClauseText(
        wid=named.wid,
        eid=named.eid,
        number=node.number,
        kind=node.kind,
        level=node.outline or depth,
        heading=node.text if node.kind == "heading" else "",
        text=node.text,
        parent=None if named.parent is None else named.parent.wid,
        fields=node.fields,
        table=node.table,
        location=node.location,
        footnotes=[known[id(one)].wid for one in node.footnotes if id(one) in known],
        label=named.label,
        separator=node.separator,
        bullet=node.bullet,
        within=node.within,
        pieces=tuple(node.pieces),
    )


def _changes(parts: Parts) -> Counter[str]:
    """Count the tracked changes of a file by their authors."""
    marks = [f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel")]
    found: Counter[str] = Counter()
    for root in (parts.body, *parts.notes.values()):
        found.update(one.get(n.AUTHOR, "") or "?" for one in root.iter(*marks))
    return found


def _warnings(
    parts: Parts,
    changes: Counter[str],
    view: View,
    story: Story,
    note_story: Story,
    notes: Notes,
    *,
    empty: bool,
) -> list[ReadWarning]:
    found: list[ReadWarning] = []
    if empty:
        found.append(ReadWarning("document", N_("This document has no text to comment on.")))
    if changes:
        read = (
            N_("%(count)d tracked changes were read as accepted. They are by: %(authors)s.")
            if view == "accepted"
            else N_("%(count)d tracked changes were read as rejected. They are by: %(authors)s.")
        )
        authors = ", ".join(name for name, _ in changes.most_common(12))
        found.append(ReadWarning("document", read, {"count": changes.total(), "authors": authors}))
    hidden = story.runs.hidden + note_story.runs.hidden
    if hidden:
        sentence = N_("%(count)d characters of hidden text were left out.")
        found.append(ReadWarning("document", sentence, {"count": hidden}))
    if parts.comments:
        sentence = N_("The file holds %(count)d comments. Take them in as a returned copy.")
        found.append(ReadWarning("comments", sentence, {"count": parts.comments}))
    if story.runs.pictures:
        sentence = N_("%(count)d pictures or charts were left out. What they say is not part of the draft.")
        found.append(ReadWarning("document", sentence, {"count": story.runs.pictures}))
    if story.outside:
        sentence = N_("%(count)d inserted files inside this document were not read.")
        found.append(ReadWarning("document", sentence, {"count": story.outside}))
    if notes.missing:
        sentence = N_("%(count)d footnote marks lead to no footnote.")
        found.append(ReadWarning("footnotes", sentence, {"count": notes.missing}))
    if story.runs.equations:
        sentence = N_("%(count)d formulas were read as plain text. Check them.")
        found.append(ReadWarning("document", sentence, {"count": story.runs.equations}))
    heads = [words[:120] for words in parts.running_heads()]
    if heads:
        sentence = N_("Text in the heads and feet of pages is not part of the draft: %(text)s")
        found.append(ReadWarning("page heads", sentence, {"text": " | ".join(heads[:4])}))
    return found
