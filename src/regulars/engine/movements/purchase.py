"""Purchases and returns far above the largest of the year before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.balances import FLOW_DAYS
from regulars.engine.movements.found import Movements, check_wish, with_day, with_floor

YEAR = 365
# A purchase counts as far above when it is so many times the largest of the year before,
# and a customer needs so many days with purchases for a largest one to mean anything.
TIMES, ENOUGH_DAYS = 2.0, 5


def purchase_movements(
    ledger: Ledger,
    *,
    as_of: date,
    floors: Mapping[str, float] | None = None,
    levels: ir.Table | None = None,
    days: int = FLOW_DAYS,
    times: float = TIMES,
) -> Movements:
    """Find who bought, or returned, far more on one day than ever in the year before.

    In: a day within the last `days` days with net purchases above `times` the largest of
    the 365 days before. Out: a day with net returns above the largest purchase, and above
    `times` the largest return. Both must reach the floor. Customers with fewer than five
    days of purchases in that year are not looked at.

    Parameters
    ----------
    floors
        By level, in the reporting currency; 0 for levels that are not named and for
        customers without one.
    levels
        Table with customer_id (once each) and level.

    Returns
    -------
    Movements
        with the subject "purchase"

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> end = date(2026, 3, 31)
    >>> sold = ibis.memtable({"customer_id": [1] * 10, "amount": [900.0] + [20.0] * 9,
    ...     "local_date": [end - timedelta(days=20 * k) for k in range(10)]})
    >>> row = purchase_movements(Ledger(sold), as_of=end).rows.to_pyarrow().to_pylist()[0]
    >>> row["direction"], row["amount"], row["high"]
    ('in', 900.0, 20.0)
    """
    check_wish(days, floors, levels)
    today = day_number(as_of)
    known = facts(ledger, until=as_of)
    traded = known.filter(
        known.kind.isin(["purchase", "refund"]) & (known.day > today - days - YEAR)
    )
    daily = traded.group_by("customer_id", "day").agg(day_amount=traded.amount.sum())
    daily = daily.mutate(day_amount=money(daily.day_amount, ledger))
    late = daily.day > today - days
    per = daily.group_by("customer_id").agg(
        most=daily.day_amount.max(where=late),
        least=daily.day_amount.min(where=late),
        high=daily.day_amount.max(where=~late),
        low=daily.day_amount.min(where=~late),
        bought=(~late & (daily.day_amount > 0)).cast("int64").sum(),
    )
    per = per.filter((per.bought >= ENOUGH_DAYS) & per.most.notnull())
    wide = per.mutate(high=ibis.greatest(per.high, 0.0), low=ibis.least(per.low, 0.0))
    wide = with_floor(wide, floors, levels, default=0.0)
    sold = (wide.most > times * wide.high) & (wide.most >= wide.floor)
    back = ibis.greatest(wide.high, -times * wide.low, wide.floor)
    returned = -wide.least > back
    wide = wide.mutate(
        direction=ibis.cases((sold, "in"), (returned, "out")),
        amount=ibis.ifelse(sold, wide.most, wide.least),
    )
    rows = with_day(wide.filter(wide.direction.notnull()), daily.filter(late), "purchase")
    return Movements(rows=rows, parts=_purchase_parts(traded, rows, ledger))


def _purchase_parts(traded: ir.Table, rows: ir.Table, ledger: Ledger) -> ir.Table:
    item: ir.Value = ibis.literal("")
    for column in ("category", "product_id"):
        if column in traded.columns:
            item = traded[column].cast("string").fill_null("")
            break
    when = rows.select("customer_id", day=rows.on.epoch_days().cast("int64"))
    that_day = traded.mutate(item=item).join(when, ["customer_id", "day"])
    per = that_day.group_by("customer_id", "item").agg(amount=that_day.amount.sum())
    parts = per.select(
        "customer_id",
        subject=ibis.literal("purchase"),
        account_id=ibis.literal(""),
        item=per["item"],
        amount=money(per.amount, ledger),
    )
    return parts.filter(parts.amount != 0)
