"""How much of the pay that arrives with us stays with us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.averages import balance_steps
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi

STAY_DAYS = 30


def payroll_stickiness(
    ledger: Ledger,
    *,
    start: date,
    stop: date,
    as_of: date,
    products: Collection[str] = (),
    days: int = STAY_DAYS,
) -> ir.Table:
    """Measure what is left of each customer's pay before the next one, or after 30 days.

    Parameters
    ----------
    start, stop
        Pay credited within this half-open period counts.
    as_of
        Later facts do not exist; pay that is neither followed by another nor `days` old
        is not judged yet.
    products
        Product ids of the accounts that hold the pay; empty takes all balances.

    Returns
    -------
    Table, one row per customer with pay that can be judged (lazy)
        customer_id
        pay_credits : int64, pay-days judged
        pay_credited : float64, sum of that pay
        pay_left : float64, sum over pay-days of the balance on the last day before the
            next pay (at most `days` later), never above the pay
        pay_kept : float64, the same, but only what the balance has risen since the day
            before the pay: old savings do not count
        pay_stickiness : float64, 0-1, pay_left / pay_credited; null without balances
        judged : boolean, true

    Raises
    ------
    LedgerError
        where the ledger has no balances

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> paid = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 5)],
    ...                       "amount": [100.0], "kind": ["payroll"]})
    >>> kept = ibis.memtable({"customer_id": [1, 1, 1], "balance": [10.0, 110.0, 40.0],
    ...     "on": [date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 20)]})
    >>> table = payroll_stickiness(Ledger(paid, kept), start=date(2026, 1, 1),
    ...     stop=date(2026, 2, 1), as_of=date(2026, 3, 1))
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["pay_left"], row["pay_kept"], row["pay_stickiness"]
    (40.0, 30.0, 0.4)
    """
    pays = _pay_days(ledger, start=start, stop=stop, as_of=as_of, days=days)
    lines = balance_steps(ledger, since=start, as_of=as_of)
    if products:
        lines = lines.filter(lines.product_id.isin(sorted(products)))
    both = pays.left_join(lines, "customer_id")
    at_end = (both.start <= both.end) & (both.stop > both.end)
    before = (both.start < both.day) & (both.stop >= both.day)
    per = both.group_by("customer_id", "day", "paid").agg(
        end=both.balance.sum(where=at_end), begin=both.balance.sum(where=before)
    )
    end, begin = per.end.fill_null(0.0), per.begin.fill_null(0.0)
    per = per.mutate(left=_part(end, per.paid), kept=_part(end - begin, per.paid))
    sums = per.group_by("customer_id").agg(
        pay_credits=per.count(),
        pay_credited=money(per.paid.sum(), ledger),
        pay_left=money(per.left.sum(), ledger),
        pay_kept=money(per.kept.sum(), ledger),
    )
    return sums.mutate(
        pay_stickiness=(sums.pay_left / sums.pay_credited).round(6),
        judged=ibis.literal(True),
    )


def payroll_figures(table: ir.Table) -> list[Kpi]:
    """Count `payroll_stickiness` and `payroll_kept` of the base from its customers.

    Parameters
    ----------
    table
        From `payroll_stickiness`.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"pay_credited": [100.0, 100.0], "pay_left": [40.0, 100.0],
    ...                        "pay_kept": [30.0, 50.0], "judged": [True, True]})
    >>> [figure.value for figure in payroll_figures(table)]
    [0.7, 0.4]
    """
    words = {
        "payroll_stickiness": "Balance left before the next pay (at most 30 days later), "
        "never above the pay, over the pay credited.",
        "payroll_kept": "Rise of the balance from the day before the pay to the day before "
        "the next one, never above the pay, over the pay credited.",
    }
    columns = {"payroll_stickiness": "pay_left", "payroll_kept": "pay_kept"}
    return count_figures(
        table,
        [
            Figure(code, columns[code], "pay_credited", "judged", "judged", said)
            for code, said in words.items()
        ],
    )


def _pay_days(ledger: Ledger, *, start: date, stop: date, as_of: date, days: int) -> ir.Table:
    known = facts(ledger, until=as_of)
    paid = known.filter((known.kind == "payroll") & (known.amount > 0))
    per = paid.group_by("customer_id", "day").agg(paid=paid.amount.sum())
    order = ibis.window(group_by=per.customer_id, order_by=per.day)
    following = per.day.lead().over(order) - 1
    end = ibis.least(following.fill_null(per.day + days), per.day + days)
    per = per.mutate(end=end)
    within = (per.day >= day_number(start)) & (per.day < day_number(stop))
    return per.filter(within & (per.end <= day_number(as_of)))


def _part(value: ir.FloatingValue, whole: ir.FloatingValue) -> ir.FloatingValue:
    return ibis.greatest(ibis.least(value, whole), 0.0)
