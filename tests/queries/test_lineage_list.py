"""What became of each clause, as a list and as numbers."""

from datetime import UTC, datetime

from sqlmodel import Session

from app.drafting import lineage_list
from app.plans.models import Lineage, Succession
from app.plans.rules import Kind, LineageKind
from tests.factories import make_clause, make_draft, make_plan


def test_lines_of_the_contents_are_neither_shown_nor_counted_and_are_in_the_data(session: Session):
    plan = make_plan(session)
    drafts = [make_draft(session, plan, name=name) for name in ("Draft 1", "Draft 2")]
    made = Succession(
        plan_id=plan.id or 0,
        from_draft_id=drafts[0].id or 0,
        to_draft_id=drafts[1].id or 0,
        computed_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    session.add(made)
    session.flush()
    for position, kind in enumerate((Kind.TOC, Kind.PARAGRAPH), 20):
        before, after = (make_clause(session, draft, position, kind=kind, text="Scope") for draft in drafts)
        session.add(
            Lineage(
                succession_id=made.id or 0,
                from_clause_id=before.id,
                to_clause_id=after.id,
                kind=LineageKind.KEPT,
                similarity=1,
                certain=True,
            )
        )
    gone = make_clause(session, drafts[0], 22, kind=Kind.TOC, text="Annex")
    session.add(
        Lineage(
            succession_id=made.id or 0,
            from_clause_id=gone.id,
            kind=LineageKind.DELETED,
            similarity=0,
            certain=True,
        )
    )
    session.flush()

    rows, following = lineage_list.page(session, made, kind=None, after=0)
    assert [(row.kind, row.after.position if row.after else None) for row in rows] == [(LineageKind.KEPT, 21)]
    assert following is None
    assert lineage_list.counts(session, made.id or 0) == {LineageKind.KEPT: 1}
    assert len(list(lineage_list.every(session, made, kind=None))) == 3, "the data has every line"
