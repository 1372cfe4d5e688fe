"""Money that left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.policy import TOP

# An outflow is one event although each run of its five-day window shows it.
OUTFLOW_QUIET_DAYS = 7


@dataclass(frozen=True)
class Movement:
    """What a run found about one customer's money in five days."""

    customer_id: int
    as_of: date
    flow_5: Decimal
    adb_90: Decimal
    low: Decimal
    high: Decimal


def large_outflow(subject: Subject, row: Movement, morning: Morning) -> Reason | None:
    """Money left beyond the own normal range; the top tier is called the same day."""
    if row.flow_5 >= 0:
        return None
    trigger = catalogue.LARGE_OUTFLOW
    due = morning.after(0 if subject.level >= TOP else morning.deadline(trigger))
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=row.as_of.isoformat(),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        facts={
            "amount": str(-row.flow_5),
            "mean": str(row.adb_90),
            "low": str(row.low),
            "high": str(row.high),
            "as_of": row.as_of.isoformat(),
        },
    )
