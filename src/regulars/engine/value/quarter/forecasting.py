"""The forecast of a quarter, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import Ledger, facts, known_balances
from regulars.engine.value.quarter.earning import earned_by_block
from regulars.engine.value.quarter.flows import read_flows
from regulars.engine.value.quarter.ratios import expected_ratios
from regulars.engine.value.quarter.result import QUARTER, QuarterForecast
from regulars.engine.value.quarter.trying import (
    choose_way,
    mean_error,
    spread_of,
    tried_ways,
    try_ways,
)


def forecast_quarter(
    ledger: Ledger, *, as_of: date, basis: Basis = RETAIL, groups: ir.Table | None = None
) -> QuarterForecast:
    """Forecast what the customers known by a date will bring in the 91 days after it.

    Parameters
    ----------
    groups
        Table (customer_id; group : string), such as the branch of each customer; None for
        the company only.

    Returns
    -------
    QuarterForecast

    Examples
    --------
    >>> import ibis
    >>> weekly = [date(2024, 1, 1) + timedelta(days=7 * n) for n in range(104)]
    >>> rows = {"customer_id": [n % 20 for n in range(104)] * 5, "local_date": weekly * 5,
    ...         "amount": [100.0] * 520}
    >>> found = forecast_quarter(Ledger(ibis.memtable(rows)), as_of=date(2025, 12, 28))
    >>> found.start.isoformat(), found.before, round(found.revenue)
    ('2025-12-29', 6500.0, 6500)
    """
    flows = read_flows(ledger, as_of=as_of, basis=basis, groups=groups)
    start = as_of + timedelta(days=1)
    stop = start + timedelta(days=QUARTER)
    if flows is None:
        return QuarterForecast(start, stop, 0, 0.0, None, None, None, None, {}, (), {})
    ratios = expected_ratios(ledger, flows, as_of=as_of, basis=basis)
    tries = try_ways(flows, ratios, as_of=as_of)
    way = choose_way(tries, ratios)
    ratio = ratios[way][0]
    low, high = spread_of(tries, way)
    expected = flows.before * ratio
    return QuarterForecast(
        start=start,
        stop=stop,
        customers=flows.customers,
        before=round(flows.before, 2),
        revenue=round(expected, 2),
        low=_times(expected, low),
        high=_times(expected, high),
        way=way,
        errors={name: round(mean_error(tries, name), 6) for name in tried_ways(tries)},
        tries=tries,
        groups={
            name: (round(own, 2), round(own * ratio, 2), *_ends(own * ratio, low, high))
            for name, own in flows.groups.items()
        },
    )


def quarter_came(
    ledger: Ledger,
    start: date,
    stop: date,
    *,
    basis: Basis = RETAIL,
) -> float:
    """Sum up what the customers known before `start` brought in [start, stop).

    What a `QuarterForecast` is checked against once its period is over.

    Parameters
    ----------
    start, stop
        As in the forecast.
    basis
        The one of the forecast.

    Returns
    -------
    float, reporting currency

    Examples
    --------
    >>> import ibis
    >>> rows = {"customer_id": [1, 1, 2], "amount": [10.0, 30.0, 500.0],
    ...         "local_date": [date(2025, 1, 1), date(2025, 2, 1), date(2025, 2, 2)]}
    >>> quarter_came(Ledger(ibis.memtable(rows)), date(2025, 1, 15), date(2025, 4, 16))
    30.0
    """
    last = stop - timedelta(days=1)
    span = (stop - start).days
    by = earned_by_block(ledger, None, as_of=last, basis=basis, length=span, cuts=1)
    before = facts(ledger, until=start - timedelta(days=1)).select("customer_id").distinct()
    if ledger.balances is not None:
        with_money = known_balances(ledger, until=start - timedelta(days=1))
        before = before.union(with_money.select("customer_id"), distinct=True)
    came = by.filter(by.block == 0).semi_join(before, "customer_id")
    return float(first_row(came.agg(money=came.money.sum()))["money"] or 0.0)


def _times(value: float, factor: float | None) -> float | None:
    return None if factor is None else round(value * factor, 2)


def _ends(
    value: float, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    return _times(value, low), _times(value, high)
