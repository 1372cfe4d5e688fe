"""Who woke up again after having been dormant, and who stayed awake."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import day_number
from regulars.engine.measures.dormancy import date_of, paced_history
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi
from regulars.engine.measures.lifecycle import DORMANT

SUSTAINED_DAYS = 90


def reactivations(
    days: ir.Table,
    *,
    start: date,
    stop: date,
    as_of: date,
    basis: Basis,
    usual: float | None = None,
) -> ir.Table:
    """Say who was dormant when a period began, who woke in it, and who stayed awake.

    A customer was dormant on `start` by what was known then: the rhythm is that of his
    days before. He is awake again with his first active day in the period, and
    sustained where another active day follows within 90 days.

    Parameters
    ----------
    days
        As for `dormancy_ladder`.
    start, stop
        Half-open. Waking after `stop` is another period's.
    as_of
        Later facts do not exist.

    Returns
    -------
    Table, one row per customer dormant on `start` (lazy)
        customer_id
        was_asleep : boolean, true
        woke : boolean; woke_on : date, null if not
        sustained : boolean; null where it is too early to say or the customer did not wake
        judged : boolean, woke and not too early

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL
    >>> days = ibis.memtable({"customer_id": [1] * 6, "sales": [5.0] * 6,
    ...     "day": [20_000, 20_010, 20_020, 20_200, 20_210, 20_300]})
    >>> table = reactivations(days, start=date(2025, 1, 31), stop=date(2025, 5, 1),
    ...                       as_of=date(2025, 12, 31), basis=RETAIL)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["woke_on"].isoformat(), row["sustained"]
    ('2025-04-22', True)
    """
    begin, today = day_number(start), day_number(as_of)
    before = paced_history(days, begin - 1, basis=basis, usual=usual)
    # Asleep when the period began: on its first morning the step had been entered.
    silent = begin - 1 - before.last_day >= (DORMANT * before.rhythm).floor() + 1
    old = before.first_day <= begin - 1 - basis.new_days
    slept = before.filter(silent & old).select("customer_id")
    later = days.filter((days.day >= begin) & (days.day <= today))
    order = ibis.window(group_by=later.customer_id, order_by=later.day)
    paced = later.mutate(following=later.day.lead().over(order))
    first = paced.group_by("customer_id").agg(
        woke_day=paced.day.min(), following=paced.following.min()
    )
    wide = slept.left_join(first, "customer_id").drop("customer_id_right")
    woke = (wide.woke_day < day_number(stop)).fill_null(False)
    again = (wide.following <= wide.woke_day + SUSTAINED_DAYS).fill_null(False)
    judged = woke & (again | (wide.woke_day + SUSTAINED_DAYS <= today).fill_null(False))
    return wide.select(
        "customer_id",
        was_asleep=ibis.literal(True),
        woke=woke,
        woke_on=date_of(ibis.ifelse(woke, wide.woke_day, None)),
        sustained=ibis.ifelse(judged, again, None),
        judged=judged,
    )


def reactivation_figures(table: ir.Table) -> list[Kpi]:
    """Count the share of sleepers who woke, and of those who stayed awake.

    Many wake by themselves: what an action added is a question for a holdout.

    Parameters
    ----------
    table
        From `reactivations`.

    Returns
    -------
    list of Kpi
        `reactivated` (woke over dormant at the start), `sustained` (active again within 90
        days over those who woke and can be judged)

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"was_asleep": [True, True], "woke": [True, False],
    ...                        "sustained": [True, False], "judged": [True, False]})
    >>> [figure.value for figure in reactivation_figures(table)]
    [0.5, 1.0]
    """
    return count_figures(
        table,
        [
            Figure(
                "reactivated",
                "woke",
                "was_asleep",
                "was_asleep",
                "woke",
                "Customers dormant at the start who began something in the period, over all "
                "dormant at the start.",
            ),
            Figure(
                "sustained",
                "sustained",
                "judged",
                "judged",
                "sustained",
                "Customers active again within 90 days of waking, over those who woke.",
            ),
        ],
    )
