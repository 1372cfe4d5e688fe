"""The key figures of a period, each with its numerator, denominator and definition.

A period is compared with the period of equal length just before it, customer by customer.
`kpi_customers` gives the row per customer from which all of them are counted: a page that
shows a figure opens its customers by filtering that table on the columns the figure names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import Ledger, day_number, facts, money


@dataclass(frozen=True)
class Kpi:
    """One figure.

    Attributes
    ----------
    code
        Its name.
    value
        numerator / denominator (less 1 for growth); None where the denominator is 0.
    numerator, denominator
        Customers, or money for the value figures.
    n
        Customers in the denominator; below 30 a page greys the figure.
    definition
        In words.
    numerator_where, denominator_where
        Boolean columns of `kpi_customers`; their customers stand behind the figure.
    """

    code: str
    value: float | None
    numerator: float
    denominator: float
    n: int
    definition: str
    numerator_where: str
    denominator_where: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def kpi_customers(ledger: Ledger, start: date, stop: date, basis: Basis = RETAIL) -> ir.Table:
    """Give one row per customer known by `stop`, with what the figures are counted from.

    Parameters
    ----------
    start, stop
        The period, half-open; the one before is as long.

    Returns
    -------
    Table (lazy)
        customer_id
        spend_before, spend_now : float64, net of refunds, in the two periods; not below 0
        orders_before, orders_now : int64, distinct days with activity
        known_before : boolean, active at any time before `start`
        was_active, is_active : boolean, active in the period before, in this one
        stayed, went, is_new, returned, bought_again : boolean; stayed and went of those
        active before; is_new and returned of those active now: never seen before, or seen
        but not in the period before; bought_again on two or more days of this period

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1, 2], "amount": [80.0, 30.0, 20.0],
    ...     "local_date": [date(2026, 1, 5), date(2026, 2, 5), date(2026, 1, 9)]})
    >>> table = kpi_customers(Ledger(sold), date(2026, 2, 1), date(2026, 3, 1))
    >>> rows = table.order_by("customer_id").to_pyarrow().to_pylist()
    >>> [(row["spend_before"], row["spend_now"], row["went"]) for row in rows]
    [(80.0, 30.0, False), (20.0, 0.0, True)]
    """
    before = start - (stop - start)
    known = facts(ledger, until=stop - timedelta(days=1))
    known = known.filter(known.kind.isin(basis.activity) | (known.kind == "refund"))
    active = known.kind.isin(basis.activity)
    now = known.day >= day_number(start)
    then = (known.day >= day_number(before)) & ~now
    per = known.group_by("customer_id").agg(
        spend_before=_spend(known, then, ledger),
        spend_now=_spend(known, now, ledger),
        orders_before=known.day.nunique(where=then & active).fill_null(0),
        orders_now=known.day.nunique(where=now & active).fill_null(0),
        known_before=(active & ~now).any(),
    )
    was, is_ = per.orders_before > 0, per.orders_now > 0
    return per.mutate(
        was_active=was,
        is_active=is_,
        stayed=was & is_,
        went=was & ~is_,
        is_new=is_ & ~per.known_before,
        returned=is_ & per.known_before & ~was,
        bought_again=per.orders_now >= 2,
    )


def kpis(ledger: Ledger, start: date, stop: date, basis: Basis = RETAIL) -> list[Kpi]:
    """Compute retention, churn, growth, spend growth, GRR, NRR and repeat rate.

    Parameters
    ----------
    start, stop
        The period, half-open; it is compared with the one of equal length before it.
    basis
        Says what activity is.

    Returns
    -------
    list of Kpi
        In this order, always seven; `value` is None where nobody was there to count.

    References
    ----------
    Reichheld (1996), The Loyalty Effect, for retention by customers and by money.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1, 2], "amount": [80.0, 30.0, 20.0],
    ...     "local_date": [date(2026, 1, 5), date(2026, 2, 5), date(2026, 1, 9)]})
    >>> found = kpis(Ledger(sold), date(2026, 2, 1), date(2026, 3, 1))
    >>> {kpi.code: kpi.value for kpi in found if kpi.code in ("retention", "nrr")}
    {'retention': 0.5, 'nrr': 0.3}
    """
    table = kpi_customers(ledger, start, stop, basis)
    row = (
        table.agg(
            before=table.was_active.sum(),
            now=table.is_active.sum(),
            stayed=table.stayed.sum(),
            went=table.went.sum(),
            again=table.bought_again.sum(),
            spend_before=table.spend_before.sum(where=table.was_active),
            spend_after=table.spend_now.sum(where=table.was_active),
            kept=ibis.least(table.spend_before, table.spend_now).sum(where=table.was_active),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    figures = {name: float(value or 0) for name, value in row.items()}
    return _figures(figures)


def _figures(f: dict[str, float]) -> list[Kpi]:
    before = int(f["before"])
    return [
        _kpi(
            "retention",
            f["stayed"],
            f["before"],
            before,
            "Customers active in the period before who are active in this one, over those "
            "active before. New customers are in neither.",
            ("stayed", "was_active"),
        ),
        _kpi(
            "churn",
            f["went"],
            f["before"],
            before,
            "1 less retention: active before, not in this period.",
            ("went", "was_active"),
        ),
        _kpi(
            "growth",
            f["now"],
            f["before"],
            before,
            "Active customers of this period over those of the period before, less 1.",
            ("is_active", "was_active"),
            less=1.0,
        ),
        _kpi(
            "spend_growth",
            f["spend_after"],
            f["spend_before"],
            before,
            "Net spend in this period of the customers active before, over their net spend "
            "then, less 1. It is growth of value, not of heads.",
            ("was_active", "was_active"),
            less=1.0,
        ),
        _kpi(
            "grr",
            f["kept"],
            f["spend_before"],
            before,
            "Gross revenue retention: the lesser of then and now, customer by customer, over "
            "then. Never above 100 %.",
            ("was_active", "was_active"),
        ),
        _kpi(
            "nrr",
            f["spend_after"],
            f["spend_before"],
            before,
            "Net revenue retention: spend now of the customers active before, over then.",
            ("was_active", "was_active"),
        ),
        _kpi(
            "repeat_rate",
            f["again"],
            f["now"],
            int(f["now"]),
            "Customers with two or more active days in this period, over those with one.",
            ("bought_again", "is_active"),
        ),
    ]


def _kpi(
    code: str,
    numerator: float,
    denominator: float,
    n: int,
    definition: str,
    where: tuple[str, str],
    *,
    less: float = 0.0,
) -> Kpi:
    value = numerator / denominator - less if denominator > 0 else None
    return Kpi(code, value, numerator, denominator, n, definition, *where)


def gross_retention(start: Sequence[float], end: Sequence[float]) -> float | None:
    """Give GRR: the lesser of both, customer by customer, over the start.

    Parameters
    ----------
    start, end
        Money of the same customers in the same order, in the two periods, >= 0.

    Returns
    -------
    float, 0-1; None where the start is 0.

    Raises
    ------
    ValueError
        where the two are not equally long.

    Examples
    --------
    >>> gross_retention([100.0, 50.0], [130.0, 20.0])
    0.8
    """
    total = sum(start)
    kept = sum(min(a, b) for a, b in zip(start, end, strict=True))
    return kept / total if total > 0 else None


def net_retention(start: Sequence[float], end: Sequence[float]) -> float | None:
    """Give NRR: the end over the start, both of the starting customers.

    Parameters
    ----------
    start, end
        As for `gross_retention`.

    Returns
    -------
    float, >= 0; above 1 where the customers grew; None where the start is 0.

    Examples
    --------
    >>> net_retention([100.0, 50.0], [130.0, 20.0])
    1.0
    """
    return sum(end) / total if (total := sum(start)) > 0 else None


def _spend(known: ir.Table, when: ir.BooleanValue, ledger: Ledger) -> ir.FloatingValue:
    return ibis.greatest(money(known.amount.sum(where=when).fill_null(0), ledger), 0.0)
