"""The season of a customer and of a segment: when in the year they come.

A day of the year is an angle. The mean direction of a customer's active days is his season,
its length says how much of one he has: 1 always the same day, 0 all the year round.
"""

from __future__ import annotations

from datetime import date
from math import pi

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.base.periods import add_months
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, local_date, money

YEAR = 365.25
YEARS = 2
ENOUGH_DAYS = 6
LEVEL = 0.01
# Each year by itself must point so far towards the season; cos 45 degrees is six weeks.
AGREEMENT = 0.5


def own_season(days: ir.Table, *, as_of: date, level: float = LEVEL) -> ir.Table:
    """Find the time of the year in which each customer comes.

    Looked at are the last two whole years up to `as_of`. A season is said only where both
    years show it: one burst of purchases is none.

    Parameters
    ----------
    days
        Table with customer_id and day (int64, days since 1970-01-01), one row per day of
        activity, such as from `measures.activity.daily_activity`.

    Returns
    -------
    Table, one row per customer with activity in those years (lazy)
        customer_id
        season_days : int64, active days in the two years
        season_strength : float64, 0-1, length of the mean direction; null where evidence
            is not enough: known for less than two years, or fewer than 6 active days
        season_p : float64, chance of so strong a season without any; null as above
        season_month : int8, 1-12, the month of the mean direction where there is a season
            (season_p < level, and both years agree); else null

    References
    ----------
    Rayleigh's test of uniformity on the circle, with the correction of Wilkie 1983.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> june = [(date(year, 6, day) - date(1970, 1, 1)).days
    ...         for year in (2023, 2024, 2025) for day in (5, 12, 19)]
    >>> days = ibis.memtable({"customer_id": [1] * 9, "day": june})
    >>> table = own_season(days, as_of=date(2025, 12, 31))
    >>> table.to_pyarrow()["season_month"].to_pylist()
    [6]
    """
    if not 0 < level < 0.5:
        raise BadInput(f"The level is {level}; give a chance between 0 and 0.5, such as 0.01.")
    sums = _directions(days, as_of)
    n = sums.n.cast("float64")
    length = (sums.c * sums.c + sums.s * sums.s).sqrt()
    strength = length / n
    enough = (sums.n >= ENOUGH_DAYS) & (sums.first_day <= day_number(_ago(as_of, YEARS)))
    p = ibis.greatest(
        ((1 + 4 * n + 4 * (n * n - length * length)).sqrt() - (1 + 2 * n)).exp(), 0.0
    )
    both = ibis.literal(True)
    for year in range(YEARS):
        along = sums[f"c_{year}"] * sums.c + sums[f"s_{year}"] * sums.s
        both &= along >= AGREEMENT * length * sums[f"n_{year}"].cast("float64")
        both &= sums[f"n_{year}"] >= 2
    found = enough & (p < level) & both
    angle = sums.s.atan2(sums.c) / (2 * pi)
    place = ibis.ifelse(angle < 0, angle + 1.0, angle)
    return sums.select(
        "customer_id",
        season_days=sums.n,
        season_strength=ibis.ifelse(enough, strength.round(4), None),
        season_p=ibis.ifelse(enough, p.round(7), None),
        season_month=ibis.ifelse(found, (place * 12).floor().cast("int8") + 1, None),
    )


def season_index(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    segments: ir.Table | None = None,
    years: int = 2,
) -> ir.Table:
    """Compare each month's sales with the mean month of its year, by segment.

    Parameters
    ----------
    segments
        Table with customer_id (once each) and segment; None takes everybody as one.
    years
        Whole years looked at, up to the last whole month by `as_of`.

    Returns
    -------
    Table, one row per segment and month with sales (lazy)
        segment : string; month : int8, 1-12
        index : float64, 1 is the mean month; mean over the years
        index_low, index_high : float64, over the years, one by one
        years : int64, with sales of that segment in that month
        sales : float64, of that month over all those years

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> sold = ibis.memtable({"customer_id": [1] * 12, "amount": [1.0] * 11 + [13.0],
    ...     "local_date": [date(2025, month, 9) for month in range(1, 13)]})
    >>> table = season_index(Ledger(sold), as_of=date(2025, 12, 31), basis=RETAIL, years=1)
    >>> table.order_by("month").to_pyarrow()["index"].to_pylist()[-2:]
    [0.5, 6.5]
    """
    if years < 1:
        raise BadInput(f"The season was asked for over {years} years; give one or more.")
    stop = _after_whole_month(as_of)
    known = facts(ledger, until=as_of)
    known = known.mutate(on=local_date(known))
    known = known.filter(
        known.kind.isin(basis.activity),
        (known.on >= add_months(stop, -12 * years)) & (known.on < stop),
    )
    if segments is None:
        known = known.mutate(segment=ibis.literal("all"))
    else:
        named = segments.select("customer_id", segment=segments.segment.cast("string"))
        known = known.join(named, "customer_id")
    past = (stop.year * 12 + stop.month - 1) - (known.on.year() * 12 + known.on.month() - 1)
    per = known.group_by("segment", month=known.on.month(), ago=(past - 1) // 12).agg(
        sales=money(known.amount.sum(), ledger)
    )
    whole = ibis.window(group_by=[per.segment, per.ago])
    index = per.sales * 12.0 / per.sales.sum().over(whole).nullif(0.0)
    per = per.mutate(index=index)
    return (
        per.group_by("segment", "month")
        .agg(
            index=per["index"].mean().round(4),
            index_low=per["index"].min().round(4),
            index_high=per["index"].max().round(4),
            years=per.count(),
            sales=per.sales.sum().round(4),
        )
        .mutate(month=lambda t: t.month.cast("int8"))
    )


def _directions(days: ir.Table, as_of: date) -> ir.Table:
    angle = days.day / YEAR
    # 1970-01-01 is the angle 0; leap days keep the circle within a day of the calendar.
    turned = days.mutate(c=(2 * pi * angle).cos(), s=(2 * pi * angle).sin())
    last = day_number(as_of)
    sums: dict[str, ir.Value] = {"first_day": turned.day.min(where=turned.day <= last)}
    for year in range(YEARS):
        begin, end = (day_number(_ago(as_of, ago)) for ago in (year + 1, year))
        within = (turned.day > begin) & (turned.day <= end)
        sums |= {
            f"c_{year}": turned.c.sum(where=within).fill_null(0.0).round(9),
            f"s_{year}": turned.s.sum(where=within).fill_null(0.0).round(9),
            f"n_{year}": within.cast("int64").sum(),
        }
    per = turned.group_by("customer_id").agg(**sums)
    return per.mutate(c=per.c_0 + per.c_1, s=per.s_0 + per.s_1, n=per.n_0 + per.n_1).filter(
        lambda t: t.n > 0
    )


def _ago(as_of: date, years: int) -> date:
    return add_months(as_of, -12 * years)


def _after_whole_month(as_of: date) -> date:
    following = add_months(as_of.replace(day=1), 1)
    last_day = (following - date.resolution) == as_of
    return following if last_day else as_of.replace(day=1)
