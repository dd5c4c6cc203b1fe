"""What a clause will read is saved, tied to who asked for it, taken back, and never lost to another's save."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select
from sqlmodel import Session, col

from app.comments.rules import Attribution, StanceKind, Verb
from app.drafting import queue, resolving
from app.drafting.asked import By
from app.drafting.desk import desk
from app.drafting.queue import Progress, Show
from app.drafting.results import resulting, unbacked_runs, words_before_after
from app.drafting.wording import Picked
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.history import queries as history
from app.history.queries import broken_links
from app.matrix import submitting
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.people.rules import Constituency, Role
from app.plans.models import Clause
from app.rounds.rules import Phase
from tests.factories import (
    NOW,
    make_clause,
    make_comment,
    make_draft,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)

BASE = "Employers with fifty or more workers shall set up a grievance mechanism within twelve months."


def base(*pairs):
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def table(session: Session):
    """A round on a draft, a clause everybody speaks to, two drafters, and somebody of each constituency."""
    plan = make_plan(session)
    draft = make_draft(session, plan)
    round_ = make_round(session, plan, draft)
    clause = session.scalars(
        select(Clause).where(col(Clause.draft_id) == draft.id, col(Clause.position) == 2)
    ).one()
    assert clause.text == BASE
    entry = make_clause(
        session, draft, 20, kind="activity", text="Train inspectors", fields={"Timeline": "2026-2027"}
    )
    seats = {c.value: make_seat(session, plan, constituency=c) for c in Constituency}
    drafters = [viewer_of(make_seat(session, plan, Role.DRAFTER)) for _ in range(2)]

    def say(letter, proposed=None, on=clause, **more):
        comment = make_comment(session, round_, seats[letter], on, proposed=proposed, **more)
        submitting.make_point(session, comment, NOW)
        session.flush()
        return comment

    def point(comment):
        found = session.get(
            Point,
            session.scalars(
                select(col(PointComment.point_id)).where(col(PointComment.comment_id) == comment.id)
            ).one(),
        )
        assert found
        return found

    def write(text, version=0, by=drafters[0], at=NOW + timedelta(hours=1), **more):
        return resolving.write(
            session,
            by=by,
            round_=round_,
            eid=more.pop("eid", clause.eid),
            version=version,
            text=text,
            at=at,
            **more,
        )

    def show(**more):
        return desk(session, more.pop("by_", drafters[0]), round_, more.pop("eid", clause.eid), **more)

    return SimpleNamespace(
        session=session, plan=plan, draft=draft, round=round_, clause=clause, entry=entry, seats=seats,
        drafters=drafters, say=say, point=point, write=write, show=show,
    )  # fmt: skip


def test_a_saved_text_ties_each_changed_run_to_the_points_that_asked_for_it(table):
    a, b = table.say("W", base(("fifty", "twenty"))), table.say("E", base(("twelve", "eighteen")))
    row = table.write(base(("fifty", "twenty"), ("twelve", "nine")))
    asked, own = row.runs
    assert (asked["points"], asked["own"]) == ([table.point(a).id], False)
    assert (own["text"], own["points"], own["own"]) == ("nine", [], True)
    assert row.own_words
    assert [(run.old, run.new) for run in unbacked_runs(table.session, table.round.id)] == [
        ("twelve", "nine")
    ]
    assert resulting(table.session, table.round.id)[table.clause.id, ""].text == row.text
    said = words_before_after(table.session, [table.point(a).id, table.point(b).id])
    assert [(one.before, one.after, one.behind) for one in said[table.point(a).id]] == [
        (BASE, row.text, True)
    ]
    assert [one.behind for one in said[table.point(b).id]] == [False]


def test_own_words_get_a_point_or_a_note_behind_them_and_keep_it_when_the_text_is_saved_again(table):
    b = table.say("E", base(("twelve", "eighteen")))
    row = table.write(base(("twelve", "nine")))
    (run,) = table.show().behind
    assert run.near == (table.point(b).id,)
    assert run.unbacked
    tied = resolving.tie(
        table.session, by=table.drafters[0], round_=table.round, eid=table.clause.eid, version=row.version,
        run=run.key, points=[table.point(b).id], note="", at=NOW,
    )  # fmt: skip
    assert list(unbacked_runs(table.session, table.round.id)) == []
    again = table.write(base(("twelve", "nine"), ("fifty", "forty")), version=tied.version)
    assert {run["text"]: run["points"] for run in again.runs} == {"forty": [], "nine": [table.point(b).id]}
    other = make_round(table.session, table.plan, table.draft, number=3)
    foreign = Point(round_id=other.id or 0, position=0, created_at=NOW)
    table.session.add(foreign)
    table.session.flush()
    with pytest.raises(Invalid, match="no such point"):
        resolving.tie(
            table.session, by=table.drafters[0], round_=table.round, eid=table.clause.eid, version=again.version,
            run=run.key, points=[foreign.id or 0], note="", at=NOW,
        )  # fmt: skip


def test_a_stale_save_loses_neither_text_and_offers_what_joins_them(table):
    first = table.write(base(("fifty", "twenty")))
    table.write(base(("fifty", "twenty"), ("twelve", "nine")), version=1, by=table.drafters[1])
    with pytest.raises(Conflict) as refused:
        table.write(base(("fifty", "twenty"), ("a grievance", "a free grievance")), version=1)
    assert refused.value.theirs["text"] == base(("fifty", "twenty"), ("twelve", "nine"))
    assert refused.value.mine["joined"] == base(
        ("fifty", "twenty"), ("twelve", "nine"), ("a grievance", "a free grievance")
    )
    assert first.version == 2
    table.write(refused.value.mine["joined"], version=2)
    kept = history.of(table.session, "resulting_text", first.id)
    assert [row.after and row.after["version"] for row in kept] == [1, 2, 3]
    assert list(broken_links(table.session)) == []


def test_two_who_write_first_at_once_are_told(table):
    table.write(base(("fifty", "twenty")))
    with pytest.raises(Conflict) as refused:
        table.write(base(("fifty", "ten")), by=table.drafters[1])
    assert refused.value.mine["clashes"] == 1
    assert refused.value.mine["joined"] == base(
        ("fifty", "ten")
    )  # mine stand, and are looked at before they are saved
    assert table.write(base(("fifty", "twenty"))).version == 1  # the same text twice is no conflict


def test_an_earlier_text_and_the_drafts_own_words_can_be_taken_back(table):
    table.write(base(("fifty", "twenty")))
    table.write(None, version=1)
    assert resulting(table.session, table.round.id)[table.clause.id, ""].text is None
    back = {"by": table.drafters[1], "round_": table.round, "eid": table.clause.eid, "at": NOW}
    row = resolving.take_back(table.session, version=2, to=1, **back)
    assert row.text == base(("fifty", "twenty"))
    row = resolving.take_back(table.session, version=3, to=0, **back)
    assert (row.text, row.runs, row.version) == (BASE, [], 4)
    assert [one.verb for one in history.of(table.session, "resulting_text", row.id or 0)] == [
        resolving.WRITTEN, resolving.REWRITTEN, resolving.TAKEN_BACK, resolving.TAKEN_BACK,
    ]  # fmt: skip
    with pytest.raises(NotFound):
        resolving.take_back(table.session, version=4, to=9, **back)


def test_who_may_write_and_when(table):
    for seat in (make_seat(table.session, table.plan, Role.REVIEWER), table.seats["W"]):
        with pytest.raises(Forbidden):
            table.write("Anything.", by=viewer_of(seat))
    with pytest.raises(Invalid, match="empty"):
        table.write(" \n ")
    with pytest.raises(NotFound):
        table.write("Anything.", eid="no_such_clause")
    with pytest.raises(NotFound):
        table.write("Anything.", field="No such field")
    table.round.phase = Phase.PUBLISHED
    with pytest.raises(Conflict):
        table.write("Anything.")


def test_a_field_of_a_table_entry_has_a_text_of_its_own(table):
    table.say("G", "2027-2028", on=table.entry, field="Timeline")
    found = table.show(eid=table.entry.eid, field_="Timeline")
    assert found.base == "2026-2027"
    assert [(tab.name, tab.comments) for tab in found.fields] == [("", 0), ("Timeline", 1)]
    row = table.write("2027-2028", eid=table.entry.eid, field="Timeline")
    assert not row.own_words
    assert (table.entry.id, "Timeline") in resulting(table.session, table.round.id)


def test_what_is_decided_goes_in_and_what_is_turned_down_stays_out(table):
    a, b = table.say("W", base(("fifty", "twenty"))), table.say("E", base(("fifty", "hundred")))
    assert table.show().by is By.ASKED
    assert len(table.show().choices) == 1
    table.point(b).proposed_disposition = Disposition.NOT_ACCEPTED
    table.point(a).proposed_disposition = Disposition.ACCEPTED
    table.session.flush()
    found = table.show()
    assert (found.by, found.choices) == (By.PROPOSED, [])
    assert found.wording.text == base(("fifty", "twenty"))
    assert table.show(by=By.DECIDED).wording.text == BASE
    table.point(a).disposition = Disposition.ACCEPTED
    table.session.flush()
    assert table.show().missing == [table.show().refs[table.point(a).id]]
    table.write(base(("fifty", "hundred")))
    assert table.show().against == []
    table.point(b).disposition = Disposition.NOT_ACCEPTED
    table.session.flush()
    assert table.show().against == [table.show().refs[table.point(b).id]]


def test_what_became_of_each_point_is_suggested_and_nothing_is_set(table):
    a = table.say("W", base(("fifty", "twenty")))
    b = table.say("E", base(("fifty", "hundred")))
    c = table.say("C", base(("fifty", "twenty"), ("twelve", "six")))
    d = table.say("G", "")
    table.write(base(("fifty", "twenty")))
    suggested = {one.point.id: one.suggested for one in table.show().beside}
    assert suggested == {
        table.point(a).id: Disposition.ACCEPTED,
        table.point(b).id: Disposition.NOT_ACCEPTED,
        table.point(c).id: Disposition.PARTLY,
        table.point(d).id: Disposition.NOT_ACCEPTED,
    }
    table.write(None, version=1)
    suggested = {one.point.id: one.suggested for one in table.show().beside}
    assert suggested[table.point(d).id] is Disposition.ACCEPTED
    assert suggested[table.point(a).id] is Disposition.FELL
    assert table.point(a).proposed_disposition is None
    row = resulting(table.session, table.round.id)[table.clause.id, ""]
    assert [run["points"] for run in row.runs] == [[table.point(d).id]]


def test_one_organisation_is_one_voice_and_what_is_withheld_stays_withheld(table):
    text = base(("fifty", "twenty"))
    a = table.say("W", text)
    table.say("W", text)
    table.say("E", text, attribution=Attribution.SECRETARIAT)
    table.say("C", text, attribution=Attribution.CONSTITUENCY)
    for letter in "GC":
        submitting.take_stance(
            table.session, by=viewer_of(table.seats[letter]), round_=table.round, comment_id=a.id,
            kind=StanceKind.SUPPORT, at=NOW,
        )  # fmt: skip
    found = table.show()
    (proposal,) = found.asked
    assert proposal.voices == {"-": 1, "C": 1, "W": 1}
    assert proposal.support == {"C": 1, "G": 1}
    shown = {one.comments[0].constituency: one.comments[0].organisation for one in found.beside}
    assert shown[None] is None
    assert shown[Constituency.CIVIL_SOCIETY] is None
    assert shown[Constituency.WORKERS]


def test_to_move_a_clause_is_not_to_delete_it(table):
    table.say("W", "", proposed_verb=Verb.MOVE, text="→ 2.1")
    found = table.show()
    assert found.goes is None
    assert found.moves
    assert found.moves.voices == {"W": 1}
    table.say("E", "", proposed_verb=Verb.DELETE)
    assert table.show().goes
    (line,) = queue.page(table.session, table.drafters[0], table.round).lines
    assert [(part.proposals, part.collisions) for part in line.parts] == [(1, 1)]


def test_a_text_in_malay_is_merged_with_the_malay_text(table):
    table.clause.text_ms = (
        "Majikan dengan lima puluh pekerja atau lebih hendaklah menubuhkan mekanisme aduan."
    )
    table.session.flush()
    malay = table.clause.text_ms.replace("lima puluh", "dua puluh")
    table.say("W", malay)
    found = table.show()
    assert (found.choices, found.going) == ([], [])
    assert found.wording.text == BASE
    assert found.wording.text_ms == malay


def test_the_queue_tells_how_far_each_clause_has_come(table):
    a = table.say("W", base(("fifty", "twenty")))
    table.say("E", base(("fifty", "hundred")))
    first = table.session.scalars(
        select(Clause).where(col(Clause.draft_id) == table.draft.id, col(Clause.position) == 1)
    ).one()
    only_said = table.say("G", on=first)

    def parts(**how):
        page = queue.page(table.session, table.drafters[0], table.round, **how)
        return {line.eid: [(part.progress, part.collisions) for part in line.parts] for line in page.lines}

    assert parts() == {first.eid: [(Progress.COMMENTS, 0)], table.clause.eid: [(Progress.COLLIDES, 1)]}
    assert list(parts(show=Show.TO_WRITE)) == [table.clause.eid]
    assert parts(mine=True) == {}
    table.point(a).drafter_seat_id = table.drafters[0].seat_id
    table.point(a).disposition = Disposition.ACCEPTED
    table.session.flush()
    assert list(parts(mine=True)) == list(parts(show=Show.MISSING)) == [table.clause.eid]
    table.write(base(("fifty", "twenty")))
    assert parts()[table.clause.eid] == [(Progress.WRITTEN, 1)]
    assert parts(show=Show.MISSING) == parts(show=Show.TO_WRITE) == parts(show=Show.DONE) == {}
    for point in table.session.scalars(select(Point).where(col(Point.clause_id) == table.clause.id)):
        point.disposition = point.disposition or Disposition.NOT_ACCEPTED
    table.session.flush()
    assert list(parts(show=Show.DONE)) == [table.clause.eid]
    assert parts()[table.clause.eid] == [(Progress.DONE, 1)]
    late = table.say("C", base(("twelve", "six")))
    late.saved_at = NOW + timedelta(days=1)
    table.session.flush()
    assert parts()[table.clause.eid] == [(Progress.CHANGED_AFTER, 1)]
    assert table.show().after_it == [f"R2-{late.number:04d}"]
    page = queue.page(table.session, table.drafters[0], table.round, size=1)
    assert ([line.eid for line in page.lines], page.before) == ([first.eid], None)
    page = queue.page(table.session, table.drafters[0], table.round, after=page.after, size=1)
    assert [line.eid for line in page.lines] == [table.clause.eid]
    page = queue.page(table.session, table.drafters[0], table.round, before=page.before, size=1)
    assert [line.eid for line in page.lines] == [first.eid]
    assert only_said.number


def test_a_choice_is_kept_with_the_text_it_made(table):
    table.say("W", base(("fifty", "twenty")))
    table.say("E", base(("fifty", "hundred")))
    (choice,) = table.show().choices
    key = next(one.option.key for one in choice.readings if one.option.text == "twenty")
    table.write(base(("fifty", "twenty")), picked=Picked({choice.key: key}))
    assert [one.picked for one in table.show().choices] == [key]
    assert table.show().wording.began == base(("fifty", "twenty"))


def test_five_hundred_letters_are_one_reading_and_the_page_asks_no_more_of_the_database(table, engine):
    for n in range(30):
        table.say("WECGO"[n % 5], base(("fifty", "twenty" if n % 2 else "ten")))
    table.session.flush()
    asked: list[str] = []

    def counted(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", counted)
    try:
        few = table.show()
        small = len(asked)
        for n in range(60):
            table.say("WECGO"[n % 5], base(("fifty", "twenty" if n % 2 else "ten")))
        asked.clear()
        many = table.show()
        assert len(asked) <= small
        asked.clear()
        queue.page(table.session, table.drafters[0], table.round)
        assert len(asked) <= 9
    finally:
        event.remove(engine, "before_cursor_execute", counted)
    for found in (few, many):
        assert [len(choice.readings) for choice in found.choices] == [2]
        assert [len(one.proposals) for one in found.choices[0].readings] == [1, 1]
