"""E-mail: one connection for several messages, and an exact account of what is known when something goes wrong.

A message counts as taken when the server has answered its end of data with a 2xx code. Until the end of data has been
sent nothing can have been taken; between that and the answer nobody can know.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.application.lines import (
    Letter,
    LostError,
    PermanentError,
    Recovery,
    TemporaryError,
    UnreachableError,
)

TIMEOUT = 20
"""Seconds for each answer of the server. An attempt has a handful of them, well within its lease."""
STARTTLS, TLS = "starttls", "ssl"
_QUEUED_AS = re.compile(rb"\b(?:queued|filed) as ([A-Za-z0-9.-]{1,64})")
_TAKEN, _START_INPUT, _PERMANENT = range(200, 300), 354, 500
_LOST = "the connection broke while the server was taking the message"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over, and in whose name; `security` is starttls, ssl or nothing."""

    host: str
    port: int
    sender: str
    security: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


class SmtpNoticeSender:
    """Sends letters by SMTP. Mail servers cannot be asked what became of one."""

    recovery = Recovery.PERSON

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        # Reading the authorities of this machine costs more than the rest of a connection: it is done once.
        self._trusted = ssl.create_default_context()

    @contextmanager
    def connect(self) -> Iterator["SmtpLine"]:
        """An open line, closed at the end.

        Raises:
            UnreachableError: the server does not answer.
        """
        line = SmtpLine(self._server, self._trusted)
        try:
            line.open()
        except (OSError, smtplib.SMTPException) as exc:
            raise UnreachableError(f"the mail server does not answer ({type(exc).__name__})") from exc
        try:
            yield line
        finally:
            line.close()


class SmtpLine:
    """An open connection; opened anew when it broke with the message before."""

    def __init__(self, server: SmtpServer, trusted: ssl.SSLContext) -> None:
        self._server = server
        self._trusted = trusted
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> smtplib.SMTP:
        """The connection."""
        if self._smtp is None:
            self._smtp = _opened(self._server, self._trusted)
        return self._smtp

    def close(self) -> None:
        """Say goodbye; a server that does not listen any more is no matter."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def send(self, letter: Letter) -> str | None:
        """Hand one letter over; the id is the one the server queued it under, where it says so."""
        content = _mail(letter, self._server.sender)
        try:
            smtp = self.open()
            _envelope(smtp, self._server.sender, letter.address)
        except (OSError, smtplib.SMTPException) as exc:
            self._drop()
            raise TemporaryError(f"the connection broke before the message ({type(exc).__name__})") from exc
        except (TemporaryError, PermanentError):
            self._reset(smtp)
            raise
        try:
            code, words = _content(smtp, content)
        except (OSError, smtplib.SMTPException) as exc:
            self._drop()
            raise LostError(_LOST) from exc
        _judge(code, "the message")
        found = _QUEUED_AS.search(words)
        return found[1].decode() if found else None

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _opened(server: SmtpServer, trusted: ssl.SSLContext) -> smtplib.SMTP:
    """A connection that is encrypted and known by name, as far as the settings want it."""
    if server.security == TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trusted)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.security == STARTTLS:
            smtp.starttls(context=trusted)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp


def _envelope(smtp: smtplib.SMTP, sender: str, address: str) -> None:
    _judge(smtp.mail(sender)[0], "the sender")
    _judge(smtp.rcpt(address)[0], "the recipient")
    code, _ = smtp.docmd("data")
    if code != _START_INPUT:
        raise _refusal(code, "the message")


def _content(smtp: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    """The server's answer to the whole message."""
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
    smtp.send(stuffed.removesuffix(b"\r\n") + b"\r\n.\r\n")
    return smtp.getreply()


def _judge(code: int, what: str) -> None:
    """The server's words are left out: they may repeat the address."""
    if code not in _TAKEN:
        raise _refusal(code, what)


def _refusal(code: int, what: str) -> PermanentError | TemporaryError:
    if code >= _PERMANENT:
        return PermanentError(f"the mail server refused {what} ({code})")
    return TemporaryError(f"the mail server does not take {what} now ({code})")


def _mail(letter: Letter, sender: str) -> bytes:
    """The message; its id is the same at every attempt, so that a double would be recognised."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = letter.address
    mail["Subject"] = letter.text.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text.body, cte="base64")
    return mail.as_bytes()
