"""A letter as bytes, and the address to which it is returned.

Put together here and not by the standard library's message classes, which took more than half
of what sending a letter costs; the library encodes each part, and the tests read every letter
back with it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from regulars.server.delivery.kinds import letters
from regulars.server.delivery.kinds.base import Message

BREAK = re.compile(r"[\r\n\0]")
LONGEST = 900  # RFC 5322 allows 998 in a line


def written(message: Message, settings: Mapping[str, str], *, at: datetime) -> bytes:
    """The letter, ready to be handed over: headers in ASCII, bodies as base64.

    :raises ValueError: a value would begin a header of its own, or is longer than a line.
    """
    headers = [_header(n, v) for n, v in _headers(message, settings, at=at).items()]
    bodies = [_body("plain", message.text)]
    if message.html:
        bodies.append(_body("html", message.html))
        bound = f"=_{message.key}"  # no line of base64 begins so
        headers.append(f'Content-Type: multipart/alternative; boundary="{bound}"')
        parts = "".join(f"--{bound}\r\n{body}" for body in bodies)
        whole = f"\r\n\r\n{parts}--{bound}--\r\n"
    else:
        whole = f"\r\n{bodies[0]}"
    return ("\r\n".join(headers) + whole).encode("ascii")


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
        "MIME-Version": "1.0",
    }


@lru_cache(maxsize=4_096)
def _header(name: str, value: str) -> str:
    """One header; of a mailing most are the same."""
    if BREAK.search(value):
        raise ValueError(f"The header {name} has a line break.")
    if not value.isascii():
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    elif len(value) > LONGEST:
        raise ValueError(f"The header {name} is too long.")
    return f"{name}: {value}"


def _body(kind: str, text: str) -> str:
    lines = base64.encodebytes(text.encode()).decode().splitlines()
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n" + "\r\n".join(lines) + "\r\n"
    )


def return_path(key: str, settings: Mapping[str, str]) -> str:
    """The envelope's sender, which names the message, so that what comes back names it too."""
    bounces = settings.get("bounces", "")
    if not bounces:
        return letters.sender(settings).addr_spec
    name, _at, domain = bounces.rpartition("@")
    return f"{name}+{key}@{domain}"
