"""A plan whose draft is out, its people with their browsers, and the files that come back to it."""

import re
import uuid
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.comments.models import Comment, Origin
from app.documents.docx.draft import read_draft
from app.people.models import Organisation, Seat
from app.people.rules import Constituency, Language, Role
from app.plans.freezing import freeze_now
from app.plans.importing import import_draft
from app.plans.models import Clause
from app.returns.clerk import Clerk
from app.returns.models import ReturnedFile, ReturnedItem
from app.rounds.models import Round
from tests.factories import NOW, make_organisation, make_plan, make_round, make_seat, viewer_of
from tests.web.browsing import signed_in


class Returning:
    """A round on a frozen draft; files are sent up by the secretary and read when a test says so."""

    def __init__(self, engine: Engine, draft: bytes, **round_values: Any) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session)
            self.secretary_seat = make_seat(session, plan, Role.SECRETARIAT)
            facilitator = make_seat(session, plan, Role.FACILITATOR)
            self.employers = make_organisation(
                session, plan, name="Majikan Contoh", short_name="MC", constituency=Constituency.EMPLOYERS
            )
            self.union = make_organisation(session, plan, name="Kesatuan Contoh", short_name="KC")
            self.focal = make_seat(
                session, plan, Role.FOCAL_POINT, Constituency.EMPLOYERS, organisation=self.employers
            )
            stranger = make_seat(session, plan, Role.PARTICIPANT, Constituency.WORKERS)
            made = import_draft(
                session,
                by=viewer_of(self.secretary_seat),
                plan=plan,
                name="Draft 1",
                marking="For consultation",
                language=Language.ENGLISH,
                text=read_draft(draft, filename="draft.docx"),
                file=draft,
                file_name="draft.docx",
                at=NOW,
            )
            freeze_now(session, made, by=viewer_of(self.secretary_seat), at=NOW)
            self.round = make_round(session, plan, made, **round_values)
            session.commit()
            self.plan, self.draft_id = plan, made.id
        self.base = f"/rounds/{self.round.id}/returned"
        self.people = {"facilitator": facilitator, "stranger": stranger}
        self.secretary = signed_in(engine, self.secretary_seat.person_id)
        self.clerk = Clerk(engine)

    @cached_property
    def facilitator(self) -> TestClient:
        return signed_in(self.engine, self.people["facilitator"].person_id)

    @cached_property
    def speaker(self) -> TestClient:
        """Who speaks for the employers."""
        return signed_in(self.engine, self.focal.person_id)

    @cached_property
    def stranger(self) -> TestClient:
        return signed_in(self.engine, self.people["stranger"].person_id)

    def send(self, *files: tuple[str, bytes], organisation: Organisation | None = None) -> list[int]:
        """Send files up and have them read; gives their ids."""
        before = {one.id for one in self.files()}
        answer = self.secretary.post(
            self.base,
            data={
                "batch": str(uuid.uuid4()),
                "organisation": str(organisation.id) if organisation else "",
            },
            files=[("files", (name, data, "application/octet-stream")) for name, data in files],
        )
        assert answer.status_code == 303, answer.text
        self.clerk.work_through()
        return [one.id or 0 for one in self.files() if one.id not in before]

    def send_paths(self, *paths: Path, organisation: Organisation | None = None) -> list[int]:
        return self.send(*((path.name, path.read_bytes()) for path in paths), organisation=organisation)

    def files(self) -> list[ReturnedFile]:
        with Session(self.engine) as session:
            return list(session.scalars(select(ReturnedFile).order_by(col(ReturnedFile.id))))

    def file(self, file_id: int) -> ReturnedFile:
        with Session(self.engine) as session:
            return session.get_one(ReturnedFile, file_id)

    def items(self, file_id: int) -> list[ReturnedItem]:
        with Session(self.engine) as session:
            return list(
                session.scalars(
                    select(ReturnedItem)
                    .where(col(ReturnedItem.file_id) == file_id)
                    .order_by(col(ReturnedItem.position))
                )
            )

    def comments(self) -> list[tuple[Comment, Origin | None]]:
        with Session(self.engine) as session:
            return [
                (row[0], row[1])
                for row in session.execute(
                    select(Comment, Origin)
                    .outerjoin(Origin, col(Origin.comment_id) == col(Comment.id))
                    .order_by(col(Comment.id))
                )
            ]

    def clause(self, clause_id: int | None) -> Clause:
        with Session(self.engine) as session:
            return session.get_one(Clause, clause_id)

    def seat(self, seat_id: int) -> Seat:
        with Session(self.engine) as session:
            return session.get_one(Seat, seat_id)

    def show(self, file_id: int, query: str = "", client: TestClient | None = None) -> str:
        answer = (client or self.secretary).get(f"{self.base}/{file_id}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def decide(self, file_id: int, item: ReturnedItem, do: str, **form: str) -> Any:
        return self.secretary.post(f"{self.base}/{file_id}/items/{item.id}", data={"do": do} | form)

    def take_in(self, file_id: int) -> Any:
        return self.secretary.post(f"{self.base}/{file_id}/import")

    def imported(self, file_id: int) -> ReturnedFile:
        answer = self.take_in(file_id)
        assert answer.status_code == 303, re.findall(r'role="alert".*?</div>', answer.text, re.DOTALL)
        return self.file(file_id)

    def move(self, **values: Any) -> None:
        """Change the round as a secretary would have."""
        with Session(self.engine) as session:
            round_ = session.get_one(Round, self.round.id)
            for name, value in values.items():
                setattr(round_, name, value)
            round_.changed_at = datetime.now(UTC)
            session.commit()
