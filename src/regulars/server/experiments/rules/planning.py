"""What a list of this size can show before it starts, and how many customers it would take."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.base.errors import BadInput
from regulars.engine import uplift


@dataclass(frozen=True)
class History:
    """How the outcome was over a window as long as the experiment's, in the past.

    `left` is the share of its variance that the time before leaves unexplained.
    """

    customers: int
    mean: float
    deviation: float
    left: float = 1.0


@dataclass(frozen=True)
class Sight:
    """The smallest effect that is found in four of five cases; None: not even the largest."""

    customers: int
    share: float
    difference: float | None
    relative: float | None
    total: float | None  # over all treated customers
    base: float


def sight(history: History, *, customers: int, share: float, is_rate: bool) -> Sight:
    """Say what a list of some customers can show with a share left alone."""
    try:
        found = _plan(history, share, is_rate, customers=customers).difference
    except BadInput:
        return Sight(customers, share, None, None, None, history.mean)
    relative = found / history.mean if history.mean > 0 else None
    total = found * customers * (1 - share)
    return Sight(customers, share, found, relative, total, history.mean)


def needed(history: History, *, difference: float, share: float, is_rate: bool) -> int | None:
    """How many customers show a difference in four of five cases; None where none do."""
    try:
        return _plan(history, share, is_rate, difference=difference).customers
    except BadInput:
        return None


def _plan(
    history: History,
    share: float,
    is_rate: bool,
    *,
    customers: int | None = None,
    difference: float | None = None,
) -> uplift.Plan:
    if is_rate:
        return uplift.plan_rates(
            base=history.mean, holdout=share, customers=customers, difference=difference
        )
    return uplift.plan_means(
        deviation=history.deviation,
        holdout=share,
        customers=customers,
        difference=difference,
        left=history.left,
    )
