"""Where somebody reaches less than colleagues do with customers of the same tiers.

A share of 40 % is weak with the best customers and good with the forgotten. So a person is
held against what the others reached tier by tier, weighted as the person's own contacts
are (indirect standardisation). The difference has a 99 % interval (Newcombe's, from Wilson's
for the person and the normal one for the others, whose share is uncertain too): many people
times many groups are looked at, and 95 % would accuse one in twenty by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from regulars.engine.intervals import wilson

Z99 = 2.5758293035489004
ENOUGH, ENOUGH_PEERS, ENOUGH_A_LEVEL = 30, 60, 10

Counts = Mapping[int, tuple[int, int]]  # tier level -> contacts, hits


@dataclass(frozen=True)
class Spot:
    """One share of one person beside the others.

    Attributes
    ----------
    n, hits
        Contacts that could be compared, and how many of them hit.
    expected
        The share the others reach with the same mix of tiers.
    low, high
        The interval of the difference, person less others.
    wanted, peers
        How many contacts are needed, and how many the others have.
    """

    n: int
    hits: int
    expected: float
    low: float
    high: float
    peers: int
    wanted: int = ENOUGH

    @property
    def enough(self) -> bool:
        return self.n >= self.wanted and self.peers >= ENOUGH_PEERS

    @property
    def share(self) -> float:
        return self.hits / self.n if self.n else 0.0

    @property
    def verdict(self) -> str:
        """One of “weak”, “strong”, “alike”; “unknown” where there is not enough."""
        if not self.enough:
            return "unknown"
        if self.high < 0:
            return "weak"
        return "strong" if self.low > 0 else "alike"


def spot(mine: Counts, others: Counts) -> Spot:
    """Hold a person against the others.

    Tiers in which the others have too few contacts to say anything are left out on both sides.
    """
    levels = [
        lv for lv, (n, _hits) in mine.items() if n and _count(others, lv) >= ENOUGH_A_LEVEL
    ]
    n = sum(mine[level][0] for level in levels)
    hits = sum(mine[level][1] for level in levels)
    peers = sum(others[level][0] for level in levels)
    if not n:
        return Spot(0, 0, 0.0, -1.0, 1.0, peers)
    expected = variance = 0.0
    for level in levels:
        weight, rate = mine[level][0] / n, others[level][1] / others[level][0]
        expected += weight * rate
        # Laplace's share: nobody's sure, and a share of 0 would have no spread at all.
        plain = (others[level][1] + 1) / (others[level][0] + 2)
        variance += weight * weight * plain * (1 - plain) / others[level][0]
    low, high = _difference(hits, n, expected, Z99 * sqrt(variance))
    return Spot(n, hits, expected, low, high, peers)


def _count(counts: Counts, level: int) -> int:
    return counts.get(level, (0, 0))[0]


def _difference(hits: int, n: int, expected: float, spread: float) -> tuple[float, float]:
    share = hits / n
    below, above = wilson(hits, n, z=Z99)
    apart = share - expected
    return (
        apart - sqrt((share - below) ** 2 + spread**2),
        apart + sqrt((above - share) ** 2 + spread**2),
    )
