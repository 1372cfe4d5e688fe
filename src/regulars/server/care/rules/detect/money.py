"""Money that matures, and money that left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject, short
from regulars.server.care.rules.policy import TOP

# An outflow is one event although each run of its five-day window shows it.
OUTFLOW_QUIET_DAYS = 7


@dataclass(frozen=True)
class Maturing:
    """A holding that matures; `idle`: it matured and the money was not placed again."""

    customer_id: int
    holding: str
    product: str
    amount: Decimal
    matures_on: date
    idle: bool = False


def deposit_maturity(subject: Subject, row: Maturing, morning: Morning) -> Reason | None:
    """The reminder that is due now: 7, 3, 1 days before, or after it with the money idle."""
    stage = _stage(row, morning)
    if stage is None:
        return None
    trigger = catalogue.DEPOSIT_MATURITY
    workdays = 0 if stage == 1 else morning.deadline(trigger)
    due = morning.after(workdays)
    last = row.matures_on
    if stage < 0:
        last = morning.later(row.matures_on, morning.policy.idle_days)
    elif due > last:
        due = max(morning.before(last), morning.after(0))
    series = short(row.holding)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{series}:{stage}",
        series=series,
        due_on=due,
        expires_on=max(due, last),
        stake=row.amount,
        happens_on=row.matures_on,
        facts={"amount": str(row.amount), "product": row.product, "stage": str(stage)},
    )


def _stage(row: Maturing, morning: Morning) -> int | None:
    """The nearest reminder that has begun; on a free day it begins the working day before."""
    policy, left = morning.policy, (row.matures_on - morning.day).days
    if left < 0:
        late = -left <= policy.idle_days + 2  # a weekend may lie between
        return -1 if row.idle and late and -1 in policy.maturity_stages else None
    begun = [
        stage
        for stage in policy.maturity_stages
        if stage > 0 and morning.day >= morning.before(row.matures_on - timedelta(days=stage))
    ]
    return min(begun, default=None)


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
