"""Figures of complaints: what was in time, and how many there are for so many customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """How many were due, and how many of these were met in time.

    What is open and past its time is due and not met: nobody survives by staying open.
    """

    met: int = 0
    due: int = 0

    @property
    def share(self) -> float | None:
        return self.met / self.due if self.due else None


@dataclass(frozen=True)
class Rate:
    """Complaints for a thousand active customers in a month (definitions.md, 4)."""

    complaints: int
    customers: int
    months: float = 1.0

    @property
    def value(self) -> float | None:
        """None where there is no customer, or no time."""
        if not self.customers or not self.months:
            return None
        return self.complaints * 1000 / self.customers / self.months


def median(values: Sequence[float]) -> float | None:
    """The middle of some values; None where there are none."""
    ranked = sorted(values)
    if not ranked:
        return None
    middle = len(ranked) // 2
    if len(ranked) % 2:
        return ranked[middle]
    return (ranked[middle - 1] + ranked[middle]) / 2
