"""What is a person's own: tokens, the calendar's address, a copy of their data, and its erasure."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.encoders import jsonable_encoder
from sqlalchemy import func, inspect, select, text
from sqlmodel import Session, col

from app.comments import personal, tallies
from app.comments.models import Comment, CommentTally
from app.comments.rules import Attribution, Status
from app.config import Settings
from app.errors import Conflict, Invalid
from app.history import queries as history
from app.mail.actions import queue
from app.people import account, erasing, previewing, signing_in
from app.people.models import ApiToken, Person
from app.people.rules import Language, Role
from app.people.tokens import hashed
from tests.factories import (
    make_comment,
    make_draft,
    make_person,
    make_plan,
    make_round,
    make_seat,
    viewer_of,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="for tests", base_url="https://runding.contoh.example")


def test_a_token_is_told_once_and_kept_as_a_hash(session):
    person, other = make_person(session), make_person(session)
    secret = account.make_token(session, person.id or 0, "  Laporan\tmingguan ", at=NOW)
    token = session.scalars(select(ApiToken)).one()
    assert (token.name, token.token_hash) == ("Laporan mingguan", hashed(secret))
    assert [one.name for one in account.tokens_of(session, person.id or 0)] == ["Laporan mingguan"]
    assert not account.end_token(session, other.id or 0, token.id or 0, at=NOW)
    assert account.end_token(session, person.id or 0, token.id or 0, at=NOW)
    assert account.tokens_of(session, person.id or 0) == []


def test_a_person_has_twenty_tokens_at_most_and_each_has_a_name(session):
    person = make_person(session)
    with pytest.raises(Invalid):
        account.make_token(session, person.id or 0, " ", at=NOW)
    for n in range(20):
        account.make_token(session, person.id or 0, f"Program {n}", at=NOW)
    with pytest.raises(Conflict):
        account.make_token(session, person.id or 0, "Lagi satu", at=NOW)


def test_history_says_that_a_name_changed_and_not_from_what(session):
    person = make_person(session, name="Siti")
    account.rename(session, person.id or 0, "Dr. Siti", at=NOW)
    account.choose_language(session, person.id or 0, Language.MALAY, at=NOW)
    rows = history.of(session, "person", person.id or 0)
    assert [row.verb for row in rows] == ["rename", "choose language"]
    assert "Siti" not in str([(row.before, row.after) for row in rows])


def test_a_new_calendar_address_replaces_the_old(session):
    person = make_person(session)
    first = account.renew_calendar(session, person.id or 0, at=NOW)
    assert account.renew_calendar(session, person.id or 0, at=NOW) != first


def everything(session: Session) -> str:
    """Every text in the database."""
    connection = session.connection()
    found = [
        str(tuple(row))
        for table in inspect(connection).get_table_names()
        for row in session.execute(text(f'SELECT * FROM "{table}"'))
    ]
    return "\n".join(found)


def a_full_life(session: Session):
    plan = make_plan(session)
    make_seat(session, plan, Role.SECRETARIAT)
    draft = make_draft(session, plan)
    round_ = make_round(session, plan, draft)
    person = make_person(session, email="siti.nurhaliza@contoh.example", name="Siti Nurhaliza")
    seat = make_seat(session, plan, person=person)
    comments = [
        make_comment(session, round_, seat, attribution=attribution, text=f"Ulasan {attribution}")
        for attribution in Attribution
    ]
    unsent = make_comment(session, round_, seat, status=Status.DRAFT, text="Belum dihantar")
    secret = signing_in.make_link(session, person.id, next_path="/", lasts=timedelta(minutes=15), at=NOW)
    signing_in.use_link(
        session, secret, device="Firefox, Windows", address="203.0.113.77", settings=SETTINGS, at=NOW
    )
    signing_in.ask_for_link(
        session,
        "siti.nurhaliza@contoh.example",
        address="203.0.113.77",
        next_path="/",
        language=Language.ENGLISH,
        settings=SETTINGS,
        at=NOW,
    )
    account.make_token(session, person.id or 0, "Laporan", at=NOW)
    account.rename(session, person.id or 0, "Siti Nurhaliza T.", at=NOW)
    queue(
        session, key="r", to="siti.nurhaliza@contoh.example", subject="Resit", text="Siti Nurhaliza", at=NOW
    )
    previewing.keep(
        session,
        b"Siti Nurhaliza",
        "a.csv",
        by=viewer_of(make_seat(session, make_plan(session), person=person, role=Role.SECRETARIAT)),
        at=NOW,
    )
    session.flush()
    return plan, round_, person, seat, comments, unsent


def test_a_copy_of_ones_data_holds_what_is_kept_and_no_secret(session):
    _, _, person, _, _, _ = a_full_life(session)
    kept = erasing.data_of(session, person) | {"comments": personal.written_by(session, person.id or 0)}
    copy = json.dumps(jsonable_encoder(kept), ensure_ascii=False)
    for word in (
        "Siti Nurhaliza T.",
        "siti.nurhaliza@contoh.example",
        "Firefox, Windows",
        "203.0.113.77",
        "Laporan",
        "Belum dihantar",
        "Ulasan named",
    ):
        assert word in copy
    assert len(kept["comments"]) == 5
    hashes = session.scalars(select(col(ApiToken.token_hash))).all()
    assert not any(found in copy for found in hashes)


def test_after_erasure_no_trace_of_name_or_address_is_left_and_the_comments_stay(session):
    plan, round_, person, seat, comments, unsent = a_full_life(session)
    other = session.scalars(select(Person).where(col(Person.id) != person.id)).first()
    make_seat(
        session,
        session.get_one(type(plan), session.execute(text("SELECT max(id) FROM plan")).scalar_one()),
        Role.SECRETARIAT,
        person=other,
    )
    ids = [one.id for one in comments]
    unsent_id = unsent.id
    with pytest.raises(Invalid):
        erasing.erase(session, person.id or 0, "siti@contoh.example", at=NOW)
    erasing.erase(session, person.id or 0, " Siti.Nurhaliza@contoh.example", at=NOW)
    assert personal.keep_under_constituency(session, person.id or 0, at=NOW) == 4
    session.flush()
    left = everything(session).lower()
    for trace in ("nurhaliza", "203.0.113.77", "firefox", "belum dihantar"):
        assert trace not in left
    session.expire_all()
    assert [session.get_one(Comment, found).attribution for found in ids] == [
        Attribution.SECRETARIAT if one is Attribution.SECRETARIAT else Attribution.CONSTITUENCY
        for one in Attribution
    ]
    assert session.get(Comment, unsent_id) is None
    assert seat.ended_at == NOW
    assert person.erased_at == NOW
    counted = {
        (audience, dimension, value): n
        for audience, dimension, value, n in session.execute(
            select(
                col(CommentTally.audience),
                col(CommentTally.dimension),
                col(CommentTally.value),
                col(CommentTally.n),
            ).where(col(CommentTally.n) != 0)
        )
    }
    assert counted == dict(tallies.recounted(session, round_.id or 0))
    assert list(history.broken_links(session)) == []
    assert (
        signing_in.sign_in_link(
            session, "siti.nurhaliza@contoh.example", base_url="http://x", minutes=9, now=NOW
        )
        is None
    )


def test_the_only_secretariat_of_a_plan_hands_it_over_before_leaving(session):
    plan = make_plan(session)
    seat = make_seat(session, plan, Role.SECRETARIAT)
    email = session.scalar(select(col(Person.email)).where(col(Person.id) == seat.person_id))
    with pytest.raises(Conflict):
        erasing.erase(session, seat.person_id, email or "", at=NOW)
    assert (
        session.scalar(select(func.count()).select_from(Person).where(col(Person.erased_at).is_not(None)))
        == 0
    )
