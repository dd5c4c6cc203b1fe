"""The outbox, against a real SMTP server and a real folder."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.config import Settings
from app.mail.actions import queue, send_again
from app.mail.delivery import AT_A_TIME, CLAIM, Postman, delay
from app.mail.models import OutgoingMail
from app.mail.rules import SECRET

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


class Server:
    """An e-mail server that keeps what it takes, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.refuses: dict[str, str] = {}
        self.lock = threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        with self.lock:
            parsed = message_from_bytes(envelope.content, policy=default)
            self.taken += [(address, parsed) for address in envelope.rcpt_tos]
        return "250 taken"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def serving(server: Server, port: int, **options: Any) -> Iterator[None]:
    controller = Controller(server, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def postman(engine: Engine, port: int | None = None, folder: Path | None = None, url: str = "") -> Postman:
    settings = Settings(
        smtp_url=url or (f"smtp://127.0.0.1:{port}" if port else ""),
        mail_folder=folder or Path("unused"),
        secret_key="for tests",
        mail_from="Sekretariat Contoh <rundingan@contoh.example>",
    )
    return Postman(engine, settings)


def put(engine: Engine, key: str, to: str = "ali@contoh.example", **more: Any) -> None:
    """A mail in the outbox, due at noon."""
    with Session(engine) as session:
        queue(session, key=key, to=to, subject="Undangan", text="Selamat datang\n", at=NOON, **more)
        session.commit()


def the_mails(engine: Engine) -> list[OutgoingMail]:
    with Session(engine) as session:
        return list(session.scalars(select(OutgoingMail).order_by(col(OutgoingMail.id))))


def test_a_mail_reaches_the_server_once_with_its_secret_which_is_then_forgotten(engine):
    server, port = Server(), free_port()
    with Session(engine) as session:
        queue(
            session,
            key="1",
            to="ali@contoh.example",
            subject="Pautan masuk – Ścisłe",
            text=f"https://contoh.example/sign-in/{SECRET}\n",
            secret="s3cret",
            at=NOON,
        )
        session.commit()
    with serving(server, port):
        assert postman(engine, port).deliver_due(NOON) == 1
        assert postman(engine, port).deliver_due(NOON) == 0
    [(to, mail)] = server.taken
    assert to == "ali@contoh.example"
    assert mail["Subject"] == "Pautan masuk – Ścisłe"
    assert mail["From"] == "Sekretariat Contoh <rundingan@contoh.example>"
    assert "https://contoh.example/sign-in/s3cret" in mail.get_content()
    [kept] = the_mails(engine)
    assert kept.sent_at == NOON
    assert kept.secret == ""
    assert "s3cret" not in kept.text


def test_what_is_queued_twice_under_one_key_is_one_mail(engine):
    put(engine, "receipt 7")
    put(engine, "receipt 7")
    assert len(the_mails(engine)) == 1


def test_a_mail_of_a_transaction_that_failed_never_leaves(engine, tmp_path):
    with Session(engine) as session:
        queue(session, key="1", to="ali@contoh.example", subject="S", text="T", at=NOON)
        session.rollback()
    assert postman(engine, folder=tmp_path).deliver_due(NOON) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_refused_recipient_is_given_up_at_once_and_the_others_get_theirs(engine):
    server, port = Server(), free_port()
    server.refuses["tiada@contoh.example"] = "550 5.1.1 no such user"
    put(engine, "1", to="tiada@contoh.example")
    put(engine, "2", to="ali@contoh.example")
    with serving(server, port):
        assert postman(engine, port).deliver_due(NOON) == 1
    refused, taken = the_mails(engine)
    assert refused.given_up_at == NOON
    assert refused.problem == "550 5.1.1 no such user"
    assert taken.sent_at == NOON


def test_a_server_that_asks_to_come_later_is_asked_later(engine):
    server, port = Server(), free_port()
    server.refuses["ali@contoh.example"] = "451 4.7.1 greylisted"
    put(engine, "1")
    with serving(server, port):
        man = postman(engine, port)
        assert man.deliver_due(NOON) == 0
        [waiting] = the_mails(engine)
        assert waiting.given_up_at is None
        assert waiting.due_at == NOON + timedelta(minutes=1)
        server.refuses.clear()
        assert man.deliver_due(NOON + timedelta(seconds=59)) == 0
        assert man.deliver_due(NOON + timedelta(seconds=60)) == 1
    assert the_mails(engine)[0].problem == ""


def test_a_server_that_is_down_and_comes_up_again_gets_every_mail_once(engine):
    server, port = Server(), free_port()
    for n in range(3):
        put(engine, str(n), to=f"p{n}@contoh.example")
    man = postman(engine, port)
    assert man.deliver_due(NOON) == 0
    assert {mail.problem[:22] for mail in the_mails(engine)} == {"ConnectionRefusedError"}
    assert man.deliver_due(NOON + timedelta(minutes=1)) == 0
    with serving(server, port):
        assert man.deliver_due(NOON + timedelta(minutes=2)) == 0
        assert man.deliver_due(NOON + timedelta(minutes=3)) == 3
    assert sorted(to for to, _ in server.taken) == [f"p{n}@contoh.example" for n in range(3)]


def test_after_a_day_of_trying_a_mail_is_given_up_with_what_was_wrong(engine):
    port = free_port()
    put(engine, "1")
    man = postman(engine, port)
    now = NOON
    tries = 0
    while (mail := the_mails(engine)[0]).given_up_at is None:
        now = max(now, mail.due_at)
        man.deliver_due(now)
        tries += 1
        assert tries < 100
    assert timedelta(days=1) <= now - NOON < timedelta(days=1, hours=2)
    assert mail.problem.startswith("ConnectionRefusedError")
    assert tries < 25


def test_a_server_that_closes_in_the_middle_loses_no_mail(engine):
    class Closing(Server):
        closes = True

        async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
            if Closing.closes:
                Closing.closes = False
                server.transport.close()
                return "421 going away"
            return await super().handle_DATA(server, session, envelope)

    server, port = Closing(), free_port()
    put(engine, "1", to="satu@contoh.example")
    put(engine, "2", to="dua@contoh.example")
    with serving(server, port):
        man = postman(engine, port)
        assert man.deliver_due(NOON) == 1
        assert man.deliver_due(NOON + timedelta(minutes=1)) == 1
    assert sorted(to for to, _ in server.taken) == ["dua@contoh.example", "satu@contoh.example"]


def test_a_process_that_died_between_claim_and_sending_leaves_the_mail_to_another(engine):
    server, port = Server(), free_port()
    put(engine, "1")
    dying = postman(engine, port)
    assert len(dying._claim(NOON)) == 1
    with serving(server, port):
        other = postman(engine, port)
        assert other.deliver_due(NOON + CLAIM - timedelta(seconds=1)) == 0
        assert other.deliver_due(NOON + CLAIM) == 1
    assert len(server.taken) == 1


def test_several_postmen_at_once_send_each_mail_once(engine):
    server, port = Server(), free_port()
    many = 2 * AT_A_TIME + 7
    with Session(engine) as session:
        for n in range(many):
            queue(session, key=str(n), to=f"p{n}@contoh.example", subject="S", text="T\n", at=NOON)
        session.commit()
    with serving(server, port):
        men = [postman(engine, port) for _ in range(4)]
        threads = [threading.Thread(target=man.deliver_due, args=(NOON,)) for man in men]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(to for to, _ in server.taken) == sorted(f"p{n}@contoh.example" for n in range(many))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_name_and_password_are_said_to_a_server_that_asks(engine):
    asked: list[LoginPassword] = []

    def authenticate(server, session, envelope, mechanism, data):
        asked.append(data)
        return AuthResult(success=data.password == b"r@hsia", handled=False)

    server, port = Server(), free_port()
    put(engine, "1")
    options = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    with serving(server, port, **options):
        wrong = postman(engine, url=f"smtp://urus:salah@127.0.0.1:{port}")
        assert wrong.deliver_due(NOON) == 0
        assert the_mails(engine)[0].problem.startswith("535")
        right = postman(engine, url=f"smtp://urus:r%40hsia@127.0.0.1:{port}")
        assert right.deliver_due(NOON + timedelta(minutes=1)) == 1
    assert asked[-1].login == b"urus"


def test_an_attachment_goes_along(engine):
    server, port = Server(), free_port()
    put(engine, "1", attachment_name="resit.txt", attachment="R2-0147 diterima\n")
    with serving(server, port):
        postman(engine, port).deliver_due(NOON)
    [attached] = server.taken[0][1].iter_attachments()
    assert attached.get_filename() == "resit.txt"
    assert attached.get_content().split() == ["R2-0147", "diterima"]


def test_line_ends_in_a_subject_make_no_header(engine):
    server, port = Server(), free_port()
    with Session(engine) as session:
        subject = "Jemputan\r\nBcc: semua@contoh.example"
        queue(session, key="1", to="ali@contoh.example", subject=subject, text="T\n", at=NOON)
        session.commit()
    with serving(server, port):
        postman(engine, port).deliver_due(NOON)
    [(_, mail)] = server.taken
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Jemputan Bcc: semua@contoh.example"


def test_an_address_that_cannot_be_written_to_is_given_up(engine):
    server, port = Server(), free_port()
    put(engine, "1", to="ali@contoh.example\r\nRCPT TO:<semua@contoh.example>")
    with serving(server, port):
        assert postman(engine, port).deliver_due(NOON) == 0
    assert server.taken == []
    assert the_mails(engine)[0].given_up_at == NOON


def test_without_a_server_mails_become_files_that_only_their_owner_reads(engine, tmp_path):
    put(engine, "1")
    assert postman(engine, folder=tmp_path / "mel").deliver_due(NOON) == 1
    [file] = (tmp_path / "mel").iterdir()
    assert file.suffix == ".eml"
    assert file.stat().st_mode & 0o077 == 0
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == "ali@contoh.example"


def test_the_thread_is_woken_by_the_commit_that_put_the_mail_there(engine, tmp_path):
    man = postman(engine, folder=tmp_path)
    man.start()
    try:
        with Session(engine) as session:
            queue(session, key="1", to="ali@contoh.example", subject="S", text="T", at=datetime.now(UTC))
            session.commit()
        for _ in range(100):
            if list(tmp_path.glob("*.eml")):
                break
            threading.Event().wait(0.05)
    finally:
        man.stop()
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_sending_again_makes_a_mail_due_unless_its_link_is_gone(engine, tmp_path):
    put(engine, "1")
    with Session(engine) as session:
        queue(session, key="2", to="b@contoh.example", subject="S", text=SECRET, secret="x", at=NOON)
        session.commit()
    man = postman(engine, folder=tmp_path)
    assert man.deliver_due(NOON) == 2
    later = NOON + timedelta(hours=1)
    plain, linked = the_mails(engine)
    with Session(engine) as session:
        assert send_again(session, plain.id or 0, at=later)
        assert not send_again(session, linked.id or 0, at=later)
        session.commit()
    assert man.deliver_due(later) == 1


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 2), (5, 16), (8, 120), (10_000, 120)])
def test_the_wait_grows_to_two_hours(tries, minutes):
    assert delay(tries) == timedelta(minutes=minutes)
