"""A draft as Akoma Ntoso 3.0 XML (OASIS LegalDocML): a `doc` whose clauses carry their eId and permanent wId.

Headings become chapters, sections or parts by the prefix of their eid; numbered paragraphs `paragraph`, list
items `point`; a table stands in an `hcontainer`, each clause in it a `p` of a cell with its ids, each named field a
cell whose `title` is the field's name. `docs/decisions/open-formats.md` says what an id is made of.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from app.documents.printed import Grid, Line, PrintedClause, Said, printed
from app.documents.word.markup import plain

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_LANGUAGES = {"en": "eng", "ms": "msa"}
#: What a heading is, by the first word of the last step of its eid; anything else is named.
_HEADINGS = {
    "chp": "chapter",
    "sec": "section",
    "part": "part",
    "art": "article",
    "clause": "clause",
    "title": "title",
}
_STEP = re.compile(r"([^\W\d_]+)_[^_]*$")


def write_akoma_ntoso(
    clauses: Sequence[PrintedClause],
    *,
    plan: str,
    title: str,
    draft: str,
    number: int,
    language: str,
    marking: str,
    created: datetime,
    made: datetime,
    file: IO[bytes],
) -> None:
    """Write the draft into `file`; `plan` is its slug, `number` the draft's own, `language` en or ms."""
    code = _LANGUAGES.get(language, "eng")
    head = _meta(plan, title, draft, number, code, created, made)
    file.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<akomaNtoso xmlns="{NAMESPACE}"><doc name="nationalActionPlan">'
        f"{head}{_preface(clauses, title, marking)}<mainBody>".encode()
    )
    body = [one for one in clauses if one.kind not in {"title", "toc"}]
    wrote = False
    for piece in _Tree(body).pieces():
        file.write(piece.encode())
        wrote = True
    if not wrote:
        file.write(b"<p/>")
    file.write(b"</mainBody></doc></akomaNtoso>\n")


def _meta(
    plan: str, title: str, draft: str, number: int, code: str, created: datetime, made: datetime
) -> str:
    day, today = created.date().isoformat(), made.date().isoformat()
    work = f"/akn/my/doc/{created.year}/{_name(plan)}"
    expression = f"{work}/{code}@{day}/draft-{number}"
    named = "".join(
        f'<{tag}><FRBRthis value="{uri}/!main"/><FRBRuri value="{uri}"/><FRBRdate date="{date}" name="{what}"/>'
        f'<FRBRauthor href="#{who}"/>{more}</{tag}>'
        for tag, uri, date, what, who, more in (
            ("FRBRWork", work, day, "draft", "secretariat", '<FRBRcountry value="my"/>'),
            (
                "FRBRExpression",
                expression,
                day,
                _attribute(draft),
                "secretariat",
                f'<FRBRlanguage language="{code}"/>',
            ),
            ("FRBRManifestation", f"{expression}.akn", today, "written", "runding", ""),
        )
    )
    return (
        f'<meta><identification source="#runding">{named}</identification><references source="#runding">'
        '<TLCOrganization eId="secretariat" href="/akn/ontology/organization/my/secretariat"'
        f' showAs="{_attribute(title)}"/><TLCOrganization eId="runding" href="/akn/ontology/organization/runding"'
        ' showAs="Runding"/></references></meta>'
    )


def _preface(clauses: Sequence[PrintedClause], title: str, marking: str) -> str:
    titles = [one for one in clauses if one.kind == "title"]
    lines = "".join(f"<p{_ids(one)}><docTitle>{plain(one.text)}</docTitle></p>" for one in titles)
    lines = lines or f"<p><docTitle>{plain(title)}</docTitle></p>"
    return f"<preface>{f'<p>{plain(marking)}</p>' if marking else ''}{lines}</preface>"


def _ids(clause: PrintedClause) -> str:
    return f' eId="{_attribute(clause.eid)}" wId="{_attribute(clause.wid)}"'


def _attribute(text: str) -> str:
    return plain(" ".join(text.split())).replace('"', "&quot;")


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-") or "plan"


@dataclass(slots=True)
class _Tree:
    """A draft's clauses by what they stand under."""

    clauses: Sequence[PrintedClause]
    kids: dict[int | None, list[PrintedClause]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {one.id for one in self.clauses}
        inside: int | None = None
        for one in self.clauses:
            above = one.parent if one.parent in known else None
            if _in_table(one):  # a table stands where its first entry stands, with all that is in it
                if inside is None or inside != one.location.get("table"):
                    inside, holder = one.location.get("table"), above
                self.kids.setdefault(holder, []).append(one)
            else:
                inside = None
                self.kids.setdefault(above, []).append(one)

    def pieces(self) -> Iterator[str]:
        yield from self.below(None)

    def below(self, above: int | None) -> Iterator[str]:
        """What stands under a clause, in order; entries of one table together."""
        table: list[PrintedClause] = []
        for one in self.kids.get(above, ()):
            same = table and table[-1].location.get("table") == one.location.get("table")
            if _in_table(one) and (same or not table):
                table.append(one)
                continue
            yield from self.table(table)
            table = [one] if _in_table(one) else []
            if not table:
                yield from self.clause(one)
        yield from self.table(table)

    def clause(self, one: PrintedClause) -> Iterator[str]:
        tag, more = _element(one)
        number = f"<num>{plain(one.number)}</num>" if one.number else ""
        yield f"<{tag}{more}{_ids(one)}>{number}"
        inner = self.kids.get(one.id)
        words = f"<p>{_lines(one.text)}</p>" + "".join(
            f'<p title="{_attribute(name)}">{_lines(said)}</p>' for name, said in one.fields.items()
        )
        if one.kind == "heading":
            yield f"<heading>{_lines(one.text)}</heading>"
            yield "" if inner else "<content><p/></content>"
        else:
            yield f"<intro>{words}</intro>" if inner else f"<content>{words}</content>"
        yield from self.below(one.id)
        yield f"</{tag}>"

    def table(self, clauses: list[PrintedClause]) -> Iterator[str]:
        """Entries of one table, with what hangs on them and is no entry behind it."""
        if not clauses:
            return
        for block in printed(clauses).blocks:
            if isinstance(block, Grid):
                yield '<hcontainer name="table"><content><table>'
                for n, row in enumerate(block.rows):
                    cells = "".join(
                        _cell(one.parts, one.across, one.down, "th" if n < block.heads else "td")
                        for one in row
                    )
                    yield f"<tr>{cells}</tr>"
                yield "</table></content></hcontainer>"
            elif isinstance(block, Line):
                yield f'<hcontainer name="{block.said.clause.kind}"{_ids(block.said.clause)}><content>'
                yield f"<p>{_lines(block.said.text)}</p></content></hcontainer>"
        for one in clauses:
            yield from self.below(one.id)


def _in_table(one: PrintedClause) -> bool:
    return one.location.get("table") is not None and one.kind != "footnote"


def _cell(parts: Sequence[Said], across: int, down: int, tag: str) -> str:
    spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
    words = "".join(
        f'<p title="{_attribute(one.field)}">{_lines(one.text)}</p>'
        if one.field
        else f"<p{_ids(one.clause)}>{_lines(_numbered(one.clause))}</p>"
        for one in parts
    )
    return f"<{tag}{spans}>{words or '<p/>'}</{tag}>"


def _numbered(one: PrintedClause) -> str:
    return f"{one.number} {one.text}" if one.number else one.text


def _lines(text: str) -> str:
    return "<br/>".join(plain(line) for line in text.split("\n"))


def _element(one: PrintedClause) -> tuple[str, str]:
    if one.kind == "heading":
        found = _STEP.search(one.eid)
        tag = _HEADINGS.get(found[1]) if found else None
        return (tag, "") if tag else ("hcontainer", f' name="{found[1] if found else "heading"}"')
    if one.kind == "item":
        return "point", ""
    return ("paragraph", "") if one.kind == "paragraph" else ("hcontainer", f' name="{one.kind}"')
