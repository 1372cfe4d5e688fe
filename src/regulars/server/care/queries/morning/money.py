"""Money that left."""

from __future__ import annotations

from datetime import timedelta

from regulars.server.care.queries.morning.statements import columns, money, sql
from regulars.server.care.rules.detect import OUTFLOW_QUIET_DAYS, Movement
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run


def outflows(run: Run) -> list[Movement]:
    """Large movements out of a run's frame, without those told within the last days."""
    if "large_movement" not in columns(run):
        return []
    found = lake.rows(
        f"select customer_id, flow_5, adb_90, flow_low, flow_high "
        f"from {scoring.table_of(run)} where large_movement = 'out' order by customer_id"
    )
    quiet = run.as_of - timedelta(days=OUTFLOW_QUIET_DAYS)
    told = {
        row[0]
        for row in sql(
            "select customer_id from care_task where trigger = 'large_outflow' "
            "and cycle > %s and cycle <> %s",
            [quiet.isoformat(), run.as_of.isoformat()],
        )
    }
    return [
        Movement(
            customer_id=customer,
            as_of=run.as_of,
            flow_5=money(flow),
            adb_90=money(mean),
            low=money(low),
            high=money(high),
        )
        for customer, flow, mean, low, high in found
        if customer not in told
    ]
