"""What a little less churn would be worth, with the company's own figures.

"Five points less churn bring 25 to 85 % more profit" (Reichheld & Sasser 1990) is true of
the companies of that study. Here it is computed for this one: the customers who would stay,
what one of them earns in a year, and what the base is worth while it lasts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from regulars.base.errors import BadInput


@dataclass(frozen=True)
class Kept:
    """What a base would bring with less churn.

    Attributes
    ----------
    points
        Churn less by so many percentage points a year.
    churn, churn_then
        Share of customers lost in a year, now and then, 0-1.
    customers
        More customers kept in the first year.
    margin_first_year
        More margin in the first year: who stays is lost half a year earlier on average
        otherwise, so that half a year's margin counts.
    value, value_then
        Discounted margin of today's base for as long as it lasts, now and then; the first
        margin counted.
    gain
        value_then / value - 1; None where the base brings no margin.
    """

    points: float
    churn: float
    churn_then: float
    customers: float
    margin_first_year: float
    value: float
    value_then: float
    gain: float | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def less_churn(
    points: float, *, customers: float, churn: float, margin: float, discount_rate: float = 0.10
) -> Kept:
    """Compute what `points` percentage points less churn in a year would bring.

    Assumes that the customers kept earn as much as the others and that churn is the same
    every year; both are said where the figure is shown.

    Parameters
    ----------
    points
        Above 0, percentage points; no more than the churn there is.
    customers
        Active customers now.
    churn
        Share of them lost in a year, 0-1.
    margin
        Yearly margin of all of them after cost to serve, in the reporting currency.
    discount_rate
        Yearly.

    Returns
    -------
    Kept

    Raises
    ------
    BadInput
        where churn is not a share, or points exceed it.

    References
    ----------
    Reichheld & Sasser (1990), Zero Defections, Harvard Business Review 68(5); the value is
    m (1+d) / (1+d-r), see Gupta & Lehmann (2005), Managing Customers as Investments.

    Examples
    --------
    >>> kept = less_churn(5, customers=10_000, churn=0.20, margin=1_000_000.0)
    >>> kept.customers, kept.margin_first_year, round(kept.gain, 4)
    (500.0, 25000.0, 0.2)
    """
    if not 0.0 <= churn <= 1.0:
        raise BadInput(f"The churn is {churn}; give a share between 0 and 1, such as 0.12.")
    if not 0.0 < points <= churn * 100.0 + 1e-9:
        raise BadInput(
            f"{points} points less churn were asked for, but only {churn:.1%} of customers "
            "leave in a year. Ask for less."
        )
    then = max(churn - points / 100.0, 0.0)
    stay = customers * points / 100.0
    each = margin / customers if customers else 0.0
    value, value_then = (
        margin * (1.0 + discount_rate) / (discount_rate + lost) if discount_rate + lost else 0.0
        for lost in (churn, then)
    )
    return Kept(
        points=points,
        churn=churn,
        churn_then=then,
        customers=stay,
        margin_first_year=stay * each / 2.0,
        value=value,
        value_then=value_then,
        gain=value_then / value - 1.0 if value > 0 else None,
    )
