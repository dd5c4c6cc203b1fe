"""A returned Word copy: its comments and tracked changes on the clauses of the draft that was sent out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from app.documents.docx.comments import WordComment, read_comments
from app.documents.docx.draft import read_draft
from app.documents.docx.parts import open_document
from app.documents.docx.placing import Placing, Stretch, said
from app.documents.docx.proposals import Change, changes_of
from app.documents.docx.revisions import Passage, Revised, Span, Spot, read_revised, words_of
from app.documents.docx.styles import Styles
from app.documents.drafts import ClauseText, DraftText, ReadWarning
from app.text.anchors import find
from app.words import N_

CONTEXT = 32


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a comment's words stand in the base: offsets count code points of the clause's text."""

    wid: str
    start: int
    end: int


@dataclass(slots=True)
class ReturnedComment:
    """A comment of a returned copy.

    `quote` is the text under it before tracked changes (paragraphs joined by a line break; the inserted
    words where there are no others). `how` says how it was placed: `exact`, `fuzzy` (the draft's words
    differ), `field` (in a named cell: `field`), `point` (a spot, no words), `inserted` (on words that the draft
    has not, behind the clause given), `general` (no anchor in the file) or `orphan` (a person must place it).
    """

    id: int | str
    parent: int | str | None
    resolved: bool
    author: str
    initials: str
    date: str | None
    language: str
    text: str
    quote: str = ""
    clauses: list[str] = field(default_factory=list)
    anchor: Anchor | None = None
    how: str = "general"
    field: str = ""


@dataclass(frozen=True, slots=True)
class Untracked:
    """Text that differs from the base with no tracked change; no clause: words behind everything known."""

    clause: str | None
    before: str
    after: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Orphan:
    """What could not be placed, with the words around it; `id` is a comment's."""

    what: str
    text: str
    around: str
    id: int | str | None = None
    author: str = ""


@dataclass(slots=True)
class ReturnedCopy:
    """All that a returned copy says beside the draft itself."""

    comments: list[ReturnedComment]
    changes: list[Change]
    untracked: list[Untracked]
    orphans: list[Orphan]
    warnings: list[ReadWarning]


def read_returned(data: bytes, against: DraftText | None = None, *, filename: str = "") -> ReturnedCopy:
    """Read a returned copy against the draft it is of, or against its own text with its changes rejected.

    `against` is what `read_draft` gave for the draft. Raises Invalid with one sentence, as `read_draft` does.
    """
    copy = read_draft(data, view="original", filename=filename)
    parts = open_document(data)
    styles = Styles(parts.styles)
    comments = read_comments(parts, styles)
    revised = read_revised(parts, styles)
    base = copy if against is None else against
    placing = Placing(copy.clauses, base.clauses, revised.passages)
    changes = changes_of(revised.passages, placing)
    warnings = [one for one in copy.warnings if not _of_a_draft(one)]
    orphans: list[Orphan] = []
    found = list(_comments(comments, revised, placing, orphans))
    orphans += [
        Orphan("change", one.inserted or one.deleted, one.around, author=one.author)
        for one in changes
        if one.clause is None
    ]
    untracked = [] if against is None else list(_untracked(placing))
    warnings += _warnings(comments, revised, changes)
    return ReturnedCopy(found, changes, untracked, orphans, warnings)


def _comments(
    comments: list[WordComment], revised: Revised, placing: Placing, orphans: list[Orphan]
) -> Iterator[ReturnedComment]:
    by_key = {one.key: one for one in comments}
    for one in comments:
        span, above = revised.spans.get(one.key), one
        seen = {one.key}
        while span is None and above.parent in by_key and above.parent not in seen:
            above = by_key[above.parent]
            seen.add(above.key)
            span = revised.spans.get(above.key)
        made = ReturnedComment(
            id=_id(one.key),
            parent=None if one.parent is None else _id(one.parent),
            resolved=one.resolved,
            author=one.author,
            initials=one.initials,
            date=one.date,
            language=one.language,
            text=one.text,
        )
        if span is not None and revised.passages:
            around = _place(made, span, revised.passages, placing)
            if made.how == "orphan":
                orphans.append(Orphan("comment", made.quote, around, made.id, one.author))
        yield made


def _place(made: ReturnedComment, span: Span, passages: list[Passage], placing: Placing) -> str:
    """Fill in what a comment is on; give the words around it."""
    start, end = _ends(span, passages)
    ranges = list(_ranges(start, end, passages))
    lines = [words_of(passages[n], first, last) for n, first, last in ranges]
    made.quote = "\n".join(line for line in lines if line.strip())
    stretches: list[Stretch] = []
    for (n, first, last), line in zip(ranges, lines, strict=True):
        if line.strip():
            passage = passages[n]
            stretches += placing.stretches(passage.order, passage.before(first), passage.before(last))
    around = passages[start.passage].original or passages[start.passage].accepted
    if not stretches:
        new = (words_of(passages[n], first, last, accepted=True) for n, first, last in ranges)
        made.quote = "\n".join(line for line in new if line.strip())
        at = passages[start.passage].before(start.atoms)
        stretches = placing.stretches(passages[start.passage].order, at, at)
        made.how = "inserted" if made.quote else "point"
        if not stretches:
            behind = placing.behind(start.passage)
            made.how = "orphan" if behind is None else "inserted"
            made.clauses = [] if behind is None else [behind.wid]
            return around
    known = [one for one in stretches if placing.counterpart(one.clause) is not None]
    made.clauses = list(dict.fromkeys(_wid(placing, one) for one in known))
    if not known:
        made.how = "orphan"
        return "\n".join(placing.text(one) for one in stretches) or around
    _anchor(made, known, placing)
    return around


def _anchor(made: ReturnedComment, stretches: list[Stretch], placing: Placing) -> None:
    """Fix the comment within the first clause that it is on."""
    inside = [one for one in stretches if not one.field]
    if not inside:
        made.how, made.field = "field", stretches[0].field
        return
    first = inside[0]
    ends = [one.end for one in inside if one.clause == first.clause]
    whole = replace(first, end=max(ends))
    placed = placing.in_base(whole)
    if placed is None:
        return
    clause, start, end = placed
    text = placing.text(whole)
    exact = text[whole.start : whole.end]
    how = "exact" if clause.text[start:end] == exact else "fuzzy"
    if how == "fuzzy":
        prefix = text[max(whole.start - CONTEXT, 0) : whole.start]
        better = find(clause.text, exact, prefix, text[whole.end : whole.end + CONTEXT], start)
        if better.start is not None and better.end is not None:
            start, end = better.start, better.end
    if made.how not in {"point", "inserted"}:
        made.how = how
    made.anchor = Anchor(clause.wid, start, end)


def _ends(span: Span, passages: list[Passage]) -> tuple[Spot, Spot]:
    """Give where a span begins and ends; a mark that is missing is made up for by what there is."""
    start = span.start or span.end or span.point or Spot(0, 0)
    end = span.end or span.point or start
    if span.start is None and span.end is not None:
        start = Spot(end.passage, 0)  # a range that was never opened: the paragraph up to its end
    elif span.end is None and span.point is None:
        end = Spot(start.passage, len(passages[start.passage].atoms))
    if (end.passage, end.atoms) < (start.passage, start.atoms):
        start, end = end, start
    return start, end


def _ranges(start: Spot, end: Spot, passages: list[Passage]) -> Iterator[tuple[int, int, int]]:
    """Give the passages a span covers, from which atom to which; of several rows the anchor's own columns."""
    one, other = passages[start.passage].cell, passages[end.passage].cell
    columns: range | None = None
    if one is not None and other is not None and one.table == other.table and one.row != other.row:
        columns = range(min(one.col, other.col), max(one.col, other.col) + 1)
    for n in range(start.passage, end.passage + 1):
        cell = passages[n].cell
        beside = cell is not None and one is not None and cell.table == one.table
        if beside and columns is not None and cell is not None and cell.col not in columns:
            continue
        first = start.atoms if n == start.passage else 0
        last = end.atoms if n == end.passage else len(passages[n].atoms)
        yield n, first, last


def _wid(placing: Placing, stretch: Stretch) -> str:
    clause = placing.counterpart(stretch.clause)
    return "" if clause is None else clause.wid


def _untracked(placing: Placing) -> Iterator[Untracked]:
    """Compare the copy, its changes rejected, with the base, clause by clause in the base's order."""
    copies = {base: copy for copy, base in placing.pairs.items()}
    new: dict[int, list[ClauseText]] = {}
    last = -1
    for index, clause in enumerate(placing.copy):
        if index in placing.pairs:
            last = placing.pairs[index]
        elif clause.kind != "toc":
            new.setdefault(last, []).append(clause)
    yield from (Untracked(None, "", one.text or _cells(one)) for one in new.get(-1, []))
    for index, clause in enumerate(placing.base):
        if clause.kind != "toc":
            copy = placing.copy[copies[index]] if index in copies else None
            if copy is None:
                yield Untracked(clause.wid, clause.text or _cells(clause), "")
            else:
                for name in ("", *dict.fromkeys([*clause.fields, *copy.fields])):
                    before, after = said(clause, name), said(copy, name)
                    if before.split() != after.split():
                        yield Untracked(clause.wid, before, after, name)
        for one in new.get(index, []):
            yield Untracked(clause.wid, "", one.text or _cells(one))


def _cells(clause: ClauseText) -> str:
    return " ".join(clause.fields.values())


def _of_a_draft(warning: ReadWarning) -> bool:
    """Say whether a warning of the draft's reader tells what a returned copy is expected to hold."""
    return warning.where in {"comments", "page heads"} or "tracked changes were read" in warning.what


def _warnings(comments: list[WordComment], revised: Revised, changes: list[Change]) -> list[ReadWarning]:
    found: list[ReadWarning] = []
    if not comments and not changes:
        found.append(ReadWarning("document", N_("This copy holds no comments and no tracked changes.")))
    undated = sum(1 for one in comments if one.date is None)
    if undated:
        found.append(ReadWarning("comments", N_("%(count)d comments carry no date."), {"count": undated}))
    unsigned = sum(1 for one in comments if not one.author)
    if unsigned:
        found.append(ReadWarning("comments", N_("%(count)d comments name no author."), {"count": unsigned}))
    silent = sum(1 for one in comments if not one.text)
    if silent:
        found.append(ReadWarning("comments", N_("%(count)d comments hold no words."), {"count": silent}))
    known = Counter(one.key for one in comments)
    lost = sum(1 for key in revised.spans if key not in known)
    if lost:
        sentence = N_("%(count)d marks in the text lead to no comment.")
        found.append(ReadWarning("comments", sentence, {"count": lost}))
    double = sum(1 for count in known.values() if count > 1)
    if double:
        sentence = N_("%(count)d ids are borne by more than one comment. Check where those stand.")
        found.append(ReadWarning("comments", sentence, {"count": double}))
    return found


def _id(key: str) -> int | str:
    return int(key) if key.isascii() and key.isdigit() and len(key) < 16 else key


def as_json(copy: ReturnedCopy) -> dict[str, Any]:
    """Give the one JSON document of `runding returned read`."""
    return {
        "comments": [_comment_json(one) for one in copy.comments],
        "changes": [
            {
                "kind": one.kind,
                "author": one.author,
                "date": one.date,
                "deleted": one.deleted,
                "inserted": one.inserted,
                "clause": one.clause,
                "proposed_text": one.proposed_text,
                "field": one.field or None,
                "after": one.after,
                "to": one.to,
            }
            for one in copy.changes
        ],
        "untracked": [
            {"clause": one.clause, "before": one.before, "after": one.after, "field": one.field or None}
            for one in copy.untracked
        ],
        "orphans": [
            {"what": one.what, "id": one.id, "author": one.author, "text": one.text, "around": one.around}
            for one in copy.orphans
        ],
        "warnings": [{"where": one.where, "what": one.sentence} for one in copy.warnings],
    }


def _comment_json(one: ReturnedComment) -> dict[str, Any]:
    anchor = one.anchor
    return {
        "id": one.id,
        "parent": one.parent,
        "resolved": one.resolved,
        "author": one.author,
        "initials": one.initials,
        "date": one.date,
        "language": one.language,
        "text": one.text,
        "quote": one.quote,
        "clauses": one.clauses,
        "anchor": None if anchor is None else {"wid": anchor.wid, "start": anchor.start, "end": anchor.end},
        "how": one.how,
        "field": one.field or None,
    }
