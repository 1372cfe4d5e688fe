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
FINE = ((250,), (250, 251), (354,))  # to MAIL, RCPT and DATA
BREAK = re.compile(r"[\r\n\0]")
Answer = tuple[int, bytes]
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
        answers = self._asked(envelope)
        refused = _refused(answers)
        if refused is not None:
            # A server that wants the letter of nobody is in the middle of one.
            return refused, not _waits(answers) and self._forgets()
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

    def _asked(self, envelope: Envelope) -> list[Answer]:
        """Get as far as 354; what the server said to each command that it was given."""
        commands = (f"MAIL FROM:<{envelope.sender}>", f"RCPT TO:<{envelope.to}>", "DATA")
        if any(BREAK.search(command) for command in commands):
            return [(553, b"line break in an address")]
        try:
            self.ehlo_or_helo_if_needed()
            # RFC 2920: all three at once where the server takes them, and one journey of
            # the line instead of three.
            if self.has_extn("pipelining"):
                self.send("".join(f"{command}\r\n" for command in commands))
                return self._answers(len(commands))
            answers: list[Answer] = []
            for command, fine in zip(commands, FINE, strict=True):
                self.send(f"{command}\r\n")
                answers += self._answers(1)
                if answers[-1][0] not in fine:
                    break
            return answers
        except (OSError, smtplib.SMTPException) as error:
            raise Fallen(Receipt(End.LATER, code="broken", said=str(error)[:200])) from error

    def _answers(self, count: int) -> list[Answer]:
        """The next answers; after "busy" there are none."""
        found: list[Answer] = []
        while len(found) < count and (not found or found[-1][0] != BUSY):
            found.append(self.getreply())
        return found

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


def _refused(answers: list[Answer]) -> Receipt | None:
    """What the first answer that is no yes says of the letter; None where it may follow.

    :raises Fallen: the server closes the line.
    """
    for place, ((code, said), fine) in enumerate(zip(answers, FINE, strict=False)):
        if code in fine:
            continue
        refusal = _refusal(code, said)
        if code == BUSY:
            raise Fallen(refusal)
        if place == 0:  # it will not have us as a sender: others fare no better
            return replace(refusal, end=End.LATER, line=True)
        if place == 1 and 500 <= code < 600:
            return replace(refusal, dead=_is_nobody(_words(said)))
        return refusal
    return None


def _waits(answers: list[Answer]) -> bool:
    return len(answers) == len(FINE) and answers[-1][0] in FINE[-1]


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
