"""What speaks for a referral of oneself: equal facts, rings, bursts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FEW = 6  # so many steps up are looked at: a longer ring is none


@dataclass(frozen=True)
class Facts:
    """What is known of one side, as far as two files of one person would share it."""

    phone: str = ""
    email: str = ""
    id_hash: str = ""
    address: str = ""
    household: int | None = None


def alike(one: Facts, other: Facts) -> tuple[str, ...]:
    """Which facts two files share; what is empty is shared by nobody."""
    pairs = {
        "same_phone": (one.phone, other.phone),
        "same_email": (one.email, other.email),
        "same_id": (one.id_hash, other.id_hash),
        "address": (one.address, other.address),
        "household": (one.household, other.household),
    }
    return tuple(name for name, (a, b) in pairs.items() if a and a == b)


def ancestors(
    start: int, referrers: Mapping[int, Collection[int]], *, most: int = FEW
) -> dict[int, int]:
    """Who stands above somebody, and how many steps; a ring ends where it began."""
    found: dict[int, int] = {}
    level: set[int] = {start}
    for step in range(1, most + 1):
        level = {up for one in level for up in referrers.get(one, ()) if up not in found}
        for up in level:
            found[up] = step
        if not level:
            break
    return found


def is_burst(times: Iterable[datetime], at: datetime, *, many: int, days: int) -> bool:
    """Whether so many came within the days before a moment, that moment included."""
    first = at - timedelta(days=days)
    return sum(first < time <= at for time in times) >= many
