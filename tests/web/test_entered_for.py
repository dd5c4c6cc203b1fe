"""What came by letter, mail or telephone, entered for somebody through the page."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlmodel import Session

from app.checking import problems
from app.comments.rules import Channel, Scope
from app.home.clock import Clock
from app.mail.models import OutgoingMail
from app.people.balance import seated
from app.people.rules import Capacity
from app.rounds.rules import Phase
from tests.documents.docx_builder import docx, p, r
from tests.web.browsing import SETTINGS
from tests.web.returning import Returning

DRAFT = docx(
    p(r("1. Scope"), style="Heading1"),
    p("Every worker may lodge a complaint in a language the worker understands."),
    p("Employers with fifty or more workers set up a grievance mechanism within twelve months."),
)


@pytest.fixture
def world(engine: Engine) -> Iterator[Returning]:
    made = Returning(engine, DRAFT)
    yield made
    made.clerk.reader.close()


def form_at(world: Returning, client: TestClient, where: str) -> dict[str, str]:
    """The page's form for a place, as it stands before anybody types."""
    page = client.get(
        f"/rounds/{world.round.id}/enter", params={"where": where} if where else {"wid": "plan"}
    )
    assert page.status_code == 200
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return hidden | {
        "type": "substantive",
        "priority": "major",
        "attribution": "organisation",
        "way": "letter",
    }


def enter(world: Returning, client: TestClient, form: dict[str, str], **more: Any) -> Any:
    return client.post(f"/rounds/{world.round.id}/enter", data=form, **more)


def test_a_facilitator_enters_a_letter_for_a_person_who_gets_a_receipt(world):
    form = form_at(world, world.facilitator, "worker understands") | {
        "exact": "a complaint",
        "text": "Sebutkan kepada siapa.",
        "seat": str(world.focal.id),
        "note": "Surat 3 November",
    }
    source = {"source": ("surat <b>.html", b"<script>alert(1)</script>", "text/html")}
    for _ in range(2):
        assert enter(world, world.facilitator, form, files=source).status_code == 303
    ((comment, origin),) = world.comments()
    assert (comment.channel, comment.scope, comment.exact) == (Channel.ENTERED, Scope.PASSAGE, "a complaint")
    assert (comment.seat_id, comment.language) == (world.focal.id, "ms")
    assert origin is not None
    assert (origin.way, origin.note) == ("letter", "Surat 3 November")

    Clock(world.engine, SETTINGS).look(datetime.now(UTC))
    with Session(world.engine) as session:
        assert list(problems(session)) == []
        (mail,) = session.scalars(select(OutgoingMail)).all()
    assert "Sebutkan kepada siapa." in mail.text

    theirs = world.speaker.get(f"/rounds/{world.round.id}/comments/{comment.id}").text
    assert "Entered for" in theirs
    assert "Surat 3 November" in theirs
    assert "Change" in theirs, "it is theirs to change"
    assert "Entered for" in world.speaker.get(f"/rounds/{world.round.id}/mine").text
    assert "Entered for" in world.secretary.get(f"/rounds/{world.round.id}/matrix").text
    others = world.stranger.get(f"/rounds/{world.round.id}/comments/{comment.id}").text
    assert "Surat 3 November" not in others

    (file,) = world.files()
    kept = world.facilitator.get(f"{world.base}/{file.id}/file")
    assert kept.content == b"<script>alert(1)</script>"
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-disposition"].startswith("attachment")
    assert world.speaker.get(f"{world.base}/{file.id}/file").status_code == 403
    assert world.secretary.get(f"{world.base}/{file.id}/file").content == kept.content
    theirs = form_at(world, world.secretary, "") | {"text": "By mail.", "name": "Siti"}
    enter(world, world.secretary, theirs, files={"source": ("mail.eml", b"From: Siti", "message/rfc822")})
    assert world.facilitator.get(f"{world.base}/{world.files()[-1].id}/file").status_code == 404
    assert "surat" not in world.secretary.get(world.base).text, "it is no returned file"


def test_somebody_without_a_seat_is_a_name_that_only_the_secretariat_reads(world):
    outsider = form_at(world, world.secretary, "") | {
        "text": "From outside.",
        "name": "Puan Siti",
        "constituency": "C",
    }
    of_a_body = form_at(world, world.secretary, "") | {
        "text": "For the union.", "name": "Encik Raju", "organisation": str(world.union.id),
    }  # fmt: skip
    again = form_at(world, world.secretary, "") | {
        "text": "More.",
        "name": " Puan  Siti",
        "constituency": "C",
    }
    for form in (outsider, of_a_body, again):
        assert enter(world, world.secretary, form).status_code == 303
    (one, origin), (two, _), (three, _) = world.comments()
    assert (one.constituency, one.organisation_id, one.capacity) == ("C", None, Capacity.PERSONAL)
    assert (two.organisation_id, one.seat_id) == (world.union.id, three.seat_id)
    assert origin is not None
    assert origin.author == "Puan Siti"
    page = world.stranger.get(f"/rounds/{world.round.id}/matrix").text
    assert "From outside." in page
    assert "Puan Siti" not in page
    assert "Puan Siti" in world.secretary.get(f"/rounds/{world.round.id}/matrix").text
    with Session(world.engine) as session:
        assert list(problems(session)) == []
        assert seated(session, world.plan.id) == {"E": 1, "W": 1}
        assert session.scalars(select(OutgoingMail)).all() == []


def test_what_cannot_be_entered_comes_back_as_typed(world):
    form = form_at(world, world.secretary, "") | {"text": "Typed with care."}
    answer = enter(world, world.secretary, form)
    assert answer.status_code == 422
    assert "Typed with care." in answer.text
    assert "Say for whom you enter this" in answer.text
    large = enter(
        world,
        world.secretary,
        form | {"name": "Siti"},
        files={"source": ("a.bin", b"0" * (SETTINGS.upload_megabytes * 1024 * 1024 - 4096), "a/b")},
    )
    assert large.status_code == 303, "a file up to the size that is taken is taken"


def test_a_place_that_can_mean_several_is_chosen_and_one_that_is_nowhere_said(world):
    page = world.secretary.get(f"/rounds/{world.round.id}/enter", params={"where": "worker"})
    assert "Several places can be meant" in page.text
    page = world.secretary.get(f"/rounds/{world.round.id}/enter", params={"where": "no such words"})
    assert "Nothing in the draft is called" in page.text


def test_who_may_enter_and_when(world):
    form = form_at(world, world.secretary, "") | {"text": "Late.", "name": "Siti"}
    for client in (world.speaker, world.stranger):
        assert client.get(f"/rounds/{world.round.id}/enter").status_code == 403
        assert enter(world, client, form).status_code == 403
    world.move(phase=Phase.CLOSED)
    assert enter(world, world.facilitator, form).status_code == 303
    assert [comment.late for comment, _ in world.comments()] == [True]
    world.move(phase=Phase.PUBLISHED)
    assert enter(world, world.secretary, form).status_code == 409
    assert "published" in world.secretary.get(f"/rounds/{world.round.id}/enter").text
