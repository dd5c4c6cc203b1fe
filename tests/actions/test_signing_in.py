"""A link signs a person in once; nobody learns whose address is known."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, func, select
from sqlmodel import Session, col

from app.config import Settings
from app.errors import Invalid, TooMany
from app.history import queries as history
from app.mail.models import OutgoingMail
from app.mail.rules import SECRET
from app.people import signing_in
from app.people.models import SignedIn, SignInAttempt, SignInLink
from app.people.rules import Language
from app.people.signing_in import LinkState, ask_for_link, open_link, sign_in_link, use_link
from app.people.tokens import hashed
from tests.factories import make_person, make_plan, make_seat

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(
    secret_key="for tests", base_url="https://runding.contoh.example/", time_zone="Asia/Kuala_Lumpur"
)


def ask(session: Session, email: str, address: str = "203.0.113.7", at: datetime = NOW, next_path: str = "/"):
    ask_for_link(
        session,
        email,
        address=address,
        next_path=next_path,
        language=Language.ENGLISH,
        settings=SETTINGS,
        at=at,
    )


def secret_for(session: Session, person_id: int | None, at: datetime = NOW, minutes: int = 15) -> str:
    return signing_in.make_link(
        session, person_id, next_path="/plans/x", lasts=timedelta(minutes=minutes), at=at
    )


def use(session: Session, secret: str, at: datetime = NOW):
    return use_link(
        session, secret, device="Firefox, Windows", address="203.0.113.7", settings=SETTINGS, at=at
    )


def statements(session: Session, work) -> list[str]:
    said: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        said.append(statement)

    bound = session.get_bind()
    event.listen(bound, "before_cursor_execute", listen)
    try:
        work()
        session.flush()
    finally:
        event.remove(bound, "before_cursor_execute", listen)
    return said


def test_a_link_is_mailed_in_the_persons_language_and_kept_as_a_hash(session):
    person = make_person(session, email="siti@contoh.example", name="Siti", language=Language.MALAY)
    ask(session, " Siti@Contoh.example")
    [mail] = session.scalars(select(OutgoingMail)).all()
    assert mail.recipient == "siti@contoh.example"
    assert mail.subject == "Pautan log masuk anda untuk Runding"
    assert f"https://runding.contoh.example/sign-in/{SECRET}" in mail.text
    [link] = session.scalars(select(SignInLink)).all()
    assert link.secret_hash == hashed(mail.secret)
    assert link.person_id == person.id
    came = use(session, mail.secret)
    assert came is not None
    assert came.person_id == person.id


def test_asking_for_an_unknown_address_does_the_same_work_and_mails_nobody(session):
    make_person(session, email="siti@contoh.example", name="Siti")
    known = statements(session, lambda: ask(session, "siti@contoh.example"))
    unknown = statements(session, lambda: ask(session, "tiada@contoh.example", address="203.0.113.8"))
    assert known == unknown
    due = session.scalars(select(OutgoingMail).where(col(OutgoingMail.given_up_at).is_(None))).all()
    assert [mail.recipient for mail in due] == ["siti@contoh.example"]
    nobodys = session.scalars(select(SignInLink).where(col(SignInLink.person_id).is_(None))).all()
    assert len(nobodys) == 1


def test_what_an_unknown_address_left_behind_is_swept_away(session):
    ask(session, "tiada@contoh.example")
    ask(session, "lain@contoh.example", at=NOW + timedelta(hours=1))
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == 1
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 2


def test_a_link_works_once(session):
    person = make_person(session)
    secret = secret_for(session, person.id)
    assert open_link(session, secret, now=NOW).state == LinkState.GOOD
    assert open_link(session, secret, now=NOW).state == LinkState.GOOD
    came = use(session, secret)
    assert came is not None
    assert came.next_path == "/plans/x"
    assert use(session, secret) is None
    assert open_link(session, secret, now=NOW).state == LinkState.USED
    [kept] = session.scalars(select(SignedIn)).all()
    assert kept.token_hash == hashed(came.token)
    assert [row.verb for row in history.of(session, "session", kept.id or 0)] == ["sign in"]


def test_a_link_works_for_its_minutes(session):
    person = make_person(session)
    secret = secret_for(session, person.id)
    late = NOW + timedelta(minutes=15)
    assert open_link(session, secret, now=late).state == LinkState.EXPIRED
    assert use(session, secret, at=late) is None
    assert use(session, secret, at=late - timedelta(seconds=1)) is not None


def test_a_link_of_nobody_or_of_an_erased_person_brings_nobody_in(session):
    assert use(session, secret_for(session, None)) is None
    assert open_link(session, "gone", now=NOW).state == LinkState.UNKNOWN
    assert open_link(session, secret_for(session, None), now=NOW).state == LinkState.UNKNOWN


def test_of_two_who_press_at_once_one_comes_in(engine: Engine):
    with Session(engine) as session:
        person = make_person(session)
        secret = secret_for(session, person.id)
        session.commit()
    came = []

    def press():
        with Session(engine) as own:
            came.append(use(own, secret))
            own.commit()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in came) == 1


def test_signing_in_is_noted_at_the_seat_the_first_time(session):
    plan = make_plan(session)
    seat = make_seat(session, plan)
    use(session, secret_for(session, seat.person_id))
    use(session, secret_for(session, seat.person_id), at=NOW + timedelta(minutes=5))
    session.refresh(seat)
    assert seat.first_signed_in_at == NOW


def test_five_links_a_quarter_of_an_hour_for_a_person_known_or_not(session):
    make_person(session, email="siti@contoh.example")
    for email in ("siti@contoh.example", "tiada@contoh.example"):
        for n in range(5):
            ask(session, email, address=f"198.51.100.{n}")
        with pytest.raises(TooMany) as refused:
            ask(session, email.upper(), address="198.51.100.9", at=NOW + timedelta(minutes=14))
        assert refused.value.values == {"time": "17:16"}
        ask(session, email, address="198.51.100.9", at=NOW + timedelta(minutes=15))


def test_thirty_links_a_quarter_of_an_hour_from_a_network(session):
    for n in range(30):
        ask(session, f"p{n}@contoh.example", address=f"2001:db8::{n}")
    with pytest.raises(TooMany):
        ask(session, "p31@contoh.example", address="2001:db8::ffff")
    ask(session, "p31@contoh.example", address="2001:db8:0:1::1")


def test_who_asks_at_once_is_counted_one_after_the_other(engine: Engine):
    refused = []

    def hurry():
        with Session(engine) as own:
            try:
                ask(own, "siti@contoh.example")
                own.commit()
            except TooMany:
                refused.append(1)

    threads = [threading.Thread(target=hurry) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 4


def test_neither_address_is_kept_where_requests_are_counted(session):
    ask(session, "siti@contoh.example")
    keys = {one.key for one in session.scalars(select(SignInAttempt))}
    assert hashed("person siti@contoh.example") not in keys
    assert all(len(key) == 64 for key in keys)


def test_what_is_no_address_is_refused_before_anything_is_written(session):
    with pytest.raises(Invalid):
        ask(session, "siti")
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_a_session_is_ended_by_its_owner_only(session):
    one, other = make_person(session), make_person(session)
    for _ in range(3):
        use(session, secret_for(session, one.id))
    ids = session.scalars(select(col(SignedIn.id)).order_by(col(SignedIn.id))).all()
    assert not signing_in.end_session(session, other.id or 0, ids[0] or 0, at=NOW)
    assert signing_in.end_session(session, one.id or 0, ids[0] or 0, at=NOW)
    assert not signing_in.end_session(session, one.id or 0, ids[0] or 0, at=NOW)
    assert signing_in.end_other_sessions(session, one.id or 0, but=ids[2], at=NOW) == 1
    living = session.scalars(select(col(SignedIn.id)).where(col(SignedIn.ended_at).is_(None))).all()
    assert living == [ids[2]]


def test_who_runs_the_machine_gets_a_link_for_a_known_address(session):
    make_person(session, email="siti@contoh.example")
    link = sign_in_link(
        session, "Siti@contoh.example", base_url="http://127.0.0.1:8000/", minutes=15, now=NOW
    )
    assert link is not None
    base, _, secret = link.rpartition("/")
    assert base == "http://127.0.0.1:8000/sign-in"
    assert use(session, secret) is not None
    assert sign_in_link(session, "tiada@contoh.example", base_url="http://x", minutes=15, now=NOW) is None
