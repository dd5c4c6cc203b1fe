"""How a mail leaves: to an e-mail server by SMTP, or into a folder as an `.eml` file."""

import contextlib
import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

#: A server that is silent for so many seconds is one that cannot be reached.
PATIENCE = 20


class Refused(Exception):  # noqa: N818 (an answer, not an error of ours)
    """The mail itself will never be taken: nobody of that address, or not such a mail."""


class Unreachable(Exception):  # noqa: N818 (the same)
    """The server cannot be reached or let in; every other mail would fare the same."""


class Carrier(Protocol):
    """Takes mails one after the other; raises Refused, Unreachable, or OSError/SMTPException to try later."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
    def carry(self, mail_id: int, message: EmailMessage) -> None: ...


class Smtp:
    """One conversation with the server that `url` names: smtp:// (STARTTLS where offered) or smtps://."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("RUNDING_SMTP_URL must look like smtp://user:password@host:587")
        self.tls = parts.scheme == "smtps"
        self.host = parts.hostname
        self.port = parts.port or (465 if self.tls else 587 if parts.username else 25)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """End the conversation, whatever state it is in."""
        if self.server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.server = None

    def meet(self) -> smtplib.SMTP:
        """The open conversation; a password is only ever said over TLS, or on this very machine."""
        if self.server is not None:
            return self.server
        try:
            if self.tls:
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=PATIENCE, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                    server.ehlo()
                elif self.user and self.host not in {"localhost", "127.0.0.1", "::1"}:
                    server.close()
                    raise Unreachable("The e-mail server offers no TLS, so the password was not sent to it.")
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(said(error)) from error
        self.server = server
        return server

    def carry(self, mail_id: int, message: EmailMessage) -> None:  # noqa: ARG002 (files are named by it)
        """Hand one mail over."""
        server = self.meet()
        try:
            server.send_message(message)
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(said(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Refused(said(error)) from error
            raise
        except smtplib.SMTPDataError as error:
            if error.smtp_code >= 500:
                raise Refused(said(error)) from error
            raise
        except (OSError, smtplib.SMTPServerDisconnected):
            self.leave()
            raise


class Folder:
    """A folder of `.eml` files; each appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Unreachable(said(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        pass

    def carry(self, mail_id: int, message: EmailMessage) -> None:
        """Write one mail; only its owner may read it, for it may hold a link that signs in."""
        part = self.folder / f"{mail_id:06d}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        part.replace(self.folder / f"{mail_id:06d}.eml")


def said(error: Exception) -> str:
    """What a server answered, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(words)}" for code, words in error.recipients.values()]
        return "; ".join(answers)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
