"""A round's report as blocks: the same for the page, for Word and for print.

Its form is that of the ILO's reports on replies: clause by clause what governments, employers, workers and
civil society said, then the commentary with what was decided, then the change of the text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.answers.participation import Side
from app.answers.reporting import Change, ClauseReport, Given, Report, Said, Signed
from app.answers.rules import OPINION_NAMES, REACTION_NAMES, ReactionKind
from app.comments.rules import TYPE_NAMES, CommentType
from app.documents.matrix_layouts import COMMENTARY, WITHHELD, changed
from app.documents.pdf.document import (
    Block,
    Cell,
    Facts,
    Heading,
    Look,
    Paragraph,
    Picture,
    Run,
    Table,
    Words,
)
from app.documents.plots import Bar, bars
from app.matrix.dispositions import CHANGES_TEXT, DISPOSITION_NAMES, Disposition
from app.people.rules import CONSTITUENCY_NAMES, SEATS, Constituency
from app.plans.models import Plan
from app.rounds.models import Round
from app.words import N_

TITLE = N_("Report on the consultation")

EVENT_NAMES = {
    "opened": N_("Opened"),
    "paused": N_("Paused"),
    "resumed": N_("Resumed"),
    "extended": N_("Closing date moved"),
    "closed": N_("Closed"),
    "reopened": N_("Opened again"),
    "published": N_("Answers published"),
}

NOT_DECIDED = N_("Not decided yet")
WIDTH = 150.0


@dataclass(frozen=True, slots=True)
class Telling:
    """How a report is told: words in the reader's language, moments on the reader's clock, and colours.

    `said` takes the sentence and the values of its places. `drawn` says how plots are drawn on this paper.
    """

    said: Callable[..., str]
    when: Callable[[datetime], str]
    palette: Mapping[str, str]
    language: str = "en"
    on_page: bool = False


def overview(found: Report, plan: Plan, round_: Round, tell: Telling) -> Iterator[Block]:
    """The parts of a report that are not clause by clause."""
    said = tell.said
    yield from _process(found, plan, round_, tell)
    yield Heading(1, said(N_("Who took part")))
    yield Picture(
        _took_part(found.sides, tell), said(N_("Organisations invited and heard, by constituency")), WIDTH
    )
    for side in found.sides:
        if side.invited:
            yield from _side(side, tell)
    yield Heading(1, said(N_("What came, and what became of it")))
    yield Picture(
        _comments(found, tell), said(N_("Comments by constituency and by what became of them")), WIDTH
    )
    yield from _counted(found, tell)
    if any(found.reactions.values()):
        yield Heading(1, said(N_("What commenters say to the answers")))
        yield _reactions(found, tell)
    yield Heading(1, said(N_("Objections that are maintained")))
    yield from _maintained(found, tell)
    yield Heading(1, said(N_("The reviewer's sign-off")))
    if not found.signed:
        yield Paragraph(said(N_("The reviewer has not signed off this report yet.")))
    for signed in found.signed:
        yield from _signed(signed, tell)


def _process(found: Report, plan: Plan, round_: Round, tell: Telling) -> Iterator[Block]:
    said = tell.said
    title = plan.title_ms if tell.language == "ms" and plan.title_ms else plan.title
    yield Paragraph(said(TITLE), look=Look.TITLE)
    yield Paragraph(f"{title} · {round_.name}", look=Look.SUBTITLE)
    yield Heading(1, said(N_("Process and dates")))
    facts: list[tuple[str, Words]] = [
        (said(N_("Draft commented on")), found.draft.name),
        (said(N_("Working days to comment")), str(found.working_days)),
        *((said(EVENT_NAMES[verb]), tell.when(at)) for at, verb in found.events),
    ]
    if found.next_draft:
        facts.insert(1, (said(N_("Draft that follows")), found.next_draft.name))
    if round_.reactions_until:
        facts.append((said(N_("Reactions until")), tell.when(round_.reactions_until)))
    if found.scope:
        malay = tell.language == "ms"
        named = "; ".join(f"{one.label} {(malay and one.text_ms) or one.text}".strip() for one in found.scope)
        facts.append((said(N_("Sections asked about")), named))
    yield Facts(facts)
    for n, question in enumerate(found.questions, 1):
        asked = question.text_ms if tell.language == "ms" and question.text_ms else question.text
        yield Paragraph(asked, number=f"{n}.")


def _labelled(label: str, text: str) -> str:
    """A heading behind its label, said once where the two are the same."""
    return text if label.casefold() == text.casefold() else f"{label} {text}".strip()


def _took_part(sides: Iterable[Side], tell: Telling) -> str:
    rows = [
        Bar(
            tell.said(CONSTITUENCY_NAMES[side.constituency]),
            [
                (len(side.named), side.constituency.value, 1),
                (len(side.others), side.constituency.value, 0.15),
            ],
            tell.said(
                N_("%(named)s named of %(invited)s invited"), named=len(side.named), invited=side.invited
            ),
        )
        for side in sides
        if side.invited
    ]
    return bars(
        tell.said(N_("Organisations invited and heard, by constituency")),
        rows,
        tell.palette,
        classes=tell.on_page,
    )


def _side(side: Side, tell: Telling) -> Iterator[Block]:
    said = tell.said
    yield Heading(2, said(CONSTITUENCY_NAMES[side.constituency]))
    if side.named:
        yield Paragraph([Run(f"{said(N_('Spoke'))}: ", bold=True), Run("; ".join(side.named))])
    if side.silent:
        yield Paragraph([Run(f"{said(N_('Silent'))}: ", bold=True), Run("; ".join(side.silent))])
    elif side.unnamed:
        yield Paragraph(
            said(
                N_("Others of this constituency spoke without being named. So nobody is called silent here.")
            ),
            look=Look.NOTE,
        )


def _comments(found: Report, tell: Telling) -> str:
    rows: list[Bar] = []
    for side in Constituency:
        by = found.dispositions[side]
        total = sum(by.values())
        if not total and side is Constituency.OBSERVER:
            continue
        taken = sum(n for one, n in by.items() if one in CHANGES_TEXT)
        open_ = by.get(None, 0)
        parts = [
            (taken, side.value, 1.0),
            (total - taken - open_, side.value, 0.45),
            (open_, side.value, 0.0),
        ]
        says = tell.said(
            N_("%(total)s: %(taken)s taken up, %(answered)s answered otherwise, %(open)s open"),
            total=total,
            taken=taken,
            answered=total - taken - open_,
            open=open_,
        )
        rows.append(Bar(tell.said(CONSTITUENCY_NAMES[side]), parts, says))
    return bars(
        tell.said(N_("Comments by constituency and by what became of them")),
        rows,
        tell.palette,
        classes=tell.on_page,
    )


def _counted(found: Report, tell: Telling) -> Iterator[Block]:
    said = tell.said
    shown: list[Disposition | None] = [
        one for one in (*Disposition, None) if any(by.get(one) for by in found.dispositions.values())
    ]
    if shown:
        sides = [*SEATS, Constituency.OBSERVER]
        head = [_head(""), *(_head(said(CONSTITUENCY_NAMES[side])) for side in sides)]
        rows = [
            [
                _cell(said(DISPOSITION_NAMES[one] if one else NOT_DECIDED)),
                *(_cell(str(found.dispositions[side].get(one, 0) or "–")) for side in sides),
            ]
            for one in shown
        ]
        yield Table([3, *[1] * len(sides)], [head], rows, small=True)
    types = ", ".join(
        f"{said(TYPE_NAMES[kind])} {found.types[kind.value]}"
        for kind in CommentType
        if found.types.get(kind.value)
    )
    if types:
        yield Paragraph([Run(f"{said(N_('By type'))}: ", bold=True), Run(types)])
    if found.withheld:
        yield Paragraph(
            said(
                N_("Comments made to the secretariat only, and therefore not shown below: %(n)s."),
                n=found.withheld,
            ),
            look=Look.NOTE,
        )


def _reactions(found: Report, tell: Telling) -> Table:
    said = tell.said
    sides = [*SEATS, Constituency.OBSERVER]
    head = [_head(""), *(_head(said(CONSTITUENCY_NAMES[side])) for side in sides)]
    rows = [
        [
            _cell(said(REACTION_NAMES[kind])),
            *(_cell(str(found.reactions[side].get(kind, 0) or "–")) for side in sides),
        ]
        for kind in ReactionKind
    ]
    return Table([3, *[1] * len(sides)], [head], rows, small=True)


def _maintained(found: Report, tell: Telling) -> Iterator[Block]:
    said = tell.said
    if not found.maintained:
        yield Paragraph(said(N_("No objection is maintained.")))
        return
    head = [
        _head(said(title))
        for title in (N_("Constituency"), N_("Ref"), N_("Clause"), N_("Answer"), N_("Why it is maintained"))
    ]
    rows = [
        [
            _cell(said(CONSTITUENCY_NAMES[one.constituency]) if one.constituency else ""),
            _cell(one.ref),
            _cell(one.label),
            _cell(said(DISPOSITION_NAMES[one.disposition])),
            _cell(one.note),
        ]
        for one in found.maintained
    ]
    yield Table([2, 1.4, 1.6, 2, 5], [head], rows, small=True)


def _signed(signed: Signed, tell: Telling) -> Iterator[Block]:
    said = tell.said
    yield Paragraph(
        [
            Run(f"{said(OPINION_NAMES[signed.opinion])}. ", bold=True),
            Run(f"{signed.name}, {tell.when(signed.at)}"),
        ]
    )
    if signed.note:
        yield Paragraph(signed.note, look=Look.QUOTE)
    if not signed.still:
        yield Paragraph(
            said(
                N_(
                    "Something in the books was changed after this was signed; it holds for the books as they were."
                )
            ),
            look=Look.NOTE,
        )


def _head(words: str) -> Cell:
    return Cell([Paragraph([Run(words, bold=True)])], shaded=True)


def _cell(words: str) -> Cell:
    return Cell([Paragraph(words)])


def clause_by_clause(found: Iterable[ClauseReport], tell: Telling, *, level: int = 1) -> Iterator[Block]:
    """Clause by clause: what each constituency said, the commentary, and the change."""
    for clause in found:
        yield from one_clause(clause, tell, level)


def one_clause(clause: ClauseReport, tell: Telling, level: int) -> Iterator[Block]:
    """One clause of the report."""
    said = tell.said
    head = clause.head
    heading = head.in_language(tell.language)
    label = head.label or (said(N_("Whole plan")) if head.clause_id is None else "")
    yield Heading(level, [Run(label, bold=True), *([Run(f"  {heading}")] if heading else [])])
    by_side: dict[Constituency | None, list[Said]] = {}
    for one in clause.said:
        by_side.setdefault(one.comment.constituency, []).append(one)
    for side in (*Constituency, None):
        if side in by_side:
            yield Heading(level + 1, said(CONSTITUENCY_NAMES[side] if side else WITHHELD))
            for one in by_side[side]:
                yield from _comment(one)
    yield from _commentary(clause.said, tell, level)
    if clause.changes:
        yield Heading(level + 1, said(N_("The text now")))
        for change in clause.changes:
            yield _change(change, tell)


def _comment(one: Said) -> Iterator[Paragraph]:
    comment = one.comment
    who = ", ".join(filter(None, (comment.person, comment.organisation)))
    lead = [Run(comment.ref, bold=True), Run(f" {who}: " if who else ": ", bold=True)]
    quoted = comment.exact or comment.field
    if quoted:
        lead.append(Run(f"“{quoted}” ", italic=True))
    yield Paragraph([*lead, Run(comment.text)])
    if comment.proposed is not None:
        verb = Run(f"{comment.proposed_verb or ''} ", bold=True)
        yield Paragraph([verb, *changed(comment.base, comment.proposed)], indent=1, look=Look.SMALL)


def _commentary(said_: Sequence[Said], tell: Telling, level: int) -> Iterator[Block]:
    said = tell.said
    refs: dict[int, list[str]] = {}
    given: dict[int, Given] = {}
    for one in said_:
        for answer in one.answers:
            refs.setdefault(answer.point_id, []).append(one.comment.ref)
            given[answer.point_id] = answer
    if not given:
        return
    yield Heading(level + 1, said(COMMENTARY))
    for point_id, answer in given.items():
        reason = answer.reason_ms if tell.language == "ms" and answer.reason_ms else answer.reason
        words = said(DISPOSITION_NAMES[answer.disposition] if answer.disposition else NOT_DECIDED)
        runs = [Run(f"{words}. ", bold=True)]
        if answer.referred_to:
            runs.append(Run(f"{answer.referred_to}. "))
        if reason:
            runs.append(Run(f"{reason} "))
        runs.append(Run(f"({', '.join(refs[point_id])})", faint=True))
        yield Paragraph(runs)


def _change(change: Change, tell: Telling) -> Paragraph:
    runs = changed(change.before, change.after or "")
    lead = [Run(f"{change.field}: ", bold=True)] if change.field else []
    if change.after is None:
        lead.append(Run(f"{tell.said(N_('Deleted'))}: ", bold=True))
    return Paragraph([*lead, *runs], look=Look.QUOTE)
