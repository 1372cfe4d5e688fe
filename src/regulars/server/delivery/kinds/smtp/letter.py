"""A letter as bytes, and the address to which it is returned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from regulars.server.delivery.kinds import letters
from regulars.server.delivery.kinds.base import Message

# Headers in ASCII, whatever the subject; bodies as base64 or quoted-printable: old servers on
# the way know nothing else. Lines stay below the 998 that RFC 5321 allows.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=78)


def written(message: Message, settings: Mapping[str, str], *, at: datetime) -> bytes:
    """The letter, ready to be handed over."""
    sender = letters.sender(settings)
    letter = EmailMessage(policy=POLICY)
    letter["From"] = sender
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{message.key}@{sender.domain}>"
    if settings.get("reply_to"):
        letter["Reply-To"] = settings["reply_to"]
    for name, value in letters.headers(message, reply_to=settings.get("reply_to", "")).items():
        letter[name] = value
    letter.set_content(message.text, cte="base64")
    if message.html:
        letter.add_alternative(message.html, subtype="html", cte="base64")
    return letter.as_bytes()


def return_path(key: str, settings: Mapping[str, str]) -> str:
    """The envelope's sender, which names the message, so that what comes back names it too."""
    bounces = settings.get("bounces", "")
    if not bounces:
        return letters.sender(settings).addr_spec
    name, _at, domain = bounces.rpartition("@")
    return f"{name}+{key}@{domain}"
