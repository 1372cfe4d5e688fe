"""Where customers stand: asleep since, near another tier."""

from __future__ import annotations

from decimal import Decimal

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import TIER_OF, plain_date, sql
from regulars.server.care.rules.detect import Asleep, Standing
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring


def turned_dormant(sight: Sight) -> list[Asleep]:
    """Customers dormant in the newest run and not in the one before."""
    run, before = sight.run, sight.before
    if run is None or before is None:
        return []
    if not (scoring.frame(run).exists() and scoring.frame(before).exists()):
        return []
    found = lake.rows(
        f"select now.customer_id, was.stage, now.last_on "
        f"from {scoring.table_of(run)} now "
        f"join {scoring.table_of(before)} was on was.customer_id = now.customer_id "
        f"where now.stage = 'dormant' and was.stage <> 'dormant' order by 1"
    )
    gone = set(scoring.refusing())
    return [
        Asleep(who, run.as_of, stage, "dormant", plain_date(last))
        for who, stage, last in found
        if who not in gone
    ]


def near_next_tier(sight: Sight) -> list[Standing]:
    """Customers near the next tier, with where they stood in the tier run before."""
    current, before = sight.tiered, sight.tiered_before
    if current is None:
        return []
    found = sql(
        f"""
        select a.customer_id, a.tier, a.measure, a.next_at,
               b.tier, b.measure, b.next_at
        from ({TIER_OF}) a
        left join ({TIER_OF.replace("%(tier_run)s", "%(before)s")}) b
          on b.customer_id = a.customer_id
        join customers_customer c on c.id = a.customer_id and not c.no_profiling
        where a.level > 1 and a.next_at > 0
          and a.measure >= a.next_at * %(share)s and a.measure < a.next_at
        order by a.customer_id
        """,
        {
            "tier_run": current.pk,
            "before": before.pk if before else None,
            "share": Decimal(str(sight.morning.policy.threshold_from)),
        },
    )
    return [
        Standing(
            *(customer, tier, measure, next_at),
            before=None if was is None or had is None else Standing(customer, was, had, asked),
            had_before=before is not None,
        )
        for customer, tier, measure, next_at, was, had, asked in found
    ]
