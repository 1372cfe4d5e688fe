"""What stays when deposits and products mature: by amount and by customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, LedgerError, day_number, epoch_day, money
from regulars.engine.measures.averages import balance_steps
from regulars.engine.measures.balances import latest_holdings
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi

HORIZONS = (7, 30)


def maturity_retention(
    ledger: Ledger,
    *,
    start: date,
    stop: date,
    as_of: date,
    basis: Basis,
    horizons: Sequence[int] = HORIZONS,
) -> ir.Table:
    """Measure what each customer left with us after something matured.

    With balances: what matured, less the fall of the customer's assets from the day before
    to so many days after, never below 0 nor above what matured. Without: what the customer
    put into new holdings from the day of maturity to so many days after.

    Parameters
    ----------
    start, stop
        Maturities within this half-open period count.
    as_of
        Later facts do not exist. A maturity is judged after `horizon` days, not before.
    basis
        Products with a weight of 0 in `aum_weights` (loans) are no assets and do not count.

    Returns
    -------
    Table, one row per customer and day of maturity (lazy)
        customer_id; matured_on : date; matured : float64, > 0
        kept_7, kept_30 : float64, 0 to `matured`; null while it is too early to say
        judged_7, judged_30 : boolean
        stayed_7, stayed_30 : boolean, half or more of it was kept; null as above

    Raises
    ------
    LedgerError
        where the ledger has no holdings with maturities and amounts

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 1)],
    ...                       "amount": [1.0]})
    >>> held = ibis.memtable({"customer_id": [1], "holding_id": ["h"], "product_id": ["d"],
    ...     "opened_on": [date(2025, 3, 1)], "matures_on": [date(2026, 3, 1)],
    ...     "amount": [100.0]})
    >>> kept = ibis.memtable({"customer_id": [1, 1], "balance": [150.0, 90.0],
    ...                       "on": [date(2025, 3, 1), date(2026, 3, 4)]})
    >>> table = maturity_retention(Ledger(sold, kept, held), start=date(2026, 3, 1),
    ...     stop=date(2026, 4, 1), as_of=date(2026, 3, 20), basis=BANK)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["matured"], row["kept_7"], row["kept_30"]
    (100.0, 40.0, None)
    """
    due = _maturities(ledger, start=start, stop=stop, as_of=as_of, basis=basis)
    if ledger.balances is not None:
        kept = _by_balances(ledger, due, start=start, as_of=as_of, basis=basis, days=horizons)
    else:
        kept = _by_holdings(ledger, due, horizons)
    columns: dict[str, ir.Value] = {}
    for days in horizons:
        judged = kept.day + days <= day_number(as_of)
        amount = ibis.greatest(ibis.least(kept[f"left_{days}"], kept.matured), 0.0)
        columns |= {
            f"kept_{days}": ibis.ifelse(judged, amount.round(4), None),
            f"judged_{days}": judged,
            f"stayed_{days}": ibis.ifelse(judged, amount >= 0.5 * kept.matured, None),
        }
    return kept.select(
        "customer_id", matured_on=kept.matured_on, matured=kept.matured, **columns
    )


def maturity_figures(table: ir.Table, *, horizons: Sequence[int] = HORIZONS) -> list[Kpi]:
    """Count maturity retention by amount and by customer.

    Parameters
    ----------
    table
        From `maturity_retention`, with the same horizons.

    Returns
    -------
    list of Kpi
        per horizon `maturity_retention_<days>` (money kept over money matured) and
        `maturity_customers_<days>` (maturities of which half or more was kept, over all);
        n counts maturities: a customer and a day

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"matured": [100.0, 50.0], "kept_7": [40.0, 50.0],
    ...     "judged_7": [True, True], "stayed_7": [False, True]})
    >>> [round(figure.value, 3) for figure in maturity_figures(table, horizons=[7])]
    [0.6, 0.5]
    """
    figures = []
    for days in horizons:
        judged, stayed = f"judged_{days}", f"stayed_{days}"
        figures += [
            Figure(
                f"maturity_retention_{days}",
                f"kept_{days}",
                "matured",
                judged,
                stayed,
                f"Money still with us {days} days after it matured, over money matured.",
            ),
            Figure(
                f"maturity_customers_{days}",
                stayed,
                judged,
                judged,
                stayed,
                f"Maturities of which half or more was kept for {days} days, over all.",
            ),
        ]
    return count_figures(table, figures)


def _maturities(
    ledger: Ledger, *, start: date, stop: date, as_of: date, basis: Basis
) -> ir.Table:
    if ledger.holdings is None or not {"matures_on", "amount"} <= set(ledger.holdings.columns):
        raise LedgerError(
            "Maturity retention needs holdings with matures_on and amount; this ledger has "
            "none. Give Ledger(holdings=...) such a table."
        )
    held = _assets(latest_holdings(ledger), basis)
    on = held.matures_on.cast("date")
    due = (on >= start) & (on < stop) & (on <= as_of) & (held.amount > 0)
    if "closed_on" in held.columns:
        # Money taken out before it was due did not mature.
        closed = held.closed_on.cast("date")
        due &= closed.isnull() | (closed >= on)
    per = held.mutate(matured_on=on).filter(due).group_by("customer_id", "matured_on")
    found = per.agg(matured=lambda t: money(t.amount.sum(), ledger))
    return found.mutate(day=epoch_day(found.matured_on))


def _assets(table: ir.Table, basis: Basis) -> ir.Table:
    outside = sorted(name for name, weight in basis.aum_weights.items() if weight == 0)
    product = table.product_id.cast("string").fill_null("")
    return table.filter(~product.isin(outside)) if outside else table


def _by_balances(
    ledger: Ledger,
    due: ir.Table,
    *,
    start: date,
    as_of: date,
    basis: Basis,
    days: Sequence[int],
) -> ir.Table:
    lines = balance_steps(ledger, since=start - timedelta(days=1), as_of=as_of)
    lines = _assets(lines, basis)
    both = due.left_join(lines, "customer_id")
    sums = {"before": both.balance.sum(where=_covers(both, both.day - 1))}
    for later in days:
        sums[f"at_{later}"] = both.balance.sum(where=_covers(both, both.day + later))
    per = both.group_by("customer_id", "matured_on", "day", "matured").agg(**sums)
    money_of = {name: money(per[name].fill_null(0.0), ledger) for name in sums}
    return per.select(
        *("customer_id", "matured_on", "day", "matured"),
        **{
            f"left_{later}": per.matured - (money_of["before"] - money_of[f"at_{later}"])
            for later in days
        },
    )


def _covers(lines: ir.Table, day: ir.IntegerValue) -> ir.BooleanValue:
    return (lines.start <= day) & (lines.stop > day)


def _by_holdings(ledger: Ledger, due: ir.Table, days: Sequence[int]) -> ir.Table:
    held = latest_holdings(ledger)
    opened = held.select("customer_id", "amount", opened=epoch_day(held.opened_on.cast("date")))
    both = due.left_join(opened, "customer_id")
    after = both.opened - both.day
    per = both.group_by("customer_id", "matured_on", "day", "matured").agg(
        **{
            f"left_{later}": both.amount.cast("float64").sum(
                where=(after >= 0) & (after <= later)
            )
            for later in days
        }
    )
    names = [f"left_{later}" for later in days]
    return per.mutate(**{name: money(per[name].fill_null(0.0), ledger) for name in names})
