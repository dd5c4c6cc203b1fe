"""Returned files through the pages: sent up, read, looked over, placed, imported; and nothing lost."""

import io
import re
import threading
import uuid
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, select
from sqlmodel import Session

from app.checking import problems
from app.comments.rules import Attribution, Channel, Scope, Verb
from app.mail.models import OutgoingMail
from app.people.balance import seated
from app.plans.models import Draft
from app.returns.clerk import Clerk
from app.returns.models import SheetMapping
from app.returns.rules import Sort, State
from app.rounds.rules import Phase
from tests.documents.docx_builder import deleted, docx, ins, p, r
from tests.documents.returned_builder import Said, copy, end, start
from tests.factories import NOW, make_round
from tests.web.returning import Returning

BODY = (
    p(r("1. Scope"), style="Heading1"),
    p("Every worker may lodge a complaint in a language the worker understands."),
    p("Employers with fifty or more workers set up a grievance mechanism within twelve months."),
    p(r("2. Means"), style="Heading1"),
    p("The Department acknowledges each complaint within three working days of its arrival."),
)
DRAFT = docx(*BODY)


def commented(*said: Said, second: str | None = None) -> bytes:
    """A copy with a thread on one word of the second paragraph and whatever else is said there."""
    keys = [one.key for one in said if not one.parent]
    opened, closed = "".join(map(start, keys)), "".join(map(end, keys))
    paragraph = p(
        r("Every worker may lodge a ")
        + opened
        + r("complaint")
        + closed
        + r(" in a language the worker understands.")
    )
    return copy(BODY[0], paragraph, second or BODY[2], *BODY[3:], comments=said)


THREAD = (
    Said("0", "Say to whom.", author="Aminah"),
    Said("1", "To the Department.", author="Bala", parent="0"),
    Said("2", "Agreed.", author="Aminah", parent="0", done=False),
)


@pytest.fixture
def world(engine: Engine) -> Iterator[Returning]:
    made = Returning(engine, DRAFT)
    yield made
    made.clerk.reader.close()


def saved_again(data: bytes) -> bytes:
    """The same content in other bytes, as another program would save it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return made.getvalue()


def test_a_copy_is_looked_over_before_it_becomes_comments_with_their_thread(world):
    changed = p(
        r("Employers with ")
        + deleted("fifty")
        + ins(r("twenty"))
        + r(" or more workers set up a grievance mechanism within twelve months.")
    )
    (file_id,) = world.send(("ulasan_MC_akhir.docx", commented(*THREAD, second=changed)))
    page = world.show(file_id)
    assert "Majikan Contoh" in page, "the file's name says whose it is"
    new = re.search(r'<a [^>]*href="([^"]+)">Add an organisation</a>', page)
    assert new, "a body that is not in the list can be added from here"
    assert world.secretary.get(new[1]).status_code == 200
    assert re.search(r"<mark[^>]*>complaint</mark>", page)
    assert all(words in page for words in ("Say to whom.", "To the Department.", "Aminah", "Bala", "twenty"))
    assert world.comments() == [], "nothing is saved by looking"

    world.imported(file_id)
    (first, origin), (second, _) = world.comments()
    assert (first.text, first.exact, first.channel) == ("Say to whom.", "complaint", Channel.WORD)
    assert (first.seat_id, first.organisation_id) == (world.focal.id, world.employers.id)
    assert first.attribution is Attribution.ORGANISATION
    assert origin is not None
    assert (origin.author, origin.taken_by_person_id) == (
        "Aminah",
        world.secretary_seat.person_id,
    )
    assert (second.proposed_verb, second.proposed is not None and "twenty or more" in second.proposed) == (
        Verb.REPLACE,
        True,
    )
    matrix = world.secretary.get(f"/rounds/{world.round.id}/comments/{first.id}").text
    assert all(words in matrix for words in ("To the Department.", "Agreed.", "Bala", "ulasan_MC_akhir.docx"))
    with Session(world.engine) as session:
        assert list(problems(session)) == []
        mails = session.scalars(select(OutgoingMail)).all()
    assert len(mails) == 1, "who speaks for the body is told once, not for each comment"
    assert "2 comments stand in your name" in mails[0].text


def test_the_same_again_adds_nothing_and_what_is_new_in_it_is_added_alone(world):
    def sent(name: str, data: bytes) -> tuple[int, int]:
        (file_id,) = world.send((name, data), organisation=world.employers)
        one = world.imported(file_id)
        return one.new_comments, one.known_comments

    data = commented(*THREAD)
    assert sent("one.docx", data) == (1, 0)
    assert sent("one.docx", data) == (0, 3)
    assert sent("the same under another name.docx", saved_again(data)) == (0, 3)
    more = (
        *THREAD,
        Said("3", "One more.", parent="0"),
        Said("4", "Say more."),
        Said("5", "Say more."),
        Said("6", "Why?"),
    )
    assert sent("more.docx", commented(*more)) == (3, 3)
    assert sent("more.docx", saved_again(commented(*more))) == (0, 7)
    assert len(world.comments()) == 4
    with Session(world.engine) as session:
        assert list(problems(session)) == []


def test_one_upload_pressed_twice_is_one_file(world):
    form = {"batch": str(uuid.uuid4())}
    for _ in range(2):
        world.secretary.post(world.base, data=form, files=[("files", ("a.docx", DRAFT))])
    assert len(world.files()) == 1


def test_what_differs_without_being_tracked_is_shown_and_taken_only_by_a_press(world):
    silent = p("Employers with ten or more workers set up a grievance mechanism within twelve months.")
    (file_id,) = world.send(("MC.docx", copy(BODY[0], BODY[1], silent, *BODY[3:])))
    (item,) = world.items(file_id)
    assert item.sort is Sort.UNTRACKED
    assert "Differs without being tracked" in world.show(file_id)
    assert world.decide(file_id, item, "taken").status_code == 303
    world.imported(file_id)
    ((comment, origin),) = world.comments()
    assert (
        comment.proposed
        == "Employers with ten or more workers set up a grievance mechanism within twelve months."
    )
    assert origin is not None
    assert "does not track" in origin.note


SHEET = "Clause;Comment;Proposed change\n2;On the whole section;\n7.7;Where is this?;Delete it\ngeneral;We agree;\n"


def test_a_sheet_comes_in_wholly_or_not_at_all(world):
    (file_id,) = world.send(("KC sheet.csv", SHEET.encode()))
    refused = world.take_in(file_id)
    assert refused.status_code == 422
    assert "wait for a place" in refused.text
    assert world.comments() == []
    lost = next(one for one in world.items(file_id) if not one.wid and not one.general)
    nowhere = world.decide(file_id, lost, "placed", typed="no such words anywhere")
    assert nowhere.status_code == 422
    several = world.decide(file_id, lost, "placed", typed="working days")
    assert several.status_code == 303, "words that stand in one clause are that clause"
    world.imported(file_id)
    said = [(comment.scope, comment.text) for comment, _ in world.comments()]
    assert said == [
        (Scope.SECTION, "On the whole section"),
        (Scope.CLAUSE, "Where is this?\n\nProposed change: Delete it"),
        (Scope.PLAN, "We agree"),
    ]
    assert world.seat(world.comments()[0][0].seat_id).ended_at is not None, (
        "a body without a seat has a voice"
    )
    with Session(world.engine) as session:
        assert seated(session, world.plan.id) == {"E": 1, "W": 1}, "which takes no place at the table"


def test_all_that_waits_can_be_decided_at_once(world):
    (file_id,) = world.send(("KC.csv", SHEET.encode()))
    world.secretary.post(f"{world.base}/{file_id}/rest", data={"do": "left_out"})
    one = world.imported(file_id)
    assert (one.new_comments, len(world.items(file_id))) == (2, 3), "what is left out stays on record"


def test_columns_that_nobody_knows_are_named_once_and_remembered(world):
    data = b"Tempat kami;Kata-kata kami;Nombor telefon kita\n2;Sila jelaskan;012\n"
    (file_id,) = world.send(("KC.csv", data), organisation=world.union)
    assert world.file(file_id).state is State.COLUMNS
    assert "Kata-kata kami" in world.show(file_id)
    form = {"title-0": "Tempat kami", "role-0": "clause", "title-1": "Kata-kata kami", "role-1": "comment"}
    wrong = world.secretary.post(f"{world.base}/{file_id}/columns", data=form | {"role-1": "clause"})
    assert wrong.status_code == 422
    assert world.secretary.post(f"{world.base}/{file_id}/columns", data=form).status_code == 303
    world.clerk.work_through()
    assert [one.text for one in world.items(file_id)] == ["Sila jelaskan"]
    (again,) = world.send(("another.csv", data), organisation=world.union)
    assert world.file(again).state is State.READ
    (other,) = world.send(("theirs.csv", data), organisation=world.employers)
    assert world.file(other).state is State.COLUMNS, "another body's columns are its own"
    with Session(world.engine) as session:
        assert len(session.scalars(select(SheetMapping)).all()) == 2


def test_rows_of_several_bodies_stand_each_in_its_own_name(world):
    rows = "Organisation;Clause;Comment\nMC;1;Ours\nKesatuan Contoh;1;Theirs\nBadan Lain;1;Somebody's\n"
    (file_id,) = world.send(("all.csv", rows.encode()), organisation=world.union)
    world.imported(file_id)
    names = {world.employers.id: "E", world.union.id: "W"}
    assert [(names[c.organisation_id], o.author) for c, o in world.comments() if o and c.organisation_id] == [
        ("E", ""), ("W", ""), ("W", "Badan Lain"),
    ]  # fmt: skip


def test_a_closed_round_takes_what_comes_as_late_and_a_published_one_takes_nothing(world):
    (file_id,) = world.send(("MC.docx", commented(Said("0"))))
    world.move(phase=Phase.CLOSED, closes_at=NOW)
    world.imported(file_id)
    assert [comment.late for comment, _ in world.comments()] == [True]
    world.move(phase=Phase.PUBLISHED)
    assert world.take_in(file_id).status_code == 409
    answer = world.secretary.post(world.base, files=[("files", ("a.docx", DRAFT))])
    assert answer.status_code == 409
    assert "over" in world.secretary.get(world.base).text


def test_others_see_the_body_and_not_who_wrote(world):
    (file_id,) = world.send(("MC.docx", commented(*THREAD)))
    world.imported(file_id)
    ((comment, _),) = world.comments()
    page = world.stranger.get(f"/rounds/{world.round.id}/comments/{comment.id}").text
    assert "Majikan Contoh" in page
    assert "To the Department." not in page, "what colleagues said among themselves stays with them"
    assert "Aminah" not in page
    assert "Bala" not in page
    assert "MC.docx" not in page
    assert "To the Department." in world.speaker.get(f"/rounds/{world.round.id}/comments/{comment.id}").text
    theirs = world.speaker.get(f"/rounds/{world.round.id}/mine").text
    assert "Say to whom." in theirs
    assert "From a returned copy" in theirs
    form = {"version": str(world.file(file_id).version), "organisation": str(world.employers.id)}
    (other,) = world.send(("MC again.docx", commented(Said("0"))))
    form["version"] = str(world.file(other).version)
    refused = world.secretary.post(f"{world.base}/{other}/about", data=form | {"attribution": "named"})
    assert refused.status_code == 422, "nobody is named who did not choose it"


def test_only_the_secretariat_takes_files_in_and_only_in_the_files_round(world):
    data = commented(Said("0"))
    (file_id,) = world.send(("MC.docx", data))
    for client in (world.speaker, world.stranger, world.facilitator):
        assert client.get(world.base).status_code == 403
        assert client.get(f"{world.base}/{file_id}").status_code == 403
        assert client.get(f"{world.base}/{file_id}/file").status_code in {403, 404}
        assert client.post(f"{world.base}/{file_id}/import").status_code == 403
    with Session(world.engine, expire_on_commit=False) as session:
        other = make_round(session, world.plan, session.get_one(Draft, world.draft_id), number=3)
        session.commit()
    elsewhere = f"/rounds/{other.id}/returned/{file_id}"
    assert world.secretary.get(elsewhere).status_code == 404
    assert world.secretary.get(f"{elsewhere}/file").status_code == 404
    assert world.secretary.post(f"{elsewhere}/import").status_code == 404
    kept = world.secretary.get(f"{world.base}/{file_id}/file")
    assert kept.content == data
    assert kept.headers["content-disposition"].startswith("attachment")
    assert world.secretary.get(f"{world.base}/999999/file").status_code == 404


def test_a_refused_file_says_why_in_one_sentence_and_stops_no_other(world):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 200_000_000)
    world.send(
        ("bomb.docx", bomb.getvalue()),
        ("letter.docx", b"<html>no</html>"),
        ("empty.xlsx", b""),
        ("MC.docx", commented(Said("0"))),
    )
    said = {one.name: (one.state, one.problem) for one in world.files()}
    assert [said[name][0] for name in ("bomb.docx", "letter.docx", "empty.xlsx", "MC.docx")] == [
        State.REFUSED, State.REFUSED, State.REFUSED, State.READ,
    ]  # fmt: skip
    page = world.secretary.get(world.base).text
    assert "unpacks to far more than its size" in page
    assert "This file is empty." in page
    assert "Traceback" not in page


def test_a_file_that_a_process_left_half_read_is_read_by_the_next(world):
    answer = world.secretary.post(world.base, files=[("files", ("MC.docx", commented(Said("0"))))])
    assert answer.status_code == 303
    file_id, _ = world.clerk._claim(NOW)  # and dies
    assert file_id is not None
    assert world.clerk.work_through(NOW) == 0, "the claim still holds"
    later = NOW.replace(hour=23)
    assert world.clerk.work_through(later) == 1
    assert world.file(file_id).state is State.READ


def test_two_clerks_share_the_work_and_none_does_it_twice(world):
    files = [("files", (f"{n}.csv", f"Clause;Comment\n1;Number {n}\n".encode())) for n in range(6)]
    assert world.secretary.post(world.base, files=files).status_code == 303
    clerks = [Clerk(world.engine), Clerk(world.engine)]
    threads = [threading.Thread(target=clerk.work_through) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for clerk in clerks:
        clerk.reader.close()
    assert [(one.state, one.tries) for one in world.files()] == [(State.READ, 1)] * 6
    assert [len(world.items(one.id or 0)) for one in world.files()] == [1] * 6


def test_a_clerk_that_is_stopped_while_it_reads_puts_the_file_down(world):
    world.clerk.start()
    world.secretary.post(world.base, files=[("files", ("MC.docx", commented(Said("0"))))])
    world.clerk.stop()
    (one,) = world.files()
    assert one.state in {State.RECEIVED, State.READ}, "and never refuses it"
    world.clerk.stopping.clear()
    world.clerk.work_through(NOW.replace(year=NOW.year + 1))
    assert world.file(one.id).state is State.READ


def test_files_that_are_ready_come_in_by_themselves_and_the_others_wait(world):
    world.send(
        ("MC.docx", commented(Said("0"))),
        ("KC.csv", SHEET.encode()),
        ("nobody.docx", commented(Said("0", "Hm."))),
    )
    world.secretary.post(f"{world.base}/import-ready")
    page = world.secretary.get(world.base).text
    assert "1 file is being worked on." in page
    assert "every 2s" in page
    world.clerk.work_through()
    assert [one.state for one in world.files()] == [State.IMPORTED, State.READ, State.READ]
    assert "every 2s" not in world.secretary.get(world.base).text
    assert "2 returned files wait for you" in world.secretary.get(f"/plans/{world.plan.slug}").text
    assert "wait for you" not in world.speaker.get(f"/plans/{world.plan.slug}").text


@pytest.mark.parametrize("held", ["comments", "changes", "nothing"])
def test_what_went_out_and_comes_back_as_it_was_brings_nothing(world, held):
    changed = p(
        r("Employers with ")
        + deleted("fifty")
        + ins(r("twenty"))
        + r(" or more workers set up a grievance mechanism within twelve months.")
    )
    (file_id,) = world.send(("MC.docx", commented(*THREAD, second=changed)))
    world.imported(file_id)
    out = world.secretary.get(f"/rounds/{world.round.id}/draft.docx", params={"with": held})
    assert out.status_code == 200
    (back,) = world.send(("KC.docx", out.content))
    assert {one.sort for one in world.items(back)} <= {Sort.COMMENT, Sort.CHANGE}, "and differs nowhere"
    assert world.imported(back).new_comments == 0
    assert len(world.comments()) == 2


def test_the_matrix_sent_back_as_a_sheet_brings_nothing(world):
    (file_id,) = world.send(("MC.docx", commented(*THREAD)))
    world.imported(file_id)
    out = world.secretary.get(f"/rounds/{world.round.id}/matrix.csv")
    (back,) = world.send(("KC.csv", out.content))
    assert world.imported(back).new_comments == 0, world.file(back).problem


def test_a_page_of_items_costs_the_same_however_many_there_are(world):
    def statements(rows: int) -> int:
        data = "Clause;Comment\n" + "".join(f"1;Number {n}\n" for n in range(rows))
        (file_id,) = world.send((f"KC {rows}.csv", data.encode()))
        ran: list[str] = []

        def count(*asked):
            ran.append(asked[2])

        event.listen(world.engine, "before_cursor_execute", count)
        world.show(file_id)
        event.remove(world.engine, "before_cursor_execute", count)
        return len(ran)

    statements(2)
    assert statements(3) == statements(150)


def test_the_list_is_there_as_data_for_the_same_people(world):
    world.send(("MC.docx", commented(Said("0"))))
    found = world.secretary.get(f"{world.base}.json").json()
    assert [(row["file"], row["comes"]) for row in found["rows"]] == [("MC.docx", 1)]
    assert world.stranger.get(f"{world.base}.csv").status_code == 403
