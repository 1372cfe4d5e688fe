"""Whether complaints of one cause come more seldom than before; pure arithmetic.

Complaints are counted, not asked for: as many days on both sides, the customers of today on
both. So of all of them as many would fall on either side by chance, and the share of those
that came since is held against a half. Of a few nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from regulars.engine.intervals import Z95, wilson

FEWEST = 10  # complaints on both sides together, below which nothing is claimed
MONTH = 365.25 / 12  # days


@dataclass(frozen=True)
class Rate:
    """Complaints for a thousand customers in a month, with the 95 % interval of a count."""

    n: int
    customers: int
    days: int

    @property
    def value(self) -> float | None:
        """None where there are no customers or no days."""
        return self._of(self.n)

    @property
    def low(self) -> float | None:
        return self._of(_low(self.n))

    @property
    def high(self) -> float | None:
        return self._of(_high(self.n))

    def _of(self, count: float) -> float | None:
        if not self.customers or self.days <= 0:
            return None
        return count * 1000 / self.customers / (self.days / MONTH)


def verdict(before: int, after: int) -> str:
    """ "few", or whether it "fell" or "rose" by more than chance, or is "unclear"."""
    whole = before + after
    if whole < FEWEST:
        return "few"
    low, high = wilson(after, whole)
    return "fell" if high < 0.5 else "rose" if low > 0.5 else "unclear"


def _low(n: int) -> float:
    """Byar's approximation of the exact interval of a count (Breslow and Day 1987, 2.3)."""
    return n * (1 - 1 / (9 * n) - Z95 / (3 * sqrt(n))) ** 3 if n else 0.0


def _high(n: int) -> float:
    more = n + 1
    return float(more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3)
