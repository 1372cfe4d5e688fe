"""What every customer did by months and quarters: key figures and cohorts are sums of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from regulars import engine
from regulars.base.periods import add_months, month_end
from regulars.server.facts.lake import quote
from regulars.server.scoring.bridge.names import (
    ASSET_MONTHS,
    ASSETS,
    EPOCH,
    KEPT_MONTHS,
    KEPT_QUARTERS,
    MARKS,
    MONTHS,
    SPANS,
    TOUCHES,
)

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from regulars.engine import Basis, Ledger


def look_back(ledger: Ledger, folder: Path, *, as_of: date, basis: Basis) -> date | None:
    """Sum up every customer's past by months and quarters; return the first day known.

    Months count back from the date (0 is the month that ends on it), quarters are those of
    the calendar. The key figures and the cohorts of any branch are sums of these rows.
    """
    bench = ledger.transactions.get_backend()
    (folder / "engine").mkdir(exist_ok=True)
    from regulars.engine.ledger import facts as known_facts

    known = known_facts(ledger, until=as_of)
    bench.create_view("past_facts", known.select("customer_id", "day", "kind", "amount"))
    bench.create_table("past_calendar", _calendar(as_of), temp=True, overwrite=True)
    bench.raw_sql(_past_days(basis, scale=ledger.scale))
    bench.raw_sql(
        "copy (select customer_id, month, count(*) filter (active)::integer as days, "
        "sum(spend) as spend, sum(interest) as interest "
        "from past_days join past_calendar using (day) where month is not null group by 1, 2) "
        f"to {quote(str(folder / 'engine' / MONTHS))} (format parquet, compression zstd)"
    )
    bench.raw_sql(
        f"copy ({_marks(folder, as_of=as_of, touched=ledger.touches is not None)}) "
        f"to {quote(str(folder / 'engine' / MARKS))} (format parquet)"
    )
    if ledger.balances is not None:
        _assets(ledger, folder, as_of=as_of, basis=basis)
    (first,) = bench.raw_sql("select min(day) from past_days").fetchone()
    bench.raw_sql("drop table past_days; drop view past_facts")
    return EPOCH + timedelta(days=first) if first is not None else None


def month_stop(as_of: date, back: int) -> date:
    """The last day of the month that ended `back` months before the date.

    Month ends stay month ends: the months back from 28 February are calendar months.
    """
    day = add_months(as_of, -back)
    return month_end(day) if as_of == month_end(as_of) else day


def _calendar(as_of: date) -> pa.Table:
    """Every day of the kept past with its month and its quarter, both counted back."""
    months = {}
    for back in range(KEPT_MONTHS):
        day, stop = month_stop(as_of, back), month_stop(as_of, back + 1)
        while day > stop:
            months[day] = back
            day -= timedelta(days=1)
    here = _quarter(as_of)
    days = [as_of - timedelta(days=n) for n in range((KEPT_MONTHS + 1) * 31)]
    return pa.table(
        {
            "day": pa.array([(day - EPOCH).days for day in days], pa.int64()),
            "month": pa.array([months.get(day) for day in days], pa.int32()),
            "quarter": pa.array([here - _quarter(day) for day in days], pa.int32()),
        }
    )


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _past_days(basis: Basis, *, scale: int) -> str:
    kinds = ", ".join(quote(kind) for kind in basis.activity)
    return f"""
        create temp table past_days as
        select customer_id, day, bool_or(kind in ({kinds})) as active,
               coalesce(sum(amount) filter (kind in ({kinds}, 'refund')), 0) / {scale} as spend,
               coalesce(sum(amount) filter (kind = 'interest'), 0) / {scale} as interest
        from past_facts where kind in ({kinds}, 'refund', 'interest') group by 1, 2
    """


def _marks(folder: Path, *, as_of: date, touched: bool) -> str:
    """Who was active, came again or was talked to in the periods: a page opens these rows."""
    quarters = ", ".join(
        f"bool_or(active and quarter = {n}) as active_q{n}" for n in range(KEPT_QUARTERS)
    )
    periods = ", ".join(
        f"bool_or(active and month < {n}) as active_{name}, "
        f"bool_or(active and month >= {n} and month < {2 * n}) as before_{name}, "
        f"count(*) filter (active and month < {n}) >= 2 as again_{name}"
        for name, n in SPANS.items()
    )
    met = ", ".join(
        f"bool_or(day > date '{month_stop(as_of, n)}') as met_{name}"
        for name, n in SPANS.items()
    )
    talks = (
        f"select customer_id, {met} from read_parquet({quote(str(folder / TOUCHES))}) "
        f"where two_way and day <= date '{as_of}' group by 1"
        if touched
        else f"select null::bigint as customer_id, "
        f"{', '.join(f'false as met_{name}' for name in SPANS)} where false"
    )
    return f"""
        select * from (
            select customer_id, {quarters}, {periods}
            from past_days join past_calendar using (day) group by 1
        ) full join ({talks}) using (customer_id)
    """


def _assets(ledger: Ledger, folder: Path, *, as_of: date, basis: Basis) -> None:
    ends = {month_stop(as_of, back): back for back in ASSET_MONTHS}
    held = engine.balance_on(ledger, list(ends), basis=basis)
    months = held.on.cases(*ends.items(), else_=None).cast("int32")
    held = held.filter(held.aum != 0).select("customer_id", month=months, aum=held.aum)
    held.to_parquet(folder / "engine" / ASSETS)
