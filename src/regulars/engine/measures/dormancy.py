"""The ladder of silence: quiet, slipping, dormant, deep, lost.

Silence is counted in own gaps, as in `lifecycle`: `slipping` is its `at_risk`, `dormant`
and `deep` are its `dormant`, `lost` its `lost`. Only what the customer began counts:
interest, fees and what a system books are no sign of life. Every step carries the day it was
entered, computed from the facts and never stored, so that no run can forget one.
Marketing dormancy speaks about customers; for accounts see `inactivity`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import EPOCH, Ledger, day_number, facts
from regulars.engine.measures.lifecycle import AT_RISK, DORMANT, LOST

# Own gaps of silence from which a step is entered.
LADDER: Mapping[str, float] = {
    "quiet": 1.0,
    "slipping": AT_RISK,
    "dormant": DORMANT,
    "deep": 2.5,
    "lost": LOST,
}
ASLEEP = ("dormant", "deep", "lost")
# Bookings of the bank's own systems: standing interest, maturities paid out.
SYSTEM_CHANNELS = ("system",)
YEAR = 365


def initiated_days(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    system_channels: Collection[str] = SYSTEM_CHANNELS,
) -> ir.Table:
    """Give the days on which each customer began something himself.

    Parameters
    ----------
    basis
        `activity` names the kinds that a customer begins.
    system_channels
        Channels that book by themselves; what came through them does not count.

    Returns
    -------
    Table, one row per customer and day (lazy)
        customer_id; day : int64, days since 1970-01-01; sales : float64, amounts in the
        reporting currency

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1], "amount": [5.0, 1.0],
    ...     "local_date": [date(2026, 1, 5), date(2026, 3, 21)], "kind": ["inflow"] * 2,
    ...     "channel": ["mobile", "system"]})
    >>> days = initiated_days(Ledger(sold), as_of=date(2026, 3, 31), basis=BANK)
    >>> days.to_pyarrow()["day"].to_pylist()
    [20458]
    """
    known = facts(ledger, until=as_of)
    begun = known.kind.isin(basis.activity)
    if "channel" in known.columns and system_channels:
        begun &= ~known.channel.isin(sorted(system_channels)).fill_null(False)
    active = known.filter(begun)
    days = active.group_by("customer_id", "day").agg(sales=active.amount.sum())
    return days.mutate(sales=days.sales / float(ledger.scale))


def dormancy_ladder(
    days: ir.Table,
    *,
    as_of: date,
    basis: Basis,
    usual: float | None = None,
    kept: ir.Table | None = None,
    ladder: Mapping[str, float] = LADDER,
) -> ir.Table:
    """Put each customer on the ladder of silence and date the steps.

    The own rhythm is the median gap between active days (customers with fewer than three
    take `usual`), at least `basis.shortest_rhythm`. Who is known for less than
    `basis.new_days` stands on no step. Who leaves more than `basis.resting_balance` with us
    is at most `deep`, never `lost`.

    Parameters
    ----------
    days
        From `initiated_days` or `measures.activity.daily_activity`: customer_id, day, sales.
    usual
        Days, see `measures.lifecycle.usual_gap`; None takes the median of the own rhythms
        of these customers, else `basis.new_days`.
    kept
        With customer_id and aum, such as from `measures.balances.balances`; customers who
        are in it but never began anything are not on the ladder.
    ladder
        Steps in rising order of own gaps.

    Returns
    -------
    Table, one row per customer who ever began something (lazy)
        customer_id
        dormancy_step : string, the step of the ladder; null below the first
        step_since : date, on which that step was entered; null as above
        <step>_on : date, one column per step: on which it was or will be entered if the
            silence goes on; after `as_of` it has not happened yet
        silence : float64, days since the last active day over the rhythm
        rhythm : float64, days
        rhythm_known : boolean, own; false where `usual` was taken
        money_asleep : float64, aum of a customer on `dormant` or below; 0 for others;
            null without `kept`
        spend_asleep : float64, amounts of the 365 days up to the last active day, of a
            customer on `dormant` or below; 0 for others

    Raises
    ------
    BadInput
        where the ladder does not rise

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL
    >>> days = ibis.memtable({"customer_id": [1] * 20, "sales": [5.0] * 20,
    ...                       "day": [20_000 + 20 * k for k in range(20)]})
    >>> table = dormancy_ladder(days, as_of=date(2025, 12, 1), basis=RETAIL)  # 43 days later
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["dormancy_step"], row["step_since"].isoformat(), row["spend_asleep"]
    ('dormant', '2025-11-29', 95.0)
    """
    steps = list(ladder.items())
    if [at for _, at in steps] != sorted({at for _, at in steps}) or not steps:
        raise BadInput(f"The ladder is {dict(ladder)}; give steps in rising order.")
    today = day_number(as_of)
    wide = paced_history(days, today, basis=basis, usual=usual)
    wide = wide.mutate(silence=(today - wide.last_day) / wide.rhythm)
    aum = ibis.null("float64")
    if kept is not None:
        held = kept.select("customer_id", kept_aum=kept.aum)
        wide = wide.left_join(held, "customer_id").drop("customer_id_right")
        aum = wide.kept_aum.fill_null(0.0)
    # Whole days: a step is entered on the first day on which the silence exceeds it.
    entered = {
        step: wide.last_day + (at * wide.rhythm).floor().cast("int64") + 1 for step, at in steps
    }
    reached = [
        (_may(step, wide, aum, basis, kept is not None) & (entered[step] <= today), step)
        for step, _ in reversed(steps)
    ]
    step = ibis.cases(*reached)
    since = ibis.cases(*[(step == name, day) for name, day in entered.items()])
    asleep = step.isin([name for name, at in steps if at >= DORMANT]).fill_null(False)
    return wide.select(
        "customer_id",
        dormancy_step=step,
        step_since=date_of(since),
        **{f"{name}_on": date_of(day) for name, day in entered.items()},
        silence=wide.silence.round(4),
        rhythm=wide.rhythm.round(4),
        rhythm_known=wide.rhythm_known,
        money_asleep=ibis.ifelse(asleep, aum, 0.0 if kept is not None else None),
        spend_asleep=ibis.ifelse(asleep, wide.last_year.round(4), 0.0),
    )


@dataclass(frozen=True)
class Rung:
    """One step of the ladder over the base: customers, money and yearly spend that rest."""

    step: str
    customers: int
    money_asleep: float
    spend_asleep: float


def count_rungs(table: ir.Table, *, ladder: Mapping[str, float] = LADDER) -> list[Rung]:
    """Count customers and what sleeps with them, step by step, rising silence.

    Parameters
    ----------
    table
        From `dormancy_ladder`, with the same ladder. Customers on no step are in none.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"dormancy_step": ["lost", "deep"], "money_asleep": [1.0, 2.0],
    ...                        "spend_asleep": [0.0, 5.0]})
    >>> [(rung.step, rung.customers, rung.money_asleep) for rung in count_rungs(table)][-2:]
    [('deep', 1, 2.0), ('lost', 1, 1.0)]
    """
    per = table.group_by("dormancy_step").agg(
        n=table.count(), money=table.money_asleep.sum(), spend=table.spend_asleep.sum()
    )
    rows = {row["dormancy_step"]: row for row in per.to_pyarrow().to_pylist()}
    nobody = {"n": 0, "money": 0.0, "spend": 0.0}
    return [
        Rung(step, row["n"], round(row["money"] or 0.0, 2), round(row["spend"] or 0.0, 2))
        for step, row in ((step, rows.get(step, nobody)) for step in ladder)
    ]


def paced_history(days: ir.Table, today: int, *, basis: Basis, usual: float | None) -> ir.Table:
    known = days.filter(days.day <= today)
    order = ibis.window(group_by=known.customer_id, order_by=known.day)
    paced = known.mutate(
        gap=known.day - known.day.lag().over(order),
        last_day=known.day.max().over(ibis.window(group_by=known.customer_id)),
    )
    per = paced.group_by("customer_id").agg(
        first_day=paced.day.min(),
        last_day=paced.day.max(),
        active_days=paced.count(),
        median_gap=paced.gap.median().cast("float64"),
        last_year=paced.sales.sum(where=paced.day > paced.last_day - YEAR),
    )
    own = ibis.ifelse(per.active_days >= 3, per.median_gap, None)
    per = per.mutate(own=own, old_enough=per.first_day <= today - basis.new_days)
    everybody = per.own.median().over(ibis.window()).fill_null(float(basis.new_days))
    fallback = ibis.literal(float(usual)) if usual is not None else everybody
    rhythm = ibis.greatest(
        ibis.coalesce(per.own, fallback).cast("float64"), float(basis.shortest_rhythm)
    )
    return per.mutate(rhythm=rhythm, rhythm_known=per.own.notnull())


def _may(
    step: str,
    wide: ir.Table,
    aum: ir.FloatingValue,
    basis: Basis,
    with_money: bool,
) -> ir.BooleanValue:
    allowed = wide.old_enough
    if step == "lost" and with_money:
        allowed &= aum <= basis.resting_balance
    return allowed


def date_of(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date(EPOCH) + day.cast("int32").as_interval("D")).cast("date")
