"""Where an event may go, how it is written and signed, and when it is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from regulars.base.errors import BadInput

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PLAIN = re.compile(r"[!-~]{1,500}")
NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?"
)
PORTS = {"https": 443, "http": 80}
PREFIX = "org.regulars."
# What `is_global` lets through or a later table may: IPv4 inside IPv6 leads back inside.
NEVER_PUBLIC = [
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0/96",
        "fec0::/10", "fc00::/7", "fe80::/10", "ff00::/8", "100.64.0.0/10", "192.0.0.0/24",
        "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "5f00::/16",
    )
]  # fmt: skip
# The secrets of a cloud machine; no list of own networks opens these.
METADATA = [
    ipaddress.ip_network(text)
    for text in ("169.254.0.0/16", "100.100.100.200/32", "fd00:ec2::/32", "192.0.0.192/32")
]
# Minutes between one attempt and the next: in all about a day and a half.
WAITS = (1, 5, 15, 60, 180, 480, 1440)


class BadAddress(BadInput):
    """An event may not go there."""


class NotListed(BadAddress):
    """The address is well written, but its origin is not on the list."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        super().__init__(
            f"{origin} is not on the list of receivers. Whoever runs the installation adds it "
            "to REGULARS_WEBHOOK_HOSTS, with its port where that is not 443."
        )


@dataclass(frozen=True)
class Target:
    """A checked address, taken apart once."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


def target(url: str, *, allowed: Collection[str]) -> Target:
    """Take an address apart and compare its origin with the list.

    The list names hosts ("hooks.example.com": https, port 443) or whole origins.

    :raises BadAddress: it has another shape, or is not on the list.
    """
    found = address(url)
    if found.origin not in {origin(entry) for entry in allowed}:
        raise NotListed(found.origin)
    return found


def origin(entry: str) -> str:
    """Write an entry of the list as an origin; "" for one that is none."""
    try:
        return address(entry if "://" in entry else f"https://{entry}").origin
    except BadAddress:
        return ""


def address(url: str, *, numbers: bool = False) -> Target:
    """Take an address apart; whom it leads to is looked at when it is called.

    :raises BadAddress: it has another shape.
    """
    if not PLAIN.fullmatch(url) or "\\" in url:
        raise _strange(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _strange(url) from error
    host, scheme = (parts.hostname or "").lower(), parts.scheme.lower()
    if scheme not in PORTS or "@" in parts.netloc or "%" in parts.netloc or parts.fragment:
        raise _strange(url)
    # A name; a number in its one plain spelling where that is usual, never in another.
    if not (NAME.fullmatch(host) or (numbers and _plain_number(host))) or port == 0:
        raise _strange(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, port or PORTS[scheme], path)


def _plain_number(host: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def _strange(url: str) -> BadAddress:
    return BadAddress(
        f"{url[:100]!r} is no address for events. Write https:// and a host's name, without "
        "user name, number or fragment."
    )


def open_to_all(address: Address, *, own: Collection[Network] = ()) -> bool:
    """Tell whether an address belongs to the public net, or to one of the `own` networks."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None or any(_in(address, network) for network in METADATA):
        return False
    if any(_in(address, network) for network in own):
        return True
    public = address.is_global and not address.is_multicast and not address.is_reserved
    return public and not any(_in(address, network) for network in NEVER_PUBLIC)


def _in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def envelope(
    *, uid: str, source: str, kind: str, subject: str, data: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """An event as CloudEvents 1.0 has it, in JSON."""
    return {
        "specversion": "1.0",
        "id": uid,
        "source": source,
        "type": PREFIX + kind,
        "subject": subject,
        "time": at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def signature(secret: str, *, uid: str, timestamp: int, body: bytes) -> str:
    """Sign as Standard Webhooks has it: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{uid}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is given up."""
    return at + timedelta(minutes=WAITS[attempts - 1]) if attempts <= len(WAITS) else None
