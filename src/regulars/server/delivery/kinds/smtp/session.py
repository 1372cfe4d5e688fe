"""One conversation with a mail server, with DATA in two steps: ask, mark, hand over."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from regulars.server.core.webhooks import sending
from regulars.server.core.webhooks.rules import Target
from regulars.server.delivery.kinds import letters
from regulars.server.delivery.kinds.base import End, Receipt, World

PATIENCE = 30.0  # seconds for each answer of the server
# RFC 3463: no such mailbox, no such domain, bad syntax, moved, null MX.
NOBODY = re.compile(r"\b5\.1\.(1|2|3|6|10)\b")
NOBODY_IN_WORDS = re.compile(
    r"user unknown|unknown user|no such (user|recipient|mailbox)|mailbox unavailable"
    r"|mailbox not found|does ?n.t exist|does not exist|recipient rejected|invalid recipient",
    re.IGNORECASE,
)
POLICY = re.compile(r"\b5\.7\.\d+\b")  # refused for what we are, not for who they are
BUSY = 421  # the server closes the line
GREYLISTED = 300.0


class Fallen(Exception):
    """The line fell before the mark; nothing went out."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.said)
        self.receipt = receipt


@dataclass(frozen=True)
class Envelope:
    """A letter and its two addresses."""

    sender: str
    to: str
    letter: bytes


class Session(smtplib.SMTP):
    """Connects to the number that was checked, and speaks to the name."""

    number = ""

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return socket.create_connection((self.number, port), timeout)

    def hand_over(self, envelope: Envelope, mark: Callable[[], bool]) -> tuple[Receipt, bool]:
        """Say what became of a letter, and whether the line can be used again.

        :raises Fallen: the line fell before the mark.
        """
        refused = self._asked(envelope)
        if refused is not None:
            return refused, self._forgets()
        if not mark():
            return Receipt(End.TAKEN), False  # no way out of DATA but to hang up
        try:
            self.send(_stuffed(envelope.letter))
            code, said = self.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Receipt(End.UNKNOWN, code="broken", said=str(error)[:200]), False
        if code == 250:
            return Receipt(End.SENT, code="250", said=_words(said)), True
        return _refusal(code, said), code != BUSY

    def _asked(self, envelope: Envelope) -> Receipt | None:
        """Get as far as 354; what the server said, where it did not."""
        try:
            self.ehlo_or_helo_if_needed()
            code, said = self.mail(envelope.sender)
            if code == BUSY:
                raise Fallen(_refusal(code, said))
            if code != 250:  # it will not have us as a sender: others fare no better
                return replace(_refusal(code, said), end=End.LATER, line=True)
            code, said = self.rcpt(envelope.to)
            if code in (250, 251):
                code, said = self.docmd("DATA")
                if code == 354:
                    return None
            elif 500 <= code < 600:
                return replace(_refusal(code, said), dead=_is_nobody(_words(said)))
        except (OSError, smtplib.SMTPException) as error:
            raise Fallen(Receipt(End.LATER, code="broken", said=str(error)[:200])) from error
        if code == BUSY:
            raise Fallen(_refusal(code, said))
        return _refusal(code, said)

    def _forgets(self) -> bool:
        try:
            return self.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


class _Secure(smtplib.SMTP_SSL, Session):
    """The same, secret from the first byte."""


def connected(settings: Mapping[str, str], port: int, world: World) -> Session:
    """A session that may send.

    :raises Fallen: the server cannot be reached, is not trusted, or will not have us.
    """
    host = settings["host"].strip().lower()
    try:
        number = sending.checked(Target("smtp", host, port, ""), own=world.own)
        if number is None:
            raise Fallen(Receipt(End.LATER, code="private_address", line=True))
        return _greeted(settings, host, port, number)
    except smtplib.SMTPResponseException as error:
        said = _words(error.smtp_error)
        raise Fallen(
            Receipt(End.LATER, code=str(error.smtp_code), said=said, line=True)
        ) from error
    except ssl.SSLError as error:
        raise Fallen(
            Receipt(End.LATER, code="no_trust", said=str(error)[:200], line=True)
        ) from error
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise Fallen(
            Receipt(End.LATER, code="no_answer", said=str(error)[:200], line=True)
        ) from error


def _greeted(settings: Mapping[str, str], host: str, port: int, number: str) -> Session:
    trust, domain = ssl.create_default_context(), letters.sender(settings).domain
    kind = type(
        "_Link", (_Secure if settings["way"] == "tls" else Session,), {"number": number}
    )
    more = {"context": trust} if settings["way"] == "tls" else {}
    link: Session = kind(host, port, local_hostname=domain, timeout=PATIENCE, **more)
    try:
        link.ehlo_or_helo_if_needed()
        if settings["way"] == "starttls":  # no word goes over an open line
            link.starttls(context=trust)
        if settings.get("user"):
            link.login(settings["user"], settings.get("password", ""))
    except (OSError, smtplib.SMTPException):
        with suppress(OSError):
            link.close()
        raise
    return link


def _stuffed(letter: bytes) -> bytes:
    body = re.sub(rb"(?m)^\.", b"..", letter)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _refusal(code: int, said: bytes) -> Receipt:
    words = _words(said)
    if 500 <= code < 600:
        return Receipt(End.REFUSED, code=str(code), said=words)
    return Receipt(End.LATER, code=str(code), said=words, wait=GREYLISTED)


def _is_nobody(words: str) -> bool:
    if POLICY.search(words):
        return False
    return bool(NOBODY.search(words) or NOBODY_IN_WORDS.search(words))


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
