"""Windows over transactions: how often, for how much, in what rhythm, of how many kinds."""

from __future__ import annotations

from datetime import date
from math import log

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, facts, money
from regulars.engine.measures.windows.features import HALF_LIVES, VARIETY_WINDOWS, WINDOWS
from regulars.engine.measures.windows.look import Look, Today
from regulars.engine.measures.windows.rows import change_of, restricted

# Added to the time a customer is known, or whoever came yesterday has the highest pace of all.
GRACE_DAYS = 30
# Days after which nothing is left of a weight that halves: a hundred years.
OLDEST = 36_525


def known_lines(
    ledger: Ledger, basis: Basis, customers: ir.Table | None, *, as_of: date
) -> ir.Table:
    known = restricted(facts(ledger, until=as_of), customers)
    known = known.mutate(active=known.kind.isin(basis.activity))
    return known.filter(known.active | (known.kind == "refund"))


def activity(per: ir.Table, ledger: Ledger, look: Look) -> ir.Table:
    """Sum up the days of `paced` that were known on each day looked at."""
    per = _weighed(per, look)
    wide = per.group_by(*look.keys).agg(
        first_day=per.day.min(where=per.active),
        last_day=per.day.max(where=per.active),
        purchase_days=per.active.sum(),
        sales=money(per.sales.sum(), ledger),
        first_basket=money(per.sales.argmin(per.day, where=per.active), ledger),
        last_basket=money(per.sales.argmax(per.day, where=per.active), ledger),
        net_spend=money(per.net.sum(), ledger),
        median_gap=per.gap.median(where=per.active).cast("float64"),
        longest_gap=per.gap.max(where=per.active),
        **_sums(per, ledger, look.day_of(per)),
        **_faded(per, ledger),
    )
    wide = wide.filter(wide.purchase_days > 0)
    return wide.mutate(**_ratios(wide, look.day_of(wide))).mutate(**_changes(wide))


def paced(lines: ir.Table) -> ir.Table:
    """One row per customer and day; the gap is to the active day before."""
    days = lines.group_by("customer_id", "day").agg(
        lines=lines.active.sum(),
        sales=lines.amount.sum(where=lines.active).fill_null(0.0),
        refunded=0.0 - lines.amount.sum(where=~lines.active).fill_null(0.0),
    )
    days = days.mutate(active=days.lines > 0, net=days.sales - days.refunded)
    order = ibis.window(group_by=[days.customer_id, days.active], order_by=days.day)
    return days.mutate(gap=days.day - days.day.lag().over(order))


def _sums(per: ir.Table, ledger: Ledger, today: Today) -> dict[str, ir.Value]:
    sums: dict[str, ir.Value] = {}
    for length in WINDOWS:
        within = per.day > today - length
        sums |= {
            f"days_active_{length}": per.active.sum(where=within).fill_null(0),
            f"lines_{length}": per.lines.sum(where=within).fill_null(0),
            f"spend_{length}": money(per.net.sum(where=within).fill_null(0.0), ledger),
            f"refunds_{length}": money(per.refunded.sum(where=within).fill_null(0.0), ledger),
        }
        before = (per.day > today - 2 * length) & ~within
        sums |= {
            f"days_before_{length}": per.active.sum(where=before).fill_null(0),
            f"spend_before_{length}": money(per.net.sum(where=before).fill_null(0.0), ledger),
        }
    return sums


def _weighed(per: ir.Table, look: Look) -> ir.Table:
    """Add what each day still weighs; looked up by age, for exp() is the dearest of all."""
    ages = ibis.range(0, OLDEST).unnest().name("age").as_table()
    weights = ages.select(
        "age",
        **{
            f"weight_{half_life}": ((0 - ages.age) * (log(2.0) / half_life)).exp()
            for half_life in HALF_LIVES
        },
    )
    aged = per.mutate(age=look.day_of(per) - per.day)
    return aged.left_join(weights, "age").drop("age", "age_right")


def _faded(per: ir.Table, ledger: Ledger) -> dict[str, ir.Value]:
    sums: dict[str, ir.Value] = {}
    for half_life in HALF_LIVES:
        weight = per[f"weight_{half_life}"].fill_null(0.0)
        sums |= {
            f"spend_faded_{half_life}": money((per.net * weight).sum(), ledger),
            f"days_faded_{half_life}": weight.sum(where=per.active).round(6),
        }
    return sums


def _ratios(wide: ir.Table, today: Today) -> dict[str, ir.Value]:
    since, age = today - wide.last_day, today - wide.first_day
    days = wide.purchase_days
    mean_gap = (wide.last_day - wide.first_day) / (days - 1).nullif(0)
    median_gap = ibis.ifelse(days >= 3, wide.median_gap, None)
    return {
        "days_since_last": since,
        "tenure_days": age,
        "mean_gap": mean_gap,
        "median_gap": median_gap,
        "gap_ratio": since / mean_gap,
        "median_gap_ratio": since / median_gap,
        "silence": since / (age + 1),
        "pace": days / (age + GRACE_DAYS),
        "spend_pace": (wide.net_spend / (age + GRACE_DAYS)).round(6),
        "mean_basket": (wide.sales / days).round(6),
        **{
            f"recent_share_{length}": wide[f"days_active_{length}"] / days for length in WINDOWS
        },
    }


def _changes(wide: ir.Table) -> dict[str, ir.Value]:
    return {
        f"{name}_change_{length}": change_of(
            wide[f"{name}_{length}"], wide[f"{before}_{length}"]
        )
        for length in WINDOWS
        for name, before in (("days_active", "days_before"), ("spend", "spend_before"))
    }


def bought(lines: ir.Table, column: str) -> ir.Table:
    known = lines.filter(lines.active & lines[column].notnull())
    return known.select("customer_id", column, "day")


def variety(known: ir.Table, column: str, name: str, look: Look) -> ir.Table:
    # The last day of each pair first: a distinct count per window would keep a set for each.
    last = known.group_by(*look.keys, column).agg(last_day=known.day.max())
    today = look.day_of(last)
    return last.group_by(*look.keys).agg(
        **{
            f"{name}_{length}": (last.last_day > today - length).sum()
            for length in VARIETY_WINDOWS
        }
    )
