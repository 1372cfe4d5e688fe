"""A letter as bytes, and the address to which it is returned.

Written with the older classes of the standard library: the newer ones parse each header again
and take four times as long, which was more than half of what sending a letter costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr

from regulars.server.delivery.kinds import letters
from regulars.server.delivery.kinds.base import Message

POLICY = compat32.clone(linesep="\r\n", max_line_length=78)
BREAK = re.compile(r"[\r\n\0]")


def written(message: Message, settings: Mapping[str, str], *, at: datetime) -> bytes:
    """The letter, ready to be handed over: headers in ASCII, bodies as base64.

    :raises ValueError: a value would begin a header of its own.
    """
    letter = _bodies(message)
    for name, value in _headers(message, settings, at=at).items():
        if BREAK.search(value):
            raise ValueError(f"The header {name} has a line break.")
        if value.isascii():
            letter[name] = value
        else:  # the class takes a Header, which its stub does not know
            letter[name] = Header(value, "utf-8", header_name=name)  # type: ignore[assignment]
    return letter.as_bytes(policy=POLICY)


def _headers(message: Message, settings: Mapping[str, str], *, at: datetime) -> dict[str, str]:
    sender, reply_to = letters.sender(settings), settings.get("reply_to", "")
    return {
        "From": formataddr((sender.display_name, sender.addr_spec)),
        "To": message.to,
        "Subject": message.subject,
        "Date": format_datetime(at),
        "Message-ID": f"<{message.key}@{sender.domain}>",
        **({"Reply-To": formataddr(parseaddr(reply_to))} if reply_to else {}),
        **letters.headers(message, reply_to=reply_to),
    }


def _bodies(message: Message) -> MIMENonMultipart | MIMEMultipart:
    text = MIMEText(message.text, "plain", "utf-8")
    if not message.html:
        return text
    return MIMEMultipart("alternative", None, [text, MIMEText(message.html, "html", "utf-8")])


def return_path(key: str, settings: Mapping[str, str]) -> str:
    """The envelope's sender, which names the message, so that what comes back names it too."""
    bounces = settings.get("bounces", "")
    if not bounces:
        return letters.sender(settings).addr_spec
    name, _at, domain = bounces.rpartition("@")
    return f"{name}+{key}@{domain}"
