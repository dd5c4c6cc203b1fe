"""Reading and commenting through the pages, as a browser without a script would."""

import re
import uuid

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.rules import Attribution, Scope, Status
from app.history import queries as history
from app.home.clock import Clock
from app.mail.models import OutgoingMail
from app.matrix.models import PointComment
from app.people.rules import Constituency, Role
from app.plans.models import Clause
from app.rounds.rules import Isolation, Phase
from tests.factories import make_comment, make_draft, make_plan, make_round, make_seat
from tests.web.browsing import signed_in


class Room:
    """A round on a small draft, with a worker, an employer and the secretariat signed in."""

    def __init__(self, engine: Engine, **round_values) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session)
            draft = make_draft(session, plan)
            self.round = make_round(session, plan, draft, **round_values)
            self.seats = {
                "worker": make_seat(session, plan),
                "employer": make_seat(session, plan, constituency=Constituency.EMPLOYERS),
                "secretariat": make_seat(session, plan, Role.SECRETARIAT),
            }
            self.clauses = list(
                session.scalars(
                    select(Clause).where(col(Clause.draft_id) == draft.id).order_by(col(Clause.position))
                )
            )
            session.commit()
        self.base = f"/rounds/{self.round.id}"

    def client(self, who: str):
        return signed_in(self.engine, self.seats[who].person_id)

    def form(self, clause: Clause, **values) -> dict[str, str]:
        return {
            "client_uuid": str(uuid.uuid4()),
            "wid": clause.wid,
            "text": "Say which authority decides.",
            "type": "substantive",
            "priority": "major",
            "attribution": "organisation",
        } | values

    def comments(self) -> list[Comment]:
        with Session(self.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(Comment).order_by(col(Comment.id))))


@pytest.fixture
def room(engine: Engine) -> Room:
    return Room(engine)


def test_reading_begins_at_the_first_section_and_shows_its_clauses(room: Room):
    client = room.client("worker")
    start = client.get(f"{room.base}/read")
    assert start.status_code == 303
    page = client.get(start.headers["location"])
    assert page.status_code == 200
    for clause in room.clauses[1:4]:
        assert clause.text in page.text
    assert room.clauses[5].text in page.text or room.clauses[5].section_id != room.clauses[0].id


def test_a_comment_sent_from_the_form_is_received_with_ref_receipt_mail_point_and_history(room: Room):
    client = room.client("worker")
    clause = room.clauses[2]
    composer = client.get(f"{room.base}/comments/new?wid={clause.wid}")
    assert clause.text in composer.text
    form = dict(re.findall(r'name="(client_uuid|wid|scope)" value="([^"]*)"', composer.text))
    answer = client.post(
        f"{room.base}/comments",
        data=room.form(
            clause,
            **form,
            exact="fifty or more workers",
            proposed=clause.text.replace("fifty", "twenty"),
        ),
    )
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "Received: R2-0001" in page.text
    assert "R2-0001 is with the secretariat" in page.text
    assert "twenty" in page.text
    (comment,) = room.comments()
    assert (comment.scope, comment.status) == (Scope.PASSAGE, Status.SUBMITTED)
    assert clause.text[comment.start : comment.end] == "fifty or more workers" == comment.exact
    assert comment.proposed_verb == "REPLACE"
    Clock(room.engine).write_receipts(comment.saved_at)
    with Session(room.engine) as session:
        assert [row.verb for row in history.of(session, "comment", comment.id or 0)] == ["submit"]
        assert session.scalars(select(PointComment)).one().comment_id == comment.id
        mail = session.scalars(select(OutgoingMail)).one()
        assert "R2-0001" in mail.subject
        assert "Say which authority decides." in mail.text
    receipt = client.get(f"{room.base}/comments/{comment.id}/receipt.txt")
    assert "R2-0001" in receipt.text


def test_the_same_form_sent_twice_is_one_comment(room: Room):
    client = room.client("worker")
    form = room.form(room.clauses[1])
    for _ in range(3):
        assert client.post(f"{room.base}/comments", data=form).status_code == 303
    assert len(room.comments()) == 1


def test_somebody_elses_form_id_takes_nothing_over(room: Room):
    form = room.form(room.clauses[1])
    room.client("worker").post(f"{room.base}/comments", data=form)
    answer = room.client("employer").post(f"{room.base}/comments", data=form | {"text": "Mine now."})
    assert answer.status_code == 422
    assert [comment.text for comment in room.comments()] == ["Say which authority decides."]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": " "}, "Write what you want to say"),
        ({"priority": "critical"}, "A critical comment says on what ground"),
        (
            {"scope": "passage", "exact": "words that are not there at all"},
            "The quoted words are not in this clause",
        ),
        ({"proposed": "  "}, "The proposed text is empty"),
        ({"type": "nonsense"}, "Something in this form cannot be read"),
        ({"client_uuid": "1"}, "Something in this form cannot be read"),
        ({"text": "x" * 20_001}, "This is too long"),
    ],
)
def test_what_cannot_be_sent_comes_back_as_typed_and_leaves_nothing(room: Room, change, sentence):
    client = room.client("worker")
    typed = room.form(room.clauses[1], rationale="A reason typed at midnight") | change
    answer = client.post(f"{room.base}/comments", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "A reason typed at midnight" in answer.text
    assert room.comments() == []


def test_a_comment_is_kept_unsent_and_sent_later_with_others(room: Room):
    client = room.client("worker")
    for clause in room.clauses[1:3]:
        client.post(f"{room.base}/comments", data=room.form(clause, do="keep"))
    kept = room.comments()
    assert [comment.status for comment in kept] == [Status.DRAFT, Status.DRAFT]
    assert "You have not" not in client.get(f"{room.base}/mine").text
    assert room.clauses[1].label in client.get(f"{room.base}/mine").text
    assert kept[0].text not in room.client("secretariat").get(f"{room.base}/read/{room.clauses[0].eid}").text
    sent = client.post(f"{room.base}/mine/submit", data={"comment_id": [c.id for c in kept]})
    assert sent.status_code == 303
    assert [comment.number for comment in room.comments()] == [1, 2]


def test_autosave_keeps_one_draft_however_often_it_comes(room: Room):
    client = room.client("worker")
    form = room.form(room.clauses[1])
    for text in ("S", "Say", "Say which"):
        answer = client.post(f"{room.base}/comments/autosave", data=form | {"text": text})
        assert answer.status_code == 200
    assert [(comment.text, comment.status) for comment in room.comments()] == [("Say which", Status.DRAFT)]


def test_a_changed_comment_keeps_its_earlier_wording_and_a_stale_change_shows_both(room: Room):
    client = room.client("worker")
    client.post(f"{room.base}/comments", data=room.form(room.clauses[1]))
    (comment,) = room.comments()
    edit = f"{room.base}/comments/{comment.id}/edit"
    first = client.get(edit)
    version = re.findall(r'name="version" value="(\d+)"', first.text)[0]
    said = room.form(room.clauses[1], text="Say which authority, and by when.", version=version)
    assert client.post(edit, data=said).status_code == 303
    stale = client.post(edit, data=said | {"text": "A third wording."})
    assert stale.status_code == 409
    assert "Say which authority, and by when." in stale.text
    assert "A third wording." in stale.text
    with Session(room.engine) as session:
        rows = history.of(session, "comment", comment.id or 0)
        assert [row.verb for row in rows] == ["submit", "edit"]
        assert rows[1].before is not None
        assert rows[1].before["text"] == "Say which authority decides."
    again = re.findall(r'name="version" value="(\d+)"', stale.text)[0]
    assert client.post(edit, data=said | {"text": "A third wording.", "version": again}).status_code == 303
    assert room.comments()[0].text == "A third wording."


def test_a_withdrawn_comment_keeps_its_number_and_is_seen_by_its_author_and_the_secretariat_only(room: Room):
    client = room.client("worker")
    client.post(f"{room.base}/comments", data=room.form(room.clauses[1]))
    (comment,) = room.comments()
    address = f"{room.base}/comments/{comment.id}"
    assert client.post(f"{address}/withdraw").status_code == 303
    assert client.post(f"{address}/withdraw").status_code == 409
    assert room.comments()[0].number == 1
    assert client.get(address).status_code == 200
    assert room.client("secretariat").get(address).status_code == 200
    assert room.client("employer").get(address).status_code == 404
    client.post(f"{room.base}/comments", data=room.form(room.clauses[1]))
    assert [c.number for c in room.comments()] == [1, 2]


def test_nobody_changes_or_withdraws_anothers_comment(room: Room):
    room.client("worker").post(f"{room.base}/comments", data=room.form(room.clauses[1]))
    (comment,) = room.comments()
    for who in ("employer", "secretariat"):
        other = room.client(who)
        for what in ("edit", "withdraw", "discard"):
            answer = other.post(f"{room.base}/comments/{comment.id}/{what}", data=room.form(room.clauses[1]))
            assert answer.status_code in {303, 403, 404}
        assert other.get(f"{room.base}/comments/{comment.id}/receipt.txt").status_code == 404
    (after,) = room.comments()
    assert (after.text, after.status) == (comment.text, Status.SUBMITTED)


def test_support_and_objection_are_an_organisations_word_one_each(room: Room):
    room.client("worker").post(f"{room.base}/comments", data=room.form(room.clauses[1]))
    (comment,) = room.comments()
    address = f"{room.base}/comments/{comment.id}/stance"
    employer = room.client("employer")
    assert employer.post(address, data={"kind": "object", "reason": " "}).status_code == 422
    assert employer.post(address, data={"kind": "object", "reason": "Too costly."}).status_code == 303
    assert employer.post(address, data={"kind": "support"}).status_code == 303
    assert room.client("worker").post(address, data={"kind": "support"}).status_code == 403
    assert room.client("secretariat").post(address, data={"kind": "support"}).status_code == 403
    page = employer.get(f"{room.base}/read/{room.clauses[0].eid}").text
    assert re.search(r'aria-pressed="true">.*?Support', page, re.DOTALL)
    assert employer.post(address, data={"kind": ""}).status_code == 303


def test_a_clause_is_supported_in_one_press_and_it_can_be_taken_back(room: Room):
    client = room.client("worker")
    page = f"{room.base}/read/{room.clauses[0].eid}"
    form = {"wid": room.clauses[1].wid, "kind": "support", "back": room.clauses[0].eid}
    assert client.post(f"{room.base}/answers", data=form).status_code == 303
    assert re.search(r'value=""\s+aria-pressed="true" data-answer="support"', client.get(page).text)
    assert client.post(f"{room.base}/answers", data=form | {"kind": ""}).status_code == 303
    assert 'aria-pressed="true"' not in client.get(page).text


def test_isolation_hides_others_until_the_round_closes(engine: Engine):
    room = Room(engine, isolation=Isolation.ORGANISATION)
    room.client("worker").post(f"{room.base}/comments", data=room.form(room.clauses[1]))
    (comment,) = room.comments()
    employer = room.client("employer")
    page = f"{room.base}/read/{room.clauses[0].eid}"
    assert comment.text not in employer.get(page).text
    assert employer.get(f"{room.base}/comments/{comment.id}").status_code == 404
    assert (
        employer.post(f"{room.base}/comments/{comment.id}/stance", data={"kind": "support"}).status_code
        == 404
    )
    assert comment.text in room.client("secretariat").get(page).text
    with Session(engine) as session:
        row = session.merge(room.round)
        row.phase = Phase.CLOSED
        session.commit()
    assert comment.text in employer.get(page).text


def test_a_confidential_comment_is_on_no_page_of_anybody_else(room: Room):
    form = room.form(room.clauses[1], attribution="secretariat", text="They threatened our members.")
    room.client("worker").post(f"{room.base}/comments", data=form)
    page = f"{room.base}/read/{room.clauses[0].eid}"
    assert "They threatened" not in room.client("employer").get(page).text
    assert "They threatened" in room.client("secretariat").get(page).text


def test_a_comment_in_a_closed_round_is_taken_and_marked_late(engine: Engine):
    room = Room(engine, phase=Phase.CLOSED)
    assert (
        room.client("worker").post(f"{room.base}/comments", data=room.form(room.clauses[1])).status_code
        == 303
    )
    assert room.comments()[0].late


def test_a_paused_round_keeps_what_is_written_and_takes_nothing(engine: Engine):
    room = Room(engine, phase=Phase.PAUSED)
    client = room.client("worker")
    form = room.form(room.clauses[1])
    assert client.post(f"{room.base}/comments", data=form).status_code == 409
    assert client.post(f"{room.base}/comments", data=form | {"do": "keep"}).status_code == 303
    assert [c.status for c in room.comments()] == [Status.DRAFT]


def test_a_long_comment_is_offered_as_several_and_sent_as_several(room: Room):
    client = room.client("worker")
    text = (
        "1. Say which authority decides.\n2. Give the complainant a copy.\n3. Publish the numbers each year."
    )
    form = room.form(room.clauses[1], text=text, do="split", proposed=room.clauses[1].text + " It is free.")
    for _ in range(2):
        assert client.post(f"{room.base}/comments", data=form).status_code == 303
    sent = room.comments()
    assert len(sent) == 3
    assert [c.split_from_id for c in sent] == [None, sent[0].id, sent[0].id]
    assert [c.proposed is not None for c in sent] == [True, False, False]


def test_a_section_and_the_whole_plan_can_be_commented_on(room: Room):
    client = room.client("worker")
    client.post(f"{room.base}/comments", data=room.form(room.clauses[0], scope="section"))
    client.post(f"{room.base}/comments", data=room.form(room.clauses[0], scope="plan", wid=""))
    assert [(c.scope, c.position) for c in room.comments()] == [(Scope.SECTION, 0), (Scope.PLAN, -1)]


def test_whoever_reads_is_led_only_where_they_may_go(room: Room):
    for who in ("worker", "secretariat"):
        client = room.client(who)
        page = client.get(f"{room.base}/read", follow_redirects=True).text
        leads = set(re.findall(rf'href="({room.base}/(?:comments/new|enter)\?[^"]+)"', page))
        assert any("wid=plan" in lead for lead in leads), "the whole plan too can be spoken of"
        assert all(client.get(lead.replace("&amp;", "&")).status_code == 200 for lead in leads), who


@pytest.mark.parametrize("each", [1, 40])
def test_the_page_costs_the_same_number_of_statements_however_much_was_said(room: Room, each: int):
    from sqlalchemy import event

    with Session(room.engine) as session:
        round_ = session.merge(room.round)
        for _ in range(each):
            for clause in room.clauses:
                make_comment(session, round_, room.seats["worker"], clause, attribution=Attribution.NAMED)
        session.commit()
    client = room.client("employer")
    page = f"{room.base}/read/{room.clauses[0].eid}"
    client.get(page)
    statements: list[str] = []
    event.listen(room.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert client.get(page).status_code == 200
    assert len(statements) <= 27, statements
