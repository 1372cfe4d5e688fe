"""All windows of a customer in one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from regulars.engine.backends import Workbench
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger
from regulars.engine.measures.windows.doings import (
    activity,
    bought,
    known_lines,
    paced,
    variety,
)
from regulars.engine.measures.windows.features import (
    BALANCES,
    VARIETIES,
    Feature,
    features_of,
)
from regulars.engine.measures.windows.look import Look
from regulars.engine.measures.windows.possessions import (
    all_steps,
    balances,
    contacts,
    holdings,
    moments,
    recent_steps,
    seen_steps,
)
from regulars.engine.measures.windows.rows import joined, restricted


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
    look = Look.at(as_of)
    lines = known_lines(ledger, basis, customers, as_of=as_of)
    kept = None
    if ledger.balances is not None:
        kept = recent_steps(ledger, basis, customers, as_of=as_of)
    pairs = {name: bought(lines, name) for name in VARIETIES if name in lines.columns}
    rest = _rest(ledger, look, customers)
    return described(Seen(paced(lines), pairs, kept, *rest), ledger, look)


def windows_on(
    ledger: Ledger, dates: Sequence[date], bench: Workbench, *, basis: Basis
) -> ir.Table:
    """Describe each customer as of several dates, in one go.

    Every row is what `windows` says as of its date; what does not depend on the date is
    computed once, and the database reads one statement instead of one per date.

    Parameters
    ----------
    dates
        At least one, each once.
    bench
        Keeps the table.

    Returns
    -------
    Table, one row per date and customer known by then, kept on the bench
        day_on : int64, the date in days since 1970-01-01; then the columns of `windows`

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger, connect
    >>> bought = connect().create_table("bought", ibis.memtable({"customer_id": [1, 1],
    ...     "local_date": ["2025-01-01", "2025-03-01"], "amount": [9.0, 5.0]}))
    >>> dates = [date(2025, 1, 31), date(2025, 3, 31)]
    >>> bench = Workbench(bought.get_backend())
    >>> known = windows_on(Ledger(bought), dates, bench, basis=RETAIL)
    >>> known.order_by("day_on").to_pyarrow()["net_spend"].to_pylist()
    [9.0, 14.0]
    """
    own = Workbench(bench.connection)
    try:
        return bench.keep(_of_dates(ledger, dates, own, basis))
    finally:
        own.clear()


def _of_dates(
    ledger: Ledger, dates: Sequence[date], bench: Workbench, basis: Basis
) -> ir.Table:
    last, look = max(dates), Look.at_each(dates)
    lines = known_lines(ledger, basis, None, as_of=last)
    named = [name for name in VARIETIES if name in lines.columns]
    lines = bench.keep(lines.select("customer_id", "day", "active", "amount", *named))
    days = bench.keep(paced(lines))
    pairs = {name: bench.keep(bought(lines, name).distinct()) for name in named}
    kept = None
    if ledger.balances is not None:
        kept = seen_steps(bench.keep(all_steps(ledger, basis, as_of=last)), look)
    seen = {name: look.seen(each) for name, each in pairs.items()}
    rest = _rest(ledger, look, None)
    return described(Seen(look.seen(days), seen, kept, *rest), ledger, look)


@dataclass(frozen=True)
class Seen:
    """The facts of each day looked at.

    Attributes
    ----------
    days
        From `paced`.
    pairs
        By column, who bought what on which day.
    steps
        Of balances, those of 365 days.
    holdings
        All of them, the description leaves out what came later.
    contacts
        Days of events and touches.
    """

    days: ir.Table
    pairs: Mapping[str, ir.Table]
    steps: ir.Table | None
    holdings: ir.Table | None
    contacts: Mapping[str, ir.Table]


def _rest(
    ledger: Ledger, look: Look, customers: ir.Table | None
) -> tuple[ir.Table | None, dict[str, ir.Table]]:
    held = ledger.holdings
    if held is not None:
        held = look.crossed(restricted(held, customers))
    given = (
        ("events", ledger.events, "occurred_at"),
        ("touches", ledger.touches, "at"),
    )
    return held, {
        name: look.seen(moments(restricted(table, customers), moment))
        for name, table, moment in given
        if table is not None
    }


def described(seen: Seen, ledger: Ledger, look: Look) -> ir.Table:
    """Put all windows of a customer, or of a day and a customer, into one row."""
    wide = activity(seen.days, ledger, look)
    if seen.steps is not None:
        wide = joined(wide, balances(seen.steps, look), look.keys, how="outer")
    for column, known in seen.pairs.items():
        wide = joined(wide, variety(known, column, VARIETIES[column], look), look.keys)
    if seen.holdings is not None:
        wide = joined(wide, holdings(seen.holdings, look), look.keys)
    for name, days in seen.contacts.items():
        wide = joined(wide, contacts(days, name, look), look.keys)
    return _finished(wide, features_of(ledger), look.keys)


def _finished(wide: ir.Table, features: tuple[Feature, ...], keys: tuple[str, ...]) -> ir.Table:
    columns: dict[str, ir.Value] = {}
    for feature in features:
        value = wide[feature.name]
        whole = feature.unit == "count" or value.type().is_integer()
        value = value.cast("int64" if whole else "float64")
        # Nothing counted and nothing spent is 0; a gap or a ratio that is not there is null.
        sums = feature.unit == "count" or feature.meaning in _SUMS
        columns[feature.name] = value.fill_null(0) if sums else value
    return wide.select(*keys, **columns)


_SUMS = {
    *("spend", "refunds", "net_spend", "spend_faded", "days_faded"),
    *(feature.meaning for feature in BALANCES),
} - {"aum_change"}
