"""A round of any size: 300 organisations, a draft of 1,500 clauses, and comments by the hundred thousand.

The same numbers always give the same rows. Section 1 always has 200 comments, so that a page of it shows
the same however many there are elsewhere; each of them is a point. The others are points of 500 comments
each, the first of which stands in section 1 too, among those that the matrix shows.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlmodel import Session, SQLModel

import app.models  # noqa: F401 (all tables)
from app.comments import tallies
from app.comments.models import Comment, Stance
from app.comments.rules import Attribution, Channel, CommentType, Priority, Scope, StanceKind, Status, Verb
from app.matrix.keeping import refresh
from app.matrix.models import Point, PointComment
from app.people.models import Organisation, Person, Seat
from app.people.rules import SEATS, Capacity, Language, Region, Role
from app.plans.models import Clause, Draft, Plan
from app.plans.rules import DraftStatus, Kind
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase
from app.text.searching import index_words

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ORGANISATIONS = 300
SECTIONS = 30
CLAUSES = 1500
IN_SECTION_1 = 200
TOGETHER = 500
#: Where the first point of 500 comments stands.
AMONG_THEM = 12

ENGLISH = [
    "workers",
    "employers",
    "shall",
    "provide",
    "written",
    "notice",
    "before",
    "transfer",
    "complaint",
    "mechanism",
    "inspection",
    "recruitment",
    "agency",
    "fee",
    "passport",
    "retention",
    "language",
    "understood",
    "timeline",
    "indicator",
    "ministry",
    "report",
    "annual",
    "remedy",
    "wage",
    "overtime",
    "hostel",
    "estate",
    "plantation",
    "sector",
    "guidance",
    "training",
    "officer",
    "region",
    "migrant",
    "victim",
    "referral",
    "support",
]
MALAY = [
    "pekerja",
    "majikan",
    "hendaklah",
    "menyediakan",
    "notis",
    "bertulis",
    "sebelum",
    "pertukaran",
    "aduan",
    "mekanisme",
    "pemeriksaan",
    "pengambilan",
    "agensi",
    "yuran",
    "pasport",
    "bahasa",
    "difahami",
    "tempoh",
    "petunjuk",
    "kementerian",
    "laporan",
    "tahunan",
    "pemulihan",
    "gaji",
    "lebih",
    "masa",
    "asrama",
    "ladang",
    "sektor",
    "panduan",
    "latihan",
    "pegawai",
    "wilayah",
    "migran",
    "mangsa",
    "rujukan",
    "sokongan",
]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, by id; `pages_person` sees everything, `writer` speaks for an employers' body."""

    round_id: int
    plan_slug: str
    section_eid: str
    secretariat: int
    writer: int
    wid: str


def sentence(chance: random.Random, words: list[str], length: int) -> str:
    return " ".join(chance.choices(words, k=length)).capitalize() + "."


def make(engine: Engine, comments: int) -> Made:
    """Fill an empty, migrated database."""
    chance = random.Random(20261124)
    with Session(engine) as session:
        _people(session)
        _draft(session, chance)
        round_ = Round(
            id=1, plan_id=1, draft_id=1, number=2, name="Round 2 on Draft 1", phase=Phase.OPEN,
            opens_at=NOW - timedelta(days=9), closes_at=NOW + timedelta(days=600), isolation=Isolation.EVERYONE,
            attributions=[a.value for a in Attribution], last_number=comments, created_at=NOW,
        )  # fmt: skip
        session.add(round_)
        session.flush()
        batch: list[dict[str, Any]] = []
        for row in _comments(chance, comments):
            batch.append(row)
            if len(batch) == 5000:
                _write(session, batch)
                batch = []
        _write(session, batch)
        refresh(session, sorted({leader(n) for n in range(IN_SECTION_1 + 1, comments + 1)}))
        tallies.recount(session, 1)
        session.commit()
    if engine.dialect.name == "postgresql":
        _as_the_server_keeps_itself(engine)
    return Made(1, "bench", "s_1", secretariat=1, writer=2, wid="w1")


def _people(session: Session) -> None:
    session.add(Plan(id=1, slug="bench", title="Plan on forced labour", created_at=NOW))
    session.flush()
    session.execute(
        insert(Organisation),
        [
            {"id": n, "plan_id": 1, "name": f"Pertubuhan Contoh {n}", "constituency": SEATS[n % 4],
             "region": Region.NATIONAL, "short_name": "", "created_at": NOW, "version": 1}
            for n in range(1, ORGANISATIONS + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(Person),
        [
            {"id": n, "email": f"p{n}@contoh.example", "name": f"Orang Contoh {n}",
             "language": Language.ENGLISH, "created_at": NOW}
            for n in range(1, ORGANISATIONS + 2)
        ],
    )  # fmt: skip
    seats = [
        {"id": 1, "plan_id": 1, "person_id": 1, "role": Role.SECRETARIAT, "organisation_id": None,
         "constituency": None, "capacity": Capacity.ORGANISATION, "invited_at": NOW, "version": 1}
    ]  # fmt: skip
    seats += [
        {"id": n + 1, "plan_id": 1, "person_id": n + 1, "role": Role.PARTICIPANT, "organisation_id": n,
         "constituency": SEATS[n % 4], "capacity": Capacity.ORGANISATION, "invited_at": NOW, "version": 1}
        for n in range(1, ORGANISATIONS + 1)
    ]  # fmt: skip
    session.execute(insert(Seat), seats)


def _draft(session: Session, chance: random.Random) -> None:
    session.add(
        Draft(id=1, plan_id=1, name="Draft 1", marking="For consultation", status=DraftStatus.FROZEN,
              frozen_at=NOW, created_at=NOW)
    )  # fmt: skip
    session.flush()
    each = CLAUSES // SECTIONS
    rows = []
    for position in range(CLAUSES):
        section, item = divmod(position, each)
        head = section * each + 1
        heading = item == 0
        rows.append({
            "id": position + 1, "draft_id": 1, "wid": f"w{position}", "position": position,
            "eid": f"s_{section + 1}" if heading else f"s_{section + 1}__p_{item}",
            "label": f"{section + 1}" if heading else f"{section + 1}.{item}",
            "number": f"{section + 1}." if heading else f"{section + 1}.{item}",
            "kind": Kind.HEADING if heading else Kind.PARAGRAPH, "level": 1 if heading else 2,
            "text": sentence(chance, ENGLISH, 5 if heading else 35), "text_ms": "", "fields": {}, "fields_ms": {},
            "parent_id": None if heading else head, "section_id": head,
            "until": position + each - 1 if heading else position, "location": {}, "version": 1,
        })  # fmt: skip
    session.execute(insert(Clause), rows)


def _comments(chance: random.Random, comments: int) -> Iterator[dict[str, Any]]:
    each = CLAUSES // SECTIONS
    types, priorities = list(CommentType), list(Priority)
    attributions = [Attribution.ORGANISATION] * 6 + list(Attribution)
    for n in range(1, comments + 1):
        first = n <= IN_SECTION_1
        chance.seed(n)
        position = n % each if first else each + chance.randrange(CLAUSES - each)
        organisation = 1 + chance.randrange(ORGANISATIONS)
        malay = n % 3 == 0
        said = sentence(chance, MALAY if malay else ENGLISH, 12 + chance.randrange(40))
        proposes = n % 3 == 1
        yield {
            "id": n, "client_uuid": str(uuid.UUID(int=n)), "plan_id": 1, "round_id": 1, "number": n,
            "status": Status.SUBMITTED, "scope": Scope.PASSAGE if n % 2 else Scope.CLAUSE,
            "clause_id": position + 1, "section_id": position // each * each + 1, "position": position,
            "exact": " ".join(chance.choices(ENGLISH, k=3)) if n % 2 else None, "prefix": "", "suffix": "",
            "start": None, "end": None, "field": None,
            "seat_id": organisation + 1, "person_id": organisation + 1, "organisation_id": organisation,
            "constituency": SEATS[organisation % 4], "region": Region.NATIONAL,
            "capacity": Capacity.ORGANISATION, "channel": Channel.WEB,
            "attribution": attributions[n % len(attributions)], "type": types[n % len(types)],
            "priority": priorities[n % 3], "ground": "Act 265, section 60" if n % 3 == 0 else "",
            "language": Language.MALAY if malay else Language.ENGLISH, "text": said,
            "proposed": sentence(chance, ENGLISH, 35) if proposes else None,
            "proposed_verb": Verb.REPLACE if proposes else None,
            "rationale": sentence(chance, ENGLISH, 12) if n % 4 == 0 else "",
            "standard": "ILO C029" if n % 5 == 0 else "",
            "created_at": NOW, "saved_at": NOW, "submitted_at": NOW + timedelta(seconds=n % 86400),
            "withdrawn_at": None, "late": n % 400 == 0, "split_from_id": None, "words": index_words(said),
            "version": 1,
        }  # fmt: skip


def leader(n: int) -> int:
    """The point that a comment makes: its own, or the first of those grouped with it."""
    if n <= IN_SECTION_1:
        return n
    return n - (n - IN_SECTION_1 - 1) % TOGETHER


def _point(row: dict[str, Any]) -> dict[str, Any]:
    alone = row["id"] <= IN_SECTION_1
    first = row["id"] == IN_SECTION_1 + 1
    return {
        "id": row["id"], "round_id": 1, "title": "", "created_at": NOW, "version": 1,
        "clause_id": AMONG_THEM + 1 if first else row["clause_id"],
        "position": AMONG_THEM if first else row["position"],
        "members": int(alone), "standing": int(alone), "voices": {row["constituency"].value: 1} if alone else {},
        "proposes": row["proposed"] is not None,
    }  # fmt: skip


def _write(session: Session, batch: list[dict[str, Any]]) -> None:
    if not batch:
        return
    session.execute(insert(Comment), batch)
    session.execute(insert(Point), [_point(row) for row in batch])
    session.execute(
        insert(PointComment), [{"point_id": leader(row["id"]), "comment_id": row["id"]} for row in batch]
    )
    stances = [
        {"comment_id": row["id"], "organisation_id": 1 + (row["id"] * 7 + k) % ORGANISATIONS,
         "constituency": SEATS[(1 + (row["id"] * 7 + k) % ORGANISATIONS) % 4],
         "seat_id": 2, "kind": StanceKind.OBJECT if k == 2 else StanceKind.SUPPORT, "reason": "", "at": NOW,
         "version": 1}
        for row in batch
        if row["id"] % 2
        for k in range(3)
    ]  # fmt: skip
    session.execute(insert(Stance), stances)


def _as_the_server_keeps_itself(engine: Engine) -> None:
    """What autovacuum does by itself in an hour of use, and identities after rows with ids of their own."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in SQLModel.metadata.sorted_tables:
            if "id" in table.c:
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                        f' (SELECT coalesce(max(id), 0) + 1 FROM "{table.name}"), false)'
                    )
                )
        connection.execute(text("VACUUM ANALYZE"))
