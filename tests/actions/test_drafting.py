"""What becomes of a draft's text: imported, replaced, corrected, frozen; on both databases."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlmodel import Session

from app.documents.docx.draft import read_draft
from app.documents.drafts import ClauseText, DraftText
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.history import queries as history
from app.people.rules import Language, Role, Viewer
from app.plans import actions, correcting, importing, queries, translating
from app.plans.correcting import Correction
from app.plans.models import Draft, Plan
from app.plans.rules import DraftStatus, Kind
from app.plans.translating import Entry
from app.positions.models import SectionRead
from app.rounds.replacing import replace_draft
from app.rounds.rules import Phase
from tests.factories import make_comment, make_plan, make_round, make_seat, viewer_of
from tests.word import PLAN, word_file

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Desk:
    """A drafter's desk: a plan, and the draft that was imported into it."""

    def __init__(self, session: Session, text: DraftText | None = None) -> None:
        self.session = session
        self.plan: Plan = make_plan(session)
        self.by: Viewer = viewer_of(make_seat(session, self.plan, Role.DRAFTER))
        self.draft = self.take_in(text or read_draft(PLAN), "Draft 1")
        self.id = self.draft.id or 0
        session.commit()

    def take_in(self, text: DraftText, name: str) -> Draft:
        return importing.import_draft(
            self.session,
            by=self.by,
            plan=self.plan,
            name=name,
            marking="",
            language=Language.ENGLISH,
            text=text,
            file=b"the file",
            file_name="plan.docx",
            at=NOW,
        )

    def put(self, data: bytes) -> Draft:
        self.session.refresh(self.draft)
        return replace_draft(
            self.session,
            by=self.by,
            draft_id=self.id,
            version=self.draft.version,
            text=read_draft(data),
            file=data,
            file_name="other.docx",
            at=NOW,
        )

    def freeze(self) -> Draft:
        return actions.freeze(self.session, by=self.by, draft_id=self.id, version=None, at=NOW)

    def clauses(self) -> list[queries.ClauseView]:
        return queries.clauses(self.session, self.id)

    def texts(self) -> list[str]:
        return [one.text for one in self.clauses()]

    def find(self, text: str) -> queries.ClauseView:
        return next(one for one in self.clauses() if one.text == text)

    def under(self, text: str) -> str | None:
        parent = self.find(text).parent_id
        return next((one.text for one in self.clauses() if one.clause_id == parent), None)

    def mend(self, said: str, verb: str, /, **values: Any) -> None:
        one = self.find(said)
        done = getattr(correcting, verb)
        given: dict[str, Any] = {"by": self.by, "draft_id": self.id, "wid": one.wid, "at": NOW}
        if verb != "insert_clause":
            given["version"] = one.version
        done(self.session, **(given | values))

    def correct(self, said: str, /, **values: Any) -> None:
        one = self.find(said)
        stands = Correction(one.kind, one.level, one.number, one.label, one.text, one.fields)
        self.mend(said, "correct", change=replace(stands, **values))


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


SENTENCE = "It is reviewed every year. The review is published."


def test_only_those_who_prepare_drafts_import_one(desk: Desk):
    desk.by = viewer_of(make_seat(desk.session, desk.plan, Role.PARTICIPANT))
    with pytest.raises(Forbidden):
        desk.take_in(read_draft(PLAN), "Draft 2")
    desk.by = viewer_of(make_seat(desk.session, make_plan(desk.session), Role.DRAFTER))
    with pytest.raises(NotFound):
        desk.take_in(read_draft(PLAN), "Draft 2")
    with pytest.raises(NotFound):
        desk.freeze()


def test_an_import_is_one_row_of_history(desk: Desk):
    rows = history.of(desk.session, "draft", desk.id)
    assert [(row.verb, (row.after or {})["clauses"]) for row in rows] == [("imported", 6)]


def test_a_clause_that_stands_word_for_word_in_the_next_draft_keeps_its_permanent_id(desk: Desk):
    next_text = read_draft(
        word_file(("Complaints", 1), "Every worker may lodge a complaint.", "A new sentence.")
    )
    second = desk.take_in(next_text, "Draft 2")
    before = {one.text: one.wid for one in desk.clauses()}
    after = {one.text: one.wid for one in queries.clauses(desk.session, second.id or 0)}
    assert after["Complaints"] == before["Complaints"]
    assert after["Every worker may lodge a complaint."] == before["Every worker may lodge a complaint."]
    assert after["A new sentence."] not in before.values()


def test_look_alikes_of_another_place_are_not_taken_for_one_another(desk: Desk):
    first = desk.take_in(read_draft(word_file(("A", 1), "Conduct training.", ("B", 1), "Else.")), "Draft 2")
    second = desk.take_in(
        read_draft(word_file(("A", 1), "Conduct training.", ("B", 1), "Conduct training.")), "Draft 3"
    )
    before = [one.wid for one in queries.clauses(desk.session, first.id or 0)]
    after = [one.wid for one in queries.clauses(desk.session, second.id or 0)]
    assert after[:3] == before[:3]
    assert after[3] not in before
    assert len(set(after)) == 4


def test_a_long_draft_is_imported_in_a_fixed_number_of_statements(engine: Engine):
    def statements(paragraphs: int) -> int:
        clauses = [
            ClauseText(f"w{n}", f"p_{n}", "", "para", 1, "", f"Paragraph {n}.", label=f"{n}")
            for n in range(paragraphs)
        ]
        counted: list[str] = []
        with Session(engine, expire_on_commit=False) as session:
            desk = Desk(session)
            event.listen(engine, "before_cursor_execute", lambda _c, _k, said, *_: counted.append(said))
            desk.take_in(DraftText("Plan", "en", clauses), f"Draft of {paragraphs}")
            return len(counted)

    assert statements(1500) <= statements(10) + 4  # rows are inserted a thousand at a time


def test_a_draft_can_be_replaced_until_its_first_comment(desk: Desk):
    desk.freeze()
    round_ = make_round(desk.session, desk.plan, desk.draft, phase=Phase.SCHEDULED, number=1)
    seat = make_seat(desk.session, desk.plan)
    other = word_file(("Introduction", 1), "This Plan says what is to be done.")
    assert desk.put(other).status is DraftStatus.BEING_EDITED
    desk.freeze()
    round_.phase = Phase.OPEN
    desk.session.flush()
    assert desk.put(PLAN).status is DraftStatus.FROZEN  # people may be reading it
    make_comment(desk.session, round_, seat)
    with pytest.raises(Conflict):
        desk.put(other)
    assert len(desk.texts()) == 6


def test_a_file_that_could_not_be_frozen_does_not_replace_a_text_people_are_reading(desk: Desk):
    desk.freeze()
    make_round(desk.session, desk.plan, desk.draft, phase=Phase.OPEN)
    empty = read_draft(PLAN)
    empty.clauses[1].text = ""
    with pytest.raises(Conflict):
        replace_draft(
            desk.session,
            by=desk.by,
            draft_id=desk.id,
            version=desk.draft.version,
            text=empty,
            file=b"",
            file_name="",
            at=NOW,
        )


def test_names_and_numbers_too_long_for_their_columns_lose_no_text(desk: Desk):
    long = [
        ClauseText(
            f"w{n}", f"{'part__' * 60}{n}", "9." * 40, "para", 1, "", "Words.", label=f"{'x' * 200}{n}"
        )
        for n in range(2)
    ]
    made = desk.take_in(DraftText("Plan", "en", long), "Draft 2")
    found = queries.clauses(desk.session, made.id or 0)
    assert [one.text for one in found] == [f"{'9.' * 40} Words."] * 2
    assert len({one.eid for one in found}) == len({one.label for one in found}) == 2


def test_a_replacement_keeps_what_stays_and_writes_down_what_goes(desk: Desk):
    before = {one.text: one for one in desk.clauses()}
    desk.session.add(
        SectionRead(
            round_id=make_round(desk.session, desk.plan, desk.draft, phase=Phase.SCHEDULED).id or 0,
            seat_id=desk.by.seat_id or 0,
            section_id=before["Complaints"].clause_id,
            at=NOW,
        )
    )
    desk.put(word_file("Before all.", ("Introduction", 1), SENTENCE, "This Plan says what is to be done."))
    after = {one.text: one for one in desk.clauses()}
    assert after[SENTENCE].clause_id == before[SENTENCE].clause_id
    assert after[SENTENCE].position == 2
    assert desk.under(SENTENCE) == "Introduction"
    last = history.of(desk.session, "draft", desk.id)[-1]
    assert last.verb == "replaced"
    assert "Every worker may lodge a complaint." in (last.before or {})["gone"].values()


def test_a_replacement_that_would_take_away_what_somebody_began_to_comment_on_is_refused(desk: Desk):
    from app.comments.rules import Status
    from app.plans.models import Clause

    desk.freeze()
    round_ = make_round(desk.session, desk.plan, desk.draft)
    begun = desk.session.get(Clause, desk.find("Every worker may lodge a complaint.").clause_id)
    make_comment(desk.session, round_, make_seat(desk.session, desk.plan), begun, status=Status.DRAFT)
    with pytest.raises(Conflict):
        desk.put(word_file(("Introduction", 1), "This Plan says what is to be done."))


def test_a_correction_is_in_the_clauses_history_with_before_and_after(desk: Desk):
    desk.correct(SENTENCE, text="It is reviewed every two years.", number="1.2")
    one = desk.find("It is reviewed every two years.")
    row = history.of(desk.session, "clause", one.clause_id)[-1]
    assert row.verb == "corrected"
    assert row.before == {"text": SENTENCE, "number": ""}
    assert (row.after or {})["number"] == "1.2"
    assert one.label == "1.2"


def test_a_stale_correction_is_refused_with_both_texts(desk: Desk):
    one = desk.find(SENTENCE)
    desk.correct(SENTENCE, text="Hers.")
    stale = Correction(one.kind, one.level, one.number, one.label, "His.", one.fields)
    with pytest.raises(Conflict) as told:
        correcting.correct(
            desk.session, by=desk.by, draft_id=desk.id, wid=one.wid, version=one.version, change=stale, at=NOW
        )
    assert (told.value.theirs["text"], told.value.mine["text"]) == ("Hers.", "His.")


def test_a_paragraph_that_becomes_a_heading_takes_what_follows_it(desk: Desk):
    desk.correct("This Plan says what is to be done.", kind=Kind.HEADING, level=2)
    assert desk.under(SENTENCE) == "This Plan says what is to be done."
    assert [one.text for one in queries.outline(desk.session, desk.id)] == [
        "Introduction",
        "This Plan says what is to be done.",
        "Complaints",
    ]
    desk.correct("This Plan says what is to be done.", kind=Kind.PARAGRAPH)
    assert desk.under(SENTENCE) == "Introduction"


def test_a_label_that_a_person_gave_stays_when_numbers_change(desk: Desk):
    desk.correct(SENTENCE, label="Review clause")
    desk.correct("Introduction", number="1.")
    assert desk.find(SENTENCE).label == "Review clause"
    assert desk.find("Introduction").label == "1"
    assert desk.find("Introduction").eid == "chp_1"
    desk.correct(SENTENCE, label="")
    assert desk.find(SENTENCE).label == "1 ¶2"


def test_a_clause_is_put_under_the_one_before_it_and_taken_out_again(desk: Desk):
    desk.mend(SENTENCE, "indent")
    assert desk.under(SENTENCE) == "This Plan says what is to be done."
    desk.mend(SENTENCE, "outdent")
    assert desk.under(SENTENCE) == "Introduction"
    with pytest.raises(Invalid):
        desk.mend(SENTENCE, "outdent")
    with pytest.raises(Invalid):
        desk.mend("This Plan says what is to be done.", "indent")


def test_splitting_and_joining_a_clause_loses_no_word(desk: Desk):
    desk.mend(SENTENCE, "split", second="The review")
    assert desk.texts()[2:4] == ["It is reviewed every year.", "The review is published."]
    second = desk.find("The review is published.")
    assert desk.under(second.text) == "Introduction"
    assert second.eid == "hcontainer_1__p_3"
    desk.mend("It is reviewed every year.", "join", following=second.wid)
    assert desk.find(SENTENCE).wid != second.wid
    assert len(desk.texts()) == 6


@pytest.mark.parametrize("second", ["", "It is reviewed", "not in it", "review"])
def test_a_clause_cannot_be_split_where_it_is_not_clear(desk: Desk, second: str):
    with pytest.raises(Invalid) as told:
        desk.mend(SENTENCE, "split", second=second)
    assert "second" in told.value.fields


def test_what_stood_below_a_clause_stands_below_its_second_part(desk: Desk):
    desk.mend(
        "This Plan says what is to be done.", "insert_clause", before=False, kind=Kind.ITEM, text="an item"
    )
    desk.mend("an item", "indent")
    desk.mend("This Plan says what is to be done.", "split", second="what is")
    assert desk.under("an item") == "what is to be done."
    desk.mend("what is to be done.", "delete_clause")
    assert desk.under("an item") == "Introduction"


def test_joining_keeps_the_number_of_the_second_clause_in_the_text(desk: Desk):
    desk.correct(SENTENCE, number="(b)")
    desk.mend("This Plan says what is to be done.", "join", following=desk.find(SENTENCE).wid)
    assert desk.texts()[1] == f"This Plan says what is to be done. (b) {SENTENCE}"


def test_a_clause_is_inserted_before_or_after_all_that_stands_below(desk: Desk):
    desk.mend(SENTENCE, "indent")
    desk.mend(
        "This Plan says what is to be done.",
        "insert_clause",
        before=False,
        kind=Kind.PARAGRAPH,
        text="After.",
    )
    desk.mend("Introduction", "insert_clause", before=True, kind=Kind.HEADING, text="Foreword")
    assert desk.texts()[:5] == [
        "Foreword",
        "Introduction",
        "This Plan says what is to be done.",
        SENTENCE,
        "After.",
    ]
    assert desk.under("After.") == "Introduction"
    assert [one.text for one in queries.outline(desk.session, desk.id)][:2] == ["Foreword", "Introduction"]
    with pytest.raises(Invalid):
        desk.mend(SENTENCE, "insert_clause", before=True, kind=Kind.PARAGRAPH, text="  ")


def test_a_deleted_clause_is_still_in_the_history(desk: Desk):
    one = desk.find(SENTENCE)
    desk.mend(SENTENCE, "delete_clause")
    row = history.of(desk.session, "clause", one.clause_id)[-1]
    assert (row.verb, (row.before or {})["text"]) == ("deleted", SENTENCE)
    assert list(history.broken_links(desk.session)) == []


def test_a_draft_with_an_empty_clause_or_one_label_twice_is_not_frozen(desk: Desk):
    desk.correct(SENTENCE, text="")
    with pytest.raises(Invalid):
        desk.freeze()
    desk.correct("", text=SENTENCE, label=desk.texts()[0])
    with pytest.raises(Invalid):
        desk.freeze()
    desk.correct(SENTENCE, label="")
    assert desk.freeze().status is DraftStatus.FROZEN


def test_no_action_alters_a_frozen_text(desk: Desk):
    frozen = desk.freeze()
    before = desk.clauses()
    change = Correction(Kind.PARAGRAPH, 1, "", "", "Other words.", {})
    tries: list[tuple[str, dict[str, Any]]] = [
        ("correct", {"change": change}),
        ("relabel", {"label": "x"}),
        ("indent", {}),
        ("outdent", {}),
        ("split", {"second": "The review"}),
        ("join", {"following": before[3].wid}),
        ("insert_clause", {"before": True, "kind": Kind.PARAGRAPH, "text": "x"}),
        ("delete_clause", {}),
    ]
    writing = {
        name
        for name, value in vars(correcting).items()
        if callable(value) and getattr(value, "__module__", "") == correcting.__name__ and name[0].islower()
    }
    assert writing - {"_" + name for name in writing} >= {name for name, _ in tries}
    assert {name for name in writing if not name.startswith("_")} == {name for name, _ in tries}
    for verb, values in tries:
        with pytest.raises(Conflict):
            desk.mend(SENTENCE, verb, **values)
    with pytest.raises(Conflict):
        actions.freeze(desk.session, by=desk.by, draft_id=desk.id, version=frozen.version, at=NOW)
    assert desk.clauses() == before


def test_malay_is_frozen_with_the_text_and_only_what_is_missing_can_follow(desk: Desk):
    first, second = desk.clauses()[1:3]
    entry = Entry(first.wid, "Pelan ini.", {}, first.version)
    translating.enter_malay(desk.session, by=desk.by, draft_id=desk.id, entries=[entry], at=NOW)
    desk.freeze()
    with pytest.raises(Conflict):
        translating.enter_malay(
            desk.session, by=desk.by, draft_id=desk.id, entries=[Entry(first.wid, "Lain.", {})], at=NOW
        )
    late = [Entry(second.wid, "Disemak.", {}, second.version)]
    assert translating.enter_malay(desk.session, by=desk.by, draft_id=desk.id, entries=late, at=NOW) == 1
    assert [one.text_ms for one in desk.clauses()][1:3] == ["Pelan ini.", "Disemak."]
    assert (history.of(desk.session, "clause", second.clause_id)[-1].after or {})["frozen"] is True


def test_two_drafters_at_one_draft_lose_nothing(engine: Engine):
    with Session(engine, expire_on_commit=False) as session:
        desk = Desk(session)
        wids = [one.wid for one in desk.clauses() if one.kind is Kind.PARAGRAPH]
        desk.session.commit()

    def insert_beside(wid: str) -> None:
        for n in range(3):
            with Session(engine, expire_on_commit=False) as own:
                correcting.insert_clause(
                    own,
                    by=desk.by,
                    draft_id=desk.id,
                    wid=wid,
                    before=False,
                    kind=Kind.PARAGRAPH,
                    text=f"{wid} {n}",
                    at=NOW,
                )
                own.commit()

    threads = [threading.Thread(target=insert_beside, args=(wid,)) for wid in wids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        found = queries.clauses(session, desk.id)
    assert [one.position for one in found] == list(range(6 + 3 * len(wids)))
    assert len({one.eid for one in found}) == len(found)


def test_whatever_is_mended_the_order_holds(session: Session):
    desk = Desk(session)

    @settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(VERBS), st.booleans()), max_size=8))
    def mended(steps: list[tuple[int, str, bool]]) -> None:
        for at, verb, before in steps:
            clauses = desk.clauses()
            one = clauses[at % len(clauses)]
            given: dict[str, Any] = {"by": desk.by, "draft_id": desk.id, "wid": one.wid, "at": NOW}
            try:
                if verb == "insert_clause":
                    kind = Kind.HEADING if before else Kind.ITEM
                    correcting.insert_clause(
                        session, **given, before=before, kind=kind, text="New words. More."
                    )
                elif verb == "join":
                    after = clauses[(at + 1) % len(clauses)]
                    correcting.join(session, **given, version=one.version, following=after.wid)
                elif verb == "split":
                    correcting.split(session, **given, version=one.version, second="More.")
                elif verb == "delete_clause" and len(clauses) < 4:
                    continue
                else:
                    getattr(correcting, verb)(session, **given, version=one.version)
            except (Invalid, Conflict):
                continue
        found = desk.clauses()
        places = {one.clause_id: one.position for one in found}
        assert [one.position for one in found] == list(range(len(found)))
        assert len({one.eid for one in found}) == len(found)
        assert all(one.parent_id is None or places[one.parent_id] < one.position for one in found)
        assert all(one.section_id in places for one in found)
        assert all(one.position <= one.until < len(found) for one in found)

    mended()
    assert list(history.broken_links(session)) == []


VERBS = ("indent", "outdent", "split", "join", "insert_clause", "delete_clause")
