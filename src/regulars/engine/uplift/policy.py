"""Whom to treat when it costs something: everybody, the best share, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.uplift.moments import Floats
from regulars.engine.uplift.quantiles import critical
from regulars.engine.uplift.targeting import Signals

SHARES = tuple(step / 10 for step in range(1, 11))


@dataclass(frozen=True)
class Depth:
    """What treating the first part of the list brings; money per customer of the whole list.

    Attributes
    ----------
    share
        Part treated, 0-1.
    net, low, high
        Incremental margin less cost, against treating nobody.
    over_all, over_all_low, over_all_high
        The same against treating everybody.
    """

    share: float
    net: float
    low: float
    high: float
    over_all: float
    over_all_low: float
    over_all_high: float


@dataclass(frozen=True)
class Policy:
    """Which part of the list to treat.

    Attributes
    ----------
    depths
        By share treated.
    best
        The share with the highest net; 0 where none is above 0.
    decision
        `part`: the best share beats everybody and nobody, both proved. `all`: treating
        everybody is proved to pay, and no part is proved to be better. `nobody`: every
        share loses, the smallest loss proved. `not_proved`: the data do not decide.
    sentence
        For a person.
    level
        Of the intervals, taken for all depths together.
    """

    depths: tuple[Depth, ...]
    best: float
    decision: str
    sentence: str
    level: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def policy_value(
    found: Signals,
    *,
    margin: float,
    cost: float,
    shares: Sequence[float] = SHARES,
    level: float = 0.95,
) -> Policy:
    """Set what each depth of treatment brings against what it costs.

    Parameters
    ----------
    found
        From `signals`, with scores that did not see these customers.
    margin
        What one unit of the outcome brings (margin rate, or money per conversion).
    cost
        Of treating one customer, >= 0.
    shares
        Depths to look at, above 0 up to 1.
    level
        Of the intervals of all depths together (Bonferroni): the best of ten is lucky.

    Returns
    -------
    Policy

    Raises
    ------
    BadInput
        where the cost is negative or a share is not above 0 and at most 1.

    References
    ----------
    Athey, S., Wager, S. (2021). Policy learning with observational data. Econometrica 89(1).

    Examples
    --------
    >>> from regulars.engine.uplift.targeting import signals
    >>> rng = np.random.default_rng(1)
    >>> own, treated = rng.normal(size=6000), rng.random(6000) < 0.5
    >>> outcome = own * treated + rng.normal(size=6000)
    >>> found = policy_value(signals(own, treated, outcome), margin=1.0, cost=0.5)
    >>> found.best, found.decision
    (0.3, 'part')
    """
    if cost < 0 or not shares or not all(0 < share <= 1 for share in shares):
        raise BadInput(
            f"A cost of {cost:g} at shares {list(shares)} makes no policy; give a cost of 0 or "
            "more and shares above 0 up to 1."
        )
    reach = critical(1.0 - (1.0 - level) / len(shares))
    net = margin * found.signal - cost
    depths = tuple(_depth(net, found.place, share, reach) for share in sorted(shares))
    best = max(depths, key=lambda each: each.net)
    whole = _depth(net, found.place, 1.0, reach)
    decision = _decision(depths, best, whole)
    return Policy(
        depths=depths,
        best=best.share if best.net > 0 else 0.0,
        decision=decision,
        sentence=_said(decision, best, whole),
        level=level,
    )


def _depth(net: Floats, place: Floats, share: float, reach: float) -> Depth:
    inside = place <= share
    value, error = _mean(np.where(inside, net, 0.0))
    over, over_error = _mean(np.where(inside, 0.0, -net))
    return Depth(
        share=share,
        net=value,
        low=value - reach * error,
        high=value + reach * error,
        over_all=over,
        over_all_low=over - reach * over_error,
        over_all_high=over + reach * over_error,
    )


def _decision(depths: Sequence[Depth], best: Depth, whole: Depth) -> str:
    if best.share < 1.0 and best.low > 0 and best.over_all_low > 0:
        return "part"
    if whole.low > 0:
        return "all"
    return "nobody" if all(each.high < 0 for each in depths) else "not_proved"


def _said(decision: str, best: Depth, whole: Depth) -> str:
    if decision == "part":
        return (
            f"Treat the first {best.share:.0%}: {best.net:.3g} a customer "
            f"({best.low:.3g} to {best.high:.3g}), {best.over_all:.3g} more than treating all."
        )
    if decision == "all":
        return (
            f"Treat all: {whole.net:.3g} a customer ({whole.low:.3g} to {whole.high:.3g}); no "
            "part of the list is proved to be better."
        )
    if decision == "nobody":
        return f"Treat nobody: even the best share loses ({best.net:.3g} a customer)."
    return (
        f"Not proved: the best share is {best.share:.0%} with {best.net:.3g} a customer "
        f"({best.low:.3g} to {best.high:.3g}). Repeat with more customers."
    )


def _mean(values: Floats) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5)
