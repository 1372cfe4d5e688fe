"""What a forecast of a quarter says, and each try behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

Way = Literal["last", "retained", "year_ago", "model"]
QUARTER = 91
WAYS: tuple[Way, ...] = ("last", "retained", "year_ago", "model")


@dataclass(frozen=True)
class Try:
    """One way tried at one earlier cut, in the reporting currency.

    Attributes
    ----------
    way
        Which.
    cutoff
        The last day it knew.
    forecast, actual
        For the 91 days after, of the customers known by then.
    """

    way: Way
    cutoff: date
    forecast: float
    actual: float

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {"cutoff": self.cutoff.isoformat()}


@dataclass(frozen=True)
class QuarterForecast:
    """What the existing base is expected to bring.

    Attributes
    ----------
    start, stop
        The period, half-open: the 91 days after the date.
    customers
        Known by the date.
    before
        What they brought in the 91 days up to the date.
    revenue
        Expected; sales less refunds, for a bank margin and fees. None without history.
    low, high
        The middle 80 %, from the errors of earlier tries; None with fewer than three.
    way
        The way that was chosen, None without history.
    errors
        By way, the mean absolute error of its tries as a share (0.05 is 5 %).
    tries
        All tries, the earliest cut first.
    groups
        By group, (before, revenue, low, high) at the same ratio and interval; empty where
        no groups were given.
    """

    start: date
    stop: date
    customers: int
    before: float
    revenue: float | None
    low: float | None
    high: float | None
    way: Way | None
    errors: Mapping[str, float]
    tries: tuple[Try, ...]
    groups: Mapping[str, tuple[float, float, float | None, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {
            "start": self.start.isoformat(),
            "stop": self.stop.isoformat(),
            "errors": dict(self.errors),
            "tries": [each.to_dict() for each in self.tries],
            "groups": {name: list(each) for name, each in self.groups.items()},
        }
