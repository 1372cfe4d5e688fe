"""Mail goes out through the company's own server, or not at all.

Nobody can ask a mail server whether it has a letter already. So the caller gives a `mark`
that is set at the last moment at which nothing has gone out yet: a letter whose mark is set
and whose end nobody saw may have arrived, and is never sent again by a machine.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput

PATIENCE = 30.0  # seconds for each answer of the server
# How the line is kept secret, and the port that is usual for it.
WAYS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class NoPost(BadInput):
    """Mail is not set up, or set up in a way that cannot work."""


class End(StrEnum):
    """What came of one attempt."""

    SENT = "sent"
    LATER = "later"  # not taken now; the same letter may be taken in a while
    REFUSED = "refused"  # not taken, and never will be
    UNKNOWN = "unknown"  # the line broke when it had been handed over
    TAKEN = "taken"  # somebody else had set the mark


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt, and what the server said."""

    end: End
    said: str = ""


@dataclass(frozen=True)
class Post:
    """The company's mail server, and who the letters are from."""

    way: str
    host: str
    port: int
    user: str
    password: str
    sender: Address

    def __repr__(self) -> str:
        return f"Post({self.way}://{self.host}:{self.port})"  # nobody logs a password


def post() -> Post:
    """The mail server of this installation.

    :raises NoPost: there is none, or its address cannot be read.
    """
    url, sender = settings.MAIL["server"], settings.MAIL["sender"]
    if not url:
        raise NoPost(_("No mail server is set: REGULARS_SMTP is empty."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or WAYS[parts.scheme]
        password = unquote(parts.password or "") or _kept(settings.MAIL["password_file"])
    except (KeyError, ValueError, OSError) as error:
        raise NoPost(
            _("The mail server cannot be read. Write REGULARS_SMTP as smtp://user@host:587.")
        ) from error
    name, address = parseaddr(sender)
    if not host or "@" not in address:
        raise NoPost(_("Say in REGULARS_MAIL_FROM who mail is from, such as a@example.com."))
    return Post(
        parts.scheme, host, port, unquote(parts.username or ""), password,
        Address(name or "Regulars", addr_spec=address),
    )  # fmt: skip


def links() -> str:
    """The beginning of links in a mail, where no request says it.

    :raises NoPost: nobody said under which address the pages are open.
    """
    origins: list[str] = settings.CSRF_TRUSTED_ORIGINS
    if not origins:
        raise NoPost(_("Links need the address of the pages: set REGULARS_ORIGINS."))
    return origins[0].rstrip("/")


def send(
    by: Post, letter: EmailMessage, *, to: str, mark: Callable[[], bool] = lambda: True
) -> Outcome:
    """Hand a letter over; `mark` is called just before, and says whether it is ours to send."""
    link: smtplib.SMTP | None = None
    marked = False
    try:
        link = _connected(by)
        _demand(link.mail(by.sender.addr_spec))
        _demand(link.rcpt(to))
        if not mark():
            return Outcome(End.TAKEN)
        marked = True
        _demand(link.data(letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))))
    except smtplib.SMTPResponseException as error:
        end = End.REFUSED if 500 <= error.smtp_code < 600 else End.LATER
        return Outcome(end, _words(error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(End.UNKNOWN if marked else End.LATER, str(error)[:200])
    finally:
        if link is not None:
            with suppress(OSError, smtplib.SMTPException):
                link.quit()
            link.close()
    return Outcome(End.SENT)


def _connected(by: Post) -> smtplib.SMTP:
    trust = ssl.create_default_context()
    if by.way == "smtps":
        link: smtplib.SMTP = smtplib.SMTP_SSL(by.host, by.port, timeout=PATIENCE, context=trust)
    else:
        link = smtplib.SMTP(by.host, by.port, timeout=PATIENCE)
    try:
        link.ehlo_or_helo_if_needed()
        if by.way == "smtp":  # no word goes over an open line, and no server may say otherwise
            link.starttls(context=trust)
        if by.user:
            link.login(by.user, by.password)
    except (OSError, smtplib.SMTPException):
        link.close()
        raise
    return link


def _demand(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:200]


def _kept(path: str) -> str:
    return Path(path).read_text("utf-8").strip() if path else ""
