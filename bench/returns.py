"""What returned files cost: one copy of sixty pages with two hundred comments, and fifty copies in one go.

    python -m bench.returns [--copies 50] [--database sqlite|postgresql]

The copies are written here, from the sample draft's own text, so that nothing but the project is needed.
Wall-clock seconds, for that is what a person waits; the pages are asked for as a browser would while the
clerk reads and imports, and beside it while nothing happens.
"""

import argparse
import io
import statistics
import tempfile
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from xml.sax.saxutils import escape

from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.config import Settings
from app.db import make_engine
from app.demo.load import load
from app.documents.apart import Reader
from app.documents.docx.draft import read_draft
from app.main import create_app
from app.migrating import migrate
from app.people.models import Organisation, Seat, SignedIn
from app.people.rules import Language, Role, Viewer
from app.people.tokens import hashed
from app.plans.freezing import freeze_now
from app.plans.importing import import_draft
from app.plans.models import Clause, Plan
from app.returns.clerk import Clerk
from app.returns.importing import approve
from app.returns.models import ReturnedFile
from app.returns.queries import base_clauses
from app.returns.receiving import receive
from app.returns.rules import BUSY, State
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase

#: A page of a plan, in words.
PAGE = 420
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def copy(paragraphs: list[str], comments: int, who: str) -> bytes:
    """A Word file of these paragraphs, with comments by somebody on words spread over them."""
    every = max(len(paragraphs) // comments, 1) if comments else 0
    body, said = [], []
    for n, text in enumerate(paragraphs):
        runs = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        if comments and n % every == 0 and len(said) < comments:
            words = text.split(" ")
            a, b = " ".join(words[:3]) + " ", " ".join(words[3:7])
            rest = text[len(a) + len(b) :]
            key = len(said)
            runs = (
                f'<w:r><w:t xml:space="preserve">{escape(a)}</w:t></w:r><w:commentRangeStart w:id="{key}"/>'
                f'<w:r><w:t xml:space="preserve">{escape(b)}</w:t></w:r><w:commentRangeEnd w:id="{key}"/>'
                f'<w:r><w:commentReference w:id="{key}"/></w:r><w:r><w:t xml:space="preserve">{escape(rest)}</w:t></w:r>'
            )
            said.append(
                f'<w:comment w:id="{key}" w:author="{who}" w:date="2026-11-20T09:00:00Z" w:initials="A"><w:p><w:r>'
                f"<w:t>{who} asks, in point {key + 1}, who decides and by when, and what it will cost.</w:t></w:r></w:p></w:comment>"
            )
        body.append(f"<w:p>{runs}</w:p>")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{KINDS}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        file.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{RELS}"><Relationship Id="c1" Type="{KINDS}/comments" Target="comments.xml"/></Relationships>',
        )
        file.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'
        )
        file.writestr("word/comments.xml", f'<w:comments xmlns:w="{W}">{"".join(said)}</w:comments>')
    return made.getvalue()


def text_of_pages(session: Session, pages: int) -> list[str]:
    """Numbered paragraphs of so many pages, from the sample draft's own sentences."""
    texts = [
        t for t in session.scalars(select(col(Clause.text)).order_by(col(Clause.id))) if len(t.split()) > 12
    ]
    found, words = [], 0
    for turn, text in enumerate(islice(cycle(texts), 10_000), 1):
        found.append(f"{text} This is paragraph {turn} of the plan.")
        words += len(found[-1].split())
        if words >= pages * PAGE:
            break
    return found


@contextmanager
def a_round(engine: Engine, paragraphs: list[str]) -> Iterator[tuple[int, Viewer]]:
    """A round on a frozen draft of these paragraphs, and its secretary."""
    now = datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        plan = session.scalars(select(Plan)).first()
        if plan is None:
            raise SystemExit("The sample consultation is not there.")
        seat = session.scalars(
            select(Seat).where(col(Seat.plan_id) == plan.id, col(Seat.role) == Role.SECRETARIAT)
        ).first()
        if seat is None:
            raise SystemExit("The sample consultation has no secretariat.")
        by = Viewer(seat.person_id, seat.id, seat.plan_id, seat.role, None, None)
        data = copy(paragraphs, 0, "nobody")
        draft = import_draft(
            session,
            by=by,
            plan=plan,
            name="Returned files",
            marking="",
            language=Language.ENGLISH,
            text=read_draft(data),
            file=data,
            file_name="draft.docx",
            at=now,
        )
        freeze_now(session, draft, by=by, at=now)
        round_ = Round(
            plan_id=plan.id or 0,
            draft_id=draft.id or 0,
            number=99,
            name="Round 99",
            phase=Phase.CLOSED,
            opens_at=now,
            closes_at=now,
            isolation=Isolation.EVERYONE,
            attributions=["organisation", "constituency", "secretariat"],
            created_at=now,
        )
        session.add(round_)
        session.add(
            SignedIn(
                person_id=seat.person_id,
                token_hash=hashed("bench"),
                created_at=now,
                seen_at=now,
                expires_at=now.replace(year=now.year + 1),
            )
        )
        session.commit()
        yield round_.id or 0, by


def line(what: str, value: float, unit: str, bar: float | None = None) -> None:
    held = "" if bar is None else f"bar {bar:g}   {'within' if value <= bar else 'MISSES'}"
    print(f"  {what:<64}{value:>9.2f} {unit:<4}{held}", flush=True)


def one_copy(engine: Engine, round_id: int, paragraphs: list[str]) -> None:
    """A copy of sixty pages with two hundred comments, read as the clerk reads it."""
    with Session(engine) as session:
        clauses = base_clauses(session, session.get_one(Round, round_id).draft_id)
    data = copy(paragraphs, 200, "Aminah")
    with Reader() as reader:
        began = time.perf_counter()
        first = reader.read(data, name="copy.docx", clauses=clauses)
        started = time.perf_counter() - began
        began = time.perf_counter()
        reader.read(data, name="copy.docx", clauses=clauses)
        again = time.perf_counter() - began
        process = reader.process
        peak = 0
        if process is not None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = int(next(row for row in status.splitlines() if row.startswith("VmHWM")).split()[1]) // 1024
    placed = sum(one["how"] == "exact" for one in first["copy"]["comments"])
    print(
        f"  60 pages: {len(paragraphs)} paragraphs, {sum(len(t.split()) for t in paragraphs):,} words; {placed} of 200 placed"
    )
    line("read with 200 comments, the process started for it", started, "s", 2)
    line("read with 200 comments, by a process that runs", again, "s", 2)
    line("most memory that the reading held", peak, "MB", 300)


def asked(client: TestClient, paths: list[str]) -> list[float]:
    took = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path)
        took.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
    return took


def many_copies(
    engine: Engine, settings: Settings, round_id: int, by: Viewer, paragraphs: list[str], copies: int
) -> None:
    """Many copies sent up together, read and imported by the clerk while pages are asked for."""
    with Session(engine, expire_on_commit=False) as session:
        round_ = session.get_one(Round, round_id)
        organisations = list(
            session.scalars(select(Organisation).where(col(Organisation.plan_id) == by.plan_id))
        )
    files = [(f"copy {n}.docx", copy(paragraphs, 40, f"Person {n}")) for n in range(copies)]
    client = TestClient(
        create_app(engine, settings), cookies={"runding": "bench"}, headers={"accept": "text/html"}
    )
    pages = [f"/rounds/{round_id}/returned", f"/rounds/{round_id}/matrix", f"/rounds/{round_id}/read"]
    asked(client, pages)
    idle = [took for _ in range(10) for took in asked(client, pages)]
    clerk = Clerk(engine)
    clerk.start()
    busy: list[float] = []

    def watch() -> float:
        began = time.perf_counter()
        while True:
            busy.extend(asked(client, pages))
            with Session(engine.execution_options(writes=False)) as session:
                left = session.scalar(
                    select(func.count()).select_from(ReturnedFile).where(col(ReturnedFile.state).in_(BUSY))
                )
            if not left:
                return time.perf_counter() - began

    now = datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        for (name, data), body in zip(files, cycle(organisations), strict=False):
            receive(
                session,
                by=by,
                round_=round_,
                files=[(name, data)],
                batch=str(uuid.uuid4()),
                organisation_id=body.id,
                at=now,
            )
        session.commit()
    reading = watch()
    with Session(engine, expire_on_commit=False) as session:
        approve(session, by=by, round_=session.get_one(Round, round_id), at=now)
        session.commit()
    importing = watch()
    clerk.stop()
    with Session(engine) as session:
        done = session.scalar(
            select(func.count()).select_from(ReturnedFile).where(col(ReturnedFile.state) == State.IMPORTED)
        )
        comments = session.scalar(
            select(func.count()).select_from(Comment).where(col(Comment.round_id) == round_id)
        )
    print(f"  {done} of {copies} copies of 60 pages imported: {comments:,} comments")
    line("to read them all, pages being asked for meanwhile", reading, "s")
    line("to import them all, pages being asked for meanwhile", importing, "s")
    ms = 1000
    line("a page while nothing happens, median", statistics.median(idle) * ms, "ms")
    line("a page while the clerk works, median", statistics.median(busy) * ms, "ms")
    line(
        "a page while the clerk works, of a hundred the slowest but five",
        sorted(busy)[int(len(busy) * 0.95)] * ms,
        "ms",
    )
    line("a page while the clerk works, beside idle", statistics.median(busy) / statistics.median(idle), "x")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Engine]:
    if kind == "postgresql":
        from tests.databases import start_postgresql

        server = start_postgresql(folder / "pg")
        engine = make_engine(server.get_uri())
        yield engine
        engine.dispose()
        server.cleanup()
        return
    yield make_engine(f"sqlite:///{folder / 'bench.db'}")


def main() -> None:
    asked_for = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked_for.add_argument("--copies", type=int, default=50)
    asked_for.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = asked_for.parse_args()
    with tempfile.TemporaryDirectory(prefix="runding-bench-") as name:
        folder = Path(name)
        (folder / "pg").mkdir()
        with database(given.database, folder) as engine:
            settings = Settings(base_url="http://testserver", secret_key="bench", mail_folder=folder / "mail")
            migrate(engine)
            with Session(engine, expire_on_commit=False) as session:
                load(session, now=datetime.now(UTC))
                session.commit()
                paragraphs = text_of_pages(session, 60)
            with a_round(engine, paragraphs) as (round_id, by):
                print(f"returned files ({given.database})")
                one_copy(engine, round_id, paragraphs)
                many_copies(engine, settings, round_id, by, paragraphs, given.copies)


if __name__ == "__main__":
    main()
