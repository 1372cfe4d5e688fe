"""The ladder of silence: quiet, slipping, dormant, deep, lost; and who woke up again.

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
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi
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
SUSTAINED_DAYS = 90
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
    wide = _paced(days, today, basis=basis, usual=usual)
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
        step_since=_date(since),
        **{f"{name}_on": _date(day) for name, day in entered.items()},
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
    before = _paced(days, begin - 1, basis=basis, usual=usual)
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
        woke_on=_date(ibis.ifelse(woke, wide.woke_day, None)),
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


def _paced(days: ir.Table, today: int, *, basis: Basis, usual: float | None) -> ir.Table:
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


def _date(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date(EPOCH) + day.cast("int32").as_interval("D")).cast("date")
