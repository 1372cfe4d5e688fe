"""Money that came or left."""

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
    is_organization: bool = False


def large_outflow(subject: Subject, row: Movement, morning: Morning) -> Reason | None:
    """Money left beyond the own normal range; the top tier is called the same day."""
    if row.flow_5 >= 0:
        return None
    trigger = catalogue.LARGE_OUTFLOW
    due = morning.after(0 if subject.level >= TOP else morning.deadline(trigger))
    return _moved(trigger, subject, row, morning, due=due, stake=subject.stake)


def large_inflow(subject: Subject, row: Movement, morning: Morning) -> Reason | None:
    """Money came in beyond the own normal range; what came is at stake."""
    if row.flow_5 <= 0:
        return None
    trigger = catalogue.LARGE_INFLOW
    due = morning.after(morning.deadline(trigger))
    return _moved(trigger, subject, row, morning, due=due, stake=row.flow_5)


def corp_large_movement(subject: Subject, row: Movement, morning: Morning) -> Reason | None:
    """An organisation's money moved, either way; somebody knows why the same day."""
    if row.flow_5 == 0:
        return None
    trigger = catalogue.CORP_LARGE_MOVEMENT
    due = morning.after(morning.deadline(trigger))
    found = _moved(trigger, subject, row, morning, due=due, stake=subject.stake)
    return found.but(facts={**found.facts, "way": "out" if row.flow_5 < 0 else "in"})


def _moved(
    trigger: catalogue.Trigger,
    subject: Subject,
    row: Movement,
    morning: Morning,
    *,
    due: date,
    stake: Decimal,
) -> Reason:
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=row.as_of.isoformat(),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=stake,
        facts={
            "amount": str(abs(row.flow_5)),
            "mean": str(row.adb_90),
            "low": str(row.low),
            "high": str(row.high),
            "as_of": row.as_of.isoformat(),
        },
    )
