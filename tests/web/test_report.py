"""The round's report: who reads it when, what it tells of whom, in three formats; and the reviewer's word on it."""

import io
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import docx
import pypdfium2  # type: ignore[import-untyped]  # it brings no types
import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from app.answers.participation import participation
from app.comments import tallies
from app.comments.models import Comment
from app.comments.rules import Attribution
from app.history.queries import of
from app.matrix.dispositions import Disposition
from app.matrix.keeping import points_of
from app.matrix.models import Point
from app.matrix.submitting import make_point
from app.people.models import Person
from app.people.rules import Constituency, Language, Role
from app.plans.models import Clause, Lineage, Succession
from app.plans.rules import DraftStatus, LineageKind
from app.rounds.rules import Phase
from tests import factories as make
from tests.databases import has_program
from tests.web.browsing import signed_in

NOW = datetime.now(UTC)


class Told:
    """A closed round: two bodies named, one that asked not to be, one silent; one answer."""

    def __init__(self, session: Session, phase: Phase = Phase.CLOSED) -> None:
        self.plan = plan = make.make_plan(session)
        draft = make.make_draft(
            session, plan, ["Employers shall act within ten days.", "Officers are trained."]
        )
        clauses = draft_clauses(session, draft.id)
        self.bodies = {
            name: make.make_organisation(session, plan, name=name, constituency=side)
            for name, side in (
                ("Kongres Contoh", Constituency.WORKERS),
                ("Kesatuan Takut", Constituency.WORKERS),
                ("Kesatuan Diam", Constituency.WORKERS),
                ("Gabungan Majikan", Constituency.EMPLOYERS),
                ("Majikan Diam", Constituency.EMPLOYERS),
            )
        }
        self.seats = {
            name: make.make_seat(session, plan, Role.PARTICIPANT, body.constituency, organisation=body)
            for name, body in self.bodies.items()
        }
        self.staff = {
            role: make.make_seat(session, plan, role=role)
            for role in (Role.SECRETARIAT, Role.REVIEWER, Role.DRAFTER)
        }
        self.round = round_ = make.make_round(
            session,
            plan,
            draft,
            phase=phase,
            opens_at=NOW - timedelta(days=40),
            closes_at=NOW - timedelta(days=9),
        )
        said = (
            (
                "Kongres Contoh",
                Attribution.ORGANISATION,
                "Ten days are too long.",
                "Employers shall act within five days.",
            ),
            ("Kesatuan Takut", Attribution.CONSTITUENCY, "We are afraid to say more.", None),
            ("Gabungan Majikan", Attribution.ORGANISATION, "Ten days are too short.", None),
            ("Gabungan Majikan", Attribution.SECRETARIAT, "Between us only.", None),
        )
        self.comments = []
        for n, (name, attribution, text, proposed) in enumerate(said, 1):
            comment = make.make_comment(
                session, round_, self.seats[name], clause=clauses[0], number=n, text=text,
                attribution=attribution, proposed=proposed,
            )  # fmt: skip
            make_point(session, comment, NOW)
            self.comments.append(comment)
        session.flush()
        tallies.recount(session, round_.id or 0)
        point = points_of(session, [self.comments[0].id or 0])
        session.execute(
            update(Point)
            .where(col(Point.id).in_(point))
            .values(disposition=Disposition.NOT_ACCEPTED, reason="Small firms need the time.", decided_at=NOW)
        )
        session.commit()


def draft_clauses(session, draft_id):
    return session.scalars(
        select(Clause).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
    ).all()


def test_nobody_is_named_by_being_left_over(session: Session):
    told = Told(session)
    found = {side.constituency: side for side in participation(session, told.round)}
    workers, employers = found[Constituency.WORKERS], found[Constituency.EMPLOYERS]
    assert workers.named == ["Kongres Contoh"]
    assert workers.unnamed
    assert workers.silent == ()
    assert employers.named == ["Gabungan Majikan"]
    assert list(employers.silent) == ["Majikan Diam"]
    assert workers.invited == 3


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSED, Phase.PUBLISHED])
def test_who_reads_the_report_when(engine, session: Session, phase):
    told = Told(session, phase)
    address = f"/rounds/{told.round.id}/report"
    for seat, early in (
        (told.seats["Kongres Contoh"], False),
        (told.staff[Role.SECRETARIAT], True),
        (told.staff[Role.REVIEWER], True),
    ):
        reads = phase is Phase.PUBLISHED or (early and phase is Phase.CLOSED)
        client = signed_in(engine, seat.person_id)
        for page in (address, f"{address}.docx", f"{address}/plan"):
            assert (client.get(page).status_code == 200) == reads, (seat.role, page)


def test_it_tells_what_was_said_and_answered_and_hides_what_was_asked_to_be(engine, session: Session):
    told = Told(session)
    client = signed_in(engine, told.staff[Role.SECRETARIAT].person_id)
    whole = client.get(f"/rounds/{told.round.id}/report.docx").content
    document: Any = docx.Document(io.BytesIO(whole))
    text = "\n".join(part.text for part in document.paragraphs)
    assert "R2-0001 Kongres Contoh: Ten days are too long." in text
    assert "R2-0002: We are afraid to say more." in text
    assert "Kesatuan Takut" not in text
    assert "Between us only" not in text
    assert "secretariat only, and therefore not shown below: 1" in text
    assert "Not accepted. Small firms need the time. (R2-0001)" in text
    assert "Not decided yet. (R2-0002)" in text
    heads = [part.text for part in document.paragraphs if part.style.name.startswith("Heading")]
    assert heads.index("Employers", heads.index("The reviewer's sign-off")) < heads.index(
        "Workers", heads.index("The reviewer's sign-off")
    )
    page = client.get(f"/rounds/{told.round.id}/report").text
    assert "Majikan Diam" in page
    assert "Kesatuan Takut" not in page


def followed(session, told, status, name, text):
    """A draft that follows the one commented on, in which the first clause reads so."""
    draft = make.make_draft(session, told.plan, [text, "Officers are trained."], name=name, status=status)
    made = Succession(
        plan_id=told.plan.id or 0,
        from_draft_id=told.round.draft_id,
        to_draft_id=draft.id or 0,
        computed_at=NOW,
        confirmed_at=NOW,
    )
    session.add(made)
    session.flush()
    pairs = zip(draft_clauses(session, told.round.draft_id), draft_clauses(session, draft.id), strict=True)
    session.add_all(
        Lineage(
            succession_id=made.id or 0,
            from_clause_id=before.id,
            to_clause_id=after.id,
            kind=LineageKind.KEPT if before.text == after.text else LineageKind.EDITED,
        )
        for before, after in pairs
    )
    session.commit()


@pytest.mark.parametrize("status", [DraftStatus.BEING_EDITED, DraftStatus.FROZEN])
def test_a_draft_that_is_being_edited_is_in_no_published_report(engine, session: Session, status):
    told = Told(session, Phase.PUBLISHED)
    clauses = draft_clauses(session, told.round.draft_id)
    paragraph = clauses[1]
    session.execute(update(Comment).values(clause_id=paragraph.id, position=paragraph.position))
    session.execute(update(Point).values(clause_id=paragraph.id, position=paragraph.position))
    followed(session, told, DraftStatus.FROZEN, "Draft that stands", "Employers shall act within eight days.")
    followed(session, told, status, "Draft in work", "Employers shall act within sevenfold days.")
    reader = signed_in(engine, told.seats["Majikan Diam"].person_id)
    report, answers = f"/rounds/{told.round.id}/report", f"/rounds/{told.round.id}/answers.json?whose=all"
    whole = docx.Document(io.BytesIO(reader.get(f"{report}.docx").content)).element.xml
    pages = "".join(reader.get(f"{report}{part}").text for part in ("", f"/{clauses[0].eid}"))
    stands = status is DraftStatus.FROZEN
    for said in (whole, pages):
        assert ("Draft in work" in said) == stands
        assert ("Draft that stands" in said) != stands
        assert ("sevenfold" in said) == stands
    assert ("eight days" in reader.get(answers).text) != stands


def test_it_becomes_a_pdf_in_the_readers_language(engine, session: Session):
    told = Told(session)
    seat = told.staff[Role.SECRETARIAT]
    session.execute(update(Person).where(col(Person.id) == seat.person_id).values(language=Language.MALAY))
    session.commit()
    made = signed_in(engine, seat.person_id).get(f"/rounds/{told.round.id}/report.pdf")
    pages = pypdfium2.PdfDocument(made.content)
    said = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "Laporan perundingan" in said
    assert "Kongres Contoh" in said
    assert "Kesatuan Takut" not in said


@pytest.mark.skipif(not has_program("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_its_word_file(engine, session: Session, tmp_path):
    told = Told(session)
    client = signed_in(engine, told.staff[Role.SECRETARIAT].person_id)
    (tmp_path / "r.docx").write_bytes(client.get(f"/rounds/{told.round.id}/report.docx").content)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "txt:Text",
            "--outdir", tmp_path, tmp_path / "r.docx",
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert "Not accepted. Small firms need the time." in (tmp_path / "r.txt").read_text(encoding="utf-8-sig")


def test_the_reviewer_signs_off_and_a_later_change_is_seen(engine, session: Session):
    told = Told(session)
    reviewer = signed_in(engine, told.staff[Role.REVIEWER].person_id)
    assert "waits for your word" in reviewer.get(f"/plans/{told.plan.slug}").text
    address = f"/rounds/{told.round.id}/report"
    lacking = reviewer.post(f"{address}/sign-off", data={"opinion": "given_except", "note": " "})
    assert lacking.status_code == 422
    assert "Say which comments you mean" in lacking.text
    kept = reviewer.post(
        f"{address}/sign-off", data={"opinion": "given_except", "note": "R2-0002 has no answer."}
    )
    assert kept.status_code == 303
    assert "waits for your word" not in reviewer.get(f"/plans/{told.plan.slug}").text
    page = reviewer.get(address).text
    assert "R2-0002 has no answer." in page
    assert "changed after this was signed" not in page
    session.execute(update(Point).values(reason="Another reason."))
    session.commit()
    assert "changed after this was signed" in reviewer.get(address).text
    secretary = signed_in(engine, told.staff[Role.SECRETARIAT].person_id)
    assert secretary.post(f"{address}/sign-off", data={"opinion": "given"}).status_code == 403
    reviewer.post(f"{address}/sign-off", data={"opinion": "given"})
    session.expire_all()
    rows = of(session, "sign_off", 1)
    assert [row.after["opinion"] for row in rows if row.after] == ["given_except", "given"]
