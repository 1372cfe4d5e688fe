"""Average balances: by the month, the quarter, the year; composite, weighted or not.

An average is a sum of balance times days over the steps of every account, see `balances`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, known_balances, money

Measure = Literal["composite", "unweighted", "net_assets"]
PERIODS = ("month", "quarter", "year")
# A manual of 2012 divides by 30 whatever the month; contracts still quote it.
FIXED_MONTH = 30.0


def average_balances(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Average what each customer kept, by calendar days and by the fixed month of 30.

    Parameters
    ----------
    basis
        `aum_weights` weigh the products; 1 where a product is not named.

    Returns
    -------
    Table, one row per customer with a balance row up to `as_of` (lazy)
        customer_id
        adb_month : float64, mean over the calendar days of the month up to `as_of`
        adb_month_30 : float64, the same sum over 30, however long the month; below the
            mean until the month ends
        adb_quarter, adb_year : float64, mean over the calendar days since the first day
            of the quarter and since 1 January

    Raises
    ------
    LedgerError
        where the ledger has no balances

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 3, 1)],
    ...                       "amount": [1.0]})
    >>> kept = ibis.memtable({"customer_id": [1, 1, 1], "balance": [1e5, 1.6e5, 4e4],
    ...     "on": [date(2026, 3, 1), date(2026, 3, 11), date(2026, 3, 26)]})
    >>> table = average_balances(Ledger(sold, kept), as_of=date(2026, 3, 31), basis=BANK)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> round(row["adb_month"], 2), round(row["adb_month_30"], 2)
    (117419.35, 121333.33)
    """
    days = _balance_days(ledger, as_of=as_of)
    weight = _by_product(days.product_id, basis.aum_weights)
    per = days.group_by("customer_id").agg(
        **{name: (days[name] * weight).sum() for name in PERIODS}
    )
    length = _lengths(as_of)
    return per.select(
        "customer_id",
        adb_month=(per.month / length["month"]).round(4),
        adb_month_30=(per.month / FIXED_MONTH).round(4),
        adb_quarter=(per.quarter / length["quarter"]).round(4),
        adb_year=(per.year / length["year"]).round(4),
    )


def composite_balances(
    ledger: Ledger,
    *,
    as_of: date,
    coefficients: Mapping[str, float],
    debts: Collection[str] = (),
    period: Literal["month", "quarter", "year"] = "month",
) -> ir.Table:
    """Weigh the average balance of every product with a coefficient.

    Parameters
    ----------
    coefficients
        By product id; 1 where a product is not named, 0 for what is not an asset.
    debts
        Product ids whose balance is owed to us (loans); they lessen `net_assets` and
        are in neither of the other two.
    period
        The calendar days averaged, up to `as_of`.

    Returns
    -------
    Table, one row per customer with a balance row up to `as_of` (lazy)
        customer_id
        composite : float64, sum of coefficient times average
        unweighted : float64, sum of the averages of products with a coefficient above 0
        net_assets : float64, the same less the average of the debts; may be below 0

    References
    ----------
    The rules of a Chinese joint-stock bank: composite financial assets decide the lower
    tiers, unweighted net assets the highest one; see `tier_reached`.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> day = date(2026, 3, 1)
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [day], "amount": [1.0]})
    >>> kept = ibis.memtable({"customer_id": [1, 1], "on": [day, day],
    ...                       "product_id": ["fund", "loan"], "balance": [100.0, 30.0]})
    >>> table = composite_balances(Ledger(sold, kept), as_of=date(2026, 3, 31),
    ...                            coefficients={"fund": 0.8}, debts=["loan"])
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["composite"], row["unweighted"], row["net_assets"]
    (80.0, 100.0, 70.0)
    """
    days = _balance_days(ledger, as_of=as_of)
    mean = days[period] / _lengths(as_of)[period]
    owed = days.product_id.isin(sorted(debts)) if debts else ibis.literal(False)
    weight = ibis.ifelse(owed, 0.0, _by_product(days.product_id, coefficients))
    per = days.group_by("customer_id").agg(
        composite=(mean * weight).sum(),
        unweighted=mean.sum(where=weight > 0).fill_null(0.0),
        owed=mean.sum(where=owed).fill_null(0.0),
    )
    return per.select(
        "customer_id",
        composite=per.composite.round(4),
        unweighted=per.unweighted.round(4),
        net_assets=(per.unweighted - per.owed).round(4),
    )


@dataclass(frozen=True)
class TierCut:
    """From how much, and of which measure, a customer reaches a tier."""

    tier: str
    at_least: float
    measure: Measure = "composite"


def tier_reached(table: ir.Table, cuts: Sequence[TierCut]) -> ir.StringValue:
    """Name the best tier whose own measure a customer reaches; null below all.

    Parameters
    ----------
    table
        From `composite_balances`, or with the columns that `cuts` name.
    cuts
        Best tier first; each may look at another measure.

    Raises
    ------
    BadInput
        where there is no cut, or a cut names a column the table lacks

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"composite": [6e6, 6e6], "net_assets": [5e6, 1e6]})
    >>> cuts = [TierCut("diamond", 5e6, "net_assets"), TierCut("gold", 5e5)]
    >>> table.select(tier=tier_reached(table, cuts)).to_pyarrow()["tier"].to_pylist()
    ['diamond', 'gold']
    """
    lacking = sorted({cut.measure for cut in cuts} - set(table.columns))
    if lacking or not cuts:
        raise BadInput(
            f"The tiers look at {', '.join(lacking) or 'nothing'}, which the table lacks; "
            "give cuts over composite, unweighted or net_assets."
        )
    return ibis.cases(*[(table[cut.measure] >= cut.at_least, cut.tier) for cut in cuts])


def _first_days(as_of: date) -> dict[str, date]:
    return {
        "month": as_of.replace(day=1),
        "quarter": date(as_of.year, (as_of.month - 1) // 3 * 3 + 1, 1),
        "year": date(as_of.year, 1, 1),
    }


def _lengths(as_of: date) -> dict[str, float]:
    return {name: float((as_of - first).days + 1) for name, first in _first_days(as_of).items()}


def _balance_days(ledger: Ledger, *, as_of: date) -> ir.Table:
    """Sum balance times days per customer and product: columns month, quarter, year."""
    lines = balance_steps(ledger, since=date(as_of.year, 1, 1), as_of=as_of)
    sums = {}
    for name, first in _first_days(as_of).items():
        days = ibis.greatest(lines.stop - ibis.greatest(lines.start, day_number(first)), 0)
        sums[name] = (lines.balance * days).sum()
    per = lines.group_by("customer_id", "product_id").agg(**sums)
    return per.mutate(**{name: money(per[name], ledger) for name in PERIODS})


def balance_steps(ledger: Ledger, *, since: date, as_of: date) -> ir.Table:
    """Give every account's balance as steps from the day before `since` to `as_of`.

    Returns
    -------
    Table, one row per account and step (lazy)
        customer_id, account, product_id; start, stop : int64, half-open, days since
        1970-01-01, the last stop is the day after `as_of`; balance : float64, in the
        ledger's unit
    """
    opening_day = day_number(since - timedelta(days=1))
    rows = known_balances(ledger, until=as_of)
    rows = rows.mutate(balance=rows.balance.cast("float64"))
    account = ["customer_id", "account", "product_id"]
    columns = [*account, "day", "balance"]
    old = rows.filter(rows.day <= opening_day)
    opening = old.group_by(account).agg(balance=old.balance.argmax(old.day))
    opening = opening.mutate(day=ibis.literal(opening_day, "int64"))
    recent = rows.filter(rows.day > opening_day)
    lines = opening.select(columns).union(recent.select(columns))
    order = ibis.window(group_by=[lines[name] for name in account], order_by=lines.day)
    return lines.select(
        *account,
        start=lines.day,
        stop=lines.day.lead().over(order).fill_null(day_number(as_of) + 1),
        balance=lines.balance,
    )


def _by_product(product: ir.StringValue, given: Mapping[str, float]) -> ir.FloatingValue:
    if not given:
        return ibis.literal(1.0)
    pairs = [(name, float(value)) for name, value in given.items()]
    return product.cases(*pairs, else_=1.0)
