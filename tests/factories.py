"""Real rows for tests, each with what it needs and nothing to be read; values that matter are said by the test."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from app.comments import tallies
from app.comments.models import Comment
from app.comments.rules import Attribution, CommentType, Priority, Scope, Status
from app.people.models import Organisation, Person, Seat
from app.people.rules import Capacity, Constituency, Language, Region, Role, Viewer
from app.plans.models import Clause, Draft, Plan
from app.plans.rules import DraftStatus, Kind
from app.rounds.models import Round
from app.rounds.rules import Isolation, Phase

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

_count = itertools.count(1)


Row = TypeVar("Row")


def _saved(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_plan(session: Session, **values: Any) -> Plan:
    n = next(_count)
    given: dict[str, Any] = {"slug": f"plan-{n}", "title": f"Plan {n}", "created_at": NOW}
    return _saved(session, Plan(**(given | values)))


def make_organisation(session: Session, plan: Plan, **values: Any) -> Organisation:
    n = next(_count)
    given: dict[str, Any] = {
        "plan_id": plan.id,
        "name": f"Badan Contoh {n}",
        "constituency": Constituency.WORKERS,
        "region": Region.NATIONAL,
        "created_at": NOW,
    }
    return _saved(session, Organisation(**(given | values)))


def make_person(session: Session, **values: Any) -> Person:
    n = next(_count)
    given: dict[str, Any] = {
        "email": f"person{n}@contoh.example",
        "name": f"Person {n}",
        "language": Language.ENGLISH,
    }
    return _saved(session, Person(created_at=NOW, **(given | values)))


def make_seat(
    session: Session,
    plan: Plan,
    role: Role = Role.PARTICIPANT,
    constituency: Constituency | None = Constituency.WORKERS,
    *,
    organisation: Organisation | None = None,
    person: Person | None = None,
    capacity: Capacity = Capacity.ORGANISATION,
) -> Seat:
    """A person at a seat; one of a constituency comes with an organisation."""
    if role in {Role.SECRETARIAT, Role.DRAFTER, Role.REVIEWER, Role.FACILITATOR}:
        constituency = None
    if constituency and organisation is None:
        organisation = make_organisation(session, plan, constituency=constituency)
    person = person or make_person(session)
    given: dict[str, Any] = {"plan_id": plan.id, "person_id": person.id}
    return _saved(
        session,
        Seat(
            organisation_id=organisation.id if organisation else None,
            role=role,
            constituency=constituency,
            capacity=capacity,
            invited_at=NOW,
            **given,
        ),
    )


def viewer_of(seat: Seat) -> Viewer:
    return Viewer(
        person_id=seat.person_id,
        seat_id=seat.id,
        plan_id=seat.plan_id,
        role=seat.role,
        constituency=seat.constituency,
        organisation_id=seat.organisation_id,
    )


def make_draft(session: Session, plan: Plan, texts: list[str] | None = None, **values: Any) -> Draft:
    """A frozen draft of two sections: headings 1 and 2, each with the paragraphs 1.1, 1.2 … of `texts`."""
    n = next(_count)
    given: dict[str, Any] = {
        "plan_id": plan.id,
        "name": f"Draft {n}",
        "status": DraftStatus.FROZEN,
        "frozen_at": NOW,
        "marking": "For consultation",
    }
    draft = _saved(session, Draft(created_at=NOW, **(given | values)))
    texts = texts or [
        "Every worker may lodge a complaint in a language the worker understands, free of charge.",
        "Employers with fifty or more workers shall set up a grievance mechanism within twelve months.",
        "The Department acknowledges each complaint within three working days.",
    ]
    position = 0
    for chapter in (1, 2):
        heading = make_clause(
            session,
            draft,
            position,
            kind=Kind.HEADING,
            level=1,
            number=f"{chapter}.",
            text=f"Chapter {chapter}",
        )
        heading.section_id = heading.id
        heading.until = position + len(texts)
        position += 1
        for item, text in enumerate(texts, 1):
            make_clause(
                session,
                draft,
                position,
                number=f"{chapter}.{item}",
                text=text,
                parent_id=heading.id,
                section_id=heading.id,
            )
            position += 1
    session.flush()
    return draft


def make_clause(session: Session, draft: Draft, position: int, **values: Any) -> Clause:
    number = values.get("number", "")
    given: dict[str, Any] = {
        "draft_id": draft.id,
        "wid": f"w{draft.id}-{position}",
        "eid": f"c_{position}",
        "label": number.rstrip("."),
        "kind": Kind.PARAGRAPH,
        "level": 2,
        "text": f"Clause {position}.",
        "until": position,
    }
    return _saved(session, Clause(position=position, **(given | values)))


def make_round(session: Session, plan: Plan, draft: Draft, **values: Any) -> Round:
    given: dict[str, Any] = {
        "plan_id": plan.id,
        "draft_id": draft.id,
        "number": 2,
        "name": "Round 2 on Draft 1",
        "phase": Phase.OPEN,
        "opens_at": NOW - timedelta(days=10),
        "closes_at": NOW + timedelta(days=6),
        "isolation": Isolation.EVERYONE,
        "attributions": [a.value for a in Attribution],
    }
    return _saved(session, Round(created_at=NOW, **(given | values)))


def make_comment(
    session: Session, round_: Round, seat: Seat, clause: Clause | None = None, **values: Any
) -> Comment:
    """A submitted comment (or, with status, another), counted as the real ones are."""
    given: dict[str, Any] = {
        "round_id": round_.id,
        "seat_id": seat.id,
        "capacity": seat.capacity,
        "status": Status.SUBMITTED,
        "scope": Scope.CLAUSE if clause else Scope.PLAN,
        "type": CommentType.SUBSTANTIVE,
        "priority": Priority.MAJOR,
        "attribution": Attribution.ORGANISATION,
        "text": "Say which authority decides, and by when.",
        "region": Region.NATIONAL,
        "submitted_at": NOW,
    } | values
    if given["status"] is not Status.DRAFT:
        round_.last_number += 1
        given.setdefault("number", round_.last_number)
    else:
        given["submitted_at"] = None
    comment = _saved(
        session,
        Comment(
            client_uuid=str(uuid.uuid4()),
            plan_id=round_.plan_id,
            clause_id=clause.id if clause else None,
            section_id=clause.section_id if clause else None,
            position=clause.position if clause else -1,
            person_id=seat.person_id,
            organisation_id=seat.organisation_id,
            constituency=seat.constituency,
            created_at=NOW,
            saved_at=NOW,
            **given,
        ),
    )
    if comment.status is Status.SUBMITTED:
        tallies.came(session, comment)
    return comment
