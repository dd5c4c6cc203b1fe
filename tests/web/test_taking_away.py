"""What is taken away of a round: the same words in every file, and nobody's name that they did not give."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import Engine, event, select
from sqlmodel import Session, col

from app.comments.models import Stance
from app.comments.rules import Attribution, Scope, StanceKind
from app.documents.docx.draft import read_draft
from app.documents.docx.returned import ReturnedCopy, read_returned
from app.documents.sheets.reading import read_sheet
from app.drafting.models import ResultingText
from app.matrix.dispositions import Disposition
from app.matrix.models import Point, PointComment
from app.matrix.submitting import make_point
from app.people.models import Person, Seat
from app.people.rules import Constituency, Role
from app.plans.models import Clause, Plan
from app.plans.rules import DraftStatus
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase
from app.web.exports import KINDS, export
from tests.factories import (
    NOW,
    make_comment,
    make_draft,
    make_organisation,
    make_person,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)
from tests.web.browsing import signed_in

FIRST = "Every worker may lodge a complaint in a language the worker understands, free of charge."
SECRET = "Rahsia binti Contoh"
HELD = "For the secretariat's eyes."


class World:
    """A round with comments of every attribution, and the people who take it away."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session, slug="napfl")
            draft = make_draft(session, plan, marking="Restricted")
            self.unfrozen = make_draft(session, plan, status=DraftStatus.BEING_EDITED, frozen_at=None).id
            other = make_plan(session, slug="other")
            self.elsewhere = make_draft(session, other).id
            round_ = make_round(session, plan, draft)
            clause = session.scalars(select(Clause).where(col(Clause.text) == FIRST)).first()
            assert clause is not None
            self.wid, self.section = clause.wid, session.get_one(Clause, clause.section_id).eid
            self.heading = session.get_one(Clause, clause.section_id)
            union = make_organisation(session, plan, name="Kesatuan Contoh")
            guild = make_organisation(
                session, plan, name="Persatuan Contoh", constituency=Constituency.EMPLOYERS
            )
            named = make_person(session, name="Siti binti Contoh")
            hidden = make_person(session, name=SECRET)
            self.worker = make_seat(session, plan, organisation=union, person=named)
            self.employer = make_seat(
                session, plan, organisation=guild, constituency=Constituency.EMPLOYERS, person=hidden
            )
            self.bystander = make_seat(session, plan)
            self.secretariat = make_seat(session, plan, Role.SECRETARIAT)
            self.stranger = make_person(session)
            self.round_id, self.draft_id, self.clause_id = round_.id, draft.id, clause.id
            said: list[tuple[Seat, Clause | None, str, dict[str, Any]]] = [
                (
                    self.worker,
                    clause,
                    "Say which authority.",
                    {
                        "attribution": Attribution.NAMED,
                        "scope": Scope.PASSAGE,
                        "exact": "a complaint",
                        "start": 23,
                        "end": 34,
                        "proposed": FIRST.replace("a complaint", "a complaint with the Department"),
                    },
                ),
                (
                    self.employer,
                    clause,
                    "Complaints are to be sifted.",
                    {
                        "attribution": Attribution.CONSTITUENCY,
                        "proposed": FIRST.replace("a complaint in", "one complaint a year and in"),
                    },
                ),
                (self.employer, clause, HELD, {"attribution": Attribution.SECRETARIAT}),
                (self.worker, self.heading, "The chapter is too short.", {"scope": Scope.SECTION}),
                (self.worker, None, "A good draft.", {"scope": Scope.PLAN}),
            ]
            for seat, on, words, more in said:
                comment = make_comment(session, round_, seat, on, text=words, **more)
                make_point(session, comment, NOW)
            first = session.scalars(select(Point).order_by(col(Point.id))).first()
            assert first is not None
            self.point_id = first.id
            comment_id = session.scalar(
                select(col(PointComment.comment_id)).where(col(PointComment.point_id) == first.id)
            )
            session.add(
                Stance(
                    comment_id=comment_id or 0,
                    organisation_id=guild.id or 0,
                    constituency=Constituency.EMPLOYERS,
                    seat_id=self.employer.id or 0,
                    kind=StanceKind.OBJECT,
                    reason="It costs too much.",
                    at=NOW,
                )
            )
            session.commit()
        self.at = f"/rounds/{self.round_id}"

    def as_(self, who: Seat | Person) -> TestClient:
        return signed_in(self.engine, (who.person_id if isinstance(who, Seat) else who.id) or 0)

    def change(self, **values: Any) -> None:
        with Session(self.engine) as session:
            round_ = session.get_one(Round, self.round_id)
            for name, value in values.items():
                setattr(round_, name, value)
            session.commit()

    def decide(self) -> None:
        """The first point is accepted, with its words in the resulting text."""
        with Session(self.engine) as session:
            point = session.get_one(Point, self.point_id)
            point.disposition, point.reason, point.decided_at = Disposition.ACCEPTED, "It is the law.", NOW
            run = {
                "start": 34,
                "end": 34,
                "text": " with the Department",
                "points": [self.point_id],
                "own": False,
            }
            session.add(
                ResultingText(
                    round_id=self.round_id or 0,
                    clause_id=self.clause_id or 0,
                    text=FIRST.replace("a complaint", "a complaint with the Department"),
                    runs=[run],
                    at=NOW + timedelta(hours=1),
                )
            )
            session.commit()


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def words(client: TestClient, address: str) -> str:
    """Everything that a file says, whatever its format."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return _unzipped(answer.content) if answer.content.startswith(b"PK") else answer.text


def _unzipped(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def copy(client: TestClient, address: str) -> ReturnedCopy:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return read_returned(answer.content)


FILES = ("draft.docx?with=comments", "draft.docx?with=changes", "comments.jsonld")


def test_comments_stand_in_the_margin_on_their_words_with_what_was_answered(world: World):
    back = copy(world.as_(world.secretariat), f"{world.at}/draft.docx?with=comments")
    said = {one.text.split("\n")[1]: one for one in back.comments if one.parent is None}
    assert list(said) == [
        "A good draft.", "The chapter is too short.", "Say which authority.", "Complaints are to be sifted.", HELD,
    ]  # fmt: skip
    first = said["Say which authority."]
    assert first.author == "Siti binti Contoh (Kesatuan Contoh)"
    assert first.initials == "SBC"
    assert first.text.startswith("R2-0001 · ")
    assert first.quote == "a complaint"
    assert said["The chapter is too short."].quote == "Chapter 1"
    replies = [one for one in back.comments if one.parent == first.id]
    assert [(one.author, one.text) for one in replies] == [("Employers", "Objects: It costs too much.")]


@pytest.mark.parametrize("file", FILES)
def test_no_file_tells_who_chose_not_to_be_told(world: World, file: str):
    assert SECRET in words(world.as_(world.secretariat), f"{world.at}/{file}")
    assert SECRET in words(world.as_(world.employer), f"{world.at}/{file}")
    for who in (world.worker, world.bystander):
        held = words(world.as_(who), f"{world.at}/{file}")
        assert SECRET not in held
        assert "Persatuan Contoh" not in held
        assert HELD not in held
        assert "Employers" in held


@pytest.mark.parametrize("file", FILES)
def test_a_file_holds_only_what_its_reader_may_see_while_the_round_is_open(world: World, file: str):
    world.change(isolation=Isolation.ORGANISATION)
    held = words(world.as_(world.bystander), f"{world.at}/{file}")
    assert "R2-0001" not in held
    assert "sifted" not in held
    assert "R2-0001" in words(world.as_(world.worker), f"{world.at}/{file}")


def test_proposals_are_tracked_and_one_that_meets_another_stands_in_the_margin(world: World):
    back = copy(world.as_(world.secretariat), f"{world.at}/draft.docx?with=changes")
    assert [(one.author, one.deleted, one.inserted) for one in back.changes] == [
        ("Siti binti Contoh (Kesatuan Contoh) · R2-0001", "", "with the Department ")
    ]
    assert [one.text.split("\n")[0][:7] for one in back.comments if one.parent is None] == ["R2-0002"]
    assert "one complaint a year" in back.comments[0].text


def test_decisions_are_told_to_who_decides_and_after_publication_to_everybody(world: World):
    world.decide()
    address = f"{world.at}/draft.docx?with=decisions"
    comments = f"{world.at}/draft.docx?with=comments"
    assert world.as_(world.bystander).get(address).status_code == 404
    for file in (*FILES, "take-away"):
        held = words(world.as_(world.bystander), f"{world.at}/{file}")
        assert "It is the law." not in held
        assert "with=decisions" not in held
    early = copy(world.as_(world.bystander), comments)
    assert not any(one.resolved for one in early.comments)
    secretary = copy(world.as_(world.secretariat), comments)
    assert {one.text[:7] for one in secretary.comments if one.resolved and one.parent is None} == {"R2-0001"}
    assert any(
        "Final disposition: Accepted\nReason: It is the law." in one.text for one in secretary.comments
    )
    world.change(phase=Phase.PUBLISHED, published_at=NOW)
    back = copy(world.as_(world.bystander), address)
    assert [(one.author, one.inserted) for one in back.changes] == [
        ("Decided: R2-0001", " with the Department")
    ]
    assert any(one.resolved for one in copy(world.as_(world.bystander), comments).comments)
    assert "It is the law." in words(world.as_(world.bystander), f"{world.at}/comments.jsonld")


def test_a_clean_draft_is_to_be_had_in_three_formats_by_who_may_read_it(world: World):
    client = world.as_(world.bystander)
    base = f"/plans/napfl/drafts/{world.draft_id}"
    assert [one.text for one in read_draft(client.get(f"{base}.docx").content).clauses][:2] == [
        "Chapter 1",
        FIRST,
    ]
    assert client.get(f"{base}.pdf").content.startswith(b"%PDF")
    assert client.get(f"{base}.akn.xml").headers["content-type"] == "application/akn+xml"
    assert "Restricted" in words(client, f"{base}.docx")
    for suffix in ("docx", "pdf", "akn.xml"):
        assert client.get(f"/plans/napfl/drafts/{world.unfrozen}.{suffix}").status_code == 404
        assert client.get(f"/plans/napfl/drafts/{world.elsewhere}.{suffix}").status_code == 404
        assert world.as_(world.stranger).get(f"{base}.{suffix}").status_code == 404
    assert world.as_(world.secretariat).get(f"/plans/napfl/drafts/{world.unfrozen}.docx").status_code == 200


def test_who_has_no_seat_takes_nothing_away(world: World):
    client = world.as_(world.stranger)
    for file in (
        *FILES,
        "take-away",
        "print.pdf",
        f"sheet/{world.section}.xlsx",
        f"sheet/{world.section}.docx",
    ):
        assert client.get(f"{world.at}/{file}").status_code == 404


def test_sheets_and_print_packs_are_by_section(world: World):
    client = world.as_(world.worker)
    sheet = client.get(f"{world.at}/sheet/{world.section}.xlsx")
    clauses = read_draft(client.get(f"{world.at}/draft.docx?with=nothing").content).clauses
    assert not read_sheet(sheet.content, clauses).rows
    assert "Kesatuan Contoh" in words(client, f"{world.at}/sheet/{world.section}.docx")
    assert client.get(f"{world.at}/sheet/nowhere.xlsx").status_code == 404
    assert client.get(f"{world.at}/print.pdf?section=nowhere").status_code == 404
    assert client.get(f"{world.at}/print.pdf?section={world.section}").content.startswith(b"%PDF")


def test_the_page_offers_what_can_be_had_and_every_link_leads_to_it(world: World):
    client = world.as_(world.secretariat)
    page: Any = html.fromstring(client.get(f"{world.at}/take-away").text)
    links = page.xpath("//main//a[@download]/@href")
    assert len(links) >= 16
    for link in links:
        if not link.endswith(".pdf") and "print.pdf" not in link:
            assert client.get(link).status_code == 200, link
    world.change(phase=Phase.SCHEDULED)
    early = world.as_(world.worker).get(f"{world.at}/take-away")
    assert early.status_code == 200
    assert "/sheet/" not in early.text


def test_annotations_point_into_the_draft_that_is_to_be_had_beside_them(world: World):
    client = world.as_(world.secretariat)
    read = json.loads(client.get(f"{world.at}/comments.jsonld").content)
    first = next(one for one in read["first"]["items"] if one.get("dcterms:identifier") == "R2-0001")
    source = first["target"]["source"].removeprefix("http://testserver")
    draft = client.get(source).text
    eid = first["target"]["selector"][0]["value"]
    assert f'eId="{eid}" wId="{world.wid}"' in draft


def test_the_statements_do_not_grow_with_the_comments(world: World):
    def statements() -> int:
        asked = 0

        def count(*_: Any) -> None:
            nonlocal asked
            asked += 1

        event.listen(world.engine, "before_cursor_execute", count)
        try:
            world.as_(world.secretariat).get(f"{world.at}/draft.docx?with=comments")
        finally:
            event.remove(world.engine, "before_cursor_execute", count)
        return asked

    few = statements()
    with Session(world.engine) as session:
        round_ = session.get_one(Round, world.round_id)
        clause = session.get_one(Clause, world.clause_id)
        for _ in range(60):
            make_point(session, make_comment(session, round_, world.worker, clause), NOW)
        session.commit()
    assert statements() == few


def test_every_kind_that_the_command_names_is_written_as_the_secretariat_sees_it(
    world: World, session: Session
):
    world.decide()
    round_ = session.get_one(Round, world.round_id)
    plan = session.get_one(Plan, round_.plan_id)
    for kind in KINDS:
        write, name = export(
            session, by=viewer_of(world.secretariat), plan=plan, round_=round_, kind=kind, at=NOW
        )
        file = io.BytesIO()
        write(file)
        assert file.getvalue(), kind
        assert "Restricted" in name
        if kind in {"draft-comments", "draft-changes", "jsonld", "json"}:
            assert "Siti" in (file.getvalue().decode() if "json" in kind else _unzipped(file.getvalue()))
