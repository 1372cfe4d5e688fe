"""What each customer keeps with us: balances as a step function, their means and movements.

A row states an account's end-of-day balance from its day until the account's next row, so a
mean is a sum of balance times days and needs no row per day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import EPOCH, Ledger, day_number, known_balances, money

YEAR = 365
FLOW_DAYS = 5
# 36 changes of five days each: half a year is long enough for pay-days and rents to show,
# short enough to forget a former life.
NORMAL_CHANGES = 36


@dataclass(frozen=True)
class BalancePoint:
    """What a customer had with us at the end of a day."""

    on: date
    balance: float


def steps(ledger: Ledger, *, as_of: date, basis: Basis, days: int = YEAR) -> ir.Table:
    """Give the last `days` days of every account as steps.

    Returns
    -------
    Table, one row per account and step (lazy)
        customer_id; start, stop : int64, half-open, days since 1970-01-01, up to the day
        after `as_of`; aum : float64, the balance weighted by `basis.aum_weights`; change :
        float64, of aum against the step before; income : float64, yearly margin on the
        balance; first_day : int64, of the account
    """
    today, opening_day = day_number(as_of), day_number(as_of) - days
    rows = known_balances(ledger, until=as_of)
    account = ["customer_id", "account", "product_id"]
    opening = (
        rows.filter(rows.day <= opening_day)
        .group_by(account)
        .agg(
            balance=rows.balance.argmax(rows.day),
            first_day=rows.day.min(),
        )
        .mutate(day=ibis.literal(opening_day, "int64"), opens=True)
    )
    recent = rows.filter(rows.day > opening_day).mutate(first_day=rows.day, opens=False)
    columns = [*account, "day", "balance", "first_day", "opens"]
    lines = opening.select(columns).union(recent.select(columns))
    lines = lines.mutate(
        aum=money(lines.balance, ledger)
        * _by_product(lines.product_id, basis.aum_weights, 1.0),
        income=money(lines.balance, ledger)
        * _by_product(lines.product_id, basis.balance_margins, basis.default_balance_margin),
    )
    order = ibis.window(group_by=[lines[name] for name in account], order_by=lines.day)
    change = lines.aum - lines.aum.lag().over(order).fill_null(0.0)
    return lines.select(
        "customer_id",
        start=lines.day,
        stop=lines.day.lead().over(order).fill_null(today + 1),
        aum=lines.aum,
        income=lines.income,
        change=ibis.ifelse(lines.opens, 0.0, change),
        first_day=lines.first_day,
    )


def balances(lines: ir.Table, *, as_of: date, basis: Basis) -> ir.Table:
    """Measure what each customer keeps with us.

    Parameters
    ----------
    lines
        From `steps`, over at least 365 days.

    Returns
    -------
    Table, one row per customer with a balance row up to `as_of` (lazy)
        customer_id
        aum : float64, on the day
        adb_month : float64, mean over the calendar days of the month up to `as_of`
        adb_90 : float64, mean over 90 days
        aum_prev_30 : float64, 30 days before
        balance_income_365 : float64, margin earned on balances in 365 days
        flow_5 : float64, change of aum over the last 5 days
        flow_low, flow_high : float64, the lowest and highest change over 5 days in the 180
            days before; 0 lies always within
        large_movement : string, "out" or "in" where flow_5 leaves that range and reaches
            `basis.large_movement` and its share of adb_90; else null
        days_known : int64, since the first balance row
    """
    today = day_number(as_of)
    month_start = day_number(as_of.replace(day=1))
    per = lines.group_by("customer_id").agg(
        aum=_on(lines, today),
        adb_month=_mean(lines, lines.aum, month_start, today),
        adb_90=_mean(lines, lines.aum, today - 89, today),
        aum_prev_30=_on(lines, today - 30),
        balance_income_365=_mean(lines, lines.income, today - YEAR + 1, today),
        flow_5=_on(lines, today) - _on(lines, today - FLOW_DAYS),
        first_day=lines.first_day.min(),
    )
    wide = per.left_join(_normal(lines, today - FLOW_DAYS), "customer_id")
    low, high = wide.low.fill_null(0.0), wide.high.fill_null(0.0)
    floor = ibis.greatest(basis.large_movement, wide.adb_90 * basis.large_movement_share)
    return wide.select(
        "customer_id",
        **{name: wide[name].round(4) for name in _MEASURES},
        flow_low=low.round(4),
        flow_high=high.round(4),
        large_movement=ibis.cases(
            ((wide.flow_5 < low) & (wide.flow_5 <= -floor), "out"),
            ((wide.flow_5 > high) & (wide.flow_5 >= floor), "in"),
        ),
        days_known=today - wide.first_day,
    )


_MEASURES = ("aum", "adb_month", "adb_90", "aum_prev_30", "balance_income_365", "flow_5")


def balance_on(
    ledger: Ledger, dates: Sequence[date], *, basis: Basis | None = None
) -> ir.Table:
    """Give what every customer had with us at the end of some days.

    Parameters
    ----------
    dates
        At least one, in any order.
    basis
        Its `aum_weights` weigh the products; None counts every product in full.

    Returns
    -------
    Table, one row per customer and date with an account by then (lazy)
        customer_id; on : date; aum : float64, reporting currency

    Raises
    ------
    LedgerError
        where the ledger has no balances

    Examples
    --------
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 1)],
    ...                       "amount": [1.0]})
    >>> kept = ibis.memtable({"customer_id": [1, 1], "balance": [100.0, 40.0],
    ...                       "on": [date(2026, 1, 5), date(2026, 2, 5)]})
    >>> days = [date(2026, 1, 31), date(2026, 2, 28)]
    >>> table = balance_on(Ledger(sold, kept), days).order_by("on")
    >>> table.to_pyarrow()["aum"].to_pylist()
    [100.0, 40.0]
    """
    weights = basis.aum_weights if basis is not None else {}
    rows = known_balances(ledger, until=max(dates))
    wanted = ibis.memtable({"on": list(dates)}, schema={"on": "date"})
    wanted = wanted.mutate(day_on=wanted.on.epoch_days().cast("int64"))
    account = ["customer_id", "account", "product_id"]
    order = ibis.window(group_by=[rows[name] for name in account], order_by=rows.day)
    lines = rows.mutate(stop=rows.day.lead().over(order).fill_null(day_number(max(dates)) + 1))
    matched = lines.join(wanted, [lines.day <= wanted.day_on, lines.stop > wanted.day_on])
    amount = money(matched.balance, ledger) * _by_product(matched.product_id, weights, 1.0)
    return matched.group_by("customer_id", "on").agg(aum=amount.sum().round(4))


def balance_line(
    ledger: Ledger,
    customer_id: int | str,
    start: date,
    stop: date,
    *,
    basis: Basis | None = None,
) -> list[BalancePoint]:
    """Give one customer's total balance on each day of [start, stop) where it changed.

    The first point is on `start`, if the customer had an account by then. The filter goes
    down to the Parquet files, so that a page may ask for it.

    Parameters
    ----------
    customer_id
        As in the ledger; an unknown one has no points.
    basis
        Its `aum_weights` weigh the products; None counts every product in full.

    Returns
    -------
    list of BalancePoint
        By rising day; balance in the reporting currency.

    Raises
    ------
    LedgerError
        where the ledger has no balances

    Examples
    --------
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 1)],
    ...                       "amount": [1.0]})
    >>> kept = ibis.memtable({"customer_id": [1, 1], "balance": [100.0, 40.0],
    ...                       "on": [date(2026, 1, 5), date(2026, 2, 5)]})
    >>> line = balance_line(Ledger(sold, kept), 1, date(2026, 2, 1), date(2026, 3, 1))
    >>> [(point.on.isoformat(), point.balance) for point in line]
    [('2026-02-01', 100.0), ('2026-02-05', 40.0)]
    """
    weights = basis.aum_weights if basis is not None else {}
    rows = known_balances(ledger, until=stop - timedelta(days=1))
    mine = rows.filter(rows.customer_id == customer_id).order_by("day")
    accounts: dict[tuple[str, str], float] = {}
    points: dict[int, float] = {}
    first = day_number(start)
    for row in mine.to_pyarrow().to_pylist():
        weight = weights.get(row["product_id"], 1.0)
        accounts[row["account"], row["product_id"]] = float(row["balance"]) * weight
        points[max(row["day"], first)] = sum(accounts.values()) / ledger.scale
    return [
        BalancePoint(EPOCH + timedelta(days=day), round(total, 4))
        for day, total in sorted(points.items())
    ]


def products_held(ledger: Ledger, *, as_of: date) -> ir.Table | None:
    """Count the distinct products each customer holds on the day; None without holdings.

    A holding counts from `opened_on` until it is closed or has matured; of its versions the
    latest `known_at` is believed.
    """
    if ledger.holdings is None:
        return None
    current = latest_holdings(ledger)
    held = current.opened_on.cast("date") <= as_of
    for column in ("closed_on", "matures_on"):
        if column in current.columns:
            ends = current[column].cast("date")
            held &= ends.isnull() | (ends > as_of)
    return (
        current.filter(held)
        .group_by("customer_id")
        .agg(products_held=current.product_id.nunique())
    )


def latest_holdings(ledger: Ledger) -> ir.Table:
    """Give the last known version of every holding (lazy, the ledger's columns)."""
    table = ledger.holdings
    if table is None or "known_at" not in table.columns:
        return table
    latest = ibis.window(group_by=table.holding_id, order_by=table.known_at.desc())
    ranked = table.mutate(version=ibis.row_number().over(latest))
    return ranked.filter(ranked.version == 0).drop("version")


def _on(lines: ir.Table, day: int) -> ir.FloatingValue:
    then = (lines.start <= day) & (lines.stop > day)
    return lines.aum.sum(where=then).fill_null(0.0)


def _mean(lines: ir.Table, value: ir.FloatingValue, first: int, last: int) -> ir.FloatingValue:
    days = ibis.least(lines.stop, last + 1) - ibis.greatest(lines.start, first)
    return (value * ibis.greatest(days, 0)).sum() / float(last + 1 - first)


def _normal(lines: ir.Table, last: int) -> ir.Table:
    first = last - FLOW_DAYS * NORMAL_CHANGES
    moved = lines.filter((lines.start > first) & (lines.start <= last) & (lines.change != 0))
    per = moved.mutate(nth=(last - moved.start) // FLOW_DAYS)
    changes = per.group_by("customer_id", "nth").agg(change=per.change.sum())
    return changes.group_by("customer_id").agg(
        low=ibis.least(changes.change.min(), 0.0), high=ibis.greatest(changes.change.max(), 0.0)
    )


def _by_product(
    product: ir.StringValue, given: Mapping[str, float], default: float
) -> ir.FloatingValue:
    if not given:
        return ibis.literal(float(default))
    return product.cases(
        *[(name, float(value)) for name, value in given.items()], else_=float(default)
    )
