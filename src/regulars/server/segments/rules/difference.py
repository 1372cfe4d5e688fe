"""How far two groups of customers differ in one figure, and how sure that is.

Figures of any unit are put on one scale: the difference of the means in standard
deviations (Cohen's d), and for a share the difference of the two rates over the pooled
standard deviation of yes and no. 0.2 is small, 0.5 is plain to see, 0.8 is large
(Cohen 1988). Intervals: Hedges & Olkin (1985), large samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.96
# Under so many on either side no difference is named.
FEWEST = 30


@dataclass(frozen=True)
class Side:
    """One group in one figure: how many have it, its mean and variance."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True)
class Difference:
    """The standardised difference of the first to the second, and where it surely lies."""

    strength: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    @property
    def size(self) -> str:
        """In one word: none, small, plain or large."""
        if not self.is_sure:
            return "none"
        by = abs(self.strength)
        return "large" if by >= 0.8 else "plain" if by >= 0.5 else "small"


def difference(one: Side, other: Side) -> Difference | None:
    """Compare two sides; None where too few have the figure or nothing varies."""
    if min(one.n, other.n) < FEWEST:
        return None
    spread = math.sqrt((one.variance + other.variance) / 2)
    if not spread or not math.isfinite(spread):
        return None
    strength = (one.mean - other.mean) / spread
    error = math.sqrt(
        (one.n + other.n) / (one.n * other.n) + strength**2 / (2 * (one.n + other.n))
    )
    return Difference(strength, strength - Z * error, strength + Z * error)


def share(n: int, of: int) -> Side:
    """A side that is a rate: `n` of `of` say yes."""
    rate = n / of if of else 0.0
    return Side(of, rate, rate * (1 - rate))
