"""Value that stands: a long window, in which one big deal does not make a VIP."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, LedgerError, day_number, facts, money
from regulars.engine.measures.activity import daily_activity
from regulars.engine.measures.balances import steps

YEAR = 365
YEARS = 3
# The largest day counts as at most so many usual ones: three is a good month for a
# customer, thirty is a chance.
BURST = 3.0


def standing_value(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    days: ir.Table | None = None,
    years: int = YEARS,
    burst: float = BURST,
) -> ir.Table:
    """Measure what each customer brings in a year, by what he brought over several.

    Where the company earns by sales: net spend of the last `years` years, in which the
    largest day counts for no more than `burst` times the mean of the customer's other
    days; who bought on one day only has no other days, and for him the median day of the
    base stands in. It is divided by the years since the first purchase, at least one.
    Where it earns by balances: the mean balance of 365 days, so that money of yesterday
    counts for one day.

    Parameters
    ----------
    days
        From `measures.activity.daily_activity` of the same date, where it is at hand; not
        needed where the company earns by balances.
    years, burst
        At least 1 each.

    Returns
    -------
    Table, one row per customer with activity in the window, or a balance (lazy)
        customer_id
        standing_value : float64, >= 0, by the year
        standing_days : int64, days with activity in the window; null by balances
        largest_share : float64, 0-1, of the largest day in the sales of the window; null by
            balances or without sales
        capped : boolean, the largest day was cut; false by balances

    Raises
    ------
    LedgerError, BadInput
        where the basis asks for balances and there are none; where years or burst are
        below 1

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 2, 2, 3], "amount": [5000.0, 40, 60, 30],
    ...     "local_date": [date(2026, 3, 1), date(2026, 1, 1), date(2026, 2, 1),
    ...                    date(2026, 2, 1)]})
    >>> table = standing_value(Ledger(sold), as_of=date(2026, 3, 31), basis=RETAIL)
    >>> table.order_by("customer_id").to_pyarrow()["standing_value"].to_pylist()
    [50.0, 100.0, 30.0]
    """
    if years < 1 or burst < 1:
        raise BadInput(
            f"Standing value was asked for over {years} years with a largest day of {burst} "
            "usual ones; give one or more of each."
        )
    if basis.value == "aum":
        return _by_balances(ledger, as_of=as_of, basis=basis)
    if days is None:
        days = daily_activity(ledger, as_of=as_of, basis=basis)
    begin = day_number(as_of) - years * YEAR
    recent = days.filter((days.day > begin) & (days.day <= day_number(as_of)))
    per = recent.group_by("customer_id").agg(
        first_day=recent.day.min(),
        active=recent.count(),
        sales=recent.sales.sum().round(4),
        largest=recent.sales.max().round(4),
    )
    given_back = _refunds(ledger, as_of=as_of, begin=begin)
    per = per.left_join(given_back, "customer_id").drop("customer_id_right")
    per = per.mutate(refunds=per.refunds.fill_null(0.0))
    # What was given back may have been the largest day; it is not cut a second time.
    largest = ibis.greatest(per.largest - per.refunds, 0.0)
    others = (per.sales - per.largest) / (per.active - 1).nullif(0)
    usual_day = (per.sales / per.active.nullif(0)).median().over(ibis.window())
    cap = ibis.ifelse(per.active >= 2, others * burst, usual_day)
    excess = ibis.greatest(largest - cap, 0.0).fill_null(0.0)
    known = ibis.greatest((day_number(as_of) - per.first_day + 1) / float(YEAR), 1.0)
    net = ibis.greatest(per.sales - per.refunds - excess, 0.0)
    return per.select(
        "customer_id",
        standing_value=(net / known).round(4),
        standing_days=per.active,
        largest_share=(per.largest / per.sales.nullif(0.0)).round(4),
        capped=excess > 0,
    )


def _refunds(ledger: Ledger, *, as_of: date, begin: int) -> ir.Table:
    known = facts(ledger, until=as_of)
    back = known.filter((known.kind == "refund") & (known.day > begin))
    return back.group_by("customer_id").agg(refunds=money(-back.amount.sum(), ledger))


def _by_balances(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    if ledger.balances is None:
        raise LedgerError(
            "The basis takes assets under management as value, but the ledger has no "
            "balances. Give the balances, or a basis with value='net_spend'."
        )
    lines = steps(ledger, as_of=as_of, basis=basis)
    last = day_number(as_of) + 1
    length = ibis.least(lines.stop, last) - ibis.greatest(lines.start, last - YEAR)
    total = (lines.aum * ibis.greatest(length, 0)).sum() / float(YEAR)
    per = lines.group_by("customer_id").agg(mean=total)
    return per.select(
        "customer_id",
        standing_value=ibis.greatest(per["mean"], 0.0).round(4),
        standing_days=ibis.null("int64"),
        largest_share=ibis.null("float64"),
        capped=ibis.literal(False),
    )
