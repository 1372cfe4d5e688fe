"""Who may use the front door how, when the night's work is due, what a list shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from ipaddress import ip_address

from regulars.server.core.rules import Role

# Ten wrong passwords in a quarter of an hour: a person who forgot stops earlier, and a
# machine gets less than a thousand guesses a day.
MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
# A worker that dies three times of the same work will die a fourth time.
MOST_ATTEMPTS = 3
ROWS = 50

DEMO_ROLES = (
    *(Role.RM, Role.MANAGER, Role.LEADER),
    *(Role.MARKETER, Role.ANALYST, Role.ADMINISTRATOR),
)
# Where each role begins; the first of these pages that exists and is open to it.
BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    Role.RM: ("care:today",),
    Role.LOBBY_MANAGER: ("care:today",),
    Role.MANAGER: ("care:team", "care:today"),
    Role.LEADER: ("care:team", "insight:base"),
    Role.MARKETER: ("campaigns:index", "insight:base"),
    Role.ANALYST: ("insight:base",),
    Role.ADMINISTRATOR: ("administration:index",),
    Role.AUDITOR: ("administration:audit",),
}


def failure_key(username: str, address: str) -> str:
    """Name the pair without keeping either: a password typed as a name must not be stored."""
    pair = f"{username.strip().casefold()}\n{address}"
    return sha256(pair.encode()).hexdigest()


def is_local(*, address: str, host: str, forwarded: bool) -> bool:
    """Tell whether a request comes from this machine itself.

    A proxy on the same machine also calls from loopback, so whatever carries a forwarding
    header is not local. The host guards against a foreign name that points here.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    loopback = parsed.is_loopback or bool(mapped and mapped.is_loopback)
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return loopback and not forwarded and name.lower() in LOCAL_HOSTS


def is_due(local: datetime, *, nightly_at: time) -> bool:
    """Tell whether the night's work of this local date should have begun."""
    return local.time() >= nightly_at


def nightly_key(day: date) -> str:
    return f"nightly:{day.isoformat()}"


@dataclass(frozen=True)
class Window:
    """Which rows of a long list to show: the first one and how many."""

    start: int

    @classmethod
    def of(cls, page: str) -> Window:
        """Read a page number; nonsense is the first page."""
        number = int(page) if page.isdecimal() and len(page) < 7 else 1
        return cls(start=max(number - 1, 0) * ROWS)

    @property
    def stop(self) -> int:
        """One more than is shown, which tells whether there is a next page."""
        return self.start + ROWS + 1

    @property
    def next_page(self) -> int:
        return self.start // ROWS + 2


# What a company does, as the set-up asks -> how it earns, and the trades whose triggers it
# begins with where the kind alone does not say. An insurer's products carry a risk, too.
TRADES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bank": ("bank", ()),
    "retail": ("retail", ()),
    "insurance": ("bank", ("universal", "insurance")),
    "auto": ("retail", ("universal", "auto")),
    "estate": ("retail", ("universal", "estate")),
    "b2b": ("retail", ("universal", "b2b")),
}
