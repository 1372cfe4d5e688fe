"""What the customers we have will bring in the next quarter, with an interval that was tried.

History is cut into quarters of 91 days (13 weeks, so that weekdays stay whole) counted back
from the date. At each earlier cut the same ways of forecasting are tried on the customers
who were known by then, and compared with what those customers brought in the quarter after.
The way with the smallest errors is used, and the interval is as wide as its errors were; no
error is counted that the choice had already seen.

Ways
    last        as much as in the quarter before
    retained    that, times what the quarters after the earlier cuts kept of it on average
    year_ago    that, times what the quarter after kept a year (52 weeks) ago: season and loss
    model       MBG/NBD and gamma-gamma, customer by customer (companies that sell)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
from scipy.stats import t as student

from regulars.engine.backends import first_row
from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import Ledger, day_number, facts, known_balances, money
from regulars.engine.measures.balances import steps
from regulars.engine.models import (
    MBG_NBD,
    Histories,
    NoFit,
    Spends,
    expected_spend,
    fit_gamma_gamma,
)
from regulars.engine.models.horizon import expected_purchases
from regulars.engine.models.newton import Floats
from regulars.engine.sampling import hash_sample

Way = Literal["last", "retained", "year_ago", "model"]

QUARTER, YEAR_OF_QUARTERS = 91, 4
LEVEL = 0.80
MOST_CUTS = 8
# Ratios of a hash sample this large are good to well below the errors of any forecast.
MOST_CUSTOMERS = 200_000
# Two tries say nothing about the third.
FEWEST_TRIES = 3
WAYS: tuple[Way, ...] = ("last", "retained", "year_ago", "model")


@dataclass(frozen=True)
class Try:
    """One way tried at one earlier cut, in the reporting currency.

    Attributes
    ----------
    way
        Which.
    cutoff
        The last day it knew.
    forecast, actual
        For the 91 days after, of the customers known by then.
    """

    way: Way
    cutoff: date
    forecast: float
    actual: float

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {"cutoff": self.cutoff.isoformat()}


@dataclass(frozen=True)
class QuarterForecast:
    """What the existing base is expected to bring.

    Attributes
    ----------
    start, stop
        The period, half-open: the 91 days after the date.
    customers
        Known by the date.
    before
        What they brought in the 91 days up to the date.
    revenue
        Expected; sales less refunds, for a bank margin and fees. None without history.
    low, high
        The middle 80 %, from the errors of earlier tries; None with fewer than three.
    way
        The way that was chosen, None without history.
    errors
        By way, the mean absolute error of its tries as a share (0.05 is 5 %).
    tries
        All tries, the earliest cut first.
    groups
        By group, (before, revenue, low, high) at the same ratio and interval; empty where
        no groups were given.
    """

    start: date
    stop: date
    customers: int
    before: float
    revenue: float | None
    low: float | None
    high: float | None
    way: Way | None
    errors: Mapping[str, float]
    tries: tuple[Try, ...]
    groups: Mapping[str, tuple[float, float, float | None, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {
            "start": self.start.isoformat(),
            "stop": self.stop.isoformat(),
            "errors": dict(self.errors),
            "tries": [each.to_dict() for each in self.tries],
            "groups": {name: list(each) for name, each in self.groups.items()},
        }


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
    flows = _flows(ledger, as_of=as_of, basis=basis, groups=groups)
    start = as_of + timedelta(days=1)
    stop = start + timedelta(days=QUARTER)
    if flows is None:
        return QuarterForecast(start, stop, 0, 0.0, None, None, None, None, {}, (), {})
    ratios = _ratios(ledger, flows, as_of=as_of, basis=basis)
    tries = _tries(flows, ratios, as_of=as_of)
    way = _choose(tries, ratios)
    ratio = ratios[way][0]
    low, high = _spread(tries, way)
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
        errors={name: round(_mean_error(tries, name), 6) for name in _tried(tries)},
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
    by = _earned(ledger, None, as_of=last, basis=basis, length=span, cuts=1)
    before = facts(ledger, until=start - timedelta(days=1)).select("customer_id").distinct()
    if ledger.balances is not None:
        with_money = known_balances(ledger, until=start - timedelta(days=1))
        before = before.union(with_money.select("customer_id"), distinct=True)
    came = by.filter(by.block == 0).semi_join(before, "customer_id")
    return float(first_row(came.agg(money=came.money.sum()))["money"] or 0.0)


@dataclass(frozen=True)
class _Flows:
    """Money by the quarter in which a customer was first seen and the quarter it came in."""

    by_block: Floats  # [first, block], quarters counted back from the date
    whole: int  # the earliest cut that has a whole quarter before it
    before: float  # of the whole base, in the quarter up to the date
    customers: int
    groups: Mapping[str, float]
    sample: ir.Table | None  # the customers the ratios are taken from; None is everybody
    part: float

    @property
    def cuts(self) -> int:
        """How many earlier cuts are tried."""
        return min(self.whole, MOST_CUTS)

    def known(self, cut: int, block: int) -> float:
        """Sum up the money in `block` of the customers known at `cut`."""
        return float(self.by_block[cut:, block].sum()) if block >= 0 else 0.0


def _flows(
    ledger: Ledger, *, as_of: date, basis: Basis, groups: ir.Table | None
) -> _Flows | None:
    everybody = facts(ledger, until=as_of).group_by("customer_id").agg()
    if ledger.balances is not None:
        with_money = known_balances(ledger, until=as_of).select("customer_id")
        everybody = everybody.union(with_money, distinct=True)
    customers = first_row(everybody.agg(n=everybody.count()))["n"]
    if not customers:
        return None
    sample, part = _sample(everybody, customers)
    blocks = MOST_CUTS + YEAR_OF_QUARTERS + 2
    by = _earned(ledger, sample, as_of=as_of, basis=basis, length=QUARTER, cuts=blocks)
    first = by.group_by("customer_id").agg(first=by.block.max())
    wide = by.join(first, "customer_id")
    rows = wide.group_by("first", "block").agg(money=wide.money.sum())
    rows = rows.order_by("first", "block").to_pyarrow()
    found = np.zeros((blocks, blocks))
    found[rows["first"].to_numpy(), rows["block"].to_numpy()] = rows["money"].to_numpy()
    # The quarter in which history begins is cut short; nothing may be learned from it.
    whole = int(np.flatnonzero(found.sum(axis=0)).max(initial=0))
    now = _earned(ledger, None, as_of=as_of, basis=basis, length=QUARTER, cuts=1)
    now = now.filter(now.block == 0)
    before = float(first_row(now.agg(money=now.money.sum()))["money"] or 0.0)
    return _Flows(
        found,
        max(min(whole - 1, blocks - 2), 0),
        before,
        customers,
        _by_group(now, groups),
        sample,
        part,
    )


def _by_group(now: ir.Table, groups: ir.Table | None) -> dict[str, float]:
    if groups is None:
        return {}
    wide = now.join(groups, "customer_id")
    rows = wide.group_by("group").agg(money=wide.money.sum()).order_by("group").to_pyarrow()
    return {row["group"]: float(row["money"]) for row in rows.to_pylist() if row["group"]}


def _sample(everybody: ir.Table, customers: int) -> tuple[ir.Table | None, float]:
    if customers <= MOST_CUSTOMERS:
        return None, 1.0
    return hash_sample(everybody, MOST_CUSTOMERS / customers)


def _earned(
    ledger: Ledger,
    sample: ir.Table | None,
    *,
    as_of: date,
    basis: Basis,
    length: int,
    cuts: int,
) -> ir.Table:
    """Give customer_id, block (0 ends on the date) and the money earned in it."""
    today = day_number(as_of)
    known = facts(ledger, until=as_of)
    if sample is not None:
        known = known.semi_join(sample, "customer_id")
    earned = _of_row(known, basis)
    block = ibis.least((today - known.day) // length, cuts - 1 if cuts > 1 else 1)
    rows = known.select("customer_id", block=block.cast("int64"), earned=earned)
    rows = rows.filter(rows.earned != 0.0)
    by = rows.group_by("customer_id", "block").agg(money=money(rows.earned.sum(), ledger))
    if basis.value != "aum" or ledger.balances is None:
        return by
    kept = _kept(ledger, sample, as_of=as_of, basis=basis, length=length, cuts=cuts)
    both = by.union(kept)
    return both.group_by("customer_id", "block").agg(money=both.money.sum())


def _of_row(known: ir.Table, basis: Basis) -> ir.FloatingValue:
    if basis.value == "net_spend":
        counts = known.kind.isin((*basis.activity, "refund"))
        return ibis.ifelse(counts, known.amount, 0.0)
    margin = known.amount * basis.margin_rate
    if "cost" in known.columns:
        margin = ibis.coalesce(known.amount - known.cost.cast("float64"), margin)
    return ibis.cases(
        (known.kind.isin(basis.fee_kinds), known.amount),
        (known.kind.isin(("purchase", "refund")), margin),
        else_=0.0,
    )


def _kept(
    ledger: Ledger,
    sample: ir.Table | None,
    *,
    as_of: date,
    basis: Basis,
    length: int,
    cuts: int,
) -> ir.Table:
    """Give the margin on balances of each block of days, as `_earned` does."""
    today = day_number(as_of)
    lines = steps(ledger, as_of=as_of, basis=basis, days=length * max(cuts, 1))
    if sample is not None:
        lines = lines.semi_join(sample, "customer_id")
    blocks = ibis.memtable({"block": list(range(cuts))}, schema={"block": "int64"})
    crossed = lines.cross_join(blocks)
    stop = today + 1 - crossed.block * length
    days = ibis.least(crossed.stop, stop) - ibis.greatest(crossed.start, stop - length)
    shared = crossed.mutate(days=days).filter(days > 0)
    return shared.group_by("customer_id", "block").agg(
        money=(shared.income * shared.days).sum() / 365.0
    )


def _ratios(
    ledger: Ledger, flows: _Flows, *, as_of: date, basis: Basis
) -> dict[Way, dict[int, float]]:
    """Give per way and cut what is expected after it over the quarter before it."""
    kept = {
        cut: flows.known(cut, cut - 1) / flows.known(cut, cut)
        for cut in range(1, flows.whole + 1)
        if flows.known(cut, cut) > 0
    }
    found: dict[Way, dict[int, float]] = {way: {} for way in WAYS}
    for cut in range(flows.cuts + 1):
        earlier = [ratio for other, ratio in kept.items() if other > cut]
        found["last"][cut] = 1.0
        if earlier:
            found["retained"][cut] = float(np.mean(earlier))
        if cut + YEAR_OF_QUARTERS in kept:
            found["year_ago"][cut] = kept[cut + YEAR_OF_QUARTERS]
    if basis.value == "net_spend":
        found["model"] = _by_model(ledger, flows, as_of=as_of, basis=basis)
    return found


def _by_model(ledger: Ledger, flows: _Flows, *, as_of: date, basis: Basis) -> dict[int, float]:
    days = _active_days(ledger, flows.sample, as_of=as_of, basis=basis)
    found = {}
    for cut in range(flows.cuts + 1):
        own = flows.known(cut, cut)
        expected = _expected(days, day_number(as_of) - cut * QUARTER)
        if own > 0 and expected is not None:
            found[cut] = expected / own
    return found


@dataclass(frozen=True)
class _Days:
    """Days with activity of the sample, by customer and day."""

    customer: np.ndarray  # 0, 0, 1, ...
    day: np.ndarray
    sales: Floats
    net: Floats


def _active_days(
    ledger: Ledger, sample: ir.Table | None, *, as_of: date, basis: Basis
) -> _Days:
    known = facts(ledger, until=as_of)
    known = known.filter(known.kind.isin((*basis.activity, "refund")))
    if sample is not None:
        known = known.semi_join(sample, "customer_id")
    active = known.kind.isin(basis.activity)
    by = known.group_by("customer_id", "day").agg(
        sales=money(known.amount.sum(where=active).fill_null(0.0), ledger),
        net=money(known.amount.sum(), ledger),
        lines=active.cast("int64").sum(),
    )
    rows = by.order_by("customer_id", "day").to_pyarrow()
    ids = rows["customer_id"].combine_chunks().dictionary_encode()
    places = ids.indices.to_numpy()
    on = rows["lines"].to_numpy() > 0
    # A day of refunds only is money, not activity; its sales are nothing.
    return _Days(
        places,
        rows["day"].to_numpy(),
        np.where(on, rows["sales"].to_numpy(), np.nan),
        rows["net"].to_numpy(),
    )


def _expected(days: _Days, cutoff: int) -> float | None:
    """Expect the sample's net money in the quarter after the cutoff; None without a fit."""
    seen = days.day <= cutoff
    on = seen & ~np.isnan(days.sales)
    if not on.any():
        return None
    customer, day, sales = days.customer[on], days.day[on], days.sales[on]
    starts = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    counts = np.diff(np.append(starts, len(customer)))
    first, last = day[starts], day[starts + counts - 1]
    repeats = counts - 1
    total = np.add.reduceat(sales, starts)
    mean = np.where(repeats > 0, (total - sales[starts]) / np.maximum(repeats, 1), np.nan)
    try:
        fitted = MBG_NBD.fit(Histories.of(repeats, last - first, cutoff - first))
    except NoFit:
        return None
    bought = expected_purchases(
        MBG_NBD, fitted, repeats, last - first, cutoff - first, weeks=QUARTER / 7.0
    )
    try:
        spend = expected_spend(fit_gamma_gamma(Spends.of(repeats, mean)), repeats, mean)
    except NoFit:
        spend = np.full(len(repeats), float(total.sum() / counts.sum()))
    gross = float(sales.sum())
    net = float(days.net[seen].sum()) / gross if gross > 0 else 1.0
    return float(bought @ spend) * min(max(net, 0.0), 1.0)


def _tries(
    flows: _Flows, ratios: Mapping[Way, Mapping[int, float]], *, as_of: date
) -> tuple[Try, ...]:
    whole = flows.known(0, 0)
    scale = flows.before / whole if whole > 0 and flows.sample is not None else 1.0
    found = []
    for cut in range(flows.cuts, 0, -1):
        own, actual = flows.known(cut, cut) * scale, flows.known(cut, cut - 1) * scale
        cutoff = as_of - timedelta(days=cut * QUARTER)
        found += [
            Try(way, cutoff, round(own * ratios[way][cut], 2), round(actual, 2))
            for way in WAYS
            if cut in ratios[way] and own > 0 and actual > 0
        ]
    return tuple(found)


def _tried(tries: Sequence[Try]) -> list[Way]:
    return [way for way in WAYS if any(each.way == way for each in tries)]


def _logs(tries: Sequence[Try], way: Way) -> dict[date, float]:
    return {
        each.cutoff: float(np.log(each.actual / each.forecast))
        for each in tries
        if each.way == way and each.forecast > 0 and each.actual > 0
    }


def _mean_error(tries: Sequence[Try], way: Way) -> float:
    logs = list(_logs(tries, way).values())
    return float(np.expm1(np.mean(np.abs(logs)))) if logs else float("inf")


def _choose(tries: Sequence[Try], ratios: Mapping[Way, Mapping[int, float]]) -> Way:
    able = [way for way in WAYS if 0 in ratios[way]]
    return min(able, key=lambda way: (_penalised(tries, way), WAYS.index(way)))


def _penalised(tries: Sequence[Try], way: Way) -> float:
    """Judge a way by its errors; one tried less often has shown less."""
    logs = list(_logs(tries, way).values())
    if not logs:
        return float("inf")
    return float(np.mean(np.abs(logs))) * (1.0 + 1.0 / len(logs))


def _spread(tries: Sequence[Try], way: Way) -> tuple[float | None, float | None]:
    """Give the factors from the expected value to the ends of the interval."""
    logs = _honest(tries) or []
    if len(logs) < FEWEST_TRIES:
        logs = list(_logs(tries, way).values())
    n = len(logs)
    if n < FEWEST_TRIES:
        return None, None
    # About zero, not about their mean: a past bias is an error that may come again.
    scale = float(np.sqrt(np.mean(np.square(logs)))) * np.sqrt(1.0 + 1.0 / n)
    reach = float(student.ppf((1.0 + LEVEL) / 2.0, n)) * scale
    return float(np.exp(-reach)), float(np.exp(reach))


def _honest(tries: Sequence[Try]) -> list[float]:
    """Give the errors of whichever way had won on the cuts before each cut."""
    cutoffs = sorted({each.cutoff for each in tries})
    found = []
    for place, cutoff in enumerate(cutoffs[1:], start=1):
        past = [each for each in tries if each.cutoff in cutoffs[:place]]
        able = [way for way in _tried(past) if cutoff in _logs(tries, way)]
        if able:
            way = min(able, key=lambda each: (_penalised(past, each), WAYS.index(each)))
            found.append(_logs(tries, way)[cutoff])
    return found


def _times(value: float, factor: float | None) -> float | None:
    return None if factor is None else round(value * factor, 2)


def _ends(
    value: float, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    return _times(value, low), _times(value, high)
