"""The kinds of alerts as data: how urgent each is by tier, and how its facts are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEVELS = (5, 4, 3, 2, 1)  # of tiers, the top first
# Customers without a tier wait like the mass.
UNTIERED = 2


@dataclass(frozen=True)
class Kind:
    """One kind of alert.

    Attributes
    ----------
    hours
        Working hours until somebody must have acknowledged it, by level of tier.
    days
        Working days from then until it must be closed with an outcome.
    least
        Level of tier from which it is raised: below it a card is enough.
    icon, look
        Its sign and the colour of its chip.
    """

    code: str
    hours: Mapping[int, int]
    days: int
    least: int
    icon: str
    look: str


def _hours(*by_level: int) -> dict[int, int]:
    return dict(zip(LEVELS, by_level, strict=True))


# The hours are our proposals (no source says more than "at once" and "the same day" for
# valued customers); days follow the deadlines of triggers.md. All are settings.
KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("large_movement", _hours(2, 4, 8, 16, 16), 1, 1, "arrow-bar-up", "d"),
        # The service standard of the tier goes before these: 2 and 4 hours, else a working day.
        Kind("complaint", _hours(2, 4, 8, 8, 8), 5, 1, "message-exclamation", "d"),
        Kind("promise_broken", _hours(2, 4, 4, 8, 8), 1, 1, "heart-handshake", "d"),
        Kind("churn_risk", _hours(4, 8, 16, 24, 24), 3, 3, "trending-down", "d"),
        Kind("dormant", _hours(4, 8, 16, 24, 40), 10, 3, "moon", "w"),
        Kind("contact_overdue", _hours(8, 8, 16, 24, 40), 5, 4, "calendar-time", "w"),
        Kind("file_open", _hours(8, 16, 40, 40, 40), 10, 4, "file-text", ""),
    )
}


def key(kind: str, customer_id: int, cycle: str) -> str:
    """Name one thing: the same movement, quarter or promise is always named alike."""
    return f"{kind}:{customer_id}:{cycle}"
