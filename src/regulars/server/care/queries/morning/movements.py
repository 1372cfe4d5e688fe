"""Large movements of a run, by which way the money went."""

from __future__ import annotations

from datetime import timedelta

from regulars.server.care.queries.morning.statements import columns, money, sql
from regulars.server.care.rules.detect import OUTFLOW_QUIET_DAYS, Movement
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run


def movements(run: Run, way: str, trigger: str) -> list[Movement]:
    """Large movements "in" or "out" of a run's frame, without those told in the last days."""
    if "large_movement" not in columns(run):
        return []
    found = lake.rows(
        f"select customer_id, flow_5, adb_90, flow_low, flow_high "
        f"from {scoring.table_of(run)} where large_movement = ? order by customer_id",
        [way],
    )
    told = _told(run, trigger)
    corporate = _organizations([row[0] for row in found])
    return [
        Movement(
            customer_id=customer,
            as_of=run.as_of,
            flow_5=money(flow),
            adb_90=money(mean),
            low=money(low),
            high=money(high),
            is_organization=customer in corporate,
        )
        for customer, flow, mean, low, high in found
        if customer not in told
    ]


def _told(run: Run, trigger: str) -> set[int]:
    """Whose movement was told within the last days, by an earlier run."""
    quiet = run.as_of - timedelta(days=OUTFLOW_QUIET_DAYS)
    return {
        row[0]
        for row in sql(
            "select customer_id from care_task where trigger = %s "
            "and cycle > %s and cycle <> %s",
            [trigger, quiet.isoformat(), run.as_of.isoformat()],
        )
    }


def _organizations(ids: list[int]) -> set[int]:
    found = sql(
        "select id from customers_customer where id = any (%s) and kind = 'organization'", [ids]
    )
    return {row[0] for row in found}
