"""What providers tell us: their calls, and the events in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulars.base.errors import BadInput


class Happened(StrEnum):
    """What a provider tells afterwards."""

    SENT = "sent"  # a person confirmed, and it went out
    DELIVERED = "delivered"
    FAILED = "failed"  # it will not arrive this time
    BOUNCED = "bounced"  # the address does not exist
    COMPLAINED = "complained"  # the customer called it spam
    LIMITED = "limited"  # the customer had all that the provider allows
    STOPPED = "stopped"  # the provider's own list of refusals
    REPLIED = "replied"  # the customer wrote back: see `text`
    CLICKED = "clicked"


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    id
        The provider's id of the message, as in its receipt; or our `key`, where it echoes it.
    address
        Who it is about, where the provider names no message (a reply, a complaint).
    once
        Equal for the same event told twice.
    """

    what: Happened
    once: str
    id: str = ""
    key: str = ""
    address: str = ""
    at: datetime | None = None
    code: str = ""
    said: str = ""
    text: str = ""


@dataclass(frozen=True)
class Call:
    """A call of the provider to us, as it came."""

    method: str
    url: str
    headers: Mapping[str, str]  # names in lower case
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the call held, and what the provider wants to hear."""

    events: tuple[Event, ...] = ()
    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


class Forged(BadInput):
    """A call that the provider did not sign."""
