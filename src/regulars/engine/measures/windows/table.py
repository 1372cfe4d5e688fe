"""All windows of a customer in one row."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number
from regulars.engine.measures.windows.doings import activity, known_lines, variety
from regulars.engine.measures.windows.features import (
    BALANCES,
    VARIETIES,
    Feature,
    features_of,
)
from regulars.engine.measures.windows.possessions import balances, contacts, holdings
from regulars.engine.measures.windows.rows import joined


def windows(
    ledger: Ledger, *, as_of: date, basis: Basis, customers: ir.Table | None = None
) -> ir.Table:
    """Describe each customer as of a date by what he did in windows of days up to it.

    A customer has a row who was active by then (see `basis.activity`) or, where the ledger
    has balances, ever had one. A window of n days ends with `as_of`, which it includes.

    Parameters
    ----------
    ledger
        Facts after `as_of` do not exist. Of a holding's versions the latest known by then
        counts, or the first where all became known later.
    as_of
        The last day that is looked at.
    basis
        Says what activity is and how balances weigh.
    customers
        Restricts to the `customer_id` of this table, for a sample or a part; None takes all.

    Returns
    -------
    Table, one row per customer (lazy), columns as `features_of` lists them
        customer_id
        days_active_n : int64, >= 0, days with activity in the n days
        lines_n : int64, >= 0, transactions of activity
        spend_n : float64, activity less refunds
        refunds_n : float64, what went back, >= 0 where refunds are negative amounts
        days_active_change_n, spend_change_n : float64, -1 to 1, the n days against the n
            before them: (now - before) / (\\|now\\| + \\|before\\|); null where both are 0
        recent_share_n : float64, 0-1, part of his purchase days that lies in the n days;
            null where he never was active
        spend_faded_n, days_faded_n : float64, all net spend and all active days, each
            counting half as much for every n days that passed; 0 where he never was active
        days_since_last, tenure_days : int64, >= 0, from the last and first activity to
            `as_of`; null where he never was active
        mean_gap, median_gap, longest_gap : float64, int64 for the longest; days between own
            active days; null under 2 of them, the median under 3
        gap_ratio, median_gap_ratio : float64, >= 0, days_since_last over the own mean or
            median gap; null without that gap
        silence : float64, 0-1, part of his time with us since the last activity; null where
            he never was active
        pace, spend_pace : float64, active days and net spend per day since the first one, 30
            days added; null where he never was active
        purchase_days : int64, >= 0, distinct days with activity
        net_spend : float64, all known activity less refunds
        mean_basket, first_basket, last_basket : float64, activity per active day, on the
            first and on the last one; null where he never was active
        products_n, categories_n, channels_n : int64, >= 0, distinct ones in the n days
        aum, aum_before_n : float64, on the day and n days before, weighted
        aum_change_n : float64, -1 to 1, as above; null where both are 0
        aum_mean_n : float64, mean over the last n days
        aum_volatility_365 : float64, >= 0, root of the mean square of the daily change
        holdings, products_held : int64, >= 0, open ones and their distinct products
        opened_90, matured_90 : int64, >= 0, holdings in the 90 days
        events_n, touches_n : int64, >= 0, in the n days

    Raises
    ------
    LedgerError
        where a table lacks a column it needs.

    References
    ----------
    Definitions are ours; recency against the own gap follows the rule of dormancy by the
    customer's own rhythm.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> bought = ibis.memtable({"customer_id": [1, 1, 1],
    ...     "local_date": ["2025-01-01", "2025-01-11", "2025-03-01"],
    ...     "amount": [9.0, 11.0, 500.0]})
    >>> known = windows(Ledger(bought), as_of=date(2025, 1, 31), basis=RETAIL)
    >>> row = known.to_pyarrow().to_pylist()[0]
    >>> row["net_spend"], row["days_since_last"], row["gap_ratio"], row["spend_30"]
    (20.0, 20, 2.0, 11.0)
    """
    today = day_number(as_of)
    wide = activity(ledger, basis, customers, as_of=as_of)
    if ledger.balances is not None:
        wide = joined(wide, balances(ledger, basis, customers, as_of=as_of), how="outer")
    for column, name in VARIETIES.items():
        if column in ledger.transactions.columns:
            lines = known_lines(ledger, basis, customers, as_of=as_of)
            wide = joined(wide, variety(lines, column, name, today))
    if ledger.holdings is not None:
        wide = joined(wide, holdings(ledger.holdings, customers, as_of=as_of))
    for table, moment, name in (
        (ledger.events, "occurred_at", "events"),
        (ledger.touches, "at", "touches"),
    ):
        if table is not None:
            wide = joined(wide, contacts(table, moment, name, customers, today))
    return _finished(wide, features_of(ledger))


def _finished(wide: ir.Table, features: tuple[Feature, ...]) -> ir.Table:
    columns: dict[str, ir.Value] = {}
    for feature in features:
        value = wide[feature.name]
        whole = feature.unit == "count" or value.type().is_integer()
        value = value.cast("int64" if whole else "float64")
        # Nothing counted and nothing spent is 0; a gap or a ratio that is not there is null.
        sums = feature.unit == "count" or feature.meaning in _SUMS
        columns[feature.name] = value.fill_null(0) if sums else value
    return wide.select("customer_id", **columns)


_SUMS = {
    *("spend", "refunds", "net_spend", "spend_faded", "days_faded"),
    *(feature.meaning for feature in BALANCES),
} - {"aum_change"}
