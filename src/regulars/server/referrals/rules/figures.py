"""Figures of referrals; every share with its interval (Wilson, 95 %)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054


@dataclass(frozen=True)
class Reach:
    """How many known people lie within one step, and within two."""

    one: int
    two: int


def interval(part: int, whole: int) -> tuple[float, float] | None:
    """The Wilson interval of a share; None of nothing."""
    if whole <= 0:
        return None
    p, z2 = part / whole, Z * Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def k_factor(invitations: int, customers: int, converted: int) -> float | None:
    """Invitations per customer times the share of them that became customers.

    >>> round(k_factor(250, 100, 30), 2)  # 2.5 x 0.12
    0.3
    """
    if not customers or not invitations:
        return None
    return (invitations / customers) * (converted / invitations)
